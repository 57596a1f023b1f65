"""What the measurements rest on: forms as browsers send them, CPU, schedules, tables."""

import os
import subprocess
import sys
from random import Random

import pytest

from benchmarks.cpu import ProcessTree, postmaster_of
from benchmarks.crowd import MIX
from benchmarks.html_forms import form_with
from benchmarks.open_loop import Ended, Outcome, run, schedule
from benchmarks.people import NotAsExpected
from benchmarks.report import ms, table

WORK = "import time\nwhile time.process_time() < 0.3: pass"
PAGE = """
<form action="/language/"><button name="language" value="en">English</button></form>
<form method="post">
  <input type="hidden" name="version" value="3">
  <input name="quantity" value="12.5"><input name="empty">
  <input type="checkbox" name="unused"><input type="checkbox" name="complete" checked>
  <input type="radio" name="kind" value="a"><input type="radio" name="kind" value="b" checked>
  <select name="set"><option value="1">x</option><option value="2" selected>y</option></select>
  <textarea name="scope">
清潔 &amp; 保全</textarea>
  <input type="submit" name="never" value="sent">
  <button name="action" value="calculate">計算</button>
  <button name="action" value="save">存檔</button>
</form>
"""


def test_a_form_is_sent_as_a_browser_sends_it() -> None:
    form = form_with(PAGE, "action", "save")
    assert form.sent({}, ("action", "save")) == [
        ("version", "3"),
        ("quantity", "12.5"),
        ("empty", ""),
        ("complete", "on"),
        ("kind", "b"),
        ("set", "2"),
        ("scope", "清潔 & 保全"),
        ("action", "save"),
    ]


def test_what_was_typed_takes_the_place_of_what_stood_there() -> None:
    sent = form_with(PAGE, "quantity").sent({"quantity": "13", "unused": "on"})
    assert [value for name, value in sent if name == "quantity"] == ["13"]
    assert ("unused", "on") in sent


def test_a_page_without_the_form_is_said_to_have_none() -> None:
    with pytest.raises(LookupError, match="no form with action confirm"):
        form_with(PAGE, "action", "confirm")


def test_the_cpu_of_a_child_counts_while_it_lives() -> None:
    command = [sys.executable, "-c", f"{WORK}\nprint(flush=True)\ninput()"]
    before = ProcessTree(os.getpid()).seconds()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdout.readline()
        assert child.pid in set(ProcessTree(os.getpid()).processes())
        assert ProcessTree(child.pid).seconds() >= 0.2
        assert ProcessTree(os.getpid()).seconds() - before >= 0.2
        child.stdin.close()


def test_the_cpu_of_a_child_counts_after_it_has_ended() -> None:
    tree = ProcessTree(os.getpid())
    before = tree.seconds()
    subprocess.run([sys.executable, "-c", WORK], check=True)
    assert tree.seconds() - before >= 0.2


def test_a_process_that_is_no_database_has_no_server() -> None:
    assert postmaster_of(os.getpid()) is None


def test_visits_are_planned_beforehand_and_the_same_every_time() -> None:
    planned = schedule(50, 20)
    assert planned == schedule(50, 20)
    assert len(planned) == 50 * 20
    assert [due for due, _kind, _seed in planned] == sorted(due for due, _kind, _seed in planned)
    assert {kind for _due, kind, _seed in planned} == set(MIX)


def test_latency_counts_from_when_a_visit_was_due() -> None:
    def answered(_chance: Random) -> None: ...

    outcome = run({"home": answered}, [(-2.0, "home", 1), (-1.0, "home", 2)], 5)
    assert outcome.failed == 0
    assert [int(visit.latency) for visit in outcome.well] == [2, 1]


def test_a_visit_that_goes_wrong_is_counted_and_stops_no_other() -> None:
    def refused(chance: Random) -> None:
        if chance.random() == Random(1).random():
            raise NotAsExpected("answers 500")

    outcome = run({"home": refused}, [(0.0, "home", 1), (0.0, "home", 2)], 5)
    assert (outcome.failed, len(outcome.well)) == (1, 1)


def test_a_fault_of_the_generator_itself_is_not_taken_for_the_site_s() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        run({}, [(0.0, "nowhere", 1)], 5)


def test_percentiles_and_what_was_carried_in_time() -> None:
    outcome = Outcome([Ended(at / 100, at / 1000) for at in range(100, 0, -1)], failed=0)
    assert [outcome.percentile(share) for share in (50, 99, 100)] == [0.051, 0.1, 0.1]
    assert outcome.carried(0.5) == 50
    assert Outcome([], failed=3).percentile(99) == 0


def test_a_table_stands_straight_with_wide_characters() -> None:
    shown = table(["page", "ms"], [["存檔", ms(0.0123)], ["form", ms(1.5)]]).splitlines()
    assert shown == ["| page |    ms |", "| ---- | ----: |", "| 存檔 |  12.3 |", "| form | 1,500 |"]
