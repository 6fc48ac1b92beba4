"""The table of transitions, turns and the ladder."""

from __future__ import annotations

from datetime import date

import pytest

from tiaodu.engine.items import vocabulary
from tiaodu.engine.items.clock import Facts, Term
from tiaodu.engine.items.escalation import Step, reached
from tiaodu.engine.items.states import (
    OPEN,
    OUTSIDE,
    QUIET,
    RUNNING,
    TRANSITIONS,
    State,
    Turn,
    Verb,
    after,
    can,
    turn,
)
from tiaodu.engine.kernel.calendar import WorkingCalendar


def test_every_state_is_in_the_table_and_can_be_reached() -> None:
    assert set(TRANSITIONS) == set(State)
    seen, waiting = {State.OFFERED}, [State.OFFERED]
    while waiting:
        for following in TRANSITIONS[waiting.pop()].values():
            if following is not None and following not in seen:
                seen.add(following)
                waiting.append(following)
    assert seen == set(State)


def test_nothing_is_struck_off_that_was_not_claimed() -> None:
    assert [state for state in State if can(state, Verb.STRUCK_OFF)] == [State.CLAIMED]
    assert [state for state in State if can(state, Verb.REOPENED)] == [State.STRUCK_OFF]
    assert after(State.CLAIMED, Verb.SENT_BACK) is State.HANDLING
    with pytest.raises(KeyError):
        after(State.WITHDRAWN, Verb.NOTED)


def test_it_is_always_somebodys_turn_while_it_is_open() -> None:
    for state in OPEN:
        assert turn(state) is not Turn.NOBODY
    assert {turn(state) for state in State if state not in OPEN} == {Turn.NOBODY}
    assert turn(State.WAITING, Turn.COURT) is Turn.COURT
    assert State.CLAIMED not in RUNNING


def test_leaders_remarks_and_quarrels_stay_inside() -> None:
    assert OUTSIDE.isdisjoint({Verb.NOTED, Verb.ESCALATED, Verb.SENT_BACK, Verb.DECLINED, Verb.HANDED_OVER})
    assert {Verb.NOTED, Verb.ESCALATED} == QUIET


def test_rungs_are_reached_one_by_one() -> None:
    facts = Facts(date(2024, 4, 15), Term(day=date(2024, 4, 30), set_on=date(2024, 4, 15)))
    rungs = (Step(7, "leader"), Step(1, "department"), Step(3, "supervision"))
    calendar = WorkingCalendar()
    known = {day: len(reached(rungs, facts, day, calendar)) for day in (date(2024, 5, 5), date(2024, 5, 8))}
    assert known == {date(2024, 5, 5): 0, date(2024, 5, 8): 2}
    last = reached(rungs, facts, date(2024, 12, 31), calendar)
    assert [(r.step.target, r.day) for r in last] == [
        ("department", date(2024, 5, 6)),
        ("supervision", date(2024, 5, 8)),
        ("leader", date(2024, 5, 13)),  # 11 May is a make-up Saturday
    ]


def test_the_files_of_the_package_fit_together() -> None:
    kinds = vocabulary.kinds_of(vocabulary.packaged("kinds.yaml"))
    limits = vocabulary.limits_of(vocabulary.packaged("limits.yaml"))
    ladders = vocabulary.ladders_of(vocabulary.packaged("ladders.yaml"))
    targets = vocabulary.words_of(vocabulary.packaged("targets.yaml"))
    sorts = {body.code for body in vocabulary.bodies_of(vocabulary.packaged("bodies.yaml"))}
    assert set(kinds) == {"order", "supervision", "request"}
    for kind in kinds.values():
        assert kind.limit in limits
        assert kind.ladder in ladders
        assert {*kind.authorities, *kind.on_behalf} <= sorts | {vocabulary.ANY}
    assert {step.target for steps in ladders.values() for step in steps} <= targets.keys()
    assert [step.after for step in ladders["standard"]] == [1, 3, 7, 30]
    assert "leadership" not in kinds["supervision"].authorities


def test_a_reason_that_stops_the_clock_names_the_rule_that_allows_it() -> None:
    reasons = vocabulary.reasons_of(vocabulary.packaged("waiting.yaml"))
    assert [r.code for r in reasons.values() if r.stops and not r.basis] == []
    assert not reasons["department"].stops
    assert [r.code for r in reasons.values() if not r.by_hand] == ["verification"]
    for name in ("bases.yaml", "absences.yaml"):
        assert vocabulary.words_of(vocabulary.packaged(name))


@pytest.mark.parametrize(
    ("names", "sort"),
    [
        (["县政府", "左权县人民政府"], "leadership"),
        (["县委办", "中共左权县委办公室"], "office"),
        (["县政府督查室"], "supervision"),
        (["县乳胶产业专班（示例）"], "task_force"),
        (["辽阳镇", "左权县辽阳镇人民政府"], "township"),
        (["县工信局", "左权县工业和信息化局"], ""),
        (["县发改委办公室"], ""),
    ],
)
def test_a_body_is_told_from_its_names(names: list[str], sort: str) -> None:
    bodies = vocabulary.bodies_of(vocabulary.packaged("bodies.yaml"))
    assert vocabulary.sort_of(names, bodies) == sort
