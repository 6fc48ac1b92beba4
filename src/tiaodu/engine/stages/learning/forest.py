"""Who is like whom: weights of seen cases for a new one, from extremely randomised trees (Geurts, Ernst and
Wehenkel 2006).

A tree splits cases at random places, of some tries the one that parts ``y`` best, until a leaf has few.
Cases that share many leaves with a new one are its likes; their outcomes, weighted, are its distribution
(Meinshausen 2006).

>>> rows = np.arange(40.0)[:, None]
>>> forest = Forest.grow(rows, (rows[:, 0] > 20) * 1.0, Draws(1, 1), trees=20, leaf=5)
>>> weights = forest.weights(np.array([[30.0]]))[0]
>>> round(float(weights.sum()), 6), bool(weights[21:].sum() > 0.8)
(1.0, True)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.stages.learning.mixed import Floats

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """Nodes in order: the column split and where, the nodes below and above; a leaf has the column −1."""

    column: Places
    at: Floats
    below: Places
    above: Places

    def leaves(self, rows: Floats) -> Places:
        """The leaf of every row."""
        node = np.zeros(len(rows), np.int64)
        while True:
            column = self.column[node]
            inner = column >= 0
            if not inner.any():
                return node
            value = rows[np.arange(len(rows)), np.maximum(column, 0)]
            following = np.where(value <= self.at[node], self.below[node], self.above[node])
            node = np.where(inner, following, node)


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Trees, and the leaf in which each seen case lies, trees × cases."""

    trees: tuple[Tree, ...]
    leaves: Places

    @classmethod
    def grow(cls, rows: Floats, y: Floats, draws: Draws, *, trees: int, leaf: int) -> Forest:
        """A forest over cases × columns; every leaf has ``leaf`` cases or more."""
        grown = tuple(_grow(rows, y, draws.within(f"tree {n}"), leaf) for n in range(trees))
        return cls(grown, np.array([tree.leaves(rows) for tree in grown]))

    def weights(self, rows: Floats) -> Floats:
        """New cases × seen ones; every row sums to 1."""
        found = np.zeros((len(rows), self.leaves.shape[1]))
        for tree, seen in zip(self.trees, self.leaves, strict=True):
            same = tree.leaves(rows)[:, None] == seen[None]
            found += same / same.sum(1, keepdims=True)
        return found / len(self.trees)


def _grow(rows: Floats, y: Floats, draws: Draws, leaf: int) -> Tree:
    most = 2 * max(1, len(rows) // leaf) + 1
    chances = draws.uniform("split", (most, 2, rows.shape[1]))[..., 0]
    column, below, above = np.full(most, -1), np.zeros(most, np.int64), np.zeros(most, np.int64)
    at = np.zeros(most)
    left = [(0, np.arange(len(rows)))]
    count = 1
    while left:
        node, cases = left.pop()
        found = _split(rows[cases], y[cases], chances[node], leaf) if len(cases) >= 2 * leaf else None
        if found is None:
            continue
        column[node], at[node] = found
        under = rows[cases, found[0]] <= found[1]
        below[node], above[node] = count, count + 1
        left += [(count, cases[under]), (count + 1, cases[~under])]
        count += 2
    return Tree(column[:count], at[:count], below[:count], above[:count])


def _split(rows: Floats, y: Floats, chances: Floats, leaf: int) -> tuple[int, float] | None:
    """Of half the columns, each at a random place between its ends, the split that parts ``y`` best."""
    tried = np.argsort(chances[0])[: max(1, (rows.shape[1] + 1) // 2)]
    low, high = rows[:, tried].min(0), rows[:, tried].max(0)
    places = low + chances[1, tried] * (high - low)
    under = rows[:, tried] <= places
    count = under.sum(0)
    fair = (count >= leaf) & (len(y) - count >= leaf)
    if not fair.any():
        return None
    sums = y @ under
    gain = np.where(fair, sums**2 / np.maximum(count, 1), -1.0)
    gain += np.where(fair, (y.sum() - sums) ** 2 / np.maximum(len(y) - count, 1), 0.0)
    best = int(np.argmax(gain))
    return int(tried[best]), float(places[best])
