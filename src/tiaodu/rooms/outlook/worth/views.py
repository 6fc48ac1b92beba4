"""The page of what would be worth doing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _now
from django.views.decorators.http import require_http_methods

from tiaodu.foundation.access import access, who
from tiaodu.rooms.outlook import selectors
from tiaodu.rooms.outlook.worth.lists import WorthList
from tiaodu.rooms.outlook.worth.selectors import WorthRow, worths_for


@access("outlook.read")
@require_http_methods(["GET", "HEAD", "POST"])
def worth(request: HttpRequest) -> HttpResponse:
    """Every act of the newest run that helps a promise the person sees, the best first."""
    user, run = who(request), selectors.run_for(who(request))
    rows = worths_for(user, run)
    context = {"run": run, "headline": _headline(rows)}
    return WorthList(request, rows).respond("outlook/worth/worth.html", context)


def _headline(rows: list[WorthRow]) -> str:
    if not rows or rows[0].is_report:
        return ""
    first = rows[0]
    told = {"title": first.title, "promise": first.promise.name, "effect": first.effect}
    return _now("%(title)s：%(promise)s %(effect)s") % told
