"""Whatever is falsified behind the platform's back is found, and named to the cell.

The triggers refuse such writes; so does every role but the database's owner, whom the tests are.
`session_replication_role = replica` switches the triggers off, as someone would have to who
wanted to change a filed figure unseen.
"""

import hashlib
import json
import re
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from inventory import workflow
from inventory.lines import Operation
from inventory.models import Entry, Filing, FilingVersion
from inventory.verifying import Unreadable, read_only_moment, verify_filings
from inventory.verifying import filings as verifying_filings
from inventory.verifying.explain import kg_of
from tests.inventory.conftest import County, close, complete, number
from tests.unguarded import guards_asleep

pytestmark = [pytest.mark.django_db, pytest.mark.long]

CODE = "371036500X"
SOURCE = re.compile("（依據：.*）$")  # what says so; told apart below


@pytest.fixture
def filed(county: County) -> Filing:
    """A completed filing of a closed year, saved twice: 10 kWh, then 20 kWh and 3 L outsourced."""
    user = county.user(county.school)
    for power in ("10", "20"):
        filing = county.filing(county.school)
        workflow.save(
            filing=filing,
            answers=complete(
                number("electricity", power), number("gasoline", "3", Operation.OUTSOURCED)
            ),
            outsourced_scope="校車",
            complete=True,
            revision=filing.revision,
            factor_set=filing.year.factor_set_id,
            by=user,
        )
    close(104)
    return county.filing(county.school)


def falsify(statement: str, *values: object) -> None:
    """Write with the triggers switched off."""
    with guards_asleep(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def verify(*options: str) -> str:
    """What the command says when all is well."""
    out = StringIO()
    call_command("verify_totals", *options, stdout=out, stderr=StringIO())
    return out.getvalue()


def found(*options: str) -> list[str]:
    """What the command says when something is not; it ends with exit code 1."""
    out = StringIO()
    with pytest.raises(CommandError, match="處不符") as refusal:
        call_command("verify_totals", *options, stdout=out, stderr=StringIO())
    lines = out.getvalue().splitlines()
    assert refusal.value.returncode == 1
    assert str(refusal.value) == f"{len(lines)} 處不符。"
    return [SOURCE.sub("", line) for line in lines]


def falsify_content(filing: Filing, version: int, change: Callable[[dict], object]) -> None:
    """Change what a version wrote down, and forge its check value so that it fits."""
    content = json.loads(FilingVersion.objects.get(filing=filing, number=version).content)
    change(content)
    text = json.dumps(content)
    digest = hashlib.sha256(text.encode()).hexdigest().upper()[:20]
    falsify(
        "UPDATE inventory_filingversion SET content = %s, check_value = %s "
        "WHERE filing_id = %s AND number = %s",
        text,
        digest,
        filing.pk,
        version,
    )


def power(content: dict) -> dict:
    return next(one for one in content["entries"] if one["line"] == "electricity" and one["kg"])


@pytest.mark.parametrize("options", [(), ("--thorough",)])
def test_where_nothing_differs_one_line_says_so(filed: Filing, options: tuple[str]) -> None:
    filings = Filing.objects.count()
    assert verify(*options) == (
        f"{filings} 個填報、26 筆活動數據、2 個版次、16 個公開數字：全部相符。\n"
    )


def test_before_anything_is_there_nothing_differs() -> None:
    assert verify() == "0 個填報、0 筆活動數據、0 個版次、0 個公開數字：全部相符。\n"


@pytest.mark.parametrize("options", [(), ("--thorough",)])
class TestOneFalsifiedCell:
    def test_a_figure_of_an_entry(self, filed: Filing, options: tuple[str]) -> None:
        falsify("UPDATE inventory_entry SET kg = 10.5601 WHERE kg = 10.56")
        assert found(*options) == [
            f"{CODE} 104 年度 電力 排放量（公斤CO₂e）：儲存 10.5601，重算 10.5600",
            f"{CODE} 104 年度 排放量小計（不含委外）：儲存 10.5600，重算 10.5601",
            f"{CODE} 104 年度 第 2 版 電力 排放量（公斤CO₂e）：儲存 10.5601，重算 10.5600",
            "連江縣 104 年度 公開資訊 電力 排放量小計（不含委外）：儲存 10.5601，重算 10.5600",
            "連江縣 104 年度 公開資訊 合計 排放量小計（不含委外）：儲存 10.5601，重算 10.5600",
        ]

    def test_a_subtotal(self, filed: Filing, options: tuple[str]) -> None:
        falsify("UPDATE inventory_filing SET outsourced_kg = 0 WHERE outsourced_kg > 0")
        own, public = found(*options)
        assert own.startswith(f"{CODE} 104 年度 排放量小計（委外）：儲存 0.0000，重算 7.")
        assert public.startswith("連江縣 104 年度 公開資訊 合計 排放量小計（委外）：儲存 7.")

    def test_a_factor_of_an_entry(self, filed: Filing, options: tuple[str]) -> None:
        falsify(
            "UPDATE inventory_entry SET terms = jsonb_set(terms, '{0,value}', '\"0.500\"') "
            "WHERE kg = 10.56"
        )
        kg, value, terms, source = found(*options)
        assert kg == f"{CODE} 104 年度 電力 排放量（公斤CO₂e）：儲存 10.5600，重算 10.0000"
        assert value == f"{CODE} 104 年度 電力 計算時的係數 CO2e 係數：儲存 0.500，重算 0.528"
        assert "第 2 版 電力 計算時的係數" in terms
        assert source.endswith("儲存 10.5600，重算 10.0000")

    def test_a_quantity(self, filed: Filing, options: tuple[str]) -> None:
        falsify("UPDATE inventory_entry SET quantity = 2000 WHERE kg = 10.56")
        kg, quantity, _public = found(*options)
        assert kg.endswith("儲存 10.5600，重算 1056.0000")
        assert quantity.endswith("第 2 版 電力 數量：儲存 2000.0000，重算 20.0000")

    def test_a_reason(self, filed: Filing, options: tuple[str]) -> None:
        falsify("UPDATE inventory_entry SET reason_note = '改' WHERE kg = 10.56")
        assert found(*options) == [f"{CODE} 104 年度 第 2 版 電力 差異說明：儲存 改，重算 （無）"]

    def test_a_check_value(self, filed: Filing, options: tuple[str]) -> None:
        falsify("UPDATE inventory_filingversion SET check_value = 'F' WHERE number = 1")
        [line] = found(*options)
        assert line.startswith(f"{CODE} 104 年度 第 1 版 檢核碼：儲存 F，重算 ")

    def test_a_word_of_a_version(self, filed: Filing, options: tuple[str]) -> None:
        falsify(
            "UPDATE inventory_filingversion SET content = replace(content, '10.0000', '11.0000') "
            "WHERE number = 1"
        )
        check, kg, link = found(*options)
        assert "第 1 版 檢核碼" in check
        assert "第 2 版 前一版雜湊" in link
        assert kg.endswith("第 1 版 電力 排放量（公斤CO₂e）：儲存 5.2800，重算 5.8080")

    def test_a_total_of_a_version(self, filed: Filing, options: tuple[str]) -> None:
        falsify("UPDATE inventory_filingversion SET own_kg = 5 WHERE number = 1")
        assert found(*options) == [
            f"{CODE} 104 年度 第 1 版 排放量小計（不含委外）：儲存 5.0000，重算 5.2800",
            f"{CODE} 104 年度 第 2 次異動「確認完整並存檔」 排放量小計（不含委外）："
            "儲存 5.2800，重算 5.0000",
            f"{CODE} 104 年度 第 1 版 排放量小計（不含委外）：儲存 5.0000，重算 5.2800",
            f"{CODE} 104 年度 第 1 版 排放量小計（不含委外）：儲存 5.0000，重算 5.2800",
        ]

    def test_a_row_that_is_gone(self, filed: Filing, options: tuple[str]) -> None:
        falsify("DELETE FROM inventory_entry WHERE kg = 10.56")
        subtotal, entry, *_public = found(*options)
        assert subtotal.endswith("排放量小計（不含委外）：儲存 10.5600，重算 0.0000")
        assert entry.endswith("第 2 版 電力：儲存 （無），重算 number")

    def test_a_row_that_nobody_saved(self, filed: Filing, options: tuple[str]) -> None:
        falsify("UPDATE inventory_entry SET position = 7 WHERE kg = 10.56")
        added, gone = found(*options)
        assert added.endswith("第 2 版 電力：儲存 number，重算 （無）")
        assert gone.endswith("第 2 版 電力：儲存 （無），重算 number")

    def test_an_answer_of_a_filing_that_was_never_saved(
        self, filed: Filing, county: County, options: tuple[str]
    ) -> None:
        falsify(
            "UPDATE inventory_entry SET filing_id = %s WHERE kg IS NULL AND line = 'lpg' "
            "AND operation = 'own'",
            county.filing(county.township).pk,
        )
        lines = found(*options)
        assert "371032300A 104 年度 活動數據：儲存 1，重算 0" in lines

    @pytest.mark.parametrize(("version", "left"), [(1, "儲存 （無），重算 1"), (2, "重算 2")])
    def test_a_version_that_is_gone(
        self, filed: Filing, options: tuple[str], version: int, left: str
    ) -> None:
        falsify("DELETE FROM inventory_filingversion WHERE number = %s", version)
        [line] = found(*options)
        assert f"第 {version} 版 版次" in line
        assert line.endswith(left)

    def test_a_version_that_nobody_saved(self, filed: Filing, options: tuple[str]) -> None:
        falsify("UPDATE inventory_filingversion SET number = 3 WHERE number = 2")
        missing, extra, number_ = found(*options)
        assert missing.endswith("第 2 版 版次：儲存 （無），重算 2")
        assert extra.endswith("第 3 版 版次：儲存 3，重算 （無）")
        assert number_.endswith("第 3 版 版次：儲存 3，重算 2")

    def test_an_unknown_line(self, filed: Filing, options: tuple[str]) -> None:
        falsify("UPDATE inventory_entry SET line = 'coal', name = '煤' WHERE kg = 10.56")
        terms, coal, missing = found(*options)
        assert terms.startswith(f"{CODE} 104 年度 coal 煤 計算時的係數：儲存 [")
        assert coal == f"{CODE} 104 年度 第 2 版 coal 煤：儲存 number，重算 （無）"
        assert missing.endswith("第 2 版 電力：儲存 （無），重算 number"), "and public sums add up"

    def test_a_gwp_that_is_missing(self, filed: Filing, options: tuple[str]) -> None:
        """Never counted as zero: the kilograms cannot be recomputed at all."""
        falsify("UPDATE inventory_entry SET terms = terms #- '{1,gwp}' WHERE operation <> 'own'")
        kg, gwp, terms, public = found(*options)
        assert gwp.endswith("委外：汽油 計算時的係數 CH4 GWP：儲存 （無），重算 25")
        assert kg.startswith(f"{CODE} 104 年度 委外：汽油 排放量（公斤CO₂e）：儲存 7.")
        assert kg.endswith("重算 無法重算")
        assert "第 2 版 委外：汽油 計算時的係數" in terms
        assert public.endswith("重算 0.0000")

    def test_a_factor_that_is_no_number(self, filed: Filing, options: tuple[str]) -> None:
        falsify(
            "UPDATE inventory_entry SET terms = jsonb_set(terms, '{0,value}', '\"x\"') "
            "WHERE kg = 10.56"
        )
        kg, value, _terms, public = found(*options)
        assert value.endswith("電力 計算時的係數 CO2e 係數：儲存 x，重算 0.528")
        assert kg.endswith("儲存 10.5600，重算 無法重算")
        assert "儲存 無法加總" in public

    def test_a_figure_that_is_no_number(self, filed: Filing, options: tuple[str]) -> None:
        falsify("UPDATE inventory_entry SET kg = 'NaN' WHERE kg = 10.56")
        kg, subtotal, *_rest = found(*options)
        assert kg.endswith("儲存 NaN，重算 10.5600")
        assert subtotal.endswith("儲存 10.5600，重算 無法重算")

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (lambda content: content.pop("entries"), "第 2 版 內容"),
            (lambda content: content.update(entries={}), "第 2 版 內容"),
            (lambda content: content.update(entries=[{}]), "第 2 版 內容"),
            (lambda content: content.update(year=103), "第 2 版 年度：儲存 104，重算 103"),
            (lambda content: content.update(own_kg="1"), "儲存 10.5600，重算 1"),
            (lambda content: content.update(factor_set="x"), "採用係數版本：儲存 tw-105-ar4"),
            (lambda content: power(content).update(kg="1.0000"), "儲存 10.5600，重算 1.0000"),
            (lambda content: power(content).update(kg=None), "儲存 10.5600，重算 （無）"),
            (lambda content: power(content).update(quantity="x"), '無法讀取：quantity 是 "x"'),
            (lambda content: power(content).pop("kg"), "無法讀取：缺少 kg"),
            (lambda content: content.update(version="2"), '無法讀取：version 是 "2"'),
            (lambda content: content.update(version=True), "無法讀取：version 是 true"),
            (lambda content: content.update(own_kg="NaN"), '無法讀取：own_kg 是 "NaN"'),
            (lambda content: content.update(saved_at="x"), '無法讀取：saved_at 是 "x"'),
            (lambda content: content.update(format=9), "第 2 版 內容：儲存 {"),
            (lambda content: content.update(format=9), "無法讀取：沒有格式 9"),
            (lambda content: content.pop("format"), "無法讀取：沒有格式 null"),
            (lambda content: content.update(previous=""), "第 2 版 前一版雜湊：儲存 "),
            (
                lambda content: content.update(outsourced_scope="改"),
                "第 2 版 委外操作範圍說明：儲存 校車，重算 改",
            ),
            (
                lambda content: content.update(save_reason="改"),
                "第 2 版 原因：儲存 （無），重算 改",
            ),
            (lambda content: content.update(unit_name="\0"), "第 2 版 單位：儲存 371036500X \0 z"),
            (lambda content: content["entries"].append(power(content)), "儲存 26，重算 27"),
        ],
    )
    def test_a_version_with_a_forged_check_value(
        self, filed: Filing, options: tuple[str], change: Callable[[dict], object], says: str
    ) -> None:
        falsify_content(filed, 2, change)
        assert says in "\n".join(found(*options))

    def test_a_version_that_is_no_json(self, filed: Filing, options: tuple[str]) -> None:
        falsify("UPDATE inventory_filingversion SET content = '{' WHERE number = 2")
        check, content = found(*options)
        assert "第 2 版 檢核碼" in check
        assert content.endswith("第 2 版 內容：儲存 {，重算 無法讀取：不是 JSON")

    def test_a_version_that_is_no_object(self, filed: Filing, options: tuple[str]) -> None:
        falsify("UPDATE inventory_filingversion SET content = '[]' WHERE number = 2")
        assert "無法讀取：不是 JSON 物件" in "\n".join(found(*options))

    def test_an_older_version_without_its_entries(self, filed: Filing, options: tuple[str]) -> None:
        falsify_content(filed, 1, lambda content: content.update(entries=[]))
        own, *_rest = found(*options)
        assert own.endswith("第 1 版 排放量小計（不含委外）：儲存 5.2800，重算 0.0000")

    def test_the_outsourced_scope(self, filed: Filing, options: tuple[str]) -> None:
        falsify("UPDATE inventory_filing SET outsourced_scope = '無' WHERE version > 0")
        assert found(*options) == [f"{CODE} 104 年度 第 2 版 委外操作範圍說明：儲存 無，重算 校車"]

    def test_when_and_how_it_was_saved(self, filed: Filing, options: tuple[str]) -> None:
        falsify(
            "UPDATE inventory_filing SET saved_as = 'draft', saved_at = '2016-01-01T00:00Z' "
            "WHERE version > 0"
        )
        how, when = found(*options)
        assert how.endswith("第 2 版 存檔方式：儲存 draft，重算 complete")
        assert "第 2 版 存檔時間：儲存 2016-01-01T00:00:00+00:00，重算 2" in when

    def test_the_outsourced_scope_of_a_filing_that_was_never_saved(
        self, filed: Filing, county: County, options: tuple[str]
    ) -> None:
        falsify("UPDATE inventory_filing SET outsourced_scope = '無' WHERE version = 0")
        scope = "104 年度 委外操作範圍說明：儲存 無，重算 （無）"
        assert f"{county.township.code} {scope}" in found(*options)

    def test_a_hash_of_the_version_before(self, filed: Filing, options: tuple[str]) -> None:
        falsify("UPDATE inventory_filingversion SET previous_hash = 'f' WHERE number = 2")
        stored, column = found(*options)
        assert stored.startswith(f"{CODE} 104 年度 第 2 版 前一版雜湊：儲存 f，重算 ")
        assert column.startswith(f"{CODE} 104 年度 第 2 版 前一版雜湊：儲存 f，重算 ")

    def test_a_version_that_is_rewritten_breaks_the_chain(
        self, filed: Filing, options: tuple[str]
    ) -> None:
        """A forgery that is right in itself: text and check value fit, the next hash does not."""
        falsify_content(filed, 1, lambda content: content.update(unit_name="別的單位"))
        name, link = found(*options)
        assert name.startswith(
            f"{CODE} 104 年度 第 1 版 單位：儲存 {CODE} 別的單位 z，重算 {CODE} "
        )
        assert link.startswith(f"{CODE} 104 年度 第 2 版 前一版雜湊：儲存 ")

    def test_an_event_that_is_gone(self, filed: Filing, options: tuple[str]) -> None:
        falsify("DELETE FROM inventory_filingevent WHERE revision = 1")
        assert found(*options) == [f"{CODE} 104 年度 第 1 次異動 辦理紀錄：儲存 （無），重算 1"]

    def test_an_event_of_nothing(self, filed: Filing, options: tuple[str]) -> None:
        falsify("UPDATE inventory_filing SET revision = 1 WHERE revision = 2")
        assert found(*options) == [f"{CODE} 104 年度 第 2 次異動 辦理紀錄：儲存 2，重算 （無）"]


@pytest.mark.parametrize(
    "terms",
    [
        {},
        [{}],
        [{"gas": "CO2", "value": "1"}],
        [{"gas": "CO2", "value": "1", "gwp": 1}],
        [{"gas": "CO2", "value": "１", "gwp": "1"}],
        ["CO2"],
    ],
)
def test_terms_that_cannot_be_computed_with_are_never_zero(terms: object) -> None:
    with pytest.raises(Unreadable):
        kg_of(Entry(quantity=1).quantity, terms)


def test_what_is_not_used_has_no_kilograms(filed: Filing) -> None:
    assert kg_of(None, [{"gas": "CO2", "value": "1", "gwp": "1"}]) is None
    assert kg_of(filed.own_kg, []) is None


def test_database_and_calculator_check_each_other(filed: Filing, monkeypatch) -> None:
    """Were the two to disagree, that would be said too."""
    monkeypatch.setattr(verifying_filings, "mismatching", lambda first, last, expected: {filed.pk})
    [difference] = verify_filings()
    assert str(difference) == (f"{CODE} 104 年度 重算結果：儲存 資料庫：不符，重算 計算程式：相符")


def test_nothing_can_be_written_meanwhile(filed: Filing) -> None:
    with read_only_moment(), pytest.raises(DatabaseError, match="read-only"), transaction.atomic():
        filed.save()


@pytest.mark.django_db(transaction=True)
def test_everything_read_is_of_one_moment() -> None:
    with read_only_moment(), connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("repeatable read",)
    assert verify() == "0 個填報、0 筆活動數據、0 個版次、0 個公開數字：全部相符。\n"
