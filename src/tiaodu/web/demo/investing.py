"""The monthly investment of the demo's five projects: the county's figure of the month, split among them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.web.demo.year import MONTHS, month_end, values


@dataclass(frozen=True, slots=True)
class Told:
    """What is reported on ``day`` of a month: done since 1 January in 元; ``reason`` corrects it."""

    day: date
    project: str
    month: int
    done: Decimal
    paid: Decimal
    revision: int = 0
    reason: str = ""


def reports(
    rules: Mapping[str, Any], progress: Mapping[str, Any], workdays: WorkingCalendar
) -> Iterator[Told]:
    """Every report of the year in the order of its days. In each month they add up to the county's figure.

    ``rules`` are the ``investment`` of projects.yaml, ``progress`` is progress.yaml.
    """
    series = next(each for each in progress["series"] if each["id"] == rules["series"])
    draw = random.Random(f"{progress['seed']}:{series['id']}")  # noqa: S311 - an example year, not a secret
    county = values(series, draw)
    found: list[Told] = []
    for month in MONTHS[: rules["until"]]:
        day = workdays.add_working_days(month_end(progress["year"], month), rules["delay_working_days"])
        parts = _split(county[month], rules)
        found += [Told(day, code, month, done, _paid(done, rules)) for code, done in parts.items()]
    for row in series.get("corrections", ()):
        done = (
            _split(county[row["month"]], rules)[rules["first"]] + Decimal(row["value"]) - county[row["month"]]
        )
        found.append(
            Told(row["day"], rules["first"], row["month"], done, _paid(done, rules), 1, row["reason"])
        )
    return iter(sorted(found, key=lambda told: (told.day, told.month, told.project)))


def _split(whole: Decimal, rules: Mapping[str, Any]) -> dict[str, Decimal]:
    """Whole 元 for each project; what is left is the first's."""
    parts = {code: Decimal(int(whole * Decimal(str(share)))) for code, share in rules["shares"].items()}
    return {rules["first"]: whole - sum(parts.values()), **parts}


def _paid(done: Decimal, rules: Mapping[str, Any]) -> Decimal:
    return Decimal(int(done * Decimal(str(rules["paid"]))))
