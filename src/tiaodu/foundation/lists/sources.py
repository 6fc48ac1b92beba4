"""The rows of a list: a queryset or a sequence, narrowed, counted and sorted in the same words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol

from django.core.exceptions import FieldError
from django.db.models import Count, Q, QuerySet

from tiaodu.foundation.lists.columns import Chip, Column, Search

Where = Q | Callable[[Any], bool]


class Source(Protocol):
    """What :class:`tiaodu.foundation.lists.page.ListPage` needs of its rows."""

    def narrowed(self, where: Where) -> Source: ...
    def searched(self, search: Search, words: Sequence[str]) -> Source: ...
    def sorted(self, column: Column, *, descending: bool) -> Source: ...
    def counts(self, chips: Iterable[Chip]) -> dict[str, int]: ...
    def slice(self, start: int, end: int | None) -> Sequence[Any]: ...
    def stream(self) -> Iterator[Any]: ...
    def picked(self, ids: Sequence[int], id_of: Callable[[Any], int]) -> Sequence[Any]: ...
    def any_marked(self, field: str, marked: Callable[[Any], bool]) -> bool: ...


ALL = ""  # key of the count of all rows
AT_A_TIME = 2000  # rows fetched in one go when all are wanted


class QuerySource:
    """Rows of the database. Counting all chips is one query."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self.rows = rows

    def narrowed(self, where: Where) -> QuerySource:
        if not isinstance(where, Q):
            raise TypeError("a list over a queryset is narrowed by Q objects")
        # By subquery, so that a join over many rows neither repeats a row nor disturbs the counts.
        if not where:
            return self
        matching = self.rows.model._default_manager.filter(where).values("pk")
        return QuerySource(self.rows.filter(pk__in=matching))

    def searched(self, search: Search, words: Sequence[str]) -> QuerySource:
        return self.narrowed(search.condition(words)) if words and search.fields else self

    def sorted(self, column: Column, *, descending: bool) -> QuerySource:
        if callable(column.sort):
            raise TypeError("a list over a queryset is sorted by field names")
        sign = "-" if descending else ""
        fields = [f"{sign}{name}".replace("--", "") for name in column.sort]
        return QuerySource(self.rows.order_by(*fields, "pk"))

    def counts(self, chips: Iterable[Chip]) -> dict[str, int]:
        counted = {f"chip_{n}": (chip, chip.where) for n, chip in enumerate(chips)}
        figures = self.rows.order_by().aggregate(
            chip_all=Count("pk", distinct=True),
            **{
                name: Count("pk", filter=where, distinct=True)
                for name, (_, where) in counted.items()
                if isinstance(where, Q)
            },
        )
        return {ALL: figures["chip_all"], **{chip.key: figures[n] for n, (chip, _) in counted.items()}}

    def slice(self, start: int, end: int | None) -> Sequence[Any]:
        return list(self.rows[start:end])

    def stream(self) -> Iterator[Any]:
        """Row by row; only :data:`AT_A_TIME` of them are in memory."""
        return self.rows.iterator(chunk_size=AT_A_TIME)

    def picked(self, ids: Sequence[int], id_of: Callable[[Any], int]) -> Sequence[Any]:
        return list(self.rows.filter(pk__in=ids))

    def any_marked(self, field: str, marked: Callable[[Any], bool]) -> bool:
        """Asked of the database where ``field`` is one of its columns, else row by row."""
        if not field:
            return False
        try:
            return self.rows.filter(**{field.replace(".", "__"): True}).exists()
        except FieldError:
            return any(marked(row) for row in self.stream())


class SequenceSource:
    """Rows that were already computed."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self.rows = rows

    def narrowed(self, where: Where) -> SequenceSource:
        if isinstance(where, Q):
            raise TypeError("a list over a sequence is narrowed by predicates")
        return SequenceSource([row for row in self.rows if where(row)])

    def searched(self, search: Search, words: Sequence[str]) -> SequenceSource:
        if not (words and search.fields):
            return self
        return SequenceSource([row for row in self.rows if search.matches(row, words)])

    def sorted(self, column: Column, *, descending: bool) -> SequenceSource:
        if not callable(column.sort):
            raise TypeError("a list over a sequence is sorted by a key function")
        key = column.sort
        known = [row for row in self.rows if key(row) is not None]
        unknown = [row for row in self.rows if key(row) is None]
        return SequenceSource(sorted(known, key=key, reverse=descending) + unknown)

    def counts(self, chips: Iterable[Chip]) -> dict[str, int]:
        figures = {ALL: len(self.rows)}
        for chip in chips:
            if callable(chip.where):
                where = chip.where
                figures[chip.key] = sum(1 for row in self.rows if where(row))
        return figures

    def slice(self, start: int, end: int | None) -> Sequence[Any]:
        return self.rows[start:end]

    def stream(self) -> Iterator[Any]:
        return iter(self.rows)

    def picked(self, ids: Sequence[int], id_of: Callable[[Any], int]) -> Sequence[Any]:
        wanted = set(ids)
        return [row for row in self.rows if id_of(row) in wanted]

    def any_marked(self, field: str, marked: Callable[[Any], bool]) -> bool:
        return any(marked(row) for row in self.rows)


def source_of(rows: QuerySet[Any] | Sequence[Any]) -> Source:
    """The source for a queryset or a sequence."""
    return QuerySource(rows) if isinstance(rows, QuerySet) else SequenceSource(list(rows))
