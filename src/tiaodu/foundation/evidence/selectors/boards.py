"""Boards: the figures of many subjects × measures at once, in a fixed number of queries.

What is known today is read from :class:`Latest`, what stood on a past day from the evidence itself. Rows come
as tuples: a board of 20,000 figures has no time for 20,000 objects.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import OuterRef, Q, QuerySet, Subquery

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.evidence.models import Evidence, Latest
from tiaodu.foundation.evidence.selectors.families import Families, families
from tiaodu.foundation.evidence.selectors.figures import NEWEST_PERIOD, all_known_by, holding, known


class Cell(NamedTuple):
    """One figure of a board: value in the measure's base unit, the period it speaks of, its evidence."""

    value: Decimal
    period_start: date
    period_end: date
    evidence_id: int


Board = Mapping[tuple[int, int], Cell]
_TABLE = ("subject_id", "measure_id", "value", "period_start", "period_end")


def board(
    *,
    subject_ids: Iterable[int],
    measure_ids: Collection[int],
    series: str,
    period: Period | None = None,
    day: date | None = None,
) -> Board:
    """The figures of subjects × measures in one series by (subject, measure), as they stood on ``day``.

    With ``period`` those of exactly that period, without it the newest of each. A merged subject's figures
    stand under the one it is kept as; what was never told, or was taken back, is left out.
    """
    day, related = day or clock.today(), families()
    kept = {related.kept(subject) for subject in subject_ids}
    asked = Q(series=series, measure_id__in=measure_ids)
    if all_known_by(day):
        return _of_today(Latest.objects.filter(asked, subject_id__in=kept), period)
    if period is not None:
        of_period = asked & Q(period_end=period.end, period_start=period.start)
        return _of_period(of_period, kept, related, day)
    return _newest(asked, kept, related, day)


def _of_today(pointed: QuerySet[Latest], period: Period | None) -> Board:
    if period is None:
        pointed = pointed.filter(current=True)
    else:
        pointed = pointed.filter(period_end=period.end, period_start=period.start)
    found = pointed.filter(value__isnull=False).values_list(*_TABLE, "evidence_id")
    return {row[:2]: Cell._make(row[2:]) for row in found.iterator()}


def _of_period(asked: Q, kept: Collection[int], related: Families, day: date) -> Board:
    """Every revision known by the day in the order of knowing: the last one written into a place stays."""
    members = related.all_members(kept)
    rows = Evidence.objects.filter(asked, known(day), subject_id__in=members)
    cells: dict[tuple[int, int], Any] = {}
    for row in rows.order_by("known_on", "pk").values_list(*_TABLE, "pk").iterator():
        cells[related.kept(row[0]), row[1]] = row[2:]
    return {place: Cell._make(cell) for place, cell in cells.items() if cell[0] is not None}


def _newest(asked: Q, kept: Collection[int], related: Families, day: date) -> Board:
    """One step back through the index for each figure; the few keys that need a second look get one query."""
    alone = [subject for subject in kept if len(related.members(subject)) == 1]
    newest = Evidence.objects.filter(
        known(day),
        subject_id=OuterRef("subject_id"),
        measure_id=OuterRef("measure_id"),
        series=OuterRef("series"),
        period_end__lte=day,
    ).order_by(*NEWEST_PERIOD, "-revision")
    keys = Latest.objects.filter(asked, current=True, subject_id__in=alone)
    found = Evidence.objects.filter(pk__in=keys.values(first=Subquery(newest.values("pk")[:1])))
    cells: dict[tuple[int, int], Cell] = {}
    taken_back: set[int] = set()
    for row in found.order_by().values_list(*_TABLE, "pk").iterator():
        if row[2] is None:
            taken_back.add(row[0])
        else:
            cells[row[:2]] = Cell._make(row[2:])
    again = taken_back | (set(kept) - set(alone))
    if again:
        _look_again(cells, asked, again, related, day)
    return cells


def _look_again(
    cells: dict[tuple[int, int], Cell], asked: Q, subjects: Collection[int], related: Families, day: date
) -> None:
    """Subjects merged together, and those whose newest figure was taken back: the newest that holds."""
    rows = Evidence.objects.filter(asked, known(day), subject_id__in=related.all_members(subjects))
    holds = holding(rows, related).filter(value__isnull=False).order_by("period_end", "period_start")
    for row in holds.values_list(*_TABLE, "pk"):
        cells[related.kept(row[0]), row[1]] = Cell._make(row[2:])
