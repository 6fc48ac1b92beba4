"""Boards for officials: who has reported, and the coal mines' day."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.access import access, who
from tiaodu.foundation.refusal import NotFound
from tiaodu.rooms.returns import selectors
from tiaodu.rooms.returns.catalogue import form_in, forms_in
from tiaodu.rooms.returns.daily import DailyList, daily_context
from tiaodu.rooms.returns.lists import CompletenessList, ReturnList
from tiaodu.rooms.returns.selectors.boards import Completeness, completeness, days_of
from tiaodu.rooms.returns.tables import form_title

SHOWN_DAYS = 100  # how far back the board looks: a quarter and a little more
COAL = "coal_daily"


@access("returns.read")
@require_http_methods(["GET", "HEAD", "POST"])
def board(request: HttpRequest) -> HttpResponse:
    """Completeness and timeliness of every form by period."""
    user = who(request)
    found = selectors.returns_visible_to(user)
    rows = completeness(found, forms_in(user.region), clock.today() - timedelta(days=SHOWN_DAYS))
    return CompletenessList(request, rows).respond("returns/board.html", {"headline": _board_words(rows)})


def _board_words(rows: list[Completeness]) -> str:
    missing = sum(row.missing for row in rows)
    in_time, due = sum(row.in_time for row in rows), sum(row.in_time + row.late + row.missing for row in rows)
    if not due:
        return ""
    told = {"share": f"{100 * in_time / due:.1f}", "missing": missing}
    if missing:
        return _("近期按时率 %(share)s%%，%(missing)s 份逾期未报。") % told
    return _("近期按时率 %(share)s%%，没有逾期未报的。") % told


@access("returns.read")
@require_http_methods(["GET", "HEAD", "POST"])
def period(request: HttpRequest, form: str, period: str) -> HttpResponse:
    """Who is asked one form for one period, and where each stands."""
    user = who(request)
    asked = form_in(user.region, form)
    try:
        told = Period.parse(period)
    except ValueError:
        raise NotFound from None
    found = selectors.returns_visible_to(user).filter(type=form, period_start=told.start, period_end=told.end)
    page = ReturnList(request, selectors.latest_first(found), {form: asked})
    return page.respond("returns/period.html", {"title": form_title(asked), "period": told})


@access("returns.read")
@require_GET
def coal(request: HttpRequest) -> HttpResponse:
    """All coal mines on one day: today's figures beside yesterday's, the month and the year's plan."""
    user = who(request)
    form = form_in(user.region, COAL)
    day = _day(request)
    rows = days_of(form, selectors.returns_visible_to(user), day)
    page = DailyList(request, rows, form)
    return page.respond("returns/coal.html", daily_context(user.region, form, rows, day))


def _day(request: HttpRequest) -> date:
    """The day asked for; else the last one that is over."""
    today = clock.today()
    try:
        asked = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today - timedelta(days=1)
    return min(asked, today)
