"""Sums that define a class of things: 超500万元民营企业, 亿元以上项目, 百亿元项目."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from tiaodu.engine.reading.lexicon import Tokens
from tiaodu.engine.reading.numbers import Number
from tiaodu.engine.reading.vocabulary import Cue, Vocabulary

MEASURABLE = frozenset({"money", "area", "mass", "power", "volume", "price"})
_COUNTED = ("个", "家", "户")


class Thresholds:
    """Numbers of a text that are thresholds, with the span of the words that belong to each."""

    def __init__(
        self, text: str, numbers: Iterable[Number], cues: Tokens[tuple[Cue, ...]], vocabulary: Vocabulary
    ) -> None:
        self._text, self._vocabulary = text, vocabulary
        self._over = tuple(sorted(vocabulary.raw["contexts"]["over"], key=len, reverse=True))
        self.spans: dict[int, tuple[int, int]] = {}
        for number in numbers:
            if self._is_threshold(number):
                self.spans[number.start] = self._widen(number, cues)
        self._ordered = sorted(self.spans.values())
        self._starts = [span[0] for span in self._ordered]

    def __contains__(self, number: Number) -> bool:
        return number.start in self.spans

    def covering(self, position: int) -> tuple[int, int] | None:
        """The words of a threshold in which ``position`` falls."""
        index = bisect_right(self._starts, position) - 1
        return self._ordered[index] if index >= 0 and self._ordered[index][1] > position else None

    def inside(self, start: int, end: int) -> tuple[int, int] | None:
        """The first threshold that touches ``[start, end)``."""
        index = bisect_right(self._starts, start) - 1
        for span in self._ordered[max(0, index) : index + 3]:
            if span[0] < end and span[1] > start:
                return span
        return None

    def _is_threshold(self, number: Number) -> bool:
        unit, text = number.unit, self._text
        if unit is None or unit.dimension not in MEASURABLE:
            return False
        match = self._vocabulary.threshold.match(text, number.end, number.end + 24)
        over = text[max(0, number.start - 3) : number.start].endswith(self._over)
        if number.bare and unit.dimension == "money":
            return match is not None or text[number.start - 1 : number.start] in _COUNTED
        return match is not None and (match["upward"] is not None or over)

    def _widen(self, number: Number, cues: Tokens[tuple[Cue, ...]]) -> tuple[int, int]:
        """Take in 超 before the sum, 以上 behind it, and the word of what is limited (投资超亿元)."""
        text, start, end = self._text, number.start, number.end
        for word in self._over:
            if text[:start].endswith(word) if start < 4 else text[start - 4 : start].endswith(word):
                start -= len(word)
                break
        cue = cues.before(start, start - 8)
        if cue is not None and cue.end == start:
            start = cue.start
        for word in ("及以上", "以上", "以下", "级"):
            if text.startswith(word, end):
                end += len(word)
                break
        return start, end
