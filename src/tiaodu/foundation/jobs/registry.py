"""What can be run as a job: handlers register themselves by kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any

from tiaodu.foundation.jobs.run import JobRun

Handler = Callable[..., Any]  # fn(job: JobRun, **arguments)
Nightly = Callable[[JobRun, date], Any]


@dataclass(frozen=True, slots=True)
class Handled:
    """A kind of job: what runs it, what people call it, and whether a failed one may simply be run again.

    ``place`` gives the address of what a job is about from its arguments.
    """

    fn: Handler
    title: Any = ""
    repeatable: bool = False
    nightly: bool = False
    place: Callable[[Mapping[str, Any]], str] | None = None


_handlers: dict[str, Handled] = {}


def handler(
    kind: str,
    *,
    title: Any = "",
    repeatable: bool = False,
    place: Callable[[Mapping[str, Any]], str] | None = None,
) -> Callable[[Handler], Handler]:
    """Register ``fn(job, **arguments)`` for jobs of ``kind`` (``documents.read``).

    A handler is idempotent: one that lost its worker is run again from the start. It reports with
    :meth:`JobRun.progress`, outside any transaction, so that others see it. Register in a module that the
    app's ``ready()`` imports. ``title`` is lazily translated; ``repeatable`` lets a person start a failed
    job again.
    """

    def register(fn: Handler) -> Handler:
        _add(kind, Handled(fn, title, repeatable, place=place))
        return fn

    return register


def nightly(kind: str, *, title: Any) -> Callable[[Nightly], Nightly]:
    """Register ``fn(job, day)`` to be run once on every business day, when the day turns.

    It looks at everything up to ``day``, so that a night on which the system stood still is made up for by
    the next, and is idempotent like every handler. One that failed may be run again on a later day: what it
    then writes is known on ``clock.today()``, never on ``day``. Those of one app run in the order they are
    registered.
    """

    def register(fn: Nightly) -> Nightly:
        @wraps(fn)
        def on_the_day(job: JobRun, *, day: str) -> Any:
            return fn(job, date.fromisoformat(day))

        _add(kind, Handled(on_the_day, title, repeatable=True, nightly=True))
        return fn

    return register


def handler_of(kind: str) -> Handler:
    """The handler of a kind; LookupError when none is registered."""
    if kind not in _handlers:
        raise LookupError(f"no handler for jobs of kind {kind}")
    return _handlers[kind].fn


def handled(kind: str) -> Handled | None:
    """What is known of a kind; None for one that no room of this installation handles any more."""
    return _handlers.get(kind)


def nightly_kinds() -> list[str]:
    """What is run when the day turns, in the order it was registered."""
    return [kind for kind, known in _handlers.items() if known.nightly]


def _add(kind: str, new: Handled) -> None:
    known = _handlers.setdefault(kind, new)
    if _name(known.fn) != _name(new.fn):
        raise ValueError(f"two handlers for jobs of kind {kind}")
    _handlers[kind] = new


def _name(fn: Handler) -> tuple[str, str]:
    return fn.__module__, fn.__qualname__


__all__ = ["Handled", "Handler", "JobRun", "handled", "handler", "handler_of", "nightly", "nightly_kinds"]
