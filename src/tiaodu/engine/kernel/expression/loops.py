"""What the machine does with a block of rows: one loop for each operation.

Numbers are floats in which NaN is unknown, truths are bytes (0 false, 1 unknown, 2 true).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from math import isnan
from typing import Any as Anything

import numba
import numpy as np

from tiaodu.engine.kernel.expression import opcodes as op

NAN = float("nan")
FIRST_DAY, LAST_DAY = -719162.0, 2932896.0  # 0001-01-01 and 9999-12-31, as NumPy counts days
MOST_DAYS = 1e6  # that a day is shifted by

jit = numba.njit(error_model="numpy", nogil=True)
_numbers = count()


def _named(*functions: Callable[..., Anything]) -> list[Anything]:
    """Functions to be compiled, each under a name of its own.

    What is compiled is linked by module, qualified name and the order in which a process first met it. Two
    programs kept by different processes may have met different functions at the same place: with equal names
    one would call the other's.
    """
    number = next(_numbers)
    for function in functions:
        function.__qualname__ = f"{function.__name__.strip('<>')}_{number}"
    return [jit(function) for function in functions]


def _of_two(operation: Callable[..., Anything]) -> tuple[Anything, Anything]:
    """Loops over two operands, and over one and a constant."""
    (each,) = _named(operation)

    def pairs(out: Anything, one: Anything, other: Anything) -> None:
        for i in range(out.size):
            out[i] = each(one[i], other[i])

    def constant(out: Anything, one: Anything, other: float) -> None:
        for i in range(out.size):
            out[i] = each(one[i], other)

    both_ways = _named(pairs, constant)
    return both_ways[0], both_ways[1]


def _of_one(operation: Callable[..., Anything]) -> Anything:
    (each,) = _named(operation)

    def loop(out: Anything, one: Anything) -> None:
        for i in range(out.size):
            out[i] = each(one[i])

    return _named(loop)[0]


def _of_three(operation: Callable[..., Anything]) -> Anything:
    (each,) = _named(operation)

    def loop(out: Anything, one: Anything, other: Anything, third: Anything) -> None:
        for i in range(out.size):
            out[i] = each(one[i], other[i], third[i])

    return _named(loop)[0]


add, add_constant = _of_two(lambda a, b: a + b)
subtract, subtract_constant = _of_two(lambda a, b: a - b)
multiply, multiply_constant = _of_two(lambda a, b: a * b)
divide, divide_constant = _of_two(lambda a, b: a / b if b != 0.0 else NAN)
least, least_constant = _of_two(lambda a, b: a if a < b or isnan(a) else b)
most, most_constant = _of_two(lambda a, b: a if a > b or isnan(a) else b)
subtract_from = _of_two(lambda a, b: b - a)[1]
divide_into = _of_two(lambda a, b: b / a if a != 0.0 else NAN)[1]
absolute = _of_one(lambda a: abs(a) + 0.0)
first = _of_two(lambda a, b: b if isnan(a) else a)[0]
choose = _of_three(lambda c, a, b: a if c == op.TRUE else b if c == op.FALSE else NAN)
copy = _of_one(lambda a: a)

# A comparison with NaN is false whichever way: true gives 1 + 1 - 0, false 1 + 0 - 1, unknown 1 + 0 - 0.
equal, equal_constant = _of_two(lambda a, b: 2 * (a == b) + (isnan(a) or isnan(b)))
unequal, unequal_constant = _of_two(lambda a, b: 1 + (a < b or a > b) - (a == b))
above, above_constant = _of_two(lambda a, b: 1 + (a > b) - (a <= b))
at_least, at_least_constant = _of_two(lambda a, b: 1 + (a >= b) - (a < b))
below_constant = _of_two(lambda a, b: 1 + (a < b) - (a >= b))[1]
at_most_constant = _of_two(lambda a, b: 1 + (a <= b) - (a > b))[1]
known = _of_one(lambda a: 0 if isnan(a) else 2)

both = _of_two(lambda a, b: a if a < b else b)[0]
either = _of_two(lambda a, b: a if a > b else b)[0]
same = _of_two(lambda a, b: 1 if a == 1 or b == 1 else 2 * (a == b))[0]
turned = _of_one(lambda a: 2 - a)
known_truth = _of_one(lambda a: 2 * (a != 1))
first_truth = _of_two(lambda a, b: a if a != 1 else b)[0]
choose_truth = _of_three(lambda c, a, b: a if c == 2 else b if c == 0 else 1)


def _shifted(day: float, days: float) -> float:
    found = day + days
    inside = FIRST_DAY <= found <= LAST_DAY and -MOST_DAYS < days < MOST_DAYS
    return found if inside and days == round(days) else NAN


shift = _of_two(_shifted)[0]


@jit
def rounded(out: Anything, one: Anything, power: float, below: int) -> None:
    """Half away from zero, to 1/power or, with ``below``, to whole powers."""
    for i in range(out.size):
        value = one[i]
        size = abs(value) / power if below else abs(value) * power
        whole = float(int(size + 0.5)) if size < 1e15 else size
        whole = whole * power if below else whole / power
        out[i] = NAN if isnan(value) else -whole if value < 0 else whole


@jit
def choose_or(out: Anything, condition: Anything, one: Anything, other: float) -> None:
    for i in range(out.size):
        out[i] = one[i] if condition[i] == op.TRUE else other if condition[i] == op.FALSE else NAN


@jit
def choose_constants(out: Anything, condition: Anything, one: float, other: float) -> None:
    for i in range(out.size):
        out[i] = one if condition[i] == op.TRUE else other if condition[i] == op.FALSE else NAN


@jit
def member(out: Anything, one: Anything, constants: Anything) -> None:
    for i in range(out.size):
        out[i] = isnan(one[i])
    for k in range(constants.size):
        constant = constants[k]
        for i in range(out.size):
            out[i] |= 2 * (one[i] == constant)


@jit
def looked_up(out: Anything, codes: Anything, table: Anything) -> None:
    """What a table holds for each code; its first place is for a text that is not known (-1)."""
    for i in range(out.size):
        out[i] = table[codes[i] + 1]


@jit
def reason(failed: Anything, unknown: Anything, truth: Anything, bit: int, begins: int) -> None:
    one, none = np.uint8(1 << bit), np.uint8(0)
    if begins:
        for i in range(truth.size):
            failed[i] = one if truth[i] == 0 else none
            unknown[i] = one if truth[i] == 1 else none
    else:
        for i in range(truth.size):
            failed[i] |= one if truth[i] == 0 else none
            unknown[i] |= one if truth[i] == 1 else none
