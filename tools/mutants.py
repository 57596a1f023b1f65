"""`make mutation`: whether a test notices small errors in the rules that no calculator holds.

Each mutant of the two lists is written into a copy of the tree, one at a time, and the tests that
belong to it run there. Fails where more than one in twenty is not noticed, or where one that is
not noticed is not accounted for in docs/mutation.md. Writes docs/mutants.md, which names the tests.
Usage: python tools/mutants.py [WORD …] → only the mutants with a word in their name, no page
"""

import sys
import tempfile
from pathlib import Path

import altered
from altered import Alteration as Mutant
from mutants_of_figures import FIGURES
from mutants_of_rules import RULES

PAGE = altered.ROOT / "docs" / "mutants.md"
ACCOUNTED_FOR = altered.ROOT / "docs" / "mutation.md"
SHARE = 0.95
MUTANTS = (*RULES, *FIGURES)


def main(*words: str) -> int:
    """Write each into the copy, run its tests, and tell what became of it."""
    wanted = [mutant for mutant in MUTANTS if all(word in label(mutant) for word in words)]
    noticed = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        altered.lay_out(place)
        altered.check_whole(place, wanted)
        for mutant in wanted:
            noticed[mutant] = altered.failures(place, mutant)
            altered.write(f"{len(noticed[mutant]) or 'NOTHING'} noticed: {label(mutant)}")
    if not words:
        PAGE.write_text(page(noticed), encoding="utf-8")
    return verdict(noticed)


def label(mutant: Mutant) -> str:
    """Where it is and what it makes of it."""
    return f"{mutant.name} → {mutant.instead}"


def verdict(noticed: dict[Mutant, list[str]]) -> int:
    """1 where too many are missed, or one that docs/mutation.md does not account for."""
    known = ACCOUNTED_FOR.read_text(encoding="utf-8")
    missed = [mutant for mutant, tests in noticed.items() if not tests]
    strangers = [mutant for mutant in missed if altered.in_code(mutant.instead) not in known]
    altered.write(f"{len(noticed) - len(missed)} of {len(noticed)} mutants noticed")
    return int(bool(strangers) or len(missed) > (1 - SHARE) * len(noticed))


def page(noticed: dict[Mutant, list[str]]) -> str:
    """docs/mutants.md."""
    rows = [
        altered.table_row(
            mutant, tests, f"{altered.in_code(mutant.call)} → {altered.in_code(mutant.instead)}"
        )
        for mutant, tests in noticed.items()
    ]
    return HEADING + "\n".join(rows) + "\n"


HEADING = """\
# Small errors in the rules are noticed by a test

Made by `tools/mutants.py` (`make mutation`), which writes each of these into a copy of the tree,
one at a time, and runs the tests that belong to it. It fails where more than one in twenty is not
noticed, and where one that is not noticed is not accounted for in `mutation.md`.

| where | what it is made into | what fails then |
|---|---|---|
"""


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
