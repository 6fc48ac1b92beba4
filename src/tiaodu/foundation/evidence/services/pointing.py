"""The pointers of :class:`Latest`: moved in the transaction of the figure, and rebuilt from the evidence."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from django.db import transaction

from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.evidence.models import Evidence, Latest
from tiaodu.foundation.evidence.selectors.families import families
from tiaodu.foundation.evidence.selectors.pointers import pointers
from tiaodu.foundation.registry.models import Subject

_BATCH = 2000
_FIELDS = (
    "subject_id", "measure_id", "series", "period_start", "period_end", "value", "evidence_id", "current",
)  # fmt: skip


def latest_point(kept_id: int, evidence: Evidence) -> None:
    """Let the pointer of a figure's period name this revision, and mark which period is the newest.

    The caller has locked the kept subject.
    """
    pointer = Latest(
        subject_id=kept_id,
        measure_id=evidence.measure_id,
        series=evidence.series,
        period_start=evidence.period_start,
        period_end=evidence.period_end,
        evidence=evidence,
        value=evidence.value,
    )
    Latest.objects.bulk_create(
        [pointer],
        update_conflicts=True,
        unique_fields=["subject", "measure", "series", "period_end", "period_start"],
        update_fields=["evidence", "value"],
    )
    latest_mark(kept_id, evidence.measure_id, evidence.series)


def latest_mark(kept_id: int, measure_id: int, series: str) -> None:
    """Mark the newest period that has a value; the newest one where every figure was taken back."""
    mine = Latest.objects.filter(subject_id=kept_id, measure_id=measure_id, series=series)
    newest = mine.order_by("-period_end", "-period_start").values_list("pk", flat=True)
    current = newest.filter(value__isnull=False).first() or newest.first()
    if current is None:
        return
    mine.filter(current=True).exclude(pk=current).update(current=False)
    mine.filter(pk=current, current=False).update(current=True)


@transaction.atomic
def latest_rebuild(subjects: Iterable[int] | None = None) -> int:
    """Make the pointers of some subjects (by id), or of all, anew from the evidence.

    Returns how many there are. Nothing is lost by it: a pointer holds only what the evidence says.
    """
    related = families()
    kept = None if subjects is None else sorted({related.kept(subject) for subject in subjects})
    # Whoever records a figure has locked the kept subject first, so none slips in between.
    locked = Subject.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)
    list(locked if kept is None else locked.filter(pk__in=kept))
    there = Latest.objects.all()
    if kept is not None:
        there = there.filter(subject_id__in=related.all_members(kept))
    there.delete()
    count, found = 0, pointers(kept)
    while rows := list(islice(found, _BATCH)):
        Latest.objects.bulk_create(Latest(**dict(zip(_FIELDS, row, strict=True))) for row in rows)
        count += len(rows)
    if subjects is None:
        audit.record(action="evidence.latest_rebuild", actor=None, after={"pointers": count})
    return count
