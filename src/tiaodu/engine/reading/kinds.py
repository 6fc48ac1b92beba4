"""Target or actual: by the words nearest the number, by the state of the project, by the state of the
text.
"""

from __future__ import annotations

import re

from tiaodu.engine.reading.lexicon import trie_pattern
from tiaodu.engine.reading.measures import Measured
from tiaodu.engine.reading.model import Kind
from tiaodu.engine.reading.modes import Modes
from tiaodu.engine.reading.numbers import Number
from tiaodu.engine.reading.page import Page

PROJECT_MEASURES = frozenset({"investment_total", "capacity", "power_capacity"})
NOTE_MEASURES = PROJECT_MEASURES | {
    "area",
    "people",
    "revenue",
    "tax",
    "output_value",
    "facility_count",
    "length",
}
STRONG = 3
_PLANNED = re.compile(r"(?:计划|预计|拟|将|预期|规划)[^，。；]{0,6}$")
_REACHED = re.compile(r"已|目前|现")


class Kinds:
    """Decides for each number of a page."""

    def __init__(self, page: Page, modes: Modes) -> None:
        self._page, self._modes = page, modes
        raw = page.vocabulary.raw["modes"]
        self._existing = re.compile(rf"(?:{trie_pattern(raw['existing'])})[^，。；：、\d]{{0,6}}$")

    def of(self, number: Number, measured: Measured, *, noted: bool) -> Kind:
        """The kind of ``number``; ``noted`` says that its line is a note on one project (名称：…)."""
        page = self._page
        start, end = page.clause(number.start)
        before = page.text[max(start, number.start - 24) : number.start]
        if self._existing.search(before):
            return Kind.ACTUAL
        project = measured.code in (NOTE_MEASURES if noted else PROJECT_MEASURES)
        herd = measured.cue is not None and "栏" in measured.cue.word
        if measured.code == "capacity" and number.unit is not None and (measured.cue is None or herd):
            project = noted or number.unit.dimension != "count"
        if project and measured.code != "facility_count":
            return self._by_project(number, noted=noted)
        nearest = self._nearest(number, start, end)
        if nearest:
            return Kind.ACTUAL if nearest > 0 else Kind.TARGET
        if noted and measured.code == "facility_count":
            return self._by_project(number, noted=noted)
        return Kind.ACTUAL if self._modes.sentence(number.start) > 0 else Kind.TARGET

    def _nearest(self, number: Number, start: int, end: int) -> int:
        """The vote of the strong word nearest before the number in its clause, else behind it."""
        votes = [t for t in self._page.modes.within(start, end) if abs(t.value) >= STRONG]
        left = [t for t in votes if t.end <= number.start]
        if left:
            return left[-1].value
        right = [t for t in votes if t.start >= number.end]
        return right[0].value if right and right[0].value > 0 else 0

    def _by_project(self, number: Number, *, noted: bool) -> Kind:
        """A project's attributes follow its state: running is actual, everything else target."""
        page = self._page
        sentence = page.sentence(number.start)
        start, end = page.line(number.start) if noted else sentence
        if noted and len(page.segments.sentences.starts) > 1:
            own = self._state(*sentence, noted=noted)
            if own is not None:
                return Kind.ACTUAL if own else Kind.TARGET
        if not noted:
            start, end = page.clause(number.start)
            for _ in range(2):
                following = page.clause(min(end + 1, sentence[1]))
                if (
                    following[1] > sentence[1]
                    or following[0] <= start
                    or page.text[end : end + 1] in ("；", ";")
                ):
                    break
                if any(
                    n.unit is not None and n.unit.dimension == "count"
                    for n in page.numbers_within(*following)
                ):
                    break
                end = following[1]
        state = self._state(start, end, noted=noted)
        return Kind.ACTUAL if state else Kind.TARGET

    def _state(self, start: int, end: int, *, noted: bool) -> bool | None:
        page = self._page
        found = page.states.within(start, end)
        planned = any(t.value <= -STRONG for t in page.modes.within(start, end))
        ahead = any(d.deadline and d.text[-1] in "前内底" for d in page.dates_within(start, end))
        if ahead and self._modes.part(start) <= 0 and not _REACHED.search(page.text, start, end):
            planned = True
        if not found or planned:
            return None if not planned else False
        if any(not token.value for token in found):
            return False
        reached = any(
            token.word.endswith("至今")
            or _REACHED.search(page.text, max(start, token.start - 8), token.start)
            for token in found
        )
        if noted:
            said = end - start < page.line(start)[1] - page.line(start)[0] and _REACHED.search(
                page.text, start, end
            )
            return True if reached or said else None
        return True if reached or self._modes.sentence(start) > 0 else None
