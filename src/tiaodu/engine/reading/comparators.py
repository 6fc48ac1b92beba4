"""How a value is compared: 以上, 不少于 >=; 超, 突破, 余 >; 以内, 控制在 <=; 约, 左右 ~."""

from __future__ import annotations

import re

from tiaodu.engine.reading.numbers import Number
from tiaodu.engine.reading.page import Page

_AFTER = (
    (re.compile(r"(?:（[^（）]{1,3}）|\([^()]{1,3}\))?(?:人民币)?及?以上"), ">="),
    (re.compile(r"(?:（[^（）]{1,3}）)?(?:之内|及?以[内下])"), "<="),
    (re.compile(r"(?:（[^（）]{1,3}）)?(?:左右|上下)"), "~"),
    (re.compile(r"多(?!个|家|种|元)"), ">"),
)
_BEFORE = (
    (re.compile(r"(?:不低于|不少于|不小于|不短于|至少|最少|最低)(?:达到?|完成|为|新增)?$"), ">="),
    (
        re.compile(
            r"(?:不高于|不超过|不大于|不多于|不超|至多|最多|最高|控制在)(?:全?[县市省]?[^，。；、\d]{0,6})?$"
        ),
        "<=",
    ),
    (re.compile(r"(?:超过?|突破|逾|(?<!通)(?<!经)(?<!不)过|高于|大于|超越|超出|上)(?:了)?$"), ">"),
    (re.compile(r"(?:低于|不足|不到|小于|少于)$"), "<"),
    (re.compile(r"(?:大?约为?|接近|将近|近|大概|大致)$"), "~"),
)


def comparator(page: Page, number: Number) -> str:
    """The comparator of ``number`` from the words around it; the words behind it come first."""
    if number.range_of is not None:
        return number.comparator
    if number.unit is not None and number.unit.dimension == "time" and page.text.startswith("内", number.end):
        return "<="
    for pattern, sign in _AFTER:
        if pattern.match(page.text, number.end, number.end + 10):
            return sign
    before = page.text[max(0, number.start - 12) : number.start]
    for pattern, sign in _BEFORE:
        if pattern.search(before):
            return sign
    return number.comparator
