"""What people think together, for the product itself: pseudonyms go in, nothing of one person comes out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from tiaodu.engine.outlook import pooling
from tiaodu.engine.outlook.rounds import (
    Round,
    Rules,
    Telling,
    deviation,
    load_rules,
    round_on,
    rounded,
    rounds,
    standard_error,
)
from tiaodu.engine.outlook.scoring import Outcome
from tiaodu.foundation.audit.keeping import Keeper
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.ledger.models import Task
from tiaodu.rooms.ledger.selectors.scope import alive
from tiaodu.rooms.outlook.models import Estimate, Outlook
from tiaodu.rooms.outlook.selectors.outcomes import outcomes_of, question_of

# The same question asked for another day is another question; of a step the day is the answer.
Question = tuple[str, date | None]
# What these acts change no pooled figure hangs on.
_kept = Keeper(("accounts.log", "audit.", "documents.", "files.", "interfaces.", "items.", "jobs.", "lists."))


@dataclass(frozen=True, slots=True)
class Pooled:
    """What people think of one promise. ``value`` is rounded; ``apart``, how far they lie apart, only where
    enough of them told, else None; ``alike``: near, mixed or far beside how unsure the outlook was, empty
    without one. ``day``: told to the end of it; ``records``: outcomes the weights were learned from.
    """

    value: float
    people: int
    apart: float | None
    alike: str
    day: date
    records: int


@dataclass(frozen=True)
class Course:
    """What was shown of one promise on each day."""

    rounds: Sequence[Round]
    pools: Mapping[date, Pooled]

    def on(self, day: date) -> Pooled | None:
        """What is shown on a day; None where too few told or one of them took his back."""
        found = round_on(self.rounds, day)
        return None if found is None else self.pools.get(found.day)


def question_told(told: Outlook | Estimate) -> Question:
    """Which pool an outlook or an estimate belongs to."""
    return about(told), None if told.milestone_id else told.due


def about(told: Outlook | Estimate) -> str:
    """The name of the promise."""
    return f"i{told.indicator_id}" if told.indicator_id else f"m{told.milestone_id}"


def courses_of(region: Region, day: date) -> Mapping[Question, Course]:
    """Everything that was shown in a county up to ``day``, by question; kept until an act may change it."""
    return _kept.get((region.pk, day), lambda: _courses(region, day))


def pools_by(told: Iterable[Outlook], day: date) -> dict[int, Course]:
    """The course of the promise of each outlook, by the outlook's number; one look for a county."""
    of: dict[int, Mapping[Question, Course]] = {}
    found = {}
    for each in told:
        region = each.run.region
        if region.pk not in of:
            of[region.pk] = courses_of(region, day)
        if (course := of[region.pk].get(question_told(each))) is not None:
            found[each.pk] = course
    return found


def _courses(region: Region, day: date) -> dict[Question, Course]:
    told = list(
        Estimate.objects.filter(task__region__path__startswith=region.path, day__lte=day)
        .select_related("outlook")
        .order_by("day", "number")
    )
    by: dict[Question, list[Estimate]] = defaultdict(list)
    for each in told:
        by[question_told(each)].append(each)
    fewest = pooling.load_pooling().fewest
    closed = {
        question: rounds([Telling(one.who, one.day, one.value) for one in each], day, fewest)
        for question, each in by.items()
    }
    learned = errors_of(told, outcomes_told(told, region, day)) if any(closed.values()) else {}
    return {
        question: Course(found, {one.day: _pooled(one, by[question], learned) for one in found})
        for question, found in closed.items()
        if found
    }


def _pooled(
    found: Round, told: Sequence[Estimate], learned: Mapping[str, Sequence[tuple[date, float]]]
) -> Pooled:
    rules = load_rules()
    pooled = pooling.pool(
        [
            pooling.Estimate(
                value, tuple(error for known, error in learned.get(who, ()) if known <= found.day)
            )
            for who, value in sorted(found.values.items())
        ],
        pooling.load_pooling(),
    )
    assert pooled is not None  # noqa: S101  a round has enough people
    is_day = told[0].milestone_id is not None
    spreads = [
        spread
        for each in told
        if each.day <= found.day
        and each.who in found.values
        and (spread := spread_of(each, rules)) is not None
    ]
    return Pooled(
        float(round(pooled.value)) if is_day else rounded(pooled.value, rules.digits),
        pooled.people,
        rounded(pooled.apart, 1) if pooled.people >= rules.spread_from else None,
        _alike(pooled.apart, median(spreads), rules) if spreads else "",
        found.day,
        pooled.records,
    )


def _alike(apart: float, spread: float, rules: Rules) -> str:
    share = 100 * apart / spread
    return "near" if share < rules.alike else "mixed" if share < rules.apart else "far"


def spread_of(told: Estimate, rules: Rules) -> float | None:
    """How unsure the outlook of its day was: its standard deviation; None where there was no range."""
    seen = told.outlook
    if seen is None or seen.p10 is None or seen.p90 is None:
        return None
    return deviation(seen.p10, seen.p90, least_spread(told.target, rules))


def least_spread(target: float | None, rules: Rules) -> float:
    """What a forecast's standard deviation counts as at least; ``target`` None: of a step, in days."""
    return (
        float(rules.least_spread_days)
        if target is None
        else abs(target) * rules.least_spread_percent / 100 or 1.0
    )


def outcomes_told(told: Iterable[Estimate], region: Region, day: date) -> dict[int, Outcome]:
    """What came of the promises, as known on ``day``, by the place of the estimate in ``told``; of those only
    that may be known: a step, and a figure whose day is over.
    """
    every = {place: asked_of(each) for place, each in enumerate(told) if each.milestone_id or each.due < day}
    if not every:
        return {}
    tasks = Task.objects.filter(alive(day), pk__in={each.task_id for each in every.values()})
    found = outcomes_of(every.values(), tasks, region, day)
    return {place: found[question_of(each)] for place, each in every.items()}


def asked_of(told: Estimate) -> Outlook:
    """What was asked as outlooks put it, for its outcome; not kept."""
    return Outlook(
        task_id=told.task_id,
        indicator_id=told.indicator_id,
        milestone_id=told.milestone_id,
        due=told.due,
        target=told.target,
        comparator=told.comparator,
        provenance=told.outlook.provenance if told.outlook is not None else {},
    )


def final(found: Outcome | None) -> tuple[float, date] | None:
    """The figure or day that came and since when it is known; None while it may still change: a sum that was
    reached early goes on, a level between two months is only about right.
    """
    if found is None or found.kept is None or found.value is None:
        return None
    if found.reason in ("reached", "exceeded", "around"):
        return None
    known = max(filter(None, (found.decided, found.until)), default=None)
    return None if known is None else (found.value, known)


def errors_of(
    told: Sequence[Estimate], outcomes: Mapping[int, Outcome]
) -> dict[str, list[tuple[date, float]]]:
    """By pseudonym the standardised errors of estimates whose outcome is known, with the day since when. One
    of a promise and month counts, the last; none that was taken back or told when the outcome was known.
    """
    rules = load_rules()
    counted: dict[tuple[str, str], dict[str, tuple[date, float]]] = defaultdict(dict)
    for place, each in enumerate(told):
        whose = counted[each.who, about(each)]
        if each.value is None:
            whose.clear()
            continue
        came, spread = final(outcomes.get(place)), spread_of(each, rules)
        if came is not None and spread is not None and each.day < came[1]:
            error = standard_error(each.value, came[0], spread, rules.most_error)
            whose[f"{each.day:%Y-%m}"] = came[1], error
    found: dict[str, list[tuple[date, float]]] = defaultdict(list)
    for (who, _about), months in counted.items():
        found[who] += months.values()
    return found
