"""What a total is made of: sets, editions, filings, categories and gases, wherever it stands."""

import csv
import io
import random
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from accounts.models import Unit, User
from inventory import workflow
from inventory.basis.breakdown import breakdown_of
from inventory.basis.sums import added_up, desk_line_sums, public_line_sums
from inventory.entries.answers import Answer
from inventory.factors.store import published, store
from inventory.figures import figure
from inventory.lines import Category, Kind, Operation, lines_of
from inventory.models import Entry, Factor, FactorSet, Filing, FilingEvent, FilingVersion
from inventory.policies import today
from inventory.published import content_of, public_filings
from inventory.quantities import read_quantity
from inventory.workflow.publishing import publish
from tests.hierarchy.county import (
    FACTOR_SET,
    County,
    administrator,
    answers,
    county,
    file,
    filing,
    opened,
    person,
    reporting_year,
)
from tests.unguarded import guards_asleep

pytestmark = [pytest.mark.django_db, pytest.mark.long]

OWN, OUT = Operation.OWN, Operation.OUTSOURCED
ADDRESS = "/disclosure/"
AR5 = "tw-105-ar5"
TENTHS = Decimal("0.0001")


@pytest.fixture
def land() -> County:
    made = county()
    opened()
    return made


def confirm(unit: Unit, by: Unit) -> None:
    stored = filing(unit)
    workflow.confirm(filing=stored, revision=stored.revision, by=person(by))


def use_set(slug: str) -> None:
    """From now on the year's filings are computed with another set."""
    store(*next(one for one in published() if one[0].id == slug))
    chosen = FactorSet.objects.get(slug=slug)
    by = person_of_the_platform()
    publish(factor_set=chosen, years=[104], reason="對照", by=by)


def person_of_the_platform() -> User:
    return User.objects.filter(username="platform").first() or administrator()


def rows_of(client: Client, name: str, query: str) -> list[dict[str, str]]:
    response = client.get(f"/disclosure/{name}{query}")
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def book_of(unit: Unit) -> Any:
    client = Client()
    client.force_login(person(unit), backend="django.contrib.auth.backends.ModelBackend")
    response = client.get("/hierarchy/104/export.xlsx")
    assert response.status_code == 200
    return load_workbook(io.BytesIO(b"".join(response.streaming_content)))


def table_of(sheet: Any) -> list[dict[str, Any]]:
    heading = int(sheet.freeze_panes[1:]) - 1
    names = [cell.value for cell in sheet[heading]]
    rows = sheet.iter_rows(min_row=heading + 1, values_only=True)
    return [dict(zip(names, row, strict=False)) for row in rows]


def number(printed: str) -> Decimal:
    return Decimal(printed.replace(",", ""))


def exact(value: Any) -> Decimal:
    """A cell's number, or its text where a sheet could not hold it."""
    return Decimal(str(value or 0))


def stored_state() -> tuple[Any, ...]:
    """Everything that a figure could be moved by."""
    return (
        list(Filing.objects.order_by("pk").values_list()),
        list(Entry.objects.order_by("pk").values_list()),
        FilingVersion.objects.count(),
        FilingEvent.objects.count(),
    )


# --- two editions in one total -------------------------------------------------------------------


@pytest.fixture
def two_editions(land: County) -> County:
    """The school's diesel is public on AR4, the township's on AR5; the branch has only a draft."""
    diesel = [Answer(OWN, "diesel", Decimal(1000))]
    file(land.school, "100", more=diesel)
    confirm(land.school, land.township)
    use_set(AR5)
    file(land.township, "100", more=diesel)
    confirm(land.township, land.government)
    file(land.branch, "1", complete=False)
    return land


class TestTwoEditions:
    def test_the_public_total_says_so(self, two_editions: County, client: Client) -> None:
        page = client.get(ADDRESS, {"year": 104}).text
        assert "GWP 版本 AR4（1 份）、AR5（1 份）" in page
        assert "合計包含不同 GWP 版本的數字，並非同一基準" in page
        assert "應填報 5 份，計入 2 份" in page
        for slug in (FACTOR_SET, AR5):
            assert f'href="/disclosure/factors/{slug}/"' in page
        units = client.get("/disclosure/104/county/z/").text
        assert "GWP 版本 AR4（1 份）、AR5（1 份）" in units
        assert "應填報 5 份，計入 2 份" in units
        [row, *_rest] = rows_of(client, "data.csv", "?year=104")
        assert row["gwp_editions_filed"] == "AR4 AR5"
        assert row["factor_sets"].split() == [FACTOR_SET, AR5]
        assert row["gwp_edition"] == "as filed"

    def test_one_edition_alone_needs_no_warning(self, land: County, client: Client) -> None:
        file(land.school, "100")
        confirm(land.school, land.township)
        page = client.get(ADDRESS).text
        assert "GWP 版本 AR4" in page
        assert "並非同一基準" not in page

    def test_the_desk_says_so(self, two_editions: County) -> None:
        client = Client()
        client.force_login(
            person(two_editions.government), backend="django.contrib.auth.backends.ModelBackend"
        )
        for address in ("/hierarchy/104/", "/hierarchy/104/basis/"):
            page = client.get(address).text
            assert "GWP 版本 AR4（1 份）、AR5（2 份）" in page, address
            assert "並非同一基準" in page
            assert "應填報 5 份，計入 3 份" in page

    def test_every_sheet_with_a_sum_says_so(self, two_editions: County) -> None:
        book = book_of(two_editions.government)
        for name in ("所屬機關列表", "明細", "類別與氣體"):
            words = [cell for row in book[name].iter_rows(values_only=True) for cell in row]
            assert "GWP 版本：AR4（1 份）、AR5（2 份）。" in words
            assert any("並非同一基準" in str(word) for word in words)
            assert any(f"{AR5} · " in str(word) for word in words)

    @pytest.mark.parametrize(("edition", "ch4", "n2o"), [("AR4", 25, 298), ("AR5", 28, 265)])
    def test_a_total_on_one_edition(
        self, two_editions: County, client: Client, edition: str, ch4: int, n2o: int
    ) -> None:
        before = stored_state()
        query = {"year": 104, "edition": edition.lower()}
        page = client.get(ADDRESS, query)
        litre = (
            Decimal("2.6060317920") + Decimal("0.0001371596") * ch4 + Decimal("0.0001371596") * n2o
        )
        diesel = (1000 * litre).quantize(TENTHS, ROUND_HALF_UP)
        expected = 2 * diesel + 2 * Decimal("52.8000")
        [year] = page.context["shown"].years
        assert year.own_kg == expected
        assert f">{figure(expected)}<" in page.text
        assert f"全部以 {edition} 的 GWP 計算" in page.text
        assert "填報與公開的數字都沒有改變" in page.text
        rows = rows_of(client, "data.csv", f"?year=104&edition={edition.lower()}")
        assert sum(Decimal(row["own_kg_co2e"]) for row in rows) == expected
        assert {row["gwp_edition"] for row in rows} == {edition}
        assert year.breakdown.own_kg == expected
        assert stored_state() == before

    def test_the_desk_computes_it_too_and_writes_nothing(self, two_editions: County) -> None:
        client = Client()
        client.force_login(
            person(two_editions.government), backend="django.contrib.auth.backends.ModelBackend"
        )
        before = stored_state()
        filed = client.get("/hierarchy/104/basis/").context["shown"]
        assert filed.breakdown.own_kg == sum(one.own_kg for one in Filing.objects.all())
        on_ar5 = client.get("/hierarchy/104/basis/", {"edition": "ar5"})
        assert "全部以 AR5 的 GWP 計算" in on_ar5.text
        assert on_ar5.context["shown"].breakdown.own_kg != filed.breakdown.own_kg
        wrong = client.get("/hierarchy/104/basis/", {"edition": "ar9"})
        assert wrong.status_code == 400
        assert "field-error" in wrong.text
        assert stored_state() == before

    @pytest.mark.parametrize("edition", ["ar9", "AR5", "%00", "ar5' OR 1"])
    def test_an_edition_that_does_not_exist_is_refused(
        self, two_editions: County, client: Client, edition: str
    ) -> None:
        query = {"year": 104, "edition": edition}
        assert client.get(ADDRESS, query).status_code == 400
        assert client.get("/disclosure/data.csv", query).status_code == 404
        assert client.get("/disclosure/gases.csv", query).status_code == 404

    def test_everything_at_once_is_not_computed_on_an_edition(
        self, two_editions: County, client: Client
    ) -> None:
        page = client.get(ADDRESS, {"edition": "ar5"})
        assert page.status_code == 400
        assert "請先選擇縣市或年度" in page.text
        assert client.get("/disclosure/gases.csv").status_code == 404
        assert client.get(ADDRESS, {"county": "z", "edition": "ar5"}).status_code == 200

    def test_what_has_no_value_in_the_edition_is_listed_and_left_out(
        self, two_editions: County, client: Client
    ) -> None:
        """A gas that the table of the editions does not know, in one entry of the school."""
        entry = Entry.objects.get(filing__unit=two_editions.school, line="diesel", operation=OWN)
        terms = [entry.terms[0] | {"gas": "HFC-245fa"}, *entry.terms[1:]]
        with guards_asleep():
            Entry.objects.filter(pk=entry.pk).update(terms=terms)
        page = client.get(ADDRESS, {"year": 104, "edition": "ar5"})
        [year] = page.context["shown"].years
        [lacking] = year.uncomputable
        assert (lacking.missing, lacking.entries, lacking.filed_kg) == (("HFC-245fa",), 1, entry.kg)
        assert f"HFC-245fa；1 筆，填報時為 {figure(entry.kg)} 公斤CO₂e" in page.text
        township = filing(two_editions.township)
        assert year.own_kg == township.own_kg + Decimal("52.8000"), "its electricity is in it"
        rows = rows_of(client, "gases.csv", "?year=104&edition=ar5")
        [left_out] = [row for row in rows if row["entries_without_gwp"] != "0"]
        assert (left_out["line_code"], Decimal(left_out["filed_kg_co2e"])) == ("diesel", entry.kg)
        assert sum(Decimal(row["kg_co2e"] or 0) for row in rows) == year.own_kg
        [on_ar4] = client.get(ADDRESS, {"year": 104, "edition": "ar4"}).context["shown"].years
        assert on_ar4.uncomputable == [], "computed on it already"


def test_years_stand_side_by_side_and_are_never_added_up(land: County, client: Client) -> None:
    kilograms = []
    for year, quantity in ((102, "1000"), (103, "2000"), (104, "4000")):
        opened(year)
        file(land.school, quantity, year=year)
        reporting_year(year, due_in=-1)
        kilograms.append(filing(land.school, year).own_kg)
    page = client.get(ADDRESS)
    assert [year.own_kg for year in page.context["shown"].years] == kilograms[::-1]
    assert not hasattr(page.context["shown"], "own_kg")
    for kg in kilograms:
        assert f">{figure(kg)}<" in page.text
    for added in (sum(kilograms), kilograms[0] + kilograms[1], kilograms[1] + kilograms[2]):
        assert figure(added) not in page.text
    assert "各年度各自合計，不跨年度相加。" in page.text
    assert "依 ISO 14064-1 類別" not in page.text, "gases are told of a year or a county"


class TestPublicVersion:
    def test_gases_are_those_of_the_published_version(self, land: County, client: Client) -> None:
        """A newer version on another set, which nobody has confirmed, moves nothing."""
        file(land.school, "100", more=[Answer(OWN, "diesel", Decimal(1000))])
        confirm(land.school, land.township)
        before = client.get(ADDRESS, {"year": 104})
        file_before = rows_of(client, "gases.csv", "?year=104")
        use_set(AR5)
        file(
            land.school,
            "7",
            more=[Answer(OWN, "lpg", Decimal(3)), Answer(OWN, "other", Decimal(1), "木炭", "包")],
        )
        after = client.get(ADDRESS, {"year": 104})
        [old], [new] = before.context["shown"].years, after.context["shown"].years
        assert new.breakdown.amounts == old.breakdown.amounts
        assert [one.kg for one in new.categories] == [one.kg for one in old.categories]
        assert new.basis == old.basis, "the published version's set, and nothing uncounted"
        assert rows_of(client, "gases.csv", "?year=104") == file_before
        units = client.get("/disclosure/104/county/z/").context["shown"]
        assert units.basis == old.basis
        school = client.get(f"/disclosure/104/{land.school.code}/").context["shown"]
        assert school.breakdown.amounts == old.breakdown.amounts
        assert filing(land.school).uncounted == 1

    def test_entries_that_kept_another_set_are_named(self, land: County, client: Client) -> None:
        """As a recompute leaves a line that the form does not ask any more."""
        file(land.school, "100", more=[Answer(OWN, "diesel", Decimal(1000))])
        confirm(land.school, land.township)
        use_set(AR5)
        diesel = Entry.objects.filter(filing__unit=land.school, line="diesel", operation=OWN)
        with guards_asleep():
            diesel.update(factor_set=AR5)
        page = client.get(ADDRESS, {"year": 104}).text
        assert "GWP 版本 AR4（1 份）、AR5（僅個別項目）" in page
        assert "僅個別項目" in page


# --- whatever was filed, the parts add up --------------------------------------------------------


NAMES = {
    Kind.FACILITIES: ["一號發電機", "=鍋爐", "游泳池"],
    Kind.REFRIGERANTS: ["R404A", "R407C", "R507A", "R32"],
    Kind.OTHERS: ["FM-200 滅火藥劑補充", "六氟化硫(SF6)補充", "ABC乾粉滅火器補充", "木炭"],
}
SPELLED = {"R404A": "ｒ－404a", "R407C": "冷媒 r407c", "R507A": "Ｒ507Ａ", "R32": "HFC-32"}
WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")


def random_answers(chance: random.Random, *, largest: int = 10**9) -> list[Answer]:
    """Some lines answered with quantities of any size, named ones several times."""
    found: list[Answer] = []
    for operation in Operation:
        for line in lines_of(104):
            names = NAMES.get(line.kind, [""])
            for at, name in enumerate(chance.sample(names, chance.randint(0, len(names)))):
                size = Decimal(chance.randint(0, 10 ** chance.randint(1, 13)))
                quantity = min(size * TENTHS, Decimal(largest) - TENTHS)
                found.append(Answer(operation, line.code, quantity, name, line.unit or "kg", at))
    return found


def save(unit: Unit, given: list[Answer]) -> Filing:
    """The unit completes its year with these answers; the rest is 未使用."""
    answered = {(one.operation, one.line) for one in given}
    rest = [one for one in answers() if (one.operation, one.line) not in answered]
    unused = [Answer(one.operation, one.line, None) for one in rest]
    stored = filing(unit)
    return workflow.save(
        filing=stored,
        answers=[*given, *unused],
        outsourced_scope="",
        complete=True,
        revision=stored.revision,
        factor_set=stored.year.factor_set_id,
        by=person(unit),
    )


def printed_gases(page: str) -> Iterator[tuple[str, Decimal, Decimal]]:
    """The rows of the table by gas, as they are printed: label, own kg, outsourced kg."""
    table = page.split("依氣體</caption>")[1].split("<tfoot>", maxsplit=1)[0]
    for row in re.findall(r"<tr>(.*?)</tr>", table.split("<tbody>")[1], re.DOTALL):
        [label] = re.findall(r'<th scope="row"[^>]*>(.*?)</th>', row)
        _tonnes, own, _more, outsourced = re.findall(r'<td class="number"[^>]*>([\d,.]*)</td>', row)
        yield label, number(own), number(outsourced)


def printed_categories(page: str) -> list[Decimal]:
    table = page.split("依 ISO 14064-1 類別</caption>")[1].split("</tbody>", maxsplit=1)[0]
    return [number(kg) for kg in re.findall(r'<td class="number"[^>]*>([\d,.]+)</td>', table)]


@pytest.fixture(params=[1, 2, 3, 5, 8])
def filed(request: pytest.FixtureRequest, land: County) -> County:
    """Random filings of every unit on two editions; one has a newer version than is public."""
    chance = random.Random(request.param)
    for unit in land.units[:3]:
        save(unit, random_answers(chance))
    confirm(land.township, land.government)
    use_set(AR5)
    for unit in land.units[3:]:
        save(unit, random_answers(chance))
    save(land.township, random_answers(chance))
    reporting_year(104, due_in=-1)
    return land


class TestPartsAddUp:
    def test_page_and_files(self, filed: County, client: Client) -> None:
        page = client.get(ADDRESS, {"year": 104})
        [year] = page.context["shown"].years
        own, outsourced = year.own_kg, year.outsourced_kg
        assert own > 0
        gases = list(printed_gases(page.text))
        assert sum(kg for _label, kg, _out in gases) == own
        assert sum(kg for _label, _own, kg in gases) == outsourced
        direct, energy, other = printed_categories(page.text)
        assert direct + energy == own
        assert other == outsourced
        rows = rows_of(client, "gases.csv", "?year=104")
        for operation, total in ((OWN, own), (OUT, outsourced)):
            mine = [row for row in rows if row["operation"] == operation.value]
            assert (
                sum(Decimal(row["kg_co2e"]) for row in mine if row["is_biogenic"] == "0") == total
            )
        for source in rows_of(client, "data.csv", "?year=104"):
            of_source = [row for row in rows if row["source_code"] == source["source_code"]]
            for operation, column in ((OWN, "own_kg_co2e"), (OUT, "outsourced_kg_co2e")):
                parts = [row for row in of_source if row["operation"] == operation.value]
                assert sum(Decimal(row["kg_co2e"]) for row in parts) == Decimal(source[column])

    def test_units_add_up_to_the_county(self, filed: County, client: Client) -> None:
        """Gas by gas: whoever adds the units' pages up has the county's table."""
        [year] = client.get(ADDRESS, {"year": 104}).context["shown"].years
        found: dict[Any, Decimal] = {}
        for unit in filed.units:
            page = client.get(f"/disclosure/104/{unit.code}/")
            shown = page.context["shown"]
            gases = list(printed_gases(page.text))
            assert sum(kg for _label, kg, _out in gases) == shown.version.own_kg
            assert sum(kg for _label, _own, kg in gases) == shown.version.outsourced_kg
            for key, amount in shown.breakdown.amounts.items():
                found[key] = found.get(key, Decimal(0)) + amount.kg
        assert found == {key: amount.kg for key, amount in year.breakdown.amounts.items()}

    def test_workbook(self, filed: County) -> None:
        book = book_of(filed.government)
        stored = list(Filing.objects.filter(year=104))
        own, outsourced = (
            sum(getattr(one, f"{name}_kg") for one in stored) for name in ("own", "outsourced")
        )
        rows = table_of(book["類別與氣體"])
        gases = [row for row in rows if row["氣體類別"]]
        for name, total in (("營運", own), ("委外", outsourced)):
            assert sum(exact(row["公斤CO₂e"]) for row in gases if row["範圍"] == name) == total
            parts = [row for row in rows if row["範圍"] == name and row["氣體"] == "小計"]
            assert sum(exact(row["公斤CO₂e"]) for row in parts) == total
            [whole] = [
                row for row in rows if (row["範圍"], row["ISO 14064-1 類別"]) == (name, "合計")
            ]
            assert exact(whole["公斤CO₂e"]) == total
        listed = [row for row in table_of(book["所屬機關列表"]) if TOTAL in row.values()]
        assert exact(listed[0]["排放量小計 (KgCO2e) (包含所屬機關)"]) == own

    def test_a_units_total_can_be_recomputed_from_the_workbook(self, filed: County) -> None:
        """Line by line from 明細, item by item from 逐筆."""
        book = book_of(filed.government)
        items = table_of(book["逐筆"])
        for row in table_of(book["明細"]):
            if not isinstance(row["序號"], int):
                continue
            mine = [item for item in items if item["明細序號"] == row["序號"]]
            for name, heading in (("營運", "不含委外部分"), ("委外", "委外部分")):
                columns = [
                    column
                    for column in row
                    if column.startswith(f"{name}－") and column.endswith("（公斤CO₂e）")
                ]
                total = exact(row[f"CO₂ 排放量(KgCO₂e)-{heading}"])
                assert sum(exact(row[column]) for column in columns) == total
            for item in mine:
                again = exact(item["數量"]) * exact(item["每單位公斤CO₂e"])
                if item["未計入的原因"]:
                    assert item["公斤CO₂e"] is None
                else:
                    assert again.quantize(TENTHS, ROUND_HALF_UP) == exact(item["公斤CO₂e"])
            named = [
                item
                for item in mine
                if (item["範圍"], item["項目"]) == ("營運", "其他冷媒型號，補充")
            ]
            [column] = [
                one for one in row if one.startswith("營運") and "其他冷媒型號，補充（公斤CO" in one
            ]
            assert sum(exact(item["公斤CO₂e"]) for item in named) == exact(row[column])

    def test_database_and_python_cut_alike(self, filed: County) -> None:
        """Current entries of everybody, and the public versions, one of which is an older one."""
        desk = added_up(desk_line_sums(Filing.objects.filter(year=104)))
        assert desk.amounts == breakdown_of(Entry.objects.all()).amounts
        entries: list[Entry] = []
        public = public_filings(today())
        for one in public:
            version = one.versions.get(number=one.published_version or one.version)
            entries += content_of(one, version)[0]
        assert any(one.is_public_as_older for one in public)
        assert added_up(public_line_sums(public)).amounts == breakdown_of(entries).amounts

    def test_the_same_on_one_edition(self, filed: County, client: Client) -> None:
        """What was computed on it stays to the digit; parts add up there as well."""
        page = client.get(ADDRESS, {"year": 104, "edition": "ar4"})
        [year] = page.context["shown"].years
        gases = list(printed_gases(page.text))
        assert sum(kg for _label, kg, _out in gases) == year.own_kg
        direct, energy, other = printed_categories(page.text)
        assert (direct + energy, other) == (year.own_kg, year.outsourced_kg)
        assert year.uncomputable == []


TOTAL = "總計（本機關與所有下轄機關）"


@pytest.mark.parametrize("seed", [13, 21, 34])
def test_a_total_depends_on_no_spelling_order_or_width(
    land: County, client: Client, seed: int
) -> None:
    """Two units file the same: one plainly, one in other words, widths and orders."""
    chance = random.Random(seed)
    plain = random_answers(chance, largest=10**5)
    other = []
    for one in plain:
        assert one.quantity is not None
        quantity = read_quantity(f"{one.quantity:,f}".translate(WIDE)).value
        name = SPELLED.get(
            one.name, one.name.replace("FM-200 ", "ｆｍ－200　").replace("SF6", "sf６")
        )
        other.append(Answer(one.operation, one.line, quantity, name, one.unit, one.position))
    chance.shuffle(other)
    places: dict[tuple[Any, str], int] = {}
    for at, one in enumerate(other):
        key = (one.operation, one.line)
        places[key] = places.get(key, -1) + 1
        other[at] = Answer(*key, one.quantity, one.name, one.unit, places[key])
    save(land.township, plain)
    save(land.sibling, other)
    reporting_year(104, due_in=-1)
    first, second = (
        client.get(f"/disclosure/104/{unit.code}/").context["shown"]
        for unit in (land.township, land.sibling)
    )
    assert first.statement.own_kg == second.statement.own_kg
    assert first.statement.outsourced_kg == second.statement.outsourced_kg
    assert first.breakdown.amounts == second.breakdown.amounts


class TestLargeFigures:
    """Sums above 10^12 with four decimals do not fit the 15 digits of a sheet's number."""

    LARGEST = Decimal("999999999.9999")

    @pytest.fixture
    def large(self, land: County) -> County:
        given = [
            Answer(OWN, "other_refrigerant", self.LARGEST, "R404A", "kg", 0),
            Answer(OWN, "electricity", self.LARGEST),
        ]
        save(land.school, given)
        save(land.township, given)
        return land

    def test_they_are_exact_and_it_is_said(self, large: County) -> None:
        own = sum(one.own_kg for one in Filing.objects.filter(year=104))
        assert len(own.as_tuple().digits) > 15
        book = book_of(large.government)
        client = Client()
        client.force_login(
            person(large.government), backend="django.contrib.auth.backends.ModelBackend"
        )
        assert f">{figure(own)}<" in client.get("/hierarchy/104/").text
        [listed] = [row for row in table_of(book["所屬機關列表"]) if TOTAL in row.values()]
        assert Decimal(listed["排放量小計 (KgCO2e) (包含所屬機關)"]) == own
        sums = [row for row in table_of(book["明細"]) if row["機關單位名稱"] == "合計"]
        assert Decimal(sums[0]["CO₂ 排放量(KgCO₂e)-不含委外部分"]) == own
        assert exact(sums[0]["營運－電力（度）"]) == 2 * self.LARGEST
        for name in ("所屬機關列表", "明細", "類別與氣體"):
            last = [cell.value for cell in list(book[name].rows)[-1]]
            assert "以文字列出全部數字" in last[0], name
            assert "不會計入" in last[0]

    def test_what_fits_is_a_number_and_nothing_is_said(self, land: County) -> None:
        save(land.school, [Answer(OWN, "electricity", Decimal("99999999.9999"))])
        book = book_of(land.government)
        for sheet in book:
            for row in sheet.iter_rows():
                assert not any("以文字列出" in str(cell.value) for cell in row)

    def test_no_point_dangles(self, land: County) -> None:
        """#,##0.#### shows 1234 as 「1234.」: whole numbers have a format without a point."""
        save(
            land.school,
            [Answer(OWN, "electricity", Decimal("1234")), Answer(OWN, "lpg", Decimal("0.5"))],
        )
        book = book_of(land.government)
        formats = set()
        for sheet in book:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "n" and cell.value is not None:
                        optional = re.search(r"\.#+$", cell.number_format)
                        assert not optional or cell.value != int(cell.value), cell.coordinate
                        formats.add(cell.number_format)
        assert "#,##0.####" in formats


def test_biogenic_co2_stands_apart_everywhere(land: County, client: Client) -> None:
    """A factor marked as biogenic: frozen so, in no kilogram, in a row of its own."""
    diesel = Factor.objects.get(factor_set=FACTOR_SET, line="diesel", gas="CO2")
    with guards_asleep():
        Factor.objects.filter(pk=diesel.pk).update(is_biogenic=True)
    stored = file(land.school, "100", more=[Answer(OWN, "diesel", Decimal(1000))])
    confirm(land.school, land.township)
    assert stored.own_kg == Decimal("97.1026")  # 52.8 + 1000 × 0.0001371596 × (25 + 298)
    page = client.get(ADDRESS, {"year": 104}).text
    assert "生質 CO₂ <small>另列，不計入</small>" in page
    assert ">2,606.0318<" in page
    assert sum(kg for _label, kg, _out in printed_gases(page)) == stored.own_kg
    rows = rows_of(client, "gases.csv", "?year=104")
    [grown] = [row for row in rows if row["is_biogenic"] == "1"]
    assert (Decimal(grown["kg_co2e"]), grown["gas"]) == (Decimal("2606.0318"), "CO2")
    book = book_of(land.government)
    [apart] = [
        row
        for row in table_of(book["類別與氣體"])
        if row["ISO 14064-1 類別"] == "另列，不計入" and row["範圍"] == "營運"
    ]
    assert exact(apart["公斤CO₂e"]) == Decimal("2606.0318")


def test_the_receipt_has_categories_and_gases(land: County) -> None:
    file(land.school, "100", more=[Answer(OWN, "diesel", Decimal(1000))])
    client = Client()
    client.force_login(person(land.school), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/inventory/104/receipt/")
    own = filing(land.school).own_kg
    assert sum(kg for _label, kg, _out in printed_gases(page.text)) == own
    direct, energy, other = printed_categories(page.text)
    assert (direct + energy, energy, other) == (own, Decimal("52.8"), Decimal(0))
    assert "GWP 版本 AR4" in page.text


def test_the_categories_of_the_workbook_add_up_unit_by_unit(land: County) -> None:
    file(land.school, "100", outsourced="5", more=[Answer(OWN, "diesel", Decimal(1000))])
    [row] = [
        one
        for one in table_of(book_of(land.government)["明細"])
        if one["機關代碼"] == land.school.code
    ]
    direct, energy = exact(row["直接排放（公斤CO₂e）"]), exact(row["能源間接排放（公斤CO₂e）"])
    assert energy == Decimal("52.8")
    assert direct + energy == exact(row["CO₂ 排放量(KgCO₂e)-不含委外部分"])
    assert len(Category) == 3
