"""Findings as they are stored: made by every version, told at the filing that they concern."""

from decimal import Decimal

import pytest

from inventory import workflow
from inventory.entries.answers import Answer
from inventory.lines import Operation, lines_of
from inventory.models import Filing, Finding, Judgement, SiblingSpread
from inventory.plausibility.refreshing import judge_year
from inventory.plausibility.sibling_spreads import make_spreads
from inventory.workflow.opening import open_year
from tests.factories import UnitFactory, UserFactory
from tests.inventory.conftest import SET, County, complete, make_year, number

pytestmark = pytest.mark.django_db


def save(county: County, unit, year: int, *answers: Answer, tick: bool = True) -> Filing:
    filing = county.filing(unit, year)
    return workflow.save(
        filing=filing,
        answers=complete(*answers) if tick else list(answers),
        outsourced_scope="",
        complete=tick,
        revision=filing.revision,
        factor_set=SET,
        by=county.user(unit),
    )


def found(filing: Filing) -> list[tuple[str, str]]:
    return [(one.line, one.kind) for one in Finding.objects.filter(filing=filing).order_by("pk")]


@pytest.fixture
def year_102(county: County, factor_set) -> None:
    open_year(year=make_year(102, factor_set), by=county.administrator)


class TestWithoutNeighbours:
    def test_absurd_figures_of_a_first_year_are_found_with_their_kilograms(self, county) -> None:
        filing = save(
            county, county.school, 104, number("r134a", "99999"), number("natural_gas", "500000")
        )
        assert {("r134a", "bound"), ("natural_gas", "bound")} <= set(found(filing))
        heaviest = Finding.objects.filter(filing=filing, line="r134a", kind="bound").get()
        assert heaviest.kg == 99999 * 1430
        short = Judgement.objects.get(filing=filing)
        assert (short.was_compared, short.unexplained, short.version) == (False, short.asked, 1)
        assert short.kg >= heaviest.kg

    def test_one_number_on_every_line_is_asked_at_every_line(self, county) -> None:
        same = []
        for operation in Operation:
            for line in lines_of(104):
                name = {"other_refrigerant": "R404A", "other": "木炭"}.get(line.code, "發電機")
                named = name if line.kind.name != "SINGLE" else ""
                unit = "kg" if line.code == "other" else ""
                same.append(Answer(operation, line.code, Decimal("123456.7891"), named, unit))
        filing = save(county, county.school, 104, *same)
        asked = Finding.objects.filter(filing=filing, kind="repeated")
        assert len({(one.operation, one.line) for one in asked}) == 2 * len(lines_of(104)) == 26

    def test_complete_and_empty_is_asked(self, county) -> None:
        filing = save(county, county.school, 104)
        assert found(filing) == [("electricity", "nothing")]
        assert Judgement.objects.get(filing=filing).unexplained == 1

    def test_an_ordinary_first_year_is_not_asked_but_was_not_compared(self, county) -> None:
        filing = save(county, county.school, 104, number("electricity", "98765"))
        assert found(filing) == []
        assert not Judgement.objects.get(filing=filing).was_compared


class TestNeighbours:
    def test_ten_times_is_told_at_the_year_that_was_saved_last(self, county, year_102) -> None:
        for year, amount in ((104, "101234"), (103, "100321"), (102, "1003210")):
            save(county, county.school, year, number("electricity", amount))
        assert found(county.filing(county.school, 102)) == [("electricity", "changed")]
        assert found(county.filing(county.school, 103)) == []
        assert found(county.filing(county.school, 104)) == []
        [finding] = Finding.objects.all()
        assert (finding.neighbour, finding.before) == (103, Decimal("100321"))

    def test_a_third_year_moves_the_question_to_the_one_that_stands_alone(
        self, county, year_102
    ) -> None:
        """104 is the wrong one; nobody could know before 102 was there, two years away."""
        save(county, county.school, 104, number("electricity", "1012340"))
        middle = save(county, county.school, 103, number("electricity", "100321"))
        assert found(middle) == [("electricity", "changed")]
        save(county, county.school, 102, number("electricity", "99321"))
        assert found(middle) == []
        assert found(county.filing(county.school, 104)) == [("electricity", "changed")]

    def test_a_neighbour_that_is_put_right_takes_the_finding_away(self, county) -> None:
        save(county, county.school, 103, number("electricity", "1003210"))
        later = save(county, county.school, 104, number("electricity", "101234"))
        assert found(later) == [("electricity", "changed")]
        before = Filing.objects.values("version", "revision", "status").get(pk=later.pk)
        save(county, county.school, 103, number("electricity", "100321"))
        assert found(later) == []
        assert Filing.objects.values("version", "revision", "status").get(pk=later.pk) == before

    def test_a_neighbour_that_goes_wrong_is_asked_itself(self, county) -> None:
        save(county, county.school, 103, number("electricity", "100321"))
        later = save(county, county.school, 104, number("electricity", "101234"))
        wrong = save(county, county.school, 103, number("electricity", "1003210"))
        assert found(later) == []
        assert found(wrong) == [("electricity", "changed")]

    def test_what_is_confirmed_is_settled(self, county) -> None:
        save(county, county.school, 103, number("electricity", "1003210"))
        later = save(county, county.school, 104, number("electricity", "101234"))
        workflow.confirm(filing=later, revision=later.revision, by=county.user(county.government))
        judge_year(103)
        judge_year(104)
        assert found(later) == []
        assert found(county.filing(county.school, 103)) == [("electricity", "changed")]

    def test_an_unanswered_line_of_a_neighbour_counts_as_one_that_appears(self, county) -> None:
        save(county, county.school, 103, number("electricity", "100321"), tick=False)
        later = save(
            county, county.school, 104, number("electricity", "101234"), number("lpg", "3211")
        )
        assert found(later) == [("lpg", "appeared")]

    def test_small_lines_come_and_go(self, county) -> None:
        save(county, county.school, 103, number("electricity", "100321"), number("gasoline", "90"))
        later = save(
            county, county.school, 104, number("electricity", "101234"), number("r410a", "1.2")
        )
        assert found(later) == []

    def test_an_import_that_is_taken_back_is_no_neighbour_any_more(self, county) -> None:
        imported = workflow.prefill(
            filing=county.filing(county.school, 103),
            answers=complete(number("electricity", "1003210")),
            outsourced_scope="",
            by=county.administrator,
        )
        later = save(county, county.school, 104, number("electricity", "101234"))
        assert found(later) == [("electricity", "changed")]
        workflow.take_back(
            filing=imported,
            revision=imported.revision,
            reason="檔案有誤",
            by=county.user(county.government),
        )
        assert found(later) == []
        assert not Judgement.objects.filter(filing=imported).exists()
        assert not Judgement.objects.get(filing=later).was_compared

    def test_the_same_queries_however_many_units_there_are(
        self, county, django_assert_max_num_queries
    ) -> None:
        save(county, county.school, 103, number("electricity", "1003210"))
        with django_assert_max_num_queries(32):
            save(county, county.school, 104, number("electricity", "101234"))


class TestReasons:
    def explained(self, county: County, amount: str = "101234") -> Filing:
        save(county, county.school, 103, number("electricity", "50321"))
        why = Answer(
            Operation.OWN, "electricity", Decimal(amount), reason="equipment", reason_note="新校舍"
        )
        return save(county, county.school, 104, why)

    def test_a_reason_explains_what_is_found_at_its_line(self, county) -> None:
        filing = self.explained(county)
        [finding] = filing.findings.all()
        assert (finding.reason, finding.reason_note) == ("equipment", "新校舍")
        assert Judgement.objects.get(filing=filing).unexplained == 0

    def test_it_stays_while_the_figures_stay(self, county) -> None:
        filing = self.explained(county)
        made_at = filing.findings.get().made_at
        save(county, county.school, 103, number("electricity", "50321"), number("gasoline", "9"))
        judge_year(104)
        [finding] = filing.findings.all()
        assert (finding.reason, finding.made_at) == ("equipment", made_at)
        assert found(county.filing(county.school, 103)) == []

    def test_it_does_not_explain_what_a_neighbour_becomes(self, county) -> None:
        filing = self.explained(county)
        moved = save(county, county.school, 103, number("electricity", "5032"))
        assert found(moved) == [("electricity", "changed")]
        assert found(filing) == []
        workflow.confirm(filing=moved, revision=moved.revision, by=county.user(county.government))
        judge_year(104)
        [finding] = filing.findings.all()
        assert (finding.kind, finding.reason) == ("changed", "")


class TestSiblings:
    @pytest.fixture
    def schools(self, county: County) -> list:
        units = [UnitFactory(parent=county.government, category="學校") for _ in range(6)]
        for unit in units:
            UserFactory(unit=unit)
        open_year(year=county.filing(county.school).year, by=county.administrator)
        for at, unit in enumerate(units[:5]):
            save(county, unit, 104, number("electricity", f"{98000 + 1731 * at}"))
        return units

    def test_a_unit_far_from_its_kind_is_asked_and_told_no_figure(self, county, schools) -> None:
        make_spreads(104)
        assert SiblingSpread.objects.get(county=None, line="electricity").count == 5
        filing = save(county, schools[5], 104, number("electricity", "2123456"))
        [finding] = filing.findings.all()
        assert (finding.kind, finding.before) == ("siblings", None)
        assert finding.kg == filing.own_kg
        assert Judgement.objects.get(filing=filing).was_compared

    def test_a_large_unit_is_compared_by_its_size(self, county, schools) -> None:
        for at, unit in enumerate(schools):
            unit.persons = 6_000 if unit == schools[5] else 300 + at
            unit.save()
        make_spreads(104)
        filing = save(county, schools[5], 104, number("electricity", "2123456"))
        assert found(filing) == []

    def test_four_are_too_few(self, county, schools) -> None:
        gone = county.filing(schools[0])
        workflow.send_back(
            filing=gone, revision=gone.revision, reason="重填", lines=[],
            by=county.user(county.government),
        )  # fmt: skip
        gone.refresh_from_db()
        workflow.excuse(
            filing=gone, revision=gone.revision, reason="裁撤", by=county.user(county.government)
        )
        make_spreads(104)
        filing = save(county, schools[5], 104, number("electricity", "2123456"))
        assert found(filing) == []

    def test_the_figures_of_another_unit_are_found(self, county, schools) -> None:
        same = [number("electricity", "98000"), number("gasoline", "1234.5")]
        save(county, schools[0], 104, *same)
        filing = save(county, schools[5], 104, *same)
        assert ("electricity", "same_unit") in found(filing)
