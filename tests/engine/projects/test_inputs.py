"""要素: secured by a step or by an amount, short before it is late, unknown where nobody said anything."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tiaodu.engine.projects.inputs import STATES, Need, input_kinds, inputs_of
from tiaodu.engine.stages.state import NetworkState, StepState, network_of
from tiaodu.engine.stages.template import package_templates
from tiaodu.engine.stages.words import load_words

PLANT = package_templates()["manufacturing"]
D = Decimal


def _states(
    steps: dict[str, StepState] | None = None, needs: dict[str, Need] | None = None, day: date | None = None
) -> dict[str, str]:
    state = NetworkState(steps or {})
    found = inputs_of(network_of(PLANT, state), state, needs or {}, day=day)
    assert {each.state for each in found} <= set(STATES)
    return {each.kind.code: each.state for each in found}


def test_every_kind_of_step_an_input_names_is_in_a_template() -> None:
    kinds = {step.kind for template in package_templates().values() for step in template.steps}
    for each in input_kinds().values():
        assert each.steps <= kinds
        assert each.by in load_words().actors


def test_nothing_said_is_unknown_and_a_step_that_waits_is_open() -> None:
    assert _states() == {
        "land": "open", "energy_review": "open", "eia": "open", "water": "unknown", "power": "open",
        "gas": "unknown", "steam": "unknown",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("need", "day", "expected"),
    [
        (Need(D(20), D(20)), None, "secured"),
        (Need(D(20), D(5)), None, "short"),
        (Need(D(20)), None, "short"),
        (Need(D(20), D(5), date(2024, 3, 1)), date(2024, 3, 1), "short"),
        (Need(D(20), D(5), date(2024, 3, 1)), date(2024, 3, 2), "late"),
        (Need(D(20), D(20), date(2024, 3, 1)), date(2024, 3, 2), "secured"),
        (Need(D(0)), None, "not_needed"),
        (Need(None, D(5)), None, "unknown"),
    ],
)
def test_an_amount_decides_where_there_is_no_step(need: Need, day: date | None, expected: str) -> None:
    assert _states(needs={"steam": need}, day=day)["steam"] == expected


def test_an_approval_alone_brings_no_power() -> None:
    done = {"A19": StepState(finished=date(2024, 3, 1))}
    assert _states(done)["power"] == "secured"
    assert _states(done, {"power": Need(D(8000), D(5000))})["power"] == "short"
    late = _states({}, {"power": Need(None, None, date(2024, 2, 1))}, day=date(2024, 3, 1))
    assert late["power"] == "late"


def test_that_a_step_is_not_needed_counts_where_somebody_said_so() -> None:
    assert _states({"A07": StepState(needed=False)})["water"] == "not_needed"
    assert _states({"A07": StepState(needed=True)})["water"] == "open"
    both = {"A11": StepState(finished=date(2024, 2, 1)), "A14": StepState(finished=date(2024, 3, 1))}
    assert _states(both)["land"] == "secured"
    assert _states({"A14": StepState(finished=date(2024, 3, 1))})["land"] == "open"
