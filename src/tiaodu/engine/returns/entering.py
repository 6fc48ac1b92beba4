"""From the first hint to the list and out again: where a unit stands, and which steps lead on.

Entry to the statistics goes round: a unit is sent back, is refused and tries again next year, falls below the
threshold and returns. So it is a table of states and steps, not a network without rings. Each step is written
down once, with its day, who took it, the proof and the batch.

>>> [step.code for step in steps_from("complete")]
['to_county', 'papers_lost', 'given_up']
>>> after("complete", "to_county"), after("nation", "approved")
('county', 'first')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from tiaodu.engine.kernel.datafile import (
    Choice,
    Flag,
    ListOf,
    MappingOf,
    Record,
    Text,
    parse_datafile,
    with_head,
)
from tiaodu.engine.stages.model import Label

FILE: Final = "returns/entry/states.yaml"
PHASES: Final = ("pool", "filing", "review", "listed", "left")
ACTORS: Final = ("pool", "bureau")  # who keeps the pool, and the statistics bureau
_CODE = Text(r"[a-z][a-z_]*")
_NAMES = {"zh": Text(), "en": Text()}
_STEP = Record(
    {**_NAMES, "by": Choice(ACTORS), "from": ListOf(_CODE), "to": _CODE},
    {"proof": Flag(), "reason": Flag(), "batch": Flag(), "papers": Flag(), "reached": Flag()},
)
SHAPE: Final = with_head(
    {
        "states": MappingOf(Record({**_NAMES, "phase": Choice(PHASES)}), key=_CODE),
        "steps": MappingOf(_STEP, key=_CODE),
        "exits": MappingOf(Record(_NAMES), key=_CODE),
    }
)


@dataclass(frozen=True, slots=True)
class State:
    """One state and the phase it belongs to."""

    code: str
    name: Label
    phase: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``proof``, ``reason``, ``batch``: what must be given with it; ``papers``: only when none is
    missing; ``reached``: only when the threshold is reached. ``by`` is who may take it.
    """

    code: str
    name: Label
    by: str
    sources: tuple[str, ...]
    target: str
    proof: bool
    reason: bool
    batch: bool
    papers: bool
    reached: bool


@dataclass(frozen=True, slots=True)
class Course:
    """All states in their order, all steps, and the reasons for which a unit leaves the list."""

    states: Mapping[str, State]
    steps: Mapping[str, Step]
    exits: Mapping[str, Label]


@lru_cache(maxsize=1)
def course() -> Course:
    """The course of the package. Raises DataFileError when the file is damaged, ValueError when a step leads
    from or to a state that does not exist.
    """
    text = (resources.files("tiaodu.data") / FILE).read_text(encoding="utf-8")
    return course_of(parse_datafile(text, SHAPE, name=FILE))


def course_of(raw: Mapping[str, Any]) -> Course:
    """The course of a file that was read."""
    states = {
        code: State(code, Label(each["zh"], each["en"]), each["phase"])
        for code, each in raw["states"].items()
    }
    steps = {code: _step(code, each) for code, each in raw["steps"].items()}
    for step in steps.values():
        strange = {*step.sources, step.target} - set(states)
        if strange:
            raise ValueError(
                f"{FILE}: step {step.code} names {', '.join(sorted(strange))}, which is no state"
            )
    exits = {code: Label(each["zh"], each["en"]) for code, each in raw["exits"].items()}
    return Course(states, steps, exits)


def _step(code: str, raw: Mapping[str, Any]) -> Step:
    wants = (raw.get(key, False) for key in ("proof", "reason", "batch", "papers", "reached"))
    return Step(code, Label(raw["zh"], raw["en"]), raw["by"], tuple(raw["from"]), raw["to"], *wants)


def steps_from(state: str) -> tuple[Step, ...]:
    """The steps that lead on from a state."""
    return tuple(step for step in course().steps.values() if state in step.sources)


def can(state: str, step: str) -> bool:
    """Whether ``step`` may be taken in ``state``.

    >>> can("lead", "approved"), can("lead", "cultivate")
    (False, True)
    """
    found = course().steps.get(step)
    return found is not None and state in found.sources


def after(state: str, step: str) -> str:
    """The state after ``step``. Raises ValueError when it cannot be taken."""
    if not can(state, step):
        raise ValueError(f"{step} cannot be taken in {state}")
    return course().steps[step].target


def is_listed(state: str) -> bool:
    """Whether a unit in this state is in the list.

    >>> is_listed("first"), is_listed("nation")
    (True, False)
    """
    return course().states[state].phase == "listed"


def under_review(state: str) -> bool:
    """Whether its papers are with the county, the city, the province or the nation."""
    return course().states[state].phase == "review"


def verdict(state: str, *, reached: bool | None, passed: bool) -> str:
    """Where a unit stands in the count of 达标企业全部按时入规入统.

    ``passed``: its earliest possible batch is closed. What was reached and missed must be nobody.

    >>> verdict("complete", reached=True, passed=True), verdict("listed", reached=True, passed=True)
    ('absent', 'listed')
    >>> verdict("county", reached=True, passed=True), verdict("nurture", reached=False, passed=False)
    ('absent', 'not_yet')
    """
    if is_listed(state):
        return "listed"
    if reached is None:
        return "unknown"
    if not reached:
        return "not_yet"
    return "absent" if passed else "in_time"
