"""What a driver tree is made of: nodes, the ways a node comes by its months, causes shared by several.

A node is a series ``subject:measure`` with a figure for every month and scenario. Months are numbered as in
months.py. Any node may have months that are already known: evidence then stands in place of what the node
would have given. Rooms hand nodes over as :class:`Offer`; nothing here knows a room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from tiaodu.engine.kernel.offers import Driver, StepNetwork
from tiaodu.engine.outlook.shapes import Shape


class Adds(StrEnum):
    """How months make a longer period: a flow adds up, of a stock the last month counts, a ratio is
    averaged.
    """

    SUM = "sum"
    LAST = "last"
    MEAN = "mean"


ADDS_OF_KIND: Mapping[str, Adds] = MappingProxyType(
    {"flow": Adds.SUM, "stock": Adds.LAST, "ratio": Adds.MEAN, "stage": Adds.LAST}
)


class Per(StrEnum):
    """Whether chance speaks once for every month or once for the whole scenario."""

    MONTH = "month"
    SCENARIO = "scenario"


@dataclass(frozen=True, slots=True)
class Given:
    """One figure for all months, or one for each; a month without a figure is unknown."""

    value: float | None = None
    months: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Worked:
    """The share of a month's days that are worked, by the days lost in it (stops, holidays, inspections)."""

    lost: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Noise:
    """Chance: figures of ``shape``.

    Its score is Σ loading · cause + √(1 − Σ loading²) · own, all standard normal (a one-level factor model),
    so that what shares a cause fails together. With ``persistence`` ρ the own part of a month is
    ρ · the month before + √(1 − ρ²) · new.
    """

    shape: Shape
    per: Per = Per.MONTH
    causes: tuple[tuple[str, float], ...] = ()
    persistence: float = 0.0


@dataclass(frozen=True, slots=True)
class Arrival:
    """``count`` units that are there from a date on: the name of a date of the inputs."""

    date: str
    count: float = 1.0


@dataclass(frozen=True, slots=True)
class Arrivals:
    """A stock that follows dates: ``base`` and what has arrived.

    ``curve`` are the shares a unit is worth after so many months (ramp); between them it is straight, after
    the last it stays. Without ``curve`` a unit counts fully. ``at`` LAST counts at the end of the month, MEAN
    over its days.
    """

    base: float = 0.0
    arrivals: tuple[Arrival, ...] = ()
    curve: tuple[float, ...] = ()
    at: Adds = Adds.LAST


@dataclass(frozen=True, slots=True)
class Formula:
    """A rule of the expression language over ``inputs``: names and the series they stand for.

    ``x("上期")`` is the month before, ``x("上年同期")`` the same month a year ago, ``x("本年累计")`` and
    ``x("上年同期累计")`` the sums from January on.
    """

    rule: str
    inputs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Lag:
    """The series ``of`` so many months ago. Months before the run are taken from evidence; ``hold`` takes the
    first month of the run where there is none.
    """

    of: str
    months: int
    hold: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    """The sum of ``of`` from January on (``yearly``), else from the first month of the run on."""

    of: str
    yearly: bool = True


@dataclass(frozen=True, slots=True)
class Total:
    """The sum over children."""

    parts: tuple[str, ...]


Kind = Given | Worked | Noise | Arrivals | Formula | Lag | Running | Total
KIND_WORDS: Mapping[type, str] = MappingProxyType(
    {
        Given: "given",
        Worked: "worked",
        Noise: "noise",
        Arrivals: "arrivals",
        Formula: "formula",
        Lag: "lag",
        Running: "running",
        Total: "total",
    }
)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """In ``months`` a node is its figure times ``factor`` plus ``plus``; None means in all."""

    months: frozenset[int] | None
    factor: float = 1.0
    plus: float = 0.0


@dataclass(frozen=True, slots=True)
class Node:
    """One series of the tree. ``source`` says in words where the rule or figure comes from."""

    key: str
    unit: str
    kind: Kind
    adds: Adds = Adds.SUM
    title: str = ""
    source: str = ""
    confidence: str = "practice"
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        """The series it is computed from, each once."""
        kind = self.kind
        if isinstance(kind, Formula):
            return tuple(dict.fromkeys(key for _name, key in kind.inputs))
        if isinstance(kind, Lag | Running):
            return (kind.of,)
        return tuple(dict.fromkeys(kind.parts)) if isinstance(kind, Total) else ()


@dataclass(frozen=True, slots=True)
class Cause:
    """What several things share: steam, power, gas, the market, the winter."""

    name: str
    title: str = ""
    per: Per = Per.MONTH
    persistence: float = 0.0
    source: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Dates:
    """A day for every scenario, counted from ``first``, as :func:`stages.simulate` gives it."""

    first: date
    days: NDArray[np.int32]

    @classmethod
    def certain(cls, day: date, scenarios: int) -> Dates:
        """The same day in every scenario."""
        return cls(day, np.zeros(scenarios, np.int32))


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is known on the day: figures of months by series, also from before the run, and days by name.

    ``until`` is the last month that should be reported by now. ``networks`` has the stage network of a date,
    where other dates follow it when it is moved.
    """

    known: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    dates: Mapping[str, Dates] = field(default_factory=dict)
    until: int | None = None
    networks: Mapping[str, StepNetwork] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a room hands over: nodes, causes it speaks of, and dates of its stage networks."""

    nodes: tuple[Node, ...] = ()
    causes: tuple[Cause, ...] = ()
    dates: Mapping[str, Dates] = field(default_factory=dict)


def node_of(driver: Driver, kind: str = "flow", confidence: str = "practice") -> Node:
    """The node of a driver handed over through the slots; ``kind`` is that of its measure.

    A driver without a rule is evidence only: its months that are not known stay unknown.
    """
    rule = Formula(driver.rule, driver.inputs) if driver.rule else Given()
    return Node(
        driver.key,
        driver.unit,
        rule,
        ADDS_OF_KIND[kind],
        driver.title,
        driver.source,
        confidence,
    )
