"""Figures of explanations, and what a firm may have done when a figure is a power of ten away."""

from __future__ import annotations

from decimal import Decimal
from math import isfinite, log10
from typing import Final

from tiaodu.engine.returns.checks.model import Words

_MARKS: Final = {1: "", 10_000: "万", 100_000_000: "亿"}
_SHOWN: Final = 4  # digits of a figure that is only roughly usual


def rounded(name: str, value: float) -> Decimal | None:
    """A figure of an explanation: a reported one as it was told, a reckoned one to a few digits.

    >>> str(rounded("本期", 1234567.5)), str(rounded("通常", 1234567.5)), str(rounded("倍数", 9.87654))
    ('1234567.5', '1235000', '9.877')
    """
    if not isfinite(value):
        return None
    told = Decimal(repr(float(value)))
    if name not in ("通常", "倍数") and not name.endswith("增速"):
        return told
    places = -told.adjusted() + _SHOWN - 1
    return Decimal(f"{round(told, places):f}") if told else told


def hint_of(factor: float, unit: str) -> Words:
    """What may have happened: the figure looks ``factor`` times too large when it is typed in ``unit``.

    >>> hint_of(10_000.0, "万元").zh, hint_of(0.0001, "万元").zh, hint_of(10_000.0, "元").zh
    ('像是按元填报。', '像是按亿元填报。', '像是多写了 4 位。')
    >>> hint_of(0.1, "吨").en
    'It looks as if 1 digit is missing.'
    """
    base = unit.lstrip("万亿")
    scale = next((size for size, mark in _MARKS.items() if mark and unit.startswith(mark)), 1)
    typed = _MARKS.get(round(scale / factor)) if scale / factor >= 1 else None
    if unit and typed is not None and round(scale / factor) != scale:
        return Words(f"像是按{typed}{base}填报。", f"It looks as if it was typed in {typed}{base}.")
    digits = abs(round(log10(factor)))
    plural = "s" if digits > 1 else ""
    if factor > 1:
        return Words(
            f"像是多写了 {digits} 位。", f"It looks as if {digits} digit{plural} too many were typed."
        )
    return Words(
        f"像是少写了 {digits} 位。",
        f"It looks as if {digits} digit{plural} {'are' if digits > 1 else 'is'} missing.",
    )
