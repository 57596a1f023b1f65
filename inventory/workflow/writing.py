"""From answers to stored entries and the subtotals on the filing's row."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from inventory.calculator import total
from inventory.entries.answers import (
    MAX_ROWS,
    Answer,
    count_rows,
    is_kept,
    not_on_form,
    too_many_rows,
)
from inventory.entries.computing import entry_for
from inventory.entries.naming import recognise
from inventory.factors.limits import MAX_KG
from inventory.factors.table import FactorTable
from inventory.lines import Operation, codes_of, line_of
from inventory.models import Entry, Filing, SavedAs
from inventory.models.version_fields import entry_fields
from inventory.policies import NotAllowed
from inventory.workflow.recording import Deed

Entries = dict[tuple[Any, ...], Entry]


def check_asked(answers: Iterable[Answer], year: int) -> None:
    """Raises NotAllowed for an answer to what the year's form does not ask."""
    asked = codes_of(year)
    other = next((answer.line for answer in answers if answer.line not in asked), None)
    if other is not None:
        what = {"year": year, "line": line_of(other).label}
        raise NotAllowed(_("%(year)s 年度的表單沒有「%(line)s」。") % what)


@dataclass(frozen=True, slots=True)
class Draft:
    """A filing's entries as they are stored, and as answers would make them with `factor_set`."""

    factor_set: str
    stored: Entries
    wanted: Entries

    @property
    def is_as_stored(self) -> bool:
        """Whether every entry would stay as it is: by what it is worth, so 1.50 is 1.5."""
        return self.stored.keys() == self.wanted.keys() and all(
            _content(entry) == _content(self.wanted[place]) for place, entry in self.stored.items()
        )


def prepare(filing: Filing, answers: Iterable[Answer], saved_as: SavedAs) -> Draft:
    """What a filing's entries would be; nothing is stored.

    Entries of lines that the year's form does not ask stay: they count as they were frozen.
    Raises MissingFactor, but for what a draft keeps; unless it only is computed anew, NotAllowed
    for a name that stands on the wrong line and for too many rows.
    """
    table = FactorTable.of(filing.year)
    stored = {_place(entry): entry for entry in filing.entries.all()}
    if saved_as != SavedAs.RECOMPUTE:
        _check_names(answers, table)
        _check_number(answers, stored.values())
    unasked = {_place(entry): entry for entry in not_on_form(stored.values(), table.year)}
    may_lack = saved_as == SavedAs.DRAFT
    given = (
        entry_for(one, table, may_lack=may_lack and is_kept(one, stored.values()))
        for one in answers
        if one.key not in unasked
    )
    wanted = {_place(entry): entry for entry in given} | unasked
    return Draft(table.factor_set_id, stored, wanted)


def check_size(kilograms: Iterable[Decimal]) -> None:
    """Raises NotAllowed where a subtotal is more than its column holds.

    Within the limits on quantities, factors and rows none is; rows from before the limits may be.
    """
    if any(kg >= MAX_KG for kg in kilograms):
        raise NotAllowed(
            _("小計達到 %(most)s 公斤，無法儲存；請檢查數量與單位。") % {"most": f"{MAX_KG:,f}"}
        )


def write_answers(deed: Deed, draft: Draft, saved_as: SavedAs, by: User) -> None:
    """Bring the stored entries to the draft and the subtotals to the entries' sums.

    The filing's row is stored when the verb ends: that is when the database writes the version
    down. Entries that stay the same are not touched.
    """
    filing, wanted = deed.filing, draft.wanted
    _store(filing, draft.stored, wanted)
    kilograms = {
        operation: total(
            entry.kg
            for entry in wanted.values()
            if entry.operation == operation and entry.kg is not None
        )
        for operation in Operation
    }
    check_size(kilograms.values())
    filing.own_kg = kilograms[Operation.OWN]
    filing.outsourced_kg = kilograms[Operation.OUTSOURCED]
    filing.uncounted = sum(entry.is_uncounted for entry in wanted.values())
    filing.factor_set_id = draft.factor_set
    filing.version += 1
    filing.saved_at, filing.saved_by = deed.at, by
    filing.saved_as, filing.save_reason = saved_as, deed.reason


def empty(deed: Deed, by: User) -> None:
    """Take every figure away, by a version that says so; what was saved stays in the history.

    A filing that was never saved has nothing to take away.
    """
    filing = deed.filing
    filing.is_prefilled, filing.completed_at, filing.completed_by = False, None, None
    if filing.version == 0:
        return
    filing.entries.all().delete()
    filing.own_kg = filing.outsourced_kg = Decimal(0)
    filing.uncounted = 0
    filing.outsourced_scope = ""
    filing.version += 1
    filing.saved_at, filing.saved_by = deed.at, by
    filing.saved_as, filing.save_reason = SavedAs.EMPTIED, deed.reason


def _check_names(answers: Iterable[Answer], table: FactorTable) -> None:
    """Raises NotAllowed for a name that another line asks for: it would count nowhere."""
    for answer in answers:
        found = recognise(answer.name, line_of(answer.line), table)
        if answer.quantity is not None and found.refusal:
            raise NotAllowed(found.refusal)


def _check_number(answers: Iterable[Answer], stored: Iterable[Entry]) -> None:
    """Raises NotAllowed beyond what one form can hold; what is stored already may stay."""
    if count_rows(answers) > max(MAX_ROWS, count_rows(stored)):
        raise NotAllowed(too_many_rows())


def _store(filing: Filing, stored: Entries, wanted: Entries) -> None:
    gone = [entry.pk for place, entry in stored.items() if place not in wanted]
    changed, new = [], []
    for place, entry in wanted.items():
        entry.filing = filing
        known = stored.get(place)
        if known is None:
            new.append(entry)
        elif _content(known) != _content(entry):
            entry.pk = known.pk
            changed.append(entry)
    if gone:
        filing.entries.filter(pk__in=gone).delete()
    if changed:
        columns = [field.attribute for field in entry_fields() if not field.is_place]
        Entry.objects.bulk_update(changed, columns)
    Entry.objects.bulk_create(new)


def _place(entry: Entry) -> tuple[Any, ...]:
    return tuple(getattr(entry, field.attribute) for field in entry_fields() if field.is_place)


def _content(entry: Entry) -> tuple[Any, ...]:
    return tuple(getattr(entry, field.attribute) for field in entry_fields() if not field.is_place)
