"""Numbers from counters, compiled: the number of a place depends on its key and its place alone.

``bits`` is the finaliser of SplitMix64 (Steele, Lea and Flood 2014, with the constants of Stafford's
variant 13)
over a Weyl sequence. ``normal`` turns 64 bits into a standard normal number by a table of cubic pieces of the
inverse distribution, 32 to each halving of the tail: no logarithm, no library of the machine, so the same
bits
give the same number on every machine. The error of the pieces is below 1e-8.
"""

from __future__ import annotations

from statistics import NormalDist

import numba
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_WEYL = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_30, _27, _31, _11, _1, _32 = (np.uint64(n) for n in (30, 27, 31, 11, 1, 32))
_PIECES = 32  # to each halving of the tail
_OCTAVES = 63
# A float's exponent and the first five bits of its mantissa number its piece; 1.0 is the first piece.
_SHIFT = np.int64(47)
_BASE = np.int64(1023 << 5)
_REST = np.int64((1 << 47) - 1)
_COARSE = 2.0**44  # coefficients are kept to this grid: it swallows the last bits in which libraries differ


def _pieces() -> Floats:
    """Coefficients of every piece: value and slope are right at both ends (Hermite)."""
    edges = np.array(
        [2.0**octave * (1 + piece / _PIECES) for octave in range(_OCTAVES) for piece in range(_PIECES)]
        + [2.0**_OCTAVES]
    )
    tails = edges * 2.0**-64
    standard = NormalDist()
    value = np.array([standard.inv_cdf(tail) for tail in tails])
    value[-1] = 0.0
    slope = np.sqrt(2 * np.pi) * np.exp(0.5 * value**2)
    width = np.diff(tails)
    left, right = slope[:-1] * width, slope[1:] * width
    rise = np.diff(value)
    table = np.stack([value[:-1], left, 3 * rise - 2 * left - right, left + right - 2 * rise], axis=1)
    return np.round(table * _COARSE) / _COARSE


TABLE = _pieces()


@numba.njit(inline="always")
def bits(key: np.uint64, row: np.uint64, scenario: np.uint64) -> np.uint64:
    """64 bits for a place. Rows and scenarios are below 2³²."""
    state = key + (((row << _32) | scenario) + _1) * _WEYL
    state = (state ^ (state >> _30)) * _FIRST
    state = (state ^ (state >> _27)) * _SECOND
    return state ^ (state >> _31)


@numba.njit(inline="always")
def uniform(word: np.uint64) -> np.float64:
    """A number between 0 and 1, neither included."""
    return (np.float64(np.int64(word >> _11)) + 0.5) * 2.0**-53


@numba.njit(inline="always")
def normal(word: np.uint64, table: Floats) -> np.float64:
    """A standard normal number: the last bit is its sign, the others its tail."""
    code = np.float64(np.int64((word >> _1) | _1)).view(np.int64)
    # Unsigned, so that no place is looked for from the end of the table: nearly twice as fast.
    piece = np.uint64((code >> _SHIFT) - _BASE)
    t = np.float64(code & _REST) * 2.0**-47
    size: np.float64 = table[piece, 0] + t * (table[piece, 1] + t * (table[piece, 2] + t * table[piece, 3]))
    return size if word & _1 else -size


@numba.njit(cache=True, nogil=True)
def fill_uniform(key: np.uint64, first: int, out: Floats) -> None:
    """Fill rows × scenarios; the first column is scenario ``first``."""
    for row in range(out.shape[0]):
        for i in range(out.shape[1]):
            out[row, i] = uniform(bits(key, np.uint64(row), np.uint64(first + i)))


@numba.njit(cache=True, nogil=True)
def fill_normal(key: np.uint64, first: int, table: Floats, out: Floats) -> None:
    """Fill rows × scenarios with standard normal numbers."""
    for row in range(out.shape[0]):
        for i in range(out.shape[1]):
            out[row, i] = normal(bits(key, np.uint64(row), np.uint64(first + i)), table)
