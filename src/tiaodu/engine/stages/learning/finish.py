"""When a project with a planned schedule will be finished, from what it has done so far.

Two simple methods err differently: earned schedule (Lipke 2003) sees how far the work has come against the
plan, rescheduling sees which work is left and what it waits for. Both take what is left to last as planned.
Here what is left is stretched by the project's own factor, as its finished activities tell it against what
projects do as a rule (``learning.factor``); it is never planned shorter, because time gained in one
activity is seldom handed on (Parkinson 1957). Earned schedule counts for the root of the part of the work
that is earned, because its error shrinks as a mean's does with what it is taken over; rescheduling for the
rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erf, exp, log, pi, sqrt

import numpy as np

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.stages.graph import order
from tiaodu.engine.stages.learning.factor import Evidence, posterior
from tiaodu.engine.stages.learning.mixed import Floats

LEAST_DAYS, FIFTH = 0.5, 0.2


@dataclass(frozen=True, slots=True)
class Link:
    """``code`` comes before: its ``end`` or its beginning and ``lag`` bound the beginning, or the end, of
    what follows.
    """

    code: str
    lag: float = 0.0
    from_end: bool = True
    to_end: bool = False


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity of the plan: begin and length in days from the planned start of the project, and its
    weight (its cost, or its length where nobody knows that).
    """

    begin: float
    days: float
    weight: float
    needs: tuple[Link, ...] = ()

    @property
    def end(self) -> float:
        """When it is planned to end."""
        return self.begin + self.days


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of an activity that has begun: when, how long it has taken, the share done, days still
    needed if somebody says.
    """

    begun: float
    taken: float
    done: float
    remaining: float | None = None

    @property
    def finished(self) -> bool:
        """Whether all of it is done."""
        return self.done >= 0.999


@dataclass(frozen=True, slots=True)
class Manner:
    """How projects run as a rule: mean and spread of the logarithm of their factor, and the spread of an
    activity's own.
    """

    mean: float
    sd: float
    own: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """Finish in days from the planned start: the forecast, and each method's with days as planned."""

    finish: float
    earned: float
    rescheduled: float
    factor: float  # by which what is left is stretched


def forecast(
    plan: Mapping[str, Activity], progress: Mapping[str, Progress], *, now: float, manner: Manner
) -> Outlook:
    """The finish of a project under way, ``now`` days after its planned start.

    >>> plan = {"a": Activity(0, 10, 10), "b": Activity(10, 10, 10, (Link("a"),))}
    >>> late = forecast(plan, {"a": Progress(0, 14, 1.0)}, now=14, manner=Manner(0.0, 0.3, 0.3))
    >>> late.earned, late.rescheduled, round(late.factor, 2), round(late.finish, 1)
    (24.0, 24.0, 1.21, 26.1)
    """
    stretch = exp(_stretch(plan, progress, manner))
    whole = max(each.end for each in plan.values())
    part, reached = earned(plan, progress)
    simple = now + whole - reached
    rescheduled = reschedule(plan, progress, now=now)
    by_work = now + (whole - reached) * stretch
    by_network = reschedule(plan, progress, now=now, stretch=stretch)
    trust = sqrt(part)
    return Outlook(trust * by_work + (1 - trust) * by_network, simple, rescheduled, stretch)


def _stretch(plan: Mapping[str, Activity], progress: Mapping[str, Progress], manner: Manner) -> float:
    """The expected logarithm of the factor, gains taken as none: E max(0, f)."""
    gap, count = own_gap(plan, progress)
    evidence = [Evidence(gap - manner.mean, manner.own / sqrt(count), finished=True)] if count else []
    moved, sd = posterior(manner.sd, evidence)
    mean = manner.mean + moved
    at = mean / sd
    return mean * (1 + erf(at / sqrt(2))) / 2 + sd * exp(-(at**2) / 2) / sqrt(2 * pi)


def own_gap(plan: Mapping[str, Activity], progress: Mapping[str, Progress]) -> tuple[float, int]:
    """The mean logarithm of days taken over planned of the finished activities, long ones counting more;
    their number.
    """
    done = [
        (plan[code].days, max(each.taken, LEAST_DAYS) / plan[code].days)
        for code, each in progress.items()
        if each.finished and each.taken > 0 and plan[code].days > 0
    ]
    whole = sum(days for days, _ in done)
    return (sum(days * log(ratio) for days, ratio in done) / whole if done else 0.0), len(done)


def earned(plan: Mapping[str, Activity], progress: Mapping[str, Progress]) -> tuple[float, float]:
    """The part of all weight that is done, and the planned day by which so much should have been.

    >>> earned({"a": Activity(0, 10, 1), "b": Activity(10, 10, 1)}, {"a": Progress(0, 5, 0.5)})
    (0.25, 5.0)
    """
    begin = np.array([each.begin for each in plan.values()])
    days = np.array([each.days for each in plan.values()])
    weight = np.array([each.weight for each in plan.values()])
    shares = [min(max(progress[code].done, 0.0), 1.0) if code in progress else 0.0 for code in plan]
    value = float(weight @ np.array(shares))
    places = np.unique(np.concatenate([[0.0], begin, begin + days]))
    gone = (places[:, None] - begin) / np.where(days > 0, days, 1.0)
    planned = np.where(days > 0, np.clip(gone, 0, 1), places[:, None] >= begin) @ weight
    after = max(0, int(np.searchsorted(planned, value, side="right")) - 1)
    part = value / float(weight.sum())
    if after >= len(places) - 1:
        return part, float(places[-1])
    rise = max(float(planned[after + 1] - planned[after]), 1e-12)
    width = float(places[after + 1] - places[after])
    return part, float(places[after]) + (value - float(planned[after])) / rise * width


def reschedule(
    plan: Mapping[str, Activity],
    progress: Mapping[str, Progress],
    *,
    now: float,
    stretch: float = 1.0,
    not_before: bool = True,
) -> float:
    """The last end when what is done stays, what has begun takes what it still needs, and the rest follows
    its needs, from now on and not before it was planned to begin.
    """
    begin: dict[str, float] = {}
    end: dict[str, float] = {}
    for code in sequence(plan):
        activity, seen = plan[code], progress.get(code)
        if seen:
            begin[code] = seen.begun
            left = seen.remaining if seen.remaining else activity.days * (1 - seen.done)
            end[code] = seen.begun + seen.taken if seen.finished else now + left
            continue
        days = activity.days * stretch
        bounds = [bound(link, days, begin, end) for link in activity.needs if link.code in end]
        begin[code] = max([now, activity.begin if not_before else now, *bounds])
        end[code] = begin[code] + days
    return max(end.values())


def middle_length(plan: Mapping[str, Activity], draws: Draws) -> float:
    """The middle length of a plan whose activities vary, each by itself, by a fifth to both sides.

    Where many paths meet, one of them is late: such a plan takes longer than its longest path, and is a
    fairer measure of what the project took.

    >>> alone = {"a": Activity(0, 10, 1)}
    >>> meeting = {f"a{n}": Activity(0, 10, 1) for n in range(20)}
    >>> [round(middle_length(plan, Draws(1, 1000)), 1) for plan in (alone, meeting)]
    [10.0, 11.5]
    """
    ones = np.ones(len(plan))
    part = draws.triangular("activities", (1 - FIFTH) * ones, ones, (1 + FIFTH) * ones)
    place = {code: n for n, code in enumerate(plan)}
    begin: dict[str, Floats] = {}
    end: dict[str, Floats] = {}
    for code in sequence(plan):
        days = plan[code].days * part[place[code]]
        start = np.full(len(draws), float(plan[code].begin))
        for link in plan[code].needs:
            if link.code in end:
                at = (end if link.from_end else begin)[link.code] + link.lag
                start = np.maximum(start, at - days if link.to_end else at)
        begin[code], end[code] = start, start + days
    return float(np.median(np.max(list(end.values()), axis=0)))


def bound(link: Link, days: float, begin: Mapping[str, float], end: Mapping[str, float]) -> float:
    """The earliest beginning that a link leaves."""
    at = (end if link.from_end else begin)[link.code] + link.lag
    return at - days if link.to_end else at


def sequence(plan: Mapping[str, Activity]) -> Sequence[str]:
    """Activities so that each follows its needs; in the order of their planned beginning where links go in
    a ring.
    """
    needs = {code: [link.code for link in each.needs] for code, each in plan.items()}
    try:
        return order(needs)
    except ValueError:
        return sorted(plan, key=lambda code: (plan[code].begin, plan[code].end))
