"""Versions of a filing: listed, found by check value, set side by side."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q

from accounts.account_lists.progress import batches
from inventory.models import Filing, FilingVersion
from inventory.versions.changes import Change, changes
from inventory.versions.formats import read_version

FEW = 200  # filings whose versions are in memory at once


@dataclass(frozen=True)
class Comparison:
    """Two versions of one filing and the lines in which they differ."""

    before: FilingVersion
    after: FilingVersion
    changes: list[Change]

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


def versions_of(filing: Filing) -> list[FilingVersion]:
    """Every version of a filing, the newest first."""
    return list(filing.versions.select_related("saved_by__unit", "factor_set").order_by("-number"))


def current_version(filing: Filing) -> FilingVersion | None:
    """The version that the filing's figures are; None before the first save."""
    return filing.versions.filter(number=filing.version).first()


def compare(before: FilingVersion, after: FilingVersion) -> Comparison:
    """Two versions side by side, line by line. Raises UnreadableVersion."""
    return Comparison(before, after, changes(read_version(before), read_version(after)))


def changes_since_confirmation(filing: Filing) -> list[Change]:
    """確認後已修改: what differs from the version that was confirmed."""
    if filing.confirmed_version is None or filing.confirmed_version == filing.version:
        return []
    numbers = [filing.confirmed_version, filing.version]
    found = {one.number: one for one in filing.versions.filter(number__in=numbers)}
    return compare(found[numbers[0]], found[numbers[1]]).changes


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


def find_version(typed: str) -> FilingVersion | None:
    """The version with this check value, however its digits were typed; None if there is none."""
    digits = "".join(
        character
        for character in unicodedata.normalize("NFKC", typed).upper()
        if character.isalnum()
    )
    found = FilingVersion.objects.filter(check_value=digits)
    return found.select_related("filing__unit__county", "filing__year").first()
