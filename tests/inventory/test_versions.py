"""Every save is a version, written by the database, with a check value over its content."""

import hashlib
import json
from decimal import Decimal

import pytest

from inventory import versions, workflow
from inventory.models import Filing, FilingVersion
from tests.inventory.conftest import County, complete, number

pytestmark = pytest.mark.django_db


def save(county: County, quantity: str, *, ticked: bool = True) -> Filing:
    filing = county.filing(county.school)
    return workflow.save(
        filing=filing,
        answers=complete(number("electricity", quantity)),
        outsourced_scope="校車",
        complete=ticked,
        revision=filing.revision,
        factor_set=filing.year.factor_set_id,
        by=county.user(county.school),
    )


def test_the_content_says_everything(county: County) -> None:
    save(county, "10")
    content = json.loads(FilingVersion.objects.get().content)
    assert content["unit"] == "371036500X"
    assert (content["year"], content["version"]) == (104, 1)
    assert content["saved_by"] == "z371036500X"
    assert (content["own_kg"], content["is_complete"]) == ("5.2800", True)
    [power] = [one for one in content["entries"] if one["kg"]]
    assert power["terms"][0]["value"] == "0.528"


def test_the_check_value_is_the_beginning_of_the_contents_hash(county: County) -> None:
    save(county, "10")
    version = FilingVersion.objects.get()
    digest = hashlib.sha256(version.content.encode()).hexdigest().upper()
    assert version.check_value == digest[:20]
    assert version.printed_check_value == "-".join(
        digest[start : start + 4] for start in range(0, 20, 4)
    )


def test_two_versions_side_by_side(county: County) -> None:
    save(county, "10", ticked=False)
    filing = save(county, "12.5")
    after, before = versions.versions_of(filing)
    comparison = versions.compare(before, after)
    [change] = comparison.changes
    assert (change.label, change.before, change.after) == ("電力", "10 度", "12.5 度")
    assert change.kg_difference == comparison.own_difference == Decimal("1.3200")
    assert comparison.outsourced_difference == 0
    assert versions.current_version(filing) == after


def test_a_version_is_found_however_its_check_value_is_typed(county: County) -> None:
    save(county, "10")
    version = FilingVersion.objects.get()
    printed = version.printed_check_value
    for typed in (printed, printed.lower(), f" {printed.replace('-', ' ')} ", version.check_value):
        assert versions.find_version(typed) == version
    for typed in ("", "0000-0000-0000-0000-0000", "％", "\x00"):
        assert versions.find_version(typed) is None


def test_nothing_changed_since_a_confirmation_that_holds(county: County) -> None:
    filing = save(county, "10")
    confirmed = workflow.confirm(filing=filing, revision=1, by=county.user(county.government))
    assert versions.compare_for_review(confirmed) is None
    [change] = versions.compare_for_review(save(county, "11")).changes
    assert change.after == "11 度"
    assert versions.current_version(county.filing(county.township)) is None
