"""Figures taken as told, paired differences, and by how much a report would narrow a range."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.outlook.model import Formula, Inputs, Node, Noise
from tiaodu.engine.outlook.months import Months, month_of
from tiaodu.engine.outlook.narrowing import narrowing
from tiaodu.engine.outlook.result import Values
from tiaodu.engine.outlook.scoring import Recalibration
from tiaodu.engine.outlook.shapes import Lognormal, Stop
from tiaodu.engine.outlook.tree import Tree, TreeError
from tiaodu.engine.outlook.whatif import Case, Told, changed, difference

YEAR = Months.parse("2024")
DRAWS = Draws(3, 10_000)
STOPS = Node("m:stops", "", Noise(Stop(0.2, 0.1, 0.2, 0.6)), source="示例")
LUCK = Node("m:luck", "", Noise(Lognormal(1, 0.1)), source="示例")
COAL = Node(
    "m:coal",
    "万吨",
    Formula("40万吨 * stops * luck", (("stops", "m:stops"), ("luck", "m:luck"))),
    source="示例",
)
CASE = Case(Tree.of([STOPS, LUCK, COAL]), Inputs({"m:coal": {YEAR.first: 35.0}}))
FIGURES = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40)


def test_without_stops_nothing_is_lost_and_the_luck_stays() -> None:
    relieved = changed(CASE, Told("m:stops", dict.fromkeys(YEAR, 1.0)))
    before, after = (case.run(YEAR, DRAWS, ["m:coal", "m:luck"]) for case in (CASE, relieved))
    assert (after.value("m:luck") == before.value("m:luck")).all()
    assert after.value("m:coal")[1:] == pytest.approx(40 * before.value("m:luck")[1:])
    assert (after.value("m:coal", "2024-01") == 35).all()
    gained = difference(before.over("m:coal", "2024"), after.over("m:coal", "2024"))
    assert gained is not None
    # Eleven months lose 0.3 on average in a fifth of them.
    assert gained.mean == pytest.approx(11 * 40 * 0.2 * 0.3, rel=0.03)
    assert gained.low >= 0


def test_what_was_told_before_is_not_told_anew() -> None:
    told = changed(CASE, Told("m:coal", {YEAR.first: 99.0, YEAR.first + 1: 30.0}))
    assert told.inputs.known["m:coal"] == {YEAR.first: 35.0, YEAR.first + 1: 30.0}
    assert CASE.inputs.known["m:coal"] == {YEAR.first: 35.0}
    with pytest.raises(TreeError):
        changed(CASE, Told("m:nothing", {}))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(FIGURES, st.floats(-100, 100))
def test_the_same_shift_in_every_scenario_has_no_error(figures: list[float], shift: float) -> None:
    before = np.array(figures)
    found = difference(Values(before), Values(before + shift))
    assert found is not None
    assert found.mean == pytest.approx(shift, abs=1e-8)
    assert found.mean_error == pytest.approx(0, abs=1e-8)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(FIGURES)
def test_a_difference_turned_round_is_its_opposite(figures: list[float]) -> None:
    one, other = Values(np.array(figures)), Values(np.array(figures[::-1]))
    there, back = (difference(a, b, (">=", 0.0)) for a, b in ((one, other), (other, one)))
    assert there is not None
    assert back is not None
    assert there.mean == pytest.approx(-back.mean, abs=1e-6)
    assert there.chance == pytest.approx(-(back.chance or 0.0))
    assert there.told_apart == back.told_apart


def test_scenarios_without_a_value_are_not_compared() -> None:
    one, other = Values(np.array([1.0, np.nan, 3.0])), Values(np.array([2.0, 2.0, np.nan]))
    found = difference(one, other)
    assert found is not None
    assert (found.compared, found.mean) == (1, 1.0)
    assert not found.told_apart  # one scenario has no error that is known
    assert difference(Values(np.full(3, np.nan)), other) is None


def test_a_report_takes_its_month_out_of_the_range() -> None:
    """Of n equal months one is told: the range narrows by 1 - sqrt((n-1)/n)."""
    result = CASE.run(YEAR, DRAWS, ["m:coal"])
    for months in (2, 4, 8):
        first = month_of("2024-02")
        rows = [result.value("m:coal", month) for month in range(first, first + months)]
        found = narrowing(Values(np.sum(rows, axis=0)), Values(rows[0]))
        assert found is not None
        assert found.sure
        assert found.share == pytest.approx(1 - sqrt((months - 1) / months), abs=4 * found.error + 0.01)


def test_a_report_of_the_figure_itself_leaves_nothing_and_another_narrows_nothing() -> None:
    figures = DRAWS.normal("a")
    whole = narrowing(Values(figures), Values(figures))
    other = narrowing(Values(figures), Values(DRAWS.normal("b")))
    assert whole is not None
    assert other is not None
    assert whole.share > 0.95
    assert not other.sure
    assert other.share < 0.01


def test_what_does_not_vary_or_is_hardly_known_has_no_range_to_narrow() -> None:
    figures = DRAWS.normal("a")
    assert narrowing(Values(np.ones(len(DRAWS))), Values(figures)) is None
    assert narrowing(Values(figures[:50]), Values(figures[:50])) is None
    certain = narrowing(Values(figures), Values(np.ones(len(DRAWS))))
    assert certain is not None
    assert (certain.sure, certain.share) == (False, 0.0)


# ---------------------------------------------------------------- corrected chances


def test_a_correction_that_leaves_chances_alone_leaves_the_gain_alone() -> None:
    drawn = np.random.default_rng(5).normal(0, 1, (2, 4_000))
    one, other = Values(drawn[0]), Values(drawn[0] + 0.2 + 0.1 * drawn[1])
    plain = difference(one, other, (">=", 0.5))
    same = difference(one, other, (">=", 0.5), Recalibration(0.0, 1.0, 60, 0.1))
    assert plain is not None
    assert same is not None
    assert (same.mean, same.mean_error) == (plain.mean, plain.mean_error)
    assert same.chance == pytest.approx(plain.chance)
    assert same.chance_error == pytest.approx(plain.chance_error)


@settings(derandomize=True, deadline=None)
@given(st.floats(-1, 1), st.floats(0.05, 4), st.integers(1, 399), st.integers(1, 399))
def test_the_gain_is_that_of_the_chances_told_and_keeps_its_sign(
    shift: float, slope: float, before: int, after: int
) -> None:
    correction = Recalibration(shift, slope, 60, 0.1)
    one, other = (Values((np.arange(400) < kept).astype(float)) for kept in (before, after))
    found = difference(one, other, (">=", 1.0), correction)
    assert found is not None
    assert found.chance == pytest.approx(correction(after / 400) - correction(before / 400))
    assert np.sign(found.chance or 0) in (0, np.sign(after - before))
    if before == after:
        assert (found.chance, found.chance_error) == (0, 0)


def test_the_error_of_a_corrected_gain_is_what_repeating_it_shows() -> None:
    correction, random = Recalibration(-0.3, 0.6, 60, 0.1), np.random.default_rng(7)
    told, errors = [], []
    for _ in range(600):
        drawn = random.normal(0, 1, (2, 500))
        one, other = Values(drawn[0]), Values(drawn[0] + 0.3 + 0.2 * drawn[1])
        found = difference(one, other, (">=", 0.8), correction)
        assert found is not None
        assert found.chance is not None
        assert found.chance_error is not None
        told.append(found.chance)
        errors.append(found.chance_error)
    assert np.std(told) == pytest.approx(np.mean(errors), rel=0.1)
    # Two runs of other draws would leave a difference far less sure.
    assert np.mean(errors) < 0.6 * np.sqrt(2) * correction.steepness(0.25) * np.sqrt(0.25 * 0.75 / 500)
