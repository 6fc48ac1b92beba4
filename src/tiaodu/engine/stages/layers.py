"""Which column of a drawing each step stands in: every step right of all it needs, stages side by side.

Stages follow each other as columns where the network allows it. Where a later stage leads back into an
earlier one (a planning permit, a matter of procedures, needs the land), the two share their columns.

>>> needs = {"sign": (), "file": ("sign",), "plot": ("sign",)}
>>> needs |= {"permit": ("file", "plot"), "build": ("permit",)}
>>> stages = {"sign": "a", "file": "b", "plot": "c", "permit": "b", "build": "d"}
>>> bands_of(needs, stages, "abcd")
(('a',), ('b', 'c'), ('d',))
>>> layers_of(needs, stages, "abcd")
{'sign': 0, 'file': 1, 'plot': 1, 'permit': 2, 'build': 3}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tiaodu.engine.stages.graph import Prerequisites, followers, order

Bands = tuple[tuple[str, ...], ...]


def reduced(needs: Prerequisites) -> dict[str, tuple[str, ...]]:
    """The prerequisites without those that another one needs already: what a drawing has to show.

    >>> reduced({"a": (), "b": ("a",), "c": ("a", "b")})
    {'a': (), 'b': ('a',), 'c': ('b',)}
    """
    before: dict[str, frozenset[str]] = {}
    for code in order(needs):
        direct = [need for need in needs[code] if need in needs]
        before[code] = frozenset(direct).union(*(before[need] for need in direct))
    return {
        code: tuple(
            need
            for need in dict.fromkeys(needs[code])
            if need in needs and not any(need in before[other] for other in needs[code] if other in before)
        )
        for code in needs
    }


def bands_of(needs: Prerequisites, stages: Mapping[str, str], listed: Sequence[str]) -> Bands:
    """The stages in the order ``listed``, those that lead back into each other together."""
    used = [stage for stage in listed if stage in set(stages.values())]
    rank = {stage: place for place, stage in enumerate(used)}
    joined = [False] * len(used)  # whether a stage shares the columns of the one before it
    for code, before in needs.items():
        for need in before:
            if need in needs and rank[stages[need]] > rank[stages[code]]:
                span = slice(rank[stages[code]] + 1, rank[stages[need]] + 1)
                joined[span] = [True] * (rank[stages[need]] - rank[stages[code]])
    bands: list[list[str]] = []
    for stage, with_last in zip(used, joined, strict=True):
        if with_last:
            bands[-1].append(stage)
        else:
            bands.append([stage])
    return tuple(tuple(band) for band in bands)


def layers_of(needs: Prerequisites, stages: Mapping[str, str], listed: Sequence[str]) -> dict[str, int]:
    """The column of every step: one past the last of what it needs, after all columns of earlier bands.

    A step that leads to more than it needs stands as far right as it may: its lines become short.
    """
    topological = order(needs)
    band = {stage: place for place, band in enumerate(bands_of(needs, stages, listed)) for stage in band}
    layer: dict[str, int] = {}
    last: dict[int, int] = {}
    base = 0
    for place in sorted(set(band.values())):
        for code in topological:
            if band[stages[code]] == place:
                known = [layer[need] + 1 for need in needs[code] if need in layer]
                layer[code] = max([base, *known])
        base = max(layer.values()) + 1
        last[place] = base - 1
    after = followers(needs)
    for code in reversed(topological):
        if len(after[code]) > len(needs[code]):
            layer[code] = min(min(layer[each] for each in after[code]) - 1, last[band[stages[code]]])
    used = {each: place for place, each in enumerate(sorted(set(layer.values())))}
    return {code: used[layer[code]] for code in needs}
