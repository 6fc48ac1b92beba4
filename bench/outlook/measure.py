"""How fast a county's tree is run, beside what others would do with the same tree, in the same run.

    PYTHONPATH=src python bench/outlook/measure.py [--rounds 7] [--counties 60] [--only NAME]

200 nodes and five totals × 36 months × 10,000 scenarios, draws included. Every program runs in a process of
its own, so that its peak memory is its own. ``--counties 2844`` measures the whole country instead of a
sample.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numba
import numpy as np
import peers
import recipe

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.outlook import opcodes as op
from tiaodu.engine.outlook import run as running
from tiaodu.engine.outlook.code import coded
from tiaodu.engine.outlook.explain import Asked
from tiaodu.engine.outlook.many import County, Row, outlooks
from tiaodu.engine.outlook.model import Formula, Inputs
from tiaodu.engine.outlook.shares import shares
from tiaodu.engine.outlook.whatif import Case, Rule, Scale, changed, gain
from tiaodu.foundation.jobs.spread import spread as distributed

SCENARIOS, COUNTRY = 10_000, 2_844
DRAWN = range(op.SCORE_MONTHS, op.LINEAR)
Found = dict[str, object]


def best(work: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The least seconds, and the least seconds of processors."""
    found = []
    for _ in range(rounds):
        begun, used = time.perf_counter(), time.process_time()
        work()
        found.append((time.perf_counter() - begun, time.process_time() - used))
    return min(wall for wall, _ in found), min(used for _, used in found)


def ours(threads: int, rounds: int) -> Found:
    """The tree as it is, and after a rule was edited: read, checked, coded and run again."""
    parts = recipe.recipe()
    case = Case(recipe.tree(parts), Inputs())
    wanted, draws = recipe.wanted(parts), Draws(1, SCENARIOS)
    first = time.perf_counter()
    kept = case.run(recipe.MONTHS, draws, wanted, threads=threads)
    first = time.perf_counter() - first
    wall, used = best(lambda: case.run(recipe.MONTHS, draws, wanted, threads=threads), rounds)
    edits = iter(range(10**6))

    def edited() -> None:
        number = next(edits)
        rule = Formula(f"a * {1 + number / 1000} + b * 0.5", (("a", recipe.key(3)), ("b", recipe.key(4))))
        changed(case, Rule(recipe.key(80), rule)).run(recipe.MONTHS, draws, wanted, threads=threads)

    code = coded(case.tree, recipe.MONTHS, Inputs(), wanted)
    means = [float(kept.value(key).mean()) for key in wanted]
    width = running.width_of(code, recipe.MONTHS)
    note = f"{len(code.rows)} operations, {code.slots} blocks of {width} scenarios"
    again = f"a rule edited, read, checked and run {best(edited, rounds)[0]:.3f} s"
    return {
        "seconds": wall,
        "processor": used,
        "means": means,
        "note": f"{note}; {again}; first run {first:.1f} s",
    }


def draws_alone(threads: int, rounds: int) -> Found:
    """Only what draws and shapes chance; nothing is kept."""
    parts = recipe.recipe()
    tree, wanted, draws = recipe.tree(parts), recipe.wanted(parts), Draws(1, SCENARIOS)
    code = coded(tree, recipe.MONTHS, Inputs(), wanted)
    rows = tuple(row for row in code.rows[code.prologue :] if row[0] in DRAWN)
    only = replace(code, rows=code.rows[: code.prologue] + rows)
    kept = np.empty((len(wanted), len(recipe.MONTHS), SCENARIOS))
    wall, used = best(lambda: running._go(only, recipe.MONTHS, Inputs(), draws, kept, threads), rounds)
    count = (40 * len(recipe.MONTHS) + 40) * SCENARIOS / 1e6
    return {"seconds": wall, "processor": used, "note": f"{count:.1f} M numbers drawn and shaped"}


def numpy_draws(rounds: int) -> Found:
    """The draws of NumPy's fastest generator."""
    parts = recipe.recipe()
    wall, used = best(lambda: peers.draw(parts, SCENARIOS), rounds)
    return {"seconds": wall, "processor": used, "note": "SFC64"}


def of_numpy(work: Callable[[list[recipe.Part], int], np.ndarray], rounds: int) -> Found:
    """A peer over arrays."""
    parts = recipe.recipe()
    means = work(parts, SCENARIOS).mean(axis=(1, 2)).tolist()
    wall, used = best(lambda: work(parts, SCENARIOS), rounds)
    return {"seconds": wall, "processor": used, "means": means, "note": ""}


def plain(_rounds: int) -> Found:
    """A plain loop."""
    seconds, means = peers.plain_loop(recipe.recipe(), SCENARIOS)
    return {"seconds": seconds, "processor": seconds, "rough": means, "note": "20 scenarios, scaled up"}


def events(_rounds: int) -> Found:
    """Events in time."""
    seconds, means, name = peers.events(recipe.recipe(), SCENARIOS)
    note = f"{name}, 3 scenarios, scaled up"
    return {"seconds": seconds, "processor": seconds, "rough": means, "note": note}


def bandwidth(rounds: int) -> Found:
    """What memory gives: a ← b + c · s over 40 million numbers, two threads."""

    @numba.njit(parallel=True)
    def triad(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> None:
        for i in numba.prange(a.size):
            a[i] = b[i] + 1.5 * c[i]

    arrays = [np.ones(40_000_000) for _ in range(3)]
    triad(*arrays)
    wall, _ = best(lambda: triad(*arrays), rounds)
    rate = 24 * arrays[0].size / wall / 1e9
    parts = recipe.recipe()
    moved = 8 * len(recipe.MONTHS) * SCENARIOS * sum(1 + len(part.of) for part in parts)
    return {"seconds": wall, "processor": 0, "rate": rate, "moved": moved, "note": f"{rate:.1f} GB/s"}


def questions(rounds: int) -> Found:
    """A what-if on the same chances and what a figure hangs on."""
    parts = recipe.recipe()
    case = Case(recipe.tree(parts), Inputs())
    wanted, draws = recipe.wanted(parts), Draws(1, SCENARIOS)
    base = case.run(recipe.MONTHS, draws, wanted)

    def asked() -> None:
        other = changed(case, Scale(recipe.key(3), 0.9)).run(recipe.MONTHS, draws, wanted)
        gain(base, other, wanted[0], "2026", (">=", 100.0))

    wall, used = best(asked, rounds)
    hangs, _ = best(lambda: shares(base, wanted[0], "2024"), 2)
    return {"seconds": wall, "processor": used, "note": f"what drives it, 70 drivers: {hangs:.2f} s"}


def generated(key: str) -> County:
    """A county whose tree is made from its number: another tree for each."""
    parts = recipe.recipe(int(key))
    name = f"c{key}"
    totals = recipe.wanted(parts, name)
    asked = tuple(Asked(each, period) for each in totals for period in ("2024", "2025", "2026"))
    return County(recipe.tree(parts, name), Inputs(), recipe.MONTHS, asked)


def clocked(work: Callable[[str], list[Row]], key: str) -> tuple[list[Row], float]:
    """The rows of a county and the seconds of processor they took."""
    used = time.process_time()
    return work(key), time.process_time() - used


def counties(count: int) -> Found:
    """Counties over two processes of one thread each, their trees made, read and checked in it."""
    keys = [str(number) for number in range(1, count + 1)]
    draws, used = Draws(1, SCENARIOS), [0.0]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:

        def spread(work: Callable[[str], list[Row]], every: Iterable[str]) -> Iterator[list[Row]]:
            for rows, seconds in pool.map(partial(clocked, work), every, chunksize=4):
                used[0] += seconds
                yield rows

        list(outlooks(keys[:8], generated, draws=draws, spread=spread))  # both have loaded what is compiled
        used[0], begun = 0.0, time.perf_counter()
        rows = list(outlooks(keys, generated, draws=draws, spread=spread))
        seconds = time.perf_counter() - begun
    again = list(outlooks(keys[:3], generated, draws=draws, threads=2))
    same = "the same" if again == rows[: len(again)] else "NOT the same"
    begun = time.perf_counter()
    with distributed(workers=2) as cluster:
        start, few = time.perf_counter() - begun, keys[:200]
        far = list(outlooks(few, generated, draws=draws, spread=cluster))
    same += f"; {len(few)} on the distributed engine in {time.perf_counter() - begun - start:.1f} s "
    same += f"(start {start:.1f} s): " + ("the same" if far == rows[: len(far)] else "NOT the same")
    note = f"{count:,} counties, {seconds / count:.3f} s each, of processor {used[0] / count:.3f} s"
    if count < COUNTRY:
        country, alone = seconds / count * COUNTRY / 60, used[0] / count * COUNTRY / 120
        note += f"; scaled to {COUNTRY:,}: {country:.1f} min, {alone:.1f} min with both processors to itself"
    return {"seconds": seconds, "processor": used[0], "note": f"{note}; run alone the numbers are {same}"}


PROGRAMS: dict[str, Callable[[int], Found]] = {
    "Tiaodu, 2 threads": partial(ours, 2),
    "Tiaodu, 1 thread": partial(ours, 1),
    "its draws alone, 2 threads": partial(draws_alone, 2),
    "NumPy, whole arrays": partial(of_numpy, peers.numpy_whole),
    "NumPy, chunks of 250": partial(of_numpy, peers.numpy_chunks),
    "NumPy's draws alone": numpy_draws,
    "plain loop": plain,
    "events": events,
    "what-if": questions,
    "memory": bandwidth,
}


def measured(name: str, rounds: int) -> Found:
    """One program in a process of its own."""
    command = [sys.executable, str(Path(__file__)), "--only", name, "--rounds", str(rounds)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def agreement() -> float:
    """The greatest relative difference from NumPy's figures when both take our draws."""
    parts, draws = recipe.recipe(), Draws(1, 200)
    tree, wanted = recipe.tree(parts), recipe.wanted(parts)
    drawn = ("lognormal", "triangular", "pert", "ramp")
    sources = [recipe.key(n) for n, part in enumerate(parts) if part.kind in drawn]
    every = [*sources, *wanted]
    found = running.run(tree, months=recipe.MONTHS, inputs=Inputs(), draws=draws, wanted=every)
    values: list[np.ndarray] = []
    for number, part in enumerate(parts):
        own = found.value(recipe.key(number)).T if part.kind in drawn else None
        values.append(own if own is not None else peers.one(part, values, None, slice(None)))
    expected = peers.totals(parts, values)
    got = np.stack([found.value(key).T for key in wanted])
    return float(np.abs(got / expected - 1).max())


def report(rounds: int, count: int) -> None:
    """Everything, as a table."""
    print(f"python {platform.python_version()}, numpy {np.__version__}, numba {numba.__version__}", end=", ")
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    print(f"{recipe.NODES} nodes × {len(recipe.MONTHS)} months × {SCENARIOS:,} scenarios, best of {rounds}")
    print(f"{'':28s}{'seconds':>10s}{'processor':>11s}{'peak MiB':>10s}")
    every: dict[str, Found] = {}
    for name in PROGRAMS:
        found = every[name] = measured(name, rounds)
        figures = f"{found['seconds']:10.3f}{found['processor']:11.3f}{found['peak']:10.0f}"
        print(f"{name:28s}{figures}  {found['note']}", flush=True)
    _compare(every)
    print(f"greatest difference from NumPy on the same draws: {agreement():.1e}")
    if count:
        found = counties(count)
        print(f"{'counties, 2 processes':28s}{found['seconds']:10.1f}  {found['note']}")
    print(f"load at the end {os.getloadavg()[0]:.1f}")


def _compare(every: dict[str, Found]) -> None:
    own, alone = every["Tiaodu, 2 threads"], every["its draws alone, 2 threads"]
    for name in ("NumPy, whole arrays", "NumPy, chunks of 250", "plain loop", "events"):
        print(f"{name} / Tiaodu: {float(str(every[name]['seconds'])) / float(str(own['seconds'])):.1f}")
    seconds, rate = float(str(own["seconds"])), float(str(every["memory"]["rate"]))
    limit = float(str(every["memory"]["moved"])) / rate / 1e9
    print(f"Tiaodu / its draws alone: {seconds / float(str(alone['seconds'])):.2f}")
    print(
        f"moving every figure through memory once takes {limit:.3f} s; Tiaodu / that: {seconds / limit:.2f}"
    )


def main() -> int:
    """Print everything, or one program as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--counties", type=int, default=60)
    parser.add_argument("--only", choices=tuple(PROGRAMS))
    arguments = parser.parse_args()
    if arguments.only:
        found = PROGRAMS[arguments.only](arguments.rounds)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({**found, "peak": peak}))
    else:
        report(arguments.rounds, arguments.counties)
    return 0


if __name__ == "__main__":
    sys.exit(main())
