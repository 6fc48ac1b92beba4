"""Which days a figure of an indicator speaks of: the day of a level, the time in which something adds up.

A level (生产线达到58条) is told for one day. What adds up (产量, 下半年新增36条, 增速) is told from the day
it is counted from to the day it had come to, so that the figures of June and July are two of one kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from tiaodu.engine.kernel.period import Period

FLOW = "flow"
GROWTH = "growth_rate"  # official growth rates speak of the year so far (累计同比)
LONGER_THAN_A_MONTH = timedelta(days=31)  # a due of at most a month says when, not since when


def accrues(measure_key: str, kind: str, *, increment: bool) -> bool:
    """Whether figures add up over time: a flow, an addition to a level, or a growth rate of the year so far.

    >>> accrues("output.coal.raw", "flow", increment=False), accrues("energy", "stock", increment=True)
    (True, True)
    >>> accrues("facility_count", "stock", increment=False), accrues("ratio.forest", "ratio", increment=False)
    (False, False)
    """
    return increment or kind == FLOW or measure_key.split(".", maxsplit=1)[0] == GROWTH


def counted_from(
    plan_year: int, due_start: date | None, due_end: date | None, earlier_dues: Iterable[date] = ()
) -> date:
    """The day from which a figure adds up.

    Its own period where the due is longer than a month (下半年); else, for an addition, the day after the
    addition promised before it (``earlier_dues``) was due: 上半年建成22条、年底前再建成36条 are 58 lines, not
    one count told twice; else the first day of the plan year.

    >>> counted_from(2024, date(2024, 7, 1), date(2024, 12, 31))
    datetime.date(2024, 7, 1)
    >>> counted_from(2024, None, date(2024, 12, 31), [date(2024, 6, 30)])
    datetime.date(2024, 7, 1)
    >>> counted_from(2024, date(2024, 12, 31), date(2024, 12, 31))
    datetime.date(2024, 1, 1)
    """
    if due_start is not None and due_end is not None and due_end - due_start > LONGER_THAN_A_MONTH:
        return due_start
    first = date(min(plan_year, due_end.year) if due_end else plan_year, 1, 1)
    before = [due for due in earlier_dues if due_end is not None and first <= due < due_end]
    return max(before) + timedelta(days=1) if before else first


def period_of(counts_from: date | None, day: date) -> Period:
    """What a figure told for ``day`` speaks of; ``counts_from`` is None for a level.

    Raises ValueError when the day lies before the time that is counted.

    >>> str(period_of(None, date(2024, 6, 30))), str(period_of(date(2024, 1, 1), date(2024, 6, 30)))
    ('2024-06-30', '2024H1')
    """
    return Period(counts_from or day, day)
