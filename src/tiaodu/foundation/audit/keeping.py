"""What was read once and holds until somebody does something: every act is in the audit log, written in the
transaction of the act itself, so the end of the log tells whether anything can have changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from typing import Any, TypeVar

from django.db import connection

from tiaodu.foundation.audit.models import AuditEntry

T = TypeVar("T")
Acts = tuple[int, ...]

# How far back the log is looked at. Of two acts at the same time the one with the lower number may be seen
# later: that is noticed as long as fewer than this many were written in between.
WINDOW = 256
_MOST = 32  # results kept by a process


class Keeper:
    """Keeps results in this process until an act is recorded that may change them.

    ``untouched_by``: the beginnings of actions (``evidence.``) that cannot change what is kept; any other act
    ends it. Inside a transaction nothing is taken from here or put here: who writes reads what is there now.
    What is kept is shared by all requests and must not be altered. At most ``most`` results are kept.
    """

    def __init__(self, untouched_by: Collection[str], most: int = _MOST) -> None:
        self._untouched_by, self._most = tuple(untouched_by), most
        self._kept: dict[Hashable, tuple[Acts, Any]] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gives, or gave under this key since the last act that matters."""
        if connection.in_atomic_block:
            return make()
        acts = self._acts()
        found = self._kept.get(key)
        if found is not None and found[0] == acts:
            kept: T = found[1]
            return kept
        made = make()
        if len(self._kept) >= self._most:
            self._kept.clear()
        self._kept[key] = (acts, made)
        return made

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()

    def _acts(self) -> Acts:
        last = AuditEntry.objects.order_by("-id").values_list("id", "action")[:WINDOW]
        return tuple(pk for pk, action in last if not action.startswith(self._untouched_by))
