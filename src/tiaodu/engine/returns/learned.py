"""What monthly revenues teach: season and mix from all units, growth and noise of each, drawn to its peers'.

With x the logarithm without its season and d its change from one point to the next, of every unit the mean
of d is its growth and the spread of d its noise. Neighbouring changes of pure noise go against each other
(covariance -r); what is left of the spread (q) is shock that stays. From all units:

    mix = q / (q + 2 r)

Growth of a unit is drawn to the peers' mean by how much units differ; its noise counts as the peers' seen
``prior.noise_weight`` times more. Both keep their uncertainty: growth is normal, noise scaled inverse chi².
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tiaodu.engine.kernel.draws import Draws

POINTS: Final = 11  # of a year: January with February, March … December
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prior:
    """What holds before anything is learned, and how much it weighs (``returns.entry_outlook``).

    ``least`` figures a unit needs. ``noise`` is the usual spread of a month's change, ``mix`` its lasting
    part, ``growth_spread`` how much growth a month differs among units; each weighs as many units or changes
    as its weight says. A season counts half with ``season_weight`` years of units, a companion counts from
    ``companion_least`` changes on that are known of both.
    """

    least: float
    noise: float
    noise_weight: float
    mix: float
    mix_weight: float
    growth_spread: float
    growth_weight: float
    season_weight: float
    companion_least: float


def prior_of(values: Mapping[str, Decimal]) -> Prior:
    """The prior of the named values of ``returns.entry_outlook``."""
    return Prior(**{field.name: float(values[field.name]) for field in fields(Prior)})


@dataclass(frozen=True, slots=True)
class Companion:
    """Another series of the unit that it has authorised: its measure, and values by point."""

    measure: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What was learned of each unit (rows) and of all.

    ``noise`` is the variance of a change with ``freedom`` degrees; ``growth`` a point with its variance in
    units of ``noise``; ``level`` at the last figure, ``level_part`` its variance in the same units. ``moved``
    are changes of the companion less its own mean, beside the table's points; ``pull`` by how much revenue
    follows and ``share`` the part of the lasting shock that it tells.
    """

    season: Floats
    mix: float
    noise: Floats
    freedom: Floats
    growth: Floats
    growth_part: Floats
    level: Floats
    level_part: Floats
    moved: tuple[Floats, ...]
    pull: float
    share: float

    def levels(self, row: int, draws: Draws, ahead: int, at: int) -> Floats:
        """Drawn logarithms without season of ``ahead`` points after the point ``at``: points × scenarios."""
        spread = np.sqrt(self.noise[row] / _chi_square(draws, self.freedom[row]))
        shock, own = np.sqrt(self.mix), np.sqrt((1 - self.mix) / 2)
        level = self.level[row] + spread * np.sqrt(self.level_part[row]) * draws.normal("level")
        growth = self.growth[row] + spread * np.sqrt(self.growth_part[row]) * draws.normal("growth")
        steps = draws.normal("shock", (ahead,))
        told = self._told(row, at, ahead)
        known = ~np.isnan(told)
        rest = np.where(known, np.sqrt(1 - self.share), 1.0)[:, None]
        drift = growth + np.where(known, self.pull * np.nan_to_num(told), 0.0)[:, None]
        paths = level + np.cumsum(drift + spread * shock * rest * steps, axis=0)
        found: Floats = paths + spread * own * draws.normal("noise", (ahead,))
        return found

    def _told(self, row: int, at: int, ahead: int) -> Floats:
        """Changes of the companion in the points to come, as far as they are known."""
        told = np.full(ahead, np.nan)
        later = self.moved[row][at + 1 : at + 1 + ahead]
        told[: len(later)] = later
        return told


def _chi_square(draws: Draws, freedom: float) -> Floats:
    """χ² by Wilson and Hilferty over its degrees: mean 1, so noise divided by it has heavier tails."""
    part = 2 / (9 * freedom)
    found: Floats = np.maximum(1 - part + np.sqrt(part) * draws.normal("spread"), 0.05) ** 3
    return found


def learn(table: Floats, companions: Sequence[Floats], first: int, prior: Prior) -> Learned:
    """Learn from logarithms of revenue a month, units × points (NaN: not known); ``first`` is the place of
    the first point in its year, from 0. ``companions`` are theirs, each as wide as it is known.
    """
    season = _season(table, first, prior)
    x = table - season[(np.arange(table.shape[1]) + first) % POINTS]
    changes = np.diff(x, axis=1)
    counts = (~np.isnan(changes)).sum(axis=1)
    growth, common, between = _growth(changes, counts, prior)
    rest = changes - growth[:, None]
    mix = _mix(rest, counts, prior)
    noise, freedom = _noise(rest, counts, prior)
    growth, growth_part = _drawn(changes, counts, noise, mix, common, between)
    growth -= common * (1 - _told_apart(table.shape[1]))
    level, level_part = _filtered(x, growth, mix)
    moved = tuple(_moves(each, season, first) for each in companions)
    pull, share = _follows(changes - growth[:, None], moved, mix, prior)
    return Learned(season, mix, noise, freedom, growth, growth_part, level, level_part, moved, pull, share)


def _season(table: Floats, first: int, prior: Prior) -> Floats:
    """How far each point of a year lies from the year around it, over all units and years, drawn to none."""
    width = table.shape[1]
    sums, counts = np.zeros(POINTS), np.zeros(POINTS)
    half = POINTS // 2
    for at in range(half, width - half):
        window = table[:, at - half : at + half + 1]
        whole = ~np.isnan(window).any(axis=1)
        place = (at + first) % POINTS
        sums[place] += (window[whole, half] - window[whole].mean(axis=1)).sum()
        counts[place] += whole.sum()
    found: Floats = sums / (counts + prior.season_weight)
    centred: Floats = found - found.mean()
    return centred


def _growth(changes: Floats, counts: NDArray[np.int_], prior: Prior) -> tuple[Floats, float, float]:
    """Each unit's mean change as first seen, the peers' mean, and how much growth differs among them."""
    safe = np.maximum(counts, 1)
    own = np.nansum(changes, axis=1) / safe
    weights = counts / max(counts.sum(), 1)
    common = float((weights * own).sum())
    spread = np.nanvar(changes) if counts.sum() > 1 else prior.noise**2
    seen = float((weights * ((own - common) ** 2 - prior.mix * spread / safe)).sum())
    units = float((counts > 1).sum())
    between = (units * max(seen, 0.0) + prior.growth_weight * prior.growth_spread**2) / (
        units + prior.growth_weight
    )
    return own, common, between


def _told_apart(width: int) -> float:
    """How far growth that all share can be told from the season: not before a point of the year is seen
    twice.

    >>> [round(_told_apart(width), 2) for width in (8, 11, 15, 22, 40)]
    [0.0, 0.0, 0.36, 1.0, 1.0]
    """
    return min(max(width - POINTS, 0) / POINTS, 1.0)


def _mix(rest: Floats, counts: NDArray[np.int_], prior: Prior) -> float:
    """The lasting part of a change, over all units."""
    pairs = rest[:, 1:] * rest[:, :-1]
    number = (~np.isnan(pairs)).sum()
    own = np.nansum(rest**2) / max(np.maximum(counts - 1, 0).sum(), 1)
    # A mean that was taken out makes neighbours look opposed by about the variance over the count.
    bias = own * prior.mix / max(float(counts.mean()), 1.0)
    against = np.nansum(pairs) / max(number, 1) + bias
    seen = 1 + 2 * against / own if own > 0 else prior.mix
    mix = (number * seen + prior.mix_weight * prior.mix) / (number + prior.mix_weight)
    return float(np.clip(mix, 0.02, 0.98))


def _noise(rest: Floats, counts: NDArray[np.int_], prior: Prior) -> tuple[Floats, Floats]:
    """The variance of each unit's changes, drawn to its peers', and its degrees of freedom.

    How much units differ is read from the spread of the logarithms of their variances: beyond what their
    few changes explain (trigamma) it is difference among units (Smyth 2004).
    """
    lost = np.maximum(counts - 1, 0)
    own = np.nansum(rest**2, axis=1)
    many = (lost >= 3) & (own > 0)
    logs = np.log(own[many] / lost[many]) + 1 / lost[many] + 1 / (3 * lost[many] ** 2)
    units = len(logs)
    chance = 2 / lost[many] + 2 / lost[many] ** 2
    between = max(float(logs.var() - chance.mean()), 0.0) if units > 1 else 0.0
    usual = 2 / prior.noise_weight + 2 / prior.noise_weight**2
    between = (units * between + prior.growth_weight * usual) / (units + prior.growth_weight)
    weight = (1 + np.sqrt(1 + 2 * between)) / between
    middle = (logs.sum() + prior.growth_weight * np.log(prior.noise**2)) / (units + prior.growth_weight)
    common = np.exp(middle - 1 / weight - 1 / (3 * weight**2))
    freedom = weight + lost
    return (weight * common + own) / freedom, freedom


def _drawn(
    changes: Floats,
    counts: NDArray[np.int_],
    noise: Floats,
    mix: float,
    common: float,
    between: float,
) -> tuple[Floats, Floats]:
    """Growth drawn to the peers', and its variance in units of the unit's noise."""
    safe = np.maximum(counts, 1)
    own = np.nansum(changes, axis=1) / safe
    error = noise * (mix / safe + (1 - mix) / safe**2)
    weight = between / (between + error)
    return common + weight * (own - common), weight * error / noise


def _filtered(x: Floats, growth: Floats, mix: float) -> tuple[Floats, Floats]:
    """The level at each unit's last figure and its variance, in units of the variance of a change."""
    level, part = np.zeros(len(x)), np.full(len(x), 1e6)
    at_last, part_last = level.copy(), part.copy()
    own = (1 - mix) / 2
    for now in x.T:
        level, part = level + growth, part + mix
        seen = ~np.isnan(now)
        gain = np.where(seen, part / (part + own), 0.0)
        level = level + gain * (np.nan_to_num(now) - level)
        part = (1 - gain) * part
        at_last, part_last = np.where(seen, level, at_last), np.where(seen, part, part_last)
    return at_last, part_last


def _moves(companion: Floats, season: Floats, first: int) -> Floats:
    """Changes of a companion less their mean, beside its points (the first has none).

    Its season is its own mean change at that point of the year, where two years or more tell it.
    """
    moved = np.concatenate([[np.nan], np.diff(companion)])
    places = (np.arange(len(moved)) + first) % POINTS
    free = moved.copy()
    usual = np.nanmean(moved) if (~np.isnan(moved)).any() else 0.0
    for place in range(POINTS):
        there = moved[places == place]
        known = there[~np.isnan(there)]
        if len(known):
            free[places == place] -= usual + (known - usual).sum() / (len(known) + 1)
    return free


def _follows(rest: Floats, moved: Sequence[Floats], mix: float, prior: Prior) -> tuple[float, float]:
    """By how much revenue's change follows its companion's, and the part of the lasting shock it tells."""
    width = rest.shape[1]
    pairs = [(rest[row], each[1 : width + 1]) for row, each in enumerate(moved) if len(each) > 1]
    ours = np.concatenate([a[: len(b)] for a, b in pairs]) if pairs else np.empty(0)
    theirs = np.concatenate([b[: len(a)] for a, b in pairs]) if pairs else np.empty(0)
    both = ~(np.isnan(ours) | np.isnan(theirs))
    if both.sum() < prior.companion_least:
        return 0.0, 0.0
    a, b = ours[both], theirs[both]
    spread = float((b * b).sum())
    pull = float((a * b).sum()) / spread if spread > 0 else 0.0
    told = pull**2 * float((b * b).mean()) / max(mix * float((a * a).mean()), 1e-12)
    return (pull, min(told, 0.9)) if pull > 0 else (0.0, 0.0)
