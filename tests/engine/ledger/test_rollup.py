"""Sums that count every promise once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tiaodu.engine.ledger.rollup import FLOW, RATIO, Line, inside, misfits, sums, total

GLOVE = "facility_count.line.glove"
YEAR_END = date(2024, 12, 31)


def line(key: int, subject: str, value: int, *, increment: bool = False, due: date = YEAR_END) -> Line:
    return Line(key, subject, GLOVE, "条", Decimal(value), increment=increment, due=due)


PLAN = [
    line(1, "星荣", 8, increment=True, due=date(2024, 3, 31)),
    line(2, "星荣", 16),
    line(3, "鑫康莱", 22, increment=True, due=date(2024, 6, 30)),
    line(4, "鑫康莱", 36, increment=True),
    line(5, "鑫康莱", 58),
]


def test_increments_stand_inside_their_stock() -> None:
    assert dict(inside(PLAN)) == {1: 2, 3: 5, 4: 5}
    assert total(PLAN, GLOVE) == total(PLAN, "facility_count") == 74
    assert misfits(PLAN) == ()


def test_increments_beyond_their_stock_do_not_fit() -> None:
    found = misfits([*PLAN, line(6, "鑫康莱", 10, increment=True)])
    assert [(m.reason, m.whole, m.gap) for m in found] == [("increments", 5, Decimal(10))]


def test_an_increment_of_which_no_level_is_told_counts_itself() -> None:
    assert total([line(1, "A", 22, increment=True), line(2, "A", 36, increment=True)], GLOVE) == 58


def test_a_level_told_for_two_days_counts_once() -> None:
    assert total([line(1, "A", 22, due=date(2024, 6, 30)), line(2, "A", 58)], GLOVE) == 58


def test_a_month_stands_inside_its_year() -> None:
    year = Line(
        1, "煤炭", "output.coal", "吨", Decimal(5_000_000), kind=FLOW, start=date(2024, 1, 1), due=YEAR_END
    )
    month = replace(year, key=2, value=Decimal(400_000), start=date(2024, 5, 1), due=date(2024, 5, 31))
    assert total([year, month], "output") == 5_000_000


def test_firms_stand_inside_their_industry_and_must_add_up() -> None:
    industry = Line(9, "乳胶", GLOVE, "条", Decimal(74), due=YEAR_END)
    firms = [replace(each, belongs_to=("园区", "乳胶")) for each in PLAN]
    assert total([industry, *firms], GLOVE) == 74
    assert misfits([industry, *firms]) == ()
    short = misfits([replace(industry, value=Decimal(80)), *firms])
    assert [(m.reason, m.whole, m.expected, m.found) for m in short] == [
        ("parts", 9, Decimal(80), Decimal(74))
    ]


def test_a_parent_set_by_a_person_wins() -> None:
    county = Line(9, "全县", GLOVE, "条", Decimal(74))
    assert total([county, *(replace(each, parent=9) for each in PLAN if not each.increment)], GLOVE) == 74


def test_ratios_and_overlapping_counts_do_not_add() -> None:
    rates = [Line(n, f"s{n}", "growth_rate", "%", Decimal(6), kind=RATIO) for n in range(3)]
    assert total(rates, "growth_rate") == 0
    assert not sums(rates)
    mines = [Line(n, f"s{n}", "facility_count.coal_mine", "座", Decimal(n)) for n in (4, 6)]
    assert sums(mines, overlapping=["facility_count.coal_mine"])[0].value is None
    assert sums(mines[:1], overlapping=["facility_count.coal_mine"])[0].value == 4


@given(st.permutations(PLAN))
@settings(derandomize=True)
def test_the_order_of_the_ledger_changes_no_sum(lines: list[Line]) -> None:
    assert total(lines, GLOVE) == 74


@given(
    st.lists(
        st.tuples(st.sampled_from("ABC"), st.integers(0, 99), st.booleans(), st.integers(1, 12)), max_size=9
    )
)
@settings(derandomize=True)
def test_no_line_stands_inside_a_ring_and_counted_lines_make_the_sum(
    rows: list[tuple[str, int, bool, int]],
) -> None:
    lines = [line(n, s, v, increment=i, due=date(2024, m, 28)) for n, (s, v, i, m) in enumerate(rows)]
    within = inside(lines)
    for key in within:
        seen, at = set(), key
        while at in within:
            assert at not in seen
            seen.add(at)
            at = within[at]
    outside = [each.value for each in lines if each.key not in within]
    assert total(lines, GLOVE) == sum(v for v in outside if v is not None)


def test_unlike_things_under_a_loose_key_are_not_added() -> None:
    roads = [
        Line(1, "铁路专用线", "facility_count.road", "条", Decimal(5), noun="铁路专用线"),
        Line(2, "产业路", "facility_count.road", "条", Decimal(26), noun="产业路"),
    ]
    assert [s.value for s in sums(roads, unspecific=["facility_count.road"])] == [None]
    alike = [replace(each, noun="产业路") for each in roads]
    assert [s.value for s in sums(alike, unspecific=["facility_count.road"])] == [31]
    assert [s.value for s in sums(roads)] == [31]
