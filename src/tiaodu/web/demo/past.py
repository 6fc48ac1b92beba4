"""Days that never happened: the record of a project on its network, drawn from the demo's parameters.

Pure: the same seed and name give the same days. Steps share a factor of their project, bureaus have a pace of
their own, building stops in winter, and some promised days are kept.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import exp, log
from typing import Any

from tiaodu.engine.kernel.daytable import DayTable
from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.stages.model import LimitKind, Step, Template, Unit
from tiaodu.engine.stages.state import Network, NetworkState, StepState, Wait, network_of

Given = tuple[date, date]  # the day a promise was given, the day promised
_PASSES = 12
_LISTED_BY = "statistics"
_NEAR = 10  # days before a step began by which all it needs should be there


@dataclass(frozen=True, slots=True)
class Past:
    """What became of the steps of one project, and what was promised of each."""

    steps: Mapping[str, StepState]
    promises: Mapping[str, tuple[Given, ...]]

    @property
    def last(self) -> date:
        """The day the last of them was finished."""
        return max(step.finished for step in self.steps.values() if step.finished)


@dataclass(frozen=True)
class Chance:
    """Chance of one project, by name."""

    draws: Draws

    def normal(self, name: str) -> float:
        return float(self.draws.normal(name)[0])

    def uniform(self, name: str) -> float:
        return float(self.draws.uniform(name)[0])


@dataclass(frozen=True)
class Maker:
    """Makes records by the parameters of past.yaml on a table of days."""

    parameters: Mapping[str, Any]
    table: DayTable

    def chance(self, name: str) -> Chance:
        """The chance of the project of this name."""
        return Chance(Draws(self.parameters["seed"], 1).within(name))

    def finished(self, template: Template, name: str, begin: date, answers: Mapping[str, bool]) -> Past:
        """A project from its first step to its last, begun on ``begin`` or as much earlier as it must."""
        network = _network(template, answers)
        for _pass in range(_PASSES):
            past = self._run(network, name, begin, network.codes)
            over = (past.last - self.parameters["latest_finish"]).days
            if over <= 0:
                return past
            begin -= timedelta(days=over)
        raise ValueError(f"{name} finds no end")

    def leading_to(
        self, template: Template, name: str, reached: Mapping[str, date], answers: Mapping[str, bool]
    ) -> Past:
        """What must have been finished before each step of ``reached`` began on its day, and the listing that
        followed where there was time for it.
        """
        network = _network(template, answers)
        wanted = _before(network, reached) - set(reached)
        if not wanted:
            return Past({}, {})
        listed = {s.code for s in network.steps if s.by == _LISTED_BY and {*network.needs[s.code]} <= wanted}
        past = self._ending_with(network, name, reached, wanted | (listed - set(reached)))
        steps = {code: step for code, step in past.steps.items() if code in wanted or _over(step, reached)}
        return Past(steps, {code: past.promises[code] for code in steps})

    def _ending_with(
        self, network: Network, name: str, reached: Mapping[str, date], wanted: Collection[str]
    ) -> Past:
        """The wanted steps, begun so that all that ``reached`` needs is there in time."""
        last = [
            (need, day) for code, day in reached.items() for need in network.needs[code] if need in wanted
        ]
        begin = min(reached.values()) - timedelta(days=30 * len(wanted))
        for _pass in range(_PASSES):
            past = self._run(network, name, begin, wanted)
            over = max(((past.steps[need].finished or begin) - day).days for need, day in last)
            if -_NEAR <= over <= 0:
                break
            begin -= timedelta(days=over if over > 0 else over + _NEAR // 2)
        while over > 0:  # winters can push it past the day again
            begin -= timedelta(days=over)
            past = self._run(network, name, begin, wanted)
            over = max(((past.steps[need].finished or begin) - day).days for need, day in last)
        return past

    def _run(self, network: Network, name: str, begin: date, wanted: Collection[str]) -> Past:
        chance = self.chance(name)
        factor = self.parameters["project_sd"] * chance.normal("project")
        steps: dict[str, StepState] = {}
        promises: dict[str, tuple[Given, ...]] = {}
        for step in network.steps:
            if step.code not in wanted:
                continue
            needs = [steps[need].finished or begin for need in network.needs[step.code] if need in steps]
            ready = max(needs, default=begin)
            steps[step.code] = self._step(step, ready, factor, chance)
            promises[step.code] = self._promises(step, ready, begin, steps[step.code], chance)
        return Past(
            {
                code: replace(each, promised=promises[code][-1][1] if promises[code] else None)
                for code, each in steps.items()
            },
            promises,
        )

    def _step(self, step: Step, ready: date, factor: float, chance: Chance) -> StepState:
        """One step from the day it may begin."""
        idle = self.parameters["idle"]
        median = idle["of"].get(step.kind, idle["median"])
        gap = exp(log(median) + idle["sd"] * chance.normal(f"{step.code} idle"))
        start = self._workday(ready + timedelta(days=min(round(gap), idle["most"])))
        if step.milestone:
            return StepState(start, start, proven=True)
        slow = self.parameters["slow"].get(step.by, 0.1)
        own = self.parameters["step_sd"] * chance.normal(f"{step.code} days")
        days = max(1, round(self._usual(step) * exp(factor + slow + own)))
        waits, end = self._waits(step, start, days, chance)
        return StepState(start, end, waits=waits, proven=chance.uniform(f"{step.code} proof") < 0.9)

    def _usual(self, step: Step) -> float:
        """The usual days of a step, in the unit of its limit."""
        limit = step.limit(LimitKind.LAW) or step.limit(LimitKind.LEAST)
        if limit is not None and limit.days:
            share = 1.0 if limit.kind == LimitKind.LEAST else self.parameters["share_of_law"]
            return max(1.0, limit.days * share)
        if step.usual is not None:
            return float(step.usual.likely)
        return float(self.parameters["days"].get(step.kind, self.parameters["else"]))

    def _working(self, step: Step) -> bool:
        limit = step.limit(LimitKind.LAW) or step.limit(LimitKind.LEAST)
        return limit is not None and limit.days > 0 and limit.unit == Unit.WORKING

    def _waits(self, step: Step, start: date, days: int, chance: Chance) -> tuple[tuple[Wait, ...], date]:
        """The days a step stood still, and the day it was finished."""
        if "season" in step.waits:
            return self._seasons(start, days)
        reasons = [reason for reason in step.waits if reason not in ("season", "stop_order")]
        told = self.parameters["waits"]
        if not reasons or days < 4 or chance.uniform(f"{step.code} waits") > told["share"]:
            return (), self._later(step, start, days)
        pause = round(told["low"] + (told["high"] - told["low"]) * chance.uniform(f"{step.code} pause"))
        begun = self._later(step, start, days // 3)
        ended = self._workday(begun + timedelta(days=pause))
        return (Wait(reasons[0], begun, ended),), self._later(step, ended, days - days // 3)

    def _seasons(self, start: date, days: int) -> tuple[tuple[Wait, ...], date]:
        """Building days outside the winters, the winters as waits."""
        waits: list[Wait] = []
        day, left = start, days
        while left > 0:
            stop, go = self._winter(day)
            if day >= stop:
                day = max(day, go)
                if stop > start:
                    waits.append(Wait("season", stop, go))
                continue
            worked = min(left, (stop - day).days)
            day, left = day + timedelta(days=worked), left - worked
        return tuple(waits), self._workday(day)

    def _winter(self, day: date) -> Given:
        """The winter that holds or follows a day: its first day and the day after its last."""
        winter = self.parameters["winter"]
        year = day.year - 1 if day < date(day.year, *winter["to"]) + timedelta(days=1) else day.year
        return date(year, *winter["from"]), date(year + 1, *winter["to"]) + timedelta(days=1)

    def _promises(
        self, step: Step, ready: date, begin: date, record: StepState, chance: Chance
    ) -> tuple[Given, ...]:
        """The days promised for a step: when it became possible, or long before where it is a milestone."""
        told = self.parameters["promises"]
        started, finished = record.started, record.finished
        if chance.uniform(f"{step.code} promised") > told["share"] or not started or not finished:
            return ()
        if step.milestone:
            day = begin + (finished - begin) * told["milestones"] * exp(0.2 * chance.normal(f"{step.code} m"))
            return ((begin, self._workday(day)),) if begin < ready else ()
        span = told["margin_high"] - told["margin_low"]
        margin = told["margin_low"] + span * chance.uniform(f"{step.code} margin")
        day = self._later(step, started, max(2, round(self._usual(step) * margin)))
        if finished <= day or chance.uniform(f"{step.code} moved") > told["moved"]:
            return ((started, day),)
        later = finished + (finished - day) * 0.3 * chance.normal(f"{step.code} again")
        return ((started, day), (day, max(self._workday(later), day + timedelta(days=3))))

    def _later(self, step: Step, start: date, days: int) -> date:
        place = self.table.offset(start)
        return self._workday(self.table.date(self.table.later(place, days, working=self._working(step))))

    def _workday(self, day: date) -> date:
        """The day itself or the next one that is worked."""
        place = self.table.offset(day)
        if place and self.table.worked[place] == self.table.worked[place - 1]:
            place = int(self.table.nth[self.table.worked[place] + 1])
        return self.table.date(place)


def _over(step: StepState, reached: Mapping[str, date]) -> bool:
    """Whether a step was finished before the last of the steps that were reached began."""
    return step.finished is not None and step.finished < max(reached.values())


def _network(template: Template, answers: Mapping[str, bool]) -> Network:
    state = NetworkState({code: StepState(needed=needed) for code, needed in answers.items()})
    return network_of(template, state)


def _before(network: Network, codes: Collection[str]) -> set[str]:
    """All steps in play that come before the given ones."""
    found: set[str] = set()
    waiting = list(codes)
    while waiting:
        for need in network.needs[waiting.pop()]:
            if need not in found:
                found.add(need)
                waiting.append(need)
    return found
