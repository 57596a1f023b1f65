"""A county's administrator fills in the form of a unit that has nobody to do it: who, and why."""

from accounts.models import User
from inventory import policies
from inventory.models import Filing
from inventory.unit_rules import check_may_file_for


def told_filed_for(filing: Filing, why: str, by: User) -> dict[str, str]:
    """What the event of a save for another unit says. Raises NotAllowed without a reason for it.

    In words, so that it stays true when the account is renamed or belongs to another unit.
    """
    why = why.replace("\x00", "").strip()  # JSON in PostgreSQL cannot hold it
    check_may_file_for(filing.unit, why, policies.today())
    return {"by": by.username, "unit": by.unit.name if by.unit else "", "why": why}
