"""Which filings a user may see. Every view fetches through these and nothing else."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Substr

from accounts.models import Unit, User
from accounts.roles import Permission, Scope
from inventory.models import (
    FIRST_ROC_YEAR,
    PATH_WIDTH,
    FactorSet,
    Filing,
    FilingQuerySet,
    ReportingYear,
)

MAX_YEAR = 999  # ROC years have at most three digits; the column could not hold every number
WITH_NAMES = ("year", "unit", "unit__county")
WITH_FORM = (
    *WITH_NAMES,
    "year__factor_set",
    "factor_set",
    "saved_by",
    "completed_by",
    "returned_by__unit",
    "successor",
    "parent__unit",
)
HAS_FILINGS = Exists(Filing.objects.filter(year=OuterRef("pk")))  # of a ReportingYear


def years_of(user: User) -> list[Filing]:
    """The filings of the user's own unit, newest year first, with their years loaded."""
    if user.unit_id is None:
        return []
    filings = Filing.objects.filter(unit_id=user.unit_id)
    return list(filings.with_dates().select_related(*WITH_NAMES).order_by("-year_id"))


def filing_of(user: User, year: int) -> Filing:
    """The filing of the user's own unit. Raises Filing.DoesNotExist where it owes none."""
    if user.unit_id is None or not 0 < year <= MAX_YEAR:
        raise Filing.DoesNotExist
    filings = Filing.objects.with_dates().select_related(*WITH_FORM)
    return filings.get(unit_id=user.unit_id, year=year)


def filing_to_fill_in(user: User, year: int, code: str) -> Filing:
    """A filing that the user sees, with all that its form tells. Raises Filing.DoesNotExist."""
    return visible_to(user, year).with_dates().select_related(*WITH_FORM).get(unit__code=code)


def root_filing_for(user: User, year: int) -> Filing:
    """The top of what the user looks after in a year.

    That is the filing of the own unit; for a role with a whole county the county government's.
    Asked of the database once per user (so once per request) and year. Raises
    Filing.DoesNotExist where there is none, and for a role that reads no filings.
    """
    if not user.may(Permission.VIEW):
        raise Filing.DoesNotExist
    roots: dict[int, Filing] = user.__dict__.setdefault("_root_filings", {})
    if year not in roots:
        roots[year] = _root_filing(user, year)
    return roots[year]


def _root_filing(user: User, year: int) -> Filing:
    if user.scope is not Scope.COUNTY or user.unit_id is None or not 0 < year <= MAX_YEAR:
        return filing_of(user, year)
    own = Filing.objects.filter(unit_id=user.unit_id, year=year)
    county = own.order_by().values(county=Substr("path", 1, PATH_WIDTH))
    return Filing.objects.select_related(*WITH_NAMES).get(year=year, path=Subquery(county))


def root_path(user: User, own: Filing) -> str:
    """The place of the top of what the user looks after, in the year of the own unit's filing."""
    return own.path[:PATH_WIDTH] if user.scope is Scope.COUNTY else own.path


def visible_to(user: User, year: int) -> FilingQuerySet:
    """What the user looks after, in that year's tree; for a unit no sibling and no parent."""
    try:
        root = root_filing_for(user, year)
    except Filing.DoesNotExist:
        return Filing.objects.none()
    return Filing.objects.with_subtree_of(root)


def arranged_by(user: User, year: int) -> FilingQuerySet:
    """What the user arranges in a year: its county's filings; a platform administrator all."""
    if not 0 < year <= MAX_YEAR:
        return Filing.objects.none()
    if user.scope is Scope.PLATFORM and user.may(Permission.ADMINISTER):
        return Filing.objects.filter(year=year)
    return visible_to(user, year) if user.may(Permission.ARRANGE) else Filing.objects.none()


def filing_to_arrange(user: User, year: int, code: str) -> Filing:
    """One of those filings with all that its page tells. Raises Filing.DoesNotExist."""
    filings = arranged_by(user, year).with_dates()
    return filings.select_related(*WITH_NAMES, "parent__unit", "factor_set").get(unit__code=code)


def units_to_take_in(user: User, year: int) -> QuerySet[Unit]:
    """The units that are there in the year and have no filing in it, of whom the user arranges."""
    began = date(year + FIRST_ROC_YEAR, 1, 1)
    there = Q(is_active=True) & (Q(closed_on=None) | Q(closed_on__gt=began))
    units = Unit.objects.filter(there).exclude(filings__year=year)
    if user.scope is not Scope.PLATFORM:
        units = units.filter(county=user.unit.county_id if user.unit else None)
    return units.select_related("county", "parent").order_by("county__order", "code")


def open_years_without_filing(user: User, day: date) -> list[ReportingYear]:
    """The years that are open to others and that the user's unit was not taken into.

    Not those that began after the unit had closed.
    """
    unit = user.unit
    if unit is None:
        return []
    there = ReportingYear.objects.filter(HAS_FILINGS, opens_on__lte=day, due_on__gte=day)
    years = there.exclude(filings__unit=unit).order_by("-year")
    gone = unit.closed_on
    return [year for year in years if gone is None or gone > date(year.gregorian, 1, 1)]


def government_of(unit: Unit) -> Unit | None:
    """The top of the unit's county as the tree stands now: whom to ask about a filing."""
    tops = Unit.objects.filter(county=unit.county_id, parent=None, is_active=True)
    return tops.order_by("pk").first()


def categories_of(user: User, year: int) -> list[str]:
    """The 類別 that the units of those filings have, each once."""
    named = arranged_by(user, year).exclude(unit__category="")
    return list(
        named.order_by("unit__category").values_list("unit__category", flat=True).distinct()
    )


def who_extends(filing: Filing) -> Unit:
    """The county government of a filing's year: it gives more time, and is asked for it."""
    top = Filing.objects.filter(year_id=filing.year_id, path=filing.path[:PATH_WIDTH])
    return Unit.objects.get(filings__in=top)


def factor_set(slug: str) -> FactorSet:
    """A factor set without its file. Raises FactorSet.DoesNotExist."""
    return FactorSet.objects.defer("content").get(slug=slug)


def existing_years(years: Iterable[int]) -> list[ReportingYear]:
    """Those of these ROC years that were made, newest first, each with its factor set."""
    return list(ReportingYear.objects.filter(pk__in=years).select_related("factor_set"))
