"""The dispatch table of a month."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from tiaodu.foundation import clock
from tiaodu.foundation.access import access, who
from tiaodu.foundation.refusal import NotFound
from tiaodu.rooms.projects.monthly import MonthlyList
from tiaodu.rooms.projects.selectors import sees_inside
from tiaodu.rooms.projects.selectors.months import month_lines, months_back, statistics_of, sum_line


@access("projects.read")
@require_http_methods(["GET", "HEAD"])
def monthly(request: HttpRequest) -> HttpResponse:
    """Every project of a month: plan, done, paid, progress, problems, colour; the sums, and beside them the
    county's statistics.
    """
    user, today = who(request), clock.today()
    if not sees_inside(user):
        raise NotFound
    month = _month(request.GET.get("month", ""), today)
    lines = month_lines(user, month)
    context: dict[str, Any] = {
        "month": month,
        "sums": sum_line(lines),
        "is_past": month != months_back(today, 1)[0],
        "statistics": statistics_of(user.region, month, today),
    }
    return MonthlyList(request, lines, month, today).respond("projects/monthly.html", context)


def _month(text: str, today: date) -> date:
    """The month the address asks for, the last that is over where it asks for none that is."""
    known = months_back(today)
    return next((each for each in known if each.isoformat()[:7] == text), known[0])
