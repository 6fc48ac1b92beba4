"""What was read once and holds until somebody does something: every act is in the audit log, written in the
transaction of the act itself, so the end of the log tells whether anything can have changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.middleware import origin

T = TypeVar("T")

# How far back the log is looked at. Of two acts at the same time the one with the lower number may be seen
# later: that is noticed as long as fewer than this many were written in between.
WINDOW = 256
_MOST = 32  # results kept by a process
_REMEMBERED = "_end_of_log"


@dataclass(frozen=True, slots=True)
class Seen:
    """The end of the log as it was read: its first and last number, and the acts that matter among them."""

    first: int
    last: int
    acts: frozenset[int]

    def goes_on(self, before: Seen) -> bool:
        """Whether nothing that matters was recorded since ``before`` and nothing can have been overlooked."""
        return self.first <= before.last and self.acts <= before.acts


def sql_of(found: QuerySet[Any]) -> tuple[Hashable, ...]:
    """What tells a queryset from others: its SQL and what it is given; empty for one without rows."""
    try:
        return found.query.sql_with_params()
    except EmptyResultSet:
        return ()


class Keeper:
    """Keeps results in this process until an act is recorded that may change them.

    ``untouched_by``: the beginnings of actions (``evidence.``) that cannot change what is kept; any other act
    ends it. Inside a transaction nothing is taken from here or put here: who writes reads what is there now.
    What is kept is shared by all requests and must not be altered. At most ``most`` results are kept.
    """

    def __init__(self, untouched_by: Collection[str], most: int = _MOST) -> None:
        self._untouched_by, self._most = tuple(untouched_by), most
        self._kept: dict[Hashable, tuple[Seen, Any]] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gives, or gave under this key since the last act that matters."""
        if connection.in_atomic_block:
            return make()
        seen = self._seen()
        found = self._kept.get(key)
        if found is not None and seen.goes_on(found[0]):
            self._kept[key] = seen, found[1]
            kept: T = found[1]
            return kept
        made = make()
        if len(self._kept) >= self._most:
            self._kept.clear()
        self._kept[key] = seen, made
        return made

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()

    def _seen(self) -> Seen:
        end = _end_of_log()
        acts = frozenset(pk for pk, action in end if not action.startswith(self._untouched_by))
        # A log shorter than the window is seen from its beginning.
        return Seen(end[-1][0] if len(end) == WINDOW else 0, end[0][0] if end else 0, acts)


def _end_of_log() -> list[tuple[int, str]]:
    """The last acts, the latest first. A page that only reads looks once: what it makes later is kept as if
    made then, so that an act in between ends it.
    """
    request = origin().request
    reader = request if request is not None and request.method == "GET" else None
    remembered: list[tuple[int, str]] | None = getattr(reader, _REMEMBERED, None)
    if remembered is None:
        remembered = list(AuditEntry.objects.order_by("-id").values_list("id", "action")[:WINDOW])
        if reader is not None:
            setattr(reader, _REMEMBERED, remembered)
    return remembered
