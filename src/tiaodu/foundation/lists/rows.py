"""How a record of a list becomes a row. A page holds hundreds of cells, so their frame is no template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.template.loader import get_template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tiaodu.foundation.lists.columns import Column


@dataclass(frozen=True, slots=True)
class Cell:
    """A rendered cell with the column it belongs to."""

    column: Column
    html: SafeString


@dataclass(frozen=True, slots=True)
class Row:
    """A rendered row; ``url`` opens its record."""

    record: Any
    url: str
    cells: tuple[Cell, ...]
    sample: bool
    light: str
    tick: str  # value of its box, where something can be done to many rows
    html: SafeString  # the cells as the table on screen holds them


class Layout:
    """The columns that one page shows, in its language."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns

    def cells(self, record: Any) -> tuple[Cell, ...]:
        """A record's cells, rendered."""
        return tuple(Cell(column, column.render(record)) for column in self._columns)

    def in_table(self, cells: Sequence[Cell], url: str = "", *, sample: bool = False) -> SafeString:
        """The cells of a row of the table; the title is a link where the record has an address."""
        return format_html_join("\n", "{}{}</td>", self._framed(cells, url, sample=sample))

    def _framed(
        self, cells: Sequence[Cell], url: str, *, sample: bool
    ) -> Iterator[tuple[SafeString, SafeString]]:
        for cell in cells:
            html = cell.html
            if url and cell.column.card == "title":
                html = format_html(
                    '<a class="row-link" href="{}">{}</a>{}', url, html, self._badge if sample else ""
                )
            yield self._openings[cell.column.key], html

    @cached_property
    def _openings(self) -> dict[str, SafeString]:
        """What a cell of each column begins with."""
        return {column.key: _opening(column) for column in self._columns}

    @cached_property
    def _badge(self) -> SafeString:
        """示例, a little apart from the title it stands at."""
        return format_html(" {}", get_template("ui/sample.html").render({"shown": True}))


def _opening(column: Column) -> SafeString:
    return format_html(
        '<td role="cell" class="card-{}{} {}" data-label="{}">',
        column.card,
        " num" if column.numeric else "",
        column.width,
        column.title,
    )
