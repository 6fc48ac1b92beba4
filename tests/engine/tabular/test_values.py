"""Numbers and days as people type them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiaodu.engine.kernel.units import packaged_units
from tiaodu.engine.tabular.grid import text_of
from tiaodu.engine.tabular.values import day_of, number_of

NUMBERS = st.decimals(min_value=-(10**12), max_value=10**12, places=4, allow_nan=False)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("500", 500), ("1,234,567.8", "1234567.8"), ("１２．５", "12.5"), (" 12 000 ", 12000), ("-3", -3),
        ("−3", -3), ("(1,200.5)", "-1200.5"), ("1.2E+3", 1200), (".5", "0.5"), ("三千二百万", 32_000_000),
        ("2.5万", 25_000), (0.1, "0.1"), (1e6, 1_000_000),
    ],
)  # fmt: skip
def test_a_number_however_it_is_written(written: object, value: object) -> None:
    assert number_of(written) == Decimal(str(value))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "unit", "value"),
    [
        ("500万吨", "吨", 5_000_000), ("12.5 吨", "吨", "12.5"), ("3亿元", "元", 300_000_000),
        ("50MW", "千瓦", 50_000), ("2兆瓦", "千瓦", 2000), ("58条", "条", 58), ("12%", "", "0.12"),
        ("1,000 公斤", "公斤", 1000), (7, "吨", 7), ("5万千瓦", "兆瓦", 50),
    ],
)  # fmt: skip
def test_a_unit_is_converted(written: object, unit: str, value: object) -> None:
    assert number_of(written, unit, packaged_units()) == Decimal(str(value))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "written",
    [
        "约500",
        "500-600",
        "12,34",
        "1.2.3",
        "无",
        "—",
        "3亿元",
        "#N/A",
        "",
        None,
        True,
        float("inf"),
        "9" * 400,
        "((5))",
    ],
)
def test_what_is_no_number_of_that_unit_is_none(written: object) -> None:
    assert number_of(written, "吨", packaged_units()) is None  # type: ignore[arg-type]


@settings(derandomize=True, deadline=None)
@given(NUMBERS)
def test_a_number_typed_with_commas_is_that_number(value: Decimal) -> None:
    assert number_of(f"{value:,f}") == value
    assert number_of(f"{value:f}") == value


@settings(derandomize=True, deadline=None)
@given(st.dates(min_value=date(1930, 1, 1), max_value=date(2099, 12, 31)))
def test_a_day_in_every_writing_is_that_day(day: date) -> None:
    serial = (day - date(1899, 12, 30)) // timedelta(days=1)
    for written in (
        day, serial, float(serial), day.isoformat(), f"{day:%Y/%m/%d}", f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}", f"{day.isoformat()} 00:00:00",
    ):  # fmt: skip
        assert day_of(written) == day, written


@pytest.mark.parametrize(
    "written", ["2024-02-30", "2024年3月", "3月1日", "昨天", "", None, True, 12, 10**9, "2024-3-1-2"]
)
def test_what_is_no_day_is_none(written: object) -> None:
    assert day_of(written) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "text"), [(1e20, "100000000000000000000"), (0.1 + 0.2, "0.3"), (False, "否"), (None, "")]
)
def test_cells_as_texts(cell: object, text: str) -> None:
    assert text_of(cell) == text  # type: ignore[arg-type]
