"""One's own estimates: what one told, and how the earlier ones turned out. Nobody else's, ever."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from statistics import fmean

from django.db.models import QuerySet

from tiaodu.engine.outlook.scoring import Outcome
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.outlook import words
from tiaodu.rooms.outlook.estimates.pooling import final, outcomes_told, question_told
from tiaodu.rooms.outlook.estimates.promises import Promise, promises_of, tasks_near
from tiaodu.rooms.outlook.estimates.secrecy import pseudonym_of
from tiaodu.rooms.outlook.models import Estimate


@dataclass(frozen=True)
class Own:
    """What one person told of one promise, the latest last, and what came of it. ``sees``: whether she sees
    its outlooks.
    """

    promise: Promise
    told: Sequence[Estimate]
    outcome: Outcome | None = None
    sees: bool = False

    @property
    def pk(self) -> int:
        return int(self.promise.part.pk)

    @property
    def sample(self) -> bool:
        return self.promise.words.sample

    @property
    def last(self) -> Estimate | None:
        return self.told[-1] if self.told else None

    @property
    def current(self) -> Estimate | None:
        """The one that counts now: the last, unless it was taken back or was of another due."""
        last = self.last
        if last is None or last.value is None or (not last.milestone_id and last.due != self.promise.due):
            return None
        return last

    @property
    def now(self) -> str:
        """The one that counts, in words."""
        return self.said(self.current.value) if self.current is not None else ""

    @property
    def earlier(self) -> list[tuple[date, str]]:
        """What she told before it, the latest first; empty words: taken back."""
        before = [each for each in self.told if each is not self.current]
        return [(each.day, self.said(each.value)) for each in reversed(before)]

    @property
    def version(self) -> str:
        """What a form was filled in to: one's own last estimate and the promise as it stood."""
        return f"{len(self.told)} {self.promise.due} {self.promise.target!r}"

    @property
    def came(self) -> float | None:
        """The figure or day that came, once it is final."""
        found = final(self.outcome)
        return found[0] if found else None

    @cached_property
    def off(self) -> float | None:
        """By how much the last estimate was off: of a figure in parts of what came, of a step in days."""
        if self.came is None or self.current is None or self.current.value is None:
            return None
        by = self.current.value - self.came
        return by if self.promise.is_day else (by / abs(self.came) if self.came else None)

    @property
    def nearer(self) -> bool | None:
        """Whether it was nearer than the outlook of its day; None without one, or for who sees none."""
        seen = self.current.outlook if self.current is not None else None
        if not self.sees or self.came is None or seen is None or seen.p50 is None or self.current is None:
            return None
        return abs((self.current.value or 0.0) - self.came) < abs(seen.p50 - self.came)

    def said(self, value: float | None) -> str:
        """A figure of it in words."""
        return (
            words.day_words(value)
            if self.promise.is_day
            else words.figure_words(value, self.promise.asked.unit)
        )


@dataclass(frozen=True, slots=True)
class Record:
    """How a person's own estimates turned out: of figures the mean part they were off, of steps days."""

    promises: int
    figures: float | None
    days: float | None
    nearer: int
    beside: int


def own_of(user: User, promise: Promise) -> Own:
    """What the person herself told of one promise; one query."""
    return Own(promise, list(_told(user).filter(**_part(promise))))


def own_for(user: User, sees: frozenset[int], day: date | None = None) -> list[Own]:
    """Everything she told of promises she is still near to, the latest first. ``sees``: tasks whose outlooks
    she sees.
    """
    day = day or clock.today()
    told = list(_told(user, day))
    if not told:
        return []
    promises = promises_of(tasks_near(user, day).filter(pk__in={each.task_id for each in told}), day)
    came = _outcomes(user, told, day)
    found = []
    for promise in promises:
        mine = [each for each in told if question_told(each)[0] == promise.about]
        if mine:
            found.append(Own(promise, mine, came.get(mine[-1].pk), promise.task.pk in sees))
    return sorted(found, key=lambda one: (one.told[-1].day, one.promise.about), reverse=True)


def told_of_tasks(user: User, promises: Iterable[Promise]) -> list[Own]:
    """The promises with what she told of each; one query."""
    wanted = list(promises)
    told = list(_told(user).filter(task__in={promise.task.pk for promise in wanted}))
    return [
        Own(promise, [each for each in told if question_told(each)[0] == promise.about]) for promise in wanted
    ]


def record_of(found: Iterable[Own]) -> Record:
    """How good her estimates were, as only she is told."""
    known = [one for one in found if one.off is not None]
    figures = [abs(one.off or 0.0) for one in known if not one.promise.is_day]
    days = [abs(one.off or 0.0) for one in known if one.promise.is_day]
    beside = [one.nearer for one in known if one.nearer is not None]
    return Record(
        len(known),
        fmean(figures) if figures else None,
        fmean(days) if days else None,
        sum(beside),
        len(beside),
    )


def _told(user: User, day: date | None = None) -> QuerySet[Estimate]:
    found = Estimate.objects.filter(who=pseudonym_of(user), day__lte=day or clock.today())
    return found.select_related("outlook").order_by("day", "number")


def _part(promise: Promise) -> dict[str, int]:
    return {"milestone" if promise.is_day else "indicator": promise.part.pk}


def _outcomes(user: User, told: Sequence[Estimate], day: date) -> dict[object, Outcome]:
    if user.region is None:
        return {}
    found = outcomes_told(told, user.region, day)
    return {told[place].pk: outcome for place, outcome in found.items()}
