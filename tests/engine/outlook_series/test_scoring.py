"""Scores against closed forms, identities and published examples."""

from __future__ import annotations

from itertools import pairwise
from math import inf, log, sqrt
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiaodu.engine.outlook.scoring import (
    Judged,
    Ranged,
    Ranges,
    Recalibration,
    Refused,
    Scored,
    Summary,
    TooFew,
    brier,
    by_group,
    crps,
    crps_normal,
    interval_score,
    log_score,
    parts,
    pinball,
    recalibrate,
    reliability,
    summarise,
    summarise_ranges,
    wilson,
)

CHANCES = st.lists(
    st.tuples(st.sampled_from([0.1, 0.3, 0.5, 0.8, 0.95]), st.booleans()), min_size=1, max_size=80
)


def scored(count: int, *, slope: float = 1.0, seed: int = 1, each: int = 1) -> list[Scored]:
    """Promises kept as often as told, or, with a slope, told too boldly (below 1) or too timidly."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(0, 1.5, count)
    kept = rng.random(count) < 1 / (1 + np.exp(-slope * odds))
    return [
        Scored(
            f"promise {at}",
            float(1 / (1 + np.exp(-odds[at]))),
            bool(kept[at]),
            {"month": "5" if at % 2 else "6"},
        )
        for at in range(count)
        for _ in range(each)
    ]


def test_a_forecast_of_half_is_worth_what_a_coin_is() -> None:
    assert brier(0.5, kept=True) == brier(0.5, kept=False) == 0.25
    assert log_score(0.5, kept=True) == pytest.approx(log(2))


def test_a_sure_word_that_was_wrong_costs_everything() -> None:
    assert log_score(1.0, kept=False) == inf
    assert brier(1.0, kept=False) == 1


@given(truth=st.floats(0.05, 0.95), told=st.floats(0.01, 0.99))
def test_both_scores_are_proper(truth: float, told: float) -> None:
    for score in (brier, log_score):
        expected = truth * score(told, kept=True) + (1 - truth) * score(told, kept=False)
        honest = truth * score(truth, kept=True) + (1 - truth) * score(truth, kept=False)
        assert honest <= expected + 1e-12


@pytest.mark.parametrize("outcome", [-1.5, 0.0, 0.7, 3.0])
def test_scenarios_of_a_normal_score_as_its_closed_form(outcome: float) -> None:
    normal = NormalDist(0.5, 2.0)
    values = [normal.inv_cdf((at + 0.5) / 4000) for at in range(4000)]
    assert crps(values, outcome) == pytest.approx(crps_normal(outcome, mean=0.5, spread=2.0), abs=2e-3)


def test_the_normal_at_its_own_mean_is_the_published_constant() -> None:
    assert crps_normal(0, mean=0, spread=1) == pytest.approx((sqrt(2) - 1) / sqrt(np.pi))


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12), st.floats(-1e3, 1e3))
def test_crps_is_its_own_integral(values: list[float], outcome: float) -> None:
    """∫(F(x) − [x ≥ y])² dx, exactly, piece by piece between the jumps."""
    cuts = sorted({*values, outcome})
    area = 0.0
    for left, right in pairwise(cuts):
        below = sum(each <= left for each in values) / len(values)
        area += (right - left) * (below - (left >= outcome)) ** 2
    assert crps(values, outcome) == pytest.approx(area, abs=1e-7)


def test_one_scenario_is_the_absolute_error() -> None:
    assert crps([3.0], 5.5) == 2.5


def test_the_interval_score_is_the_sum_of_its_quantile_scores() -> None:
    for outcome in (5.0, 12.0, 30.0):
        both = pinball(0.1, 10, outcome) + pinball(0.9, 20, outcome)
        assert interval_score(10, 20, outcome) == pytest.approx(both * 2 / 0.2)


@pytest.mark.parametrize("bad", [1.01, -0.01, float("nan")])
def test_what_is_no_chance_is_refused(bad: float) -> None:
    for score in (brier, log_score):
        with pytest.raises(ValueError, match="no chance"):
            score(bad, kept=True)


def test_what_is_no_number_is_refused() -> None:
    for values, outcome in (([], 1.0), ([float("nan")], 1.0), ([1.0], inf)):
        with pytest.raises(ValueError, match="numbers"):
            crps(values, outcome)
    with pytest.raises(ValueError, match="above 0"):
        crps_normal(1, mean=0, spread=0)


def test_wilson_as_published() -> None:
    """Newcombe (1998), table I, method 3: 81/263, 15/148, 0/20, 1/29."""
    for kept, count, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert wilson(kept, count) == pytest.approx((low, high), abs=6e-5)
    with pytest.raises(ValueError, match="no part"):
        wilson(1, 0)


@given(CHANCES)
def test_bins_hold_every_forecast_once_and_never_part_equal_chances(told: list[tuple[float, bool]]) -> None:
    bins = reliability([Judged(*each) for each in told])
    assert sum(each.count for each in bins) == len(told)
    assert sum(each.count * each.kept for each in bins) == pytest.approx(sum(kept for _, kept in told))
    assert [each.told for each in bins] == sorted(each.told for each in bins)
    assert len(bins) == 1 or min(each.count for each in bins) >= 10
    assert all(each.low <= each.kept <= each.high for each in bins)


@given(CHANCES)
def test_the_parts_of_brier_add_up_where_bins_hold_one_chance(told: list[tuple[float, bool]]) -> None:
    bins = reliability([Judged(*each) for each in told], most=100, fewest=1)
    found = parts(bins)
    whole = sum(brier(chance, kept=kept) for chance, kept in told) / len(told)
    if len(bins) == len({chance for chance, _ in told}):
        assert found.reliability - found.resolution + found.uncertainty == pytest.approx(whole)


def test_nothing_judged_has_no_picture() -> None:
    assert reliability([]) == ()
    with pytest.raises(ValueError, match="nothing was judged"):
        parts([])


def test_a_promise_foretold_every_day_counts_once() -> None:
    many, once = summarise(scored(40, each=30)), summarise(scored(40))
    assert isinstance(many, Summary)
    assert isinstance(once, Summary)
    assert (many.promises, many.forecasts) == (40, 1200)
    assert (many.brier, many.low, many.high) == pytest.approx((once.brier, once.low, once.high))


def test_too_few_promises_have_no_score() -> None:
    assert summarise(scored(9, each=50)) == TooFew(9, 10)
    assert summarise([], fewest=0) == TooFew(0, 2)


def test_honest_chances_have_skill_and_bold_wrong_ones_none() -> None:
    honest, wrong = summarise(scored(400)), summarise(scored(400, slope=-1))
    assert isinstance(honest, Summary)
    assert isinstance(wrong, Summary)
    assert honest.skill is not None
    assert wrong.skill is not None
    assert honest.skill > 0 > wrong.skill
    assert honest.low < honest.brier < honest.high


def test_where_all_was_kept_skill_cannot_be_told() -> None:
    found = summarise([Scored(str(at), 0.9, True, {}) for at in range(12)])
    assert isinstance(found, Summary)
    assert found.skill is None


def test_groups_are_summed_up_alone() -> None:
    rows = scored(60)
    found = by_group(rows, "month")
    assert list(found) == ["5", "6"]
    assert found["5"] == summarise([each for each in rows if each.groups["month"] == "5"])
    assert by_group(rows, "department") == {}


def test_ranges_are_held_against_what_came() -> None:
    rows = [Ranged(90, 100, 120, outcome) for outcome in (80, 95, 100, 110, 119, 130, 100, 101, 102, 103)]
    found = summarise_ranges(rows)
    assert isinstance(found, Ranges)
    assert (found.count, found.held, found.below) == (10, 0.8, 0.1)
    assert (found.low, found.high) == pytest.approx(wilson(8, 10))
    assert summarise_ranges(rows[:5]) == TooFew(5, 10)
    with pytest.raises(ValueError, match="P10"):
        summarise_ranges([Ranged(2, 1, 3, 2)])


@pytest.mark.parametrize(("slope", "bolder"), [(0.4, False), (2.5, True)])
def test_a_known_distortion_is_undone(slope: float, *, bolder: bool) -> None:
    found = recalibrate(scored(1500, slope=slope))
    assert isinstance(found, Recalibration)
    assert found.gain > 0
    assert (found(0.9) > 0.9) is bolder
    assert found.slope == pytest.approx(slope, rel=0.35)


def test_what_is_calibrated_is_left_alone_or_hardly_changed() -> None:
    found = recalibrate(scored(1500))
    if isinstance(found, Recalibration):
        assert abs(found(0.8) - 0.8) < 0.03
    else:
        assert found.reason == "no_gain"


def test_too_little_is_refused_with_what_is_lacking() -> None:
    assert recalibrate(scored(59, each=9)) == Refused("too_few", 59, 60)
    kept = [Scored(str(at), 0.8, at >= 5, {}) for at in range(80)]
    assert recalibrate(kept) == Refused("too_few_missed", 5, 15)
    missed = [Scored(str(at), 0.2, at < 5, {}) for at in range(80)]
    assert recalibrate(missed) == Refused("too_few_kept", 5, 15)


@given(seed=st.integers(0, 30), low=st.floats(0, 1), high=st.floats(0, 1))
@settings(max_examples=20)
def test_order_is_kept_and_nothing_becomes_sure(seed: int, low: float, high: float) -> None:
    found = recalibrate(scored(200, slope=0.3, seed=seed))
    if isinstance(found, Recalibration):
        assert (low - high) * (found(low) - found(high)) >= 0
        assert 0 < found(low) < 1
