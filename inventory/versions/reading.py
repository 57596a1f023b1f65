"""Versions of a filing: listed, found by check value, set side by side."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Max, Q

from accounts import cleaning
from accounts.account_lists.progress import batches
from inventory.models import Filing, FilingVersion, SavedAs
from inventory.versions.changes import Change, changes
from inventory.versions.formats import read_version

FEW = 200  # filings whose versions are in memory at once


@dataclass(frozen=True)
class Comparison:
    """Two versions of one filing and the lines in which they differ.

    recomputes: the versions after the first and up to the second, oldest first, that only
    another factor set made; each with its reason.
    """

    before: FilingVersion
    after: FilingVersion
    changes: list[Change]
    recomputes: tuple[FilingVersion, ...] = ()

    @property
    def both(self) -> tuple[FilingVersion, FilingVersion]:
        """The two versions, for what is said of each."""
        return (self.before, self.after)

    @property
    def own_difference(self) -> Decimal:
        """What the change did to the total without outsourced operations, in kg CO2e."""
        return self.after.own_kg - self.before.own_kg

    @property
    def outsourced_difference(self) -> Decimal:
        """What the change did to the outsourced total, in kg CO2e."""
        return self.after.outsourced_kg - self.before.outsourced_kg


def versions_of(filing: Filing, *, since: int = 1) -> list[FilingVersion]:
    """The versions of a filing from this number on, the newest first."""
    found = filing.versions.filter(number__gte=since).order_by("-number")
    return list(found.select_related("saved_by__unit", "factor_set"))


def current_version(filing: Filing) -> FilingVersion | None:
    """The version that the filing's figures are; None before the first save."""
    return filing.versions.filter(number=filing.version).first()


def compare(
    before: FilingVersion, after: FilingVersion, every: Iterable[FilingVersion] = ()
) -> Comparison:
    """Two versions side by side, line by line. Raises UnreadableVersion.

    `every`: the versions of the filing, those in between among them.
    """
    first, last = sorted((before.number, after.number))
    recomputes = [
        one for one in every if first < one.number <= last and one.saved_as == SavedAs.RECOMPUTE
    ]
    return Comparison(
        before,
        after,
        changes(read_version(before), read_version(after)),
        tuple(sorted(recomputes, key=lambda one: one.number)),
    )


def compare_for_review(filing: Filing) -> Comparison | None:
    """What the agency above has not decided on yet, or None. Raises UnreadableVersion.

    確認後已修改: against the version that was confirmed. A filing that was never confirmed and
    was recomputed since its last save: against that save.
    """
    base = filing.confirmed_version
    if base is None and filing.saved_as == SavedAs.RECOMPUTE:
        saves = filing.versions.exclude(saved_as=SavedAs.RECOMPUTE)
        base = saves.aggregate(last=Max("number"))["last"]
    if base is None or base == filing.version:
        return None
    newest, *older = versions_of(filing, since=base)
    return compare(older[-1], newest, [newest, *older])


def mark_equal(filings: Iterable[Filing]) -> list[Filing]:
    """The filings, each marked whose figures are again those of the version that was confirmed.

    No query where none was changed after its confirmation, else one for every FEW that were.
    """
    found = list(filings)
    changed = [one for one in found if one.was_changed_after_confirmation]
    for few in batches(changed, FEW):
        either = Q(number=F("filing__confirmed_version")) | Q(number=F("filing__version"))
        versions = FilingVersion.objects.filter(either, filing__in=few)
        by_number = {(one.filing_id, one.number): one for one in versions}
        for one in few:
            confirmed = by_number[one.pk, one.confirmed_version or 0]
            one.equals_confirmed = not compare(confirmed, by_number[one.pk, one.version]).changes
    return found


def clean_check_value(typed: str) -> str:
    """The digits of a check value without the dashes and blanks between them, in any width."""
    cleaned = cleaning.word(typed).upper()
    between = {"Pd", "Zs"}
    return "".join(one for one in cleaned if unicodedata.category(one) not in between)


def find_version(typed: str) -> FilingVersion | None:
    """The version with this check value, however its digits were typed; None if there is none."""
    digits = "".join(filter(str.isalnum, clean_check_value(typed)))
    found = FilingVersion.objects.filter(check_value=digits)
    return found.select_related("filing__unit__county", "filing__year").first()
