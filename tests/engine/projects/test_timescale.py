"""Days laid across a width."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiaodu.engine.projects.timescale import MONTHS_IN, Scale, Zoom, scale_of

TODAY = date(2024, 7, 1)
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@given(DAYS, st.sampled_from(Zoom), st.none() | DAYS, st.lists(DAYS, max_size=3))
def test_columns_fill_the_width(today: date, zoom: Zoom, first: date | None, days: list[date]) -> None:
    scale = scale_of(days, today, zoom, first)
    columns = list(scale.columns())
    assert columns[0].x == 0
    assert columns[-1].x + columns[-1].width == pytest.approx(1, abs=1e-4)
    assert all(one.x + one.width == pytest.approx(other.x, abs=1e-4) for one, other in pairwise(columns))
    assert all(column.first.day == 1 for column in columns)
    assert all((column.first.month - 1) % MONTHS_IN[zoom] == 0 for column in columns)


@given(DAYS, DAYS, DAYS)
def test_a_piece_lies_where_its_days_do(start: date, end: date, first: date) -> None:
    scale = Scale(first, first + timedelta(days=500))
    piece = scale.piece(start, end)
    inside = start <= end and start <= scale.last and end >= scale.first
    assert (piece is not None) == inside
    if piece:
        assert piece.x >= 0
        assert piece.x + piece.width <= 1.00001
        assert piece.width > 0
        assert piece.cut_left == (start < scale.first)
        assert piece.cut_right == (end > scale.last)


def test_the_year_view_shows_all_there_is() -> None:
    scale = scale_of([date(2022, 5, 1), date(2026, 2, 1)], TODAY, Zoom.YEAR)
    assert (scale.first, scale.last) == (date(2022, 1, 1), date(2026, 12, 31))
    assert [column.first.year for column in scale.columns()] == [2022, 2023, 2024, 2025, 2026]


@pytest.mark.parametrize(
    ("zoom", "first", "last", "back", "forth"),
    [
        (Zoom.MONTH, date(2024, 1, 1), date(2025, 6, 30), date(2023, 4, 1), date(2024, 10, 1)),
        (Zoom.QUARTER, date(2023, 7, 1), date(2026, 6, 30), date(2022, 1, 1), date(2025, 1, 1)),
        (Zoom.YEAR, date(2024, 1, 1), date(2025, 12, 31), date(2023, 1, 1), date(2025, 1, 1)),
    ],
)
def test_one_goes_back_and_forth_by_half_of_what_is_shown(
    zoom: Zoom, first: date, last: date, back: date, forth: date
) -> None:
    scale = scale_of([], TODAY, zoom)
    assert (scale.first, scale.last) == (first, last)
    assert (scale.moved(-0.5), scale.moved(0.5)) == (back, forth)
    assert scale_of([], TODAY, zoom, forth).first == forth


def test_a_day_outside_is_not_shown() -> None:
    scale = scale_of([], TODAY, Zoom.MONTH)
    assert scale.shows(date(2025, 6, 30))
    assert not scale.shows(date(2025, 7, 1))
    assert scale.share(date(2030, 1, 1)) == 1.0
