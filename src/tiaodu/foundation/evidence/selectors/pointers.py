"""What the pointers of :class:`Latest` must be, worked out from the evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby, zip_longest
from typing import Any

from tiaodu.foundation.evidence.models import Evidence, Latest
from tiaodu.foundation.evidence.selectors.families import families
from tiaodu.foundation.evidence.selectors.figures import holding

_CHUNK = 5000
_KEY = 3  # columns of a pointer's subject, measure, series
_VALUE = 5
_COLUMNS = ("measure_id", "series", "period_start", "period_end", "value", "known_on")


def pointers(kept: Collection[int] | None = None) -> Iterator[tuple[Any, ...]]:
    """Every pointer that must be: subject, measure, series, start, end, value, day, evidence, if current.

    ``kept`` narrows to these kept subjects. The order is that of :func:`pointers_there`.
    """
    related = families()
    rows = Evidence.objects.all()
    if kept is not None:
        rows = rows.filter(subject_id__in=related.all_members(kept))
    holds = holding(rows, related).annotate(kept=related.expression())
    holds = holds.order_by("kept", "measure_id", "series", "-period_end", "-period_start")
    told = holds.values_list("kept", *_COLUMNS, "pk").iterator(_CHUNK)
    for _key, group in groupby(told, key=lambda row: row[:_KEY]):
        periods = list(group)
        current = next((n for n, row in enumerate(periods) if row[_VALUE] is not None), 0)
        yield from ((*row, n == current) for n, row in enumerate(periods))


def pointers_there() -> Iterator[tuple[Any, ...]]:
    """Every pointer that is kept, in the same columns and order."""
    kept = Latest.objects.order_by("subject_id", "measure_id", "series", "-period_end", "-period_start")
    columns = ("subject_id", *_COLUMNS, "evidence_id", "current")
    yield from kept.values_list(*columns).iterator(_CHUNK)


def pointers_are_true() -> bool:
    """Whether what is kept is what must be."""
    return all(must == there for must, there in zip_longest(pointers(), pointers_there()))
