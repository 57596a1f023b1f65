"""What is held against its source: every falsification is found, and named with what says so."""

import json
import re
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from inventory.factors.store import store
from inventory.models import FilingVersion
from inventory.states import Status, Verb
from inventory.verifying import factor_sets, kg_again
from inventory.verifying.explain import kg_of
from inventory.verifying.told import SAVED_AS, replay
from tests.inventory.conftest import SET, County, shipped
from tests.inventory.whole_story import NEW_SET, SCHOOL, TOWNSHIP, falsify, tell, verify
from tests.unguarded import check_constraints_now

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture
def told(county: County) -> County:
    tell(county)
    return county


@pytest.mark.parametrize("options", [(), ("--thorough",)])
def test_a_county_where_everything_was_done_is_clean(told: County, options: tuple[str]) -> None:
    done = set(told.filing(told.school).events.model.objects.values_list("verb", flat=True))
    assert done == set(Verb.values)
    assert verify(*options) == []


# Statement → what is told of it: unit or set, column, what stands there, what should, its source.
FALSIFIED: dict[str, tuple[str, str]] = {
    "a factor doubled": (
        "UPDATE inventory_factor SET value = value * 2"
        f" WHERE factor_set_id = '{SET}' AND line = 'lpg' AND gas = 'CO2'",
        rf"^{SET} lpg CO2 係數：儲存 \S+，應為 \S+（依據：{SET}.toml 第 \d+ 行）$",
    ),
    "a GWP": (
        "UPDATE inventory_factor SET gwp = 28"
        f" WHERE factor_set_id = '{SET}' AND line = 'lpg' AND gas = 'CH4'",
        rf"^{SET} lpg CH4 GWP：儲存 28.0000，應為 25（依據：{SET}.toml 第 \d+ 行）$",
    ),
    "a factor's unit": (
        f"UPDATE inventory_factor SET unit = 'L' WHERE factor_set_id = '{SET}' AND line = 'lpg'",
        rf"^{SET} lpg CO2 單位：儲存 L，應為 kg（依據",
    ),
    "a factor that is gone": (
        f"DELETE FROM inventory_factor WHERE factor_set_id = '{NEW_SET}' AND line = 'lpg'",
        rf"^{NEW_SET} lpg CO2：儲存 （無），應為 \S+（依據：{NEW_SET}.toml 第 \d+ 行）$",
    ),
    "a factor that no file has": (
        "INSERT INTO inventory_factor (factor_set_id, line, name, name_en, unit, gas, is_biogenic,"
        " value, gwp, derivation, source, page, confidence, gwp_source, gwp_page, gwp_confidence)"
        f" VALUES ('{SET}', 'other', '木柴', '', 'kg', 'CO2', true, 1, 1,"
        " '', '', '', '', '', '', '')",
        rf"^{SET} other 木柴 CO2 生質：儲存 1.0+，應為 （無）（依據：{SET}.toml",
    ),
    "the file of a set": (
        "UPDATE inventory_factorset SET content = replace(content, '0.528', '0.628')"
        f" WHERE slug = '{SET}'",
        rf"^{SET} 檔案檢核碼：儲存 \w{{64}}，應為 \w{{64}}（依據：儲存的檔案內容）$",
    ),
    "the file of a set with its checksum": (
        "UPDATE inventory_factorset SET content = content || E'\\n',"
        " checksum = encode(sha256(convert_to(content || E'\\n', 'UTF8')), 'hex')"
        f" WHERE slug = '{SET}'",
        rf"^{SET} 檔案內容：儲存 SHA-256 \w+，應為 SHA-256 \w+（依據：{SET}.toml）$",
    ),
    "the basis": (
        f"UPDATE inventory_factorset SET gwp_basis = 'AR5' WHERE slug = '{SET}'",
        rf"^{SET} GWP 版本：儲存 AR5，應為 AR4（依據：{SET}.toml）$",
    ),
    "a title": (
        f"UPDATE inventory_factorset SET title = '改' WHERE slug = '{SET}'",
        rf"^{SET} 名稱：儲存 改，應為 .+（依據：{SET}.toml）$",
    ),
    "what a set corrects": (
        f"UPDATE inventory_factorset SET corrects_id = '{SET}' WHERE slug = '{NEW_SET}'",
        rf"^{NEW_SET} 更正的版本：儲存 {SET}，應為 （無）（依據：{NEW_SET}.toml）$",
    ),
    "the set of a year": (
        f"UPDATE inventory_reportingyear SET factor_set_id = '{SET}' WHERE year = 104",
        rf"^填報年度 104 年度 係數版本：儲存 {SET}，重算 {NEW_SET}"
        r"（依據：填報年度的異動紀錄第 \d+ 筆）$",
    ),
    "the due date of a year": (
        "UPDATE inventory_reportingyear SET due_on = due_on + 365 WHERE year = 103",
        r"^填報年度 103 年度 截止日期：儲存 \S+，重算 \S+（依據：填報年度的異動紀錄第 \d+ 筆）$",
    ),
    "a draft that is confirmed": (
        "UPDATE inventory_filing SET status = 'confirmed', confirmed_version = version,"
        " published_version = version, completed_at = saved_at, completed_by_id = saved_by_id,"
        " confirmed_at = saved_at, confirmed_by_id = saved_by_id WHERE status = 'draft'",
        r"登錄狀況：儲存 confirmed，重算 draft（依據：第 7 次異動「匯入」）$",
    ),
    "a confirmation that is taken away": (
        "UPDATE inventory_filing SET status = 'draft', completed_at = NULL, completed_by_id = NULL"
        " WHERE unit_id = (SELECT id FROM accounts_unit WHERE code = '371032300A') AND version > 0",
        rf"^{TOWNSHIP} 104 年度 登錄狀況：儲存 draft，重算 completed（依據：第 4 次異動「展延」）$",
    ),
    "the day of a confirmation": (
        "UPDATE inventory_filing SET confirmed_at = confirmed_at - interval '1 day'"
        " WHERE confirmed_at IS NOT NULL",
        rf"^{SCHOOL} 104 年度 確認時間：儲存 \S+，重算 \S+（依據：第 3 次異動「確認」）$",
    ),
    "who confirmed": (
        "UPDATE inventory_filing SET confirmed_by_id = saved_by_id WHERE confirmed_at IS NOT NULL",
        rf"^{SCHOOL} 104 年度 確認者：儲存 \d+，重算 \d+（依據：第 3 次異動「確認」）$",
    ),
    "the version that is public": (
        "UPDATE inventory_filing SET confirmed_version = 1, published_version = 1"
        " WHERE confirmed_version = 2",
        rf"^{SCHOOL} 104 年度 公開的版次：儲存 1，重算 2（依據：第 3 次異動「確認」）$",
    ),
    "what was kept public": (
        "UPDATE inventory_filing SET published_version = NULL WHERE year_id = 103 AND version > 0",
        rf"^{SCHOOL} 103 年度 公開的版次：儲存 （無），重算 1（依據：第 2 次異動「維持公開」）$",
    ),
    "when it was completed": (
        "UPDATE inventory_filing SET completed_at = completed_at - interval '1 year'"
        " WHERE year_id = 103 AND version > 0",
        rf"^{SCHOOL} 103 年度 完成時間：儲存 \S+，重算 \S+（依據：第 1 次異動「確認完整並存檔」）$",
    ),
    "the reason of a return": (
        "UPDATE inventory_filing SET return_reason = '沒事' WHERE return_reason <> ''",
        rf"^{SCHOOL} 104 年度 退回原因：儲存 沒事，重算 請核對電費單（依據：第 4 次異動「退回」）$",
    ),
    "an extension": (
        "UPDATE inventory_filing SET extended_to = extended_to + 100 WHERE extended_to IS NOT NULL",
        rf"^{SCHOOL} 104 年度 展延至：儲存 \S+，重算 \S+（依據：第 7 次異動「展延」）$",
    ),
    "that it was an import": (
        "UPDATE inventory_filing SET is_prefilled = NOT is_prefilled WHERE version > 0",
        r"匯入待核對：儲存 true，重算 false（依據",
    ),
    "how many are in no sum": (
        "UPDATE inventory_filing SET uncounted = 3 WHERE year_id = 103 AND version > 0",
        rf"^{SCHOOL} 103 年度 未計入項數：儲存 3，重算 0（依據：活動數據）$",
    ),
    "a path": (
        "UPDATE inventory_filing SET path = path || 'ZZZZZ' WHERE level = 3",
        r"樹狀位置：儲存 \w+ZZZZZ，重算 \w+（依據：上級機關的填報與本單位的編號）$",
    ),
    "a level": (
        "UPDATE inventory_filing SET level = 4 WHERE level = 3",
        r"層級：儲存 4，重算 3（依據：上級機關的填報與本單位的編號）$",
    ),
    "a parent": (
        "UPDATE inventory_filing own SET parent_id = top.id FROM inventory_filing top"
        " WHERE own.level = 3 AND top.level = 1 AND top.year_id = own.year_id",
        r"104 年度 樹狀位置|103 年度 樹狀位置",
    ),
    "a unit put elsewhere with all that goes with it": (
        "UPDATE inventory_filing own SET parent_id = other.id, level = other.level + 1,"
        " path = other.path || right(own.path, 5) FROM inventory_filing other"
        " WHERE own.year_id = 103 AND other.year_id = 103"
        " AND own.unit_id = (SELECT id FROM accounts_unit WHERE code = '371036500X')"
        " AND other.unit_id = (SELECT id FROM accounts_unit WHERE code = '371032300A')",
        rf"^{SCHOOL} 103 年度 上級機關的填報：儲存 {TOWNSHIP}，重算 371030000A"
        r"（依據：單位的異動紀錄）$",
    ),
    "a move that is set back with all that goes with it": (
        "UPDATE inventory_filing own SET parent_id = other.id, level = other.level + 1,"
        " path = other.path || right(own.path, 5) FROM inventory_filing other"
        " WHERE own.year_id = 104 AND other.year_id = 104"
        " AND own.unit_id = (SELECT id FROM accounts_unit WHERE code = '371036501X')"
        " AND other.unit_id = (SELECT id FROM accounts_unit WHERE code = '371032300A')",
        rf"上級機關的填報：儲存 {TOWNSHIP}，重算 371030000A（依據：第 3 次異動「改列上級機關」）$",
    ),
    "a unit in another county": (
        f"UPDATE accounts_unit SET county_id = 'a' WHERE code = '{SCHOOL}'",
        rf"^單位 {SCHOOL} 縣市：儲存 a，應為 z（依據：單位的異動紀錄第 \d+ 筆）$",
    ),
    "an account in another unit": (
        "UPDATE accounts_user SET unit_id = (SELECT max(id) FROM accounts_unit)"
        f" WHERE username = 'z{TOWNSHIP}'",
        rf"^帳號 z{TOWNSHIP} 單位：儲存 \d+，應為 \d+（依據：帳號的異動紀錄第 \d+ 筆）$",
    ),
    "a role": (
        f"UPDATE accounts_user SET role = 'platform_administrator' WHERE username = 'z{SCHOOL}'",
        rf"^帳號 z{SCHOOL} 角色：儲存 platform_administrator，應為 unit_staff（依據",
    ),
    "the outsourced scope": (
        "UPDATE inventory_filing SET outsourced_scope = '無' WHERE outsourced_scope <> ''",
        rf"^{SCHOOL} 104 年度 第 3 版 委外操作範圍說明：儲存 無，重算 校車（依據：這一版的內容）$",
    ),
    "a frozen term of another set": (
        "UPDATE inventory_entry SET terms = (SELECT jsonb_agg(jsonb_build_object('factor', id,"
        " 'gas', gas, 'value', trim_scale(value)::text, 'gwp', trim_scale(gwp)::text) ORDER BY id)"
        f" FROM inventory_factor WHERE factor_set_id = '{NEW_SET}' AND line = 'gasoline')"
        f" WHERE line = 'gasoline' AND kg IS NOT NULL AND factor_set_id = '{SET}'",
        rf"^{SCHOOL} 104 年度 委外：汽油 計算時的係數：儲存 \[.*\]，重算 \[.*\]"
        rf"（依據：係數版本 {SET} 的 gasoline）$",
    ),
    "a frozen GWP": (
        "UPDATE inventory_entry SET terms = jsonb_set(terms, '{1,gwp}', '\"21\"')"
        " WHERE line = 'gasoline' AND kg IS NOT NULL",
        rf"^{SCHOOL} 104 年度 委外：汽油 計算時的係數 CH4 GWP：儲存 21，重算 25"
        rf"（依據：係數版本 {SET} 的 gasoline，第 \d+ 列）$",
    ),
    "a term said to be biogenic": (
        "UPDATE inventory_entry SET terms = jsonb_set(terms, '{0,biogenic}', 'true')"
        " WHERE line = 'gasoline' AND kg IS NOT NULL",
        rf"^{SCHOOL} 104 年度 委外：汽油 計算時的係數 CO2 生質：儲存 true，重算 （無）（依據",
    ),
    "an entry that is not counted any more": (
        "UPDATE inventory_entry SET terms = '[]', kg = NULL, factor_set_id = NULL"
        " WHERE line = 'gasoline' AND kg IS NOT NULL",
        rf"^{SCHOOL} 104 年度 委外：汽油 計算時的係數：儲存 （無），重算 \[.*\]（依據",
    ),
    "the set that an entry was computed with": (
        f"UPDATE inventory_entry SET factor_set_id = '{NEW_SET}'"
        f" WHERE kg IS NOT NULL AND factor_set_id = '{SET}'",
        rf"採用係數版本|係數版本：儲存 {NEW_SET}，重算 {SET}（依據：這一版採用的係數版本）$",
    ),
    "who saved": (
        "UPDATE inventory_filing SET saved_by_id = (SELECT id FROM accounts_user"
        " WHERE username = 'admin') WHERE year_id = 103 AND version > 0",
        rf"^{SCHOOL} 103 年度 存檔者：儲存 \d+，重算 \d+（依據：第 1 次異動「確認完整並存檔」）$",
    ),
    "who saved a version": (
        "UPDATE inventory_filingversion SET saved_by_id = (SELECT id FROM accounts_user"
        " WHERE username = 'admin') WHERE number = 1",
        rf"^{SCHOOL} 104 年度 第 1 版 存檔者：儲存 z{SCHOOL}，重算 admin（依據：帳號的異動紀錄）$",
    ),
    "the verb of an event": (
        "UPDATE inventory_filingevent SET verb = 'complete' WHERE verb = 'recompute'",
        rf"^{TOWNSHIP} 104 年度 第 2 版 存檔方式：儲存 recompute，重算 complete"
        r"（依據：第 3 次異動「確認完整並存檔」）$",
    ),
    "an event that cannot follow": (
        "UPDATE inventory_filingevent SET verb = 'confirm' WHERE verb = 'reinstate'",
        r"104 年度 第 5 次異動 辦理紀錄：儲存 confirm 3 not_started，重算 接在先前的辦理紀錄之後",
    ),
    "all versions": (
        "TRUNCATE inventory_filingversion",
        r"^填報版次 列數：儲存 0，應為 10（依據：各填報「版次」之和）$",
    ),
    "all events": (
        "TRUNCATE inventory_filingevent",
        r"^辦理紀錄 列數：儲存 0，應為 \d+（依據：各填報「異動序號」之和）$",
    ),
    "an event that tells of other figures": (
        "UPDATE inventory_filingevent SET details = jsonb_set(details, '{own_kg,1}', '\"1.0\"')"
        " WHERE details ? 'own_kg' AND revision = 2",
        rf"^{SCHOOL} 104 年度 第 2 版 排放量小計（不含委外）：儲存 10.5600，重算 1.0"
        r"（依據：第 2 次異動「確認完整並存檔」）$",
    ),
    "filings that are gone": (
        "DELETE FROM inventory_filing WHERE year_id = 103 AND version = 0 AND level = 3",
        r"^填報 103 年度 份數：儲存 3，重算 4（依據：填報年度的異動紀錄）$",
    ),
    "an entry without its filing": (
        "UPDATE inventory_entry SET filing_id = 999999"
        " WHERE id = (SELECT max(id) FROM inventory_entry)",
        r"^活動數據 \d+ 填報：儲存 999999，應為 （無）（依據：填報）$",
    ),
    "a history that is gone": (
        "DELETE FROM accounts_unitevent",
        r"^單位 \w+ 單位：儲存 有，應為 （無）（依據：單位的異動紀錄）$",
    ),
    "a guard that is off": (
        "ALTER TABLE inventory_factor DISABLE TRIGGER ALL; SELECT 1",
        r"^排放係數 觸發程序 insert_only：儲存 未啟用，應為 啟用（依據：平台的程式）$",
    ),
    "a constraint that is gone": (
        "ALTER TABLE inventory_filing DROP CONSTRAINT filing_status; SELECT 1",
        r"^填報 限制條件 filing_status：儲存 未啟用，應為 啟用（依據：平台的程式）$",
    ),
}


@pytest.mark.parametrize("what", FALSIFIED)
@pytest.mark.parametrize("options", [(), ("--thorough",)])
def test_it_is_found_and_named(told: County, what: str, options: tuple[str]) -> None:
    statement, says = FALSIFIED[what]
    falsify(statement)
    found = verify(*options)
    assert any(re.search(says, line) for line in found), "\n".join(found)
    assert not any("資料庫：不符" in line for line in found), "both halves see it"


class TestWhatTheDatabaseRefuses:
    """What anybody tries who cannot put the triggers to sleep."""

    def test_the_outsourced_scope_alone(self, told: County) -> None:
        statement = "UPDATE inventory_filing SET outsourced_scope = '無' WHERE version > 0"
        refused(statement, "without its next revision")

    def test_the_scope_with_the_next_revision(self, told: County) -> None:
        statement = (
            "UPDATE inventory_filing SET outsourced_scope = '無', revision = revision + 1"
            " WHERE version > 0"
        )
        refused(statement, "is not what its version says|has no event")

    @pytest.mark.parametrize("table", ["filingversion", "filingevent", "factor", "entry"])
    def test_emptying_a_table(self, told: County, table: str) -> None:
        check_constraints_now()
        refused(f"TRUNCATE inventory_{table} CASCADE", "never emptied")

    def test_nothing_of_it_is_left(self, told: County) -> None:
        versions = FilingVersion.objects.count()
        refused("DELETE FROM inventory_filingversion", "never changed or deleted")
        assert FilingVersion.objects.count() == versions
        assert verify() == []


def refused(statement: str, why: str) -> None:
    with pytest.raises(DatabaseError, match=why), transaction.atomic():
        commit(statement)


def commit(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    check_constraints_now()


class TestReplaying:
    """From one verb to the next."""

    def test_every_verb_says_whether_it_writes_a_version(self) -> None:
        """Whoever adds one looks at `SAVED_AS` and adds it there or here."""
        without = {
            Verb.CONFIRM, Verb.SEND_BACK, Verb.EXTEND, Verb.MOVE, Verb.REINSTATE, Verb.KEEP_PUBLIC,
            Verb.TAKE_IN, Verb.CLOSE, Verb.TAKE_OVER, Verb.REOPEN,
        }  # fmt: skip
        assert SAVED_AS.keys() | without == set(Verb)
        assert not SAVED_AS.keys() & without

    def test_without_events_nothing_was_begun(self) -> None:
        outcome = replay(())
        assert (outcome.status, outcome.version, outcome.wrong) == (Status.NOT_STARTED, 0, ())

    def test_excusing_what_was_never_saved_writes_no_version(self) -> None:
        assert replay((("excuse", 0, "excused"),)).version == 0
        assert replay((("save", 1, "draft"), ("excuse", 2, "excused"))).wrong == ()

    @pytest.mark.parametrize(
        "second",
        [
            ("confirm", 1, "confirmed"),  # a draft
            ("complete", 1, "completed"),  # writes a version
            ("complete", 3, "completed"),
            ("complete", 2, ""),  # tells that the status moved
            ("extend", 2, ""),
            ("extend", 1, "completed"),
            ("invent", 1, ""),
        ],
    )
    def test_what_cannot_follow_is_told_by_its_revision(self, second) -> None:
        assert replay((("save", 1, "draft"), second)).wrong == (2,)


class TestFactorSets:
    """What no statement of the table above says."""

    def test_a_file_that_cannot_be_read(self, told: County) -> None:
        falsify(f"UPDATE inventory_factorset SET content = 'x = ' WHERE slug = '{SET}'")
        lines = "\n".join(map(str, factor_sets.verify_factor_sets()))
        assert f"{SET} 檔案內容：儲存 無法讀取，應為 {SET}.toml：不是正確的 TOML" in lines

    def test_a_factor_whose_gas_has_no_gwp(self, told: County) -> None:
        change = "content = regexp_replace(content, 'gas = \"CH4\"', 'gas = \"CH5\"')"
        falsify(f"UPDATE inventory_factorset SET {change} WHERE slug = '{SET}'")
        lines = "\n".join(map(str, factor_sets.verify_factor_sets()))
        assert f"{SET} lpg CH4：儲存 " in lines

    def test_a_correction_names_the_file_that_says_it(self, told: County) -> None:
        slug = "tw-105-ar4-corrected"
        store(*shipped(slug))
        assert list(factor_sets.verify_factor_sets()) == []
        falsify(
            f"UPDATE inventory_factor SET value = 9 WHERE factor_set_id = '{slug}'"
            " AND line = 'lpg' AND gas = 'CO2'"
        )
        [line] = map(str, factor_sets.verify_factor_sets())
        assert line.startswith(f"{slug} lpg CO2 係數：儲存 9")
        assert ".toml" in line


class TestBiogenic:
    """CO2 that is reported apart is frozen with the others and adds nothing."""

    TERMS = (
        {"factor": 1, "gas": "CO2", "value": "2", "gwp": "1", "biogenic": True},
        {"factor": 2, "gas": "CH4", "value": "0.1", "gwp": "25"},
    )

    @pytest.mark.parametrize(("terms", "kg"), [(TERMS, "7.5000"), (TERMS[:1], "0.0000")])
    def test_database_and_calculator_leave_it_out(self, db: None, terms, kg: str) -> None:
        assert kg_of(Decimal(3), list(terms)) == Decimal(kg)
        query = f"SELECT {kg_again('3::numeric', '%s::jsonb')}"
        with connection.cursor() as cursor:
            cursor.execute(query, [json.dumps(terms)])
            assert cursor.fetchone() == (Decimal(kg),)
