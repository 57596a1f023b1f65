"""What people call energies, refrigerants and agents, and which of these names are one thing.

Names are compared by their key, so that width, case, blanks, hyphens, brackets and the two ways of
writing 台 make no difference. What a name can mean are codes: a line's own code where a line of the
form asks for it, else a code of this file (`vehicle_lpg`) or a refrigerant's (`r404a`). Which lines
a year asks and which names its factor set has is not known here.
"""

import re
import unicodedata
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Codes = frozenset[str]

MAX_NAME = 60  # characters, as the column holds; nothing longer is looked at

# Other ways of writing one character, in names of energies.
VARIANTS = str.maketrans("臺气电灭剂", "台氣電滅劑")

# What a name can mean → the names, as keys. Several meanings: the name alone does not say which.
MEANINGS: tuple[tuple[str, str], ...] = (
    (
        "electricity",
        "電 電力 電能 電費 電量 用電 用電量 市電 台電 台電電力 台灣電力 外購電力 購電 照明用電 "
        "動力用電 路燈用電 electricity electricpower electric power",
    ),
    (
        "natural_gas",
        "天然氣 天然瓦斯 自來瓦斯 都市瓦斯 管線瓦斯 管路瓦斯 導管瓦斯 家用天然氣 液化天然氣 "
        "naturalgas ng ng1 ng2 lng citygas towngas",
    ),
    (
        "lpg",
        "桶裝瓦斯 筒裝瓦斯 罐裝瓦斯 鋼瓶瓦斯 瓦斯桶 瓦斯鋼瓶 液化瓦斯 家用液化石油氣 "
        "桶裝液化石油氣 液化丙烷 丙烷 bottledgas",
    ),
    ("lpg natural_gas", "瓦斯 瓦斯費 家用瓦斯 煤氣 gas"),
    ("lpg vehicle_lpg", "液化石油氣 液化石油瓦斯 石油氣 lpg liquefiedpetroleumgas"),
    ("vehicle_lpg", "lpgforvehicles autogas autolpg"),
    (
        "gasoline stationary_gasoline",
        "汽油 無鉛汽油 高級汽油 九二 九五 九八 九二無鉛 九五無鉛 九八無鉛 九二汽油 九五汽油 "
        "九八汽油 九二無鉛汽油 九五無鉛汽油 九八無鉛汽油 92無鉛 95無鉛 98無鉛 92汽油 95汽油 98汽油 "
        "92無鉛汽油 95無鉛汽油 98無鉛汽油 gasoline petrol unleaded unleadedgasoline "
        "unleadedpetrol motorgasoline mogas",
    ),
    ("stationary_gasoline", "汽油發電機等固定設備 petrolgeneratorsandotherfixedequipment"),
    (
        "diesel facility_diesel",
        "柴油 高級柴油 超級柴油 普通柴油 diesel dieseloil dieselfuel gasoil",
    ),
    (
        "co2_extinguisher",
        "二氧化碳滅火器 co2滅火器 二氧化碳滅火 co2滅火 二氧化碳手提滅火器 "
        "carbondioxideextinguisher co2extinguisher co2fireextinguisher",
    ),
    ("bc_extinguisher", "bc乾粉滅火器 bc滅火器 bc乾粉 bc類乾粉滅火器 bcdrypowderextinguisher"),
    (
        "kbc_extinguisher",
        "kbc乾粉滅火器 kbc滅火器 kbc乾粉 kbc類乾粉滅火器 kbcdrypowderextinguisher",
    ),
    (
        "abc_extinguisher",
        "abc乾粉滅火器 abc滅火器 abc乾粉 abc類乾粉滅火器 abcdrypowderextinguisher",
    ),
    ("bc_extinguisher kbc_extinguisher abc_extinguisher", "乾粉滅火器 乾粉 drypowderextinguisher"),
    (
        "co2_extinguisher bc_extinguisher kbc_extinguisher abc_extinguisher",
        "滅火器 手提滅火器 extinguisher fireextinguisher",
    ),
    ("r134a", "四氟乙烷 r134 hfc134"),
    ("r410a", "r410 hfc410"),
    ("r404a", "r404 hfc404"),
    ("r507a", "r507 hfc507"),
    ("r32", "二氟甲烷"),
    ("r227ea", "fm200 七氟丙烷 海龍替代品fm200"),
    ("r22", "二氟一氯甲烷 一氯二氟甲烷"),
    ("sf6", "sf6 六氟化硫 六氟化硫sf6 sulphurhexafluoride sulfurhexafluoride"),
    ("halon1301", "海龍1301 海龍1301滅火器 三氟溴甲烷 三氟一溴甲烷"),
    ("halon1211", "海龍1211 海龍1211滅火器"),
    ("halon2402", "海龍2402"),
    ("r134a r410a other_refrigerant", "冷媒 冷媒型號"),
)

# Where something is used, before or behind its name: 發電機用柴油 is no fuel of a vehicle.
USES: tuple[tuple[str, str], ...] = (
    (
        "gasoline diesel vehicle_lpg",
        "公務車用 公務車 車輛用 車輛 車用 汽車用 汽車 機車用 機車 校車 貨車 垃圾車 "
        "vehicle vehicles",
    ),
    (
        "facility_diesel stationary_gasoline lpg natural_gas",
        "緊急發電機用 緊急發電機 發電機用 發電機 發電機組 鍋爐用 鍋爐 抽水機用 抽水機 割草機用 "
        "割草機 固定源 固定設備 generator generators boiler",
    ),
    ("lpg natural_gas", "廚房用 廚房 營養午餐 熱水器 kitchen"),
)

# Words that add nothing to what something is.
FILLERS = (
    "冷媒型號 冷媒 型號 滅火藥劑 滅火劑 藥劑 滅火系統 滅火設備 補充量 補充 填充量 填充 充填量 充填 "
    "添加量 添加 耗用量 消耗量 使用量 用油量 用量 用油 油料 "
    "refrigerant extinguishingagent agent refill consumption use"
)

# HFC-134a, R-134a, 冷媒134a, 134a: the number decides. Without anything before it, it takes three
# digits and a letter to be a refrigerant's.
REFRIGERANT = re.compile(
    r"(?:(?:hfc|hcfc|cfc|hfo|pfc|freon|氟利昂|弗利昂|r)+|(?=\d{3}[a-z]))(\d{2,4}(?:[a-z]{0,2}|b\d))"
)
HALON = re.compile(r"halon(\d{4})")

# Substances of annexes A, B, C and E of the Montreal Protocol, and blends of nothing but them.
# Inventories of the seven greenhouse gases of the Kyoto Protocol leave them out.
MONTREAL_PROTOCOL = (
    "r11 r12 r13 r13b1 r12b1 r21 r22 r31 r111 r112 r113 r114 r115 r121 r122 r123 r124 r131 r132 "
    "r133 r133a r141 r141b r142 r142b r151 r211 r212 r213 r214 r215 r216 r217 r221 r222 r223 r224 "
    "r225 r225ca r225cb r226 r231 r232 r233 r234 r235 r241 r242 r243 r244 r251 r252 r253 r261 r262 "
    "r271 r409a r409b r501 r502 halon1211 halon1301 halon2402"
)
EXCLUDED: tuple[tuple[Codes, Promise], ...] = (
    (
        frozenset(MONTREAL_PROTOCOL.split()),
        _("屬《蒙特婁議定書》列管的破壞臭氧層物質，依盤查慣例不計入"),
    ),
)

KNOWN: dict[str, Codes] = {
    word: frozenset(codes.split()) for codes, words in MEANINGS for word in words.split()
}
USED_FOR: dict[str, Codes] = {
    word: frozenset(codes.split()) for codes, words in USES for word in words.split()
}
FILLING = frozenset(FILLERS.split())
AFFIXES = sorted({*FILLING, *USED_FOR}, key=len, reverse=True)
NOTHING: Codes = frozenset()


def key_of(name: str) -> str:
    """What is left of a name when spelling is left out: letters and digits, as NFKC has them.

    >>> key_of(" ＨＦＣ－134A（冷媒）")
    'hfc134a冷媒'
    """
    text = unicodedata.normalize("NFKC", name[: 2 * MAX_NAME]).casefold().translate(VARIANTS)
    kept = "".join(one for one in text if unicodedata.category(one)[0] in "LNM")
    return unicodedata.normalize("NFKC", kept)


@lru_cache(maxsize=4096)
def meanings_of(name: str) -> Codes:
    """What a name can mean; nothing where it is none of those that people write for a line.

    Parts in brackets or beside one another are taken together: 柴油(發電機) is 發電機柴油,
    汽油/柴油 can be all that either can, 柴油(木炭) is nothing known.
    """
    whole = _meanings(key_of(name))
    if whole:
        return whole
    text = unicodedata.normalize("NFKC", name[: 2 * MAX_NAME])
    parts = [key for part in re.split(r"[()\[\]{}【】〔〕/、,;:]", text) if (key := key_of(part))]
    if len(parts) < 2:
        return NOTHING
    named = [codes for part in parts if (codes := _meanings(part))]
    uses = [USED_FOR[part] for part in parts if part in USED_FOR]
    fillers = [part for part in parts if part in FILLING]
    if not named or len(named) + len(uses) + len(fillers) < len(parts):
        return NOTHING
    agreed = frozenset.intersection(*named) or frozenset.union(*named)
    return agreed.intersection(*uses) or agreed


def _meanings(key: str) -> Codes:
    """Of a key, or of what is left of it when fillers and uses are taken off its ends."""
    uses: list[Codes] = []
    while not (codes := _plain_meanings(key)):
        affix, key = _without_affix(key)
        if not affix:
            return NOTHING
        uses += [USED_FOR[affix]] if affix in USED_FOR else []
    return codes.intersection(*uses) or codes


def _plain_meanings(key: str) -> Codes:
    if key in KNOWN:
        return KNOWN[key]
    if code := REFRIGERANT.fullmatch(key):
        number = f"r{code[1]}"
        return KNOWN.get(number, frozenset({number}))
    if code := HALON.fullmatch(key):
        return frozenset({f"halon{code[1]}"})
    return NOTHING


def _without_affix(key: str) -> tuple[str, str]:
    """The longest word at the beginning or end, and what is left; "" where there is none."""
    for affix in AFFIXES:
        for rest in (key.removeprefix(affix), key.removesuffix(affix)):
            if rest not in ("", key):
                return affix, rest
    return "", key


def exclusion_of(name: str) -> str:
    """Why convention leaves a substance out, whatever the factor set has; "" where it does not."""
    codes = meanings_of(name)
    return next((str(why) for excluded, why in EXCLUDED if codes and codes <= excluded), "")
