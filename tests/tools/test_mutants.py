"""The small errors that are written into the rules: each is there, none is forgotten."""

import ast

import mutants
import pytest
from altered import Alteration

from tests.architecture.source import ROOT


@pytest.mark.parametrize("mutant", mutants.MUTANTS, ids=mutants.label)
def test_its_place_is_there_once_and_it_is_python(mutant: Alteration) -> None:
    source = (ROOT / mutant.module).read_text(encoding="utf-8")
    changed = mutant.altered(source)
    assert changed != source
    ast.parse(changed)
    assert all((ROOT / test).is_file() for test in mutant.tests)


def test_the_page_names_each_and_who_notices_it() -> None:
    page = mutants.PAGE.read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert len(rows) == len(mutants.MUTANTS)
    assert all("::" in row for row in rows)


def test_one_that_nothing_notices_has_to_be_accounted_for() -> None:
    first, *others = mutants.MUTANTS
    everyone = {mutant: ["a test"] for mutant in others}
    assert mutants.verdict(everyone | {first: ["a test"]}) == 0
    assert mutants.verdict(everyone | {first: []}) == 1
