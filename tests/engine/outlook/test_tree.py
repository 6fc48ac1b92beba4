"""A tree is checked as a whole, and everything wrong with it is said in words."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.kernel.offers import Driver
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
    Lag,
    Node,
    Noise,
    Offer,
    Per,
    Running,
    Total,
    Worked,
    node_of,
)
from tiaodu.engine.outlook.months import Months
from tiaodu.engine.outlook.run import run
from tiaodu.engine.outlook.shapes import (
    Empirical,
    Happens,
    Lognormal,
    Normal,
    Pert,
    Shape,
    Stop,
    Triangular,
)
from tiaodu.engine.outlook.tree import Tree, TreeError, gathered
from tiaodu.engine.outlook.words import WARNING, Finding

YEAR = Months.parse("2024")
YEAR_END = date(2024, 12, 31)


def node(key: str, kind: Kind, unit: str = "吨") -> Node:
    return Node(key, unit, kind, source="示例")


def formula(rule: str, **inputs: str) -> Formula:
    return Formula(rule, tuple(inputs.items()))


def errors(*nodes: Node, causes: tuple[Cause, ...] = ()) -> dict[str, Finding]:
    return {finding.code: finding for finding in Tree.of(nodes, causes).errors}


def test_a_circle_is_named_node_by_node() -> None:
    circle = [
        node("a:x", formula("b * 2", b="b:x")),
        node("b:x", formula("c + 1吨", c="c:x")),
        node("c:x", Lag("a:x", 1)),
    ]
    found = errors(*circle)["cycle"]
    assert set(found.params["nodes"]) == {"a:x", "b:x", "c:x"}  # type: ignore[call-overload]
    named = found.params["nodes"]
    assert isinstance(named, tuple)
    assert named[0] == named[-1]
    needs = {"a:x": "b:x", "b:x": "c:x", "c:x": "a:x"}
    assert all(needs[one] == other for one, other in pairwise(named))
    assert " → ".join(named) in found.tell("zh")
    assert "circle" in found.tell("en")


def test_a_node_that_needs_itself_is_a_circle() -> None:
    assert errors(node("a:x", Running("a:x")))["cycle"].params["nodes"] == ("a:x", "a:x")


@pytest.mark.parametrize(
    ("rule", "unit", "code", "words"),
    [
        ("lines * rate", "元", "unit_mismatch", "“元”"),
        ("lines + rate", "万只", "rule", "单位不同"),
        ("lines * speed", "万只", "rule", "speed"),
        ("lines > 3条", "万只", "rule_type", "是非"),
        ('lines("2024-03") * rate', "万只", "rule_period", "2024-03"),
        ("lines * ", "万只", "rule", "没有写完"),
    ],
)
def test_a_rule_that_cannot_be(rule: str, unit: str, code: str, words: str) -> None:
    lines, rate = node("g:lines", Given(58), "条"), node("g:rate", Given(300), "万只/条")
    made = Node("g:made", unit, formula(rule, lines="g:lines", rate="g:rate"), source="示例")
    found = errors(lines, rate, made)
    assert set(found) == {code}
    assert words in found[code].tell("zh")
    assert found[code].tell("en").isascii() or code != "unit_mismatch" or "元" in found[code].tell("en")


def test_a_product_of_units_is_brought_into_the_unit_of_the_node() -> None:
    tree = Tree.of(
        [
            node("m:advance", Given(150), "米"),
            node("m:seam", Given(800), "吨/米"),
            Node(
                "m:coal", "万吨", formula("advance * seam", advance="m:advance", seam="m:seam"), source="示例"
            ),
            node("c:coal", Total(("m:coal",)), "吨"),
        ]
    )
    found = run(tree, months=YEAR, inputs=Inputs(), draws=Draws(1, 2), wanted=["m:coal", "c:coal"])
    assert found.value("m:coal", "2024-05").tolist() == [12.0, 12.0]
    assert found.value("c:coal", "2024-05").tolist() == [120_000.0, 120_000.0]


def test_names_that_are_not_there_are_told_with_those_like_them() -> None:
    found = errors(
        node("m:output.coal", Given(1)),
        node("c:all", Total(("m:output.coals",))),
        node("m:luck", Noise(Lognormal(1, 0.1), causes=(("powr", 0.5),)), ""),
        causes=(Cause("power"),),
    )
    assert found["unknown_series"].params["near"] == ("m:output.coal",)
    assert "m:output.coal" in found["unknown_series"].tell("zh")
    assert found["unknown_cause"].params["near"] == ("power",)
    assert Tree.of([node("c:y", formula("a", a="no:x"))]).errors[0].code == "unknown_series"


def test_a_series_has_one_node_and_a_cause_one_meaning() -> None:
    found = errors(
        node("a:x", Given(1)),
        node("a:x", Given(2)),
        causes=(Cause("steam"), Cause("steam"), Cause("steam", per=Per.SCENARIO)),
    )
    assert found["duplicate"].params["count"] == 2
    assert found["duplicate_cause"].params["count"] == 2
    assert not errors(node("a:x", Given(1)), causes=(Cause("steam"), Cause("steam", "蒸汽")))


@pytest.mark.parametrize(
    "shape",
    [
        Lognormal(1, 0),
        Normal(1, 0),
        Triangular(2, 2, 2),
        Pert(1, 1, 1),
        Empirical((3.0,)),
        Happens(0),
        Happens(1),
    ],
)
def test_chance_without_width_is_said_and_still_runs(shape: Shape) -> None:
    tree = Tree.of([node("a:x", Noise(shape), "")])
    assert [finding.code for finding in tree.findings] == ["degenerate"]
    assert tree.findings[0].severity == WARNING
    found = run(tree, months=YEAR, inputs=Inputs(), draws=Draws(1, 50), wanted=["a:x"]).value("a:x")
    assert found.max() - found.min() < 1e-12
    assert not tree.errors


def test_stops_of_a_certain_kind_are_said() -> None:
    for chance in (0.0, 1.0):
        tree = Tree.of([node("a:x", Noise(Stop(chance, 0.1, 0.2, 0.4)), "")])
        assert [finding.code for finding in tree.findings] == ["degenerate"]
        found = run(tree, months=YEAR, inputs=Inputs(), draws=Draws(1, 500), wanted=["a:x"]).value("a:x")
        assert bool((found == 1).all()) is (chance == 0)
        assert found.min() >= 0.6 - 1e-12


@pytest.mark.parametrize(
    "shape",
    [
        Lognormal(0, 0.1),
        Lognormal(1, -1),
        Normal(1, -1),
        Triangular(2, 1, 3),
        Pert(1, 3, 2),
        Empirical(()),
        Stop(1.5, 0, 0, 0),
        Stop(0.5, 0.3, 0.2, 0.4),
        Happens(-0.1),
    ],
)
def test_figures_of_chance_that_cannot_be(shape: Shape) -> None:
    found = errors(node("a:x", Noise(shape), ""))
    assert set(found) == {"shape"}
    assert str(found["shape"].params["rule"]) in found["shape"].tell("en")


def test_other_figures_that_cannot_be() -> None:
    assert "loadings" in errors(
        node("a:x", Noise(Normal(0, 1), causes=(("p", 0.8), ("q", 0.7))), ""), causes=(Cause("p"), Cause("q"))
    )
    assert "persistence" in errors(node("a:x", Noise(Normal(0, 1), persistence=1.0), ""))
    assert "persistence" in errors(causes=(Cause("p", persistence=-0.1),))
    assert "lag_months" in errors(node("a:x", Given(1)), node("b:x", Lag("a:x", 0)))
    assert "curve" in errors(node("a:x", Arrivals(curve=(0.0, -1.0))))
    assert "empty" in errors(node("a:x", Total(())))
    assert "bad_key" in errors(node("coal", Given(1)))
    assert "unit_unknown" in errors(node("a:x", Given(1), "吨/圈"))
    assert "cause_per" in errors(
        node("a:x", Noise(Normal(0, 1), Per.SCENARIO, (("p", 0.5),)), ""), causes=(Cause("p"),)
    )
    assert "unit_mismatch" in errors(node("a:x", Given(1), "元"), node("b:x", Total(("a:x",))))
    assert "unsure" in errors(Node("a:x", "吨", Given(1), source="记忆", confidence="memory-unsure"))


def test_a_tree_with_an_error_is_not_run_and_says_why() -> None:
    tree = Tree.of([node("a:x", Lag("a:y", 1))])
    with pytest.raises(TreeError, match="a:y") as raised:
        run(tree, months=YEAR, inputs=Inputs(), draws=Draws(1, 2), wanted=["a:x"])
    assert raised.value.findings == tree.errors


def test_a_date_that_is_not_given_is_an_error() -> None:
    tree = Tree.of([node("z:lines", Arrivals(0, (Arrival("line 1"),)), "条")])
    with pytest.raises(TreeError, match="line 1"):
        run(tree, months=YEAR, inputs=Inputs(), draws=Draws(1, 2), wanted=["z:lines"])


def test_only_what_is_wanted_is_checked_for_dates_and_kept() -> None:
    tree = Tree.of([node("z:lines", Arrivals(0, (Arrival("line 1"),)), "条"), node("a:x", Given(1))])
    found = run(tree, months=YEAR, inputs=Inputs(), draws=Draws(1, 2), wanted=["a:x"])
    assert found.kept.shape == (1, 12, 2)
    with pytest.raises(KeyError):
        found.value("z:lines")
    with pytest.raises(KeyError):
        run(tree, months=YEAR, inputs=Inputs(), draws=Draws(1, 2), wanted=["no:x"])


@pytest.mark.parametrize(
    ("kind", "zh", "en"),
    [
        (Given(3), "给定：3 吨", "given: 3 吨"),
        (Given(months={24288: 1, 24289: 2}), "给定：按月共 2 个数", "given: 2 months of their own"),
        (Worked({24289: 10}), "每月开工天数占比，停工 2024-02 10", "share of days worked; lost: 2024-02 10"),
        (Noise(Pert(1, 2, 4)), "随机：PERT，1、2、4", "chance: PERT, 1, 2, 4"),
        (Noise(Empirical((1, 3, 2))), "随机：往期 3 个数，1 至 3", "chance: 3 figures seen before, 1 to 3"),
        (
            Noise(Stop(0.1, 0, 0.2, 1)),
            "随机：停工概率 0.1，停则损失 0、0.2、1",
            "chance: a stop with probability 0.1, then 0, 0.2, 1 lost",
        ),
        (
            Arrivals(20, (Arrival("七号线", 2),)),
            "基数 20，随日期增加：七号线 2",
            "20 and what arrives by date: 七号线 2",
        ),
        (Lag("a:x", 2), "a:x 的 2 个月前", "a:x, 2 months ago"),
        (Running("a:x"), "a:x 的累计", "running sum of a:x"),
        (Total(("a:x", "b:x")), "合计：a:x、b:x", "sum of a:x, b:x"),
    ],
)
def test_every_node_tells_where_its_figures_come_from(kind: Kind, zh: str, en: str) -> None:
    tree = Tree.of([node("t:x", kind), node("a:x", Given(1)), node("b:x", Given(1))])
    assert (tree.tell("t:x").formula, tree.tell("t:x", "en").formula) == (zh, en)
    assert (tree.tell("t:x").source, tree.tell("t:x").unit) == ("示例", "吨")
    assert [key for _name, key, _title, _unit in tree.tell("t:x").inputs] == list(tree.nodes["t:x"].inputs)


def test_rooms_hand_nodes_over_and_are_put_together() -> None:
    day = Dates.certain(YEAR_END, 2)
    heat = Driver("zone:heat", "zones", "供汽量", "吨", (("made", "boiler:heat"),), "made * 0.97", "设计热损")
    offers = [
        Offer((node("boiler:heat", Given(100)),), (Cause("steam"),), {"line": day}),
        Offer((node_of(heat),), (Cause("steam"),), {"line": day}),
    ]
    tree, whole = gathered(offers)
    assert not tree.errors
    assert tree.order == ("boiler:heat", "zone:heat")
    assert whole.dates == {"line": day}
    found = run(tree, months=YEAR, inputs=Inputs(), draws=Draws(1, 2), wanted=["zone:heat"])
    assert found.over("zone:heat", "2024").every == pytest.approx([1164, 1164])
    twice, _ = gathered([offers[0], Offer(dates={"line": Dates.certain(YEAR_END, 2)})])
    assert [finding.code for finding in twice.errors] == ["duplicate_date"]


def test_a_driver_without_a_rule_is_evidence_only() -> None:
    tree = Tree.of([node_of(Driver("a:tax", "mines", "税收", "元", source="税务"), "stock")])
    found = run(tree, months=YEAR, inputs=Inputs({"a:tax": {24288: 5}}), draws=Draws(1, 3), wanted=["a:tax"])
    assert found.value("a:tax", "2024-01").tolist() == [5, 5, 5]
    assert found.unknown("a:tax") == 3
    assert found.tree.nodes["a:tax"].adds is Adds.LAST
    missing = next(finding for finding in found.report() if finding.code == "missing_months")
    assert missing.params["months"] == tuple(f"2024-{month:02d}" for month in range(2, 13))
