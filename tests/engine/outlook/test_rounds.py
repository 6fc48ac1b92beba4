"""Rounds of private estimates: nothing of fewer than asked for, and no two that differ by one person."""

from __future__ import annotations

from datetime import date, timedelta
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiaodu.engine.kernel.datafile import DataFileError
from tiaodu.engine.outlook.pooling import Estimate, load_pooling, pool
from tiaodu.engine.outlook.rounds import (
    Telling,
    deviation,
    load_rules,
    round_on,
    rounded,
    rounds,
    standard_error,
)

FIRST = date(2024, 6, 1)
FEWEST = 3


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


TELLINGS = st.lists(
    st.builds(
        Telling,
        st.sampled_from("abcdefg"),
        st.integers(0, 9).map(day),
        st.one_of(st.none(), st.sampled_from([1.0, 2.0, 3.0, 5.0, 8.0])),
    ),
    max_size=40,
)


@given(TELLINGS, st.integers(2, 4))
def test_a_round_has_enough_people_and_differs_from_the_one_before_by_as_many(
    told: list[Telling], fewest: int
) -> None:
    found = rounds(told, day(10), fewest)
    before: dict[str, float] = {}
    for each in found:
        values = dict(each.values)
        assert len(values) >= fewest
        assert sum(before.get(who) != values.get(who) for who in before.keys() | values.keys()) >= fewest
        before = values


@given(TELLINGS, st.integers(0, 10))
def test_what_is_told_today_changes_nothing_that_is_shown_today_but_what_is_taken_back(
    told: list[Telling], at: int
) -> None:
    today = day(at)
    past = [each for each in told if each.day < today]
    now = [each for each in told if each.day == today and each.value is not None]
    assert round_on(rounds([*past, *now], today, FEWEST), today) == round_on(
        rounds(past, today, FEWEST), today
    )


@given(TELLINGS, st.integers(0, 10))
def test_an_earlier_day_is_shown_as_it_was(told: list[Telling], at: int) -> None:
    then = round_on(rounds([each for each in told if each.day <= day(at)], day(at), FEWEST), day(at))
    now = round_on(rounds(told, day(10), FEWEST), day(at))
    assert (then and then.values) == (now and now.values)


@given(TELLINGS)
def test_what_was_taken_back_is_in_nothing_that_is_shown(told: list[Telling]) -> None:
    for at in range(11):
        shown = round_on(rounds(told, day(10), FEWEST), day(at))
        if shown is None:
            continue
        since = [each for each in told if shown.day < each.day <= day(at) and each.value is None]
        assert not {each.who for each in since} & shown.values.keys()


@given(TELLINGS, st.permutations(list("abcdefg")))
def test_names_do_not_matter(told: list[Telling], names: list[str]) -> None:
    other = dict(zip("abcdefg", names, strict=True))
    renamed = [Telling(other[each.who], each.day, each.value) for each in told]
    plain = [sorted(each.values.values()) for each in rounds(told, day(10), FEWEST)]
    assert [sorted(each.values.values()) for each in rounds(renamed, day(10), FEWEST)] == plain


def test_one_who_knows_his_own_cannot_tell_what_another_added() -> None:
    """Four told; the fifth comes alone, and nothing moves until two more have changed theirs."""
    four = [Telling(who, day(0), value) for who, value in zip("abcd", (1.0, 2.0, 3.0, 5.0), strict=True)]
    fifth = Telling("e", day(1), 8.0)
    moved = [Telling("a", day(2), 2.0), Telling("b", day(3), 3.0)]
    for told, days in ((four, [0]), ([*four, fifth], [0]), ([*four, fifth, moved[0]], [0])):
        assert [each.day for each in rounds(told, day(9), FEWEST)] == [day(n) for n in days]
    assert [each.day for each in rounds([*four, fifth, *moved], day(9), FEWEST)] == [day(0), day(3)]


def test_telling_the_same_again_is_no_change() -> None:
    three = [Telling(who, day(0), 1.0) for who in "abc"]
    assert len(rounds([*three, *(Telling(who, day(1), 1.0) for who in "abc")], day(9), FEWEST)) == 1


def test_taking_back_and_telling_again_on_one_day_hides_the_round() -> None:
    told = [Telling(who, day(0), 1.0) for who in "abc"]
    told += [Telling("a", day(2), None), Telling("a", day(2), 1.0)]
    found = rounds(told, day(9), FEWEST)
    assert round_on(found, day(1)) is not None
    assert round_on(found, day(2)) is None


def test_a_round_has_what_the_pool_asks_for() -> None:
    told = [Telling(who, day(0), value) for who, value in zip("abc", (100.0, 110.0, 150.0), strict=True)]
    (found,) = rounds(told, day(1), load_pooling().fewest)
    pooled = pool([Estimate(value, ()) for value in found.values.values()], load_pooling())
    assert pooled is not None
    assert pooled.value == pytest.approx(120.0)


@given(st.floats(-1e12, 1e12, allow_nan=False), st.integers(1, 6))
def test_rounding_keeps_so_many_digits(value: float, digits: int) -> None:
    found = rounded(value, digits)
    assert abs(found - value) <= abs(value) * 0.5 * 10 ** (1 - digits) * (1 + 1e-9)
    assert rounded(found, digits) == pytest.approx(found)


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not a number"):
        rounded(value, 3)


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.floats(1e-3, 1e6))
def test_an_error_is_never_larger_than_it_may_be(told: float, came: float, spread: float) -> None:
    found = standard_error(told, came, spread, 6.0)
    assert -6 <= found <= 6
    assert (found > 0) == (told > came) or abs(told - came) / spread < 1e-300


def test_a_forecast_without_a_range_counts_as_the_least() -> None:
    assert deviation(5.0, 5.0, 2.0) == 2.0


def test_a_file_of_rules_with_something_wrong_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("rules") / "estimates.yaml"
    place.write_text("code: x\ndigits: 0\n", encoding="utf-8")
    with pytest.raises(DataFileError):
        load_rules(place)
    assert load_rules().digits == 3
