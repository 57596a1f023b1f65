"""`make bench`: what each page and verb costs on the country, beside a plain Django view.

CPU is that of gunicorn and of PostgreSQL with everything they have started, in the median of
many requests asked one after the other over HTTP. Queries and rows are counted in this process
(`counting`), where they are the same every time; so is the page's bare SQL, run without Django.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from benchmarks.database import NotEmpty, use_country
from benchmarks.report import keep, machine, ms, table

HEADINGS = (
    "page or verb",
    "app CPU ms",
    "DB CPU ms",
    "wall ms",
    "× plain",
    "queries",
    "rows read",
    "rows given",
    "bare SQL ms",
    "bare DB CPU",
    "kB",
)


class Options(NamedTuple):
    """What the command line asks for."""

    units: int
    requests: int
    seconds: float
    only: list[str]
    keep: bool


def main() -> None:
    """Measure, print, and keep where that was asked for."""
    options = _options()
    try:
        use_country(options.units)
    except (NotEmpty, ValueError) as refusal:
        sys.exit(str(refusal))
    from benchmarks.server import collect_static

    collect_static()
    text = _report(options)
    if options.keep:
        print(f"kept as {keep(f'{_today()}-{options.units}-units', text).name}")


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("--units", type=int, default=1000, help="size of the country (1000)")
    add("--requests", type=int, default=40, help="requests per page (40)")
    add("--seconds", type=float, default=10, help="after which a page has enough requests (10)")
    add("--only", nargs="*", default=[], metavar="WORDS", help="pages with these words in the name")
    add("--keep", action="store_true", help="write the table to benchmarks/results/")
    return Options(**vars(parser.parse_args()))


def _report(options: Options) -> str:
    head = f"{options.units:,} units, {_today()}. {machine()}"
    print(head, flush=True)
    rows = []
    for row in _rows(options):
        print(" · ".join(row), file=sys.stderr, flush=True)
        rows.append(row)
    shown = table(HEADINGS, rows)
    print(shown)
    return f"# What pages cost\n\n{head}\n\n{shown}"


def _rows(options: Options) -> Iterator[list[str]]:
    """The plain view first, then every page that was asked for."""
    from benchmarks.measuring import measure
    from benchmarks.pages import Cast, Page, all_pages, get
    from benchmarks.people import Visitor
    from benchmarks.server import served

    how = {"requests": options.requests, "seconds": options.seconds}
    plain = Page("a plain Django view, one query", None, get("/"))
    with served(1, "benchmarks.plain") as (port, application):
        floor = measure(plain, Visitor(port), _pinned(application), **how)
    yield [plain.name, *_cells(floor), "1.0", "1", "1", "1", "", "", f"{floor.size / 1000:.1f}"]
    with served(1) as (port, application):
        trees = _pinned(application)
        for page in all_pages(Cast()):
            if all(word in page.name for word in options.only):
                yield _row(page, port, trees, floor.application, how)


def _row(page, port, trees, floor, how) -> list[str]:
    from benchmarks.counting import bare, count
    from benchmarks.country.making import PASSWORD
    from benchmarks.measuring import measure
    from benchmarks.people import Visitor, sign_in

    person = Visitor(port)
    if page.username:
        sign_in(person, page.username, PASSWORD)
    sample = measure(page, person, trees, **how)
    counted = count(page)
    alone = bare(counted.statements, trees.database)
    return [
        page.name,
        *_cells(sample),
        f"{sample.application / floor:.1f}",
        f"{counted.queries}",
        f"{counted.rows_read:,}",
        f"{counted.rows_given:,}",
        ms(alone.wall),
        ms(alone.cpu),
        f"{sample.size / 1000:.1f}",
    ]


def _cells(sample) -> list[str]:
    return [ms(sample.application), ms(sample.database), ms(sample.wall)]


def _pinned(application):
    """Gunicorn on the first core, PostgreSQL and this process on the others."""
    from django.db import connection

    from benchmarks.cpu import ProcessTree, postmaster_of
    from benchmarks.measuring import Trees

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [(backend,)] = cursor.fetchall()
    postmaster = postmaster_of(backend)
    database = ProcessTree(postmaster) if postmaster else None
    first, *others = sorted(os.sched_getaffinity(0))
    if others:
        application.pin({first})
        ProcessTree(os.getpid()).pin(set(others))
        if database:
            database.pin(set(others))
    return Trees(application, database)


if __name__ == "__main__":
    main()
