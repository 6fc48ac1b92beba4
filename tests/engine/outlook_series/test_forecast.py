"""The outlook of a year: what it says, what it does not, and what it never does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.outlook_series.histories import KNOWN, cumulative, monthly, seasonal

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.outlook.series import (
    Basis,
    Figure,
    NothingBehind,
    Reference,
    YearOutlook,
    forecast,
    forecast_many,
    scenarios,
)

AS_OF = date(2024, 7, 10)
PLANS = Reference(2000.0, (0.8, 0.9, 0.95, 1.0, 1.0, 1.05, 1.1), "县里近年产量计划")


def told(history: list[Figure], *, as_of: date = AS_OF, reference: Reference | None = None) -> YearOutlook:
    found = forecast(history, as_of=as_of, year=2024, reference=reference)
    assert isinstance(found, YearOutlook)
    return found


def codes(found: YearOutlook | NothingBehind) -> list[str]:
    return [reason.code for reason in found.reasons]


def test_a_steady_county_is_foretold_closely() -> None:
    found = told(monthly(seasonal))
    total = sum(seasonal(2024, month) for month in range(1, 13))
    assert found.p50 == pytest.approx(total, rel=0.03)
    assert found.p10 < total < found.p90
    assert found.basis is Basis.SERIES
    assert codes(found) == ["points"]


def test_the_fan_ends_where_the_year_ends() -> None:
    found = told(monthly(seasonal))
    assert [each.month for each in found.months] == list(range(7, 13))
    assert found.months[-1].summed == pytest.approx((found.p10, found.p50, found.p90))
    for each in found.months:
        assert each.alone[0] < each.alone[1] < each.alone[2]
    middle = [each.summed[1] for each in found.months]
    assert middle == sorted(middle)


def test_before_anything_of_the_year_is_known_all_twelve_months_are_left() -> None:
    figures = [
        Figure(each.period, each.value, date(2024, 1, 12))
        for each in monthly(seasonal, years=range(2020, 2024), last=12)
    ]
    found = told(figures, as_of=date(2024, 1, 20))
    assert (found.origin, found.so_far, len(found.months)) == (0, 0.0, 12)


def test_january_alone_is_not_yet_a_point() -> None:
    found = told(monthly(seasonal, last=1))
    assert found.origin == 0
    assert "january_alone" in codes(found)


@pytest.mark.parametrize("back", range(0, 37, 6))
def test_a_short_series_has_a_wider_range_than_a_long_one(back: int) -> None:
    figures = monthly(lambda year, month: seasonal(year, month) * (1.1 if month % 2 else 0.9))
    short = told(figures[-(6 + back) :])
    long = told(figures)
    assert (short.p90 - short.p10) / short.p50 >= 0.95 * (long.p90 - long.p10) / long.p50


def test_missing_months_do_not_stop_it() -> None:
    figures = [each for each in cumulative(seasonal) if each.period.end.month not in (3, 8)]
    assert told(figures).p50 == pytest.approx(told(cumulative(seasonal)).p50, rel=0.05)


def test_a_restated_series_says_so_and_uses_the_later_value() -> None:
    figures = monthly(seasonal)
    again = Figure(Period.month(2024, 5), seasonal(2024, 5) * 1.5, date(2024, 7, 8))
    assert "restated" in codes(told([*figures, again]))
    assert told([*figures, again]).so_far > told(figures).so_far
    assert told([*figures, again], as_of=date(2024, 7, 7)) == told(figures, as_of=date(2024, 7, 7))


def test_a_due_of_yesterday_is_a_fact() -> None:
    found = told(monthly(seasonal, last=12), as_of=date(2025, 1, 20))
    total = sum(seasonal(2024, month) for month in range(1, 13))
    assert found.basis is Basis.FACT
    assert found.p10 == found.p50 == found.p90 == pytest.approx(total)
    for comparator, target, kept in ((">=", total - 1, 1.0), (">=", total + 1, 0.0), ("<=", total + 1, 1.0)):
        chance = found.chance(comparator, target)
        assert (chance.probability, chance.decided, chance.reason.code) == (kept, True, "year_known")


def test_a_year_that_is_over_but_not_known_is_still_a_forecast() -> None:
    found = told(monthly(seasonal, last=10), as_of=date(2025, 1, 5))
    assert found.basis is Basis.SERIES
    assert "year_over_months_missing" in codes(found)
    assert not found.chance(">=", found.p50).decided


def test_what_is_reached_is_decided_before_the_year_ends() -> None:
    found = told(monthly(seasonal))
    for comparator in ("=", ">=", "~"):
        assert found.chance(comparator, found.so_far).decided
    reached = found.chance(">=", Decimal(str(found.so_far - 1)))
    assert (reached.probability, reached.reason.code) == (1.0, "already_reached")
    passed = found.chance("<", found.so_far)
    assert (passed.probability, passed.reason.code) == (0.0, "already_passed")
    assert not found.chance(">", found.so_far).decided


@given(target=st.floats(1e-3, 1e9), comparator=st.sampled_from(["=", ">=", ">", "<=", "<", "~"]))
@settings(max_examples=60)
def test_what_is_not_decided_is_never_sure(target: float, comparator: str) -> None:
    chance = told(monthly(seasonal)).chance(comparator, target)
    if chance.decided:
        assert chance.probability in (0.0, 1.0)
    else:
        assert 0.005 <= chance.probability <= 0.995


def test_chance_and_quantile_say_the_same() -> None:
    found = told(monthly(seasonal))
    for level in (0.02, 0.1, 0.35, 0.5, 0.8, 0.97):
        below = found.chance("<=", float(found.quantile(level))).probability
        assert below == pytest.approx(level, abs=1e-9)
        assert found.chance(">", float(found.quantile(level))).probability == pytest.approx(
            1 - level, abs=1e-9
        )


def test_scenarios_have_the_range_that_is_told() -> None:
    found = told(monthly(seasonal))
    totals = scenarios(found, Draws(3, 20_000).uniform("coal"))
    assert np.quantile(totals, [0.1, 0.5, 0.9]) == pytest.approx([found.p10, found.p50, found.p90], rel=0.01)
    with pytest.raises(ValueError, match="between 0 and 1"):
        found.quantile([0.0, 0.5])


def test_about_is_kept_a_little_below() -> None:
    found = told(monthly(seasonal))
    about, plain = found.chance("~", 2100).probability, found.chance(">=", 2100).probability
    assert about > plain
    assert found.chance("~", 2100).probability == found.chance(">=", 2100 * 0.95).probability


@pytest.mark.parametrize(("comparator", "target"), [("!=", 5), (">=", float("nan"))])
def test_what_cannot_be_asked_is_refused(comparator: str, target: float) -> None:
    with pytest.raises(ValueError, match="accepted"):
        told(monthly(seasonal)).chance(comparator, target)


def test_nothing_behind_says_why() -> None:
    nothing = forecast([], as_of=AS_OF, year=2024)
    few = forecast(monthly(seasonal)[:1], as_of=AS_OF, year=2024)
    zeros = forecast(monthly(lambda _year, _month: 0.0), as_of=AS_OF, year=2024)
    small = forecast([], as_of=AS_OF, year=2024, reference=Reference(100, (1.0, 0.9), "two plans"))
    assert all(isinstance(each, NothingBehind) for each in (nothing, few, zeros, small))
    assert [codes(each) for each in (nothing, few, zeros)] == [["no_history"], ["too_few"], ["only_zeros"]]
    assert codes(small) == ["no_history", "reference_too_small"]


def test_a_plan_alone_goes_by_plans_like_it() -> None:
    found = told([], reference=PLANS)
    logs = np.log(PLANS.ratios)
    assert found.basis is Basis.REFERENCE
    assert found.p50 == pytest.approx(2000 * np.exp(logs.mean()))
    assert found.p90 == pytest.approx(
        2000 * np.exp(logs.mean() + 1.2816 * logs.std(ddof=1) * (8 / 7) ** 0.5), rel=1e-3
    )


def test_a_short_series_is_drawn_towards_its_class_and_a_long_one_is_not() -> None:
    short = monthly(seasonal)[-9:]
    alone, both = told(short), told(short, reference=PLANS)
    assert both.basis is Basis.BOTH
    assert min(alone.point, 2000) <= both.point <= max(alone.point, 2000)
    assert both.p90 - both.p10 <= alone.p90 - alone.p10
    assert told(monthly(seasonal), reference=PLANS).basis is Basis.SERIES


def test_a_mine_that_stopped_is_foretold_low_and_finite() -> None:
    found = told(monthly(lambda year, month: 0.0 if (year, month) >= (2024, 3) else seasonal(year, month)))
    running = told(monthly(seasonal))
    assert found.so_far <= found.p10 <= found.p50 <= found.p90
    assert found.p50 - found.so_far < 0.7 * (running.p50 - running.so_far)


def test_together_or_alone_is_the_same() -> None:
    histories = {
        "long": (monthly(seasonal), None),
        "short": (monthly(seasonal)[-8:], PLANS),
        "over": (monthly(seasonal, last=12), None),
        "none": ([], None),
    }
    found = forecast_many(histories, as_of=date(2025, 1, 10), year=2024)
    assert list(found) == list(histories)
    for key, (history, reference) in histories.items():
        alone = forecast(history, as_of=date(2025, 1, 10), year=2024, reference=reference)
        if isinstance(alone, YearOutlook) and alone.basis is not Basis.FACT:
            other = found[key]
            assert isinstance(other, YearOutlook)
            assert (other.p10, other.p90) == pytest.approx((alone.p10, alone.p90))
        else:
            assert found[key] == alone


@given(
    values=st.lists(st.one_of(st.just(0.0), st.floats(1e-6, 1e9)), min_size=3, max_size=40),
    last=st.integers(1, 12),
)
@settings(max_examples=40)
def test_no_history_gives_a_silent_nonsense(values: list[float], last: int) -> None:
    months = [(2024 - (11 - at // 12), at % 12 + 1) for at in range(144)]
    upto = months.index((2024, last)) + 1
    figures = [
        Figure(Period.month(*at), value, KNOWN)
        for at, value in zip(months[max(0, upto - len(values)) : upto], values, strict=False)
    ]
    found = forecast(figures, as_of=date(2025, 2, 1), year=2024)
    if isinstance(found, NothingBehind):
        assert found.reasons
        return
    numbers = [
        found.p10,
        found.p50,
        found.p90,
        *(x for each in found.months for x in (*each.alone, *each.summed)),
    ]
    assert np.isfinite(numbers).all()
    assert min(numbers) >= 0
    assert found.so_far <= found.p10 <= found.p50 <= found.p90
