"""The compiled machine of the tree: op-codes over blocks of months × scenarios.

It is compiled once for a computer, not for a tree: trees are data. A block is small enough for the
processor's own memory, and what a node gives for a scenario depends on the names of its chances and the
number of the scenario alone, so blocks may be cut and spread at will.
"""

from __future__ import annotations

from math import isnan
from typing import Any

import numba

from tiaodu.engine.kernel.expression import machine as columns
from tiaodu.engine.kernel.expression.loops import jit
from tiaodu.engine.kernel.expression.opcodes import FILL_TRUTH
from tiaodu.engine.outlook import chances
from tiaodu.engine.outlook import opcodes as op
from tiaodu.engine.outlook.shapes import NODES

# Of what is compiled into this file and lies elsewhere (a test says to what): what is compiled is kept for
# the text of this file alone.
PARTS = 3179023717


@jit
def _one_term(out: Any, constant: float, factor: float, one: Any) -> None:
    for i in range(out.size):
        out[i] = constant + factor * one[i]


@jit
def _two_terms(out: Any, constant: float, factors: Any, one: Any, other: Any) -> None:
    f, g = factors
    for i in range(out.size):
        out[i] = constant + f * one[i] + g * other[i]


@jit
def _three_terms(out: Any, constant: float, factors: Any, one: Any, other: Any, third: Any) -> None:
    f, g, h = factors
    for i in range(out.size):
        out[i] = constant + f * one[i] + g * other[i] + h * third[i]


@jit
def _three_more(out: Any, factors: Any, one: Any, other: Any, third: Any) -> None:
    f, g, h = factors
    for i in range(out.size):
        out[i] = out[i] + f * one[i] + g * other[i] + h * third[i]


@jit
def _one_more(out: Any, factor: float, one: Any) -> None:
    for i in range(out.size):
        out[i] = out[i] + factor * one[i]


@jit
def _linear(out: Any, terms: Any, count: int, places: Any) -> None:
    """``terms`` are a constant, then slot and factor of each term, added from left to right."""
    size, constant = out.size, terms[0]
    one = columns.numbers_at(int(terms[1]), places, 0, size)
    if count == 1:
        _one_term(out, constant, terms[2], one)
        return
    other = columns.numbers_at(int(terms[3]), places, 0, size)
    if count == 2:
        _two_terms(out, constant, (terms[2], terms[4]), one, other)
        return
    third = columns.numbers_at(int(terms[5]), places, 0, size)
    _three_terms(out, constant, (terms[2], terms[4], terms[6]), one, other, third)
    n = 3
    while n + 3 <= count:
        at = 1 + 2 * n
        one = columns.numbers_at(int(terms[at]), places, 0, size)
        other = columns.numbers_at(int(terms[at + 2]), places, 0, size)
        third = columns.numbers_at(int(terms[at + 4]), places, 0, size)
        _three_more(out, (terms[at + 1], terms[at + 3], terms[at + 5]), one, other, third)
        n += 3
    while n < count:
        at = 1 + 2 * n
        _one_more(out, terms[at + 1], columns.numbers_at(int(terms[at]), places, 0, size))
        n += 1


@jit
def _grown(days: int, curve: Any) -> Any:
    """What a unit is worth after so many days, by the summed curve; beyond it, each day as its last."""
    last = curve.size - 1
    if days <= 0:
        return 0.0
    if days <= last:
        return curve[days]
    return curve[last] + (days - last) * (curve[last] - curve[last - 1])


@jit
def _arrive(out: Any, terms: Any, count: int, first: int, dates: Any, edges: Any) -> None:
    """``terms``: base, 1 to average, length of the curve, row and count of each arrival, the summed curve."""
    months = edges.size - 1
    width, last = out.size // months, dates.shape[1] - 1
    length = int(terms[2])
    curve = terms[3 + 2 * count : 3 + 2 * count + length]
    out[:] = terms[0]
    for n in range(count):
        row, worth = int(terms[3 + 2 * n]), terms[4 + 2 * n]
        for i in range(width):
            day = dates[row, min(first + i, last)]
            for t in range(months):
                until = edges[t + 1] - day
                if until > 0:
                    whole = _grown(until, curve)
                    if terms[1]:
                        part = (whole - _grown(edges[t] - day, curve)) / (edges[t + 1] - edges[t])
                    else:
                        part = whole - _grown(until - 1, curve)
                    out[t * width + i] += worth * part


@jit
def _lag(out: Any, one: Any, width: int, months: int, hold: int, before: Any) -> None:
    begin = min(months * width, out.size)
    for i in range(begin):
        out[i] = one[i % width] if hold else before[i // width]
    for i in range(begin, out.size):
        out[i] = one[i - begin]


@jit
def _running(out: Any, one: Any, first_month: int, width: int, yearly: int, before: float) -> None:
    for i in range(width):
        out[i] = before + one[i]
    for begin in range(width, out.size, width):
        if yearly and (first_month + begin // width) % 12 == 0:
            for i in range(begin, begin + width):
                out[i] = one[i]
        else:
            for i in range(begin, begin + width):
                out[i] = out[i - width] + one[i]


@jit
def _by_month(out: Any, one: Any, width: int, factors: Any, plus: Any) -> None:
    for t in range(factors.size):
        for i in range(t * width, (t + 1) * width):
            out[i] = one[i] * factors[t] + plus[t]


@jit
def _fix(out: Any, width: int, pairs: Any) -> None:
    for n in range(0, pairs.size, 2):
        begin = int(pairs[n]) * width
        for i in range(begin, begin + width):
            out[i] = pairs[n + 1]


@jit
def _series(out: Any, width: int, figures: Any) -> None:
    for i in range(out.size):
        out[i] = figures[i // width]


@jit
def _count(row: Any, places: Any, size: int, width: int, within: int) -> int:
    """Scenarios with a month in which ``row[2]`` is unknown though what it is made of is known."""
    found = unknown = 0
    made = columns.numbers_at(row[2], places, 0, size)
    one = columns.numbers_at(max(row[3], 0), places, 0, size)
    other = columns.numbers_at(max(row[4], 0), places, 0, size)
    for i in range(size):
        unknown += isnan(made[i])
    if not unknown:
        return 0
    for i in range(within):
        for k in range(i, size, width):
            known = (row[3] < 0 or not isnan(one[k])) and (row[4] < 0 or not isnan(other[k]))
            if known and isnan(made[k]):
                found += 1
                break
    return found


@jit
def _drawn(row: Any, out: Any, at: Any, months: Any, chance: Any, places: Any) -> None:
    """Scores or shares. The last slot takes the bits they are made of."""
    keys, table = chance
    first, width = at
    key = keys[row[2]]
    if row[0] == op.SCORE_ONCE:
        chances.scores_once(out, key, first, width, table)
    elif row[0] == op.SHARE_ONCE:
        chances.shares_once(out, key, first, width)
    else:
        words = columns.numbers_at(places.shape[1] - 1, places, 0, out.size)
        chances.words(words, key, first, months)
        if row[0] == op.SCORE_MONTHS:
            chances.scores(out, words, table)
        else:
            chances.shares(out, words)


@jit
def _shaped(row: Any, out: Any, constants: Any, places: Any, width: int) -> None:
    """``row[3]`` 1: drawn once for the scenario, reckoned for the first month and copied to the others."""
    once, at = row[3], row[5]
    one = columns.numbers_at(row[2], places, 0, width if once else out.size)
    if row[0] == op.PERSIST:
        chances.persist(out, one, width, constants[at], constants[at + 1])
    elif row[0] == op.EXPONENT:
        chances.exponent(out, one, constants[at], constants[at + 1])
    elif row[0] == op.TRIANGLE:
        chances.triangle(out, one, constants[at], constants[at + 1], constants[at + 2])
    else:
        chances.looked_up(out, one, constants[at], constants[at + 1], constants[at + 2 : at + 2 + NODES])
    if once:
        chances.spread(out, width)


@jit
def _over_months(row: Any, out: Any, constants: Any, places: Any, months: Any, width: int) -> None:
    at, count = row[5], months[1]
    if row[0] == op.FIX:
        _fix(out, width, constants[at : at + 2 * row[4]])
        return
    if row[0] == op.SERIES:
        _series(out, width, constants[at : at + count])
        return
    one = columns.numbers_at(row[2], places, 0, out.size)
    if row[0] == op.SPREAD:
        for i in range(width):
            out[i] = one[i]
        chances.spread(out, width)
    elif row[0] == op.LAG:
        _lag(out, one, width, row[4], row[3], constants[at : at + row[4]])
    elif row[0] == op.RUNNING:
        _running(out, one, months[0], width, row[3], constants[at])
    else:
        plus = constants[at + count : at + 2 * count]
        _by_month(out, one, width, constants[at : at + count], plus)


@jit
def _step(row: Any, constants: Any, places: Any, block: Any, months: Any, chance: Any, dates: Any) -> None:
    """One operation over a block; ``block`` is its first scenario, its first column and its width."""
    first, begin, width = block
    size = months[1] * width
    if row[0] == FILL_TRUTH:
        columns.truths_at(row[1], places, 0, size)[:] = int(constants[row[5]])
        return
    if row[0] < op.SCORE_MONTHS:
        columns.operate(row, constants, places, 0, size)
        return
    out = columns.numbers_at(row[1], places, 0, size)
    if row[0] < op.PERSIST:
        _drawn(row, out, (first, width), months, chance, places)
    elif row[0] < op.LINEAR:
        _shaped(row, out, constants, places, width)
    elif row[0] == op.LINEAR:
        _linear(out, constants[row[5] :], row[4], places)
    elif row[0] == op.ARRIVE:
        _arrive(out, constants[row[5] :], row[4], begin, dates[0], dates[1])
    else:
        _over_months(row, out, constants, places, months, width)


@jit
def _keep(kept: Any, one: Any, begin: int, width: int) -> None:
    """Months × scenarios of a block into what is kept, without the scenarios beyond the last."""
    within = min(width, kept.shape[1] - begin)
    for t in range(kept.shape[0]):
        for i in range(within):
            kept[t, begin + i] = one[t * width + i]


@numba.njit(cache=True, error_model="numpy", nogil=True)
def run(program: Any, places: Any, span: Any, months: Any, chance: Any, dates: Any, out: Any) -> None:
    """Run a program (rows, how many are the prologue, constants) over the blocks ``span``: first, after the
    last, width, and the first scenario of all.

    ``months`` are first month and count, ``chance`` keys and table of scores, ``dates`` days by name and
    scenario and the edges of the months; ``out`` takes what is kept, nodes × months × scenarios, and counts.
    """
    code, prologue, constants = program
    kept, counts = out
    scenarios, width = kept.shape[2], span[2]
    for block in range(span[0] - 1, span[1]):
        # Before the first block: what is the same for all.
        once = block < span[0]
        begin = 0 if once else block * width
        at = (span[3] + begin, begin, width)
        for number in range(0 if once else prologue, prologue if once else code.shape[0]):
            row = columns.operation_of(code, number)
            if row[0] < op.COUNT:
                _step(row, constants, places, at, months, chance, dates)
            elif row[0] == op.COUNT:
                within = min(width, scenarios - begin)
                counts[row[1]] += _count(row, places, months[1] * width, width, within)
            else:
                one = columns.numbers_at(row[2], places, 0, months[1] * width)
                _keep(kept[row[1]], one, begin, width)
