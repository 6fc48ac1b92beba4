"""The order in which steps stand one below the other, so that few lines cross.

The method is that of Sugiyama, Tagawa and Toda (1981): a line over several columns bends in each of them;
columns are sorted by the mean place of their neighbours, to and fro, and the best order met is kept. Lines
that leave one step share their bends until they part. Nothing is drawn at random: the same network is
always drawn the same way.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import NamedTuple

from tiaodu.engine.stages.graph import Prerequisites, order

SWEEPS = 12
STARTS = 8


class Knot(NamedTuple):
    """A place a line goes through: a step in its own column, or the bend of its lines in a later one."""

    code: str
    layer: int


@dataclass(frozen=True, slots=True)
class Web:
    """Knots by column and the links from each column to the next."""

    columns: tuple[tuple[Knot, ...], ...]
    after: Mapping[Knot, tuple[Knot, ...]]
    before: Mapping[Knot, tuple[Knot, ...]]

    def crossings(self, columns: Sequence[Sequence[Knot]]) -> int:
        """How many pairs of links cross when the knots stand in this order."""
        return sum(_inversions(self._places(left, right)) for left, right in pairwise(columns))

    def _places(self, left: Sequence[Knot], right: Sequence[Knot]) -> Iterator[list[int]]:
        place = {knot: number for number, knot in enumerate(right)}
        for knot in left:
            yield sorted(place[other] for other in self.after.get(knot, ()))


def _inversions(ends: Iterator[list[int]]) -> int:
    """Pairs of links of which one begins above and ends below the other."""
    seen: list[int] = []
    crossed = 0
    for group in ends:
        crossed += sum(len(seen) - bisect_right(seen, end) for end in group)
        for end in group:
            insort(seen, end)
    return crossed


def web_of(needs: Prerequisites, layer: Mapping[str, int]) -> Web:
    """The knots and links of a network whose steps stand in these columns, in the order listed."""
    columns: list[list[Knot]] = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    after: dict[Knot, list[Knot]] = defaultdict(list)
    for code in order(needs):
        columns[layer[code]].append(Knot(code, layer[code]))
    for code in order(needs):
        for need in needs[code]:
            for knot, following in steps_between(need, code, layer):
                if following not in after[knot]:
                    after[knot].append(following)
                if following.code == need and following not in columns[following.layer]:
                    columns[following.layer].append(following)
    before: dict[Knot, list[Knot]] = defaultdict(list)
    for knot, following_ones in after.items():
        for following in following_ones:
            before[following].append(knot)
    return Web(
        tuple(tuple(column) for column in columns),
        {knot: tuple(links) for knot, links in after.items()},
        {knot: tuple(links) for knot, links in before.items()},
    )


def steps_between(need: str, code: str, layer: Mapping[str, int]) -> Iterator[tuple[Knot, Knot]]:
    """The links of one line, from column to column."""
    for place in range(layer[need], layer[code]):
        last = place + 1 == layer[code]
        yield Knot(need, place), Knot(code if last else need, place + 1)


def ordered(web: Web) -> tuple[tuple[Knot, ...], ...]:
    """The columns in the order with the fewest crossings met; the first met among equals.

    Begun from several orders, because sorting alone stays where it can no longer gain step by step.
    """
    widest = max((len(column) for column in web.columns), default=0)
    found: list[tuple[tuple[Knot, ...], ...]] = []
    for turned, forth in product(range(min(widest, STARTS)), (True, False)):
        start = [_turned(column, turned) for column in web.columns]
        found.append(_swept(web, start, forth=forth))
        if web.crossings(found[-1]) == 0:
            break
    return min(found, key=web.crossings, default=())


def _turned(column: Sequence[Knot], by: int) -> list[Knot]:
    """The column begun from another of its knots; every second one is turned over too."""
    turned = [*column[by % len(column) :], *column[: by % len(column)]]
    return turned[::-1] if by % 2 else turned


def _swept(web: Web, start: Sequence[Sequence[Knot]], *, forth: bool) -> tuple[tuple[Knot, ...], ...]:
    columns = [list(column) for column in start]
    best = tuple(tuple(column) for column in columns)
    least = web.crossings(columns)
    for _ in range(SWEEPS):
        places = range(1, len(columns)) if forth else range(len(columns) - 2, -1, -1)
        for place in places:
            neighbours = columns[place - 1 if forth else place + 1]
            _sort(columns[place], neighbours, web.before if forth else web.after)
        _switch(columns, web)
        crossed = web.crossings(columns)
        if crossed < least:
            best, least = tuple(tuple(column) for column in columns), crossed
        if least == 0:
            break
        forth = not forth
    return best


def _sort(column: list[Knot], neighbours: Sequence[Knot], links: Mapping[Knot, tuple[Knot, ...]]) -> None:
    """Sort a column by the mean place of the neighbours; a knot without any keeps its place."""
    place = {knot: number for number, knot in enumerate(neighbours)}
    mean = {
        knot: sum(place[other] for other in links[knot]) / len(links[knot])
        if links.get(knot)
        else float(number)
        for number, knot in enumerate(column)
    }
    column.sort(key=lambda knot: mean[knot])


def _switch(columns: list[list[Knot]], web: Web) -> None:
    """Exchange neighbours of a column while that takes crossings away."""
    for number, column in enumerate(columns):
        sides = [
            ({knot: place for place, knot in enumerate(columns[side])}, links)
            for side, links in ((number - 1, web.before), (number + 1, web.after))
            if 0 <= side < len(columns)
        ]
        switched = True
        while switched:
            switched = False
            for place in range(len(column) - 1):
                upper, lower = column[place], column[place + 1]
                if _crossed(lower, upper, sides) < _crossed(upper, lower, sides):
                    column[place], column[place + 1] = lower, upper
                    switched = True


def _crossed(
    upper: Knot, lower: Knot, sides: Sequence[tuple[Mapping[Knot, int], Mapping[Knot, tuple[Knot, ...]]]]
) -> int:
    """Crossings between the links of two knots, the first standing above the second."""
    crossed = 0
    for place, links in sides:
        above = sorted(place[other] for other in links.get(upper, ()))
        for other in links.get(lower, ()):
            crossed += len(above) - bisect_left(above, place[other] + 1)
    return crossed
