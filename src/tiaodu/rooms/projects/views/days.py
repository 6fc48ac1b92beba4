"""Days really taken, beside promised days and the limits of law."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tiaodu.foundation.access import access, who
from tiaodu.foundation.refusal import NotFound
from tiaodu.rooms.projects.dayslist import BegunList, DaysList, law_days
from tiaodu.rooms.projects.selectors.days import DaysRow, days_begun, days_rows


@access("projects.read")
@require_GET
def days(request: HttpRequest) -> HttpResponse:
    """Each kind of step by who does it."""
    rows = days_rows(days_begun(who(request)))
    return DaysList(request, rows).respond("projects/days.html", {"headline": _headline(rows)})


@access("projects.read")
@require_GET
def each(request: HttpRequest, kind: str) -> HttpResponse:
    """The steps of one kind, each with its days."""
    rows = [one for one in days_begun(who(request)) if one.step.kind == kind]
    if not rows:
        raise NotFound
    return BegunList(request, rows).respond("projects/days_each.html", {"name": rows[-1].step_name})


def _headline(rows: list[DaysRow]) -> str:
    done = sum(row.taken.finished for row in rows)
    if not done:
        return _("还没有办结的步骤")
    above = [row for row in rows if _above_law(row)]
    told = {"done": done, "kinds": len(rows), "above": len(above)}
    if above:
        return _("办结 %(done)s 步，%(kinds)s 种；其中 %(above)s 种一半以上超过法定时限") % told
    return _("办结 %(done)s 步，%(kinds)s 种") % told


def _above_law(row: DaysRow) -> bool:
    law = law_days(row)
    return law is not None and row.taken.median is not None and row.taken.median > law
