"""What every page shows: owner, news line, whether it is a demonstration, and the menu."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Permission

PUBLIC_MENU: tuple[tuple[str, Promise], ...] = (
    ("portal:home", _("首頁")),
    ("portal:international", _("國際資訊")),
    ("portal:glossary", _("專用名詞")),
    ("portal:cases", _("案例分享")),
    ("portal:downloads", _("資訊下載")),
    ("portal:faq", _("常見問題")),
    ("portal:disclosure", _("公開資訊")),
)
INNER_MENU: tuple[tuple[str, Promise], ...] = (
    ("portal:home", _("首頁")),
    ("inventory:years", _("機關單位登錄")),
    ("hierarchy:years", _("所屬機關填報確認")),
    ("portal:disclosure", _("公開資訊")),
)
INNER_PAGES = {"accounts", "inventory", "hierarchy"}
# the entries that lead nowhere for some roles
ONLY_WITH = {"inventory:years": Permission.FILE, "hierarchy:years": Permission.VIEW}


@dataclass(frozen=True, slots=True)
class MenuEntry:
    address: str
    label: str | Promise
    is_here: bool


def site(request: HttpRequest) -> dict[str, object]:
    """The menu is the procedure's inner one on the pages behind the sign-in, else the public."""
    match = request.resolver_match
    namespace, view = (match.namespace, match.view_name) if match else ("", "")
    user = getattr(request, "user", None)
    is_inner = namespace in INNER_PAGES and isinstance(user, User) and user.unit_id is not None
    menu = [entry for entry in INNER_MENU if _leads_on(user, entry[0])] if is_inner else PUBLIC_MENU
    return {
        "site_owner": _translated(settings.SITE_OWNER),
        "site_news": _translated(settings.SITE_NEWS),
        "site_version": settings.SITE_VERSION,
        "is_demonstration": settings.DEMONSTRATION,
        "navigation": [
            MenuEntry(reverse(name), label, _is_here(name, namespace, view)) for name, label in menu
        ],
        "may_read_histories": _may(user, Permission.READ_HISTORIES),
    }


def _leads_on(user: object, address: str) -> bool:
    return address not in ONLY_WITH or _may(user, ONLY_WITH[address])


def _may(user: object, permission: Permission) -> bool:
    return isinstance(user, User) and user.may(permission)


def _translated(text: str) -> str:
    """The names that come with the platform are in the catalogue; a site's own stay as written.

    (The empty text is the catalogue's own heading.)
    """
    return gettext(text) if text else ""


def _is_here(name: str, namespace: str, view: str) -> bool:
    """A public entry is one page; an inner one is a whole part of the platform."""
    part = name.partition(":")[0]
    return view == name if part == "portal" else namespace == part
