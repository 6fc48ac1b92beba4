"""What a project needs from others (要素): land, energy review, EIA, water, power, gas, steam.

An input is secured by a step where the network has one, else by an amount that is assured; where nothing is
known it is said to be unknown.

>>> from tiaodu.engine.stages.state import NetworkState, StepState, network_of
>>> from tiaodu.engine.stages.template import package_templates
>>> plant = package_templates()["manufacturing"]
>>> state = NetworkState({"A04": StepState(finished=date(2024, 3, 1))})
>>> found = inputs_of(network_of(plant, state), state, {"steam": Need(Decimal(20), Decimal(5))})
>>> [(each.kind.code, each.state, each.steps) for each in found if each.state != "unknown"]
[('land', 'open', ('A11', 'A14')), ('energy_review', 'secured', ('A04',)), ('eia', 'open', ('A05a',)), \
('power', 'open', ('A19',)), ('steam', 'short', ())]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from tiaodu.engine.kernel.datafile import ListOf, MappingOf, Record, Shape, Text, parse_datafile, with_head
from tiaodu.engine.stages.model import Label, Step
from tiaodu.engine.stages.state import Network, NetworkState
from tiaodu.engine.stages.words import CODE, label

FILE = "projects/inputs.yaml"
STATES: Final = ("late", "short", "open", "unknown", "secured", "not_needed")  # the worst first
_KIND: Mapping[str, Shape] = {
    "zh": Text(),
    "en": Text(),
    "unit": Text(empty=True),
    "by": CODE,
    "steps": ListOf(CODE, empty=True),
}
SHAPE = with_head({"inputs": MappingOf(Record(_KIND), key=CODE)})


@dataclass(frozen=True, slots=True)
class InputKind:
    """One input: its name, the unit of its amounts, who usually provides it, the steps that secure it."""

    code: str
    name: Label
    unit: str
    by: str
    steps: frozenset[str]


@dataclass(frozen=True, slots=True)
class Need:
    """How much is needed and how much is assured, by when it is needed."""

    needed: Decimal | None = None
    secured: Decimal | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """How an input of one project stands.

    ``steps`` are the codes of its steps in play; ``done`` the day the last of them was finished; ``missing``
    what is needed beyond what is assured.
    """

    kind: InputKind
    state: str
    steps: tuple[str, ...]
    done: date | None
    need: Need | None
    missing: Decimal | None


@lru_cache(maxsize=1)
def input_kinds() -> Mapping[str, InputKind]:
    """The inputs of the package by code. Raises DataFileError when the file is damaged."""
    text = (resources.files("tiaodu.data") / FILE).read_text(encoding="utf-8")
    raw: Mapping[str, Any] = parse_datafile(text, SHAPE, name=FILE)["inputs"]
    return {
        code: InputKind(code, label(each), each["unit"], each["by"], frozenset(each["steps"]))
        for code, each in raw.items()
    }


def inputs_of(
    network: Network, state: NetworkState, needs: Mapping[str, Need], *, day: date | None = None
) -> tuple[Input, ...]:
    """Every input of a project on ``day``, in the order of the file."""
    return tuple(_input(kind, network, state, needs.get(kind.code), day) for kind in input_kinds().values())


def _input(
    kind: InputKind, network: Network, state: NetworkState, need: Need | None, day: date | None
) -> Input:
    steps = [step for step in network.steps if step.kind in kind.steps]
    out = [state.of(step.code) for step in network.template.steps if step.kind in kind.steps]
    ends = [_end(step, state) for step in steps]
    whole = [end for end in ends if end is not None]
    done = max(whole) if steps and len(whole) == len(steps) else None
    missing = None
    if need and need.needed is not None:
        missing = max(Decimal(0), need.needed - (need.secured or Decimal(0)))
    dropped = any(record.skipped or record.needed is False for record in out)
    found = _state(need, missing, done=done is not None, steps=bool(steps), dropped=dropped)
    if found in ("short", "open") and need and need.due and day and need.due < day:
        found = "late"
    return Input(kind, found, tuple(step.code for step in steps), done, need, missing)


def _end(step: Step, state: NetworkState) -> date | None:
    record = state.of(step.code)
    return record.finished or (record.started if step.milestone else None)


def _state(need: Need | None, missing: Decimal | None, *, done: bool, steps: bool, dropped: bool) -> str:
    """An amount that is short speaks before a step that is done: the approval alone brings no water.

    That a step is not needed counts only where somebody said so, not where the template assumes it.
    """
    if need and need.needed == 0:
        return "not_needed"
    if missing is not None and missing > 0:
        return "short"
    if steps:
        return "secured" if done else "open"
    if missing is not None:
        return "secured"
    return "not_needed" if dropped and need is None else "unknown"
