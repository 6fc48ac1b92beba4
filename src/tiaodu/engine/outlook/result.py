"""What a run gives: figures of nodes by month and scenario, and what they say of a period.

A scenario in which a node has no value (something was divided by zero, a month is missing) is left out of
quantiles and chances, and counted: :attr:`Values.unknown` says how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isnan, sqrt

import numpy as np
from numpy.typing import NDArray

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.outlook.model import Adds, Inputs
from tiaodu.engine.outlook.months import Months
from tiaodu.engine.outlook.shapes import Floats
from tiaodu.engine.outlook.tree import Tree
from tiaodu.engine.outlook.words import WARNING, Finding

TENTHS = (0.1, 0.5, 0.9)
ABOUT = 0.05  # how near a figure "about" the target is, as a share of it
_SAME = 1e-9  # how near a figure equal to the target is, as a share of it


def _near(share: float) -> Callable[[Floats, float], NDArray[np.bool_]]:
    def near(values: Floats, target: float) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = np.abs(values - target) <= share * abs(target) + 1e-12
        return found

    return near


COMPARED: Mapping[str, Callable[[Floats, float], NDArray[np.bool_]]] = {
    "=": _near(_SAME),
    "~": _near(ABOUT),
    ">=": lambda values, target: values >= target,
    ">": lambda values, target: values > target,
    "<=": lambda values, target: values <= target,
    "<": lambda values, target: values < target,
}


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """A figure for every scenario, NaN where there is none."""

    every: Floats

    @property
    def known(self) -> Floats:
        """The figures of the scenarios that have one."""
        return self.every[~np.isnan(self.every)]

    @property
    def unknown(self) -> int:
        """In how many scenarios there is no figure."""
        return int(np.isnan(self.every).sum())

    @property
    def mean(self) -> float | None:
        """The mean of the known; None when there is none."""
        known = self.known
        return float(known.mean()) if known.size else None

    def quantiles(self, shares: tuple[float, ...] = TENTHS) -> tuple[float, ...]:
        """The least figure each share of the known scenarios does not pass; nothing when none is known."""
        ordered = np.sort(self.known)
        ranks = [max(0, int(np.ceil(share * ordered.size - 1e-9)) - 1) for share in shares]
        return tuple(float(ordered[rank]) for rank in ranks) if ordered.size else ()

    def kept(self, comparator: str, target: float) -> Floats:
        """1 where the figure keeps the target, 0 where not, NaN where it is not known."""
        met = COMPARED[comparator](self.every, target).astype(float)
        return np.where(np.isnan(self.every), np.nan, met)

    def chance(self, comparator: str, target: float) -> float | None:
        """The share of the known scenarios that keep the target; None when none is known."""
        return Values(self.kept(comparator, target)).mean

    def chance_error(self, comparator: str, target: float) -> float | None:
        """The standard error of that share, √(p(1 − p)/n): what more scenarios would take away."""
        share, count = self.chance(comparator, target), self.known.size
        return None if share is None else sqrt(share * (1 - share) / count)


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """``kept``: nodes × months × scenarios of ``keys``. ``findings`` say what was met while running."""

    tree: Tree
    months: Months
    inputs: Inputs
    draws: Draws
    keys: tuple[str, ...]
    kept: Floats
    findings: tuple[Finding, ...]

    def value(self, key: str, month: int | str | None = None) -> Floats:
        """Months × scenarios of a node, or the scenarios of one month. KeyError for a node not kept."""
        if key not in self.keys:
            raise KeyError(key)
        whole: Floats = self.kept[self.keys.index(key)]
        return whole if month is None else whole[self.months.place(month)]

    def over(self, key: str, period: str | Period, adds: Adds | None = None) -> Values:
        """The figure of a period: months added up, the last, or their mean, by the node's measure.

        Months before the run are taken from evidence, so a period may lie wholly before it: then the figure
        is certain or unknown. Raises ValueError for a period that reaches beyond the run.
        """
        adds = adds or self.tree.nodes[key].adds
        inner = Months.of(Period.parse(period) if isinstance(period, str) else period)
        rows = [self._month(key, month) for month in inner]
        if adds is Adds.LAST:
            return Values(np.array(rows[-1]))
        total = np.zeros(len(self.draws))
        for row in rows:
            total += row
        return Values(total if adds is Adds.SUM else total / len(rows))

    def _month(self, key: str, month: int) -> Floats:
        if month < self.months.first:
            known = self.inputs.known.get(key, {}).get(month, np.nan)
            return np.full(len(self.draws), float(known))
        return self.value(key, month)

    def quantiles(self, key: str, shares: tuple[float, ...] = TENTHS) -> list[tuple[float, ...]]:
        """Quantiles of every month, for a fan."""
        return [Values(self.value(key, month)).quantiles(shares) for month in self.months]

    def chance(self, key: str, comparator: str, target: float, period: str | Period) -> float | None:
        """The share of scenarios in which the figure of ``period`` keeps the target."""
        return self.over(key, period).chance(comparator, target)

    def when(self, key: str, comparator: str, target: float) -> NDArray[np.int64]:
        """The first month in which the node keeps the target, by scenario; one past the run where none."""
        with np.errstate(invalid="ignore"):
            met = COMPARED[comparator](self.value(key), target)
        first = np.where(met.any(axis=0), met.argmax(axis=0), len(self.months))
        found: NDArray[np.int64] = first.astype(np.int64) + self.months.first
        return found

    def unknown(self, key: str, period: str | Period | None = None) -> int:
        """In how many scenarios the node has no value in a month (of the period, if one is given)."""
        if period is not None:
            return self.over(key, period).unknown
        return int(np.isnan(self.value(key)).any(axis=0).sum())

    def report(self) -> tuple[Finding, ...]:
        """All findings: of the tree, of the run, and for what is kept how many scenarios have no value."""
        lacking = [
            Finding("no_value", key, WARNING, {"count": count, "scenarios": len(self.draws)})
            for key in self.keys
            if (count := self.unknown(key))
        ]
        return (*self.tree.findings, *self.findings, *lacking)

    def pace(self, key: str, target: float, period: str | Period) -> Pace | None:
        """What is needed from now on to come to ``target``, beside what may be expected."""
        return pace(self, key, target, period)


@dataclass(frozen=True, slots=True)
class Pace:
    """``done`` so far, ``left`` to come to the target, in ``months`` months: ``needed`` in each of them.

    ``expected`` is the middle of what a month is likely to bring, ``last`` the mean of the known months;
    None where there is nothing. For a stock ``done`` is the last known figure and ``needed`` what must be
    added.
    """

    done: float
    left: float
    months: int
    needed: float | None
    expected: float | None
    last: float | None


def pace(result: Result, key: str, target: float, period: str | Period) -> Pace | None:
    """The pace needed from now; None for a ratio, which no pace makes.

    needed = (target − done)/months without evidence.
    """
    adds = result.tree.nodes[key].adds
    if adds is Adds.MEAN:
        return None
    inner = Months.of(Period.parse(period) if isinstance(period, str) else period)
    known = result.inputs.known.get(key, {})
    figures = [float(known[month]) for month in inner if month in known]
    before = [float(known[month]) for month in sorted(known) if month < inner.first]
    open_ = [month for month in inner if month not in known]
    done = sum(figures) if adds is Adds.SUM else (figures or before or [0.0])[-1]
    middle = result.over(key, period).quantiles((0.5,))
    count = len(open_)
    return Pace(
        done,
        target - done,
        count,
        (target - done) / count if count else None,
        (middle[0] - done) / count if middle and count else None,
        _mean(figures, adds, (before or [float("nan")])[-1]),
    )


def _mean(figures: list[float], adds: Adds, before: float) -> float | None:
    """The mean of known months; of a stock what it grew by in each."""
    if not figures:
        return None
    if adds is Adds.SUM:
        return sum(figures) / len(figures)
    grown = (figures[-1] - before) / len(figures)
    return None if isnan(grown) else grown
