"""Lines, sentences and clauses of a text, and the headings above a place. Offsets index the given text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

FULL_WIDTH = (
    {ord("０") + i: str(i) for i in range(10)}
    | {
        ord("．"): ".",
        ord("％"): "%",
        ord("﹪"): "%",
        ord("，"): "，",
        ord("　"): " ",
        ord("\xa0"): " ",
        ord("\t"): " ",
    }
    | {ord("Ａ") + i: chr(ord("A") + i) for i in range(26)}
    | {ord("ａ") + i: chr(ord("a") + i) for i in range(26)}
)

_SENTENCE_END = re.compile(r"[。！？\n\r]+[”’」』）)]*")
_CLAUSE_END = re.compile(r"[，；;：。！？\n\r]|,(?!\d{3}(?!\d))|:(?!\d)|——")
_QUOTED = re.compile(r"“[^“”。！？\n\r]{1,60}”")
LONGEST_LINE, LONGEST_SENTENCE, LONGEST_CLAUSE = 6000, 1500, 400
_LINE_END = re.compile(r"\n")


def half_width(text: str) -> str:
    """``text`` with full-width digits, letters, point and percent sign as half-width; the length does not
    change.
    """
    return text.translate(FULL_WIDTH)


@dataclass(frozen=True, slots=True)
class Spans:
    """Half-open spans that tile a text."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def index(self, position: int) -> int:
        """Number of the span in which ``position`` falls."""
        return max(0, bisect_right(self.starts, position) - 1)

    def at(self, position: int) -> tuple[int, int]:
        """The span in which ``position`` falls."""
        number = self.index(position)
        return self.starts[number], self.ends[number]

    def __len__(self) -> int:
        return len(self.starts)


def _tile(text: str, pattern: re.Pattern[str], longest: int) -> Spans:
    """Spans between matches; each ends before its closing mark. One longer than ``longest`` is cut, so that
    no text
    without marks makes the reader slow.
    """
    starts: list[int] = []
    ends: list[int] = []
    last = 0
    for match in pattern.finditer(text):
        _add(starts, ends, last, match.start(), longest)
        last = match.end()
    _add(starts, ends, last, len(text), longest)
    return Spans(tuple(starts), tuple(ends))


def _add(starts: list[int], ends: list[int], start: int, end: int, longest: int) -> None:
    while end - start > longest:
        starts.append(start)
        ends.append(start + longest)
        start += longest
    starts.append(start)
    ends.append(end)


@dataclass(frozen=True, slots=True)
class Segments:
    """The three tilings of one text."""

    lines: Spans
    sentences: Spans
    clauses: Spans


def segment(text: str) -> Segments:
    """Cut ``text`` at line ends, at 。！？ and at every mark that parts clauses; a quotation stays whole."""
    return Segments(
        _tile(text, _LINE_END, LONGEST_LINE),
        _tile(text, _SENTENCE_END, LONGEST_SENTENCE),
        _tile(_QUOTED.sub(_joined, text), _CLAUSE_END, LONGEST_CLAUSE),
    )


def _joined(quoted: re.Match[str]) -> str:
    """A quotation without the marks inside it, as long as it was: “签约——开工” is one name."""
    return "“" + "”" * (len(quoted[0]) - 1)


@dataclass(frozen=True, slots=True)
class Heading:
    """A titled place: ``level`` 1 is the highest; ``start`` is where the mark stands, ``end`` where the
    title ends.
    """

    level: int
    start: int
    end: int
    title: str


class Outline:
    """Headings of a text and the path of titles above a place."""

    def __init__(self, headings: list[Heading]) -> None:
        self.headings = headings
        self._starts = [heading.start for heading in headings]
        self._paths: list[tuple[Heading, ...]] = []
        stack: list[Heading] = []
        for heading in headings:
            while stack and stack[-1].level >= heading.level:
                stack.pop()
            stack.append(heading)
            self._paths.append(tuple(stack))

    def path(self, position: int) -> tuple[Heading, ...]:
        """Headings above ``position``, highest first."""
        number = bisect_right(self._starts, position) - 1
        return self._paths[number] if number >= 0 else ()

    def after(self, position: int) -> Heading | None:
        """The first heading that starts at or after ``position``."""
        number = bisect_left(self._starts, position)
        return self.headings[number] if number < len(self.headings) else None


def outline(text: str, levels: list[tuple[int, re.Pattern[str]]], longest: int) -> Outline:
    """Find headings: a mark at the start of a line or right after a sentence; the title runs to the
    sentence end.
    """
    found = []
    for match in re.finditer(r"(?:\A|(?<=[\n。；;！？]))[ ]{0,8}", text):
        start = match.end()
        for level, pattern in levels:
            mark = pattern.match(text, start)
            if mark:
                stop = re.compile(r"[。\n：；;]").search(text, mark.end())
                end = min(stop.start() if stop else len(text), start + longest)
                found.append(Heading(level, start, end, text[start:end].strip()))
                break
    return Outline(found)
