"""What is well formed and may still be wrong: doubts about a set, before it is stored.

A set is held against the sets that the years use now, and its GWP values against what the reports
of the IPCC are known to say. Nothing here is refused. Whoever stores the set has looked into each
doubt, one by one, and says why it is right after all; that is kept with the set.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.wording import labelled, listed, with_remark
from inventory.factors.editions import UNITY, editions_with, values_of
from inventory.factors.publication import Publication
from inventory.factors.references import Reference, references
from inventory.factors.table import FactorTable, kg_per_unit
from inventory.figures import figure
from inventory.lines import codes_of, find_line, line_of, place_of
from inventory.models import Factor

TIMES = 2  # more than twice, or less than half, of what is in force
BURNING = ("CH4", "N2O")  # what burning releases beside CO2
GONE, LACKS_GAS, BURNS, MORE_GAS = "gone", "lacks gas", "burns", "more gas"
JUMP, UNIT, ZERO = "jump", "unit", "zero"
TEXTS: dict[str, Promise] = {
    GONE: gettext_lazy("%(years)s 年度採用的 %(set)s 有這一項，本版沒有。"),
    LACKS_GAS: gettext_lazy("%(years)s 年度採用的 %(set)s 有 %(gas)s，本版沒有。"),
    BURNS: gettext_lazy("燃燒通常也排放 %(gas)s，本版 %(years)s 年度沒有。"),
    MORE_GAS: gettext_lazy("%(years)s 年度採用的 %(set)s 沒有 %(gas)s，本版有。"),
    JUMP: gettext_lazy(
        "%(years)s 年度的 %(gas)s 從 %(before)s（%(set)s）變為 %(after)s，超過兩倍或不到一半。"
    ),
    UNIT: gettext_lazy("單位與 %(years)s 年度採用的 %(set)s 不同。"),
    ZERO: gettext_lazy("%(years)s 年度的係數是 0：填報的數量都不計入。"),
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubt: in words, and `about` what it is, which is the same in every language."""

    about: tuple[str, ...]
    text: str

    @property
    def token(self) -> str:
        """What a page calls the doubt."""
        return hashlib.sha256("\n".join(self.about).encode()).hexdigest()[:16]


def doubts(publication: Publication, rows: Iterable[Factor]) -> list[Doubt]:
    """Every doubt about a complete set; `rows`: its factors, stored or not. A few queries."""
    return [*_of_potentials(publication), *_of_factors(publication, list(rows))]


def _of_potentials(publication: Publication) -> Iterator[Doubt]:
    """A GWP that the edition is not known to have, or of a gas that no table knows."""
    basis = publication.gwp_basis
    for one in publication.potentials:
        known, others = values_of(one.gas, basis), editions_with(one.gas, one.value)
        what = {
            "gas": one.gas,
            "value": figure(one.value),
            "basis": basis,
            "known": listed(figure(value) for value in known),
            "others": listed(others),
        }
        if one.gas in UNITY or one.value in known:
            continue
        if not known:
            text = _("%(gas)s 不在 %(basis)s 的已知 GWP 之中，無法核對 %(value)s。")
        elif others:
            text = _("%(gas)s 的 GWP %(value)s 是 %(others)s 的值；%(basis)s 的值是 %(known)s。")
        else:
            text = _("%(gas)s 的 GWP %(value)s 不是 %(basis)s 的已知值（%(known)s）。")
        yield Doubt(("gwp", basis, one.gas, str(one.value)), text % what)


@dataclass(frozen=True, slots=True)
class _Question:
    """What is doubted of one activity, in how many years ever.

    gas: "" for all gases together; before, after: kg of it per unit, where both are there.
    beside: the id of the set that it is held against.
    """

    kind: str
    line: str
    name: str
    gas: str = ""
    before: Decimal | None = None
    after: Decimal | None = None
    beside: str = ""


def _of_factors(publication: Publication, rows: list[Factor]) -> list[Doubt]:
    """The activities of every year that the set claims, beside those that are in force."""
    asked: dict[_Question, list[int]] = defaultdict(list)
    for year, reference in references(publication).items():
        table = FactorTable.from_rows(year, publication.id, rows)
        for question in _of_year(table, reference):
            asked[question].append(year)
    found = [_doubt(question, years) for question, years in asked.items()]
    return [doubt for _place, doubt in sorted(found, key=lambda one: one[0])]


def _of_year(table: FactorTable, reference: Reference | None) -> Iterator[_Question]:
    """What one year's form asks; what it does not ask is nobody's to doubt."""
    asked = codes_of(table.year)
    known = reference.activities(table.year) if reference else {}
    beside = reference.slug if reference else ""
    for line, name in known.keys() - table.rows.keys():
        yield _Question(GONE, line, name, beside=beside)
    for (line, name), factors in table.rows.items():
        if line not in asked:
            continue
        if before := known.get((line, name)):
            yield from _beside(before, factors, _Question("", line, name, beside=beside))
        else:
            yield from _alone(line, name, factors)


def _alone(line: str, name: str, factors: tuple[Factor, ...]) -> Iterator[_Question]:
    """Without anything to hold it against: burning is known, and nothing is rarely meant."""
    gases = {factor.gas for factor in factors}
    found = find_line(line)
    if found and found.is_fuel and "CO2e" not in gases:
        for gas in BURNING:
            if gas not in gases:
                yield _Question(BURNS, line, name, gas)
    if not any(factor.value for factor in factors):
        yield _Question(ZERO, line, name)


def _beside(
    before: tuple[Factor, ...], after: tuple[Factor, ...], about: _Question
) -> Iterator[_Question]:
    """One activity beside the same in the set in force: unit, gases, and each gas's value."""
    line, name, beside = about.line, about.name, about.beside
    was, will = ({_gas(one): one for one in factors} for factors in (before, after))
    if before[0].unit != after[0].unit:
        yield _Question(UNIT, line, name, beside=beside)
        return
    for gas in was.keys() - will.keys():
        yield _Question(LACKS_GAS, line, name, gas, beside=beside)
    for gas in will.keys() - was.keys():
        yield _Question(MORE_GAS, line, name, gas, beside=beside)
    figures = [(gas, was[gas].value, will[gas].value) for gas in was if gas in will]
    figures.append(("", kg_per_unit(before), kg_per_unit(after)))
    jumps = [one for one in figures if _is_jump(*one[1:])]
    for gas, old, new in jumps:
        if gas or len(jumps) == 1:  # the sum says nothing more beside its gas
            yield _Question(JUMP, line, name, gas, old, new, beside)


def _gas(factor: Factor) -> str:
    return with_remark(factor.gas, _("生質")) if factor.is_biogenic else factor.gas


def _is_jump(before: Decimal, after: Decimal) -> bool:
    return after > TIMES * before or before > TIMES * after


def _doubt(question: _Question, years: list[int]) -> tuple[tuple[int, str, str, str], Doubt]:
    """The doubt in words, and where it stands among the others."""
    what = {
        "gas": question.gas or _("各氣體合計（公斤 CO₂e）"),
        "before": "" if question.before is None else figure(question.before),
        "after": "" if question.after is None else figure(question.after),
        "set": question.beside,
        "years": listed(map(str, years)),
    }
    label = f"{line_of(question.line).label} {question.name}".strip()
    text = labelled(label, str(TEXTS[question.kind]) % what)
    parts = (question.kind, question.line, question.name, question.gas, question.beside)
    figures = (str(question.before), str(question.after), *map(str, years))
    place = (place_of(question.line), question.name, question.gas, question.kind)
    return place, Doubt((*parts, *figures), text)
