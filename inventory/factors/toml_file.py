"""Reads the TOML file of a factor set and refuses whatever is not right.

It refuses what it does not know, and every refusal names the file and the line.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from accounts.wording import listed
from inventory.factors.limits import MAX_KG_PER_UNIT, shown, why_not
from inventory.factors.publication import CONFIDENCES, FactorRow, Potential, Publication
from inventory.factors.toml_text import PublicationError, read_toml
from inventory.lines import BY_CODE, LINES, UNIT_LABELS, Kind

MAX_YEAR = 999
CLOSE = Decimal("1e-9")  # a value and its derivation agree to this
TABLE = re.compile(r"\s*\[\[?\s*(gwp|factor)\s*\]?\]")
KEY = re.compile(r"\s*([A-Za-z_]+)\s*=")
Spec = dict[str, tuple[type, bool]]  # key → its type, whether it must be there

HEADER: Spec = {
    "id": (str, True),
    "title": (str, True),
    "title_en": (str, False),
    "publisher": (str, True),
    "source": (str, True),
    "published": (date, True),
    "gwp_basis": (str, True),
    "years": (list, True),
    "review_by": (date, True),
    "note": (str, False),
    "note_en": (str, False),
    "gwp": (list, True),
    "factor": (list, True),
}
POTENTIAL: Spec = {
    "gas": (str, True),
    "value": (Decimal, True),
    "basis": (str, False),
    "source": (str, True),
    "page": (str, False),
    "confidence": (str, True),
}
FACTOR: Spec = {
    "line": (str, True),
    "name": (str, False),
    "name_en": (str, False),
    "year": (int, False),
    "unit": (str, True),
    "gas": (str, True),
    "value": (Decimal, True),
    "heating_value": (Decimal, False),
    "ipcc_default": (Decimal, False),
    "litres_per_kg": (Decimal, False),
    "derivation": (str, False),
    "source": (str, True),
    "page": (str, False),
    "confidence": (str, True),
}


def parse_publication(content: bytes, name: str, today: date) -> Publication:
    """The factor set in the file's bytes; `name` is what the refusals call the file."""
    text, table = read_toml(content, name)
    return _Reader(name, text, today).publication(table)


class _Reader:
    """Checks one file. Knows in which line every key of every table stands."""

    def __init__(self, name: str, text: str, today: date) -> None:
        self.name, self.today = name, today
        self.lines = _key_lines(text)

    def refuse(self, why: str, place: tuple[str, int] = ("", 0), key: str = "") -> NoReturn:
        """Say what is wrong in which line: the key's, or where its table begins."""
        line = self.lines.get((*place, key)) or self.lines.get((*place, "")) or 1
        raise PublicationError(
            _("%(file)s 第 %(line)s 行：%(why)s") % {"file": self.name, "line": line, "why": why}
        )

    def publication(self, table: dict[str, Any]) -> Publication:
        header = self.fields(table, HEADER)
        if header["published"] > self.today:
            self.refuse(_("發布日期在未來。"), key="published")
        years = self.years(header["years"])
        potentials = self.potentials(header.pop("gwp"), header["gwp_basis"])
        factors = self.factors(header.pop("factor"), {one.gas for one in potentials})
        publication = Publication(
            **{**header, "years": years, "potentials": potentials, "factors": factors}
        )
        self.check_plausible(publication)
        self.check_complete(publication)
        return publication

    def years(self, years: list[Any]) -> tuple[int, ...]:
        for year in years:
            if type(year) is not int or not 1 <= year <= MAX_YEAR:
                self.refuse(_("%(year)s 不是民國年。") % {"year": shown(year)}, key="years")
        if len(set(years)) != len(years):
            self.refuse(_("年度重複。"), key="years")
        return tuple(years)

    def potentials(self, rows: list[Any], basis: str) -> tuple[Potential, ...]:
        found: dict[str, Potential] = {}
        for number, row in enumerate(rows):
            place = ("gwp", number)
            fields = self.fields(row, POTENTIAL, place)
            if fields.pop("basis", basis) != basis:
                why = _("GWP 版本與本版（%(basis)s）不同，不能混用。") % {"basis": basis}
                self.refuse(why, place, "basis")
            one = Potential(**fields)
            self.check_value(one.value, one.confidence, place)
            if one.gas in found:
                self.refuse(_("%(gas)s 出現兩次。") % {"gas": one.gas}, place, "gas")
            found[one.gas] = one
        return tuple(found.values())

    def factors(self, rows: list[Any], gases: set[str]) -> tuple[FactorRow, ...]:
        factors: list[FactorRow] = []
        seen: set[tuple[str, str, int | None, str]] = set()
        units: dict[tuple[str, str], str] = {}
        for number, row in enumerate(rows):
            place = ("factor", number)
            factor = FactorRow(**self.fields(row, FACTOR, place))
            self.check_factor(factor, gases, place)
            key = (factor.line, factor.name, factor.year, factor.gas)
            if key in seen:
                what = " ".join(str(part) for part in key if part)
                self.refuse(_("%(what)s 出現兩次。") % {"what": what}, place)
            seen.add(key)
            if units.setdefault((factor.line, factor.name), factor.unit) != factor.unit:
                self.refuse(_("同一項目有兩種單位。"), place, "unit")
            factors.append(factor)
        return tuple(factors)

    def check_factor(self, factor: FactorRow, gases: set[str], place: tuple[str, int]) -> None:
        line = BY_CODE.get(factor.line)
        if line is None:
            self.refuse(
                _("沒有名為 %(line)s 的項目。") % {"line": shown(factor.line)}, place, "line"
            )
        wanted = line.unit or factor.unit
        if factor.unit != wanted or factor.unit not in UNIT_LABELS:
            units = line.unit or listed(UNIT_LABELS)
            why = _("單位 %(unit)s 不符，這個項目的單位是 %(wanted)s。")
            self.refuse(why % {"unit": factor.unit, "wanted": units}, place, "unit")
        if bool(factor.name) != (line.kind in (Kind.REFRIGERANTS, Kind.OTHERS)):
            self.refuse(_("只有其他冷媒與其他能源要有名稱，而且必須有。"), place, "name")
        if factor.year is not None and not 1 <= factor.year <= MAX_YEAR:
            self.refuse(_("%(year)s 不是民國年。") % {"year": shown(factor.year)}, place, "year")
        if factor.gas not in gases:
            self.refuse(_("%(gas)s 在本版沒有 GWP。") % {"gas": factor.gas}, place, "gas")
        self.check_value(factor.value, factor.confidence, place)
        self.check_derivation(factor, place)

    def check_derivation(self, factor: FactorRow, place: tuple[str, int]) -> None:
        if (factor.heating_value is None) != (factor.ipcc_default is None):
            self.refuse(_("熱值與 IPCC 預設值須成對。"), place, "heating_value")
        if factor.derived is not None and abs(factor.derived - factor.value) > CLOSE:
            why = _("係數 %(value)s 與推導值 %(derived)s 不符。")
            self.refuse(why % {"value": factor.value, "derived": factor.derived}, place, "value")

    def check_value(self, value: Decimal, confidence: str, place: tuple[str, int]) -> None:
        if not value.is_finite() or value < 0:
            self.refuse(_("%(value)s 不是係數。") % {"value": shown(value)}, place, "value")
        if confidence not in CONFIDENCES:
            why = _("可信度 %(given)s 不是 %(known)s 之一。")
            known = listed(CONFIDENCES)
            self.refuse(why % {"given": shown(confidence), "known": known}, place, "confidence")

    def check_plausible(self, publication: Publication) -> None:
        """No factor is so large that a filing's total could not hold it."""
        for number, row in enumerate(publication.factors):
            if row.value * publication.potential(row.gas).value >= MAX_KG_PER_UNIT:
                why = _("係數 × GWP 不得達到每單位 %(most)s 公斤 CO₂e。")
                most = f"{MAX_KG_PER_UNIT:,}"
                self.refuse(why % {"most": most}, ("factor", number), "value")

    def check_complete(self, publication: Publication) -> None:
        """Every line that every unit is asked has a factor in every year of the set."""
        for line in LINES:
            if line.kind not in (Kind.SINGLE, Kind.FACILITIES):
                continue
            years = {row.year for row in publication.factors if row.line == line.code}
            missing = [year for year in publication.years if not years & {None, year}]
            if missing:
                what = {"line": line.code, "years": listed(map(str, missing))}
                self.refuse(_("項目 %(line)s 缺少 %(years)s 年度的係數。") % what, key="years")

    def fields(self, table: Any, known: Spec, place: tuple[str, int] = ("", 0)) -> dict[str, Any]:
        """The table's values by key: all known, all required ones there, each of its type."""
        if not isinstance(table, dict):
            self.refuse(_("這裡應該是一個表格。"), place)
        for key in table:
            if key not in known:
                self.refuse(_("不認得的鍵 %(key)s。") % {"key": shown(key)}, place, key)
        found = {}
        for key, (kind, required) in known.items():
            if key not in table:
                if required:
                    self.refuse(_("缺少 %(key)s。") % {"key": key}, place)
                continue
            value = table[key]
            if kind is Decimal and type(value) is int:
                value = Decimal(value)
            if type(value) is not kind:
                what = {"key": key, "value": shown(value), "kind": kind.__name__}
                self.refuse(_("%(key)s = %(value)s 不是 %(kind)s。") % what, place, key)
            if value in ("", []):
                self.refuse(_("%(key)s 是空的。") % {"key": key}, place, key)
            if why := why_not(place[0], key, value):
                what = {"key": key, "value": shown(value), "why": why}
                self.refuse(_("%(key)s = %(value)s：%(why)s") % what, place, key)
            found[key] = value
        return found


def _key_lines(text: str) -> dict[tuple[str, int, str], int]:
    """(table, its number, key) → line; the key "" is where the table begins."""
    found: dict[tuple[str, int, str], int] = {("", 0, ""): 1}
    counts = {"gwp": -1, "factor": -1}
    place = ("", 0)
    for number, line in enumerate(text.split("\n"), 1):
        table = TABLE.match(line)
        if table:
            counts[table[1]] += 1
            place = (table[1], counts[table[1]])
            found[(*place, "")] = number
        elif key := KEY.match(line):
            found.setdefault((*place, key[1]), number)
    return found
