"""Figures of an agreement after start-up: what was promised, what came, and whether the promise is kept.

A flow is compared over a whole year: half a year that already has the year's figure keeps the promise, half
a year that has not yet says nothing.

>>> tax = Promise(Decimal(600), due=date(2025, 12, 31), flow=True)
>>> half = Actual(Decimal(350), date(2025, 1, 1), date(2025, 6, 30))
>>> follow(tax, half, begun=date(2024, 9, 1), day=date(2025, 7, 9))
Followed(state='running', actual=Decimal('350'), gap=Decimal('250'))
>>> year = Actual(Decimal(550), date(2025, 1, 1), date(2025, 12, 31))
>>> follow(tax, year, begun=date(2024, 9, 1), day=date(2026, 1, 9)).state
'missed'
>>> follow(Promise(Decimal(3), per_mu=True), Actual(Decimal(550), date(2025, 1, 1), date(2025, 12, 31)),
...        begun=date(2024, 9, 1), day=date(2026, 1, 9), land=Decimal(200)).gap
Decimal('0.25')
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

_YEAR = 364  # days between the first and the last of a whole year, at least
# missed: its day has passed; short: below the promise, the day is to come; running: the year is not over;
# silent: in production without a figure; before: not in production yet; no_land: per mu without the land.
STATES: Final = ("missed", "silent", "short", "no_land", "running", "before", "kept")


@dataclass(frozen=True, slots=True)
class Promise:
    """A figure of an agreement; without ``due`` it holds from full output on."""

    value: Decimal
    due: date | None = None
    flow: bool = True
    per_mu: bool = False


@dataclass(frozen=True, slots=True)
class Actual:
    """What was reported, and of which days."""

    value: Decimal
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Followed:
    """How a promise stands: ``actual`` (per mu where the promise is) and what is missing; None if unknown."""

    state: str
    actual: Decimal | None = None
    gap: Decimal | None = None


def follow(
    promise: Promise,
    actual: Actual | None,
    *,
    begun: date | None,
    day: date,
    full: date | None = None,
    land: Decimal | None = None,
) -> Followed:
    """How a promise stands on ``day``; ``begun`` is the start of production, ``full`` that of full output."""
    if begun is None or begun > day:
        return Followed("before")
    if actual is None or actual.end < begun:
        return Followed("silent")
    if promise.per_mu and not land:
        return Followed("no_land")
    value = actual.value / land if promise.per_mu and land else actual.value
    gap = max(Decimal(0), promise.value - value)
    if not gap:
        return Followed("kept", value, gap)
    if promise.flow and (actual.end - actual.start).days < _YEAR:
        return Followed("running", value, gap)
    due = promise.due or full
    return Followed("missed" if due is not None and due <= day else "short", value, gap)
