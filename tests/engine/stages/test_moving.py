"""A record moved to another template: every step found again, every difference told, nothing lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiaodu.engine.stages.model import Label, Limit, LimitKind, Step, Template, Unit
from tiaodu.engine.stages.moving import (
    ADDED,
    CHANGED,
    KEPT,
    REMOVED,
    Differing,
    carried,
    changes,
    left_behind,
    pairs,
)
from tiaodu.engine.stages.state import NetworkState, StepState
from tiaodu.engine.stages.template import package_templates

OLD = package_templates()["manufacturing"]
DONE = StepState(date(2024, 3, 1), date(2024, 3, 8))


def having(*, template: Template = OLD, without: str = "", **changed: Mapping[str, Any]) -> Template:
    """The template with some fields of some steps changed; nothing names a step that is gone."""
    steps = [replace(s, **changed.get(s.code, {})) for s in template.steps if s.code != without]
    steps = [
        replace(
            s,
            after=tuple(c for c in s.after if c != without),
            gates=tuple(c for c in s.gates if c != without),
        )
        for s in steps
    ]
    return replace(template, steps=tuple(steps))


def kinds(new: Template, old: Template = OLD) -> dict[str, str]:
    return {change.step.code: change.kind for change in changes(old, new) if change.kind != KEPT}


def test_a_template_beside_itself_is_kept_whole() -> None:
    for template in package_templates().values():
        assert {change.kind for change in changes(template, template)} == {KEPT}


def test_a_limit_and_a_prerequisite_that_changed_are_named() -> None:
    promised = Limit(LimitKind.COMMITTED, 7, Unit.WORKING, "办事指南", "source")
    law = OLD.by_code["A04"].limit(LimitKind.LAW)
    assert law is not None
    new = having(A04={"limits": (law, promised)}, A06={"after": ("A02",)})
    assert kinds(new) == {"A04": CHANGED, "A06": CHANGED}
    told = {change.step.code: change.fields for change in changes(OLD, new) if change.fields}
    (limit,) = told["A04"]
    assert (limit.field, limit.before.days, limit.after) == ("committed", 10, promised)
    assert told["A06"] == (Differing("after", ("A03",), ("A02",)),)


def test_a_step_that_is_gone_stands_where_it_stood_and_a_new_one_where_it_is() -> None:
    fresh = Step(
        "A04b", Label("碳排放评价", "Carbon review"), "procedures", "development", "carbon", ("A04",)
    )
    new = having(without="A06")
    place = [step.code for step in new.steps].index("A04") + 1
    new = replace(new, steps=(*new.steps[:place], fresh, *new.steps[place:]))
    told = [(change.kind, change.step.code) for change in changes(OLD, new)]
    assert told[3:5] == [(KEPT, "A04"), (ADDED, "A04b")]
    assert told[told.index((REMOVED, "A06")) - 1][1] == "A05b"


def test_a_record_follows_its_class_where_the_code_changed() -> None:
    """A04 becomes N1: what named A04 names N1, which is no change of its own."""
    renamed = having(A04={"code": "N1"})
    new = replace(
        renamed,
        steps=tuple(
            replace(step, gates=tuple("N1" if code == "A04" else code for code in step.gates))
            for step in renamed.steps
        ),
    )
    assert pairs(OLD, new)["A04"] == "N1"
    assert kinds(new) == {"N1": CHANGED}
    state = NetworkState({"A04": DONE, "A03": DONE})
    assert carried(state, pairs(OLD, new)).steps == {"N1": DONE, "A03": DONE}


def test_a_step_without_a_class_is_found_by_its_name() -> None:
    old = package_templates()["generic"]
    new = having(template=old, G03={"code": "G09", "kind": "generic_g09"})
    assert pairs(old, new)["G03"] == "G09"


def test_codes_that_changed_places_keep_their_records() -> None:
    swapped = having(A06={"code": "A07"}, A07={"code": "A06"})
    same = pairs(OLD, swapped)
    assert (same["A06"], same["A07"]) == ("A07", "A06")


def test_a_record_without_a_place_is_told_and_blank_ones_are_not() -> None:
    new = having(without="A06")
    state = NetworkState({"A06": DONE, "A05a": DONE, "A07": StepState()})
    assert left_behind(state, pairs(OLD, new)) == ("A06",)
    assert left_behind(NetworkState({"A06": StepState()}), pairs(OLD, new)) == ()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": Label("节能评估", "Energy review")}, "name"),
        ({"by": "approval"}, "by"),
        ({"kind": "other"}, "kind"),
        ({"waits": ()}, "waits"),
        ({"documents": ()}, "documents"),
        ({"condition": None}, "condition"),
        ({"milestone": True}, "milestone"),
        ({"gates": ("A03",)}, "gates"),
    ],
)
def test_every_field_that_changed_is_told(changed: dict[str, Any], field: str) -> None:
    (change,) = [change for change in changes(OLD, having(A04=changed)) if change.kind != KEPT]
    assert [each.field for each in change.fields] == [field]


def test_another_goal_is_a_change_of_both_steps() -> None:
    assert kinds(replace(OLD, goal="A25")) == {"A25": CHANGED, "A26": CHANGED}


def _step(code: str, kind: str, name: str) -> Step:
    return Step(code, Label(name, name), "procedures", "developer", kind)


_STEPS = st.lists(
    st.builds(
        _step, st.sampled_from(["A1", "A2", "A3", "B1"]), st.sampled_from("xyz"), st.sampled_from("一二三")
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda step: step.code,
)


@settings(derandomize=True, max_examples=300)
@given(before=_STEPS, after=_STEPS, recorded=st.sets(st.integers(0, 3)))
def test_no_step_and_no_record_is_lost_or_doubled(
    before: list[Step], after: list[Step], recorded: set[int]
) -> None:
    old = replace(OLD, steps=tuple(before), goal=before[-1].code)
    new = replace(OLD, steps=tuple(after), goal=after[-1].code)
    same = pairs(old, new)
    assert len(set(same.values())) == len(same)
    found = changes(old, new)
    assert [each.after.code for each in found if each.after] == [step.code for step in after]
    assert sorted(each.before.code for each in found if each.before) == sorted(s.code for s in before)
    state = NetworkState({before[n].code: DONE for n in recorded if n < len(before)})
    kept = carried(state, same).steps
    assert len(kept) + len(left_behind(state, same)) == len(state.steps)
    assert set(kept) <= {step.code for step in after}
