"""What people send in the walk: what a page would send for them, had it let them in.

A refusal proves something only if the same data are taken from somebody: the table says `done`
where the database is another one afterwards.
"""

from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.account_lists import make_plan, read_account_list
from accounts.contact_details import FIELDS, version_token
from accounts.form_recovery import owner_token
from accounts.models import County, Unit, User
from inventory import policies
from inventory.models import Filing
from tests.architecture.addresses.world import CLOSED_YEAR, NEW_SET, YEAR, World, published
from tests.factories import PASSWORD
from tests.pages import fields_of

NEW_PASSWORD = "wind-over-nangan"
ACCOUNT_LIST = "單位,帳號,密碼,上級機關帳號\n新學校,z371036599X,first-word,z371030000A\n"
Data = dict[str, Any]


def unit_of(world: World, user: User | None) -> Unit:
    """The person's own unit; the school's for whoever has none."""
    return (user and user.unit) or world.units["school"]


def contacts(world: World, user: User | None) -> Data:
    unit = unit_of(world, user)
    values = {name: getattr(unit, name) for name in FIELDS}
    return values | {"seen": version_token(unit), "contact_name": "陳小華"}


def new_password(world: World, user: User | None) -> Data:
    return {
        "old_password": PASSWORD,
        "new_password1": NEW_PASSWORD,
        "new_password2": NEW_PASSWORD,
    }


def sign_in(world: World, user: User | None) -> Data:
    return {"county": "z", "username": "371036500X", "password": PASSWORD}


def seen_by(world: World, person: str, path: str, form_id: str) -> Data:
    """What the form on a page would send for the person; each page is read once."""
    if path not in world.forms:
        client = Client()
        client.force_login(world.people[person], backend=BACKEND)
        world.forms[path] = fields_of(client.get(path).content.decode(), form_id)
    return world.forms[path]


def form(action: str) -> Callable[[World, User | None], Data]:
    """The form of the year as the school's people see it, with another amount of electricity."""

    def sent(world: World, user: User | None) -> Data:
        page = reverse("inventory:form", args=[YEAR])
        own = {"owner": owner_token(unit_of(world, user)), "own-electricity": "101"}
        return seen_by(world, "unit_staff", page, "filing") | own | {"action": action}

    return sent


def chosen(*, of: str = "") -> Callable[[World, User | None], Data]:
    """The units directly below a unit (the person's own), each in its version."""

    def sent(world: World, user: User | None) -> Data:
        top = world.units[of] if of else unit_of(world, user)
        below = Filing.objects.filter(year=YEAR, parent__unit=top)
        filings = below or [world.filing("branch")]
        return {"chosen": [f"{filing.pk}:{filing.version}" for filing in filings]}

    return sent


def decision(action: str, **more: object) -> Callable[[World, User | None], Data]:
    return lambda world, user: {"action": action, "version": "1", **more}


def extension(world: World, user: User | None) -> Data:
    day = policies.today() + timedelta(days=60)
    return {"action": "extend", "version": "1", "to": day.isoformat(), "reason": "颱風"}


def publication(world: World, user: User | None) -> Data:
    _publication, content = published(NEW_SET)
    return {"file": SimpleUploadedFile(f"{NEW_SET}.toml", content)}


def stored_publication(world: World, user: User | None) -> Data:
    _publication, content = published(NEW_SET)
    return {"name": f"{NEW_SET}.toml", "content": b64encode(content).decode("ascii")}


def publishing(world: World, user: User | None) -> Data:
    return {"publish-years": [str(YEAR)], "publish-reason": "新係數"}


def recomputing(world: World, user: User | None) -> Data:
    filings = Filing.objects.filter(year=CLOSED_YEAR)
    tokens = [f"{filing.pk}:{filing.version}" for filing in filings]
    return {"what": "chosen", "chosen": tokens, "reason": "新係數"}


def account_list(world: World, user: User | None) -> Data:
    return {"file": SimpleUploadedFile("list.csv", ACCOUNT_LIST.encode())}


def confirmed_list(world: World, user: User | None) -> Data:
    plan = make_plan(read_account_list(ACCOUNT_LIST.encode(), "list.csv"))
    return {"digest": plan.digest}


def admin_page(model: str, page: str, **more: object) -> Callable[[World, User | None], Data]:
    """The page's own form as a platform administrator sees it, with some fields filled in."""

    def sent(world: World, user: User | None) -> Data:
        key = [world.things[model].pk] if page == "change" else []
        path = reverse(f"admin:{model}_{page}", args=key)
        form_id = f"{model.partition('_')[2]}_form"
        filled = {name: told(world) if callable(told) else told for name, told in more.items()}
        return seen_by(world, "platform_administrator", path, form_id) | filled

    return sent


def action(model: str, name: str) -> Callable[[World, User | None], Data]:
    """An action of the list of a model on one of its rows, confirmed."""
    return lambda world, user: {
        "action": name,
        "_selected_action": [str(world.things[model].pk)],
        "post": "yes",
    }


def free_letter(world: World) -> str:
    used = set(County.objects.values_list("letter", flat=True))
    return next(letter for letter in "abcdefghijklmnopqrstuvwxyz" if letter not in used)


def government(world: World) -> int:
    return world.units["government"].pk


BACKEND = "django.contrib.auth.backends.ModelBackend"
TEXT = {"title": "新的標題", "body": "新的內容"}
POSTS: dict[tuple[str, str], Callable[[World, User | None], Data]] = {
    ("set_language", "POST"): lambda world, user: {"language": "en", "next": "/"},
    ("accounts:login", "POST"): sign_in,
    ("accounts:profile", "POST"): contacts,
    ("accounts:password", "POST"): new_password,
    ("inventory:form", "calculate"): form("calculate"),
    ("inventory:form", "save"): form("save"),
    ("hierarchy:list", "POST"): chosen(),
    ("hierarchy:view", "confirm"): decision("confirm"),
    ("hierarchy:view", "return"): decision("return", reason="請核對電費單"),
    ("hierarchy:view", "extend"): extension,
    ("admin:login", "POST"): lambda world, user: {"username": "platform", "password": PASSWORD},
    ("admin:password_change", "POST"): new_password,
    ("admin:accounts_user_account_list", "POST"): account_list,
    ("admin:accounts_user_account_list_plan", "POST"): confirmed_list,
    ("admin:auth_user_password_change", "POST"): lambda world, user: {
        "password1": NEW_PASSWORD,
        "password2": NEW_PASSWORD,
        "usable_password": "true",
        "set-password": "",
    },
    ("admin:inventory_factorset_upload", "POST"): publication,
    ("admin:inventory_factorset_store", "POST"): stored_publication,
    ("admin:inventory_factorset_publish", "POST"): publishing,
    ("admin:inventory_factorset_units", "POST"): recomputing,
    ("admin:accounts_county_add", "POST"): admin_page(
        "accounts_county", "add", letter=free_letter, name="新縣", name_en="New County"
    ),
    ("admin:accounts_unit_add", "POST"): admin_page(
        "accounts_unit", "add", code="371039901A", name="新校", county="z", parent=government
    ),
    ("admin:accounts_user_add", "POST"): admin_page(
        "accounts_user",
        "add",
        username="new",
        password1=NEW_PASSWORD,
        password2=NEW_PASSWORD,
        role="unit_staff",
        unit=government,
    ),
    ("admin:inventory_reportingyear_add", "POST"): admin_page(
        "inventory_reportingyear",
        "add",
        year="106",
        opens_on="2017-01-01",
        due_on="2017-06-30",
        factor_set="tw-105-ar4",
    ),
    ("admin:portal_notice_add", "POST"): admin_page("portal_notice", "add", **TEXT),
    ("admin:portal_showcase_add", "POST"): admin_page(
        "portal_showcase", "add", county="w", achievements="節電"
    ),
    ("admin:portal_term_add", "POST"): admin_page("portal_term", "add", **TEXT),
    ("admin:portal_question_add", "POST"): admin_page("portal_question", "add", **TEXT),
    ("admin:portal_article_add", "POST"): admin_page(
        "portal_article", "add", section="cases", **TEXT
    ),
    ("admin:portal_download_add", "POST"): admin_page(
        "portal_download",
        "add",
        file=lambda world: SimpleUploadedFile("new.pdf", b"%PDF-1.4"),
        file_name="new.pdf",
        **TEXT,
    ),
}
CHANGES: dict[str, Data] = {
    "accounts_county": {"name_en": "Another County"},
    "accounts_unit": {"name": "改名單位", "parent": government},
    "accounts_user": {"role": "county_viewer"},
    "inventory_reportingyear": {"note": "請於期限內填報"},
    "portal_notice": {"title": "改題"},
    "portal_showcase": {"achievements": "減碳"},
    "portal_term": {"title": "改題"},
    "portal_question": {"title": "改題"},
    "portal_article": {"title": "改題"},
    "portal_download": {"title": "改題"},
}
MODELS = (*CHANGES, "inventory_factorset", "inventory_filing")
LOGS = ("axes_accessattempt", "axes_accesslog", "axes_accessfailurelog")
POSTS |= {
    (f"admin:{model}_change", "POST"): admin_page(model, "change", **more)
    for model, more in CHANGES.items()
}
POSTS |= {
    (f"admin:{model}_delete", "POST"): lambda world, user: {"post": "yes"}
    for model in (*MODELS, *LOGS)
}
POSTS |= {
    (f"admin:{model}_changelist", "POST"): action(model, "delete_selected")
    for model in (*MODELS, *LOGS)
}
POSTS["admin:inventory_reportingyear_changelist", "open_years"] = action(
    "inventory_reportingyear", "open_years"
)


def data_for(world: World, address: str, unit: str, sends: str, user: User | None) -> Data:
    """The fields of one step of the walk."""
    if address == "hierarchy:unit_list":
        return chosen(of=unit)(world, user) if unit in world.units else {}
    make = POSTS.get((address, sends))
    return make(world, user) if make else {}
