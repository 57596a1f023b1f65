"""Results as a Markdown table: read on a terminal, kept in benchmarks/results/."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.cells import cell_len

RESULTS = Path(__file__).resolve().parent / "results"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The first column to the left, the others to the right, as wide as the widest cell."""
    widths = [max(map(cell_len, column)) for column in zip(headings, *rows, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(_line(cells, widths) for cells in (headings, rule, *rows))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    spaces = [" " * (width - cell_len(cell)) for cell, width in zip(cells, widths, strict=True)]
    rest = (space + cell for cell, space in zip(cells[1:], spaces[1:], strict=True))
    return "| " + " | ".join([cells[0] + spaces[0], *rest]) + " |"


def ms(seconds: float) -> str:
    """Milliseconds, with a decimal where they are few."""
    number = seconds * 1000
    return f"{number:,.1f}" if number < 100 else f"{number:,.0f}"


def on_which_machine() -> str:
    """What the figures were measured on, in one sentence; no name and no path."""
    import django
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        [(server,)] = cursor.fetchall()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB, Linux; "
        f"Python {platform.python_version()}, Django {django.get_version()}, "
        f"PostgreSQL {server.split()[0]}."
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def today() -> str:
    """The day, as results are dated."""
    return f"{datetime.now(UTC):%Y-%m-%d}"


def keep(name: str, title: str, *paragraphs: str) -> None:
    """Write a result to be kept."""
    path = RESULTS / f"{name}.md"
    path.write_text("\n\n".join([f"# {title}", *paragraphs]) + "\n", encoding="utf-8")
    print(f"kept: {path.name}")
