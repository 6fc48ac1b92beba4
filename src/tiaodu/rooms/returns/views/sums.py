"""Where a sum of the economy board comes from."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tiaodu.engine.returns.disclosure import TOTAL
from tiaodu.foundation.access import access, who
from tiaodu.foundation.refusal import NotFound
from tiaodu.rooms.returns.economy.boards import judging_in
from tiaodu.rooms.returns.economy.lists import PartList
from tiaodu.rooms.returns.economy.selectors import reader_of
from tiaodu.rooms.returns.economy.sums import whole_of
from tiaodu.rooms.returns.economy.words import measure_words
from tiaodu.rooms.returns.views.economy import READING, month_asked

FIRST = 12  # figures that stand in the drawer; the page has all of them


@access("returns.economy")
@require_http_methods(READING)
def sum_(request: HttpRequest, code: str) -> HttpResponse:
    """Every figure that is summed, with its evidence: in the drawer, or as a page of its own."""
    reader = reader_of(who(request))
    month, _months = month_asked(reader, request)
    if month is None or code not in judging_in(reader.region).rows:
        raise NotFound
    place = (request.GET.get("sector", TOTAL), request.GET.get("zone", TOTAL))
    year = request.GET.get("part") != "month"
    found = whole_of(reader, month, code, place, year=year)
    if found is None:
        raise NotFound
    name = measure_words(found.line.measure)
    title = _("%(measure)s %(month)s") % {"measure": f"{found.line.name} {name}", "month": month}
    context = {
        "found": found,
        "measure": found.line.measure,
        "month": month,
        "year": year and month.start.month > 1 and found.board.boards[code].flows,
        "first": found.parts[:FIRST],
        "more": len(found.parts) > FIRST,
    }
    if request.headers.get("HX-Target") == "drawer-body":
        answer = render(request, "returns/economy/_sum.html", context)
    else:
        answer = PartList(request, found.parts, title).respond("returns/economy/sum.html", context)
    answer["Vary"] = "HX-Target"
    return answer
