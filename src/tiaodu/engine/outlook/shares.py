"""What a figure hangs on: the share of its variance, or of the risk of a promise, that each driver alone
makes.

First-order indices of Sobol', S = Var(E[Y | X])/Var(Y), from the scenarios that were run, without further
runs: Y is projected on polynomials of the driver's own score, orthonormal under its distribution, up to
degree three (Hermite for normal scores, Legendre for shares; polynomial chaos: Sudret, Reliability
Engineering & System Safety 93, 2008). S = Σ (cor(Y, φ)² − 1/n); 1/n is what chance alone would give. A
driver drawn for every month has the sum over its months, which are independent. Scores are drawn again by
name, not kept. A date has no formula: its polynomials are made orthonormal over its scenarios. For a promise
Y is 1 when it is kept, 0 when not. What is left over, 1 − Σ S, hangs on several drivers together or is beyond
degree three.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.outlook.code import cause_key, draw_key
from tiaodu.engine.outlook.model import Noise, Per
from tiaodu.engine.outlook.months import Months, month_of
from tiaodu.engine.outlook.result import Result
from tiaodu.engine.outlook.shapes import Floats, Triangular

DEGREE = 3
_CHANCE = 3.0  # standard errors below which a share is not told from chance


@dataclass(frozen=True, slots=True)
class Share:
    """``kind``: node, cause or date; ``share`` of the variance; ``way`` is +1 if more of the driver's score
    goes with more of the figure, -1 if with less, 0 if neither. ``sure`` when it is more than chance would
    show.
    """

    kind: str
    name: str
    share: float
    way: int
    sure: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """Drivers, the largest share first, and what hangs on several together or is not told."""

    drivers: tuple[Share, ...]
    rest: float


def shares(
    result: Result, key: str, period: str | Period, promise: tuple[str, float] | None = None, most: int = 8
) -> Shares:
    """The drivers of ``key`` over ``period``; with ``promise`` (comparator and target) those of the risk.

    Nothing varies: no drivers. At most ``most`` are told, those not told from chance are left out.
    """
    values = result.over(key, period)
    figures = values.kept(*promise) if promise else values.every
    known = ~np.isnan(figures)
    spread = float(figures[known].std()) if known.any() else 0.0
    if spread <= 1e-12 * max(1.0, float(np.abs(figures[known]).max(initial=0.0))):
        return Shares((), 0.0)
    standard = (figures[known] - figures[known].mean()) / spread
    last = month_of(Period.parse(period).end if isinstance(period, str) else period.end)
    found = [_share(result, driver, standard, known, last) for driver in _drivers(result, key)]
    told = sorted((each for each in found if each.sure), key=lambda each: (-each.share, each.kind, each.name))
    return Shares(tuple(told[:most]), max(0.0, 1 - sum(each.share for each in told[:most])))


@dataclass(frozen=True, slots=True)
class _Driver:
    kind: str
    name: str
    draw: str = ""
    per: Per = Per.MONTH
    uniform: bool = False


def _drivers(result: Result, key: str) -> Iterator[_Driver]:
    """Everything chance enters by."""
    tree = result.tree
    needed = tree.needed([key])
    causes: dict[str, None] = {}
    for name in needed:
        kind = tree.nodes[name].kind
        if isinstance(kind, Noise):
            uniform = isinstance(kind.shape, Triangular) and not kind.causes and not kind.persistence
            if not kind.shape.degenerate:
                yield _Driver("node", name, draw_key(name), kind.per, uniform)
            causes |= dict.fromkeys(cause for cause, _loading in kind.causes)
    for name in causes:
        yield _Driver("cause", name, cause_key(name), tree.causes[name].per)
    for name in tree.dates(needed):
        yield _Driver("date", name)


def _share(result: Result, driver: _Driver, standard: Floats, known: np.ndarray, last: int) -> Share:
    count = standard.size
    rows = list(_bases(result, driver, known, last))
    explained = sum(float(((base @ standard) ** 2 / base.var(axis=1)).sum()) for base in rows) / count**2
    terms = sum(base.shape[0] for base in rows)
    share = explained - terms / count
    slope = sum(float(base[0] @ standard) for base in rows if base.size) / count
    error = sqrt(2 * max(terms, 1)) / count  # of a sum of so many squared normal numbers of variance 1/n
    way = int(np.sign(slope)) if abs(slope) > _CHANCE * sqrt(max(len(rows), 1) / count) else 0
    return Share(driver.kind, driver.name, max(0.0, share), way, share > _CHANCE * error)


def _bases(result: Result, driver: _Driver, known: np.ndarray, last: int) -> Iterator[Floats]:
    """Orthonormal polynomials × known scenarios: one set for each month the driver is drawn in."""
    if driver.kind == "date":
        days = result.inputs.dates[driver.name].days
        if days.size == 1:  # a step that is finished: its day varies no more
            return
        if days.size != known.size:
            days = days[result.draws.span.start : result.draws.span.stop]
        yield own_polynomials(days[known].astype(float))
        return
    months: Sequence[int] = [0] if driver.per is Per.SCENARIO else _drawn(result, driver, last)
    for month in months:
        score = result.draws.row(driver.draw, month, uniform=driver.uniform)[known]
        yield legendre(score) if driver.uniform else hermite(score)


def _drawn(result: Result, driver: _Driver, last: int) -> list[int]:
    """Months of the run up to the last of the period whose chance can count: not those known anyway."""
    known = result.inputs.known.get(driver.name, {})
    run: Months = result.months
    return [month for month in run if month <= last and month not in known]


def hermite(score: Floats) -> Floats:
    """Polynomials of degree 1 to 3, orthonormal under the standard normal distribution."""
    square = score * score
    return np.stack([score, (square - 1) / sqrt(2), score * (square - 3) / sqrt(6)])


def legendre(share: Floats) -> Floats:
    """Polynomials of degree 1 to 3, orthonormal on shares between 0 and 1."""
    x = 2 * share - 1
    square = x * x
    return np.stack([sqrt(3) * x, sqrt(5) / 2 * (3 * square - 1), sqrt(7) / 2 * x * (5 * square - 3)])


def own_polynomials(figures: Floats) -> Floats:
    """Polynomials of the ranks of ``figures``, orthonormal over them; fewer where few figures differ."""
    different, place = np.unique(figures, return_inverse=True)
    degree = min(DEGREE, different.size - 1)
    if degree < 1:
        return np.zeros((0, figures.size))
    counts = np.bincount(place)
    middle = (np.cumsum(counts) - counts / 2) / figures.size
    powers = np.stack([(2 * middle[place] - 1) ** power for power in range(degree + 1)], axis=1)
    found, triangle = np.linalg.qr(powers)
    turned: Floats = (found * np.sign(np.diag(triangle))).T[1:] * sqrt(figures.size)
    return turned
