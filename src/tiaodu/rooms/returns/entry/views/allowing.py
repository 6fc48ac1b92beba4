"""What a firm allows the county to look at: granted and taken back by the firm alone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tiaodu.foundation import clock
from tiaodu.foundation.access import access, who
from tiaodu.foundation.answering import answer, form_methods, posted
from tiaodu.rooms.returns.entry import services
from tiaodu.rooms.returns.entry.forms import AuthorisationForm
from tiaodu.rooms.returns.entry.selectors.allowing import authorisations_of


@access("returns.fill")
@require_GET
def authorisations(request: HttpRequest) -> HttpResponse:
    """What was allowed, until when, and what was taken back."""
    today = clock.today()
    rows = [(each, each.holds_on(today)) for each in authorisations_of(who(request))]
    return render(request, "returns/entry/authorisations.html", {"rows": rows})


@access("returns.fill")
@form_methods
def grant(request: HttpRequest) -> HttpResponse:
    """Allow one series up to a day."""
    user = who(request)
    form = AuthorisationForm(user, posted(request))

    def act() -> tuple[str, str]:
        services.authorisation_grant(user=user, **form.cleaned_data)
        return _("已授权。"), reverse("returns:entry-authorisations")

    return answer(request, "returns/entry/grant.html", form, {}, act)


@access("returns.fill")
@require_POST
def withdraw(request: HttpRequest, authorisation_id: int) -> HttpResponse:
    """Take it back."""
    text = request.POST.get("version", "")
    version = int(text) if text.isdecimal() else 0
    services.authorisation_withdraw(user=who(request), authorisation_id=authorisation_id, version=version)
    messages.success(request, _("已撤回，从现在起不再取用。"))
    return redirect("returns:entry-authorisations")
