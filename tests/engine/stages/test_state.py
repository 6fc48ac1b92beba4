"""Which steps are in play, and what in a record cannot be true."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from tiaodu.engine.stages.findings import ERROR, WARNING, check_state
from tiaodu.engine.stages.state import NetworkState, StepState, Wait, network_of
from tiaodu.engine.stages.template import package_templates
from tiaodu.engine.stages.words import load_words

GENERIC = package_templates()["generic"]
AUCTION = package_templates()["judicial_auction"]
RESTART = package_templates()["mine_restart"]
PLANT = package_templates()["manufacturing"]
TODAY = date(2024, 7, 1)
WORDS = load_words()


def day(month: int, number: int = 1) -> date:
    return date(2024, month, number)


def done(month: int, number: int = 1) -> StepState:
    return StepState(day(month, number), day(month, number), proven=True)


def test_steps_out_of_play_hand_their_prerequisites_on() -> None:
    network = network_of(AUCTION, NetworkState())
    assert network.needs["J08"] == ("J05",)
    assert network.out == {"J06": "not_needed", "J07": "not_needed"}
    failed = network_of(AUCTION, NetworkState({"J06": StepState(needed=True)}))
    assert failed.needs["J08"] == ("J05", "J06")
    skipped = network_of(GENERIC, NetworkState({"G02": StepState(skipped="not_required")}))
    assert skipped.needs["G03"] == ("G01",)
    assert skipped.out == {"G02": "not_required"}


def test_the_alternative_that_happened_is_the_one_in_play() -> None:
    state = NetworkState({"A05b": StepState(started=day(5))})
    network = network_of(PLANT, state)
    assert "A05b" in network.codes
    assert network.out["A05a"] == "alternative"
    assert "A05b" in network.needs["A17"]


def test_a_record_in_order_has_no_finding() -> None:
    state = NetworkState({"G01": done(3), "G02": StepState(day(3), day(4), proven=True), "G03": done(4, 2)})
    assert check_state(GENERIC, state, today=TODAY) == ()


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ({"G02": StepState(day(5), day(4))}, {("finish_before_start", "G02", ERROR)}),
        ({"G01": StepState(day(8))}, {("future_date", "G01", ERROR)}),
        ({"G01": done(5), "G02": StepState(day(4))}, {("before_signing", "G02", WARNING)}),
        ({"G01": done(3), "G03": done(5)}, {("finished_before_prerequisite", "G03", ERROR)}),
        ({"G01": done(3), "G03": done(5)}, {("started_before_gate", "G03", ERROR)}),
        ({"G02": StepState(day(4))}, {("started_before_prerequisite", "G02", WARNING)}),
        ({"G01": StepState(day(3), day(3))}, {("no_proof", "G01", WARNING)}),
        ({"G01": StepState(day(3), skipped="not_required")}, {("skipped_but_dated", "G01", ERROR)}),
        ({"G01": StepState(skipped=" ")}, {("skipped_without_reason", "G01", ERROR)}),
        ({"G02": StepState(skipped="not_required")}, {("gate_skipped", "G03", WARNING)}),
        ({"G09": StepState()}, {("unknown_step", "G09", ERROR)}),
    ],
)  # fmt: skip
def test_what_cannot_be_true_is_found(
    records: Mapping[str, StepState], expected: set[tuple[str, str, str]]
) -> None:
    found = check_state(GENERIC, NetworkState(records), today=TODAY)
    assert expected <= {(each.code, each.step, each.severity) for each in found}
    for each in found:
        assert "{" not in WORDS.tell(each.code, each.params)
        assert each.step in WORDS.tell(each.code, each.params, "en")


def test_parallel_work_is_explained_not_forbidden() -> None:
    state = NetworkState({"G02": StepState(day(4), parallel="承诺制并联办理")})
    assert check_state(GENERIC, state, today=TODAY) == ()


def test_waits_are_those_the_template_allows_while_the_step_is_open() -> None:
    def codes(*waits: Wait, finished: date | None = None) -> set[str]:
        record = StepState(day(4), finished, waits=waits, proven=True)
        state = NetworkState({"G01": done(3), "G02": record})
        return {each.code for each in check_state(GENERIC, state, today=TODAY)}

    assert codes(Wait("province_decision", day(5))) == set()
    assert codes(Wait("correction", day(5), day(5, 20))) == set()
    assert codes(Wait("court_ruling", day(5))) == {"wait_not_allowed"}
    assert codes(Wait("correction", day(3), day(5))) == {"wait_outside"}
    assert codes(Wait("correction", day(5)), finished=day(6)) == {"wait_open"}


def test_an_approval_lapses_when_its_step_has_not_begun() -> None:
    early = StepState(date(2019, 3, 1), date(2019, 3, 1), proven=True)
    found = check_state(PLANT, NetworkState({"A03": early, "A05a": early}), today=date(2024, 3, 2))
    assert [(each.step, each.params["other"]) for each in found if each.code == "lapsed"] == [("A05a", "A18")]
    before = check_state(PLANT, NetworkState({"A03": early, "A05a": early}), today=date(2024, 3, 1))
    assert not [each for each in before if each.code == "lapsed"]


def test_two_alternatives_at_once_are_refused() -> None:
    state = NetworkState({"D09a": StepState(day(6)), "D09b": StepState(needed=True)})
    found = check_state(RESTART, state, today=TODAY)
    assert [each.params["steps"] for each in found if each.code == "choice_both"] == ["D09a、D09b"]
