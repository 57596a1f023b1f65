"""One cleaning per kind of datum: the same odd input means the same in every place."""

import unicodedata
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts import cleaning, contact_details, roles
from accounts.account_lists import apply, make_plan, read_account_list
from accounts.models import Unit, User
from accounts.searching import named, pattern_of
from accounts.validators import validate_phone
from tests.factories import PASSWORD, CountyFactory, UnitFactory, UserFactory

CODE, ACCOUNT = "371036500X", "z371036500X"
CONTACTS = {
    "name": "介壽國中小",
    "contact_name": "",
    "contact_phone": "",
    "contact_fax": "",
    "contact_email": "",
}
UNSEEN = [
    "\u200b",
    "\u200e",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\u00ad",
    "\u2060",
    "\ufe0f",
    "\U000e0100",
]
NO_DIGITS = "²₂①⑩⒈½Ⅳ٣१𝟙㊀〇𝟛🄁"


# --- the places --------------------------------------------------------------------------


def administrator() -> Client:
    client = Client()
    client.force_login(UserFactory(username="chief", unit=None, role=roles.PLATFORM_ADMINISTRATOR))
    return client


def in_contact_details(**typed: str) -> Unit:
    """帳號維護 of a unit's own account."""
    unit = UnitFactory(code="371036501X", name="舊名")
    client = Client()
    client.force_login(UserFactory(unit=unit))
    seen = contact_details.version_token(unit)
    answer = client.post("/accounts/profile/", CONTACTS | {"seen": seen} | typed)
    assert answer.status_code == 302, answer.context["form"].errors
    return Unit.objects.get(pk=unit.pk)


def in_administration(**typed: str) -> Unit:
    """The form of a unit in the administration pages."""
    data = CONTACTS | {"code": CODE, "county": CountyFactory().pk, "is_active": "on"} | typed
    answer = administrator().post(reverse("admin:accounts_unit_add"), data)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return Unit.objects.get(code=CODE)


def in_a_list(**typed: str) -> Unit:
    """An account list, as a file of comma separated values."""
    row = {"name": "介壽國中小", "contact_email": ""} | typed
    lines = ["單位,帳號,Email", "連江縣政府,z371030000A,"]
    lines.append(",".join(f'"{text}"' for text in (row["name"], ACCOUNT, row["contact_email"])))
    plan = make_plan(read_account_list("\n".join(lines).encode(), "list.csv"))
    assert not plan.rejected, [str(one) for one in plan.rejected]
    apply(plan, by=None)
    return Unit.objects.get(code=CODE)


EVERYWHERE = (in_contact_details, in_administration, in_a_list)
IN_FORMS = (in_contact_details, in_administration)


@pytest.mark.django_db
@pytest.mark.parametrize("place", EVERYWHERE)
@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" 介壽\u200b國中小\u3000", "介壽國中小"),
        ("介壽國中小（東引　 分校）", "介壽國中小（東引 分校）"),
        ("介壽國中小(東引分校)", "介壽國中小(東引分校)"),
        ("介壽\n國中小", "介壽國中小"),
        ("Jieshou\r\nSchool", "Jieshou School"),
        ("介壽\u202e國中小\u2028", "介壽國中小"),
        ("葛\U000e0100介壽", "葛介壽"),
        ("介壽 10² 號①", "介壽 10² 號①"),
        ("cafe\u0301", "café"),
        ("Ａ棟", "Ａ棟"),
    ],
)
def test_a_name(place: Callable[..., Unit], typed: str, name: str) -> None:
    assert place(name=typed).name == name


@pytest.mark.django_db
@pytest.mark.parametrize("place", EVERYWHERE)
@pytest.mark.parametrize(
    ("typed", "email"),
    [
        (" ｈｕａ＠example.gov.tw\u3000", "hua@example.gov.tw"),
        ("hua\u200b@example.gov.tw", "hua@example.gov.tw"),
        ("無", ""),
        (" 無 ", ""),
        ("N/A", ""),
        ("-", ""),
    ],
)
def test_an_email(place: Callable[..., Unit], typed: str, email: str) -> None:
    assert place(contact_email=typed).contact_email == email


@pytest.mark.django_db
@pytest.mark.parametrize("place", IN_FORMS)
@pytest.mark.parametrize("field", ["contact_phone", "contact_fax"])
@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("（０８３６）２２０６７轉１２３", "(0836)22067轉123"),
        ("0836–22381〜3", "0836-22381~3"),
        ("0836－22381～3", "0836-22381~3"),
        ("0836−22381、22382", "0836-22381、22382"),
        (" 0836-22067＃12\u200b", "0836-22067#12"),
        ("無", ""),
    ],
)
def test_a_telephone(place: Callable[..., Unit], field: str, typed: str, phone: str) -> None:
    assert getattr(place(**{field: typed}), field) == phone


@pytest.mark.parametrize(
    "typed",
    [
        "(0836)22067轉123",
        "(0836)22067 轉 123",
        "0836-22067轉分機123",
        "0836-22067分機12",
        "0836-22067 #12",
        "0836-22067*12",
        "0836-22067#12~15",
        "0836-22381~3",
        "0836-22381~3#12",
        "0836-22381、22382",
        "0836-22381/22382",
        "0836-22381,0836-25125",
        "(0836)22381; (02)2311-7722#1234",
        "0836-22381 或 0836-22382",
        "02-2311-7722轉12、13",
        "0912—345—678",
        "+886-836-22067",
        "+886 (836) 22067",
    ],
)
def test_telephones_as_people_write_them(typed: str) -> None:
    validate_phone(cleaning.phone(typed))


@pytest.mark.parametrize(
    "typed",
    ["0836-2206²", "٠٨٣٦٢٢٠٦٧", "0836-22067轉", "0836-22381~", "請洽總機", "0836-22067(秘書)",
     "22381~3", "0836-22067##12", "、0836-22067", "0836-22067、", "1" * 16, "0836-2206①"],
)  # fmt: skip
def test_what_is_no_telephone_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        validate_phone(cleaning.phone(typed))


# --- accounts and passwords ----------------------------------------------------------------

ACCOUNTS = [
    "z371036500X",
    "Z371036500x",
    "ｚ３７１０３６５００Ｘ",
    " z371036500X\u3000",
    "\ufeffz3710\u200b36500X\u202c",
]


def is_signed_in(typed: str, password: str = PASSWORD) -> bool:
    client = Client()
    client.post("/accounts/login/", {"county": "", "username": typed, "password": password})
    return "_auth_user_id" in client.session


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ACCOUNTS)
def test_an_account(typed: str) -> None:
    """Signed in with, listed, added by hand, looked for: one account."""
    unit = UnitFactory(code=CODE, name="介壽國中小")
    user = UserFactory(unit=unit)
    admin = administrator()
    assert is_signed_in(typed)

    header, row = "單位,帳號", f"介壽國中小,{typed}"
    plan = make_plan(read_account_list(f"{header}\n{row}".encode(), "list.csv"))
    assert [one.account for one in plan.unchanged] == [ACCOUNT]

    data = {"username": typed, "password1": "wind-over-nangan", "role": "unit_staff"}
    answer = admin.post(
        reverse("admin:accounts_user_add"),
        data | {"password2": "wind-over-nangan", "unit": unit.pk},
    )
    assert answer.context["adminform"].form.errors["username"] == ["這個帳號已經存在。"]

    for page, found in (("user", user), ("unit", unit)):
        address = reverse(f"admin:accounts_{page}_changelist")
        assert list(admin.get(address, {"q": typed}).context["cl"].result_list) == [found]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "is_the_chief"),
    [(" ｃHIEF\u200b", True), ("chief", True), ("chie²f", False), ("\u0301" * 1_000_000, False)],
)
def test_the_sign_in_of_the_administration_pages(typed: str, is_the_chief: bool) -> None:
    administrator()
    client = Client()
    client.post("/admin/login/", {"username": typed, "password": "ｉnitial-password\u3000"})
    assert ("_auth_user_id" in client.session) is is_the_chief


@pytest.mark.django_db
@pytest.mark.parametrize("character", NO_DIGITS)
def test_nothing_becomes_a_digit_of_an_account(character: str) -> None:
    digit = unicodedata.normalize("NFKC", character)[:1]
    digit = digit if digit in "0123456789" else "2"
    UserFactory(unit=UnitFactory(code=f"37103650{digit}X"))
    typed = f"z37103650{character}X"
    assert not is_signed_in(typed)
    plan = make_plan(read_account_list(f"單位,帳號\n甲,{typed}".encode(), "list.csv"))
    assert [one.cell for one in plan.rejected] == ["B2"]
    found = administrator().get(reverse("admin:accounts_user_changelist"), {"q": typed})
    assert list(found.context["cl"].result_list) == []


@pytest.mark.django_db
@pytest.mark.parametrize("listed", ["Ｓecret-１２３", " Secret-123 ", "Secret\u200b-123"])
@pytest.mark.parametrize("typed", ["Secret-123", "Ｓｅｃｒｅｔ－１２３", "Secret-123\u3000"])
def test_a_password_of_a_list(listed: str, typed: str) -> None:
    file = f'單位,帳號,密碼\n連江縣政府,z371030000A,"{listed}"'
    apply(make_plan(read_account_list(file.encode(), "list.csv")), by=None)
    assert is_signed_in("z371030000A", typed)
    assert not is_signed_in("z371030000A", "secret-123")
    assert not is_signed_in("z371030000A", "Secret-12³")


@pytest.mark.django_db
def test_a_password_that_is_changed(client: Client) -> None:
    user = UserFactory(unit=UnitFactory(code=CODE))
    client.force_login(user)
    new = "\u3000Ｗind-over-nángan "
    answer = client.post(
        "/accounts/password/",
        {
            "old_password": "ｉnitial-password",
            "new_password1": new,
            "new_password2": "Wind-over-nángan",
        },
    )
    assert answer.status_code == 302
    assert is_signed_in(ACCOUNT, "Wind-over-nángan")
    assert is_signed_in(ACCOUNT, new)


@pytest.mark.django_db
def test_what_is_judged_of_a_password_is_what_is_stored(client: Client) -> None:
    """Ten blanks make no password longer."""
    client.force_login(UserFactory(unit=UnitFactory(code=CODE)))
    short = f"{' ' * 10}a1b{' ' * 10}"
    answer = client.post(
        "/accounts/password/",
        {"old_password": PASSWORD, "new_password1": short, "new_password2": short},
    )
    assert "10" in answer.context["form"].errors["new_password2"][0]
    admin = administrator()
    user = User.objects.get(username=ACCOUNT)
    page = reverse("admin:auth_user_password_change", args=[user.pk])
    answer = admin.post(page, {"password1": short, "password2": short, "usable_password": "true"})
    assert answer.status_code == 200
    assert is_signed_in(ACCOUNT, PASSWORD)


# --- searching -----------------------------------------------------------------------------

SEARCHED = "連江縣介壽國中小（附設 Ａ 幼兒園）"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    [
        SEARCHED,
        "連江縣介壽國中小(附設A幼兒園)",
        "介壽國中小(附設　a 幼兒園",
        " （附設",
        "z371036500X",
        "Z371036500X",
        "ｚ３７１０３６５００Ｘ",
        "371036500x",
        "6500",
        "介壽\u200b國中小",
        "Z371036500X 連江縣介壽國中小",
        "幼兒園 介壽",
    ],
)
def test_what_stands_on_a_page_is_found(words: str) -> None:
    unit = UnitFactory(code=CODE, name=SEARCHED)
    UserFactory(unit=unit)
    UnitFactory(code="371036501A", name="東引國中小")
    admin = administrator()
    for page in ("unit", "user"):
        address = reverse(f"admin:accounts_{page}_changelist")
        found = admin.get(address, {"q": words}).context["cl"].result_list
        assert [getattr(one, "unit", one) for one in found] == [unit]
    history = admin.get(reverse("accounts:history"), {"kind": "unit", "q": words})
    assert CODE in history.text
    assert "371036501A" not in history.text


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["%", "_", "介_國", "w371036500X", "3710²6500X", "國　中　大"])
def test_what_does_not_stand_there_is_not(words: str) -> None:
    UnitFactory(code=CODE, name=SEARCHED)
    account = ("county_id", "code")
    assert not Unit.objects.filter(named(words, "name", account=account)).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["", " ", "\u200b"])
def test_no_words_find_everything(words: str) -> None:
    UnitFactory(code=CODE)
    assert Unit.objects.filter(named(words, "name")).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["長" * 10_000, "a " * 5_000, "\u0301" * 10_000])
def test_a_search_of_any_length_costs_nothing(words: str) -> None:
    page = administrator().get(reverse("admin:accounts_unit_changelist"), {"q": words})
    assert page.status_code == 200
    assert list(page.context["cl"].result_list) == []


@pytest.mark.django_db
def test_the_database_compares_names_as_python_does() -> None:
    typed = f"{SEARCHED}台臺〔甲〕﹙乙﹚10²①～！ｚＺ zZ　[x]\\^-.*?+|{{1}}$/"
    name = cleaning.name(typed)
    unit = UnitFactory(name=name)
    key = cleaning.key(name)
    for at in range(len(key)):
        for length in (1, 2, 5):
            part = key[at : at + length]
            assert Unit.objects.filter(name__regex=pattern_of(part)).get() == unit, part
    assert not Unit.objects.filter(name__regex=pattern_of(f"{key}x")).exists()


# --- properties ----------------------------------------------------------------------------

FUNCTIONS = [
    cleaning.text,
    cleaning.lines,
    cleaning.name,
    cleaning.word,
    cleaning.account,
    cleaning.code,
    cleaning.phone,
    cleaning.email,
    cleaning.password,
    cleaning.key,
]
DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
ODD = st.text(
    st.one_of(st.characters(), st.sampled_from([*UNSEEN, *NO_DIGITS, *"０９ａＺ（）　\r\n～－"])),
    max_size=40,
)


@pytest.mark.parametrize("clean", FUNCTIONS)
@given(typed=ODD)
def test_cleaning_twice_is_cleaning_once(clean: Callable[[str], str], typed: str) -> None:
    assert clean(clean(typed)) == clean(typed)


@pytest.mark.parametrize("clean", FUNCTIONS)
@given(typed=ODD)
def test_no_digit_comes_out_that_did_not_go_in(clean: Callable[[str], str], typed: str) -> None:
    before = [one for one in typed.translate(DIGITS) if one in "0123456789"]
    after = [one for one in clean(typed).translate(DIGITS) if one in "0123456789"]
    assert after in (before, [])  # nothing is left of 「0」 where it says that there is none


@pytest.mark.parametrize("clean", FUNCTIONS)
@given(typed=ODD)
def test_nothing_unseen_and_no_outer_blank_is_left(clean: Callable[[str], str], typed: str) -> None:
    cleaned = clean(typed)
    assert not any(map(cleaning.is_unseen, cleaned))
    assert cleaned == cleaned.strip()


@pytest.mark.parametrize("unseen", UNSEEN)
def test_what_nobody_sees(unseen: str) -> None:
    assert cleaning.is_unseen(unseen)
    assert cleaning.name(f"{unseen}介{unseen}壽{unseen}") == "介壽"


@pytest.mark.parametrize("clean", FUNCTIONS)
def test_nothing_of_any_length_is_normalised(
    clean: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A megabyte of combining marks takes a minute to put into order."""
    lengths: list[int] = []
    real = unicodedata.normalize

    def measured(form, text: str) -> str:
        lengths.append(len(text))
        return real(form, text)

    monkeypatch.setattr(unicodedata, "normalize", measured)
    marks = "\u0301\u0316" * 5_000
    assert clean(marks) == marks
    assert sum(lengths) <= cleaning.MAX_LENGTH


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["username", "password"])
def test_a_megabyte_of_marks_is_refused_at_the_sign_in(client: Client, field: str) -> None:
    data = {"county": "z", "username": "371036500X", "password": "x"}
    page = client.post("/accounts/login/", data | {field: "\u0301" * 1_000_000})
    assert page.status_code == 200
    assert page.context["sign_in_form"].errors


@pytest.mark.django_db
def test_a_cell_of_marks_is_refused_by_name() -> None:
    lines = f"單位,帳號\n{'e' + chr(0x301) * 30_000},z371030000A"
    rejected = make_plan(read_account_list(lines.encode(), "list.csv")).rejected
    assert ("A2", "儲存格超過 2,000 個字。") in [(one.cell, one.reason) for one in rejected]


def test_lines_count_their_breaks_once() -> None:
    assert cleaning.lines(" 一\r\n二\r三\n四 ") == "一\n二\n三\n四"
