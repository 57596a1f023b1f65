"""The questions of the form: what a unit is asked, since which year, in which group and unit.

The same lines are asked for the unit's own operations and for the outsourced ones. The form of a
year is an edition: `lines_of(year)`. A line that is added begins with a year, so that no older
year, and no factor set that was stored before, has anything to do with it. A line is never taken
out of this file while figures of it are kept; it ends with a year.
"""

import unicodedata
from dataclasses import dataclass
from enum import Enum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.wording import labelled


class Operation(TextChoices):
    """Whose operations: only the unit's own count in the totals of the agencies above."""

    OWN = "own", _("營運活動數據")
    OUTSOURCED = "outsourced", _("委外操作/營運活動數據(該單位自行負擔費用部分)")


class Kind(Enum):
    """How a line is answered."""

    SINGLE = "one quantity"
    FACILITIES = "several quantities, each with the name of a facility"
    REFRIGERANTS = "several quantities, each of a refrigerant that the factor set knows"
    OTHERS = "several quantities, each with a name and a unit"


class Category(Enum):
    """How ISO 14064-1 sorts an emission: from the unit's own sources, from energy that it buys,
    or from what others operate for it.
    """

    DIRECT = "direct"
    ENERGY_INDIRECT = "energy indirect"
    OTHER_INDIRECT = "other indirect"


@dataclass(frozen=True, slots=True, eq=False)
class Heading:
    """What lines stand under: a group of the form, or a source of 公開資訊.

    `code` is its name in data files; it never changes.
    """

    code: str
    label: str | Promise


UNIT_LABELS: dict[str, Promise] = {
    "kWh": _("度"),
    "m3": _("立方公尺"),
    "kg": _("公斤"),
    "L": _("公升"),
}
MAX_UNIT_WORD = 40  # characters; nothing longer is looked at
# What people write for each, in lower case, without blanks, as NFKC has it. A unit is understood in
# whatever language it is typed.
UNIT_WORDS: dict[str, frozenset[str]] = {
    "kWh": frozenset({"kwh", "度", "度電", "千瓦時", "瓩時"}),
    "m3": frozenset(
        {"m3", "立方公尺", "立方米", "cubicmetre", "cubicmetres", "cubicmeter", "cubicmeters"}
    ),
    "kg": frozenset({"kg", "公斤", "千克", "kilogram", "kilograms"}),
    "L": frozenset({"l", "公升", "升", "litre", "litres", "liter", "liters"}),
}


AMOUNT = _("數量")


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One question.

    unit: the symbol that a factor of the line must be per; "" where each row names its own.
    since, until: the first and the last ROC year that asks it; None for always.
    name_label, amount_label: what a repeated row calls its name and its quantity.
    published_as: its source in 公開資訊, where that is not its group.
    most: a quantity per unit and year above which a typing error is likelier than a use.
    needs_a_name: of a line that is answered by name, a factor set must know at least one name.
    """

    code: str
    group: Heading
    label: str | Promise
    unit: str
    category: Category
    kind: Kind = Kind.SINGLE
    since: int | None = None
    until: int | None = None
    name_label: str | Promise = ""
    amount_label: str | Promise = AMOUNT
    published_as: Heading | None = None
    most: int | None = None
    needs_a_name: bool = False

    @property
    def unit_label(self) -> str | Promise:
        """The unit in words, as it stands beside a field."""
        return UNIT_LABELS.get(self.unit, self.unit)

    @property
    def source(self) -> Heading:
        """The source that 公開資訊 adds the line to."""
        return self.published_as or self.group

    @property
    def is_summable(self) -> bool:
        """Whether the line's quantities have one unit, so that their sum means something."""
        return self.kind is not Kind.OTHERS

    @property
    def is_named(self) -> bool:
        """Whether the name of a row decides on its factor."""
        return self.kind in (Kind.REFRIGERANTS, Kind.OTHERS)

    @property
    def is_fuel(self) -> bool:
        """Whether it is burnt: no fuel is without CO2, and hardly one without CH4 and N2O."""
        return self.group in FUELS

    @property
    def may_be_zero(self) -> bool:
        """Whether a factor may be 0: an agent without carbon is named under other energies."""
        return self.kind is Kind.OTHERS

    def is_asked_in(self, year: int) -> bool:
        """Whether the form of a ROC year asks the line."""
        return (self.since is None or self.since <= year) and (
            self.until is None or year <= self.until
        )

    def category_of(self, operation: Operation) -> Category:
        """ISO 14064-1's category of the line's emissions.

        What others operate on the unit's behalf is under their control, whoever pays: it is
        other indirect whatever is burnt, and no part of the unit's own total.
        """
        return Category.OTHER_INDIRECT if operation == Operation.OUTSOURCED else self.category


DIRECT, ENERGY_INDIRECT = Category.DIRECT, Category.ENERGY_INDIRECT

ELECTRICITY = Heading("electricity", pgettext_lazy("group", "電力"))
GAS = Heading("gas", pgettext_lazy("group", "天然氣/瓦斯"))
VEHICLES = Heading("vehicles", pgettext_lazy("group", "公務車用油"))
FACILITIES = Heading("facilities", pgettext_lazy("group", "其他設施(如發電機)"))
EXTINGUISHERS = Heading("extinguishers", pgettext_lazy("group", "滅火器補充量"))
REFRIGERANTS = Heading(
    "refrigerants", pgettext_lazy("group", "冷媒補充量(含大樓冷氣、中央空調冰水主機、車用冷媒等)")
)
OTHERS = Heading("others", pgettext_lazy("group", "其他能源資源耗用量"))
FUELS = (GAS, VEHICLES, FACILITIES)

LINES: tuple[Line, ...] = (
    # most: 23 MW day and night, as on the campus of a large university
    Line("electricity", ELECTRICITY, _("電力"), "kWh", ENERGY_INDIRECT, most=200_000_000),
    # 2 steam boilers of 1 t/h × 75 m³/h × 2,000 h
    Line("natural_gas", GAS, _("天然氣"), "m3", DIRECT, most=300_000),
    # 4 cylinders of 50 kg a day × 250 days: a kitchen for thousands
    Line("lpg", GAS, _("瓦斯"), "kg", DIRECT, most=50_000),
    # 500 cars × 20,000 km × 10 L/100 km
    Line("gasoline", VEHICLES, _("汽油"), "L", DIRECT, most=1_000_000),
    # 200 refuse lorries × 25,000 km × 40 L/100 km
    Line("diesel", VEHICLES, _("柴油"), "L", DIRECT, most=2_000_000),
    # a generator of 1,000 kW × 0.27 L/kWh × 1,000 h
    Line(
        "facility_diesel", FACILITIES, _("設施名稱與柴油"), "L", DIRECT, Kind.FACILITIES,
        name_label=_("設施名稱"), amount_label=_("柴油"), most=270_000,
    ),
    # 500 extinguishers × 5 kg
    Line("co2_extinguisher", EXTINGUISHERS, _("二氧化碳滅火器補充"), "kg", DIRECT, most=2_500),
    # 1,000 extinguishers × 5 kg; KBC alike
    Line("bc_extinguisher", EXTINGUISHERS, _("BC乾粉滅火器補充"), "kg", DIRECT, most=5_000),
    Line("kbc_extinguisher", EXTINGUISHERS, _("KBC乾粉滅火器補充"), "kg", DIRECT, most=5_000),
    # 2 chillers that lose their whole charge of 500 kg
    Line("r134a", REFRIGERANTS, _("冷媒型號R134a，補充"), "kg", DIRECT, most=1_000),
    # 50 outdoor units that lose their whole charge of 10 kg
    Line("r410a", REFRIGERANTS, _("冷媒型號R410a，補充"), "kg", DIRECT, most=500),
    # as R134a
    Line(
        "other_refrigerant", REFRIGERANTS, _("其他冷媒型號，補充"), "kg", DIRECT,
        Kind.REFRIGERANTS, name_label=_("冷媒型號"), amount_label=_("補充"), most=1_000,
    ),
    # Direct, for what counts is burnt or escapes at the unit: the factor sets name fuels and
    # agents. Heat or steam that is bought has no factor and is in no total.
    Line("other", OTHERS, _("其他能源資源"), "", DIRECT, Kind.OTHERS, name_label=_("名稱")),
)  # fmt: skip


def lines_of(year: int) -> tuple[Line, ...]:
    """The lines that the form of a ROC year asks, in its order."""
    return tuple(line for line in LINES if line.is_asked_in(year))


def codes_of(*years: int) -> frozenset[str]:
    """The codes of the lines that the forms of all of these ROC years ask."""
    return frozenset(line.code for line in LINES if all(line.is_asked_in(year) for year in years))


def find_line(code: str) -> Line | None:
    """The line of any year that has this code."""
    return next((line for line in LINES if line.code == code), None)


def line_of(code: str) -> Line:
    """The line of any year that has this code; an unknown code stands for itself.

    Figures are kept longer than forms. What an older (or newer) form asked is asked in no year
    now; it has its code for a heading, and its quantities are never added up, for nobody knows
    their unit.
    """
    stand_in = Line(code, Heading(code, code), code, "", DIRECT, Kind.OTHERS, until=0)
    return find_line(code) or stand_in


def place_of(code: str) -> int:
    """Where a line stands in the form, over all years; what no form asks comes last."""
    return next((at for at, line in enumerate(LINES) if line.code == code), len(LINES))


def unit_label(symbol: str) -> str:
    """The unit in words, as it stands beside a field; an unknown symbol stands for itself."""
    return str(UNIT_LABELS.get(symbol, symbol))


def unit_symbol(typed: str) -> str:
    """The symbol for a unit that someone typed in words or as a symbol; else what was typed.

    Chinese and English words count in both languages, for a page may be read in one and have
    been filled in in the other.
    """
    word = typed.strip()
    if len(word) > MAX_UNIT_WORD:
        return word
    plain = "".join(unicodedata.normalize("NFKC", word).lower().split())
    known = (symbol for symbol, words in UNIT_WORDS.items() if plain in words)
    return next(known, word)


def operation_label(operation: str, label: str | Promise) -> str:
    """A line's label among those of both operations: 「委外：電力」."""
    if operation == Operation.OUTSOURCED:
        return gettext("委外：%(line)s") % {"line": label}
    return str(label)


def line_name(key: str) -> str:
    """A row's key in words: own-electricity is 「營運活動數據：電力」. No key stays itself."""
    operation, _dash, code = key.partition("-")
    line = find_line(code)
    if line is None or operation not in Operation.values:
        return key
    return labelled(Operation(operation).label, line.label)
