"""Which date of its sentence governs a number."""

from __future__ import annotations

import re

from tiaodu.engine.reading.dates import DatePhrase
from tiaodu.engine.reading.measures import Measured
from tiaodu.engine.reading.model import Due, Kind
from tiaodu.engine.reading.modes import Modes
from tiaodu.engine.reading.numbers import Number
from tiaodu.engine.reading.page import Page

UNDATED = frozenset({"investment_total", "capacity", "power_capacity"})
_RESULT = re.compile(r"达到|形成|新增|实现|完成|达")
_TOGETHER = re.compile(r"^(?:同步|并|同时)")
_ITEM = re.compile(r"^[”\s]{0,3}(?:的|产能)?[^，。；、]{0,14}项目")


class Dues:
    """Asked for each number; knows the years a plan and its review speak of."""

    def __init__(self, page: Page, modes: Modes, plan_year: int | None, milestones: set[int]) -> None:
        self._page, self._modes, self._plan_year = page, modes, plan_year
        self._milestones = milestones  # starts of the date phrases that carry a dated step
        self._soon = [t.start for t in page.open_words.items if t.value == "soon"]

    def year(self, phrase: DatePhrase, kind: Kind) -> int | None:
        """The year a phrase without one speaks of: the nearest year before it in the sentence, else by the
        kind.
        """
        page = self._page
        start = page.sentence(phrase.start)[0]
        for other in reversed(page.dates_within(start, phrase.start)):
            if other.year is not None and other.role == "governs" and phrase.shift is None:
                return other.until or other.year
            if other.shift is not None and phrase.shift is None and self._plan_year is not None:
                return self._plan_year + other.shift
        if self._plan_year is None:
            return None
        review = kind == Kind.ACTUAL and phrase.shift is None
        if not review and phrase.shift is None and self._modes.sentence(phrase.start) > 3:
            review = True
        return self._plan_year - 1 if review else self._plan_year

    def resolve(self, phrase: DatePhrase, kind: Kind) -> Due | None:
        """The due of ``phrase`` for a statement of ``kind``."""
        return phrase.resolve(phrase.year if phrase.year is not None else self.year(phrase, kind))

    def governing(self, number: Number, measured: Measured, *, attributive: bool) -> DatePhrase | None:
        """The date phrase that governs ``number``, or None."""
        page = self._page
        start = page.sentence(number.start)[0]
        clause = page.clause(number.start)
        behind = self._behind(number, measured, clause)
        if behind is not None:
            return behind
        if attributive or (measured.code in UNDATED and _ITEM.match(page.text[number.end : number.end + 20])):
            return None
        for phrase in reversed(page.dates_within(start, number.start)):
            if phrase.role == "base":
                if phrase.start >= clause[0] and phrase.year is not None:
                    continue
                continue
            if self._reaches(phrase, number, measured, clause):
                return phrase
            if not phrase.whole:
                return None
        return None

    def _behind(self, number: Number, measured: Measured, clause: tuple[int, int]) -> DatePhrase | None:
        """5个项目年底前开工: the date stands between the counted things and the act."""
        page = self._page
        counted = measured.code.endswith("_count") or (
            measured.code == "other" and number.unit is not None and number.unit.dimension == "count"
        )
        if not counted or page.dates_within(clause[0], number.start):
            return None
        for phrase in page.dates_within(number.end, clause[1]):
            near = phrase.deadline and phrase.role == "governs" and phrase.start - number.end < 24
            if near and not page.numbers_within(phrase.end, clause[1]):
                return phrase
        return None

    def _reaches(  # noqa: PLR0911  one for each rule
        self, phrase: DatePhrase, number: Number, measured: Measured, clause: tuple[int, int]
    ) -> bool:
        page = self._page
        between = page.text[phrase.end : number.start]
        same = phrase.start >= clause[0]
        if measured.code in UNDATED:
            own = page.text[max(clause[0], phrase.end) : number.start]
            if measured.code == "investment_total" or not _RESULT.search(own):
                return False
        if same:
            return True
        if measured.code == "area" and "占地" in between[-6:]:
            return False
        if any(phrase.end <= place < number.start for place in self._soon) and not phrase.whole:
            return False
        if any(clause[0] <= place < number.start for place in self._soon):
            return False
        if phrase.whole:
            return True
        if "；" in between or ";" in between:
            return False
        own = page.text[clause[0] : clause[1]]
        return phrase.start not in self._milestones or bool(_TOGETHER.match(own))
