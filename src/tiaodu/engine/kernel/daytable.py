"""Working and calendar days as tables: adding days to whole arrays of dates at once.

Days are offsets from the first day of the table. A day past its end is told as the last day: "not before
then".

>>> from datetime import date
>>> table = DayTable.of(WorkingCalendar(), date(2024, 9, 1), date(2024, 12, 31))
>>> start = table.offset(date(2024, 9, 30))
>>> table.date(table.later(start, 5, working=True)), table.date(table.later(start, 5, working=False))
(datetime.date(2024, 10, 12), datetime.date(2024, 10, 5))
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from tiaodu.engine.kernel.calendar import WorkingCalendar

Days = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class DayTable:
    """``worked[d]``: working days from the first day up to and including day ``d``; ``nth[w]``: the day of
    the
    ``w``-th working day (``nth[0]`` is the first day of the table, the last entry its last day).
    """

    first: date
    worked: Days
    nth: Days
    provisional: tuple[int, ...]  # years whose notice of make-up days is not known yet

    @classmethod
    def of(cls, calendar: WorkingCalendar, first: date, last: date) -> DayTable:
        """The table from ``first`` to ``last``, both included."""
        count = (last - first).days + 1
        if count < 1:
            raise ValueError(f"a table of days cannot end on {last} before it begins on {first}")
        flags = [calendar.is_working_day(first + timedelta(days=n)) for n in range(count)]
        works = np.array(flags, dtype=bool)
        nth = np.concatenate([[0], np.flatnonzero(works), [count - 1]]).astype(np.int32)
        years = range(first.year, last.year + 1)
        return cls(
            first,
            np.cumsum(works, dtype=np.int32),
            nth,
            tuple(year for year in years if calendar.is_provisional(year)),
        )

    def __len__(self) -> int:
        return len(self.worked)

    def offset(self, day: date) -> int:
        """The number of ``day``; one outside the table is told as its first or last day."""
        return min(max((day - self.first).days, 0), len(self.worked) - 1)

    def date(self, offset: int) -> date:
        """The day with this number."""
        return self.first + timedelta(days=int(offset))

    def later(self, start: int, days: int, *, working: bool) -> int:
        """The day ``days`` after ``start``, the day itself not counted; negative days go back."""
        last = len(self.worked) - 1
        if not working:
            return min(max(start + days, 0), last)
        if days == 0:
            return start
        place = int(self.worked[start]) + days
        if days < 0 and self.nth[self.worked[start]] != start:
            place += 1  # from a day off the working day before it is the first one back
        return int(self.nth[min(max(place, 0), len(self.nth) - 1)])

    def latest_start(self, finish: int, days: int, *, working: bool) -> int:
        """The last day from which ``days`` more still end by ``finish``."""
        if not working or days <= 0:
            return max(finish - max(days, 0), 0)
        place = int(self.worked[finish]) - days + 1
        return int(self.nth[place]) - 1 if place > 0 else 0

    def between(self, start: int, end: int, *, working: bool) -> int:
        """Days after ``start`` up to and including ``end``."""
        return int(self.worked[end] - self.worked[start]) if working else end - start
