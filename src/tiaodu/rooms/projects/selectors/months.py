"""The dispatch table of a month (月度调度表): every project's figures by the end of it, their sum, and beside
the sum alone what the statistics bureau delivered for the county.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.projects.curve import MONTHS, month_end
from tiaodu.engine.projects.investment import Reported, Totals, YearStanding, totals, year_standing
from tiaodu.engine.projects.lights import Colour, Light
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence.models import Evidence, Series
from tiaodu.foundation.evidence.selectors import Key, figures_latest
from tiaodu.foundation.registry.models import Measure, Region, Subject, SubjectKind
from tiaodu.rooms.projects.investing import last_month_over
from tiaodu.rooms.projects.models import InvestmentReport
from tiaodu.rooms.projects.selectors.judged import JudgedRow, judged
from tiaodu.rooms.projects.selectors.rows import rows_of
from tiaodu.rooms.projects.selectors.scope import projects_visible_to

# Measures the statistics bureau's total of investment may be kept under, the first that has a figure counts.
STATISTICS = ("investment_done.fixed_assets", "investment_period.fixed_assets", "investment_done")


@dataclass(frozen=True)
class MonthLine:
    """A project in the table of a month; ``sample`` follows the project."""

    row: JudgedRow
    month: date  # its last day
    report: InvestmentReport | None
    newest: bool  # whether it is the last month that is over, whose colour is today's

    @property
    def project(self) -> object:
        return self.row.project

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def sample(self) -> bool:
        return self.row.sample

    @cached_property
    def colour(self) -> Colour:
        """Today's colour; of an earlier month the one its figures and dates had at its end."""
        return self.row.colour if self.newest else self.row.colour_on(self.month)

    @property
    def light(self) -> Light:
        return self.colour.light

    @cached_property
    def standing(self) -> YearStanding | None:
        """Plan against what was reported for exactly this month; without a report nothing is known done."""
        found = self.row.investment
        if found.standing is None:
            return None
        done, paid = found.done.get(self.month.month), found.paid.get(self.month.month)
        return year_standing(
            found.standing.plan,
            [Reported(self.month, done.value)] if done else [],
            [Reported(self.month, paid.value)] if paid else [],
            day=self.month,
        )

    @property
    def total(self) -> Decimal | None:
        return self.row.investment.plan.total if self.row.investment.plan else None

    @property
    def planned(self) -> Decimal | None:
        return self.row.investment.plan.planned if self.row.investment.plan else None

    @property
    def planned_so_far(self) -> Decimal | None:
        found = self.row.investment.standing
        return found.plan.by(self.month) if found else None

    @property
    def done(self) -> Decimal | None:
        cell = self.row.investment.done.get(self.month.month)
        return cell.value if cell else None

    @property
    def done_evidence(self) -> int | None:
        cell = self.row.investment.done.get(self.month.month)
        return cell.evidence_id if cell else None

    @property
    def paid(self) -> Decimal | None:
        cell = self.row.investment.paid.get(self.month.month)
        return cell.value if cell else None

    @property
    def share(self) -> Decimal | None:
        """Done of the year's plan."""
        return self.done / self.planned if self.done is not None and self.planned else None

    @property
    def text(self) -> str:
        return self.report.text if self.report else ""

    @property
    def problem(self) -> str:
        return self.report.problem if self.report else ""

    @property
    def next_month(self) -> Decimal | None:
        return self.report.next_month if self.report else None


@dataclass(frozen=True)
class SumLine:
    """The sums of the table: shares are sums over sums, those of projects that reported."""

    totals: Totals
    next_month: Decimal

    name = ""
    sample = False
    light = None
    text = problem = ""
    done_evidence = None
    report = None

    @property
    def total(self) -> Decimal:
        return self.totals.total

    @property
    def planned(self) -> Decimal:
        return self.totals.planned

    @property
    def planned_so_far(self) -> Decimal:
        return self.totals.planned_by

    @property
    def done(self) -> Decimal:
        return self.totals.done

    @property
    def paid(self) -> Decimal:
        return self.totals.paid

    @property
    def share(self) -> Decimal | None:
        return self.totals.share


def sum_line(lines: Iterable[MonthLine]) -> SumLine:
    """The sums of some lines; projects without a plan of the year have nothing to add."""
    rows = list(lines)
    told = [row.standing for row in rows if row.standing is not None]
    day = rows[0].month if rows else None
    return SumLine(totals(told, day), sum((row.next_month or Decimal(0) for row in rows), Decimal(0)))


def month_lines(user: User, month: date) -> list[MonthLine]:
    """The table of a month, by what is known today, in a fixed number of queries: projects that still run,
    ended this year, or have a plan for it.
    """
    day = clock.today()
    newest = month == last_month_over(day)
    seen = rows_of(projects_visible_to(user, day), day)
    kept = [row for row in seen if row.current or (row.plan is not None and row.plan.year == month.year)]
    rows = judged(kept, day, month.year)
    told = InvestmentReport.objects.filter(
        project__in=[row.project.pk for row in rows], month=month, known_on__lte=day
    )
    reports = {report.project_id: report for report in told.order_by("revision")}
    return [MonthLine(row, month, reports.get(row.project.pk), newest) for row in rows]


def months_back(today: date, count: int = MONTHS) -> list[date]:
    """The last days of the months that are over, the newest first."""
    found = [last_month_over(today)]
    while len(found) < count:
        found.append(found[-1].replace(day=1) - timedelta(days=1))
    return found


def statistics_of(region: Region | None, month: date, day: date) -> Evidence | None:
    """The county's own figure as the statistics bureau delivered it, newest up to the month; None if none.

    It stands beside the total alone: no project has one.
    """
    if region is None:
        return None
    subject = Subject.objects.filter(region=region, kind=SubjectKind.REGION, merged_into=None).first()
    measures: Mapping[str, int] = dict(Measure.objects.filter(code__in=STATISTICS).values_list("code", "pk"))
    if subject is None:
        return None
    year = date(month.year, 1, 1)
    keys = [
        Key(subject.pk, measures[code], Series.STATISTICAL, period=Period(year, end))
        for code in STATISTICS
        if code in measures
        for end in _ends(month)
    ]
    found = figures_latest(keys, day)
    return next((found[key] for key in keys if key in found), None)


def _ends(month: date) -> Sequence[date]:
    """The month and, where it is not told yet, those of the year before it."""
    return [month_end(month.year, number) for number in range(month.month, 0, -1)]
