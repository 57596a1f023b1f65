"""Well-formed sets that mean something wrong: each is refused at its line, or has to be ticked."""

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from inventory import lines
from inventory.factors import store as factor_store
from inventory.factors.corrections import read_complete
from inventory.factors.editions import TABLE, editions, known_potentials, values_of
from inventory.factors.judging import check_right, parse_publication
from inventory.factors.store import (
    PUBLICATIONS,
    UncheckedDoubts,
    doubts_about,
    published,
    store_checked,
)
from inventory.factors.toml_text import PublicationError
from inventory.lines import VEHICLES, Category, Line
from inventory.models import CheckedDoubt, FactorSet
from inventory.policies import today
from tests.inventory.conftest import SET, County, shipped
from tests.inventory.factor_sets import keep_set, toml, under
from tests.pages import fields_of

pytestmark = pytest.mark.django_db
UPLOAD = "/admin/inventory/factorset/upload/"
Change = Callable[[str], str]


def row(text: str, *marks: str, kind: str = "factor") -> str:
    """The one table of the file that says all of this."""
    found = [
        f"[[{kind}]]" + part.split("[[", 1)[0] for part in text.split(f"[[{kind}]]")[1:]
        if all(mark in part.split("[[", 1)[0] for mark in marks)
    ]  # fmt: skip
    assert len(found) == 1, (marks, len(found))
    return found[0]


def of(line: str, gas: str, *more: str) -> tuple[str, ...]:
    return (f'line = "{line}"', f'gas = "{gas}"', *more)


def without(*marks: str, kind: str = "factor") -> Change:
    return lambda text: text.replace(row(text, *marks, kind=kind), "")


def valued(value: str, *marks: str, kind: str = "factor") -> Change:
    """Another value there; a derivation from heating values goes, for it would not agree."""

    def change(text: str) -> str:
        before = row(text, *marks, kind=kind)
        after = re.sub(r"\nvalue = .*", f"\nvalue = {value}", before)
        return text.replace(before, re.sub(r"\n(heating|ipcc|litres)\w+ = .*", "", after))

    return change


def changed(before: str, after: str, *marks: str, kind: str = "factor") -> Change:
    def change(text: str) -> str:
        there = row(text, *marks, kind=kind)
        assert before in there
        return text.replace(there, there.replace(before, after))

    return change


def more(table: str) -> Change:
    return lambda text: text + table


def gwp(value: str, gas: str) -> Change:
    return valued(value, f'gas = "{gas}"\n', kind="gwp")


FACTOR = '\n[[factor]]\nline = "{}"\ngas = "{}"\nvalue = {}\nunit = "{}"\nsource = "s"\n'
FACTOR += 'confidence = "unconfirmed"\n'
ALL_DIESEL = [of("diesel", gas) for gas in ("CO2", "CH4", "N2O")]


def no_diesel_but_ch4(text: str) -> str:
    return without(*ALL_DIESEL[0])(without(*ALL_DIESEL[2])(text))


REFUSED: dict[str, tuple[Change, str]] = {
    "diesel without CO2": (without(*of("diesel", "CO2")), "燃料沒有 CO2 的係數"),
    "diesel with CH4 alone": (no_diesel_but_ch4, "燃料沒有 CO2 的係數"),
    "CH4 GWP 0": (gwp("0", "CH4"), "CH4 的 GWP 不能是 0"),
    "CH4 GWP -0.0": (gwp("-0.0", "CH4"), "-0.0 不是係數"),
    "basis AR99": (lambda text: text.replace('"AR4"', '"AR99"', 1), "沒有名為 'AR99' 的 GWP 版本"),
    "basis in small letters": (lambda text: text.replace('"AR4"', '"ar4"', 1), "沒有名為 'ar4'"),
    "CO2 GWP 2": (gwp("2", "CO2"), "CO2 的 GWP 依定義是 1，不是 2"),
    "CO2e GWP 1000": (gwp("1000", "CO2e"), "CO2e 的 GWP 依定義是 1"),
    "electricity 0": (valued("0", *of("electricity", "CO2e"), "year = 104"), "的係數不能是 0"),
    "electricity -0.0": (
        valued("-0.0", *of("electricity", "CO2e"), "year = 104"),
        "-0.0 不是係數",
    ),
    "petrol's CH4 0": (valued("0.0", *of("gasoline", "CH4")), "的係數不能是 0"),
    "refrigerant 0": (valued("0", *of("r134a", "HFC-134a")), "的係數不能是 0"),
    "the title of another": (
        lambda text: re.sub(r'^title = ".*"', f'title = "{shipped(SET)[0].title}"', text, flags=8),
        "名稱不能重複",
    ),
    "its title but for width and spaces": (
        lambda text: re.sub(
            r'^title = ".*"',
            f'title = " {shipped(SET)[0].title.replace("AR4", "ＡＲ４")}"',
            text,
            flags=8,
        ),
        "名稱不能重複",
    ),
    "its English title": (
        lambda text: re.sub(
            r'^title_en = ".*"',
            f'title_en = "{shipped(SET)[0].title_en.upper()}"',
            text,
            flags=8,
        ),
        "名稱不能重複",
    ),
    "CO2e beside its gases": (
        more(FACTOR.format("diesel", "CO2e", "2.7", "L")),
        "CO2e 已包含各種氣體",
    ),
    "gases that are too much together": (
        lambda text: valued("20000", *of("diesel", "CO2"))(
            valued("1000", *of("diesel", "CH4"))(text)
        ),
        "超過每單位 30,000 公斤",
    ),
    "biogenic methane": (
        changed('gas = "CH4"', 'gas = "CH4"\nbiogenic = true', *of("diesel", "CH4")),
        "只有 CO2 可以是生質",
    ),
    "a name and a use": (
        changed('name = "R32"', 'name = "R32"\nuse = "R32"', 'name = "R32"'),
        "name 與 use 只能有一個",
    ),
    "a use where none is asked": (
        changed("year = 104", 'year = 104\nuse = "路燈"', *of("electricity", "CO2e"), "year = 104"),
        "要有名稱",
    ),
    "a file of tomorrow": (
        lambda text: text.replace("published = 2016-01-01", "file_date = 2999-01-01"),
        "檔案日期在未來",
    ),
}
DOUBTED: dict[str, tuple[Change, str]] = {
    "diesel without N2O": (without(*of("diesel", "N2O")), "柴油：.*有 N2O，本版沒有"),
    "CH4 of AR5 in AR4": (gwp("28", "CH4"), "CH4 的 GWP 28 是 AR5 的值；AR4 的值是 25"),
    "N2O of no edition": (gwp("297", "N2O"), "N2O 的 GWP 297 不是 AR4 的已知值（298）"),
    "HFC-134a of SAR": (gwp("1300", "HFC-134a"), "HFC-134a 的 GWP 1,300 是 SAR、TAR、AR5 的值"),
    "SF6 by a thousand": (gwp("22.8", "SF6"), "SF6 的 GWP 22.8 不是 AR4 的已知值（22,800）"),
    "R410A half": (gwp("1044", "R410A"), "R410A 的 GWP 1,044 不是"),
    "another edition's name": (
        lambda text: text.replace('gwp_basis = "AR4"', 'gwp_basis = "AR5"'),
        "CH4 的 GWP 25 是 AR4 的值；AR5 的值是 28",
    ),
    "electricity in grams": (
        valued("528", *of("electricity", "CO2e"), "year = 104"),
        "電力：104 年度的 CO2e 從 0.528（tw-105-ar4）變為 528，超過兩倍",
    ),
    "electricity a third": (
        valued("0.17", *of("electricity", "CO2e"), "year = 103"),
        "電力：103 年度的 CO2e 從 0.521（tw-105-ar4）變為 0.17",
    ),
    "LPG per litre": (valued("1.0", *of("lpg", "CO2")), "瓦斯：.*CO2 從 3.18.*變為 1"),
    "diesel's CH4 times ten": (valued("0.00137", *of("diesel", "CH4")), "柴油：.*CH4 從 .*變為"),
    "petrol as CO2e": (
        lambda text: without(*of("gasoline", "CH4"))(
            without(*of("gasoline", "N2O"))(
                changed('"CO2"', '"CO2e"', *of("gasoline", "CO2"))(text)
            )
        ),
        "汽油：.*有 CO2，本版沒有",
    ),
    "an agent with methane": (
        more(FACTOR.format("co2_extinguisher", "CH4", "0.1", "kg")),
        "二氧化碳滅火器補充：.*沒有 CH4，本版有",
    ),
    "another gas for R134a": (
        changed('gas = "HFC-134a"', 'gas = "HFC-32"', *of("r134a", "HFC-134a")),
        "R134a，補充：.*有 HFC-134a，本版沒有",
    ),
    "biogenic diesel": (
        changed('gas = "CO2"', 'gas = "CO2"\nbiogenic = true', *of("diesel", "CO2")),
        "柴油：.*沒有 CO2（生質），本版有",
    ),
    "a refrigerant gone": (
        without(*of("other_refrigerant", "R407C")),
        "其他冷媒型號，補充 R407C：.*有這一項，本版沒有",
    ),
    "a refrigerant under another name": (
        changed('name = "R404A"', 'name = "R404B"', 'name = "R404A"'),
        "其他冷媒型號，補充 R404A：.*有這一項",
    ),
    "another unit": (
        lambda text: text.replace(
            row(text, 'name = "FM-200'), row(text, 'name = "FM-200').replace('"kg"', '"L"')
        ),
        "FM-200 滅火藥劑補充：單位與",
    ),
    "an energy that emits nothing": (
        more(
            FACTOR.format("other", "CO2", "0", "kg").replace(
                'line = "other"', 'line = "other"\nname = "木炭"\nname_en = "Charcoal"'
            )
        ),
        "木炭：.*的係數是 0",
    ),
    "SF6 that emits nothing": (valued("0", 'name = "六氟化硫'), "六氟化硫.*從 1（.*）變為 0"),
    "a gas that no table knows": (
        lambda text: gwp("1430", "HFC-134a")(text).replace('"HFC-134a"', '"HFC-134b"'),
        "HFC-134b 不在 AR4 的已知 GWP 之中",
    ),
    "a year that nobody filed, ten times": (
        valued("4.74", *of("electricity", "CO2e"), "year = 113"),
        "113 年度的 CO2e 從 0.474（tw-105-ar4）變為 4.74",
    ),
}


@pytest.fixture
def desk(county: County, client: Client) -> Client:
    client.force_login(county.administrator, backend="django.contrib.auth.backends.ModelBackend")
    return client


def upload(desk: Client, text: str):
    return desk.post(UPLOAD, {"file": SimpleUploadedFile("new.toml", text.encode())})


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_meant_is_refused_at_its_line(desk: Client, name: str) -> None:
    change, says = REFUSED[name]
    response = upload(desk, change(toml(SET)))
    assert response.status_code == 400
    [message] = re.findall(r"errorlist.*?<li>(.*?)</li>", response.text, re.DOTALL)
    assert says in message.replace("&#x27;", "'")
    assert re.search(r"第 \d+ 行", message) or "名稱不能重複" in message
    assert 'name="content"' not in response.text


def test_the_refused_line_is_the_one_that_says_it() -> None:
    text = gwp("0", "CH4")(toml(SET))
    line = text[: text.index("value = 0\n")].count("\n") + 1
    with pytest.raises(PublicationError, match=f"第 {line} 行"):
        parse_publication(text.encode(), "new.toml", today())


@pytest.mark.parametrize("name", DOUBTED)
def test_what_may_be_right_after_all_has_to_be_ticked_with_a_why(
    desk: Client, county: County, name: str
) -> None:
    change, says = DOUBTED[name]
    page = upload(desk, change(toml(SET)))
    assert page.status_code == 200
    assert re.search(says, page.text), re.findall(r'class="problem">(.*?)</p>', page.text)
    answers = fields_of(page.text, "doubts-of")
    response = desk.post(f"{UPLOAD}store/", answers)
    assert response.status_code == 400
    assert not FactorSet.objects.filter(slug="new").exists()
    ticked = answers | {
        key: "依公告第 1 號" if key.startswith("why-") else "on"
        for key in re.findall(r'name="((?:why|checked)-\w+)"', page.text)
    }
    assert desk.post(f"{UPLOAD}store/", ticked).status_code == 302
    kept = CheckedDoubt.objects.filter(factor_set="new", year=None)
    assert {(one.checked_by, one.reason) for one in kept} == {
        (county.administrator, "依公告第 1 號")
    }
    assert any(re.search(says, one.doubt) for one in kept)
    public = desk.get("/disclosure/factors/new/").text
    assert "依公告第 1 號" in public
    assert "依公告第 1 號" in desk.get("/admin/inventory/factorset/new/change/").text


class TestTicks:
    """One by one, and each with words of its own."""

    TWO = staticmethod(lambda: gwp("28", "CH4")(without(*of("diesel", "N2O"))(toml(SET))))

    def test_one_of_two_is_not_enough_and_keeps_what_was_typed(self, desk: Client) -> None:
        page = upload(desk, self.TWO()).text
        assert "內容有 2 項疑義" in page
        names = re.findall(r'name="((?:why|checked)-\w+)"', page)
        assert len(names) == 4
        sent = fields_of(page, "doubts-of") | {names[0]: "on", names[1]: "查過了"}
        response = desk.post(f"{UPLOAD}store/", sent)
        assert response.status_code == 400
        assert 'value="查過了"' in response.text
        assert response.text.count("請逐項查證並勾選") == 1
        assert response.text.count("請說明為什麼無誤") == 1
        assert not CheckedDoubt.objects.exists()

    def test_blanks_are_no_why(self, desk: Client) -> None:
        page = upload(desk, gwp("28", "CH4")(toml(SET))).text
        names = re.findall(r'name="((?:why|checked)-\w+)"', page)
        sent = fields_of(page, "doubts-of") | dict.fromkeys(names, "   ")
        assert desk.post(f"{UPLOAD}store/", sent).status_code == 400

    def test_the_verb_asks_too(self, county: County) -> None:
        content = gwp("28", "CH4")(toml(SET)).encode()
        publication = parse_publication(content, "new.toml", today())
        [doubt] = doubts_about(publication)
        for reasons in ({}, {doubt.token: "  "}, {"x": "查過了"}):
            with pytest.raises(UncheckedDoubts, match="CH4 的 GWP 28"):
                store_checked(publication, content, reasons=reasons, by=county.administrator)
        store_checked(
            publication, content, reasons={doubt.token: " 查過了 "}, by=county.administrator
        )
        assert [one.reason for one in CheckedDoubt.objects.all()] == ["查過了"]

    def test_the_same_doubt_is_the_same_in_english_and_kept_in_chinese(self, desk: Client) -> None:
        text = gwp("28", "CH4")(toml(SET))
        names = re.findall(r'name="(why-\w+)"', upload(desk, text).text)
        desk.post("/language/", {"language": "en", "next": "/"})
        page = upload(desk, text).text
        assert re.findall(r'name="(why-\w+)"', page) == names
        sent = fields_of(page, "doubts-of") | {names[0]: "checked"}
        sent[names[0].replace("why", "checked")] = "on"
        desk.post(f"{UPLOAD}store/", sent)
        assert CheckedDoubt.objects.get().doubt.startswith("CH4 的 GWP 28 是 AR5 的值")

    def test_a_set_without_doubts_has_nothing_to_tick(self, desk: Client) -> None:
        page = upload(desk, toml(SET)).text
        assert "檢查無誤" in page
        assert 'id="doubts"' not in page


class TestReferences:
    """A set is held against what is in force, else against what comes closest."""

    def test_fuels_need_ch4_and_n2o_where_nothing_is_stored(self) -> None:
        text = without(*of("diesel", "N2O"))(toml(SET))
        found = doubts_about(parse_publication(text.encode(), "new.toml", today()))
        assert [doubt.text for doubt in found if "ABC" not in doubt.text] == [
            "柴油：燃燒通常也排放 N2O，本版 102、103、104、105、106、107、108、109、110、111、"
            "112、113 年度沒有。"
        ]

    def test_a_year_that_nobody_made_is_held_against_the_nearest(self, county: County) -> None:
        text = toml(SET, years="years = [114]")
        text += FACTOR.format("electricity", "CO2e", "474", "kWh") + "year = 114\n"
        [doubt] = doubts_about(parse_publication(text.encode(), "new.toml", today()))
        assert "電力：114 年度的 CO2e 從 0.474（tw-105-ar4）變為 474" in doubt.text

    def test_exactly_twice_and_half_is_no_jump(self, county: County) -> None:
        for value in ("1.056", "0.264"):
            text = valued(value, *of("electricity", "CO2e"), "year = 104")(toml(SET))
            assert doubts_about(parse_publication(text.encode(), "new.toml", today())) == []

    def test_what_a_years_form_does_not_ask_is_not_doubted(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        later = Line("aviation", VEHICLES, "航空燃油", "L", Category.DIRECT, since=105)
        monkeypatch.setattr(lines, "LINES", (*lines.LINES, later))
        text = toml(SET, years="years = [103, 104, 105]").replace(
            'line = "aviation"\nunit = "L"\ngas = "N2O"',
            'line = "aviation"\nunit = "L"\ngas = "HFC-32"',
        )
        found = doubts_about(parse_publication(text.encode(), "new.toml", today()))
        assert [doubt.text for doubt in found if "ABC" not in doubt.text] == [
            "航空燃油：燃燒通常也排放 N2O，本版 105 年度沒有。"
        ]


class TestTitles:
    """No two sets under one title, by whatever way."""

    def test_not_by_two_at_once_nor_by_sql(self, factor_set: FactorSet) -> None:
        with pytest.raises(IntegrityError, match="another factor set"), transaction.atomic():
            FactorSet.objects.create(
                slug="x",
                title=factor_set.title,
                publisher="x",
                source="x",
                gwp_basis="AR4",
                usable_years=[104],
                review_by=today(),
                checksum="0" * 64,
            )

    def test_pages_tell_sets_apart(self, desk: Client, factor_set: FactorSet) -> None:
        identity = f"{SET} · {factor_set.checksum[:8]}"
        for page in (
            "/disclosure/factors/",
            f"/disclosure/factors/{SET}/",
            "/admin/inventory/factorset/",
            f"/admin/inventory/factorset/{SET}/what-if/",
            "/admin/inventory/reportingyear/add/",
        ):
            assert identity in desk.get(page).text, page
        uploaded = upload(desk, toml(SET)).text
        assert re.search(r"<code>new · [0-9a-f]{8}</code>", uploaded)


class TestShipped:
    """What comes with the platform keeps its own rules."""

    def test_every_file_is_right_and_undoubted_beside_the_default(self, county: County) -> None:
        files = {path.name: path.read_bytes() for path in PUBLICATIONS.glob("*.toml")}
        for publication, content in published():
            # Complete it is for the forms that were there when it was released.
            file = read_complete(content, "x.toml", lambda slug: files.get(f"{slug}.toml"))
            check_right(file, today())
            if publication.id != SET:
                assert doubts_about(publication) == [], publication.id

    def test_a_doubtful_file_that_was_not_released_is_not_loaded(
        self, factor_set: FactorSet, tmp_path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "SHA256SUMS").touch()
        (tmp_path / "new.toml").write_text(gwp("28", "CH4")(toml(SET)), encoding="utf-8")
        monkeypatch.setattr(factor_store, "PUBLICATIONS", tmp_path)
        with pytest.raises(CommandError, match="CH4 的 GWP 28"):
            call_command("load_factor_sets")
        assert FactorSet.objects.count() == 1

    def test_the_table_of_editions_says_where_each_value_is_from(self) -> None:
        assert editions() == ("SAR", "TAR", "AR4", "AR5", "AR6")
        assert TABLE.parent == PUBLICATIONS
        for one in known_potentials():
            assert one.source
            assert one.page
            assert one.confidence in ("printed", "recomputed", "unconfirmed")
        assert [str(value) for value in values_of("SF6", "AR6")] == ["25200", "24300"]
        assert [str(value) for value in values_of("CH4 (fossil)", "AR6")] == ["29.8"]


def test_a_second_upload_under_another_title_is_its_own_set(county: County) -> None:
    keep_set(toml(SET))
    assert keep_set(under("x", toml(SET))).title.startswith("x ")
