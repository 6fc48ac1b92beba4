"""Curves of the year, plan against done, and the range of what the year will bring."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.projects.rows import packaged_rows

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.projects.curve import (
    LINEAR,
    Curve,
    CurveError,
    curve_of,
    month_end,
    months_and_days,
    months_between,
    months_missed,
    own_curve,
    planned_share,
)
from tiaodu.engine.projects.fan import Fan, PastYear, Prior, Share, fan_of, fan_of_sum, learned_share
from tiaodu.engine.projects.investment import Reported, YearPlan, pace, totals, year_standing

D = Decimal
CURVES = {
    row["code"]: curve_of(row["code"], [str(row[f"m{month:02}"]) for month in range(1, 13)])
    for row in packaged_rows("curves")
}
days = st.dates(date(2024, 1, 1), date(2024, 12, 31))
money = st.decimals(0, 10**9, places=2)
curves = st.sampled_from([LINEAR, *CURVES.values()])


def test_the_shanxi_curve_keeps_to_what_was_published() -> None:
    told = {3: "0.05", 4: "0.09", 5: "0.17", 6: "0.32", 11: "0.88", 12: "1"}
    assert {month: str(CURVES["shanxi"].by_month(month).normalize()) for month in told} == told
    assert set(CURVES) == {"linear", "shanxi"}


@given(curves, days, days, st.none() | days)
def test_a_plan_never_falls_and_ends_whole(curve: Curve, one: date, other: date, begins: date | None) -> None:
    low, high = sorted((one, other))
    assert 0 <= planned_share(curve, low, begins) <= planned_share(curve, high, begins) <= 1
    assert planned_share(curve, date(2024, 12, 31), begins) == 1


@pytest.mark.parametrize(
    ("points", "month"), [([5] * 11 + [100], 0), ([9, 5, *[10] * 9, 100], 2), ([8] * 12, 12)]
)
def test_points_that_fall_or_do_not_end_whole_are_no_curve(points: list[int], month: int) -> None:
    if not month:
        assert curve_of("x", points).by_month(11) == D("0.05")
        return
    with pytest.raises(CurveError) as refused:
        curve_of("x", points)
    assert refused.value.month == month


def test_a_projects_own_plan_goes_before_the_curve() -> None:
    own = own_curve([D(0)] * 5 + [D(50)] * 6 + [D(200)], D(200))
    assert own is not None
    plan = YearPlan(2024, D(500), D(200), own, begins=date(2024, 6, 3))
    assert plan.by_months() == (0,) * 5 + (50,) * 6 + (200,)
    assert own_curve([], D(200)) is None
    assert (plan.by(date(2023, 12, 31)), plan.by(date(2025, 1, 1))) == (0, 200)


@given(days, st.integers(0, 900))
def test_months_are_counted_as_people_count_them(start: date, more: int) -> None:
    end = start + timedelta(days=more)
    whole = months_between(start, end)
    assert 28 * whole <= more + 3
    assert whole <= months_and_days(start, end) <= whole + 1
    assert months_missed(start, end) <= whole + 1


def test_no_figure_by_the_end_of_january_is_not_yet_missing() -> None:
    plan = YearPlan(2024, D(900), D(300))
    assert year_standing(plan, [], [], day=date(2024, 1, 20)).behind == 0
    silent = year_standing(plan, [Reported(date(2023, 12, 31), D(80))], [], day=date(2024, 3, 5))
    assert (silent.done, silent.behind, silent.ratio, silent.silent_months(date(2024, 3, 5))) == (
        None,
        None,
        None,
        2,
    )
    later = year_standing(plan, [Reported(date(2024, 5, 31), D(80))], [], day=date(2024, 3, 5))
    assert later.done is None  # what is reported later is not known on an earlier day


def test_what_was_paid_counts_against_what_was_done() -> None:
    plan = YearPlan(2024, D(900), D(300))
    done = [Reported(date(2024, 4, 30), D(100)), Reported(date(2024, 5, 31), D(120))]
    found = year_standing(plan, done, [Reported(date(2024, 4, 30), D(30))], day=date(2024, 6, 10))
    assert (found.as_of, found.done, found.paid_share) == (date(2024, 5, 31), 120, D("0.25"))
    assert found.needed_a_month() == D(180) / 7
    assert pace(done) == 20


@given(st.lists(st.tuples(money, money, st.booleans()), min_size=1, max_size=9))
def test_totals_are_sums(rows: list[tuple[Decimal, Decimal, bool]]) -> None:
    day = date(2024, 7, 5)
    standings = [
        year_standing(
            YearPlan(2024, planned, planned), [Reported(date(2024, 6, 30), done)] if told else [], [], day=day
        )
        for planned, done, told in rows
    ]
    found = totals(standings)
    assert found.planned == sum(planned for planned, _, _ in rows)
    assert found.done == sum(done for _, done, told in rows if told)
    assert found.unreported == sum(not told for _, _, told in rows)
    if found.planned_so_far:
        assert found.ratio == found.done / found.planned_so_far


PRIOR = Prior(median=1.0, common=0.3, single=0.6)


@given(curves, st.integers(1, 11), money, st.decimals(1, 10**9, places=2), st.none() | money)
def test_a_fan_opens_from_what_is_done(
    curve: Curve, month: int, done: Decimal, planned: Decimal, room: Decimal | None
) -> None:
    now = year_standing(
        YearPlan(2024, planned, planned, curve),
        [Reported(month_end(2024, month), done)],
        [],
        day=date(2024, 12, 31),
    )
    fan = fan_of(now, PRIOR.share(months=12 - month), room=room)
    if fan is None:
        assert now.planned_so_far == planned  # a plan of a few cents may have nothing left
        return
    assert fan.months == tuple(range(month + 1, 13))
    before = done
    for each in fan.ranges:
        assert done <= each.p10 <= each.p50 <= each.p90
        assert each.p50 >= before
        assert room is None or each.p90 <= max(room, done)
        before = each.p50
    assert 0 <= fan.chance <= 1


def test_a_fan_is_honest_where_nothing_is_known() -> None:
    plan = YearPlan(2024, D(900), D(300))
    assert fan_of(year_standing(plan, [], [], day=date(2024, 6, 1)), PRIOR.share(months=7)) is None
    ended = year_standing(plan, [Reported(date(2024, 12, 31), D(280))], [], day=date(2024, 12, 31))
    assert fan_of(ended, PRIOR.share(months=0)) is None
    assert fan_of_sum([], Draws(1, 100), shared=0.4) is None
    full = year_standing(plan, [Reported(date(2024, 6, 30), D(120))], [], day=date(2024, 7, 1))
    capped = fan_of(full, PRIOR.share(months=6), room=D(200))
    assert capped is not None
    assert (capped.at(12).p90, capped.chance) == (200, 0)


def test_a_share_is_learned_only_from_complete_years_and_only_from_enough() -> None:
    plan = CURVES["shanxi"].points
    years = [
        PastYear(tuple(each * 100 for each in plan), {6: D(20), 12: D(20 + n)}) for n in range(10, 80, 5)
    ]
    open_year = PastYear(tuple(each * 100 for each in plan), {6: D(20), 11: D(99)})
    share = learned_share([*years, open_year], 6, enough=12)
    assert share is not None
    assert (share.origin, share.years, min(share.quantiles), max(share.quantiles)) == (
        "learned", 14, float(D(10) / D(68)), float(D(75) / D(68)),
    )  # fmt: skip
    assert learned_share([*years, open_year], 6, enough=15) is None
    assert learned_share(years, 7, enough=1) is None  # nobody reported that month
    assert Share((1.0,), "learned", 1).chance(0.5) == 0.75  # one year makes nothing sure


def test_the_years_that_came_hold_the_range_learned_from_them() -> None:
    """Of the years a share is learned from, four of five lie between P10 and P90."""
    years = [PastYear(LINEAR.points, {6: D("0.5"), 12: D("0.5") + D(n) / 100}) for n in range(1, 101)]
    share = learned_share(years, 6, enough=12)
    assert share is not None
    now = year_standing(
        YearPlan(2024, D(100), D(100)), [Reported(date(2024, 6, 30), D(50))], [], day=date(2024, 7, 1)
    )
    fan = fan_of(now, share)
    assert fan is not None
    held = sum(fan.at(12).p10 <= 50 + n <= fan.at(12).p90 for n in range(1, 101))
    assert 78 <= held <= 82


def _sum(count: int, shared: float) -> Fan:
    now = year_standing(
        YearPlan(2024, D(10**8), D(10**8)),
        [Reported(date(2024, 6, 30), D(4 * 10**7))],
        [],
        day=date(2024, 7, 1),
    )
    fan = fan_of_sum([(now, PRIOR.share(months=6))] * count, Draws(3, 4000), shared=shared)
    assert fan is not None
    return fan


def test_the_sum_of_projects_is_surer_than_one_and_less_so_the_more_they_share() -> None:
    def width(fan: Fan) -> float:
        return float((fan.at(12).p90 - fan.at(12).p10) / fan.at(12).p50)

    one, apart, together = _sum(1, 0.4), _sum(20, 0.0), _sum(20, 0.99)
    assert width(apart) < 0.5 * width(one)
    assert abs(width(together) - width(one)) < 0.05
    assert _sum(20, 0.4) == _sum(20, 0.4)
    alone = fan_of(
        year_standing(YearPlan(2024, D(10**8), D(10**8)), [Reported(date(2024, 6, 30), D(4 * 10**7))], [],
                 day=date(2024, 7, 1)),
        PRIOR.share(months=6),
    )  # fmt: skip
    assert alone is not None
    assert abs(float(one.at(12).p50 / alone.at(12).p50) - 1) < 0.03
    assert abs(one.chance - alone.chance) < 0.03
