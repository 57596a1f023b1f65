"""What differs between two states of one filing, line by line."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from django.utils.translation import gettext as _

from accounts.wording import labelled, with_remark
from inventory.calculator.emission import EXACT
from inventory.figures import figure, in_figures
from inventory.lines import Operation, line_of, operation_label, place_of, unit_label
from inventory.models import AnswerKind, Entry, Reason
from inventory.models.version_fields import entry_fields
from inventory.versions.formats import UnreadableVersion, VersionEntry, entry_as_written


class Figures(Protocol):
    """What can be compared: a version's content, or a filing's entries and words."""

    @property
    def entries(self) -> tuple[VersionEntry, ...]: ...

    @property
    def outsourced_scope(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Content:
    """A filing's figures and words that no version has yet."""

    entries: tuple[VersionEntry, ...]
    outsourced_scope: str


@dataclass(frozen=True, slots=True)
class Change:
    """One line as it was and as it is, in words; "" where it had no answer.

    factor_before, factor_after: what a unit of it was multiplied with, kg CO2e of all gases
    together, in words; "" for both where it is the same, for one where there was no factor.
    """

    operation: str
    line: str
    label: str
    before: str
    after: str
    kg_before: Decimal | None = None
    kg_after: Decimal | None = None
    factor_before: str = ""
    factor_after: str = ""

    @property
    def kg_difference(self) -> Decimal:
        """What the change did to the total, in kg CO2e."""
        return (self.kg_after or Decimal(0)) - (self.kg_before or Decimal(0))

    @property
    def is_same_answer(self) -> bool:
        """Whether the unit said the same, and only the factor moved the kilograms."""
        return self.before == self.after

    @property
    def has_other_factor(self) -> bool:
        """Whether a unit of the line was multiplied with something else."""
        return self.factor_before != self.factor_after


def changes(before: Figures, after: Figures) -> list[Change]:
    """What differs, in the form's order: lines with their reasons, and 委外操作範圍說明."""
    old = {entry.place: entry for entry in before.entries}
    new = {entry.place: entry for entry in after.entries}
    found = []
    for place in sorted(old.keys() | new.keys(), key=_order):
        one = _change(place, old.get(place), new.get(place))
        if not one.is_same_answer or one.kg_before != one.kg_after:
            found.append(one)
    scope_was, scope_now = _scope(before), _scope(after)
    if scope_was != scope_now:
        label = _("委外操作範圍說明")
        found.append(Change(Operation.OUTSOURCED.value, "", label, scope_was, scope_now))
    return found


def content(entries: Iterable[Entry], outsourced_scope: str) -> Content:
    """A filing's figures and words as they can be compared with a version's."""
    return Content(tuple(map(entry_as_written, entries)), outsourced_scope)


def _change(
    place: tuple[str, str, int], was: VersionEntry | None, now: VersionEntry | None
) -> Change:
    return Change(
        *place[:2],
        _label(place),
        _words(was),
        _words(now),
        _kg(was),
        _kg(now),
        *_factors(was, now),
    )


def _factors(was: VersionEntry | None, now: VersionEntry | None) -> tuple[str, str]:
    """The factors of two answers in words, where both have a quantity and they are not the same.

    Of two energies under the same line, or two units, each has its own and nothing was replaced.
    """
    if was is None or now is None or was.quantity is None or now.quantity is None:
        return "", ""
    if (was.name, was.unit) != (now.name, now.unit):
        return "", ""
    before, after = (_factor(entry.terms) for entry in (was, now))
    if before == after:
        return "", ""
    words = _("%(factor)s 公斤CO₂e／%(unit)s")
    return tuple(  # type: ignore[return-value]
        "" if one is None else words % {"factor": figure(one), "unit": unit_label(was.unit)}
        for one in (before, after)
    )


def _factor(terms: list[Any]) -> Decimal | None:
    """kg CO2e per unit: Σ value × GWP over the frozen gases, not rounded; None without any.

    Raises UnreadableVersion.
    """
    found = Decimal(0)
    try:
        for term in terms:
            if not term.get("biogenic"):  # reported apart, and in no kilogram
                value, gwp = Decimal(term["value"]), Decimal(term["gwp"])
                found = EXACT.add(found, EXACT.multiply(value, gwp))
    except (AttributeError, KeyError, TypeError, InvalidOperation) as error:
        raise UnreadableVersion(_("缺少 %(field)s") % {"field": "terms"}) from error
    return found if terms else None


def _order(place: tuple[str, str, int]) -> tuple[int, int, int, str]:
    return (0 if place[0] == Operation.OWN else 1, place_of(place[1]), place[2], place[1])


def _label(place: tuple[str, str, int]) -> str:
    return operation_label(place[0], line_of(place[1]).label)


def _words(entry: VersionEntry | None) -> str:
    """The answer of an entry with everything that the unit said about it."""
    if entry is None:
        return ""
    words = _answer(entry)
    if entry.parts:
        words = with_remark(words, in_figures(entry.parts))
    reason = str(Reason(entry.reason).label) if entry.reason in Reason.values else ""
    note = entry.reason_note
    if reason or note:
        words = with_remark(words, labelled(reason, note) if reason and note else reason or note)
    for field in entry_fields():
        if field.name not in SAID and not field.is_place and not field.is_result:
            said = getattr(entry, field.name)
            if said != field.empty:
                words = with_remark(words, labelled(_name(field.attribute), str(said)))
    return words


# What the sentences above say in their own way.
SAID = {"name", "answer", "quantity", "unit", "parts", "reason", "reason_note"}


def _answer(entry: VersionEntry) -> str:
    if entry.answer == AnswerKind.UNUSED:
        return _("未使用")
    return f"{entry.name} {figure(entry.quantity)} {unit_label(entry.unit)}".strip()


def _name(attribute: str) -> str:
    return str(Entry._meta.get_field(attribute).verbose_name)  # type: ignore[union-attr]


def _kg(entry: VersionEntry | None) -> Decimal | None:
    return None if entry is None else entry.kg


def _scope(figures: Figures) -> str:
    """Browsers send line ends as they like; they are no change."""
    return "\n".join(figures.outsourced_scope.splitlines())
