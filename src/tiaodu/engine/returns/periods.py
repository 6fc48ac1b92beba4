"""The periods a form is asked for, the ones to compare with, and the last day to answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.types import DueBy, Every, January, ReturnType

MONTHS, QUARTERS, FEBRUARY = 12, 4, 2


def period_of(form: ReturnType, day: date) -> Period | None:
    """The period of the form that ``day`` lies in; None for a January that is skipped."""
    if form.every is Every.DAY:
        return Period.day(day)
    if form.every is Every.QUARTER:
        return Period.quarter(day.year, (day.month + 2) // 3)
    if form.every is Every.YEAR:
        return Period.year(day.year)
    if day.month <= FEBRUARY and form.january is January.WITH_FEBRUARY:
        return Period.months(day.year, 1, FEBRUARY)
    if day.month == 1 and form.january is January.SKIPPED:
        return None
    return Period.month(day.year, day.month)


def periods_over(form: ReturnType, first: date, today: date) -> Iterator[Period]:
    """The periods that begin on ``first`` (or the form's own first day) or later and are over on ``today``.

    A day is over when it has come: what it was is told in its evening.

    >>> from tiaodu.engine.returns.example import monthly
    >>> [str(p) for p in periods_over(monthly(january="with_february"), date(2024, 1, 1), date(2024, 4, 2))]
    ['2024-01..2024-02', '2024-03']
    """
    day = max(first, form.since)
    while day <= today:
        period = period_of(form, day)
        if period is None:
            day = _next_month(day)
            continue
        if period.end > today:
            return
        if period.start >= max(first, form.since):
            yield period
        day = period.end + timedelta(days=1)


def _next_month(day: date) -> date:
    return Period.month(day.year, day.month).end + timedelta(days=1)


def before(form: ReturnType, period: Period) -> Period | None:
    """The period before, for "last time"; None where the form has none.

    >>> from tiaodu.engine.returns.example import monthly
    >>> str(before(monthly(), Period.month(2024, 3)))
    '2024-02'
    """
    found = period_of(form, period.start - timedelta(days=1))
    if found is None:  # a January that is skipped: the one before is December
        found = period_of(form, Period.month(period.start.year, 1).start - timedelta(days=1))
    return found


def year_before(period: Period) -> Period:
    """The same period of the year before (上年同期); 29 February meets the 28th.

    >>> str(year_before(Period.parse("2024-01..2024-02")))
    '2023-01..2023-02'
    """
    start, end = period.start, period.end
    if start.day == 1 and (end + timedelta(days=1)).day == 1:
        return Period(_a_year_back(start), _last_of_month(_a_year_back(end)))
    return Period(_a_year_back(start), _a_year_back(end))


def _a_year_back(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _last_of_month(day: date) -> date:
    return Period.month(day.year, day.month).end


def due_day(
    form: ReturnType, period: Period, calendar: WorkingCalendar, published: Mapping[str, date]
) -> date | None:
    """The last day to answer; None where its authority's calendar has no day for the period.

    ``published``: the days of the form's calendar by the compact writing of the period.

    >>> from tiaodu.engine.returns.example import monthly
    >>> due_day(monthly(due_days=5), Period.month(2024, 4), WorkingCalendar(), {})
    datetime.date(2024, 5, 10)
    """
    if form.due_by is DueBy.CALENDAR:
        return published.get(str(period))
    if form.due_by is DueBy.DAYS:
        return period.end + timedelta(days=form.due_days)
    return calendar.add_working_days(period.end, form.due_days)
