"""Date phrases of a text: 4月底, 2024年3月, 年内, 三季度前, “十四五”期间, 2011—2015年, 国庆前.

A phrase without a year is resolved later, when the state of its sentence (plan or review) has given one.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from tiaodu.engine.kernel.numerals import parse_number
from tiaodu.engine.reading.lexicon import trie_pattern
from tiaodu.engine.reading.model import Due

MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"


@dataclass(frozen=True, slots=True)
class DatePhrase:
    """A phrase with its place. ``year`` is None when the phrase bears none; ``shift`` counts from the year
    of the text.

    ``whole`` marks a due written as a year; ``deadline`` a phrase that may carry a dated step; ``before``
    that 前 was read
    literally as the day before; ``role``: governs, base (compared with, or past), snapshot (截至).
    """

    start: int
    end: int
    text: str
    year: int | None
    shift: int | None
    first: tuple[int, int]
    last: tuple[int, int]
    whole: bool = False
    deadline: bool = False
    before: bool = False
    until: int | None = None
    years: int = 1
    moving: bool = False
    role: str = "governs"

    def resolve(self, year: int | None) -> Due | None:
        """The due this phrase gives when a text without a year speaks of ``year``."""
        own = (
            self.year
            if self.year is not None
            else (year if self.shift is None or year is None else year + self.shift)
        )
        if own is None or self.moving:
            return None
        last_year = self.until if self.until is not None else own + self.years - 1
        if not 1900 <= own <= last_year <= 2200:
            return None
        start = date(own, *self.first)
        end = date(last_year, self.last[0], min(self.last[1], monthrange(last_year, self.last[0])[1]))
        if self.before:
            end = start - timedelta(days=1)
            return Due(end.isoformat(), date(end.year, 1, 1), end)
        if last_year != own:
            return Due(f"{own}/{last_year}", start, end)
        return Due(f"{own}" if self.whole else end.isoformat(), start, end)


def month_number(text: str) -> int:
    """The month a phrase names, in digits or Chinese."""
    value = parse_number(text)
    return int(value) if value is not None else 0


@lru_cache(maxsize=8)
def _grammar(
    words: tuple[str, ...],
    years: tuple[str, ...],
    festivals: tuple[str, ...],
    moving: tuple[str, ...],
    plans: tuple[str, ...],
) -> re.Pattern[str]:
    year = (
        rf"(?:(?P<y>(?:19|20)\d\d|[一二][〇○零一二三四五六七八九]{{3}})年度?|(?P<yr>{trie_pattern(years)}))"
    )
    month = (
        rf"(?P<m>{MONTH})(?:月?份?\s?[-—–~～至到]{{1,2}}\s?(?P<m2>{MONTH}))?月(?:份)?"
        rf"(?:(?P<d>[0-3]?\d)[日号]|(?P<mt>上旬|中旬|下旬|底|末|初))?"
    )
    quarter = r"第?(?P<q>[一二三四1-4首])季度?(?P<qt>末|底)?"
    return re.compile(
        rf"(?P<ya>(?:19|20)\d\d)年?\s?[-—–~～至到]{{1,2}}\s?(?P<yb>(?:19|20)\d\d)年"
        rf"|[“\"']?(?P<plan>{trie_pattern(plans)})[”\"']?(?P<pt>期间|时期|期末|末)"
        rf"|(?P<two>今明两年|今明2年|去今两年)"
        rf"|(?P<moving>{trie_pattern(moving)})"
        rf"|(?P<festival>{trie_pattern(festivals)})(?:节)?(?P<fb>之?前)"
        rf"|(?:{year}[的，]?\s?)?(?:(?<![\d.]){month}|{quarter}|(?P<span>{trie_pattern(words)}))(?P<before>[之以]?前)?"
        rf"|{year.replace('?P<y>', '?P<y3>').replace('?P<yr>', '?P<yr3>')}(?P<yt>[底末]前?|初|内|前)?"
    )


class DateReader:
    """Finds date phrases by the vocabulary of periods."""

    def __init__(self, periods: dict[str, Any], plans: dict[str, list[int]]) -> None:
        self._periods, self._plans = periods, plans
        self._spans = {word: entry for entry in periods["spans"] for word in entry["words"]}
        self._pattern = _grammar(
            tuple(self._spans),
            tuple(periods["years"]),
            tuple(periods["festivals"]),
            tuple(periods["moving"]),
            tuple(plans),
        )
        self._base_before = tuple(periods["base_before"])
        self._snapshot = tuple(periods["snapshot_before"])
        self._base_after = re.compile(trie_pattern(periods["base_after"]))

    def find(self, text: str) -> list[DatePhrase]:
        """All date phrases from left to right."""
        found = []
        for match in self._pattern.finditer(text):
            phrase = self._read(match)
            if phrase and not self._is_word_part(text, phrase):
                found.append(self._with_role(text, phrase))
        return found

    def _is_word_part(self, text: str, phrase: DatePhrase) -> bool:
        """年前 in 5年前, 年度 in 跨年度, 年内 in 三年内, 全年 in 安全年度 are no dates."""
        previous = text[phrase.start - 1] if phrase.start else ""
        if (
            phrase.text[0] == "年"
            and previous
            and previous in "0123456789一二三四五六七八九十两几近每跨多百千"
        ):
            return True
        if phrase.text.startswith("全年") and previous == "安":
            return True
        if phrase.text == "年度":
            return previous in "跨各每" or not re.match(
                r"计划|目标|投资|完成|任务|预期", text[phrase.end : phrase.end + 2]
            )
        return (
            phrase.text[0] in "一二三四五六七八九十"
            and previous != ""
            and previous in "每一二三四五六七八九十"
        )

    def _with_role(self, text: str, phrase: DatePhrase) -> DatePhrase:
        before, role = text[max(0, phrase.start - 4) : phrase.start], "governs"
        if before.endswith(self._snapshot):
            role = "snapshot"
        elif before.endswith(self._base_before) or self._base_after.match(text, phrase.end):
            role = "base"
        if (
            role == "governs"
            and not phrase.deadline
            and text[phrase.end : phrase.end + 1] == "的"
            and phrase.whole
        ):
            role = "base"
        if phrase.text.endswith("初") and re.match(
            r"目标|确定|预算|计划|下达|预期", text[phrase.end : phrase.end + 2]
        ):
            role = "base"
        return phrase if role == "governs" else _replace_role(phrase, role)

    def _read(self, match: re.Match[str]) -> DatePhrase | None:  # noqa: PLR0911  one for each rule
        start, end, text, g = match.start(), match.end(), match.group(), match.groupdict()
        if g["ya"]:
            return DatePhrase(
                start, end, text, int(g["ya"]), None, (1, 1), (12, 31), whole=True, until=int(g["yb"])
            )
        if g["plan"]:
            first, last = self._plans[g["plan"]]
            if g["pt"] in ("期末", "末"):
                return DatePhrase(start, end, text, last, None, (1, 1), (12, 31), whole=True)
            return DatePhrase(start, end, text, first, None, (1, 1), (12, 31), whole=True, until=last)
        if g["two"]:
            return DatePhrase(
                start,
                end,
                text,
                None,
                -1 if g["two"][0] == "去" else 0,
                (1, 1),
                (12, 31),
                whole=True,
                years=2,
            )
        if g["moving"]:
            return DatePhrase(start, end, text, None, None, (1, 1), (12, 31), deadline=True, moving=True)
        if g["festival"]:
            month, day = map(int, self._periods["festivals"][g["festival"]].split("-"))
            return DatePhrase(
                start, end, text, None, None, (month, day), (month, day), deadline=True, before=True
            )
        return self._read_usual(start, end, text, g)

    def _read_usual(self, start: int, end: int, text: str, g: dict[str, str | None]) -> DatePhrase | None:
        digits, word = g["y"] or g["y3"], g["yr"] or g["yr3"]
        year = int(parse_number(digits) or 0) if digits else None
        shift = self._periods["years"][word] if word else None
        before = bool(g["before"])
        if g["m"]:
            return self._read_month(start, end, text, year, shift, g)
        if g["q"]:
            quarter = self._periods["quarters"][g["q"]]
            literal = before and not g["qt"]
            return DatePhrase(
                start,
                end,
                text,
                year,
                shift,
                (3 * quarter - 2, 1),
                (3 * quarter, 31),
                deadline=True,
                before=literal,
            )
        if g["span"]:
            entry = self._spans[g["span"]]
            return DatePhrase(
                start,
                end,
                text,
                year,
                shift,
                (entry["first"], 1),
                (entry["last"], 31),
                entry.get("whole", False),
                entry.get("deadline", False),
            )
        tail = g["yt"] or ""
        if tail[:1] in ("底", "末"):
            return DatePhrase(start, end, text, year, shift, (12, 1), (12, 31), deadline=True)
        if tail == "初":
            return DatePhrase(start, end, text, year, shift, (1, 1), (2, 29))
        return DatePhrase(
            start,
            end,
            text,
            year,
            shift,
            (1, 1),
            (12, 31),
            whole=True,
            deadline=tail in ("内", "前"),
            before=tail == "前",
        )

    def _read_month(
        self, start: int, end: int, text: str, year: int | None, shift: int | None, g: dict[str, str | None]
    ) -> DatePhrase | None:
        first = month_number(g["m"] or "")
        last = month_number(g["m2"]) if g["m2"] else first
        if not first <= last <= 12:
            return None
        tail = g["mt"] or ""
        day = int(g["d"]) if g["d"] else None
        if day is not None:
            if not 1 <= day <= 31:
                return None
            # a day with 前 includes the day in official use (6月30日前完成)
            return DatePhrase(
                start, end, text, year, shift, (first, min(day, 28)), (first, day), deadline=True
            )
        low, high = {"上旬": (1, 10), "初": (1, 10), "中旬": (11, 20), "下旬": (21, 31)}.get(tail, (1, 31))
        literal = bool(g["before"]) and not tail
        return DatePhrase(
            start, end, text, year, shift, (first, low), (last, high), deadline=True, before=literal
        )


def _replace_role(phrase: DatePhrase, role: str) -> DatePhrase:
    from dataclasses import replace  # noqa: PLC0415

    return replace(phrase, role=role)
