"""What differs between two versions of one filing, line by line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.wording import labelled, with_remark
from inventory.figures import figure, plain
from inventory.lines import Operation, line_of, operation_label, place_of, unit_label
from inventory.models import AnswerKind, Entry, Reason

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One line as it was and as it is, in words; "" where it had no answer."""

    operation: str
    line: str
    label: str
    before: str
    after: str
    kg_before: Decimal | None = None
    kg_after: Decimal | None = None

    @property
    def kg_difference(self) -> Decimal:
        """What the change did to the total, in kg CO2e."""
        return (self.kg_after or Decimal(0)) - (self.kg_before or Decimal(0))


def changes(before: Content, after: Content) -> list[Change]:
    """What differs, in the form's order: lines with their reasons, and 委外操作範圍說明.

    Contents are what `content` makes and what a version holds.
    """
    old = {_key(one): one for one in before["entries"]}
    new = {_key(one): one for one in after["entries"]}
    order = [*new, *(key for key in old if key not in new)]
    found = []
    for key in sorted(order, key=_place):
        was, now = _words(old.get(key)), _words(new.get(key))
        kg_was, kg_now = _kg(old.get(key)), _kg(new.get(key))
        if (was, kg_was) != (now, kg_now):
            found.append(Change(key[0], key[1], _label(key), was, now, kg_was, kg_now))
    scope_was, scope_now = _scope(before), _scope(after)
    if scope_was != scope_now:
        label = _("委外操作範圍說明")
        found.append(Change(Operation.OUTSOURCED.value, "", label, scope_was, scope_now))
    return found


def content(entries: Iterable[Entry], outsourced_scope: str) -> Content:
    """A filing's figures and words as they can be compared with a version's."""
    return {"entries": figures(entries), "outsourced_scope": outsourced_scope}


def figures(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """The figures of a filing as a list that can be kept and compared, in the form's order."""
    return [
        {
            "operation": entry.operation,
            "line": entry.line,
            "position": entry.position,
            "name": entry.name,
            "answer": entry.answer,
            "quantity": None if entry.quantity is None else plain(entry.quantity),
            "unit": entry.unit,
            "kg": None if entry.kg is None else plain(entry.kg),
            "reason": entry.reason,
            "reason_note": entry.reason_note,
        }
        for entry in entries
    ]


def _key(figures: dict[str, Any]) -> tuple[str, str, int]:
    return (figures["operation"], figures["line"], figures["position"])


def _place(key: tuple[str, str, int]) -> tuple[int, int, int]:
    return (0 if key[0] == Operation.OWN else 1, place_of(key[1]), key[2])


def _label(key: tuple[str, str, int]) -> str:
    return operation_label(key[0], line_of(key[1]).label)


def _words(figures: dict[str, Any] | None) -> str:
    if figures is None:
        return ""
    if figures["answer"] == AnswerKind.UNUSED:
        return _with_reason(_("未使用"), figures)
    words = f"{figure(figures['quantity'])} {unit_label(figures['unit'])}"
    return _with_reason(f"{figures['name']} {words}".strip(), figures)


def _kg(figures: dict[str, Any] | None) -> Decimal | None:
    kg = None if figures is None else figures["kg"]
    return None if kg is None else Decimal(kg)


def _with_reason(words: str, figures: dict[str, Any]) -> str:
    reason, note = figures.get("reason"), figures.get("reason_note")
    if not reason and not note:
        return words
    label = str(Reason(reason).label) if reason in Reason.values else ""
    return with_remark(words, labelled(label, note) if label and note else label or str(note))


def _scope(content: Content) -> str:
    """Browsers send line ends as they like; they are no change."""
    return "\n".join(str(content["outsourced_scope"]).splitlines())
