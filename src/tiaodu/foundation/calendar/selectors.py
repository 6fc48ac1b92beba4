"""The working calendar of a region: the published notices, corrected by what the county has confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.urls import reverse

from tiaodu.engine.kernel.calendar import SATURDAY, WorkingCalendar
from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.calendar.tables import OVERRIDES, YEARS
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables.declaring import Table
from tiaodu.foundation.tables.selectors import TableData, table

MONTHS = range(1, 13)


def working_calendar(region: Region | None = None, day: date | None = None) -> WorkingCalendar:
    """The calendar of a region as it was known on ``day`` (today when not given).

    Blocked when what a county has entered cannot be used.
    """
    overrides = table("calendar.overrides", region=region, day=day)
    return _calendar(overrides, table("calendar.years", region=region, day=day))


@lru_cache(maxsize=64)
def _calendar(overrides: TableData, years: TableData) -> WorkingCalendar:
    return WorkingCalendar(
        {row["day"]: row["worked"] for row in overrides.rows},
        frozenset(row["year"] for row in years.rows),
    )


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A day of the year's page.

    ``mark``: off (a weekday that is not worked), made_up (a weekend day that is), weekend, or empty.
    ``overridden``: the county's table says so, with its ``note``.
    """

    day: date
    mark: str
    overridden: bool
    note: str


@dataclass(frozen=True, slots=True)
class ShownMonth:
    """A month with its days by week from Monday (None: not of the month) and its number of working days."""

    start: date
    weeks: tuple[tuple[ShownDay | None, ...], ...]
    worked: int


@dataclass(frozen=True, slots=True)
class ShownYear:
    """A year: its months, working days, whether it is provisional, and the days that differ from the week."""

    year: int
    months: tuple[ShownMonth, ...]
    worked: int
    provisional: bool
    notice: str
    overrides: tuple[ShownDay, ...]


def year_of(year: int, region: Region | None, day: date | None = None) -> ShownYear:
    """A year of the calendar as it was known on ``day``."""
    calendar = working_calendar(region, day)
    notes = {r["day"]: r["note"] or "" for r in table("calendar.overrides", region=region, day=day).rows}
    notices = {r["year"]: r["notice"] for r in table("calendar.years", region=region, day=day).rows}
    months = tuple(_month(date(year, month, 1), calendar, notes) for month in MONTHS)
    days = [shown for month in months for week in month.weeks for shown in week if shown]
    return ShownYear(
        year=year,
        months=months,
        worked=sum(month.worked for month in months),
        provisional=calendar.is_provisional(year),
        notice=notices.get(year, ""),
        overrides=tuple(shown for shown in days if shown.overridden),
    )


def _month(start: date, calendar: WorkingCalendar, notes: dict[date, str]) -> ShownMonth:
    after = (start.replace(day=28) + timedelta(days=4)).replace(day=1)
    days = [start + timedelta(days=n) for n in range((after - start).days)]
    shown: list[ShownDay | None] = [_day(day, calendar, notes) for day in days]
    padded = [None] * start.weekday() + shown
    padded += [None] * (-len(padded) % 7)
    weeks = tuple(tuple(padded[n : n + 7]) for n in range(0, len(padded), 7))
    return ShownMonth(start, weeks, sum(calendar.is_working_day(day) for day in days))


def _day(day: date, calendar: WorkingCalendar, notes: dict[date, str]) -> ShownDay:
    weekend, worked = day.weekday() >= SATURDAY, calendar.is_working_day(day)
    mark = ("made_up" if worked else "weekend") if weekend else ("" if worked else "off")
    return ShownDay(day, mark, day in notes, notes.get(day, ""))


@dataclass(frozen=True, slots=True)
class TableLink:
    """A table that this calendar follows, and its editor."""

    table: Table
    url: str


def tables_for(user: User) -> list[TableLink]:
    """The tables of the calendar for who may read them."""
    if not access.may(user, "tables.read"):
        return []
    return [TableLink(table, reverse("tables:table", args=[table.code])) for table in (OVERRIDES, YEARS)]
