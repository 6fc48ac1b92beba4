"""What the top line does: language, the demo's day, search."""

from __future__ import annotations

import calendar
from datetime import date
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tiaodu.foundation import clock
from tiaodu.foundation.access import PUBLIC, SIGNED_IN, access
from tiaodu.foundation.accounts import services as accounts
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.middleware import DAY_IN_SESSION
from tiaodu.foundation.refusal import NotFound
from tiaodu.web import navigation

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2099, 12, 31)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page the person came from, never to another site."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if safe else "/")


@access(PUBLIC)
@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Shows the product in the language chosen; for somebody logged in it stays so at the next log-in."""
    answer = _back(request)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        if isinstance(request.user, User):
            accounts.profile_edit(user=request.user, language=language)
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86400, samesite="Lax")
    return answer


def month_later(day: date, months: int) -> date:
    """The same day some months later or earlier; the last day of a shorter month.

    >>> month_later(date(2024, 3, 31), -1)
    datetime.date(2024, 2, 29)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _wanted(request: HttpRequest) -> date | None:
    """The day asked for: ``step`` months from the day shown, or ``day``. None when it makes no sense."""
    steps = {"-1": -1, "1": 1}
    if step := steps.get(request.POST.get("step", "")):
        return month_later(clock.today(), step)
    try:
        return date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        return None


@access(SIGNED_IN)
@require_POST
def set_day(request: HttpRequest) -> HttpResponseBase:
    """Shows the demo as of another day, to this person only."""
    if not settings.TIAODU_DEMO:
        raise NotFound
    if "reset" in request.POST:
        request.session.pop(DAY_IN_SESSION, None)
        return _back(request)
    day = _wanted(request)
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        messages.error(request, _("这不是一个有效的日期，仍按原来的日期显示。"))
    else:
        request.session[DAY_IN_SESSION] = day.isoformat()
    return _back(request)


@access(SIGNED_IN)
def search(request: HttpRequest) -> HttpResponse:
    """Hands the words to the list of the room chosen, or to the first list this person may open."""
    mine = {entry.room.url_name: entry for entry in navigation.entries(request.user, request.path)}
    searched = [name for name in navigation.SEARCHED if name in mine]
    if not searched:
        raise NotFound(_("没有您可以搜索的清单。"))
    wanted = request.GET.get("in", "")
    target = wanted if wanted in searched else searched[0]
    return redirect(reverse(target) + "?" + urlencode({"q": request.GET.get("q", "")}))
