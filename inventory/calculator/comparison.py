"""A figure beside an earlier one."""

from decimal import ROUND_HALF_UP, Decimal

TENTH = Decimal("0.1")


def change_per_cent(before: Decimal, now: Decimal) -> Decimal | None:
    """(now − before) ÷ before in per cent, one place; None where last year was nothing."""
    if before == 0:
        return None
    return ((now - before) * 100 / before).quantize(TENTH, ROUND_HALF_UP)
