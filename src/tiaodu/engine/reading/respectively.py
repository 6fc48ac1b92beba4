"""A、B和C分别达到x、y和z: each number has its own subject; one joined noun serves all when the counts
differ.
"""

from __future__ import annotations

import re

from tiaodu.engine.reading import phrases
from tiaodu.engine.reading.numbers import Number
from tiaodu.engine.reading.page import Page

_JOIN = re.compile(r"[、，]|和|及|与|以及")
REACH = 120  # characters to either side of 分别
_NUMERAL = re.compile(r"[一二三四五六七八九十两\d]{1,3}[大个家类项]")


def shared_subjects(page: Page) -> tuple[dict[int, str], dict[int, tuple[int, int]]]:
    """Subject by start of each number that stands behind a 分别.

    Where no names stand before it (分别增长5%和7%), the second mapping gives the number's place and the
    size of its group:
    its subject is that of the number as far back.
    """
    shared: dict[int, str] = {}
    unnamed: dict[int, tuple[int, int]] = {}
    position = page.text.find("分别")
    while position >= 0:
        start, end = page.clause(position)
        start, end = max(start, position - REACH), min(end, position + REACH)
        numbers = [n for n in page.numbers_within(position, end) if n.unit is not None and n.range_of != 1]
        region = _names(page, position, start)
        if (
            region is not None
            and start > 1
            and not any(c.indicator for c in page.vocabulary.cues.words.get(region, ()))
        ):
            earlier = page.clause(start - 2)
            if region in page.vocabulary.cues.words:
                region = _names(page, earlier[1], max(earlier[0], earlier[1] - REACH))
        if region and numbers:
            for number, name in _pairs(page, numbers, region):
                shared[number.start] = name
        elif len(numbers) > 1:
            for place, number in enumerate(numbers):
                unnamed[number.start] = (place, len(numbers))
        position = page.text.find("分别", position + 2)
    return shared, unnamed


def _names(page: Page, position: int, start: int) -> str | None:
    floor = start
    for date in page.dates_within(start, position):
        floor = max(floor, date.end)
    while True:
        token = page.cuts.after(floor, position)
        if token is None or token.start > floor + 1 or token.value == "keep" or token.word == "等":
            break
        if token.value == "soft" and token.start > floor:
            break
        floor = token.end
    phrase = phrases.trimmed(page, floor, phrases.strip_values(page, floor, position))
    return phrase.text if phrase and len(phrase.text) > 1 else None


def _pairs(page: Page, numbers: list[Number], region: str) -> list[tuple[Number, str]]:
    names = [part.strip("“” ") for part in _JOIN.split(region) if part.strip("“” ")]
    joined = region.startswith(tuple(page.vocabulary.raw["words"]["joined"]))
    if joined or len(names) < 2 or len(numbers) % len(names):
        return [(number, region) for number in numbers]
    return [(number, _bare(page, names[i % len(names)])) for i, number in enumerate(numbers)]


def _bare(page: Page, name: str) -> str:
    """A listed name without the number and the attribute behind the list: 石油物探装备三大主导产业年产值."""
    leading = re.match(r"\d{1,4}[个家户条项座所]", name)
    if leading:
        name = name[leading.end() :]
    numeral = _NUMERAL.search(name)
    if numeral and numeral.start() > 1:
        name = name[: numeral.start()]
    for token in page.vocabulary.cues.find(name):
        if token.start > 1 and token.value[0].dimension == "money" and not token.value[0].indicator:
            return name[: token.start]
    return name
