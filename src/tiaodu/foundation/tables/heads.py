"""The confirmed versions of all tables, known to every process without asking for them each time.

Rows are only ever added, so three figures (how many confirmations, the newest, when it was written) say
whether anything changed: one cheap query a request, whatever the number of tables asked for. The time is
part of it because a number that was rolled back can be given again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django.db import connection

from tiaodu.foundation.middleware import origin
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables.models import Decision, Version

Stamp = tuple[int, int | None, Any]
_NOTHING: Stamp = (0, None, None)
_REMEMBERED = "tables_stamp"
_ASKED = "SELECT COUNT(id), MAX(id), MAX(recorded_at) FROM tables_decision WHERE verb = %s"


@dataclass(frozen=True, slots=True)
class Head:
    """A confirmed version without its body."""

    version_id: int
    recorded_at: datetime
    code: str
    number: int
    region_path: str
    valid_from: date
    valid_to: date | None
    confirmed_on: date
    order: int  # of confirmations

    def holds(self, region: Region, day: date, known: date) -> bool:
        """Whether it is meant for the region and the day, and was confirmed by the day ``known``."""
        return (
            region.path.startswith(self.region_path)
            and self.confirmed_on <= known
            and self.valid_from <= day
            and (self.valid_to is None or day <= self.valid_to)
        )


def holding(code: str, region: Region | None, day: date, known: date) -> Head | None:
    """The version that holds in a region on ``day`` by what was confirmed up to ``known``.

    The nearest region's wins; there the one whose validity began last; of two that began on one day the one
    confirmed later.
    """
    if region is None:
        return None
    found = [head for head in heads().get(code, ()) if head.holds(region, day, known)]
    return max(found, key=_precedence, default=None)


def _precedence(head: Head) -> tuple[int, date, date, int]:
    return len(head.region_path), head.valid_from, head.confirmed_on, head.order


def taking_over(code: str, region: Region, after: date, known: date) -> Head | None:
    """The version of the region that takes over next after the day ``after``."""
    found = [
        head
        for head in heads().get(code, ())
        if head.region_path == region.path and head.confirmed_on <= known and head.valid_from > after
    ]
    return min(found, key=lambda head: (head.valid_from, -head.order), default=None)


def heads() -> dict[str, tuple[Head, ...]]:
    """All confirmed versions by table, in one query a request as long as none was added."""
    stamp = _stamp()
    return {} if stamp == _NOTHING else _heads(stamp)


@contextmanager
def asked_once() -> Iterator[None]:
    """Ask as seldom as in one request, for a run of commands beside which nobody confirms anything."""
    token = _run.set(SimpleNamespace())
    try:
        yield
    finally:
        _run.reset(token)


_run: ContextVar[Any] = ContextVar("run", default=None)


def forget() -> None:
    """Let the rest of this request see what it has just confirmed."""
    asker = origin().request or _run.get()
    if asker is not None and hasattr(asker, _REMEMBERED):
        delattr(asker, _REMEMBERED)


def _stamp() -> Stamp:
    asker = origin().request or _run.get()
    remembered: Stamp | None = getattr(asker, _REMEMBERED, None)
    if remembered is not None:
        return remembered
    # Asked for so often that to put the question together would take ten times as long as to answer it.
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [Decision.Verb.CONFIRMED])
        count, last, at = cursor.fetchone()
    if asker is not None:
        setattr(asker, _REMEMBERED, (count, last, at))
    return count, last, at


@lru_cache(maxsize=2)
def _heads(_known_as: Stamp) -> dict[str, tuple[Head, ...]]:
    found: dict[str, list[Head]] = {}
    for version in _confirmed().order_by("decision"):
        found.setdefault(version.code, []).append(_head(version))
    return {code: tuple(of_code) for code, of_code in found.items()}


def _confirmed() -> Any:
    versions = Version.objects.filter(decision__verb=Decision.Verb.CONFIRMED)
    return versions.select_related("region", "decision").defer("body")


def _head(version: Version) -> Head:
    return Head(
        version_id=version.pk,
        recorded_at=version.recorded_at,
        code=version.code,
        number=version.number,
        region_path=version.region.path,
        valid_from=version.valid_from,
        valid_to=version.valid_to,
        confirmed_on=version.decision.decided_on,
        order=version.decision.pk,
    )


@lru_cache(maxsize=512)
def _version(version_id: int, _recorded_at: datetime) -> Version:
    """A version is written once, so it is read once a process."""
    return Version.objects.get(pk=version_id)


def version_of(head: Head) -> Version:
    """The whole version of a head."""
    return _version(head.version_id, head.recorded_at)
