"""`make mutation`: whether a test notices small errors in the rules that no calculator holds.

Each mutant of MUTANTS is written into a copy of the tree, one at a time, and the tests that belong
to it run there. Fails where more than MISSES of them are not noticed, or where one that is not
noticed is not accounted for in docs/mutation.md. Writes docs/mutants.md, which names the tests.
Usage: python tools/mutants.py [WORD …] → only the mutants with a word in their name, no page
"""

import sys
import tempfile
from pathlib import Path

import altered
from altered import Alteration as Mutant

PAGE = altered.ROOT / "docs" / "mutants.md"
ACCOUNTED_FOR = altered.ROOT / "docs" / "mutation.md"
SHARE = 0.95

WORKFLOW = "tests/inventory/test_workflow.py"
YEARS = "tests/inventory/test_years.py"
EDGES = "tests/inventory/test_policies.py"
OPENING = "tests/inventory/test_opening.py"
ARRANGING = "tests/inventory/test_arranging.py"
WHO = "tests/inventory/test_permissions.py"
VIEWER = "tests/hierarchy/test_viewer.py"
VIEW = "tests/hierarchy/test_view.py"
LIST = "tests/hierarchy/test_list.py"
SIGN_IN = "tests/accounts/test_sign_in.py"
CLEANED = "tests/accounts/test_cleaning.py"
TYPED = "tests/inventory/test_quantities.py"
SUMS = "tests/inventory/test_sums_in_the_form.py"

POLICIES = "inventory/policies.py"
STATES = "inventory/states.py"
PERMISSIONS = "inventory/permissions.py"
TABLE = "hierarchy/list/table.py"
NAMES = "accounts/account_names.py"
CLEANING = "accounts/cleaning.py"
SEARCHING = "accounts/searching.py"
QUANTITIES = "inventory/quantities.py"
ANSWERS = "inventory/entries/answers.py"

MUTANTS = (
    # what the calendar and the state allow
    Mutant(
        POLICIES, "is_open", "filing.opens_on <= day <=", (WORKFLOW,), "filing.opens_on < day <="
    ),
    Mutant(POLICIES, "is_open", "day <= filing.due_on", (WORKFLOW, VIEW), "day < filing.due_on"),
    Mutant(
        POLICIES, "check_open", "if day < filing.opens_on", (WORKFLOW,), "if day <= filing.opens_on"
    ),
    Mutant(
        POLICIES, "check_open", "if day > filing.due_on", (WORKFLOW,), "if day >= filing.due_on"
    ),
    Mutant(POLICIES, "check_extension", "if to < day:", (WORKFLOW, VIEW), "if to <= day:"),
    Mutant(
        POLICIES,
        "check_extension",
        "if to <= filing.original_due_on:",
        (WORKFLOW, VIEW),
        "if to < filing.original_due_on:",
    ),
    Mutant(POLICIES, "check_order", "if due_on < opens_on:", (EDGES,), "if due_on <= opens_on:"),
    Mutant(POLICIES, "check_not_over", "if due_on < day:", (EDGES,), "if due_on <= day:"),
    Mutant(
        POLICIES,
        "check_year",
        "newest = day.year - FIRST_ROC_YEAR",
        (EDGES,),
        "newest = day.year - FIRST_ROC_YEAR + 1",
    ),
    Mutant(
        POLICIES,
        "check_set_fits",
        "if year not in factor_set.usable_years:",
        (YEARS, OPENING),
        "if False:",
    ),
    Mutant(POLICIES, "can_import", "return filing.is_prefilled\n", (ARRANGING,), "return True\n"),
    Mutant(
        POLICIES,
        "can_excuse",
        "return is_possible and filing.published_version is None",
        (ARRANGING,),
        "return is_possible",
    ),
    Mutant(
        POLICIES,
        "check_can_move",
        "if under.path.startswith(filing.path):",
        (ARRANGING,),
        "if under.pk == filing.pk:",
    ),
    # which state follows which
    Mutant(
        STATES,
        "TRANSITIONS",
        "Verb.CONFIRM: {Status.COMPLETED: Status.CONFIRMED},",
        (WORKFLOW,),
        "Verb.CONFIRM: {s: Status.CONFIRMED for s in (Status.COMPLETED, Status.DRAFT)},",
    ),
    Mutant(
        STATES,
        "TRANSITIONS",
        "Status.CONFIRMED: Status.COMPLETED,",
        (WORKFLOW,),
        "Status.CONFIRMED: Status.RETURNED,",
    ),
    Mutant(
        STATES,
        "TRANSITIONS",
        "dict.fromkeys(FILED, Status.RETURNED)",
        (WORKFLOW,),
        "{Status.COMPLETED: Status.RETURNED}",
    ),
    Mutant(
        STATES,
        "FILED",
        "frozenset({Status.COMPLETED, Status.CONFIRMED})",
        (LIST,),
        "frozenset({Status.COMPLETED})",
    ),
    # who may what
    Mutant(
        PERMISSIONS,
        "can_file",
        "files_for_unit(user) and user.unit_id == filing.unit_id",
        (WORKFLOW, WHO),
        "files_for_unit(user)",
    ),
    Mutant(
        PERMISSIONS,
        "can_view",
        "root is not None and filing.path.startswith(root.path)",
        (WORKFLOW, WHO),
        "root is not None",
    ),
    Mutant(
        PERMISSIONS,
        "can_review",
        "filing.parent_id == root.pk or _is_county_government(user, root)",
        (WORKFLOW, WHO, VIEW),
        "True",
    ),
    Mutant(
        PERMISSIONS,
        "can_review",
        "filing.parent_id == root.pk or _is",
        (WORKFLOW, WHO, VIEW),
        "_is",
    ),
    Mutant(
        PERMISSIONS, "_is_county_government", " and root.level == 1", (WORKFLOW, WHO, LIST), " "
    ),
    Mutant(
        PERMISSIONS,
        "can_arrange",
        "user.unit_id == filing.unit_id or not filing",
        (ARRANGING,),
        "not filing",
    ),
    # what the list adds up
    Mutant(TABLE, "figure_column", " if STARTED_COUNT.over(sums) else None", (LIST,), " "),
    Mutant(TABLE, "total_rows", "- {*paths, root.path}", (LIST,), "- {*paths}"),
    Mutant(TABLE, "total_rows", "total([own, units, rest])", (LIST,), "total([units, rest])"),
    Mutant(TABLE, "total_rows", "elif OWING_COUNT.over(rest):", (LIST,), "elif False:"),
    Mutant(
        TABLE,
        "total_rows",
        "rows.append(TotalRow(label, None, rest))",
        (LIST,),
        "rows.append(TotalRow(label, rest, rest))",
    ),
    # which account is meant
    Mutant(
        NAMES,
        "account_of",
        "name[:1].lower() == county_letter",
        (SIGN_IN,),
        "name[:1] == county_letter",
    ),
    Mutant(NAMES, "account_of", "if name[:1] in DIGITS:", (SIGN_IN,), "if False:"),
    Mutant(
        NAMES,
        "username_of_attempt",
        'cleaning.account(str(name or "")).lower()',
        (SIGN_IN,),
        'cleaning.account(str(name or ""))',
    ),
    # what is meant by what was typed
    Mutant(
        CLEANING,
        "text",
        'unicodedata.normalize("NFC", seen)',
        (CLEANED,),
        'unicodedata.normalize("NFKC", seen)',
    ),
    Mutant(CLEANING, "is_unseen", " or character in UNSEEN", (CLEANED,), " or False"),
    Mutant(
        CLEANING,
        "_narrow",
        "return plain if plain.isascii() and not is_number else character",
        (CLEANED,),
        "return plain",
    ),
    Mutant(SEARCHING, "named", "condition &= reduce", (CLEANED,), "condition |= reduce"),
    Mutant(QUANTITIES, "_unit", "if own and symbol != own:", (TYPED,), "if False:"),
    Mutant(
        QUANTITIES,
        "_added",
        "sum(rounded, Decimal(0))",
        (TYPED,),
        "sum(rounded[:2], Decimal(0))",
    ),
    Mutant(QUANTITIES, "_added", "if value >= LIMIT:", (TYPED,), "if value > LIMIT:"),
    Mutant(QUANTITIES, "_check_signs", "if sign and is_reckoned:", (TYPED,), "if False:"),
    Mutant(
        ANSWERS,
        "with_stored_parts",
        "if answer.parts or answer.quantity is None:",
        (SUMS,),
        "if True:",
    ),
)


def main(*words: str) -> int:
    """Write each into the copy, run its tests, and tell what became of it."""
    wanted = [mutant for mutant in MUTANTS if all(word in label(mutant) for word in words)]
    noticed = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        altered.lay_out(place)
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
