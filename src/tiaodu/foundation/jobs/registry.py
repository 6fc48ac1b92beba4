"""What can be run as a job: handlers register themselves by kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tiaodu.foundation.jobs.run import JobRun

Handler = Callable[..., Any]  # fn(job: JobRun, **arguments)

_handlers: dict[str, Handler] = {}


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register ``fn(job, **arguments)`` for jobs of ``kind`` (``documents.read``).

    A handler is idempotent: one that lost its worker is run again from the start. It reports with
    :meth:`JobRun.progress`, outside any transaction, so that others see it. Register in a module that the
    app's ``ready()`` imports.
    """

    def register(fn: Handler) -> Handler:
        known = _handlers.setdefault(kind, fn)
        if (known.__module__, known.__qualname__) != (fn.__module__, fn.__qualname__):
            raise ValueError(f"two handlers for jobs of kind {kind}")
        _handlers[kind] = fn
        return fn

    return register


def handler_of(kind: str) -> Handler:
    """The handler of a kind; LookupError when none is registered."""
    if kind not in _handlers:
        raise LookupError(f"no handler for jobs of kind {kind}")
    return _handlers[kind]


__all__ = ["Handler", "JobRun", "handler", "handler_of"]
