"""The drawing of a year's investment: inside its frame, the fan from the last figure on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tiaodu.engine.projects.curve import month_end
from tiaodu.engine.projects.fan import Prior, fan_of
from tiaodu.engine.projects.investment import Reported, YearPlan, year_standing
from tiaodu.engine.projects.scurve import HEIGHT, WIDTH, SCurve, scurve_of

money = st.decimals(0, 10**10, places=2)


def _points(text: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, _, y in (pair.partition(",") for pair in text.split())]


def _drawn(planned: Decimal, done: Decimal, month: int) -> SCurve:
    plan = YearPlan(2024, planned, planned)
    now = year_standing(plan, [Reported(month_end(2024, month), done)], [], day=date(2024, 12, 31))
    fan = fan_of(now, Prior(median=1.0, common=0.3, single=0.6).share(months=12 - month))
    return scurve_of(plan.by_months(), {month: done}, {month: done / 2}, fan)


@given(money, money, st.integers(1, 12))
def test_everything_lies_inside_the_frame(planned: Decimal, done: Decimal, month: int) -> None:
    curve = _drawn(planned, done, month)
    for line in (curve.plan, curve.done, curve.paid, curve.fan, curve.middle):
        for x, y in _points(line):
            assert curve.left <= x <= curve.right <= WIDTH
            assert 0 <= y <= curve.ground <= HEIGHT
    assert curve.ticks[0].at == curve.ground
    assert [int(each.value) for each in curve.months] == list(range(1, 13))
    values = [label.value for label in curve.labels]
    places = [label.y for label in curve.labels]
    assert values == sorted(values, reverse=True)
    assert all(below - above > 14.9 for above, below in pairwise(places))


def test_the_fan_opens_at_the_last_figure_and_closes_at_the_year() -> None:
    curve = _drawn(Decimal(300_000_000), Decimal(120_000_000), 6)
    outline, done = _points(curve.fan), _points(curve.done)
    assert outline[0] == done[-1] == curve.dots[-1]
    assert len(outline) == 1 + 6 + 6
    assert {label.kind for label in curve.labels} == {"plan", "p10", "p50", "p90"}
    ended = _drawn(Decimal(300_000_000), Decimal(290_000_000), 12)
    assert (ended.fan, {label.kind for label in ended.labels}) == ("", {"plan", "done"})
