"""Whose number it is: the owner if one is named, else the counted or measured noun; a subject may stand far before."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tiaodu.engine.reading import phrases
from tiaodu.engine.reading.measures import Measured, is_component
from tiaodu.engine.reading.numbers import Number
from tiaodu.engine.reading.page import Page

OWNED = frozenset(
    {
        "investment_total", "investment_period", "investment_done", "output_value", "revenue", "profit", "tax", "capacity",
        "power_capacity", "area", "people", "output", "energy", "fund", "loan", "other", "price", "income", "value_added",
        "households", "trade", "retail_sales", "length", "duration",
    }
)  # fmt: skip
MONEY = frozenset(
    {"investment_total", "investment_period", "investment_done", "output_value", "revenue", "profit", "tax"}
)
_HEAD = re.compile(
    r"\s{0,4}(?:〔\d{1,3}〕|\[\d{1,3}\]|[①-⑳]|\d{1,3}[.．、]|（\d{1,3}）|\(\d{1,3}\)|——)?\s?(?P<name>[^，。；：:、\n]{2,24})[：:](?!\d)"
)
_JOIN = re.compile(r"[、，]|和|及|与|以及")
_OF = re.compile(r"(?:及?以[上下内]|左右)?的")
_BARE_FUND = re.compile(
    r"^(?:到位|申报|各类|各级|上级|专项|财政|项目|扶持|奖补|补助)?(?:资金|贷款|基金|融资)$"
)


@dataclass(slots=True)
class Found:
    """A subject and how it was found; ``attributive`` says that the number stands inside the subject's own name."""

    text: str | None
    attributive: bool = False
    noun: str | None = None
    named: bool = False


@dataclass(slots=True)
class Previous:
    """The number read before in the same sentence."""

    number: Number
    measured: Measured
    subject: str | None
    named: bool


class Subjects:
    """Asked for the numbers of a page in their order."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._shared: dict[int, str] = {}
        self._heads: dict[int, str | None] = {}
        self._last_owner: tuple[int, str] | None = None
        self.previous: list[Previous] = []
        self._sentence = -1
        self._group_respectively()

    def head(self, position: int) -> str | None:
        """The name a line opens with: 装配式建筑产业园：…"""
        page = self._page
        number = page.segments.lines.index(position)
        if number not in self._heads:
            start, end = page.line(position)
            match = _HEAD.match(page.text, start, end)
            name = match["name"].strip() if match else None
            if name and any(
                t.value == "verb" and t.start <= match.start("name") + 2
                for t in page.cuts.within(match.start("name"), match.end("name"))
            ):  # type: ignore[union-attr]
                name = None
            self._heads[number] = name
        head = self._heads[number]
        return head if head and position > page.line(position)[0] + len(head) else None

    def remember(self, number: Number, measured: Measured, found: Found) -> None:
        """Keep what the numbers after this one may refer to."""
        self.previous.append(Previous(number, measured, found.text, found.named))

    def of(self, number: Number, measured: Measured, noun: phrases.Phrase | None) -> Found:
        """The subject of ``number``; ``noun`` is the counted noun right behind it."""
        page = self._page
        sentence = page.segments.sentences.index(number.start)
        if sentence != self._sentence:
            self._sentence, self.previous = sentence, []
        if number.start in self._shared:
            return Found(self._shared[number.start])
        floor = page.clause(number.start)[0]
        attributive = self._attributive(number, measured)
        if attributive is not None:
            return attributive
        if measured.code == "growth_rate" or measured.code == "rank":
            return self._changed(number, measured, floor)
        if measured.code in ("ratio", "price"):
            return self._shared_out(number, measured, floor)
        if measured.indicator:
            return self._indicator(number, measured, floor)
        if measured.code in OWNED:
            return self._owned(number, measured, floor, noun)
        return self._counted(number, measured, floor, noun)

    def _attributive(self, number: Number, measured: Measured) -> Found | None:
        """总投资10亿元的X项目, 占地252亩的X园: the subject follows 的."""
        page = self._page
        match = _OF.match(page.text, number.end, number.end + 6)
        if not match or measured.code in ("growth_rate", "ratio", "rank"):
            return None
        follow = page.numbers_within(match.end(), match.end() + 20)
        phrase = phrases.after(page, number.end, page.sentence(number.start)[1])
        if phrase is None or re.match(
            r"(?:能力|目标|速度|规模|产能|水平|标准|要求|比例|增速|增长|任务)", phrase.text
        ):
            return None
        if follow and follow[0].start == phrase.end and not is_name(page, phrase.text):
            return Found(phrase.text, True)
        text = self._whole_name(phrase)
        return Found(text, attributive=True, named=not phrases.is_generic(page, text))

    def _whole_name(self, phrase: phrases.Phrase) -> str:
        """A name with a capacity inside it is taken whole: 箕山140万千瓦抽蓄电站项目."""
        page = self._page
        inner = page.numbers_within(phrase.end, phrase.end + 1)
        if (
            not inner
            or inner[0].unit is None
            or inner[0].unit.dimension not in ("power", "mass", "volume", "count", "energy")
        ):
            return phrase.text
        tail = phrases.after(page, inner[0].end, page.sentence(phrase.start)[1])
        if tail is None or tail.start != inner[0].end or not page.vocabulary.owners.ending(tail.text):
            return phrase.text
        return page.text[phrase.start : tail.end]

    def _changed(self, number: Number, measured: Measured, floor: int) -> Found:
        page = self._page
        cue = measured.cue
        stop = cue.start if cue is not None and cue.start >= floor else number.start
        phrase = phrases.before(page, stop, floor)
        if phrase is not None and self._says_something(phrase.text):
            return Found(phrase.text, named=not phrases.is_generic(page, phrase.text))
        return self._carried(number, measured)

    def _says_something(self, text: str) -> bool:
        return len(text) > 1 and text not in (
            "增速",
            "增幅",
            "年均",
            "比例",
            "同比",
            "全县",
            "全市",
            "全省",
            "项目",
        )

    def _shared_out(self, number: Number, measured: Measured, floor: int) -> Found:
        page = self._page
        of_whole = page.text.find("占", floor, number.start)
        if of_whole > floor and page.cues.covering(of_whole) and page.cuts.covering(of_whole):
            phrase = phrases.before(page, of_whole, floor)
            if phrase is not None:
                return Found(phrase.text)
        phrase = phrases.before(page, number.start, floor)
        if phrase is None or phrase.text in ("占比", "比重", "比例"):
            return self._carried(number, measured)
        head, _, tail = phrase.text.rpartition("的")
        return Found(head if head and len(tail) <= 6 and not head.endswith("面") else phrase.text)

    def _indicator(self, number: Number, measured: Measured, floor: int) -> Found:
        phrase = phrases.before(self._page, number.start, floor)
        cue = measured.cue
        if cue is not None and (phrase is None or phrase.end < cue.start or phrase.start > cue.start):
            left = phrases.cut_start(self._page, floor, cue.start)
            own = phrases.trimmed(self._page, left, cue.end)
            return Found(own.text if own else cue.word)
        return Found(phrase.text) if phrase else self._carried(number, measured)

    def _owned(self, number: Number, measured: Measured, floor: int, noun: phrases.Phrase | None) -> Found:
        """An attribute belongs to the name before it in its clause, else to the one spoken of."""
        page = self._page
        head = self.head(number.start)
        cue = measured.cue
        stop = cue.start if cue is not None and floor <= cue.start < number.start else number.start
        own = phrases.before(page, stop, floor)
        if measured.code in ("fund", "loan") and cue is not None and cue.start < number.start:
            own = phrases.before(page, number.start, floor)
            if own is not None and _BARE_FUND.match(own.text) and self.previous:
                own = None
        named = own is not None and not phrases.is_generic(page, own.text)
        if head is not None and not (
            named
            and own is not None
            and is_name(page, own.text)
            and number.start - own.start < 40
            and measured.code in MONEY
            and "(" in page.text[own.end : number.start]
        ):
            return Found(head, named=True)
        if own is not None and (named or not self.previous) and self._fits(own, measured):
            return Found(self._joined(own, number, noun, measured), named=named)
        if (
            measured.code
            in ("power_capacity", "capacity", "output", "area", "length", "people", "households")
            and not self.previous
        ):
            owner = self._owner(number, floor)
            if owner is None and noun is not None and len(noun.text) > 1 and measured.code != "output":
                return Found(noun.text, noun=noun.text)
            if owner is not None:
                return Found(owner, named=True)
        return self._carried(number, measured, own)

    def _fits(self, own: phrases.Phrase, measured: Measured) -> bool:
        if (
            measured.code in ("capacity", "output")
            and measured.cue is not None
            and own.start > measured.cue.start
        ):
            return False
        return own.text not in ("规模", "装机容量", "装机", "面积", "人员", "设计", "产品")

    def _joined(
        self, own: phrases.Phrase, number: Number, noun: phrases.Phrase | None, measured: Measured
    ) -> str:
        """华能260兆瓦光伏发电: a name with its capacity inside is taken whole unless its first part is an owner already."""
        page = self._page
        inside = measured.code in ("power_capacity", "energy") and own.end == number.start
        if (
            inside
            and noun is not None
            and noun.start == number.end
            and not page.vocabulary.owners.ending(own.text)
        ):
            return page.text[own.start : noun.end]
        return own.text

    def _counted(self, number: Number, measured: Measured, floor: int, noun: phrases.Phrase | None) -> Found:
        page = self._page
        before = phrases.before(page, number.start, floor)
        own = noun or before
        text = own.text if own else None
        head = self.head(number.start)
        if head is not None and (measured.code in ("project_count", "facility_count") or text is None):
            return Found(head, noun=text, named=True)
        component = text is None or is_component(page, text)
        if component and measured.code in ("facility_count", "other"):
            owner = self._near_owner(number, floor, before)
            if owner is not None:
                return Found(owner, noun=text, named=True)
        if text is None or (len(text) <= 2 and phrases.is_generic(page, text) and self._refers(text)):
            return self._carried(number, measured, own)
        return Found(text, noun=text, named=False)

    def _refers(self, text: str) -> bool:
        return any(
            previous.subject and previous.subject != text and previous.subject.endswith(text)
            for previous in self.previous
        )

    def _near_owner(self, number: Number, floor: int, before: phrases.Phrase | None) -> str | None:
        if (
            before is not None
            and is_name(self._page, before.text)
            and not phrases.is_generic(self._page, before.text)
        ):
            return before.text
        for previous in reversed(self.previous):
            if previous.named and previous.subject:
                return previous.subject
        return self._owner(number, floor)

    def _owner(self, number: Number, floor: int) -> str | None:
        """The nearest named owner before ``number`` in its sentence."""
        page = self._page
        start = page.sentence(number.start)[0]
        position = number.start
        while position > start:
            clause = page.clause(max(start, position - 1))
            owner = phrases.named_owner(page, max(start, clause[0]), min(position, number.start))
            if owner is not None:
                return owner.text
            if clause[0] <= start:
                break
            position = clause[0] - 1
        return None

    def _carried(self, number: Number, measured: Measured, own: phrases.Phrase | None = None) -> Found:
        """The subject spoken of: of the number before in the sentence, an owner in the sentence, the line, the heading."""
        page = self._page
        for previous in reversed(self.previous):
            if previous.subject:
                return Found(previous.subject, named=previous.named)
        owner = self._owner(number, page.clause(number.start)[0])
        if owner is not None:
            return Found(owner, named=True)
        head = self.head(number.start)
        if head is not None:
            return Found(head, named=True)
        if own is not None:
            return Found(own.text)
        return Found(self._line_owner(number.start))

    def _line_owner(self, position: int) -> str | None:
        """The last named owner of the paragraph, else the title above."""
        page = self._page
        start = page.line(position)[0]
        end = page.sentence(position)[0]
        last = None
        for token in page.owners.within(max(start, end - 200), end):
            found = phrases.named_owner(page, max(start, token.start - 40), token.end)
            last = found.text if found else last
        if last:
            return last
        path = page.outline.path(position)
        if not path:
            return None
        return re.sub(r"^[（(]?[一二三四五六七八九十\d]{1,3}(?:[)）、.]|是)", "", path[-1].title) or None

    def _group_respectively(self) -> None:
        """A、B和C分别达到x、y和z: each number its own; one joined noun when the counts differ."""
        page = self._page
        position = page.text.find("分别")
        while position >= 0:
            start, end = page.clause(position)
            numbers = [
                n for n in page.numbers_within(position, end) if n.unit is not None and n.range_of != 0
            ]
            region = self._names(position, start)
            names = _split(region) if region else []
            for number, name in _pairs(numbers, names, region, page):
                self._shared[number.start] = name
            position = page.text.find("分别", position + 2)

    def _names(self, position: int, start: int) -> str | None:
        page = self._page
        floor = start
        for date in page.dates_within(start, position):
            floor = max(floor, date.end)
        while True:
            token = page.cuts.after(floor, position)
            if (
                token is None
                or token.start > floor + 1
                or token.value in ("keep", "soft")
                or token.word == "等"
            ):
                break
            floor = token.end
        phrase = phrases.trimmed(page, floor, phrases.strip_values(page, floor, position))
        return phrase.text if phrase and len(phrase.text) > 1 else None


def _split(region: str) -> list[str]:
    return [part.strip("“” ") for part in _JOIN.split(region) if part and part.strip()]


def _pairs(
    numbers: list[Number], names: list[str], region: str | None, page: Page
) -> list[tuple[Number, str]]:
    if not region or not numbers:
        return []
    joined = tuple(page.vocabulary.raw["words"]["joined"])
    if len(names) == len(numbers) and len(names) > 1 and not region.startswith(joined):
        return [(n, _bare(name, page)) for n, name in zip(numbers, names, strict=True)]
    if (
        len(names) > 1
        and len(numbers) > 1
        and len(numbers) % len(names) == 0
        and not region.startswith(joined)
    ):
        return [(n, _bare(names[i % len(names)], page)) for i, n in enumerate(numbers)]
    return [(number, region) for number in numbers]


def _bare(name: str, page: Page) -> str:
    """A listed name without the number and the attribute behind the list: 石油物探装备三大主导产业年产值."""
    numeral = re.search(r"[一二三四五六七八九十两\d]{1,3}[大个家类项]", name)
    if numeral and numeral.start() > 1:
        name = name[: numeral.start()]
    token = next(
        (t for t in page.vocabulary.cues.find(name) if t.start > 1 and not any(c.indicator for c in t.value)),
        None,
    )
    return name[: token.start] if token and token.value[0].dimension == "money" else name


def is_name(page: Page, text: str) -> bool:
    """Whether a phrase ends as an owner's name does."""
    return bool(page.vocabulary.owners.ending(text))
