"""The finish of projects with a planned schedule: what must hold whatever the plan."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.stages.learning import StepRecord, learn
from tiaodu.engine.stages.learning.finish import (
    Activity,
    Link,
    Manner,
    Progress,
    earned,
    forecast,
    middle_length,
    reschedule,
)
from tiaodu.engine.stages.model import Unit

USUAL = Manner(0.05, 0.2, 0.35)
LENGTHS = st.lists(st.integers(1, 40), min_size=2, max_size=8)


def chain(lengths: list[int]) -> dict[str, Activity]:
    """Activities one after the other."""
    plan: dict[str, Activity] = {}
    begin = 0
    for n, days in enumerate(lengths):
        plan[f"a{n}"] = Activity(begin, days, days, (Link(f"a{n - 1}"),) if n else ())
        begin += days
    return plan


@settings(derandomize=True, deadline=None, max_examples=50)
@given(LENGTHS)
def test_on_plan_both_methods_tell_the_plan(lengths: list[int]) -> None:
    plan = chain(lengths)
    first = plan["a0"]
    seen = {"a0": Progress(0, first.days, 1.0)}
    found = forecast(plan, seen, now=first.days, manner=replace(USUAL, mean=0.0, sd=1e-6))
    assert found.earned == found.rescheduled == pytest.approx(sum(lengths))
    assert found.finish == pytest.approx(sum(lengths), rel=1e-4)


@settings(derandomize=True, deadline=None, max_examples=50)
@given(LENGTHS, st.integers(0, 30), st.integers(1, 30))
def test_a_slower_activity_makes_no_finish_earlier(lengths: list[int], late: int, more: int) -> None:
    plan = chain(lengths)
    told = [
        forecast(
            plan, {"a0": Progress(0, plan["a0"].days + slip, 1.0)}, now=plan["a0"].days + slip, manner=USUAL
        ).finish
        for slip in (late, late + more)
    ]
    assert told[0] < told[1]


@settings(derandomize=True, deadline=None, max_examples=50)
@given(LENGTHS, st.integers(0, 60))
def test_what_is_left_is_never_planned_shorter(lengths: list[int], now: int) -> None:
    plan = chain(lengths)
    fast = {"a0": Progress(0, max(1, plan["a0"].days / 3), 1.0)}
    found = forecast(plan, fast, now=now, manner=USUAL)
    assert found.factor >= 1
    assert found.finish >= min(found.earned, found.rescheduled)


def test_links_of_every_kind_bound_what_follows() -> None:
    first = Activity(0, 10, 1)
    ends = {
        Link("a"): 22,
        Link("a", lag=3): 25,
        Link("a", from_end=False, lag=2): 14,
        Link("a", to_end=True, lag=9): 19,
        Link("a", from_end=False, to_end=True, lag=15): 15,
    }
    for link, end in ends.items():
        plan = {"a": first, "b": Activity(0, 12, 1, (link,))}
        assert reschedule(plan, {}, now=0) == end


def test_a_ring_of_links_is_taken_in_the_order_of_the_plan() -> None:
    plan = {"a": Activity(0, 5, 1, (Link("b"),)), "b": Activity(5, 5, 1, (Link("a"),))}
    assert reschedule(plan, {}, now=0) == 10


def test_earned_schedule_is_the_day_the_work_was_due() -> None:
    plan = chain([10, 10])
    assert earned(plan, {}) == (0.0, 0.0)
    assert earned(plan, {"a0": Progress(0, 12, 1.0), "a1": Progress(12, 1, 0.5)}) == (0.75, 15.0)


def test_how_projects_run_is_learned_from_activities_and_whole_projects() -> None:
    activities = [
        StepRecord("activity", 20 * (1 + 0.3 * (p % 2)), Unit.WORKING, f"p{p}", planned=20)
        for p in range(20)
        for _ in range(5)
    ]
    wholes = [StepRecord("project", 100 + 5 * p, Unit.WORKING, f"p{p}", planned=100) for p in range(20)]
    alone, whole = learn(activities), learn(wholes)
    found = alone.manner("activity", whole, "project")
    assert found.sd > alone.factor_sd
    assert 0 < found.mean < 0.3


@settings(derandomize=True, deadline=None, max_examples=20)
@given(LENGTHS)
def test_where_paths_meet_a_plan_takes_longer_than_its_longest_path(lengths: list[int]) -> None:
    longest = max(lengths)
    alone = {"a": Activity(0, longest, 1)}
    meeting = {f"a{n}": Activity(0, days, 1) for n, days in enumerate([*lengths, longest, longest])}
    draws = Draws(1, 500)
    assert middle_length(alone, draws) == pytest.approx(longest, rel=0.02)
    assert middle_length(meeting, draws) > middle_length(alone, draws)
