"""What a run says of a period, what it hangs on, what a change brings, and why it changed."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from multiprocessing import get_context

import numpy as np
import pytest

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.outlook.explain import Asked, explained
from tiaodu.engine.outlook.many import County, outlooks
from tiaodu.engine.outlook.model import (
    Adds,
    Arrival,
    Arrivals,
    Cause,
    Dates,
    Formula,
    Given,
    Inputs,
    Kind,
    Node,
    Noise,
    Per,
    Total,
)
from tiaodu.engine.outlook.months import Months, month_of
from tiaodu.engine.outlook.result import Pace, Result, Values
from tiaodu.engine.outlook.run import run
from tiaodu.engine.outlook.shapes import Lognormal, Normal, Stop, Triangular
from tiaodu.engine.outlook.shares import legendre, own_polynomials, shares
from tiaodu.engine.outlook.tree import Tree, TreeError
from tiaodu.engine.outlook.whatif import (
    Add,
    Case,
    FixDate,
    MoveDate,
    Plus,
    Rule,
    Scale,
    changed,
    gain,
)
from tiaodu.engine.outlook.whatif import Stop as StopMine

YEAR = Months.parse("2024")
JANUARY = YEAR.first
DRAWS = Draws(11, 20_000)


def node(key: str, kind: Kind, unit: str = "", adds: Adds = Adds.SUM) -> Node:
    return Node(key, unit, kind, adds, source="示例")


def formula(rule: str, **inputs: str) -> Formula:
    return Formula(rule, tuple(inputs.items()))


def ran(
    nodes: list[Node], wanted: list[str], inputs: Inputs | None = None, causes: tuple[Cause, ...] = ()
) -> Result:
    return run(Tree.of(nodes, causes), months=YEAR, inputs=inputs or Inputs(), draws=DRAWS, wanted=wanted)


# ------------------------------------------------------------ periods


def test_months_add_up_by_the_kind_of_their_measure() -> None:
    months = {JANUARY + n: float(n + 1) for n in range(12)}
    nodes = [node(f"a:{adds}", Given(months=months), adds=adds) for adds in Adds]
    found = ran(nodes, ["a:sum", "a:last", "a:mean"], Inputs({"a:sum": {JANUARY - 1: 100.0}}))
    assert [found.over(key, "2024").mean for key in found.keys] == [78, 12, 6.5]
    assert [found.over(key, "2024Q1").mean for key in found.keys] == [6, 3, 2]
    assert found.over("a:sum", "2023-12..2024-02").mean == 103  # a month before the run, from evidence
    assert found.over("a:mean", "2023-12..2024-02").unknown == len(DRAWS)
    assert found.chance("a:sum", "=", 78, "2024") == 1
    with pytest.raises(ValueError, match="2025-01 is not in"):
        found.over("a:sum", "2024-12..2025-01")
    with pytest.raises(ValueError, match="whole months"):
        found.over("a:sum", "2024-01-01..2024-02-10")


@pytest.mark.parametrize(
    ("comparator", "chance"), [(">=", 0.75), (">", 0.5), ("<=", 0.5), ("<", 0.25), ("=", 0.25), ("~", 0.5)]
)
def test_comparators_and_unknown_scenarios(comparator: str, chance: float) -> None:
    values = Values(np.array([1.0, 10.0, 10.4, 20.0, np.nan]))
    assert values.chance(comparator, 10.0) == chance
    assert values.unknown == 1
    assert values.chance_error(comparator, 10.0) == pytest.approx(np.sqrt(chance * (1 - chance) / 4))


def test_quantiles_are_figures_that_were_met() -> None:
    values = Values(np.array([3.0, 1.0, 2.0, np.nan, 4.0, 5.0]))
    assert values.quantiles((0.0, 0.2, 0.21, 0.5, 1.0)) == (1, 1, 2, 3, 5)
    assert Values(np.full(3, np.nan)).quantiles() == ()


def test_the_pace_needed_from_now() -> None:
    known = {JANUARY - 1: 30.0, JANUARY: 40.0, JANUARY + 1: 44.0}
    nodes = [
        node("m:coal", Given(41, {})),
        node("z:lines", Given(50), adds=Adds.LAST),
        node("p:price", Given(50), adds=Adds.MEAN),
    ]
    found = ran(nodes, ["m:coal", "z:lines", "p:price"], Inputs(dict.fromkeys(("m:coal", "z:lines"), known)))
    assert found.pace("m:coal", 500, "2024") == Pace(84, 416, 10, 41.6, 41, 42)
    assert found.pace("z:lines", 58, "2024") == Pace(44, 14, 10, 1.4, pytest.approx(0.6), 7)
    assert found.pace("p:price", 500, "2024") is None
    assert found.pace("m:coal", 80, "2024-01..2024-02") == Pace(84, -4, 0, None, None, 42)


# ------------------------------------------------------------ what it hangs on


def test_shares_of_a_sum_are_squared_weights() -> None:
    """Y = 3a + 2b + c: S = 9/14, 4/14, 1/14 (Saltelli et al., Global Sensitivity Analysis, 2008, 1.2)."""
    parts = [
        node(f"{name}:x", Noise(Normal(0, 1), per))
        for name, per in zip("abc", (*Per, Per.MONTH), strict=True)
    ]
    total = node("t:x", formula("3 * a + 2 * b + c", a="a:x", b="b:x", c="c:x"))
    found = shares(ran([*parts, total], ["t:x"]), "t:x", "2024-05")
    assert [(each.kind, each.name, each.way) for each in found.drivers] == [
        ("node", f"{n}:x", 1) for n in "abc"
    ]
    assert [each.share for each in found.drivers] == pytest.approx([9 / 14, 4 / 14, 1 / 14], abs=0.02)
    assert found.rest == pytest.approx(0, abs=0.03)
    year = shares(ran([*parts, total], ["t:x"]), "t:x", "2024")
    # over a year what is drawn by month varies as 12, what is drawn once as 144
    parts_of_year = {"a:x": 9 * 12, "b:x": 4 * 144, "c:x": 12}
    assert {each.name: each.share for each in year.drivers} == pytest.approx(
        {name: part / (108 + 576 + 12) for name, part in parts_of_year.items()}, abs=0.02
    )


def test_shares_of_a_product_of_lognormals() -> None:
    """S₁ = (e^σ₁² − 1)/(e^(σ₁² + σ₂²) − 1), so a part hangs on both together."""
    nodes = [
        node("a:x", Noise(Lognormal(1, 0.6), Per.SCENARIO)),
        node("b:x", Noise(Lognormal(1, 0.3), Per.SCENARIO)),
        node("t:x", formula("a * b", a="a:x", b="b:x")),
    ]
    found = shares(ran(nodes, ["t:x"]), "t:x", "2024-01")
    whole = np.exp(0.45) - 1
    expected = [(np.exp(0.36) - 1) / whole, (np.exp(0.09) - 1) / whole]
    assert [each.share for each in found.drivers] == pytest.approx(expected, abs=0.05)
    assert found.rest == pytest.approx(1 - sum(expected), abs=0.07)


def test_dates_causes_and_risk_have_shares() -> None:
    days = DRAWS.uniform("line") * 360
    dates = {"line": Dates(date(2024, 1, 1), days.astype(np.int32))}
    nodes = [
        node("z:lines", Arrivals(10, (Arrival("line", 10),), at=Adds.MEAN), adds=Adds.LAST),
        node("z:luck", Noise(Normal(1, 0.1), causes=(("power", -1.0),))),
        node("z:small", Noise(Triangular(0.999, 1, 1.001))),
        node("z:made", formula("lines * luck * small", lines="z:lines", luck="z:luck", small="z:small")),
    ]
    found = ran(nodes, ["z:made"], Inputs(dates=dates), (Cause("power"),))
    told = shares(found, "z:made", "2024")
    assert [(each.kind, each.name, each.way) for each in told.drivers] == [
        ("date", "line", -1),
        ("cause", "power", -1),
    ]
    assert told.drivers[0].share > 0.9
    risk = shares(found, "z:made", "2024", (">=", 180.0))
    assert risk.drivers[0].name == "line"
    assert 0.5 < risk.drivers[0].share < told.drivers[0].share
    assert shares(found, "z:made", "2024", (">=", 1.0)).drivers == ()  # kept always: nothing to hang on


def test_a_step_that_is_finished_is_no_driver() -> None:
    """Its day is handed over once, for all scenarios."""
    done = Dates(date(2024, 3, 1), np.zeros(1, np.int32))
    nodes = [
        node("z:lines", Arrivals(10, (Arrival("line", 10),), at=Adds.MEAN), adds=Adds.LAST),
        node("z:luck", Noise(Normal(1, 0.1))),
        node("z:made", formula("lines * luck", lines="z:lines", luck="z:luck")),
    ]
    found = ran(nodes, ["z:made"], Inputs(dates={"line": done}))
    assert [each.name for each in shares(found, "z:made", "2024").drivers] == ["z:luck"]


def test_what_is_known_is_no_driver_any_more() -> None:
    nodes = [node("a:x", Noise(Normal(0, 1))), node("t:x", formula("a + 1", a="a:x"))]
    known = Inputs({"a:x": dict.fromkeys(YEAR, 0.5)})
    assert shares(ran(nodes, ["t:x"], known), "t:x", "2024").drivers == ()


def test_polynomials_are_orthonormal() -> None:
    for base in (legendre(DRAWS.uniform("p")), own_polynomials(np.floor(DRAWS.uniform("q") * 5))):
        gram = base @ base.T / len(DRAWS)
        assert gram == pytest.approx(np.eye(3), abs=0.05)
    assert own_polynomials(np.ones(9)).shape == (0, 9)


# ------------------------------------------------------------ what if

SIX = [
    node("m:stop", Noise(Stop(0.2, 0.1, 0.2, 0.6), causes=(("winter", 0.7),))),
    node("m:luck", Noise(Lognormal(1, 0.1))),
    node("m:coal", formula("40 * stop * luck", stop="m:stop", luck="m:luck")),
    node("z:lines", Arrivals(50, (Arrival("line", 8),)), "条", Adds.LAST),
    node("c:price", Given(600)),
    node("c:tax", formula("coal * price * 0.1", coal="m:coal", price="c:price")),
]
BASE = Case(
    Tree.of(SIX, (Cause("winter"),)),
    Inputs(
        {"m:coal": {JANUARY: 35.0}},
        {"line": Dates(date(2024, 1, 1), (DRAWS.uniform("line") * 500).astype(np.int32))},
    ),
)
WANTED = ["m:coal", "z:lines", "c:tax"]
BEFORE = BASE.run(YEAR, DRAWS, WANTED)


def test_stopping_a_mine_moves_its_coal_and_its_tax_together() -> None:
    stopped = changed(BASE, StopMine("m:coal", Months.parse("2024-01..2024-03")))
    assert [finding.code for finding in stopped.findings] == ["change_past"]
    assert "2024-01" in stopped.findings[0].tell("zh")
    after = stopped.run(YEAR, DRAWS, WANTED)
    assert (after.value("m:coal", "2024-01") == 35).all()  # what happened has happened
    assert (after.value("m:coal", "2024-02") == 0).all()
    assert (after.value("m:coal")[3:] == BEFORE.value("m:coal")[3:]).all()
    coal, tax = (gain(BEFORE, after, key, "2024") for key in ("m:coal", "c:tax"))
    assert coal is not None
    assert tax is not None
    assert coal.mean == pytest.approx(-BEFORE.value("m:coal")[1:3].sum(axis=0).mean())
    assert tax.mean == pytest.approx(coal.mean * 60)
    assert coal.low < coal.mean < coal.high < 0
    assert coal.sure
    assert (after.value("z:lines") == BEFORE.value("z:lines")).all()


def test_common_chances_make_a_gain_surer_than_two_runs_would() -> None:
    after = changed(BASE, Scale("c:price", 0.9, Months.parse("2024H2"))).run(YEAR, DRAWS, WANTED)
    found = gain(BEFORE, after, "c:tax", "2024", (">=", 26_000.0))
    assert found is not None
    apart = np.sqrt(2) * BEFORE.over("c:tax", "2024").every.std() / np.sqrt(len(DRAWS))
    assert found.mean_error < 0.2 * apart
    assert found.chance == pytest.approx(
        (after.chance("c:tax", ">=", 26_000, "2024") or 0)
        - (BEFORE.chance("c:tax", ">=", 26_000, "2024") or 0)
    )
    assert found.chance_error is not None
    assert found.compared == len(DRAWS)
    with pytest.raises(ValueError, match="same draws"):
        gain(BEFORE, BASE.run(YEAR, Draws(12, 20_000), WANTED), "c:tax", "2024")


def test_dates_lines_and_rules_are_changed_as_data() -> None:
    later = changed(BASE, MoveDate("line", 29)).run(YEAR, DRAWS, WANTED)
    assert (later.value("z:lines", "2024-02") == BEFORE.value("z:lines", "2024-01")).all()
    sooner = changed(BASE, MoveDate("line", -500, date(2024, 3, 10))).run(YEAR, DRAWS, WANTED)
    early = BASE.inputs.dates["line"].days < (date(2024, 3, 10) - date(2024, 1, 1)).days
    assert (sooner.value("z:lines", "2024-03") == 58).all()
    assert ((sooner.value("z:lines", "2024-02") == 58) == (BEFORE.value("z:lines", "2024-02") == 58)).all()
    assert early.any()
    fixed = changed(BASE, FixDate("line", date(2024, 5, 31))).run(YEAR, DRAWS, WANTED)
    assert (fixed.value("z:lines")[3:5, 0]).tolist() == [50, 58]
    more = changed(BASE, Add("z:lines", date(2024, 6, 30), 2), Add("z:lines", date(2024, 7, 1)))
    added = more.run(YEAR, DRAWS, WANTED)
    assert (added.value("z:lines") - BEFORE.value("z:lines"))[:, 0].tolist() == [0] * 5 + [2] + [3] * 6
    plus = changed(BASE, Plus("m:coal", 1.5), Scale("m:coal", 2)).run(YEAR, DRAWS, WANTED)
    assert plus.value("m:coal", "2024-02") == pytest.approx((BEFORE.value("m:coal", "2024-02") + 1.5) * 2)
    rule = changed(BASE, Rule("c:tax", formula("coal * 50", coal="m:coal"))).run(YEAR, DRAWS, WANTED)
    assert rule.value("c:tax") == pytest.approx(BEFORE.value("m:coal") * 50)


@pytest.mark.parametrize(
    "change",
    [MoveDate("no", 1), Scale("no:x", 1), Add("m:coal", date(2024, 1, 1)), Rule("c:tax", formula("x"))],
)
def test_changes_of_what_is_not_there_are_refused(change: MoveDate | Scale | Add | Rule) -> None:
    with pytest.raises(TreeError):
        changed(BASE, change)


# ------------------------------------------------------------ why it changed


def test_what_changed_is_cut_into_parts_that_add_up() -> None:
    inputs = Inputs(
        {"m:coal": {JANUARY: 35.0, JANUARY + 1: 20.0}}, {"line": Dates.certain(date(2024, 3, 1), 1)}
    )
    nodes = {each.key: each for each in SIX}
    nodes["m:luck"] = node("m:luck", Noise(Lognormal(0.9, 0.1)))
    nodes["c:extra"] = node("c:extra", Given(100))
    nodes["c:tax"] = node(
        "c:tax", formula("coal * price * 0.1 + extra", coal="m:coal", price="c:price", extra="c:extra")
    )
    after = Case(Tree.of(nodes.values(), BASE.tree.causes.values()), inputs)
    asked = Asked("c:tax", "2024", (">=", 26_000.0))
    found = explained(BASE, after, asked=asked, months=YEAR, draws=DRAWS)
    assert found is not None
    assert [part.group for part in found.parts] == ["evidence", "dates", "coefficients", "model"]
    assert [set(part.names) for part in found.parts] == [
        {"m:coal"},
        {"line"},
        {"m:luck"},
        {"c:extra", "c:tax"},
    ]
    evidence, dates, coefficients, model = found.parts
    february = BEFORE.value("m:coal", "2024-02").mean()
    assert evidence.mean == pytest.approx((20 - february) * 60)
    assert dates.mean == 0  # tax does not hang on lines
    assert coefficients.mean < 0
    assert model.mean == pytest.approx(1200)
    assert found.before.mean is not None
    assert sum(part.mean for part in found.parts) == pytest.approx(
        (found.after.mean or 0) - found.before.mean
    )
    chances = [values.chance(">=", 26_000.0) or 0 for values in (found.before, found.after)]
    assert sum(part.chance or 0 for part in found.parts) == pytest.approx(chances[1] - chances[0])


def test_nothing_changed_has_no_parts_and_nothing_known_no_explanation() -> None:
    asked = Asked("m:coal", "2024")
    same = explained(BASE, replace(BASE), asked=asked, months=YEAR, draws=DRAWS)
    assert same is not None
    assert same.parts == ()
    empty = Case(BASE.tree.with_nodes([node("m:luck", Given())]), BASE.inputs)
    assert explained(BASE, empty, asked=asked, months=YEAR, draws=DRAWS) is None


# ------------------------------------------------------------ many counties


def build(key: str) -> County:
    """A generated county: as many mines as the last digit of its code says."""
    mines = [
        node(f"{key}-{n}:coal", Noise(Lognormal(40, 0.2), causes=(("market", 0.5),)))
        for n in range(1 + int(key[-1]))
    ]
    total = node(f"{key}:coal", Total(tuple(each.key for each in mines)))
    tree = Tree.of([*mines, total], [Cause("market")])
    asked = (Asked(total.key, "2024", (">=", 500.0)), Asked(total.key, "2024H1"))
    return County(tree, Inputs({f"{key}-0:coal": {JANUARY: 30.0}}), YEAR, asked)


def test_counties_give_the_same_numbers_however_they_are_spread() -> None:
    keys, draws = [f"14072{n}" for n in range(6)], Draws(1, 500)
    serial = list(outlooks(keys, build, draws=draws))
    assert [row.county for row in serial] == [key for key in keys for _ in range(2)]
    with ThreadPoolExecutor(3) as pool:
        assert list(outlooks(keys, build, draws=draws, threads=2, spread=pool.map)) == serial
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert list(outlooks(keys, build, draws=draws, spread=pool.map)) == serial
    assert list(outlooks(reversed(keys), build, draws=draws))[:2] == serial[-2:]
    assert serial[0].chance is not None
    assert serial[1].chance is None
    assert month_of("2024-01") == JANUARY


def test_a_county_without_figures_says_so() -> None:
    tree = Tree.of([node("a:x", Given())])
    county = County(tree, Inputs(), YEAR, (Asked("a:x", "2024", (">=", 1.0)),))
    (row,) = outlooks(["a"], lambda _key: county, draws=Draws(1, 7))
    assert (row.low, row.middle, row.high, row.mean, row.chance, row.unknown) == (
        None,
        None,
        None,
        None,
        None,
        7,
    )
