"""The pointers of :class:`Latest`: moved in the transaction of the figure, and rebuilt from the evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import islice

from django.db import transaction

from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.evidence.models import Evidence, Latest
from tiaodu.foundation.evidence.selectors.families import families
from tiaodu.foundation.evidence.selectors.pointers import pointers
from tiaodu.foundation.registry.models import Subject

Key = tuple[int, int, str]  # kept subject, measure, series
Place = tuple[int, int, str, date, date]  # and the end and start of the period
_BATCH = 2000
_FIELDS = (
    "subject_id", "measure_id", "series", "period_start", "period_end", "value", "known_on", "evidence_id",
    "current",
)  # fmt: skip


def latest_point(written: Sequence[tuple[int, Evidence]]) -> None:
    """Let the pointers of the periods just written, by kept subject, name these revisions.

    The caller has locked the kept subjects. Queries: three, however many figures; four more for each that was
    taken back.
    """
    rows = {_place(kept, row): row for kept, row in written}
    kept_ids, measure_ids = {place[0] for place in rows}, {place[1] for place in rows}
    there = Latest.objects.filter(current=True, subject_id__in=kept_ids, measure_id__in=measure_ids)
    current = {(at.subject_id, at.measure_id, at.series): at for at in there}
    newest: dict[Key, Place] = {}
    for place, row in rows.items():
        at, best = current.get(place[:3]), newest.get(place[:3])
        if row.value is not None and _is_newer(place, at) and (best is None or place[3:] > best[3:]):
            newest[place[:3]] = place
    superseded = [at.pk for key, at in current.items() if key in newest]
    if superseded:
        Latest.objects.filter(pk__in=superseded).update(current=False)
    _put(rows, set(newest.values()))
    for key in {place[:3] for place, row in rows.items() if row.value is None}:
        _mark(*key)


def _place(kept: int, row: Evidence) -> Place:
    return kept, row.measure_id, row.series, row.period_end, row.period_start


def _is_newer(place: Place, at: Latest | None) -> bool:
    return at is None or at.value is None or place[3:] >= (at.period_end, at.period_start)


def _put(rows: Mapping[Place, Evidence], newest: Collection[Place]) -> None:
    """Write the pointers; those of the newest periods are marked, the mark of the others stays as it is."""
    for marked in (True, False):
        pointers_of = [
            Latest(
                subject_id=place[0],
                measure_id=place[1],
                series=place[2],
                period_end=place[3],
                period_start=place[4],
                evidence=row,
                value=row.value,
                known_on=row.known_on,
                current=marked,
            )
            for place, row in rows.items()
            if (place in newest) is marked
        ]
        if pointers_of:
            Latest.objects.bulk_create(
                pointers_of,
                update_conflicts=True,
                unique_fields=["subject", "measure", "series", "period_end", "period_start"],
                update_fields=["evidence", "value", "known_on", *(["current"] if marked else [])],
            )


def _mark(kept_id: int, measure_id: int, series: str) -> None:
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
