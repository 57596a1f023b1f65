"""更正本年度的列管: what a county administrator puts right, looked at before it is done."""

import re

import pytest
from django.urls import reverse

from accounts import roles
from inventory.states import Status
from tests.hierarchy.county import file, filing, text_of

pytestmark = pytest.mark.django_db


def view_url(unit):
    return reverse("hierarchy:view", args=[104, unit.code])


@pytest.fixture
def county_desk(land, as_of):
    return as_of(land.government, role=roles.COUNTY_ADMINISTRATOR)


def post(client, unit, action, **more):
    data = {"action": action, "revision": filing(unit).revision, "reason": "名冊誤植"}
    return client.post(view_url(unit), data | more)


def agree(client, unit, action, **more):
    """Looks at the totals first and then does it."""
    page = text_of(post(client, unit, action, **more))
    assert "尚未變更" in page
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', page[page.index(f'id="{action}"') :])
    return post(client, unit, action, seen=seen[1], **more)


class TestMoving:
    def test_the_totals_are_shown_before_anything_moves(self, land, county_desk):
        file(land.sibling, "1000")
        before = filing(land.sibling)
        response = post(county_desk, land.sibling, "move", under=f" {land.township.code.lower()} ")
        page = text_of(response)
        assert response.status_code == 200
        assert "尚未變更" in page
        assert "528" in page
        assert filing(land.sibling).path == before.path
        form = page[page.index('id="move"') :]
        typed = dict(re.findall(r'name="(under|seen)" value="([^"]*)"', form))
        assert len(typed["seen"]) == 64
        assert re.search(r"<textarea[^>]*>\s*名冊誤植</textarea>", form)
        done = post(county_desk, land.sibling, "move", **typed)
        assert done.status_code == 302
        assert filing(land.sibling).path.startswith(filing(land.township).path)
        story = text_of(county_desk.get(view_url(land.sibling)))
        assert "改列上級機關" in story
        assert "名冊誤植" in story

    def test_the_preview_is_of_the_agency_that_was_looked_at(self, land, county_desk):
        response = post(
            county_desk, land.sibling, "move", under=land.township.code, seen=land.school.code
        )
        assert response.status_code == 200
        assert "尚未變更" in text_of(response)

    @pytest.mark.parametrize("code", ["", "NOWHERE", "self", "below"])
    def test_what_is_no_place_is_told_at_its_field(self, land, county_desk, code):
        under = {"self": land.township.code, "below": land.school.code}.get(code, code)
        response = post(county_desk, land.township, "move", under=under)
        assert response.status_code == 422
        assert "名冊誤植" in text_of(response)
        assert filing(land.township).revision == 0


class TestExcusing:
    def test_it_leaves_every_count(self, land, county_desk):
        assert agree(county_desk, land.sibling, "excuse").status_code == 302
        assert filing(land.sibling).status == Status.EXCUSED
        page = text_of(county_desk.get(view_url(land.sibling)))
        assert "恢復填報" in page
        assert post(county_desk, land.sibling, "reinstate").status_code == 302
        assert filing(land.sibling).status == Status.NOT_STARTED

    def test_the_unit_reads_why(self, land, county_desk, as_of):
        agree(county_desk, land.sibling, "excuse")
        page = text_of(as_of(land.sibling).get("/inventory/104/"))
        assert "免填報" in page
        assert "名冊誤植" in page

    def test_what_cannot_be_excused_says_why(self, land, county_desk):
        response = post(county_desk, land.township, "excuse")
        assert response.status_code == 409
        assert "仍有所屬機關要填報" in text_of(response)


@pytest.mark.parametrize("action", ["move", "excuse", "reinstate", "take_back"])
def test_nobody_else_is_offered_it_or_may(land, as_of, action):
    client = as_of(land.township)
    assert "更正本年度的列管" not in text_of(client.get(view_url(land.school)))
    more = {"under": land.government.code} if action == "move" else {}
    assert post(client, land.school, action, **more).status_code == 403
