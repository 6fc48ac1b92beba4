"""The investment of projects on a day: plan, done and paid by month; in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tiaodu.engine.projects.curve import own_curve
from tiaodu.engine.projects.fan import Fan, PastYear, Share, fan_of, learned_share
from tiaodu.engine.projects.investment import Reported, YearPlan, YearStanding, year_standing
from tiaodu.engine.projects.milestones import Milestone
from tiaodu.foundation.evidence.models import Series
from tiaodu.foundation.evidence.selectors import Cell, courses
from tiaodu.foundation.registry.models import Measure, Region
from tiaodu.rooms.projects.models import InvestmentPlan, Project
from tiaodu.rooms.projects.rules import Judging

DONE = "investment_done"  # the measure of what was invested, since 1 January of a year
SERIES = (Series.DISPATCH, Series.PAYMENT)
Plans = Mapping[tuple[int, int], InvestmentPlan]  # by project and year
Cells = Mapping[int, Cell]  # by month


def done_measure() -> Measure | None:
    """The measure every figure of investment done is kept under; None before measures are loaded."""
    return Measure.objects.filter(code=DONE).first()


@dataclass(frozen=True)
class Investment:
    """The investment of a project in one year.

    ``standing`` is None where the year has no plan; ``done`` and ``paid`` are the figures by month with their
    evidence; ``earlier`` is what came together in the years before.
    """

    year: int
    plan: InvestmentPlan | None
    standing: YearStanding | None
    done: Cells
    paid: Cells
    earlier: Decimal

    @property
    def room(self) -> Decimal | None:
        """What the total investment leaves for this year."""
        return None if self.plan is None else max(Decimal(0), self.plan.total - self.earlier)

    def fan(self, share: Share | None) -> Fan | None:
        """What the year will bring; None where nothing is known."""
        if self.standing is None or share is None:
            return None
        return fan_of(self.standing, share, room=self.room)


@dataclass(frozen=True)
class Book:
    """The plans and figures of some projects as they were known on a day."""

    day: date
    plans: Plans
    told: Mapping[tuple[int, str], Sequence[Cell]]  # by subject and series

    def year(
        self, project: Project, year: int, judging: Judging, milestones: Mapping[str, Milestone] | None = None
    ) -> Investment:
        """The investment of one project in a year, with what had come together by the book's day."""
        plan = self.plans.get((project.pk, year))
        done, paid = (self.months(project, series, year) for series in SERIES)
        standing = None
        if plan is not None:
            planned = year_plan(plan, project, judging, milestones)
            standing = year_standing(planned, _reported(done), _reported(paid), day=self.day)
        return Investment(year, plan, standing, done, paid, self.earlier(project, Series.DISPATCH, year))

    def months(self, project: Project, series: str, year: int) -> Cells:
        """The figures from 1 January to the end of a month of the year."""
        cells = self.told.get((project.subject_id, series), ())
        return {
            cell.period_end.month: cell
            for cell in cells
            if cell.period_end.year == year
            and cell.period_start == date(year, 1, 1)
            and cell.period_end <= self.day
        }

    def earlier(self, project: Project, series: str, year: int) -> Decimal:
        """What the last figures of the years before come to."""
        last: dict[int, Decimal] = {}
        for cell in self.told.get((project.subject_id, series), ()):
            if cell.period_end.year < year and cell.period_start == date(cell.period_end.year, 1, 1):
                last[cell.period_end.year] = cell.value
        return sum(last.values(), Decimal(0))

    def past(self, project: Project, judging: Judging, before: int) -> Iterable[PastYear]:
        """The complete years of a project before a year, from which pace is learned."""
        for (pk, year), plan in self.plans.items():
            if pk == project.pk and year < before and plan.planned > 0:
                done = self.months(project, Series.DISPATCH, year)
                by = year_plan(plan, project, judging, None).by_months()
                yield PastYear(by, {month: cell.value for month, cell in done.items()})


def year_plan(
    plan: InvestmentPlan,
    project: Project,
    judging: Judging,
    milestones: Mapping[str, Milestone] | None,
) -> YearPlan:
    """The plan as the engine takes it: its own months, else the curve the county has for such projects."""
    own = own_curve([Decimal(amount) for amount in plan.months], plan.planned)
    curve = own or judging.curve_for(project, project.network.kind)
    return YearPlan(plan.year, plan.total, plan.planned, curve, _begins(milestones))


def _begins(milestones: Mapping[str, Milestone] | None) -> date | None:
    """The day from which a project has something to invest: its promised start, or an earlier real one."""
    start = (milestones or {}).get("construction_start")
    days = [day for day in (start.promised, start.reached) if day] if start else []
    return min(days, default=None)


def _reported(cells: Cells) -> list[Reported]:
    return [Reported(cell.period_end, cell.value) for cell in cells.values()]


def book_of(projects: Sequence[Project], day: date) -> Book:
    """Plans and figures of these projects; the same number of queries for any number of them."""
    rows = InvestmentPlan.objects.filter(project__in=projects, known_on__lte=day).order_by("year", "revision")
    subjects, measure = [project.subject_id for project in projects], done_measure()
    told: Mapping[tuple[int, str], Sequence[Cell]] = {}
    if measure is not None:
        told = courses(subject_ids=subjects, measure_id=measure.pk, series=SERIES, day=day)
    return Book(day, {(plan.project_id, plan.year): plan for plan in rows}, told)


@dataclass(frozen=True)
class Learned:
    """How much of the rest of a plan came in the county's complete years, or the prior it confirmed."""

    years: Sequence[PastYear]
    judging: Judging

    def share(self, month: int) -> Share | None:
        """The share of what the plan has after ``month``; None: nothing learned and no prior confirmed."""
        found = learned_share(self.years, month, enough=self.judging.enough)
        if found is not None:
            return found
        prior = self.judging.prior
        return None if prior is None else prior.share(months=12 - month)


def learned_in(region: Region, judging: Judging, day: date) -> Learned:
    """What the complete years of all projects of the region teach."""
    projects = list(Project.objects.filter(region=region, created_on__lte=day).select_related("network"))
    book = book_of(projects, day)
    years = [year for project in projects for year in book.past(project, judging, day.year)]
    return Learned(years, judging)


def last_month(standing: YearStanding) -> int:
    """The month of the last figure of the year; 0 where there is none."""
    return standing.as_of.month if standing.as_of.year == standing.plan.year else 0
