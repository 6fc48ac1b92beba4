"""Numbers that are no fact of the plan: phases, structural counts, thresholds of a class, technical sizes,
page numbers.
"""

from __future__ import annotations

import re

from tiaodu.engine.reading.lexicon import trie_pattern
from tiaodu.engine.reading.numbers import Number
from tiaodu.engine.reading.page import Page

_SMALL = 12
_ORDINAL_RANK = ("位", "名")


class Contexts:
    """Decides for each number of a page."""

    def __init__(self, page: Page) -> None:
        raw = page.vocabulary.raw["contexts"]
        self._page = page
        self._structure = frozenset(raw["structure"])
        self._technical = frozenset(raw["technical"])
        self._tails = tuple(raw["class_tails"])
        self._period_before = tuple(raw["period_before"])
        self._period_after = re.compile(trie_pattern(raw["period_after"]))
        self._policy = tuple(raw["policy_before"])

    def is_context(self, number: Number) -> bool:  # noqa: PLR0911  one for each rule
        """Whether ``number`` is context."""
        unit = number.unit
        text, start, end = self._page.text, number.start, number.end
        if unit is None:
            return True
        if is_rank(self._page, number):
            return False
        if text[start - 1 : start] == "第" or unit.written in self._structure:
            return True
        if unit.written == "岁" and text.startswith(("以上", "以下", "及以上"), end):
            return True
        if unit.dimension in self._technical or text.startswith(self._tails, end):
            return True
        if unit.dimension == "time" and self._is_period(number):
            return True
        if self._is_policy(number) or self._is_slogan(number):
            return True
        return number in self._page.thresholds

    def _is_period(self, number: Number) -> bool:
        text = self._page.text
        before = text[max(0, number.start - 2) : number.start]
        if before.endswith(("未来", "今后")) and text.startswith(("内", "之内", "里"), number.end):
            return False
        return before.endswith(self._period_before) or bool(self._period_after.match(text, number.end))

    def _is_policy(self, number: Number) -> bool:
        text, unit = self._page.text, number.unit
        if unit is None or unit.written != "条":
            return False
        following = text[number.end : number.end + 2]
        if following[:1] in ("”", "》"):
            return True
        known = text[max(0, number.start - 5) : number.start].endswith(self._policy)
        return (known and following[:1] in ("”", "、", "，", "。", "）")) or following in (
            "政策",
            "措施",
            "意见",
            "举措",
            "硬核",
        )

    def _is_slogan(self, number: Number) -> bool:
        """“三张清单”: Chinese numerals right behind an opening quotation mark."""
        text = self._page.text
        opened = text[number.start - 1 : number.start] in ("“", "「")
        return opened and number.chinese and number.value <= _SMALL


def is_rank(page: Page, number: Number) -> bool:
    """第9位, 前8位: a place among peers."""
    unit = number.unit
    if unit is None or unit.written not in _ORDINAL_RANK:
        return False
    return page.text[number.start - 1 : number.start] in ("第", "前")
