"""Statements that bear a number: targets, actuals and context."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from tiaodu.engine.kernel.quantity import Unit
from tiaodu.engine.reading import measures, phrases
from tiaodu.engine.reading.comparators import comparator
from tiaodu.engine.reading.contexts import Contexts, is_rank
from tiaodu.engine.reading.dues import Dues
from tiaodu.engine.reading.kinds import Kinds
from tiaodu.engine.reading.measures import Measured
from tiaodu.engine.reading.model import Due, Kind
from tiaodu.engine.reading.numbers import Number, base_value
from tiaodu.engine.reading.page import Page, Phrase
from tiaodu.engine.reading.subjects import Found, Subjects

_LIST_GAP = frozenset("、和及与，")
YUAN = Unit("元", "元", Decimal(1), "money")


@dataclass(slots=True)
class Figure:
    """A number with everything read of it."""

    number: Number
    start: int
    kind: Kind
    measured: Measured
    found: Found
    value: Decimal | None
    unit: str | None
    comparator: str
    due: Due | None
    borrowed: bool = False


class Figures:
    """Reads the numbers of a page in their order."""

    def __init__(self, page: Page, kinds: Kinds, dues: Dues, contexts: Contexts) -> None:
        self._page, self._kinds, self._dues, self._contexts = page, kinds, dues, contexts
        self._subjects = Subjects(page)
        self._words: dict[str, list[str]] = page.vocabulary.raw["classifiers"]
        self._last: Figure | None = None
        self._recent: list[Figure] = []
        self._settle_units()

    def _settle_units(self) -> None:
        """Give numbers without unit the one of the list they stand in, or 元 after a word of money."""
        numbers = self._page.numbers
        text = self._page.text
        for index in range(len(numbers) - 1, -1, -1):
            number = numbers[index]
            if number.unit is not None or number.chinese:
                continue
            large = text[number.unit_start - 1 : number.unit_start] in ("万", "亿")
            if large:
                found = measures.cue_before(self._page, number, self._page.clause(number.start)[0], "money")
                if found is not None and text[number.end : number.end + 1] in (
                    "、",
                    "，",
                    "。",
                    "；",
                    "的",
                    "",
                    "\n",
                    ")",
                    "）",
                ):
                    number.unit, number.borrowed = YUAN, True
                    continue
            following = numbers[index + 1] if index + 1 < len(numbers) else None
            if following is not None and following.unit is not None and self._listed(number, following):
                number.unit, number.borrowed = following.unit, True

    def _listed(self, number: Number, following: Number) -> bool:
        """32、9和13亿元 behind 分别: the last unit serves all."""
        gap = self._page.text[number.end : following.start]
        clause = self._page.clause(number.start)
        return gap in _LIST_GAP and "分别" in self._page.text[clause[0] : number.start]

    def read(self) -> Iterator[Figure]:
        """All figures from left to right."""
        for number in self._page.numbers:
            if number.unit is None:
                continue
            figure = self._read(number)
            self._last = figure
            self._recent.append(figure)
            yield figure

    def _read(self, number: Number) -> Figure:
        page = self._page
        clause = page.clause(number.start)
        unit = number.unit.base if number.unit else None
        if self._contexts.is_context(number):
            noun = phrases.after(page, number.end, clause[1])
            found = Found(noun.text if noun else None)
            measured = Measured(self._context_measure(number, clause))
            sign = comparator(page, number)
            return Figure(
                number, number.start, Kind.CONTEXT, measured, found, base_value(number), unit, sign, None
            )
        noun = phrases.after(page, number.end, clause[1])
        measured = self._designed(number, self._measure(number, clause, noun))
        found = self._subjects.of(number, measured, noun if not self._is_verb_phrase(noun) else None)
        if measured.code == "output" and found.text and "粮食" in found.text:
            measured = Measured("grain", measured.cue)
        noted = self._subjects.head(number.start) is not None
        kind = self._kinds.of(number, measured, noted=noted)
        measured = self._adjust(number, measured, kind, clause)
        self._subjects.remember(number, measured, found)
        phrase = self._dues.governing(number, measured, attributive=found.attributive)
        due = self._dues.resolve(phrase, kind) if phrase is not None else None
        start = number.start
        if is_rank(page, number):
            start -= 1
        return Figure(
            number,
            start,
            kind,
            measured,
            found,
            self._signed(number, measured, clause),
            unit,
            self._listed_comparator(number),
            due,
            borrowed=number.borrowed,
        )

    def _designed(self, number: Number, measured: Measured) -> Measured:
        """In a note on one project 出栏 is what it is built for."""
        noted = self._subjects.head(number.start) is not None
        if noted and measured.code == "output" and measured.cue is not None and "出栏" in measured.cue.word:
            return Measured("capacity", measured.cue)
        return measured

    def _is_verb_phrase(self, noun: Phrase | None) -> bool:
        return noun is not None and len(noun.text) == 1

    def _context_measure(self, number: Number, clause: tuple[int, int]) -> str:
        if number.unit is None or number.unit.dimension != "money":
            return "duration" if number.unit and number.unit.dimension == "time" else "other"
        found = measures.cue_before(self._page, number, clause[0], "money")
        return found[1].measure if found else "investment_total"

    def _signed(self, number: Number, measured: Measured, clause: tuple[int, int]) -> Decimal:
        """A fall is a negative growth rate."""
        value = base_value(number)
        if measured.code != "growth_rate" or measured.cue is None:
            return value
        falls = self._page.vocabulary.raw["cues"]["falls"]
        word = self._page.text[measured.cue.start - 1 : measured.cue.end]
        return -value if any(fall in word for fall in falls) else value

    def _measure(self, number: Number, clause: tuple[int, int], noun: Phrase | None) -> Measured:  # noqa: PLR0911  one for each rule
        page, unit = self._page, number.unit
        dimension = unit.dimension if unit else "count"
        if is_rank(page, number):
            return Measured("rank")
        if dimension == "money":
            return self._money(number, clause)
        if dimension == "share":
            return self._share(number, clause)
        if dimension == "times":
            return self._times(number, clause)
        if dimension in ("points",):
            found = measures.cue_before(page, number, clause[0], "share")
            return Measured("growth_rate", found[0] if found else None)
        if dimension == "misc":
            return Measured("other")
        if dimension in measures.DIRECT:
            return self._direct(number, clause, measures.DIRECT[dimension])
        return self._countable(number, clause, noun)

    def _money(self, number: Number, clause: tuple[int, int]) -> Measured:
        measured = measures.money(self._page, number, clause[0], clause[1], review=False)
        last = self._last
        if measured.cue is None and phrases.before(self._page, number.start, clause[0]) is None:
            floor = max(self._page.sentence(number.start)[0], number.start - 60)
            spoken = measures.cue_before(self._page, number, floor, "money")
            if spoken is not None and spoken[1].indicator:
                return Measured(spoken[1].measure, spoken[0], indicator=True)
        if measured.cue is None and last is not None and (self._continues(number) or self._surpasses(number)):
            return Measured(last.measured.code, last.measured.cue, last.measured.indicator)
        return measured

    def _surpasses(self, number: Number) -> bool:
        """首次突破500亿元大关 says more of the sum just told."""
        last = self._last
        if (
            last is None
            or last.number.unit != number.unit
            or self._page.sentence(last.start) != self._page.sentence(number.start)
        ):
            return False
        return "大关" in self._page.text[number.end : number.end + 3]

    def _share(self, number: Number, clause: tuple[int, int]) -> Measured:
        measured = measures.share(self._page, number, clause[0], clause[1])
        if measured.cue is None and self._continues(number) and self._last is not None:
            return self._last.measured
        return measured

    def _times(self, number: Number, clause: tuple[int, int]) -> Measured:
        found = measures.cue_before(self._page, number, clause[0], "times")
        return Measured("growth_rate" if False else "ratio", found[0] if found else None)

    def _direct(self, number: Number, clause: tuple[int, int], code: str) -> Measured:
        page = self._page
        if code == "people":
            found = measures.cue_before(page, number, clause[0], "people")
            return Measured("people", found[0] if found else None, found[1].indicator if found else False)
        words = {
            "area": ("占地", "面积", "占地面积", "建筑面积"),
            "power_capacity": ("装机容量", "装机"),
        }.get(code, ())
        text = page.text[clause[0] : number.start]
        for word in words:
            place = text.rfind(word)
            if place >= 0:
                for token in page.cues.within(clause[0], number.start):
                    if token.word.endswith(word):
                        return Measured(code, token)
        if code == "energy":
            found = measures.cue_before(page, number, clause[0], "energy")
            return Measured("energy", found[0] if found else None, indicator=found is not None)
        return Measured(code)

    def _countable(self, number: Number, clause: tuple[int, int], noun: Phrase | None) -> Measured:  # noqa: PLR0911  one for each rule
        page, unit = self._page, number.unit
        goods = measures.goods(page, number, clause[0], clause[1])
        if unit is not None and unit.dimension != "count":
            return goods or self._product(number, noun)
        text = noun.text if noun is not None and len(noun.text) > 1 else None
        if text is None:
            before = phrases.before(page, number.start, clause[0])
            text = before.text if before else None
        code = measures.counted(page, number, text)
        if unit is None:
            return Measured(code)
        if unit.written in self._words["places"]:
            return Measured("capacity")
        designed = goods is not None and goods.cue is not None and goods.cue.word[0] in "年日"
        if (
            designed
            and goods is not None
            and goods.cue is not None
            and 0 <= phrases.strip_values(page, clause[0], number.start) - goods.cue.end <= 1
        ):
            return goods
        earlier = self._same_unit(number) if text is None else None
        if earlier is not None:
            return earlier.measured
        if unit.written in self._words["living"] and code in (
            "other",
            "facility_count",
            "enterprise_count",
            "project_count",
        ):
            return goods or Measured("capacity")
        led = goods is not None and goods.cue is not None and goods.cue.start < number.start
        if code == "other" and led and goods is not None and unit.written in self._words["wares"]:
            return goods
        return Measured(code)

    def _listed_comparator(self, number: Number) -> str:
        """分别突破80亿元、50亿元: the word before the first serves the list."""
        sign, last = comparator(self._page, number), self._last
        if sign == "=" and last is not None and self._continues(number) and last.comparator in (">", ">="):
            listed = "分别" in self._page.text[self._page.clause(number.start)[0] : last.start]
            behind = self._page.text[last.number.end : last.number.end + 2] in ("以上", "左右", "以内")
            return last.comparator if listed and not behind else sign
        return sign

    def _same_unit(self, number: Number) -> Figure | None:
        """The last figure of the sentence counted with the same word."""
        floor = self._page.sentence(number.start)[0]
        for figure in reversed(self._recent):
            if figure.start < floor:
                return None
            if figure.number.unit == number.unit:
                return figure
        return None

    def _product(self, number: Number, noun: Phrase | None) -> Measured:
        """Tonnes without a word: a project's are its capacity, others are output."""
        known = self._page.vocabulary.nouns.last(noun.text) if noun is not None else None
        if known is not None and known.value in ("project_count", "facility_count", "component"):
            return Measured("capacity")
        return Measured("output")

    def _adjust(self, number: Number, measured: Measured, kind: Kind, clause: tuple[int, int]) -> Measured:
        """Sector investment is planned for a period or done, by the kind of the statement."""
        if measured.code == "investment_period" and kind == Kind.ACTUAL:
            word = measured.cue.word if measured.cue else ""
            if "计划" not in word:
                return Measured("investment_done", measured.cue, measured.indicator)
        if measured.code != "investment_done" or kind != Kind.TARGET or measured.cue is None:
            return measured
        if "已" in measured.cue.word or "投入" in measured.cue.word:
            return measured
        return Measured("investment_period", measured.cue, measured.indicator)

    def _continues(self, number: Number) -> bool:
        """Whether ``number`` follows another of its dimension in one list."""
        last = self._last
        if last is None or last.number.unit is None or number.unit is None:
            return False
        gap = self._page.text[last.number.end : number.start]
        return last.number.unit.dimension == number.unit.dimension and len(gap) <= 4 and "。" not in gap
