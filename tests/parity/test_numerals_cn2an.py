"""Chinese numerals read as cn2an reads them, where both speak."""

import cn2an
from hypothesis import given, settings
from hypothesis import strategies as st

from tiaodu.engine.kernel.numerals import parse_chinese


@settings(derandomize=True, max_examples=400)
@given(st.integers(1, 10**12 - 1))
def test_every_whole_number_written_by_cn2an_is_read_back(number: int) -> None:
    assert parse_chinese(cn2an.an2cn(number, "low")) == number


@settings(derandomize=True, max_examples=400)
@given(st.text(alphabet="一二三四五六七八九十百千万亿零", min_size=1, max_size=8))
def test_where_cn2an_reads_strictly_both_agree(text: str) -> None:
    try:
        expected = cn2an.cn2an(text, "strict")
    except ValueError:
        return
    assert parse_chinese(text) == expected
