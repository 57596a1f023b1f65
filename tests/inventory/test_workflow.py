"""What can happen to a filing, and what cannot."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts import roles
from inventory import permissions, policies, states, workflow
from inventory.calculator import MissingFactor
from inventory.entries.answers import Answer
from inventory.factors.store import published, store
from inventory.lines import Operation
from inventory.models import Entry, FactorSet, Filing, FilingEvent, FilingVersion, ReportingYear
from inventory.policies import NotAllowed
from inventory.states import Status, Verb, WrongState
from inventory.versions.formats import read_version
from inventory.versions.reading import compare_for_review
from inventory.workflow import FilingConflict
from inventory.workflow.opening import open_year
from tests.factories import UnitFactory, UserFactory
from tests.inventory.conftest import County, close, complete, number

pytestmark = pytest.mark.django_db
NOON = "2016-01-01T12:00+08:00"


def save(county: County, unit, answers, *, ticked=False, revision=None, by=None, year=104):
    filing = county.filing(unit, year)
    return workflow.save(
        filing=filing,
        answers=answers,
        outsourced_scope="校車",
        complete=ticked,
        revision=filing.revision if revision is None else revision,
        factor_set=filing.year.factor_set_id,
        by=by or county.user(unit),
    )


def completed(county: County, unit=None, quantity: str = "1000") -> Filing:
    return save(
        county, unit or county.school, complete(number("electricity", quantity)), ticked=True
    )


class TestSave:
    """存檔: one version more, entries frozen with their factors."""

    def test_a_draft_has_its_sums_and_its_author(self, county: County) -> None:
        filing = save(
            county,
            county.school,
            [number("electricity", "1000"), number("lpg", "2", Operation.OUTSOURCED)],
        )
        assert (filing.status, filing.version) == (Status.DRAFT, 1)
        assert filing.own_kg == Decimal("528.0000")
        assert filing.outsourced_kg == Decimal("6.3790")
        assert filing.saved_by == county.user(county.school)
        stored = county.filing(county.school)
        assert (stored.own_kg, stored.outsourced_scope) == (Decimal("528.0000"), "校車")

    def test_entries_are_frozen_with_what_they_were_computed_with(self, county: County) -> None:
        save(county, county.school, [number("gasoline", "10")])
        entry = Entry.objects.get()
        assert entry.factor_set_id == "tw-105-ar4"
        assert [(term["gas"], term["value"], term["gwp"]) for term in entry.terms] == [
            ("CO2", "2.263132872", "1"),
            ("CH4", "0.000816426", "25"),
            ("N2O", "0.0002612563", "298"),
        ]
        assert entry.kg == Decimal("23.6140")

    def test_the_tick_completes(self, county: County) -> None:
        filing = completed(county)
        assert filing.status == Status.COMPLETED
        assert filing.completed_by == county.user(county.school)
        assert filing.completed_at == filing.saved_at

    def test_the_tick_needs_every_line(self, county: County) -> None:
        with pytest.raises(NotAllowed, match="尚有項目未填"):
            save(county, county.school, [number("electricity", "1")], ticked=True)
        assert county.filing(county.school).version == 0

    def test_saving_again_changes_only_what_changed(self, county: County) -> None:
        completed(county)
        kept = Entry.objects.get(operation="own", line="lpg").pk
        answers = complete(number("electricity", "2000"))
        facility = Answer(Operation.OWN, "facility_diesel", Decimal(5), "發電機")
        answers = [one for one in answers if one.key != facility.key] + [facility]
        filing = save(county, county.school, answers)
        assert (filing.status, filing.version) == (Status.DRAFT, 2)
        assert filing.completed_at is None
        assert Entry.objects.get(operation="own", line="lpg").pk == kept
        assert Entry.objects.get(line="electricity", operation="own").quantity == 2000
        saved = save(county, county.school, [number("electricity", "1")])
        assert Entry.objects.count() == 1
        assert saved.own_kg == Decimal("0.5280")

    def test_the_second_of_two_writers_is_told(self, county: County) -> None:
        save(county, county.school, [number("electricity", "1")])
        with pytest.raises(FilingConflict) as conflict:
            save(county, county.school, [number("electricity", "2")], revision=0)
        assert conflict.value.current.version == 1
        assert Entry.objects.get().quantity == 1

    def test_nobody_files_for_another_unit(self, county: County) -> None:
        for other in (county.government, county.township, county.kindergarten):
            with pytest.raises(PermissionDenied):
                save(county, county.school, [], by=county.user(other))

    def test_not_after_the_due_date_unless_extended(self, county: County) -> None:
        close(104)
        with pytest.raises(NotAllowed, match="已於"):
            save(county, county.school, [])
        workflow.extend(
            filing=county.filing(county.school),
            revision=0,
            to=policies.today() + timedelta(days=7),
            reason="颱風停電",
            by=county.user(county.government),
        )
        assert save(county, county.school, []).version == 1

    def test_not_before_the_opening(self, county: County) -> None:
        tomorrow = policies.today() + timedelta(days=1)
        ReportingYear.objects.filter(year=104).update(opens_on=tomorrow)
        with pytest.raises(NotAllowed, match="起開放填報"):
            save(county, county.school, [])

    def test_an_energy_without_a_factor_is_reported_and_not_counted(self, county: County) -> None:
        wood = Answer(Operation.OWN, "other", Decimal(3), "木炭", "kg")
        ours = Answer(Operation.OWN, "other", Decimal(2), "FM-200 滅火藥劑補充", "kg", 1)
        filing = save(county, county.school, [wood, ours])
        assert list(Entry.objects.values_list("kg", flat=True)) == [None, Decimal("6440.0000")]
        assert filing.own_kg == Decimal("6440.0000")

    def test_a_missing_factor_is_an_error_and_nothing_is_written(self, county: County) -> None:
        unknown = Answer(Operation.OWN, "other_refrigerant", Decimal(3), "R999")
        with pytest.raises(MissingFactor, match="R999"):
            save(county, county.school, [unknown])
        wrong_unit = Answer(Operation.OWN, "other", Decimal(3), "車用液化石油氣", "kg")
        with pytest.raises(MissingFactor, match="車用液化石油氣 L"):
            save(county, county.school, [number("electricity", "1"), wrong_unit])
        assert not Entry.objects.exists()

    def test_every_save_is_in_the_history_with_its_author(self, county: County) -> None:
        save(county, county.school, [number("electricity", "1")])
        save(county, county.school, [number("electricity", "2")])
        first, second = FilingEvent.objects.order_by("revision")
        assert [(one.verb, one.version) for one in (first, second)] == [("save", 1), ("save", 2)]
        assert second.by == county.user(county.school)
        assert second.details == {"own_kg": ["0.5280", "1.0560"]}
        assert first.details["status"] == ["not_started", "draft"]
        contents = [read_version(one) for one in FilingVersion.objects.order_by("number")]
        assert [one.entries[0].quantity for one in contents] == [1, 2]


class TestReview:
    """確認 and 退回 by the agency above."""

    def test_the_parent_confirms_exactly_this_version(self, county: County) -> None:
        filing = completed(county)
        confirmed = workflow.confirm(filing=filing, revision=1, by=county.user(county.government))
        assert (confirmed.status, confirmed.confirmed_version) == (Status.CONFIRMED, 1)
        with pytest.raises(NotAllowed, match="已確認"):
            workflow.confirm(filing=filing, revision=2, by=county.user(county.government))

    def test_a_change_afterwards_shows(self, county: County) -> None:
        filing = completed(county)
        workflow.confirm(filing=filing, revision=1, by=county.user(county.government))
        assert not county.filing(county.school).was_changed_after_confirmation
        changed = completed(county, quantity="1100")
        assert changed.status == Status.COMPLETED
        assert changed.was_changed_after_confirmation
        again = workflow.confirm(filing=filing, revision=3, by=county.user(county.government))
        assert not again.was_changed_after_confirmation

    def test_figures_that_moved_meanwhile_are_not_confirmed(self, county: County) -> None:
        filing = completed(county)
        completed(county, quantity="5")
        with pytest.raises(FilingConflict):
            workflow.confirm(filing=filing, revision=1, by=county.user(county.government))

    def test_a_draft_cannot_be_confirmed_or_sent_back(self, county: County) -> None:
        filing = save(county, county.school, [])
        boss = county.user(county.government)
        with pytest.raises(NotAllowed, match="填報中"):
            workflow.confirm(filing=filing, revision=1, by=boss)
        with pytest.raises(NotAllowed, match="填報中"):
            workflow.send_back(filing=filing, revision=1, reason="x", lines=[], by=boss)

    def test_sending_back_says_why_and_where(self, county: County) -> None:
        filing = completed(county)
        returned = workflow.send_back(
            filing=filing,
            revision=1,
            reason=" 請核對電費單 ",
            lines=["own-electricity"],
            by=county.user(county.government),
        )
        assert returned.status == Status.RETURNED
        assert returned.return_reason == "請核對電費單"
        assert returned.returned_lines == ["own-electricity"]
        assert returned.completed_at is None
        assert completed(county, quantity="1100").status == Status.COMPLETED

    def test_not_without_a_reason(self, county: County) -> None:
        filing = completed(county)
        with pytest.raises(NotAllowed, match="請填寫退回原因"):
            workflow.send_back(
                filing=filing, revision=1, reason=" ", lines=[], by=county.user(county.government)
            )

    def test_many_at_once_or_none(self, county: County) -> None:
        school, township = completed(county), completed(county, county.township)
        boss = county.user(county.government)
        with pytest.raises(FilingConflict):
            workflow.confirm_many(revisions={school.pk: 1, township.pk: 9}, by=boss)
        assert county.filing(county.school).status == Status.COMPLETED
        confirmed = workflow.confirm_many(revisions={school.pk: 1, township.pk: 1}, by=boss)
        assert [one.status for one in confirmed] == [Status.CONFIRMED, Status.CONFIRMED]

    def test_siblings_units_below_and_oneself_do_not_review(self, county: County) -> None:
        filing = completed(county)
        for unit in (county.school, county.township, county.kindergarten):
            with pytest.raises(PermissionDenied):
                workflow.confirm(filing=filing, revision=1, by=county.user(unit))
        own = completed(county, county.government)
        with pytest.raises(PermissionDenied):
            workflow.confirm(filing=own, revision=1, by=county.user(county.government))

    def test_the_township_and_the_county_review_the_kindergarten(self, county: County) -> None:
        filing = completed(county, county.kindergarten)
        assert permissions.can_review(county.user(county.township), filing)
        assert permissions.can_review(county.user(county.government), filing)
        assert not permissions.can_review(county.administrator, filing)


class TestPermissions:
    """Who sees and who extends."""

    def test_a_unit_sees_itself_and_below(self, county: County) -> None:
        seen = {
            name: [
                permissions.can_view(county.user(getattr(county, name)), county.filing(unit))
                for unit in (
                    county.government,
                    county.township,
                    county.kindergarten,
                    county.school,
                )
            ]
            for name in ("government", "township", "kindergarten", "school")
        }
        assert seen == {
            "government": [True, True, True, True],
            "township": [False, True, True, False],
            "kindergarten": [False, False, True, False],
            "school": [False, False, False, True],
        }
        with pytest.raises(PermissionDenied):
            permissions.check_can_view(county.user(county.school), county.filing(county.township))

    def test_a_named_administrator_looks_after_the_whole_county(self, county: County) -> None:
        named = UserFactory(
            unit=county.kindergarten, username="z-named", role=roles.COUNTY_ADMINISTRATOR
        )
        assert permissions.can_view(named, county.filing(county.school))
        assert permissions.can_review(named, county.filing(county.school))
        assert permissions.can_extend(named, county.filing(county.school))
        assert permissions.can_file(named, county.filing(county.kindergarten))
        assert not permissions.can_file(named, county.filing(county.school))

    def test_nobody_judges_the_own_unit(self, county: County) -> None:
        filing = completed(county)
        named = UserFactory(unit=county.school, username="z-named", role=roles.COUNTY_ADMINISTRATOR)
        with pytest.raises(PermissionDenied):
            workflow.confirm(filing=filing, revision=1, by=named)
        assert permissions.can_review(named, county.filing(county.township))

    def test_a_unit_without_parent_is_not_the_county(self, county: County) -> None:
        stray = UnitFactory(name="漏列上級的單位")
        open_year(year=ReportingYear.objects.get(year=104), by=county.administrator)
        user = UserFactory(unit=stray)
        assert not permissions.can_extend(user, county.filing(stray))
        assert permissions.can_extend(
            county.user(county.government), county.filing(county.government)
        )

    def test_outside_the_own_desk_nobody_extends(self, county: County) -> None:
        school = county.filing(county.school)
        assert not permissions.can_extend(county.user(county.township), school)
        assert not permissions.can_extend(county.administrator, school)

    def test_an_extension_never_shortens(self, county: County) -> None:
        filing = workflow.extend(
            filing=county.filing(county.school),
            revision=0,
            to=policies.today() + timedelta(days=40),
            reason="停電",
            by=county.user(county.government),
        )
        later = policies.today() + timedelta(days=90)
        ReportingYear.objects.filter(year=104).update(due_on=later)
        assert county.filing(county.school).due_on == later
        assert filing.extended_to < later

    def test_only_the_county_extends(self, county: County) -> None:
        filing = county.filing(county.kindergarten)
        later = policies.today() + timedelta(days=90)
        with pytest.raises(PermissionDenied):
            workflow.extend(
                filing=filing, revision=0, to=later, reason="x", by=county.user(county.township)
            )
        extended = workflow.extend(
            filing=filing, revision=0, to=later, reason=" 停電 ", by=county.user(county.government)
        )
        assert (extended.due_on, extended.extension_reason) == (later, "停電")

    @pytest.mark.parametrize(
        ("days", "reason", "says"),
        [(-1, "x", "不能早於今天"), (5, "x", "須晚於"), (90, " ", "請填寫展延原因")],
    )
    def test_an_extension_has_a_later_date_and_a_reason(
        self, county: County, days: int, reason: str, says: str
    ) -> None:
        with pytest.raises(NotAllowed, match=says):
            workflow.extend(
                filing=county.filing(county.school),
                revision=0,
                to=policies.today() + timedelta(days=days),
                reason=reason,
                by=county.user(county.government),
            )


class TestPrefill:
    """An import fills in what its unit then checks."""

    def test_it_waits_to_be_checked(self, county: County) -> None:
        filing = county.filing(county.school, 103)
        filled = workflow.prefill(
            filing=filing,
            answers=[number("electricity", "10")],
            outsourced_scope="",
            by=county.administrator,
        )
        assert (filled.status, filled.is_prefilled) == (Status.DRAFT, True)
        assert filled.own_kg == Decimal("5.2100")
        checked = save(county, county.school, [number("electricity", "11")], year=103)
        assert not checked.is_prefilled
        with pytest.raises(NotAllowed, match="已開始填報"):
            workflow.prefill(
                filing=filing, answers=[], outsourced_scope="", by=county.administrator
            )

    def test_only_administrators(self, county: County) -> None:
        with pytest.raises(PermissionDenied):
            workflow.prefill(
                filing=county.filing(county.school),
                answers=[],
                outsourced_scope="",
                by=county.user(county.government),
            )


class TestRecompute:
    """New factors move a filed figure only when someone says so, as a new version."""

    @pytest.fixture
    def revised(self, county: County) -> FactorSet:
        """The revised electricity of 2018, published for 104."""
        [(publication, content)] = [one for one in published() if one[0].id == "tw-107-ar4-revised"]
        store(publication, content)
        ReportingYear.objects.filter(year=104).update(factor_set_id=publication.id)
        return FactorSet.objects.get(slug=publication.id)

    def recompute(self, county: County, *, revision: int = 1, reason: str = "依修正係數重算"):
        return workflow.recompute(
            filing=county.filing(county.school),
            revision=revision,
            reason=reason,
            by=county.administrator,
        )

    def test_publishing_moves_nothing(self, county: County, request) -> None:
        completed(county)
        before = list(Filing.objects.order_by("pk").values()), list(Entry.objects.values())
        request.getfixturevalue("revised")
        assert before == (
            list(Filing.objects.order_by("pk").values()),
            list(Entry.objects.values()),
        )

    def test_it_is_a_new_version_with_a_reason(self, county: County, request) -> None:
        filing = completed(county)
        workflow.confirm(filing=filing, revision=1, by=county.user(county.government))
        revised = request.getfixturevalue("revised")
        recomputed = self.recompute(county, revision=2)
        assert (recomputed.version, recomputed.own_kg) == (2, Decimal("525.0000"))
        assert recomputed.status == Status.COMPLETED
        assert recomputed.was_changed_after_confirmation
        assert recomputed.completed_at is not None
        version = FilingVersion.objects.get(number=2)
        assert (version.saved_as, version.save_reason) == ("recompute", "依修正係數重算")
        assert version.factor_set == revised
        comparison = compare_for_review(recomputed)
        [change] = comparison.changes
        assert comparison.recomputes == (version,)
        assert (change.before, change.after) == ("1,000 度", "1,000 度")
        assert change.kg_difference == Decimal("-3.0000")

    def test_the_calendar_does_not_matter(self, county: County, revised: FactorSet) -> None:
        save(county, county.school, [number("electricity", "10")])
        close(104)
        assert self.recompute(county).status == Status.DRAFT

    @pytest.mark.parametrize(
        ("more", "error"),
        [({"reason": " "}, "請填寫重算原因"), ({"revision": 0}, "104")],
    )
    def test_refusals(self, county: County, revised: FactorSet, more: dict, error: str) -> None:
        completed(county)
        with pytest.raises((NotAllowed, FilingConflict), match=error):
            self.recompute(county, **more)
        assert FilingVersion.objects.count() == 1

    def test_nothing_to_recompute(self, county: County, revised: FactorSet) -> None:
        with pytest.raises(NotAllowed, match="沒有可重算的數據"):
            self.recompute(county, revision=0)

    def test_only_platform_administrators(self, county: County, revised: FactorSet) -> None:
        filing = completed(county)
        with pytest.raises(PermissionDenied):
            workflow.recompute(
                filing=filing, revision=1, reason="x", by=county.user(county.government)
            )


class TestStates:
    """One table says what may follow what."""

    def test_allowed(self) -> None:
        assert states.after(Verb.CONFIRM, "completed") == Status.CONFIRMED
        assert all(states.is_allowed(Verb.SAVE, status) for status in states.WORKED_ON)
        assert not states.is_allowed(Verb.SAVE, Status.EXCUSED)
        assert not states.is_allowed(Verb.SEND_BACK, Status.DRAFT)

    @pytest.mark.parametrize("filed", ["completed", "confirmed"])
    def test_what_is_filed_can_be_sent_back(self, filed: str) -> None:
        assert states.after(Verb.SEND_BACK, filed) == Status.RETURNED

    def test_refused(self) -> None:
        with pytest.raises(WrongState, match="confirm is not allowed in state draft") as refusal:
            states.after(Verb.CONFIRM, "draft")
        assert refusal.value.status == Status.DRAFT


class TestDatabase:
    """The law stands in the database too."""

    @pytest.mark.parametrize(
        "fields",
        [
            {"status": "completed"},
            {"status": "lost"},
            {"status": "returned", "version": 1, "saved_at": NOON},
            {"version": 1},
            {"own_kg": Decimal(-1)},
            {"confirmed_at": "2016-01-01T00:00+08:00"},
            {"extended_to": date(2016, 7, 1)},
        ],
    )
    def test_a_filing_that_contradicts_itself_is_refused(
        self, county: County, fields: dict
    ) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Filing.objects.filter(unit=county.school).update(revision=1, **fields)

    @pytest.mark.parametrize(
        "fields",
        [
            {"answer": "number", "quantity": None},
            {"answer": "unused", "quantity": 1},
            {"answer": "number", "quantity": -1},
            {"answer": "unused", "operation": "theirs"},
            {"answer": "number", "quantity": 1, "kg": 1},
            {"answer": "number", "quantity": 1, "factor_set_id": "tw-105-ar4"},
        ],
    )
    def test_an_entry_that_contradicts_itself_is_refused(
        self, county: County, fields: dict
    ) -> None:
        entry = Entry(
            filing=county.filing(county.school),
            line="lpg",
            **{"operation": "own", **fields},
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            entry.save()

    def test_a_confirmation_is_of_this_version(self, county: County) -> None:
        completed(county)
        filings = Filing.objects.filter(unit=county.school)
        for version in (None, 7):
            with pytest.raises(IntegrityError), transaction.atomic():
                filings.update(status="confirmed", confirmed_version=version, revision=2)


def test_an_energy_with_a_line_of_its_own_is_sent_there_by_the_verb_too(county: County) -> None:
    """An import or a form of its own making gets no further than the page."""
    diesel = Answer(Operation.OWN, "other", Decimal(5), "柴油", "L")
    with pytest.raises(NotAllowed, match="柴油"):
        save(county, county.school, complete(diesel), ticked=True)
    assert county.filing(county.school).version == 0
