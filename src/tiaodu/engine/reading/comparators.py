"""How a value is compared: 以上, 不少于 >=; 超, 突破, 逾 >; 以内, 控制在 <=; 约 ~. Words are data."""

from __future__ import annotations

from tiaodu.engine.reading.numbers import Number
from tiaodu.engine.reading.page import Page

BEHIND, BEFORE = 10, 12  # characters behind and before a number in which the words stand


def comparator(page: Page, number: Number) -> str:
    """The comparator of ``number`` from the words around it; the words behind it come first."""
    if number.range_of is not None:
        return number.comparator
    if number.unit is not None and number.unit.dimension == "time" and page.text.startswith("内", number.end):
        return "<="
    words = page.vocabulary.comparators
    for pattern, sign in words.after:
        if pattern.match(page.text, number.end, number.end + BEHIND):
            return sign
    before = page.text[max(0, number.start - BEFORE) : number.start]
    for pattern, sign in words.before:
        if pattern.search(before):
            return sign
    return number.comparator
