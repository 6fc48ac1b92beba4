"""How figures are written on pages: 万 and 亿 in Chinese, million and billion in English."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import get_language

from tiaodu.engine.kernel.display import display
from tiaodu.engine.kernel.english import english

_NUMBER = re.compile(r"[-+]?[\d.]+")


def written(value: Decimal | float, unit: str, places: int | None = None) -> tuple[str, str]:
    """The number and its unit as a person would write them: ("18.88", "亿元")."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if (get_language() or "").startswith("en"):
        return english(exact, unit, places)
    text = display(exact, unit, places=places)
    number = _NUMBER.match(text)
    cut = number.end() if number else 0
    return text[:cut], text[cut:]


def share(value: Decimal | None, target: Decimal | None) -> int | None:
    """How much of a target was reached, in whole percent from 0 to 100; None where it cannot be said."""
    if value is None or target is None or target <= 0:
        return None
    return int(max(Decimal(0), min(Decimal(1), value / target)) * 100)
