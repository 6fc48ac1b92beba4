"""Which rows of a block have numbers that floats cannot tell apart, or cannot round for certain.

Each loop says whether there are any, and marks them only then: most blocks have none.
"""

from __future__ import annotations

from typing import Any as Anything

import numpy as np

from tiaodu.engine.kernel.expression.loops import NAN, jit

# Floats closer than this share of their size are looked at again. Each operation errs by 2⁻⁵³ of it at most,
# and an expression has some hundred levels at most.
CLOSE = 2.0**-44


@jit
def close(one: Anything, other: Anything, marks: Anything) -> bool:
    found = False
    for i in range(one.size):
        found |= abs(one[i] - other[i]) < CLOSE * (abs(one[i]) + abs(other[i]))
    if found:
        for i in range(one.size):
            marks[i] |= abs(one[i] - other[i]) < CLOSE * (abs(one[i]) + abs(other[i]))
    return found


@jit
def close_constant(one: Anything, other: float, marks: Anything) -> bool:
    found = False
    for i in range(one.size):
        found |= abs(one[i] - other) < CLOSE * (abs(one[i]) + abs(other))
    if found:
        for i in range(one.size):
            marks[i] |= abs(one[i] - other) < CLOSE * (abs(one[i]) + abs(other))
    return found


@jit
def close_sized(one: Anything, other: Anything, size: Anything, marks: Anything) -> bool:
    found = False
    for i in range(one.size):
        found |= abs(one[i] - other[i]) < CLOSE * size[i]
    if found:
        for i in range(one.size):
            marks[i] |= abs(one[i] - other[i]) < CLOSE * size[i]
    return found


@jit
def close_constant_sized(one: Anything, other: float, size: Anything, marks: Anything) -> bool:
    found = False
    for i in range(one.size):
        found |= abs(one[i] - other) < CLOSE * size[i]
    if found:
        for i in range(one.size):
            marks[i] |= abs(one[i] - other) < CLOSE * size[i]
    return found


@jit
def close_tie(one: Anything, power: float, size: Anything, marks: Anything) -> bool:
    """Numbers that lie halfway between two roundings, as far as floats can tell."""
    found = False
    for i in range(one.size):
        parts = abs(one[i]) * power if power > 0 else abs(one[i]) / -power
        error = abs(size[i]) * power if power > 0 else abs(size[i]) / -power
        if abs(parts - int(parts) - 0.5) <= CLOSE * (error + 1.0) or parts >= 1e15:
            marks[i], found = 1, True
    return found


@jit
def close_whole(one: Anything, size: Anything, marks: Anything) -> bool:
    """Numbers beside a whole one."""
    found = False
    for i in range(one.size):
        if 0.0 < abs(one[i] - round(one[i])) < CLOSE * (size[i] + 1.0):
            marks[i], found = 1, True
    return found


@jit
def whole(value: float, power: float) -> float:
    """``value`` times ``power``, if its decimal ends there; NaN if it does not."""
    found = np.rint(value * power)
    return found if found / power == value else NAN
