"""The wall map (挂图作战): who will miss a promise, by how much and through which step; and where bars lie.

A row is a project. What is drawn of it: the plan up to the last promise, the stages gone through, the
probable finish from P50 to P80, and every promised step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from tiaodu.engine.stages.state import Network, NetworkState


class Verdict(StrEnum):
    """How a project stands to its promises, the worst first."""

    MISSED = "missed"  # a promised day has passed and the step is open
    MISS = "miss"  # more likely late than not: P50 lies after the promised day
    RISK = "risk"  # P80 lies after it
    KEEP = "keep"
    DONE_LATE = "done_late"
    DONE = "done"
    UNKNOWN = "unknown"  # nothing is promised, or nobody can say when


WORST_FIRST = tuple(Verdict)
LATE = (Verdict.MISSED, Verdict.MISS)


@dataclass(frozen=True, slots=True)
class Probable:
    """When a step is probably finished: with even chance by ``p50``, four times in five by ``p80``."""

    p50: date
    p80: date


@dataclass(frozen=True, slots=True)
class Promise:
    """A promised day of a step, when it was finished, and when it probably will be."""

    step: str
    day: date
    finished: date | None = None
    probable: Probable | None = None

    def late(self, today: date) -> int:
        """Days by which it is late: really, already, or probably; 0 where it is not."""
        expected = self.finished or max(today, self.probable.p50 if self.probable else today)
        return max(0, (expected - self.day).days)

    def verdict(self, today: date) -> Verdict:
        """How the promise stands on ``today``."""
        if self.finished:
            return Verdict.DONE_LATE if self.finished > self.day else Verdict.DONE
        if self.day < today:
            return Verdict.MISSED
        if self.probable is None:
            return Verdict.UNKNOWN
        if self.probable.p50 > self.day:
            return Verdict.MISS
        return Verdict.RISK if self.probable.p80 > self.day else Verdict.KEEP


@dataclass(frozen=True, slots=True)
class Outcome:
    """The promise a project stands worst with: how, by how many days, and the step that holds it up."""

    verdict: Verdict
    days: int = 0
    promise: Promise | None = None
    through: str = ""


def outcome(
    promises: Iterable[Promise], today: date, *, through: Callable[[str], str] | None = None
) -> Outcome:
    """The worst of a project's promises; among equals the one that is latest, then the one due last.

    ``through`` names the step that holds up a step.

    >>> day = date(2024, 9, 8)
    >>> late = Promise("A21", day, probable=Probable(date(2024, 11, 18), date(2025, 1, 10)))
    >>> sure = Promise("A18", date(2024, 7, 20), probable=Probable(date(2024, 7, 10), date(2024, 7, 15)))
    >>> found = outcome([late, sure], date(2024, 7, 1), through=lambda step: "A11")
    >>> found.verdict.value, found.days, found.promise.step, found.through
    ('miss', 71, 'A21', 'A11')
    """
    judged = [(promise, promise.verdict(today), promise.late(today)) for promise in promises]
    if not judged:
        return Outcome(Verdict.UNKNOWN)
    open_ones = [each for each in judged if each[0].finished is None]
    promise, verdict, days = min(
        open_ones or judged, key=lambda each: (_badness(each[1]), -each[2], -each[0].day.toordinal())
    )
    held = through(promise.step) if through and verdict in (*LATE, Verdict.RISK) else ""
    return Outcome(verdict, days, promise, held)


def _badness(verdict: Verdict) -> int:
    """Missed and about to be missed are one: the days tell which is worse."""
    return 0 if verdict in LATE else WORST_FIRST.index(verdict)


def held_by(network: Network, state: NetworkState, step: str, finishes: Mapping[str, date]) -> str:
    """The open step that ``step`` waits for in the end: back along what finishes last, to what may be done.

    ``finishes`` are the days steps are probably finished; one without a day counts as the last, because
    nobody knows when it comes.
    """
    code = step
    while True:
        waiting = [need for need in network.needs.get(code, ()) if state.of(need).finished is None]
        if not waiting:
            return code
        code = max(waiting, key=lambda need: finishes.get(need, date.max))


@dataclass(frozen=True, slots=True)
class Phase:
    """A stage as it was gone through: from its first start until the next stage began, or work ended."""

    stage: str
    start: date
    end: date
    running: bool


def phases(steps: Iterable[tuple[str, date | None, date | None]], today: date) -> tuple[Phase, ...]:
    """The stages gone through, by ``(stage, started, finished)`` of every step, one after the other.

    Stages overlap in life; each is drawn from its first start to the first start of a stage begun later.

    >>> found = phases([("land", date(2024, 3, 1), None), ("signing", date(2024, 1, 5), date(2024, 1, 20))],
    ...                date(2024, 7, 1))
    >>> [(p.stage, p.start.isoformat(), p.end.isoformat(), p.running) for p in found]
    [('signing', '2024-01-05', '2024-03-01', False), ('land', '2024-03-01', '2024-07-01', True)]
    """
    begun: dict[str, date] = {}
    ends: list[date] = []
    running = False
    for stage, started, finished in steps:
        start = started or finished
        if start is None or start > today:
            continue
        begun[stage] = min(start, begun.get(stage, start))
        ends.append(finished or today)
        running |= finished is None
    last = today if running else max(ends, default=today)
    row = sorted(begun.items(), key=lambda each: each[1])
    bounds = [start for _, start in row[1:]] + [last] * bool(row)
    return tuple(
        Phase(stage, start, max(start, end), running and end == last)
        for (stage, start), end in zip(row, bounds, strict=True)
    )


Item = TypeVar("Item")


def grouped(
    rows: Sequence[Item], label: Callable[[Item], str], *, listed: Sequence[str] = ()
) -> tuple[tuple[str, tuple[Item, ...]], ...]:
    """Rows by their label: labels ``listed`` in that order, then others by name, those without one last."""
    found: dict[str, list[Item]] = {}
    for row in rows:
        found.setdefault(label(row), []).append(row)
    place = {each: number for number, each in enumerate(listed)}
    labels = sorted(found, key=lambda each: (not each, place.get(each, len(place)), each))
    return tuple((each, tuple(found[each])) for each in labels)
