"""What an account list would do, and does."""

import csv
import importlib.util
from dataclasses import replace
from pathlib import Path

import pghistory
import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from accounts import roles
from accounts.account_lists import apply, make_plan, read_account_list
from accounts.account_lists.entries import Entry
from accounts.account_lists.progress import batches
from accounts.account_lists.slips import ALPHABET, BITS, activation_code
from accounts.models import County, Unit, User
from accounts.spreadsheets import SpreadsheetError
from tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"
ROOT = "連江縣政府,z371030000A,,"
HEADER = "單位,帳號,上級機關帳號,類別"


def plan_of(*lines, header=HEADER):
    data = "\n".join([header, *lines]).encode()
    return make_plan(read_account_list(data, "list.csv"))


def refusals(*lines, header=HEADER):
    plan = plan_of(*lines, header=header)
    before = (Unit.objects.count(), User.objects.count())
    with pytest.raises(ValueError, match="rejected rows"):
        apply(plan, by=None)
    assert (Unit.objects.count(), User.objects.count()) == before
    return [(problem.row, problem.cell, problem.value, problem.reason) for problem in plan.rejected]


def the_refusal(*lines, header=HEADER):
    [refusal] = refusals(*lines, header=header)
    return refusal


def seed(*lines, header=HEADER, by=None):
    plan = plan_of(*lines, header=header)
    assert not plan.rejected, [str(problem) for problem in plan.rejected]
    return apply(plan, by=by)


class TestCounties:
    def test_are_there_after_migrating_in_the_order_of_the_list(self):
        with (FIXTURES / "counties.csv").open(encoding="utf-8", newline="") as file:
            rows = [(r["letter"].lower(), r["name"], r["name_en"]) for r in csv.DictReader(file)]
        found = County.objects.order_by("order").values_list("letter", "name", "name_en")
        assert list(found) == rows
        assert len(rows) == 22


class TestDemonstrationCounty:
    def read(self):
        path = FIXTURES / "lienchiang_accounts.xlsx"
        return make_plan(read_account_list(path, path.name))

    def test_comes_in_as_its_source_says(self):
        apply(self.read(), by=None)
        with (FIXTURES / "lienchiang_units.csv").open(encoding="utf-8", newline="") as file:
            rows = [
                (r["agency_code"], r["name"], r["category"], r["parent_code"] or None)
                for r in csv.DictReader(file)
            ]
        found = Unit.objects.values_list("code", "name", "category", "parent__code")
        assert sorted(found) == sorted(rows)
        assert User.objects.get(role=roles.COUNTY_ADMINISTRATOR.code).username == "z371030000A"

    def test_a_school_signs_in_with_the_password_of_the_procedure(self):
        apply(self.read(), by=None)
        user = User.objects.get(username="z371036500X")
        assert user.must_change_password
        assert user.check_password("371036500X")
        assert user.password.startswith("argon2")  # stored anew at the first use

    def test_the_script_that_makes_it_says_the_same(self, tmp_path):
        spec = importlib.util.spec_from_file_location(
            "make_lienchiang_accounts", FIXTURES / "make_lienchiang_accounts.py"
        )
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.TARGET = tmp_path / "list.xlsx"
        script.main()
        made = read_account_list(script.TARGET, "list.xlsx")
        kept = read_account_list(FIXTURES / "lienchiang_accounts.xlsx", "list.xlsx")
        assert made == kept

    def test_a_second_run_changes_nothing(self):
        apply(self.read(), by=None)
        plan = self.read()
        assert (len(plan.added), len(plan.changed), len(plan.unchanged)) == (0, 0, 58)


class TestAccounts:
    def test_letter_from_the_county_column_in_either_spelling(self):
        plan = plan_of(
            "臺東縣政府,376540000A,台東縣",
            "甲,371036500x,連江縣",
            "連江縣政府,Ｚ３７１０３００００Ａ,Z",
            header="單位,帳號,縣市",
        )
        assert [a.entry.account for a in plan.added] == [
            "v376540000A",
            "z371036500X",
            "z371030000A",
        ]
        assert not plan.rejected

    def test_accounts_are_stored_lower_letter_upper_code(self):
        seed(ROOT, "甲,Z371036500x,,學校")
        user = User.objects.get(username="z371036500X")
        assert (user.unit.code, user.unit.county_id) == ("371036500X", "z")

    @pytest.mark.parametrize(
        ("account", "county", "words"),
        [
            ("371036500X", "", "沒有縣市字母"),
            ("L371036500X", "", "已裁併的臺中縣"),
            ("z371036500X", "金門縣", "不符"),
            ("z37103 6500X", "", "帳號須為"),
            ("z371036500Ä", "", "帳號須為"),
            ("zz71036500X", "", "帳號須為"),
            ("z371", "", "帳號須為"),
            ("z3710365001234", "", "帳號須為"),
            ("", "連江縣", "缺少帳號"),
        ],
    )
    def test_refused(self, account, county, words):
        header = "單位,帳號,縣市"
        row, cell, value, reason = the_refusal(f"甲,{account},{county}", header=header)
        assert (row, cell, value) == (2, "B2", account)
        assert words in reason

    def test_unknown_county(self):
        _row, cell, value, reason = the_refusal("甲,z371036500X,花東縣", header="單位,帳號,縣市")
        assert (cell, value) == ("C2", "花東縣")
        assert "沒有這個縣市" in reason

    def test_a_county_that_is_a_formula_is_said_once(self):
        assert "公式" in the_refusal("甲,371036500X,=A1", header="單位,帳號,縣市")[3]

    def test_doubled_in_any_spelling_names_both_rows(self):
        found = refusals(
            ROOT, "甲,z371036500X,,", "乙,Ｚ371036500x,,", "丙,w371036500X,z371030000A,"
        )
        doubled = [(row, reason) for row, _, _, reason in found if "重複" in reason]
        assert [row for row, _reason in doubled] == [3, 4, 5]
        assert "第 4、5 列" in doubled[0][1]

    def test_a_code_of_another_county(self):
        UnitFactory(code="371036500X", county_id="w", county=County.objects.get(letter="w"))
        reason = the_refusal(ROOT, "甲,z371036500X,,")[3]
        assert "金門縣" in reason

    def test_a_code_of_another_county_that_is_in_the_list_too(self):
        seed(ROOT, "金門縣政府,w371020000A,,", "烏坵國小,w371029999X,,")
        lines = (ROOT, "金門縣政府,w371020000A,,", "烏坵國小,z371029999X,,")
        row, cell, value, reason = the_refusal(*lines)
        assert (row, cell, value) == (4, "B4", "z371029999X")
        assert "金門縣" in reason

    def test_an_account_of_somebody_else(self):
        UserFactory(username="Z371036500x", unit=None)
        assert "屬於別的單位" in the_refusal(ROOT, "甲,z371036500X,,")[3]

    def test_an_empty_list(self):
        assert "沒有任何資料" in the_refusal()[3]


class TestOtherColumns:
    HEADER = "單位,帳號,密碼,類別,Email"
    ROOT = "連江縣政府,z371030000A,first-password,縣市政府,office@example.com"

    @pytest.mark.parametrize(
        ("line", "cell", "words"),
        [
            (",z371036500X,pw,,", "A3", "缺少單位名稱"),
            (f"{'甲' * 101},z371036500X,pw,,", "A3", "超過 100"),
            (f"甲,z371036500X,pw,{'類' * 31},", "D3", "超過 30"),
            ("甲,z371036500X,pw,,not-an-address", "E3", "電子郵件"),
            (f"甲,z371036500X,pw,,{'a' * 250}@example.com", "E3", "超過 254"),
            (f"甲,z371036500X,{'p' * 129},,", "C3", "超過 128"),
            ("甲,z371036500X,,,", "C3", "缺少密碼"),
            ("甲,z371036500X,=A1,,", "C3", "公式"),
            ("=A1,z371036500X,pw,,", "A3", "公式"),
            ("甲,=A1,pw,,", "B3", "公式"),
        ],
    )
    def test_refused(self, line, cell, words):
        found = refusals(self.ROOT, line, header=self.HEADER)
        assert found[0][:2] == (3, cell)
        assert words in found[0][3]

    def test_passwords_are_never_shown(self):
        secret = "s3cret" * 30
        lines = (self.ROOT, f"甲,z371036500X,{secret},,", f"乙,z371036501X,pw\0{secret},,")
        plan = plan_of(*lines, header=self.HEADER)
        assert len(plan.rejected) == 2
        assert secret not in repr(plan)

    def test_all_of_it_is_stored(self):
        seed(self.ROOT, header=self.HEADER)
        unit = Unit.objects.get()
        assert (unit.category, unit.contact_email) == ("縣市政府", "office@example.com")
        assert User.objects.get().check_password("first-password")

    def test_unread_columns_are_reported(self):
        assert plan_of("1,連江縣政府,z371030000A", header="序號,單位,帳號").ignored == ["序號"]


class TestTree:
    def parents(self):
        return dict(Unit.objects.values_list("code", "parent__code"))

    def test_without_a_parent_the_county_government_is_it(self):
        seed("甲,z371036500X,,", ROOT, "乙,z371036501X,371036500x,")
        assert self.parents() == {
            "371030000A": None,
            "371036500X": "371030000A",
            "371036501X": "371036500X",
        }
        administrators = User.objects.filter(role=roles.COUNTY_ADMINISTRATOR.code)
        assert [user.username for user in administrators] == ["z371030000A"]

    def test_the_government_is_known_by_its_category(self):
        seed("馬祖政府,z371030000A,,縣市政府", "甲,z371036500X,,學校")
        assert self.parents()["371036500X"] == "371030000A"

    def test_or_because_others_name_it(self):
        seed("本府,z371030000A,,", "甲,z371036500X,z371030000A,", "乙,z371036501X,,")
        assert self.parents()["371036501X"] == "371030000A"

    def test_or_because_it_is_there_already(self):
        UnitFactory(code="371030000A", name="本府")
        seed("連江縣政府分處,z371036500X,,縣市政府")
        assert self.parents()["371036500X"] == "371030000A"

    def test_by_its_name_among_several_that_are_there(self):
        UnitFactory(code="371030000A", name="連江縣政府")
        UnitFactory(code="371030001A", name="孤單的單位")
        seed("甲,z371036500X,,")
        assert self.parents()["371036500X"] == "371030000A"
        assert not User.objects.filter(role=roles.COUNTY_ADMINISTRATOR.code).exists()

    def test_no_government_anywhere(self):
        row, cell, value, reason = the_refusal("甲,z371036500X,,", "乙,z371036501X,,")
        assert (row, cell, value) == (2, "B2", "z371036500X")
        assert "找不到連江縣政府" in reason

    def test_several_that_look_like_one(self):
        found = the_refusal("甲,z371036500X,,縣市政府", "乙,z371036501X,,縣市政府")
        assert "z371036500X、z371036501X" in found[3]

    def test_each_county_has_its_own(self):
        seed(ROOT, "金門縣政府,w371010000A,,", "甲,w371036500X,,")
        assert self.parents()["371036500X"] == "371010000A"
        assert User.objects.filter(role=roles.COUNTY_ADMINISTRATOR.code).count() == 2

    @pytest.mark.parametrize(
        ("parent", "words"),
        [
            ("z999999999A", "都沒有這個上級機關"),
            ("w371010000A", "不在同一個縣市"),
            ("臺東縣政府", "沒有這個名稱"),
            ("L371010000A", "格式不正確"),
            ("=C2", "公式"),
        ],
    )
    def test_parents_that_are_refused(self, parent, words):
        row, cell, _value, reason = the_refusal(ROOT, f"甲,z371036500X,{parent},")
        assert (row, cell) == (3, "C3")
        assert words in reason

    def test_a_parent_that_was_closed(self):
        UnitFactory(code="371036500X", is_active=False)
        assert "裁撤" in the_refusal(ROOT, "甲,z371036501X,z371036500X,")[3]

    def test_a_parent_that_was_closed_keeps_what_is_below_it(self):
        seed(ROOT, "甲,z1001,,", "乙,z1002,z1001,", "丙,z1003,,")
        Unit.objects.filter(code="1001").update(is_active=False)
        plan = plan_of("乙,z1002,z1001,")
        assert (plan.rejected, plan.changed, len(plan.unchanged)) == ([], [], 1)
        assert "裁撤" in the_refusal("丙,z1003,z1001,")[3]

    def test_a_cycle_is_printed(self):
        found = refusals(
            ROOT, "甲,z1001,z1003,", "乙,z1002,z1001,", "丙,z1003,z1002,", "丁,z1004,z1001,"
        )
        [(row, cell, _value, reason)] = found
        assert (row, cell) == (3, "C3")
        assert "z1001 → z1003 → z1002 → z1001" in reason

    def test_a_unit_that_is_its_own_parent(self):
        assert "z1001 → z1001" in the_refusal(ROOT, "甲,z1001,1001,")[3]

    def test_a_cycle_through_a_unit_that_is_only_in_the_database(self):
        seed(ROOT, "甲,z1001,,", "乙,z1002,z1001,")
        assert "z1001 → z1002 → z1001" in the_refusal("甲,z1001,z1002,")[3]

    def test_more_levels_than_any_county_has(self):
        lines = [f"甲,z{1000 + n},z{999 + n}," for n in range(1, 22)]
        found = refusals("連江縣政府,z1000,,", *lines)
        assert [row for row, *_ in found] == [22, 23]
        assert "20 層" in found[0][3]


class TestChanges:
    def changes(self, plan):
        return [(c.label, c.before, c.after) for one in plan.changed for c in one.changes]

    def test_are_shown_field_by_field_and_written(self):
        seed(ROOT, "甲,z1001,,學校", "乙,z1002,,機關")
        header = HEADER + ",Email"
        line = "甲國小,z1001,z1002,國小,a@example.com"
        assert self.changes(plan_of(line, header=header)) == [
            ("單位", "甲", "甲國小"),
            ("上級機關帳號", "z371030000A", "z1002"),
            ("類別", "學校", "國小"),
            ("Email", "", "a@example.com"),
        ]
        seed(line, header=header)
        unit = Unit.objects.get(code="1001")
        assert (unit.name, unit.parent.code, unit.category) == ("甲國小", "1002", "國小")
        assert unit.contact_email == "a@example.com"
        assert not plan_of(line, header=header).changed

    def test_below_a_unit_that_the_same_list_adds(self):
        seed(ROOT, "甲,z1001,,")
        seed("甲,z1001,z1002,", "乙,z1002,,")
        assert Unit.objects.get(code="1001").parent.code == "1002"

    def test_a_parent_that_was_moved_since_is_moved_back_and_shown(self):
        seed(ROOT, "甲,z1001,,", "乙,z1002,z1001,")
        Unit.objects.filter(code="1002").update(parent=Unit.objects.get(code="371030000A"))
        assert self.changes(plan_of("乙,z1002,z1001,")) == [
            ("上級機關帳號", "z371030000A", "z1001")
        ]

    def rename(self, code, name, by):
        with pghistory.context(**({"user": by.pk} if by else {})):
            Unit.objects.filter(code=code).update(name=name)

    def test_a_name_that_the_unit_gave_itself_is_left_and_told(self):
        seed(ROOT, "甲,z1001,,學校")
        self.rename("1001", "甲國小", User.objects.get(username="z1001"))
        Unit.objects.filter(code="1001").update(contact_phone="0836-22067")
        plan = plan_of("甲,z1001,,學校")
        assert [(one.entry.account, one.name) for one in plan.preserved] == [("z1001", "甲國小")]
        assert (plan.changed, [entry.account for entry in plan.unchanged]) == ([], ["z1001"])
        assert plan.digest != replace(plan, preserved=[]).digest

        assert self.changes(plan_of("甲,z1001,,國小")) == [("類別", "學校", "國小")]
        seed("甲,z1001,,國小")
        unit = Unit.objects.get(code="1001")
        assert (unit.name, unit.category) == ("甲國小", "國小")
        assert not plan_of("甲國小,z1001,,國小").preserved

    def test_a_name_that_others_gave_is_set(self):
        seed(ROOT, "甲,z1001,,", "乙,z1002,,", "丙,z1003,,", "丁,z1004,,")
        own = User.objects.get(username="z1001")
        self.rename("1001", "甲校", own)
        self.rename("1001", "甲所", UserFactory(unit=None, username="chief"))
        self.rename("1002", "乙所", own)
        self.rename("1003", "丙所", None)
        gone = UserFactory(unit=Unit.objects.get(code="1004"), username="gone")
        self.rename("1004", "丁所", gone)
        gone.delete()
        lines = ("甲,z1001,,", "乙,z1002,,", "丙,z1003,,", "丁,z1004,,")
        plan = plan_of(*lines)
        assert plan.preserved == []
        assert [label for label, _before, _after in self.changes(plan)] == ["單位"] * 4

    def test_a_name_that_the_unit_gives_itself_after_the_plan_is_left(self):
        seed(ROOT, "甲,z1001,,")
        plan = plan_of("乙,z1001,,")
        self.rename("1001", "甲國小", User.objects.get(username="z1001"))
        apply(plan, by=None)
        assert Unit.objects.get(code="1001").name == "甲國小"

    def test_an_email_of_the_unit_is_left(self):
        seed(ROOT, "甲,z1001,,")
        Unit.objects.filter(code="1001").update(contact_email="own@example.com")
        assert not plan_of("甲,z1001,,,b@example.com", header=HEADER + ",Email").changed

    def test_an_email_filled_in_after_the_plan_is_left(self):
        seed(ROOT, "甲,z1001,,")
        plan = plan_of("甲,z1001,,,b@example.com", header=HEADER + ",Email")
        Unit.objects.filter(code="1001").update(contact_email="own@example.com")
        apply(plan, by=None)
        assert Unit.objects.get(code="1001").contact_email == "own@example.com"

    def test_an_empty_cell_says_nothing(self):
        seed(ROOT, "甲,z1001,,", "乙,z1002,z1001,學校")
        assert not plan_of("乙,z1002,,").changed

    def test_a_password_that_was_changed_is_never_reset(self):
        lines = ("連江縣政府,z371030000A,first-password",)
        seed(*lines, header="單位,帳號,密碼")
        user = User.objects.get()
        user.set_password("a new one of their own")
        user.must_change_password = False
        user.save()
        for line in (*lines, "連江縣政府,z371030000A,", "連江縣政府改名,z371030000A,another"):
            seed(line, header="單位,帳號,密碼")
        user.refresh_from_db()
        assert user.check_password("a new one of their own")
        assert not user.must_change_password

    def test_an_account_for_a_unit_that_has_none(self):
        UnitFactory(code="371030000A", name="連江縣政府")
        plan = plan_of("連江縣政府,z371030000A,,縣市政府")
        assert (len(plan.added), len(plan.changed)) == (1, 1)
        apply(plan, by=None)
        user = User.objects.get()
        assert user.unit.category == "縣市政府"
        assert user.role == roles.COUNTY_ADMINISTRATOR.code
        assert plan_of("連江縣政府,z371030000A,,縣市政府").unchanged

    @pytest.mark.parametrize("role", [roles.UNIT_STAFF, roles.COUNTY_VIEWER])
    def test_what_a_person_has_set_is_left_alone(self, role):
        """The list says once who looks after the county; afterwards people do."""
        seed(ROOT)
        User.objects.update(role=role.code, is_active=False, must_change_password=False)
        plan = plan_of(ROOT)
        assert (plan.changed, len(plan.unchanged)) == ([], 1)
        seed(ROOT)
        user = User.objects.get()
        assert (user.role, user.is_active, user.must_change_password) == (role.code, False, False)


class TestApply:
    def test_history_says_who_and_from_which_file(self):
        by = UserFactory(unit=None, username="admin", role=roles.PLATFORM_ADMINISTRATOR)
        apply(plan_of(ROOT), by=by, source="list.csv")
        event = Unit.pgh_event_models["insert"].objects.get()
        assert event.pgh_context == {"user": by.pk, "account_list": "list.csv"}

    def test_without_passwords_each_account_gets_a_code_of_its_own(self):
        outcome = seed(ROOT, "甲,z1001,,")
        assert [(slip.account, slip.county) for slip in outcome.slips] == [
            ("z371030000A", "連江縣"),
            ("z1001", "連江縣"),
        ]
        assert len({slip.code for slip in outcome.slips}) == 2
        assert User.objects.get(username="z1001").check_password(outcome.slips[1].code)
        assert outcome.slips[1].code not in repr(outcome)

    def test_when_the_slips_cannot_be_delivered_nothing_has_happened(self):
        def fail(slips):
            raise OSError

        with pytest.raises(OSError):
            apply(plan_of(ROOT), by=None, deliver=fail)
        assert not Unit.objects.exists()

    def test_somebody_else_made_the_account_meanwhile(self):
        plan = plan_of(ROOT)
        UnitFactory(code="371030000A")
        with pytest.raises(IntegrityError):
            apply(plan, by=None)

    def test_the_number_of_queries_does_not_grow_with_the_list(self):
        def count(lines):
            table = read_account_list("\n".join([HEADER, ROOT, *lines]).encode(), "list.csv")
            with CaptureQueriesContext(connection) as queries:
                plan = make_plan(table)
            assert not plan.rejected
            return len(queries)

        few = [f"甲,z{number},," for number in range(1000, 1003)]
        many = [f"甲,z{number},," for number in range(1000, 1300)]
        assert count(few) == count(many) <= 6

    def test_the_digest_follows_the_plan(self):
        first = plan_of(ROOT).digest
        assert plan_of(ROOT).digest == first
        assert plan_of(ROOT, "甲,z1001,,").digest != first


def test_activation_codes_are_long_and_easy_to_read():
    assert BITS >= 80
    code = activation_code()
    assert [len(group) for group in code.split("-")] == [4] * 5
    assert set(code) <= {*ALPHABET, "-"}
    assert not set("0o1il") & set(ALPHABET)


def test_batches():
    assert list(batches(range(5), 2)) == [[0, 1], [2, 3], [4]]


def test_an_entry_keeps_its_password_to_itself():
    assert not {"row", "password"} & {
        name for name, field in Entry.__dataclass_fields__.items() if field.repr
    }


def test_no_account_column():
    with pytest.raises(SpreadsheetError, match="「帳號」"):
        read_account_list("單位,密碼\n甲,x".encode(), "list.csv")
