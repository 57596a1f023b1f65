"""One decision on one filing, whichever page it is taken on: read strictly, done or shown again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from accounts.form_recovery import SignedInRequest
from hierarchy.review.forms import DecisionForm
from hierarchy.strict_post import NotUnderstood, check_fields
from inventory.models import Filing
from inventory.policies import NotAllowed
from inventory.versions.history import steps_since
from inventory.workflow import FilingConflict


@dataclass(frozen=True)
class Deciding:
    """A post of a page with decisions.

    `show` renders the page of a filing with the form that was sent; `fetch` reads the filing as it
    is by now, as far as the person may see it.
    """

    request: SignedInRequest
    decisions: Mapping[str, type[DecisionForm]]
    show: Callable[..., HttpResponse]
    fetch: Callable[[], Filing]

    def answer(self, filing: Filing) -> HttpResponse:
        """Carry out one decision, or show the page again with what was typed and why not."""
        request, user = self.request, self.request.user
        form_class = self.decisions.get(request.POST.get("action", ""))
        try:
            if form_class is None:
                raise NotUnderstood("action")
            check_fields(request.POST, once=form_class.single_fields(), many={"lines"})
        except NotUnderstood:
            return render(request, "hierarchy/not_understood.html", status=400)
        form_class.check_allowed(user, filing)
        form = form_class(request.POST, filing=filing, user=user)
        if not form.is_valid():
            return self.show(filing, form, status=422)
        try:
            if preview := form.preview():
                return self.show(filing, form, preview=preview)
            form.carry_out(user)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
            return self.show(filing, form, status=409)
        except FilingConflict as conflict:
            return self._show_newer(conflict, form_class)
        messages.success(request, form.done())
        # Without a place of its own the browser would go on to the form's, below what is told.
        return HttpResponseRedirect(f"{request.path}#main")

    def _show_newer(self, conflict: FilingConflict, form_class: type[DecisionForm]) -> HttpResponse:
        """Something was done to the filing meanwhile: tell it, keep what was typed."""
        newer = self.fetch()
        data = self.request.POST.copy()
        data["revision"] = str(newer.revision)
        form = form_class(data, filing=newer, user=self.request.user)
        meanwhile = steps_since(newer, conflict.seen)
        return self.show(newer, form, status=409, meanwhile=meanwhile)
