"""Figures of an agreement after start-up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiaodu.engine.projects.contract import STATES, Actual, Promise, follow

D = Decimal
BEGUN, DAY = date(2024, 9, 1), date(2026, 1, 9)
YEAR, HALF = (date(2025, 1, 1), date(2025, 12, 31)), (date(2025, 1, 1), date(2025, 6, 30))


@pytest.mark.parametrize(
    ("promise", "actual", "more", "state"),
    [
        (Promise(D(100)), Actual(D(100), *YEAR), {}, "kept"),
        (Promise(D(100)), Actual(D(99), *YEAR), {}, "short"),
        (Promise(D(100), due=date(2025, 12, 31)), Actual(D(99), *YEAR), {}, "missed"),
        (Promise(D(100), due=date(2026, 12, 31)), Actual(D(99), *YEAR), {}, "short"),
        (Promise(D(100)), Actual(D(99), *YEAR), {"full": date(2025, 8, 1)}, "missed"),
        (Promise(D(100)), Actual(D(120), *HALF), {}, "kept"),
        (Promise(D(100), due=date(2025, 12, 31)), Actual(D(60), *HALF), {}, "running"),
        (Promise(D(100), flow=False, due=date(2025, 6, 30)), Actual(D(60), HALF[1], HALF[1]), {}, "missed"),
        (Promise(D(100)), None, {}, "silent"),
        (Promise(D(100)), Actual(D(120), date(2024, 1, 1), date(2024, 8, 31)), {}, "silent"),
        (Promise(D(100)), Actual(D(120), *YEAR), {"begun": None}, "before"),
        (Promise(D(100)), Actual(D(120), *YEAR), {"begun": date(2026, 2, 1)}, "before"),
        (Promise(D(2), per_mu=True), Actual(D(120), *YEAR), {}, "no_land"),
        (Promise(D(2), per_mu=True), Actual(D(120), *YEAR), {"land": D(60)}, "kept"),
        (Promise(D(2), per_mu=True), Actual(D(120), *YEAR), {"land": D(61)}, "short"),
    ],
)
def test_how_a_promise_stands(
    promise: Promise, actual: Actual | None, more: dict[str, object], state: str
) -> None:
    given_ = {"begun": BEGUN, "day": DAY} | more
    assert follow(promise, actual, **given_).state == state  # type: ignore[arg-type]


@given(st.decimals(0, 10**9, places=2), st.decimals(0, 10**9, places=2), st.decimals(1, 900, places=1))
def test_a_gap_is_what_is_missing_and_nothing_when_kept(value: Decimal, came: Decimal, land: Decimal) -> None:
    for per_mu in (False, True):
        found = follow(Promise(value, per_mu=per_mu), Actual(came, *YEAR), begun=BEGUN, day=DAY, land=land)
        assert found.state in STATES
        assert found.actual is not None
        assert found.gap == max(0, value - found.actual)
        assert (found.state == "kept") == (not found.gap)
