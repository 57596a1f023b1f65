"""What is public of a filing: one version of it, whatever became of the filing since.

The version that was confirmed last; for a filing that was never confirmed the one that stood
completed when its year closed, by its county's dates and its own extension. The first is written
down when it is confirmed, the second by whatever comes next after the closing (`workflow`): until
then it is the current version, as calendar and state say. All figures are kg CO2e.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Case, F, Model, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Greatest

from inventory.models import Entry, Filing, FilingQuerySet, FilingVersion
from inventory.models.version_sql import written_entry
from inventory.states import Status
from inventory.versions.formats import as_entry, read_version

# Of a Filing that is public: whether its public version is the current one, or an older one.
IS_CURRENT = Q(published_version=None) | Q(published_version=F("version"))
IS_OLDER = Q(published_version__lt=F("version"))

# FROM clauses with `filing`, `unit` and `entry`: what stands in the tables, and in older versions.
CURRENT_ENTRIES = """
    inventory_entry entry
    JOIN inventory_filing filing ON filing.id = entry.filing_id
    JOIN accounts_unit unit ON unit.id = filing.unit_id
"""
OLDER_ENTRIES = f"""
    inventory_filing filing
    JOIN accounts_unit unit ON unit.id = filing.unit_id
    JOIN inventory_filingversion version
        ON version.filing_id = filing.id AND version.number = filing.published_version
    CROSS JOIN LATERAL jsonb_to_recordset(version.content::jsonb -> 'entries')
        AS {written_entry("entry")}
"""


def closed_on(day: date) -> FilingQuerySet:
    """The filings that their units may not change any more on this day."""
    due = Greatest("local_due_on", "extended_to")  # PostgreSQL passes over an empty one
    return Filing.objects.with_dates().alias(due=due).filter(due__lt=day)


def public_filings(day: date) -> FilingQuerySet:
    """The filings of which a version is public on this day."""
    due = Greatest("local_due_on", "extended_to")
    stood_completed = Q(status=Status.COMPLETED, due__lt=day)
    filings = Filing.objects.with_dates().alias(due=due)
    return filings.filter(Q(published_version__isnull=False) | stood_completed)


def with_public_figures(filings: FilingQuerySet) -> FilingQuerySet:
    """Public filings with the subtotals of their public version: `public_own_kg` and
    `public_outsourced_kg`. A version's row is looked up only where it is not the current one.
    """
    version = FilingVersion.objects.filter(
        filing=OuterRef("pk"), number=OuterRef("published_version")
    )

    def of_version(column: str) -> Case:
        return Case(When(IS_OLDER, then=Subquery(version.values(column))), default=F(column))

    return filings.annotate(
        public_own_kg=of_version("own_kg"),
        public_outsourced_kg=of_version("outsourced_kg"),
    )


def public_version_of(filing: Filing, day: date) -> int | None:
    """The number of the version that is public on this day; None where none is."""
    if filing.published_version is not None:
        return filing.published_version
    stood_completed = filing.status == Status.COMPLETED and filing.due_on < day
    return filing.version if stood_completed else None


def content_of(filing: Filing, version: FilingVersion) -> tuple[list[Entry], str]:
    """The entries of one version of a filing, and its 委外操作範圍說明.

    From the tables where it is the current version. Raises UnreadableVersion for an older one.
    """
    if version.number == filing.version:
        return list(filing.entries.all()), filing.outsourced_scope
    content = read_version(version)
    return [as_entry(entry) for entry in content.entries], content.outsourced_scope


def sums_by_line(
    filings: FilingQuerySet, *columns: str, by: str = "''", and_by_set: bool = False
) -> Iterator[tuple[Any, ...]]:
    """County, ROC year, operation, line, `by` and `columns` over the entries of public versions.

    `columns` are aggregates in SQL over `entry`, `by` one more value to sum by; of ours.
    and_by_set: by the entries' own factor sets too; a set's id, or None, stands behind `by`. Two
    queries: what stands in the tables, and what stands in the versions of those few whose public
    version is an older one; so a line may come twice, and whoever asks adds up.
    """
    sources = (
        (CURRENT_ENTRIES, IS_CURRENT, "entry.factor_set_id"),
        (OLDER_ENTRIES, IS_OLDER, "entry.factor_set"),
    )
    for entries, condition, factor_set in sources:
        chosen, values = keys_of(filings.filter(condition))
        also = [factor_set] if and_by_set else []
        query = f"""
            SELECT unit.county_id, filing.year_id, entry.operation, entry.line,
                {", ".join([by, *also, *columns])}
            FROM {entries}
            WHERE filing.id IN ({chosen})
            GROUP BY {", ".join(str(place) for place in range(1, 6 + len(also)))}
        """  # noqa: S608 - from expressions of ours
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            yield from cursor.fetchall()


def uncounted_of(filings: FilingQuerySet) -> int:
    """How many answers of the public versions of these filings are in no sum. Two queries."""
    current = filings.filter(IS_CURRENT).aggregate(number=Sum("uncounted"))["number"]
    chosen, values = keys_of(filings.filter(IS_OLDER))
    query = f"""
        SELECT count(*) FROM {OLDER_ENTRIES}
        WHERE filing.id IN ({chosen}) AND entry.kg IS NULL AND entry.quantity > 0
    """  # noqa: S608 - from expressions of ours
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return (current or 0) + int(cursor.fetchone()[0])


def keys_of(rows: QuerySet[Model]) -> tuple[str, tuple[Any, ...]]:
    """SQL for the ids of these rows, and its parameters."""
    return rows.order_by().values("pk").query.sql_with_params()
