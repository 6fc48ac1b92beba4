"""A milestone tied to a step by hand: that step is used first, from the day it was said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import override_settings
from tests.cast import Cast, County
from tests.rooms.outlook.desk import DAY, run
from tests.rooms.outlook.test_following import DUE, key, project, task

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.rooms.ledger.models import Milestone
from tiaodu.rooms.outlook.models import Basis, Outlook, StepTie
from tiaodu.rooms.outlook.selectors.gathered import digest_of, gathered
from tiaodu.rooms.outlook.ties.services import step_tie
from tiaodu.rooms.outlook.what_if.base import base_made, base_of
from tiaodu.rooms.outlook.what_if.changes import Wish
from tiaodu.rooms.outlook.what_if.outcome import outcome
from tiaodu.rooms.projects.models import Project

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
__all__ = ["project"]  # a fixture of the neighbouring module


@pytest.fixture
def milestone(county: County, project: Project) -> Milestone:
    """The milestone that the rule ties to A17, which promises the same day."""
    return Milestone.objects.get()


def tied(cast: Cast, milestone: Milestone, step: str, day: date = DAY) -> StepTie:
    newest = StepTie.objects.filter(milestone=milestone).order_by("id").last()
    with clock.as_of(day):
        return step_tie(
            user=cast.dispatcher, milestone_id=milestone.pk, step=step, seen=newest.pk if newest else 0
        )


def outlook(county: County, milestone: Milestone, day: date = DAY) -> Outlook:
    return Outlook.objects.get(run=run(county, day), milestone=milestone)


def test_the_step_that_was_chosen_is_used_instead_of_the_one_that_was_found(
    county: County, cast: Cast, project: Project, milestone: Milestone
) -> None:
    before = outlook(county, milestone)
    assert before.provenance["step"] == key(project, "A17")
    assert "tied" not in before.provenance
    tied(cast, milestone, key(project, "A14"))
    after = outlook(county, milestone)
    assert after.basis == Basis.STEPS
    assert after.provenance["step"] == key(project, "A14")
    assert after.provenance["tied"] is True
    # A14 comes before A17, so by the same day it is surer; its own promise is another day, or none.
    assert (after.chance or 0) > (before.chance or 0)
    assert (after.p50 or 0) < (before.p50 or 0)


def test_the_chance_and_the_what_if_are_of_that_step(
    county: County, cast: Cast, project: Project, milestone: Milestone
) -> None:
    tied(cast, milestone, key(project, "A14"))
    told, base = outlook(county, milestone), base_made(county.region, DAY)
    found = next(each for each in outcome(base, [], base.lines).rows if each.line.is_day)
    assert found.line.node == key(project, "A14")
    assert (found.base.chance, found.base.p50) == (told.chance, told.p50)
    moved = outcome(base, [Wish("move", key(project, "A13"), days=40)], base.lines).rows[0]
    assert moved.gain is not None
    assert moved.gain.mean > 20


def test_the_same_step_tied_by_hand_says_the_same(
    county: County, cast: Cast, project: Project, milestone: Milestone
) -> None:
    before = outlook(county, milestone)
    tied(cast, milestone, key(project, "A17"))
    after = outlook(county, milestone)
    assert (after.chance, after.p10, after.p50, after.p90) == (
        before.chance, before.p10, before.p50, before.p90,
    )  # fmt: skip


def test_what_several_steps_promise_is_decided_by_hand(
    county: County, cast: Cast, project: Project, milestone: Milestone
) -> None:
    from tests.rooms.projects.desk import turn  # noqa: PLC0415

    from tiaodu.rooms.projects import services as projects  # noqa: PLC0415

    with clock.as_of(DAY):
        projects.step_promise(turn(cast.dispatcher, project, "A18"), day=DUE)
    assert outlook(county, milestone).reason["code"] == "many_steps"
    tied(cast, milestone, key(project, "A18"))
    assert outlook(county, milestone).provenance["step"] == key(project, "A18")


def test_an_earlier_day_knows_nothing_of_it_and_it_may_be_undone(
    county: County, cast: Cast, project: Project, milestone: Milestone
) -> None:
    plain = digest_of(gathered(county.region, DAY), 1, 100)
    tied(cast, milestone, key(project, "A14"), day=date(2024, 7, 2))
    assert gathered(county.region, DAY).ties == {}
    assert digest_of(gathered(county.region, DAY), 1, 100) == plain
    later = gathered(county.region, date(2024, 7, 2))
    assert later.ties == {milestone.pk: key(project, "A14")}
    tied(cast, milestone, "", day=date(2024, 7, 3))
    assert gathered(county.region, date(2024, 7, 3)).ties == {}
    with pytest.raises(Invalid, match="过去的一天"):
        tied(cast, milestone, key(project, "A14"), day=date(2024, 7, 2))


def test_a_step_that_is_gone_is_told_and_nothing_else_taken(
    county: County, cast: Cast, project: Project, milestone: Milestone
) -> None:
    with clock.as_of(DAY):
        StepTie.objects.create(milestone=milestone, step="gone/A1", known_on=DAY, by=cast.dispatcher)
    found = outlook(county, milestone)
    assert (found.basis, found.reason["code"]) == (Basis.NOTHING, "tied_step_gone")


def test_a_base_that_was_kept_is_made_again(
    county: County, cast: Cast, project: Project, milestone: Milestone
) -> None:
    with clock.as_of(DAY):
        assert base_of(county.region, DAY).county.ties == {}
        tied(cast, milestone, key(project, "A14"))
        assert base_of(county.region, DAY).county.ties == {milestone.pk: key(project, "A14")}


def test_what_is_refused(county: County, cast: Cast, project: Project, milestone: Milestone) -> None:
    for step in ("nowhere/A1", "x" * 200):
        with pytest.raises(Invalid, match="没有这一步"):
            tied(cast, milestone, step)
    with pytest.raises(Invalid, match="没有变化"):
        tied(cast, milestone, "")
    made = tied(cast, milestone, key(project, "A14"))
    with clock.as_of(DAY), pytest.raises(Stale):
        step_tie(user=cast.dispatcher, milestone_id=milestone.pk, step="", seen=0)
    for person in (cast.energy, cast.leader, cast.firm, cast.bank):
        with clock.as_of(DAY), pytest.raises(NotAllowed):
            step_tie(user=person, milestone_id=milestone.pk, step="", seen=made.pk)
    with clock.as_of(DAY), pytest.raises(NotFound):
        step_tie(user=cast.outsider, milestone_id=milestone.pk, step="", seen=made.pk)
    assert StepTie.objects.count() == 1


def test_it_is_written_once_and_in_the_log(
    county: County, cast: Cast, project: Project, milestone: Milestone
) -> None:
    tied(cast, milestone, key(project, "A14"))
    entry = AuditEntry.objects.get(action="outlook.step_tie")
    assert entry.actor_id == cast.dispatcher.pk
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as at:
        at.execute("UPDATE outlook_steptie SET step = ''")


def test_the_page_offers_the_steps_of_a_project_and_keeps_the_choice(
    county: County, cast: Cast, client_of: Browser, project: Project, milestone: Milestone
) -> None:
    found, client = outlook(county, milestone), client_of(cast.dispatcher)
    url = f"/outlook/milestone/{milestone.pk}/step/"
    with override_settings(TIAODU_TODAY=DAY):
        assert url in client.get(f"/outlook/{found.pk}/").content.decode()
        begin = client.get(url).content.decode()
        assert "示例手套二期" in begin
        assert "对应这一步" not in begin
        steps = client.get(url, {"project": project.pk}).content.decode()
        assert f'value="{key(project, "A14")}"' in steps
        answer = client.post(url, {"step": key(project, "A14"), "seen": "0"}, follow=True)
        assert "下一次研判起按它算" in answer.content.decode()
        again = client.get(url).content.decode()
        assert "现在对应：" in again
        assert client.post(url, {"step": key(project, "A14"), "seen": "x"}).status_code == 409
    assert outlook(county, milestone).provenance["tied"] is True


def test_who_opens_the_page(
    county: County, cast: Cast, client_of: Browser, project: Project, milestone: Milestone
) -> None:
    found, url = outlook(county, milestone), f"/outlook/milestone/{milestone.pk}/step/"
    with override_settings(TIAODU_TODAY=DAY):
        for name in ("energy", "leader", "firm", "bank", "clerk"):
            client = client_of(getattr(cast, name))
            assert client.get(url).status_code == 403, name
        assert client_of(cast.outsider).get(url).status_code == 404
        assert "对应项目步骤" not in client_of(cast.industry).get(f"/outlook/{found.pk}/").content.decode()


def test_a_milestone_without_a_subject_may_be_tied(
    county: County, cast: Cast, project: Project, milestone: Milestone
) -> None:
    with clock.as_of(date(2024, 6, 3)):
        other = task(county, cast, project)
    other.subject = None
    other.save(update_fields=["subject"])
    bare = Milestone.objects.get(task=other)
    bare.subject = None
    bare.save(update_fields=["subject"])
    assert outlook(county, bare).reason["code"] == "no_step"
    tied(cast, bare, key(project, "A17"))
    assert outlook(county, bare).basis == Basis.STEPS
