"""The second estimate: private figures, dates or chances of people near the work, pooled.

Weights are those of Bates and Granger (1969), the inverse of everybody's mean squared error, with the
errors drawn towards those of all (Diebold and Pauly 1990), because a short record says little:

    v_i = (Σ e² + k·v̄) / (n_i + k)        w_i ∝ 1 / v_i,  none above the heaviest

e is an error in units of the forecast's own standard deviation on the day it was given, v̄ the mean over
all records. Without any record all weigh the same. Chances are averaged as log odds (Genest and Zidek 1986).

>>> rules = load_pooling()
>>> new = [Estimate(value, ()) for value in (100.0, 110.0, 150.0)]
>>> pool(new, rules).value
120.0
>>> good, bad = Estimate(100.0, (0.1,) * 20), Estimate(150.0, (2.0,) * 20)
>>> pool([good, new[1], bad], rules).value < 115
True
>>> pool(new[:2], rules) is None
True
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from math import exp, isfinite, log, sqrt
from pathlib import Path
from typing import Any

from tiaodu.engine.kernel.datafile import Integer, Number, load_datafile, with_head

_SHAPE = with_head({"prior": Number(), "fewest": Integer(2, 100), "heaviest": Number()})
_SUREST = 1e-3


@dataclass(frozen=True, slots=True)
class Rules:
    """``prior``: estimates that the accuracy of all counts as; ``fewest`` people; ``heaviest`` weight of
    one.
    """

    prior: float
    fewest: int
    heaviest: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one person told, and the standardised errors of what he told before and whose outcome is known."""

    value: float
    errors: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PooledEstimate:
    """``value`` with the weighted standard deviation ``apart`` between people. ``records``: outcomes the
    weights were learned from. ``alike``: 1 where all weigh the same, towards 1/people where one has all the
    weight.
    """

    value: float
    apart: float
    people: int
    records: int
    alike: float


def weights(estimates: Sequence[Estimate], rules: Rules) -> tuple[float, ...]:
    """One weight a person, together 1. Raises ValueError for an error that is no number."""
    errors = [error**2 for each in estimates for error in each.errors]
    if not all(map(isfinite, errors)):
        raise ValueError("an error of a past estimate is not a number")
    usual = sum(errors) / len(errors) if errors else 0.0
    if usual == 0:
        return (1 / len(estimates),) * len(estimates)
    variances = [
        (sum(error**2 for error in each.errors) + rules.prior * usual) / (len(each.errors) + rules.prior)
        for each in estimates
    ]
    return _capped([1 / each for each in variances], rules.heaviest)


def _capped(raw: Sequence[float], heaviest: float) -> tuple[float, ...]:
    """Shares of 1, none above ``heaviest`` (or the equal share): what is too much goes to the others in
    proportion.
    """
    limit = max(heaviest, 1 / len(raw))
    held: set[int] = set()
    while True:
        free = sum(each for at, each in enumerate(raw) if at not in held)
        left = 1 - limit * len(held)
        shares = [limit if at in held else left * each / free for at, each in enumerate(raw)]
        over = {at for at, each in enumerate(shares) if each > limit * (1 + 1e-9)}
        if not over or len(held | over) == len(raw):
            return tuple(shares)
        held |= over


def pool(estimates: Sequence[Estimate], rules: Rules) -> PooledEstimate | None:
    """The pooled figure; None where fewer people told one than may be shown. Raises ValueError for no
    number.
    """
    if len(estimates) < rules.fewest:
        return None
    if not all(isfinite(each.value) for each in estimates):
        raise ValueError("an estimate is not a number")
    shares = weights(estimates, rules)
    value = sum(share * each.value for share, each in zip(shares, estimates, strict=True))
    apart = sqrt(
        sum(share * (each.value - value) ** 2 for share, each in zip(shares, estimates, strict=True))
    )
    records = sum(len(each.errors) for each in estimates)
    alike = 1 / (len(shares) * sum(share**2 for share in shares))
    return PooledEstimate(value, apart, len(estimates), records, alike)


def pool_days(
    told: Sequence[tuple[date, tuple[float, ...]]], rules: Rules
) -> tuple[date, PooledEstimate] | None:
    """The pooled day, and how many days people are apart.

    >>> days = [(date(2024, 6, day), ()) for day in (10, 12, 20)]
    >>> pool_days(days, load_pooling())[0].isoformat()
    '2024-06-14'
    """
    found = pool([Estimate(day.toordinal(), errors) for day, errors in told], rules)
    return None if found is None else (date.fromordinal(round(found.value)), found)


def pool_chances(estimates: Sequence[Estimate], rules: Rules) -> PooledEstimate | None:
    """Chances, averaged as log odds; one of 0 or 1 counts as all but that. Raises ValueError outside of 0
    to 1.

    >>> round(pool_chances([Estimate(chance, ()) for chance in (0.5, 0.7, 0.9)], load_pooling()).value, 3)
    0.734
    """
    if not all(0 <= each.value <= 1 for each in estimates):
        raise ValueError("a chance lies between 0 and 1")
    odds = [Estimate(_log_odds(each.value), each.errors) for each in estimates]
    found = pool(odds, rules)
    if found is None:
        return None
    value = 1 / (1 + exp(-found.value))
    return PooledEstimate(value, found.apart, found.people, found.records, found.alike)


def _log_odds(chance: float) -> float:
    kept = min(1 - _SUREST, max(_SUREST, chance))
    return log(kept / (1 - kept))


@lru_cache(maxsize=4)
def load_pooling(path: Path | None = None) -> Rules:
    """The rules of ``path``, or of the package."""
    own = Path(str(files("tiaodu.data").joinpath("outlook", "pooling.yaml")))
    raw: dict[str, Any] = load_datafile(path or own, _SHAPE)
    return Rules(float(raw["prior"]), raw["fewest"], float(raw["heaviest"]))
