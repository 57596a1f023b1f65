"""The public pages. They only read."""

from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.forms import SignInForm
from accounts.models import User
from inventory import permissions, scope
from inventory.versions import mark_equal
from portal import content
from portal.models import Download, Notice, Section, Showcase

# A page number beyond the database's is an address that does not exist, not an error of ours.
MAX_NUMBER = 2**63 - 1


@require_safe
@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """Notices, a county's achievements, and the sign-in or the way on to the filings."""
    notices = content.notices()
    showcases = content.showcases()
    user = request.user
    may_file = user.is_authenticated and permissions.files_for_unit(user)
    context = {
        "notices": notices[: content.NOTICES_ON_HOME],
        "has_older": len(notices) > content.NOTICES_ON_HOME,
        "showcases": showcases,
        "showcase": _chosen(showcases, request.GET.get("county", "")),
        "may_file": may_file,
        "filings": mark_equal(scope.years_of(cast(User, user))) if may_file else [],
        "sign_in_form": None if user.is_authenticated else SignInForm(),
    }
    return render(request, "portal/home.html", context)


def _chosen(showcases: list[Showcase], letter: str) -> Showcase | None:
    """The county that was asked for; the first where none or an unknown one was."""
    by_letter = {showcase.county_id: showcase for showcase in showcases}
    return by_letter.get(letter) or next(iter(showcases), None)


@require_safe
@login_not_required
def notices(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/notices.html", {"notices": content.notices()})


@require_safe
@login_not_required
def notice(request: HttpRequest, number: int) -> HttpResponse:
    try:
        shown = content.notice(_number(number))
    except Notice.DoesNotExist as error:
        raise Http404 from error
    return render(request, "portal/notice.html", {"notice": shown})


@require_safe
@login_not_required
def glossary(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/glossary.html", {"terms": content.terms()})


@require_safe
@login_not_required
def international(request: HttpRequest) -> HttpResponse:
    return _articles(request, Section.INTERNATIONAL)


@require_safe
@login_not_required
def cases(request: HttpRequest) -> HttpResponse:
    return _articles(request, Section.CASES)


def _articles(request: HttpRequest, section: Section) -> HttpResponse:
    context = {"section": section, "articles": content.articles(section)}
    return render(request, "portal/articles.html", context)


@require_safe
@login_not_required
def downloads(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/downloads.html", {"downloads": content.downloads()})


@require_safe
@login_not_required
def download(request: HttpRequest, number: int) -> FileResponse:
    """The file itself, always to be saved: an uploaded file never opens inside the site."""
    try:
        shown = content.download(_number(number))
        file = shown.file.open("rb")
    except (Download.DoesNotExist, FileNotFoundError) as error:
        raise Http404 from error
    return FileResponse(file, as_attachment=True, filename=shown.file_name)


def _number(number: int) -> int:
    if number > MAX_NUMBER:
        raise Http404
    return number


@require_safe
@login_not_required
def faq(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/faq.html", {"questions": content.questions()})


@require_safe
@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")
