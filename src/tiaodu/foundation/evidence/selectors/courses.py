"""Courses: every period of one measure for many subjects, or of many measures for one subject."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from tiaodu.foundation import clock
from tiaodu.foundation.evidence.models import Evidence, Latest
from tiaodu.foundation.evidence.selectors.boards import Cell
from tiaodu.foundation.evidence.selectors.families import families
from tiaodu.foundation.evidence.selectors.figures import all_known_by, holding, known

_COLUMNS = ("subject_id", "series", "value", "period_start", "period_end")


def courses(
    *, subject_ids: Iterable[int], measure_id: int, series: Collection[str], day: date | None = None
) -> Mapping[tuple[int, str], list[Cell]]:
    """Every figure of a measure by (subject, series) as it stood on ``day``, the earliest period first.

    The figures of a subject that was merged stand under the one it is kept as; of two for one period the one
    known last holds. What was taken back is left out.
    """
    day, related = day or clock.today(), families()
    kept = {related.kept(subject) for subject in subject_ids}
    asked = Q(measure_id=measure_id, series__in=series)
    rows: Iterable[tuple[Any, ...]]
    if all_known_by(day):
        pointed = Latest.objects.filter(asked, subject_id__in=kept, value__isnull=False)
        rows = pointed.order_by("period_end", "period_start").values_list(*_COLUMNS, "evidence_id")
    else:
        there = Evidence.objects.filter(asked, known(day), subject_id__in=related.all_members(kept))
        holds = holding(there, related).filter(value__isnull=False)
        rows = holds.order_by("period_end", "period_start").values_list(*_COLUMNS, "pk")
    found: dict[tuple[int, str], list[Cell]] = {}
    for subject, of, value, start, end, pk in rows:
        cell = Cell(value, start, end, pk)
        found.setdefault((related.kept(subject), of), []).append(cell)
    return found


def told_by(
    subject_id: int, measure_ids: Collection[int], series: str, day: date | None = None
) -> Mapping[int, list[Cell]]:
    """Every figure one subject told of several measures in one series, as it stood on ``day``, by measure.

    As :func:`courses`: the earliest period first, what was taken back left out.
    """
    day, related = day or clock.today(), families()
    asked = Q(measure_id__in=measure_ids, series=series)
    rows: Iterable[tuple[Any, ...]]
    columns = ("measure_id", "value", "period_start", "period_end")
    if all_known_by(day):
        pointed = Latest.objects.filter(asked, subject_id=related.kept(subject_id), value__isnull=False)
        rows = pointed.order_by("period_end", "period_start").values_list(*columns, "evidence_id")
    else:
        there = Evidence.objects.filter(asked, known(day), subject_id__in=related.members(subject_id))
        holds = holding(there, related).filter(value__isnull=False)
        rows = holds.order_by("period_end", "period_start").values_list(*columns, "pk")
    found: dict[int, list[Cell]] = {}
    for measure, value, start, end, pk in rows:
        found.setdefault(measure, []).append(Cell(value, start, end, pk))
    return found
