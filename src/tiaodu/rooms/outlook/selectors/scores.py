"""Outlooks that were told with a chance, each beside its outcome: one of a promise and month counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from math import inf
from typing import Any

from django.db.models import Min, QuerySet
from django.db.models.functions import TruncMonth

from tiaodu.engine.outlook.scoring import DECIDED, Outcome, Ranged, Scored, State, brier, counted, log_score
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.ledger.models import Task
from tiaodu.rooms.ledger.selectors.scope import alive
from tiaodu.rooms.outlook.models import Outlook
from tiaodu.rooms.outlook.selectors.outcomes import about_of, outcomes_of, question_of
from tiaodu.rooms.outlook.selectors.rows import OutlookRow, fetched
from tiaodu.rooms.outlook.selectors.scope import outlooks_visible_to, tasks_judged_for

_RANKS = {State.BROKEN: 0, State.KEPT: 0, State.WAITING: 1, State.OPEN: 2, State.UNJUDGED: 3}
# Months from the day it was told to its due: the last of each class, in order.
LEADS = (0, 1, 3, 6, 12)
# What a list and its groups never look at.
_HEAVY = ("run__nodes", "run__findings", "run__versions", "pace")


@dataclass(frozen=True)
class ScoreRow:
    """One outlook that counts, with its outcome. ``later``: those of the same promise that were told after
    it; ``one``: whether it stands for its promise in the list of all.
    """

    told: OutlookRow
    outcome: Outcome
    later: Sequence[OutlookRow] = ()
    one: bool = False

    @property
    def pk(self) -> int:
        return self.told.pk

    @property
    def about(self) -> str:
        return about_of(self.told.outlook)

    @property
    def chance(self) -> float:
        """What was told: corrected by past accuracy where it was."""
        return self.told.chance_told or 0.0

    @property
    def month(self) -> str:
        return f"{self.told.outlook.run.as_of:%Y-%m}"

    @property
    def is_judged(self) -> bool:
        return self.outcome.state in DECIDED

    @cached_property
    def surprise(self) -> float:
        """−ln of the chance given to what came, infinite where none was; 0 while nothing came."""
        kept = self.outcome.kept
        return 0.0 if kept is None else log_score(self.chance, kept=kept)

    @property
    def given(self) -> float | None:
        """The chance that was given to what came."""
        kept = self.outcome.kept
        return None if kept is None else (self.chance if kept else 1 - self.chance)

    @property
    def brier(self) -> float | None:
        kept = self.outcome.kept
        return None if kept is None else brier(self.chance, kept=kept)

    @property
    def is_wrong(self) -> bool:
        """Whether less than half was given to what came."""
        return self.given is not None and self.given < 0.5

    @property
    def months_ahead(self) -> int:
        """Whole months from the month it was told in to that of its due."""
        due, day = self.told.outlook.due, self.told.outlook.run.as_of
        return max(0, (due.year - day.year) * 12 + due.month - day.month) if due else 0

    @property
    def ahead(self) -> int:
        """The class of months ahead: the place in LEADS, or behind them."""
        return next((place for place, last in enumerate(LEADS) if self.months_ahead <= last), len(LEADS))

    @property
    def is_figure(self) -> bool:
        return self.told.outlook.indicator_id is not None

    @property
    def ranged(self) -> Ranged | None:
        """The range with its outcome: of a figure as parts of its target, of a step as days from its due;
        None where either is missing or the figure is not final.
        """
        told, value = self.told.outlook, self.outcome.value
        if None in (told.p10, told.p50, told.p90) or value is None or not self.is_judged:
            return None
        if self.outcome.reason in ("reached", "exceeded", "around"):
            return None
        quantiles = [float(each) for each in (told.p10, told.p50, told.p90) if each is not None]
        if self.is_figure:
            scale = abs(told.target or 0.0)
            return Ranged(*(each / scale for each in (*quantiles, value))) if scale else None
        zero = told.due.toordinal() if told.due else 0
        return Ranged(*(each - zero for each in (*quantiles, value)))

    @property
    def held(self) -> bool | None:
        """Whether P10 to P90 held the outcome."""
        found = self.ranged
        return None if found is None else found.p10 <= found.outcome <= found.p90

    @property
    def worst_first(self) -> tuple[int, float, float, str, date]:
        """Those decided by how surprising their outcome was, then those that wait, run on, or never will."""
        rank = _RANKS[self.outcome.state]
        return rank, -self.surprise, self.chance, self.about, self.told.outlook.run.as_of

    # What lists ask of every row.

    @property
    def sample(self) -> bool:
        return self.told.sample

    @property
    def name(self) -> str:
        return self.told.name

    @property
    def words(self) -> str:
        return self.told.words

    @property
    def task(self) -> Any:
        return self.told.task


def scores_for(user: User, day: date | None = None) -> list[ScoreRow]:
    """Every outlook that counts among those the person sees, worst first."""
    day = day or clock.today()
    if user.region is None:
        return []
    return _rows(outlooks_visible_to(user, day), tasks_judged_for(user, day), user.region, day)


def scores_of_promise(user: User, row: OutlookRow, day: date | None = None) -> list[ScoreRow]:
    """The outlooks of one promise that count, the earliest first; the person sees the promise."""
    day, told = day or clock.today(), row.outlook
    part = {"indicator": told.indicator_id} if told.indicator_id else {"milestone": told.milestone_id}
    tasks = Task.objects.filter(pk=told.task_id)
    found = _rows(outlooks_visible_to(user, day).filter(**part), tasks, told.run.region, day)
    return sorted(found, key=lambda each: each.told.outlook.run.as_of)


def scores_of_region(region: Region, day: date) -> list[ScoreRow]:
    """Every outlook of a county that was told before ``day`` and counts, as known on it: for the product."""
    tasks = Task.objects.filter(alive(day), region=region, created_on__lte=day)
    told = Outlook.objects.filter(run__region=region, run__as_of__lt=day, task__in=tasks)
    return _rows(told, tasks, region, day)


def scored(rows: Iterable[ScoreRow], *, raw: bool = False) -> list[Scored]:
    """Those with an outcome, as the engine takes them; ``raw``: chances before they were corrected."""
    return [
        Scored(
            row.about,
            (row.told.outlook.chance or 0.0) if raw else row.chance,
            bool(row.outcome.kept),
            {
                "basis": row.told.outlook.basis,
                "kind": "figure" if row.is_figure else "step",
                "department": row.told.lead,
                "lead": str(row.ahead),
                "month": row.month,
            },
        )
        for row in rows
        if row.is_judged
    ]


def narrowed_to(rows: Iterable[ScoreRow], month: str) -> list[ScoreRow]:
    """The rows told in a month (all of them for none), of each promise one marked to stand for it: that of
    the greatest surprise once it is decided, else the one told last.
    """
    kept = [row for row in rows if not month or row.month == month]
    chosen: dict[str, ScoreRow] = {}
    for row in kept:
        there = chosen.get(row.about)
        if there is None or _stands_for(row) > _stands_for(there):
            chosen[row.about] = row
    return [replace(row, one=chosen[row.about] is row) for row in kept]


def _stands_for(row: ScoreRow) -> tuple[bool, float, date]:
    return row.is_judged, row.surprise, row.told.outlook.run.as_of


def sure_and_wrong(rows: Iterable[ScoreRow]) -> int:
    """How many were told as certain and came out otherwise."""
    return sum(row.surprise == inf for row in rows)


def _rows(told: QuerySet[Outlook], tasks: QuerySet[Task], region: Region, day: date) -> list[ScoreRow]:
    found = [OutlookRow(each, {}) for each in _counted(told)]
    if not found:
        return []
    outcomes = outcomes_of([row.outlook for row in found], tasks, region, day)
    by: dict[str, list[OutlookRow]] = {}
    for row in sorted(found, key=lambda each: each.outlook.run.as_of):
        by.setdefault(about_of(row.outlook), []).append(row)
    rows = [
        ScoreRow(row, outcomes[question_of(row.outlook)], tuple(told_after[place + 1 :]))
        for told_after in by.values()
        for place, row in enumerate(told_after)
    ]
    return sorted(rows, key=lambda row: row.worst_first)


def _counted(told: QuerySet[Outlook]) -> Iterable[Outlook]:
    """Of each promise and month the outlook that counts: three queries, however many runs there were."""
    forecasts = told.filter(chance__isnull=False).order_by()
    part = ("indicator", "milestone")
    months = forecasts.annotate(month=TruncMonth("run__as_of")).values(*part, "month")
    days = {row["first"] for row in months.annotate(first=Min("run__as_of"))}
    rows = forecasts.filter(run__as_of__in=days).values_list(*part, "run__as_of", "pk")
    keys = counted((f"{indicator}-{milestone}", day, pk) for indicator, milestone, day, pk in rows)
    return fetched(Outlook.objects.filter(pk__in=keys.values())).defer(*_HEAVY)
