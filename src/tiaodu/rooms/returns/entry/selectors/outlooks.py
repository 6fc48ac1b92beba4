"""When units will cross their threshold, from their own revenue and what they have authorised."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.channels import Month
from tiaodu.engine.returns.crossing import Future, History, Point, forecast
from tiaodu.engine.returns.entering import is_listed
from tiaodu.engine.returns.learned import Companion
from tiaodu.foundation.evidence.selectors import courses
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.returns.entry.models import Authorisation, EntryOutlook, EntryUnit
from tiaodu.rooms.returns.entry.selectors.rows import EntryRow, rows_of

SEED = 20240101  # the same for all: the same record gives the same chances
ABOUT = EntryOutlook.About


@dataclass(frozen=True)
class Foreseen:
    """What is to be expected of one unit: the drawn future, and the two chances."""

    row: EntryRow
    future: Future
    by: date
    about: str
    chance: float
    p50: date | None
    companion: str  # the measure that helped; empty: revenue alone

    @property
    def threshold(self) -> float:
        return float(_threshold(self.row) or 0)

    def points(self) -> list[Period]:
        """The periods ahead."""
        return [self.future.point(n).period for n in range(len(self.future.paths))]


def foreseen_in(region: Region, day: date, *, only: Collection[int] | None = None) -> Iterator[Foreseen]:
    """The outlook of every unit of the region with an amount to reach and enough revenue told; ``only`` of
    these units, learned from all.
    """
    rows = rows_of(EntryUnit.objects.filter(region=region, created_on__lte=day), day)
    rows = [row for row in rows if _threshold(row) is not None]
    if not rows:
        return
    foresight = rows[0].judging.foresight
    companions = _companions(rows, day)
    histories = [h for row in rows if (h := _history(row, companions.get(row.unit.subject_id)))]
    by_key = {str(row.unit.pk): row for row in rows}
    wanted = None if only is None else {str(pk) for pk in only}
    draws = Draws(SEED, foresight.scenarios)
    told = forecast(histories, draws, ahead=foresight.ahead, prior=foresight.prior, only=wanted)
    named = {h.key: h.companion.measure if h.companion else "" for h in histories}
    for future in told:
        found = _foreseen(by_key[future.key], future, named[future.key])
        if found is not None:
            yield found


def foreseen_of(unit: EntryUnit, day: date) -> Foreseen | None:
    """The outlook of one unit, learned from all of its region; None: too little is known of it."""
    return next(foreseen_in(unit.region, day, only=[unit.pk]), None)


def _threshold(row: EntryRow) -> Decimal | None:
    return row.of.threshold if row.of is not None and row.of.basis != "planned_investment" else None


def _foreseen(row: EntryRow, future: Future, companion: str) -> Foreseen | None:
    """Of a listed unit the chance that it falls, of another that it reaches, by the end of a year's count."""
    threshold, listed = float(_threshold(row) or 0), is_listed(row.state.code)
    year = future.point(0).year
    by = date(year, 12, 31) if listed else _counts_to(row, year)
    steps = [n for n in range(len(future.paths)) if future.point(n).period.end <= by]
    if not steps or future.point(len(future.paths) - 1).period.end < by:
        return None
    if listed:
        return Foreseen(row, future, by, ABOUT.FALL, future.falls(threshold, year), None, companion)
    chance = future.chances(threshold, rolling=False)[steps[-1]]
    point = future.crossing(threshold, rolling=False)
    return Foreseen(row, future, by, ABOUT.REACH, chance, point.period.end if point else None, companion)


def _counts_to(row: EntryRow, year: int) -> date:
    """The last day whose revenue counts in the year's rounds; the year's end where none is announced."""
    annual = [b.counts_to for b in row.judging.batches if b.channel == "annual" and b.counts_to.year == year]
    return max(annual, default=date(year, 12, 31))


def _history(row: EntryRow, companion: tuple[str, Mapping[int, float]] | None) -> History | None:
    values = by_point(row.revenue.months)
    if not values:
        return None
    first, last = min(values), max(values)
    start = Point(0, 1).later(first)
    beside = None
    if companion is not None:
        measure, told = companion
        ends = max([last, *told])
        beside = Companion(measure, tuple(told.get(n) for n in range(first, ends + 1)))
    return History(str(row.unit.pk), start, tuple(values.get(n) for n in range(first, last + 1)), beside)


def by_point(months: Sequence[Month]) -> dict[int, float]:
    """Amounts by the index of their point; January or February alone is no point."""
    found: dict[int, float] = {}
    told: dict[int, set[int]] = {}
    for month in months:
        at = Point.of(month.period).index
        found[at] = found.get(at, 0.0) + float(month.amount)
        covered = range(month.period.start.month, month.period.end.month + 1)
        told.setdefault(at, set()).update(covered)
    whole = {1: {1, 2}}
    return {
        at: amount
        for at, amount in found.items()
        if told[at] >= whole.get(Point(0, 1).later(at).number, told[at])
    }


def _companions(rows: Sequence[EntryRow], day: date) -> dict[int, tuple[str, dict[int, float]]]:
    """By subject the series it has authorised, in force on ``day``: the one with most points."""
    subjects = [row.unit.subject_id for row in rows]
    granted = [
        each
        for each in Authorisation.objects.filter(
            subject__in=subjects, use=Authorisation.Use.ENTRY, granted_on__lte=day, until__gte=day
        ).select_related("measure")
        if each.holds_on(day)
    ]
    found: dict[int, tuple[str, dict[int, float]]] = {}
    for measure in {each.measure for each in granted}:
        mine = [each for each in granted if each.measure_id == measure.pk]
        told = courses(
            subject_ids=[each.subject_id for each in mine],
            measure_id=measure.pk,
            series={each.series for each in mine},
            day=day,
        )
        for each in mine:
            cells = told.get((each.subject_id, each.series), [])
            months = [Month(Period(c.period_start, c.period_end), c.value) for c in cells if _short(c)]
            points = by_point(months)
            if len(points) > len(found.get(each.subject_id, ("", {}))[1]):
                found[each.subject_id] = (measure.code, points)
    return found


def _short(cell: object) -> bool:
    start, end = cell.period_start, cell.period_end  # type: ignore[attr-defined]
    return bool(start.year == end.year and (start.month == end.month or (start.month, end.month) == (1, 2)))
