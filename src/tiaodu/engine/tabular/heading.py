"""Finding the heading of a table: which row it is, and which column is which field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tiaodu.engine.tabular.grid import Grid, text_of
from tiaodu.engine.tabular.values import half_width

_LOOKED_AT = 40  # rows from the top in which a heading is looked for
# A heading's notes: 名称*, 信用代码（18位）, 产量(吨), 单位名称：
_NOTE = re.compile(r"\([^()]*\)|[*:★]|\[[^\[\]]*\]")


@dataclass(frozen=True, slots=True)
class Heading:
    """The row of the heading (from 0), the column of each field, and the headings nobody asked for."""

    row: int
    columns: Mapping[str, int]
    ignored: Sequence[str]


def plain_title(text: str) -> str:
    """A heading as it is compared: half width, without blanks, notes and marks.

    >>> [plain_title(t) for t in ("单位名称*", "统一社会信用代码（18位）", " 名 称：")]
    ['单位名称', '统一社会信用代码', '名称']
    """
    return _NOTE.sub("", half_width(text)).lower()


def find_heading(
    grid: Grid, titles: Mapping[str, Sequence[str]], required: Sequence[str], own: Sequence[str] = ()
) -> Heading | None:
    """The row among the first that names most fields; None when no row names all of ``required``.

    ``titles`` gives for each field the headings that mean it; the first column that bears one counts.
    Headings of ``own`` are ours and mean nothing (a column of reasons in a file that comes back).
    """
    meant = {plain_title(title): key for key, names in titles.items() for title in names}
    best: Heading | None = None
    for row in range(min(len(grid.rows), _LOOKED_AT)):
        found = _columns(grid, row, meant)
        if set(required) <= found.keys() and (best is None or len(found) > len(best.columns)):
            best = Heading(row, found, _ignored(grid, row, found, {plain_title(name) for name in own}))
    return best


def nearest(grid: Grid, titles: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The fields that the best row names, for telling what is missing."""
    meant = {plain_title(title): key for key, names in titles.items() for title in names}
    rows = [_columns(grid, row, meant) for row in range(min(len(grid.rows), _LOOKED_AT))]
    return max(rows, key=len, default={})


def _columns(grid: Grid, row: int, meant: Mapping[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    above = grid.spread(row - 1) if row else []
    for column, cell in enumerate(grid.spread(row)):
        own = plain_title(text_of(cell))
        # In a heading of two rows the upper one may tell which 名称 it is: 企业 over 名称.
        upper = plain_title(text_of(above[column])) if column < len(above) else ""
        key = (meant.get(upper + own) if upper and own else None) or meant.get(own)
        if key is not None:
            found.setdefault(key, column)
    return found


def _ignored(grid: Grid, row: int, found: Mapping[str, int], own: set[str]) -> list[str]:
    taken = set(found.values())
    named = [(column, text_of(cell)) for column, cell in enumerate(grid.rows[row])]
    return [text for column, text in named if text and column not in taken and plain_title(text) not in own]
