"""A run against figures reckoned by NumPy, by hand and by theory."""

from __future__ import annotations

import re
import zlib
from datetime import date
from pathlib import Path
from statistics import NormalDist

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tiaodu
from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.outlook import machine, shapes
from tiaodu.engine.outlook import run as running
from tiaodu.engine.outlook.model import (
    Adds,
    Adjustment,
    Arrival,
    Arrivals,
    Cause,
    Dates,
    Formula,
    Given,
    Inputs,
    Kind,
    Lag,
    Node,
    Noise,
    Per,
    Running,
    Total,
    Worked,
)
from tiaodu.engine.outlook.months import Months, month_of
from tiaodu.engine.outlook.result import Result
from tiaodu.engine.outlook.run import run
from tiaodu.engine.outlook.shapes import (
    Empirical,
    Floats,
    Happens,
    Lognormal,
    Normal,
    Pert,
    Shape,
    Stop,
    Triangular,
)
from tiaodu.engine.outlook.tree import Tree, TreeError

YEAR = Months.parse("2024")
JANUARY = YEAR.first
MANY = Draws(5, 40_000)


def node(key: str, kind: Kind, unit: str = "", adds: Adds = Adds.SUM) -> Node:
    return Node(key, unit, kind, adds, source="示例")


def formula(rule: str, **inputs: str) -> Formula:
    return Formula(rule, tuple(inputs.items()))


def ran(
    nodes: list[Node],
    wanted: list[str],
    *,
    draws: Draws = MANY,
    inputs: Inputs | None = None,
    months: Months = YEAR,
    causes: tuple[Cause, ...] = (),
    threads: int = 1,
) -> Result:
    tree = Tree.of(nodes, causes)
    return run(tree, months=months, inputs=inputs or Inputs(), draws=draws, wanted=wanted, threads=threads)


def test_what_is_compiled_belongs_to_the_files_it_was_compiled_with() -> None:
    """Numba keeps a compiled function for the text of its own file, not for what that calls elsewhere."""
    engine = Path(tiaodu.__file__).parent / "engine"
    files = ("kernel/counter.py", "kernel/expression/machine.py", "outlook/opcodes.py", "outlook/chances.py")
    parts = b"".join((engine / name).read_bytes() for name in files)
    parts += f"{shapes.EDGE} {shapes.STEPS} {shapes.NODES}".encode()
    found = re.search(
        r"^PARTS = (\d+)$", (engine / "outlook" / "machine.py").read_text("utf-8"), flags=re.MULTILINE
    )
    assert found
    assert int(found[1]) == zlib.crc32(parts), f"write PARTS = {zlib.crc32(parts)} in machine.py"


# ------------------------------------------------------------ chance


@pytest.mark.parametrize(
    ("shape", "shares", "figures"),
    [
        (Lognormal(2.0, 0.5), (0.1, 0.5, 0.9), (2 * np.exp(-0.5 * 1.28155), 2.0, 2 * np.exp(0.5 * 1.28155))),
        (Normal(3.0, 2.0), (0.1, 0.5, 0.9), (3 - 2 * 1.28155, 3.0, 3 + 2 * 1.28155)),
        (Triangular(0.0, 1.0, 4.0), (0.25, 0.5, 0.75), (1.0, 4 - np.sqrt(6), 4 - np.sqrt(3))),
        # Beta(2.3333, 3.6667) on [0.6, 1.8]: quantiles of its regularised incomplete beta function
        (Pert(0.6, 1.0, 1.8), (0.1, 0.5, 0.9), (0.7837, 1.0509, 1.3734)),
        (Empirical((1.0, 2.0, 3.0, 4.0)), (0.125, 0.5, 0.75), (1.0, 2.5, 3.5)),
    ],
)
def test_shapes_have_their_quantiles(
    shape: Shape, shares: tuple[float, ...], figures: tuple[float, ...]
) -> None:
    for per in Per:
        found = ran([node("a:x", Noise(shape, per))], ["a:x"]).value("a:x")
        row = np.quantile(found[3], shares)
        spread = np.diff(np.quantile(found[3], (0.1, 0.9)))[0]
        assert row == pytest.approx(figures, abs=0.02 * spread)
        assert bool((found[0] == found[7]).all()) is (per is Per.SCENARIO)


def test_a_shape_means_the_same_through_its_table_as_by_its_formula() -> None:
    """A shared cause makes a triangular figure be looked up by its score instead of reckoned."""
    shape = Triangular(0.5, 1.0, 1.6)
    nodes = [node("a:x", Noise(shape)), node("b:x", Noise(shape, causes=(("p", 0.3),)))]
    found = ran(nodes, ["a:x", "b:x"], causes=(Cause("p"),))
    levels = np.linspace(0.01, 0.99, 33)
    one, other = (np.quantile(found.value(key), levels) for key in ("a:x", "b:x"))
    assert other == pytest.approx(one, abs=0.004)


def test_exponentials_agree_with_the_library() -> None:
    found = ran([node("a:x", Noise(Lognormal(3.0, 2.0)))], ["a:x"], draws=Draws(1, 2_000)).value("a:x")
    scores = Draws(1, 2_000).normal("a:x", (1,))
    scores = np.stack([Draws(1, 2_000).row("a:x", JANUARY + t) for t in range(12)])
    assert found == pytest.approx(3.0 * np.exp(2.0 * scores), rel=1e-12)


def test_stops_happen_as_often_as_said_and_take_what_is_said() -> None:
    found = ran([node("a:x", Noise(Stop(0.2, 0.1, 0.2, 0.5)))], ["a:x"]).value("a:x")
    stopped = found < 1
    assert stopped.mean() == pytest.approx(0.2, abs=0.003)
    assert (1 - found[stopped]).mean() == pytest.approx((0.1 + 0.2 + 0.5) / 3, abs=0.005)
    assert found.min() >= 0.5 - 1e-9
    happens = ran([node("b:x", Noise(Happens(0.3)))], ["b:x"]).value("b:x")
    assert set(np.unique(happens)) == {0.0, 1.0}
    assert happens.mean() == pytest.approx(0.3, abs=0.003)


def test_what_shares_a_cause_fails_together() -> None:
    """Correlation of scores is the product of their loadings (one-factor model)."""
    nodes = [
        node("a:x", Noise(Normal(0, 1), causes=(("steam", 0.8),))),
        node("b:x", Noise(Normal(0, 1), causes=(("steam", 0.6),))),
        node("c:x", Noise(Normal(0, 1), causes=(("gas", 0.6),))),
    ]
    found = ran(nodes, ["a:x", "b:x", "c:x"], causes=(Cause("steam"), Cause("gas", per=Per.SCENARIO)))
    a, b, c = (found.value(key) for key in found.keys)
    assert np.corrcoef(a[4], b[4])[0, 1] == pytest.approx(0.48, abs=0.02)
    assert np.corrcoef(a[4], c[4])[0, 1] == pytest.approx(0, abs=0.02)
    assert np.corrcoef(a[4], a[5])[0, 1] == pytest.approx(0, abs=0.02)
    assert np.corrcoef(c[4], c[5])[0, 1] == pytest.approx(0.36, abs=0.02)  # drawn once for the scenario
    assert [each.std() for each in (a, b, c)] == pytest.approx([1, 1, 1], abs=0.01)


def test_what_persists_is_like_the_month_before() -> None:
    nodes = [node("a:x", Noise(Normal(0, 1), persistence=0.7))]
    found = ran(nodes, ["a:x"]).value("a:x")
    assert np.corrcoef(found[5], found[6])[0, 1] == pytest.approx(0.7, abs=0.01)
    assert np.corrcoef(found[5], found[7])[0, 1] == pytest.approx(0.49, abs=0.015)
    assert found.std(axis=1) == pytest.approx(np.ones(12), abs=0.02)


def test_a_month_has_the_same_chance_in_every_run() -> None:
    nodes = [node("a:x", Noise(Lognormal(1, 0.2)))]
    draws = Draws(1, 100)
    whole = ran(nodes, ["a:x"], draws=draws, months=Months.parse("2023-01..2025-12"))
    part = ran(nodes, ["a:x"], draws=draws, months=Months.parse("2024-07..2024-09"))
    assert (whole.value("a:x", "2024-08") == part.value("a:x", "2024-08")).all()


# ------------------------------------------------------------ months

FIGURES = tuple(float(n * n % 17 + 1) for n in range(30))
RUN = Months.parse("2023-03..2025-08")
GIVEN = node("a:x", Given(months=dict(zip(RUN, FIGURES, strict=True))))


def series(kind: Kind, inputs: Inputs | None = None) -> Floats:
    found = ran([GIVEN, node("b:x", kind)], ["b:x"], months=RUN, draws=Draws(1, 3), inputs=inputs)
    assert (found.value("b:x") == found.value("b:x")[:, :1]).all() or np.isnan(found.value("b:x")).any()
    row: Floats = found.value("b:x")[:, 0]
    return row


def test_months_before_the_run_come_from_evidence() -> None:
    known = Inputs({"a:x": {month_of("2023-01"): 100.0, month_of("2023-02"): 200.0}})
    assert series(Lag("a:x", 2), known)[:4].tolist() == [100, 200, FIGURES[0], FIGURES[1]]
    assert series(Lag("a:x", 2, hold=True))[:4].tolist() == [FIGURES[0], FIGURES[0], FIGURES[0], FIGURES[1]]
    assert np.isnan(series(Lag("a:x", 2))[:2]).all()
    assert series(Lag("a:x", 2))[2:].tolist() == list(FIGURES[:-2])
    assert np.isnan(series(Lag("a:x", 99))).all()
    assert series(Running("a:x"), known)[:11] == pytest.approx([*np.cumsum(FIGURES[:10]) + 300, FIGURES[10]])
    assert np.isnan(series(Running("a:x"))[:10]).all()
    assert series(Running("a:x"))[10:22] == pytest.approx(np.cumsum(FIGURES[10:22]))
    assert series(Running("a:x", yearly=False)) == pytest.approx(np.cumsum(FIGURES))


def test_a_rule_speaks_of_other_months_in_words() -> None:
    known = Inputs({"a:x": {month_of("2022-01") + n: 1.0 + n for n in range(14)}})
    assert series(formula('x("上期")', x="a:x"), known) == pytest.approx([14, *FIGURES[:-1]])
    year_ago = [*(3.0 + n for n in range(12)), *FIGURES[:-12]]
    assert series(formula('x("上年同期")', x="a:x"), known) == pytest.approx(year_ago)
    assert series(formula('x / x("上年同期")', x="a:x"), known) == pytest.approx(np.array(FIGURES) / year_ago)
    january = month_of("2022-01")
    everything = [*(1.0 + n for n in range(14)), *FIGURES]  # from 2022-01 on
    summed = [sum(everything[(n // 12) * 12 : n + 1]) for n in range(len(everything))]
    offset = RUN.first - january
    assert series(formula('x("本年累计")', x="a:x"), known) == pytest.approx(summed[offset:])
    assert series(formula('x("上年同期累计")', x="a:x"), known) == pytest.approx(summed[offset - 12 : -12])


def test_missing_history_is_said() -> None:
    found = ran(
        [GIVEN, node("b:x", formula('x("上年同期累计")', x="a:x"))], ["b:x"], months=RUN, draws=Draws(1, 3)
    )
    codes = {finding.code: finding for finding in found.report()}
    assert "2022-01" in codes["missing_history"].tell("zh")
    assert codes["no_value"].params == {"count": 3, "scenarios": 3}
    assert found.over("b:x", "2024").chance(">=", 0) is None
    assert found.over("b:x", "2024").quantiles() == ()


def test_days_lost_and_adjustments() -> None:
    worked = ran(
        [node("a:x", Worked({month_of("2024-02"): 7.25, month_of("2024-05"): 40.0}))],
        ["a:x"],
        draws=Draws(1, 1),
    )
    assert worked.value("a:x")[:, 0].tolist() == [1, 0.75, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1]
    months = frozenset({JANUARY, JANUARY + 1})
    adjusted = Node("a:x", "", Given(10), adjustments=(Adjustment(months, 0.5, 1), Adjustment(None, 2)))
    known = Inputs({"a:x": {JANUARY + 1: 7.0}})
    found = ran([adjusted], ["a:x"], inputs=known, draws=Draws(1, 1)).value("a:x")[:, 0]
    assert found.tolist() == [12, 7, *[20] * 10]  # evidence is not adjusted


# ------------------------------------------------------------ stocks that follow dates


def test_a_stock_counts_what_is_there_at_the_end_of_the_month() -> None:
    days = np.array([0, 30, 31, 59, 60, 400], np.int32)  # from 1 January 2024
    dates = {"line": Dates(date(2024, 1, 1), days)}
    stock = node("z:lines", Arrivals(20, (Arrival("line", 2.0),)), "条", Adds.LAST)
    found = ran([stock], ["z:lines"], inputs=Inputs(dates=dates), draws=Draws(1, 6))
    assert found.value("z:lines", "2024-01").tolist() == [22, 22, 20, 20, 20, 20]
    assert found.value("z:lines", "2024-02").tolist() == [22, 22, 22, 22, 20, 20]
    assert found.over("z:lines", "2024").every.tolist() == [22, 22, 22, 22, 22, 20]
    assert (found.when("z:lines", ">=", 22) - JANUARY).tolist() == [0, 0, 1, 1, 2, 12]


def test_a_ramp_is_averaged_over_the_days_of_the_month() -> None:
    """Half after no month, full after one, from 16 January on: reckoned day by day."""
    dates = {"line": Dates.certain(date(2024, 1, 16), 1)}
    kinds = [Arrivals(0, (Arrival("line"),), (0.5, 1.0), at) for at in (Adds.MEAN, Adds.LAST)]
    nodes = [node(f"z:x{n}", kind) for n, kind in enumerate(kinds)]
    found = ran(nodes, ["z:x0", "z:x1"], inputs=Inputs(dates=dates), draws=Draws(1, 1))
    day = date(2024, 1, 1).toordinal()
    worth = [min(1.0, 0.5 + 0.5 * d / (365.25 / 12)) if d >= 0 else 0.0 for d in range(-15, 366 - 15)]
    for month in range(1, 13):
        first = date(2024, month, 1).toordinal() - day
        last = (date(2024, month + 1, 1) if month < 12 else date(2025, 1, 1)).toordinal() - day
        assert found.value("z:x0")[month - 1, 0] == pytest.approx(np.mean(worth[first:last]))
        assert found.value("z:x1")[month - 1, 0] == pytest.approx(worth[last - 1])


def test_dates_of_all_scenarios_are_cut_to_the_chunk() -> None:
    dates = {"line": Dates(date(2024, 1, 1), (np.arange(1000) % 366).astype(np.int32))}
    stock, whole = node("z:lines", Arrivals(0, (Arrival("line"),))), Draws(1, 1000)
    every = ran([stock], ["z:lines"], inputs=Inputs(dates=dates), draws=whole).value("z:lines")
    part = ran([stock], ["z:lines"], inputs=Inputs(dates=dates), draws=whole.chunk(333, 350)).value("z:lines")
    assert (part == every[:, 333:350]).all()
    with pytest.raises(ValueError, match="line has 1000 scenarios"):
        ran([stock], ["z:lines"], inputs=Inputs(dates=dates), draws=Draws(1, 1001))


# ------------------------------------------------------------ rules

NUMBERS = st.floats(-100, 100, allow_nan=False).map(lambda number: round(number, 3))


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=6), NUMBERS, NUMBERS)
def test_rules_say_what_numpy_says(rows: list[tuple[float, float, float]], low: float, high: float) -> None:
    run_of = Months(JANUARY, len(rows))
    columns = np.array(rows).T
    names = dict(zip("abc", ("a:x", "b:x", "c:x"), strict=True))
    nodes = [
        node(key, Given(months={JANUARY + n: float(figure) for n, figure in enumerate(column)}))
        for key, column in zip(names.values(), columns, strict=True)
    ]
    a, b, c = columns
    wanted = {
        f"{low} * a + b / 4 - c + {high}": low * a + b / 4 - c + high,
        "a * b * c": a * b * c,
        f"min(max(a, {low}), b)": np.minimum(np.maximum(a, low), b),
        "abs(a - b) + round(c, 1) * 0": np.abs(a - b),
        "if_else(a > b and c <= 0, a, b * 2)": np.where((a > b) & (c <= 0), a, b * 2),
        "if_else(真, 3 - a, b)": 3 - a,
        "coalesce(a / 0, b)": b,
    }
    nodes += [node(f"r:x{n}", formula(rule, **names)) for n, rule in enumerate(wanted)]
    keys = [f"r:x{n}" for n in range(len(wanted))]
    found = ran(nodes, keys, months=run_of, draws=Draws(1, 9))
    for key, expected in zip(keys, wanted.values(), strict=True):
        assert found.value(key) == pytest.approx(np.repeat(expected[:, None], 9, axis=1), abs=1e-9)


def test_division_by_zero_is_counted_and_left_out() -> None:
    nodes = [
        node("a:x", Noise(Happens(0.75), Per.SCENARIO)),
        node("b:x", formula("100 / a", a="a:x")),
        node("c:x", formula("b + 1", b="b:x")),
    ]
    found = ran(nodes, ["a:x", "b:x", "c:x"], draws=Draws(1, 4_001))
    zero = int((found.value("a:x")[0] == 0).sum())
    said = {finding.node: finding for finding in found.report() if finding.code == "division_by_zero"}
    assert set(said) == {"b:x"}  # where it happens, not what follows from it
    assert said["b:x"].params == {"count": zero, "scenarios": 4_001}
    assert str(zero) in said["b:x"].tell("zh")
    assert found.unknown("b:x") == found.unknown("c:x") == zero
    year = found.over("c:x", "2024")
    assert year.quantiles() == (1212, 1212, 1212)
    assert year.chance(">=", 1212) == 1.0
    assert year.known.size == 4_001 - zero


# ------------------------------------------------------------ identical however it is cut

TREE = [
    node("a:luck", Noise(Lognormal(1, 0.2), causes=(("p", 0.5),), persistence=0.3)),
    node("a:rate", Noise(Pert(1, 2, 4), Per.SCENARIO)),
    node("a:stop", Noise(Stop(0.3, 0.1, 0.2, 0.9), causes=(("p", 0.4),))),
    node("a:three", Noise(Triangular(1, 2, 4))),
    node("z:lines", Arrivals(3, (Arrival("line"),), (0.2, 1.0), Adds.MEAN), "条"),
    node(
        "a:made",
        formula(
            "lines * luck * rate * stop / 1条", lines="z:lines", luck="a:luck", rate="a:rate", stop="a:stop"
        ),
    ),
    node("a:last", Lag("a:made", 2, hold=True)),
    node("a:year", Running("a:made")),
    node("a:all", Total(("a:made", "a:last", "a:year", "a:three"))),
]
DAYS = Dates(date(2024, 1, 1), (np.arange(700) * 7 % 500).astype(np.int32))


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 699), st.integers(1, 300), st.integers(1, 3), st.sampled_from([1_000, 60_000, 10**6]))
def test_numbers_do_not_depend_on_chunks_threads_or_blocks(
    start: int, size: int, threads: int, cache: int
) -> None:
    whole = Draws(9, 700)
    inputs = Inputs({"a:luck": {JANUARY: 1.0}}, {"line": DAYS})
    options = {"inputs": inputs, "causes": (Cause("p"),)}
    every = ran(TREE, ["a:all", "a:made"], draws=whole, **options)  # type: ignore[arg-type]
    earlier, running._CACHE = running._CACHE, cache
    try:
        part = ran(
            TREE, ["a:made", "a:all"], draws=whole.chunk(start, start + size), threads=threads, **options
        )  # type: ignore[arg-type]
    finally:
        running._CACHE = earlier
    for key in ("a:all", "a:made"):
        assert np.array_equal(part.value(key), every.value(key)[:, start : start + size])


def test_nothing_to_draw_gives_nothing() -> None:
    found = ran([node("a:x", Noise(Normal(0, 1)))], ["a:x"], draws=Draws(1, 0))
    assert found.value("a:x").shape == (12, 0)
    assert found.over("a:x", "2024").mean is None


def test_threads_are_those_numba_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", 3)
    assert running.threads_of(None) == 3
    assert running.threads_of(2) == 2


def test_a_known_year_is_certain_and_what_is_known_narrows_the_rest() -> None:
    """The spread of a year's sum is that of its open months: √(open/12) of the whole."""
    coal = [node("m:luck", Noise(Normal(1, 0.2))), node("m:coal", formula("40 * luck", luck="m:luck"))]
    spreads = []
    for months in (0, 3, 6, 9, 12):
        known = Inputs({"m:coal": {JANUARY + n: 41.0 for n in range(months)}})
        values = ran(coal, ["m:coal"], inputs=known).over("m:coal", "2024")
        spreads.append(float(values.every.std()))
        assert values.mean == pytest.approx(41 * months + 40 * (12 - months), abs=0.6)
    assert spreads == pytest.approx([8 * np.sqrt(12 - months) for months in (0, 3, 6, 9, 12)], rel=0.03)
    assert spreads[-1] == 0


@pytest.mark.parametrize("figure", [float("nan"), float("inf")])
def test_figures_that_are_none_are_refused(figure: float) -> None:
    with pytest.raises(TreeError, match="2024-01 is no finite number"):
        ran([node("a:x", Given(1))], ["a:x"], inputs=Inputs({"a:x": {JANUARY: figure}}))
    assert [finding.code for finding in Tree.of([node("a:x", Given(float("inf")))]).errors] == ["bad_figure"]


def test_a_due_of_yesterday_is_certain_or_unknown() -> None:
    nodes = [node("a:x", Noise(Normal(1, 0.1)))]
    known = Inputs({"a:x": {JANUARY - 2: 3.0, JANUARY - 1: 4.0}})
    found = ran(nodes, ["a:x"], inputs=known, draws=Draws(1, 5))
    assert found.chance("a:x", ">=", 7, "2023-11..2023-12") == 1
    assert found.chance("a:x", ">=", 7.5, "2023-11..2023-12") == 0
    assert found.chance("a:x", ">=", 7, "2023Q4") is None


def test_late_reports_are_said_of_series_that_have_others() -> None:
    known = Inputs({"a:x": {JANUARY: 1.0, JANUARY + 2: 3.0}}, until=JANUARY + 3)
    found = ran(
        [node("a:x", Noise(Normal(0, 1))), node("b:x", Given(1))],
        ["a:x", "b:x"],
        inputs=known,
        draws=Draws(1, 5),
    )
    late = [finding for finding in found.report() if finding.code == "late_report"]
    assert [(finding.node, finding.params["months"]) for finding in late] == [("a:x", ("2024-02", "2024-04"))]


def test_bits_are_those_of_the_kernel() -> None:
    scores = ran([node("a:x", Noise(Normal(0, 1)))], ["a:x"], draws=Draws(3, 77)).value("a:x")
    assert (scores == np.stack([Draws(3, 77).row("a:x", month) for month in YEAR])).all()
    shares = ran([node("a:x", Noise(Triangular(0, 0, 1)))], ["a:x"], draws=Draws(3, 77)).value("a:x")
    uniform = np.stack([Draws(3, 77).row("a:x", month, uniform=True) for month in YEAR])
    assert shares == pytest.approx(1 - np.sqrt(1 - uniform))
    assert NormalDist().inv_cdf(0.9) == pytest.approx(1.28155, abs=1e-5)
    assert machine.PARTS
