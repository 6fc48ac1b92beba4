"""Tables of indicators under headers of several rows, and the unit told above a table."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from tiaodu.engine.reading import Reading

MERGED = (
    "指标\t2026年目标\t2026年目标\t责任单位\n"
    "指标\t绝对值（亿元）\t增速（%）\t责任单位\n"
    "地区生产总值\t78.5\t6\t县统计局\n"
)
MERGING_LOST = MERGED.replace("2026年目标\t2026年目标", "2026年目标\t").replace("\n指标\t", "\n\t")


@pytest.mark.parametrize("table", [MERGED, MERGING_LOST])
def test_level_and_growth_under_a_heading_over_both(table: str, reading_of: Callable[..., Reading]) -> None:
    level, growth = reading_of(table).statements
    assert (level.subject, level.measure, level.value, level.unit) == (
        "地区生产总值",
        "gdp",
        Decimal(7_850_000_000),
        "元",
    )
    assert (growth.measure_key, growth.value, growth.unit) == ("growth_rate.gdp", 6, "%")
    for statement in (level, growth):
        assert statement.due is not None and statement.due.text == "2026"
        assert table[statement.start : statement.end] == statement.quote
        assert statement.department == "县统计局"


def test_a_header_printed_again_is_no_row(reading_of: Callable[..., Reading]) -> None:
    head = "指标\t绝对值（亿元）\t责任单位\n"
    assert [s.quote for s in reading_of(f"{head}{head}地区生产总值\t78.5\t县统计局\n").statements] == ["78.5"]


def test_a_unit_of_money_above_counts_for_money_alone(reading_of: Callable[..., Reading]) -> None:
    """Neither for an area, nor taken from 责任单位：…, which only ends like 单位：…."""
    table = (
        "责任单位：县发改局\n单位：个、万元\n"
        "项目名称\t总投资\t建筑面积\t责任单位\n第二幼儿园\t3200\t5600\t县教体局\n"
    )
    found = {s.measure: (s.value, s.unit) for s in reading_of(table).statements}
    assert found["investment_total"] == (Decimal(32_000_000), "元")
    assert found["area"] == (Decimal(5600), None)
