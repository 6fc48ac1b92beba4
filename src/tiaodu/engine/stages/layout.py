"""A drawing of a network: where its steps stand, how lines run, and which columns belong to which stage.

Everything is in abstract units: a column is 1 wide, a step 1 high. What draws it chooses how large that is.

>>> from tiaodu.engine.stages.state import NetworkState, network_of
>>> from tiaodu.engine.stages.template import package_templates
>>> drawing = drawing_of_network(network_of(package_templates()["generic"], NetworkState()))
>>> [(place.code, place.x) for place in drawing.places][:3]
[('G01', 0), ('G02', 1), ('G03', 2)]
>>> drawing.crossings
0
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tiaodu.engine.stages.crossings import Knot, Web, ordered, steps_between, web_of
from tiaodu.engine.stages.graph import Prerequisites
from tiaodu.engine.stages.layers import bands_of, layers_of, reduced
from tiaodu.engine.stages.model import Template
from tiaodu.engine.stages.state import Network
from tiaodu.engine.stages.words import load_words

STEP_HIGH = 1.0
BEND_HIGH = 0.4
_ROUNDS = 40
_LEVEL_BEND, _LEVEL_STEP = 100.0, 10.0
_STRAIGHT = 6.0  # how much more a line between two bends wants to be level than one between two steps


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step stands: its column, and the middle of its height."""

    code: str
    x: int
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line from a prerequisite to the step that needs it: one point in every column it goes through."""

    start: str
    end: str
    points: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Band:
    """Columns that belong to one stage, or to several that run into each other; both ends included."""

    stages: tuple[str, ...]
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole drawing; ``height`` reaches from the upper edge of the first step to the lower of the last."""

    places: tuple[Place, ...]
    lines: tuple[Line, ...]
    bands: tuple[Band, ...]
    columns: int
    height: float
    crossings: int

    def at(self, code: str) -> Place:
        """Where a step stands."""
        return next(place for place in self.places if place.code == code)


def drawing_of_network(network: Network) -> Drawing:
    """The steps in play of a network."""
    stages = {step.code: step.stage for step in network.steps}
    return draw(network.needs, stages, tuple(load_words().stages))


def drawing_of_template(template: Template) -> Drawing:
    """All steps of a template, alternatives and conditional ones too."""
    stages = {step.code: step.stage for step in template.steps}
    return draw(template.prerequisites, stages, tuple(load_words().stages))


def draw(needs: Prerequisites, stages: Mapping[str, str], listed: Sequence[str]) -> Drawing:
    """Draw a network of prerequisites; ``listed`` are the stages in their order.

    A line is left out where a way over other steps says the same. Raises ValueError where there is a ring.
    """
    shown = reduced(needs)
    layer = layers_of(shown, stages, listed)
    web = web_of(shown, layer)
    columns = ordered(web)
    heights = _heights(web, columns)
    lowest = max((y + STEP_HIGH / 2 for y in heights.values()), default=0.0)
    return Drawing(
        places=tuple(Place(code, layer[code], heights[Knot(code, layer[code])]) for code in needs),
        lines=tuple(
            Line(need, code, _points(need, code, layer, heights)) for code in needs for need in shown[code]
        ),
        bands=_bands(shown, stages, listed, layer),
        columns=len(columns),
        height=round(lowest, 3),
        crossings=web.crossings(columns),
    )


def _points(
    need: str, code: str, layer: Mapping[str, int], heights: Mapping[Knot, float]
) -> tuple[tuple[int, float], ...]:
    links = list(steps_between(need, code, layer))
    knots = [links[0][0], *(following for _, following in links)]
    return tuple((knot.layer, heights[knot]) for knot in knots)


def _bands(
    needs: Prerequisites, stages: Mapping[str, str], listed: Sequence[str], layer: Mapping[str, int]
) -> tuple[Band, ...]:
    """Every band with the columns its steps stand in; one ends where the next begins."""
    found = []
    for band in bands_of(needs, stages, listed):
        held = [layer[code] for code in needs if stages[code] in band]
        found.append(Band(band, min(held), max(held)))
    return tuple(found)


def _heights(web: Web, columns: Sequence[Sequence[Knot]]) -> dict[Knot, float]:
    """How far down each knot stands: near the mean of its neighbours, in its order, never too close.

    Column by column the sum of squared distances from those means is made least under the order and the
    spaces (isotonic regression), to and fro. At last what only goes on is made level from left to right.
    """
    own = {knot for column in columns for knot in column if not _is_bend(web, knot)}
    heights = {knot: y for column in columns for knot, y in zip(column, _stacked(column, own), strict=True)}
    for turn in range(_ROUNDS):
        for column in columns if turn % 2 == 0 else reversed(columns):
            wanted = [_mean(web, knot, heights, own) for knot in column]
            heights.update(zip(column, _spread(column, wanted, own), strict=True))
    for column in columns:
        wanted = [_level(web, knot, heights, own) for knot in column]
        heights.update(zip(column, _spread(column, wanted, own), strict=True))
    top = min((y - STEP_HIGH / 2 for y in heights.values()), default=0.0)
    return {knot: round(y - top, 3) for knot, y in heights.items()}


def _is_bend(web: Web, knot: Knot) -> bool:
    """Whether a knot is a bend: the one before it carries the same lines."""
    return any(before.code == knot.code for before in web.before.get(knot, ()))


def _stacked(column: Sequence[Knot], own: set[Knot]) -> list[float]:
    places = [0.0]
    for upper, lower in pairwise(column):
        places.append(places[-1] + _space(upper, lower, own))
    return places


def _space(upper: Knot, lower: Knot, own: set[Knot]) -> float:
    """What must lie between the middles of two neighbours."""
    return sum((STEP_HIGH if knot in own else BEND_HIGH) / 2 for knot in (upper, lower))


def _mean(web: Web, knot: Knot, heights: Mapping[Knot, float], own: set[Knot]) -> tuple[float, float]:
    """Where a knot would like to stand, and how much: lines that bend want to be level."""
    total = weights = 0.0
    for other in (*web.before.get(knot, ()), *web.after.get(knot, ())):
        bends = (knot not in own) + (other not in own)
        weight = _STRAIGHT if bends == 2 else 1.0 + bends
        total += weight * heights[other]
        weights += weight
    return (total / weights, weights) if weights else (heights[knot], 0.01)


def _level(web: Web, knot: Knot, heights: Mapping[Knot, float], own: set[Knot]) -> tuple[float, float]:
    """A bend, and a step that is all that follows its only prerequisite, want to stand where that stands."""
    before = web.before.get(knot, ())
    if len(before) == 1 and len(web.after[before[0]]) == 1:
        return heights[before[0]], _LEVEL_STEP if knot in own else _LEVEL_BEND
    return heights[knot], 1.0


def _spread(column: Sequence[Knot], wanted: Sequence[tuple[float, float]], own: set[Knot]) -> list[float]:
    """The places nearest to those wanted that keep order and space (pool adjacent violators)."""
    offsets = _stacked(column, own)
    pools: list[tuple[float, float, int]] = []  # mean, weight, members
    for (y, own_weight), offset in zip(wanted, offsets, strict=True):
        mean, weight, members = y - offset, own_weight, 1
        while pools and pools[-1][0] > mean:
            other, heavy, count = pools.pop()
            mean = (other * heavy + mean * weight) / (heavy + weight)
            weight, members = heavy + weight, members + count
        pools.append((mean, weight, members))
    means = [mean for mean, _, members in pools for _ in range(members)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]
