"""Many counties by the same code: what is asked of each is figures, not scenarios.

``outlooks(keys, build)`` runs one county after the other, or spread over the map of a pool: of threads, of
processes, of machines. What is handed out is a key, what comes back are rows; both can be pickled, as can
``build`` when it is a function of a module. The numbers of a county depend on its key and the seed alone.

>>> from tiaodu.engine.outlook.model import Node, Noise
>>> from tiaodu.engine.outlook.shapes import Lognormal
>>> def build(key: str) -> County:
...     node = Node(f"{key}:tax", "万元", Noise(Lognormal(100.0, 0.2)), source="示例")
...     asked = Asked(node.key, "2024", (">=", 1200))
...     return County(Tree.of([node]), Inputs(), Months.parse("2024"), (asked,))
>>> rows = list(outlooks(["140722", "140721"], build, draws=Draws(1, 1_000)))
>>> [(row.county, round(row.middle), round(row.chance, 2)) for row in rows]
[('140722', 1218, 0.6), ('140721', 1223, 0.63)]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.outlook.explain import Asked
from tiaodu.engine.outlook.model import Inputs
from tiaodu.engine.outlook.months import Months
from tiaodu.engine.outlook.result import Result
from tiaodu.engine.outlook.run import run
from tiaodu.engine.outlook.tree import Tree


@dataclass(frozen=True)
class County:
    """What is run for a county, and what is asked of it."""

    tree: Tree
    inputs: Inputs
    months: Months
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of a county: its quantiles, its chance, and in how many scenarios it has no value.

    None where no scenario has a value, or there is no promise.
    """

    county: str
    key: str
    period: str
    low: float | None
    middle: float | None
    high: float | None
    mean: float | None
    chance: float | None
    unknown: int


Build = Callable[[str], County]
Spread = Callable[[Callable[[str], list[Row]], Iterable[str]], Iterable[list[Row]]]


def simulate(key: str, *, build: Build, draws: Draws, threads: int = 1) -> list[Row]:
    """The rows of one county, drawn within its own scope."""
    county = build(key)
    wanted = list(dict.fromkeys(asked.key for asked in county.asked))
    result = run(
        county.tree,
        months=county.months,
        inputs=county.inputs,
        draws=draws.within(f"county {key}"),
        wanted=wanted,
        threads=threads,
    )
    return [_row(key, result, asked) for asked in county.asked]


def _row(county: str, result: Result, asked: Asked) -> Row:
    values = result.over(asked.key, asked.period)
    low, middle, high = values.quantiles() or (None, None, None)
    chance = values.chance(*asked.promise) if asked.promise else None
    return Row(county, asked.key, asked.period, low, middle, high, values.mean, chance, values.unknown)


def outlooks(
    keys: Iterable[str], build: Build, *, draws: Draws, threads: int = 1, spread: Spread = map
) -> Iterator[Row]:
    """The rows of all counties in the order of their keys; ``spread`` is the map of a pool.

    ``threads`` are those of one county: one, where the counties themselves are spread.
    """
    work = partial(simulate, build=build, draws=draws, threads=threads)
    for rows in spread(work, keys):
        yield from rows
