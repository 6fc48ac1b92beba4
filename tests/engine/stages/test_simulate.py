"""Simulated dates: they agree with the calendar, keep what happened, and are the same on any thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.stages.networks import MONDAY, network
from tests.engine.stages.test_path import networks

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.kernel.daytable import DayTable
from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.stages.durations import Duration, Durations
from tiaodu.engine.stages.lengths import Length
from tiaodu.engine.stages.model import Unit
from tiaodu.engine.stages.path import Plan, critical_path
from tiaodu.engine.stages.simulate import Simulated, prepare, simulate, simulate_many, without_delay
from tiaodu.engine.stages.state import Network, NetworkState, StepState

TABLE = DayTable.of(WorkingCalendar(), date(2023, 1, 1), date(2034, 12, 31))
EMPTY = NetworkState()
CHAIN = network({"A1": [], "B1": ["A1"], "C1": ["A1"], "D1": ["B1", "C1"]})
DAYS = Duration(30.0, Unit.CALENDAR, sigma=0.4)
FOUR = Durations(dict.fromkeys(["A1", "B1", "C1", "D1"], DAYS), sd=0.3)


def run(
    net: Network = CHAIN,
    durations: Durations = FOUR,
    state: NetworkState = EMPTY,
    today: date = MONDAY,
    scenarios: int = 4000,
) -> Simulated:
    return simulate(
        net, state, today=today, durations=durations, calendar=TABLE, draws=Draws(1, scenarios).within("test")
    )


@settings(derandomize=True, deadline=None, max_examples=40)
@given(networks())
def test_without_chance_it_is_the_critical_path(case: tuple[Network, dict[str, Length]]) -> None:
    net, lengths = case
    exact = {code: Duration(float(length.days), length.unit) for code, length in lengths.items()}
    found = run(net, Durations(exact), scenarios=3)
    path = critical_path(Plan(net, EMPTY, MONDAY, lengths, TABLE))
    for row in path.rows:
        assert {found.quantile(row.code, p) for p in (0.1, 0.9)} == {row.finish}
    assert {code for code, share in found.shares().items() if share} == set(path.critical)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(networks(), st.integers(0, 8), st.floats(0, 40))
def test_a_longer_step_makes_no_date_earlier_in_any_scenario(
    case: tuple[Network, dict[str, Length]], which: int, more: float
) -> None:
    net, lengths = case
    steps = {code: Duration(float(n.days), n.unit, sigma=0.5) for code, n in lengths.items()}
    code = net.codes[which % len(net.codes)]
    before = run(net, Durations(steps, sd=0.3), scenarios=200)
    steps[code] = replace(steps[code], scale=steps[code].scale + more)
    after = run(net, Durations(steps, sd=0.3), scenarios=200)
    assert (after.finish >= before.finish).all()


def test_nothing_is_finished_before_what_it_needs_or_before_today() -> None:
    found = run()
    rows = dict(zip(found.codes, found.finish, strict=True))
    for code, needs in CHAIN.needs.items():
        for need in needs:
            assert (rows[code] >= rows[need]).all()
    assert found.finish.min() >= TABLE.offset(MONDAY)


def test_medians_are_those_of_the_distribution() -> None:
    steps = {"A1": Duration(100.0, Unit.CALENDAR, sigma=0.4)}
    found = run(network({"A1": []}), Durations(steps, sd=0.3), scenarios=100_000)
    spread = (0.4**2 + 0.3**2) ** 0.5
    for probability, z in ((0.1, -1.2816), (0.5, 0.0), (0.8, 0.8416), (0.9, 1.2816)):
        days = (found.quantile("A1", probability) - MONDAY).days
        assert days == pytest.approx(100 * exp(spread * z), rel=0.01)
    assert found.chance("A1", MONDAY + timedelta(days=100)) == pytest.approx(0.5, abs=0.01)


def test_the_factor_is_shared_by_the_steps_of_a_project() -> None:
    """Independent steps even out; a shared factor does not: the finish spreads wider at the same medians."""
    net = network({f"S{n}": [f"S{n - 1}"] if n else [] for n in range(20)})
    alone = run(net, Durations(dict.fromkeys(net.codes, Duration(30.0, Unit.CALENDAR, sigma=0.5))))
    shared = dict.fromkeys(net.codes, Duration(30.0, Unit.CALENDAR, sigma=0.3))
    together = run(net, Durations(shared, sd=0.4))

    def width(found: Simulated) -> int:
        return (found.quantile("S19", 0.9) - found.quantile("S19", 0.1)).days

    assert width(together) > 2.5 * width(alone)


def test_time_already_spent_counts() -> None:
    """A step that has run past most of its distribution is drawn from what is left."""
    state = NetworkState({"A1": StepState(started=MONDAY)})
    net = network({"A1": []})
    steps = Durations({"A1": Duration(30.0, Unit.CALENDAR, sigma=0.5)})
    fresh = run(net, steps, state)
    today = MONDAY + timedelta(days=45)
    later = run(net, steps, state, today)
    assert later.finish.min() >= TABLE.offset(today)
    kept = fresh.finish[fresh.finish >= TABLE.offset(today)]
    assert later.quantile("A1", 0.5) == TABLE.date(int(np.quantile(kept, 0.5)))
    assert later.quantile("A1", 0.5) > today


def test_what_happened_is_kept() -> None:
    state = NetworkState({"A1": StepState(MONDAY, MONDAY + timedelta(days=9))})
    found = run(state=state, today=MONDAY + timedelta(days=20))
    assert {found.quantile("A1", p) for p in (0.0, 1.0)} == {MONDAY + timedelta(days=9)}
    assert found.shares()["A1"] == 0
    assert found.quantile("B1", 0.0) >= MONDAY + timedelta(days=20)


def test_idle_days_before_a_step_count_and_what_has_idled_is_known() -> None:
    idle = Duration(40.0, Unit.CALENDAR, sigma=0.3)
    net = network({"A1": [], "B1": ["A1"]})
    steps = dict.fromkeys(net.codes, Duration(10.0, Unit.CALENDAR, sigma=0.1))
    done = NetworkState({"A1": StepState(MONDAY, MONDAY)})
    without, waiting = run(net, Durations(steps), done), run(net, Durations(steps, waits={"B1": idle}), done)
    assert (waiting.quantile("B1", 0.5) - without.quantile("B1", 0.5)).days == pytest.approx(40, abs=1)
    later = run(net, Durations(steps, waits={"B1": idle}), done, MONDAY + timedelta(days=39))
    assert later.quantile("B1", 0.5) > waiting.quantile("B1", 0.5)
    assert (later.quantile("B1", 0.5) - waiting.quantile("B1", 0.5)).days < 15


def test_a_step_nobody_has_given_days_has_no_date_nor_what_follows() -> None:
    known = Durations(dict.fromkeys(("A1", "C1", "D1"), DAYS))
    found = run(durations=known)
    assert found.codes == ("A1", "C1")
    assert found.unknown == {"B1": ("B1",), "D1": ("B1",)}
    assert found.shares() == {"A1": 0, "C1": 0}


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.lists(st.integers(1, 300), min_size=1, max_size=5))
def test_chunks_of_scenarios_give_the_same_dates(sizes: list[int]) -> None:
    def dates(draws: Draws) -> np.ndarray:
        return simulate(CHAIN, EMPTY, today=MONDAY, durations=FOUR, calendar=TABLE, draws=draws).finish

    draws = Draws(3, sum(sizes))
    edges = np.cumsum([0, *sizes])
    parts = [dates(draws.chunk(int(a), int(b))) for a, b in pairwise(edges)]
    assert np.array_equal(np.concatenate(parts, axis=1), dates(draws))


def test_many_projects_are_the_same_on_any_number_of_threads() -> None:
    draws = Draws(1, 3000)
    projects = [
        prepare(CHAIN, EMPTY, today=MONDAY, durations=FOUR, table=TABLE, draws=draws.within(f"p{n}"))
        for n in range(5)
    ]
    plain = simulate_many(projects, first=TABLE.first, draws=draws)
    with ThreadPoolExecutor(2) as pool:
        spread = simulate_many(projects, first=TABLE.first, draws=draws, spread=pool.map)
    for one, other in zip(plain, spread, strict=True):
        assert np.array_equal(one.days, other.days)
        assert np.array_equal(one.critical, other.critical)
    single = simulate(CHAIN, EMPTY, today=MONDAY, durations=FOUR, calendar=TABLE, draws=draws.within("p0"))
    assert [plain[0].day("D1", p) for p in plain[0].probabilities] == [
        single.quantile("D1", p) for p in plain[0].probabilities
    ]
    assert not np.array_equal(plain[0].days, plain[1].days)


def test_the_share_of_drivers_shows_where_speed_pays() -> None:
    slow = Durations({**FOUR.steps, "B1": replace(DAYS, scale=60.0)}, sd=0.3)
    found = run(durations=slow)
    shares = found.shares()
    assert shares["A1"] == shares["D1"] == 1
    assert shares["B1"] > 0.8
    assert shares["C1"] < 0.2
    gain = {
        code: (
            found.quantile("D1", 0.5) - run(durations=without_delay(slow, code, 0.2)).quantile("D1", 0.5)
        ).days
        for code in ("B1", "C1")
    }
    assert gain["B1"] > 5
    assert gain["C1"] < 2


def test_days_beyond_the_table_are_told_as_its_last_day() -> None:
    steps = Durations({"A1": Duration(100_000.0, Unit.WORKING, sigma=0.1)})
    found = run(network({"A1": []}), steps)
    assert found.quantile("A1", 0.5) == found.horizon == date(2034, 12, 31)


def test_a_range_somebody_gives_is_kept_to() -> None:
    steps = Durations({"A1": Duration.of_range(20, 35, 60, Unit.CALENDAR)}, sd=0.5)
    found = run(network({"A1": []}), steps, scenarios=20_000)
    days = found.finish[0] - TABLE.offset(MONDAY)
    assert days.min() >= 20
    assert days.max() <= 60
    assert days.mean() == pytest.approx((20 + 35 + 60) / 3, rel=0.01)
    with pytest.raises(ValueError, match="low ≤ likely ≤ high"):
        Duration.of_range(20, 10, 60, Unit.CALENDAR)


def test_a_shortest_period_is_never_undercut() -> None:
    steps = Durations({"A1": Duration(30.0, Unit.CALENDAR, sigma=0.5, least=30, shared=False)})
    assert (run(network({"A1": []}), steps).finish[0] - TABLE.offset(MONDAY)).min() == 30
