"""The drawing beside a history: geometry only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation.evidence.chart import HEIGHT, WIDTH, chart_of


def months(*values: str) -> list[tuple[date, date, Decimal]]:
    spans = [Period.month(2024, n + 1) for n in range(len(values))]
    return [(span.start, span.end, Decimal(value)) for span, value in zip(spans, values, strict=True)]


def test_fewer_than_two_figures_are_no_chart() -> None:
    assert chart_of([]) is chart_of(months("5")) is None


def test_months_of_their_own_are_bars_that_stand_on_the_ground() -> None:
    chart = chart_of(months("100", "200", "-50"))
    assert chart is not None
    assert chart.line == ""
    assert [round(bar.height / chart.bars[0].height, 1) for bar in chart.bars] == [1, 2, 0.5]
    assert round(chart.bars[0].y + chart.bars[0].height, 1) == chart.bars[2].y == chart.ground
    assert [tick.value for tick in chart.ticks] == [-100, 0, 100, 200]


def test_what_adds_up_is_a_line_along_the_days() -> None:
    start = date(2024, 1, 1)
    figures = [(start, date(2024, month, 28), Decimal(month)) for month in (1, 2, 3, 6)]
    chart = chart_of(figures)
    assert chart is not None
    assert chart.bars == ()
    xs = [point.x for point in chart.points]
    assert xs[3] - xs[2] > 2.5 * (xs[1] - xs[0])
    assert chart.points[-1].label == "2024-06"


@settings(derandomize=True, deadline=None)
@given(st.lists(st.decimals(-(10**12), 10**12, places=2), min_size=2, max_size=11))
def test_everything_stays_inside(values: list[Decimal]) -> None:
    chart = chart_of(months(*map(str, values)))
    assert chart is not None
    assert all(0 <= point.x <= WIDTH and 0 <= point.y <= HEIGHT for point in chart.points)
    assert all(0 <= tick.y <= HEIGHT for tick in chart.ticks)
    assert 2 <= len(chart.ticks) <= 7
    labelled = [point.x for point in chart.points if point.label]
    assert all(later - earlier >= 90 for earlier, later in pairwise(labelled))
