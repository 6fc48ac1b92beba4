"""What is learned from: steps that were finished or still run, with the days they took and were planned to
take.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from tiaodu.engine.kernel.daytable import DayTable
from tiaodu.engine.stages.lengths import planned_length
from tiaodu.engine.stages.model import LimitKind, Step, Unit
from tiaodu.engine.stages.state import Network, NetworkState, Wait

Trait = str | float


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A step of a project: ``days`` it took, or has taken so far while not ``finished``.

    ``planned`` is the length it was measured against when it began (promised, else law's, else usual),
    ``promised`` what the office promised, ``paused`` the days it legally stood still; all in ``unit``.
    ``idle`` are the days between the day it could have begun and the day it did. ``traits`` are what else
    is known of the project: a text names a group (sector, region), a number has a smooth effect (size,
    year). ``source`` and ``confidence`` are of a published case; the county's own record has none.
    """

    kind: str
    days: float
    unit: Unit
    project: str
    finished: bool = True
    planned: float | None = None
    promised: float | None = None
    stage: str = ""
    template: str = ""
    department: str = ""
    idle: float | None = None
    paused: float = 0.0
    traits: Mapping[str, Trait] = field(default_factory=lambda: MappingProxyType({}))
    source: str = ""
    confidence: str = ""

    @property
    def own(self) -> bool:
        """Whether it is of the county itself, not of the reference class."""
        return not self.source


def records_of(
    network: Network,
    state: NetworkState,
    *,
    project: str,
    today: date,
    table: DayTable,
    confirmed: bool = False,
    traits: Mapping[str, Trait] = MappingProxyType({}),
) -> tuple[StepRecord, ...]:
    """The records of a project's steps that have begun, in the order of the network.

    >>> from tiaodu.engine.kernel.calendar import WorkingCalendar
    >>> from tiaodu.engine.stages.state import StepState, network_of
    >>> from tiaodu.engine.stages.template import package_templates
    >>> state = NetworkState({"G01": StepState(date(2024, 3, 1), date(2024, 3, 4)),
    ...                       "G02": StepState(date(2024, 3, 6))})
    >>> network = network_of(package_templates()["generic"], state)
    >>> table = DayTable.of(WorkingCalendar(), date(2024, 1, 1), date(2025, 12, 31))
    >>> for each in records_of(network, state, project="p", today=date(2024, 4, 10), table=table):
    ...     print(each.kind, each.days, each.unit.value, each.planned, each.finished, each.idle)
    generic_begin 3.0 calendar None True None
    generic_approval 24.0 working 20.0 False 2.0
    """
    return tuple(
        StepRecord(
            kind=step.kind,
            days=days,
            unit=unit,
            project=project,
            finished=finished,
            planned=planned,
            promised=promised_days(step, unit, confirmed=confirmed),
            stage=step.stage,
            template=network.template.kind,
            department=step.by,
            idle=_idle(step, network, state, table, unit),
            paused=_paused(state.of(step.code).waits, today, table, unit),
            traits=traits,
        )
        for step, unit, planned, days, finished in _begun(network, state, today, table, confirmed)
    )


def _begun(
    network: Network,
    state: NetworkState,
    today: date,
    table: DayTable,
    confirmed: bool,  # noqa: FBT001
) -> Iterator[tuple[Step, Unit, float | None, float, bool]]:
    """Steps whose days are known: unit, planned days, days so far, finished."""
    for step in network.steps:
        record = state.of(step.code)
        if step.milestone or record.started is None:
            continue
        end = record.finished or today
        if end < record.started:
            continue
        length = planned_length(step, confirmed=confirmed)
        unit = length.unit if length else Unit.CALENDAR
        days = table.between(table.offset(record.started), table.offset(end), working=unit == Unit.WORKING)
        planned = float(length.days) if length else None
        yield step, unit, planned, float(days), record.finished is not None


def promised_days(step: Step, unit: Unit, *, confirmed: bool = False) -> float | None:
    """The days the office promised, where it did so in the same unit."""
    limit = step.limit(LimitKind.COMMITTED, confirmed=confirmed)
    return float(limit.days) if limit and limit.unit == unit else None


def _idle(step: Step, network: Network, state: NetworkState, table: DayTable, unit: Unit) -> float | None:
    """Days from the last finish of what a step needs to its start; None where that day is not known."""
    started, finished = state.of(step.code).started, [state.of(n).finished for n in network.needs[step.code]]
    known = [day for day in finished if day]
    if started is None or not known or len(known) < len(finished):
        return None
    ready, start = table.offset(max(known)), table.offset(started)
    return float(max(0, table.between(ready, start, working=unit == Unit.WORKING))) if start > ready else 0.0


def _paused(waits: Sequence[Wait], today: date, table: DayTable, unit: Unit) -> float:
    """Days of all waits, those that last counted up to ``today``."""
    spans = [(table.offset(wait.start), table.offset(wait.end or today)) for wait in waits]
    working = unit == Unit.WORKING
    return float(sum(table.between(start, max(start, end), working=working) for start, end in spans))
