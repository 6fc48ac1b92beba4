"""Steps of a stage network that are moved in a what-if take along what waits for them, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.stages.networks import MONDAY, network

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.kernel.daytable import DayTable
from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.kernel.offers import Drawn, Move, StepNetwork
from tiaodu.engine.outlook.model import Adds, Arrival, Arrivals, Dates, Inputs, Node
from tiaodu.engine.outlook.months import Months
from tiaodu.engine.outlook.tree import Tree
from tiaodu.engine.outlook.whatif import Case, FixDate, MoveDate, changed
from tiaodu.engine.stages.durations import Duration, Durations
from tiaodu.engine.stages.model import Unit
from tiaodu.engine.stages.simulate import Days, Simulated, simulate
from tiaodu.engine.stages.state import Network, NetworkState, StepState

TABLE = DayTable.of(WorkingCalendar(), date(2023, 1, 1), date(2034, 12, 31))
DRAWS = Draws(1, 400)
EMPTY = NetworkState()
# A1 leads to a long branch (B1, 60 days) and a short one (C1, 10 days), which meet in D1; E1 stands apart.
FORK = network({"A1": [], "B1": ["A1"], "C1": ["A1"], "E1": [], "D1": ["B1", "C1", "E1"]})
LONG = {"A1": 20.0, "B1": 60.0, "C1": 10.0, "E1": 5.0, "D1": 15.0}
CERTAIN = Durations({code: Duration(days, Unit.CALENDAR) for code, days in LONG.items()})
SPREAD = Durations({code: Duration(days, Unit.CALENDAR, sigma=0.2) for code, days in LONG.items()}, sd=0.2)
LINES = "z:facility_count.line"
KINDS = Arrivals(0, (Arrival("D1", 8),))
TREE = Tree.of([Node(LINES, "条", KINDS, Adds.LAST, "产线", "示例")])


def simulated(
    durations: Durations = SPREAD,
    net: Network = FORK,
    state: NetworkState = EMPTY,
    moves: Mapping[str, Move] | None = None,
) -> Simulated:
    def told(move: Move, days: Days) -> Days:
        first, moved = move((TABLE.first, days))
        return moved + np.int32((first - TABLE.first).days)

    by_code = {code: partial(told, move) for code, move in (moves or {}).items()}
    return simulate(
        net, state, today=MONDAY, durations=durations, calendar=TABLE,
        draws=DRAWS.within("test"), moves=by_code,
    )  # fmt: skip


def case_of(
    durations: Durations = SPREAD, net: Network = FORK, state: NetworkState = EMPTY, tree: Tree = TREE
) -> Case:
    """The network as rooms hand it over: its days, and how they follow."""

    def days(moves: Mapping[str, Move]) -> dict[str, Drawn]:
        found = simulated(durations, net, state, moves)
        return {code: (found.first, row) for code, row in zip(found.codes, found.finish, strict=True)}

    whole = StepNetwork(net.needs, days)
    dates = {code: Dates(*drawn) for code, drawn in days({}).items()}
    return Case(tree, Inputs(dates=dates, networks=dict.fromkeys(dates, whole)))


def days_of(case: Case) -> dict[str, np.ndarray]:
    return {name: each.days + each.first.toordinal() for name, each in case.inputs.dates.items()}


def shifts(base: Case, *changes: MoveDate | FixDate) -> dict[str, np.ndarray]:
    """By how many days every step moves, by scenario."""
    before, after = days_of(base), days_of(changed(base, *changes))
    return {name: after[name] - before[name] for name in before}


def certain(base: Case, *changes: MoveDate | FixDate) -> dict[str, int]:
    """The same where nothing is left to chance."""
    found = shifts(base, *changes)
    assert all((each == each[0]).all() for each in found.values())
    return {name: int(each[0]) for name, each in found.items()}


def test_what_waits_for_a_step_follows_and_what_comes_before_it_stays() -> None:
    base = case_of(CERTAIN)
    assert certain(base, MoveDate("A1", 12)) == {"A1": 12, "B1": 12, "C1": 12, "D1": 12, "E1": 0}
    assert certain(base, MoveDate("B1", 12)) == {"A1": 0, "B1": 12, "C1": 0, "D1": 12, "E1": 0}
    assert certain(base, MoveDate("D1", -3)) == {"A1": 0, "B1": 0, "C1": 0, "D1": -3, "E1": 0}


def test_a_step_within_its_float_moves_alone() -> None:
    base = case_of(CERTAIN)  # the short branch has 50 days of float
    assert certain(base, MoveDate("C1", 50)) == {"A1": 0, "B1": 0, "C1": 50, "D1": 0, "E1": 0}
    assert certain(base, MoveDate("C1", 57)) == {"A1": 0, "B1": 0, "C1": 57, "D1": 7, "E1": 0}
    moved = changed(base, MoveDate("C1", 50))
    assert all(moved.inputs.dates[name] is base.inputs.dates[name] for name in ("A1", "B1", "D1", "E1"))


def test_what_comes_earlier_helps_only_until_another_branch_decides() -> None:
    base = case_of(CERTAIN)
    assert certain(base, MoveDate("B1", -30, MONDAY))["D1"] == -30
    assert certain(base, MoveDate("B1", -70, MONDAY))["D1"] == -50
    first = MoveDate("A1", -400, MONDAY)  # not before the day itself: twenty days at most
    assert certain(base, first) == {"A1": -20, "B1": -20, "C1": -20, "D1": -20, "E1": 0}


def test_a_day_that_is_fixed_is_certain_and_the_rest_keeps_its_chance() -> None:
    base, day = case_of(), MONDAY + timedelta(days=200)
    before, after = days_of(base), days_of(changed(base, FixDate("B1", day)))
    assert (after["B1"] == day.toordinal()).all()
    own = before["D1"] - np.maximum.reduce([before[name] for name in ("B1", "C1", "E1")])
    # The duration drawn for the step in a scenario is the same: only its beginning is another.
    assert (after["D1"] == day.toordinal() + own).all()
    assert own.std() > 0


def test_a_day_before_today_is_today() -> None:
    base = case_of(CERTAIN)
    found = days_of(changed(base, FixDate("A1", MONDAY - timedelta(days=90))))
    assert found["A1"][0] == MONDAY.toordinal()
    assert found["B1"][0] == MONDAY.toordinal() + 60


def test_working_days_are_counted_from_the_new_beginning() -> None:
    net = network({"A1": [], "B1": ["A1"]})
    lengths = {"A1": Duration(5.0, Unit.CALENDAR), "B1": Duration(5.0, Unit.WORKING)}
    base = case_of(Durations(lengths), net)
    # From Saturday 9 March five working days end on Friday 15, from Wednesday 13 on Wednesday 20.
    assert days_of(base)["B1"][0] == date(2024, 3, 15).toordinal()
    assert certain(base, MoveDate("A1", 4)) == {"A1": 4, "B1": 5}


def test_moves_of_several_steps_add_up_in_any_order() -> None:
    base = case_of(CERTAIN)
    one, other = MoveDate("A1", 10), MoveDate("B1", 5)
    assert certain(base, one, other) == certain(base, other, one)
    assert certain(base, one, other)["D1"] == 15
    assert certain(base, one, MoveDate("A1", 3))["D1"] == 13
    fixed = FixDate("B1", MONDAY + timedelta(days=300))
    assert certain(base, one, fixed) == certain(base, fixed, one)
    assert certain(base, MoveDate("A1", 10), MoveDate("A1", -10)) == dict.fromkeys(LONG, 0)


def test_what_happened_stays_and_what_is_under_way_waits_for_nothing() -> None:
    done = StepState(started=MONDAY - timedelta(days=30), finished=MONDAY - timedelta(days=9))
    state = NetworkState(steps={"A1": done, "B1": StepState(started=MONDAY - timedelta(days=8))})
    base = case_of(CERTAIN, state=state)
    assert certain(base, MoveDate("A1", 40)) == dict.fromkeys(LONG, 0)
    assert certain(base, MoveDate("E1", 300))["B1"] == 0


def test_the_tree_follows_a_later_step() -> None:
    base, year = case_of(CERTAIN), Months.parse("2024")
    late = changed(base, MoveDate("A1", 31))
    before, after = (each.run(year, DRAWS, [LINES]).value(LINES)[:, 0].tolist() for each in (base, late))
    # Finished on 7 June without the move, on 8 July with it.
    assert before.index(8) == 5
    assert after.index(8) == 6


def test_networks_that_do_not_know_each_other_stay_apart() -> None:
    base, other = case_of(CERTAIN), case_of(CERTAIN)
    own = {f"other/{name}": each for name, each in other.inputs.dates.items()}
    whole = StepNetwork({}, lambda _moves: (_ for _ in ()).throw(AssertionError))
    inputs = replace(
        base.inputs,
        dates={**base.inputs.dates, **own},
        networks={**base.inputs.networks, **dict.fromkeys(own, whole)},
    )
    moved = changed(replace(base, inputs=inputs), MoveDate("A1", 10))
    assert all(moved.inputs.dates[name] is each for name, each in own.items())


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.sampled_from(sorted(LONG)), st.integers(-120, 400))
def test_nothing_comes_against_the_direction_of_the_move(code: str, days: int) -> None:
    base = case_of()
    found = shifts(base, MoveDate(code, days, MONDAY))
    later = StepNetwork(FORK.needs, lambda _moves: {})
    for name, each in found.items():
        assert (each * np.sign(days) >= 0).all()
        if code not in later.before([name]):
            assert not each.any()
        # In calendar days nothing moves by more than what moves it.
        assert (np.abs(each) <= np.abs(found[code])).all()


def test_the_days_without_a_move_are_the_days_as_they_are() -> None:
    with_moves, without = simulated(moves={}), simulated()
    assert (with_moves.finish == without.finish).all()
    assert all(not each.any() for each in shifts(case_of(), MoveDate("A1", 0)).values())


def test_a_move_beyond_the_calendar_is_told_as_its_last_day() -> None:
    found = days_of(changed(case_of(CERTAIN), MoveDate("A1", 20_000)))
    assert found["D1"][0] == date(2034, 12, 31).toordinal()


def test_a_date_without_a_network_moves_alone() -> None:
    base = case_of(CERTAIN)
    alone = replace(base, inputs=replace(base.inputs, networks={}))
    assert certain(alone, MoveDate("A1", 12)) == {"A1": 12, "B1": 0, "C1": 0, "D1": 0, "E1": 0}
    with pytest.raises(Exception, match="nowhere"):
        changed(base, MoveDate("nowhere", 1))
