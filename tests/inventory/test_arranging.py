"""What an administrator puts right in an open year, and what stays as it was."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from inventory import policies, workflow
from inventory.models import Filing, FilingVersion, ReportingYear
from inventory.policies import NotAllowed
from inventory.states import Status, Verb, WrongState
from inventory.versions.formats import read_version
from inventory.versions.history import history_of
from inventory.workflow import FilingConflict
from inventory.workflow.arranging import preview_of_move
from tests.inventory.conftest import County, complete, number

pytestmark = pytest.mark.django_db
REASON = "名冊誤植，府環字第 1050001 號"


def arranger(county: County) -> User:
    return county.user(county.government)


def do(verb, county: County, unit, *, by=None, revision=None, **more) -> Filing:
    filing = county.filing(unit)
    return verb(
        filing=filing,
        revision=filing.revision if revision is None else revision,
        reason=more.pop("reason", REASON),
        by=by or arranger(county),
        **more,
    )


def save(county: County, unit, answers, *, ticked: bool = False) -> Filing:
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


def prefill(county: County, unit, quantity: str = "100") -> Filing:
    return workflow.prefill(
        filing=county.filing(unit),
        answers=[number("electricity", quantity)],
        outsourced_scope="",
        by=county.administrator,
    )


def total(county: County, unit) -> Decimal:
    subtree = Filing.objects.with_subtree_of(county.filing(unit))
    return sum((filing.own_kg for filing in subtree), Decimal(0))


class TestMoving:
    """改列上級機關: the year's tree, and nothing else."""

    def test_a_unit_counts_where_it_stands_now(self, county: County) -> None:
        save(county, county.school, complete(number("electricity", "1000")), ticked=True)
        version = FilingVersion.objects.get()
        under = county.filing(county.township)
        preview = preview_of_move(
            filing=county.filing(county.school),
            under=under,
            revision=1,
            reason=REASON,
            by=county.user(county.government),
        )
        assert county.filing(county.school).level == 2
        moved = do(workflow.move, county, county.school, under=under)
        assert moved.path.startswith(under.path)
        assert (moved.level, moved.parent_id) == (3, under.pk)
        assert [(row.agency.unit, row.before, row.after) for row in preview.totals] == [
            (county.township, Decimal(0), Decimal("528.0000"))
        ]
        assert total(county, county.township) == Decimal("528.0000")
        assert total(county, county.government) == Decimal("528.0000")
        stored = county.filing(county.school)
        assert (stored.status, stored.own_kg, stored.version) == (
            Status.COMPLETED,
            Decimal("528.0000"),
            1,
        )
        assert FilingVersion.objects.get().content == version.content

    def test_what_is_below_comes_along_and_each_is_told(self, county: County) -> None:
        school = county.filing(county.school)
        do(workflow.move, county, county.township, under=school)
        kindergarten = county.filing(county.kindergarten)
        township = county.filing(county.township)
        assert kindergarten.path == township.path + kindergarten.path[-5:]
        assert (township.level, kindergarten.level) == (3, 4)
        assert kindergarten.parent_id == township.pk
        told = kindergarten.events.get()
        assert (told.verb, told.reason) == (Verb.MOVE, REASON)
        assert told.details == {"along_with": county.township.code}
        assert township.events.get().details["parent"] == [
            county.government.code,
            county.school.code,
        ]

    def test_the_story_says_from_where_to_where(self, county: County) -> None:
        do(workflow.move, county, county.township, under=county.filing(county.school))
        [step] = history_of(county.filing(county.township))
        assert step.moved == ("上級機關：371030000A → 371036500X",)
        [below] = history_of(county.filing(county.kindergarten))
        assert below.moved == ("隨 371032300A 一併改列",)

    def test_other_years_and_today_stay(self, county: County) -> None:
        before = county.filing(county.school, 103).path
        do(workflow.move, county, county.school, under=county.filing(county.township))
        assert county.filing(county.school, 103).path == before
        county.school.refresh_from_db()
        assert county.school.parent == county.government

    @pytest.mark.parametrize(
        ("unit", "under"),
        [
            ("township", "kindergarten"),  # below itself
            ("township", "township"),
            ("township", "government"),  # where it is
            ("kindergarten", "township"),
            ("government", "school"),  # the top
        ],
    )
    def test_what_is_no_tree_is_refused(self, county: County, unit: str, under: str) -> None:
        with pytest.raises(NotAllowed):
            do(
                workflow.move,
                county,
                getattr(county, unit),
                under=county.filing(getattr(county, under)),
                by=county.administrator,
            )
        assert not Filing.objects.filter(revision__gt=0).exists()

    def test_another_year_is_no_place(self, county: County) -> None:
        with pytest.raises(NotAllowed):
            do(workflow.move, county, county.school, under=county.filing(county.township, 103))

    def test_a_closed_year_stays_as_it_was(self, county: County) -> None:
        ReportingYear.objects.update(due_on=policies.today() - timedelta(days=1))
        with pytest.raises(NotAllowed):
            do(workflow.move, county, county.school, under=county.filing(county.township))

    @pytest.mark.parametrize("who", ["township", "school"])
    def test_nobody_but_an_administrator(self, county: County, who: str) -> None:
        by = county.user(getattr(county, who))
        with pytest.raises(PermissionDenied):
            do(
                workflow.move,
                county,
                county.kindergarten,
                under=county.filing(county.school),
                by=by,
            )

    def test_a_stale_page_is_stopped(self, county: County) -> None:
        save(county, county.school, [number("electricity", "1")])
        with pytest.raises(FilingConflict):
            do(
                workflow.move,
                county,
                county.school,
                under=county.filing(county.township),
                revision=0,
            )

    def test_a_reason_is_asked_for(self, county: County) -> None:
        under = county.filing(county.township)
        with pytest.raises(NotAllowed):
            do(workflow.move, county, county.school, under=under, reason="  ")


class TestExcusing:
    """免填報: nothing is owed, and nothing counts."""

    def test_a_unit_that_has_not_begun(self, county: County) -> None:
        filing = do(workflow.excuse, county, county.school)
        assert (filing.status, filing.version) == (Status.EXCUSED, 0)
        with pytest.raises(NotAllowed, match="名冊誤植"):
            policies.check_open(county.filing(county.school), policies.today())

    def test_a_draft_is_emptied_and_stays_in_the_history(self, county: County) -> None:
        save(county, county.school, [number("electricity", "1000")])
        filing = do(workflow.excuse, county, county.school)
        assert (filing.own_kg, filing.version) == (Decimal(0), 2)
        first, second = FilingVersion.objects.order_by("number")
        assert read_version(first).own_kg == Decimal("528.0000")
        assert (read_version(second).entries, second.own_kg) == ((), Decimal(0))
        back = do(workflow.reinstate, county, county.school)
        assert back.status == Status.NOT_STARTED
        assert save(county, county.school, [number("electricity", "2")]).version == 3

    def test_completed_figures_are_not_taken_away(self, county: County) -> None:
        save(county, county.school, complete(number("electricity", "1000")), ticked=True)
        with pytest.raises(NotAllowed):
            do(workflow.excuse, county, county.school)

    def test_what_was_confirmed_once_stays(self, county: County) -> None:
        save(county, county.school, complete(number("electricity", "1000")), ticked=True)
        do(lambda reason, **given: workflow.confirm(**given), county, county.school)
        save(county, county.school, [number("electricity", "900")])
        with pytest.raises(NotAllowed):
            do(workflow.excuse, county, county.school)

    def test_what_is_public_since_the_closing_stays(self, county: County) -> None:
        save(county, county.school, complete(number("electricity", "1000")), ticked=True)
        ReportingYear.objects.update(due_on=policies.today() - timedelta(days=1))
        later = policies.today() + timedelta(days=9)
        back = {"lines": [], "extend_to": later}
        assert do(workflow.send_back, county, county.school, **back).published_version == 1
        with pytest.raises(NotAllowed):
            do(workflow.excuse, county, county.school)

    def test_not_while_units_below_owe(self, county: County) -> None:
        with pytest.raises(NotAllowed):
            do(workflow.excuse, county, county.township)
        do(workflow.excuse, county, county.kindergarten)
        assert do(workflow.excuse, county, county.township).status == Status.EXCUSED

    def test_nobody_saves_into_it(self, county: County) -> None:
        do(workflow.excuse, county, county.school)
        with pytest.raises((NotAllowed, WrongState)):
            save(county, county.school, [number("electricity", "1000")])
        with pytest.raises(NotAllowed):
            prefill(county, county.school)

    def test_nobody_excuses_the_own_unit(self, county: County) -> None:
        with pytest.raises(PermissionDenied):
            do(workflow.excuse, county, county.school, by=county.user(county.school))
        with pytest.raises(PermissionDenied):
            do(workflow.excuse, county, county.government)

    def test_only_what_is_excused_is_reinstated(self, county: County) -> None:
        with pytest.raises(NotAllowed):
            do(workflow.reinstate, county, county.school)


class TestTakingAnImportBack:
    """撤回匯入: while the unit has not saved."""

    def test_it_is_as_if_nothing_was_filed_and_the_history_says_otherwise(
        self, county: County
    ) -> None:
        prefill(county, county.school)
        filing = do(workflow.take_back, county, county.school)
        assert (filing.status, filing.own_kg, filing.is_prefilled) == (
            Status.NOT_STARTED,
            Decimal(0),
            False,
        )
        assert not filing.entries.exists()
        assert [event.verb for event in filing.events.order_by("revision")] == [
            Verb.IMPORT,
            Verb.TAKE_BACK,
        ]
        assert prefill(county, county.school, "7").own_kg == Decimal("3.6960")

    def test_an_import_is_repeated_while_the_unit_has_not_saved(self, county: County) -> None:
        prefill(county, county.school, "1000")
        assert prefill(county, county.school, "2000").own_kg == Decimal("1056.0000")

    def test_what_the_unit_saved_is_its_own(self, county: County) -> None:
        prefill(county, county.school)
        save(county, county.school, [number("electricity", "8")])
        with pytest.raises(NotAllowed):
            do(workflow.take_back, county, county.school)
        with pytest.raises(NotAllowed):
            prefill(county, county.school)


@pytest.mark.parametrize("verb", [workflow.excuse, workflow.reinstate, workflow.take_back])
@pytest.mark.parametrize("who", ["township", "kindergarten", "school"])
def test_nobody_but_an_administrator_puts_right(county: County, verb, who: str) -> None:
    prefill(county, county.kindergarten)
    if verb is workflow.excuse:
        do(workflow.take_back, county, county.kindergarten)
    if verb is workflow.reinstate:
        do(workflow.excuse, county, county.kindergarten)
    with pytest.raises(PermissionDenied):
        do(verb, county, county.kindergarten, by=county.user(getattr(county, who)))
