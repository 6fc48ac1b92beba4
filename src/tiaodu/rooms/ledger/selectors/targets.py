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
    """A figure promised for the county and the whole year, in base units, with its indicator and task."""

    value: Decimal
    indicator_id: int
    task_id: int
    title: str


def year_targets(region: Region, year: int, measures: Collection[str], day: date) -> Mapping[str, Target]:
    """The targets by measure as known on ``day``: of the region itself, a sum of the year and no addition.

    Of two for one measure the one promised last holds. Three queries at most.
    """
    whole = Q(subject__kind=SubjectKind.REGION, subject__region=region) | Q(subject=None, subject_text="")
    known = Term.objects.filter(known_on__lte=day).order_by("revision")
    rows = (
        Indicator.objects.filter(alive(day), whole, measure_key__in=measures, increment=False)
        .filter(task__region=region, task__plan_year=year, task__created_on__lte=day)
        .filter(Q(task__withdrawn_on=None) | Q(task__withdrawn_on__gt=day))
        .select_related("task")
        .prefetch_related(Prefetch("terms", known, to_attr="known_terms"))
        .order_by("pk")
    )
    found: dict[str, Target] = {}
    for indicator in rows:
        terms = indicator.known_terms
        term = terms[-1] if terms else None
        if term is None or term.value is None or term.due_end != date(year, 12, 31):
            continue
        found[indicator.measure_key] = Target(
            term.value, indicator.pk, indicator.task_id, indicator.task.title
        )
    return found
