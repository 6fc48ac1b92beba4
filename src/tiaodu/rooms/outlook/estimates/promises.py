"""What people may tell estimates of: promises of tasks they are near to, whether they see a chance or not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.display import scale_of
from tiaodu.engine.ledger.standing import State
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.refusal import NotFound
from tiaodu.rooms.ledger.models import Indicator, Milestone, Task, Term
from tiaodu.rooms.ledger.selectors import TaskRow, rows_of, tasks_visible_to
from tiaodu.rooms.outlook.models import Basis, Outlook, Run
from tiaodu.rooms.outlook.selectors.rows import OutlookRow

PERMISSION = "outlook.estimate"
_ABOUT = re.compile(r"([im])([1-9][0-9]{0,8})")


@dataclass(frozen=True)
class Promise:
    """An indicator or a milestone as it is promised on the day, and its newest outlook, which only the
    product itself looks at: who tells an estimate need not see it.
    """

    part: Indicator | Milestone
    task: Task
    term: Term
    day: date
    outlook: Outlook | None
    struck_off: bool = False

    @property
    def about(self) -> str:
        """Its name in addresses: ``i12`` an indicator, ``m5`` a milestone."""
        return f"{'m' if self.is_day else 'i'}{self.part.pk}"

    @property
    def url(self) -> str:
        return reverse("outlook:estimate", args=[self.about])

    @property
    def is_day(self) -> bool:
        return isinstance(self.part, Milestone)

    @property
    def due(self) -> date | None:
        return self.term.due_end

    @property
    def target(self) -> float | None:
        value = self.term.value
        return None if value is None or self.is_day else float(value)

    @cached_property
    def asked(self) -> Outlook:
        """What was promised as outlooks put it, not kept: for its words and for its outcome."""
        figure = {
            "indicator": self.part,
            "comparator": self.term.comparator,
            "unit": getattr(self.part, "unit", ""),
        }
        return Outlook(
            task=self.task,
            due=self.due,
            target=self.target,
            provenance=self.outlook.provenance if self.outlook is not None else {},
            **({"milestone": self.part} if self.is_day else figure),
        )

    @property
    def words(self) -> OutlookRow:
        return OutlookRow(self.asked, {})

    @property
    def name(self) -> str:
        return self.words.name

    @property
    def scale(self) -> tuple[int, str]:
        """In how many base units the form asks, and that in words: 10000, 万吨."""
        return scale_of(Decimal(repr(self.target or 0.0)), self.asked.unit)

    @property
    def closed(self) -> str:
        """Why nothing can be told of it any more; empty while it can."""
        if self.due is None:
            return _("没有时限，无法比对，先不估计。")
        if self.due < self.day:
            return _("时限已过，不再估计。")
        if self.struck_off:
            return _("已销号，不再估计。")
        if not self.is_day and self.target is None:
            return _("没有数字目标，无法比对，先不估计。")
        fact = self.outlook is not None and self.outlook.basis == Basis.FACT
        return _("这一步已经办结，不再估计。") if self.is_day and fact else ""


def tasks_near(user: User, day: date | None = None) -> QuerySet[Task]:
    """The tasks whose promises the person may tell estimates of: all she reads inside her county. Firms,
    banks and regions above none.
    """
    if not access.may(user, PERMISSION) or scope_of(user).released_only:
        return Task.objects.none()
    return tasks_visible_to(user, day)


def promise_for(user: User, about: str) -> Promise:
    """One promise by its name in addresses; NotFound where there is none she may tell an estimate of."""
    found = _ABOUT.fullmatch(about)
    if found is None:
        raise NotFound
    part = {f"{'milestones' if found[1] == 'm' else 'indicators'}__pk": int(found[2])}
    promises = promises_of(tasks_near(user).filter(**part), clock.today())
    for promise in promises:
        if promise.about == about:
            return promise
    raise NotFound


def promises_of(tasks: QuerySet[Task], day: date) -> list[Promise]:
    """Every indicator and milestone of these tasks with its newest outlook, in a fixed number of queries."""
    rows = rows_of(tasks, day)
    newest = _newest(rows, day) if rows else {}
    return [
        Promise(
            part.part,
            row.task,
            part.term,
            day,
            newest.get(f"{'i' if part.is_indicator else 'm'}{part.part.pk}"),
            part.state == State.STRUCK_OFF,
        )
        for row in rows
        for part in row.parts
    ]


def promise_of(row: OutlookRow, day: date) -> Promise | None:
    """The promise of the newest outlook a person sees, as it stands on the day; one query. Who sees a chance
    is near to its task.
    """
    told = row.outlook
    named = "milestone" if told.milestone_id else "indicator"
    terms = Term.objects.filter(**{named: row.part.pk}, known_on__lte=day)
    term = terms.order_by("revision").last()
    struck_off = told.reason.get("code") == "struck_off"
    return None if term is None else Promise(row.part, row.task, term, day, told, struck_off)


def _newest(rows: Sequence[TaskRow], day: date) -> dict[str, Outlook]:
    """What the newest run of each county thought, by promise."""
    runs = Run.objects.filter(region__in={row.task.region_id for row in rows}, as_of__lte=day)
    newest = dict(runs.order_by("as_of", "pk").values_list("region", "pk"))
    told = Outlook.objects.filter(run__in=newest.values(), task__in={row.task.pk for row in rows})
    fields = ("task", "indicator", "milestone", "basis", "p10", "p50", "p90", "provenance")
    return {
        f"i{each.indicator_id}" if each.indicator_id else f"m{each.milestone_id}": each
        for each in told.only(*fields)
    }
