"""What if: changes as data, run on the same chances as the base, and what they gain.

>>> from tiaodu.engine.kernel.draws import Draws
>>> from tiaodu.engine.outlook.model import Formula, Node, Noise
>>> from tiaodu.engine.outlook.shapes import Lognormal
>>> luck = Node("mine:luck", "", Noise(Lognormal(1.0, 0.2)), source="实绩与计划之比")
>>> rule = Formula("40万吨 * luck", (("luck", luck.key),))
>>> coal = Node("mine:output.coal.raw", "万吨", rule, source="月度计划")
>>> case = Case(Tree.of([luck, coal]), Inputs())
>>> stopped = changed(case, Stop(coal.key, Months.parse("2024-07..2024-08")))
>>> base, other = (each.run(Months.parse("2024"), Draws(1, 4_000), [coal.key]) for each in (case, stopped))
>>> found = gain(base, other, coal.key, "2024", (">=", 450))
>>> round(found.mean), round(found.mean_error, 1), round(found.chance, 2), round(found.chance_error, 3)
(-81, 0.2, -0.87, 0.005)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from math import sqrt

import numpy as np

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.kernel.offers import Drawn
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.outlook.model import Adjustment, Arrival, Arrivals, Dates, Inputs, Kind, Node
from tiaodu.engine.outlook.months import Months, month_text
from tiaodu.engine.outlook.result import Result, Values
from tiaodu.engine.outlook.run import run
from tiaodu.engine.outlook.scoring.recalibration import Recalibration
from tiaodu.engine.outlook.shapes import Floats
from tiaodu.engine.outlook.tree import Tree, TreeError
from tiaodu.engine.outlook.words import WARNING, Finding


@dataclass(frozen=True)
class Case:
    """A tree and what is known: what a run is made from. ``findings`` say which changes have no effect,
    ``moves`` which dates of stage networks were moved, and how.
    """

    tree: Tree
    inputs: Inputs
    findings: tuple[Finding, ...] = ()
    moves: Mapping[str, tuple[MoveDate | FixDate, ...]] = field(default_factory=dict)

    def run(
        self, months: Months, draws: Draws, wanted: Sequence[str], *, threads: int | None = None
    ) -> Result:
        """The run of this case."""
        return run(self.tree, months=months, inputs=self.inputs, draws=draws, wanted=wanted, threads=threads)


@dataclass(frozen=True, slots=True)
class MoveDate:
    """The date ``name`` comes ``days`` later (earlier when below 0), not before ``earliest``."""

    name: str
    days: int
    earliest: date | None = None


@dataclass(frozen=True, slots=True)
class FixDate:
    """The date ``name`` is ``day`` for certain."""

    name: str
    day: date


@dataclass(frozen=True, slots=True)
class Add:
    """``count`` more units of a stock that follows dates are there from ``day`` on: a line, a turbine."""

    key: str
    day: date
    count: float = 1.0


@dataclass(frozen=True, slots=True)
class Stop:
    """A node gives only the share ``left`` in ``months``: a mine stands still."""

    key: str
    months: Months
    left: float = 0.0


@dataclass(frozen=True, slots=True)
class Scale:
    """A node gives ``factor`` times as much, in ``months`` or in all: a price falls by a tenth."""

    key: str
    factor: float
    months: Months | None = None


@dataclass(frozen=True, slots=True)
class Plus:
    """A node gives ``amount`` more in each of ``months``."""

    key: str
    amount: float
    months: Months | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A node is computed in another way."""

    key: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Told:
    """Months of a node as if they had been told: nothing is lost to stops, a report says so much."""

    key: str
    figures: Mapping[int, float] = field(default_factory=dict)


Change = MoveDate | FixDate | Add | Stop | Scale | Plus | Rule | Told


def changed(case: Case, *changes: Change) -> Case:
    """The case with ``changes``, one after the other.

    Chances are drawn by name, so everything the changes do not touch stays as it was in every scenario. A
    date of a stage network takes along what waits for it: a step keeps the duration it has in a scenario and
    begins when the last of what it needs is finished, so what has enough float stays where it is. Moves of
    several steps of a network add up whatever their order. Months with evidence stay as they are. Raises
    TreeError for a name that is not there.
    """
    for change in changes:
        case = _dated(case, change) if isinstance(change, MoveDate | FixDate) else _noded(case, change)
    return case


def _dated(case: Case, change: MoveDate | FixDate) -> Case:
    dates = case.inputs.dates.get(change.name)
    if dates is None:
        raise TreeError([Finding("change_unknown", change.name, params={"name": change.name})])
    network = case.inputs.networks.get(change.name)
    if network is None:
        return _with_dates(case, {change.name: _moved(dates, change)})
    moves = {**case.moves, change.name: (*case.moves.get(change.name, ()), change)}
    own = {
        name: partial(_all_moved, acts)
        for name, acts in moves.items()
        if case.inputs.networks.get(name) is network
    }
    drawn = {name: Dates(*days) for name, days in network.days(own).items() if name in case.inputs.dates}
    return replace(_with_dates(case, drawn), moves=moves)


def _with_dates(case: Case, dates: Mapping[str, Dates]) -> Case:
    """The case with other days; a date whose days are the same stays the object it is."""
    known = case.inputs.dates
    other = {name: each for name, each in dates.items() if not _same(known[name], each)}
    return replace(case, inputs=replace(case.inputs, dates={**known, **other}))


def _same(one: Dates, other: Dates) -> bool:
    return bool((one.days == other.days + np.int32((other.first - one.first).days)).all())


def _moved(dates: Dates, change: MoveDate | FixDate) -> Dates:
    if isinstance(change, FixDate):
        return Dates.certain(change.day, dates.days.size)
    days = dates.days + np.int32(change.days)
    if change.earliest is not None:
        days = np.maximum(days, np.minimum(dates.days, (change.earliest - dates.first).days))
    return Dates(dates.first, days.astype(np.int32))


def _all_moved(changes: Sequence[MoveDate | FixDate], drawn: Drawn) -> Drawn:
    """A step's days with all that was changed of it, one after the other."""
    dates = Dates(*drawn)
    for change in changes:
        dates = _moved(dates, change)
    return dates.first, dates.days


def _noded(case: Case, change: Add | Stop | Scale | Plus | Rule | Told) -> Case:
    node = case.tree.nodes.get(change.key)
    if node is None:
        raise TreeError([Finding("change_unknown", change.key, params={"name": change.key})])
    if isinstance(change, Add):
        return _added(case, node, change)
    if isinstance(change, Told):
        known = {**change.figures, **case.inputs.known.get(change.key, {})}
        return replace(case, inputs=replace(case.inputs, known={**case.inputs.known, change.key: known}))
    if isinstance(change, Rule):
        tree = case.tree.with_nodes([replace(node, kind=change.kind)])
        tree.demand()
        return replace(case, tree=tree)
    adjusted = replace(node, adjustments=(*node.adjustments, _adjustment(change)))
    past = _past(case, change.key, change.months)
    return replace(case, tree=case.tree.swapped(adjusted), findings=(*case.findings, *past))


def _adjustment(change: Stop | Scale | Plus) -> Adjustment:
    months = None if change.months is None else frozenset(change.months)
    if isinstance(change, Stop):
        return Adjustment(months, change.left)
    return (
        Adjustment(months, change.factor)
        if isinstance(change, Scale)
        else Adjustment(months, 1.0, change.amount)
    )


def _past(case: Case, key: str, months: Months | None) -> list[Finding]:
    """Months a change names that have evidence already."""
    known = case.inputs.known.get(key, {})
    named = tuple(month_text(month) for month in months or () if month in known)
    params = {"name": key, "months": named}
    return [Finding("change_past", key, WARNING, params)] if named else []


def _added(case: Case, node: Node, change: Add) -> Case:
    """One more arrival, on a date of its own that is certain."""
    kind = node.kind
    if not isinstance(kind, Arrivals):
        raise TreeError([Finding("change_unknown", change.key, params={"name": change.key})])
    name = f"{change.key}@{change.day.isoformat()}"
    size = next((each.days.size for each in case.inputs.dates.values()), 1)
    dates = {**case.inputs.dates, name: Dates.certain(change.day, size)}
    more = replace(kind, arrivals=(*kind.arrivals, Arrival(name, change.count)))
    tree = case.tree.swapped(replace(node, kind=more))
    return replace(case, tree=tree, inputs=replace(case.inputs, dates=dates))


@dataclass(frozen=True, slots=True)
class Gain:
    """What a change brings beside the base, in the same scenarios: ``mean`` and, with a promise, ``chance``
    more; the standard errors are those of paired differences. ``low`` and ``high`` are their tenth and
    ninetieth percentile. ``compared`` scenarios have a value on both sides.
    """

    mean: float
    mean_error: float
    low: float
    high: float
    chance: float | None
    chance_error: float | None
    compared: int

    @property
    def sure(self) -> bool:
        """Whether the change of the mean is more than twice its standard error."""
        return abs(self.mean) > 2 * self.mean_error

    @property
    def told_apart(self) -> bool:
        """Whether the mean or the chance changes by more than twice its standard error."""
        chance, error = self.chance or 0.0, self.chance_error or 0.0
        return self.sure or abs(chance) > 2 * error


def gain(
    base: Result, other: Result, key: str, period: str | Period, promise: tuple[str, float] | None = None
) -> Gain | None:
    """What ``other`` brings more than ``base``; both must have been drawn alike.

    None when no scenario has a value on both sides. Raises ValueError for results of other draws.
    """
    if base.draws != other.draws:
        raise ValueError("a gain compares runs of the same draws")
    return difference(base.over(key, period), other.over(key, period), promise)


def difference(
    before: Values,
    after: Values,
    promise: tuple[str, float] | None = None,
    correction: Recalibration | None = None,
) -> Gain | None:
    """What ``after`` is more than ``before``, scenario by scenario; None when none has a value on both sides.

    Paired differences d (common random numbers): mean d, standard error s(d)/√n. Where chances are corrected
    by past accuracy both sides are, by the same map g: the chance more is g(p₁) − g(p₀), and to first order
    its error that of the mean of g′(p₁)·k₁ − g′(p₀)·k₀, where k is 1 in the scenarios that keep the promise.

    >>> found = difference(Values(np.array([1.0, 2.0, 3.0])), Values(np.array([2.0, 4.0, 3.0])), (">=", 3))
    >>> found.mean, round(found.mean_error, 3), round(found.chance, 3), found.compared
    (1.0, 0.577, 0.333, 3)
    """
    known = ~np.isnan(before.every - after.every)
    if not known.any():
        return None
    paired = (after.every - before.every)[known]
    mean, error = _mean(paired)
    low, _middle, high = Values(paired).quantiles()
    chance = chance_error = None
    if promise:
        chance, chance_error = _chance(before.kept(*promise)[known], after.kept(*promise)[known], correction)
    return Gain(mean, error, low, high, chance, chance_error, int(known.sum()))


def _chance(before: Floats, after: Floats, correction: Recalibration | None) -> tuple[float, float]:
    """The chance more and its standard error from what is kept in each scenario on both sides."""
    if correction is None:
        return _mean(after - before)
    low, high = float(before.mean()), float(after.mean())
    _linear, error = _mean(correction.steepness(high) * after - correction.steepness(low) * before)
    return correction(high) - correction(low), error


def _mean(difference: Floats) -> tuple[float, float]:
    error = float(difference.std(ddof=1)) / sqrt(difference.size) if difference.size > 1 else float("inf")
    return float(difference.mean()), error
