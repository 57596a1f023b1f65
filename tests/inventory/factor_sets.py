"""Factor sets for tests: those that come with the platform, and others made from them."""

import re

from django.db import connection

from inventory import workflow
from inventory.entries.answers import Answer
from inventory.entries.uncomputable import obstacles
from inventory.factors.corrections import read_publication
from inventory.factors.judging import parse_publication
from inventory.factors.store import PUBLICATIONS, store
from inventory.impact.estimate import ImpactTotals
from inventory.lines import Operation, lines_of
from inventory.models import FactorSet, Filing
from inventory.policies import today
from tests.inventory.conftest import County, complete, number

OWN, OUTSOURCED = Operation.OWN, Operation.OUTSOURCED


def toml(slug: str = "tw-105-ar5", **changes: str) -> str:
    """A set's file under another id and title. `changes`: what stands there → instead.

    What the forms of today ask and the file is too old for is added at its end.
    """
    content = (PUBLICATIONS / f"{slug}.toml").read_bytes()
    publication = read_publication(content, slug)
    known = {row.line for row in publication.factors}
    asked = {line.code: line for year in publication.years for line in lines_of(year)}
    lacking = (line for line in asked.values() if not line.is_named and line.code not in known)
    more = [
        ROW.format(line.code, line.unit, gas, value)
        for line in lacking
        for gas, value in [
            ("CO2", "2.5"),
            *([("CH4", TRACE), ("N2O", TRACE)] if line.is_fuel else []),
        ]
    ]
    text = content.decode() + "".join(more)
    text = text.replace(f'id = "{slug}"', 'id = "new"', 1)
    for name, instead in changes.items():
        before = REPLACED[name]
        assert before in text, name
        text = text.replace(before, instead)
    return text if "title" in changes else NAMES.sub(r'\1"新版 ', text, count=2)


TRACE = "0.000000001"  # there, as of every fuel, and too little to move a kilogram of a test
ROW = """
[[factor]]
line = "{}"
unit = "{}"
gas = "{}"
value = {}
source = "測試"
confidence = "unconfirmed"
"""
NAMES = re.compile(r'^(title(?:_en)? = )"', re.MULTILINE)
REPLACED = {
    "title": 'title = "105 年填報係數之 AR5 對照版（首次公告電力・管理表 6.0.4・AR5）"',
    "power_of_104": "value = 0.528",
    "r404a": 'name = "R404A"',
    "fm200": 'name = "FM-200 滅火藥劑補充"',
    "years": "years = [102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113]",
    "published": "published = 2016-01-01",
}


def under(slug: str, text: str) -> str:
    """The same set under another id and title."""
    return text.replace('id = "new"', f'id = "{slug}"', 1).replace('"新版 ', f'"{slug} ')


def keep_set(text: str) -> FactorSet:
    """Parse and store it, as the pages do."""
    publication = parse_publication(text.encode(), "new.toml", today())
    store(publication, text.encode())
    return FactorSet.objects.get(slug=publication.id)


def accepting(factor_set: FactorSet, *years: int) -> dict[str, list[str]]:
    """What `publish` is told to have accepted: all that the set cannot compute in these years."""
    return {"accepted": [one.key for one in obstacles(factor_set, years)]}


def every_kind_of_line() -> list[Answer]:
    """An answer of each kind, own and outsourced, counted and not counted, used and unused."""
    singles = (
        "electricity", "natural_gas", "lpg", "gasoline", "diesel",
        "co2_extinguisher", "bc_extinguisher", "kbc_extinguisher", "r134a", "r410a",
    )  # fmt: skip
    answers = []
    for at, line in enumerate(singles, 1):
        answers.append(number(line, f"{at * 111}.{at:04d}"))
        answers.append(number(line, f"{at * 7}.5", OUTSOURCED))
    return [
        *answers,
        Answer(OWN, "facility_diesel", number("lpg", "33.3333").quantity, "發電機"),
        Answer(OWN, "facility_diesel", number("lpg", "0").quantity, "抽水機", position=1),
        Answer(OUTSOURCED, "facility_diesel", None),
        Answer(OWN, "other_refrigerant", number("lpg", "1.25").quantity, "R404A"),
        Answer(OUTSOURCED, "other_refrigerant", number("lpg", "0.3").quantity, "R407C"),
        Answer(OWN, "other", number("lpg", "2").quantity, "FM-200 滅火藥劑補充", "kg"),
        Answer(OWN, "other", number("lpg", "90").quantity, "木炭", "kg", position=1),
        Answer(OUTSOURCED, "other", None),
    ]


def file(county: County, unit, answers: list[Answer], *, ticked: bool = True) -> Filing:
    """The unit files for 104."""
    filing = county.filing(unit)
    return workflow.save(
        filing=filing,
        answers=answers,
        outsourced_scope="",
        complete=ticked,
        revision=filing.revision,
        factor_set=filing.year.factor_set_id,
        by=county.user(unit),
    )


def fill(county: County) -> None:
    """104 with a filing in every state: confirmed, completed, sent back, draft."""
    boss = county.user(county.government)
    confirmed = file(county, county.school, every_kind_of_line())
    workflow.confirm(filing=confirmed, revision=1, by=boss)
    file(county, county.government, complete(number("electricity", "98765.4321")))
    returned = file(county, county.township, complete(number("r410a", "3")))
    workflow.send_back(filing=returned, revision=1, reason="x", lines=[], by=boss)
    file(county, county.kindergarten, [number("gasoline", "12.5", OUTSOURCED)], ticked=False)


def dump() -> dict[str, list[str]]:
    """What the tables of filed figures hold, row by row, as the database writes it."""
    tables = ("inventory_filing", "inventory_entry", "inventory_filingversion")
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT row::text FROM {table} row ORDER BY row.id")
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


def sums_of(filings) -> tuple:
    """Both totals of these filings, as they stand in the database."""
    found = list(filings.all())
    return (sum(one.own_kg for one in found), sum(one.outsourced_kg for one in found))


def after(sums: ImpactTotals) -> tuple:
    return (sums.own_after, sums.outsourced_after)


def before(sums: ImpactTotals) -> tuple:
    return (sums.own_before, sums.outsourced_before)
