"""Rows read once for a page that asks for the same tasks twice, for its board and for its alerts: also inside
a transaction, where nothing is kept until an act.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any

from django.db.models import QuerySet

from tiaodu.foundation.audit.keeping import sql_of
from tiaodu.rooms.ledger.models import Task
from tiaodu.rooms.ledger.selectors.rows import TaskRow, rows_of

_kept: ContextVar[dict[Any, list[TaskRow]] | None] = ContextVar("kept_rows", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """Inside, the same tasks on the same day are read from the database once. For pages that only read."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def rows_once(tasks: QuerySet[Task], day: date) -> list[TaskRow]:
    """:func:`rows_of`, kept while :func:`reading_once` lasts; two querysets are one when their SQL is."""
    kept = _kept.get()
    if kept is None:
        return rows_of(tasks, day)
    key = (*sql_of(tasks), day)
    if key not in kept:
        kept[key] = rows_of(tasks, day)
    return kept[key]
