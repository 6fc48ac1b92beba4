"""Reads of single figures: as they stood on a day, their revisions, and the history of one key.

A selector here is handed subjects that its caller has found within the person's reach. ``strict`` asks for
what the system itself held by the end of the day: a figure entered later for an earlier day is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.evidence.models import Evidence, Latest
from tiaodu.foundation.evidence.selectors.families import Families, families

_SHOWN = ("subject", "measure", "reporter", "department", "file")
NEWEST_KNOWN = ("-known_on", "-pk")
NEWEST_PERIOD = ("-period_end", "-period_start")


@dataclass(frozen=True, slots=True)
class Key:
    """What a figure is asked for by.

    ``period``: exactly this one; ``start``: the newest accumulated from this day; neither: the newest.
    """

    subject_id: int
    measure_id: int
    series: str
    period: Period | None = None
    start: date | None = None

    def asks_for(self, found: Evidence) -> bool:
        """Whether a figure of the key's subject, measure and series is of the period asked for."""
        if self.period is not None:
            return found.period == self.period
        return self.start is None or found.period_start == self.start


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
    return (
        Evidence.objects.filter(
            known(day, strict=strict),
            subject_id__in=families().members(subject_id),
            measure_id=measure_id,
            series=series,
            period_end=period.end,
            period_start=period.start,
        )
        .select_related(*_SHOWN)
        .order_by(*NEWEST_KNOWN)
        .first()
    )


def figures_latest(keys: Iterable[Key], day: date | None = None) -> dict[Key, Evidence]:
    """The figure of each key as it stood on ``day``; a key without one, or with one taken back, is left out.

    Queries: one for the register's families, one for the figures, on a past day one to know that.
    """
    wanted, day = list(dict.fromkeys(keys)), day or clock.today()
    related = families()
    by_kept: dict[tuple[int, int, str], list[Evidence]] = {}
    for found in _periods_of(wanted, day, related):
        by_kept.setdefault((related.kept(found.subject_id), found.measure_id, found.series), []).append(found)
    figures: dict[Key, Evidence] = {}
    for key in wanted:
        told = by_kept.get((related.kept(key.subject_id), key.measure_id, key.series), ())
        match = next((found for found in told if key.asks_for(found)), None)
        if match is not None:
            figures[key] = match
    return figures


def _periods_of(keys: list[Key], day: date, related: Families) -> Iterable[Evidence]:
    """What holds for each period of the keys, the newest period first, without what was taken back."""
    asked = Q(
        measure_id__in={key.measure_id for key in keys},
        series__in={key.series for key in keys},
    )
    if all(key.period is not None for key in keys):
        asked &= Q(period_end__in={key.period.end for key in keys if key.period is not None})
    if all_known_by(day):
        kept = {related.kept(key.subject_id) for key in keys}
        pointed = Latest.objects.filter(asked, subject_id__in=kept, value__isnull=False)
        found: QuerySet[Evidence] = Evidence.objects.filter(pk__in=pointed.values("evidence_id"))
    else:
        members = related.all_members(key.subject_id for key in keys)
        rows = Evidence.objects.filter(asked, known(day), subject_id__in=members)
        found = holding(rows, related).filter(value__isnull=False)
    return found.select_related(*_SHOWN).order_by(*NEWEST_PERIOD, *NEWEST_KNOWN)


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
    return list(found.select_related(*_SHOWN).order_by(*NEWEST_KNOWN))


def history(
    *, subject_id: int, measure_id: int, series: str, day: date | None = None, strict: bool = False
) -> list[Evidence]:
    """What stood on ``day`` for each period of a key, earliest first; what was taken back without value."""
    related = families()
    found = Evidence.objects.filter(
        known(day or clock.today(), strict=strict),
        subject_id__in=related.members(subject_id),
        measure_id=measure_id,
        series=series,
    )
    return list(holding(found, related).select_related(*_SHOWN).order_by("period_end", "period_start"))
