"""帳號維護: what a unit says about itself."""

import pghistory
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts import contact_details, roles
from accounts.models import Unit, User
from accounts.validators import validate_phone, validate_printable, validate_printable_lines
from tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

PROFILE = "/accounts/profile/"
GIVEN = {
    "name": "連江縣介壽國中小",
    "contact_name": "陳小華",
    "contact_phone": "0836-22067",
    "contact_fax": "0836-22068",
    "contact_email": "hua@example.gov.tw",
}
NO_SIZE = {"persons": None, "floor_area": None}


@pytest.fixture
def user() -> User:
    return UserFactory(unit=UnitFactory(code="371036500X", name="介壽國中小"))


@pytest.fixture
def signed_in(client, user):
    client.force_login(user)
    return client


def text(response) -> str:
    return response.content.decode()


def save(client, unit: Unit, seen: str | None = None, **changes: str):
    seen = contact_details.version_token(Unit.objects.get(pk=unit.pk)) if seen is None else seen
    return client.post(PROFILE, GIVEN | {"seen": seen} | changes)


def test_the_page_has_the_procedures_labels(signed_in):
    page = text(signed_in.get(PROFILE))

    assert "您的位置：城市盤查 - 帳號維護 >>> 修改" in page
    for label in (
        "一、基本資料",
        "機關/單位名稱(全名)",
        "二、業務承辦聯絡資訊",
        "姓名",
        "連絡電話",
        "傳真電話",
        "Email",
        "存檔",
        "放棄",
    ):
        assert label in page
    assert f'href="{reverse("portal:home")}">放棄' in page
    assert reverse("accounts:password") in page
    assert 'value="介壽國中小"' in page
    assert "目前沒有異動紀錄。" in page


def test_saving_keeps_the_values_and_who_changed_them(signed_in, user):
    response = save(signed_in, user.unit)

    assert response.url == PROFILE
    unit = Unit.objects.get(pk=user.unit.pk)
    assert {field: getattr(unit, field) for field in GIVEN} == GIVEN
    event = unit.events.order_by("-pgh_id").first()
    assert event.contact_name == "陳小華"
    assert event.pgh_context["user"] == user.pk
    page = text(signed_in.get(PROFILE))
    assert "已存檔。" in page
    assert "最近異動" in page
    assert f'<td data-label="帳號">{user.username}</td>' in page
    assert (
        '<del class="changed">介壽國中小</del> → <ins class="changed">連江縣介壽國中小</ins>'
        in page
    )
    assert '<del class="changed">（空白）</del> → <ins class="changed">陳小華</ins>' in page


def test_a_size_is_optional_and_kept(signed_in, user):
    save(signed_in, user.unit, persons="320", floor_area="5120.5")
    unit = Unit.objects.get(pk=user.unit.pk)
    assert (unit.persons, str(unit.floor_area)) == (320, "5120.50")
    save(signed_in, unit, persons="-1")
    assert Unit.objects.get(pk=user.unit.pk).persons == 320


def test_values_are_cleaned_before_they_are_judged(signed_in, user):
    response = save(
        signed_in,
        user.unit,
        name="  連江縣介壽國中小（附設\u3000 幼兒園）\u200b ",
        contact_name="\u3000郎\u3000小華 ",
        contact_phone=" （０８３６）２２０６７＃１２ ",
        contact_fax="０８３６－２２０６８",
        contact_email=" ｈｕａ＠example.gov.tw\u3000",
    )

    assert response.status_code == 302
    unit = Unit.objects.get(pk=user.unit.pk)
    assert unit.name == "連江縣介壽國中小（附設 幼兒園）"  # full-width brackets belong to names
    assert unit.contact_name == "郎 小華"
    assert unit.contact_phone == "(0836)22067#12"
    assert unit.contact_fax == "0836-22068"
    assert unit.contact_email == "hua@example.gov.tw"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " \u3000 "),
        ("name", "\u200b"),
        ("name", "校" * 101),
        ("name", "介壽\x00國小"),
        ("name", "介壽國小\uffff"),
        ("contact_name", "小\x01華"),
        ("contact_name", "小\ufdd0華"),
        ("contact_name", "華" * 51),
        ("contact_phone", "找小華"),
        ("contact_phone", "22067"),
        ("contact_phone", "0" * 10_000),
        ("contact_phone", "1" + " " * 100_000 + "x"),
        ("contact_fax", "0836-22068\x00"),
        ("contact_email", "hua@"),
        ("contact_email", "hua"),
        ("contact_email", "a" * 300 + "@example.gov.tw"),
    ],
)
def test_wrong_values_are_refused_at_the_field_and_everything_typed_stays(
    signed_in, user, field, value
):
    response = save(signed_in, user.unit, **{field: value})

    assert list(response.context["form"].errors) == [field]
    for other, typed in GIVEN.items():
        if other != field:
            assert f'value="{typed}"' in text(response)
    assert Unit.objects.get(pk=user.unit.pk).contact_name == ""


def test_a_wrong_value_is_shown_again_as_it_was_typed(signed_in, user):
    page = text(save(signed_in, user.unit, contact_phone="找小華", name=""))

    assert 'value="找小華"' in page
    assert "請填含區碼的電話號碼" in page
    assert "介壽國中小" in page  # the page's head keeps the unit's true name


def test_missing_unknown_and_doubled_fields_write_nothing_wrong(signed_in, user):
    assert "name" in signed_in.post(PROFILE, {}).context["form"].errors
    response = signed_in.post(
        PROFILE,
        GIVEN
        | {
            "seen": contact_details.version_token(user.unit),
            "name": ["一", "二"],
            "code": "999999999",
            "is_active": "",
        },
    )

    assert response.status_code == 302
    unit = Unit.objects.get(pk=user.unit.pk)
    assert (unit.name, unit.code, unit.is_active) == ("二", "371036500X", True)


def test_saving_without_a_change_says_so_and_leaves_no_event(signed_in, user):
    save(signed_in, user.unit)
    events = user.unit.events.count()
    response = save(signed_in, user.unit)

    assert user.unit.events.count() == events
    assert "資料沒有變更。" in text(signed_in.get(response.url))


def test_nobody_overwrites_what_somebody_else_has_saved_meanwhile(signed_in, user):
    seen = signed_in.get(PROFILE).context["seen"]
    Unit.objects.filter(pk=user.unit.pk).update(contact_name="林大明")

    response = save(signed_in, user.unit, seen)

    assert response.status_code == 409
    assert Unit.objects.get(pk=user.unit.pk).contact_name == "林大明"
    page = text(response)
    assert '<td data-label="目前資料">林大明</td><td data-label="您填寫的內容">陳小華</td>' in page
    assert 'value="陳小華"' in page

    again = save(signed_in, user.unit, response.context["seen"])
    assert again.status_code == 302
    assert Unit.objects.get(pk=user.unit.pk).contact_name == "陳小華"


@pytest.mark.parametrize("seen", ["", "nonsense"])
def test_a_save_that_does_not_tell_what_it_saw_is_a_conflict(signed_in, user, seen):
    assert save(signed_in, user.unit, seen).status_code == 409
    assert Unit.objects.get(pk=user.unit.pk).contact_name == ""


def test_two_people_who_save_the_same_are_no_conflict(signed_in, user):
    seen = signed_in.get(PROFILE).context["seen"]
    assert save(signed_in, user.unit, seen).status_code == 302
    assert save(signed_in, user.unit, seen).status_code == 302


def test_a_unit_has_its_own_page_only(signed_in, user):
    other = UnitFactory(name="別的單位")
    save(signed_in, other, contact_details.version_token(user.unit))

    assert Unit.objects.get(pk=other.pk).name == "別的單位"
    assert Unit.objects.get(pk=user.unit.pk).name == "連江縣介壽國中小"


def test_an_account_without_a_unit_is_told_so(client):
    client.force_login(UserFactory(username="chief", unit=None, role=roles.PLATFORM_ADMINISTRATOR))

    for response in (client.get(PROFILE), client.post(PROFILE, GIVEN)):
        assert response.status_code == 403
        assert "這個帳號不屬於任何單位" in text(response)


def test_without_signing_in_there_is_no_page(client):
    assert client.get(PROFILE).url == "/accounts/login/?next=%2Faccounts%2Fprofile%2F"
    assert client.put(PROFILE).url.startswith("/accounts/login/")


def test_a_page_takes_no_other_method(signed_in):
    assert signed_in.put(PROFILE).status_code == 405


def test_the_advice_on_passwords_is_the_sites(signed_in, settings):
    settings.FORCE_PASSWORD_CHANGE = False
    assert "密碼建議維持與帳號相同" in text(signed_in.get(PROFILE))
    settings.FORCE_PASSWORD_CHANGE, settings.DEMONSTRATION = True, True
    assert "密碼建議維持與帳號相同" in text(signed_in.get(PROFILE))
    settings.DEMONSTRATION = False
    assert "密碼建議維持與帳號相同" not in text(signed_in.get(PROFILE))


# --- history -------------------------------------------------------------------------------


def test_the_last_changes_come_newest_first_and_name_who_made_them(user):
    deputy = UserFactory(unit=user.unit, username="deputy")
    for number, by in enumerate([user, deputy], start=1):
        values = GIVEN | NO_SIZE | {"contact_name": f"第 {number} 位"}
        contact_details.save_contacts(
            unit=user.unit, values=values, seen=contact_details.version_token(_now(user)), by=by
        )
    with pghistory.context():
        Unit.objects.filter(pk=user.unit.pk).update(name="匯入的名稱")
    Unit.objects.filter(pk=user.unit.pk).update(category="學校")  # not on this page

    changes = contact_details.changes_of(user.unit)

    assert [change.who for change in changes] == ["系統", "deputy", user.username]
    assert changes[1].fields == [contact_details.FieldChange("姓名", "第 1 位", "第 2 位")]
    assert changes[0].time >= changes[1].time


def test_an_account_that_is_gone_leaves_its_changes_and_its_name(user):
    gone = UserFactory(unit=user.unit, username="gone")
    contact_details.save_contacts(
        unit=user.unit,
        values=GIVEN | NO_SIZE,
        seen=contact_details.version_token(user.unit),
        by=gone,
    )
    gone.delete()

    assert [change.who for change in contact_details.changes_of(user.unit)] == ["gone"]


def test_at_most_ten_changes_are_shown_and_the_queries_stay_the_same(
    signed_in, user, django_assert_max_num_queries
):
    for number in range(15):
        Unit.objects.filter(pk=user.unit.pk).update(contact_name=str(number))

    with django_assert_max_num_queries(2):
        changes = contact_details.changes_of(user.unit)
    assert [change.fields[0].after for change in changes] == [str(n) for n in range(14, 4, -1)]


def test_the_page_takes_a_constant_number_of_queries(
    signed_in, user, django_assert_max_num_queries
):
    save(signed_in, user.unit)
    signed_in.get(PROFILE)
    with django_assert_max_num_queries(12):
        signed_in.get(PROFILE)


def _now(user: User) -> Unit:
    return Unit.objects.get(pk=user.unit.pk)


# --- telephone numbers ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    [
        "0836-22067",
        "(0836)22067",
        "(0836) 22067#12",
        "0836-22067 分機 12",
        "0836-22067 ext. 12",
        "+886 836 22067",
        "02-2311-7722",
        "0912345678",
    ],
)
def test_usual_numbers_are_accepted(number):
    validate_phone(number)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "22067",
        "abc",
        "0836-22067#",
        "((0836)22067",
        "0836)22067",
        "1" * 22,
        "0836-22067\n",
        "²²²²²²²",
    ],
)
def test_other_texts_are_refused(number):
    with pytest.raises(ValidationError):
        validate_phone(number)


# --- characters ----------------------------------------------------------------------------

NOT_PRINTABLE = ["\0", "\x01", "\x7f", "\x9f", "\ud800", "\udfff", "\ufdd0", "\ufffe", "\uffff"]


@pytest.mark.parametrize("character", [*NOT_PRINTABLE, "\U0001fffe", "\U0010ffff"])
def test_what_no_document_can_hold_is_refused(character):
    for validate in (validate_printable, validate_printable_lines):
        with pytest.raises(ValidationError, match="無法列印"):
            validate(f"介{character}壽")


def test_all_else_is_printable_and_some_texts_have_lines():
    validate_printable("介壽國小（ab）𠀀 é \ufffd\U0001f600\u200d\ue000")
    validate_printable_lines("一\r\n二\t三\n四")
    with pytest.raises(ValidationError):
        validate_printable("一\n二")


@pytest.mark.parametrize("unit", ["another", "none"])
def test_nobody_writes_what_another_unit_says_about_itself(user, unit):
    other = UserFactory(unit=None if unit == "none" else UnitFactory(code="371036501X"))
    seen = contact_details.version_token(user.unit)
    with pytest.raises(PermissionDenied):
        contact_details.save_contacts(unit=user.unit, values=GIVEN | NO_SIZE, seen=seen, by=other)
    assert Unit.objects.get(pk=user.unit_id).name == "介壽國中小"
