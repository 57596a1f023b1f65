"""The words that people use in sheets of figures.

Words for lines stand beside what `inventory.names` knows of energies, for what is only said of a
line of the form (其他設施); a test holds every code here against `inventory.lines`.
"""

import re
from collections.abc import Mapping

from accounts import cleaning
from inventory.lines import UNIT_WORDS, Operation, unit_symbol
from inventory.models import FIRST_ROC_YEAR
from inventory.names import key_of

Columns = Mapping[str, tuple[str, ...]]

YEAR_WORDS = ("年度", "年", "年份", "年別", "民國年", "西元年", "填報年度", "盤查年度", "資料年度")
ACCOUNT_WORDS = ("帳號", "單位帳號", "機關帳號", "登入帳號", "使用者帳號", "帳號名稱", "賬號")
CODE_WORDS = (
    "機關代碼", "單位代碼", "學校代碼", "機關單位代碼", "代碼",
    "機關代號", "單位代號", "學校代號", "代號",
)  # fmt: skip
UNIT_NAME_WORDS = (
    "單位名稱", "機關名稱", "學校名稱", "單位全名", "機關全名", "機關單位名稱", "機關/單位名稱",
    "機關/單位名稱(全名)", "機關學校名稱",
)  # fmt: skip
OPERATION_WORDS = ("範圍", "營運範圍", "操作範圍", "自行/委外", "自行或委外", "營運別")
COMMON: Columns = {
    "year": YEAR_WORDS,
    "account": ACCOUNT_WORDS,
    "code": CODE_WORDS,
    "operation": OPERATION_WORDS,
}
# One row for each figure. 單位 is what a quantity is counted in.
LONG: Columns = {
    **COMMON,
    "unit_name": UNIT_NAME_WORDS,
    "line": (
        "項目",
        "能源",
        "能源項目",
        "能源種類",
        "能源別",
        "活動數據項目",
        "排放源",
        "填報項目",
    ),
    "name": ("名稱", "設施名稱", "冷媒型號", "能源名稱", "設施", "型號"),
    "quantity": ("數量", "用量", "使用量", "耗用量", "年用量", "活動數據", "活動量", "補充量"),
    "unit": ("單位", "計量單位", "數量單位", "用量單位"),
}
# One column for each energy. 單位 is whose row it is.
WIDE: Columns = {
    **COMMON,
    "unit_name": (
        *UNIT_NAME_WORDS,
        "單位",
        "機關",
        "學校",
        "機關單位",
        "機關/單位",
        "名稱",
        "校名",
    ),
}

OPERATIONS: Mapping[Operation, str] = {
    Operation.OWN: (
        "自行 自行營運 自行操作 自營 自有 自用 本單位 本機關 本校 本署 本府 本所 非委外 不含委外 "
        "營運 營運活動數據 own ownoperations"
    ),
    Operation.OUTSOURCED: (
        "委外 委外操作 委外營運 委外部分 外包 委託 委託經營 委託營運 委辦 "
        "委外操作營運活動數據 委外操作營運活動數據該單位自行負擔費用部分 outsourced"
    ),
}
READ_AS = {word: operation for operation, words in OPERATIONS.items() for word in words.split()}

# What says that nothing of an energy was used. An empty cell says nothing; 0 is a number.
UNUSED_WORDS = "未使用 無使用 沒有使用 未用 無 沒有 unused none n/a - -- － — – ―"
UNUSED = frozenset(UNUSED_WORDS.split())

# What is said of a line of the form alone, as keys of names.
LINES: tuple[tuple[str, str], ...] = (
    (
        "facility_diesel",
        "其他設施 其他設施柴油 其他設施用油 設施 設施柴油 設施用油 發電機 緊急發電機 發電機組 "
        "柴油發電機 緊急柴油發電機 其他設施如發電機",
    ),
    ("other_refrigerant", "其他冷媒 其他冷媒型號 其他冷媒補充 其他冷媒補充量"),
    ("other", "其他 其他能源 其他資源 其他能源資源 其他能源資源耗用量"),
)
LINE_OF = {word: code for code, words in LINES for word in words.split()}
# Of these words nobody learns which facility it is.
UNNAMED = (
    "其他設施 其他設施柴油 其他設施用油 設施 設施柴油 設施用油 其他設施如發電機 設施名稱與柴油"
)
UNNAMED_FACILITIES = frozenset(UNNAMED.split())
ANY_FACILITY = "其他設施"  # its name, where a column says no more
# A gas bill counts in 度, and means cubic metres; 度 alone is a kilowatt-hour.
UNITS_OF_LINES = {("natural_gas", "kWh", "度"): "m3"}
# Units that no line is asked in: a column of them is of its energy, and refused by its unit. A
# column of dollars (元) is of no energy.
OTHER_UNIT_WORDS = (
    "公秉 kl 公噸 噸 t ton 毫升 ml 公克 克 g 加侖 桶 支 台斤 千度 萬度 mwh mj gj kcal"
)
OTHER_UNITS = frozenset(OTHER_UNIT_WORDS.split())
# Headings of groups, as the words for a use that `inventory.names` has.
GROUPS = {
    "公務車用油": "公務車",
    "公務車油料": "公務車",
    "車輛用油": "公務車",
    "其他設施": "發電機",
    "其他設施如發電機": "發電機",
    "其他設施用油": "發電機",
}
YEAR = re.compile(r"(中華民國|民國|roc|西元|公元|ad)?([0-9]{2,4})(?:年度?)?", re.ASCII)
COMMON_ERA = ("西元", "公元", "ad")


def read_year(typed: str) -> int | None:
    """The ROC year of 104, 104年, 民國104年度, 2015 or 西元2015年; None for anything else.

    >>> [read_year(text) for text in ("１０４", "民國104年", "西元2015年", "104學年度")]
    [104, 104, 104, None]
    """
    match = YEAR.fullmatch("".join(cleaning.word(typed).casefold().split()))
    if match is None:
        return None
    era, number = match[1] or "", int(match[2])
    is_common = len(match[2]) == 4
    if era and is_common != (era in COMMON_ERA):
        return None
    return number - FIRST_ROC_YEAR if is_common else number


def read_operation(typed: str) -> Operation | None:
    """Whose operations a word means; None where it is no such word."""
    return READ_AS.get(key_of(typed))


def is_unused(typed: str) -> bool:
    """Whether a cell says that nothing was used."""
    return "".join(cleaning.word(typed).casefold().split()) in UNUSED


def is_unit_word(typed: str) -> bool:
    """Whether a text is a unit, of the form or another, and nothing else."""
    plain = cleaning.word(typed).casefold()
    return plain in OTHER_UNITS or unit_symbol(plain) in UNIT_WORDS


def read_unit(typed: str, line: str) -> str:
    """The symbol of a unit of a line, as `unit_symbol`: 度 of natural gas is a cubic metre."""
    plain = cleaning.word(typed).removesuffix("/年").removesuffix("/yr")
    symbol = unit_symbol(plain)
    return UNITS_OF_LINES.get((line, symbol, plain), symbol)
