"""Promised days as forecasts: kept, late, moved, and how good the chances were."""

from __future__ import annotations

from datetime import date, timedelta
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiaodu.engine.projects.promises import (
    Forecast,
    Promise,
    Score,
    calibration,
    outcome,
    quality,
    records,
    score,
    scored_forecast,
    scores_of,
    wilson,
)

TODAY = date(2024, 7, 1)
JUNE, MAY, APRIL = date(2024, 6, 10), date(2024, 5, 10), date(2024, 4, 10)


def promise(*days: date, finished: date | None = None, unit: str = "land", **fields: object) -> Promise:
    return Promise(("p", *days), unit, days, finished, **fields)  # type: ignore[arg-type]


def test_kept_late_and_open() -> None:
    promises = [promise(MAY, finished=APRIL), promise(APRIL, finished=MAY), promise(JUNE)]
    (record,) = records(promises, today=TODAY, lead_days=30).values()
    first = record.first
    assert (first.count, first.kept, first.open, record.moved) == (3, 1, 1, 0)
    assert first.late == pytest.approx((30 + 21) / 3)
    assert first.late_ones == pytest.approx((30 + 21) / 2)


def test_a_promise_counts_when_its_day_has_passed_and_not_before() -> None:
    coming = promise(TODAY, finished=APRIL)
    assert records([coming], today=TODAY, lead_days=30) == {}
    assert records([coming], today=TODAY + timedelta(days=1), lead_days=30)["land"].first.kept == 1


def test_what_was_finished_later_than_the_day_that_is_replayed_is_open() -> None:
    found = outcome(MAY, finished=date(2024, 8, 1), today=TODAY)
    assert found is not None
    assert (found.open, found.late) == (True, (TODAY - MAY).days)


def test_a_moved_promise_counts_against_its_first_day_and_apart_against_its_last() -> None:
    moved = promise(APRIL, JUNE, finished=date(2024, 6, 1))
    record = records([moved], today=TODAY, lead_days=30)["land"]
    assert (record.first.kept, record.first.late, record.last.kept, record.moved) == (0, 52, 1, 1)
    far = promise(APRIL, date(2024, 12, 1))
    record = records([far], today=TODAY, lead_days=30)["land"]
    assert (record.first.count, record.last.count) == (1, 0)


def test_units_are_counted_apart() -> None:
    found = records([promise(MAY), promise(MAY, unit="water", finished=MAY)], today=TODAY, lead_days=0)
    assert {unit: record.first.kept for unit, record in found.items()} == {"land": 0, "water": 1}


def test_the_forecast_that_counts_was_made_in_time_for_that_day() -> None:
    made = tuple(
        Forecast(day, due, chance, 1000)
        for day, due, chance in (
            (date(2024, 4, 1), JUNE, 0.4),
            (date(2024, 5, 1), JUNE, 0.6),
            (date(2024, 6, 1), JUNE, 0.9),
            (date(2024, 5, 2), MAY, 0.1),
        )
    )
    told = promise(JUNE, forecasts=made)
    chosen = scored_forecast(told, JUNE, 30)
    assert chosen is not None
    assert chosen.chance == 0.6
    assert scored_forecast(told, JUNE, 100) is None
    (only,) = scores_of([told], today=TODAY, lead_days=30)
    assert (only.happened, only.brier) == (False, pytest.approx(0.36))


def test_scores_of_brier_and_the_log() -> None:
    told = Forecast(APRIL, MAY, 0.8, 1000)
    assert score(told, happened=True).log == pytest.approx(-log(0.8))
    assert score(told, happened=False).brier == pytest.approx(0.64)
    whole = quality([score(told, happened=True), score(told, happened=False)])
    assert (whole.count, whole.brier, whole.base_brier) == (2, pytest.approx(0.34), 0.25)
    assert quality([]).brier is None


def test_a_certain_forecast_that_fails_costs_much_but_not_without_end() -> None:
    sure = score(Forecast(APRIL, MAY, 1.0, 500), happened=False)
    assert sure.log == pytest.approx(log(1000))
    assert sure.brier == 1.0


def test_wilson_as_published() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81/263, 15/148, 0/20, 1/29
    for kept, count, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611)):
        assert wilson(kept, count) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    with pytest.raises(ValueError, match="no share"):
        wilson(3, 2)


@settings(derandomize=True, max_examples=120, deadline=None)
@given(st.integers(0, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_mirrors(counted: tuple[int, int]) -> None:
    kept, count = counted
    low, high = wilson(kept, count)
    assert 0 <= low <= high <= 1
    assert count == 0 or low <= kept / count <= high
    other_low, other_high = wilson(count - kept, count)
    assert (low, high) == (pytest.approx(1 - other_high), pytest.approx(1 - other_low))


SCORES = st.lists(
    st.builds(
        lambda chance, happened: score(Forecast(APRIL, MAY, chance, 1000), happened=happened),
        st.floats(0, 1),
        st.booleans(),
    ),
    max_size=40,
)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(SCORES, st.integers(2, 20))
def test_every_forecast_stands_in_one_class(scores: list[Score], bins: int) -> None:
    classes = calibration(scores, bins)
    assert len(classes) == bins
    assert sum(one.count for one in classes) == len(scores)
    assert sum(one.kept for one in classes) == sum(one.happened for one in scores)
    for one in classes:
        if one.mean_chance is not None:
            assert one.low - 1e-9 <= one.mean_chance <= one.high + 1e-9


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.floats(0.02, 0.98), st.floats(0.02, 0.98))
def test_telling_the_true_chance_scores_best(true: float, told: float) -> None:
    def expected(chance: float) -> tuple[float, float]:
        yes = score(Forecast(APRIL, MAY, chance, 10**6), happened=True)
        no = score(Forecast(APRIL, MAY, chance, 10**6), happened=False)
        return true * yes.brier + (1 - true) * no.brier, true * yes.log + (1 - true) * no.log

    for best, other in zip(expected(true), expected(told), strict=True):
        assert best <= other + 1e-12
