"""Who is away: one's own absences, and those of one's department."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tiaodu.foundation import clock
from tiaodu.foundation.access import access, who
from tiaodu.foundation.answering import form_methods
from tiaodu.foundation.items import rules, selectors, services, words
from tiaodu.foundation.items.forms import AbsenceForm
from tiaodu.foundation.items.lists import mine
from tiaodu.foundation.items.models import Absence
from tiaodu.foundation.items.selectors import people
from tiaodu.foundation.items.selectors.rows import rows_of
from tiaodu.foundation.refusal import Invalid


@access("items.handle")
@form_methods
def absences(request: HttpRequest) -> HttpResponse:
    """Record that one is away; see who of one's department is, and what one still answers for."""
    user = who(request)
    form = AbsenceForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                services.absence_record(user=user, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("已登记。这段时间别人不能把事项移交给您。"))
            return redirect("items:absences")
    context = {
        "form": form,
        "own": [_shown(absence) for absence in people.absences_of(user)],
        "others": [_shown(absence) for absence in people.away_now(user)],
        "open": rows_of(selectors.standings_visible_to(user).filter(mine(user)).order_by("due")[:50]),
    }
    return render(
        request, "items/absences.html", context, status=422 if form.is_bound and form.errors else 200
    )


def _shown(absence: Absence) -> dict[str, object]:
    today = clock.today()
    cancelled = absence.cancelled_on is not None and absence.cancelled_on <= today
    return {
        "absence": absence,
        "reason": words.said(rules.absence_reasons(), absence.reason),
        "cancelled": cancelled,
        "now": not cancelled and absence.start <= today <= absence.end,
        "over": absence.end < today,
    }


@access("items.handle")
@require_POST
def cancel(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Be back."""
    version = request.POST.get("version", "")
    services.absence_cancel(
        user=who(request), absence_id=absence_id, version=int(version) if version.isdecimal() else 0
    )
    messages.success(request, _("已销假。"))
    return redirect("items:absences")
