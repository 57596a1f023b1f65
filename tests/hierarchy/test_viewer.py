"""The county viewer: reads what the county government reads, and changes nothing."""

import re

import pytest
from django.core.exceptions import PermissionDenied

from accounts import roles
from accounts.contact_details import FIELDS, save_contacts, version_token
from inventory import permissions, workflow
from tests.factories import UserFactory
from tests.hierarchy.county import answers, file, filing, in_days, person, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.long]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def filed(land):
    for unit in land.units:
        file(unit, "100")
    return land


@pytest.fixture(params=["government", "branch"])
def viewer(request, filed):
    """Of the county government, or of any other unit of the county."""
    unit = getattr(filed, request.param)
    return UserFactory(unit=unit, username="viewer", role=roles.COUNTY_VIEWER)


@pytest.fixture
def reader(client, viewer):
    client.force_login(viewer, backend=BACKEND)
    return client


def without_the_person(html: str) -> str:
    """The page, but for what differs with every person and every request."""
    html = re.sub(r'name="(?:csrfmiddlewaretoken|owner)" value="[^"]*"', "", html)
    return html[html.index('<main id="main"') : html.index("</main>")]


def test_the_list_is_the_county_governments_without_ticks(reader, filed):
    html = text_of(reader.get("/hierarchy/104/"))
    assert "政府1級機關：連江縣政府 之所屬機關" in html
    assert "南竿鄉公所" in html
    assert "北竿鄉公所" in html
    assert 'name="chosen"' not in html
    assert "確認勾選的機關" not in html


@pytest.mark.parametrize("unit", ["government", "township", "sibling", "school", "branch"])
def test_every_filing_is_read_and_none_decided(reader, filed, unit):
    code = getattr(filed, unit).code
    html = text_of(reader.get(f"/hierarchy/104/{code}/view/"))
    main = without_the_person(html)
    assert "辦理紀錄" in main
    assert "<button" not in main
    assert "<form" not in main
    assert reader.get(f"/hierarchy/104/{code}/versions/").status_code == 200


def test_the_workbook_is_the_county_governments(reader, filed):
    response = reader.get("/hierarchy/104/export.xlsx")
    assert response.status_code == 200
    assert b"".join(response.streaming_content).startswith(b"PK")


def test_every_decision_is_refused_and_leaves_nothing(reader, filed):
    before = filing(filed.school)
    page = f"/hierarchy/104/{filed.school.code}/view/"
    for action, more in (
        ("confirm", {}),
        ("return", {"reason": "請核對"}),
        ("extend", {"to": in_days(60).isoformat(), "reason": "颱風"}),
    ):
        data = {"action": action, "revision": before.revision, **more}
        assert reader.post(page, data).status_code == 403
    assert reader.post("/hierarchy/104/", {}).status_code == 403
    after = filing(filed.school)
    assert (after.status, after.revision) == (before.status, before.revision)


@pytest.mark.parametrize("action", ["return", "extend"])
def test_a_decision_that_says_too_little_is_refused_before_it_is_read(reader, filed, action):
    """Whoever may not decide is not told what the form would want."""
    before = filing(filed.school)
    page = f"/hierarchy/104/{filed.school.code}/view/"
    assert reader.post(page, {"action": action, "revision": before.revision}).status_code == 403


def test_nothing_is_confirmed_for_another_agency_finished_or_not(client, filed):
    """The township sees what is below its school, and is not told how far it is."""
    file(filed.branch, "7", complete=False)
    branch = filing(filed.branch)
    client.force_login(person(filed.township), backend=BACKEND)
    data = {"chosen": f"{branch.pk}:{branch.revision}"}
    page = f"/hierarchy/104/{filed.school.code}/"
    assert client.get(page).status_code == 200
    assert client.post(page, data).status_code == 403


def test_the_verbs_refuse_as_the_pages_do(viewer, filed):
    school, own = filing(filed.school), filing(viewer.unit)
    with pytest.raises(PermissionDenied):
        workflow.confirm(filing=school, revision=school.revision, by=viewer)
    with pytest.raises(PermissionDenied):
        workflow.save(
            filing=own,
            answers=answers("7"),
            outsourced_scope="",
            complete=True,
            revision=own.revision,
            factor_set=own.year.factor_set_id,
            by=viewer,
        )
    values = dict.fromkeys(FIELDS, "") | {"name": "改名"}
    seen = version_token(viewer.unit)
    with pytest.raises(PermissionDenied):
        save_contacts(unit=viewer.unit, values=values, seen=seen, by=viewer)
    assert permissions.can_view(viewer, school)
    assert not permissions.can_review(viewer, school)
    assert not permissions.can_extend(viewer, school)
    assert not permissions.can_file(viewer, own)


def test_there_is_nothing_to_fill_in(reader, viewer):
    menu = text_of(reader.get("/hierarchy/"))
    assert 'href="/hierarchy/"' in menu
    assert 'href="/inventory/"' not in menu
    home = text_of(reader.get("/"))
    assert "縣市檢視者" in home
    assert 'href="/hierarchy/">CO2 資料庫入口' in home
    for page in ("", "104/", "104/receipt/", "104/versions/"):
        response = reader.get(f"/inventory/{page}")
        assert response.status_code == 403
        assert "這個帳號的角色是「縣市檢視者」" in text_of(response)


def test_the_units_details_are_read_and_not_written(reader, viewer):
    html = without_the_person(text_of(reader.get("/accounts/profile/")))
    assert viewer.unit.name in html
    assert "<form" not in html
    assert reader.post("/accounts/profile/", {"name": ""}).status_code == 403


def test_another_county_does_not_exist(client, filed):
    stranger = UserFactory(username="stranger", role=roles.COUNTY_VIEWER)  # its unit owes nothing
    client.force_login(stranger, backend=BACKEND)
    assert client.get("/hierarchy/104/").status_code == 404
    assert client.get(f"/hierarchy/104/{filed.school.code}/view/").status_code == 404
    assert person(filed.government).username not in text_of(client.get("/hierarchy/"))
