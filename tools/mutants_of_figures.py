"""Small errors for `tools/mutants.py`: in what figures become, show and are held against."""

from altered import Alteration as Mutant

JUDGING = "tests/inventory/plausibility/test_judging.py"
VIEW = "tests/hierarchy/test_view.py"
RANKING = "tests/hierarchy/test_ranking.py"
FINDINGS = "tests/inventory/test_findings.py"
RECOMPUTE = "tests/inventory/test_recompute_at_once.py"
WHAT_IF = "tests/inventory/test_what_if.py"
DISCLOSED = "tests/portal/test_disclosure.py"
PUBLIC = "tests/portal/test_public_version.py"
SOURCES = "tests/inventory/test_verify_sources.py"
KEPT_HEADS = "tests/inventory/test_verify_head.py"
ALONE = "inventory/plausibility/alone.py"
BESIDE_YEARS = "inventory/plausibility/neighbours.py"
BESIDE_SIBLINGS = "inventory/plausibility/beside_siblings.py"
BULK = "hierarchy/list/bulk_confirm.py"
RECOMPUTING = "inventory/impact/recompute.py"
DISCLOSURE = "platform/portal/disclosure/totals.py"
PUBLISHED = "inventory/published.py"
SCREEN = "inventory/verifying/sql_screen.py"
TOLD = "inventory/verifying/told.py"
COMPARING = "inventory/verifying/head/comparing.py"

FIGURES = (
    # what looks improbable, and what may be confirmed without looking into it
    Mutant(
        ALONE,
        "_nothing_used",
        "if case.is_whole and not case.figures.used:",
        (JUDGING, FINDINGS),
        "if False:",
    ),
    Mutant(ALONE, "_beyond_bounds", "line.quantity > most", (JUDGING,), "line.quantity > 9 * most"),
    Mutant(BESIDE_YEARS, "weighs", "kg >= limits.min_kg and ", (JUDGING,), "kg >= 0 and "),
    Mutant(BESIDE_YEARS, "concerns", "if mine != theirs:", (JUDGING,), "if False:"),
    Mutant(
        BESIDE_SIBLINGS,
        "beside_siblings",
        "spread.count >= case.thresholds.siblings",
        (JUDGING,),
        "spread.count > case.thresholds.siblings",
    ),
    Mutant(BULK, "why_look_into", "if not judgement.was_compared:", (RANKING,), "if False:"),
    Mutant(BULK, "why_look_into", "if judgement.asked:", (VIEW,), "if False:"),
    # what a recompute may move
    Mutant(
        RECOMPUTING,
        "_check_unchanged",
        "filing.revision != revisions[filing.pk]",
        (RECOMPUTE, WHAT_IF),
        "False",
    ),
    Mutant(
        RECOMPUTING,
        "check_is_set_of",
        "if year.factor_set_id != factor_set.pk:",
        (RECOMPUTE, WHAT_IF),
        "if False:",
    ),
    # what is public
    Mutant(
        DISCLOSURE,
        "add",
        "if operation == Operation.OWN:",
        (DISCLOSED,),
        "if operation != Operation.OWN:",
    ),
    Mutant(
        PUBLISHED,
        "public_filings",
        "stood_completed = Q(status=Status.COMPLETED, due__lt=day)",
        (DISCLOSED, PUBLIC),
        "stood_completed = Q(status=Status.COMPLETED, due__lte=day)",
    ),
    Mutant(
        PUBLISHED,
        "IS_OLDER",
        'Q(published_version__lt=F("version"))',
        (PUBLIC,),
        'Q(published_version__lte=F("version"))',
    ),
    # what is verified
    Mutant(
        SCREEN,
        "kg_again",
        " FILTER (WHERE NOT share.is_biogenic)",
        (SOURCES, "tests/inventory/test_verify_totals.py"),
        " ",
    ),
    Mutant(TOLD, "replay", "if version != told_version or ", (SOURCES,), "if "),
    Mutant(TOLD, "_public", ' or "published_version" in event.details', (SOURCES, PUBLIC), " "),
    Mutant(COMPARING, "differences_since", "if head.site != site:", (KEPT_HEADS,), "if False:"),
)
