"""A line kept elsewhere: what agrees with itself again and is forged all the same."""

import hashlib
import json
import re
import threading
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.models import Unit
from inventory import workflow
from inventory.factors.corrections import read_publication
from inventory.factors.store import store
from inventory.models import (
    Entry,
    Factor,
    FactorSet,
    Filing,
    FilingEvent,
    FilingVersion,
    ReportingYear,
)
from inventory.verifying.head import NotAHead, marks, read_line
from inventory.verifying.head.line import CHECK
from inventory.workflow.publishing import publish
from portal.models import DatabaseIdentity
from tests.inventory.conftest import SET, County, shipped
from tests.inventory.factor_sets import toml
from tests.inventory.whole_story import SCHOOL, TOWNSHIP, decide, falsify, save, tell, verify
from tests.unguarded import guards_asleep

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def head_of(*options: str) -> str:
    """The one line that the command prints."""
    out = StringIO()
    call_command("verify_totals", "--head", *options, stdout=out, stderr=StringIO())
    [line] = out.getvalue().splitlines()
    return line


@pytest.fixture
def filed(county: County) -> County:
    save(county, county.school, "10", ticked=False)
    save(county, county.school, "20")
    save(county, county.township, "40")
    decide(county, workflow.confirm, county.township)
    return county


@pytest.fixture
def kept(filed: County, tmp_path: Path) -> tuple[str, str]:
    """A head of the county, and the file beside it."""
    file = str(tmp_path / "head.txt")
    return head_of("--into", file), file


def refusal(*options: str) -> str:
    with pytest.raises(CommandError) as error:
        call_command("verify_totals", *options, stdout=StringIO(), stderr=StringIO())
    return str(error.value)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def rewrite(filing: Filing, change: Any) -> None:
    """Change what every version says, from the first on, with check values and hashes."""
    previous = ""
    for version in filing.versions.order_by("number"):
        content = json.loads(version.content)
        change(content)
        content["previous"] = previous
        version.content = json.dumps(content, ensure_ascii=False)
        version.previous_hash, previous = previous, sha256(version.content)
        version.check_value = previous[:20].upper()
        version.own_kg, version.outsourced_kg = content["own_kg"], content["outsourced_kg"]
        version.save()


def doubled(text: str | None) -> str | None:
    return None if text is None else f"{Decimal(text) * 2:f}"


def double_figures(content: dict[str, Any]) -> None:
    for entry in content["entries"]:
        entry["quantity"], entry["kg"] = doubled(entry["quantity"]), doubled(entry["kg"])
    content["own_kg"] = doubled(content["own_kg"])
    content["outsourced_kg"] = doubled(content["outsourced_kg"])


def store_totals(filing: Filing, **columns: Any) -> None:
    Filing.objects.filter(pk=filing.pk).update(**columns)


def double_events(filing: Filing) -> None:
    for event in filing.events.all():
        for name in ("own_kg", "outsourced_kg"):
            if name in event.details:
                event.details[name] = [doubled(value) for value in event.details[name]]
        event.save()


def forge_figures(filing: Filing) -> None:
    """Quantity, kilograms, totals, versions, check values, hashes and events alike."""
    with guards_asleep():
        for entry in filing.entries.exclude(quantity=None):
            Entry.objects.filter(pk=entry.pk).update(
                quantity=entry.quantity * 2, kg=entry.kg and entry.kg * 2
            )
        rewrite(filing, double_figures)
        double_events(filing)
        store_totals(filing, own_kg=filing.own_kg * 2, outsourced_kg=filing.outsourced_kg * 2)


def forge_factors(filing: Filing, slug: str) -> None:
    """A set's rows for electricity, its file and checksum, and everything that follows from them.

    Of a set that does not come with the platform: of those there is the platform's own file.
    """
    with guards_asleep():
        for row in Factor.objects.filter(factor_set_id=slug, line="electricity"):
            Factor.objects.filter(pk=row.pk).update(value=row.value * 2)
        factor_set = FactorSet.objects.get(slug=slug)
        content = POWER.sub(lambda found: found[1] + str(doubled(found[2])), factor_set.content)
        assert content != factor_set.content
        FactorSet.objects.filter(slug=slug).update(content=content, checksum=sha256(content))
        for entry in filing.entries.filter(line="electricity").exclude(kg=None):
            terms = [{**term, "value": _plain_double(term["value"])} for term in entry.terms]
            Entry.objects.filter(pk=entry.pk).update(terms=terms, kg=entry.kg * 2)
        rewrite(filing, double_power)
        for event in filing.events.all():
            if "own_kg" in event.details:
                event.details["own_kg"] = [doubled(value) for value in event.details["own_kg"]]
            event.save()
        store_totals(filing, own_kg=filing.own_kg * 2)


POWER = re.compile(r'(line = "electricity"\n(?:(?!\[\[).*\n)*?value = )([0-9.]+)')


def _plain_double(text: str) -> str:
    return f"{(Decimal(text) * 2).normalize():f}"


def double_power(content: dict[str, Any]) -> None:
    for entry in content["entries"]:
        if entry["line"] == "electricity" and entry["kg"] is not None:
            entry["kg"] = doubled(entry["kg"])
            for term in entry["terms"]:
                term["value"] = _plain_double(term["value"])
    content["own_kg"] = doubled(content["own_kg"])


def swap_units(one: Filing, other: Filing) -> None:
    """Two units change their filings: keys, places and what the versions say of them."""
    with guards_asleep(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE inventory_filing DROP CONSTRAINT one_filing_per_unit_and_year")
        pairs = ((one, other), (other, one))
        names = {filing.pk: _unit_of(filing) for filing in (one, other)}
        for filing, instead in pairs:
            rewrite(filing, lambda content, said=names[instead.pk]: content.update(said))
            parent = None if instead.parent_id == filing.pk else instead.parent_id
            Filing.objects.filter(pk=filing.pk).update(
                unit_id=instead.unit_id, path=f"-{instead.path}", parent_id=parent
            )
        for filing, instead in pairs:
            Filing.objects.filter(pk=filing.pk).update(path=instead.path)
        cursor.execute(
            "ALTER TABLE inventory_filing ADD CONSTRAINT one_filing_per_unit_and_year"
            " UNIQUE (year_id, unit_id)"
        )


def _unit_of(filing: Filing) -> dict[str, str]:
    unit = Unit.objects.get(pk=filing.unit_id)
    return {"unit": unit.code, "unit_name": unit.name}


class TestTheLine:
    """What is printed."""

    def test_it_is_one_line_and_the_same_until_something_is_added(self, filed: County) -> None:
        line = head_of()
        assert line.isascii()
        assert len(line) < 1500
        head, again = read_line(line), read_line(head_of())
        assert (head.tables, head.parts) == (again.tables, again.parts)
        assert head.tables["inventory.FilingVersion"].rows == 3
        save(filed, filed.school, "30")
        assert read_line(head_of()).tables["inventory.FilingVersion"].rows == 4

    def test_of_an_empty_site_there_is_one_too(self) -> None:
        line = head_of()
        assert {table.rows for table in read_line(line).tables.values()} == {0}
        assert verify("--against", line) == []

    def test_it_is_read_back_to_the_letter(self, filed: County) -> None:
        line = head_of()
        assert str(read_line(line)) == line
        assert str(read_line(f"  {line.replace(' ', '   ')}\n")) == line

    @pytest.mark.parametrize(
        "change",
        [
            lambda line: "",
            lambda line: "全部相符。",
            lambda line: line[:-1],
            lambda line: line[:200],
            lambda line: line.replace("site:", "site:0"),
            lambda line: line.replace(" all:", " all:0"),
            lambda line: line.replace("=3@", "=4@"),
            lambda line: line + " 1",
        ],
    )
    def test_one_that_was_cut_or_changed_is_refused(self, filed: County, change: Any) -> None:
        said = refusal("--against", change(head_of()))
        assert said in (
            "這不是 verify_totals --head 印出的一行。",
            "這一行有缺漏或被改動，與行末的檢查碼不符；請完整複製。",
        )

    @pytest.mark.parametrize(
        ("before", "after", "says"),
        [
            ("ghg-head 1 ", "ghg-head 2 ", "格式是本版平台不認得的"),
            (" parts:", " parts:00", "內容不完整"),
            (" at:20", " at:x20", "內容不完整"),
            ("+00:00 ", " ", "內容不完整"),
            ("inventory.Factor=", "inventory.Fact=", "內容不完整"),
            ("inventory.Factor=", "x inventory.Factor=", "內容不完整"),
            (" site:", " site:zz", "格式是本版平台不認得的"),
        ],
    )
    def test_one_that_was_made_up_with_its_check_digits(
        self, filed: County, before: str, after: str, says: str
    ) -> None:
        line = head_of()
        body = line.rpartition(" check:")[0].replace(before, after, 1)
        with pytest.raises(NotAHead, match=says):
            read_line(f"{body} check:{sha256(body)[:CHECK]}")

    def test_one_of_another_site_is_refused_with_a_sentence(self, filed: County) -> None:
        line = head_of()
        with guards_asleep():
            DatabaseIdentity.objects.update(created_at="2016-01-01T00:00:00Z")
        assert refusal("--against", line).startswith("這一行來自另一個平台的資料庫（")

    def test_a_database_that_was_never_set_up_has_none(self, filed: County) -> None:
        with guards_asleep():
            DatabaseIdentity.objects.all().delete()
        assert "has not been set up" in refusal("--head")

    def test_options_that_belong_together(self) -> None:
        assert refusal("--into", "x") == "--into 須與 --head 並用。"
        assert refusal("--parts", "x") == "--parts 須與 --against 並用。"


class TestOrdinaryWork:
    """What comes after a head is no finding."""

    def test_whatever_verb(self, county: County) -> None:
        before = head_of()
        tell(county)
        assert verify("--against", before) == []
        between = head_of()
        save(county, county.school, "50")
        assert verify("--against", between) == []
        assert verify("--against", before) == []

    def test_new_units_years_sets_and_accounts(self, filed: County, kept: tuple[str, str]) -> None:
        store(*shipped("tw-105-ar6"))
        filed.school.contact_name = "王承辦"
        filed.school.save()
        year = ReportingYear.objects.get(year=103)
        year.note = "請核對"
        year.save()
        line, file = kept
        assert verify("--against", line, "--parts", file) == []


class TestForgeries:
    """Consistent in itself: found against the head, named with the file beside it."""

    def test_figures_with_everything_that_follows(
        self, filed: County, kept: tuple[str, str]
    ) -> None:
        forge_figures(filed.filing(filed.school))
        assert verify() == []
        assert verify("--thorough") == []
        self.is_named(kept, f"{SCHOOL} 104 年度", ["第 1 版 整個版次", "第 2 版 整個版次"])

    def test_units_that_are_swapped(self, filed: County, kept: tuple[str, str]) -> None:
        school, kindergarten = filed.filing(filed.school), filed.filing(filed.kindergarten)
        swap_units(school, kindergarten)
        self.is_named(kept, "104 年度", ["年度與單位", "第 1 版 整個版次", "第 2 版 整個版次"])

    def test_a_version_that_is_taken_out_with_its_event(
        self, filed: County, kept: tuple[str, str]
    ) -> None:
        """As though the second save had never been."""
        filing = filed.filing(filed.school)
        with guards_asleep():
            FilingVersion.objects.filter(filing=filing, number=2).delete()
            FilingEvent.objects.filter(filing=filing, revision=2).delete()
        line, file = kept
        found = verify("--against", line, "--parts", file)
        assert any("填報版次 列數：儲存 2，應為 3（依據：" in one for one in found)
        assert any(one.startswith(f"{SCHOOL} 104 年度 填報版次 ") for one in found)
        assert any(one.startswith(f"{SCHOOL} 104 年度 辦理紀錄 ") for one in found)

    def test_factors_with_everything_that_follows(self, filed: County, tmp_path: Path) -> None:
        content = toml().encode()
        store(read_publication(content, "new.toml"), content)
        factor_set, admin = FactorSet.objects.get(slug="new"), filed.administrator
        publish(factor_set=factor_set, years=[104], reason="x", by=admin)
        save(filed, filed.school, "30")
        filing = filed.filing(filed.school)
        file = str(tmp_path / "of-factors.txt")
        kept = head_of("--into", file), file
        with guards_asleep():  # one version only, so that all of them are of the set
            FilingVersion.objects.filter(filing=filing, number__lt=3).delete()
            FilingEvent.objects.filter(filing=filing, revision__lt=3).delete()
        forge_factors(filing, "new")
        found = verify("--against", kept[0], "--parts", kept[1])
        assert any(one.startswith("係數版本 new ") for one in found)
        assert any(one.startswith("排放係數 ") and " electricity " in one for one in found)
        assert any(one.startswith(f"{SCHOOL} 104 年度 第 3 版 整個版次：") for one in found)

    def test_a_row_that_is_slipped_in_below_the_mark(
        self, filed: County, kept: tuple[str, str]
    ) -> None:
        """An event of an account's history that makes it what it never was."""
        with guards_asleep(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO accounts_userevent"
                " (pgh_id, pgh_created_at, pgh_label, pgh_obj_id, id, is_superuser, username,"
                " unit_id, role, is_active, must_change_password, date_joined)"
                " SELECT 0, pgh_created_at, pgh_label, pgh_obj_id, id, is_superuser, 'another',"
                " unit_id, role, is_active, must_change_password, date_joined"
                " FROM accounts_userevent LIMIT 1"
            )
        assert verify() == []
        [line] = verify("--against", kept[0])
        assert " 列數：儲存 " in line

    def test_the_history_of_a_decision(self, filed: County, kept: tuple[str, str]) -> None:
        """Who confirmed, in the event and in the filing."""
        admin = filed.administrator.pk
        falsify(f"UPDATE inventory_filingevent SET by_id = {admin} WHERE verb = 'confirm'")
        falsify(
            f"UPDATE inventory_filing SET confirmed_by_id = {admin}"
            " WHERE confirmed_by_id IS NOT NULL"
        )
        assert verify() == []
        self.is_named(kept, f"{TOWNSHIP} 104 年度", ["第 2 次異動「確認」"])

    def test_what_nothing_else_says(self, filed: County, kept: tuple[str, str]) -> None:
        falsify("UPDATE inventory_factorset SET loaded_at = '2016-01-01T00:00Z'")
        assert verify() == []
        line, file = kept
        table, row = verify("--against", line, "--parts", file)
        assert table.startswith("係數版本 1 列的雜湊：儲存 ")
        assert row.startswith(f"係數版本 {SET} ")

    def test_versions_that_were_emptied(self, filed: County, kept: tuple[str, str]) -> None:
        falsify("TRUNCATE inventory_filingversion")
        assert any("填報版次 列數：儲存 0，應為 3" in one for one in verify("--against", kept[0]))

    def test_an_older_copy_of_the_database(self, filed: County, kept: tuple[str, str]) -> None:
        """A head that goes further than what there is: rows are missing."""
        save(filed, filed.school, "30")
        later = head_of()
        with guards_asleep():
            FilingVersion.objects.filter(number=3).delete()
        assert any("填報版次 列數：儲存 3，應為 4" in one for one in verify("--against", later))

    def is_named(self, kept: tuple[str, str], owner: str, cells: list[str]) -> None:
        line, file = kept
        by_line = verify("--against", line)
        assert any("的雜湊：儲存 " in one for one in by_line)
        unit = owner.split(maxsplit=1)[0]
        assert any("組（共 64 組）的填報：" in one and unit in one for one in by_line)
        assert all("（依據：" in one for one in by_line)
        by_row = verify("--against", line, "--parts", file)
        for cell in cells:
            assert any(owner in one and f" {cell}：" in one for one in by_row), by_row


class TestTheFile:
    """--into and --parts."""

    def test_it_begins_with_the_line_and_is_never_overwritten(self, kept: tuple[str, str]) -> None:
        line, file = kept
        assert Path(file).read_text().splitlines()[0] == line
        assert refusal("--head", "--into", file).startswith(f"無法寫入 {file}：")

    def test_another_file_is_refused(self, kept: tuple[str, str], tmp_path: Path) -> None:
        line, file = kept
        wrong = "這個檔案不是與這一行一起寫出的，或已被改動。"
        rows = Path(file).read_text().splitlines(keepends=True)
        for number, changed in enumerate(
            [
                rows[:-1],
                [*rows, rows[-1]],
                [*rows[:-1], rows[-1].replace(" ", "  ")],
                [*rows[:-1], rows[-1][:-3] + ("ab\n" if rows[-1][-3:-1] != "ab" else "cd\n")],
                [*rows[:-1], "inventory.FilingEvent 1 x " + "0" * 32 + "\n"],
                [*rows, "nothing\n"],
            ]
        ):
            other = tmp_path / f"{number}.txt"
            other.write_text("".join(changed))
            assert refusal("--against", line, "--parts", str(other)) == wrong
        (tmp_path / "empty").write_text("")
        assert "這不是" in refusal("--against", line, "--parts", str(tmp_path / "empty"))
        missing = str(tmp_path / "missing")
        assert refusal("--against", line, "--parts", missing).startswith(f"無法讀取 {missing}：")

    def test_of_another_head(self, filed: County, kept: tuple[str, str]) -> None:
        save(filed, filed.school, "30")
        said = refusal("--against", head_of(), "--parts", kept[1])
        assert said == "這個檔案不是與這一行一起寫出的，或已被改動。"


@pytest.mark.django_db(transaction=True)
class TestWhoIsWriting:
    """A row below the mark that is not seen yet would be a forgery later."""

    def test_the_head_waits_until_they_have_ended(self, county: County) -> None:
        begun, go_on = threading.Event(), threading.Event()

        def write() -> None:
            with transaction.atomic():
                save(county, county.school, "10")
                begun.set()
                go_on.wait(30)
            connection.close()

        writer = threading.Thread(target=write)
        writer.start()
        assert begun.wait(30)
        save(county, county.township, "40")  # numbered after the first, and seen before it
        threading.Timer(0.5, go_on.set).start()
        line = head_of()
        writer.join(30)
        assert read_line(line).tables["inventory.FilingVersion"].rows == 2
        assert verify("--against", line) == []

    def test_and_says_so_where_they_do_not_end(
        self, county: County, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(marks, "PATIENCE", 0.2)
        begun, go_on = threading.Event(), threading.Event()

        def write() -> None:
            with transaction.atomic():
                save(county, county.school, "10")
                begun.set()
                go_on.wait(30)
            connection.close()

        writer = threading.Thread(target=write)
        writer.start()
        assert begun.wait(30)
        assert refusal("--head") == "有尚未結束的寫入，請稍後再執行一次。"
        go_on.set()
        writer.join(30)
