"""Returns are opened when their period is over: for every unit that is asked, each once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.periods import periods_over
from tiaodu.engine.returns.types import DueBy, ReturnType
from tiaodu.foundation import clock
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.registry.models import Region, Subject
from tiaodu.foundation.tables.heads import asked_once
from tiaodu.rooms.returns.catalogue import due_of, forms_in
from tiaodu.rooms.returns.models import Listing, Return, ReturnEntry

Asked = tuple[Subject, date, date | None]  # who, since when, until when (None: without end)


@transaction.atomic
def returns_open(
    *, region: Region, day: date, first: date | None = None, types: Iterable[str] | None = None
) -> int:
    """Open the returns of ``region`` whose period is over on ``day`` and that are not there yet; how many.

    ``first``: the earliest day a period may begin on (the beginning of the year before when not given);
    ``types``: only these forms. It may be run again at any time: what is there stays as it is.
    """
    Region.objects.select_for_update(no_key=True).get(pk=region.pk)  # of two at once one waits
    made = 0
    first = first or date(day.year - 1, 1, 1)
    with asked_once():
        for form in forms_in(region, day).values():
            if types is None or form.code in types:
                made += _open(form, region, first, day)
                _supply_dues(form, region)
    if made:
        after = {"count": made, "day": day.isoformat()}
        audit.record(action="returns.opened", actor=None, obj=region, after=after, region_code=region.code)
    return made


def _open(form: ReturnType, region: Region, first: date, day: date) -> int:
    asked = asked_of(form, region, day)
    there = set(
        Return.objects.filter(type=form.code, subject__in=[who.pk for who, _s, _u in asked])
        .filter(period_end__gte=first)
        .values_list("subject_id", "period_start", "period_end")
    )
    rows = []
    for period in periods_over(form, first, day):
        new = [
            who
            for who, since, until in asked
            if since <= period.end
            and (until is None or period.start <= until)
            and (who.pk, period.start, period.end) not in there
        ]
        if new and form.holds(period.end):
            due = due_of(form, period, region)
            rows += [_row(form, who, period, due) for who in new]
    Return.objects.bulk_create(rows, batch_size=500)
    opened = [ReturnEntry(of=row, verb=ReturnEntry.Verb.OPENED, known_on=row.opened_on) for row in rows]
    ReturnEntry.objects.bulk_create(opened, batch_size=500)
    return len(rows)


def _row(form: ReturnType, who: Subject, period: Period, due: date | None) -> Return:
    return Return(
        region=who.region,
        type=form.code,
        subject=who,
        period_start=period.start,
        period_end=period.end,
        due=due,
        basis=form.basis,
        obligatory=form.obligatory,
        basis_until=form.basis_until,
        opened_on=clock.today(),
        sample=who.sample,
    )


def _supply_dues(form: ReturnType, region: Region) -> None:
    """Returns whose calendar was entered after they were opened get their last day."""
    if form.due_by is not DueBy.CALENDAR:
        return
    waiting = Return.objects.filter(type=form.code, region__path__startswith=region.path, due=None)
    for start, end in set(waiting.values_list("period_start", "period_end")):
        if due := due_of(form, Period(start, end), region):
            waiting.filter(period_start=start, period_end=end).update(due=due)


def asked_of(form: ReturnType, region: Region, day: date) -> list[Asked]:
    """Who a form is asked of, as known on ``day``: the subjects on its list, or all of the kind."""
    wanted = Q(region__path__startswith=region.path, kind__in=form.kinds, active=True, merged_into=None)
    if form.sectors:
        wanted &= Q(sector__in=form.sectors)
    if not form.named:
        return [(who, form.since, None) for who in Subject.objects.filter(wanted).select_related("region")]
    subjects = Subject.objects.filter(wanted)
    listed = Listing.objects.filter(type=form.code, subject__in=subjects, known_on__lte=day)
    rows = listed.select_related("subject__region").order_by("subject", "since")
    return [
        (row.subject, row.since, row.until if row.closed_on and row.closed_on <= day else None)
        for row in rows
    ]
