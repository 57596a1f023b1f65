"""`make mutation`: whether a test notices when one check of who may what is missing.

Each check of CHECKS is taken out of a copy of the tree, one at a time, and the tests that belong
to it run there; at least one has to fail. Writes docs/checks.md, which names the tests. A test of
its own (tests/tools/test_without_checks.py) sees to it that no check of a verb is left out here.
Usage: python tools/without_checks.py [WORD …] → only the checks with a word in their name, no page
"""

import sys
import tempfile
from pathlib import Path

import altered
from altered import Alteration as Check

PAGE = altered.ROOT / "docs" / "checks.md"
WALK = "tests/architecture/test_addresses.py"
WORKFLOW = "tests/inventory/test_workflow.py"
VIEWER = "tests/hierarchy/test_viewer.py"
WHO = "tests/inventory/test_permissions.py"
HISTORY = "tests/accounts/test_history.py"
WHAT_IF = "tests/inventory/test_what_if.py"
ARRANGED = "tests/inventory/test_arranging.py"
FILED_FOR = "tests/inventory/test_filing_for.py"
UNIT_CHANGES = "tests/inventory/test_unit_changes.py"
RECOMPUTE = "tests/inventory/test_recompute_command.py"

ADMINISTRATOR = "check_is_platform_administrator(by)"
REVIEW = "permissions.check_can_review(by, filing)"
FILING = "inventory/workflow/filing.py"
ARRANGING = "inventory/workflow/arranging.py"
CHECKS = (
    Check(FILING, "_check_filer", "permissions.check_can_file(by, deed.filing)", (WORKFLOW, WHO)),
    Check(FILING, "_check_filer", "permissions.check_can_file_for(by, deed.filing)", (FILED_FOR,)),
    Check(FILING, "confirm", REVIEW, (WORKFLOW, WHO)),
    Check(FILING, "confirm", "permissions.check_did_not_complete(by, filing)", (FILED_FOR,)),
    Check(FILING, "_send_back", REVIEW, (WHO,)),
    Check(FILING, "extend", "permissions.check_can_extend(by, filing)", (WHO, WORKFLOW)),
    Check(FILING, "prefill", f"permissions.{ADMINISTRATOR}", (WHO, WORKFLOW)),
    Check(FILING, "recompute", f"permissions.{ADMINISTRATOR}", (WHO, WORKFLOW)),
    *(
        Check(ARRANGING, verb, f"permissions.check_can_arrange(by, {filing})", (ARRANGED,))
        for verb, filing in (
            ("move", "filing"),
            ("excuse", "filing"),
            ("reinstate", "deed.filing"),
            ("take_back", "filing"),
        )
    ),
    Check(
        "inventory/workflow/extending.py",
        "extend_many",
        "permissions.check_can_extend_branch(by, extension.top)",
        ("tests/inventory/test_extending_many.py",),
    ),
    Check(
        "inventory/workflow/taking_in.py",
        "take_in",
        "permissions.check_can_arrange_below(by, under)",
        (UNIT_CHANGES,),
    ),
    *(
        Check(
            "inventory/workflow/unit_changes.py",
            verb,
            "permissions.check_can_arrange(by, deed.filing)",
            (UNIT_CHANGES,),
        )
        for verb in ("close_unit", "reopen_unit")
    ),
    Check("inventory/workflow/opening.py", "open_year", ADMINISTRATOR, (WHO,)),
    Check("inventory/workflow/publishing.py", "publish", ADMINISTRATOR, (WHO,)),
    Check("inventory/workflow/years.py", "set_up_year", ADMINISTRATOR, (WHO,)),
    Check("inventory/workflow/years.py", "change_year", ADMINISTRATOR, (WHO,)),
    Check("inventory/workflow/years.py", "set_county_dates", ADMINISTRATOR, (WHO,)),
    Check("inventory/workflow/years.py", "drop_county_dates", ADMINISTRATOR, (WHO,)),
    Check("inventory/workflow/years.py", "delete_year", ADMINISTRATOR, (WHO,)),
    Check("inventory/impact/recompute.py", "recompute_many", ADMINISTRATOR, (WHAT_IF,)),
    Check("inventory/impact/recompute.py", "recompute_waiting", ADMINISTRATOR, (RECOMPUTE,)),
    Check(
        "inventory/admin/pages.py",
        "require_staff",
        "check_is_platform_administrator(user)",
        (WHO,),
    ),
    Check(
        "hierarchy/review/forms.py",
        "check_allowed",
        "permissions.check_can_review(user, filing)",
        (VIEWER,),
    ),
    Check(
        "hierarchy/review/forms.py",
        "check_allowed",
        "permissions.check_can_extend(user, filing)",
        (VIEWER,),
    ),
    Check(
        "hierarchy/review/arranging.py",
        "check_allowed",
        "permissions.check_can_arrange(user, filing)",
        ("tests/hierarchy/test_arranging.py",),
    ),
    Check(
        "hierarchy/list/bulk_confirm.py",
        "confirm_chosen",
        REVIEW,
        (VIEWER,),
    ),
    Check(
        "hierarchy/list/bulk_confirm.py",
        "_why_not",
        "permissions.check_did_not_complete(by, filing)",
        ("tests/hierarchy/test_county_desk.py",),
    ),
    Check(
        "hierarchy/filing_views.py",
        "file_for",
        "permissions.check_can_file_for(request.user, filing)",
        (WALK,),
    ),
    Check(
        "hierarchy/views.py",
        "_confirm_many",
        "permissions.check_reviews_units(request.user)",
        (VIEWER,),
    ),
    Check(
        "accounts/contact_details.py",
        "save_contacts",
        "check_can_save_contacts(by, unit)",
        (VIEWER, "tests/accounts/test_profile.py"),
    ),
    Check("accounts/views.py", "profile", "check_can_save_contacts(request.user, unit)", (VIEWER,)),
    Check("accounts/histories.py", "history_page", "check_can_read_histories(user)", (HISTORY,)),
    # What is no statement: the rows, the doors.
    Check(
        "accounts/histories.py",
        "_in_scope",
        "return Q(**{kind.county: county}) | Q(county_before=county)",
        (HISTORY,),
        "return Q()",
    ),
    Check(
        "inventory/scope.py",
        "visible_to",
        "return Filing.objects.with_subtree_of(root)",
        (WALK,),
        "return Filing.objects.filter(year=root.year_id)",
    ),
    Check(
        "hierarchy/views.py",
        "export",
        "root = scope.path_to(request.user, year, code)[-1]",
        (WALK,),
        'root = Filing.objects.get(year=year, unit__code=code or "371030000A")',
    ),
    Check(
        "inventory/views.py",
        "_for_filers",
        "if not permissions.files_for_unit(request.user):",
        (WALK,),
        "if request.user.unit_id is None:",
    ),
    Check(
        "hierarchy/views.py",
        "_for_units",
        "if not permissions.looks_after_units(request.user):",
        (WALK,),
        "if False:",
    ),
    Check(
        "hierarchy/arranging_views.py",
        "_for_arrangers",
        "if not permissions.arranges_units(request.user):",
        (WALK,),
        "if False:",
    ),
    Check(
        "platform/config/settings.py",
        "MIDDLEWARE",
        '    "accounts.middleware.SignedInMiddleware",\n',
        (WALK,),
        "\n",
    ),
    Check(
        "accounts/views.py",
        "password",
        "@sensitive_post_parameters()\ndef password",
        (WALK,),
        "@sensitive_post_parameters()\n@login_not_required\ndef password",
    ),
    Check(
        "accounts/admin/lists.py",
        "get_urls",
        'view(self.upload_list), name="accounts_user_account_list"',
        (WALK,),
        'self.upload_list, name="accounts_user_account_list"',
    ),
    Check(
        "accounts/roles.py",
        "COUNTY_VIEWER",
        "frozenset({Permission.VIEW}),",
        (WALK,),
        "frozenset({Permission.VIEW, Permission.REVIEW}),",
    ),
)


def main(*words: str) -> int:
    """Take each check out, run its tests, and tell what became of it."""
    wanted = [check for check in CHECKS if all(word in check.name for word in words)]
    noticed = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        altered.lay_out(place)
        altered.check_whole(place, wanted)
        for check in wanted:
            noticed[check] = altered.failures(place, check)
            altered.write(f"{len(noticed[check]) or 'NOTHING'} noticed: {check.name}")
    if not words:
        PAGE.write_text(page(noticed), encoding="utf-8")
    return int(not all(noticed.values()))


def page(noticed: dict[Check, list[str]]) -> str:
    """docs/checks.md."""
    rows = [
        altered.table_row(check, tests, altered.in_code(check.call))
        for check, tests in noticed.items()
    ]
    return HEADING + "\n".join(rows) + "\n"


HEADING = """\
# Each check is missed by a test when it is gone

Made by `tools/without_checks.py` (`make mutation`), which takes each of these out of a copy of the
tree, one at a time, and runs the tests that belong to it. It fails where nothing notices.

| where | what is taken out | what fails then |
|---|---|---|
"""


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
