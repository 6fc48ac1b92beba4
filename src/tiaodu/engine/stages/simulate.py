"""Simulation of a network: the days every step may finish on, by scenario, and what they say.

What happened is kept; a step under way is drawn from what is left of its distribution; an open step begins
when all it needs is finished, today at the earliest. The same draws give the same dates in any chunk. Steps
that are moved take what needs them along: it takes the same days from another day on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.kernel.daytable import DayTable
from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.stages.durations import MILESTONE, NODES, Duration, Durations, Floats
from tiaodu.engine.stages.path import span_of
from tiaodu.engine.stages.state import Network, NetworkState, StepState

Days = NDArray[np.int32]
Flags = NDArray[np.bool_]
Move = Callable[[Days], Days]  # from the days a step would be finished on, by scenario, to those it is
Law = tuple[Flags, Flags, Floats, Floats, Floats]
_FACTOR = "the factor of the project"
_BLANK = Duration(0.0, MILESTONE.unit)


@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    """``finish``: steps × scenarios, days after ``first``; ``unknown``: steps that have no date and why.

    ``critical`` is the share of scenarios in which a step, not yet finished, drives the goal.
    """

    first: date
    codes: tuple[str, ...]
    goal: str
    finish: Days
    critical: NDArray[np.float64]
    horizon: date
    unknown: dict[str, tuple[str, ...]]

    def _row(self, code: str) -> Days:
        row: Days = self.finish[self.codes.index(code)]
        return row

    def chance(self, code: str, day: date) -> float:
        """The share of scenarios in which the step is finished by ``day``."""
        return float((self._row(code) <= (day - self.first).days).mean())

    def quantile(self, code: str, probability: float) -> date:
        """The first day by which the step is finished with ``probability``; the horizon means later than
        that.
        """
        row = self._row(code)
        rank = _rank(probability, row.size)
        return date.fromordinal(self.first.toordinal() + int(np.partition(row, rank)[rank]))

    def shares(self) -> dict[str, float]:
        """The share of scenarios in which each step drives the goal."""
        return {code: float(share) for code, share in zip(self.codes, self.critical, strict=True)}


def _rank(probability: float, count: int) -> int:
    """The place, from 0, of the smallest value that ``probability`` of the scenarios do not pass."""
    return min(count - 1, max(0, int(np.ceil(probability * count - 1e-9)) - 1))


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A project as arrays, ready for the compiled loop. Steps without a date are left out."""

    codes: tuple[str, ...]
    goal: int  # its place, -1 when it has no date
    net: tuple[Days, Days]
    record: tuple[NDArray[np.int8], Days]
    laws: tuple[Law, Law]  # of the wait before a step and of the step
    keys: tuple[NDArray[np.uint64], NDArray[np.uint64]]
    factor: tuple[np.uint64, float, float]
    days: tuple[Days, Days, int, int]
    unknown: dict[str, tuple[str, ...]]


def prepare(
    network: Network, state: NetworkState, *, today: date, durations: Durations, table: DayTable, draws: Draws
) -> Prepared:
    """Lay a project out as arrays."""
    unknown = _unknown(network, state, durations)
    steps = [step for step in network.steps if step.code not in unknown]
    place = {step.code: n for n, step in enumerate(steps)}
    needs = [[place[need] for need in network.needs[step.code] if need in place] for step in steps]
    used = [MILESTONE if step.milestone else durations.steps.get(step.code, _BLANK) for step in steps]
    return Prepared(
        codes=tuple(place),
        goal=place.get(network.template.goal, -1),
        net=(
            np.cumsum([0, *map(len, needs)], dtype=np.int32),
            np.array([need for each in needs for need in each], dtype=np.int32),
        ),
        record=_record([state.of(step.code) for step in steps], table),
        laws=(_law([durations.waits.get(step.code, MILESTONE) for step in steps]), _law(used)),
        keys=(
            np.array([draws.key(f"wait {step.code}") for step in steps], dtype=np.uint64),
            np.array([draws.key(step.code) for step in steps], dtype=np.uint64),
        ),
        factor=(draws.key(_FACTOR), durations.mean, durations.sd),
        days=(table.worked, table.nth, table.offset(state.signed or today), table.offset(today)),
        unknown=unknown,
    )


def _record(records: Sequence[StepState], table: DayTable) -> tuple[NDArray[np.int8], Days]:
    """Mode of every step, and the day it finished or began."""
    # The compiler takes seconds to load: who simulates nothing does not wait for it.
    from tiaodu.engine.stages import machine  # noqa: PLC0415

    modes = [
        machine.DONE if r.finished else machine.UNDER_WAY if r.started else machine.OPEN for r in records
    ]
    days = [table.offset(day) if (day := r.finished or r.started) else 0 for r in records]
    return np.array(modes, dtype=np.int8), np.array(days, dtype=np.int32)


def _law(used: Sequence[Duration]) -> Law:
    """working, shared, floor, scale and table of every step."""
    return (
        np.array([each.working for each in used], dtype=np.bool_),
        np.array([each.shared for each in used], dtype=np.bool_),
        np.array([each.floor for each in used], dtype=np.float64),
        np.array([each.scale for each in used], dtype=np.float64),
        np.array([each.table() for each in used], dtype=np.float64).reshape(len(used), NODES),
    )


def _unknown(network: Network, state: NetworkState, durations: Durations) -> dict[str, tuple[str, ...]]:
    """Steps without a date, with the steps nobody has given a length that lie before them or are
    themselves.
    """
    found: dict[str, tuple[str, ...]] = {}
    for step in network.steps:
        record = state.of(step.code)
        if record.finished:
            continue
        missing: list[str] = []
        if not step.milestone and step.code not in durations.steps:
            missing.append(step.code)
        if not record.started:
            missing += [code for need in network.needs[step.code] for code in found.get(need, ())]
        if missing:
            found[step.code] = tuple(dict.fromkeys(missing))
    return found


def _finish(project: Prepared, draws: Draws, given: Mapping[int, Days] | None = None) -> Days:
    """The compiled loop for the scenarios of ``draws``; ``given``: the days of single steps, by place."""
    from tiaodu.engine.kernel.counter import TABLE  # noqa: PLC0415  as above
    from tiaodu.engine.stages import machine  # noqa: PLC0415

    finish = np.empty((len(project.codes), len(draws)), np.int32)
    mode, day = project.record
    if given:
        mode = mode.copy()
        for place, days in given.items():
            mode[place], finish[place] = machine.GIVEN, days
    factor = np.empty(len(draws))
    key, mean, sd = project.factor
    first = draws.span.start
    machine.factors(key, first, mean, sd, TABLE, factor)
    chance = (*project.keys, factor)
    machine.run(project.net, (mode, day), project.laws, chance, first, project.days, finish)
    return finish


def _moved(project: Prepared, draws: Draws, moves: Mapping[str, Move]) -> Days:
    """The days of every step when some are moved. In network order, so that what is moved itself waits for
    what was moved before it; nothing that is open comes before today or after the end of the table, and what
    happened stays.
    """
    from tiaodu.engine.stages import machine  # noqa: PLC0415  as above

    finish, given = _finish(project, draws), dict[int, Days]()
    worked, _nth, _begin, now = project.days
    for place, code in enumerate(project.codes):
        if code not in moves or project.record[0][place] == machine.DONE:
            continue
        days = np.clip(moves[code](finish[place]), now, worked.size - 1).astype(np.int32)
        if not np.array_equal(days, finish[place]):
            given[place] = days
            finish = _finish(project, draws, given)
    return finish


def _critical(project: Prepared, finish: Days) -> NDArray[np.float64]:
    from tiaodu.engine.stages import machine  # noqa: PLC0415  as above

    counts = np.zeros(len(project.codes), np.int64)
    if project.goal >= 0:
        machine.critical(project.net, project.record[0], project.goal, finish, counts)
    open_ = project.record[0] != machine.DONE
    shares: Floats = counts * open_ / max(1, finish.shape[1])
    return shares


def simulate(
    network: Network,
    state: NetworkState,
    *,
    today: date,
    durations: Durations,
    calendar: WorkingCalendar | DayTable,
    draws: Draws,
    moves: Mapping[str, Move] | None = None,
) -> Simulated:
    """Dates of every step in every scenario.

    ``draws`` should be within the project's own scope, so that two projects are not late together by chance.
    ``moves`` changes the days of unfinished steps, each from those it would have (as days after ``first``);
    what waits for them follows with the days drawn for it, what comes before them stays.

    >>> from tiaodu.engine.stages.model import Unit
    >>> from tiaodu.engine.stages.state import network_of
    >>> from tiaodu.engine.stages.template import package_templates
    >>> network = network_of(package_templates()["generic"], NetworkState())
    >>> days = {code: Duration(20, Unit.WORKING, 0.4) for code in ("G01", "G02", "G04", "G05")}
    >>> found = simulate(network, NetworkState(), today=date(2024, 3, 1), durations=Durations(days, sd=0.3),
    ...                  calendar=WorkingCalendar(), draws=Draws(1, 10_000).within("example"))
    >>> [found.quantile("G06", p).isoformat() for p in (0.1, 0.5, 0.8)]
    ['2024-05-17', '2024-07-02', '2024-08-14']
    >>> round(found.chance("G06", date(2024, 7, 2)), 2)
    0.5
    >>> late = simulate(network, NetworkState(), today=date(2024, 3, 1), durations=Durations(days, sd=0.3),
    ...                 calendar=WorkingCalendar(), draws=Draws(1, 10_000).within("example"),
    ...                 moves={"G04": lambda finish: finish + 30})
    >>> [late.quantile("G06", p).isoformat() for p in (0.1, 0.5, 0.8)]
    ['2024-06-18', '2024-07-31', '2024-09-13']
    """
    table = calendar if isinstance(calendar, DayTable) else DayTable.of(calendar, *span_of(state, today))
    project = prepare(network, state, today=today, durations=durations, table=table, draws=draws)
    finish = _moved(project, draws, moves) if moves else _finish(project, draws)
    return Simulated(
        first=table.first,
        codes=project.codes,
        goal=network.template.goal,
        finish=finish,
        critical=_critical(project, finish),
        horizon=table.date(len(table) - 1),
        unknown=project.unknown,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """What a simulation says of one project: days after ``first`` at each of ``probabilities``, by step."""

    first: date
    codes: tuple[str, ...]
    probabilities: tuple[float, ...]
    days: Days  # steps × probabilities
    critical: NDArray[np.float64]
    unknown: dict[str, tuple[str, ...]]

    def day(self, code: str, probability: float) -> date:
        """The first day by which the step is finished with one of the probabilities."""
        place = self.days[self.codes.index(code), self.probabilities.index(probability)]
        return date.fromordinal(self.first.toordinal() + int(place))


def summarise(project: Prepared, first: date, draws: Draws, probabilities: Sequence[float]) -> Summary:
    """Simulate one project and keep only its quantiles and critical shares."""
    from tiaodu.engine.stages import machine  # noqa: PLC0415  as above

    finish = _finish(project, draws)
    ranks = np.array([_rank(p, len(draws)) for p in sorted(probabilities)], dtype=np.int64)
    days = np.empty((len(project.codes), len(ranks)), np.int32)
    machine.quantiles(finish, ranks, days)
    return Summary(
        first,
        project.codes,
        tuple(sorted(probabilities)),
        days,
        _critical(project, finish),
        project.unknown,
    )


Spread = Callable[[Callable[[Prepared], Summary], Iterable[Prepared]], Iterator[Summary]]


def simulate_many(
    projects: Sequence[Prepared],
    *,
    first: date,
    draws: Draws,
    probabilities: Sequence[float] = (0.1, 0.5, 0.8, 0.9),
    spread: Spread = map,
) -> list[Summary]:
    """Summaries of many projects, each with its own keys; ``spread`` may be the map of a pool of threads.

    The compiled loop lets other threads run, and the numbers do not depend on how projects are spread.
    """
    return list(spread(lambda project: summarise(project, first, draws, probabilities), projects))


def without_delay(durations: Durations, code: str, share: float) -> Durations:
    """The durations with one step shortened by ``share`` of its scale and floor."""
    step = durations.steps[code]
    faster = replace(step, scale=step.scale * (1 - share), floor=step.floor * (1 - share))
    return replace(durations, steps={**durations.steps, code: faster})
