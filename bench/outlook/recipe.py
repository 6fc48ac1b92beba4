"""The tree that is measured: 200 nodes and five totals, made by chance from a seed, as plain data.

Thirty monthly lognormal sources, ten monthly triangular, twenty of PERT drawn once a scenario, ten ramps
whose start and length are drawn, and 130 nodes over them: weighted sums of three, products, least, most, lags
of one to six months that hold the first month, running means over 36 months, straight lines and clips.
Whatever nobody uses is added up in five totals, so that every node is needed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tiaodu.engine.outlook.model import Formula, Given, Lag, Node, Noise, Per, Running, Total
from tiaodu.engine.outlook.months import Months
from tiaodu.engine.outlook.shapes import Lognormal, Normal, Pert, Triangular
from tiaodu.engine.outlook.tree import Tree

MONTHS = Months.parse("2024-01..2026-12")
SOURCES, NODES, REACH, TOTALS = 70, 200, 70, 5
KINDS = ("sum", "product", "least", "most", "lag", "running", "line", "clip")
WEIGHTS = (0.30, 0.24, 0.08, 0.08, 0.08, 0.04, 0.12, 0.06)
LENGTH_SIGMA = 0.25


@dataclass(frozen=True)
class Part:
    """A node of the recipe: what it does, from which nodes, with which figures."""

    kind: str
    of: tuple[int, ...] = ()
    figures: tuple[float, ...] = ()


def recipe(seed: int = 11) -> list[Part]:
    """The parts, sources first, totals last."""
    chance = np.random.default_rng(seed)

    def between(low: float, high: float) -> float:
        return float(chance.uniform(low, high))

    parts = [Part("lognormal", (), (float(chance.normal(0, 0.1)), between(0.05, 0.35))) for _ in range(30)]
    parts += [Part("triangular", (), (between(0.5, 0.8), 1.0, between(1.1, 1.6))) for _ in range(10)]
    parts += [Part("pert", (), (between(0.6, 0.85), 1.0, between(1.1, 1.8))) for _ in range(20)]
    parts += [Part("ramp", (), (between(2, 12), between(1, 4), between(3, 10))) for _ in range(10)]
    for number in range(SOURCES, NODES):
        kind = str(chance.choice(KINDS, p=WEIGHTS))
        below = np.arange(max(0, number - REACH), number)
        of = tuple(int(each) for each in chance.choice(below, 3, replace=False))
        parts.append(_inner(kind, of, chance))
    used = {each for part in parts for each in part.of}
    loose = [number for number in range(NODES) if number not in used]
    return parts + [Part("total", tuple(loose[first::TOTALS])) for first in range(TOTALS)]


def _inner(kind: str, of: tuple[int, ...], chance: np.random.Generator) -> Part:
    if kind == "sum":
        return Part(kind, of, tuple(float(each) for each in chance.dirichlet([2, 2, 2])))
    if kind in ("product", "least", "most"):
        return Part(kind, of[:2])
    if kind == "lag":
        return Part(kind, of[:1], (float(chance.integers(1, 7)),))
    if kind == "running":
        return Part(kind, of[:1], (1 / 36,))
    if kind == "line":
        return Part(kind, of[:1], (float(chance.uniform(0.6, 1.1)), float(chance.uniform(0, 0.3))))
    return Part(kind, of[:1], (0.05, 4.0))


def key(number: int, name: str = "n") -> str:
    """The series of a part."""
    return f"{name}:x{number}"


def tree(parts: list[Part], name: str = "n") -> Tree:
    """The same as a driver tree."""
    month = Node(
        key(0, f"{name}-month"), "", Given(months={m: float(p) for p, m in enumerate(MONTHS)}), source="bench"
    )
    nodes = [month]
    for number, part in enumerate(parts):
        nodes += _nodes(number, part, name)
    return Tree.of(nodes)


def wanted(parts: list[Part], name: str = "n") -> list[str]:
    """The series of the totals."""
    return [key(number, name) for number, part in enumerate(parts) if part.kind == "total"]


def _nodes(number: int, part: Part, name: str) -> list[Node]:
    own, of, f = key(number, name), [key(each, name) for each in part.of], part.figures
    if part.kind == "ramp":
        start = Node(
            key(number, f"{name}-start"), "", Noise(Normal(f[0], f[1]), Per.SCENARIO), source="bench"
        )
        length = Node(
            key(number, f"{name}-length"),
            "",
            Noise(Lognormal(f[2], LENGTH_SIGMA), Per.SCENARIO),
            source="bench",
        )
        names = (("start", start.key), ("length", length.key), ("month", key(0, f"{name}-month")))
        rule = Formula("max(min((month - start) / length, 1), 0)", names)
        return [start, length, Node(own, "", rule, source="bench")]
    if part.kind == "running":
        summed = Node(key(number, f"{name}-sum"), "", Running(of[0], yearly=False), source="bench")
        return [summed, Node(own, "", Formula(f"a * {f[0]:.17f}", (("a", summed.key),)), source="bench")]
    return [Node(own, "", _kind(part, of), source="bench")]


def _kind(part: Part, of: list[str]) -> Noise | Lag | Total | Formula:
    f = part.figures
    if part.kind == "lognormal":
        return Noise(Lognormal(float(np.exp(f[0])), f[1]))
    if part.kind == "triangular":
        return Noise(Triangular(*f))
    if part.kind == "pert":
        return Noise(Pert(*f), Per.SCENARIO)
    if part.kind == "lag":
        return Lag(of[0], int(f[0]), hold=True)
    if part.kind == "total":
        return Total(tuple(of))
    rules = {
        "product": "a * b",
        "least": "min(a, b)",
        "most": "max(a, b)",
        "sum": " + ".join(f"{each:.17f} * {n}" for each, n in zip(f, "abc", strict=False)),
        "line": f"{f[0]:.17f} * a + {f[-1]:.17f}" if f else "",
        "clip": "min(max(a, 0.05), 4)",
    }
    return Formula(rules[part.kind], tuple(zip("abc", of, strict=False)))
