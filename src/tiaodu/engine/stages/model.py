"""A stage network as its template says it: steps, what they need, their limits, papers, gates and proofs.

A value carries its own source and confidence: what is only remembered unsurely is shown and never counted
with
until a county confirms it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

UNSURE = "memory-unsure"


class Unit(StrEnum):
    """How days are counted."""

    WORKING = "working"  # 工作日
    CALENDAR = "calendar"  # 自然日


class LimitKind(StrEnum):
    """Who sets a limit, and to which side."""

    LAW = "law"  # 法定时限: at most
    COMMITTED = "committed"  # 承诺时限: at most, promised by the office
    LEAST = "least"  # 最短期限: at least, such as a public notice


@dataclass(frozen=True, slots=True)
class Label:
    """A name in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of days with the law or promise it comes from; ``extension`` further days may be granted
    once.
    """

    kind: LimitKind
    days: int
    unit: Unit
    source: str
    confidence: str
    extension: int = 0

    @property
    def sure(self) -> bool:
        """Whether the value may be counted with unasked."""
        return self.confidence != UNSURE


@dataclass(frozen=True, slots=True)
class Range:
    """Days a step usually takes: low, likely, high, as somebody who knows such work gives them."""

    low: int
    likely: int
    high: int
    unit: Unit
    source: str
    confidence: str

    @property
    def sure(self) -> bool:
        """Whether the value may be counted with unasked."""
        return self.confidence != UNSURE


@dataclass(frozen=True, slots=True)
class Lapse:
    """An approval that is void when step ``before`` has not begun within ``months``."""

    months: int
    before: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Condition:
    """When a step is needed, in words, and what is taken until somebody says it."""

    text: Label
    assumed: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``after``: steps that come before it in practice; ``gates``: steps that law puts before it.

    ``kind`` names the class of steps it learns its duration with (an energy review is one, whatever the
    template); ``choice`` marks alternatives of which one is done; a ``milestone`` takes no time of its own.
    """

    code: str
    name: Label
    stage: str
    by: str
    kind: str
    after: tuple[str, ...] = ()
    gates: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    usual: Range | None = None
    pauses: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()
    documents: tuple[Label, ...] = ()
    proof: tuple[Label, ...] = ()
    lapse: Lapse | None = None
    condition: Condition | None = None
    choice: str = ""
    milestone: bool = False
    source: str = ""
    confidence: str = "derived"
    note: Label | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        """All prerequisites, gates included, each once."""
        return tuple(dict.fromkeys((*self.gates, *self.after)))

    def limit(self, kind: LimitKind, *, confirmed: bool = False) -> Limit | None:
        """The limit of one kind; an unsure one only where the county has ``confirmed`` it."""
        return next((each for each in self.limits if each.kind == kind and (each.sure or confirmed)), None)


@dataclass(frozen=True)
class Template:
    """A checked or unchecked template. ``start``: steps that need nothing before them; ``goal``: the last
    one.
    """

    code: str
    title: Label
    kind: str
    start: tuple[str, ...]
    goal: str
    steps: tuple[Step, ...]
    valid_from: date
    source: str
    confidence: str
    valid_to: date | None = None

    @cached_property
    def by_code(self) -> Mapping[str, Step]:
        """The steps by their codes."""
        return {step.code: step for step in self.steps}

    @cached_property
    def prerequisites(self) -> Mapping[str, tuple[str, ...]]:
        """What each step needs, by code."""
        return {step.code: step.needs for step in self.steps}
