"""The same tree by other means: NumPy over whole arrays and over chunks, a plain loop, and events in time.

Each makes its own draws with NumPy's SFC64 and gives the five totals, totals × scenarios × months. The plain
loop and the events are timed on a few scenarios and scaled up.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Generator
from typing import Any

import numpy as np
from recipe import LENGTH_SIGMA, MONTHS, Part

T = len(MONTHS)
Drawn = dict[int, Any]


def draw(parts: list[Part], scenarios: int, seed: int = 3) -> Drawn:
    """Figures of the sources: scenarios × months, or scenarios alone; two of a ramp."""
    chance = np.random.Generator(np.random.SFC64(seed))
    found: Drawn = {}
    for number, part in enumerate(parts):
        f = part.figures
        if part.kind == "lognormal":
            found[number] = np.exp(f[0] + f[1] * chance.standard_normal((scenarios, T)))
        elif part.kind == "triangular":
            found[number] = chance.triangular(*f, (scenarios, T))
        elif part.kind == "pert":
            width = f[2] - f[0]
            alpha, beta = 1 + 4 * (f[1] - f[0]) / width, 1 + 4 * (f[2] - f[1]) / width
            found[number] = f[0] + width * chance.beta(alpha, beta, scenarios)
        elif part.kind == "ramp":
            start = f[0] + f[1] * chance.standard_normal(scenarios)
            found[number] = start, f[2] * np.exp(LENGTH_SIGMA * chance.standard_normal(scenarios))
    return found


def whole(parts: list[Part], drawn: Drawn, rows: slice = slice(None)) -> list[Any]:
    """Every part as an array of scenarios × months."""
    values: list[Any] = []
    for number, part in enumerate(parts):
        values.append(one(part, values, drawn.get(number), rows))
    return values


def one(part: Part, values: list[Any], drawn: Any, rows: slice) -> Any:
    """One part as an array."""
    y, f, kind = [values[each] for each in part.of], part.figures, part.kind
    if kind in ("lognormal", "triangular"):
        return drawn[rows]
    if kind == "pert":
        return np.repeat(drawn[rows][:, None], T, axis=1)
    if kind == "ramp":
        return np.clip((np.arange(T) - drawn[0][rows][:, None]) / drawn[1][rows][:, None], 0, 1)
    if kind == "sum":
        return f[0] * y[0] + f[1] * y[1] + f[2] * y[2]
    return _ARRAYS[kind](y, f)


def _lagged(y: list[Any], f: tuple[float, ...]) -> Any:
    months = int(f[0])
    return np.concatenate([np.repeat(y[0][:, :1], months, axis=1), y[0][:, :-months]], axis=1)


def _total(y: list[Any], _f: tuple[float, ...]) -> Any:
    found = y[0].copy()
    for each in y[1:]:
        found += each
    return found


_ARRAYS: dict[str, Callable[[list[Any], tuple[float, ...]], Any]] = {
    "product": lambda y, _f: y[0] * y[1],
    "least": lambda y, _f: np.minimum(y[0], y[1]),
    "most": lambda y, _f: np.maximum(y[0], y[1]),
    "lag": _lagged,
    "running": lambda y, f: np.cumsum(y[0], axis=1) * f[0],
    "line": lambda y, f: f[0] * y[0] + f[1],
    "clip": lambda y, f: np.clip(y[0], f[0], f[1]),
    "total": _total,
}


def totals(parts: list[Part], values: list[Any]) -> np.ndarray:
    """The five totals of all parts."""
    return np.stack([values[number] for number, part in enumerate(parts) if part.kind == "total"])


def numpy_whole(parts: list[Part], scenarios: int) -> np.ndarray:
    """All arrays at once, all kept until the end."""
    return totals(parts, whole(parts, draw(parts, scenarios)))


def numpy_chunks(parts: list[Part], scenarios: int, size: int = 250) -> np.ndarray:
    """A chunk of scenarios after the other, drawn and reckoned."""
    kept = [
        totals(parts, whole(parts, draw(parts, min(size, scenarios - begin), begin)))
        for begin in range(0, scenarios, size)
    ]
    return np.concatenate(kept, axis=1)


def monthly(part: Part, rows: list[list[float]], own: list[float], t: int, drawn: Any) -> float:
    """One figure of one part: what a loop over months does. ``own`` are its months so far."""
    f, kind = part.figures, part.kind
    if kind in ("lognormal", "triangular"):
        return float(drawn[t])
    if kind == "pert":
        return float(drawn)
    if kind == "ramp":
        return min(max((t - drawn[0]) / drawn[1], 0.0), 1.0)
    if kind == "lag":
        return rows[0][max(0, t - int(f[0]))]
    if kind == "running":
        return (own[t - 1] if t else 0.0) + rows[0][t] * f[0]
    return _FIGURES[kind]([row[t] for row in rows], f)


_FIGURES: dict[str, Callable[[list[float], tuple[float, ...]], float]] = {
    "sum": lambda y, f: f[0] * y[0] + f[1] * y[1] + f[2] * y[2],
    "product": lambda y, _f: y[0] * y[1],
    "least": lambda y, _f: min(y),
    "most": lambda y, _f: max(y),
    "line": lambda y, f: f[0] * y[0] + f[1],
    "clip": lambda y, f: min(max(y[0], f[0]), f[1]),
    "total": lambda y, _f: sum(y),
}


def of_scenario(drawn: Drawn, scenario: int) -> Drawn:
    """The draws of one scenario as plain numbers."""
    found: Drawn = {}
    for number, figures in drawn.items():
        if isinstance(figures, tuple):
            found[number] = tuple(float(each[scenario]) for each in figures)
        else:
            found[number] = figures[scenario].tolist()
    return found


def plain_loop(parts: list[Part], scenarios: int, timed: int = 20) -> tuple[float, list[float]]:
    """Seconds scaled up to ``scenarios``, and the means of the totals over those timed."""
    drawn = draw(parts, timed)
    begun = time.perf_counter()
    sums = [0.0] * len(parts)
    for scenario in range(timed):
        own = of_scenario(drawn, scenario)
        values: list[list[float]] = [[] for _ in parts]
        for number, part in enumerate(parts):
            rows, row = [values[each] for each in part.of], values[number]
            for t in range(T):
                row.append(monthly(part, rows, row, t, own.get(number)))
            sums[number] += sum(row)
    seconds = (time.perf_counter() - begun) / timed * scenarios
    return seconds, [sums[n] / (timed * T) for n, part in enumerate(parts) if part.kind == "total"]


def events(parts: list[Part], scenarios: int, timed: int = 3) -> tuple[float, list[float], str]:
    """One process a part that wakes every month: SimPy where it is installed, else a heap of events."""
    drawn = draw(parts, timed)
    name, go = _engine()
    begun = time.perf_counter()
    sums = np.zeros(len(parts))
    for scenario in range(timed):
        own = of_scenario(drawn, scenario)
        values: list[list[float]] = [[] for _ in parts]

        def living(
            number: int, part: Part, own: Drawn = own, values: list[list[float]] = values
        ) -> Generator[int]:
            rows = [values[each] for each in part.of]
            for t in range(T):
                values[number].append(monthly(part, rows, values[number], t, own.get(number)))
                yield 1

        go([living(number, part) for number, part in enumerate(parts)])
        sums += [sum(row) for row in values]
    seconds = (time.perf_counter() - begun) / timed * scenarios
    return seconds, [sums[n] / (timed * T) for n, part in enumerate(parts) if part.kind == "total"], name


def _engine() -> tuple[str, Callable[[list[Generator[int]]], None]]:
    try:
        import simpy  # noqa: PLC0415  not a package of the product
    except ImportError:
        return "events on a heap (SimPy is not installed)", _heap

    def run(processes: list[Generator[int]]) -> None:
        environment = simpy.Environment()

        def wrapped(process: Generator[int]) -> Generator[Any]:
            for months in process:
                yield environment.timeout(months)

        for process in processes:
            environment.process(wrapped(process))
        environment.run()

    return f"SimPy {simpy.__version__}", run


def _heap(processes: list[Generator[int]]) -> None:
    queue = [(0, number) for number in range(len(processes))]
    while queue:
        now, number = heapq.heappop(queue)
        months = next(processes[number], None)
        if months is not None:
            heapq.heappush(queue, (now + months, number))
