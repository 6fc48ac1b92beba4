"""Dates as short as a picture needs them."""

from __future__ import annotations

from datetime import date


def short(day: date | None, today: date) -> str:
    """Month and day, with the year where it is another than today's.

    >>> short(date(2024, 9, 8), date(2024, 7, 1)), short(date(2025, 1, 10), date(2024, 7, 1))
    ('09-08', '2025-01-10')
    >>> short(None, date(2024, 7, 1))
    ''
    """
    if day is None:
        return ""
    return day.strftime("%m-%d") if day.year == today.year else day.isoformat()
