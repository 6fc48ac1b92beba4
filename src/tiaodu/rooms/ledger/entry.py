"""Figures as people type them: in 万 or 亿 of the unit when the target is written so."""

from __future__ import annotations

from decimal import Decimal

_UNSCALED = frozenset(("%", "‰", "百分点", "千分点", "倍"))


def entry_unit(target: Decimal | None, unit: str) -> tuple[Decimal, str]:
    """How many base units one typed unit is, and its name.

    >>> entry_unit(Decimal(5000000), "吨"), entry_unit(Decimal(58), "条")
    ((Decimal('10000'), '万吨'), (Decimal('1'), '条'))
    """
    if target is None or unit in _UNSCALED or abs(target) < 10_000:
        return Decimal(1), unit
    if abs(target) >= 100_000_000:
        return Decimal(100_000_000), f"亿{unit}"
    return Decimal(10_000), f"万{unit}"
