"""What a handler holds while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from tiaodu.foundation.accounts.models import User


class Cancelled(Exception):  # noqa: N818  not an error
    """The person cancelled the job, or another worker has taken it over: stop, leaving nothing half done."""


@dataclass(frozen=True, slots=True)
class JobRun:
    """One attempt at a job. ``user`` is who started it; None for the product itself."""

    id: UUID
    attempt: int
    user: User | None
    _report: Callable[[JobRun, int, int, str], None]

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Say how far the work is (``done`` of ``total``) and that it still goes on.

        Raises :class:`Cancelled`.
        """
        self._report(self, done, total, message)
