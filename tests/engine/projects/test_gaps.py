"""六未 from the days of the steps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from tests.engine.projects.rows import packaged_rows

from tiaodu.engine.projects.facts import facts_row, names
from tiaodu.engine.projects.gaps import categories_of, gaps_of
from tiaodu.engine.projects.investment import Reported, YearPlan, YearStanding, year_standing
from tiaodu.engine.projects.lights import places
from tiaodu.engine.projects.milestones import Milestone, milestones_of, packaged_kinds
from tiaodu.engine.stages.state import NetworkState, StepState, network_of
from tiaodu.engine.stages.template import package_templates

CATEGORIES = categories_of(packaged_rows("gaps"))
PLANT = package_templates()["manufacturing"]
# The step of the plant that is each milestone, in the order of its life.
CHAIN = {
    "signed": "A01", "landed": "A03", "construction_start": "A18", "listing": "A18a", "completion": "A21",
    "production": "A25", "full_output": "A26",
}  # fmt: skip
DAY = date(2025, 6, 30)


def _milestones(steps: dict[str, StepState]) -> Mapping[str, Milestone]:
    state = NetworkState(steps)
    return milestones_of(network_of(PLANT, state), state)


def _codes(steps: dict[str, StepState], day: date = DAY, done: YearStanding | None = None) -> list[str]:
    row = facts_row(_milestones(steps), done, day=day)
    return [gap.category.code for gap in gaps_of(CATEGORIES, row).gaps]


def _done(**days_ago: int) -> dict[str, StepState]:
    return {CHAIN[code]: StepState(finished=DAY - timedelta(days=ago)) for code, ago in days_ago.items()}


def test_the_six_are_told_in_words_with_figures_they_ask_for() -> None:
    assert {category.number for category in CATEGORIES} == {1, 2, 3, 4, 5, 6}
    assert set(CHAIN) == set(packaged_kinds())
    for category in CATEGORIES:
        used = {fact.name for fact in category.when.facts}
        assert used <= set(names())
        assert set(places(category.words.zh)) <= used
        assert set(places(category.words.en)) <= used


def test_each_category_begins_a_day_after_its_grace() -> None:
    expected = [
        ({"signed": 91}, ["not_landed"]),
        ({"signed": 90}, []),
        ({"signed": 300, "landed": 181}, ["not_started"]),
        ({"signed": 300, "landed": 180}, []),
        ({"signed": 500, "landed": 300, "construction_start": 32}, ["not_listed"]),
        (
            {"signed": 900, "construction_start": 500, "landed": 600, "listing": 450, "completion": 91},
            ["not_producing"],
        ),
        (
            {"signed": 900, "landed": 880, "construction_start": 800, "listing": 760, "completion": 500,
             "production": 366},
            ["not_full"],
        ),
    ]  # fmt: skip
    for days_ago, codes in expected:
        assert _codes(_done(**days_ago)) == codes, days_ago


def test_listed_and_short_of_investment_or_past_its_completion() -> None:
    steps = _done(signed=900, landed=880, construction_start=200, listing=160)
    plan = YearPlan(2025, Decimal(900), Decimal(300))
    short = year_standing(plan, [Reported(date(2025, 5, 31), Decimal(60))], [], day=DAY)
    enough = year_standing(plan, [Reported(date(2025, 5, 31), Decimal(110))], [], day=DAY)
    assert _codes(steps, done=short) == ["not_invested"]
    assert _codes(steps, done=enough) == []
    late = steps | {"A21": StepState(promised=DAY - timedelta(days=1))}
    assert _codes(late, done=enough) == ["not_completed"]


def test_what_cannot_be_decided_is_said() -> None:
    steps = _done(signed=300, landed=290, construction_start=200, listing=160)
    row = facts_row(_milestones(steps), None, day=DAY)
    found = gaps_of(CATEGORIES, row)
    assert {each.category.code: each.missing for each in found.undecided} == {
        "not_invested": ("序时完成率",),
        "not_completed": ("竣工误期天数",),
    }


@given(st.lists(st.integers(1, 400), min_size=7, max_size=7), st.integers(0, 7))
def test_a_project_stands_still_in_one_place_at_most(steps: list[int], reached: int) -> None:
    """By milestone dates alone, whatever they are, no two categories hold at once."""
    day, found = DAY, {}
    for code, back in list(zip(CHAIN, steps, strict=True))[:reached][::-1]:
        day -= timedelta(days=back)
        found[CHAIN[code]] = StepState(finished=day)
    assert len(_codes(found)) <= 1


def test_days_to_come_are_not_counted() -> None:
    steps = _done(signed=91)
    assert _codes(steps, day=DAY - timedelta(days=2)) == []
    assert _codes(steps | {"A03": StepState(finished=DAY)}, day=DAY) == []
