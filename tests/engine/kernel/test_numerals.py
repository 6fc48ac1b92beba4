"""Numbers in Arabic, Chinese and mixed writing."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiaodu.engine.kernel.numerals import parse_chinese, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三千二百万", 32_000_000),
        ("两百", 200),
        ("2.5万", 25_000),
        ("廿三", 23),
        ("卅", 30),
        ("一万二", 12_000),
        ("三百五", 350),
        ("一百零五", 105),
        ("二〇二四", 2024),
        ("百亿", 10_000_000_000),
        ("1,250", 1250),
        ("十", 10),
        ("3千万", 30_000_000),
        ("一点五亿", 150_000_000),
        ("壹佰贰拾", 120),
        ("0.5", Decimal("0.5")),
        ("两万三千", 23_000),
    ],
)
def test_values(text: str, value: Decimal) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["", "三只", "百百", "一一万万亿亿", "1" * 21, "零" * 40, "点五", "千十"])
def test_what_is_no_number(text: str) -> None:
    assert parse_number(text) is None


@settings(derandomize=True, max_examples=300)
@given(st.text(alphabet="零〇一二两三四五六七八九十百千万亿廿", max_size=12))
def test_any_run_of_numerals_is_a_whole_number_or_none(text: str) -> None:
    value = parse_chinese(text)
    assert value is None or value >= 0
