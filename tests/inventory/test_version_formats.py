"""A version is read by the format that it was written in, and chained to the one before."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction

from inventory import versions, workflow
from inventory.entries.answers import Answer
from inventory.models import Entry, Filing, FilingVersion, version_fields
from inventory.models.entries import ANY_CHANGE, FILING
from inventory.models.triggers import every_save_is_a_version, stands_as_its_version
from inventory.models.version_fields import EntryField, Kind, VersionField
from inventory.versions import formats
from inventory.versions.formats import (
    UnreadableVersion,
    VersionContent,
    VersionEntry,
    read_text,
    read_version,
)
from inventory.workflow import writing
from tests.inventory.conftest import County, complete, number
from tests.unguarded import check_constraints_now, guards_asleep

pytestmark = [pytest.mark.django_db, pytest.mark.long]

TODAY = version_fields.current_format()
NEXT = TODAY + 1


def save(county: County, quantity: str, scope: str = "校車") -> Filing:
    filing = county.filing(county.school)
    saved = workflow.save(
        filing=filing,
        answers=complete(number("electricity", quantity)),
        outsourced_scope=scope,
        complete=True,
        revision=filing.revision,
        factor_set=filing.year.factor_set_id,
        by=county.user(county.school),
    )
    check_constraints_now()
    return saved


class TestReading:
    """Typed values, or a clear word about what is wrong."""

    def test_everything_that_was_written_is_read(self, county: County) -> None:
        saved = save(county, "1000.5")
        content = read_version(FilingVersion.objects.get())
        assert (content.format, content.version, content.previous) == (TODAY, 1, "")
        assert (content.county, content.unit) == ("z", "371036500X")
        assert (content.unit_name, content.year) == ("連江縣介壽國中小", 104)
        assert (content.saved_at, content.saved_by) == (saved.saved_at, "z371036500X")
        assert (content.saved_as, content.save_reason) == ("complete", "")
        assert (content.is_complete, content.outsourced_scope) == (True, "校車")
        assert (content.factor_set, content.own_kg) == ("tw-105-ar4", Decimal("528.2640"))
        assert len(content.entries) == 26
        [power] = [entry for entry in content.entries if entry.kg]
        assert power.place == ("own", "electricity", 0)
        assert (power.quantity, power.kg) == (Decimal("1000.5"), Decimal("528.2640"))
        assert power.terms[0]["value"] == "0.528"

    def test_the_lists_and_what_is_read_have_the_same_names(self) -> None:
        """A field on a list that nobody can read, or the other way round."""
        entry = [field.name for field in version_fields.ENTRY_FIELDS]
        assert entry == [field.name for field in fields(VersionEntry)]
        version = [field.name for field in version_fields.VERSION_FIELDS]
        assert [*version, "entries"] == [field.name for field in fields(VersionContent)]

    def test_the_json_has_exactly_the_fields_of_the_lists(self, county: County) -> None:
        save(county, "1")
        content = json.loads(FilingVersion.objects.get().content)
        entry = {field.name for field in version_fields.ENTRY_FIELDS}
        assert all(one.keys() == entry for one in content["entries"])
        assert content.keys() == {
            "entries", *(field.name for field in version_fields.VERSION_FIELDS)
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"format": 99}, "沒有格式 99"),
            ({"format": "1"}, '沒有格式 "1"'),
            ({"format": True}, "沒有格式 true"),
            ({"entries": None}, "缺少 entries"),
            ({"entries": ["x"]}, "不是 JSON 物件"),
            ({"remark": ""}, "不明的 remark"),
            ({"own_kg": 1}, "own_kg 是 1"),
            ({"own_kg": "1e9"}, 'own_kg 是 "1e9"'),
            ({"own_kg": None}, "own_kg 是 null"),
            ({"year": "104"}, 'year 是 "104"'),
            ({"is_complete": 1}, "is_complete 是 1"),
            ({"saved_at": "never"}, 'saved_at 是 "never"'),
        ],
    )
    def test_what_is_no_version_is_refused_by_name(
        self, county: County, change: dict, says: str
    ) -> None:
        save(county, "1")
        content = json.loads(FilingVersion.objects.get().content)
        with pytest.raises(UnreadableVersion, match=says):
            read_text(json.dumps(content | change))

    @pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}"])
    def test_other_texts_are_refused(self, text: str) -> None:
        with pytest.raises(UnreadableVersion):
            read_text(text)

    def test_a_moment_is_read_as_what_it_is(self) -> None:
        assert formats.READ[Kind.MOMENT]("2016-01-02T03:04:05.000006Z") == datetime(
            2016, 1, 2, 3, 4, 5, 6, tzinfo=UTC
        )
        assert formats.READ[Kind.DAY]("2016-01-02").isoformat() == "2016-01-02"

    def test_a_page_says_that_it_cannot_read(self, county: County, sign_in) -> None:
        """After going back to an older release, for instance."""
        save(county, "1")
        with guards_asleep(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE inventory_filingversion"
                " SET content = (content::jsonb || '{\"format\": 9}')::text"
            )
        page = sign_in(county.school).get("/inventory/104/versions/")
        assert page.status_code == 400
        assert "無法讀取：沒有格式 9" in page.text

    def test_a_version_of_the_first_format_is_read_for_ever(self, county: County) -> None:
        """It is a text from before there were `parts`; they are read as empty."""
        save(county, "1200.5")
        content = json.loads(FilingVersion.objects.get().content) | {"format": 1}
        first = {field.name for field in version_fields.ENTRY_FIELDS if field.since == 1}
        content["entries"] = [
            {name: value for name, value in entry.items() if name in first}
            for entry in content["entries"]
        ]
        read = read_text(json.dumps(content))
        assert read.format == 1
        assert {entry.parts for entry in read.entries} == {""}
        assert [one.quantity for one in read.entries if one.kg] == [Decimal("1200.5")]


class TestChain:
    """Each version carries the hash of the one before."""

    def test_from_the_first_to_the_last(self, county: County) -> None:
        for quantity in ("1", "2", "3"):
            save(county, quantity)
        before = ""
        for version in FilingVersion.objects.order_by("number"):
            content = read_version(version)
            assert content.previous == version.previous_hash == before
            before = hashlib.sha256(version.content.encode()).hexdigest()
            assert version.check_value == before[:20].upper()


@dataclass(frozen=True, slots=True)
class EntryWithRemark(VersionEntry):
    """What the next format would read."""

    remark: str = ""
    evidence: tuple[str, ...] | list[str] = ()


@dataclass(frozen=True, slots=True)
class ContentWithPersons(VersionContent):
    """The same for the whole version."""

    persons: Decimal | None = None


REMARK = EntryField("remark", Kind.TEXT, empty="", since=NEXT)
EVIDENCE = EntryField("evidence", Kind.LIST, empty=[], since=NEXT)
PERSONS = VersionField(
    "persons", Kind.NUMBER, "NEW.persons", held_by="persons", is_nullable=True, since=NEXT
)
COLUMNS = """
    ALTER TABLE inventory_entry ADD remark varchar(200) NOT NULL DEFAULT '';
    ALTER TABLE inventory_entry ADD evidence jsonb NOT NULL DEFAULT '[]';
    ALTER TABLE inventory_filing ADD persons numeric(12, 2);
"""


@pytest.fixture
def next_format(county: County, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three more columns, three more lines on the lists, and what reads them: after two saves."""
    save(county, "1")
    save(county, "2")
    added: list[tuple[type[models.Model], str, models.Field]] = [
        (Entry, "remark", models.CharField("附註", max_length=200, default="")),
        (Entry, "evidence", models.JSONField("佐證", default=list)),
        (
            Filing,
            "persons",
            models.DecimalField("人數", max_digits=12, decimal_places=2, null=True),
        ),
    ]
    for model, name, field in added:
        field.contribute_to_class(model, name)
    entry, version = version_fields.ENTRY_FIELDS, version_fields.VERSION_FIELDS
    monkeypatch.setattr(version_fields, "ENTRY_FIELDS", (*entry, REMARK, EVIDENCE))
    monkeypatch.setattr(version_fields, "VERSION_FIELDS", (*version, PERSONS))
    monkeypatch.setattr(formats, "VersionEntry", EntryWithRemark)
    monkeypatch.setattr(formats, "VersionContent", ContentWithPersons)
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
    every_save_is_a_version().install(Filing)
    stands_as_its_version(FILING, ANY_CHANGE).install(Entry)
    stands_as_its_version("NEW.id", pgtrigger.Update).install(Filing)
    yield
    for model, name, field in added:
        model._meta.local_fields.remove(field)
        delattr(model, name)
        model._meta._expire_cache()


def remark(monkeypatch: pytest.MonkeyPatch, text: str, *hashes: str) -> None:
    """Every answer from now on has a remark and evidence."""
    compute = writing.entry_for

    def with_remark(answer: Answer, table: object, **options: bool) -> Entry:
        entry = compute(answer, table, **options)
        entry.remark, entry.evidence = text, list(hashes)
        return entry

    monkeypatch.setattr(writing, "entry_for", with_remark)


def verify(*options: str) -> str:
    out = StringIO()
    call_command("verify_totals", *options, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.mark.usefixtures("next_format")
class TestNextFormat:
    """Two more fields of an entry are one more format and nothing else."""

    def test_versions_of_today_stay_readable(self, county: County) -> None:
        first, second = (read_version(one) for one in FilingVersion.objects.order_by("number"))
        assert (first.format, second.format) == (TODAY, TODAY)
        assert {entry.remark for entry in second.entries} == {""}
        assert {tuple(entry.evidence) for entry in second.entries} == {()}

    def test_new_ones_are_of_the_next(self, county: County, monkeypatch) -> None:
        remark(monkeypatch, "電費單為準", "a" * 64)
        save(county, "3")
        version = FilingVersion.objects.get(number=3)
        content = read_version(version)
        assert (version.format, content.format) == (NEXT, NEXT)
        assert {entry.remark for entry in content.entries} == {"電費單為準"}
        assert content.entries[0].evidence == ["a" * 64]
        before = FilingVersion.objects.get(number=2).content
        assert content.previous == hashlib.sha256(before.encode()).hexdigest()

    def test_old_and_new_are_compared(self, county: County, monkeypatch) -> None:
        old = FilingVersion.objects.get(number=2)
        save(county, "3")
        save(county, "2")
        assert versions.compare(old, FilingVersion.objects.get(number=4)).changes == []
        remark(monkeypatch, "電費單為準")
        save(county, "5")
        change = versions.compare(old, FilingVersion.objects.get(number=5)).changes[0]
        assert (change.before, change.after) == ("2 度", "5 度（附註：電費單為準）")

    @pytest.mark.parametrize("options", [(), ("--thorough",)])
    def test_both_verify_clean(self, county: County, monkeypatch, options: tuple[str]) -> None:
        assert "2 個版次" in verify(*options)
        remark(monkeypatch, "電費單為準", "b" * 64)
        save(county, "3")
        assert "3 個版次" in verify(*options)

    def test_a_filing_of_todays_format_is_decided_on(self, county: County) -> None:
        """The guards compare it in the form of its own version."""
        filing = county.filing(county.school)
        boss = county.user(county.government)
        workflow.confirm(filing=filing, revision=filing.revision, by=boss)
        check_constraints_now()

    @pytest.mark.parametrize(
        "change",
        [
            lambda: Entry.objects.filter(line="lpg").update(remark="後來加的"),
            lambda: Filing.objects.filter(version=2).update(persons=7, revision=3),
        ],
    )
    def test_a_new_column_does_not_move_without_a_version_either(
        self, county: County, change: Callable[[], object]
    ) -> None:
        with transaction.atomic():
            change()
            with (
                pytest.raises(IntegrityError, match=r"not what its version|no event"),
                transaction.atomic(),
            ):
                check_constraints_now()
            transaction.set_rollback(True)

    @pytest.mark.parametrize("options", [(), ("--thorough",)])
    def test_nor_unseen(self, county: County, options: tuple[str]) -> None:
        with guards_asleep():
            Entry.objects.filter(kg__gt=0).update(remark="改")
            Filing.objects.filter(version=2).update(persons=7)
        out = StringIO()
        with pytest.raises(CommandError, match="2 處不符"):
            call_command("verify_totals", *options, stdout=out, stderr=StringIO())
        assert out.getvalue().splitlines() == [
            "371036500X 104 年度 第 2 版 人數：儲存 7.00，重算 （無）（依據：這一版的內容）",
            "371036500X 104 年度 第 2 版 電力 附註：儲存 改，重算 （無）（依據：這一版的內容）",
        ]
