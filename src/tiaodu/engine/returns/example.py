"""A form for worked examples and tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tiaodu.engine.returns.types import ReturnType, return_types

ROW: dict[str, Any] = {
    "type": "monthly",
    "title": "月报",
    "title_en": "Monthly",
    "kinds": ["firm"],
    "sectors": [],
    "named": False,
    "period": "month",
    "since": date(2023, 1, 1),
    "january": "alone",
    "basis": "voluntary",
    "obligatory": False,
    "due": "working_days",
    "due_days": 5,
}
ASKED: dict[str, Any] = {
    "type": "monthly",
    "measure": "revenue",
    "unit": "万元",
    "minutes": Decimal(1),
    "uses": ["economy"],
    "needed": True,
}


def monthly(**changed: Any) -> ReturnType:
    """A monthly voluntary form that asks for revenue, with some of its values changed.

    >>> monthly().refusable, str(monthly().asked[0].factor)
    (True, '10000')
    """
    return return_types([{**ROW, **changed}], [ASKED])["monthly"]
