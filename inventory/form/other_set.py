"""Another factor set holds by now: what the same answers come to with both, before anything counts.

A form carries the set that it was drawn with. Where the year uses another one since, or where the
filing was saved with another one, the person sees both sets and both totals before a save.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from inventory import scope
from inventory.calculator import MissingFactor, total
from inventory.entries.answers import Answer, answers_from, not_on_form
from inventory.entries.computing import entry_for
from inventory.factors.table import FactorTable
from inventory.form.filing_form import FilingForm
from inventory.form.page import FilingPage
from inventory.lines import Operation
from inventory.models import AnswerKind, Entry, FactorSet
from inventory.versions.changes import Change, changes, content


@dataclass(frozen=True, slots=True)
class Totals:
    """kg CO2e of one operation, with the set of before and with the one in force."""

    operation: Operation
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class OtherSet:
    """The set of before and the one that the year uses, and what they make of the same answers.

    is_typed: the answers are those that were typed; else those that are saved. before: None where
    a form names a set that does not exist; then there are no totals and no changes.
    """

    before: FactorSet | None
    after: FactorSet
    is_typed: bool
    totals: tuple[Totals, ...] = ()
    changes: tuple[Change, ...] = ()


def other_set(page: FilingPage, form: FilingForm, drawn_with: str = "") -> OtherSet | None:
    """What there is to tell beside the form; None where one set is behind all of it.

    `drawn_with`: the set of the form as it was sent, where the form has been given the one in
    force since.
    """
    in_force = page.filing.year.factor_set
    typed = drawn_with or _carried(form)
    if typed not in ("", in_force.pk):
        return _of_typed(page, form, typed)
    saved = page.filing.factor_set
    if saved is None or saved == in_force:
        return None
    answers = answers_from(page.entries)
    kept = not_on_form(page.entries, page.table.year)
    keys = {entry.pk for entry in kept}
    asked = [one for one, entry in zip(answers, page.entries, strict=True) if entry.pk not in keys]
    now = [_computed(answer, page.table) for answer in asked] + kept
    return _compared(page, saved, page.entries, now, is_typed=False)


def _carried(form: FilingForm) -> str:
    """The set that a form was drawn with, as it was sent; "" for one that was just drawn."""
    if not form.is_bound:
        return ""
    form.is_valid()
    return str(form.cleaned_data.get("factor_set", ""))


def _of_typed(page: FilingPage, form: FilingForm, slug: str) -> OtherSet:
    try:
        before = scope.factor_set(slug)
    except FactorSet.DoesNotExist:
        return OtherSet(None, page.filing.year.factor_set, is_typed=True)
    was, now = page.typed_with_both(form, before)
    return _compared(page, before, was, now, is_typed=True)


def _compared(
    page: FilingPage, before: FactorSet, was: list[Entry], now: list[Entry], *, is_typed: bool
) -> OtherSet:
    found = changes(content(was, ""), content(now, ""))
    totals = tuple(
        Totals(operation, _sum(was, operation), _sum(now, operation)) for operation in Operation
    )
    return OtherSet(before, page.filing.year.factor_set, is_typed, totals, tuple(found))


def _sum(entries: list[Entry], operation: Operation) -> Decimal:
    kilograms = (entry.kg for entry in entries if entry.operation == operation.value)
    return total(kg for kg in kilograms if kg is not None)


def _computed(answer: Answer, table: FactorTable) -> Entry:
    """The entry of a saved answer; without kilograms where the set cannot compute it."""
    try:
        return entry_for(answer, table)
    except MissingFactor:
        entry = entry_for(replace(answer, quantity=None), table)
        entry.answer, entry.quantity = AnswerKind.NUMBER, answer.quantity
        return entry
