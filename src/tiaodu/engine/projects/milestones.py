"""The days of a project's life that rules ask for, found in any template by the kinds of its steps.

>>> from datetime import date
>>> from tiaodu.engine.stages.state import StepState, network_of
>>> from tiaodu.engine.stages.template import package_templates
>>> begun = {"A18": StepState(finished=date(2024, 3, 20)), "A25": StepState(promised=date(2025, 1, 1))}
>>> state = NetworkState(begun)
>>> found = milestones_of(network_of(package_templates()["manufacturing"], state), state)
>>> found["construction_start"].reached.isoformat(), found["production"].promised.isoformat()
('2024-03-20', '2025-01-01')
>>> found["completion"].reached is None, found["completion"].exists
(True, True)
>>> blank = NetworkState()
>>> milestones_of(network_of(package_templates()["solar"], blank), blank)["signed"].exists
False
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

from tiaodu.engine.kernel.datafile import ListOf, MappingOf, Record, Text, parse_datafile, with_head
from tiaodu.engine.stages.model import Label, Step
from tiaodu.engine.stages.state import Network, NetworkState, StepState, Wait
from tiaodu.engine.stages.words import LABEL, label

FILE = "projects/milestones.yaml"
_CODE = Text(r"[a-z][a-z0-9_]*")
SHAPE = with_head(
    {
        "milestones": MappingOf(
            Record({"zh": LABEL.required["zh"], "en": LABEL.required["en"], "kinds": ListOf(_CODE)}), _CODE
        )
    }
)
# A milestone whose steps were skipped for one of these reasons is behind the project.
DONE_BEFORE = frozenset({"done_before", "regional_assessment", "government_service"})


@dataclass(frozen=True, slots=True)
class Kinds:
    """What a milestone is called, and the kinds of steps that make it."""

    name: Label
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone of one project. ``exists``: whether its network has such a step in play; ``behind``: it was
    reached before the record began, on a day nobody noted. ``waiting``: legal reasons why it stands still,
    here or at a step it needs.
    """

    code: str
    exists: bool
    reached: date | None = None
    promised: date | None = None
    behind: bool = False
    waiting: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        return self.behind or self.reached is not None


@lru_cache(maxsize=1)
def packaged_kinds() -> Mapping[str, Kinds]:
    """The milestones of the package by their codes. Raises DataFileError when the file is damaged."""
    text = (resources.files("tiaodu.data") / FILE).read_text(encoding="utf-8")
    raw: Mapping[str, Any] = parse_datafile(text, SHAPE, name=FILE)["milestones"]
    return {code: Kinds(label(each), frozenset(each["kinds"])) for code, each in raw.items()}


def milestones_of(
    network: Network, state: NetworkState, kinds: Mapping[str, Kinds] | None = None
) -> Mapping[str, Milestone]:
    """Every milestone of a project by its code; ``kinds`` are the package's if not given."""
    found = {
        code: _milestone(code, each.kinds, network, state)
        for code, each in (kinds or packaged_kinds()).items()
    }
    if state.signed is not None and "signed" in found and found["signed"].reached is None:
        found["signed"] = Milestone("signed", exists=True, reached=state.signed)
    return found


def _milestone(code: str, kinds: frozenset[str], network: Network, state: NetworkState) -> Milestone:
    steps = [step for step in network.steps if step.kind in kinds]
    if not steps:
        out = [step.code for step in network.template.steps if step.kind in kinds]
        return Milestone(code, exists=False, behind=any(network.out[each] in DONE_BEFORE for each in out))
    days = [_reached(step, state.of(step.code)) for step in steps]
    whole = [day for day in days if day is not None]
    waits = [wait.reason for step in steps for wait in _waits(step.code, network, state)]
    return Milestone(
        code,
        exists=True,
        reached=max(whole) if len(whole) == len(days) else None,
        promised=max((day for step in steps if (day := state.of(step.code).promised)), default=None),
        waiting=tuple(dict.fromkeys(waits)),
    )


def _reached(step: Step, record: StepState) -> date | None:
    """The day a step was done; a milestone is done the day it begins."""
    return record.finished or (record.started if step.milestone else None)


def _waits(code: str, network: Network, state: NetworkState) -> list[Wait]:
    """The waits that last, of a step and of all that it needs and that is not done."""
    seen, open_, found = {code}, [code], []
    while open_:
        record = state.of(current := open_.pop())
        if record.finished is not None:
            continue
        found += [wait for wait in record.waits if wait.end is None]
        fresh = [need for need in network.needs[current] if need not in seen]
        seen.update(fresh)
        open_ += fresh
    return found
