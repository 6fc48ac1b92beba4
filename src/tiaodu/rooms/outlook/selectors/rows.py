"""Outlooks beside the wording of their promises, worst first, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.display import display
from tiaodu.engine.outlook.wording import Judgement, Light, Row, judge
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Region, Subject
from tiaodu.foundation.tables.selectors import table_or_none
from tiaodu.rooms.ledger.models import TaskDepartment
from tiaodu.rooms.ledger.words import comparison_words, measure_name
from tiaodu.rooms.outlook import words
from tiaodu.rooms.outlook.models import Basis, Outlook, Run
from tiaodu.rooms.outlook.selectors.scope import IN_CHARGE, outlooks_visible_to, run_for, tasks_judged_for

FORECASTS = frozenset({Basis.TREE, Basis.SERIES, Basis.STEPS})
_RANKS = {"red": 0, "amber": 2, "green": 3, "grey": 3}


@dataclass(frozen=True)
class OutlookRow:
    """One outlook as lists and pages show it. ``wording`` is that of the county on the day of the run;
    ``people``: what people think together of the promise, where a page has asked for it.
    """

    outlook: Outlook
    wording: Mapping[int, Row]
    people: Any = None

    @property
    def pk(self) -> int:
        return int(self.outlook.pk)

    @property
    def url(self) -> str:
        return reverse("outlook:outlook", args=[self.outlook.pk])

    @property
    def task(self) -> Any:
        return self.outlook.task

    @property
    def part(self) -> Any:
        return self.outlook.indicator or self.outlook.milestone

    @property
    def sample(self) -> bool:
        about = (self.task.subject, self.part.subject)
        return self.task.sample or any(subject is not None and subject.sample for subject in about)

    @property
    def is_forecast(self) -> bool:
        return self.outlook.basis in FORECASTS

    @cached_property
    def name(self) -> str:
        """What is promised, with whom: 煤炭 原煤产量 500万吨."""
        subject = self.part.subject or self.task.subject
        who = subject.name if subject is not None else self.part.subject_text
        if self.outlook.milestone is not None:
            return f"{who} {self.outlook.milestone.action}".strip()
        indicator: Any = self.outlook.indicator
        what = measure_name(indicator.measure) if indicator.measure else indicator.measure_key
        what = _("新增%(measure)s") % {"measure": what} if indicator.increment else what
        return f"{who} {what} {self.target}".strip()

    @property
    def target(self) -> str:
        told = self.outlook
        if told.target is None:
            return ""
        return comparison_words(told.comparator) + display(Decimal(repr(told.target)), told.unit)

    @cached_property
    def judgement(self) -> Judgement:
        """The light of the chance beside the words; without a strength there is no bound to judge by."""
        told = self.outlook
        row = self.wording.get(told.strength or 0)
        chance = self.chance_told if told.basis != Basis.FACT or told.kept is None else float(told.kept)
        if told.basis == Basis.FACT and told.kept is None:
            return Judgement(Light.UNKNOWN, "untold")
        if row is None:
            if told.basis == Basis.FACT:
                return Judgement(
                    Light.GREEN if told.kept else Light.YELLOW, "kept" if told.kept else "not_reached"
                )
            return Judgement(Light.UNKNOWN, "nothing_behind" if chance is None else "unworded")
        return judge(told.strength or 0, chance, self.wording, decided=told.basis == Basis.FACT)

    @property
    def light(self) -> str:
        return words.LIGHTS[self.judgement.light]

    @property
    def light_word(self) -> str:
        return str(words.CODES[self.judgement.code])

    @property
    def clash(self) -> str:
        return words.clash_words(self.judgement, self.outlook.commitment, self.chance_told)

    @property
    def clashes(self) -> bool:
        return self.judgement.clash

    @property
    def chance_told(self) -> float | None:
        """The chance that is told: corrected by past accuracy where there was enough of it."""
        return self.outlook.chance if self.outlook.calibrated is None else self.outlook.calibrated

    @property
    def chance(self) -> str:
        return words.percent(self.chance_told)

    @property
    def chance_words(self) -> str:
        return words.chance_words(self.chance_told)

    @property
    def corrected(self) -> str:
        """What past accuracy made of the chance; empty where it was left as it was."""
        if self.outlook.calibrated is None:
            return ""
        told = {"raw": words.percent(self.outlook.chance), "chance": self.chance}
        return _("按过去的准确度校正：%(raw)s → %(chance)s") % told

    @property
    def reason(self) -> str:
        return words.reason_words(self.outlook.reason)

    @property
    def value(self) -> str:
        return words.figure_words(self.outlook.value, self.outlook.unit)

    def quantile(self, name: str) -> str:
        """P10, P50 or P90 in words."""
        told = getattr(self.outlook, name)
        if self.outlook.milestone_id is not None:
            return words.day_words(told)
        return words.figure_words(told, self.outlook.unit)

    @property
    def p10(self) -> str:
        return self.quantile("p10")

    @property
    def p50(self) -> str:
        return self.quantile("p50")

    @property
    def p90(self) -> str:
        return self.quantile("p90")

    @property
    def pace(self) -> str:
        return words.pace_words(self.outlook.pace, self.outlook.unit)

    @property
    def drivers(self) -> list[dict[str, Any]]:
        """What it hangs on, with shares in whole percent."""
        return [
            {**each, "percent": words.percent(each["share"]), "title": each["title"] or _("几样合起来")}
            for each in self.outlook.drivers
        ]

    @property
    def driver_words(self) -> str:
        return "、".join(
            f"{each['title']} {each['percent']}" for each in self.drivers[:3] if each["kind"] != "rest"
        )

    @property
    def changes(self) -> list[str]:
        return [words.change_words(each, self.outlook.unit) for each in self.outlook.changes]

    @property
    def lead(self) -> str:
        parts = sorted(self.task.in_charge, key=lambda each: IN_CHARGE.index(each.part))
        return parts[0].department.name if parts else ""

    @property
    def words(self) -> str:
        """What a search looks in."""
        return f"{self.name} {self.task.title} {self.lead}"

    @property
    def worst_first(self) -> tuple[int, float, int]:
        """Forecasts and broken promises by how bad they are, then what has nothing behind it, then what is
        kept.
        """
        told = self.outlook
        if told.basis == Basis.NOTHING:
            return 4, 0.0, self.pk
        if told.basis == Basis.FACT:
            return (5 if told.kept else 1), 0.0, self.pk
        chance = self.chance_told if self.chance_told is not None else 1.0
        rank = _RANKS[self.light]
        return (2 if rank == 3 and self.light == "grey" and chance < 0.5 else rank), chance, self.pk


def wording_of(region: Region, day: date) -> Mapping[int, Row]:
    """The bounds that held in a county on a day; empty where none is confirmed."""
    found = table_or_none("outlook.wording", region=region, day=day)
    return {row["strength"]: _bounds(row) for row in (found.rows if found is not None else ())}


def _bounds(row: Mapping[str, Any]) -> Row:
    red, yellow, clash, timid = (
        None if row[name] is None else float(row[name]) for name in ("red", "yellow", "clash", "timid")
    )
    return Row(red, yellow, clash, timid, row["breach"])


def fetched(found: QuerySet[Outlook]) -> QuerySet[Outlook]:
    """Outlooks with all their rows show, in a fixed number of queries."""
    department = Prefetch("department", Subject.objects.defer("keywords"))
    parts = TaskDepartment.objects.filter(part__in=IN_CHARGE).prefetch_related(department)
    related = ("run__region", "task__subject", "task__region", "indicator__measure", "indicator__subject")
    return found.select_related(*related, "milestone__subject").prefetch_related(
        Prefetch("task__parts", parts, to_attr="in_charge")
    )


def rows_of_outlooks(found: QuerySet[Outlook]) -> list[OutlookRow]:
    """Outlooks of any runs with the wording of their days: for selectors that know who sees them."""
    kept: dict[tuple[int, date], Mapping[int, Row]] = {}
    rows = []
    for outlook in fetched(found):
        key = (outlook.run.region_id, outlook.run.as_of)
        if key not in kept:
            kept[key] = wording_of(outlook.run.region, outlook.run.as_of)
        rows.append(OutlookRow(outlook, kept[key]))
    return rows


def worst_first(rows: Iterable[OutlookRow]) -> list[OutlookRow]:
    """The rows in the order a leader reads them."""
    return sorted(rows, key=lambda row: row.worst_first)


def rows_of_run(run: Run) -> list[OutlookRow]:
    """Every outlook of a run: for the product itself."""
    return worst_first(rows_of_outlooks(Outlook.objects.filter(run=run)))


def rows_for(user: User, run: Run | None) -> list[OutlookRow]:
    """The outlooks of a run that the person sees."""
    if run is None:
        return []
    return worst_first(rows_of_outlooks(Outlook.objects.filter(run=run, task__in=tasks_judged_for(user))))


def rows_of_task(user: User, task_id: int) -> list[OutlookRow]:
    """The newest outlooks of one task; NotFound where the person does not see its chances."""
    if not tasks_judged_for(user).filter(pk=task_id).exists():
        raise NotFound
    run = run_for(user)
    return rows_of_outlooks(Outlook.objects.filter(run=run, task=task_id)) if run is not None else []


def outlook_for(user: User, outlook_id: int) -> OutlookRow:
    """One outlook in reach; NotFound otherwise."""
    found = rows_of_outlooks(outlooks_visible_to(user).filter(pk=outlook_id))
    if not found:
        raise NotFound
    return found[0]


def history_of(user: User, row: OutlookRow) -> list[OutlookRow]:
    """What was thought of the same promise on every day it was judged, the newest day first."""
    told = row.outlook
    same = {"indicator": told.indicator_id} if told.indicator_id else {"milestone": told.milestone_id}
    found = rows_of_outlooks(outlooks_visible_to(user).filter(**same).order_by("-run__as_of", "-run_id"))
    once: dict[date, OutlookRow] = {}
    for each in found:
        once.setdefault(each.outlook.run.as_of, each)
    return list(once.values())
