"""What the county promises for a year as a whole: the figure a monthly course is measured against."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, Q

from tiaodu.foundation.registry.models import Region, SubjectKind
from tiaodu.rooms.ledger.models import Indicator, Term
from tiaodu.rooms.ledger.selectors.scope import alive


@dataclass(frozen=True, slots=True)
class Target:
    """A figure promised for a whole year, in base units, with its indicator and task."""

    value: Decimal
    indicator_id: int
    task_id: int
    title: str


def year_targets(
    region: Region, year: int, measures: Collection[str], day: date, *, sectors: Collection[str] = ()
) -> Mapping[str, Target]:
    """The targets by measure as known on ``day``: of the region itself, a sum of the year and no addition.

    ``sectors``: fields of work whose industry stands for the region, where all of a measure is made there
    (coal by 煤炭); the region's own target goes before the industry's. Of two for one measure the one
    promised last holds. Two queries, four with sectors.
    """
    whole = Q(subject__kind=SubjectKind.REGION, subject__region=region) | Q(subject=None, subject_text="")
    found = _targets(region, year, measures, day, whole)
    if sectors and (left := set(measures) - {measure for measure, _subject in found}):
        industry = Q(subject__kind=SubjectKind.INDUSTRY, subject__sector__in=sectors)
        found |= _targets(region, year, left, day, industry)
    return {measure: target for (measure, _subject), target in found.items()}


def unit_targets(
    region: Region, year: int, measure: str, subjects: Collection[int], day: date
) -> Mapping[int, Target]:
    """What is promised of each unit for the year, by its key, as known on ``day``. Two queries."""
    found = _targets(region, year, [measure], day, Q(subject__in=subjects))
    return {subject: target for (_measure, subject), target in found.items() if subject is not None}


def _targets(
    region: Region, year: int, measures: Collection[str], day: date, of: Q
) -> dict[tuple[str, int | None], Target]:
    """By measure and subject."""
    known = Term.objects.filter(known_on__lte=day).order_by("revision")
    rows = (
        Indicator.objects.filter(alive(day), of, measure_key__in=measures, increment=False)
        .filter(task__region=region, task__plan_year=year, task__created_on__lte=day)
        .filter(Q(task__withdrawn_on=None) | Q(task__withdrawn_on__gt=day))
        .select_related("task")
        .prefetch_related(Prefetch("terms", known, to_attr="known_terms"))
        .order_by("pk")
    )
    found: dict[tuple[str, int | None], Target] = {}
    for indicator in rows:
        terms = indicator.known_terms
        term = terms[-1] if terms else None
        if term is None or term.value is None or term.due_end != date(year, 12, 31):
            continue
        key = (indicator.measure_key, indicator.subject_id)
        found.pop(key, None)  # the last stands last
        found[key] = Target(term.value, indicator.pk, indicator.task_id, indicator.task.title)
    return found
