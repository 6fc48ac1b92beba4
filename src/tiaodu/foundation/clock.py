"""The one place that knows what day it is.

Everything asks :func:`today`; nothing else reads the system date. ``TIAODU_TODAY`` fixes the day for a demo
or a replay, and in the demo each person may look at another day (:func:`as_of`), which moves only what that
person sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

CHINA = ZoneInfo("Asia/Shanghai")

_chosen: ContextVar[date | None] = ContextVar("chosen_day", default=None)


def real_today() -> date:
    """Today's date in China, whatever day the product is shown as of."""
    return datetime.now(CHINA).date()


def default_today() -> date:
    """The installation's day: ``TIAODU_TODAY`` if set, else the real one."""
    fixed: date | None = settings.TIAODU_TODAY
    return fixed or real_today()


def today() -> date:
    """The day everything is judged on."""
    return _chosen.get() or default_today()


def is_replayed() -> bool:
    """Whether pages must carry the banner that says that this is not the real day."""
    return today() != real_today()


@contextmanager
def as_of(day: date | None) -> Iterator[None]:
    """Judge everything inside on ``day``; None leaves the installation's day."""
    token = _chosen.set(day)
    try:
        yield
    finally:
        _chosen.reset(token)
