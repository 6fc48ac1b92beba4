"""What one project's network says of the days ahead: chance and quantiles of every open step, what drives the
finish, and what speeding up a step buys.

Chances are shares of scenarios of :func:`tiaodu.engine.stages.simulate.simulate`; gains compare two runs with
the same draws (common random numbers), so that their difference is the step's and not chance's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import exp

import numpy as np

from tiaodu.engine.kernel.daytable import DayTable
from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.stages.durations import Duration, Durations
from tiaodu.engine.stages.lengths import MILESTONE, Length
from tiaodu.engine.stages.model import Unit
from tiaodu.engine.stages.simulate import Days, Move, Simulated, simulate, without_delay
from tiaodu.engine.stages.state import Network, NetworkState

Given = Mapping[str, tuple[int, int, int]]  # ranges somebody typed, by step


@dataclass(frozen=True, slots=True)
class StepForecast:
    """Days by which a step is finished with the probability; ``chance`` that its promise is kept, None
    without a promise; ``drives``: share of scenarios in which it drives the goal.
    """

    p10: date
    p50: date
    p80: date
    p90: date
    chance: float | None = None
    promised: date | None = None
    drives: float = 0.0


@dataclass(frozen=True, slots=True)
class Forecast:
    """``steps``: those not finished that have a date; ``unknown``: those that have none, and the steps nobody
    has given a length that are to blame.
    """

    steps: Mapping[str, StepForecast]
    unknown: Mapping[str, tuple[str, ...]]

    def of(self, code: str) -> StepForecast | None:
        """The forecast of a step; None for one that is finished or has no date."""
        return self.steps.get(code)


@dataclass(frozen=True, slots=True)
class Case:
    """A project as it is simulated: its network and record, what was learned, and the ranges typed for it."""

    network: Network
    state: NetworkState
    today: date
    durations: Durations
    table: DayTable
    draws: Draws

    def run(self, moves: Mapping[str, Move] | None = None) -> Simulated:
        """The scenarios; with ``moves`` of single steps, which later ones follow, on the same draws."""
        return simulate(
            self.network,
            self.state,
            today=self.today,
            durations=self.durations,
            calendar=self.table,
            draws=self.draws,
            moves=moves,
        )


def closed_by(case: Case, code: str, day: date) -> dict[str, tuple[date, Days]]:
    """The days of every step if ``code`` were finished by ``day`` at the latest, as first day and days after
    it by scenario; steps without a date are left out.

    In a scenario in which the step is finished earlier nothing changes, in every other one it is finished on
    ``day``, and what waits for it follows.
    """
    limit = case.table.offset(day)
    found = case.run({code: lambda days: np.minimum(days, np.int32(limit))})
    return {name: (found.first, row) for name, row in zip(found.codes, found.finish, strict=True)}


def with_given(durations: Durations, network: Network, given: Given) -> Durations:
    """The durations with the ranges somebody typed in place of what was learned, in the learned unit.

    >>> from tiaodu.engine.stages.template import package_templates
    >>> from tiaodu.engine.stages.state import network_of
    >>> network = network_of(package_templates()["generic"], NetworkState())
    >>> typed = with_given(Durations({}), network, {"G04": (10, 20, 40)}).steps["G04"]
    >>> round(typed.days_at(0.5)), typed.origin, typed.unit.value
    (23, 'range', 'calendar')
    """
    steps = dict(durations.steps)
    for code, (low, likely, high) in given.items():
        if code in network.codes:
            learned = steps.get(code)
            steps[code] = Duration.of_range(low, likely, high, learned.unit if learned else Unit.CALENDAR)
    return replace(durations, steps=steps)


def forecast(case: Case) -> Forecast:
    """The forecast of every step that is not finished."""
    found = case.run()
    shares = found.shares()
    steps = {}
    for code in found.codes:
        record = case.state.of(code)
        if record.finished:
            continue
        p10, p50, p80, p90 = (found.quantile(code, p) for p in (0.1, 0.5, 0.8, 0.9))
        chance = found.chance(code, record.promised) if record.promised else None
        steps[code] = StepForecast(p10, p50, p80, p90, chance, record.promised, shares[code])
    return Forecast(steps, found.unknown)


def middle_lengths(durations: Durations, network: Network) -> dict[str, Length]:
    """The middle length of every step, stretched by what is known of the project's factor: for the critical
    path and for what a late step moves.
    """
    found = {}
    for step in network.steps:
        duration = durations.steps.get(step.code)
        if step.milestone:
            found[step.code] = MILESTONE
        elif duration is not None:
            stretch = exp(durations.mean) if duration.shared else 1.0
            found[step.code] = Length(round(duration.days_at(0.5) * stretch), duration.unit, duration.origin)
    return found


@dataclass(frozen=True, slots=True)
class Gain:
    """What it buys to make a step faster by ``share``: calendar days the step ``target`` comes earlier on
    average, and the change of the chance that its promise is kept (None without a promise).
    """

    code: str
    share: float
    days: float
    chance: float | None


def gains(case: Case, target: str, *, share: float = 0.3, most: int = 5) -> tuple[Gain, ...]:
    """What speeding up by ``share`` each step that often drives ``target`` buys, the best first."""
    base = case.run()
    if target not in base.codes:
        return ()
    drivers = sorted(base.shares().items(), key=lambda item: -item[1])
    tried = [code for code, drives in drivers if drives > 0 and code in case.durations.steps][:most]
    promised = case.state.of(target).promised
    found = []
    for code in tried:
        faster = replace(case, durations=without_delay(case.durations, code, share)).run()
        place, other = base.codes.index(target), faster.codes.index(target)
        days = float(np.mean(base.finish[place] - faster.finish[other]))
        kept = faster.chance(target, promised) - base.chance(target, promised) if promised else None
        found.append(Gain(code, share, days, kept))
    return tuple(sorted(found, key=lambda gain: (-gain.days, gain.code)))
