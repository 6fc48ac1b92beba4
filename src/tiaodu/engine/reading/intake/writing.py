"""Builds the text of a document from its paragraphs and tables, and keeps where the tables stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tiaodu.engine.reading.model import TableSpan

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b\u200e\u200f\u2060\ufeff\ufffe]")
_IN_CELL = re.compile(r"\s*[\n\t\r]+\s*")


def clean(text: str) -> str:
    """Lines end with ``\\n``; byte-order marks, zero-width and control characters are dropped.

    >>> clean("\\ufeff一、\\r\\n二、\\x0b三、")
    '一、\\n二、\\n三、'
    """
    return _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))


def cell_text(text: str) -> str:
    """The text of a cell on one line.

    >>> cell_text(" 500万吨\\n（原煤） ")
    '500万吨 （原煤）'
    """
    return _IN_CELL.sub(" ", clean(text)).strip()


class TextWriter:
    """Collects paragraphs and tables in order."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._length = 0
        self._tables: list[TableSpan] = []

    def _put(self, line: str) -> None:
        self._lines.append(line)
        self._length += len(line) + 1

    def paragraph(self, text: str) -> None:
        """Add a paragraph; line breaks inside it stay, a blank one is left out."""
        for line in clean(text).split("\n"):
            if line.strip():
                self._put(line.rstrip())

    def table(self, rows: Iterable[Sequence[str]]) -> None:
        """Add a table: one line a row; blank rows and blank columns at the right are left out."""
        kept = [[cell_text(cell) for cell in row] for row in rows]
        kept = [row for row in kept if any(row)]
        if not kept:
            return
        width = max(i + 1 for row in kept for i, cell in enumerate(row) if cell)
        start = self._length
        for row in kept:
            cells = [*row[:width], *[""] * (width - len(row))]
            self._put("\t".join(cells))
        self._tables.append(TableSpan(start, self._length - 1))

    def finish(self) -> tuple[str, tuple[TableSpan, ...]]:
        """The text and its tables."""
        return "\n".join(self._lines) + ("\n" if self._lines else ""), tuple(self._tables)


def tables_of_tabs(text: str) -> tuple[TableSpan, ...]:
    """Tables of a pasted text: two or more lines that follow each other and hold the same number of tabs.

    >>> tables_of_tabs("计划\\n项目\\t投资\\n手套\\t3亿元\\n")
    (TableSpan(start=3, end=15),)
    """
    spans: list[TableSpan] = []
    start, count, lines, position = 0, 0, 0, 0
    for line in [*text.split("\n"), ""]:
        tabs = line.count("\t") if line.strip() else 0
        if tabs != count or not tabs:
            if count and lines > 1:
                spans.append(TableSpan(start, position - 1))
            start, count, lines = position, tabs, 0
        lines += 1
        position += len(line) + 1
    return tuple(spans)
