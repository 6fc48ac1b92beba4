"""From the parameters of a demo year to the acts of its people. Pure: the same seed gives the same acts."""

from __future__ import annotations

import calendar
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any, Final

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.kernel.display import display

MONTHS: Final = range(1, 13)


@dataclass(frozen=True, slots=True)
class Act:
    """One act of one person on the thing a ``select`` of the parameters names.

    ``verb``: ``report``, ``correct`` (of the report for ``period_end``), ``revise`` (what was promised), or a
    verb of an event. ``value`` is in the base unit, None for a note without figure.
    """

    day: date
    order: int
    series: str
    verb: str
    user: str
    text: str
    period_end: date | None = None
    value: Decimal | None = None
    problem: str = ""
    due: str = ""


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def acts(
    parameters: Mapping[str, Any], workdays: WorkingCalendar, promised: Mapping[str, Decimal]
) -> list[Act]:
    """Every act of the year in the order of its days; acts of one day in the order of the file.

    ``promised`` is the figure each series is measured against, by its id; one without a figure is left out.
    """
    found: list[Act] = []
    for series in parameters["series"]:
        draw = random.Random(f"{parameters['seed']}:{series['id']}")  # noqa: S311 - an example year, not a secret
        target = promised.get(series["id"])
        found.extend(_reports(series, parameters, workdays, draw, target))
        found.extend(_corrections(series))
        found.extend(_revisions(series))
        found.extend(_events(series))
    return sorted(found, key=lambda act: (act.day, act.order))


def values(series: Mapping[str, Any], draw: random.Random) -> dict[int, Decimal]:
    """Value at the end of each month: levels carried on, or shares of a total with noise; none for text."""
    if levels := series.get("levels"):
        known: dict[int, Decimal] = {}
        for month in MONTHS:
            known[month] = (
                Decimal(str(levels[month])) if month in levels else known.get(month - 1, Decimal(0))
            )
        return known
    if shares := series.get("shares"):
        moved = [share * max(0.0, draw.gauss(1, series.get("noise", 0))) for share in shares]
        scale = series["total"] / sum(moved)
        return {m: Decimal(round(total * scale)) for m, total in zip(MONTHS, accumulate(moved), strict=True)}
    return {}


def _reported_months(series: Mapping[str, Any]) -> Iterator[int]:
    silent = set(series.get("silent", ()))
    for month in range(series.get("from", 1), series.get("until", 12) + 1):
        on_turn = (month - series.get("from", 1)) % series.get("every", 1) == 0
        told = month in series.get("notes", {}) or month in series.get("problems", {})
        if month not in silent and (on_turn or told or "shares" in series):
            yield month


def _reports(
    series: Mapping[str, Any],
    parameters: Mapping[str, Any],
    workdays: WorkingCalendar,
    draw: random.Random,
    target: Decimal | None,
) -> Iterator[Act]:
    at_end = values(series, draw)
    year, delay = parameters["year"], parameters["delay_working_days"]
    for month in _reported_months(series):
        end = month_end(year, month)
        wait = series.get("late", {}).get(month) or draw.randint(delay["low"], delay["high"])
        template = series.get("notes", {}).get(month) or parameters["templates"][series["note"]]
        yield Act(
            day=workdays.add_working_days(end, wait),
            order=0,
            series=series["id"],
            verb="report",
            user=series["user"],
            text=_filled(template, month, at_end.get(month), series.get("unit"), target),
            period_end=end,
            value=at_end.get(month),
            problem=series.get("problems", {}).get(month, ""),
        )


def _filled(
    template: str, month: int, value: Decimal | None, unit: str | None, target: Decimal | None
) -> str:
    percent = f"{value / target * 100:.1f}%" if value is not None and target else ""
    shown = display(value, unit, places=2) if value is not None else ""
    return template.format(month=month, value=shown, percent=percent).replace("1—1月", "1月")


def _corrections(series: Mapping[str, Any]) -> Iterator[Act]:
    for row in series.get("corrections", ()):
        yield Act(
            day=row["day"],
            order=1,
            series=series["id"],
            verb="correct",
            user=series["user"],
            text=row["reason"],
            period_end=month_end(row["day"].year, row["month"]),
            value=Decimal(str(row["value"])),
        )


def _revisions(series: Mapping[str, Any]) -> Iterator[Act]:
    for row in series.get("terms", ()):
        value = Decimal(str(row["value"])) if "value" in row else None
        yield Act(
            row["day"], 2, series["id"], "revise", row["by"], row["reason"], due=str(row["due"]), value=value
        )


def _events(series: Mapping[str, Any]) -> Iterator[Act]:
    for row in series.get("events", ()):
        yield Act(row["day"], 3, series["id"], row["verb"], row["by"], row["text"])
