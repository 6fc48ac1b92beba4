"""When a unit will cross its threshold, from its own monthly revenue: the chance by each month.

Months are points: January and February are one, as they are published, so a year has 11 points. The
logarithm of revenue a month is a level that wanders, plus the season, plus noise::

    log y = level + season + noise        level(t) = level(t-1) + growth + shock

Season, the part of the noise that stays (``mix``) and how much units differ are learned from all units
together; growth and size of the noise are each unit's own, drawn towards its peers' the less it has shown
(see ``learned``). Thousands of futures are drawn, with what is not known about growth, noise and level in
them.

A companion (power, tax, payroll, where the firm has authorised it) that is known for months of which revenue
is not yet known moves the level of those months, by as much as it moved with revenue in the past.

>>> steady = History("a", Point(2022, 1), tuple([300.0] + [150.0] * 10) * 2)
>>> months = tuple(100.0 * 1.02**n * (2 if n % 11 == 0 else 1) for n in range(22))
>>> grows = History("b", Point(2022, 1), months)
>>> weak = Prior(6, 0.2, 8.0, 0.3, 200.0, 0.01, 10.0, 4.0, 60)
>>> found = forecast([steady, grows], Draws(7, 2000), ahead=11, prior=weak)
>>> [each.chance_by(Point(2024, 11), 1900.0) > 0.5 for each in found]
[False, True]
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.learned import POINTS, Companion, Learned, Prior, learn

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A point of a year: 1 is January with February, 2 March, … 11 December."""

    year: int
    number: int

    @classmethod
    def of(cls, period: Period) -> Point:
        """The point a month belongs to.

        >>> Point.of(Period.month(2024, 2)), Point.of(Period.month(2024, 12))
        (Point(year=2024, number=1), Point(year=2024, number=11))
        """
        return cls(period.end.year, max(1, period.end.month - 1))

    @property
    def index(self) -> int:
        """Points since the year 0."""
        return self.year * POINTS + self.number - 1

    def later(self, by: int) -> Point:
        """The point ``by`` further on."""
        year, number = divmod(self.index + by, POINTS)
        return Point(year, number + 1)

    @property
    def period(self) -> Period:
        """The months it stands for."""
        first, last = (1, 2) if self.number == 1 else (self.number + 1, self.number + 1)
        return Period.months(self.year, first, last)


@dataclass(frozen=True, slots=True)
class History:
    """A unit's revenue by point from ``start`` on, 万元; None where nothing is known.

    ``companion`` has the same points and may go on further than revenue.
    """

    key: str
    start: Point
    values: tuple[float | None, ...]
    companion: Companion | None = None

    @property
    def last(self) -> Point | None:
        """The last point with a figure."""
        known = [n for n, value in enumerate(self.values) if value is not None]
        return self.start.later(known[-1]) if known else None


@dataclass(frozen=True, slots=True, eq=False)
class Future:
    """The drawn futures of one unit after ``last``: ``paths`` is points × scenarios, 万元 of each point.

    ``known`` are the last 11 figures up to ``last``, so that sums reach back; None where one is missing.
    """

    key: str
    last: Point
    paths: Floats
    known: tuple[float | None, ...]

    def point(self, step: int) -> Point:
        """The point ``step`` (from 0) of the future."""
        return self.last.later(step + 1)

    def year_sums(self, year: int) -> Floats:
        """Revenue from January of ``year`` to each future point of that year: points × scenarios."""
        steps = [n for n in range(len(self.paths)) if self.point(n).year == year]
        before = sum(
            value or 0.0
            for back, value in enumerate(reversed(self.known))
            if self.last.later(-back).year == year
        )
        return before + np.cumsum(self.paths[steps], axis=0)

    def twelve_months(self) -> Floats:
        """Revenue of the 12 months up to each future point: points × scenarios."""
        known = np.array([value or 0.0 for value in self.known])[:, None]
        whole = np.concatenate([np.repeat(known, self.paths.shape[1], axis=1), self.paths])
        sums = np.cumsum(whole, axis=0)
        rolled: Floats = sums[POINTS:] - sums[:-POINTS]
        return rolled

    def chances(self, threshold: float, *, rolling: bool = True) -> tuple[float, ...]:
        """The chance that the threshold was reached by each future point (once reached stays reached)."""
        over = self.twelve_months() >= threshold if rolling else self._over_in_year(threshold)
        return tuple(float(share) for share in np.maximum.accumulate(over, axis=0).mean(axis=1))

    def _over_in_year(self, threshold: float) -> NDArray[np.bool_]:
        years = sorted({self.point(n).year for n in range(len(self.paths))})
        return np.concatenate([self.year_sums(year) >= threshold for year in years])

    def chance_by(self, point: Point, threshold: float, *, rolling: bool = True) -> float:
        """The chance that the threshold is reached by ``point``."""
        return self.chances(threshold, rolling=rolling)[point.index - self.last.index - 1]

    def crossing(self, threshold: float, level: float = 0.5, *, rolling: bool = True) -> Point | None:
        """The first point by which the chance is ``level``; None: not within what was drawn."""
        for step, chance in enumerate(self.chances(threshold, rolling=rolling)):
            if chance >= level:
                return self.point(step)
        return None

    def falls(self, threshold: float, year: int) -> float:
        """The chance that the whole year's revenue stays below the threshold (退规)."""
        return float((self.year_sums(year)[-1] < threshold).mean())

    def ranges(self, *, rolling: bool = True, levels: Sequence[float] = (10, 50, 90)) -> Floats:
        """Percentiles of the sums: levels × points."""
        if rolling:
            sums = self.twelve_months()
        else:
            years = sorted({self.point(n).year for n in range(len(self.paths))})
            sums = np.concatenate([self.year_sums(year) for year in years])
        found: Floats = np.percentile(sums, levels, axis=1)
        return found


def forecast(
    histories: Sequence[History],
    draws: Draws,
    *,
    ahead: int,
    prior: Prior,
    only: Collection[str] | None = None,
) -> Iterator[Future]:
    """The futures of every unit with at least ``prior.least`` figures, ``ahead`` points after its last.

    Units of one call are each other's peers, told one by one: their paths are not kept. The same histories
    and draws give the same numbers. ``only`` these keys are told; all of them teach.
    """
    usable = [h for h in histories if sum(value is not None for value in h.values) >= prior.least]
    if not usable:
        return
    start = min(history.start for history in usable)
    table = _table(usable, start)
    found = learn(table, [_moved(h, start, table.shape[1]) for h in usable], start.number - 1, prior)
    for number, history in enumerate(usable):
        if only is not None and history.key not in only:
            continue
        yield _future(history, number, found, draws.within(history.key), ahead, start)


def _table(histories: Sequence[History], start: Point) -> Floats:
    """Logarithms of revenue a month, units × points; NaN where nothing is known.

    A month without any revenue has no logarithm: it counts as a hundredth of the unit's usual month.
    """
    width = max(h.start.index - start.index + len(h.values) for h in histories)
    table = np.full((len(histories), width), np.nan)
    for row, history in enumerate(histories):
        offset = history.start.index - start.index
        for n, value in enumerate(history.values):
            if value is not None:
                table[row, offset + n] = value / (2 if history.start.later(n).number == 1 else 1)
    usual = np.array([np.median(row[row > 0]) if (row > 0).any() else 1.0 for row in table])
    logs: Floats = np.log(np.maximum(table, usual[:, None] / 100))
    return logs


def _moved(history: History, start: Point, width: int) -> Floats:
    """The logarithms of the companion beside the table's points, and beyond."""
    offset = history.start.index - start.index
    values = history.companion.values if history.companion else ()
    moved = np.full(max(width, offset + len(values)), np.nan)
    for n, value in enumerate(values):
        if value is not None and value > 0:
            months = 2 if history.start.later(n).number == 1 else 1
            moved[offset + n] = np.log(value / months)
    return moved


def _future(history: History, row: int, found: Learned, draws: Draws, ahead: int, start: Point) -> Future:
    last = history.last
    assert last is not None  # noqa: S101  a unit with figures has a last one
    at = last.index - start.index
    levels = found.levels(row, draws, ahead, at)
    season = np.array([found.season[(last.number + n) % POINTS] for n in range(ahead)])
    months = np.array([2.0 if last.later(n + 1).number == 1 else 1.0 for n in range(ahead)])
    paths = np.exp(levels + season[:, None]) * months[:, None]
    begin = history.start.index
    known = tuple(
        history.values[spot] if 0 <= (spot := last.index - back - begin) < len(history.values) else None
        for back in reversed(range(POINTS))
    )
    return Future(history.key, last, paths, known)
