"""The questions of the form: what a unit is asked, in which group and in which unit.

The same lines are asked for the unit's own operations and for the outsourced ones.
"""

from dataclasses import dataclass
from enum import Enum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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


@dataclass(frozen=True, slots=True)
class Line:
    """One question. `unit` is the symbol that a factor for this line must be per."""

    code: str
    group: str | Promise
    label: str | Promise
    unit: str
    unit_label: str | Promise
    kind: Kind = Kind.SINGLE


ELECTRICITY = pgettext_lazy("group", "電力")
GAS = pgettext_lazy("group", "天然氣/瓦斯")
VEHICLES = pgettext_lazy("group", "公務車用油")
FACILITIES = pgettext_lazy("group", "其他設施(如發電機)")
EXTINGUISHERS = pgettext_lazy("group", "滅火器補充量")
REFRIGERANTS = pgettext_lazy("group", "冷媒補充量(含大樓冷氣、中央空調冰水主機、車用冷媒等)")
OTHERS = pgettext_lazy("group", "其他能源資源耗用量")

KWH, M3, KG, LITRE = _("度"), _("立方公尺"), _("公斤"), _("公升")

UNIT_LABELS: dict[str, Promise] = {"kWh": KWH, "m3": M3, "kg": KG, "L": LITRE}
# What people write for each, in lower case: a unit is understood in whatever language it is typed.
UNIT_WORDS: dict[str, frozenset[str]] = {
    "kWh": frozenset({"kwh", "度", "度電", "千瓦時", "瓩時"}),
    "m3": frozenset({"m3", "m³", "立方公尺", "立方米", "cubic metre", "cubic metres"}),
    "kg": frozenset({"kg", "公斤", "千克", "kilogram", "kilograms"}),
    "L": frozenset({"l", "公升", "升", "litre", "litres", "liter", "liters"}),
}

LINES: tuple[Line, ...] = (
    Line("electricity", ELECTRICITY, _("電力"), "kWh", KWH),
    Line("natural_gas", GAS, _("天然氣"), "m3", M3),
    Line("lpg", GAS, _("瓦斯"), "kg", KG),
    Line("gasoline", VEHICLES, _("汽油"), "L", LITRE),
    Line("diesel", VEHICLES, _("柴油"), "L", LITRE),
    Line("facility_diesel", FACILITIES, _("設施名稱與柴油"), "L", LITRE, Kind.FACILITIES),
    Line("co2_extinguisher", EXTINGUISHERS, _("二氧化碳滅火器補充"), "kg", KG),
    Line("bc_extinguisher", EXTINGUISHERS, _("BC乾粉滅火器補充"), "kg", KG),
    Line("kbc_extinguisher", EXTINGUISHERS, _("KBC乾粉滅火器補充"), "kg", KG),
    Line("r134a", REFRIGERANTS, _("冷媒型號R134a，補充"), "kg", KG),
    Line("r410a", REFRIGERANTS, _("冷媒型號R410a，補充"), "kg", KG),
    Line("other_refrigerant", REFRIGERANTS, _("其他冷媒型號，補充"), "kg", KG, Kind.REFRIGERANTS),
    Line("other", OTHERS, _("其他能源資源"), "", "", Kind.OTHERS),
)
BY_CODE: dict[str, Line] = {line.code: line for line in LINES}


def unit_label(symbol: str) -> str:
    """The unit in words, as it stands beside a field; an unknown symbol stands for itself."""
    return str(UNIT_LABELS.get(symbol, symbol))


def unit_symbol(typed: str) -> str:
    """The symbol for a unit that someone typed in words or as a symbol; else what was typed.

    Chinese and English words count in both languages, for a page may be read in one and have
    been filled in in the other.
    """
    word = typed.strip()
    known = (symbol for symbol, words in UNIT_WORDS.items() if word.lower() in words)
    return next(known, word)


def line_name(key: str) -> str:
    """A row's key in words: own-electricity is 「營運活動數據：電力」. No key stays itself."""
    operation, _dash, code = key.partition("-")
    line = BY_CODE.get(code)
    if line is None or operation not in Operation.values:
        return key
    return labelled(Operation(operation).label, line.label)
