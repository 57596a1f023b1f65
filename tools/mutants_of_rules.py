"""Small errors for `tools/mutants.py`: in rules, names and words. Where, what, which tests."""

from altered import Alteration as Mutant

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


RULES = (
    # what the calendar and the state allow
    Mutant(POLICIES, "is_open", "filing.opens_on <= day <=", (EDGES,), "filing.opens_on < day <="),
    Mutant(POLICIES, "is_open", "day <= filing.due_on", (EDGES,), "day < filing.due_on"),
    Mutant(
        POLICIES, "check_open", "if day < filing.opens_on", (EDGES,), "if day <= filing.opens_on"
    ),
    Mutant(POLICIES, "check_open", "if day > filing.due_on", (EDGES,), "if day >= filing.due_on"),
    Mutant(
        POLICIES,
        "is_year_over",
        "return day > filing.due_on",
        (EDGES,),
        "return day >= filing.due_on",
    ),
    Mutant(POLICIES, "check_extension_day", "    if to < day:", (EDGES,), "    if to <= day:"),
    Mutant(
        POLICIES,
        "check_extension",
        "if to <= filing.original_due_on:",
        (EDGES,),
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
        "filing.parent_id == root.pk or _looks_after_county(user)",
        (WORKFLOW, WHO, VIEW),
        "True",
    ),
    Mutant(
        PERMISSIONS,
        "can_review",
        "filing.parent_id == root.pk or _looks",
        (WORKFLOW, WHO, VIEW),
        "_looks",
    ),
    Mutant(
        PERMISSIONS,
        "_looks_after_county",
        "return user.scope is Scope.COUNTY",
        (VIEW,),
        "return True",
    ),
    Mutant(
        PERMISSIONS,
        "can_arrange",
        " and user.unit_id != filing.unit_id",
        (ARRANGING,),
        " ",
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
