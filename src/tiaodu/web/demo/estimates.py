"""What the demo county's people privately think, told on the days of the file, all 示例."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.ledger.models import Indicator, Milestone
from tiaodu.rooms.outlook.estimates.services import estimate_give
from tiaodu.web.demo import county


def load_estimates(people: Mapping[str, User], say: county.Say) -> None:
    """Each person tells hers, as on the page."""
    count = 0
    for row in county.rows("estimates"):
        about = _about(row)
        for told in row["told"]:
            with clock.as_of(told["day"]):
                value = _value(told["value"], row.get("scale", 1))
                estimate_give(user=people[told["who"]], about=about, value=value)
            count += 1
    say(f"不记名的估计 private estimates: {count}")


def _about(row: Mapping[str, Any]) -> str:
    if "action" in row:
        steps = Milestone.objects.filter(task__title__startswith=row["task"], action__contains=row["action"])
        return f"m{steps.get().pk}"
    figures = Indicator.objects.filter(task__title__startswith=row["task"], measure__code=row["measure"])
    if "promised" in row:
        figures = figures.filter(terms__value=row["promised"]).distinct()
    return f"i{figures.get().pk}"


def _value(told: Any, scale: int) -> float:
    return float(told.toordinal() if isinstance(told, date) else told * scale)
