"""The closed forms, against a Kalman filter and by their own laws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiaodu.engine.outlook.series.kriging import POINTS, SLOTS, Averaging, Floats, Model, foretell
from tiaodu.engine.outlook.series.pooled import load_pooled

STANDARD = load_pooled().averaging
WALK = Model(walk=1.5, passing=0, lasts=4, drift=0, season=0, alike=0.9, lasting=0)
PLAIN = Averaging((WALK,), (0.0,), 1.0, 1e9, pair_noise=0.5, spread=0.1, spread_weight=0)


def windows(seed: int, *, series: int = 3, known: int = 5, years: int = 4) -> Floats:
    made = 50 * np.exp(0.2 * np.random.default_rng(seed).standard_normal((series, POINTS)))
    made[:, POINTS - SLOTS + known :] = np.nan
    made[:, : POINTS - years * SLOTS] = np.nan
    return made


def filtered(values: Floats, model: Model, pair_noise: float) -> tuple[float, float]:
    """Level after the last value and its variance in units of the noise, by a Kalman filter."""
    year, slot = np.divmod(np.arange(POINTS), SLOTS)
    time = year + np.array([1.5, *range(3, 13)])[slot] / 12
    known = np.flatnonzero(np.isfinite(values))
    logs = np.log(values[known])
    level, variance, before = logs.mean(), 100.0, 0.0
    for at, value in zip(known, logs, strict=True):
        variance += model.walk**2 * (time[at] - before)
        noise = pair_noise if slot[at] == 0 else 1.0
        gain = variance / (variance + noise)
        level, variance, before = level + gain * (value - level), (1 - gain) * variance, time[at]
    return float(level), float(variance)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("known", [0, 3, 10])
def test_a_walk_alone_is_a_kalman_filter(seed: int, known: int) -> None:
    window = windows(seed, series=1, known=known)
    window[0, 60] = np.nan  # a month nobody told
    found = foretell(window, known, PLAIN)
    level, _ = filtered(window[0], WALK, PLAIN.pair_noise)
    assert found.points[0] == pytest.approx(np.full(SLOTS - known, np.exp(level)))


def test_the_variance_is_that_of_the_filter() -> None:
    window = windows(1, series=1, known=10)
    fixed = replace(PLAIN, spread=0.3, spread_weight=1e9)
    found = foretell(window, 10, fixed)
    _, variance = filtered(window[0], WALK, PLAIN.pair_noise)
    expected = 0.09 * (variance + WALK.walk**2 / 12 + 1)  # a month on, and its own noise
    assert found.single_variances[0, 0] == pytest.approx(expected, rel=1e-6)
    assert found.variances[0, 0] == pytest.approx(expected, rel=1e-6)


@given(factor=st.floats(1e-3, 1e6), seed=st.integers(0, 20), known=st.integers(0, 10))
@settings(max_examples=25)
def test_the_unit_does_not_matter(factor: float, seed: int, known: int) -> None:
    one = foretell(windows(seed, known=known), known, STANDARD)
    other = foretell(factor * windows(seed, known=known), known, STANDARD)
    assert other.points == pytest.approx(factor * one.points, rel=1e-6)
    assert other.variances == pytest.approx(one.variances, rel=1e-6)


def test_together_or_alone_is_the_same() -> None:
    many = np.concatenate([windows(1), windows(2, years=2)])
    whole = foretell(many, 5, STANDARD)
    for number, row in enumerate(many):
        assert foretell(row[None], 5, STANDARD).points[0] == pytest.approx(whole.points[number])


def test_a_season_that_always_was_is_foretold() -> None:
    shape = 1 + 0.5 * np.sin(np.arange(SLOTS))
    window = np.tile(100 * shape, POINTS // SLOTS)[None].copy()
    window[0, POINTS - SLOTS + 4 :] = np.nan
    found = foretell(window, 4, STANDARD)
    assert found.points[0] == pytest.approx(100 * shape[4:], rel=0.05)


def test_the_farther_the_less_sure_of_a_month() -> None:
    found = foretell(windows(3, known=0), 0, PLAIN).single_variances
    assert (np.diff(found, axis=1) > 0).all()


def test_a_month_that_was_mistyped_hardly_moves_the_forecast() -> None:
    plain = windows(5, series=1)
    wrong = plain.copy()
    wrong[0, 50] *= 100
    tame = foretell(wrong, 5, STANDARD).points.sum() / foretell(plain, 5, STANDARD).points.sum()
    believing = replace(STANDARD, clip=1e9)
    wild = foretell(wrong, 5, believing).points.sum() / foretell(plain, 5, believing).points.sum()
    assert abs(np.log(tame)) < abs(np.log(wild))
    assert 0.7 < tame < 1.4


def test_weights_are_shares_and_never_nothing_for_all() -> None:
    weights = foretell(windows(2), 5, STANDARD).weights
    assert weights.sum(axis=1) == pytest.approx(np.ones(3))
    assert (weights >= 0).all()


@given(seed=st.integers(0, 100), zeros=st.integers(0, 20), known=st.integers(0, 10))
@settings(max_examples=30)
def test_stops_leave_every_number_finite_and_none_below_zero(seed: int, zeros: int, known: int) -> None:
    window = windows(seed, series=1, known=known, years=3)
    seen = np.flatnonzero(np.isfinite(window[0]))
    window[0, seen[-zeros - 1 : -1]] = 0
    found = foretell(window, known, STANDARD)
    assert np.isfinite(found.points).all()
    assert np.isfinite(found.variances).all()
    assert (found.points >= 0).all()
    assert (found.variances > 0).all()
