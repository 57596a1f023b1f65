"""Which filings a user may see. Every view fetches through these and nothing else."""

from accounts.models import User
from inventory.models import PATH_WIDTH, Inventory, InventoryQuerySet

MOST_YEAR = 999  # ROC years have at most three digits; the column could not hold every number
WITH_NAMES = ("year", "unit", "unit__county")


def years_of(user: User) -> list[Inventory]:
    """The filings of the user's own unit, newest year first, with their years loaded."""
    if user.unit_id is None:
        return []
    filings = Inventory.objects.filter(unit_id=user.unit_id)
    return list(filings.select_related(*WITH_NAMES).order_by("-year"))


def filing_of(user: User, year: int) -> Inventory:
    """The filing of the user's own unit. Raises Inventory.DoesNotExist where it owes none."""
    if user.unit_id is None or not 0 < year <= MOST_YEAR:
        raise Inventory.DoesNotExist
    filings = Inventory.objects.select_related(
        *WITH_NAMES,
        "year__factor_set",
        "factor_set",
        "saved_by",
        "completed_by",
        "returned_by__unit",
    )
    return filings.get(unit_id=user.unit_id, year=year)


def desk_of(user: User, year: int) -> Inventory:
    """The top of what the user looks after in a year.

    That is the filing of the own unit; for a county administrator the county government's.
    Raises Inventory.DoesNotExist where there is none.
    """
    own = filing_of(user, year)
    if not user.is_county_administrator or own.level == 1:
        return own
    county = own.path[:PATH_WIDTH]
    return Inventory.objects.select_related(*WITH_NAMES).get(year=year, path=county)


def visible_to(user: User, year: int) -> InventoryQuerySet:
    """The user's desk and everything below it, in that year's tree; no sibling, no parent."""
    try:
        desk = desk_of(user, year)
    except Inventory.DoesNotExist:
        return Inventory.objects.none()
    return Inventory.objects.with_subtree_of(desk)
