"""One firm's figures against the rules: each kind, the words, and that many firms are judged as one is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.returns.generated import OUTPUT, POWER, REVENUE, TAX, firms, planted

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.checks import (
    Columns,
    Facts,
    Flag,
    Rule,
    Severity,
    check,
    check_many,
    packaged_rules,
    peers_of,
)
from tiaodu.engine.returns.checks.rules import missing_of, rules_of, strange_places

MAY = Period.parse("2024-05")


def months(year: int, first: int, *values: float) -> dict[Period, Decimal | None]:
    return {Period.month(year, first + n): Decimal(str(value)) for n, value in enumerate(values)}


def steady(level: float, count: int = 16) -> dict[Period, Decimal | None]:
    """``count`` months up to April 2024, up and down by two in a hundred."""
    found: dict[Period, Decimal | None] = {}
    for n in range(count):
        number = 2024 * 12 + 3 - n
        at = Period.month(number // 12, number % 12 + 1)
        found[at] = Decimal(str(level * (1 + 0.02 * (-1) ** n)))
    return found


def flags(figures: dict[str, dict[Period, Decimal | None]], period: Period = MAY) -> dict[str, Flag]:
    return {flag.rule: flag for flag in check(packaged_rules(), Facts(period, figures))}


def test_a_sum_that_is_not_the_last_sum_plus_the_month_is_hard() -> None:
    told = steady(1000) | {MAY: Decimal(1000), Period.parse("2024-01..2024-04"): Decimal(4000)}
    right = flags({OUTPUT: told | {Period.parse("2024-01..2024-05"): Decimal(5000)}})
    wrong = flags({OUTPUT: told | {Period.parse("2024-01..2024-05"): Decimal("5000.01")}})
    assert "cumulative" not in right
    assert wrong["cumulative"].severity is Severity.HARD
    words = wrong["cumulative"].message("zh", names={OUTPUT: "工业总产值"})
    assert words == "工业总产值本年累计 5000.01元 不等于上期累计 4000元 加本期 1000元，相差 0.01元。"


@pytest.mark.parametrize(("factor", "hint"), [("10000", "像是按元填报。"), ("0.0001", "像是按亿元填报。")])
def test_a_unit_ten_thousand_times_off_is_told_to_the_firm_and_no_figure_is_named(
    factor: str, hint: str
) -> None:
    figures = {OUTPUT: steady(5_000_000) | {MAY: Decimal(5_000_000) * Decimal(factor)}}
    [flag] = check(packaged_rules(), Facts(MAY, figures, units={OUTPUT: "万元"}))
    assert flag.rule == "unit"
    assert flag.message("zh", for_firm=True).endswith(hint)
    assert hint not in flag.message("zh")


def test_a_wrong_unit_is_said_once() -> None:
    """Neither as a jump nor as a relation to electricity."""
    figures = {
        OUTPUT: steady(5_000_000) | {MAY: Decimal(50_000_000)},
        POWER: steady(600_000) | {MAY: Decimal(600_000)},
    }
    assert set(flags(figures)) == {"unit"}


def test_what_all_peers_did_is_no_jump() -> None:
    figures = {OUTPUT: steady(5_000_000) | {MAY: Decimal(2_500_000)}}
    alone = Facts(MAY, figures)
    assert [flag.rule for flag in check(packaged_rules(), alone)] == ["jump"]
    [peers] = peers_of(packaged_rules(), _halved(30)).values()
    assert check(packaged_rules(), replace(alone, peers=peers)) == ()


def _halved(count: int) -> Columns:
    """Firms of one group that all fell by half in May."""
    series = steady(5_000_000) | {MAY: Decimal(2_500_000)}
    sizes = np.linspace(0.5, 3, count)
    figures = {(OUTPUT, at): float(value) * sizes for at, value in series.items() if value is not None}
    return Columns(MAY, figures, np.zeros(count, np.int64))


def test_nothing_where_something_is_usual_is_a_jump() -> None:
    assert "jump" in flags({OUTPUT: steady(5_000_000) | {MAY: Decimal(0)}})
    assert not flags({OUTPUT: steady(5_000_000) | {MAY: None}})


def test_electricity_that_falls_while_output_rises_is_asked_about() -> None:
    year_ago = Period.parse("2023-05")
    figures = {
        OUTPUT: {year_ago: Decimal(1_000_000), MAY: Decimal(1_300_000)},
        POWER: {year_ago: Decimal(120_000), MAY: Decimal(90_000)},
    }
    flag = flags(figures)["power_falls"]
    assert flag.message("en").startswith(
        "Output value rose from 1 million yuan a year ago to 1.3 million yuan"
    )
    figures[POWER][MAY] = Decimal(110_000)
    assert "power_falls" not in flags(figures)


def test_tax_is_set_beside_revenue() -> None:
    figures = {
        REVENUE: steady(1_000_000) | {MAY: Decimal(1_000_000)},
        TAX: steady(50_000) | {MAY: Decimal(300_000)},
    }
    assert {"tax_revenue", "jump_rough"} <= set(flags(figures))
    figures[TAX][MAY] = Decimal(1_200_000)
    assert "tax_above_revenue" in flags(figures)


def test_january_waits_for_february_and_both_are_one_point() -> None:
    """The Spring Festival halves one of the two months; together they are as usual."""
    past = {at: value for at, value in steady(1_000_000).items() if at.start < Period.parse("2024-01").start}
    january, february = Period.parse("2024-01"), Period.parse("2024-02")
    low = past | {january: Decimal(400_000)}
    assert not flags({OUTPUT: low}, january)
    assert not flags({OUTPUT: low | {february: Decimal(1_600_000)}}, february)
    assert "jump" in flags({OUTPUT: low | {february: Decimal(400_000)}}, february)
    together = Period.parse("2024-01..2024-02")
    assert not flags({OUTPUT: past | {together: Decimal(2_000_000)}}, together)


def test_a_restated_base_is_noted_with_both_growths() -> None:
    base = Period.parse("2023-05")
    figures = {OUTPUT: {base: Decimal(800), MAY: Decimal(1000)}}
    facts = Facts(MAY, figures, first_told={OUTPUT: {base: Decimal(1000)}})
    [flag] = check(packaged_rules(), facts)
    assert (flag.rule, flag.severity) == ("restated", Severity.NOTE)
    assert "增长 25%，按原报为 0%" in flag.message("zh")


def test_a_measure_that_was_not_asked_raises_nothing() -> None:
    assert not flags({OUTPUT: steady(1_000_000)})


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["2024-02", "2024-05", "2024-12"]))
def test_many_firms_are_judged_as_each_alone_is(seed: int, period: str) -> None:
    data = planted(firms(40, seed=seed, period=period))
    rules = packaged_rules()
    many: dict[int, list[Flag]] = {row: [] for row in range(40)}
    for row, flag in check_many(rules, data.columns):
        many[row].append(flag)
    groups = peers_of(rules, data.columns)
    for row in range(40):
        assert list(check(rules, _facts(data.columns, row, groups))) == many[row]


def _facts(columns: Columns, row: int, groups: object) -> Facts:
    figures: dict[str, dict[Period, Decimal | None]] = {}
    for (measure, period), values in columns.figures.items():
        figures.setdefault(measure, {})[period] = Decimal(repr(float(values[row])))
    peers = groups[int(columns.groups[row])]  # type: ignore[index]
    return Facts(columns.period, figures, peers=peers, units=columns.units)


def test_a_rule_that_nobody_is_sure_of_is_silent() -> None:
    row = _row(confidence="memory-unsure")
    assert rules_of([row]) == ()
    assert [rule.code for rule in rules_of([row | {"confidence": "practice"}])] == ["x"]


def _row(**values: object) -> dict[str, object]:
    row = {
        "code": "x",
        "kind": "jump",
        "severity": "soft",
        "measures": [OUTPUT],
        "zh": "{指标}",
        "en": "{指标}",
    }
    return row | {"confidence": "practice"} | values


def test_what_a_row_lacks_or_cannot_fill_is_told() -> None:
    assert missing_of(_row()) == ["far", "least", "floor", "history"]
    assert missing_of(_row(kind="formula")) == ["when"]
    assert strange_places(_row(zh="{指标}本期 {本期}，{不知}", en="{名称:tax}")) == [("zh", "不知")]


def test_the_packaged_rows_fill_their_words() -> None:
    rules: tuple[Rule, ...] = packaged_rules()
    assert len({rule.code for rule in rules}) == len(rules) >= 10
    assert {rule.severity for rule in rules if rule.severity is Severity.HARD} == {Severity.HARD}
    assert [rule.code for rule in rules if rule.severity is Severity.HARD] == ["cumulative"]


@pytest.mark.parametrize(("stock", "flagged"), [("12200", False), ("12201", False), ("12203", True)])
def test_coal_in_stock_is_the_last_stock_plus_output_less_sales(stock: str, flagged: bool) -> None:
    day, before = Period.parse("2024-05-07"), Period.parse("2024-05-06")
    figures: dict[str, dict[Period, Decimal | None]] = {
        "output.coal.raw": {day: Decimal(5200)},
        "output.coal.sold": {day: Decimal(5000)},
        "output.coal.stock": {before: Decimal(12000), day: Decimal(stock)},
    }
    found = flags(figures, day)
    assert ("coal_stock" in found) is flagged
    if flagged:
        assert found["coal_stock"].severity is Severity.SOFT
        words = found["coal_stock"].message("zh")
        assert "加产量 5200吨 减销量 5000吨" in words
        assert found["coal_stock"].hint is None, "nobody is told what to type"
    del figures["output.coal.stock"][before]
    assert "coal_stock" not in flags(figures, day), "nothing is said where the last stock is not known"
