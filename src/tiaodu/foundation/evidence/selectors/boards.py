"""Boards: the figures of many subjects × measures at once, in a fixed number of queries.

What is known today is read from :class:`Latest`, what stood on a past day from the evidence itself. Rows come
as tuples of plain text and numbers, which both databases hand over without a conversion for each: a board of
20,000 figures has no time for 20,000 objects.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

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


Place = tuple[int, int]  # kept subject, measure
_text = CharField()
_VALUE, _START, _END = (Cast(name, _text) for name in ("value", "period_start", "period_end"))
_BAR = Value("|")
_PACKED = Concat(_VALUE, _BAR, _START, _BAR, _END, _BAR, Cast("pk", _text), output_field=_text)
_day: Callable[[str], date] = lru_cache(maxsize=4096)(date.fromisoformat)


class Board(Mapping[Place, Cell]):
    """The cells of a board by subject and measure; a cell is made when it is looked at."""

    __slots__ = ("_read", "_told")

    def __init__(self, told: dict[Place, Any], read: Callable[[Any], Cell]) -> None:
        self._told, self._read = told, read

    def __getitem__(self, place: Place) -> Cell:
        return self._read(self._told[place])

    def __iter__(self) -> Iterator[Place]:
        return iter(self._told)

    def __len__(self) -> int:
        return len(self._told)


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
        return _of_period(asked, period, kept, related, day)
    return _newest(asked, kept, related, day)


def _of_today(pointed: QuerySet[Latest], period: Period | None) -> Board:
    pointed = pointed.filter(value__isnull=False)
    if period is None:
        columns = ("subject_id", "measure_id", _VALUE, _START, _END, "evidence_id")
        rows = pointed.filter(current=True).values_list(*columns)
        return Board(
            {row[:2]: row for row in rows},
            lambda row: Cell(Decimal(row[2]), _day(row[3]), _day(row[4]), row[5]),
        )
    start, end = period.start, period.end
    pointed = pointed.filter(period_end=end, period_start=start)
    rows = pointed.values_list("subject_id", "measure_id", _VALUE, "evidence_id")
    return Board({row[:2]: row for row in rows}, lambda row: Cell(Decimal(row[2]), start, end, row[3]))


def _of_period(asked: Q, period: Period, kept: Collection[int], related: Families, day: date) -> Board:
    """Every revision of the period; of those known by the day the last one.

    Few are known later: leaving them out here keeps the database on the index of the period.
    """
    start, end, until = period.start, period.end, day.isoformat()
    rows = Evidence.objects.filter(
        asked, period_end=end, period_start=start, subject_id__in=related.all_members(kept)
    ).values_list("subject_id", "measure_id", Cast("known_on", _text), "pk", _VALUE)
    last: dict[Place, tuple[Any, ...]] = {}
    for row in rows.order_by():
        place = (related.kept(row[0]), row[1])
        if row[2] <= until and (place not in last or row[2:4] > last[place][2:4]):
            last[place] = row
    told = {place: row for place, row in last.items() if row[4]}
    return Board(told, lambda row: Cell(Decimal(row[4]), start, end, row[3]))


def _newest(asked: Q, kept: Collection[int], related: Families, day: date) -> Board:
    """One step back through the index for each figure; the few keys that need a second look get one query."""
    alone = [subject for subject in kept if len(related.members(subject)) == 1]
    first = Evidence.objects.filter(
        known(day),
        subject_id=OuterRef("subject_id"),
        measure_id=OuterRef("measure_id"),
        series=OuterRef("series"),
        period_end__lte=day,
    ).order_by(*NEWEST_PERIOD, "-revision")
    keys = Latest.objects.filter(asked, current=True, subject_id__in=alone)
    newest = keys.values_list("subject_id", "measure_id", Subquery(first.values(packed=_PACKED)[:1]))
    told = {(subject, measure): packed for subject, measure, packed in newest if packed}
    taken_back = {place for place, packed in told.items() if packed.startswith("|")}
    again = {subject for subject, _measure in taken_back} | (set(kept) - set(alone))
    if again:
        for place in taken_back:
            del told[place]
        _look_again(told, asked, again, related, day)
    return Board(told, _unpacked)


def _unpacked(packed: str) -> Cell:
    value, start, end, pk = packed.split("|")
    return Cell(Decimal(value), _day(start), _day(end), int(pk))


def _look_again(
    told: dict[Place, str], asked: Q, subjects: Collection[int], related: Families, day: date
) -> None:
    """Subjects merged together, and those whose newest figure was taken back: the newest that holds."""
    rows = Evidence.objects.filter(asked, known(day), subject_id__in=related.all_members(subjects))
    holds = holding(rows, related).filter(value__isnull=False).order_by("period_end", "period_start")
    for subject, measure, packed in holds.values_list("subject_id", "measure_id", _PACKED):
        told[related.kept(subject), measure] = packed
