"""Figures as they were told become the cumulative figures known on a day."""

from __future__ import annotations

from datetime import date
from math import isnan, nan

import pytest
from tests.engine.outlook_series.histories import KNOWN, cumulative, monthly, seasonal

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.outlook.series.figures import Figure, months_of

AS_OF = date(2024, 7, 10)


def told(period: str, value: float | None, known_on: date = KNOWN) -> Figure:
    return Figure(Period.parse(period), value, known_on)


def test_months_and_cumulative_figures_say_the_same() -> None:
    one = months_of(monthly(seasonal), as_of=AS_OF)
    other = months_of(cumulative(seasonal), as_of=AS_OF)
    for key, value in other.cumulative.items():
        assert one.cumulative[key] == pytest.approx(value)
    assert one.slots(2023) == pytest.approx(other.slots(2023))


def test_the_value_known_on_the_day_counts() -> None:
    figures = [
        told("2024-03", 40, date(2024, 4, 9)),
        told("2024-03", 46, date(2024, 6, 2)),
        told("2024-01..2024-02", 70, date(2024, 3, 9)),
    ]
    before = months_of(figures, as_of=date(2024, 5, 1))
    after = months_of(reversed(figures), as_of=date(2024, 6, 2))
    assert (before.so_far(2024, 3), before.restated) == (110, 0)
    assert (after.so_far(2024, 3), after.restated) == (116, 1)


def test_what_is_taken_back_or_not_yet_over_is_not_there() -> None:
    figures = [
        told("2024-01..2024-02", 70, date(2024, 3, 9)),
        told("2024-01..2024-02", None, date(2024, 3, 12)),
        told("2024-01..2024-09", 500, date(2024, 3, 9)),
    ]
    assert months_of(figures, as_of=AS_OF).cumulative == {}


def test_a_gap_stays_a_gap_and_its_sum_is_shared() -> None:
    months = months_of([told("2024-01..2024-02", 60), told("2024-01..2024-05", 180)], as_of=AS_OF)
    assert months.so_far(2024, 4) is None
    assert months.slots(2024)[:4] == (30, 40, 40, 40)
    assert all(map(isnan, months.slots(2024)[4:]))


def test_half_a_year_alone_is_shared_from_january_on() -> None:
    months = months_of([told("2024-01..2024-06", 120)], as_of=AS_OF)
    assert months.slots(2024)[:5] == (20, 20, 20, 20, 20)


def test_a_month_before_a_cumulative_figure_closes_the_gap() -> None:
    months = months_of([told("2024-01..2024-05", 180), told("2024-05", 45)], as_of=AS_OF)
    assert months.so_far(2024, 4) == 135


def test_a_year_corrected_downwards_has_no_month_below_zero() -> None:
    months = months_of([told("2024-01..2024-04", 180), told("2024-01..2024-05", 170)], as_of=AS_OF)
    assert months.slots(2024)[4 - 1] == 0
    assert months.so_far(2024, 5) == 170


@pytest.mark.parametrize("period", ["2024-03..2024-05", "2024-03-05", "2023-01..2024-02"])
def test_other_periods_are_refused_by_name(period: str) -> None:
    with pytest.raises(ValueError, match=r"neither one month nor"):
        months_of([told(period, 5)], as_of=AS_OF)


def test_a_figure_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="2024-03 is not a number"):
        months_of([told("2024-03", nan)], as_of=AS_OF)
