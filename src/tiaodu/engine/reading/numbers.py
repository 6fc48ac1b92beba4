"""Numbers with their unit in a text, before anything is known of what they measure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tiaodu.engine.kernel.numerals import LONGEST, parse_number
from tiaodu.engine.kernel.quantity import Unit, plain
from tiaodu.engine.reading.lexicon import trie_pattern
from tiaodu.engine.reading.vocabulary import Vocabulary

_NUMBER = re.compile(
    r"(?P<percent>[百千]分之)(?P<share>[零〇一二两三四五六七八九十百点]{1,9}|\d{1,6}(?:\.\d{1,6})?)"
    r"|(?P<arabic>\d++(?:,\d{3}(?!\d))*+(?:\.\d++)?)(?P<several>[十百千]?[余多几])?(?P<multiplier>(?:[十百]|千(?![瓦米克伏卡]))?万?亿?)(?P<more>[余多])?"
    r"|(?P<chinese>(?:千(?![瓦米克伏卡])|[零〇一二两三四五六七八九十百万亿廿]){1,20}(?:点[零〇一二三四五六七八九]{1,6}[万亿]?)?)(?P<few>[余多几])?(?P<tail>[万亿]?)"
    r"|(?P<double>翻[一两二三四]?番)"
)
_RANGE = re.compile(r"\s?(?:[-—–~～－]{1,2}|至|到)\s?")
_PER_OUTPUT = ("GDP", "地区生产总值", "生产总值", "工业增加值", "产值", "增加值")
_DIGITS_AS_WORD = {"翻番": 1, "翻一番": 1, "翻两番": 2, "翻二番": 2, "翻三番": 3, "翻四番": 4}


@dataclass(slots=True)
class Number:
    """A number with its unit: ``start``/``end`` bound the quote, ``unit_start`` parts number and unit."""

    start: int
    end: int
    unit_start: int
    value: Decimal
    unit: Unit | None
    chinese: bool
    bare: bool = False  # a multiplier alone: 亿元
    comparator: str = "="
    range_of: int | None = None  # 0 the lower, 1 the upper of two
    borrowed: bool = False
    ordinal: bool = False


class NumberReader:
    """Finds numbers by the vocabulary of units and counting words."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        raw = vocabulary.raw
        self._vocabulary = vocabulary
        self._chinese = set(raw["classifiers"]["chinese"])
        self._one = set(raw["classifiers"]["one"])
        self._not_before_one = tuple(raw["classifiers"]["not_before_one"])
        self._not_after_one = re.compile(trie_pattern(raw["classifiers"]["not_after_one"]))
        self._single = ("time", "times", "points", "area", "length", "money", "share")
        self._idioms = vocabulary.idioms

    def find(self, text: str, taken: Sequence[tuple[int, int]]) -> list[Number]:
        """Numbers of ``text`` outside the spans ``taken`` (dates), with omitted units and ranges resolved."""
        blocked = sorted([*taken, *((t.start, t.end) for t in self._idioms.find(text))])
        starts = [span[0] for span in blocked]
        dates = set(taken)
        found: list[Number] = []
        for match in _NUMBER.finditer(text):
            number = self._read(text, match)
            if number is None:
                continue
            index = bisect_right(starts, number.start) - 1
            if (
                index >= 0
                and blocked[index][1] > number.start
                and (number.chinese or blocked[index] in dates)
            ):
                continue
            found.append(number)
        return self._ranges(text, found)

    def _read(self, text: str, match: re.Match[str]) -> Number | None:
        if match["double"]:
            power = _DIGITS_AS_WORD.get(match["double"], 1)
            times = Unit("倍", "倍", Decimal(1), "times")
            return Number(match.start(), match.end(), match.start(), Decimal(2**power), times, chinese=True)
        if match["percent"]:
            value = parse_number(match["share"])
            if value is None:
                return None
            sign = "%" if match["percent"][0] == "百" else "‰"
            unit = Unit(sign, sign, Decimal(1), "share")
            return Number(match.start(), match.end(), match.start("share"), value, unit, chinese=True)
        return self._read_arabic(text, match) if match["arabic"] else self._read_chinese(text, match)

    def _read_arabic(self, text: str, match: re.Match[str]) -> Number | None:
        digits = match["arabic"]
        previous = text[match.start() - 1] if match.start() else ""
        if len(digits) > LONGEST or previous == ".":
            return None
        end = match.end()
        several, more = match["several"] or "", match["more"] or ""
        value = parse_number(digits + several.rstrip("余多几") + match["multiplier"])
        if value is None:
            return None
        unit, unit_end = self._unit(text, end)
        if (
            previous.isascii()
            and previous.isalpha()
            and (unit is None or unit.dimension in ("count", "mass", "length"))
        ):
            return None
        if (
            previous == "-"
            and match.start() > 1
            and text[match.start() - 2].isascii()
            and text[match.start() - 2].isalpha()
        ):
            return None
        comparator = ">" if several[-1:] in ("余", "多", "几") or more else "="
        if (
            unit is not None
            and text[unit_end : unit_end + 1] == "多"
            and unit.dimension in ("time", "area", "mass")
        ):
            comparator = ">"
        return Number(match.start(), unit_end, end, value, unit, chinese=False, comparator=comparator)

    def _read_chinese(self, text: str, match: re.Match[str]) -> Number | None:
        digits = match["chinese"]
        value = parse_number(digits + match["tail"])
        if value is None or value == 0:
            return None
        end = match.end()
        unit, unit_end = self._unit(text, end)
        number = Number(
            match.start(),
            unit_end,
            end,
            value,
            unit,
            chinese=True,
            comparator=">" if match["few"] else "=",
            bare=not set(digits) - set("十百千万亿"),
        )
        return number if unit is None or self._counts(text, number, digits) else None

    def _counts(self, text: str, number: Number, digits: str) -> bool:  # noqa: PLR0911  one for each rule
        """Whether Chinese numerals with this unit are a number and not part of a word."""
        unit = number.unit
        if unit is None:
            return False
        previous = text[number.start - 1] if number.start else ""
        if digits in ("十", "百", "千", "万", "亿") and number.comparator == "=":
            return self._alone(text, number, digits, previous)
        if number.bare and digits[0] in "百千万亿" and unit.dimension != "money":
            return previous in ("上", "近", "超", "过", "逾") and previous != ""
        if len(digits) > 1 or number.comparator == ">":
            return not (digits[0] == "一" and previous in self._not_before_one and previous)
        if digits == "一":
            return self._one_counts(text, number, unit, previous)
        if previous and previous in "第每几数":
            return previous == "第"
        return unit.written in self._chinese or (
            unit.dimension in self._single and unit.written not in ("元", "日", "平方", "度")
        )

    def _alone(self, text: str, number: Number, digits: str, previous: str) -> bool:
        unit = number.unit
        if (previous in "（(：:" and previous) or text.startswith(_PER_OUTPUT, number.end):
            return False
        if unit is not None and unit.dimension == "money":
            return digits == "亿" or previous in ("超", "过", "逾", "近", "破")
        if digits == "十":
            return unit is not None and (unit.written in self._chinese or unit.dimension in self._single)
        return previous in ("上", "近", "超", "过", "逾") and previous != ""

    def _one_counts(self, text: str, number: Number, unit: Unit, previous: str) -> bool:
        if unit.dimension in ("points", "times"):
            return True
        if unit.dimension == "time":
            return unit.written in ("个月", "个工作日") and previous not in ("每",)
        if unit.written not in self._one or previous in self._not_before_one:
            return False
        following = text[number.end : number.end + 1]
        return (
            bool(following)
            and "\u4e00" <= following <= "\u9fff"
            and not self._not_after_one.match(text, number.end)
        )

    def _unit(self, text: str, position: int) -> tuple[Unit | None, int]:
        """The unit at ``position``, after at most one blank; a unit in letters must end there."""
        start = position + 1 if text[position : position + 1] == " " else position
        token = self._vocabulary.units.at(text, start)
        if token is None:
            return None, position
        following = text[token.end : token.end + 1]
        if (
            token.word[-1].isascii()
            and token.word[-1].isalpha()
            and following.isascii()
            and following.isalnum()
        ):
            return None, position
        return token.value, token.end

    def _ranges(self, text: str, found: list[Number]) -> list[Number]:
        """Join 1-2次 and 5%—7% to two numbers on one span; drop what stays without a unit unless it ends in
        万 or 亿.
        """
        result: list[Number] = []
        index = 0
        while index < len(found):
            number = found[index]
            following = found[index + 1] if index + 1 < len(found) else None
            if following is not None and self._is_range(text, number, following):
                result.extend(_two_bounds(number, following))
                index += 2
                continue
            result.append(number)
            index += 1
        return result

    def _is_range(self, text: str, low: Number, high: Number) -> bool:
        gap = high.start - low.end
        if gap < 1 or gap > 4 or high.unit is None or not _RANGE.fullmatch(text, low.end, high.start):
            return False
        if low.unit is not None and low.unit.base != high.unit.base:
            return False
        if text[low.end : high.start].strip() in ("至", "到") and low.unit is not None:
            return text[max(0, low.start - 1) : low.start] not in ("从", "由", "自")
        return True


def _two_bounds(low: Number, high: Number) -> tuple[Number, Number]:
    value = low.value
    if low.unit is None and high.unit is not None and low.value < high.value / 1000:
        value = low.value * _scale(high.value)  # 5—8万人: the lower shares the multiplier
    unit = low.unit or high.unit
    first = Number(low.start, high.end, low.unit_start, value, unit, low.chinese, comparator=">=", range_of=0)
    second = Number(
        low.start, high.end, high.unit_start, high.value, high.unit, high.chinese, comparator="<=", range_of=1
    )
    return first, second


def _scale(value: Decimal) -> Decimal:
    for multiplier in (10**8, 10**4):
        if value >= multiplier:
            return Decimal(multiplier)
    return Decimal(1)


def base_value(number: Number) -> Decimal:
    """The value in the base unit of the number's unit."""
    return plain(number.value * (number.unit.factor if number.unit else 1))


def unit_name(number: Number, dimensions: dict[str, Any]) -> str | None:
    """The base unit as a label writes it."""
    return number.unit.base if number.unit else None
