"""Whether a place of a text tells what is done or what is to be done.

Words with weights vote. The votes of a sentence count most; those of its neighbours count less the farther
they stand, within
the part of the text that an opening word or a heading marks as review or plan. A text without any vote is a
plan.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from tiaodu.engine.reading.dates import DatePhrase
from tiaodu.engine.reading.lexicon import trie_pattern
from tiaodu.engine.reading.page import Page

LIMIT = 6  # no sentence outvotes all its neighbours
DECAY = 0.75  # share of a vote that reaches the next sentence
PART = 8  # what a heading or an opening word adds
BEHIND = 0.5  # weight of what follows against what precedes
LINE = 0.6  # share of it that reaches another paragraph
YEAR = 3  # what a date of another year adds
OPENING = 40  # characters of a line in which it is looked for


class Modes:
    """Asked by place; positive says done, negative says to be done."""

    def __init__(self, page: Page, plan_year: int | None) -> None:
        self._page, self._plan_year = page, plan_year
        raw = page.vocabulary.raw["modes"]
        self._heads = re.compile(
            rf"(?P<review>{trie_pattern(raw['review_heads'])})|(?P<plan>{trie_pattern(raw['plan_heads'])})"
        )
        self._parts = self._find_parts()
        self._starts = [start for start, _ in self._parts]
        sentences = page.segments.sentences
        spans = list(zip(sentences.starts, sentences.ends, strict=True))
        self._own = [max(-LIMIT, min(LIMIT, self.votes(*span))) for span in spans]
        self._smooth = self._smoothed(spans)

    def _find_parts(self) -> list[tuple[int, int]]:
        parts = []
        lines = self._page.segments.lines
        for start, end in zip(lines.starts, lines.ends, strict=True):
            match = self._heads.search(self._page.text, start, min(end, start + OPENING))
            if match:
                parts.append((start, PART if match["review"] else -PART))
        return parts

    def part(self, position: int) -> int:
        """What the nearest heading or opening above says: review or plan."""
        number = bisect_right(self._starts, position) - 1
        return self._parts[number][1] if number >= 0 else 0

    def votes(self, start: int, end: int) -> int:
        """Sum of the words' weights in a span, those in brackets left out."""
        page = self._page
        total = sum(t.value for t in page.modes.within(start, end) if not page.bracket(t.start))
        return total + sum(self._year_vote(date) for date in page.dates_within(start, end))

    def _year_vote(self, date: DatePhrase) -> int:
        """A date before the plan's year speaks of what is done, one in it or after it of what is to be
        done.
        """
        if date.role != "governs" or self._plan_year is None:
            return 0
        year = (
            date.year
            if date.year is not None
            else None
            if date.shift is None
            else self._plan_year + date.shift
        )
        if year is None:
            return -2 if date.deadline and date.text[-1] in "前内底" else 0
        last = date.until if date.until is not None else year
        if last < self._plan_year:
            return YEAR
        return -1 if year == self._plan_year else -YEAR

    def _smoothed(self, spans: list[tuple[int, int]]) -> list[float]:
        """Votes that reach each sentence from both sides, not across the border of a part."""
        parts = [bisect_right(self._starts, start) for start, _ in spans]
        reach = [0.0] * len(spans)
        for order, weight in ((range(len(spans)), 1.0), (range(len(spans) - 1, -1, -1), BEHIND)):
            carried, last = 0.0, None
            for number in order:
                if last is not None and parts[number] != last:
                    carried = 0.0
                reach[number] += weight * carried
                start, end = spans[number]
                if end > start:
                    crossing = "\n" in self._page.text[max(0, start - 2) : start]
                    carried = DECAY * (carried + self._own[number]) * (LINE if crossing else 1)
                last = parts[number]
        return reach

    def sentence(self, position: int) -> float:
        """The vote of the sentence at ``position`` with its surroundings."""
        number = self._page.segments.sentences.index(position)
        return 3 * self._own[number] + self._smooth[number] + self.part(position)

    def around(self, position: int) -> float:
        """The vote of what surrounds the sentence at ``position``, without its own."""
        return self._smooth[self._page.segments.sentences.index(position)] + self.part(position)

    def is_review(self, position: int) -> bool:
        """Whether the sentence at ``position`` looks back."""
        return self.sentence(position) > 0
