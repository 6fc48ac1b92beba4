"""Whether a place of a text tells what is done or what is to be done.

Words with weights vote: those of the clause first, then the sentence, the paragraph, the part under a heading that says
review or plan, and the whole text. A text without any vote is a plan.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from tiaodu.engine.reading.lexicon import trie_pattern
from tiaodu.engine.reading.page import Page


class Modes:
    """Asked by place; positive says done, negative says to be done."""

    def __init__(self, page: Page) -> None:
        self._page = page
        raw = page.vocabulary.raw["modes"]
        self._heads = re.compile(
            rf"(?P<review>{trie_pattern(raw['review_heads'])})|(?P<plan>{trie_pattern(raw['plan_heads'])})"
        )
        self._parts = self._find_parts()
        self._starts = [start for start, _ in self._parts]
        self._lines: dict[int, int] = {}
        self._sentences: dict[int, int] = {}
        total = sum(token.value for token in page.modes.items)
        self._whole = max(-4, min(4, total))

    def _find_parts(self) -> list[tuple[int, int]]:
        parts = []
        for heading in self._page.outline.headings:
            if heading.level > 5:
                continue
            match = self._heads.search(heading.title)
            if match:
                parts.append((heading.start, 6 if match["review"] else -6))
        return parts

    def part(self, position: int) -> int:
        """The vote of the nearest heading above that says review or plan."""
        number = bisect_right(self._starts, position) - 1
        return self._parts[number][1] if number >= 0 else 0

    def votes(self, start: int, end: int) -> int:
        """Sum of the words' weights in a span."""
        return sum(t.value for t in self._page.modes.within(start, end) if not self._page.bracket(t.start))

    def sentence(self, position: int) -> int:
        """The vote of the sentence at ``position`` with its surroundings."""
        number = self._page.segments.sentences.index(position)
        if number not in self._sentences:
            start, end = self._page.sentence(position)
            self._sentences[number] = max(-6, min(6, self.votes(start, end)))
        line = self._page.segments.lines.index(position)
        if line not in self._lines:
            start, end = self._page.line(position)
            self._lines[line] = max(-6, min(6, self.votes(start, end)))
        return 2 * self._sentences[number] + self._lines[line] + 2 * self.part(position) + self._whole

    def is_review(self, position: int) -> bool:
        """Whether the sentence at ``position`` looks back."""
        return self.sentence(position) > 0
