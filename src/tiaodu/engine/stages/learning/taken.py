"""Days really taken, by kind of step: how many, the median, what four in five needed, and whether promises
were kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tiaodu.engine.stages.learning.records import StepRecord
from tiaodu.engine.stages.model import Unit


@dataclass(frozen=True, slots=True)
class Taken:
    """Of one kind, in days of ``unit``, that most of its records are counted in.

    ``finished`` and ``running`` count steps, ``own`` and ``reference`` the finished ones of the county and
    of published cases. ``promised`` is the promise made last; ``kept`` the share of steps within theirs,
    legal pauses not counted, out of ``judged``: finished ones, and running ones that are already beyond it.
    None where there is nothing to tell.
    """

    kind: str
    unit: Unit
    finished: int
    running: int
    own: int
    reference: int
    median: float | None
    p80: float | None
    promised: float | None
    kept: float | None
    judged: int


def taken(records: Iterable[StepRecord], *, working_part: float = 250 / 365) -> Mapping[str, Taken]:
    """Statistics of every kind, in the order of the kinds.

    >>> days = [(18, 20), (25, 20), (20, 20), (31, None)]
    >>> rows = [
    ...     StepRecord("energy_review", d, Unit.WORKING, f"p{n}", promised=p)
    ...     for n, (d, p) in enumerate(days)
    ... ]
    >>> rows.append(StepRecord("energy_review", 40, Unit.WORKING, "p9", finished=False, promised=20))
    >>> found = taken(rows)["energy_review"]
    >>> found.finished, found.running, found.median, found.p80, found.promised, found.kept, found.judged
    (4, 1, 22.5, 31.0, 20, 0.5, 4)
    """
    kinds: dict[str, list[StepRecord]] = defaultdict(list)
    for record in records:
        kinds[record.kind].append(record)
    return {kind: _taken(kind, kinds[kind], working_part) for kind in sorted(kinds)}


def _taken(kind: str, records: Sequence[StepRecord], working_part: float) -> Taken:
    unit = usual_unit(records)
    done = [each for each in records if each.finished]
    days = np.array([converted(each.days, each.unit, unit, working_part) for each in done])
    promises = [each for each in records if each.promised is not None]
    judged = [each for each in promises if each.finished or not _within(each)]
    own = sum(each.own for each in done)
    return Taken(
        kind=kind,
        unit=unit,
        finished=len(done),
        running=len(records) - len(done),
        own=own,
        reference=len(done) - own,
        median=float(np.median(days)) if done else None,
        p80=float(np.quantile(days, 0.8, method="inverted_cdf")) if done else None,
        promised=promises[-1].promised if promises else None,
        kept=sum(map(_within, judged)) / len(judged) if judged else None,
        judged=len(judged),
    )


def _within(record: StepRecord) -> bool:
    return record.promised is not None and record.days - record.paused <= record.promised


def usual_unit(records: Sequence[StepRecord]) -> Unit:
    """The unit that most records are counted in; working days where they are even."""
    working = sum(each.unit == Unit.WORKING for each in records)
    return Unit.WORKING if 2 * working >= len(records) else Unit.CALENDAR


def converted(days: float, unit: Unit, wanted: Unit, working_part: float) -> float:
    """Days of one unit as days of another, by the working days in a year."""
    if unit == wanted:
        return days
    return days * working_part if wanted == Unit.WORKING else days / working_part
