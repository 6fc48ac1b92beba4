"""Durations learned from a county's own record and a reference class, with what each rests on.

The logarithm of days over planned days is the sum of what all steps, the stage, the kind, the department,
the project and its traits have in common, and of a rest of the step's own (``mixed``). A kind nobody plans
is learned as the logarithm of its days. A step without a record of its kind is served by the next level
that has one, if there is a planned length to scale; without any it stays unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import exp, log, sqrt
from types import MappingProxyType

import numpy as np

from tiaodu.engine.kernel.daytable import DayTable
from tiaodu.engine.stages.durations import MILESTONE, Duration, Durations
from tiaodu.engine.stages.learning.design import Case, Design
from tiaodu.engine.stages.learning.factor import Evidence, posterior
from tiaodu.engine.stages.learning.finish import Manner
from tiaodu.engine.stages.learning.mixed import Fit
from tiaodu.engine.stages.learning.reasons import DurationReason
from tiaodu.engine.stages.learning.records import Trait, promised_days
from tiaodu.engine.stages.learning.settings import Settings
from tiaodu.engine.stages.learning.taken import Taken, converted
from tiaodu.engine.stages.learning.whole import ProjectModel, floored, standard_nodes
from tiaodu.engine.stages.lengths import Length, planned_length
from tiaodu.engine.stages.model import LimitKind, Step, Unit
from tiaodu.engine.stages.state import Network, NetworkState, StepState

NOTHING: Mapping[str, Trait] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Expected:
    """The logarithm of a step's days and its spread, of which ``unsure`` is the variance of what was learned;
    the level that served it, and the case it was taken for.
    """

    log_days: float
    sd: float
    unsure: float
    level: str
    unit: Unit
    case: Case


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What was learned. ``centres``: logarithm of the middle length of each kind, in calendar days;
    ``planned_kinds`` those learned as a multiple of a plan. ``factor_sd``: spread of the logarithm of the
    factor that the steps of a project share; ``own_part``: what is left to the step of the variance of the
    rows, where no project has two steps to tell. ``projects``: what traits say of a project's factor;
    ``early``: the share of finished steps that took less than planned.
    """

    settings: Settings
    taken: Mapping[str, Taken]
    stages: Mapping[str, int]  # finished steps with a plan, by stage
    design: Design | None
    fit: Fit | None
    classes: Mapping[str, int]
    centres: Mapping[str, float]
    planned_kinds: frozenset[str]
    shape: tuple[float, ...]
    factor_sd: float
    own_part: float
    idle: Mapping[str, Duration]
    projects: ProjectModel | None = None
    early: float = 1.0

    def durations(
        self,
        network: Network,
        state: NetworkState,
        *,
        today: date,
        table: DayTable,
        confirmed: bool = False,
        traits: Mapping[str, Trait] = NOTHING,
    ) -> Durations:
        """The duration of every step that has one, and the project's factor as its own steps so far have
        moved it.
        """
        expected = {
            step.code: found
            for step in network.steps
            if (found := self.expected(step, network.template.kind, confirmed=confirmed))
        }
        common = self._common([each.case for each in expected.values()])
        expected = {code: _apart(each, common) for code, each in expected.items()}
        steps = {
            step.code: duration
            for step in network.steps
            if (duration := self._duration(step, expected.get(step.code), confirmed=confirmed))
        }
        least = self.settings.least_days
        evidence = [
            each
            for code, found in expected.items()
            if (each := _evidence(found, state.of(code), today, table, least))
        ]
        before, spread = self.factor(traits)
        spread = sqrt(spread**2 + common)
        mean, sd = posterior(spread, [replace(each, gap=each.gap - before) for each in evidence])
        waits = {
            step.code: self.idle.get(step.kind, self.idle[""])
            for step in network.steps
            if self.idle and not step.milestone
        }
        return Durations(steps, before + mean, sd, waits)

    def factor(self, traits: Mapping[str, Trait] = NOTHING) -> tuple[float, float]:
        """Mean and spread of the logarithm of the factor of a project of which nothing but its traits is
        known.
        """
        if self.projects is None:
            return 0.0, self.factor_sd
        mean, variance, rest = self.projects.factor(traits)
        return mean, sqrt(variance + (1.0 - self.own_part if self.own_part < 1.0 else 1.0) * rest**2)

    def manner(self, kind: str, wholes: Learned, whole_kind: str) -> Manner:
        """How projects run, for ``finish.forecast``: from what their activities of ``kind`` took, and from
        what ``wholes`` learned of whole projects, which also wait and do over. The two spreads are taken as
        apart.
        """
        mean, _, own = self._ratio(Case(kind, planned=1.0))
        more, shared = self.factor()
        _, unsure, beyond = wholes._ratio(Case(whole_kind, planned=1.0))
        return Manner(mean + more, sqrt(shared**2 + unsure + beyond**2), own)

    def whole(self, kind: str, planned: float, unit: Unit, traits: Mapping[str, Trait] = NOTHING) -> Duration:
        """The days of a project seen as one step of a ``kind`` whose records are whole projects: what its
        kind, its traits and projects like it took of their plan.

        >>> from tiaodu.engine.stages.learning import StepRecord, learn
        >>> rows = [
        ...     StepRecord("project", 100 + 4 * n, Unit.CALENDAR, f"p{n}", planned=100) for n in range(21)
        ... ]
        >>> days = learn(rows).whole("project", 50, Unit.CALENDAR)
        >>> [round(days.days_at(p)) for p in (0.01, 0.5, 0.8)]
        [50, 69, 82]
        """
        mean, variance, sigma = self._ratio(Case(kind, planned=planned))
        shape = np.array(self.shape or standard_nodes())
        if self.projects is not None:
            more, unsure, rest = self.projects.factor(traits)
            mean, variance = mean + more, variance + unsure
            sigma = rest if self.own_part < 1.0 else sqrt(rest**2 + sigma**2)
            shape = self.projects.shape(traits)
        sd = sqrt(variance + sigma**2)
        shape = floored(shape, -mean / sd, self.early)
        return Duration(
            planned * exp(mean), unit, sd, shared=False, shape=tuple(shape.tolist()), origin="learned"
        )

    def expected(self, step: Step, template: str = "", *, confirmed: bool = False) -> Expected | None:
        """What is expected of a step before anything is known of its project; None where nothing may be
        said.
        """
        length = planned_length(step, confirmed=confirmed)
        if step.milestone or (length is None and step.kind not in self.centres):
            return None
        unit = length.unit if length else self.taken[step.kind].unit
        case = Case(step.kind, step.stage, template, step.by, "", _days(length))
        if step.kind in self.planned_kinds:
            return self._of_ratio(case, length, unit)
        if step.kind in self.centres:
            return self._of_length(case, length, unit)
        if self.fit is None and length is not None and length.origin == "usual":
            return None
        return self._of_ratio(case, length, unit)

    def _of_ratio(self, case: Case, length: Length | None, unit: Unit) -> Expected:
        """Planned days times what is learned of such steps; a kind's middle plan where this step has none."""
        planned = _days(length)
        if planned is None:
            days = exp(self.centres[case.kind])
            planned = converted(days, Unit.CALENDAR, unit, self.settings.working_part)
        least = max(planned, self.settings.least_days)
        mean, variance, sigma = self._ratio(replace(case, planned=least))
        own = sqrt(variance + self.own_part * sigma**2)
        used = replace(case, planned=least)
        return Expected(log(least) + mean, own, variance, self._level(case), unit, used)

    def _ratio(self, case: Case) -> tuple[float, float, float]:
        """Mean and variance of the logarithm of days over plan without the project's factor, and the step's
        own spread.
        """
        spreads = self.settings.spreads
        if self.design is None or self.fit is None:
            return 0.0, spreads["kind"].sd ** 2 + spreads["stage"].sd ** 2, spreads["step"].sd
        mean, variance = self.fit.predict(self.design.rows([case]))
        unseen = sum(self.fit.spreads[group.name] ** 2 for group in self.design.groups if group.unseen(case))
        place = self.classes.get(case.kind)
        sigma = self.fit.pooled if place is None else float(self.fit.sigma[place])
        return float(mean[0]), float(variance[0]) + unseen, sigma

    def _common(self, cases: Sequence[Case]) -> float:
        """The variance that what was learned of the steps of a network has in common, as they lie together on
        the mean: where little is known, all of them are late or none.
        """
        if self.design is None or self.fit is None or len(cases) < 2:
            return 0.0
        rows = self.design.rows(cases)
        together = rows @ self.fit.covariance @ rows.T
        pairs = len(cases) * (len(cases) - 1)
        return max(0.0, float(together.sum() - np.trace(together)) / pairs)

    def _of_length(self, case: Case, length: Length | None, unit: Unit) -> Expected:
        """The kind's own days; drawn to the plan, where there is one, as if that were one more kind of its
        stage.
        """
        assert self.design is not None and self.fit is not None  # noqa: S101  a kind has a centre only when fitted
        part = self.settings.working_part
        bare = replace(case, planned=None)
        mean, variance, sigma = self._ratio(bare)
        days = self.centres[case.kind] + mean + log(converted(1.0, Unit.CALENDAR, unit, part))
        planned = _days(length)
        if planned is not None:
            named = replace(case, planned=max(planned, self.settings.least_days))
            other, spread, _ = self._ratio(named)
            weight = spread / (spread + variance)
            days = weight * days + (1 - weight) * (log(named.planned or 1.0) + other)
            variance *= weight
        own = sqrt(variance + self.own_part * sigma**2)
        return Expected(days, own, variance, "kind", unit, bare)

    def _level(self, case: Case) -> str:
        if case.kind in self.taken:
            return "kind"
        if self.stages.get(case.stage):
            return "stage"
        return "all" if sum(self.stages.values()) else "planned"

    def _duration(self, step: Step, expected: Expected | None, *, confirmed: bool) -> Duration | None:
        if step.milestone:
            return MILESTONE
        if expected is None:
            usual = step.usual
            return Duration.of_usual(usual) if usual and (usual.sure or confirmed) else None
        return Duration(
            scale=exp(expected.log_days),
            unit=expected.unit,
            sigma=expected.sd,
            least=_least(step, expected.unit, confirmed=confirmed),
            shape=self.shape,
            origin="planned" if expected.level == "planned" else "learned",
        )

    def explain(self, step: Step, template: str = "", *, confirmed: bool = False) -> DurationReason:
        """What the duration of a step rests on."""
        expected = self.expected(step, template, confirmed=confirmed)
        duration = self._duration(step, expected, confirmed=confirmed)
        level = (
            "milestone"
            if step.milestone
            else expected.level
            if expected
            else "range"
            if duration
            else "unknown"
        )
        length = planned_length(step, confirmed=confirmed)
        unit = duration.unit if duration else length.unit if length else Unit.CALENDAR
        served = self.stages.get(step.stage, 0) if level == "stage" else sum(self.stages.values())
        return DurationReason(
            level=level,
            unit=unit,
            kind=self.taken.get(step.kind),
            served=served if level in ("stage", "all") else 0,
            length=length if length and length.origin != "milestone" else None,
            promised=promised_days(step, unit, confirmed=confirmed),
            usual=step.usual,
            duration=duration,
            settings=self.settings,
        )


def _apart(expected: Expected, common: float) -> Expected:
    """What is left to a step when what it has in common with the others is taken out."""
    return replace(expected, sd=sqrt(expected.sd**2 - min(common, expected.unsure)))


def _days(length: Length | None) -> float | None:
    return float(length.days) if length else None


def _least(step: Step, unit: Unit, *, confirmed: bool) -> int:
    """The days a step must last by law, where they are counted in the unit of its duration."""
    limit = step.limit(LimitKind.LEAST, confirmed=confirmed)
    return limit.days if limit and limit.unit == unit else 0


def _evidence(
    expected: Expected, record: StepState, today: date, table: DayTable, least: float
) -> Evidence | None:
    """What a step that has begun says of the factor."""
    end = record.finished or today
    if record.started is None or end < record.started:
        return None
    span = table.offset(record.started), table.offset(end)
    days = max(least, table.between(*span, working=expected.unit == Unit.WORKING))
    return Evidence(log(days) - expected.log_days, expected.sd, record.finished is not None)
