"""When a return that is not in is asked for, and before whom it then comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tiaodu.engine.kernel.calendar import WorkingCalendar

UNIT_RUNGS = frozenset({"unit", "unit_again"})


def reached(
    rungs: Sequence[Mapping[str, Any]],
    due: date,
    today: date,
    calendar: WorkingCalendar,
    *,
    binds: bool = True,
) -> tuple[str, ...]:
    """The rungs reached on ``today``, in their order; ``days`` are working days after the due.

    What the unit need not answer (``binds`` false) it is told of until its last day; nobody is told after.

    >>> rungs = [{"rung": "unit", "days": 0}, {"rung": "dispatcher", "days": 3}]
    >>> [reached(rungs, date(2024, 4, 30), date(2024, 5, d), WorkingCalendar()) for d in (1, 8)]
    [('unit',), ('unit', 'dispatcher')]
    >>> reached(rungs, date(2024, 4, 30), date(2024, 5, 8), WorkingCalendar(), binds=False)
    ('unit',)
    """
    ordered = [rung for rung in sorted(rungs, key=lambda rung: rung["days"]) if binds or rung["days"] <= 0]
    return tuple(r["rung"] for r in ordered if today >= _day(due, r["days"], calendar))


def _day(due: date, days: int, calendar: WorkingCalendar) -> date:
    return due if days == 0 else calendar.add_working_days(due, days)
