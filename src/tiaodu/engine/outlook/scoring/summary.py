"""Scores of many forecasts, as a whole and by kind, department or month, with counts and intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log, sqrt
from statistics import fmean, stdev

from tiaodu.engine.outlook.scoring.reliability import Bin, Judged, reliability, wilson
from tiaodu.engine.outlook.scoring.scores import brier, interval_score, log_score

FEWEST = 10
_NORMAL_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Scored:
    """A stored chance with its outcome. ``groups``: what it belongs to, {"department": "能源局", "month": …}.

    ``about``: what it was about; forecasts of one promise on many days fall together, so it counts once
    among the ``promises`` and its scores are averaged first.
    """

    about: str
    chance: float
    kept: bool
    groups: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TooFew:
    """No score: so few promises would name chance, not skill."""

    promises: int
    needed: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Means over promises. ``low`` and ``high``: 95 % interval of the Brier score, promises taken as
    independent. ``skill``: 1 − Brier over that of always telling the part that was kept; None where all or
    none were kept. ``sharpness``: variance of the chances, more is bolder. ``log_score`` in nats.
    """

    promises: int
    forecasts: int
    kept: float
    told: float
    brier: float
    low: float
    high: float
    log_score: float
    skill: float | None
    sharpness: float
    bins: tuple[Bin, ...]


def summarise(scored: Sequence[Scored], *, fewest: int = FEWEST) -> Summary | TooFew:
    """The scores of forecasts; decided ones, told as facts, do not belong here."""
    by: dict[str, list[Scored]] = {}
    for each in scored:
        by.setdefault(each.about, []).append(each)
    if len(by) < max(2, fewest):
        return TooFew(len(by), max(2, fewest))
    means = [fmean(brier(each.chance, kept=each.kept) for each in group) for group in by.values()]
    logs = [fmean(log_score(each.chance, kept=each.kept) for each in group) for group in by.values()]
    kept = fmean(fmean(each.kept for each in group) for group in by.values())
    told = fmean(fmean(each.chance for each in group) for group in by.values())
    half = _NORMAL_95 * stdev(means) / sqrt(len(means))
    score = fmean(means)
    chances = [each.chance for each in scored]
    middle = fmean(chances)
    return Summary(
        promises=len(by),
        forecasts=len(scored),
        kept=kept,
        told=told,
        brier=score,
        low=max(0.0, score - half),
        high=min(1.0, score + half),
        log_score=fmean(logs),
        skill=1 - score / (kept * (1 - kept)) if 0 < kept < 1 else None,
        sharpness=fmean((chance - middle) ** 2 for chance in chances),
        bins=reliability([Judged(each.chance, each.kept, each.about) for each in scored]),
    )


def by_group(scored: Iterable[Scored], group: str, *, fewest: int = FEWEST) -> dict[str, Summary | TooFew]:
    """Summaries by a group, in the order of its names; what lacks the group is left out."""
    found: dict[str, list[Scored]] = {}
    for each in scored:
        if group in each.groups:
            found.setdefault(each.groups[group], []).append(each)
    return {name: summarise(found[name], fewest=fewest) for name in sorted(found)}


def plain_rule(scored: Sequence[Scored], group: str) -> list[Scored]:
    """The same promises told by a plain rule: for each class of ``group`` always the part that was kept. The
    rule knows that part only afterwards, which is to its advantage: who beats it knows more than the class.

    >>> told = [Scored("a", 0.9, True, {"kind": "step"}), Scored("b", 0.4, False, {"kind": "step"})]
    >>> [each.chance for each in plain_rule(told, "kind")]
    [0.5, 0.5]
    """
    kept: dict[str, dict[str, list[bool]]] = {}
    for each in scored:
        kept.setdefault(each.groups.get(group, ""), {}).setdefault(each.about, []).append(each.kept)
    rates = {name: fmean(fmean(came) for came in of.values()) for name, of in kept.items()}
    return [replace(each, chance=rates[each.groups.get(group, "")]) for each in scored]


@dataclass(frozen=True, slots=True)
class Ranged:
    """A stored range with its outcome, in the unit of the figure; dates as day numbers."""

    p10: float
    p50: float
    p90: float
    outcome: float


@dataclass(frozen=True, slots=True)
class Ranges:
    """How often the range held, with its 95 % interval, and the part that came out below; the mean interval
    score and width over the outcome where all outcomes are above zero, else None.
    """

    count: int
    held: float
    low: float
    high: float
    below: float
    score: float
    width: float | None


def summarise_ranges(ranged: Sequence[Ranged], *, fewest: int = FEWEST) -> Ranges | TooFew:
    """Whether P10 to P90 held in 80 %. Raises ValueError for a range that is upside down."""
    if any(not each.p10 <= each.p50 <= each.p90 for each in ranged):
        raise ValueError("P10 ≤ P50 ≤ P90")
    if len(ranged) < fewest:
        return TooFew(len(ranged), fewest)
    held = sum(each.p10 <= each.outcome <= each.p90 for each in ranged)
    low, high = wilson(held, len(ranged))
    positive = all(each.outcome > 0 for each in ranged)
    return Ranges(
        count=len(ranged),
        held=held / len(ranged),
        low=low,
        high=high,
        below=sum(each.outcome < each.p10 for each in ranged) / len(ranged),
        score=fmean(interval_score(each.p10, each.p90, each.outcome) for each in ranged),
        width=fmean((each.p90 - each.p10) / each.outcome for each in ranged) if positive else None,
    )


def uncertainty(kept: float) -> float:
    """The log score of always telling the part that was kept, in nats: what a forecast is measured against.

    >>> round(uncertainty(0.5), 4)
    0.6931
    """
    return sum(-part * log(part) for part in (kept, 1 - kept) if part > 0)
