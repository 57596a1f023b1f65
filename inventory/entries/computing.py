"""From an answer to the entry that is stored: computed, and frozen with its factors."""

from typing import Any

from django.utils.translation import gettext as _

from inventory.calculator import MissingFactor, emission
from inventory.entries.answers import Answer
from inventory.entries.naming import known_name
from inventory.factors.limits import MAX_KG_PER_UNIT
from inventory.factors.table import FactorTable, gas_factors, kg_per_unit
from inventory.figures import plain
from inventory.lines import Kind, line_of, unit_label
from inventory.models import AnswerKind, Entry, Factor


class UnusableFactor(MissingFactor):
    """The factor is larger than what an entry's kilograms can hold: a set from before the limit."""


def entry_for(answer: Answer, table: FactorTable, *, may_lack: bool = False) -> Entry:
    """The entry of one answer, not saved and without its filing.

    Raises MissingFactor as `factors_for` does, unless the answer `may_lack` its factor. Such an
    answer, and another energy without a factor, is reported and not counted: kg stays empty.
    """
    line = line_of(answer.line)
    entry = Entry(
        operation=answer.operation.value,
        line=answer.line,
        position=answer.position,
        name=known_name(answer.name, line, table),
        unit=answer.unit or line.unit,
        answer=AnswerKind.UNUSED if answer.quantity is None else AnswerKind.NUMBER,
        quantity=answer.quantity,
        parts=answer.parts,
        reason=answer.reason,
        reason_note=answer.reason_note,
    )
    if answer.quantity is None:
        return entry
    try:
        factors = factors_for(answer, table)
    except MissingFactor:
        if not may_lack:
            raise
        factors = ()
    if factors:
        result = emission(answer.quantity, gas_factors(factors))
        entry.kg = result.kg
        entry.factor_set_id = table.factor_set_id
        entry.terms = [frozen_term(factor) for factor in factors]
    return entry


def factors_for(answer: Answer, table: FactorTable) -> tuple[Factor, ...]:
    """The factors that an answer is multiplied with; none for an energy that the set lacks.

    Raises MissingFactor where the set has none for the line (or its refrigerant), or has one per
    another unit: a stored set may be older than the form, and is then not multiplied with what it
    does not mean. Raises UnusableFactor where the sum over its gases would overflow the kilograms.
    """
    line = line_of(answer.line)
    name = known_name(answer.name, line, table) if line.is_named else ""
    factors = table.find(line.code, name)
    if not factors and line.kind is not Kind.OTHERS:
        raise MissingFactor(line.code, name)
    if factors and factors[0].unit != (answer.unit or line.unit):
        raise MissingFactor(line.code, name, factors[0].unit)
    if kg_per_unit(factors) > MAX_KG_PER_UNIT:
        raise UnusableFactor(line.code, name)
    return factors


def missing_factor(answer: Answer, table: FactorTable) -> str:
    """What the year's set lacks to compute an answer, for whoever gave it; "" for nothing."""
    if answer.quantity is None:
        return ""
    try:
        factors_for(answer, table)
    except MissingFactor as missing:
        what = {"line": activity(missing), "unit": unit_label(missing.unit)}
        if isinstance(missing, UnusableFactor):
            return _("本年度採用的係數版本以過大的係數計「%(line)s」，請洽平台管理者。") % what
        if missing.unit:
            return _("本年度採用的係數版本以%(unit)s計「%(line)s」，請洽平台管理者。") % what
        return _("本年度採用的係數版本沒有「%(line)s」的係數，請洽平台管理者。") % what
    return ""


def activity(missing: MissingFactor) -> str:
    """What has no factor, as it stands on the form: the line, and the refrigerant or energy."""
    return f"{line_of(missing.line).label} {missing.name}".strip()


def frozen_term(factor: Factor) -> dict[str, Any]:
    """What an entry keeps of a factor: decimals as text, so that no digit is ever lost.

    A biogenic one says so; the others say nothing, as before there were any.
    """
    frozen = {
        "factor": factor.pk,
        "gas": factor.gas,
        "value": plain(factor.value),
        "gwp": plain(factor.gwp),
    }
    return frozen | {"biogenic": True} if factor.is_biogenic else frozen
