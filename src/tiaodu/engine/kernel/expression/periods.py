"""The period a fact is asked for: a fixed one, or one told from the period that is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from tiaodu.engine.kernel.expression.functions import Words
from tiaodu.engine.kernel.period import Period

RELATIVE: Mapping[str, Words] = MappingProxyType(
    {
        "current": Words("本期", "this period"),
        "previous": Words("上期", "the period before"),
        "year_ago": Words("上年同期", "the same period a year ago"),
        "year_to_date": Words("本年累计", "from 1 January to the end of this period"),
        "year_ago_to_date": Words("上年同期累计", "the same a year ago"),
    }
)
_BY_WORD = {words.zh: code for code, words in RELATIVE.items()} | {code: code for code in RELATIVE}


def period_key(text: str) -> str:
    """A period in the one way of writing it; raises ValueError when it is none.

    >>> period_key("2024-01..2024-06"), period_key("上年同期")
    ('2024H1', 'year_ago')
    """
    return _BY_WORD.get(text) or str(Period.parse(text))


def period_of(key: str, current: Period) -> Period:
    """The period a key of a fact means when ``current`` is looked at.

    >>> month = Period.parse("2024-02")
    >>> [str(period_of(key, month)) for key in ("current", "previous", "year_ago", "year_to_date", "2023")]
    ['2024-02', '2024-01', '2023-02', '2024-01..2024-02', '2023']
    """
    if key not in RELATIVE:
        return Period.parse(key)
    if key == "previous":
        return _previous(current)
    found = _year_ago(current) if key.startswith("year_ago") else current
    return Period(date(found.end.year, 1, 1), found.end) if key.endswith("to_date") else found


def _previous(period: Period) -> Period:
    """The period of the same length right before: whole months are counted as months."""
    end = period.start - timedelta(days=1)
    if period.start.day != 1 or (period.end + timedelta(days=1)).day != 1:
        return Period(end - timedelta(days=period.days - 1), end)
    months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month + 1
    first = period.start.year * 12 + period.start.month - 1 - months
    return Period(date(first // 12, first % 12 + 1, 1), end)


def _year_ago(period: Period) -> Period:
    following = period.end + timedelta(days=1)
    if following.day == 1:  # the end of a month stays the end of its month, 29 February too
        return Period(_back(period.start), _back(following) - timedelta(days=1))
    return Period(_back(period.start), _back(period.end))


def _back(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
