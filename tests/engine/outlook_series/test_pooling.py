"""Private estimates, pooled."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiaodu.engine.outlook.pooling import (
    Estimate,
    Rules,
    load_pooling,
    pool,
    pool_chances,
    pool_days,
    weights,
)

RULES = load_pooling()
FREE = Rules(prior=0.0, fewest=2, heaviest=1.0)
RECORD = st.lists(st.floats(-5, 5), max_size=12).map(tuple)


def test_without_a_prior_the_weights_are_those_of_bates_and_granger() -> None:
    told = [Estimate(0, (1.0, -1.0)), Estimate(0, (2.0, -2.0))]
    assert weights(told, FREE) == pytest.approx((0.8, 0.2))


def test_few_outcomes_stay_close_to_equal_and_many_do_not() -> None:
    def first(count: int) -> float:
        told = [Estimate(0, (0.5,) * count), Estimate(0, (1.5,) * count), Estimate(0, (1.0,) * count)]
        return weights(told, RULES)[0]

    assert first(0) == pytest.approx(1 / 3)
    assert first(1) < first(4) < first(40)
    assert first(1) < 0.38


def test_a_newcomer_counts_as_everybody_does() -> None:
    told = [Estimate(0, (0.5,) * 30), Estimate(0, (2.0,) * 30), Estimate(0, ())]
    good, bad, new = weights(told, RULES)
    assert bad < new < good


@given(st.lists(RECORD, min_size=1, max_size=8))
def test_weights_are_shares_and_nobody_has_too_much(records: list[tuple[float, ...]]) -> None:
    found = weights([Estimate(0, record) for record in records], RULES)
    assert sum(found) == pytest.approx(1)
    assert max(found) <= max(RULES.heaviest, 1 / len(found)) + 1e-9
    assert min(found) > 0


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), RECORD), min_size=3, max_size=8))
def test_the_pooled_figure_lies_among_those_told(told: list[tuple[float, tuple[float, ...]]]) -> None:
    found = pool([Estimate(value, record) for value, record in told], RULES)
    assert found is not None
    values = [value for value, _ in told]
    assert min(values) - 1e-6 <= found.value <= max(values) + 1e-6
    assert 0 < found.alike <= 1 + 1e-9


def test_of_two_people_nothing_is_shown() -> None:
    assert pool([Estimate(1, ()), Estimate(2, ())], RULES) is None
    assert pool_days([(date(2024, 6, 1), ())] * 2, RULES) is None
    assert pool_chances([Estimate(0.5, ())] * 2, RULES) is None


def test_days_are_pooled_as_days() -> None:
    told = [(date(2024, 2, 27), ()), (date(2024, 2, 29), ()), (date(2024, 3, 5), ())]
    found = pool_days(told, RULES)
    assert found is not None
    assert found[0] == date(2024, 3, 1)


def test_chances_of_nought_and_one_are_not_infinite() -> None:
    found = pool_chances([Estimate(chance, ()) for chance in (0.0, 1.0, 0.5)], RULES)
    assert found is not None
    assert found.value == pytest.approx(0.5)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not a number"):
        pool([Estimate(value, ()), Estimate(1, ()), Estimate(2, ())], RULES)
    with pytest.raises(ValueError, match="not a number"):
        weights([Estimate(1, (value,))], RULES)
    with pytest.raises(ValueError, match="between 0 and 1"):
        pool_chances([Estimate(2, ())] * 3, RULES)
