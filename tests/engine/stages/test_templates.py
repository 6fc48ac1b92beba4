"""The templates of the package are whole; a template that cannot be a network is refused with its reason."""

from __future__ import annotations

import pytest

from tiaodu.engine.kernel.datafile import DataFileError
from tiaodu.engine.ledger.departments import usual_departments
from tiaodu.engine.stages.model import UNSURE, LimitKind, Template, Unit
from tiaodu.engine.stages.state import NetworkState, network_of
from tiaodu.engine.stages.template import TemplateError, package_templates, parse_template
from tiaodu.engine.stages.words import load_words

WORDS = load_words()
KINDS = {
    "manufacturing", "solar", "wind", "pumped_storage", "mine_restart", "mine_rebuild", "mine_new", "face",
    "face_resume", "licence_consolidation", "judicial_auction", "land_supply", "standard_land",
    "plan_drafting", "generic",
}  # fmt: skip


def test_every_kind_of_project_has_a_template() -> None:
    assert set(package_templates()) == KINDS
    assert {template.code for template in package_templates().values()} == {
        f"stages.{kind}" for kind in KINDS
    }


@pytest.mark.parametrize("template", package_templates().values(), ids=lambda template: template.kind)
def test_a_network_without_any_record_leads_to_its_goal(template: Template) -> None:
    network = network_of(template, NetworkState())
    assert template.goal in network.codes
    assert all(need in network.codes for needs in network.needs.values() for need in needs)
    assert {step.stage for step in template.steps} <= set(WORDS.stages)


@pytest.mark.parametrize("template", package_templates().values(), ids=lambda template: template.kind)
def test_what_a_county_promises_counts_only_once_it_says_so(template: Template) -> None:
    for step in template.steps:
        for limit in step.limits:
            if limit.kind == LimitKind.COMMITTED:
                assert limit.confidence == UNSURE
                assert step.limit(LimitKind.COMMITTED) is None
                assert step.limit(LimitKind.COMMITTED, confirmed=True) == limit


def test_actors_of_the_county_are_its_usual_departments() -> None:
    known = {department.code for department in usual_departments()}
    assert {actor.department for actor in WORDS.actors.values() if actor.department} <= known


@pytest.mark.parametrize(
    ("kind", "step", "limit", "days", "unit", "extension"),
    [
        ("manufacturing", "A04", LimitKind.LAW, 20, Unit.WORKING, 10),  # administrative licence law art. 42
        ("manufacturing", "A05a", LimitKind.LAW, 30, Unit.CALENDAR, 0),  # EIA law art. 22
        ("manufacturing", "A05b", LimitKind.LAW, 60, Unit.CALENDAR, 0),
        ("manufacturing", "A10a", LimitKind.LEAST, 10, Unit.WORKING, 0),  # land administration rules art. 26
        ("manufacturing", "A10c", LimitKind.LEAST, 30, Unit.CALENDAR, 0),
        ("manufacturing", "A17", LimitKind.LAW, 7, Unit.CALENDAR, 0),  # building law art. 8
        ("pumped_storage", "C09", LimitKind.LAW, 20, Unit.WORKING, 40),  # approval rules art. 9, 10
        ("mine_restart", "D09a", LimitKind.LAW, 20, Unit.CALENDAR, 0),  # mine safety rules art. 48
        ("mine_rebuild", "E12", LimitKind.LAW, 45, Unit.CALENDAR, 0),  # safety licence rules art. 7
        ("judicial_auction", "J04", LimitKind.LEAST, 30, Unit.CALENDAR, 0),  # online auction rules art. 12
    ],
)
def test_limits_of_law_stand_as_the_law_has_them(
    kind: str, step: str, limit: LimitKind, days: int, unit: Unit, extension: int
) -> None:
    found = package_templates()[kind].by_code[step].limit(limit)
    assert found is not None
    assert (found.days, found.unit, found.extension) == (days, unit, extension)


def test_law_holds_the_building_permit_back() -> None:
    assert set(package_templates()["manufacturing"].by_code["A17"].gates) == {
        "A03", "A04", "A05a", "A05b", "A06", "A14", "A15",
    }  # fmt: skip
    signature = package_templates()["mine_restart"].by_code["D10"]
    assert signature.by == "county_government"
    assert signature.gates == ("D09a", "D09b")


def test_projects_that_are_built_start_and_are_listed_with_statistics() -> None:
    for kind in ("manufacturing", "solar", "wind", "pumped_storage", "mine_rebuild"):
        steps = package_templates()[kind].steps
        start = [step for step in steps if step.kind == "construction_start"]
        listed = [step for step in steps if step.kind == "statistics_listing"]
        assert [step.milestone for step in start] == [True]
        assert [(step.by, step.needs) for step in listed] == [("statistics", (start[0].code,))]


HEAD = """\
code: stages.test
valid_from: 2024-01-01
source: test
confidence: practice
title: {zh: 试, en: Test}
kind: test
start: [T1]
goal: T3
steps:
"""
STEP = "- {{code: {0}, name: {{zh: 一, en: one}}, stage: procedures, by: approval{1}}}\n"


def _template(*steps: tuple[str, str]) -> str:
    return HEAD + "".join(STEP.format(code, f", {rest}" if rest else "") for code, rest in steps)


GOOD = [("T1", ""), ("T2", "after: [T1]"), ("T3", "after: [T2]")]
TOLD = "unit: working, source: x, confidence: practice}"
LAW = "limits: [{kind: law, days: 20, unit: working, source: x, confidence: source}"
PROMISE, NOTICE = f"{LAW}, {{kind: committed, days: 25, {TOLD}]", f"{LAW}, {{kind: least, days: 21, {TOLD}]"
RANGE = f"usual: {{low: 9, likely: 5, high: 20, {TOLD}"
LAPSE = "lapse: {months: 24, before: T1, source: x, confidence: source}"
ASIDE = "when: {zh: 若, en: if}, assumed: false"


def test_a_small_template_is_read() -> None:
    template = parse_template(_template(*GOOD), name="t.yaml")
    assert template.by_code["T2"].kind == "test_t2"
    assert template.prerequisites == {"T1": (), "T2": ("T1",), "T3": ("T2",)}


@pytest.mark.parametrize(
    ("steps", "flaw", "text"),
    [
        ([("T1", ""), ("T2", "after: [T1, T3]"), ("T3", "after: [T2]")], "ring", "T2 → T3 → T2"),
        ([("T1", ""), ("T2", "after: [T2, T1]"), ("T3", "after: [T2]")], "needs_itself", "T2"),
        ([("T1", ""), ("T2", "after: [T9]"), ("T3", "after: [T1]")], "no_such_step", "T9"),
        ([("T1", ""), ("T2", ""), ("T3", "after: [T1]")], "unreachable", "T2"),
        ([("T1", "after: [T2]"), ("T2", ""), ("T3", "after: [T1]")], "start_needs", "T1"),
        ([("T1", ""), ("T1", ""), ("T3", "after: [T1]")], "repeated", "T1"),
        ([*GOOD[:2], ("T3", "after: [T2], waits: [weather]")], "no_such_wait", "weather"),
        ([*GOOD[:2], ("T3", "after: [T2], pauses: [lunch]")], "no_such_pause", "lunch"),
        ([*GOOD[:2], ("T3", f"after: [T2], {PROMISE}")], "committed_above_law", "25"),
        ([*GOOD[:2], ("T3", f"after: [T2], {NOTICE}")], "least_above_law", "21"),
        ([*GOOD[:2], ("T3", f"after: [T2], milestone: true, {LAW}]")], "milestone_takes_time", "T3"),
        ([*GOOD[:2], ("T3", f"after: [T2], {RANGE}")], "range_order", "T3"),
        ([*GOOD[:2], ("T3", f"after: [T2], {LAPSE}")], "lapse_unrelated", "T1"),
        ([*GOOD[:2], ("T3", "after: [T2], choice: way")], "choice_incomplete", "way"),
        ([*GOOD[:2], ("T3", f"after: [T2], {ASIDE}")], "goal_not_assumed", "T3"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_a_network_is_refused(
    steps: list[tuple[str, str]], flaw: str, text: str
) -> None:
    with pytest.raises(TemplateError) as refused:
        parse_template(_template(*steps), name="t.yaml")
    found = [each for each in refused.value.flaws if each.code == flaw]
    assert found
    assert text in WORDS.tell(flaw, found[0].params, "en")
    assert text in WORDS.tell(flaw, found[0].params, "zh")


@pytest.mark.parametrize(
    "rest",
    [
        "limits: [{kind: law, days: -3, unit: working, source: x, confidence: source}]",
        "limits: [{kind: law, days: 99999, unit: working, source: x, confidence: source}]",
        "limits: [{kind: law, days: 20, unit: weeks, source: x, confidence: source}]",
        "limits: [{kind: law, days: 20, unit: working, source: x}]",
        "length: 20",
    ],
)
def test_values_that_make_no_sense_are_refused_with_their_line(rest: str) -> None:
    with pytest.raises(DataFileError) as refused:
        parse_template(_template(*GOOD[:2], ("T3", f"after: [T2], {rest}")), name="t.yaml")
    assert refused.value.line == 12


def test_every_flaw_and_finding_is_worded_in_both_languages() -> None:
    for label in (*WORDS.flaws.values(), *WORDS.findings.values()):
        assert label.zh != label.en
