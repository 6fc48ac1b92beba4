"""The wall map on paper: which rows stand on which sheet, how high they are, and where the picture lies.

>>> a4 = load_papers()["a4"]
>>> cut = sheets_of([("轴一", 5), ("轴二", 14)], a4)
>>> [[(line.group, line.row) for line in sheet.lines][:2] for sheet in cut]
[[('轴一', None), ('轴一', 0)], [('轴二', None), ('轴二', 11)]]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tiaodu.engine.kernel.datafile import MappingOf, Number, Record, Text, load_datafile, with_head

_SIZE = Number()
_FIELDS = (
    "width", "height", "margin", "title", "name", "word", "names", "row_least", "row_most", "group", "axis",
)  # fmt: skip
_SHAPE = with_head(
    {"unit": Text(), "papers": MappingOf(Record(dict.fromkeys(_FIELDS, _SIZE)), key=Text(r"a\d"))}
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A size of paper and of what stands on it, in millimetres; it lies on its longer side."""

    code: str
    width: float
    height: float
    margin: float
    title: float
    name: float
    word: float
    names: float
    row_least: float
    row_most: float
    group: float
    axis: float

    @property
    def left(self) -> float:
        """Where the picture begins."""
        return self.margin + self.names

    @property
    def across(self) -> float:
        """How wide the picture is."""
        return self.width - self.margin - self.left

    @property
    def top(self) -> float:
        """Where the first row begins: under the heading, its answer and the months."""
        return self.margin + self.title * 2.1 + self.word * 2 + self.axis

    @property
    def bottom(self) -> float:
        """Where the last row must end: above the legend."""
        return self.height - self.margin - self.word * 2.4


@dataclass(frozen=True, slots=True)
class Line:
    """The head of a group, or row ``row`` of all rows counted through; ``y`` its upper edge."""

    group: str
    row: int | None
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of so many."""

    number: int
    total: int
    lines: tuple[Line, ...]


@lru_cache(maxsize=4)
def load_papers(path: Path | None = None) -> Mapping[str, Paper]:
    """The papers by their code."""
    path = path or Path(str(files("tiaodu.data").joinpath("projects", "papers.yaml")))
    raw: dict[str, Any] = load_datafile(path, _SHAPE)
    return {
        code: Paper(code, **{name: float(size) for name, size in each.items()})
        for code, each in raw["papers"].items()
    }


def sheets_of(groups: Sequence[tuple[str, int]], paper: Paper) -> tuple[Sheet, ...]:
    """Rows of groups, each ``(label, how many)``, on as many sheets as they need.

    A group that goes on has its head on the next sheet again; no head stands alone at the foot of a sheet; a
    group without a label has none. Rows grow to fill a single sheet, to ``row_most`` at most.
    """
    pages = _paged(groups, paper)
    return tuple(
        Sheet(number, len(pages), _lines(page, _row_height(pages, paper), paper))
        for number, page in enumerate(pages, 1)
    )


Entry = tuple[str, int | None]


def _paged(groups: Sequence[tuple[str, int]], paper: Paper) -> list[list[Entry]]:
    """Heads and rows by sheet, every row as low as it may be."""
    room = paper.bottom - paper.top
    pages: list[list[Entry]] = [[]]
    used, row = 0.0, 0
    for label, count in groups:
        head = paper.group if label else 0.0
        for place in range(count):
            needed = paper.row_least + (head if place == 0 else 0.0)
            if pages[-1] and used + needed > room:
                pages.append([])
                used = 0.0
            if label and (place == 0 or not pages[-1]):
                pages[-1].append((label, None))
                used += head
            pages[-1].append((label, row))
            used += paper.row_least
            row += 1
    return pages


def _row_height(pages: Sequence[Sequence[Entry]], paper: Paper) -> float:
    """The same on all sheets, so that they can be hung side by side."""
    room = paper.bottom - paper.top
    heights = [paper.row_most]
    for page in pages:
        heads = sum(row is None for _, row in page)
        rows = len(page) - heads
        if rows:
            heights.append((room - heads * paper.group) / rows)
    return max(paper.row_least, min(heights))


def _lines(page: Sequence[Entry], row_height: float, paper: Paper) -> tuple[Line, ...]:
    found = []
    y = paper.top
    for label, row in page:
        height = paper.group if row is None else row_height
        found.append(Line(label, row, round(y, 3), round(height, 3)))
        y += height
    return tuple(found)
