"""Tables of a text."""

from __future__ import annotations

from collections.abc import Sequence

from tiaodu.engine.reading.model import Statement, TableSpan
from tiaodu.engine.reading.vocabulary import Vocabulary


def find_tables(text: str, tables: Sequence[TableSpan]) -> list[TableSpan]:
    """The given tables, in order and without overlap."""
    return list(tables)


def read_rows(
    text: str, spans: Sequence[TableSpan], *, year: int | None, vocabulary: Vocabulary
) -> list[Statement]:
    """Statements of the rows."""
    return []
