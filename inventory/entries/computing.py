"""From an answer to the entry that is stored: computed, and frozen with its factors."""

from typing import Any

from inventory.calculator import MissingFactor, emission
from inventory.entries.answers import Answer
from inventory.factors.table import FactorTable, gas_factors
from inventory.figures import plain
from inventory.lines import BY_CODE, Kind
from inventory.models import AnswerKind, Entry, Factor


def entry_for(answer: Answer, table: FactorTable) -> Entry:
    """The entry of one answer, not saved and without its filing.

    Raises MissingFactor for a line that must have a factor and has none. Other energies without
    a factor are reported and not counted: kg stays empty.
    """
    entry = Entry(
        operation=answer.operation.value,
        line=answer.line,
        position=answer.position,
        name=answer.name,
        unit=answer.unit or BY_CODE[answer.line].unit,
        answer=AnswerKind.UNUSED if answer.quantity is None else AnswerKind.NUMBER,
        quantity=answer.quantity,
        reason=answer.reason,
        reason_note=answer.reason_note,
    )
    if answer.quantity is None:
        return entry
    factors = factors_for(answer, table)
    if factors:
        result = emission(answer.quantity, gas_factors(factors))
        entry.kg = result.kg
        entry.factor_set_id = table.factor_set_id
        entry.terms = [frozen_term(factor) for factor in factors]
    return entry


def factors_for(answer: Answer, table: FactorTable) -> tuple[Factor, ...]:
    """The factors that an answer is multiplied with; none for an energy that the set lacks."""
    kind = BY_CODE[answer.line].kind
    if kind is not Kind.OTHERS:
        return table.require(answer.line, answer.name if kind is Kind.REFRIGERANTS else "")
    factors = table.find(answer.line, answer.name)
    if factors and factors[0].unit != answer.unit:
        raise MissingFactor(f"{answer.name} is counted in {factors[0].unit}, not {answer.unit}")
    return factors


def frozen_term(factor: Factor) -> dict[str, Any]:
    """What an entry keeps of a factor: decimals as text, so that no digit is ever lost."""
    return {
        "factor": factor.pk,
        "gas": factor.gas,
        "value": plain(factor.value),
        "gwp": plain(factor.gwp),
    }
