"""Learned durations: what serves a step, how a record moves it, and what a running project says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from statistics import median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.stages.networks import MONDAY, network, template_of

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.kernel.daytable import DayTable
from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.stages.learning import StepRecord, learn, load_reference, records_of, taken
from tiaodu.engine.stages.model import Limit, LimitKind, Range, Step, Template, Unit
from tiaodu.engine.stages.simulate import simulate
from tiaodu.engine.stages.state import NetworkState, StepState, network_of
from tiaodu.engine.stages.template import package_templates

TABLE = DayTable.of(WorkingCalendar(), date(2020, 1, 1), date(2044, 12, 31))
LAW = Limit(LimitKind.LAW, 20, Unit.CALENDAR, "test", "source")


def planned_template(count: int, days: int = 20) -> Template:
    """A chain of steps that each have a limit of ``days`` calendar days."""
    codes = [f"S{n}" for n in range(count)]
    plain = template_of({code: codes[max(0, n - 1) : n] for n, code in enumerate(codes)})
    return replace(
        plain, steps=tuple(replace(step, limits=(replace(LAW, days=days),)) for step in plain.steps)
    )


def record(kind: str, days: float, project: str, **fields: object) -> StepRecord:
    return replace(StepRecord(kind, days, Unit.CALENDAR, project, planned=20, stage="procedures"), **fields)


def simulated_county(
    *, projects: int, steps: int, shared: float, own: float, seed: int = 1
) -> list[StepRecord]:
    """Projects whose steps, 20 days each by plan, share a factor."""
    draws = Draws(seed, projects)
    factor = draws.normal("factor") * shared
    rest = draws.normal("rest", (steps,)) * own
    return [
        record(f"kind_s{s}", float(np.exp(factor[p] + rest[s, p]) * 20), f"p{p}")
        for p in range(projects)
        for s in range(steps)
    ]


def scale(records: Sequence[StepRecord], step: Step) -> float:
    duration = learn(records).explain(step, "test").duration
    assert duration is not None
    return duration.scale


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.floats(12, 60), st.integers(1, 4))
def test_more_records_of_a_kind_pull_it_toward_its_own_mean(days: float, few: int) -> None:
    step = planned_template(1).steps[0]
    others = [record(f"kind_o{n}", 22, f"o{n}") for n in range(6)]
    gaps = []
    for count in (few, 4 * few, 16 * few):
        own = [record(step.kind, days, f"p{n}") for n in range(count)]
        gaps.append(abs(np.log(scale([*others, *own], step) / days)))
    assert gaps[0] >= gaps[1] >= gaps[2]
    assert gaps[2] < 0.12


def test_a_kind_without_a_plan_follows_its_own_record_and_is_unknown_without_one() -> None:
    step = network({"A1": []}).steps[0]
    rows = [record(step.kind, days, f"p{days}", planned=None) for days in (30, 40, 50)]
    assert scale(rows, step) == pytest.approx(40, rel=0.05)
    other = [record("kind_b1", 25, "p1")]
    reason = learn(other).explain(step, "test")
    assert (reason.level, reason.duration) == ("unknown", None)


def test_each_level_serves_where_the_one_before_has_no_record() -> None:
    step = planned_template(1).steps[0]
    unrelated = [record("kind_x", 30, f"p{n}", stage="construction") for n in range(5)]
    same_stage = [record("kind_y", 26, f"q{n}") for n in range(5)]
    own = [record(step.kind, 24, "r1")]
    assert learn([]).explain(step).level == "planned"
    assert learn(unrelated).explain(step).level == "all"
    assert learn([*unrelated, *same_stage]).explain(step).level == "stage"
    assert learn([*unrelated, *same_stage, *own]).explain(step).level == "kind"
    usual = replace(step, limits=(), usual=Range(10, 20, 40, Unit.CALENDAR, "test", "practice"))
    ranged = learn([]).explain(usual)
    assert (ranged.level, ranged.duration and ranged.duration.origin) == ("range", "range")
    assert learn(unrelated).explain(usual).level == "all"


def test_a_step_that_still_runs_counts_for_at_least_its_days() -> None:
    step = planned_template(1).steps[0]
    done = [record(step.kind, 20, f"p{n}") for n in range(6)]
    long = [record(step.kind, 90, f"q{n}", finished=False) for n in range(3)]
    just_begun = [record(step.kind, 2, f"q{n}", finished=False) for n in range(3)]
    assert scale([*done, *long], step) > 1.2 * scale(done, step)
    assert scale([*done, *just_begun], step) == pytest.approx(scale(done, step), rel=0.03)


def test_the_shared_factor_is_recovered() -> None:
    for shared in (0.1, 0.35, 0.6):
        found = learn(simulated_county(projects=120, steps=8, shared=shared, own=0.4))
        assert found.factor_sd == pytest.approx(shared, abs=0.07)
        assert found.fit is not None
        assert found.fit.pooled == pytest.approx(0.4, abs=0.03)


def test_finished_steps_move_and_narrow_the_factor() -> None:
    template = planned_template(6)
    learned = learn(simulated_county(projects=60, steps=6, shared=0.4, own=0.3))
    today = MONDAY + timedelta(days=200)
    slow = NetworkState({"S0": StepState(MONDAY, MONDAY + timedelta(days=50))})
    both = NetworkState({**slow.steps, "S1": StepState(MONDAY, MONDAY + timedelta(days=50))})
    found = [
        learned.durations(network_of(template, state), state, today=today, table=TABLE)
        for state in (NetworkState(), slow, both)
    ]
    assert found[0].mean == 0.0
    assert found[0].mean < found[1].mean < found[2].mean
    assert found[0].sd > found[1].sd > found[2].sd


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.integers(0, 120), st.integers(1, 60), st.sampled_from([0.2, 0.5, 0.8, 0.95]))
def test_a_longer_elapsed_time_makes_no_date_earlier(spent: int, more: int, probability: float) -> None:
    template = planned_template(3)
    learned = learn(simulated_county(projects=40, steps=3, shared=0.3, own=0.4))
    dates = []
    for days in (spent, spent + more):
        state = NetworkState({"S0": StepState(started=MONDAY)})
        today = MONDAY + timedelta(days=days)
        net = network_of(template, state)
        durations = learned.durations(net, state, today=today, table=TABLE)
        run = simulate(
            net, state, today=today, durations=durations, calendar=TABLE, draws=Draws(1, 2000).within("p")
        )
        dates.append(run.quantile("S2", probability))
    assert dates[1] >= dates[0]


def test_four_fifths_of_new_projects_finish_by_their_p80_and_independent_steps_would_be_too_sure() -> None:
    steps, count = 12, 150
    template = planned_template(steps)
    learned = learn(simulated_county(projects=80, steps=steps, shared=0.35, own=0.4))
    net = network_of(template, NetworkState())
    durations = learned.durations(net, NetworkState(), today=MONDAY, table=TABLE)
    new = simulated_county(projects=count, steps=steps, shared=0.35, own=0.4, seed=2)
    totals = [sum(round(row.days) for row in new if row.project == f"p{p}") for p in range(count)]

    def share(used: object) -> float:
        run = simulate(
            net,
            NetworkState(),
            today=MONDAY,
            durations=used,  # type: ignore[arg-type]
            calendar=TABLE,
            draws=Draws(1, 4000).within("p"),
        )
        enough = (run.quantile(f"S{steps - 1}", 0.8) - MONDAY).days
        return sum(total <= enough for total in totals) / count

    assert 0.72 <= share(durations) <= 0.88
    assert share(replace(durations, sd=0.0)) < 0.72


def test_idle_days_before_a_step_are_learned_from_where_they_are_known() -> None:
    step = planned_template(2).steps[1]
    rows = [record(step.kind, 20, f"p{n}", idle=float(days)) for n, days in enumerate((0, 10, 20, 30, 40))]
    net = network_of(planned_template(2), NetworkState())
    waits = learn(rows).durations(net, NetworkState(), today=MONDAY, table=TABLE).waits
    assert waits[step.code].days_at(0.5) == pytest.approx(20, abs=3)
    assert not learn([replace(row, idle=None) for row in rows]).idle


def test_the_same_records_in_any_order_give_the_same_durations() -> None:
    rows = simulated_county(projects=20, steps=4, shared=0.3, own=0.4)
    step = planned_template(4).steps[1]
    assert scale(rows, step) == scale(rows, step)
    assert scale(rows[::-1], step) == pytest.approx(scale(rows, step), rel=1e-9)


def test_the_shipped_reference_class_serves_a_county_without_a_record() -> None:
    template = package_templates()["manufacturing"]
    building = next(step for step in template.steps if step.kind == "plant_building")
    reason = learn([], load_reference()).explain(building, "manufacturing")
    assert reason.level == "kind"
    assert reason.kind is not None
    assert (reason.kind.own, reason.kind.reference, reason.kind.running) == (0, 3, 1)
    assert reason.duration is not None
    days = [case.days for case in load_reference() if case.kind == "plant_building" and case.finished]
    assert reason.duration.scale >= median(days)  # the one that still ran lengthens it
    assert "参考类3项" in reason.tell("zh")


def test_records_of_a_project_know_promise_pause_and_idle_days() -> None:
    template = package_templates()["manufacturing"]
    state = NetworkState(
        {
            "A02": StepState(MONDAY, MONDAY + timedelta(days=2)),
            "A03": StepState(MONDAY + timedelta(days=2), MONDAY + timedelta(days=2)),
            "A04": StepState(MONDAY + timedelta(days=9)),
        }
    )
    net = network_of(template, state)
    rows = records_of(net, state, project="p", today=MONDAY + timedelta(days=30), table=TABLE, confirmed=True)
    review = next(row for row in rows if row.kind == "energy_review")
    assert (review.finished, review.promised, review.planned, review.idle) == (False, 10, 10, 5)
    assert taken(rows)["energy_review"].kept == 0.0


def test_a_county_with_a_single_record_is_less_sure_than_one_with_many() -> None:
    step = planned_template(1).steps[0]
    template, state = planned_template(1), NetworkState()
    spreads = []
    for count in (1, 5, 60):
        learned = learn([record(step.kind, 20 + n % 3, f"p{n}") for n in range(count)])
        found = learned.durations(network_of(template, state), state, today=MONDAY, table=TABLE)
        spreads.append(np.hypot(found.sd, found.steps["S0"].sigma))
    assert spreads[0] > spreads[1] > spreads[2]
