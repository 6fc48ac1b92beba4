"""Private firms above the county's own line (I7): counted strictly, apart from the units above size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.channels import Month
from tiaodu.engine.returns.thresholds import Private, counts_as
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.returns.entry.judging import private_in
from tiaodu.rooms.returns.entry.models import EntryUnit
from tiaodu.rooms.returns.entry.selectors.revenue import revenues

USE = "economy"  # what the county told firms that boards and targets are made from


@dataclass(frozen=True)
class PrivateLine:
    """A private firm with its revenue of the last twelve whole months, 万元, and how many of them are known.

    ``outcome``: over, near, below, or unknown where a month is missing and the rest is not above the line.
    """

    unit: EntryUnit
    amount: Decimal | None
    months: int
    outcome: str
    gap: Decimal | None

    @property
    def name(self) -> str:
        return self.unit.subject.name

    @property
    def sample(self) -> bool:
        return self.unit.sample

    @property
    def outcome_words(self) -> str:
        return {"over": _("超过"), "near": _("接近"), "below": _("未到"), "unknown": _("缺数")}[self.outcome]


def private_lines(units: QuerySet[EntryUnit], region: Region, day: date) -> tuple[Private, list[PrivateLine]]:
    """The county's rule and every private firm of ``units``, the greatest first. Blocked until the scope is
    confirmed; a fixed number of queries.
    """
    rule = private_in(region, day)
    found = list(units.filter(ownership=EntryUnit.Ownership.PRIVATE).select_related("subject"))
    told = revenues(region=region, subject_ids=[u.subject_id for u in found], day=day, use=USE)
    lines = [_line(unit, told[unit.subject_id].months, rule, day) for unit in found]
    return rule, sorted(lines, key=lambda line: (-(line.amount or Decimal(-1)), line.name))


def _line(unit: EntryUnit, told: tuple[Month, ...], rule: Private, day: date) -> PrivateLine:
    year, month = (day.year - 1, 12) if day.month == 1 else (day.year, day.month - 1)
    until = Period.month(year, month).end
    since = date(year - 1, month + 1, 1) if month < 12 else date(year, 1, 1)
    inside = [m for m in told if since <= m.period.start and m.period.end <= until]
    months = sum(m.period.end.month - m.period.start.month + 1 for m in inside)
    amount = sum((m.amount for m in inside), Decimal(0)) if inside else None
    outcome = counts_as(amount, rule)
    if outcome != "over" and months < 12:
        outcome = "unknown"
    gap = None if amount is None or outcome in ("over", "unknown") else rule.above - amount
    return PrivateLine(unit, amount, months, outcome, gap)
