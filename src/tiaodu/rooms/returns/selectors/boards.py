"""Completeness and timeliness (B14), and the coal mines' day on one screen (D2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.types import ReturnType
from tiaodu.foundation import clock
from tiaodu.foundation.evidence.models import Series
from tiaodu.foundation.evidence.selectors import Cell, board, courses
from tiaodu.foundation.registry.models import Measure, Subject
from tiaodu.rooms.returns.models import Return
from tiaodu.rooms.returns.selectors.rows import ReturnRow, standing
from tiaodu.rooms.returns.tables import form_title


@dataclass(frozen=True)
class Completeness:
    """One form and period: how many are asked, in, in time, late, missing, sent back, declined.

    ``left``: past the last day without an answer nobody had to give; they are not missing.
    """

    form: ReturnType
    period: Period
    due: date | None
    asked: int
    came: int
    in_time: int
    late: int
    missing: int
    waiting: int
    back: int
    declined: int
    left: int = 0
    names: Sequence[str] = ()  # of those that are missing or still waited for
    sample: bool = False

    @property
    def title(self) -> str:
        return form_title(self.form)

    @property
    def share(self) -> Decimal | None:
        """In time of all that came or must have come by now, in percent; None while there is none."""
        fallen_due = self.in_time + self.late + self.missing
        return None if not fallen_due else Decimal(100 * self.in_time) / fallen_due

    @property
    def key(self) -> str:
        return f"{self.form.code}:{self.period}"


def completeness(found: QuerySet[Return], forms: Mapping[str, ReturnType], since: date) -> list[Completeness]:
    """Every form and period since a day, the newest first, in two queries."""
    today = clock.today()
    states = standing(today)
    rows = (
        found.filter(period_end__gte=since)
        .order_by("-period_end", "type")
        .values("type", "period_start", "period_end", "due")
        .annotate(
            asked=Count("pk"),
            came=Count("pk", filter=Q(submitted_on__isnull=False)),
            late=Count("pk", filter=states["late"]),
            missing=Count("pk", filter=states["overdue"]),
            waiting=Count("pk", filter=states["due"]),
            back=Count("pk", filter=states["back"]),
            declined=Count("pk", filter=states["declined"]),
            unanswered=Count("pk", filter=states["left"]),
            samples=Count("pk", filter=Q(sample=True)),
        )
    )
    names = _missing(found, since, states)
    return [
        Completeness(
            form=forms[row["type"]],
            period=(period := Period(row["period_start"], row["period_end"])),
            due=row["due"],
            asked=row["asked"],
            came=row["came"],
            in_time=row["came"] - row["late"],
            late=row["late"],
            missing=row["missing"],
            waiting=row["waiting"],
            back=row["back"],
            declined=row["declined"],
            left=row["unanswered"],
            names=names.get((row["type"], period), ()),
            sample=bool(row["samples"]),
        )
        for row in rows
        if row["type"] in forms
    ]


def _missing(
    found: QuerySet[Return], since: date, states: Mapping[str, Q]
) -> Mapping[tuple[str, Period], list[str]]:
    named: dict[tuple[str, Period], list[str]] = defaultdict(list)
    rows = found.filter(states["overdue"] | states["due"], period_end__gte=since)
    columns = ("type", "period_start", "period_end", "subject__name")
    for code, start, end, name in rows.order_by("subject__name").values_list(*columns):
        named[code, Period(start, end)].append(name)
    return named


@dataclass(frozen=True)
class MineDay:
    """One mine on one day: its figures by measure beside yesterday's, its month and its year so far."""

    subject: Subject
    row: Return | None
    told: Mapping[str, Cell] = field(default_factory=dict)
    yesterday: Mapping[str, Cell] = field(default_factory=dict)
    month: Mapping[str, Decimal] = field(default_factory=dict)
    year: Mapping[str, Decimal] = field(default_factory=dict)
    days: int = 0  # days of the month that were told
    first: date | None = None  # the first day of the year that was told
    standing: ReturnRow | None = None
    sample: bool = False


def days_of(form: ReturnType, found: QuerySet[Return], day: date) -> list[MineDay]:
    """Every unit that is asked a daily form on ``day``, in a fixed number of queries."""
    today = clock.today()
    rows = list(
        found.filter(type=form.code, period_end=day).select_related("subject").order_by("subject__name")
    )
    subjects = [row.subject_id for row in rows]
    measures = list(Measure.objects.filter(code__in=[asked.measure for asked in form.asked]))
    told = _day(subjects, measures, day)
    before = _day(subjects, measures, day - timedelta(days=1))
    sums = _sums(subjects, [m for m in measures if m.kind == Measure.Kind.FLOW], day)
    return [
        MineDay(
            subject=row.subject,
            row=row,
            told=told.get(row.subject_id, {}),
            yesterday=before.get(row.subject_id, {}),
            month=sums[0].get(row.subject_id, {}),
            year=sums[1].get(row.subject_id, {}),
            days=sums[2].get(row.subject_id, 0),
            first=sums[3].get(row.subject_id),
            standing=ReturnRow(row, None, today),
            sample=row.sample or row.subject.sample,
        )
        for row in rows
    ]


def _day(subjects: Sequence[int], measures: Sequence[Measure], day: date) -> Mapping[int, Mapping[str, Cell]]:
    codes = {measure.pk: measure.code for measure in measures}
    found: dict[int, dict[str, Cell]] = defaultdict(dict)
    period = Period.day(day)
    cells = board(subject_ids=subjects, measure_ids=list(codes), series=Series.DISPATCH, period=period)
    for (subject, measure), cell in cells.items():
        found[subject][codes[measure]] = cell
    return found


Sums = Mapping[int, Mapping[str, Decimal]]


def _sums(
    subjects: Sequence[int], measures: Sequence[Measure], day: date
) -> tuple[Sums, Sums, Mapping[int, int], Mapping[int, date]]:
    """The sums of the month and of the year up to ``day`` by subject and measure, the days told of the month,
    and the first day of the year that was told.
    """
    month: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    year: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    days: dict[int, set[date]] = defaultdict(set)
    first: dict[int, date] = {}
    for measure in measures:
        found = courses(subject_ids=subjects, measure_id=measure.pk, series=[Series.DISPATCH])
        for (subject, _series), cells in found.items():
            for cell in cells:
                if cell.period_start != cell.period_end or not date(day.year, 1, 1) <= cell.period_end <= day:
                    continue
                year[subject][measure.code] += cell.value
                first[subject] = min(first.get(subject, cell.period_end), cell.period_end)
                if cell.period_end.month == day.month:
                    month[subject][measure.code] += cell.value
                    days[subject].add(cell.period_end)
    return month, year, {subject: len(told) for subject, told in days.items()}, first
