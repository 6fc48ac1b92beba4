"""A drawing shows every step once, every link going right, nothing on top of anything, always the same."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiaodu.engine.stages.graph import reached
from tiaodu.engine.stages.layers import bands_of, reduced
from tiaodu.engine.stages.layout import Drawing, draw, drawing_of_network, drawing_of_template
from tiaodu.engine.stages.model import Template
from tiaodu.engine.stages.state import NetworkState, StepState, network_of
from tiaodu.engine.stages.template import package_templates
from tiaodu.engine.stages.words import load_words

Needs = dict[str, tuple[str, ...]]
# Two to which the same two lead must cross: a plant has such steps once alternatives are settled.
MOST_CROSSINGS = {"manufacturing": 1}


@st.composite
def networks(draw_one: st.DrawFn) -> tuple[Needs, dict[str, str]]:
    """Up to fourteen steps, each needing some listed before it, each of one of four stages."""
    codes = [f"S{number:02}" for number in range(draw_one(st.integers(1, 14)))]
    needs = {
        code: tuple(draw_one(st.lists(st.sampled_from(codes[:place]), max_size=3, unique=True)))
        if place
        else ()
        for place, code in enumerate(codes)
    }
    return needs, {code: draw_one(st.sampled_from("abcd")) for code in codes}


def faults(drawing: Drawing, needs: Needs) -> list[str]:
    """What is wrong with a drawing of these steps."""
    wrong = [f"{line.start} → {line.end}" for line in drawing.lines if not goes_right(line.points)]
    wrong += [
        f"{one.code} on {other.code}"
        for one, other in combinations(drawing.places, 2)
        if one.x == other.x and abs(one.y - other.y) < 0.999
    ]
    wrong += [f"{place.code} outside" for place in drawing.places if not inside(place.y, drawing.height)]
    if sorted(place.code for place in drawing.places) != sorted(needs):
        wrong.append("steps")
    ends = {place.code: (place.x, place.y) for place in drawing.places}
    wrong += [
        f"{line.start} → {line.end} loose"
        for line in drawing.lines
        if (line.points[0], line.points[-1]) != (ends[line.start], ends[line.end])
    ]
    return wrong


def goes_right(points: tuple[tuple[int, float], ...]) -> bool:
    return len(points) > 1 and all(left[0] + 1 == right[0] for left, right in pairwise(points))


def inside(y: float, height: float) -> bool:
    return 0.499 <= y <= height - 0.499


def says_the_same(drawing: Drawing, needs: Needs) -> bool:
    """Whether one can reach along the lines exactly what one can reach along the prerequisites."""
    told = {code: tuple(line.start for line in drawing.lines if line.end == code) for code in needs}
    return all(reached([code], told) == reached([code], needs) for code in needs)


@given(networks())
def test_any_network_is_drawn_whole(network: tuple[Needs, dict[str, str]]) -> None:
    needs, stages = network
    drawing = draw(needs, stages, "abcd")
    assert faults(drawing, needs) == []
    assert says_the_same(drawing, needs)
    assert draw(dict(needs), dict(stages), "abcd") == drawing


@given(networks())
def test_columns_belong_to_one_band_each(network: tuple[Needs, dict[str, str]]) -> None:
    needs, stages = network
    drawing = draw(needs, stages, "abcd")
    for left, right in pairwise(drawing.bands):
        assert left.last < right.first
    for band in drawing.bands:
        inside_band = {place.code for place in drawing.places if band.first <= place.x <= band.last}
        assert inside_band == {code for code in needs if stages[code] in band.stages}


@given(networks())
def test_no_line_is_drawn_that_others_say(network: tuple[Needs, dict[str, str]]) -> None:
    needs, _ = network
    shown = reduced(needs)
    for direct in shown.values():
        for need in direct:
            others = [each for each in direct if each != need]
            assert need not in reached(others, needs)


@pytest.mark.parametrize("template", package_templates().values(), ids=lambda template: template.kind)
def test_every_template_is_drawn_with_few_crossings(template: Template) -> None:
    drawing = drawing_of_template(template)
    assert faults(drawing, dict(template.prerequisites)) == []
    assert drawing.crossings <= MOST_CROSSINGS.get(template.kind, 0)


@pytest.mark.parametrize("template", package_templates().values(), ids=lambda template: template.kind)
def test_the_network_in_play_of_every_template_is_drawn(template: Template) -> None:
    network = network_of(template, NetworkState())
    drawing = drawing_of_network(network)
    assert faults(drawing, dict(network.needs)) == []
    assert drawing.crossings <= MOST_CROSSINGS.get(template.kind, 0)


def test_a_step_out_of_play_is_not_drawn() -> None:
    template = package_templates()["mine_restart"]
    drawing = drawing_of_network(network_of(template, NetworkState({"D09b": StepState(needed=True)})))
    codes = {place.code for place in drawing.places}
    assert "D09b" in codes
    assert "D09a" not in codes


def test_stages_of_a_plant_stand_side_by_side() -> None:
    plant = package_templates()["manufacturing"]
    stages = {step.code: step.stage for step in plant.steps}
    assert bands_of(plant.prerequisites, stages, tuple(load_words().stages)) == (
        ("signing",),
        ("procedures", "land"),  # the planning permit, a matter of procedures, needs the land
        ("construction",),
        ("completion",),
        ("production",),
        ("full_output",),
    )


def test_lines_that_must_cross_are_counted() -> None:
    """Two steps that both lead to the same two cross once, however they stand."""
    needs = {"a": (), "b": (), "c": ("a", "b"), "d": ("a", "b")}
    assert draw(needs, dict.fromkeys(needs, "x"), "x").crossings == 1
    untied = {"a": (), "b": (), "c": ("b",), "d": ("a",)}
    assert draw(untied, dict.fromkeys(untied, "x"), "x").crossings == 0


def test_a_chain_is_a_straight_line() -> None:
    needs = {"a": (), "b": ("a",), "c": ("b",), "d": ("c",)}
    drawing = draw(needs, dict.fromkeys(needs, "x"), "x")
    assert {place.y for place in drawing.places} == {0.5}
    assert (drawing.columns, drawing.height) == (4, 1.0)


def test_a_ring_is_refused() -> None:
    with pytest.raises(ValueError, match="a → b → a"):
        draw({"a": ("b",), "b": ("a",)}, {"a": "x", "b": "x"}, "x")


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw({}, {}, "x") == Drawing((), (), (), 0, 0.0, 0)
