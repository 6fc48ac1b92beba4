"""The compiled loop of the simulation: one project, all its scenarios, step after step in network order.

A step's days are ``floor + scale · factor · table[u]``, in whole days, half a day rounded up. ``factor`` is
shared by all steps of the project in a scenario, ``u`` belongs to the step alone. A step under way is
drawn from
what its distribution leaves beyond the days already spent.
"""

from __future__ import annotations

from math import exp
from typing import Any

import numba
import numpy as np

from tiaodu.engine.kernel import counter

# Of kernel/counter.py: what is compiled is kept for the text of this file (a test says to what).
COUNTER = "83ffdad866620ace"

OPEN, DONE, UNDER_WAY, GIVEN = 0, 1, 2, 3
BLOCK = 1024
_ZERO = np.uint64(0)
_bits, _uniform, _normal = counter.bits, counter.uniform, counter.normal


@numba.njit
def _share_below(value: float, table: Any) -> Any:
    """The share of a distribution below ``value``; the nodes of its table lie evenly from 0 to 1."""
    last = table.size - 1
    if value <= table[0]:
        return 0.0
    if value >= table[last]:
        return 1.0 - 1e-9
    low, high = 0, last
    while high - low > 1:
        middle = (low + high) // 2
        if table[middle] <= value:
            low = middle
        else:
            high = middle
    return (low + (value - table[low]) / (table[high] - table[low])) / last


@numba.njit(cache=True, nogil=True)
def factors(key: np.uint64, first: int, mean: float, sd: float, pieces: Any, out: Any) -> None:
    """The factor a project's steps share, by scenario: exp(mean + sd · normal)."""
    for i in range(out.size):
        out[i] = exp(mean + sd * _normal(_bits(key, _ZERO, np.uint64(first + i)), pieces))


@numba.njit
def _latest(begins: Any, needs: Any, s: int, finish: Any, ready: Any) -> None:
    """Raise ``ready`` to the day all that step ``s`` needs is finished, by scenario."""
    for k in range(begins[s], begins[s + 1]):
        other = finish[needs[k]]
        for i in range(ready.size):
            ready[i] = max(ready[i], other[i])


@numba.njit
def _draw(key: np.uint64, first: int, table: Any, law: Any, spent: int, factor: Any, out: Any) -> None:
    """Days of one step by scenario, from what is left of its distribution beyond the days already spent."""
    floor, scale = law
    last = table.size - 1
    for i in range(out.size):
        size = scale * factor[i]
        u = _uniform(_bits(key, _ZERO, np.uint64(first + i)))
        if spent > 0:
            below = _share_below((spent - 0.5 - floor) / size, table)
            u = below + (1.0 - below) * u
        place = u * last
        node = np.int32(place)
        days = floor + size * (table[node] + (place - node) * (table[node + 1] - table[node]))
        out[i] = np.int32(max(days, 0.0) + 0.5)


@numba.njit
def _move(working: Any, worked: Any, nth: Any, days: Any, ready: Any) -> None:
    """Move ``ready`` on by ``days``, working or calendar; past the end of the table to its last day."""
    if working:
        last = nth.size - 1
        for i in range(ready.size):
            if days[i] > 0:
                ready[i] = nth[min(worked[ready[i]] + days[i], last)]
    else:
        end = worked.size - 1
        for i in range(ready.size):
            ready[i] = min(ready[i] + days[i], end)


@numba.njit
def _advance(s: int, law: Any, chance: Any, first: int, calendar: Any, rows: Any) -> None:
    """Move the days ``s`` is ready on by those drawn for it; what was ready before today has spent days.

    Before today means in every scenario alike: only what has happened lies there.
    """
    working, shared, floor, scale, tables = law
    worked, nth, now = calendar
    keys, factor = chance
    ready, days = rows
    spent = 0
    if ready[0] < now:
        spent = worked[now] - worked[ready[0]] if working[s] else now - ready[0]
    stretch = factor if shared[s] else np.ones_like(factor)
    _draw(keys[s], first, tables[s], (floor[s], scale[s]), spent, stretch, days)
    _move(working[s], worked, nth, days, ready)
    for i in range(ready.size):
        ready[i] = max(ready[i], now)


@numba.njit(cache=True, nogil=True)
def run(net: Any, record: Any, laws: Any, chance: Any, first: int, days: Any, finish: Any) -> None:
    """Fill ``finish``, steps × scenarios, with the day each step is finished.

    ``net``: where each step's prerequisites begin in the list of them, and that list. ``record``: mode and
    day (the finish or start that happened); the days of a step that is GIVEN stand in ``finish`` already.
    ``laws``: of the wait before a step and of the step itself, each working, shared, floor, scale and table
    by step; a scale of 0 takes no time. ``chance``: keys of waits, keys of steps, the factor by scenario.
    ``days``: worked, nth, begin, now. A block of scenarios at a time, so that it stays near the processor.
    """
    begins, needs = net
    mode, day = record
    wait, work = laws
    wait_keys, keys, factor = chance
    worked, nth, begin, now = days
    calendar = (worked, nth, now)
    scratch = np.empty(BLOCK, np.int32)
    for start in range(0, finish.shape[1], BLOCK):
        block = finish[:, start : start + BLOCK]
        drawn, stretch = scratch[: block.shape[1]], factor[start : start + BLOCK]
        for s in range(mode.size):
            if mode[s] == GIVEN:
                continue
            ready = block[s]
            ready[:] = day[s] if mode[s] != OPEN else begin if begins[s] == begins[s + 1] else 0
            if mode[s] == OPEN:
                _latest(begins, needs, s, block, ready)
                if wait[3][s] > 0:
                    _advance(s, wait, (wait_keys, stretch), first + start, calendar, (ready, drawn))
                else:
                    np.maximum(ready, now, ready)
            if mode[s] != DONE and work[3][s] > 0:
                _advance(s, work, (keys, stretch), first + start, calendar, (ready, drawn))


@numba.njit(cache=True, nogil=True)
def critical(net: Any, mode: Any, goal: int, finish: Any, counts: Any) -> None:
    """Add to ``counts`` the scenarios in which each step lies on a chain of drivers that ends in the goal."""
    begins, needs = net
    on = np.empty((mode.size, BLOCK), np.uint8)
    latest = np.empty(BLOCK, np.int32)
    for start in range(0, finish.shape[1], BLOCK):
        block = finish[:, start : start + BLOCK]
        width = block.shape[1]
        on[:] = 0
        on[goal] = 1
        for s in range(mode.size - 1, -1, -1):
            here = on[s]
            for i in range(width):
                counts[s] += here[i]
            if mode[s] != OPEN or begins[s] == begins[s + 1]:
                continue
            latest[:] = -1
            _latest(begins, needs, s, block, latest[:width])
            for k in range(begins[s], begins[s + 1]):
                driver, other = on[needs[k]], block[needs[k]]
                for i in range(width):
                    driver[i] |= here[i] & (other[i] == latest[i])


@numba.njit(cache=True, nogil=True)
def quantiles(finish: Any, ranks: Any, out: Any) -> None:
    """For each step the days at the given ranks (from 0) of its ordered scenarios, by counting days."""
    scenarios = finish.shape[1]
    for s in range(finish.shape[0]):
        low = high = finish[s, 0]
        for i in range(scenarios):
            low = min(low, finish[s, i])
            high = max(high, finish[s, i])
        counts = np.zeros(high - low + 1, np.int64)
        for i in range(scenarios):
            counts[finish[s, i] - low] += 1
        place, seen = 0, counts[0]
        for r in range(ranks.size):
            while seen <= ranks[r]:
                place += 1
                seen += counts[place]
            out[s, r] = low + place
