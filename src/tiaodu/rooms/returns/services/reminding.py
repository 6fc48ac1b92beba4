"""Returns that are not in are asked for by the system, rung by rung, each once."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q

from tiaodu.engine.returns.reminding import reached
from tiaodu.engine.returns.states import Verb
from tiaodu.foundation.calendar.selectors import working_calendar
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables.selectors import table
from tiaodu.rooms.returns.models import Return
from tiaodu.rooms.returns.selectors.rows import binding
from tiaodu.rooms.returns.services.moving import write

_WAITING = (Return.State.DUE, Return.State.DRAFT)


def returns_remind(*, region: Region, day: date) -> int:
    """Climb the rungs of every waiting return of the region that ``day`` has reached; how many entries.
    A return nobody has to answer climbs none after its last day.

    Each return is a transaction of its own; run again, nothing is written twice.
    """
    rungs = table("returns.reminders", region=region, day=day).rows
    calendar = working_calendar(region)
    early = sum(rung["days"] <= 0 for rung in rungs)  # all a return nobody has to answer ever climbs
    waiting = Return.objects.filter(region__path__startswith=region.path, state__in=_WAITING, due__lte=day)
    waiting = waiting.filter(Q(reminded__lt=early) | Q(reminded__lt=len(rungs)) & binding(day))
    written = 0
    for row in waiting.order_by("pk"):
        if row.due is not None:
            written += _climb(row.pk, reached(rungs, row.due, day, calendar, binds=row.binds(day)))
    return written


@transaction.atomic
def _climb(return_id: int, rungs: tuple[str, ...]) -> int:
    row = Return.objects.select_for_update(of=("self",)).select_related("region", "subject").get(pk=return_id)
    new = rungs[row.reminded :] if row.state in _WAITING else ()
    if not new:
        return 0
    row.reminded = len(rungs)
    write(row, None, Verb.ESCALATED, text=new[-1], fields=("reminded",))
    return 1
