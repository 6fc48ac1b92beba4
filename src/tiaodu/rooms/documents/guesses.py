"""What a text tells about itself: its title, the day it bears and the year it plans. A person confirms
them.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from tiaodu.engine.kernel.numerals import parse_number

TITLE_LENGTH = 200
_EDGE = 1500  # characters at either end of a text in which a document bears its date
_HEAD_LINES = 12
_DAY = re.compile(
    r"([12]\d{3}|[一二][〇○零一二三四五六七八九]{3})\s*年\s*(\d{1,2}|[一二三四五六七八九十]{1,3})\s*月\s*(\d{1,2}|[一二三四五六七八九十]{1,3})\s*日"
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*年")
_PLANNED = re.compile(
    r"(?:计划|力争|预计|确保|目标|安排|拟|将)[^。；;，,\n]{0,10}?(?<![\d到至])(20\d\d)\s*年"
)
_AUTHORITY = re.compile(r"关于|印发|(?:[省市县区镇乡局]|政府|委员会|办公室)$")
_SENTENCE = re.compile(r"[。；;！？!?：:]")
_OPENING = re.compile(r"^(?:[一二三四五六七八九十\d]+[、.．]|[（(〔][一二三四五六七八九十\d]+[）)〕])\s*")
_NO_OPENING = re.compile(r"\t|字?〔\d{4}〕|^单位[：:]")
_OPENING_LENGTH = 40
_ENDS_TITLE = re.compile(
    r"(?:方案|计划|意见|报告|通知|要点|安排|纲要|讲话|清单|规划|办法|措施|任务|简报|分工|目标|摘要|示例)[）)]?$"
)
_NO_TITLE = re.compile(
    r"[。；;，,]|^[一二三四五六七八九十\d]+[、.．]|^第.{1,4}[章节期]|^[（(【]|\t|[:：]$|字?〔\d{4}〕"
)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a text seems to be; empty where it does not tell."""

    title: str = ""
    document_date: date | None = None
    plan_year: int | None = None


def guess(text: str, *, filename: str = "") -> Guess:
    """Title, day and plan year of ``text``.

    The title is the first line that reads like one, else the file's name, else the first heading or
    sentence; the day is the one that stands on
    a line of its own or in brackets near the end or the beginning; the plan year is the latest year in the
    title, else the one most said to be planned for, else the one told most.
    """
    title = _title(text) or re.sub(r"\.\w{1,5}$", "", filename)[:TITLE_LENGTH].strip()
    title = title or _opening(text)
    day = _day(text)
    return Guess(title, day, _plan_year(title, text, day))


def _title(text: str) -> str:
    lines = [line.strip() for line in text[:4000].split("\n") if line.strip()][:_HEAD_LINES]
    for number, line in enumerate(lines):
        if len(line) > 60 or _NO_TITLE.search(line):
            continue
        joined = line
        for following in lines[number + 1 : number + 3]:
            if (
                _names_sheet(joined, following)
                or _ENDS_TITLE.search(joined)
                or len(joined) + len(following) > 60
                or _NO_TITLE.search(following)
            ):
                break
            joined += following
        if _ENDS_TITLE.search(joined):
            return joined[:TITLE_LENGTH]
    return ""


def _names_sheet(line: str, following: str) -> bool:
    """Whether ``line`` (the name of a sheet) stands above a whole title and is no part of it."""
    whole = _ENDS_TITLE.search(following) and _YEAR.search(following)
    return bool(whole) and not _AUTHORITY.search(line) and not _YEAR.search(line)


def _opening(text: str) -> str:
    """The first heading or sentence, without its number."""
    for line in text[:4000].split("\n"):
        first = _SENTENCE.split(_OPENING.sub("", line.strip()))[0].strip()
        if re.search(r"[\u3400-\u9fff]", first) and not _NO_OPENING.search(line.strip()):
            return first[:_OPENING_LENGTH]
    return ""


def _day(text: str) -> date | None:
    for part, last in ((text[-_EDGE:], True), (text[:_EDGE], False)):
        found = [m for m in _DAY.finditer(part) if _stands_alone(part, m)]
        for match in reversed(found) if last else found:
            if (day := _as_date(match)) is not None:
                return day
    return None


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    start, end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.end())
    line = text[start : end if end >= 0 else len(text)]
    rest = line.replace(match[0], "").strip(" \t（）()【】[]　")
    return len(rest) <= 20 and not re.search(r"[。，；]|前|起|至", rest)


def _as_date(match: re.Match[str]) -> date | None:
    numbers = [parse_number(part.replace("○", "〇")) for part in match.groups()]
    if any(number is None for number in numbers):
        return None
    year, month, day = (int(number) for number in numbers if number is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _plan_year(title: str, text: str, day: date | None) -> int | None:
    named = [int(year) for year in _YEAR.findall(title)]
    if named:
        return max(named)
    told = Counter(map(int, _PLANNED.findall(text))) or Counter(map(int, _YEAR.findall(text)))
    if told:
        most = max(told.values())
        return max(year for year, count in told.items() if count == most)
    return day.year if day else None
