"""Promised days as forecasts: kept or not, how late, and how good the stored chances were.

A promise counts once its day has passed: one that is kept early waits for its day like one that is not, so
that neither kind comes in sooner than the other. A promise that was moved is counted against its first day
and, apart from that, against its last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import log, sqrt
from statistics import NormalDist

from tiaodu.engine.kernel.datafile import Flag, Integer, Record

PROMISES = Record(
    {
        "lead_days": Integer(0, 730),
        "small_count": Integer(1, 1000),
        "bins": Integer(2, 20),
        "leader_record": Flag(),
    }
)
_SURE = 0.95


@dataclass(frozen=True, slots=True)
class Forecast:
    """The chance that was given on ``as_of`` that a step would be done by ``due``."""

    as_of: date
    due: date
    chance: float
    scenarios: int


@dataclass(frozen=True, slots=True)
class Promise:
    """The days promised for one step, in the order they were given, and the day it was finished.

    ``unit`` is the department that answers for it; ``key`` whatever the caller knows the step by.
    """

    key: Hashable
    unit: Hashable
    days: tuple[date, ...]
    finished: date | None = None
    forecasts: tuple[Forecast, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one promised day. ``late`` are days after it, 0 when kept; ``open``: still counting."""

    due: date
    kept: bool
    late: int
    open: bool


@dataclass(frozen=True, slots=True)
class Score:
    """A forecast against what happened (1 kept, 0 not).

    ``brier`` is (chance - happened)² (G. W. Brier, Verification of forecasts expressed in terms of
    probability, Monthly Weather Review 78, 1950). ``log`` is -ln of the chance given to what happened (I. J.
    Good, Rational decisions, JRSS B 14, 1952), a chance of 0 or 1 taken as half a scenario short of it.
    """

    chance: float
    happened: bool
    brier: float
    log: float


@dataclass(frozen=True, slots=True)
class Tally:
    """Promises of one unit: how many came due, how many were kept, with a 95 % interval of the share.

    ``late`` is the mean of days late over all of them, ``late_ones`` over those not kept; None without any.
    """

    count: int
    kept: int
    low: float
    high: float
    late: float | None
    late_ones: float | None
    open: int

    @property
    def share(self) -> float | None:
        """The share that was kept."""
        return self.kept / self.count if self.count else None


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts whose chance lies from ``low`` to ``high``: their mean chance and the share kept."""

    low: float
    high: float
    count: int
    mean_chance: float | None
    kept: int
    interval: tuple[float, float]

    @property
    def share(self) -> float | None:
        return self.kept / self.count if self.count else None


@dataclass(frozen=True, slots=True)
class Quality:
    """The forecasts of some promises: mean Brier and log score, and Brier of always telling the base rate."""

    count: int
    brier: float | None
    log: float | None
    base_brier: float | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A unit's record: against the first day, against the last, how many were moved, and its forecasts."""

    unit: Hashable
    first: Tally
    last: Tally
    moved: int
    quality: Quality


def outcome(due: date, finished: date | None, today: date) -> Outcome | None:
    """What became of a promised day; None while the day has not passed.

    >>> due = date(2024, 6, 30)
    >>> outcome(due, date(2024, 7, 10), date(2024, 8, 1))
    Outcome(due=datetime.date(2024, 6, 30), kept=False, late=10, open=False)
    >>> outcome(due, None, date(2024, 7, 1)).late, outcome(due, None, due)
    (1, None)
    """
    if due >= today:
        return None
    done = finished is not None and finished <= today
    ended = finished if finished is not None and done else today
    late = max(0, (ended - due).days)
    return Outcome(due, kept=done and late == 0, late=late, open=not done)


def wilson(kept: int, count: int, sure: float = _SURE) -> tuple[float, float]:
    """The interval of a share (E. B. Wilson, Probable inference, the law of succession, and statistical
    inference, JASA 22, 1927); all of 0 to 1 when nothing was counted.

    >>> [round(end, 3) for end in wilson(7, 10)], wilson(0, 0)
    ([0.397, 0.892], (0.0, 1.0))
    """
    if not 0 <= kept <= count:
        raise ValueError(f"{kept} of {count} is no share")
    if count == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + sure) / 2)
    share, z2 = kept / count, z * z
    centre = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = z / (1 + z2 / count) * sqrt(share * (1 - share) / count + z2 / (4 * count * count))
    low = 0.0 if kept == 0 else max(0.0, centre - half)
    return low, 1.0 if kept == count else min(1.0, centre + half)


def score(forecast: Forecast, *, happened: bool) -> Score:
    """One forecast scored.

    >>> round(score(Forecast(date(2024, 1, 1), date(2024, 3, 1), 0.7, 1000), happened=True).brier, 4)
    0.09
    >>> round(score(Forecast(date(2024, 1, 1), date(2024, 3, 1), 0.0, 500), happened=True).log, 2)
    6.91
    """
    half = 0.5 / max(1, forecast.scenarios)
    told = min(max(forecast.chance, half), 1 - half)
    brier = (forecast.chance - happened) ** 2
    return Score(forecast.chance, happened, brier, -log(told if happened else 1 - told))


def scored_forecast(promise: Promise, due: date, lead_days: int) -> Forecast | None:
    """The forecast that is scored of a promised day: the last made ``lead_days`` or more before it."""
    last = due - timedelta(days=lead_days)
    made = [told for told in promise.forecasts if told.due == due and told.as_of <= last]
    return max(made, key=lambda told: told.as_of, default=None)


def scores_of(promises: Iterable[Promise], *, today: date, lead_days: int) -> list[Score]:
    """The scored forecasts of every promised day that has passed, first and moved ones alike."""
    found = []
    for promise in promises:
        for due in dict.fromkeys(promise.days):
            result = outcome(due, promise.finished, today)
            told = scored_forecast(promise, due, lead_days) if result else None
            if result is not None and told is not None:
                found.append(score(told, happened=result.kept))
    return found


def quality(scores: Sequence[Score]) -> Quality:
    """How good forecasts were; ``base_brier`` is what always telling the share that was kept would score."""
    count = len(scores)
    if not count:
        return Quality(0, None, None, None)
    base = sum(one.happened for one in scores) / count
    return Quality(
        count,
        sum(one.brier for one in scores) / count,
        sum(one.log for one in scores) / count,
        base * (1 - base),
    )


def calibration(scores: Iterable[Score], bins: int) -> list[Bin]:
    """Forecasts in equal classes of chance; the last class holds 1 too.

    >>> told = [Score(0.9, True, 0.01, 0.1), Score(1.0, False, 1.0, 9.0), Score(0.1, False, 0.01, 0.1)]
    >>> [(one.count, one.kept) for one in calibration(told, 2)]
    [(1, 0), (2, 1)]
    """
    classes: dict[int, list[Score]] = defaultdict(list)
    for one in scores:
        classes[min(bins - 1, int(one.chance * bins))].append(one)
    return [_bin(place / bins, (place + 1) / bins, classes[place]) for place in range(bins)]


def _bin(low: float, high: float, scores: Sequence[Score]) -> Bin:
    count, kept = len(scores), sum(one.happened for one in scores)
    mean = sum(one.chance for one in scores) / count if count else None
    return Bin(low, high, count, mean, kept, wilson(kept, count))


def tally(outcomes: Sequence[Outcome]) -> Tally:
    """Promised days counted."""
    count, kept = len(outcomes), sum(one.kept for one in outcomes)
    missed = [one.late for one in outcomes if not one.kept]
    low, high = wilson(kept, count)
    return Tally(
        count=count,
        kept=kept,
        low=low,
        high=high,
        late=sum(missed) / count if count else None,
        late_ones=sum(missed) / len(missed) if missed else None,
        open=sum(one.open for one in outcomes),
    )


def records(promises: Iterable[Promise], *, today: date, lead_days: int) -> dict[Hashable, Kept]:
    """The record of every unit that promised something whose first day has passed."""
    by_unit: Mapping[Hashable, list[Promise]] = defaultdict(list)
    for promise in promises:
        if promise.days and outcome(promise.days[0], promise.finished, today) is not None:
            by_unit[promise.unit].append(promise)
    return {unit: kept_by(unit, own, today=today, lead_days=lead_days) for unit, own in by_unit.items()}


def kept_by(unit: Hashable, promises: Sequence[Promise], *, today: date, lead_days: int) -> Kept:
    """The record of some promises together."""
    first, last, moved = [], [], 0
    for promise in promises:
        begun = outcome(promise.days[0], promise.finished, today) if promise.days else None
        if begun is None:
            continue
        first.append(begun)
        moved += promise.days[-1] != promise.days[0]
        ended = outcome(promise.days[-1], promise.finished, today)
        if ended is not None:
            last.append(ended)
    scores = scores_of(promises, today=today, lead_days=lead_days)
    return Kept(unit, tally(first), tally(last), moved, quality(scores))
