"""Chance by name: the same numbers in any chunk, spread as they should be."""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.architecture.tree import PACKAGE

from tiaodu.engine.kernel.counter import TABLE, normal
from tiaodu.engine.kernel.draws import MOST, Draws
from tiaodu.engine.stages import machine

MANY = Draws(20240701, 200_000)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    st.integers(0, 2**40),
    st.text("abc/", max_size=5),
    st.lists(st.integers(1, 40), min_size=1, max_size=6),
    st.sampled_from(["normal", "uniform"]),
)
def test_any_chunking_gives_the_same_numbers(seed: int, name: str, sizes: list[int], kind: str) -> None:
    draws = Draws(seed, sum(sizes))
    whole = getattr(draws, kind)(name, (2, 3))
    edges = np.cumsum([0, *sizes])
    parts = [getattr(draws.chunk(int(a), int(b)), kind)(name, (2, 3)) for a, b in pairwise(edges)]
    assert np.array_equal(np.concatenate(parts, axis=-1), whole)
    chunks = [getattr(chunk, kind)(name, (2, 3)) for chunk in draws.chunks(7)]
    assert np.array_equal(np.concatenate(chunks, axis=-1), whole)


def test_the_numbers_are_these() -> None:
    """On every machine, for good: a forecast kept today must come out again."""
    draws = Draws(1, 3)
    assert draws.uniform("a").tolist() == [0.09648586138628018, 0.7206917608003538, 0.3359165976000659]
    assert draws.normal("a").tolist() == [-1.6621342403208423, 0.3575344230201657, -0.9622648165968859]


def test_names_scopes_and_seeds_are_apart() -> None:
    rows = [
        MANY.normal("steam"),
        MANY.normal("power"),
        MANY.within("a").normal("steam"),
        Draws(1, 200_000).normal("steam"),
        *MANY.normal("rows", (4,)),
    ]
    apart = np.corrcoef(rows) - np.eye(len(rows))
    assert abs(apart).max() < 0.01


def test_normal_numbers_are_normal() -> None:
    found = np.sort(MANY.normal("n", (5,)).ravel())
    standard = NormalDist()
    for level in (0.001, 0.01, 0.1, 0.25, 0.5, 0.8, 0.9, 0.99, 0.999):
        share = np.searchsorted(found, standard.inv_cdf(level)) / found.size
        assert abs(share - level) < 4 * (level * (1 - level) / found.size) ** 0.5
    assert abs((found**4).mean() - 3) < 0.03


def test_uniform_numbers_are_even_and_follow_nobody() -> None:
    found = MANY.uniform("u", (3,))
    counts = np.histogram(found, bins=100, range=(0, 1))[0]
    expected = found.size / 100
    assert ((counts - expected) ** 2 / expected).sum() < 160  # chi square with 99 degrees, far beyond chance
    for lag in (1, 2, 7, 64, 1024):
        assert abs(np.corrcoef(found[0, lag:], found[0, :-lag])[0, 1]) < 0.01
    assert found.min() > 0
    assert found.max() < 1


@pytest.mark.parametrize("tail", [1e-18, 3e-10, 1e-4, 0.011, 0.2, 0.4999])
def test_the_table_gives_the_inverse_of_the_normal_distribution(tail: float) -> None:
    word = np.uint64(int(tail * 2.0**64) << 1 & (2**64 - 1) | 1)
    size = float(normal.py_func(word, TABLE))
    exact = NormalDist().inv_cdf(((int(word) >> 1) | 1) / 2**64)
    assert size == pytest.approx(exact, abs=2e-8)
    assert float(normal.py_func(word - np.uint64(1), TABLE)) == pytest.approx(-exact, abs=2e-8)


def test_triangular_numbers_keep_their_bounds_and_mean() -> None:
    found = MANY.triangular("t", [20.0, 5.0], [35.0, 5.0], [60.0, 9.0])
    assert found.shape == (2, 200_000)
    assert found[0].min() >= 20
    assert found[0].max() <= 60
    assert found.mean(axis=1) == pytest.approx([(20 + 35 + 60) / 3, (5 + 5 + 9) / 3], rel=0.002)
    with pytest.raises(ValueError, match="low ≤ mode ≤ high"):
        MANY.triangular("t", 3.0, 2.0, 5.0)


@pytest.mark.parametrize("scenarios", [range(0, 10, 2), range(-1, 4), MOST + 1])
def test_scenarios_without_a_number_are_refused(scenarios: int | range) -> None:
    with pytest.raises(ValueError, match="without gaps"):
        Draws(1, scenarios)


def test_one_row_is_that_of_all_rows() -> None:
    part = Draws(3, 50).chunk(10, 30)
    assert (part.row("a", 5) == part.normal("a", (7,))[5]).all()
    assert (part.row("a", 5, uniform=True) == part.uniform("a", (7,))[5]).all()


def test_what_is_compiled_belongs_to_the_counter_it_was_compiled_with() -> None:
    """Numba keeps a compiled function for the text of its own file, not for what that calls elsewhere."""
    source = (PACKAGE / "engine" / "kernel" / "counter.py").read_bytes()
    assert sha256(source).hexdigest()[:16] == machine.COUNTER, "write this into machine.COUNTER"
