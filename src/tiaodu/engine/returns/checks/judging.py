"""How each kind of rule judges many firms at once. Everything is reckoned in powers of ten.

The usual figure of a firm is told from its own course: where it has told enough of the same season a year
ago, last year's figure times its usual growth; else the median of its latest points. What all its peers did
at the same time is taken off: a whole trade that stands still over a festival has not jumped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from tiaodu.engine.kernel.expression import period_of
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.checks import robust
from tiaodu.engine.returns.checks.model import Array, Columns, Kind, PeerKey, Rule
from tiaodu.engine.returns.checks.points import (
    a_year,
    course,
    logs,
    months_of,
    point_of,
    points_before,
    values_at,
)

LATEST: Final = 6  # points whose median is the usual figure


@dataclass(frozen=True)
class Usual:
    """What is usual for each firm: the centre, the spread, from how many points, and how far it is now."""

    centre: Array
    spread: Array
    count: Array
    now: Array

    @property
    def away(self) -> Array:
        found: Array = self.now - self.centre
        return found


@dataclass(frozen=True)
class PeerColumns:
    """What is usual among each firm's peers: median, spread and number, one place a firm."""

    median: Array
    spread: Array
    count: Array


@dataclass(frozen=True)
class Found:
    """The firms a rule raises its flag for, and the figures of its explanation by name (base units)."""

    hit: Array
    figures: Mapping[str, Array]
    factor: Array | None = None  # unit: how many times too large it looks; below 1: too small


class Judging:
    """Rules over the columns of one period; what several rules ask for is reckoned once."""

    def __init__(self, columns: Columns, peers: Mapping[PeerKey, PeerColumns] | None = None) -> None:
        self.columns = columns
        self._given = peers
        self._usual: dict[tuple[str, bool, bool], Usual | None] = {}
        self._ratio: dict[tuple[str, str, bool], Usual | None] = {}
        self._peers: dict[PeerKey, PeerColumns] = {}

    @cached_property
    def nothing(self) -> Array:
        return np.zeros(self.columns.rows, bool)

    def judge(self, rule: Rule, measure: str) -> Found | None:
        """What a rule finds at a measure; None where it has nothing to say of this period."""
        judges = {
            Kind.UNIT: self._unit,
            Kind.LEVEL: self._level,
            Kind.JUMP: self._jump,
            Kind.RATIO: self._far_ratio,
            Kind.CUMULATIVE: self._cumulative,
            Kind.RESTATED: self._restated,
        }
        return judges[rule.kind](rule, measure)

    # what is usual

    def usual(self, measure: str, *, merged: bool, season: bool) -> Usual | None:
        """The usual figure of a measure by each firm's own course."""
        key = (measure, merged, season)
        if key not in self._usual:
            self._usual[key] = self._told_usual(measure, merged=merged, season=season)
        return self._usual[key]

    def _told_usual(self, measure: str, *, merged: bool, season: bool) -> Usual | None:
        point = point_of(self.columns.period, merged=merged)
        if point is None:
            return None
        year = a_year(point, merged=merged) if season else 0
        before = points_before(point, max(2 * year, 2 * LATEST), merged=merged)
        past = course(self.columns, measure, before)
        now = logs(values_at(self.columns, measure, point))
        latest = past[:, -2 * LATEST :]
        centre = robust.medians(latest[:, -LATEST:])
        plain = Usual(centre, robust.spreads(latest, centre), robust.counts(latest), now)
        return _seasonal(plain, past, year) if year else plain

    def ratio(self, measure: str, against: str, *, merged: bool) -> Usual | None:
        """The usual relation of two measures by each firm's own course."""
        key = (measure, against, merged)
        if key not in self._ratio:
            point = point_of(self.columns.period, merged=merged)
            self._ratio[key] = None if point is None else self._told_ratio(key, point)
        return self._ratio[key]

    def _told_ratio(self, key: tuple[str, str, bool], at: Period) -> Usual:
        measure, against, merged = key
        before = points_before(at, 2 * LATEST, merged=merged)
        past = course(self.columns, measure, before) - course(self.columns, against, before)
        centre = robust.medians(past)
        now = logs(values_at(self.columns, measure, at)) - logs(values_at(self.columns, against, at))
        return Usual(centre, robust.spreads(past, centre), robust.counts(past), now)

    def peers(self, key: PeerKey, values: Array) -> PeerColumns:
        """What is usual among the peers: given from outside, else told from these firms themselves."""
        if self._given is not None:
            return self._given.get(key) or _no_peers(self.columns.rows)
        if key not in self._peers:
            self._peers[key] = PeerColumns(*robust.of_groups(values, self.columns.groups))
        return self._peers[key]

    def measured_peers(self) -> Mapping[PeerKey, PeerColumns]:
        """Everything told of peers so far, to be kept for judging one firm alone."""
        return dict(self._peers)

    # the kinds

    def _unit(self, rule: Rule, measure: str) -> Found | None:
        """A power of ten away from the firm's usual figure, and usual when that power is taken off."""
        usual = self.usual(measure, merged=False, season=True)
        if usual is None:
            return None
        spread = np.maximum(usual.spread, np.log10(rule.floor))
        away = usual.away
        powers = np.log10(np.array([*rule.factors, *(1 / each for each in rule.factors)], float))
        rest = np.where(np.isnan(away), np.inf, 0)[:, None] + np.abs(np.nan_to_num(away)[:, None] - powers)
        nearest = np.argmin(rest, axis=1)
        power = powers[nearest]
        fits = rest[np.arange(away.size), nearest] <= np.log10(rule.least)
        hit = fits & (np.abs(away) > rule.far * spread) & (usual.count >= rule.history)
        figures = {"本期": self._now(measure), "通常": 10**usual.centre, "倍数": 10 ** np.abs(power)}
        return Found(hit, figures, 10**power)

    def _level(self, rule: Rule, measure: str) -> Found | None:
        """Farther from its peers than their sizes differ: of a firm too new to be told by its own course."""
        usual = self.usual(measure, merged=False, season=False)
        if usual is None:
            return None
        peers = self.peers(("level", measure, ""), usual.now)
        away = usual.now - peers.median
        new = (usual.count < rule.history) & (peers.count >= rule.peers)
        hit = new & (np.abs(away) > rule.far * peers.spread) & (np.abs(away) > np.log10(rule.least))
        return Found(hit, {"本期": self._now(measure), "倍数": 10 ** np.abs(away)})

    def _jump(self, rule: Rule, measure: str) -> Found | None:
        """Farther from what is usual, the peers' common movement taken off, than its own spread explains.

        Nothing at all where something is usual is a jump too.
        """
        usual = self.usual(measure, merged=rule.merged, season=True)
        point = point_of(self.columns.period, merged=rule.merged)
        if usual is None or point is None:
            return None
        peers = self.peers(("change", measure, ""), usual.away)
        common = np.where(peers.count >= rule.peers, np.nan_to_num(peers.median), 0.0)
        spread = np.maximum(np.nan_to_num(usual.spread), np.log10(rule.floor))
        away = usual.away - common
        known = usual.count >= rule.history
        far = (np.abs(away) > rule.far * spread) & (np.abs(away) > np.log10(rule.least))
        now = values_at(self.columns, measure, point)
        hit = known & (far | ((now == 0) & ~np.isnan(usual.centre)))
        expected = 10 ** (usual.centre + common)
        times = np.where(away >= 0, now / expected, expected / np.where(now > 0, now, np.nan))
        return Found(hit, {"本期": now, "通常": expected, "倍数": times})

    def _far_ratio(self, rule: Rule, measure: str) -> Found | None:
        """The relation of two figures is far from the firm's own, or where that is short from its peers'."""
        usual = self.ratio(measure, rule.against, merged=rule.merged)
        point = point_of(self.columns.period, merged=rule.merged)
        if usual is None or point is None:
            return None
        peers = self.peers(("ratio", measure, rule.against), usual.now)
        own, others = usual.count >= rule.history, peers.count >= rule.peers
        centre = np.where(own, usual.centre, np.where(others, peers.median, np.nan))
        spread = np.maximum(np.where(own, usual.spread, peers.spread), np.log10(rule.floor))
        away = usual.now - centre
        hit = (np.abs(away) > rule.far * spread) & (np.abs(away) > np.log10(rule.least))
        now = values_at(self.columns, measure, point)
        beside = values_at(self.columns, rule.against, point)
        figures = {"本期": now, "对照": beside, "倍数": 10 ** np.abs(away), "通常": beside * 10**centre}
        return Found(hit & ~np.isnan(away), figures)

    def _cumulative(self, rule: Rule, measure: str) -> Found | None:
        """From January to now is the last told sum plus this month, to the last digit."""
        period = self.columns.period
        if not months_of(period):
            return None
        to_date = period_of("year_to_date", period)
        told, now = self.columns.of(measure, to_date), self.columns.of(measure, period)
        if to_date == period:
            return None
        before = period_of("year_to_date", period_of("previous", period))
        earlier = self.columns.of(measure, before)
        gap = told - (earlier + now)
        hit = np.abs(gap) > rule.floor * np.maximum(1.0, np.abs(told)) * 1e-9
        figures = {"累计": told, "上期累计": earlier, "本期": now, "相差": np.abs(gap)}
        return Found(hit & ~np.isnan(gap), figures)

    def _restated(self, rule: Rule, measure: str) -> Found | None:
        """Last year's figure was corrected after it was told: growth has another base than was published."""
        base = period_of("year_ago", self.columns.period)
        first = self.columns.first_told.get((measure, base))
        if first is None:
            return None
        stands, now = self.columns.of(measure, base), self._now(measure)
        away = np.abs(logs(stands) - logs(first))
        hit = (away > np.log10(rule.least)) & ~np.isnan(now)
        figures = {
            "原报": first,
            "现报": stands,
            "可比增速": (now / stands - 1) * 100,
            "原数增速": (now / first - 1) * 100,
        }
        return Found(hit, figures)

    def _now(self, measure: str) -> Array:
        return self.columns.of(measure, self.columns.period)


def _seasonal(plain: Usual, past: Array, year: int) -> Usual:
    """By last year's figure and the usual growth where at least half the points of a year can tell it."""
    growth = past[:, year:] - past[:, :-year]
    rate = robust.medians(growth[:, -LATEST:])
    centre = past[:, -year] + rate
    able = (robust.counts(growth) >= max(1, (year + 1) // 2)) & ~np.isnan(centre)
    spread = robust.spreads(growth, robust.medians(growth))
    return Usual(
        np.where(able, centre, plain.centre),
        np.where(able, spread, plain.spread),
        np.maximum(plain.count, np.where(able, robust.counts(growth), 0)),
        plain.now,
    )


def _no_peers(rows: int) -> PeerColumns:
    return PeerColumns(np.full(rows, np.nan), np.full(rows, np.nan), np.zeros(rows, np.int64))


def pairs(rules: Sequence[Rule]) -> list[tuple[Rule, str]]:
    """Each rule with each of its measures: first those about units, which others give way to."""
    order = list(Kind)
    ranked = sorted(rules, key=lambda rule: (rule.kind != Kind.UNIT, order.index(rule.kind)))
    return [(rule, measure) for rule in ranked for measure in rule.measures]
