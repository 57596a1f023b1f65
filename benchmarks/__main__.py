"""`make bench`: what each page and verb costs on the country, beside a plain Django view.

CPU is that of gunicorn and of PostgreSQL with everything they have started, in the median of
many requests asked one after the other over HTTP. Queries and rows are counted in this process,
where they are the same every time; so is the page's bare SQL, which runs without Django.
"""

import argparse
import sys
from typing import NamedTuple

from benchmarks.database import use_country
from benchmarks.report import keep, on_which_machine, table, today

HOW = """\
CPU and wall are medians over many requests, one after the other, to gunicorn with one worker;
`× plain` is the application's CPU beside a Django view of one query without any middleware.
Rows read are rows of tables scanned and entries of indexes followed, rows given what the server
sent. Bare SQL is the page's statements alone, on one connection, every row fetched."""


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
    use_country(options.units)
    from benchmarks.page_costs import HEADINGS, page_costs

    head = f"{options.units:,} units, {today()}. {on_which_machine()}"
    print(head, flush=True)
    rows = []
    for row in page_costs(options.only, options.requests, options.seconds):
        print(" · ".join(row), file=sys.stderr, flush=True)
        rows.append(row)
    shown = table(HEADINGS, rows)
    print(shown)
    if options.keep:
        keep(f"{today()}-pages-{options.units}", "What pages cost", head, HOW, shown)


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("--units", type=int, default=1000, help="size of the country (1000)")
    add("--requests", type=int, default=40, help="requests per page (40)")
    add("--seconds", type=float, default=10, help="after which a page has enough requests (10)")
    add("--only", nargs="*", default=[], metavar="WORD", help="pages with all these words")
    add("--keep", action="store_true", help="write the table to benchmarks/results/")
    return Options(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
