"""The pure rules, one by one."""

from decimal import Decimal

import pytest

from inventory.lines import LINES, line_of
from inventory.plausibility.case import PER_PERSON, QUANTITY, Case, Neighbour, Size
from inventory.plausibility.figures import Figures
from inventory.plausibility.findings import Kind
from inventory.plausibility.judging import judge
from inventory.plausibility.siblings import Spread, spread_of
from inventory.plausibility.thresholds import thresholds_of
from tests.inventory.plausibility.counties import figures_of

POWER = ("own", "electricity")
ASKED = frozenset(line.code for line in LINES)


def figures(**amounts: str) -> Figures:
    return figures_of({code: Decimal(amount) for code, amount in amounts.items()})


def case(now: Figures, *before: Figures, **more: object) -> Case:
    neighbours = tuple(
        Neighbour(year, one, ASKED) for year, one in zip((103, 105), before, strict=False)
    )
    return Case(now, thresholds_of(104), neighbours, is_whole=True, **more)  # type: ignore[arg-type]


def kinds(one: Case) -> list[tuple[str, Kind]]:
    return [(finding.key[1], finding.kind) for finding in judge(one)]


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ("130000", []),
        ("130001", [("electricity", Kind.CHANGED)]),
        ("70000", []),
        ("69999", [("electricity", Kind.CHANGED)]),
        ("100000", []),
        ("92000", [("electricity", Kind.MONTH)]),
    ],
)
def test_a_change_beyond_thirty_per_cent(now: str, found: list[tuple[str, Kind]]) -> None:
    assert kinds(case(figures(electricity=now), figures(electricity="100000"))) == found


def test_what_is_told_only_asks_nothing() -> None:
    [finding] = judge(case(figures(electricity="92000"), figures(electricity="100001")))
    assert not finding.asks


def test_swapped_lines_name_each_other() -> None:
    now = figures(electricity="90001", gasoline="18002", diesel="6003")
    before = figures(electricity="91002", gasoline="6101", diesel="17903")
    found = {one.key[1]: one.other for one in judge(case(now, before))}
    assert found == {"gasoline": "diesel", "diesel": "gasoline"}


def test_a_year_that_agrees_with_one_of_two_is_not_the_odd_one() -> None:
    now, other = figures(electricity="100001"), figures(electricity="1000020")
    assert kinds(case(now, other, figures(electricity="99007"))) == []
    assert (POWER[1], Kind.CHANGED) in kinds(case(now, other, figures(electricity="990070")))


def test_a_copied_year_is_asked_once() -> None:
    same = figures(electricity="98765", lpg="1234")
    assert Kind.SAME_YEAR in {kind for _line, kind in kinds(case(same, same))}


def test_nothing_used_weighs_what_a_neighbour_had() -> None:
    before = figures(electricity="98765")
    [finding] = judge(case(figures(), before))
    assert (finding.kind, finding.kg) == (Kind.NOTHING, before.kg)


def test_the_thousandfold_line_does_not_hide_another() -> None:
    now = figures(electricity="98765000", lpg="3000")
    before = figures(electricity="98001", lpg="1500")
    assert {line for line, _kind in kinds(case(now, before))} == {"electricity", "lpg"}


def test_a_size_goes_before_a_quantity() -> None:
    spreads = {
        (QUANTITY, POWER): Spread(9, 11.5, 0.3),
        (PER_PERSON, POWER): Spread(9, 5.7, 0.3),
    }
    now = figures(electricity="2000001")
    assert kinds(case(now, spreads=spreads)) == [("electricity", Kind.SIBLINGS)]
    assert kinds(case(now, spreads=spreads, size=Size(persons=6000))) == []


def test_a_sibling_finding_has_no_figure_of_theirs() -> None:
    spreads = {(QUANTITY, POWER): Spread(9, 11.5, 0.3)}
    now = figures(electricity="2000001")
    [finding] = judge(case(now, spreads=spreads))
    assert (finding.kg, finding.before, finding.year) == (now.get(POWER).kg, None, None)


def test_four_siblings_prove_nothing() -> None:
    spreads = {(QUANTITY, POWER): Spread(4, 11.5, 0.3)}
    unlike = case(figures(electricity="2000001"), spreads=spreads)
    assert kinds(unlike) == []
    assert not unlike.was_compared


def test_five_siblings_are_enough() -> None:
    spreads = {(QUANTITY, POWER): Spread(5, 11.5, 0.3)}
    unlike = case(figures(electricity="2000001"), spreads=spreads)
    assert kinds(unlike) == [("electricity", Kind.SIBLINGS)]
    assert unlike.was_compared


def test_a_line_is_asked_beyond_its_bound_and_not_at_it() -> None:
    most = line_of("gasoline").most
    assert most is not None
    assert kinds(case(figures(gasoline=str(most)))) == []
    assert kinds(case(figures(gasoline=str(most + 1)))) == [("gasoline", Kind.BOUND)]


def test_a_change_of_a_few_kilograms_is_nobodys_time() -> None:
    """0.528 kg a kWh here, or near it: 8 kWh more are less than ten kilograms, 80 are more."""
    assert kinds(case(figures(electricity="16"), figures(electricity="8"))) == []
    assert kinds(case(figures(electricity="160"), figures(electricity="80"))) == [
        ("electricity", Kind.CHANGED)
    ]


def test_a_spread_is_of_logarithms_and_robust() -> None:
    spread = spread_of([10, 10, 10, 10, 1_000_000])
    assert spread is not None
    assert (spread.count, spread.deviation) == (5, 0)
    assert spread_of([0.0]) is None


@pytest.mark.parametrize("is_later", [False, True])
def test_the_year_between_two_that_agree_stands_alone(is_later: bool) -> None:
    """Whichever was saved last: it is asked at 103, and not at 104, which agrees with 102."""
    wrong, right = figures(electricity="1003210"), figures(electricity="100321")
    limits = thresholds_of(104)
    of_104 = Neighbour(103, wrong, ASKED, figures(electricity="99321"), is_later=is_later)
    assert judge(Case(right, limits, (of_104,), is_whole=True)) == []
    beside = [Neighbour(year, right, ASKED, is_later=is_later) for year in (102, 104)]
    [found] = judge(Case(wrong, limits, tuple(beside), is_whole=True))
    assert (found.kind, found.key) == (Kind.CHANGED, POWER)
