"""A year of the working calendar."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tiaodu.foundation import clock
from tiaodu.foundation.access import SIGNED_IN, access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.calendar import selectors

FIRST = 2018  # the first year whose notices the package holds
AHEAD = 2  # years beyond the present one


@access(SIGNED_IN)
@require_GET
def year(request: HttpRequest) -> HttpResponse:
    """Days off, make-up days and the county's overrides of a year, and whether its notice is known."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  the view declares that somebody is logged in
    today = clock.today()
    text = request.GET.get("year", "")
    asked = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else today.year
    chosen = min(max(asked, FIRST), today.year + AHEAD)
    shown = range(max(FIRST, today.year - 2), today.year + AHEAD + 1)
    context = {
        "shown": selectors.year_of(chosen, user.region),
        "today": today,
        "years": [(str(one), f"?year={one}", one == chosen) for one in sorted({*shown, chosen})],
        "tables": selectors.tables_for(user),
    }
    return render(request, "calendar/year.html", context)
