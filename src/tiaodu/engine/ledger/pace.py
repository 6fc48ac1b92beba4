"""The plan line up to a due: where a figure would be if it grew evenly (序时进度)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal


def planned(target: Decimal, start: date, due: date, day: date) -> Decimal:
    """The part of ``target`` due by the evening of ``day`` when it grows by the same amount every day.

    序时进度 is the planned share of the date: before ``start`` nothing, after ``due`` all of it.

    >>> planned(Decimal(366), date(2024, 1, 1), date(2024, 12, 31), date(2024, 1, 31))
    Decimal('31')
    >>> planned(Decimal(58), date(2024, 1, 1), date(2024, 12, 31), date(2025, 3, 1))
    Decimal('58')
    """
    if day < start:
        return Decimal(0)
    if day >= due:
        return target
    return target * ((day - start).days + 1) / ((due - start).days + 1)
