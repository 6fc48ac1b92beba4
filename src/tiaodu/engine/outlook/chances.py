"""Loops of the tree's machine over what is drawn: scores and shares from counters, and what comes of them.

Exponentials are a polynomial, not a library's, so that they do not differ from machine to machine. A loop
writes to one block and reads others: a block read and written at once would be gone through number by number.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

from tiaodu.engine.kernel import counter
from tiaodu.engine.kernel.expression.loops import jit
from tiaodu.engine.outlook.shapes import EDGE, NODES, STEPS

_bits, _uniform, _normal = counter.bits, counter.uniform, counter.normal
_ONCE = np.uint64(0)
_LOG2E, _LN2 = 1.4426950408889634, 0.6931471805599453
_LEAST_POWER, _MOST_POWER = -1022.0, 1023.0
_52, _BIAS = np.int64(52), np.int64(1023)
_LARGE = 1.5 * 2.0**52
_LARGE_BITS = np.int64(np.float64(_LARGE).view(np.int64))


@jit
def words(out: Any, key: np.uint64, first: int, months: Any) -> None:
    """The bits of every month and scenario, as they lie in memory; ``months`` are first month and count."""
    count = out.size // months[1]
    for t in range(months[1]):
        row = np.uint64(months[0] + t)
        begin = t * count
        for i in range(count):
            out[begin + i] = np.uint64(_bits(key, row, np.uint64(first + i))).view(np.float64)


@jit
def scores(out: Any, words: Any, table: Any) -> None:
    """Standard normal scores from their bits."""
    for i in range(out.size):
        out[i] = _normal(np.float64(words[i]).view(np.uint64), table)


@jit
def scores_once(out: Any, key: np.uint64, first: int, count: int, table: Any) -> None:
    """Scores of the scenarios, in the first month of the block."""
    for i in range(count):
        out[i] = _normal(_bits(key, _ONCE, np.uint64(first + i)), table)


@jit
def spread(out: Any, count: int) -> None:
    """The first month copied to all."""
    for begin in range(count, out.size, count):
        for i in range(count):
            out[begin + i] = out[i]


@jit
def shares(out: Any, words: Any) -> None:
    """Shares between 0 and 1 from their bits."""
    for i in range(out.size):
        out[i] = _uniform(np.float64(words[i]).view(np.uint64))


@jit
def shares_once(out: Any, key: np.uint64, first: int, count: int) -> None:
    for i in range(count):
        out[i] = _uniform(_bits(key, _ONCE, np.uint64(first + i)))


@jit
def persist(out: Any, new: Any, count: int, kept: float, added: float) -> None:
    for i in range(count):
        out[i] = new[i]
    for i in range(count, out.size):
        out[i] = kept * out[i - count] + added * new[i]


@jit
def exponent(out: Any, scores: Any, constant: float, factor: float) -> None:
    """exp by 2ⁿ · eʳ with |r| ≤ ½ ln 2 and Taylor's polynomial of degree 10: wrong by 3e-13 of it at most.

    n is rounded by adding a number so large that no fraction is left beside it.
    """
    constant, factor = constant * _LOG2E, factor * _LOG2E
    for i in range(scores.size):
        power = min(max(constant + factor * scores[i], _LEAST_POWER), _MOST_POWER)
        rounded = power + _LARGE
        r = (power - (rounded - _LARGE)) * _LN2
        square = r * r
        fourth = 1 / 24 + r * (1 / 120 + r * (1 / 720 + r * (1 / 5040)))
        eighth = 1 / 40320 + r * (1 / 362880 + r * (1 / 3628800))
        rest = (
            1.0 + r * (1.0 + r * (0.5 + r * (1 / 6))) + square * square * (fourth + square * square * eighth)
        )
        whole = np.float64(rounded).view(np.int64) - _LARGE_BITS
        out[i] = rest * np.int64((whole + _BIAS) << _52).view(np.float64)


@jit
def triangle(out: Any, shares: Any, low: float, mode: float, high: float) -> None:
    width = high - low
    rise, fall = width * (mode - low), width * (high - mode)
    bend = mode - low
    for i in range(shares.size):
        share = shares[i]
        rising = share * width <= bend
        root = sqrt(share * rise if rising else (1.0 - share) * fall)
        out[i] = low + root if rising else high - root


@jit
def looked_up(out: Any, scores: Any, cut: float, above: float, table: Any) -> None:
    for i in range(scores.size):
        place = (min(max(scores[i], -EDGE), EDGE) + EDGE) * STEPS
        node = np.uint64(min(place, NODES - 2.0))
        value = table[node] + (place - node) * (table[node + np.uint64(1)] - table[node])
        out[i] = above if scores[i] >= cut else value
