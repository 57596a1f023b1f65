"""The table of `make bench`, row by row."""

from collections.abc import Iterator

from django.contrib.sessions.models import Session
from django.db import connection

from benchmarks.counting import bare, count
from benchmarks.country.making import PASSWORD
from benchmarks.cpu import ProcessTree, Trees, pinned, postmaster_of
from benchmarks.measuring import Sample, measure
from benchmarks.pages import Cast, Page, all_pages, get
from benchmarks.people import Visitor, sign_in
from benchmarks.report import ms
from benchmarks.server import served

PLAIN = Page("a plain Django view, one query", None, get("/"))
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
    "its DB CPU",
    "kB",
)


def page_costs(words: list[str], requests: int, seconds: float) -> Iterator[list[str]]:
    """The plain view first, then each page with all these words in its name.

    A page is asked for `requests` times, or until `seconds` are over.
    """
    Session.objects.all().delete()  # a page looks for its own among those of earlier runs
    with served(1, "benchmarks.plain") as (port, gunicorn), pinned(trees := trees_of(gunicorn)):
        floor = measure(PLAIN, Visitor(port), trees, requests=requests, seconds=seconds)
        yield [PLAIN.name, *_costs(floor, floor), "1", "1", "1", "", "", _size(floor)]
    with served(1) as (port, gunicorn), pinned(trees := trees_of(gunicorn)):
        for page in all_pages(Cast()):
            if all(word in page.name for word in words):
                person = visitor(port, page.username)
                sample = measure(page, person, trees, requests=requests, seconds=seconds)
                yield [page.name, *_costs(sample, floor), *_counts(page, trees), _size(sample)]


def visitor(port: int, username: str | None) -> Visitor:
    """A person with a browser, signed in where there is a username."""
    person = Visitor(port)
    if username:
        sign_in(person, username, PASSWORD)
    return person


def trees_of(gunicorn: ProcessTree) -> Trees:
    """This gunicorn beside the server of the database that this process is connected to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [(backend,)] = cursor.fetchall()
    postmaster = postmaster_of(backend)
    return Trees(gunicorn, ProcessTree(postmaster) if postmaster else None)


def _costs(sample: Sample, floor: Sample) -> list[str]:
    ratio = f"{sample.application / floor.application:,.1f}"
    return [ms(sample.application), ms(sample.database), ms(sample.wall), ratio]


def _counts(page: Page, trees: Trees) -> list[str]:
    counted = count(page)
    alone = bare(counted.statements, trees.database)
    numbers = (counted.queries, counted.rows_read, counted.rows_given)
    return [*(f"{number:,}" for number in numbers), ms(alone.wall), ms(alone.cpu)]


def _size(sample: Sample) -> str:
    return f"{sample.size / 1000:,.1f}"
