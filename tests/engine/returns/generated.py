"""Generated months of firms with planted faults: the yardstick of the checks. No firm of it is real."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.checks import Columns

OUTPUT, REVENUE, TAX, POWER, PEOPLE = (
    "output_value.industry",
    "revenue",
    "tax",
    "energy.use",
    "people.employed",
)
MONTHLY = (OUTPUT, REVENUE, TAX, POWER, PEOPLE)
UNITS = {OUTPUT: "万元", REVENUE: "万元", TAX: "万元", POWER: "万千瓦时", PEOPLE: "人"}


@dataclass(frozen=True)
class Planted:
    """Columns with faults, and which firms have which: kind → (measure, places of the firms)."""

    columns: Columns
    faults: Mapping[str, tuple[str, frozenset[int]]] = field(default_factory=dict)

    @property
    def clean(self) -> frozenset[int]:
        """Firms without a fault."""
        faulty = {row for _measure, rows in self.faults.values() for row in rows}
        return frozenset(range(self.columns.rows)) - faulty


def firms(
    count: int, *, period: str = "2024-05", months: int = 28, seed: int = 7, noise: float = 1.0
) -> Columns:
    """``count`` firms in groups of 20: sizes over three powers of ten, growth, season, Spring Festival.

    Electricity, tax and revenue follow output each with its own noise (power 4 %, revenue 6 %, tax 18 %, in
    logarithms, heavy-tailed); output itself varies by 8 % from month to month.
    """
    draws = Draws(seed, count).within("firms")
    groups = np.arange(count) // 20
    size = 10 ** (6.3 + 0.6 * draws.normal("size", (1,))[0])
    now = Period.parse(period)
    last = now.start.year * 12 + now.start.month - 1
    figures: dict[tuple[str, Period], np.ndarray] = {}
    growth = 0.004 + 0.004 * draws.normal("growth", (1,))[0]
    for step, number in enumerate(range(last - months + 1, last + 1)):
        at = Period.month(number // 12, number % 12 + 1)
        name = str(at)
        common = 0.05 * Draws(seed, int(groups.max()) + 1).within("group").normal(name, (1,))[0][groups]
        festival = -0.35 * (at.start.month == 2) - 0.15 * (at.start.month == 1)
        own = _tailed(draws, f"output {name}", 0.08 * noise)
        output = size * np.exp(growth * step + common + festival + own)
        figures[OUTPUT, at] = _whole(output)
        figures[REVENUE, at] = _whole(output * 0.97 * np.exp(_tailed(draws, f"revenue {name}", 0.06 * noise)))
        figures[TAX, at] = _whole(output * 0.05 * np.exp(_tailed(draws, f"tax {name}", 0.18 * noise)))
        power = 0.12 * np.exp(_tailed(draws, f"power {name}", 0.04 * noise))
        figures[POWER, at] = _whole(output * power)
        people = size / 40_000 * np.exp(_tailed(draws, f"people {name}", 0.02 * noise))
        figures[PEOPLE, at] = np.maximum(1.0, _whole(people))
    return Columns(now, figures, groups.astype(np.int64), {}, UNITS)


def _tailed(draws: Draws, name: str, size: float) -> np.ndarray:
    """Noise of a given size; one value in twelve is of twice that size."""
    wide = draws.uniform(f"{name} wide", (1,))[0] < 1 / 12
    found: np.ndarray = size * draws.normal(name, (1,))[0] * np.where(wide, 2.0, 1.0)
    return found


def _whole(values: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.round(values)
    return found


def planted(columns: Columns, share: float = 0.02) -> Planted:
    """The same with faults of every kind, each at other firms."""
    count = max(4, int(columns.rows * share))
    order = np.argsort(Draws(11, columns.rows).uniform("faulty", (1,))[0])
    places = iter(order.reshape(-1))

    def some() -> np.ndarray:
        return np.array([next(places) for _ in range(count)])

    figures = {key: values.copy() for key, values in columns.figures.items()}
    faults: dict[str, tuple[str, frozenset[int]]] = {}

    def plant(kind: str, measure: str, factor: float) -> None:
        rows = some()
        at = [columns.period]
        if columns.period.start.month == 2 and not kind.startswith("unit"):
            at.append(Period.month(columns.period.start.year, 1))  # the two are judged together
        for period in at:
            figures[measure, period][rows] *= factor
        faults[kind] = (measure, frozenset(int(row) for row in rows))

    plant("unit x10000", OUTPUT, 10_000)
    plant("unit /10000", POWER, 1 / 10_000)
    plant("unit x10", REVENUE, 10)
    plant("unit /10", OUTPUT, 1 / 10)
    plant("jump x2.5", OUTPUT, 2.5)
    plant("jump /3", OUTPUT, 1 / 3)
    plant("power /2", POWER, 0.5)
    plant("power x2", POWER, 2.0)
    plant("tax x6", TAX, 6.0)
    plant("tax /8", TAX, 1 / 8)
    return Planted(replace(columns, figures=figures), faults)
