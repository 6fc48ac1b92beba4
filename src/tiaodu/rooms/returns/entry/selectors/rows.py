"""Units as they stand on a day: class, channel, batch, papers, verdict; in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import QuerySet

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.channels import (
    Batch,
    Channel,
    Filing,
    Gap,
    HandedIn,
    Paper,
    channel_of,
    days_left,
    earliest_batch,
    lacking,
    missing_months,
    open_batches,
    purpose_of,
    vat_gap,
    wanted,
)
from tiaodu.engine.returns.entering import State, course, is_listed, under_review, verdict
from tiaodu.engine.returns.thresholds import FACTS, Amount, Reached, Unit, UnitClass, class_of, reached
from tiaodu.foundation import clock
from tiaodu.foundation.registry.models import Liaison, Region, Subject
from tiaodu.rooms.returns.entry.judging import EntryJudging, judging_in
from tiaodu.rooms.returns.entry.models import EntryOutlook, EntryPaper, EntryStep, EntryUnit
from tiaodu.rooms.returns.entry.selectors.revenue import Revenue, revenues

START = "lead"  # where a unit stands before its first step


@dataclass(frozen=True)
class EntryRow:
    """One unit on ``judging.day``. ``outlooks`` are the newest kept, by what they are about."""

    unit: EntryUnit
    judging: EntryJudging
    steps: Sequence[EntryStep]
    papers: Sequence[EntryPaper]
    revenue: Revenue
    liaisons: Mapping[str, Liaison] = field(default_factory=dict)
    outlooks: Mapping[str, EntryOutlook] = field(default_factory=dict)

    @property
    def subject(self) -> Subject:
        return self.unit.subject

    @property
    def name(self) -> str:
        return self.unit.subject.name

    @property
    def sample(self) -> bool:
        return self.unit.sample

    @property
    def day(self) -> date:
        return self.judging.day

    @property
    def revision(self) -> int:
        """How many steps it has taken."""
        return self.steps[-1].revision if self.steps else 0

    @cached_property
    def state(self) -> State:
        return course().states[self.steps[-1].state if self.steps else START]

    @cached_property
    def facts(self) -> Unit:
        """What decides its class."""
        unit = self.unit
        return Unit(self.subject.industry_code, unit.kind, unit.qualified, unit.developing)

    @cached_property
    def of(self) -> UnitClass | None:
        """Its class; None without an industry, or where no class takes it."""
        return class_of(self.facts, self.judging.classes)

    @property
    def filing(self) -> Filing:
        unit = self.unit
        return Filing(unit.opened_on, unit.first_sales_on, unit.newly_built, unit.transfer)

    @cached_property
    def channel(self) -> Channel:
        return self._channel(self.day)

    def _channel(self, day: date) -> Channel:
        return channel_of(self.filing, day, self.judging.rules, self.of.code if self.of else "")

    @cached_property
    def next_batch(self) -> Batch | None:
        """The batch it can still come in by."""
        purpose = purpose_of(self.filing, self.channel)
        found = open_batches(self.judging.batches, self.channel.code, purpose, self.day)
        return found[0] if found else None

    @property
    def days_left(self) -> int | None:
        """Working days until the next batch closes."""
        batch = self.next_batch
        return days_left(batch, self.day, self.judging.calendar) if batch else None

    def amounts(self, since: date, until: date) -> dict[str, Amount]:
        """What is known of a span by basis: the sum of its months, and what was filed for it."""
        inside = [m for m in self.revenue.months if since <= m.period.start and m.period.end <= until]
        found: dict[str, Amount] = {}
        if inside:
            months = sum(m.period.end.month - m.period.start.month + 1 for m in inside)
            found["revenue"] = Amount(sum((m.amount for m in inside), Decimal(0)), months)
        for basis in ("main_revenue", "revenue", "sales"):
            told = self.revenue.told(basis, until)
            if told is None or told.period.start < since:
                continue
            if basis not in found or told.months > found[basis].months:
                found[basis] = Amount(told.amount, told.months)
        return found

    @cached_property
    def reached(self) -> Reached:
        """The threshold against the year so far."""
        if self.of is None:
            return Reached("unknown")
        since = date(self.day.year, 1, 1)
        return reached(self.of, self.amounts(since, self.day), self.facts, output=self._output)

    @property
    def _output(self) -> Amount | None:
        told = self.revenue.told("output", self.day)
        return Amount(told.amount, told.months) if told else None

    def _amount_for(self, batch: Batch) -> Decimal | None:
        if self.of is None:
            return None
        found = reached(self.of, self.amounts(batch.counts_from, batch.counts_to), self.facts)
        return found.amount.value if found.amount else None

    @cached_property
    def earliest(self) -> Batch | None:
        """The first batch of last year or this by whose count it reached the threshold."""
        if self.of is None or (self.of.basis in FACTS and self.reached.outcome != "reached"):
            return None
        for year in (self.day.year - 1, self.day.year):
            channel = self._channel(min(self.day, date(year, 12, 31)))
            ofyear = [b for b in self.judging.batches if year in (b.counts_to.year, b.closes_on.year)]
            found = earliest_batch(
                (b for b in ofyear if self._is_of(b, year)),
                channel.code,
                purpose_of(self.filing, channel),
                self._amount_for,
                self.of.threshold,
            )
            if found is not None:
                return found
        return None

    def _is_of(self, batch: Batch, year: int) -> bool:
        """A batch belongs to the year its counting ends in, a monthly one to the year it closes in."""
        told = batch.closes_on.year if batch.channel == "monthly" else batch.counts_to.year
        opened = self.unit.opened_on
        return told == year and (opened is None or opened <= batch.closes_on)

    @cached_property
    def verdict(self) -> str:
        """listed, absent, in_time, not_yet or unknown: what the count of 按时入规入统 makes of it."""
        known: bool | None = self.earliest is not None
        if not known and (self.of is None or self.reached.outcome == "unknown"):
            known = None
        passed = self.earliest is not None and self.earliest.closes_on < self.day
        return verdict(self.state.code, reached=known, passed=passed)

    @cached_property
    def gap(self) -> Gap | None:
        """VAT return against income statement, of what was filed last."""
        vat, income = self.revenue.told("vat", self.day), self.revenue.told("revenue", self.day)
        if vat is None or income is None or vat.period != income.period:
            return None
        return vat_gap(vat.amount, income.amount, self.judging.rules)

    @cached_property
    def filing_batch(self) -> str:
        """The batch papers are collected for: that of a filing under way, else the next one."""
        if under_review(self.state.code) and self.steps:
            named = [step.batch for step in self.steps if step.batch]
            if named:
                return named[-1]
        return self.next_batch.code if self.next_batch else ""

    @cached_property
    def needed(self) -> tuple[Paper, ...]:
        """The papers its class and channel ask for."""
        if self.of is None:
            return ()
        explain = self.gap is not None and self.gap.explain
        return wanted(self.judging.papers, self.of.code, self.channel.code, explain=explain)

    @cached_property
    def missing(self) -> tuple[Paper, ...]:
        """What it has not handed in yet; nothing is asked of a unit in the list."""
        return () if is_listed(self.state.code) else self.missing_for(self.filing_batch)

    def missing_for(self, batch: str) -> tuple[Paper, ...]:
        """What is missing for a batch."""
        handed = [HandedIn(p.paper, p.batch, returned=hasattr(p, "sent_back")) for p in self.papers]
        return lacking(self.needed, handed, batch)

    @cached_property
    def missing_months(self) -> tuple[Period, ...]:
        """Months without a figure among those the annual round asks for."""
        last = date(self.day.year, self.day.month, 1)
        count = self.judging.rules.series_months
        return missing_months(self.revenue.months, Period.month(*_before(last)).end, count)

    @property
    def helper(self) -> str:
        """Who helps it: the officer of the 包联 table, else the department, else the leader."""
        for role in (Liaison.Role.OFFICER, Liaison.Role.DEPARTMENT, Liaison.Role.LEADER):
            if role in self.liaisons:
                return self.liaisons[role].who
        return ""


def _before(first: date) -> tuple[int, int]:
    return (first.year - 1, 12) if first.month == 1 else (first.year, first.month - 1)


def rows_of(found: QuerySet[EntryUnit], day: date | None = None) -> list[EntryRow]:
    """The rows of some units on ``day`` (today when not given). Tables are read once for each region."""
    day = day or clock.today()
    units = list(found.select_related("region", "subject").defer("subject__keywords"))
    ids = [unit.pk for unit in units]
    subjects = [unit.subject_id for unit in units]
    steps, papers = _steps(ids, day), _papers(ids, day)
    liaisons, outlooks = _liaisons(subjects, day), _outlooks(ids, day)
    told: dict[int, Revenue] = {}
    judging: dict[int, EntryJudging] = {}
    for region in {unit.region for unit in units}:
        judging[region.pk] = judging_in(region, day)
        mine = [unit.subject_id for unit in units if unit.region_id == region.pk]
        told |= revenues(region=region, subject_ids=mine, day=day)
    return [
        EntryRow(
            unit,
            judging[unit.region_id],
            steps[unit.pk],
            papers[unit.pk],
            told[unit.subject_id],
            liaisons[unit.subject_id],
            outlooks[unit.pk],
        )
        for unit in units
    ]


def _steps(units: Iterable[int], day: date) -> dict[int, list[EntryStep]]:
    rows = EntryStep.objects.filter(unit__in=units, known_on__lte=day).order_by("unit", "revision")
    found: dict[int, list[EntryStep]] = defaultdict(list)
    for row in rows.select_related("by", "department", "proof"):
        found[row.unit_id].append(row)
    return found


def _papers(units: Iterable[int], day: date) -> dict[int, list[EntryPaper]]:
    rows = EntryPaper.objects.filter(unit__in=units, known_on__lte=day).order_by("id")
    found: dict[int, list[EntryPaper]] = defaultdict(list)
    for row in rows.select_related("by", "file", "sent_back__by"):
        found[row.unit_id].append(row)
    return found


def _liaisons(subjects: Iterable[int], day: date) -> dict[int, dict[str, Liaison]]:
    rows = Liaison.objects.holding(day).filter(subject__in=subjects).select_related("user", "department")
    found: dict[int, dict[str, Liaison]] = defaultdict(dict)
    for row in rows:
        found[row.subject_id][row.role] = row
    return found


def _outlooks(units: Iterable[int], day: date) -> dict[int, dict[str, EntryOutlook]]:
    """The newest outlook of each unit that still lies ahead."""
    rows = EntryOutlook.objects.filter(unit__in=units, known_on__lte=day, by__gte=day).order_by("known_on")
    found: dict[int, dict[str, EntryOutlook]] = defaultdict(dict)
    for row in rows:
        found[row.unit_id][row.about] = row
    return found


def row_of(unit: EntryUnit, day: date | None = None) -> EntryRow:
    """One unit as it stands."""
    return rows_of(EntryUnit.objects.filter(pk=unit.pk), day)[0]


def batches_in(region: Region, day: date) -> list[Batch]:
    """The batches of this year and the last, the next to close first, then those that are closed."""
    found = judging_in(region, day).batches
    return [*(b for b in found if b.closes_on >= day), *reversed([b for b in found if b.closes_on < day])]
