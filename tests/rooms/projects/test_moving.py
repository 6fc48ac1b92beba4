"""A running project is put on the template that holds now: nothing moves by itself, nothing is lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.cast import Cast, County
from tests.foundation.tables_desk import confirm, propose
from tests.rooms.projects.desk import DAY, done, make_project, row_of, turn

from tiaodu.engine.stages.writing import digest_of
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.foundation.tables.models import Version
from tiaodu.foundation.tables.selectors import table
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.models import NetworkChange, Project, StageEvent, StageNetwork, StageProof
from tiaodu.rooms.projects.selectors.moving import last_event, move_of
from tiaodu.rooms.projects.selectors.outlooks import outlook_of
from tiaodu.rooms.projects.selectors.templates import template_for
from tiaodu.rooms.projects.services.moving import Seen, project_migrate
from tiaodu.rooms.projects.stages import code_of

CODE = code_of("manufacturing")
NEXT = date(2024, 7, 8)


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.TIAODU_TODAY = DAY


def edited(county: County, cast: Cast, *, without: str = "", **changed: dict[str, Any]) -> Version:
    """The county's own template from 8 July on: some cells of some steps, or a step less."""
    rows = [dict(row) for row in table(CODE, region=county.region, day=NEXT).rows]
    rows = [row | changed.get(row["code"], {}) for row in rows if row["code"] != without]
    for row in rows:
        for key in ("after", "gates"):
            row[key] = [code for code in row[key] or () if code != without]
    version = propose(cast, county, DAY, valid_from=NEXT, code=CODE, body=rows, reason="公布承诺")
    return confirm(cast, DAY, version)


def renamed(county: County, cast: Cast, old: str, new: str) -> Version:
    """The template with another code for one step, wherever it is named."""
    rows = [dict(row) for row in table(CODE, region=county.region, day=NEXT).rows]
    for row in rows:
        row["code"] = new if row["code"] == old else row["code"]
        for key in ("after", "gates"):
            row[key] = [new if code == old else code for code in row[key] or ()]
    return confirm(
        cast, DAY, propose(cast, county, DAY, valid_from=NEXT, code=CODE, body=rows, reason="改代码")
    )


PROMISED = {
    "committed_days": 7,
    "committed_unit": "working",
    "committed_source": "办事指南",
    "committed_confidence": "source",
}


def seen(project: Project, day: date = NEXT) -> Seen:
    """What somebody sees who opens the page now."""
    project.refresh_from_db()
    digest = digest_of(template_for(project.region, "manufacturing", day)[0])
    return Seen(project.network_id, digest, last_event(project.pk, day))


def migrate(user: User, project: Project, *, day: date = NEXT, **more: Any) -> Project:
    with clock.as_of(day):
        told = {"seen": seen(project, day), "reason": "按新的办事指南"} | more
        return project_migrate(user=user, project_id=project.pk, **told)


def test_a_template_that_changed_does_not_touch_running_projects(county: County, cast: Cast) -> None:
    """Those registered from then on take it; equal ones are kept once."""
    first = make_project(county, cast)
    edited(county, cast, A04=PROMISED)
    with clock.as_of(NEXT):
        limits = row_of(first, NEXT).template.by_code["A04"].limits
        assert [limit.days for limit in limits if limit.sure] == [20]
        second = make_project(county, cast, "示例手套三期")
        third = make_project(county, cast, "示例手套四期")
    assert [limit.days for limit in row_of(second, NEXT).template.by_code["A04"].limits if limit.sure] == [
        20,
        7,
    ]
    assert second.network_id == third.network_id != first.network_id
    assert StageNetwork.objects.count() == 2
    with clock.as_of(DAY):  # on the day before it holds
        assert make_project(county, cast, "示例手套五期").network_id == first.network_id


def test_the_move_is_shown_before_it_is_made(county: County, cast: Cast) -> None:
    project = make_project(county, cast)
    done(cast.dispatcher, project, ("A01", date(2024, 3, 1), date(2024, 3, 8)))
    done(cast.dispatcher, project, ("A02", date(2024, 3, 8), date(2024, 3, 11)))
    done(cast.dispatcher, project, ("A03", date(2024, 3, 11), date(2024, 3, 11)))
    done(cast.dispatcher, project, ("A06", date(2024, 3, 12), date(2024, 3, 20)))
    edited(county, cast, without="A06", A04=PROMISED, A24={"after": ["A18"]})
    with clock.as_of(NEXT):
        move = move_of(row_of(project, NEXT))
    told = {change.step.code: change.kind for change in move.steps if change.kind != "kept"}
    assert (told["A04"], told["A06"], told["A24"]) == ("changed", "removed", "changed")
    assert set(told) <= {"A04", "A06", "A24", "A17", "A18"}  # what named A06 names it no more
    assert [step.code for step in move.left] == ["A06"]
    assert move.number == 1
    assert not NetworkChange.objects.exists()


def test_the_finish_is_told_before_and_after(county: County, cast: Cast) -> None:
    """A further step of a month puts the finish off by a month and the days it lies idle before."""
    project = make_project(county, cast, kind="generic")
    for step in ("G01", "G02", "G04", "G05"):
        services.step_range(turn(cast.dispatcher, project, step), low=10, likely=12, high=20)
    code = code_of("generic")
    rows = [dict(row) for row in table(code, region=county.region, day=NEXT).rows]
    told = {"name_zh": "节能审查", "stage": "procedures", "by": "development", "after": ["G02"]}
    usual = {
        "low": 30,
        "likely": 30,
        "high": 30,
        "unit": "calendar",
        "source": "经验",
        "confidence": "practice",
    }
    fresh = dict.fromkeys(rows[0]) | told | {"code": "G02b"} | {f"usual_{key}": v for key, v in usual.items()}
    rows[2]["gates"] = ["G02", "G02b"]
    rows.insert(2, fresh)
    confirm(cast, DAY, propose(cast, county, DAY, valid_from=NEXT, code=code, body=rows, reason="加一步"))
    with clock.as_of(NEXT):
        move = move_of(row_of(project, NEXT))
    assert [c.step.code for c in move.steps if c.kind == "added"] == ["G02b"]
    assert move.before.goal is not None
    assert move.after.goal is not None
    assert 30 <= (move.after.goal.p50 - move.before.goal.p50).days <= 60
    assert "G02b" in {step.code for step in move.after.critical}
    assert "G02b" not in {step.code for step in move.before.critical}


def test_records_stay_with_their_steps(county: County, cast: Cast) -> None:
    project = make_project(county, cast)
    done(cast.dispatcher, project, ("A01", date(2024, 3, 1), date(2024, 3, 8)))
    edited(county, cast, A04=PROMISED)
    before = row_of(project, NEXT).state
    migrate(cast.dispatcher, project)
    row = row_of(project, NEXT)
    assert row.state == before
    assert [limit.days for limit in row.template.by_code["A04"].limits if limit.sure] == [20, 7]
    assert not StageEvent.objects.filter(verb="migrated").exists()
    change = NetworkChange.objects.get()
    assert (change.known_on, change.by, change.reason) == (NEXT, cast.dispatcher, "按新的办事指南")
    entry = AuditEntry.objects.get(action="projects.project_migrate")
    assert (entry.object_id, entry.after["reason"]) == (str(project.pk), "按新的办事指南")


def test_a_record_goes_with_its_step_to_another_code(county: County, cast: Cast) -> None:
    """With its proofs; days before the move are replayed as they were."""
    project = make_project(county, cast)
    finished = services.step_finish(
        turn(cast.dispatcher, project, "A01", proofs=[services.Proof("paper", number="协议1号")]),
        day=date(2024, 3, 8),
        started=date(2024, 3, 1),
    )
    assert finished.proofs.count() == 1
    renamed(county, cast, "A01", "S01")
    old = row_of(project, DAY).state
    migrate(cast.dispatcher, project)
    row = row_of(project, NEXT)
    assert "A01" not in row.state.steps
    assert row.state.of("S01").finished == date(2024, 3, 8)
    assert row.reached.done == 1
    told = StageEvent.objects.filter(verb="migrated").order_by("step")
    assert [(e.step, e.revision, e.finished is None) for e in told] == [("A01", 2, True), ("S01", 1, False)]
    assert "原为步骤 A01" in told[1].text
    assert StageProof.objects.get(event=told[1]).number == "协议1号"
    with clock.as_of(DAY):
        assert row_of(project, DAY).state == old
        assert "A01" in row_of(project, DAY).template.by_code
        assert outlook_of(row_of(project, DAY)).unknown


def test_a_step_nobody_recorded_goes_without_a_word(county: County, cast: Cast) -> None:
    project = make_project(county, cast)
    done(cast.dispatcher, project, ("A01", date(2024, 3, 1), date(2024, 3, 8)))
    edited(county, cast, without="A07")
    with pytest.raises(Invalid, match="已经用着"):
        migrate(cast.dispatcher, project, day=DAY)
    migrate(cast.dispatcher, project)
    assert not StageEvent.objects.filter(verb="migrated").exists()
    assert "A07" not in row_of(project, NEXT).template.by_code


def test_a_record_is_kept_as_history_with_its_reason(county: County, cast: Cast) -> None:
    project = make_project(county, cast)
    services.step_answer(turn(cast.dispatcher, project, "A07"), needed=True)
    edited(county, cast, without="A07")
    with pytest.raises(Invalid, match="取水许可"):
        migrate(cast.dispatcher, project)
    assert not NetworkChange.objects.exists()
    migrate(cast.dispatcher, project, left={"A07": "取水改由园区统一办理"})
    event = StageEvent.objects.get(step="A07", verb="migrated")
    assert (event.revision, event.needed, event.text) == (2, None, "取水改由园区统一办理")
    row = row_of(project, NEXT)
    assert "A07" not in row.state.steps
    assert outlook_of(row).unknown


def test_who_saw_an_older_state_is_told_what_changed(county: County, cast: Cast) -> None:
    project = make_project(county, cast)
    edited(county, cast, A04=PROMISED)
    before = seen(project)
    with clock.as_of(NEXT):
        done(cast.dispatcher, project, ("A01", date(2024, 7, 1), date(2024, 7, 8)))
    with pytest.raises(Stale) as refused:
        migrate(cast.office, project, seen=before)
    assert [each["label"] for each in refused.value.details.values()] == ["A01"]
    assert "李调度" in str(refused.value.details)
    fresh = seen(project)
    migrate(cast.dispatcher, project)
    with pytest.raises(Stale) as again:
        migrate(cast.office, project, seen=fresh)
    assert "按新的办事指南" in str(again.value.details)
    assert NetworkChange.objects.count() == 1


def test_a_template_that_changed_meanwhile_is_looked_at_again(county: County, cast: Cast) -> None:
    project = make_project(county, cast)
    edited(county, cast, A04=PROMISED)
    before = seen(project)
    edited(county, cast, A04=PROMISED | {"committed_days": 6})
    with pytest.raises(Stale) as refused:
        migrate(cast.dispatcher, project, seen=before)
    assert set(refused.value.details) == {"template"}


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_move_says_why(county: County, cast: Cast, reason: str) -> None:
    project = make_project(county, cast)
    edited(county, cast, A04=PROMISED)
    with pytest.raises(Invalid, match="理由"):
        migrate(cast.dispatcher, project, reason=reason)


def test_who_may_not_edit_moves_nothing(county: County, cast: Cast) -> None:
    project = make_project(county, cast)
    edited(county, cast, A04=PROMISED)
    for user, refusal in ((cast.energy, NotAllowed), (cast.leader, NotAllowed), (cast.outsider, NotFound)):
        with pytest.raises(refusal):
            migrate(user, project)
    assert not NetworkChange.objects.exists()


def test_a_past_day_moves_nothing(county: County, cast: Cast) -> None:
    project = make_project(county, cast)
    edited(county, cast, A04=PROMISED)
    with clock.as_of(date(2024, 7, 20)):
        done(cast.dispatcher, project, ("A01", date(2024, 7, 1), date(2024, 7, 8)))
    with pytest.raises(Invalid, match="过去的一天"):
        migrate(cast.dispatcher, project)
