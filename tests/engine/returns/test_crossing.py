"""Crossing a threshold: the ranges hold what they promise, and nothing that must not matter matters."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from importlib import resources

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.returns.firms import START, County, county

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.crossing import POINTS, Future, History, Point, forecast
from tiaodu.engine.returns.learned import Companion, prior_of

DRAWS = Draws(5, 1000)
VALUES = yaml.safe_load(
    (resources.files("tiaodu.data") / "returns/entry/outlook.yaml").read_text(encoding="utf-8")
)["rows"]
PRIOR = prior_of({row["code"]: Decimal(str(row["value"])) for row in VALUES})


def _futures(county: County) -> list[Future]:
    return list(forecast(county.known, DRAWS, ahead=POINTS, prior=PRIOR))


def _sums(county: County) -> np.ndarray:
    """What the twelve months came to at each point of the future, firms × points."""
    past = np.array([history.values[-POINTS:] for history in county.known], float)
    whole = np.cumsum(np.concatenate([past, county.came], axis=1), axis=1)
    return whole[:, POINTS:] - whole[:, :-POINTS]


def _inside(county: County, futures: list[Future]) -> np.ndarray:
    """Whether each sum lay in its range of 80 %."""
    ranges = np.array([future.ranges(levels=(10, 90)) for future in futures])
    sums = _sums(county)
    return (ranges[:, 0] <= sums) & (sums <= ranges[:, 1])


def test_ranges_of_eighty_percent_hold_in_eighty_percent() -> None:
    """2,300 firms in counties of 50, with two or three years behind them, tails light and heavy."""
    kinds = [(2, 8.0), (3, 8.0), (3, 30.0), (3, 5.0)]
    counties = [county(seed, 50, years=kinds[seed % 4][0], tails=kinds[seed % 4][1]) for seed in range(46)]
    inside = np.concatenate([_inside(each, _futures(each)) for each in counties])
    assert len(inside) == 2300
    for step in (0, 2, 5, 10):
        assert 0.76 <= inside[:, step].mean() <= 0.84, step
    assert 0.76 <= inside.mean() <= 0.84


def test_chances_come_true_as_often_as_they_say() -> None:
    """Of crossings said to have one chance in three, a third comes, and so on through the scale."""
    said, came = [], []
    for seed in range(30):
        found = county(100 + seed, 50)
        for history, future, sums in zip(found.known, _futures(found), _sums(found), strict=True):
            threshold = sum(value or 0 for value in history.values[-POINTS:]) * 1.1
            said.append(future.chances(threshold)[-1])
            came.append(bool((sums >= threshold).any()))
    tenths = np.array(said), np.array(came)
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        these = (tenths[0] >= low) & (tenths[0] < low + 0.2 + (low == 0.8))
        assert these.sum() > 100
        assert abs(tenths[0][these].mean() - tenths[1][these].mean()) < 0.09, low


def test_first_year_is_told_with_a_wide_range() -> None:
    """With one year behind them growth cannot be told from the season: the range must not be too narrow."""
    counties = [county(seed, 40, years=1) for seed in range(10)]
    inside = np.concatenate([_inside(each, _futures(each)) for each in counties])
    assert inside.mean() >= 0.76


def test_a_companion_narrows_the_range_and_keeps_what_it_promises() -> None:
    """Power that moves with revenue and is known for longer makes the next months surer."""
    with_power = [county(seed, 50, follows=0.8) for seed in range(10)]
    without = [
        County([replace(history, companion=None) for history in each.known], each.came) for each in with_power
    ]
    widths, inside = [], []
    for counties in (with_power, without):
        futures = [_futures(each) for each in counties]
        spread = [
            np.diff(np.log(future.ranges(levels=(10, 90))), axis=0) for each in futures for future in each
        ]
        widths.append(np.mean(spread))
        inside.append(np.mean([_inside(c, f).mean() for c, f in zip(counties, futures, strict=True)]))
    assert widths[0] < 0.85 * widths[1]
    assert 0.74 <= inside[0] <= 0.88


def test_power_that_tells_nothing_changes_nothing() -> None:
    """A companion that moves by itself must not be believed."""
    plain = county(3, 50)
    chance = np.random.default_rng(9)
    noise = np.exp(np.cumsum(chance.normal(0, 0.2, (50, POINTS * 4)), axis=1))
    misled = County(
        [
            replace(history, companion=Companion("power", tuple(map(float, row))))
            for history, row in zip(plain.known, noise, strict=True)
        ],
        plain.came,
    )
    for one, other in zip(_futures(plain), _futures(misled), strict=True):
        assert np.allclose(one.ranges(), other.ranges(), rtol=0.12)


def test_same_firm_has_the_same_future_in_any_order() -> None:
    """Draws follow the firm's key, not its place in the list."""
    found = county(1, 12)
    forth = {future.key: future.paths for future in _futures(found)}
    back = {future.key: future.paths for future in _futures(County(found.known[::-1], found.came[::-1]))}
    assert all(np.allclose(forth[key], back[key]) for key in forth)


def test_too_little_is_not_guessed() -> None:
    """A firm with fewer figures than the prior asks for gets no forecast."""
    short = History("new", START, (100.0,) * (int(PRIOR.least) - 1))
    assert [*forecast([short], DRAWS, ahead=3, prior=PRIOR)] == []
    assert [*forecast([], DRAWS, ahead=3, prior=PRIOR)] == []


def test_a_gap_and_a_month_without_revenue_are_survived() -> None:
    """A month nobody reported and a month of standstill leave finite numbers."""
    values: list[float | None] = [200.0, *[100.0] * 21]
    values[4], values[7] = None, 0.0
    (future,) = forecast([History("stop", START, tuple(values))], DRAWS, ahead=POINTS, prior=PRIOR)
    assert np.isfinite(future.paths).all()
    assert (future.paths > 0).all()


def test_year_begins_anew_and_keeps_what_is_known() -> None:
    """After October the sum of the year has what was reported; the next year starts at nothing."""
    values = (200.0, *[100.0] * 10, 200.0, *[100.0] * 8)  # up to October 2022
    (future,) = forecast([History("x", START, values)], DRAWS, ahead=4, prior=PRIOR)
    assert future.point(0) == Point(2022, 10)
    assert future.point(0).period == Period.month(2022, 11)
    assert (future.year_sums(2022)[0] > 1000).all()
    assert future.year_sums(2023).shape == (2, 1000)
    assert np.allclose(future.year_sums(2023)[0], future.paths[2])
    assert 0 <= future.falls(1200.0, 2022) <= 1


revenues = st.lists(st.floats(1, 5000), min_size=6, max_size=40)


@given(revenues, st.floats(1, 1e5), st.floats(1, 1e5), st.booleans())
@settings(max_examples=40)
def test_chances_rise_with_time_and_fall_with_the_threshold(
    values: list[float], one: float, other: float, rolling: bool
) -> None:
    """A higher threshold is never likelier, and what was reached stays reached."""
    (future,) = forecast([History("x", START, tuple(values))], Draws(1, 100), ahead=6, prior=PRIOR)
    low, high = sorted((one, other))
    easier, harder = future.chances(low, rolling=rolling), future.chances(high, rolling=rolling)
    assert all(0 <= b <= a <= 1 for a, b in zip(easier, harder, strict=True))
    assert list(easier) == sorted(easier)
    assert future.crossing(low, 0.5, rolling=rolling) is not None or easier[-1] < 0.5
    ranges = future.ranges(rolling=rolling)
    assert (np.diff(ranges, axis=0) >= 0).all()


@pytest.mark.parametrize(("month", "number"), [(1, 1), (2, 1), (3, 2), (12, 11)])
def test_january_and_february_are_one_point(month: int, number: int) -> None:
    """A year has eleven points."""
    assert Point.of(Period.month(2024, month)).number == number
    assert Point(2024, 11).later(1) == Point(2025, 1)
