"""What would follow if a step were finished by a day."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.stages.networks import MONDAY, network
from tests.engine.stages.test_path import networks

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.kernel.daytable import DayTable
from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.projects.forecast import Case, closed_by
from tiaodu.engine.stages.durations import Duration, Durations
from tiaodu.engine.stages.lengths import Length
from tiaodu.engine.stages.model import Unit
from tiaodu.engine.stages.state import Network, NetworkState

TABLE = DayTable.of(WorkingCalendar(), date(2023, 1, 1), date(2034, 12, 31))
CHAIN = network({"A1": [], "B1": ["A1"], "C1": ["A1"], "D1": ["B1", "C1"]})
DAYS = Duration(30.0, Unit.CALENDAR, sigma=0.4)


def case_of(net: Network, durations: Durations, scenarios: int = 300) -> Case:
    return Case(net, NetworkState(), MONDAY, durations, TABLE, Draws(1, scenarios).within("test"))


def test_a_step_is_finished_by_the_day_in_every_scenario_and_what_needs_it_follows() -> None:
    case = case_of(CHAIN, Durations(dict.fromkeys(CHAIN.codes, DAYS), sd=0.3), 4000)
    day = MONDAY + timedelta(days=30)
    base, found = case.run(), closed_by(case, "A1", day)
    first, moved = found["A1"]
    limit = (day - first).days
    drawn = base.finish[base.codes.index("A1")]
    assert moved.max() == limit
    assert (moved == np.minimum(drawn, limit)).all()
    last = base.finish[base.codes.index("D1")]
    late = drawn > limit
    assert (found["D1"][1][~late] == last[~late]).all()
    assert (found["D1"][1][late] < last[late]).all()


@settings(derandomize=True, deadline=None, max_examples=30)
@given(networks(), st.integers(0, 8), st.integers(0, 200))
def test_no_step_comes_later_and_a_far_day_changes_nothing(
    case: tuple[Network, dict[str, Length]], which: int, days: int
) -> None:
    net, lengths = case
    steps = {code: Duration(float(n.days), n.unit, sigma=0.5) for code, n in lengths.items()}
    whole = case_of(net, Durations(steps, sd=0.3))
    code, base = net.codes[which % len(net.codes)], whole.run()
    near = closed_by(whole, code, MONDAY + timedelta(days=days))
    far = closed_by(whole, code, date(2034, 1, 1))
    for place, name in enumerate(base.codes):
        assert (near[name][1] <= base.finish[place]).all()
        assert (far[name][1] == base.finish[place]).all()


def test_a_step_nobody_has_given_a_length_is_left_out() -> None:
    case = case_of(CHAIN, Durations({"A1": DAYS, "B1": DAYS, "D1": DAYS}))
    assert set(closed_by(case, "A1", MONDAY)) == {"A1", "B1"}
    with pytest.raises(KeyError):
        closed_by(case, "A1", MONDAY)["C1"]
