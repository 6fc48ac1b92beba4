"""Telling an estimate, taking it back, and one's own record."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from tiaodu.engine.outlook.pooling import load_pooling
from tiaodu.foundation import clock
from tiaodu.foundation.access import access, may, who
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.answering import answer, form_methods, posted
from tiaodu.foundation.refusal import NotFound, Stale
from tiaodu.foundation.slots.responses import respond
from tiaodu.rooms.outlook import selectors
from tiaodu.rooms.outlook.estimates import own, services
from tiaodu.rooms.outlook.estimates.forms import EstimateForm
from tiaodu.rooms.outlook.estimates.lists import OwnList, record_words
from tiaodu.rooms.outlook.estimates.presenting import picture_of, shown_of
from tiaodu.rooms.outlook.estimates.promises import (
    PERMISSION,
    Promise,
    promise_for,
    promise_of,
    promises_of,
    tasks_near,
)
from tiaodu.rooms.outlook.selectors.rows import OutlookRow

_PAGE = "outlook/estimates/estimate.html"


@access(PERMISSION)
@require_GET
def estimates(request: HttpRequest) -> HttpResponse:
    """Everything the person herself told, and how it turned out."""
    user = who(request)
    sees = frozenset(selectors.tasks_judged_for(user).values_list("pk", flat=True))
    rows = own.own_for(user, sees)
    context = {"headline": record_words(own.record_of(rows)), "fewest": load_pooling().fewest}
    return OwnList(request, rows).respond("outlook/estimates/estimates.html", context)


@access(PERMISSION)
@form_methods
def estimate(request: HttpRequest, about: str) -> HttpResponse:
    """One promise: what one thinks will come, and what one told before."""
    user = who(request)
    promise = promise_for(user, about)
    found = own.own_of(user, promise)
    form = EstimateForm(found, posted(request))

    def act() -> tuple[str, str]:
        version = form.cleaned_data["version"] or None
        services.estimate_give(user=user, about=about, value=form.told, version=version)
        return _now("记下了。明天起才可能并进合起来的数；谁说的不给任何人看。"), _back(user, promise)

    context = {"promise": promise, "own": found, "fewest": load_pooling().fewest}
    try:
        return answer(request, _PAGE, form, context, act)
    except Stale as stale:
        # What was typed stays, to be sent again beside what is there now.
        anew = EstimateForm(found, {"value": request.POST.get("value", ""), "version": found.version})
        shown = {**context, "form": anew, "stale": stale.message}
        return render(request, _PAGE, shown, status=stale.status)


@access(PERMISSION)
@require_POST
def withdraw(request: HttpRequest, about: str) -> HttpResponse:
    """Take one's own back."""
    user = who(request)
    promise = promise_for(user, about)
    version = request.POST.get("version") or None
    services.estimate_withdraw(user=user, about=about, version=version)
    messages.success(request, _now("撤回了，从现在起哪里都不再用它。"))
    return redirect(_back(user, promise))


@access(PERMISSION)
@require_GET
def about_task(request: HttpRequest, task_id: int) -> HttpResponse:
    """For the page of a task: what one may tell of it, and what one told."""
    user = who(request)
    tasks = tasks_near(user).filter(pk=task_id)
    if not tasks.exists():
        raise NotFound
    rows = own.told_of_tasks(user, promises_of(tasks, clock.today()))
    context = {
        "rows": [row for row in rows if not row.promise.closed or row.told],
        "fewest": load_pooling().fewest,
    }
    return respond(request, "outlook/estimates/_task.html", context, title=_("我的估计"))


def _back(user: User, promise: Promise) -> str:
    """The outlook it belongs to for who sees it, else the promise's own page."""
    seen = promise.outlook
    if seen is not None and selectors.tasks_judged_for(user).filter(pk=promise.task.pk).exists():
        return f"{reverse('outlook:outlook', args=[seen.pk])}#estimates"
    return promise.url


def panel_of(user: User, row: OutlookRow, *, newest: bool) -> dict[str, Any]:
    """What the page of an outlook shows of estimates: the pooled one as shown on its day, and while it is the
    newest the person's own with its form.
    """
    shown = shown_of(row, clock.today() if newest else row.outlook.run.as_of)
    found: dict[str, Any] = {"shown": shown, "fewest": load_pooling().fewest, "own": None, "form": None}
    if shown is not None:
        found["picture"] = picture_of(shown)
    if newest and may(user, PERMISSION):
        promise = promise_of(row, clock.today())
        if promise is not None:
            found["own"] = own.own_of(user, promise)
            found["form"] = None if promise.closed else EstimateForm(found["own"])
    return found
