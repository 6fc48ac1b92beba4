"""A chance beside the words it was promised with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiaodu.engine.outlook.wording import Light, judge, load_wording

ROWS = load_wording()


def test_sure_words_at_forty_percent_are_a_warning_of_their_own() -> None:
    found = judge(5, 0.4, ROWS)
    assert (found.light, found.clash, found.code, found.bound) == (Light.RED, True, "unlikely", 0.95)


def test_sure_words_are_red_below_ninety_five_without_a_clash() -> None:
    assert judge(5, 0.94, ROWS).light is Light.RED
    assert not judge(5, 0.94, ROWS).clash
    assert judge(5, 0.95, ROWS).light is Light.GREEN


@given(chance=st.floats(0, 1))
def test_striving_is_never_red(chance: float) -> None:
    assert judge(2, chance, ROWS).light in (Light.GREEN, Light.YELLOW)


@given(chance=st.floats(0, 1), strength=st.integers(2, 5))
def test_the_harder_the_word_the_worse_the_light(chance: float, strength: int) -> None:
    order = [Light.GREEN, Light.YELLOW, Light.RED]
    harder, softer = judge(strength, chance, ROWS), judge(strength - 1, chance, ROWS)
    assert order.index(harder.light) >= order.index(softer.light)
    assert harder.clash >= softer.clash


def test_striving_for_what_is_all_but_sure_is_timid() -> None:
    assert judge(2, 0.97, ROWS).timid
    assert not judge(5, 0.97, ROWS).timid


@pytest.mark.parametrize(
    ("strength", "chance", "light", "code"),
    [(5, 1, Light.GREEN, "kept"), (4, 0, Light.RED, "broken"), (2, 0, Light.YELLOW, "not_reached")],
)
def test_what_is_decided_is_told_as_a_fact(strength: int, chance: float, light: Light, code: str) -> None:
    found = judge(strength, chance, ROWS, decided=True)
    assert (found.light, found.code, found.clash) == (light, code, False)


def test_no_chance_is_no_light() -> None:
    assert judge(5, None, ROWS).light is Light.UNKNOWN


@pytest.mark.parametrize(
    ("chance", "decided"), [(1.2, False), (-0.1, False), (0.4, True), (float("nan"), False)]
)
def test_what_is_no_chance_is_refused(chance: float, *, decided: bool) -> None:
    with pytest.raises(ValueError, match="no chance"):
        judge(5, chance, ROWS, decided=decided)
