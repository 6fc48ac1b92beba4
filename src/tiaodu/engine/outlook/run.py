"""Run a tree over scenarios and months, and keep only what is asked for.

>>> from tiaodu.engine.outlook.model import Formula, Node, Noise
>>> from tiaodu.engine.outlook.shapes import Lognormal
>>> from tiaodu.engine.outlook.tree import Tree
>>> luck = Node("mine:luck", "", Noise(Lognormal(1.0, 0.2)), source="实绩与计划之比")
>>> rule = Formula("40万吨 * luck", (("luck", luck.key),))
>>> coal = Node("mine:output.coal.raw", "万吨", rule, source="月度计划")
>>> tree = Tree.of([luck, coal])
>>> whole = Draws(1, 4_000)
>>> year, wanted = Months.parse("2024"), [coal.key]
>>> found = run(tree, months=year, inputs=Inputs(), draws=whole, wanted=wanted)
>>> sum_ = found.over(coal.key, "2024")
>>> [round(float(figure)) for figure in sum_.quantiles()], round(sum_.chance(">=", 480), 2)
([453, 489, 525], 0.62)
>>> part = run(tree, months=year, inputs=Inputs(), draws=whole.chunk(90, 97), wanted=wanted)
>>> bool((part.value(coal.key) == found.value(coal.key)[:, 90:97]).all())
True
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.outlook.code import coded
from tiaodu.engine.outlook.model import Inputs
from tiaodu.engine.outlook.months import Months, month_text
from tiaodu.engine.outlook.result import Result
from tiaodu.engine.outlook.shapes import Floats
from tiaodu.engine.outlook.steps import Code
from tiaodu.engine.outlook.tree import Tree, TreeError
from tiaodu.engine.outlook.words import WARNING, Finding

Counts = NDArray[np.int64]
_CACHE = 600_000  # bytes of blocks that stay near one processor
_LANES = 8  # a block has a multiple of so many scenarios, and at most
_WIDEST = 128
_PIECES = 8  # spans for each thread, so that one that is held up does not hold up the others
_LINE = 64


def run(
    tree: Tree,
    *,
    months: Months,
    inputs: Inputs,
    draws: Draws,
    wanted: Sequence[str],
    threads: int | None = None,
) -> Result:
    """The months of the ``wanted`` nodes in the scenarios of ``draws``.

    ``threads``: when not given as many as NUMBA_NUM_THREADS says in the environment, else as many as this
    process may use processors. The numbers do not depend on it.

    Raises TreeError when the tree has an error, a date is missing or a known figure is no finite number, and
    KeyError for a node that is not there.
    """
    tree.demand()
    needed = tree.needed(wanted)
    _demand_dates(tree, needed, inputs)
    _demand_figures(needed, inputs)
    code = coded(tree, months, inputs, wanted)
    kept = np.empty((len(wanted), len(months), len(draws)))
    counts = np.zeros((max(1, len(code.counted))), np.int64)
    if len(draws):
        counts = _go(code, months, inputs, draws, kept, threads_of(threads))
    findings = (*code.findings, *_divisions(code, counts, len(draws)))
    return Result(tree, months, inputs, draws, code.kept, kept, findings)


def _demand_dates(tree: Tree, needed: Sequence[str], inputs: Inputs) -> None:
    missing = [
        Finding("missing_date", key, params={"date": name})
        for key in needed
        for name in tree.dates([key])
        if name not in inputs.dates
    ]
    if missing:
        raise TreeError(missing)


def _demand_figures(needed: Sequence[str], inputs: Inputs) -> None:
    wrong = [
        Finding("bad_figure", key, params={"months": months})
        for key in needed
        if (months := tuple(month_text(m) for m, v in inputs.known.get(key, {}).items() if not isfinite(v)))
    ]
    if wrong:
        raise TreeError(wrong)


def _divisions(code: Code, counts: Counts, scenarios: int) -> list[Finding]:
    """Divisions by zero by node, the one of a rule that is met most."""
    most: dict[str, int] = {}
    for node, count in zip(code.counted, counts, strict=False):
        most[node] = max(most.get(node, 0), int(count))
    return [
        Finding("division_by_zero", node, WARNING, {"count": count, "scenarios": scenarios})
        for node, count in most.items()
        if count
    ]


def width_of(code: Code, months: Months) -> int:
    """Scenarios of a block, so that all its values stay near the processor."""
    fitting = _CACHE // (8 * len(months) * max(1, code.slots))
    return max(_LANES, min(_WIDEST, fitting // _LANES * _LANES))


def threads_of(given: int | None) -> int:
    """How many threads a run takes."""
    from numba import config  # noqa: PLC0415  as below

    return given or int(config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]


def _go(code: Code, months: Months, inputs: Inputs, draws: Draws, kept: Floats, threads: int) -> Counts:
    """Run the machine over all blocks; gives the counts."""
    # The compiler takes seconds to load: who runs no tree does not wait for it.
    from tiaodu.engine.kernel.counter import TABLE  # noqa: PLC0415
    from tiaodu.engine.outlook import machine  # noqa: PLC0415

    width = width_of(code, months)
    blocks = -(-len(draws) // width)
    step = max(1, -(-blocks // (threads * _PIECES)))
    spans = iter([(at, min(at + step, blocks)) for at in range(0, blocks, step)])
    program = np.array(code.rows, np.int64), code.prologue, np.array(code.constants)
    chance = np.array([draws.key(name) for name in code.keys] or [np.uint64(0)], np.uint64), TABLE
    dates = _days(code, inputs, draws), months.edges()

    def work(_thread: int) -> Counts:
        counts = np.zeros(max(1, len(code.counted)), np.int64)
        memory, places = _blocks(code.slots + 1, 8 * len(months) * width)
        # Taking the next is one step of the interpreter: no two threads get the same.
        for begin, end in spans:
            span = begin, end, width, draws.span.start
            run_of = (months.first, len(months))
            machine.run(program, places, span, run_of, chance, dates, (kept, counts))
        del memory
        return counts

    if threads == 1:
        return work(0)
    with ThreadPoolExecutor(threads) as pool:
        total: Counts = np.sum(list(pool.map(work, range(threads))), axis=0)
    return total


def _blocks(slots: int, size: int) -> tuple[NDArray[np.uint8], Counts]:
    """Memory for the blocks of one thread, and the address of each; blocks begin on a line of the cache.

    The last is for the bits of what is drawn.
    """
    step = -(-size // _LINE) * _LINE + _LINE  # not a power of two apart, so that they share no lines
    memory = np.empty(slots * step + _LINE, np.uint8)
    places = np.zeros((2, slots), np.int64)
    places[0] = -(-memory.ctypes.data // _LINE) * _LINE + step * np.arange(slots)
    return memory, places


def _days(code: Code, inputs: Inputs, draws: Draws) -> NDArray[np.int32]:
    """The day of every date in every scenario of the run, as proleptic day numbers."""
    days = np.zeros((max(1, len(code.dates)), max(1, len(draws))), np.int32)
    for row, name in enumerate(code.dates):
        dates = inputs.dates[name]
        own = dates.days
        if own.size == 1:
            own = np.broadcast_to(own, len(draws))
        elif own.size != len(draws):
            if own.size < draws.span.stop:
                raise ValueError(f"{name} has {own.size} scenarios; {draws.span} are asked for")
            own = own[draws.span.start : draws.span.stop]
        days[row] = own + np.int32(dates.first.toordinal())
    return days
