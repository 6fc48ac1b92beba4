"""A plan's text with the places of its statements marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tiaodu.engine.reading import TableSpan


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a statement stands: ``kind`` colours it."""

    start: int
    end: int
    statement: int
    kind: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text under the same marks; ``kind`` is that of the narrowest, empty for plain text."""

    text: str
    kind: str = ""
    statements: tuple[int, ...] = ()

    @property
    def keys(self) -> str:
        """The statements as words of an attribute."""
        return " ".join(map(str, self.statements))


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, or a row of a table with its cells."""

    cells: tuple[tuple[Piece, ...], ...]
    is_row: bool = False


def marked_lines(text: str, marks: Iterable[Mark], tables: Sequence[TableSpan] = ()) -> list[Line]:
    """The lines of ``text`` that are not blank, cut where marks begin and end. Marks may overlap and nest.

    >>> [line] = marked_lines("年底达到58条", [Mark(4, 7, 1, "target"), Mark(0, 7, 2, "duty")])
    >>> [(p.text, p.kind, p.statements) for p in line.cells[0]]
    [('年底达到', 'duty', (2,)), ('58条', 'target', (1, 2))]
    """
    ordered = sorted(marks, key=lambda mark: (mark.start, mark.end))
    lines: list[Line] = []
    start, next_mark = 0, 0
    living: list[Mark] = []
    for line in text.split("\n"):
        end = start + len(line)
        while next_mark < len(ordered) and ordered[next_mark].start < end:
            living.append(ordered[next_mark])
            next_mark += 1
        if line.strip():
            is_row = "\t" in line and any(span.start <= start <= span.end for span in tables)
            lines.append(Line(tuple(_cells(text, start, end, living, is_row=is_row)), is_row))
        start = end + 1
        living = [mark for mark in living if mark.end > start]
    return lines


def _cells(
    text: str, start: int, end: int, living: Sequence[Mark], *, is_row: bool
) -> Iterator[tuple[Piece, ...]]:
    position = start
    for cell in text[start:end].split("\t") if is_row else [text[start:end]]:
        yield tuple(_pieces(text, position, position + len(cell), living))
        position += len(cell) + 1


def _pieces(text: str, start: int, end: int, living: Sequence[Mark]) -> Iterator[Piece]:
    near = [mark for mark in living if mark.start < end and mark.end > start]
    cuts = {start, end}
    for mark in near:
        cuts |= {max(mark.start, start), min(mark.end, end)}
    edges = sorted(cuts)
    for a, b in pairwise(edges):
        over = sorted(
            (mark for mark in near if mark.start <= a and mark.end >= b),
            key=lambda mark: (mark.end - mark.start, mark.statement),
        )
        yield Piece(text[a:b], over[0].kind if over else "", tuple(mark.statement for mark in over))
