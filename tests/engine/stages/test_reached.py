"""The stage a project is in."""

from __future__ import annotations

from datetime import date

from tiaodu.engine.stages.standing import reached
from tiaodu.engine.stages.state import NetworkState, StepState, network_of
from tiaodu.engine.stages.template import package_templates
from tiaodu.engine.stages.words import load_words

STAGES = tuple(load_words().stages)
PLANT = package_templates()["manufacturing"]
DAY = date(2024, 3, 1)


def stage_with(*open_steps: str, begun: tuple[str, ...] = ()) -> str:
    """The stage of a plant of which everything is done but these steps and what needs them."""
    network = network_of(PLANT, NetworkState())
    left = set(open_steps)
    for code in network.codes:
        left |= {code} if left.intersection(network.needs[code]) else set()
    steps = {code: StepState(DAY, DAY) for code in network.codes if code not in left}
    steps |= {code: StepState(DAY) for code in begun}
    return reached(network, NetworkState(steps), STAGES).stage


def test_land_without_a_permit_is_not_yet_construction() -> None:
    assert stage_with("A04") == "procedures"
    assert stage_with("A13") == "land"
    assert stage_with("A17") == "procedures"


def test_connecting_power_early_does_not_begin_construction() -> None:
    assert stage_with("A04", "A19", begun=("A19",)) == "procedures"


def test_a_built_plant_without_power_is_at_its_completion() -> None:
    assert stage_with("A19", "A21") == "completion"


def test_the_goal_is_the_last_stage() -> None:
    assert stage_with("A26") == "full_output"
    assert stage_with() == "full_output"
