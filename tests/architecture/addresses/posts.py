"""What people send in the walk: what a page would send for them, had it let them in.

A refusal proves something only if the same data are taken from somebody: the table says `done`
where the database is another one afterwards.
"""

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.account_lists import make_plan, read_account_list
from accounts.contact_details import FIELDS, version_token
from accounts.form_recovery import owner_token
from accounts.models import Unit, User
from hierarchy.review.unit_changes import CloseForm
from inventory import policies
from inventory.importing import filled_by, read_import
from inventory.models import Filing
from inventory.workflow import Extension
from tests.architecture.addresses.world import CLOSED_YEAR, FIGURES, NEW_SET, YEAR, World, published
from tests.factories import PASSWORD
from tests.pages import fields_of

BACKEND = "django.contrib.auth.backends.ModelBackend"
NEW_PASSWORD = "wind-over-nangan"
ACCOUNT_LIST = "單位,帳號,密碼,上級機關帳號\n新學校,z371036599X,first-word,z371030000A\n"
Data = dict[str, Any]


@dataclass(frozen=True)
class Visit:
    """Who goes to an address, and the unit that it names ("-" for none)."""

    world: World
    unit: str
    user: User | None

    @property
    def own_unit(self) -> Unit:
        """The person's own unit; the school for whoever has none."""
        return (self.user and self.user.unit) or self.world.units["school"]

    @property
    def filing(self) -> Filing | None:
        return self.world.filing(self.unit) if self.unit in self.world.units else None


Sent = Callable[[Visit], Data]


def seen_by(visit: Visit, person: str, path: str, form_id: str) -> Data:
    """What the form on a page would send for the person; each page is read once."""
    forms = visit.world.forms
    if path not in forms:
        client = Client()
        client.force_login(visit.world.people[person], backend=BACKEND)
        forms[path] = fields_of(client.get(path).content.decode(), form_id)
    return forms[path]


def contacts(visit: Visit) -> Data:
    unit = visit.own_unit
    values = {name: getattr(unit, name) or "" for name in FIELDS}
    return values | {"seen": version_token(unit), "contact_name": "陳小華"}


def year_form(action: str) -> Sent:
    """The form of the year as the school's people see it, with another amount of electricity."""

    def sent(visit: Visit) -> Data:
        page = seen_by(visit, "unit_staff", reverse("inventory:form", args=[YEAR]), "filing")
        changed = {"own-electricity": "101", "action": action}
        return page | {"owner": owner_token(visit.own_unit)} | changed

    return sent


def chosen(visit: Visit) -> Data:
    """The units directly below the one that the list is of, each as it was looked at."""
    top = visit.world.units.get(visit.unit, visit.own_unit)
    below = Filing.objects.filter(year=YEAR, parent__unit=top) or [visit.world.filing("branch")]
    return {"chosen": [f"{filing.pk}:{filing.revision}" for filing in below]}


def decision(action: str, **more: str) -> Sent:
    def sent(visit: Visit) -> Data:
        revision = visit.filing.revision if visit.filing else 1
        return {"action": action, "revision": str(revision), **more}

    return sent


def extension(visit: Visit) -> Data:
    day = policies.today() + timedelta(days=60)
    return decision("extend", to=day.isoformat(), reason="颱風")(visit)


def closing(visit: Visit) -> Data:
    """A closing that was looked at, as the page of the county's administrator sends it."""
    data = decision("close", on="2015-08-01", reason="整併")(visit)
    filing = visit.filing or visit.world.filing("branch")
    form = CloseForm(data, filing=filing, user=visit.world.people["county_administrator"])
    assert form.is_valid(), form.errors
    return data | {"seen": form.token}


def late_unit(visit: Visit) -> Data:
    """The unit without a filing, taken in below the county government."""
    unit, under = visit.world.things["accounts_unit"], visit.world.units["government"]
    seen = f"{unit.code} {under.code}"
    return {"unit": unit.code, "under": under.code, "reason": "新設", "seen": seen}


def extension_of_many(visit: Visit) -> Data:
    """The person's own county; a platform administrator's is the first."""
    units = visit.world.units
    is_other = visit.user == visit.world.people["other_county"]
    top, day = visit.world.filing("elsewhere" if is_other else "government"), policies.today()
    extension = Extension(top, day + timedelta(days=60), "颱風", "府環字第 1 號")
    seen = f"{extension.filings().count()}-{extension.to}-{top.pk}-"
    code = units["elsewhere" if is_other else "government"].code
    told = {"branch": code, "to": extension.to.isoformat(), "seen": seen}
    return told | {"reason": extension.reason, "document": extension.document}


def filled_in(visit: Visit) -> Data:
    """The form of a unit below as the county's administrator sees it."""
    path = reverse("hierarchy:file", args=[YEAR, visit.world.units["branch"].code])
    page = seen_by(visit, "county_administrator", path, "filing")
    return page | {"own-electricity": "101", "action": "save", "why": "產假"}


def publication(visit: Visit) -> Data:
    _publication, content = published(NEW_SET)
    return {"file": SimpleUploadedFile(f"{NEW_SET}.toml", content)}


def stored_publication(visit: Visit) -> Data:
    _publication, content = published(NEW_SET)
    return {"name": f"{NEW_SET}.toml", "content": b64encode(content).decode("ascii")}


def recomputing(visit: Visit) -> Data:
    filings = Filing.objects.filter(year=CLOSED_YEAR, version__gt=0)
    tokens = [f"{filing.pk}:{filing.revision}" for filing in filings]
    return {"what": "chosen", "chosen": tokens, "reason": "新係數"}


def agreeing(visit: Visit) -> Data:
    return {**recomputing(visit), "agreed": "1"}


def account_list(visit: Visit) -> Data:
    return {"file": SimpleUploadedFile("list.csv", ACCOUNT_LIST.encode())}


def confirmed_list(visit: Visit) -> Data:
    plan = make_plan(read_account_list(ACCOUNT_LIST.encode(), "list.csv"))
    return {"digest": plan.digest}


def figures(visit: Visit) -> Data:
    return {"file": SimpleUploadedFile("figures.csv", FIGURES.encode())}


def confirmed_figures(visit: Visit) -> Data:
    return {"digest": read_import(FIGURES.encode(), "figures.csv").digest}


def taking_back(visit: Visit) -> Data:
    filings = [one.filing for one in filled_by(visit.world.things["inventory_filingimport"])]
    batch = ",".join(f"{filing.pk}:{filing.revision}" for filing in filings)
    return {"batch": batch, "reason": "匯錯檔案"}


def admin_page(model: str, page: str, **more: Any) -> Sent:
    """The page's own form as a platform administrator sees it, with some fields filled in."""

    def sent(visit: Visit) -> Data:
        key = [visit.world.things[model].pk] if page == "change" else []
        path = reverse(f"admin:{model}_{page}", args=key)
        form_id = f"{model.partition('_')[2]}_form"
        filled = {name: told(visit) if callable(told) else told for name, told in more.items()}
        return seen_by(visit, "platform_administrator", path, form_id) | filled

    return sent


def action(model: str, name: str) -> Sent:
    """An action of the list of a model on one of its rows, confirmed."""
    return lambda visit: {
        "action": name,
        "_selected_action": [str(visit.world.things[model].pk)],
        "post": "yes",
    }


def fixed(**data: Any) -> Sent:
    return lambda visit: data


def government(visit: Visit) -> int:
    return visit.world.units["government"].pk


new_password = fixed(old_password=PASSWORD, new_password1=NEW_PASSWORD, new_password2=NEW_PASSWORD)
TWICE = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
TITLED = ("notice", "term", "question", "article", "download")
TEXT = {"title": "新的標題", "body": "新的內容"}
POSTS: dict[tuple[str, str], Sent] = {
    ("set_language", "POST"): fixed(language="en", next="/"),
    ("accounts:login", "POST"): fixed(county="z", username="371036500X", password=PASSWORD),
    ("accounts:profile", "POST"): contacts,
    ("accounts:password", "POST"): new_password,
    ("inventory:form", "calculate"): year_form("calculate"),
    ("inventory:form", "save"): year_form("save"),
    ("hierarchy:list", "POST"): chosen,
    ("hierarchy:unit_list", "POST"): chosen,
    ("hierarchy:view", "confirm"): decision("confirm"),
    ("hierarchy:view", "return"): decision("return", reason="請核對電費單"),
    ("hierarchy:view", "extend"): extension,
    ("hierarchy:arrange", "close"): closing,
    ("hierarchy:late", "POST"): late_unit,
    ("hierarchy:extend", "POST"): extension_of_many,
    ("hierarchy:file", "save"): filled_in,
    ("admin:login", "POST"): fixed(username="platform", password=PASSWORD),
    ("admin:password_change", "POST"): new_password,
    ("admin:accounts_user_account_list", "POST"): account_list,
    ("admin:accounts_user_account_list_plan", "POST"): confirmed_list,
    ("admin:inventory_filingimport_upload", "POST"): figures,
    ("admin:inventory_filingimport_plan", "POST"): confirmed_figures,
    ("admin:inventory_filingimport_take_back", "POST"): taking_back,
    ("admin:auth_user_password_change", "POST"): fixed(
        usable_password="true", **TWICE, **{"set-password": ""}
    ),
    ("admin:inventory_factorset_upload", "POST"): publication,
    ("admin:inventory_factorset_store", "POST"): stored_publication,
    ("admin:inventory_factorset_publish", "POST"): fixed(
        **{"publish-years": [str(YEAR)], "publish-reason": "新係數"}
    ),
    ("admin:inventory_factorset_units", "POST"): recomputing,
    ("admin:inventory_factorset_units", "agreed"): agreeing,
    ("admin:inventory_reportingyear_changelist", "open_years"): action(
        "inventory_reportingyear", "open_years"
    ),
}
ADDED: dict[str, Data] = {
    "accounts_unit": {"code": "371039901A", "name": "新校", "county": "z", "parent": government},
    "accounts_user": {"username": "new", "role": "unit_staff", "unit": government, **TWICE},
    "inventory_reportingyear": {
        "year": "106",
        "opens_on": "2017-01-01",
        "due_on": lambda visit: (policies.today() + timedelta(days=30)).isoformat(),
        "factor_set": "tw-105-ar4",
    },
    "portal_notice": TEXT,
    "portal_showcase": {"county": "w", "achievements": "節電"},
    "portal_term": TEXT,
    "portal_question": TEXT,
    "portal_article": {"section": "cases", **TEXT},
    "portal_download": {
        "file": lambda visit: SimpleUploadedFile("new.pdf", b"%PDF-1.4"),
        "file_name": "new.pdf",
        **TEXT,
    },
}
CHANGED: dict[str, Data] = {
    "accounts_county": {"name_en": "Another County"},
    "accounts_unit": {"name": "改名單位", "parent": government},
    "accounts_user": {"role": "county_viewer"},
    "inventory_reportingyear": {"note": "請於期限內填報", "reason": "補充說明"},
    "portal_showcase": {"achievements": "減碳"},
    "axes_accessattempt": {"failures_since_start": "2"},
    "axes_accessfailurelog": {"username": "another"},
    **{f"portal_{name}": {"title": "改題"} for name in TITLED},
}
POSTS |= {
    (f"admin:{model}_add", "POST"): admin_page(model, "add", **data)
    for model, data in ADDED.items()
}
POSTS |= {
    (f"admin:{model}_change", "POST"): admin_page(model, "change", **data)
    for model, data in CHANGED.items()
}


def data_for(address: str, sends: str, visit: Visit) -> Data:
    """The fields of one step of the walk."""
    if sent := POSTS.get((address, sends)):
        return sent(visit)
    if deleting := re.fullmatch(r"admin:(\w+)_(?:delete|changelist)", address):
        return action(deleting[1], "delete_selected")(visit)
    return {}
