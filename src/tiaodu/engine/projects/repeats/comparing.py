"""Two projects weighed against each other."""

from __future__ import annotations

from collections.abc import Iterator, Set
from datetime import date

from tiaodu.engine.ledger.likeness import dice
from tiaodu.engine.projects.repeats.model import (
    Aside,
    Candidate,
    Doubt,
    Fact,
    Likeness,
    Looks,
    Pair,
    Reason,
    SetAside,
)
from tiaodu.engine.projects.repeats.rules import Rules
from tiaodu.engine.projects.repeats.traits import Traits

SAME = 0.005  # two capacities are one: what rounding changes of a figure of three digits
_MONTH = 30.44  # days


def compare(one: Traits, other: Traits, rules: Rules, usual: Set[str] = frozenset()) -> Pair | None:
    """The pair with its reasons; None when fewer than two likenesses or too few points speak for it.

    ``usual`` are pairs of characters that stand in very many names of the register.

    A pair that is set aside is given too, with the reason, when it would have been shown without it.
    """
    if one.project.key > other.project.key:
        one, other = other, one
    reasons = [reason for reason in _likenesses(one, other, rules, usual) if reason.points > 0]
    if len(reasons) < 2:
        return None
    for_it = sum(reason.points for reason in reasons)
    if for_it < rules.least:
        return None
    doubts = [doubt for doubt in _doubts(one, other, rules) if doubt.points > 0]
    score = min(100, for_it - sum(doubt.points for doubt in doubts))
    if score < rules.least:
        return None
    return Pair(
        one=one.project.key,
        other=other.project.key,
        score=score,
        looks=_looks(one, other),
        reasons=tuple(sorted(reasons, key=lambda reason: -reason.points)),
        doubts=tuple(sorted(doubts, key=lambda doubt: -doubt.points)),
        aside=_aside(one, other),
    )


def near(one: float | None, other: float | None, within: float) -> bool:
    """Whether two amounts differ by no more than a share of the larger; not when one is unknown.

    >>> near(100.0, 91.0, 0.1), near(100.0, 89.0, 0.1), near(None, 100.0, 0.1)
    (True, False, False)
    """
    return one is not None and other is not None and abs(one - other) <= within * max(one, other)


def _likenesses(one: Traits, other: Traits, rules: Rules, usual: Set[str]) -> Iterator[Reason]:
    first, second, points = one.project, other.project, rules.points
    yield from _developers(one, other, rules)
    yield from _places(one, other, rules)
    amount = _amounts(one, other, rules)
    if amount is not None:
        yield Reason(amount, first.amount, second.amount, points[amount])
    alike = dice(one.essence, other.essence)
    if alike >= rules.name_from:
        name = Likeness.NAME_USUAL if one.tokens & other.tokens <= usual else Likeness.NAME
        yield Reason(name, first.name, second.name, round(points[name] * alike))
    yield from _works(one, other, rules)
    if near(one.land, other.land, rules.land_within):
        yield Reason(Likeness.LAND, first.land, second.land, points[Likeness.LAND])
    if _months(first.signed_on, second.signed_on) <= rules.close_months:
        close = Likeness.SIGNED_CLOSE
        yield Reason(close, first.signed_on, second.signed_on, points[close])


def _amounts(one: Traits, other: Traits, rules: Rules) -> Likeness | None:
    if near(one.amount, other.amount, rules.amount_equal_within):
        return Likeness.AMOUNT_EQUAL if one.telling and other.telling else Likeness.AMOUNT_ROUND
    return Likeness.AMOUNT_NEAR if near(one.amount, other.amount, rules.amount_near_within) else None


def _developers(one: Traits, other: Traits, rules: Rules) -> Iterator[Reason]:
    first, second = one.project, other.project
    if first.developer is not None and first.developer == second.developer:
        rule = Likeness.DEVELOPER_SAME
    elif one.developers & other.developers:
        rule = Likeness.DEVELOPER_ALIKE
    else:
        return
    yield Reason(rule, _called(first), _called(second), rules.points[rule])


def _called(project: Candidate) -> str:
    return project.developers[0] if project.developers else ""


def _places(one: Traits, other: Traits, rules: Rules) -> Iterator[Reason]:
    """The one sign of place that weighs most."""
    first, second = one.project, other.project
    said = (first.place, second.place)
    found: list[tuple[Likeness, tuple[Fact, Fact]]] = []
    if one.place and other.place and dice(one.place, other.place) >= rules.place_from:
        found.append((Likeness.PLACE_TEXT, said))
    if first.park is not None and first.park == second.park:
        found.append((Likeness.PLACE_PARK, (None, None)))
    if first.township is not None and first.township == second.township:
        found.append((Likeness.PLACE_TOWNSHIP, (None, None)))
    if found:
        rule, facts = max(found, key=lambda pair: rules.points[pair[0]])
        yield Reason(rule, *facts, rules.points[rule])


def _works(one: Traits, other: Traits, rules: Rules) -> Iterator[Reason]:
    shared = one.products & other.products
    if shared:
        points = round(rules.points[Likeness.PRODUCTS] * len(shared) / len(one.products | other.products))
        told = "、".join(sorted(shared))
        yield Reason(Likeness.PRODUCTS, told, told, points)
    unit = next((u for u in _units(one, other) if near(one.scales[u], other.scales[u], SAME)), None)
    if unit is not None:
        told = f"{one.scales[unit]:g} {unit}"
        yield Reason(Likeness.SCALE, told, f"{other.scales[unit]:g} {unit}", rules.points[Likeness.SCALE])


def _units(one: Traits, other: Traits) -> list[str]:
    return sorted(one.scales.keys() & other.scales.keys())


def _months(one: date | None, other: date | None) -> float:
    return abs((one - other).days) / _MONTH if one and other else float("inf")


def _doubts(one: Traits, other: Traits, rules: Rules) -> Iterator[Reason]:
    first, second, points = one.project, other.project, rules.points
    if one.products and other.products and not one.products & other.products:
        told = ("、".join(sorted(one.products)), "、".join(sorted(other.products)))
        yield Reason(Doubt.PRODUCTS, *told, points[Doubt.PRODUCTS])
    units = _units(one, other)
    if units and not any(near(one.scales[u], other.scales[u], SAME) for u in units):
        told = (f"{one.scales[units[0]]:g} {units[0]}", f"{other.scales[units[0]]:g} {units[0]}")
        yield Reason(Doubt.SCALE, *told, points[Doubt.SCALE])
    if (
        one.amount
        and other.amount
        and max(one.amount, other.amount) > rules.amount_far * min(one.amount, other.amount)
    ):
        yield Reason(Doubt.AMOUNT, first.amount, second.amount, points[Doubt.AMOUNT])
    if one.developers and other.developers and not _one_developer(one, other):
        yield Reason(Doubt.DEVELOPER, first.developers[0], second.developers[0], points[Doubt.DEVELOPER])
    if _ended_before(one, other) or _ended_before(other, one):
        yield Reason(Doubt.ENDED, first.ended_on, second.ended_on, points[Doubt.ENDED])


def _one_developer(one: Traits, other: Traits) -> bool:
    same = one.project.developer is not None and one.project.developer == other.project.developer
    return same or bool(one.developers & other.developers)


def _ended_before(one: Traits, other: Traits) -> bool:
    """Whether the one was given up before the other was signed: then it was signed anew, not twice."""
    ended, signed = one.project.ended_on, other.project.signed_on
    return ended is not None and signed is not None and ended <= signed


def _aside(one: Traits, other: Traits) -> SetAside | None:
    """What makes two of them although they are alike; phases first."""
    if (one.phase or 1) != (other.phase or 1):
        return SetAside(Aside.PHASES, *(t.project.name for t in (one, other)))
    if one.numbering and other.numbering and one.numbering != other.numbering:
        return SetAside(Aside.NUMBERED, *("、".join(sorted(t.numbering)) for t in (one, other)))
    earlier, later = sorted((one, other), key=_place_in_time)
    if later.project.again and _one_developer(one, other) and _is_old_plant(earlier, later):
        return SetAside(Aside.DECLARED, one.project.name, other.project.name)
    return None


def _place_in_time(traits: Traits) -> tuple[date, int]:
    project = traits.project
    days = [day for day in (project.signed_on, project.begun_on, project.produced_on) if day]
    return min(days, default=date.max), project.key


def _is_old_plant(one: Traits, other: Traits) -> bool:
    produced = one.project.produced_on
    if produced is None:
        return False
    begins = other.project.signed_on or other.project.begun_on
    return begins is None or produced <= begins


def _looks(one: Traits, other: Traits) -> Looks:
    if _is_old_plant(one, other) or _is_old_plant(other, one):
        return Looks.OLD_PLANT
    if one.project.begun_on and other.project.begun_on:
        return Looks.BEGUN_TWICE
    return Looks.SIGNED_TWICE
