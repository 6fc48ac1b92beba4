"""Whose number it is: the owner if one is named, else the counted or measured noun; a subject may stand far
before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tiaodu.engine.reading import phrases
from tiaodu.engine.reading.lexicon import trie_pattern
from tiaodu.engine.reading.measures import Measured, is_component
from tiaodu.engine.reading.numbers import Number
from tiaodu.engine.reading.owners import (
    built_next,
    built_with,
    clause_object,
    firms,
    is_name,
    line_owner,
    owner_before,
    whole_name,
)
from tiaodu.engine.reading.page import Page, Phrase
from tiaodu.engine.reading.respectively import shared_subjects

_HEAD = re.compile(
    r"\s{0,4}(?:〔\d{1,3}〕|\[\d{1,3}\]|[①-⑳]|\d{1,3}[.．、]|（[一二三四五六七八九十\d]{1,3}）|\(\d{1,3}\)|——)?\s?"
    r"(?P<name>[^，。；：:、\n]{2,24})(?:：|:(?!\d))"
)
_OF = re.compile(r"(?:及?以[上下内]|左右)?的")
_NO_NAME = re.compile(
    r"(?:.{0,2}(?:能力|目标|速度|规模|产能|水平|标准|要求|比例|增速|增长|任务|价格|资金|投资|收入|产值|基础上)){1,2}"
)
_FOOTNOTE = re.compile(r"[（(]\d{1,2}[)）]")
_BARE_FUND = re.compile(r"^(?:到位|申报|各类|各级|上级|专项|财政|项目|扶持|奖补|补助)?(?:资金|基金)$")
_RATES = frozenset({"ratio", "growth_rate", "rank", "price", "duration"})
_INDICATED = re.compile(r"(?:量|率|额|值|面积|收入|里程|支出|余额|规模|指数|水平)$")
_ITEM = re.compile(r"[；;。]\s?(?:\d{1,2}[.．、]|[①-⑳]|[（(]\d)")
_WARES = frozenset({"output", "energy", "grain", "ratio", "growth_rate", "price"})
_OF_A_FIRM = frozenset({"capacity", "power_capacity", "tax", "output_value", "revenue", "profit", "output"})
_INVESTED = frozenset({"investment_total", "investment_period", "investment_done"})


@dataclass(slots=True)
class Found:
    """A subject and how it was found; ``attributive`` says that the number stands inside the subject's own
    name.
    """

    text: str | None
    attributive: bool = False
    noun: str | None = None
    named: bool = False


@dataclass(slots=True)
class Previous:
    """A number read before in the same sentence."""

    number: Number
    measured: Measured
    subject: str | None
    named: bool


class Subjects:
    """Asked for the numbers of a page in their order."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._shared, self._unnamed = shared_subjects(page)
        self._empty = frozenset(page.vocabulary.raw["words"]["empty"])
        words = page.vocabulary.raw["words"]
        self._parts, self._regions = tuple(words["parts"]), tuple(words["regions"])
        self._compared = re.compile(trie_pattern(words["compared"]))
        self._heads: dict[int, str | None] = {}
        self.previous: list[Previous] = []
        self._sentence = -1
        self._spoken_in_line: tuple[int, str] = (-1, "")

    def head(self, position: int) -> str | None:
        """The name a line opens with: 装配式建筑产业园：…"""
        page = self._page
        number = page.segments.lines.index(position)
        if number not in self._heads:
            self._heads[number] = self._find_head(*page.line(position))
        head = self._heads[number]
        return head if head and position > page.line(position)[0] + len(head) else None

    def _find_head(self, start: int, end: int) -> str | None:
        page = self._page
        match = _HEAD.match(page.text, start, end)
        if not match:
            return None
        begin = match.start("name")
        if any(
            t.value in ("verb", "adverb") and t.start <= begin + 2
            for t in page.cuts.within(begin, match.end("name"))
        ):
            return None
        name = match["name"].strip()
        return None if name.endswith(tuple(page.vocabulary.raw["contexts"]["head_endings"])) else name

    def remember(self, number: Number, measured: Measured, found: Found) -> None:
        """Keep what the numbers after this one may refer to."""
        self.previous.append(Previous(number, measured, found.text, found.named))
        if found.named and found.text and is_name(self._page, found.text):
            self._spoken_in_line = self._page.line(number.start)[0], found.text

    def of(self, number: Number, measured: Measured, noun: Phrase | None) -> Found:  # noqa: PLR0911  one for each rule
        """The subject of ``number``; ``noun`` is the noun right behind it."""
        page = self._page
        sentence = page.segments.sentences.index(number.start)
        if sentence != self._sentence:
            self._sentence, self.previous = sentence, []
        if self.previous and _ITEM.search(page.text, self.previous[-1].number.end, number.start):
            self.previous = []
        if number.start in self._shared:
            return Found(self._shared[number.start])
        nth = self._unnamed.get(number.start)
        if nth is not None and len(self.previous) >= nth[1]:
            earlier = self.previous[-nth[1]]
            return Found(earlier.subject, named=earlier.named)
        floor = page.clause(number.start)[0]
        if (
            noun is not None
            and noun.text.endswith(self._parts)
            and self._spoken_in_line[0] == page.line(number.start)[0]
        ):
            return Found(self._spoken_in_line[1], noun=noun.text, named=True)
        found = self._attributive(number, measured) or self._bracketed(number, measured, floor)
        if found is not None:
            return found
        if measured.code in ("growth_rate", "rank", "ratio", "price"):
            return self._changed(number, measured, floor)
        counted = number.unit is not None and number.unit.dimension == "count"
        if counted and measured.code not in ("capacity", "output", "grain"):
            return self._counted(number, measured, floor, noun)
        if measured.indicator and not self._belongs(number, measured):
            return self._indicator(number, measured, floor)
        return self._owned(number, measured, floor, noun)

    def _belongs(self, number: Number, measured: Measured) -> bool:
        """Whether jobs belong to a project spoken of, not to the region."""
        if measured.code != "people" or (measured.cue is not None and measured.cue.word.startswith("城镇")):
            return False
        return self.head(number.start) is not None or any(p.named for p in self.previous)

    def _attributive(self, number: Number, measured: Measured) -> Found | None:
        """总投资10亿元的X项目, 占地252亩的X园: the subject follows 的."""
        page = self._page
        match = _OF.match(page.text, number.end, number.end + 6)
        if not match or measured.code in ("growth_rate", "ratio", "rank", "duration"):
            return None
        phrase = phrases.after(page, number.end, page.sentence(number.start)[1])
        inner = page.numbers_within(match.end(), match.end() + 1)
        if phrase is None and inner and inner[0].unit is not None and inner[0].unit.dimension != "count":
            tail = phrases.after(page, inner[0].end, page.sentence(number.start)[1])
            if tail is not None and tail.start == inner[0].end:
                return Found(page.text[inner[0].start : tail.end], attributive=True, named=True)
        if phrase is None or _NO_NAME.fullmatch(phrase.text) or len(phrase.text) < 2:
            return None
        text = whole_name(page, phrase)
        return Found(text, attributive=True, named=not phrases.is_generic(page, text))

    def _bracketed(self, number: Number, measured: Measured, floor: int) -> Found | None:
        """A number in brackets speaks of what stands before them."""
        page = self._page
        bracket = page.bracket(number.start)
        if bracket is None or number.end >= bracket[1] or measured.code in ("growth_rate", "ratio", "rank"):
            return None
        phrase = phrases.before(
            page, bracket[0], min(floor, bracket[0]) if floor < bracket[0] else page.clause(bracket[0])[0]
        )
        if phrase is None or page.text.startswith("位于", phrase.start - 2):
            return None
        return Found(self._short(phrase.text), named=True)

    def _short(self, text: str) -> str:
        """The part before a quotation when that is a name already: 国电投集团“光伏+”发电项目."""
        place = text.find("“")
        return text[:place] if place >= 4 else text

    def _changed(self, number: Number, measured: Measured, floor: int) -> Found:
        """A rate belongs to the noun before its word in the clause, else to the number before."""
        page, cue = self._page, measured.cue
        whole = page.text.find("占", floor, number.start)
        if measured.code == "ratio" and whole >= floor and page.cuts.covering(whole):
            phrase = phrases.before(page, whole, floor)
            return Found(phrase.text) if phrase is not None else self._carried(number)
        stop = (
            cue.start
            if measured.code == "growth_rate" and cue is not None and cue.start >= floor
            else number.start
        )
        compared = self._compared.search(page.text, floor, number.start)
        if compared is not None and measured.code in ("growth_rate", "rank"):
            stop = min(stop, compared.start())
        phrase = phrases.before(page, stop, floor)
        if phrase is None and cue is not None and floor <= stop < cue.end < number.start - 2:
            phrase = phrases.before(page, number.start, cue.end)
        if phrase is not None and len(phrase.text) > 1 and phrase.text not in self._empty:
            return Found(phrase.text, named=not phrases.is_generic(page, phrase.text))
        return self._carried(number)

    def _indicator(self, number: Number, measured: Measured, floor: int) -> Found:
        page, cue = self._page, measured.cue
        phrase = phrases.before(page, number.start, floor)
        if cue is not None and (phrase is None or phrase.end < cue.end or phrase.start > cue.start):
            if cue.start < floor or cue.start > number.start:
                return self._carried(number)
            own = phrases.trimmed(page, phrases.cut_start(page, floor, cue.start), cue.end)
            return Found(own.text if own else cue.word)
        return Found(phrase.text) if phrase else self._carried(number)

    def _owned(self, number: Number, measured: Measured, floor: int, noun: Phrase | None) -> Found:
        """An attribute belongs to the name before it in its clause, else to the one spoken of."""
        page = self._page
        own = self._own(number, measured, floor, noun)
        named = own is not None and not phrases.is_generic(page, own.text)
        head = self.head(number.start)
        if head is not None:
            return Found(head, named=True)
        listed = self._of_list(own, number, measured)
        if listed is not None:
            return Found(listed, named=True)
        built = built_with(page, number) if measured.code in _INVESTED else None
        if built is not None:
            return Found(built, attributive=True, named=not phrases.is_generic(page, built))
        if measured.cue is not None and page.text[floor : measured.cue.start].endswith(self._regions):
            return Found(page.text[measured.cue.start - 2 : measured.cue.end])
        if own is not None and (named or not self.previous):
            return Found(
                self._joined(own, number, noun, measured), named=named and not _INDICATED.search(own.text)
            )
        return self._spoken_of(number, measured) or self._from_clause(number, measured, own, noun)

    def _of_list(self, own: Phrase | None, number: Number, measured: Measured) -> str | None:
        """X公司生产线达到16条、手套年产能达到32亿只、税收达到4000万元: a list is about the firm it opens
        with.
        """
        page = self._page
        if not self.previous or measured.code not in _OF_A_FIRM:
            return None
        last = self.previous[-1]
        between = page.text[last.number.end : number.start]
        if not between.startswith("、") or "，" in between or not last.named or not last.subject:
            return None
        owned = own is not None and own.start >= last.number.end and is_name(page, own.text)
        firm = last.subject.endswith(firms(page)) or measured.code == "power_capacity"
        return last.subject if firm and is_name(page, last.subject) and not owned else None

    def _spoken_of(self, number: Number, measured: Measured) -> Found | None:
        """The subject of the number before in the sentence, or an owner named in it."""
        spoken = next(
            (p for p in reversed(self.previous) if p.subject and p.measured.code not in _RATES), None
        )
        loose = measured.code in ("area", "length", "people", "households", "grain")
        if spoken is not None and (spoken.named or not loose):
            return Found(spoken.subject, named=spoken.named)
        owner = owner_before(self._page, number.start)
        return Found(owner, named=True) if owner is not None else None

    def _from_clause(
        self, number: Number, measured: Measured, own: Phrase | None, noun: Phrase | None
    ) -> Found:
        """What the clause itself offers when nothing is spoken of."""
        behind = noun is not None and len(noun.text) > 1 and noun.start == number.end
        if noun is not None and behind and not _NO_NAME.fullmatch(noun.text):
            return Found(noun.text, noun=noun.text)
        if own is not None:
            return Found(own.text)
        following = built_next(self._page, number) if measured.code in _INVESTED else None
        if following is not None:
            return Found(following)
        if measured.cue is not None and measured.code in ("people", "area", "loan", "fund"):
            return Found(measured.cue.word)
        return self._carried(number)

    def _own(self, number: Number, measured: Measured, floor: int, noun: Phrase | None) -> Phrase | None:
        """The noun phrase of the number's clause that may own it."""
        page, cue = self._page, measured.cue
        inside = cue is not None and floor <= cue.start < number.start
        if cue is not None and cue.start >= number.end and measured.code in ("fund", "loan"):
            return phrases.after(page, number.end, page.clause(number.start)[1])
        if measured.code == "grain":
            return phrases.before(page, number.start, floor)
        if measured.code in ("fund", "loan", "other") and inside:
            own = phrases.before(page, number.start, floor)
            if own is not None and _BARE_FUND.match(own.text) and self.previous:
                return None
            return own
        own = phrases.before(page, cue.start if cue is not None and inside else number.start, floor)
        if own is None and measured.code == "area" and noun is None:
            verb = page.cuts.before(number.start, floor)
            if verb is not None and verb.value == "soft" and verb.end == number.start:
                return Phrase(verb.start, verb.end, verb.word)
        return None if own is None or own.text in self._empty else own

    def _joined(self, own: Phrase, number: Number, noun: Phrase | None, measured: Measured) -> str:
        """华能260兆瓦光伏发电: a name with its capacity inside is whole unless its first part is an owner
        already.
        """
        page = self._page
        inside = measured.code in ("power_capacity", "energy") and own.end == number.start
        if (
            inside
            and noun is not None
            and noun.start == number.end
            and not page.vocabulary.owners.ending(own.text)
        ):
            return page.text[own.start : noun.end]
        text = self._short(own.text)
        if measured.code in ("capacity", "power_capacity") and "、" in text:
            last = text.rpartition("、")[2]
            return last if len(last) > 2 else text
        return text

    def _counted(self, number: Number, measured: Measured, floor: int, noun: Phrase | None) -> Found:
        page = self._page
        before = phrases.before(page, number.start, floor)
        own = noun or before
        text = own.text if own else None
        head = self.head(number.start)
        if head is not None and (
            measured.code in ("project_count", "facility_count", "people") or text is None
        ):
            return Found(head, noun=text, named=True)
        if measured.code == "people" and head is None and any(p.named for p in self.previous):
            return self._carried(number)
        same = self._same_unit(number) if text is None else None
        if same is not None:
            return same
        if text is None or is_component(page, text):
            owner = self._near_owner(before if noun is not None else None, number)
            if owner is not None:
                return Found(owner, noun=text, named=True)
        own_noun = noun is not None and text in page.vocabulary.nouns.words
        if text is None or (len(text) <= 2 and not own_noun and self._refers(text)):
            return self._same_unit(number) or self._carried(number)
        return Found(self._of_class(own) if own else text, noun=text)

    def _same_unit(self, number: Number) -> Found | None:
        """23个项目…其余22个全部完工: the noun counted before with the same word."""
        for previous in reversed(self.previous):
            same = previous.number.unit is not None and previous.number.unit == number.unit
            if same and previous.subject:
                return Found(previous.subject, named=previous.named)
        return None

    def _of_class(self, own: Phrase) -> str:
        """Of 30亿元以上项目 the noun; 过亿元项目 stays whole, for 项目 alone would say nothing."""
        span = self._page.thresholds.inside(own.start, own.end)
        if span is not None:
            noun = self._page.text[span[1] : own.end].lstrip("的")
            if len(noun) > 2 or self._page.text[span[1] - 2 : span[1]] in ("以上", "以下"):
                return noun or own.text
        return _FOOTNOTE.sub("", own.text)

    def _refers(self, text: str) -> bool:
        return any(p.subject and p.subject != text and p.subject.endswith(text) for p in self.previous)

    def _near_owner(self, before: Phrase | None, number: Number) -> str | None:
        page = self._page
        if before is not None and is_name(page, before.text) and not phrases.is_generic(page, before.text):
            return before.text
        gap = self.previous[-1].number.end if self.previous else 0
        own = phrases.named_owner(page, max(gap, page.clause(number.start)[0]), number.start)
        if own is not None and own.text.endswith(firms(page)):
            return own.text
        named = next(
            (
                p.subject
                for p in reversed(self.previous)
                if p.named and p.subject and p.measured.code not in _WARES
            ),
            None,
        )
        return named or owner_before(self._page, number.start)

    def _carried(self, number: Number) -> Found:
        """The subject spoken of: of the number before, an owner in the sentence, the line, the title
        above.
        """
        for previous in reversed(self.previous):
            if previous.subject:
                return Found(previous.subject, named=previous.named)
        page = self._page
        owner = owner_before(page, number.start) or self.head(number.start)
        if owner is None:
            place = page.clause(number.start)[0]
            owner = clause_object(page, place, page.sentence(number.start)[0])
        return Found(owner, named=True) if owner is not None else Found(line_owner(page, number.start))
