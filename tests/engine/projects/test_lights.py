"""Lights: what the rules of 银川, 武汉, 三亚 and the default say, and what no rule set may do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.projects.rows import packaged_rows

from tiaodu.engine.projects.curve import curve_of
from tiaodu.engine.projects.facts import FactRow, facts, facts_row, lacking, names
from tiaodu.engine.projects.investment import Reported, YearPlan, YearStanding, year_standing
from tiaodu.engine.projects.lights import (
    DIMENSIONS,
    ORDER,
    Colour,
    Light,
    Rule,
    Verdict,
    colour_of,
    places,
    rules_of,
    tell,
    verdict_of,
    worst,
)
from tiaodu.engine.projects.milestones import Milestone, milestones_of
from tiaodu.engine.stages.state import NetworkState, StepState, Wait, network_of
from tiaodu.engine.stages.template import package_templates

ROWS = packaged_rows("lights")
SETS = ("default", "yinchuan", "wuhan", "sanya")
RULES = {name: rules_of(ROWS, name) for name in SETS}
PLANT = package_templates()["manufacturing"]
D = Decimal
NOTHING: FactRow = dict.fromkeys(facts())
numbers = st.decimals(-150, 150, places=1)
months = st.integers(0, 30).map(Decimal)
halves = st.decimals(0, 30, places=1)


def light(rule_set: str, dimension: str, **known: object) -> Light:
    row = {**NOTHING, **known}
    return verdict_of(RULES[rule_set], dimension, row).light  # type: ignore[arg-type]


def test_every_set_has_its_rules_and_each_rule_shows_only_figures_it_asks_for() -> None:
    assert {row["rule_set"] for row in ROWS} == set(SETS)
    assert {rule.dimension for rule in RULES["default"]} == set(DIMENSIONS)
    for rules in RULES.values():
        assert len({rule.code for rule in rules}) == len(rules)
        for rule in rules:
            for words in (rule.words.zh, rule.words.en):
                assert set(places(words)) <= {fact.name for fact in rule.when.facts} <= set(names())


@pytest.mark.parametrize(
    ("behind", "default", "yinchuan"),
    [
        ("-3", Light.GREEN, Light.GREEN),
        ("0", Light.GREEN, Light.GREEN),
        ("0.1", Light.ATTENTION, Light.UNKNOWN),  # the text of 银川 says nothing of 0 to 10 points
        ("9.9", Light.ATTENTION, Light.UNKNOWN),
        ("10", Light.YELLOW, Light.YELLOW),
        ("30", Light.YELLOW, Light.YELLOW),
        ("30.1", Light.RED, Light.RED),
    ],
)
def test_points_behind_the_plan(behind: str, default: Light, yinchuan: Light) -> None:
    known = {"落后百分点": D(behind), "未报月数": D(0)}
    assert light("default", "investment", **known) == default
    assert light("yinchuan", "investment", **known) == yinchuan


@pytest.mark.parametrize(
    ("ratio", "wuhan", "sanya"),
    [
        ("100", Light.GREEN, Light.GREEN),
        ("99", Light.GREEN, Light.YELLOW),
        ("80", Light.GREEN, Light.YELLOW),
        ("79.9", Light.YELLOW, Light.YELLOW),
        ("60", Light.YELLOW, Light.YELLOW),
        ("59.9", Light.RED, Light.YELLOW),
        ("50", Light.RED, Light.YELLOW),
        ("49.9", Light.RED, Light.RED),
    ],
)
def test_share_of_the_plan_so_far(ratio: str, wuhan: Light, sanya: Light) -> None:
    known = {"序时完成率": D(ratio), "序时缺口": 100 - D(ratio)}
    assert light("wuhan", "investment", **known) == wuhan
    assert light("sanya", "investment", **known) == sanya


@pytest.mark.parametrize(
    ("missed", "reason", "default", "yinchuan"),
    [
        (0, False, Light.GREEN, Light.GREEN),
        (1, False, Light.YELLOW, Light.YELLOW),
        (1, True, Light.ATTENTION, Light.GREEN),
        (2, False, Light.YELLOW, Light.YELLOW),
        (3, False, Light.RED, Light.RED),
        (3, True, Light.RED, Light.RED),
    ],
)
def test_months_missed_since_the_promised_start(
    missed: int, reason: bool, default: Light, yinchuan: Light
) -> None:
    known = {"已开工": False, "误期月数": D(missed), "有原因": reason}
    assert light("default", "start", **known) == default
    assert light("yinchuan", "start", **known) == yinchuan


@pytest.mark.parametrize(
    ("since", "listed", "expected"),
    [
        ("0.9", False, Light.GREEN),
        ("1", False, Light.YELLOW),
        ("2", False, Light.YELLOW),
        ("2.1", False, Light.RED),
        ("7", True, Light.GREEN),
    ],
)
def test_months_since_the_start_without_a_listing(since: str, listed: bool, expected: Light) -> None:
    for rule_set in ("default", "yinchuan"):
        assert light(rule_set, "entry", 开工月数=D(since), 已入库=listed) == expected


@given(numbers, numbers, months)
def test_to_be_further_behind_is_never_better(one: Decimal, other: Decimal, silent: Decimal) -> None:
    low, high = sorted((one, other))
    for rule_set, rules in RULES.items():
        told = [
            verdict_of(
                rules,
                "investment",
                {
                    **NOTHING,
                    "落后百分点": each,
                    "序时缺口": each,
                    "序时完成率": 100 - each,
                    "未报月数": silent,
                },
            ).light
            for each in (low, high)
        ]
        if Light.UNKNOWN not in told or rule_set != "yinchuan":
            assert ORDER.index(told[1]) <= ORDER.index(told[0]), rule_set


@given(numbers, months, months, halves, st.booleans(), st.booleans(), st.booleans())
def test_the_default_leaves_no_known_case_without_a_rule(
    behind: Decimal, silent: Decimal, missed: Decimal, since: Decimal, begun: bool, listed: bool, reason: bool
) -> None:
    row: FactRow = {
        **NOTHING, "已开工": begun, "误期月数": missed, "有原因": reason, "落后百分点": behind,
        "未报月数": silent, "已入库": listed, "开工月数": since,
    }  # fmt: skip
    for dimension in DIMENSIONS:
        found = verdict_of(RULES["default"], dimension, row)
        assert found.rule is not None
        assert found.light in (Light.RED, Light.YELLOW, Light.ATTENTION, Light.GREEN)
        assert "{" not in tell(found, "zh") + tell(found, "en")


@given(st.lists(st.sampled_from(Light)))
def test_the_colour_is_the_worst_and_green_needs_all_of_it(lights: list[Light]) -> None:
    found = Colour(tuple(Verdict("start", each) for each in lights)).light
    assert found == worst(lights)
    assert all(ORDER.index(found) <= ORDER.index(each) for each in lights)
    if found == Light.GREEN:
        assert set(lights) <= {Light.GREEN, Light.NONE}


def test_what_is_missing_is_said_and_an_unconfirmed_rule_lights_nothing() -> None:
    found = verdict_of(RULES["default"], "investment", {**NOTHING, "支付比例": D(10)})
    assert (found.light, found.rule, found.reason) == (Light.UNKNOWN, None, "missing")
    assert lacking(found.missing) == ("年度计划投资或本年调度数", "年度计划投资")
    assert [rule.code for rule in found.unsure] == ["paid_little"]
    sure = [dict(row, confidence="practice") for row in ROWS]
    told = verdict_of(rules_of(sure, "default"), "investment", {**NOTHING, "支付比例": D(10)})
    assert (told.light, tell(told)) == (Light.RED, "资金支付只有完成投资的 10%")


SHANXI = curve_of("shanxi", ["1.7", "3.3", 5, 9, 17, 32, 42, 53, 65, 77, 88, 100])


def _colour(
    state: NetworkState, day: date, done: YearStanding | None = None, rules: str = "default"
) -> Colour:
    milestones = milestones_of(network_of(PLANT, state), state)
    return colour_of(RULES[rules], milestones, facts_row(milestones, done, day=day))


def _by(colour: Colour) -> dict[str, Light]:
    return {verdict.dimension: verdict.light for verdict in colour.verdicts}


def test_winter_counts_by_the_seasonal_curve() -> None:
    """At the end of April 12 % are behind a straight line by 21 points and ahead of the Shanxi curve."""
    state = NetworkState({"A18": StepState(finished=date(2024, 4, 10))})
    told = [Reported(date(2024, 4, 30), D(12))]
    straight = year_standing(YearPlan(2024, D(100), D(100)), told, [], day=date(2024, 5, 8))
    seasonal = year_standing(YearPlan(2024, D(100), D(100), SHANXI), told, [], day=date(2024, 5, 8))
    assert _by(_colour(state, date(2024, 5, 8), straight))["investment"] == Light.YELLOW
    assert _by(_colour(state, date(2024, 5, 8), seasonal))["investment"] == Light.GREEN


def test_a_late_start_goes_from_green_to_red_and_ends_with_the_start() -> None:
    late = NetworkState({"A18": StepState(promised=date(2024, 3, 15))})
    told = [_by(_colour(late, day))["start"] for day in (
        date(2024, 3, 30), date(2024, 3, 31), date(2024, 5, 30), date(2024, 5, 31)
    )]  # fmt: skip
    assert told == [Light.GREEN, Light.YELLOW, Light.YELLOW, Light.RED]
    begun = NetworkState({"A18": StepState(promised=date(2024, 3, 15), finished=date(2024, 6, 3))})
    assert _by(_colour(begun, date(2024, 6, 10)))["start"] == Light.GREEN
    assert _by(_colour(begun, date(2024, 7, 3)))["entry"] == Light.YELLOW
    assert _by(_colour(begun, date(2024, 8, 10)))["entry"] == Light.RED


def test_a_legal_wait_before_the_start_is_a_reason() -> None:
    wait = Wait("province_decision", date(2024, 2, 1))
    steps = {"A18": StepState(promised=date(2024, 3, 15)), "A11": StepState(date(2024, 1, 8), waits=(wait,))}
    assert _by(_colour(NetworkState(steps), date(2024, 4, 20)))["start"] == Light.ATTENTION
    over = StepState(date(2024, 1, 8), waits=(Wait("province_decision", date(2024, 2, 1), date(2024, 3, 1)),))
    assert _by(_colour(NetworkState(steps | {"A11": over}), date(2024, 4, 20)))["start"] == Light.YELLOW


def test_what_does_not_concern_a_project_is_not_judged() -> None:
    restart = package_templates()["mine_restart"]
    blank = NetworkState()
    milestones = milestones_of(network_of(restart, blank), blank)
    found = colour_of(
        RULES["default"], milestones, facts_row(milestones, None, day=date(2024, 5, 1)), idle=True
    )
    assert found.light == Light.NONE
    assert [verdict.reason for verdict in found.verdicts] == [
        "no_milestone",
        "nothing_planned",
        "no_milestone",
    ]
    told = _colour(NetworkState(), date(2024, 5, 1), rules="wuhan")
    assert [verdict.reason for verdict in told.verdicts] == [
        "not_looked_at", "missing", "not_started",
    ]  # fmt: skip


def test_what_was_done_before_the_record_began_is_behind_the_project() -> None:
    state = NetworkState({"A18": StepState(skipped="done_before"), "A18a": StepState(skipped="not_required")})
    milestones = milestones_of(network_of(PLANT, state), state)
    assert milestones["construction_start"] == Milestone("construction_start", exists=False, behind=True)
    assert _by(_colour(state, date(2024, 5, 1)))["start"] == Light.GREEN
    assert _by(_colour(state, date(2024, 5, 1)))["entry"] == Light.NONE


def test_rules_are_read_once_for_all_projects() -> None:
    one, other = rules_of(ROWS, "default"), rules_of([dict(row) for row in ROWS], "default")
    assert all(isinstance(rule, Rule) for rule in one)
    assert [rule.when for rule in one] == [rule.when for rule in other]
    assert one[0].when is other[0].when
