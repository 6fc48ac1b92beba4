"""Which private estimates are shown together, so that nobody can be told from two of the pictures.

A pooled figure that moved with every single estimate would give it away: whoever sees it before and after,
and knows how many told, can reckon what was added. So what is shown is always a *round*: what was told to the
end of a day that is over. A further round closes only when at least ``fewest`` people differ from the last
one, by a first estimate, another one or none. Between any two rounds shown there are thus as many unknown
figures, and one person who knows his own still has two before him (k-anonymity with k = ``fewest``, Sweeney
2002, held for differences of releases too). What somebody took back is not shown from that day on: the whole
round is hidden until the next closes.

>>> day = date(2024, 6, 1).replace
>>> told = [Telling("a", day(day=1), 10.0), Telling("b", day(day=1), 20.0), Telling("c", day(day=2), 30.0)]
>>> [(each.day.day, sorted(each.values)) for each in rounds(told, day(day=9), fewest=3)]
[(2, ['a', 'b', 'c'])]
>>> more = [*told, Telling("d", day(day=3), 90.0)]                # one alone changes nothing
>>> rounds(more, day(day=9), fewest=3) == rounds(told, day(day=9), fewest=3)
True
>>> rounds(told, day(day=2), fewest=3)                            # the day itself is not over
[]
>>> gone = [*told, Telling("b", day(day=5), None)]
>>> round_on(rounds(gone, day(day=9), fewest=3), day(day=4)) is None
False
>>> round_on(rounds(gone, day(day=9), fewest=3), day(day=5)) is None
True
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from importlib.resources import files
from itertools import groupby
from math import floor, isfinite, log10
from pathlib import Path
from statistics import NormalDist
from typing import Any

from tiaodu.engine.kernel.datafile import Integer, ListOf, Text, load_datafile, with_head

_NAMES = (
    "digits", "spread_from", "alike", "apart", "differs", "least_spread_percent", "least_spread_days",
    "most_error", "times", "years", "a_day",
)  # fmt: skip
_SHAPE = with_head({**dict.fromkeys(_NAMES, Integer(1, 1000)), "below_zero": ListOf(Text())})
_TAILS = 2 * NormalDist().inv_cdf(0.9)  # standard deviations between P10 and P90


@dataclass(frozen=True, slots=True)
class Rules:
    """The values of ``data/outlook/estimates.yaml``, as it names them."""

    digits: int
    spread_from: int
    alike: int
    apart: int
    differs: int
    least_spread_percent: int
    least_spread_days: int
    most_error: int
    times: int
    years: int
    a_day: int
    below_zero: frozenset[str]


@dataclass(frozen=True, slots=True)
class Telling:
    """What one person told on a day; ``value`` None: he took it back."""

    who: str
    day: date
    value: float | None


@dataclass(frozen=True, slots=True)
class Round:
    """What everybody thought at the end of ``day``; ``hidden``: the first day it is no longer shown because
    one of them took his back.
    """

    day: date
    values: Mapping[str, float]
    hidden: date | None = None


def rounds(told: Iterable[Telling], today: date, fewest: int) -> list[Round]:
    """The rounds that closed before ``today``, the earliest first. ``told`` may be in any order of days;
    of one person and day the last one stands.
    """
    found: list[Round] = []
    now: dict[str, float] = {}
    for day, each in groupby(sorted(told, key=lambda one: one.day), key=lambda one: one.day):
        if day > today:
            break
        here = {one.who: one for one in _last(each, found, day)}
        for who, one in here.items():
            if one.value is None:
                now.pop(who, None)
            else:
                now[who] = one.value
        if day < today and _closes(found[-1].values if found else {}, now, fewest):
            found.append(Round(day, dict(now)))
    return found


def _last(told: Iterable[Telling], found: list[Round], day: date) -> Sequence[Telling]:
    """What was told on a day. Taking back hides the round before, even where something was told after it."""
    here = list(told)
    gone = {one.who for one in here if one.value is None}
    if found and found[-1].hidden is None and gone & found[-1].values.keys():
        found[-1] = replace(found[-1], hidden=day)
    return here


def _closes(before: Mapping[str, float], now: Mapping[str, float], fewest: int) -> bool:
    differ = sum(before.get(who) != now.get(who) for who in before.keys() | now.keys())
    return differ >= fewest and len(now) >= fewest


def round_on(found: Sequence[Round], day: date) -> Round | None:
    """The round shown on ``day``: the last that closed before it; None without one, or hidden."""
    last = next((each for each in reversed(found) if each.day < day), None)
    return None if last is None or (last.hidden is not None and last.hidden <= day) else last


def deviation(p10: float, p90: float, least: float) -> float:
    """The standard deviation of a forecast that has P10 and P90, as of a normal one; at least ``least``.

    >>> round(deviation(87.18, 112.82, 1.0), 2)
    10.0
    """
    return max((p90 - p10) / _TAILS, least)


def standard_error(told: float, came: float, spread: float, most: float) -> float:
    """How far an estimate was off, in standard deviations of the forecast of its day; within ± ``most``.

    >>> standard_error(110.0, 100.0, 5.0, 6.0), standard_error(1.0, 100.0, 5.0, 6.0)
    (2.0, -6.0)
    """
    return max(-most, min(most, (told - came) / spread))


def rounded(value: float, digits: int) -> float:
    """``value`` with so many digits. Raises ValueError for no number.

    >>> rounded(4873456.0, 3), rounded(58.33, 3), rounded(-0.0123456, 3), rounded(0.0, 3)
    (4870000.0, 58.3, -0.0123, 0.0)
    """
    if not isfinite(value):
        raise ValueError("not a number")
    return round(value, digits - 1 - floor(log10(abs(value)))) if value else 0.0


@lru_cache(maxsize=4)
def load_rules(path: Path | None = None) -> Rules:
    """The rules of ``path``, or of the package."""
    own = Path(str(files("tiaodu.data").joinpath("outlook", "estimates.yaml")))
    raw: dict[str, Any] = load_datafile(path or own, _SHAPE)
    return Rules(**{name: raw[name] for name in _NAMES}, below_zero=frozenset(raw["below_zero"]))
