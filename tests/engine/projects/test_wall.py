"""Who will miss, by how much and through which step; stages gone through; groups."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.stages.networks import network

from tiaodu.engine.projects.wall import (
    Outcome,
    Phase,
    Probable,
    Promise,
    Verdict,
    grouped,
    held_by,
    outcome,
    phases,
)
from tiaodu.engine.stages.state import NetworkState, StepState

TODAY = date(2024, 7, 1)
DUE = date(2024, 9, 8)


def probable(p50: date, p80: date | None = None) -> Probable:
    return Probable(p50, p80 or p50)


@pytest.mark.parametrize(
    ("promise", "verdict", "days"),
    [
        (Promise("S", DUE, probable=probable(date(2024, 9, 8), date(2024, 9, 8))), Verdict.KEEP, 0),
        (Promise("S", DUE, probable=probable(date(2024, 9, 8), date(2024, 9, 9))), Verdict.RISK, 0),
        (Promise("S", DUE, probable=probable(date(2024, 9, 9))), Verdict.MISS, 1),
        (Promise("S", DUE, probable=probable(date(2024, 11, 18))), Verdict.MISS, 71),
        (Promise("S", DUE), Verdict.UNKNOWN, 0),
        (Promise("S", date(2024, 7, 1), probable=probable(date(2024, 7, 1))), Verdict.KEEP, 0),
        (Promise("S", date(2024, 6, 30)), Verdict.MISSED, 1),
        (Promise("S", date(2024, 6, 30), probable=probable(date(2024, 7, 20))), Verdict.MISSED, 20),
        (Promise("S", date(2024, 6, 30), probable=probable(date(2024, 6, 1))), Verdict.MISSED, 1),
        (Promise("S", DUE, finished=date(2024, 6, 20)), Verdict.DONE, 0),
        (Promise("S", date(2024, 6, 1), finished=date(2024, 6, 20)), Verdict.DONE_LATE, 19),
    ],
)
def test_a_promise_stands_as_its_days_say(promise: Promise, verdict: Verdict, days: int) -> None:
    assert promise.verdict(TODAY) == verdict
    assert promise.late(TODAY) == days


def test_the_worst_open_promise_speaks_for_the_project() -> None:
    done_late = Promise("A01", date(2024, 1, 1), finished=date(2024, 6, 1))
    missed = Promise("A10", date(2024, 6, 20), probable=probable(date(2024, 7, 5)))
    later = Promise("A21", DUE, probable=probable(date(2024, 11, 18)))
    sure = Promise("A18", DUE, probable=probable(date(2024, 8, 1)))
    found = outcome([done_late, missed, later, sure], TODAY, through=lambda step: f"before {step}")
    assert found == Outcome(Verdict.MISS, 71, later, "before A21")
    assert outcome([done_late, sure], TODAY, through=str).verdict == Verdict.KEEP
    assert outcome([done_late, sure], TODAY, through=str).through == ""
    assert outcome([done_late], TODAY).verdict == Verdict.DONE_LATE
    assert outcome([], TODAY) == Outcome(Verdict.UNKNOWN)


def test_what_holds_a_step_up_is_found_along_what_ends_last() -> None:
    plan = network({"a": (), "b": ("a",), "c": (), "d": ("c",), "e": ("b", "d")})
    state = NetworkState({"c": StepState(finished=TODAY)})
    days = {"a": date(2024, 8, 1), "b": date(2024, 9, 1), "d": date(2024, 8, 15), "e": date(2024, 10, 1)}
    assert held_by(plan, state, "e", days) == "a"
    assert held_by(plan, state, "e", days | {"d": date(2024, 9, 2)}) == "d"
    assert held_by(plan, state, "e", {key: days[key] for key in ("a", "b")}) == "d"  # nobody knows when
    assert held_by(plan, state, "d", days) == "d"


def test_a_stage_lasts_until_the_next_begins() -> None:
    steps = [
        ("signing", None, date(2024, 1, 20)),
        ("procedures", date(2024, 2, 1), date(2024, 3, 1)),
        ("land", date(2024, 2, 20), date(2024, 5, 1)),
        ("construction", None, None),
    ]
    found = phases(steps, TODAY)
    assert [(phase.stage, phase.start, phase.end) for phase in found] == [
        ("signing", date(2024, 1, 20), date(2024, 2, 1)),
        ("procedures", date(2024, 2, 1), date(2024, 2, 20)),
        ("land", date(2024, 2, 20), date(2024, 5, 1)),
    ]
    assert not any(phase.running for phase in found)
    steps[3] = ("construction", date(2024, 6, 1), None)
    assert phases(steps, TODAY)[-1] == Phase("construction", date(2024, 6, 1), TODAY, running=True)


DAYS = st.dates(date(2023, 1, 1), date(2024, 12, 31))


@given(
    steps=st.lists(st.tuples(st.sampled_from("abcd"), st.none() | DAYS, st.integers(0, 300)), max_size=8),
    closed=st.booleans(),
)
def test_stages_follow_each_other_without_gap(
    steps: list[tuple[str, date | None, int]], *, closed: bool
) -> None:
    record = [
        (stage, start, start + timedelta(days) if start and closed else None) for stage, start, days in steps
    ]
    kept = [(stage, start, end if end and end <= TODAY else None) for stage, start, end in record]
    found = phases(kept, TODAY)
    assert {phase.stage for phase in found} == {stage for stage, start, _ in kept if start and start <= TODAY}
    assert all(phase.start <= phase.end <= max(TODAY, phase.start) for phase in found)
    assert all(one.end == other.start for one, other in pairwise(found))


def test_groups_stand_as_listed_and_those_without_a_label_last() -> None:
    rows = ["乙1", "1", "甲1", "丙1", "乙2"]
    found = grouped(rows, lambda row: row[:-1], listed=("丙",))
    assert found == (("丙", ("丙1",)), ("乙", ("乙1", "乙2")), ("甲", ("甲1",)), ("", ("1",)))
