"""Chance by name: the same seed and name give the same numbers in any chunk, on any worker, in any order.

>>> draws = Draws(7, 1000)
>>> whole = draws.normal("steam", (2,))
>>> whole.shape
(2, 1000)
>>> part = draws.chunk(300, 500).normal("steam", (2,))
>>> bool((part == whole[:, 300:500]).all())
True
>>> bool((draws.within("project 12").normal("steam", (2,)) == whole).any())
False
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from math import prod

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST = 2**32


@dataclass(frozen=True, slots=True)
class Draws:
    """``scenarios`` numbers of every name, or those of one chunk, a range of scenario numbers.

    ``scope`` keeps the names of one project apart from those of another. Arrays are shape × scenarios.
    """

    seed: int
    scenarios: int | range
    scope: str = ""

    def __post_init__(self) -> None:
        span = self.span
        if span.step != 1 or span.start < 0 or span.stop > MOST:
            raise ValueError(f"scenarios are numbered from 0 to 2³² without gaps, not {span}")

    @property
    def span(self) -> range:
        """The scenario numbers of this chunk."""
        return self.scenarios if isinstance(self.scenarios, range) else range(self.scenarios)

    def __len__(self) -> int:
        return len(self.span)

    def chunk(self, start: int, stop: int) -> Draws:
        """The same draws for the scenarios ``start`` to ``stop`` of this chunk, ``stop`` not included."""
        return replace(self, scenarios=self.span[start:stop])

    def chunks(self, size: int) -> Iterator[Draws]:
        """The same draws in chunks of ``size`` scenarios."""
        return (self.chunk(start, start + size) for start in range(0, len(self), size))

    def within(self, scope: str) -> Draws:
        """The same draws for the names of ``scope``: a project, a mine."""
        return replace(self, scope=f"{self.scope}{scope}/")

    def key(self, name: str) -> np.uint64:
        """The key of a name, for compiled code that draws for itself."""
        text = f"{self.seed}|{self.scope}{name}"
        return np.uint64(int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little"))

    def uniform(self, name: str, shape: tuple[int, ...] = ()) -> Floats:
        """Numbers between 0 and 1, neither included."""
        return self._filled(name, prod(shape), 0, uniform=True).reshape((*shape, len(self)))

    def normal(self, name: str, shape: tuple[int, ...] = ()) -> Floats:
        """Standard normal numbers."""
        return self._filled(name, prod(shape), 0, uniform=False).reshape((*shape, len(self)))

    def row(self, name: str, number: int, *, uniform: bool = False) -> Floats:
        """One row of :meth:`normal`, or of :meth:`uniform`, by its number, without those before it."""
        found: Floats = self._filled(name, 1, number, uniform=uniform)[0]
        return found

    def _filled(self, name: str, rows: int, first: int, *, uniform: bool) -> Floats:
        # The compiler takes seconds to load: who draws nothing does not wait for it.
        from tiaodu.engine.kernel.counter import TABLE, fill_normal, fill_uniform  # noqa: PLC0415

        out = np.empty((rows, len(self)))
        # The rows of a key follow each other at a distance of 2³² scenarios.
        start = self.span.start + (first << 32)
        if uniform:
            fill_uniform(self.key(name), start, out)
        else:
            fill_normal(self.key(name), start, TABLE, out)
        return out

    def triangular(
        self,
        name: str,
        low: float | NDArray[np.float64],
        mode: float | NDArray[np.float64],
        high: float | NDArray[np.float64],
    ) -> Floats:
        """Triangular numbers by the inverse of their distribution; bounds are numbers or arrays of one shape.

        F⁻¹(u) = low + √(u·w·(mode − low)) up to the mode and high − √((1 − u)·w·(high − mode)) beyond it,
        with w = high − low.
        """
        a, c, b = (np.asarray(each, float)[..., None] for each in np.broadcast_arrays(low, mode, high))
        if not ((a <= c) & (c <= b)).all():
            raise ValueError("a triangle needs low ≤ mode ≤ high")
        u = self.uniform(name, a.shape[:-1])
        width = b - a
        rising = a + np.sqrt(u * width * (c - a))
        found: Floats = np.where(u * width <= c - a, rising, b - np.sqrt((1 - u) * width * (b - c)))
        return found
