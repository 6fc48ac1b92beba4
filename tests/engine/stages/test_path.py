"""The critical path, against the longest path of another program and by its own laws."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import networkx
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.stages.networks import MONDAY, calendar_days, network

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.kernel.daytable import DayTable
from tiaodu.engine.stages.lengths import Length, planned_lengths
from tiaodu.engine.stages.model import Unit
from tiaodu.engine.stages.path import Plan, accelerations, critical_path, knock_on, span_of
from tiaodu.engine.stages.state import Network, NetworkState, StepState, network_of
from tiaodu.engine.stages.template import package_templates

TABLE = DayTable.of(WorkingCalendar(), date(2024, 1, 1), date(2030, 12, 31))
EMPTY = NetworkState()
# Textbook network: A3 B4 C2 after A, D5 after A and B, E1 after C, F2 after D and E; finish 11 by B D F.
BOOK = network({"A1": [], "B1": [], "C1": ["A1"], "D1": ["A1", "B1"], "E1": ["C1"], "F1": ["D1", "E1"]})
DAYS = {"A1": 3, "B1": 4, "C1": 2, "D1": 5, "E1": 1, "F1": 2}


def plan(net: Network, lengths: dict[str, Length], state: NetworkState = EMPTY, today: date = MONDAY) -> Plan:
    return Plan(net, state, today, lengths, TABLE)


def test_a_textbook_network() -> None:
    path = critical_path(plan(BOOK, calendar_days(DAYS)))
    assert path.finish == MONDAY + timedelta(days=11)
    assert path.critical == ("B1", "D1", "F1")
    floats = {row.code: row.float_days for row in path.rows}
    assert floats == {"A1": 1, "B1": 0, "C1": 3, "D1": 0, "E1": 3, "F1": 0}
    assert path.row("D1").drivers == ("B1",)


@st.composite
def networks(draw: st.DrawFn) -> tuple[Network, dict[str, Length]]:
    """Up to nine steps, each after some of the earlier ones; the last needs every end."""
    count = draw(st.integers(2, 9))
    codes = [f"S{n}" for n in range(count)]
    needs = {
        code: draw(st.lists(st.sampled_from(codes[:n]), unique=True, max_size=3)) if n else []
        for n, code in enumerate(codes)
    }
    used = {need for before in needs.values() for need in before}
    needs["Z1"] = [code for code in codes if code not in used]
    units = st.sampled_from([Unit.WORKING, Unit.CALENDAR])
    lengths = {code: Length(draw(st.integers(0, 40)), draw(units)) for code in needs}
    return network(needs), lengths


@settings(derandomize=True, max_examples=60)
@given(networks())
def test_in_calendar_days_the_finish_is_the_longest_path_of_networkx(
    case: tuple[Network, dict[str, Length]],
) -> None:
    net, lengths = case
    days = {code: Length(length.days, Unit.CALENDAR) for code, length in lengths.items()}
    graph = networkx.DiGraph()
    for code, needs in net.needs.items():
        graph.add_edges_from((need, code, {"weight": days[code].days}) for need in needs or ["begin"])
    longest = networkx.dag_longest_path_length(graph)
    assert critical_path(plan(net, days)).finish == MONDAY + timedelta(days=longest)


@settings(derandomize=True, max_examples=60)
@given(networks(), st.integers(0, 8), st.integers(1, 30))
def test_a_delay_never_makes_anything_earlier(
    case: tuple[Network, dict[str, Length]], which: int, days: int
) -> None:
    net, lengths = case
    code = net.codes[which % len(net.codes)]
    assert all(shift > 0 for shift in knock_on(plan(net, lengths), code, days).values())


@settings(derandomize=True, max_examples=60)
@given(networks(), st.integers(0, 8))
def test_a_step_may_use_up_its_float_and_not_a_day_more(
    case: tuple[Network, dict[str, Length]], which: int
) -> None:
    net, lengths = case
    path = critical_path(plan(net, lengths))
    row = path.row(net.codes[which % len(net.codes)])
    assert row.float_days is not None
    assert row.float_days >= 0
    assert row.finish is not None
    assert row.latest is not None
    assert row.finish <= row.latest
    goal = net.template.goal
    assert goal not in knock_on(plan(net, lengths), row.code, row.float_days)
    if lengths[row.code].days:
        assert knock_on(plan(net, lengths), row.code, row.float_days + 1).get(goal, 0) > 0


def test_what_happened_stays_and_what_is_open_begins_today() -> None:
    state = NetworkState(
        {"A1": StepState(MONDAY, MONDAY + timedelta(days=3)), "B1": StepState(MONDAY)}, signed=MONDAY
    )
    today = MONDAY + timedelta(days=30)
    path = critical_path(plan(BOOK, calendar_days(DAYS), state, today))
    assert path.row("A1").finish == MONDAY + timedelta(days=3)
    assert path.row("A1").done
    assert path.row("B1").finish == today  # overdue and still open: today at the earliest
    assert path.row("C1").ready == MONDAY + timedelta(days=3)
    assert path.row("C1").finish == today + timedelta(days=2)
    assert path.finish == today + timedelta(days=7)
    assert path.critical == ("B1", "D1", "F1")


def test_a_step_whose_length_nobody_knows_leaves_what_follows_open() -> None:
    lengths = calendar_days({code: days for code, days in DAYS.items() if code != "C1"})
    path = critical_path(plan(BOOK, lengths))
    assert path.unknown == ("C1",)
    assert path.finish is None
    assert [row.code for row in path.rows if row.finish is None] == ["C1", "E1", "F1"]
    assert path.row("D1").finish == MONDAY + timedelta(days=9)


def test_working_days_leave_weekends_and_holidays_out() -> None:
    net = network({"A1": [], "B1": ["A1"]})
    lengths = {"A1": Length(5, Unit.WORKING), "B1": Length(3, Unit.CALENDAR)}
    path = critical_path(plan(net, lengths, today=date(2024, 9, 30)))
    assert path.row("A1").finish == date(2024, 10, 12)  # a Saturday that is worked
    assert path.finish == date(2024, 10, 15)


def test_speeding_up_pays_on_the_critical_path_only() -> None:
    gains = accelerations(plan(BOOK, calendar_days({**DAYS, "D1": 50})), share=0.2)
    assert (gains[0].code, gains[0].days, gains[0].goal_days) == ("D1", 10, 10)
    assert {gain.code for gain in gains if gain.goal_days > 0} == {"B1", "D1", "F1"}
    assert {gain.code: gain.goal_days for gain in gains}["C1"] == 0


def test_a_shortened_step_buys_no_more_than_the_next_path_leaves() -> None:
    gains = accelerations(plan(BOOK, calendar_days({**DAYS, "B1": 20, "A1": 18})), share=0.5)
    assert {gain.code: (gain.days, gain.goal_days) for gain in gains}["B1"] == (10, 2)


def test_the_shortest_way_through_an_auction_is_that_of_the_rules() -> None:
    auction = package_templates()["judicial_auction"]
    net = network_of(auction, NetworkState())
    lengths = dict(planned_lengths(net))
    first = {code: lengths[code].days for code in ("J02", "J03", "J04", "J05")}
    assert sum(first.values()) == 74  # appraisal 30, objections 13, notice 30, bidding 1
    assert "J10" in critical_path(plan(net, lengths)).unknown


def test_a_table_of_days_covers_the_record() -> None:
    state = NetworkState({"A1": StepState(date(2021, 5, 1))}, signed=date(2020, 1, 1))
    first, last = span_of(state, MONDAY)
    assert first == date(2019, 12, 31)
    assert last > date(2043, 1, 1)
    assert span_of(replace(state, signed=None), MONDAY)[0] == date(2021, 4, 30)


def test_a_chain_to_another_step_than_the_goal() -> None:
    unknown = {code: days for code, days in DAYS.items() if code != "F1"}
    path = critical_path(plan(BOOK, calendar_days(unknown)))
    assert path.finish is None and path.critical == ()
    assert path.leading_to("D1") == ("B1", "D1")
    assert path.leading_to("E1") == ("A1", "C1", "E1")
