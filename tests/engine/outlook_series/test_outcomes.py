"""What came of a promise: sums, levels, additions, corrections, and which outlook of a month counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiaodu.engine.outlook.scoring import (
    DECIDED,
    Asked,
    Judged,
    Scored,
    State,
    Summary,
    Told,
    counted,
    outcome,
    plain_rule,
    reliability,
    share_interval,
    summarise,
    wilson,
)

BEGIN, DUE = date(2024, 1, 1), date(2024, 6, 30)
SUM = Asked(BEGIN, DUE, ">=", 100.0, sums=True)
LEVEL = Asked(DUE, DUE, ">=", 6.0)


def so_far(value: float | None, end: date, known: date, key: int = 1) -> Told:
    """A sum since the beginning of the year."""
    return Told(value, BEGIN, end, known, key)


def level(value: float | None, day: date, known: date, key: int = 1) -> Told:
    """What stood on a day."""
    return Told(value, day, day, known, key)


def test_a_sum_is_decided_by_the_figure_of_its_due() -> None:
    told = [so_far(80, date(2024, 5, 31), date(2024, 6, 4)), so_far(99, DUE, date(2024, 7, 4), 2)]
    assert outcome(SUM, told, date(2024, 7, 3)).state is State.WAITING
    found = outcome(SUM, told, date(2024, 7, 4))
    assert (found.state, found.value, found.evidence, found.decided) == (
        State.BROKEN,
        99,
        (2,),
        date(2024, 7, 4),
    )


def test_months_add_up_where_nobody_told_the_sum() -> None:
    months = [
        Told(20.0, date(2024, n, 1), date(2024, n + 1, 1) - timedelta(days=1), date(2024, n + 1, 4), n)
        for n in range(1, 7)
    ]
    assert outcome(SUM, months, date(2024, 7, 4)).value == 120
    gap = [each for each in months if each.evidence != 3]
    found = outcome(SUM, gap, date(2024, 7, 4))
    assert (found.state, found.value, found.until) == (State.WAITING, 40, date(2024, 2, 29))


def test_a_sum_that_is_reached_cannot_fall_again() -> None:
    found = outcome(SUM, [so_far(101, date(2024, 4, 30), date(2024, 5, 4))], date(2024, 5, 10))
    assert (found.state, found.reason, found.decided) == (State.KEPT, "reached", date(2024, 5, 4))
    upper = Asked(BEGIN, DUE, "<=", 100.0, sums=True)
    over = outcome(upper, [so_far(101, date(2024, 4, 30), date(2024, 5, 4))], date(2024, 5, 10))
    assert (over.state, over.reason) == (State.BROKEN, "exceeded")
    under = outcome(upper, [so_far(99, date(2024, 4, 30), date(2024, 5, 4))], date(2024, 5, 10))
    assert under.state is State.OPEN


def test_what_is_told_of_later_days_does_not_decide() -> None:
    later = [
        so_far(80, date(2024, 5, 31), date(2024, 6, 4)),
        so_far(130, date(2024, 7, 31), date(2024, 8, 4), 2),
    ]
    assert outcome(SUM, later, date(2024, 9, 1)).state is State.WAITING


def test_a_correction_shows_what_was_thought_first_and_what_is_known_now() -> None:
    told = [so_far(99, DUE, date(2024, 7, 4)), so_far(103, DUE, date(2024, 9, 10), 2)]
    before, after = outcome(SUM, told, date(2024, 9, 9)), outcome(SUM, told, date(2024, 9, 10))
    assert (before.state, before.first) == (State.BROKEN, None)
    assert after.state is State.KEPT
    assert after.first is not None
    assert (after.first.state, after.first.value, after.decided) == (State.BROKEN, 99, date(2024, 7, 4))


def test_a_figure_that_was_taken_back_decides_nothing() -> None:
    told = [so_far(120, DUE, date(2024, 7, 4)), so_far(None, DUE, date(2024, 8, 1), 2)]
    assert outcome(SUM, told, date(2024, 7, 31)).state is State.KEPT
    assert outcome(SUM, told, date(2024, 8, 1)).state is State.WAITING


def test_a_level_is_what_stood_in_the_month_of_the_due() -> None:
    told = [level(7, date(2024, 5, 31), date(2024, 6, 4)), level(5, DUE, date(2024, 7, 4), 2)]
    assert outcome(LEVEL, told, date(2024, 6, 30)).state is State.OPEN
    assert outcome(LEVEL, told, date(2024, 7, 1)).state is State.WAITING
    assert outcome(LEVEL, told, date(2024, 7, 4)).state is State.BROKEN


@pytest.mark.parametrize(
    ("before", "after", "state"),
    [(7, 8, State.KEPT), (4, 5, State.BROKEN), (4, 7, State.UNJUDGED), (7, 4, State.UNJUDGED)],
)
def test_a_due_between_two_figures_is_decided_only_where_they_agree(
    before: float, after: float, state: State
) -> None:
    asked = Asked(date(2024, 6, 15), date(2024, 6, 15), ">=", 6.0)
    told = [level(before, date(2024, 5, 31), date(2024, 6, 4)), level(after, DUE, date(2024, 7, 4), 2)]
    assert outcome(asked, told, date(2024, 7, 4)).state is state


def test_an_addition_is_the_level_less_that_on_the_eve() -> None:
    asked = Asked(date(2024, 4, 1), DUE, ">=", 10.0, adds=True)
    told = [level(20, date(2024, 3, 31), date(2024, 4, 3)), level(31, DUE, date(2024, 7, 3), 2)]
    found = outcome(asked, told, date(2024, 7, 3))
    assert (found.state, found.value, found.evidence) == (State.KEPT, 11, (1, 2))
    assert outcome(asked, told[1:], date(2024, 7, 3)).reason == "no_base"
    added = [Told(9.0, date(2024, 4, 1), DUE, date(2024, 7, 5), 3)]
    assert outcome(asked, [*told, *added], date(2024, 7, 5)).value == 9


def test_nothing_told_waits() -> None:
    for asked in (SUM, LEVEL):
        found = outcome(asked, [], date(2025, 1, 1))
        assert (found.state, found.reason, found.kept) == (State.WAITING, "untold", None)


REVISIONS = st.lists(
    st.tuples(st.sampled_from([60.0, 99.0, 100.0, 140.0, None]), st.integers(4, 7), st.integers(0, 200)),
    max_size=8,
)


@given(REVISIONS, st.integers(0, 400), st.booleans())
def test_what_becomes_known_later_changes_no_earlier_day(
    drawn: list[tuple[float | None, int, int]], after: int, sums: bool
) -> None:
    asked, day = Asked(BEGIN, DUE, ">=", 100.0, sums=sums), BEGIN + timedelta(days=after)
    told = []
    for key, (value, month, late) in enumerate(drawn):
        end = date(2024, month, 1) - timedelta(days=1)
        told.append(Told(value, BEGIN if sums else end, end, end + timedelta(days=late), key))
    known = [each for each in told if each.known <= day]
    found = outcome(asked, told, day)
    assert found == outcome(asked, known, day)
    assert (found.state in DECIDED) == (found.decided is not None)
    assert found.decided is None or found.decided <= day
    if found.state is State.OPEN:
        assert day <= DUE


def test_of_a_month_the_first_day_counts_and_on_it_the_last_run() -> None:
    nightly = [("a", date(2024, 7, 1) + timedelta(days=n), n) for n in range(31)]
    assert counted(nightly) == {("a", "2024-07"): 0}
    assert counted([*nightly, ("a", date(2024, 7, 1), 99)]) == {("a", "2024-07"): 99}
    assert counted(reversed([*nightly, ("a", date(2024, 7, 1), 99)])) == {("a", "2024-07"): 99}


def test_months_of_one_promise_make_no_interval_narrower() -> None:
    once = reliability([Judged(0.7, kept, f"p{n}") for n, kept in enumerate([True] * 7 + [False] * 3)])
    often = reliability([Judged(0.7, n < 7, f"p{n}") for n in range(10) for _month in range(12)])
    assert (once[0].low, once[0].high) == pytest.approx((often[0].low, often[0].high))
    assert (often[0].count, often[0].promises) == (120, 10)


@given(st.integers(0, 40), st.integers(1, 40))
def test_a_share_has_the_interval_of_its_count(kept: int, count: int) -> None:
    if kept <= count:
        assert share_interval(kept / count, count) == pytest.approx(wilson(kept, count))


def test_a_plain_rule_is_beaten_by_who_knows_more_than_the_class() -> None:
    told = [Scored(str(n), 0.9 if n % 2 else 0.1, bool(n % 2), {"kind": "step"}) for n in range(12)]
    plain = plain_rule(told, "kind")
    assert {each.chance for each in plain} == {0.5}
    ours, theirs = summarise(told), summarise(plain)
    assert isinstance(ours, Summary)
    assert isinstance(theirs, Summary)
    assert ours.brier < theirs.brier == 0.25
