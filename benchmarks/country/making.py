"""Making the country in an empty database of the platform."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from io import StringIO
from time import perf_counter

from django.core.management import call_command
from django.db import connection

from accounts.models import County, Unit, User
from benchmarks.country.answers import Stock
from benchmarks.country.aside import checks_aside, indexes_aside
from benchmarks.country.examples import Examples, make_examples
from benchmarks.country.filings import STAGE, STORIES, Units, YearOfFilings
from benchmarks.country.rows import copy, number_on
from benchmarks.country.tree import Place, country
from inventory.lines import LINES, Operation
from inventory.models import Entry, Filing, ReportingYear
from inventory.policies import today
from inventory.workflow.opening import open_year

ADMINISTRATOR = "administrator"
PASSWORD = "country-to-measure-on"  # of every account
FACTOR_SET = "tw-105-ar4"
OPENED = date(2014, 1, 1)
OPEN_FOR = timedelta(days=730)  # from today: longer than a country is kept
SLICE = 5_000  # filings whose versions one statement writes
Tell = Callable[[str, float], None]


def make_country(units: int, *, hands: int = 1, tell: Tell = lambda _what, _seconds: None) -> None:
    """So many units with their accounts and three years of filings.

    hands: connections that write versions at the same time; more than one only outside a
    transaction. `tell` is told of each step and how many seconds it took.
    """
    with _timed("the platform itself", tell):
        by = _platform()
        years = [_open(year, by) for year in sorted(STORIES)]
        examples = make_examples(years[-1], PASSWORD, by)
        places = country(units, list(County.objects.values_list("pk", "name")))
    with checks_aside():
        with _timed(f"{units:,} units and accounts", tell):
            _copy_people(places, examples, by.pk + 1)
        _copy_filings(places, examples, years, by, tell)
        with _timed("versions, by the platform's own trigger", tell):
            _write_versions(units * len(years), hands)
    _close(years)


def _platform() -> User:
    """Factor sets, public content and the administrator."""
    call_command("load_factor_sets", stdout=StringIO())
    call_command("load_content", stdout=StringIO())
    return User.objects.create_superuser(ADMINISTRATOR, PASSWORD)


def _open(year: int, by: User) -> ReportingYear:
    due = today() + OPEN_FOR
    made = ReportingYear.objects.create(
        year=year, opens_on=OPENED, due_on=due, factor_set_id=FACTOR_SET
    )
    open_year(year=made, by=by)
    return made


def _close(years: list[ReportingYear]) -> None:
    """All but the last are over: each was due in the summer after it."""
    for year in years[:-1]:
        year.due_on = date(year.gregorian + 1, 6, 30)
        year.save()


def _copy_people(places: list[Place], examples: Examples, first_user: int) -> None:
    def values(place: Place) -> dict[str, str]:
        return {
            "unit": str(place.number),
            "parent": str(place.parent.number) if place.parent else r"\N",
            "letter": place.letter,
            "code": place.code,
            "name": place.name,
            "category": place.category,
            "user": str(first_user + place.number - 1),
            "username": place.username,
        }

    unit, users = examples.unit, (examples.user, examples.official)
    copy(Unit._meta.db_table, unit.columns, (unit.line(values(place)) for place in places))
    accounts = (users[place.parent is None].line(values(place)) for place in places)
    copy(User._meta.db_table, examples.user.columns, accounts)
    number_on(Unit, User)


def _copy_filings(
    places: list[Place], examples: Examples, years: list[ReportingYear], by: User, tell: Tell
) -> None:
    units = Units(places, by.pk + 1, len(LINES) * len(Operation))
    _execute(f"CREATE UNLOGGED TABLE {STAGE} (LIKE {Filing._meta.db_table})")
    with indexes_aside(Entry):
        for number, year in enumerate(years):
            with _timed(f"filings and entries of {year}", tell):
                filings = YearOfFilings(year.year, 1 + number * len(places), units, examples)
                filings.copy(Stock(year))
    number_on(Filing)
    _execute("ANALYZE")


def _write_versions(filings: int, hands: int) -> None:
    """Carry every filing from version to version; the database writes each of them down."""
    columns = [str(field.column) for field in Filing._meta.concrete_fields if not field.primary_key]
    statement = (
        f"UPDATE {Filing._meta.db_table} AS filing SET"
        f" ({', '.join(columns)}) = ROW ({', '.join(f'staged.{name}' for name in columns)})"
        f" FROM {STAGE} AS staged WHERE staged.id = filing.id AND staged.version = %s"
        " AND staged.id >= %s AND staged.id < %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(version) FROM {STAGE}")
        [(last,)] = cursor.fetchall()
    for version in range(1, last + 1):
        pieces = [(version, at, at + SLICE) for at in range(1, filings + 1, SLICE)]
        _share(statement, pieces, hands)
    _execute(f"DROP TABLE {STAGE}")


def _share(statement: str, pieces: Sequence[tuple[int, ...]], hands: int) -> None:
    """Execute the statement with each of the values, on so many connections."""
    if hands == 1:
        for piece in pieces:
            _execute(statement, piece)
        return

    def carry_out(share: Sequence[tuple[int, ...]]) -> None:
        try:
            for piece in share:
                _execute(statement, piece)
        finally:
            connection.close()  # each thread has its own

    with ThreadPoolExecutor(hands) as pool:
        list(pool.map(carry_out, [pieces[hand::hands] for hand in range(hands)]))


def _execute(statement: str, values: tuple[int, ...] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@contextmanager
def _timed(what: str, tell: Tell) -> Iterator[None]:
    start = perf_counter()
    yield
    tell(what, perf_counter() - start)
