"""Who is compared with whom, so that the work grows with the register and not with its square.

Two projects are compared when they have a developer in common (its key, a name, or the core of a name), when
their names are alike, or when they make the same for nearly the same money and more may be the same. Alike
names are found through their rare pairs of characters alone: of two texts whose Dice coefficient reaches a
limit, the rarest few pairs of either hold one that both have (prefix filter: Chaudhuri, Ganti and Kaushik,
ICDE 2006; Bayardo, Ma and Srikant, WWW 2007).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from tiaodu.engine.kernel.quantity import Unit
from tiaodu.engine.projects.repeats.comparing import SAME, compare, near
from tiaodu.engine.projects.repeats.model import Candidate, Pair
from tiaodu.engine.projects.repeats.rules import Rules
from tiaodu.engine.projects.repeats.traits import Traits, traits_of

Keys = tuple[int, int]


def repeats(
    projects: Iterable[Candidate], places: Sequence[str], rules: Rules, units: Mapping[str, Unit]
) -> list[Pair]:
    """All pairs that reach ``rules.least``, the most probable first; those set aside say why.

    ``places`` are the names regions put before a name (``registry.names.places_of``).
    """
    cards = {project.key: traits_of(project, rules, places, units) for project in projects}
    usual = usual_tokens(cards.values(), rules)
    pairs = candidates(cards.values(), rules)
    found = (compare(cards[one], cards[other], rules, usual) for one, other in pairs)
    return sorted((pair for pair in found if pair), key=lambda pair: (-pair.score, pair.one, pair.other))


def usual_tokens(cards: Iterable[Traits], rules: Rules) -> frozenset[str]:
    """Pairs of characters that stand in more than ``rules.common_from`` names."""
    often = Counter(token for card in cards for token in card.tokens)
    return frozenset(token for token, count in often.items() if count > rules.common_from)


def candidates(cards: Iterable[Traits], rules: Rules) -> list[Keys]:
    """Pairs of keys worth comparing, the smaller key first."""
    known = sorted(cards, key=lambda card: card.project.key)
    found = set(_of_one_developer(known, rules))
    found.update(_of_alike_names(known, rules))
    found.update(_of_same_works(known, rules))
    return sorted(found)


def _of_one_developer(cards: Sequence[Traits], rules: Rules) -> Iterator[Keys]:
    blocks: dict[Hashable, list[Traits]] = defaultdict(list)
    for card in cards:
        if card.project.developer is not None:
            blocks[card.project.developer].append(card)
        for name in card.developers:
            blocks[name].append(card)
    for block in blocks.values():
        if len(block) > rules.block_most:
            yield from _of_near_amounts(block, rules)
        else:
            yield from combinations([card.project.key for card in block], 2)


def _of_same_works(cards: Sequence[Traits], rules: Rules) -> Iterator[Keys]:
    blocks: dict[str, list[Traits]] = defaultdict(list)
    for card in cards:
        for product in card.products:
            blocks[product].append(card)
    for block in blocks.values():
        yield from _of_near_amounts(block, rules, strict=True)


def _of_near_amounts(block: Iterable[Traits], rules: Rules, *, strict: bool = False) -> Iterator[Keys]:
    """Pairs of a near amount; ``strict``: only where more may be the same."""
    known = sorted(((card.amount, card) for card in block if card.amount), key=lambda pair: pair[0])
    for place, (amount, card) in enumerate(known):
        most = amount / (1 - rules.amount_near_within)
        for other_amount, other in known[place + 1 :]:
            if other_amount > most:
                break
            if not strict or _may_be_one(card, other, rules):
                one, two = card.project.key, other.project.key
                yield (one, two) if one < two else (two, one)


def _may_be_one(one: Traits, other: Traits, rules: Rules) -> bool:
    """Whether a place may be the same and the amount, the land or a capacity tells more than that."""
    first, second = one.project, other.project
    placed = (
        (first.park is not None and first.park == second.park)
        or (first.township is not None and first.township == second.township)
        or (one.place and other.place)
    )
    if not placed:
        return False
    telling = (one.telling and other.telling) or near(one.land, other.land, rules.land_within)
    return telling or any(
        near(one.scales[u], other.scales[u], SAME) for u in one.scales.keys() & other.scales
    )


def _of_alike_names(cards: Sequence[Traits], rules: Rules) -> Iterator[Keys]:
    """Pairs whose names reach the limit, found through a pair of characters that is not everybody's."""
    often = Counter(token for card in cards for token in card.tokens)
    blocks: dict[str, list[Traits]] = defaultdict(list)
    for card in cards:
        size = len(card.tokens)
        rarest = sorted(card.tokens, key=lambda token: (often[token], token))
        for token in rarest[: size - shared_at_least(size, rules.name_from) + 1]:
            if often[token] <= rules.common_from:
                blocks[token].append(card)
    for block in blocks.values():
        for one, other in combinations(block, 2):
            both = len(one.tokens) + len(other.tokens)
            if 2 * len(one.tokens & other.tokens) >= rules.name_from * both:
                yield one.project.key, other.project.key


def shared_at_least(size: int, limit: float) -> int:
    """Pairs of characters a text of ``size`` pairs shares with any other it is alike to by Dice ``limit``.

    2·shared ≥ limit · (size + other) and shared ≤ other give shared ≥ limit ÷ (2 − limit) · size.

    >>> shared_at_least(9, 0.5), shared_at_least(1, 0.5)
    (3, 1)
    """
    return max(1, math.ceil(limit / (2 - limit) * size - 1e-9))
