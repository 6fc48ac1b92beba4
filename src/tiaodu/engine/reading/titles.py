"""Titles that run in with their text (一是推进项目建设。坚持…), and the brackets behind a measure that name
who is responsible.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from tiaodu.engine.reading.dates import DateReader
from tiaodu.engine.reading.lexicon import trie_pattern
from tiaodu.engine.reading.model import TableSpan
from tiaodu.engine.reading.page import Page
from tiaodu.engine.reading.segments import Heading, half_width
from tiaodu.engine.reading.vocabulary import Vocabulary

FEWEST_TITLES = 2  # a text with fewer has no opening part of its own
_WORDS = re.compile(r"[\u4e00-\u9fff]")
_CLOSED = re.compile(r"[。\n\r]")
_PARAGRAPH = re.compile(r"[^\n]{6,}?[。，；：]")


@lru_cache(maxsize=8)
def tail_pattern(roles: tuple[str, ...]) -> re.Pattern[str]:
    """The bracket behind a measure: （牵头单位：…；完成时限：…）.

    >>> tail_pattern(("责任单位",)).sub("", "建成投产。（责任单位：县工信局（商务局）；配合单位：县税务局）")
    '建成投产。'
    """
    return re.compile(
        rf"[（(](?=[^（()）\n]{{0,60}}?(?:{trie_pattern(roles)})[：:])(?:[^（()）\n]|[（(][^（()）\n]*[)）])*[)）]"
    )


def dated_tails(text: str, brackets: Sequence[TableSpan], vocabulary: Vocabulary) -> list[int]:
    """Starts of the brackets whose time limit is a date; 长期坚持, 待定 and 待批复后确定 are none."""
    raw = vocabulary.raw
    dates = DateReader(raw["periods"], raw["contexts"]["plans"])
    limit = re.compile(rf"(?:{trie_pattern(raw['headings']['tail_limits'])})[：:](?P<date>[^；;）)\n]*)")
    found = []
    for bracket in brackets:
        told = limit.search(text, bracket.start, bracket.end)
        if told and dates.find(half_width(told["date"])):
            found.append(bracket.start)
    return found


def run_in_titles(page: Page) -> list[tuple[int, int]]:
    """Spans of the titles in which a text only names what follows: a short first sentence of a numbered item
    without figure or date, or a heading line, with text of the same item behind it. A measure that is all
    there is of its item is no title.
    """
    headings = page.outline.headings
    found = []
    for index, heading in enumerate(headings):
        stop = next((h.start for h in headings[index + 1 :] if h.level <= heading.level), len(page.text))
        if _is_short(page, heading) and _has_text(page, heading, stop):
            found.append((heading.start, heading.end))
    return found


def _is_short(page: Page, heading: Heading) -> bool:
    """Whether the sentence that opens an item may be its title."""
    limits = page.vocabulary.raw["headings"]
    line = page.text[heading.end : heading.end + 1] != "。"
    longest = limits["longest"] if line else limits["longest_run_in"]
    if heading.end - heading.start >= longest or not _CLOSED.match(page.text, heading.end):
        return False
    if any(date.deadline for date in page.dates_within(heading.start, heading.end)):
        return False
    return not any(
        number.unit is not None and number.unit.written not in page.structure
        for number in page.numbers_within(heading.start, heading.end)
    )


def _has_text(page: Page, heading: Heading, stop: int) -> bool:
    """Whether the item goes on behind ``heading``; behind a line only a paragraph or an item below counts."""
    if page.text[heading.end : heading.end + 1] == "。":
        line_end = min(stop, page.line(heading.end)[1])
        if _WORDS.search(page.text, heading.end, line_end):
            return True
    following = page.outline.after(heading.end)
    first = _WORDS.search(page.text, heading.end, stop)
    if first is None:
        return False
    start = page.text.rfind("\n", 0, first.start()) + 1
    if following is not None and following.start < stop and following.start <= first.start():
        return True
    return bool(_PARAGRAPH.match(page.text, max(start, heading.end + 1), stop))


def general_spans(page: Page) -> list[tuple[int, int]]:
    """Where a text only states its guiding ideas and binds nobody: what stands under 总体要求 and its like,
    what stands before the first title, and sentences that announce the text itself (…结合实际，制定本方案).
    """
    raw = page.vocabulary.raw["headings"]
    headings = page.outline.headings
    spans = []
    if len(headings) >= FEWEST_TITLES and headings[0].start <= raw["longest_opening"]:
        spans.append((0, headings[0].start))
    for index, heading in enumerate(headings):
        if any(word in heading.title for word in raw["general"]):
            stop = next((h.start for h in headings[index + 1 :] if h.level <= heading.level), len(page.text))
            spans.append((heading.start, stop))
    announced = trie_pattern(raw["announcing"])
    spans.extend(page.sentence(found.start()) for found in re.finditer(announced, page.text))
    return spans
