"""manage.py recompute_filings: many filings in small batches, by command."""

import re
from io import StringIO
from unittest.mock import Mock

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from inventory import workflow
from inventory.entries.answers import Answer
from inventory.impact import recompute as recomputing
from inventory.impact.recompute import Batch, recompute_waiting
from inventory.lines import Operation
from inventory.models import FactorSet, Filing, FilingEvent, ReportingYear
from inventory.policies import NotAllowed
from inventory.states import Verb
from inventory.workflow.publishing import publish
from tests.inventory.conftest import County, complete, number
from tests.inventory.factor_sets import accepting, dump, file, keep_set, toml

pytestmark = [pytest.mark.django_db, pytest.mark.long]
COMMAND = {"set": "new", "by": "admin", "reason": "能源局修正"}
COLD = Answer(Operation.OWN, "other_refrigerant", number("lpg", "1").quantity, "R404A")


@pytest.fixture
def filed(county: County) -> County:
    """Three have completed 104 (the school is confirmed), one has begun; then other factors."""
    for unit, quantity in ((county.school, "1000"), (county.township, "100")):
        file(county, unit, complete(number("electricity", quantity)))
    boss = county.user(county.government)
    workflow.confirm(filing=county.filing(county.school), revision=1, by=boss)
    file(county, county.government, complete(number("electricity", "50"), COLD))
    file(county, county.kindergarten, [number("electricity", "7")], ticked=False)
    return county


def put_in_force(county: County, name: str = "new", **changes: str) -> FactorSet:
    text = toml("tw-105-ar4", **changes).replace('id = "new"', f'id = "{name}"')
    text = text.replace('title = "', f'title = "{name} ', 1)
    text = text.replace('title_en = "', f'title_en = "{name} ', 1)
    found = keep_set(text)
    publish(
        factor_set=found,
        years=[104],
        reason="x",
        by=county.administrator,
        **accepting(found, 104),
    )
    return found


@pytest.fixture
def ready(filed: County) -> County:
    put_in_force(filed, power_of_104="value = 0.5")
    return filed


def run(**options: object) -> str:
    """What the command says, in one line."""
    out = StringIO()
    try:
        call_command("recompute_filings", 104, stdout=out, stderr=StringIO(), **COMMAND | options)
    finally:
        run.said = re.sub(r"\s+", " ", out.getvalue())  # type: ignore[attr-defined]
    return run.said  # type: ignore[attr-defined, no-any-return]


def said() -> str:
    """What the last run had to say before it failed."""
    return run.said  # type: ignore[attr-defined, no-any-return]


def recomputed() -> set[str]:
    """The units that were recomputed."""
    events = FilingEvent.objects.filter(verb=Verb.RECOMPUTE)
    return set(events.values_list("filing__unit__name", flat=True))


class TestAll:
    def test_each_is_a_version_with_an_event_and_the_reason(self, ready: County) -> None:
        out = run()
        events = FilingEvent.objects.filter(verb=Verb.RECOMPUTE)
        assert {(one.reason, one.by) for one in events} == {("能源局修正", ready.administrator)}
        assert recomputed() == {"連江縣介壽國中小", "連江縣南竿鄉公所", "連江縣政府"}
        assert str(ready.filing(ready.school).own_kg) == "500.0000"
        assert ready.filing(ready.school).was_changed_after_confirmation
        assert ready.filing(ready.kindergarten).version == 1, "no more than begun"
        assert "已重算 3 份，無法計算 0 份，尚未重算 0 份。" in out

    def test_totals_before_and_after_are_said(self, ready: County) -> None:
        """1,150 kWh × 0.028 less at the desks; public are the school's 1,000 kWh of before."""
        out = run()
        assert "連江縣：重算 3 份，其中已確認 1 份" in out
        assert "全部縣市：重算 3 份，其中已確認 1 份" in out
        assert out.count("（−32.2）；公開 528 → 528，重新確認之後") == 2

    def test_a_dry_run_says_the_same_and_writes_nothing(self, ready: County) -> None:
        filed = dump()
        foretold = run(dry_run=True)
        assert dump() == filed
        assert "可重算 3 份，無法計算 0 份。（試算，沒有寫入）" in foretold
        lines = re.findall(r"（公斤 CO₂e）：.*?）；公開.*?）", foretold)
        assert len(lines) == 4
        assert re.findall(r"（公斤 CO₂e）：.*?）；公開.*?）", run()) == lines

    def test_a_second_run_has_nothing_to_do(self, ready: County) -> None:
        run()
        filed = dump()
        assert "已重算 0 份，無法計算 0 份，尚未重算 0 份。" in run()
        assert dump() == filed

    def test_of_one_county(self, ready: County) -> None:
        elsewhere = {"county": "金門縣"}
        assert "尚未重算 0 份" in run(**elsewhere)
        assert recomputed() == set()
        assert "已重算 3 份" in run(county="Z")


class TestWhatCannotBeComputed:
    def test_it_is_named_and_the_rest_is_done(self, filed: County) -> None:
        put_in_force(filed, r404a='name = "R404B"')
        with pytest.raises(CommandError, match="無法以這個係數版本計算") as error:
            run(batch=1)
        assert error.value.returncode == 1
        assert (
            "無法計算：連江縣政府（371030000A）：本版沒有「其他冷媒型號，補充 R404A」的係數"
            in said()
        )
        assert "已重算 2 份，無法計算 1 份，尚未重算 1 份。" in said()
        assert recomputed() == {"連江縣介壽國中小", "連江縣南竿鄉公所"}
        assert filed.filing(filed.government).version == 1

    def test_a_dry_run_names_it_too(self, filed: County) -> None:
        put_in_force(filed, r404a='name = "R404B"')
        with pytest.raises(CommandError):
            run(dry_run=True)
        assert "無法計算：連江縣政府（371030000A）" in said()
        assert "可重算 2 份，無法計算 1 份" in said()


class TestOnTheWay:
    """Each batch is stored before the next is begun."""

    def batches(self, county: County, size: int = 1, **options: str):
        return recompute_waiting(
            factor_set=FactorSet.objects.get(slug="new"),
            year=ReportingYear.objects.get(year=104),
            reason="x",
            by=county.administrator,
            size=size,
            **options,
        )

    def test_what_was_saved_meanwhile_is_reread(self, ready: County) -> None:
        """With the set that is in force by now: nothing is left to do, and nothing is set back."""
        batches = self.batches(ready)
        [first] = next(batches).done
        others = {ready.school, ready.township, ready.government} - {first.filing.unit}
        [saved, *rest] = sorted(others, key=lambda unit: ready.filing(unit).pk)
        file(ready, saved, complete(number("electricity", "3")))
        done = [move.filing.unit for batch in batches for move in batch.done]
        assert done == rest
        assert str(ready.filing(saved).own_kg) == "1.5000"

    def test_what_is_sent_back_between_looking_and_locking_is_passed_over(
        self, ready: County, monkeypatch
    ) -> None:
        """The keys are read first, and the rows are locked and read again after that."""
        check = recomputing._check_in_force  # what happens first in the batch's transaction
        school = ready.filing(ready.school)

        def meanwhile(*given: object) -> None:
            boss = ready.user(ready.government)
            now = ready.filing(ready.school)
            if now.status != "returned":
                workflow.send_back(
                    filing=school, revision=now.revision, reason="x", lines=[], by=boss
                )
            check(*given)

        monkeypatch.setattr(recomputing, "_check_in_force", meanwhile)
        found = list(self.batches(ready, size=20))
        assert [(one.seen, len(one.done)) for one in found] == [(3, 2)]
        assert ready.filing(ready.school).version == 1

    def test_a_stopped_run_goes_on_where_it_was(self, ready: County, monkeypatch) -> None:
        one = recomputing._recompute_batch

        def interrupted(*given: object) -> Batch:
            if recomputed():
                raise KeyboardInterrupt
            return one(*given)

        monkeypatch.setattr(recomputing, "_recompute_batch", interrupted)
        with pytest.raises(CommandError, match="再執行一次即接續") as error:
            run(batch=1)
        assert error.value.returncode == 130
        assert "已重算 1 份，無法計算 0 份，尚未重算 2 份。" in said()
        monkeypatch.undo()
        first = recomputed()
        out = run(batch=1)
        assert "已重算 2 份" in out
        assert "連江縣：重算 3 份" in out, "the whole of it, for the same reason"
        versions = Filing.objects.filter(unit__name__in=first).values_list("version", flat=True)
        assert list(versions.filter(year=104)) == [2], "not once more"

    def test_another_set_published_meanwhile_stops_it(self, ready: County) -> None:
        batches = self.batches(ready)
        next(batches)
        put_in_force(ready, "last", power_of_104="value = 0.4")
        with pytest.raises(NotAllowed, match="請先為該年度發布本版"):
            next(batches)
        assert len(recomputed()) == 1

    def test_then_the_command_says_how_far_it_was(self, ready: County, monkeypatch) -> None:
        one = recomputing._recompute_batch
        stops = Mock(side_effect=[None, NotAllowed("換了係數")])

        def stopped(*given: object) -> Batch:
            stops()
            return one(*given)

        monkeypatch.setattr(recomputing, "_recompute_batch", stopped)
        with pytest.raises(CommandError, match="換了係數") as error:
            run(batch=2)
        assert error.value.returncode == 1
        assert "已重算 2 份，無法計算 0 份，尚未重算 1 份。" in said()

    def test_only_platform_administrators(self, ready: County) -> None:
        with pytest.raises(PermissionDenied):
            recompute_waiting(
                factor_set=FactorSet.objects.get(slug="new"),
                year=ReportingYear.objects.get(year=104),
                reason="x",
                by=ready.user(ready.government),
            )


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"reason": " \n"}, "請填寫重算原因"),
        ({"set": "none"}, "沒有「none」這個係數版本"),
        ({"set": "tw-105-ar4"}, "請先為該年度發布本版"),
        ({"set": "tw-105-ar4", "dry_run": True}, "請先為該年度發布本版"),
        ({"county": "火星"}, "沒有「火星」這個縣市"),
        ({"by": "nobody"}, "no account nobody"),
        ({"by": "z371030000A"}, "no platform administrator"),
        ({"batch": 0}, "--batch 須在 1 至 100 之間"),
        ({"batch": 101}, "--batch 須在 1 至 100 之間"),
    ],
)
def test_refusals(ready: County, options: dict[str, object], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        run(**options)
    assert recomputed() == set()


def test_a_year_that_does_not_exist(ready: County) -> None:
    with pytest.raises(CommandError, match="沒有 99 年度"):
        call_command("recompute_filings", 99, **COMMAND)


def test_progress_is_shown_on_standard_error(ready: County) -> None:
    err = StringIO()
    call_command("recompute_filings", 104, stdout=StringIO(), stderr=err, **COMMAND, batch=1)
    assert "重算 3/3" in err.getvalue()
