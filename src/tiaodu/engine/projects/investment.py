"""Investment of a project in a year: the plan, what was done and paid, the pace.

Figures of projects are added, and a share is one sum over another; shares are never averaged.

>>> D = Decimal
>>> plan = YearPlan(2024, total=D(900), planned=D(300), curve=LINEAR)
>>> june = year_standing(plan, [Reported(date(2024, 6, 30), D(120))], [], day=date(2024, 7, 10))
>>> str(june.planned_so_far), str(june.behind), str(june.ratio)
('150', '0.1', '0.8')
>>> ahead = year_standing(plan, [Reported(date(2024, 6, 30), D(300))], [], day=date(2024, 7, 10))
>>> both = totals([june, ahead])
>>> str(both.done), str(both.ratio), both.unreported
('420', '1.4', 0)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tiaodu.engine.projects.curve import LINEAR, MONTHS, Curve, month_end, months_between, planned_share

_ZERO, _ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True, slots=True)
class YearPlan:
    """What a project is to cost and to invest in one year, and the curve by which it is judged.

    ``begins``: the day it is promised to start, where that lies in the year.
    """

    year: int
    total: Decimal
    planned: Decimal
    curve: Curve = LINEAR
    begins: date | None = None

    def by(self, day: date) -> Decimal:
        """What is to be done by the end of ``day``, to the cent; nothing before the year, all of it after."""
        if day.year != self.year:
            return self.planned if day.year > self.year else _ZERO
        share = planned_share(self.curve, day, self.begins)
        return (self.planned * share).quantize(Decimal("0.01")).normalize() + _ZERO

    def by_months(self) -> tuple[Decimal, ...]:
        """What is to be done by the end of each month."""
        return tuple(self.by(month_end(self.year, month)) for month in range(1, MONTHS + 1))


@dataclass(frozen=True, slots=True)
class Reported:
    """What had come together from 1 January by the end of ``day``, as it was reported."""

    day: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class YearStanding:
    """Plan against done, as of the day of the last figure of the year.

    ``as_of`` is that day, and 31 December before where there is none; ``done`` is None when a month has
    ended and nobody reported. ``paid`` is of the same day or earlier.
    """

    plan: YearPlan
    as_of: date
    done: Decimal | None
    paid: Decimal | None

    @property
    def planned_so_far(self) -> Decimal:
        return self.plan.by(self.as_of)

    @property
    def behind(self) -> Decimal | None:
        """The share of the year's plan that is missing by the plan; below 0 when ahead."""
        if self.done is None or not self.plan.planned:
            return None
        return (self.planned_so_far - self.done) / self.plan.planned

    @property
    def ratio(self) -> Decimal | None:
        """Done of what was to be done; whole where nothing was."""
        if self.done is None or not self.plan.planned:
            return None
        return self.done / self.planned_so_far if self.planned_so_far else _ONE

    @property
    def share(self) -> Decimal | None:
        """Done of the year's plan."""
        return None if self.done is None or not self.plan.planned else self.done / self.plan.planned

    @property
    def paid_share(self) -> Decimal | None:
        """Paid of what was done."""
        return self.paid / self.done if self.paid is not None and self.done else None

    def silent_months(self, day: date) -> int:
        """Whole months since the last figure."""
        return months_between(self.as_of, day)

    def needed_a_month(self) -> Decimal | None:
        """What every month that is left has to do for the plan to be kept; None when none is left."""
        left = MONTHS - (self.as_of.month if self.as_of.year == self.plan.year else 0)
        if self.done is None or not left:
            return None
        return max(_ZERO, self.plan.planned - self.done) / left


def year_standing(
    plan: YearPlan, done: Sequence[Reported], paid: Sequence[Reported], *, day: date
) -> YearStanding:
    """How a project stands on ``day`` by the figures of its plan's year; both come in any order."""
    last, money = _last(done, plan.year, day), _last(paid, plan.year, day)
    if last is not None:
        return YearStanding(
            plan, last.day, last.value, money.value if money and money.day <= last.day else None
        )
    before = date(plan.year - 1, 12, 31)
    nothing_due = day < month_end(plan.year, 1)
    return YearStanding(plan, before, _ZERO if nothing_due else None, None)


def _last(figures: Iterable[Reported], year: int, day: date) -> Reported | None:
    fitting = [each for each in figures if each.day.year == year and each.day <= day]
    return max(fitting, key=lambda each: each.day, default=None)


def pace(done: Sequence[Reported], months: int = 3) -> Decimal | None:
    """What a month brought on the mean of the last ``months`` that were reported; None without a figure.

    >>> by_month = [Reported(month_end(2024, m), Decimal(10 * m)) for m in (1, 2, 3, 4)]
    >>> str(pace(by_month)), str(pace(by_month[:1])), pace([])
    ('10', '10', None)
    """
    ordered = sorted(done, key=lambda each: each.day)
    if not ordered:
        return None
    last = ordered[-1]
    earlier = [each for each in ordered[:-1] if each.day.month >= last.day.month - months]
    base = (
        earlier[0]
        if earlier and last.day.month > months
        else Reported(date(last.day.year - 1, 12, 31), _ZERO)
    )
    span = last.day.month - (base.day.month if base.day.year == last.day.year else 0)
    return (last.value - base.value) / span


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over projects. ``planned_by`` is what all are to have done, ``planned_so_far`` what those that
    reported are to have done, so that the ratio compares like with like; ``unreported`` are the others.
    """

    projects: int
    total: Decimal
    planned: Decimal
    planned_by: Decimal
    planned_so_far: Decimal
    done: Decimal
    paid: Decimal
    unreported: int
    unpaid: int  # projects without a figure of payment

    @property
    def ratio(self) -> Decimal | None:
        """Done of what was to be done by those that reported."""
        return self.done / self.planned_so_far if self.planned_so_far else None

    @property
    def share(self) -> Decimal | None:
        """Done of the year's plan of all."""
        return self.done / self.planned if self.planned else None


def totals(standings: Iterable[YearStanding], day: date | None = None) -> Totals:
    """The sums of many projects; ``day`` is the day ``planned_by`` asks about, each one's last figure if not
    given.
    """
    rows = list(standings)
    told = [row for row in rows if row.done is not None]
    paid = [row.paid for row in rows if row.paid is not None]
    return Totals(
        projects=len(rows),
        total=sum((row.plan.total for row in rows), _ZERO),
        planned=sum((row.plan.planned for row in rows), _ZERO),
        planned_by=sum((row.plan.by(day or row.as_of) for row in rows), _ZERO),
        planned_so_far=sum((row.planned_so_far for row in told), _ZERO),
        done=sum((row.done for row in told if row.done is not None), _ZERO),
        paid=sum(paid, _ZERO),
        unreported=len(rows) - len(told),
        unpaid=len(rows) - len(paid),
    )
