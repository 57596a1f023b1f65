"""Whether a factor set is right, and complete for the years that it claims.

This is asked once, before a set is stored; what is stored is never judged again, for the form
goes on and the set does not. Every refusal names the file and the line. What may be right after
all is no refusal but a doubt (`doubts`).
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.wording import listed
from inventory.factors.corrections import Find, read_complete, stored_content
from inventory.factors.editions import UNITY, editions
from inventory.factors.limits import MAX_KG_PER_UNIT, shown, why_not
from inventory.factors.publication import CONFIDENCES, FactorRow, Publication
from inventory.factors.toml_file import Place, SetFile
from inventory.lines import UNIT_LABELS, Line, find_line, lines_of

MAX_YEAR = 999
CLOSE = Decimal("1e-9")  # a value and its derivation agree to this


def parse_publication(
    content: bytes, name: str, today: date, find: Find = stored_content
) -> Publication:
    """The factor set in a file's bytes, complete, judged by the forms of the years that it claims.

    `name` is what the refusals call the file; `find`: where the file of a set that it corrects
    comes from. Raises PublicationError.
    """
    file = read_complete(content, name, find)
    check_right(file, today)
    check_complete(file)
    return file.publication


def check_right(file: SetFile, today: date) -> None:
    """Everything that a set says can be kept, is known and agrees with the rest of it."""
    _Rightness(file).check(today)


def check_complete(file: SetFile) -> None:
    """Every line that is asked in one of the set's years has a factor, but where names are free.

    A line that is asked since a later year needs none for the years before.
    """
    publication = file.publication
    found = {(row.line, row.year) for row in publication.factors}
    missing: dict[str, list[int]] = {}
    for year in publication.years:
        for line in lines_of(year):
            is_there = found & {(line.code, None), (line.code, year)}
            if not is_there and (line.needs_a_name or not line.is_named):
                missing.setdefault(line.code, []).append(year)
    for code, years in missing.items():
        what = {"line": code, "years": listed(map(str, years))}
        file.refuse(_("項目 %(line)s 缺少 %(years)s 年度的係數。") % what, key="years")


class _Rightness:
    """What can be wrong in one file."""

    def __init__(self, file: SetFile) -> None:
        self.refuse, self.file, self.publication = file.refuse, file, file.publication

    def check(self, today: date) -> None:
        for place, key, value in self.file.values:
            if value in ("", []):
                self.refuse(_("%(key)s 是空的。") % {"key": key}, place, key)
            if why := why_not(place[0], key, value):
                what = {"key": key, "value": shown(value), "why": why}
                self.refuse(_("%(key)s = %(value)s：%(why)s") % what, place, key)
        if self.publication.published is not None and self.publication.published > today:
            self.refuse(_("發布日期在未來。"), key="published")
        if self.publication.file_date is not None and self.publication.file_date > today:
            self.refuse(_("檔案日期在未來。"), key="file_date")
        self._check_years()
        self._check_edition()
        self._check_potentials()
        self._check_factors()
        self._check_activities()

    def _check_years(self) -> None:
        years = self.publication.years
        for year in years:
            if type(year) is not int or not 1 <= year <= MAX_YEAR:
                self.refuse(_("%(year)s 不是民國年。") % {"year": shown(year)}, key="years")
        if len(set(years)) != len(years):
            self.refuse(_("年度重複。"), key="years")

    def _check_edition(self) -> None:
        if self.publication.gwp_basis not in editions():
            why = _("沒有名為 %(basis)s 的 GWP 版本；已知的是 %(known)s。")
            what = {"basis": shown(self.publication.gwp_basis), "known": listed(editions())}
            self.refuse(why % what, key="gwp_basis")

    def _check_potentials(self) -> None:
        """One GWP per gas, above nothing, all of the set's own edition; CO2 is 1 by definition."""
        basis = self.publication.gwp_basis
        seen: set[str] = set()
        for number, one in enumerate(self.publication.potentials):
            place = self.file.places["gwp"][number]
            if self.file.bases[number] not in ("", basis):
                why = _("GWP 版本與本版（%(basis)s）不同，不能混用。") % {"basis": basis}
                self.refuse(why, place, "basis")
            self._check_value(one.value, one.confidence, place)
            if one.value == 0:
                self.refuse(_("%(gas)s 的 GWP 不能是 0。") % {"gas": one.gas}, place, "value")
            if one.gas in UNITY and one.value != 1:
                why = _("%(gas)s 的 GWP 依定義是 1，不是 %(value)s。")
                self.refuse(why % {"gas": one.gas, "value": one.value}, place, "value")
            if one.gas in seen:
                self.refuse(_("%(gas)s 出現兩次。") % {"gas": one.gas}, place, "gas")
            seen.add(one.gas)

    def _check_factors(self) -> None:
        """Each factor for itself; none twice; one unit per activity."""
        seen: set[tuple[str, str, int | None, str, bool]] = set()
        units: dict[tuple[str, str], str] = {}
        for factor, place in self._placed():
            self._check_factor(factor, place)
            if factor.key in seen:
                what = " ".join(str(part) for part in factor.key[:-1] if part)
                self.refuse(_("%(what)s 出現兩次。") % {"what": what}, place)
            seen.add(factor.key)
            if units.setdefault((factor.line, factor.name), factor.unit) != factor.unit:
                self.refuse(_("同一項目有兩種單位。"), place, "unit")

    def _check_factor(self, factor: FactorRow, place: Place) -> None:
        line = find_line(factor.line)
        if line is None:
            why = _("沒有名為 %(line)s 的項目。") % {"line": shown(factor.line)}
            self.refuse(why, place, "line")
        self._check_activity(factor, line, place)
        if factor.year is not None and not 1 <= factor.year <= MAX_YEAR:
            self.refuse(_("%(year)s 不是民國年。") % {"year": shown(factor.year)}, place, "year")
        if factor.gas not in {one.gas for one in self.publication.potentials}:
            self.refuse(_("%(gas)s 在本版沒有 GWP。") % {"gas": factor.gas}, place, "gas")
        self._check_value(factor.value, factor.confidence, place)
        self._check_derivation(factor, place)
        if factor.value == 0 and not (line and line.may_be_zero):
            self.refuse(_("這個項目的係數不能是 0。"), place, "value")
        if factor.biogenic and factor.gas != "CO2":
            why = _("只有 CO2 可以是生質，%(gas)s 不可以。")
            self.refuse(why % {"gas": factor.gas}, place, "biogenic")

    def _check_activities(self) -> None:
        """What the gases of one activity are together: a fuel has CO2, nothing is counted twice."""
        activities: dict[tuple[str, str, int | None], list[tuple[FactorRow, Place]]] = {}
        for factor, place in self._placed():
            activities.setdefault(factor.key[:3], []).append((factor, place))
        for (code, _name, _year), rows in activities.items():
            place, gases = rows[0][1], {factor.gas for factor, _place in rows}
            line = find_line(code)
            if line and line.is_fuel and not gases & set(UNITY):
                self.refuse(_("燃料沒有 CO2 的係數。"), place, "gas")
            if "CO2e" in gases and len(rows) > 1:
                why = _("CO2e 已包含各種氣體，不能再與其他氣體並列。")
                self.refuse(why, place, "gas")
            self._check_size([factor for factor, _place in rows], place)

    def _check_size(self, factors: list[FactorRow], place: Place) -> None:
        """What one unit releases keeps every filing within its columns."""
        potential = self.publication.potential
        kg = sum(
            (one.value * potential(one.gas).value for one in factors if not one.biogenic),
            Decimal(0),
        )
        if kg > MAX_KG_PER_UNIT:
            why = _("係數 × GWP 合計 %(kg)s，超過每單位 %(most)s 公斤 CO₂e。")
            what = {"kg": shown(kg), "most": f"{MAX_KG_PER_UNIT:,}"}
            self.refuse(why % what, place, "value")

    def _placed(self) -> Iterator[tuple[FactorRow, Place]]:
        return zip(self.publication.factors, self.file.places["factor"], strict=True)

    def _check_activity(self, factor: FactorRow, line: Line, place: Place) -> None:
        """The unit is the line's, and a name stands where the line is chosen by name."""
        wanted = line.unit or factor.unit
        if factor.unit != wanted or factor.unit not in UNIT_LABELS:
            units = line.unit or listed(UNIT_LABELS)
            why = _("單位 %(unit)s 不符，這個項目的單位是 %(wanted)s。")
            self.refuse(why % {"unit": factor.unit, "wanted": units}, place, "unit")
        if bool(factor.name) != line.is_named:
            self.refuse(
                _("只有依名稱計算的項目（冷媒、其他能源、用途）要有名稱，而且必須有。"),
                place,
                "name",
            )

    def _check_derivation(self, factor: FactorRow, place: Place) -> None:
        if (factor.heating_value is None) != (factor.ipcc_default is None):
            self.refuse(_("熱值與 IPCC 預設值須成對。"), place, "heating_value")
        if factor.derived is not None and abs(factor.derived - factor.value) > CLOSE:
            why = _("係數 %(value)s 與推導值 %(derived)s 不符。")
            self.refuse(why % {"value": factor.value, "derived": factor.derived}, place, "value")

    def _check_value(self, value: Decimal, confidence: str, place: Place) -> None:
        if not value.is_finite() or value.is_signed():  # -0.0 is below nothing, too
            self.refuse(_("%(value)s 不是係數。") % {"value": shown(value)}, place, "value")
        if confidence not in CONFIDENCES:
            why = _("可信度 %(given)s 不是 %(known)s 之一。")
            known = listed(CONFIDENCES)
            self.refuse(why % {"given": shown(confidence), "known": known}, place, "confidence")
