"""What a unit told before: last time, a year before, its course, and what is held already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.periods import before, period_of, year_before
from tiaodu.engine.returns.types import Basis, ReturnType
from tiaodu.foundation import clock
from tiaodu.foundation.evidence.models import Evidence, Series
from tiaodu.foundation.evidence.selectors import board, told_by
from tiaodu.foundation.registry.models import Measure
from tiaodu.rooms.returns.models import Return
from tiaodu.rooms.returns.rules import evidence_period

Course = Mapping[str, Mapping[Period, Decimal]]  # measure, period of the form, value in base units


@dataclass(frozen=True, slots=True)
class Beside:
    """What helps to fill a cell: last time's value and that of a year before."""

    last: Decimal | None = None
    year: Decimal | None = None


def series_of(form: ReturnType) -> str:
    """The series of the figures of a form."""
    return Series.STATISTICAL if form.basis is Basis.SURVEY else Series.DISPATCH


def course_of(row: Return, form: ReturnType, day: date | None = None) -> Course:
    """Everything the unit told of the measures of a form, by period of the form, as known on ``day``.

    A level told for the last day of a period stands for the period. Two queries.
    """
    codes = [asked.measure for asked in form.asked]
    measures = {m.pk: m for m in Measure.objects.filter(code__in=codes)}
    found: dict[str, dict[Period, Decimal]] = {code: {} for code in codes}
    told = told_by(row.subject_id, list(measures), series_of(form), day or clock.today())
    for measure_id, cells in told.items():
        measure = measures[measure_id]
        for cell in cells:
            period = period_of(form, cell.period_end)
            stands = Period(cell.period_start, cell.period_end)
            if period is not None and evidence_period(measure.kind, period) == stands:
                found[measure.code][period] = cell.value
    return found


def beside(form: ReturnType, period: Period, course: Course) -> dict[str, Beside]:
    """Last time and a year before, by measure."""
    last, year = before(form, period), year_before(period)
    return {
        code: Beside(told.get(last) if last is not None else None, told.get(year))
        for code, told in course.items()
    }


def held_elsewhere(row: Return, form: ReturnType) -> dict[str, Evidence]:
    """Figures of this unit and period that another of its returns has told: shown, not asked again."""
    found: dict[str, Evidence] = {}
    for told in _figures(row, form):
        if told.source_id != str(row.pk) and told.value is not None:
            found[told.measure.code] = told
    return found


def figures_in(row: Return, form: ReturnType) -> dict[str, Evidence]:
    """The figures of a return as they stand, its own and those held from another, by measure."""
    return {told.measure.code: told for told in _figures(row, form) if told.value is not None}


def _figures(row: Return, form: ReturnType) -> Iterable[Evidence]:
    """What stands for each measure of the form in the return's period, in a fixed number of queries."""
    kinds = Measure.objects.filter(code__in=[asked.measure for asked in form.asked])
    by_period: dict[Period, list[int]] = {}
    for pk, kind in kinds.values_list("pk", "kind"):
        by_period.setdefault(evidence_period(kind, row.period), []).append(pk)
    ids = [
        cell.evidence_id
        for period, measures in by_period.items()
        for cell in board(
            subject_ids=[row.subject_id], measure_ids=measures, series=series_of(form), period=period
        ).values()
    ]
    return Evidence.objects.filter(pk__in=ids).select_related("measure", "reporter", "subject", "department")
