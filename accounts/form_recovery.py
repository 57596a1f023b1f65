"""What was typed survives the end of a session.

A form that is sent after its session ended is stashed in the new, anonymous session and given
back once, after someone of the same unit has signed in. Nothing of it is saved by that: the
page shows it again and the person decides.
"""

from typing import cast
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from accounts.models import Unit, User

MAX_CHARACTERS = 200_000  # of one form, as it is sent
MAX_FIELDS = 1_000
MAX_FORMS = 5  # several tabs may be open when the session ends
MAX_NEXT_LENGTH = 1_000  # characters; a redirect may not be of any length
SESSION_KEY = "stashed_forms"
SALT = "accounts.form_recovery"


class SignedInRequest(HttpRequest):
    """What every view is given but the open ones (`login_not_required`)."""

    user: User
    htmx: HtmxDetails
    # typed before the session ended; on a GET of the same path, once
    recovered_form: QueryDict | None


def owner_token(unit: Unit) -> str:
    """The value of a form's hidden field `owner`: whose form it is, signed by this site."""
    return signing.dumps(unit.pk, salt=SALT)


def owner_of(token: str) -> int | None:
    """The primary key of the unit in a token; None where this site did not make it."""
    try:
        return cast(int, signing.loads(token, salt=SALT))
    except signing.BadSignature:
        return None


def stash_form(request: HttpRequest) -> bool:
    """Stash the posted fields for the page that they come from; return whether they are.

    Only a form with a valid `owner` is stashed (nobody else can fill the session table), and
    never a password. Too large a form is not stashed at all rather than in part.
    """
    owner = owner_of(request.POST.get("owner", ""))
    body = _recoverable_body(request.POST)
    if owner is None or not body or len(body) > MAX_CHARACTERS:
        return False
    forms = request.session.get(SESSION_KEY, {})
    path = urlsplit(originating_page(request)).path
    forms.pop(path, None)
    forms[path] = [owner, body]
    request.session[SESSION_KEY] = dict(list(forms.items())[-MAX_FORMS:])
    return True


def is_closed(view: object) -> bool:
    """Whether the view asks to sign in: it does unless it is marked `login_not_required`."""
    return getattr(view, "login_required", True)


def recover_form(request: HttpRequest) -> None:
    """Hand a page that is shown what was typed there before the session ended, once."""
    shows_page = request.method == "GET" and not request.htmx  # type: ignore[attr-defined]
    recovered = pop_stashed_form(request) if shows_page else None
    cast(SignedInRequest, request).recovered_form = recovered


def pop_stashed_form(request: HttpRequest) -> QueryDict | None:
    """The form stashed for this path, given back once; what other units typed is dropped."""
    forms = request.session.get(SESSION_KEY)
    if not forms:
        return None
    unit = request.user.unit_id  # type: ignore[union-attr]
    own = {path: stashed for path, stashed in forms.items() if stashed[0] == unit}
    form = own.pop(request.path, None)
    request.session[SESSION_KEY] = own
    return QueryDict(form[1]) if form else None


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send to the sign-in page and back here afterwards; keep a form that was sent."""
    if request.method == "POST":
        messages.warning(
            request,
            _("登入逾時，您填寫的內容已保留，請重新登入後繼續。")
            if stash_form(request)
            else _("登入逾時，請重新登入後繼續。"),
        )
    query = urlencode({"next": originating_page(request)})
    return redirect(request, f"{reverse('accounts:login')}?{query}")


def redisplay(request: HttpRequest) -> HttpResponse | None:
    """Show a form again that may not be carried out as it was sent; None where it is not stashed.

    The form has to belong to whoever is signed in, or else ask to sign in first.
    """
    owner = owner_of(request.POST.get("owner", ""))
    if request.user.is_authenticated and owner != request.user.unit_id:
        return None
    if not stash_form(request):
        return None
    if not request.user.is_authenticated:
        return to_sign_in(request)
    return redirect(request, originating_page(request))


def redirect(request: HttpRequest, url: str) -> HttpResponse:
    """Redirect the page; a request by htmx would otherwise put the new page into the old one."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)


def originating_page(request: HttpRequest) -> str:
    """The page that the person looks at: where a form was sent from, else the path itself.

    A form may be sent to another path than the page's, which perhaps answers POST only.
    """
    if request.method != "POST" and not request.htmx:  # type: ignore[attr-defined]
        page = request.get_full_path()
    else:
        page = _path_here(request, request.headers.get("Referer", ""))
    return page if is_safe_next(request, page) else request.path


def _path_here(request: HttpRequest, url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets without an address in them, for instance
        return ""
    is_ours = parts.netloc == request.get_host()
    return parts._replace(scheme="", netloc="", fragment="").geturl() if is_ours else ""


def is_safe_next(request: HttpRequest, url: str) -> bool:
    """Only a path of this site, of reasonable length, may follow the sign-in."""
    return (
        url.startswith("/")
        and len(url) <= MAX_NEXT_LENGTH
        and url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()})
    )


def _recoverable_body(posted: QueryDict) -> str:
    """The form as it was sent, without passwords and tokens; "" for one with too many fields."""
    fields = posted.copy()
    for name in posted:
        if name in {"csrfmiddlewaretoken", "owner"} or "password" in name.lower():
            del fields[name]
    if sum(len(values) for _name, values in fields.lists()) > MAX_FIELDS:
        return ""
    return fields.urlencode()
