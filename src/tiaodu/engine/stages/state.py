"""What has happened in a network by a given day, and which of its steps are in play.

Nothing here is a forecast: starts, finishes, waits and skips as they were recorded, each with its day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from tiaodu.engine.stages.graph import order
from tiaodu.engine.stages.model import Step, Template


@dataclass(frozen=True, slots=True)
class Wait:
    """A span in which the step legally stood still; ``end`` is None while it lasts."""

    reason: str
    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class StepState:
    """What is recorded of one step. ``needed`` answers its condition; ``promised`` is the day it is promised
    for; ``parallel`` tells why it began before a step that usually precedes it.
    """

    started: date | None = None
    finished: date | None = None
    skipped: str = ""
    needed: bool | None = None
    waits: tuple[Wait, ...] = ()
    promised: date | None = None
    proven: bool = False
    parallel: str = ""


BLANK = StepState()


@dataclass(frozen=True, slots=True)
class NetworkState:
    """The record of a network. ``signed`` is the day of the agreement where it is not a step of its own."""

    steps: Mapping[str, StepState] = field(default_factory=lambda: MappingProxyType({}))
    signed: date | None = None

    def of(self, code: str) -> StepState:
        """The record of a step, blank when there is none."""
        return self.steps.get(code, BLANK)


@dataclass(frozen=True, slots=True)
class Network:
    """The steps of a template that are in play, each after its prerequisites; ``needs`` are those that count.

    A step that is out of play hands its prerequisites on: what came before it comes before its followers.
    """

    template: Template
    steps: tuple[Step, ...]
    needs: Mapping[str, tuple[str, ...]]
    out: Mapping[str, str]  # steps out of play and why

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the steps in play, in order."""
        return tuple(step.code for step in self.steps)


def network_of(template: Template, state: NetworkState) -> Network:
    """The network in play: without what is skipped, not needed, or an alternative to what is done.

    >>> from tiaodu.engine.stages.template import package_templates
    >>> restart = package_templates()["mine_restart"]
    >>> own = NetworkState({"D09b": StepState(needed=True)})
    >>> [c for c in network_of(restart, own).codes if c.startswith("D09")]
    ['D09b']
    >>> network_of(restart, NetworkState()).needs["D09a"]
    ('D07',)
    """
    out = _out_of_play(template, state)
    needs: dict[str, tuple[str, ...]] = {}
    through: dict[str, tuple[str, ...]] = {}
    for code in order(template.prerequisites):
        found: list[str] = []
        for need in template.by_code[code].needs:
            found += through[need] if need in out else [need]
        through[code] = tuple(dict.fromkeys(found))
        if code not in out:
            needs[code] = through[code]
    return Network(template, tuple(template.by_code[code] for code in order(needs)), needs, out)


def _out_of_play(template: Template, state: NetworkState) -> dict[str, str]:
    """Codes of steps not in play, with the reason: a skip's own, else ``not_needed`` or ``alternative``."""
    taken = {step.choice: step.code for step in template.steps if step.choice and _chosen(step, state)}
    out: dict[str, str] = {}
    for step in template.steps:
        record = state.of(step.code)
        if record.skipped:
            out[step.code] = record.skipped
        elif step.choice in taken and taken[step.choice] != step.code and not _touched(record):
            out[step.code] = "alternative"
        elif step.choice not in taken and not _needed(step, record):
            out[step.code] = "not_needed"
    return out


def _touched(record: StepState) -> bool:
    return record.started is not None or record.finished is not None


def _chosen(step: Step, state: NetworkState) -> bool:
    record = state.of(step.code)
    return not record.skipped and (record.needed is True or _touched(record))


def _needed(step: Step, record: StepState) -> bool:
    """What somebody said, else what happened, else what the template assumes."""
    if record.needed is not None:
        return record.needed
    return step.condition is None or step.condition.assumed or _touched(record)
