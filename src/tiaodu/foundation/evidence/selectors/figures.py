"""Reads of single figures: as they stood on a day, their revisions, and the history of one key.

A selector here is handed subjects that its caller has found within the person's reach. ``strict`` asks for
what the system itself held by the end of the day: a figure entered later for an earlier day is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.evidence.models import Evidence, Latest
from tiaodu.foundation.evidence.selectors.families import Families, families

_SHOWN = ("subject", "measure", "reporter", "department", "file")
# What no page shows of them and every row would have to be decoded for.
_UNSEEN = (
    "subject__keywords", "department__keywords", "reporter__roles", "reporter__sectors", "reporter__password",
)  # fmt: skip
PLACES = 200  # a database reads a condition of more alternatives slowly, or not at all
NEWEST_KNOWN = ("-known_on", "-pk")
NEWEST_PERIOD = ("-period_end", "-period_start")


@dataclass(frozen=True, slots=True)
class Key:
    """What a figure is asked for by.

    ``period``: exactly this one; ``start``: the newest accumulated from this day; ``level``: the newest told
    for a single day; none of them: the newest.
    """

    subject_id: int
    measure_id: int
    series: str
    period: Period | None = None
    start: date | None = None
    level: bool = False

    def asks_for(self, start: date, end: date) -> bool:
        """Whether a figure of the key's subject, measure and series is of the period asked for."""
        if self.period is not None:
            return (start, end) == (self.period.start, self.period.end)
        if self.level:
            return start == end
        return self.start is None or start == self.start


def with_others(rows: QuerySet[Evidence]) -> QuerySet[Evidence]:
    """With what stands beside a figure: its subject, measure, reporter, department and file."""
    return rows.select_related(*_SHOWN).defer(*_UNSEEN)


def known(day: date, *, strict: bool = False) -> Q:
    """The rows that were known on ``day``."""
    if not strict:
        return Q(known_on__lte=day)
    midnight = datetime.combine(day + timedelta(days=1), time(), clock.CHINA)
    return Q(known_on__lte=day, recorded_at__lt=midnight)


def all_known_by(day: date) -> bool:
    """Whether nothing was known later than ``day``, so that :class:`Latest` holds what stood on it."""
    return day >= clock.real_today() or not Evidence.objects.filter(known_on__gt=day).exists()


def holding(rows: QuerySet[Evidence], related: Families) -> QuerySet[Evidence]:
    """Of the revisions in ``rows`` the one that holds for each subject, measure, series and period.

    The result stands on its own: narrowing it further does not change what holds.
    """
    place = Window(
        RowNumber(),
        partition_by=[related.expression(), "measure_id", "series", "period_end", "period_start"],
        order_by=[F("known_on").desc(), F("pk").desc()],
    )
    return Evidence.objects.filter(pk__in=rows.order_by().annotate(place=place).filter(place=1).values("pk"))


def figure(
    *,
    subject_id: int,
    measure_id: int,
    series: str,
    period: Period,
    day: date | None = None,
    strict: bool = False,
) -> Evidence | None:
    """The figure of a period as it stood on ``day`` (today when not given); None when there was none.

    A figure that was taken back is returned with no value: it says why.
    """
    day = day or clock.today()
    found = Evidence.objects.filter(
        known(day, strict=strict),
        subject_id__in=families().members(subject_id),
        measure_id=measure_id,
        series=series,
        period_end=period.end,
        period_start=period.start,
    )
    return with_others(found).order_by(*NEWEST_KNOWN).first()


def figures_latest(keys: Iterable[Key], day: date | None = None) -> dict[Key, Evidence]:
    """The figure of each key as it stood on ``day``; a key without one, or with one taken back, is left out.

    Queries: one for the register's families, one for the periods there are, one for the figures chosen, on a
    past day one to know that.
    """
    wanted, day = list(dict.fromkeys(keys)), day or clock.today()
    if not wanted:
        return {}
    related = families()
    told: dict[tuple[int, int, str], list[tuple[date, date, int]]] = {}
    for subject, measure, series, start, end, pk in _periods_of(wanted, day, related):
        told.setdefault((related.kept(subject), measure, series), []).append((start, end, pk))
    chosen: dict[Key, int] = {}
    for key in wanted:
        there = told.get((related.kept(key.subject_id), key.measure_id, key.series), ())
        pk = next((pk for start, end, pk in there if key.asks_for(start, end)), None)
        if pk is not None:
            chosen[key] = pk
    found = with_others(Evidence.objects.all()).in_bulk(set(chosen.values()))
    return {key: found[pk] for key, pk in chosen.items()}


def _periods_of(keys: list[Key], day: date, related: Families) -> Iterable[tuple[Any, ...]]:
    """Subject, measure, series, start, end and evidence of what holds for each period of the keys, the newest
    period first, without what was taken back.
    """
    asked = Q()
    if all(key.period is not None for key in keys):
        asked &= Q(period_end__in={key.period.end for key in keys if key.period is not None})
    columns = ("subject_id", "measure_id", "series", "period_start", "period_end")
    if all_known_by(day):
        places = {(related.kept(key.subject_id), key.measure_id, key.series) for key in keys}
        pointed = Latest.objects.filter(asked, figures_at(places), value__isnull=False)
        # With a column beside those of the boards' index SQLite takes the one that begins with the subject.
        rows = pointed.order_by(*NEWEST_PERIOD).values_list(*columns, "evidence_id", "known_on")
        return (row[:-1] for row in rows)
    places = {(pk, key.measure_id, key.series) for key in keys for pk in related.members(key.subject_id)}
    found = holding(Evidence.objects.filter(asked, figures_at(places), known(day)), related)
    found = found.filter(value__isnull=False)
    return found.order_by(*NEWEST_PERIOD, *NEWEST_KNOWN).values_list(*columns, "pk")


def figures_at(places: Collection[tuple[int, int, str]]) -> Q:
    """The figures of some subjects, measures and series. Few are told one by one: told as three lists a
    database may look through all figures of the measures instead of those of the subjects.
    """
    if len(places) > PLACES:
        subjects, measures, series = (set(column) for column in zip(*places, strict=True))
        return Q(subject_id__in=subjects, measure_id__in=measures, series__in=series)
    told = [Q(subject_id=s, measure_id=m, series=r) for s, m, r in sorted(places)]
    return reduce(or_, told)


def revisions(evidence: Evidence, day: date | None = None) -> list[Evidence]:
    """Every revision of the figure's period known on ``day``, the one that holds first.

    Those of subjects merged together stand in one list: a figure of either that differs is seen there.
    """
    found = Evidence.objects.filter(
        known(day or clock.today()),
        subject_id__in=families().members(evidence.subject_id),
        measure_id=evidence.measure_id,
        series=evidence.series,
        period_end=evidence.period_end,
        period_start=evidence.period_start,
    )
    return list(with_others(found).order_by(*NEWEST_KNOWN))


def told(subject_id: int, measure_id: int, series: str, day: date | None = None) -> list[Evidence]:
    """Every revision of every period of a key that was known on ``day``, the last known first."""
    found = Evidence.objects.filter(
        known(day or clock.today()),
        subject_id__in=families().members(subject_id),
        measure_id=measure_id,
        series=series,
    )
    return list(with_others(found).order_by(*NEWEST_KNOWN))


def history(
    *, subject_id: int, measure_id: int, series: str, day: date | None = None, strict: bool = False
) -> list[Evidence]:
    """What stood on ``day`` for each period of a key, earliest first; what was taken back without value."""
    found = Evidence.objects.filter(
        known(day or clock.today(), strict=strict),
        subject_id__in=families().members(subject_id),
        measure_id=measure_id,
        series=series,
    )
    last: dict[Period, Evidence] = {}
    for row in sorted(with_others(found).order_by(), key=_by_period):
        last[row.period] = row
    return list(last.values())


def _by_period(row: Evidence) -> tuple[date, date, date, int]:
    return row.period_end, row.period_start, row.known_on, row.pk
