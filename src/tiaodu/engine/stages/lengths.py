"""How long steps are planned to take, and the day a limit ends.

>>> from datetime import date
>>> from tiaodu.engine.kernel.calendar import WorkingCalendar
>>> law = Limit(LimitKind.LAW, 20, Unit.WORKING, "行政许可法第42条", "source")
>>> limit_ends(law, date(2024, 9, 20), WorkingCalendar()).isoformat()
'2024-10-23'
>>> pause = [(date(2024, 10, 8), date(2024, 10, 14))]
>>> limit_ends(law, date(2024, 9, 20), WorkingCalendar(), pauses=pause).isoformat()
'2024-10-31'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.stages.model import Limit, LimitKind, Range, Step, Unit
from tiaodu.engine.stages.state import Network


@dataclass(frozen=True, slots=True)
class Length:
    """A number of days a step takes, counted in its unit; ``origin`` says where it comes from."""

    days: int
    unit: Unit
    origin: str = ""

    @property
    def working(self) -> bool:
        """Whether it counts working days."""
        return self.unit == Unit.WORKING


MILESTONE = Length(0, Unit.CALENDAR, "milestone")
_BINDING = (LimitKind.COMMITTED, LimitKind.LAW, LimitKind.LEAST)


def planned_length(step: Step, *, confirmed: bool = False) -> Length | None:
    """What a plan takes a step to need: the promised days, else the law's, else what is usual; None if
    nobody says.

    A shortest period binds where it is longer. An unsure value counts only where the county has ``confirmed``
    its values.
    """
    if step.milestone:
        return MILESTONE
    found = [limit for kind in _BINDING if (limit := step.limit(kind, confirmed=confirmed))]
    if found:
        return Length(found[0].days, found[0].unit, found[0].kind.value)
    if step.usual and (step.usual.sure or confirmed):
        return Length(step.usual.likely, step.usual.unit, "usual")
    return None


def planned_lengths(network: Network, *, confirmed: bool = False) -> Mapping[str, Length]:
    """The planned length of every step that has one."""
    lengths = {step.code: planned_length(step, confirmed=confirmed) for step in network.steps}
    return {code: length for code, length in lengths.items() if length is not None}


def length_of_range(usual: Range) -> Length:
    """The likely length of a three-point range."""
    return Length(usual.likely, usual.unit, "usual")


def limit_ends(
    limit: Limit,
    start: date,
    calendar: WorkingCalendar,
    *,
    pauses: Sequence[tuple[date, date]] = (),
    extended: bool = False,
) -> date:
    """The last day of a limit that runs from ``start``, the day itself not counted.

    ``pauses`` are spans, first and last day, that law takes out of the count (administrative licence law
    art. 45). A limit in calendar days that ends on a day off ends on the next working day (civil code art.
    203).
    """
    days = limit.days + (limit.extension if extended else 0)
    working = limit.unit == Unit.WORKING
    day = start
    while days > 0:
        day += timedelta(days=1)
        paused = any(first <= day <= last for first, last in pauses)
        days -= not paused and (not working or calendar.is_working_day(day))
    return day if limit.kind == LimitKind.LEAST else calendar.add_working_days(day, 0)
