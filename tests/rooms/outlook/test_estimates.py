"""Private estimates: who may tell what, how they are pooled and weighed, and what is kept of who told."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from math import inf, nan
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import override_settings
from tests.cast import Cast, County, make_person
from tests.rooms.ledger.desk import coal_task, step_task
from tests.rooms.outlook.desk import DAY, JUNE, about, mine, outlook_of, run, tell, thought_of_twice

from tiaodu.engine.outlook.pooling import load_pooling
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.appendonly import AppendOnlyError
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.rooms.ledger import services as ledger
from tiaodu.rooms.ledger.models import Indicator, Milestone, Task
from tiaodu.rooms.outlook.estimates.own import own_for, own_of, record_of
from tiaodu.rooms.outlook.estimates.pooling import Pooled, courses_of, errors_of, outcomes_told
from tiaodu.rooms.outlook.estimates.promises import promise_for
from tiaodu.rooms.outlook.estimates.secrecy import pseudonym_of
from tiaodu.rooms.outlook.estimates.services import estimate_give
from tiaodu.rooms.outlook.models import Estimate

pytestmark = pytest.mark.django_db
AFTER = date(2025, 1, 10)


@pytest.fixture
def task(county: County, cast: Cast) -> Task:
    return thought_of_twice(county, cast)


def revise(cast: Cast, task: Task, **values: Any) -> None:
    """The promise is changed, as the dispatcher does it."""
    part = Indicator.objects.get(task=task)
    told = {"task_id": task.pk, "indicator_id": part.pk, "version": part.version, "reason": "示例"}
    ledger.term_revise(user=cast.dispatcher, **told, **values)


@pytest.fixture
def near(county: County) -> list[User]:
    """Six more people of the energy bureau."""
    return [
        make_person(
            f"near{n}", f"近人{n}", ["department"], county.region, department=county.departments["energy"]
        )
        for n in range(6)
    ]


def shown(county: County, task: Task, day: date = DAY) -> Pooled | None:
    indicator = Indicator.objects.get(task=task)
    with clock.as_of(day):
        course = courses_of(county.region, day).get((f"i{indicator.pk}", date(2024, 12, 31)))
    return course.on(day) if course else None


# ---------------------------------------------------------------- telling


@pytest.mark.parametrize("name", ["leader", "dispatcher", "energy"])
def test_people_near_the_work_tell(cast: Cast, task: Task, name: str) -> None:
    tell(getattr(cast, name), task, 470_000.0)
    kept = Estimate.objects.get()
    assert (kept.value, kept.day, kept.number, kept.target) == (470_000.0, JUNE, 1, 490_000.0)
    assert kept.outlook is not None
    assert kept.outlook.run.as_of == date(2024, 6, 10)


def test_who_assists_tells_without_seeing_the_chance(county: County, cast: Cast, task: Task) -> None:
    cast.industry.department = county.departments["emergency"]
    cast.industry.save()
    tell(cast.industry, task, 450_000.0)
    assert Estimate.objects.count() == 1


def test_who_looks_after_the_mine_tells(cast: Cast, task: Task) -> None:
    tell(cast.liaison, task, 450_000.0)
    assert Estimate.objects.count() == 1


@pytest.mark.parametrize("name", ["supervision", "office", "firm", "bank", "clerk", "admin", "statistics"])
def test_others_may_not(cast: Cast, task: Task, name: str) -> None:
    """Auditors and clerks are not near the work, a firm reports, and the bureau of statistics knows figures
    that are not out yet.
    """
    Task.objects.filter(pk=task.pk).update(released=True)
    with pytest.raises(NotAllowed):
        tell(getattr(cast, name), task, 470_000.0)
    assert not Estimate.objects.exists()


@pytest.mark.parametrize("name", ["industry", "outsider", "city_leader", "investment"])
def test_a_promise_one_does_not_see_is_not_there(cast: Cast, task: Task, name: str) -> None:
    Task.objects.filter(pk=task.pk).update(released=True)
    with pytest.raises(NotFound):
        tell(getattr(cast, name), task, 470_000.0)
    assert not Estimate.objects.exists()


def test_a_leader_tells_in_his_fields_of_work_alone(cast: Cast, task: Task) -> None:
    cast.leader.sectors = ["latex"]
    cast.leader.save()
    with pytest.raises(NotFound):
        tell(cast.leader, task, 470_000.0)
    cast.leader.sectors = ["coal"]
    cast.leader.save()
    tell(cast.leader, task, 470_000.0)


@pytest.mark.parametrize("name", ["", "i0", "x5", "i", "i12x", "m99999999999", "i 1", "１２"])
def test_a_name_that_is_none_is_not_there(cast: Cast, task: Task, name: str) -> None:
    with clock.as_of(JUNE), pytest.raises(NotFound):
        estimate_give(user=cast.energy, about=name, value=1.0)


@pytest.mark.parametrize("value", [nan, inf, -inf, -1.0, 490_000.0 * 21])
def test_what_cannot_be_meant_is_refused(cast: Cast, task: Task, value: float) -> None:
    with pytest.raises(Invalid):
        tell(cast.energy, task, value)
    assert not Estimate.objects.exists()


@pytest.mark.parametrize("value", [0.0, 490_000.0 * 20])
def test_what_can_is_taken(cast: Cast, task: Task, value: float) -> None:
    tell(cast.energy, task, value)
    assert Estimate.objects.get().value == value


def test_a_day_of_a_step(county: County, cast: Cast) -> None:
    step = Milestone.objects.get(task=step_task(county, cast, date(2024, 10, 31)))
    name = f"m{step.pk}"
    with clock.as_of(JUNE):
        for wrong in (JUNE - timedelta(days=1), date(2031, 1, 1), date(9999, 1, 1)):
            with pytest.raises(Invalid):
                estimate_give(user=cast.energy, about=name, value=float(wrong.toordinal()))
        estimate_give(user=cast.energy, about=name, value=float(JUNE.toordinal()))
    assert Estimate.objects.get().value == JUNE.toordinal()


def test_after_the_due_nothing_is_told_nor_taken_back(cast: Cast, task: Task) -> None:
    tell(cast.energy, task, 470_000.0)
    for value in (480_000.0, None):
        with pytest.raises(Invalid, match="时限已过"):
            tell(cast.energy, task, value, AFTER)
    assert Estimate.objects.count() == 1


def test_without_a_figure_or_a_due_there_is_nothing_to_compare(county: County, cast: Cast) -> None:
    step = Milestone.objects.get(task=step_task(county, cast, None))
    with clock.as_of(JUNE), pytest.raises(Invalid, match="没有时限"):
        estimate_give(user=cast.energy, about=f"m{step.pk}", value=float(DAY.toordinal()))


def test_a_later_one_takes_the_place_of_an_earlier_which_stays(cast: Cast, task: Task) -> None:
    for value in (470_000.0, 471_000.0, 471_000.0):
        tell(cast.energy, task, value)
    tell(cast.energy, task, 460_000.0, DAY)
    kept = Estimate.objects.order_by("number")
    assert [(each.number, each.day, each.value) for each in kept] == [
        (1, JUNE, 470_000.0), (2, JUNE, 471_000.0), (3, DAY, 460_000.0),
    ]  # fmt: skip
    with clock.as_of(DAY):
        own = own_of(cast.energy, promise_for(cast.energy, about(task)))
    assert own.current is not None
    assert own.current.value == 460_000.0
    with pytest.raises(AppendOnlyError):
        kept.delete()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE outlook_estimate SET value = 1")


def test_nobody_changes_it_all_day_long(cast: Cast, task: Task) -> None:
    for n in range(10):
        tell(cast.energy, task, 470_000.0 + n)
    with pytest.raises(Invalid, match="太多次"):
        tell(cast.energy, task, 480_000.0)
    tell(cast.energy, task, 480_000.0, JUNE + timedelta(days=1))


def test_taking_back_needs_one_that_counts(cast: Cast, task: Task) -> None:
    with pytest.raises(Invalid):
        tell(cast.energy, task, None)
    tell(cast.energy, task, 470_000.0)
    with pytest.raises(Invalid):
        tell(cast.dispatcher, task, None)  # another's is not his
    tell(cast.energy, task, None)
    with pytest.raises(Invalid):
        tell(cast.energy, task, None)


def test_a_form_that_is_no_longer_true_is_stale(cast: Cast, task: Task) -> None:
    with clock.as_of(JUNE):
        before = own_of(cast.energy, promise_for(cast.energy, about(task))).version
    tell(cast.energy, task, 470_000.0, version=before)
    with pytest.raises(Stale) as told:
        tell(cast.energy, task, 480_000.0, version=before)
    assert told.value.details == {"estimates": {"yours": "0", "theirs": "1"}}
    with clock.as_of(JUNE):
        now = own_of(cast.energy, promise_for(cast.energy, about(task))).version
        revise(cast, task, value=Decimal(470_000))
    with pytest.raises(Stale) as told:
        tell(cast.energy, task, 480_000.0, version=now)
    assert told.value.details == {"promised": {"yours": "490000.0", "theirs": "470000.0"}}


# ---------------------------------------------------------------- what is kept of who told


def test_a_row_has_a_pseudonym_that_needs_the_secret(cast: Cast, task: Task) -> None:
    tell(cast.energy, task, 470_000.0)
    kept = Estimate.objects.get()
    assert kept.who == pseudonym_of(cast.energy) != pseudonym_of(cast.dispatcher)
    with override_settings(SECRET_KEY="another"):
        assert pseudonym_of(cast.energy) != kept.who
    fields = {field.name for field in Estimate._meta.get_fields()}
    assert not fields & {"user", "by", "actor", "recorded_at", "address"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM outlook_estimate")
        row = " ".join(map(str, cursor.fetchone()))
    assert cast.energy.username not in row
    assert cast.energy.display_name not in row


def test_the_log_says_that_somebody_told_and_not_who(cast: Cast, task: Task, near: list[User]) -> None:
    begin = AuditEntry.objects.count()
    tell(near[0], task, 471_234.0)
    tell(near[0], task, None)
    made = list(AuditEntry.objects.order_by("pk")[begin:])
    assert [entry.action for entry in made] == ["outlook.estimate_give", "outlook.estimate_withdraw"]
    for entry in made:
        assert (entry.actor, entry.actor_name, entry.address, entry.request_id) == (None, "", None, "")
        assert (entry.object_type, entry.object_id, entry.before) == ("", "", {})
        assert entry.after == {"promise": "石港煤业 原煤产量 49万吨"}
        whole = json.dumps({f.name: str(getattr(entry, f.name)) for f in AuditEntry._meta.fields})
        assert "471" not in whole
        assert near[0].username not in whole
    assert Estimate.objects.count() == len(made)  # nothing was brought in beside the services


# ---------------------------------------------------------------- pooled


def test_of_fewer_than_asked_for_nothing_is_shown(
    county: County, cast: Cast, task: Task, near: list[User]
) -> None:
    for user, value in zip(near[:2], (460_000.0, 470_000.0), strict=True):
        tell(user, task, value)
    assert shown(county, task) is None
    tell(near[2], task, 480_000.0, DAY)
    assert shown(county, task) is None  # the day is not over
    tomorrow = DAY + timedelta(days=1)
    found = shown(county, task, tomorrow)
    assert found is not None
    assert (found.value, found.people, found.apart, found.day) == (470_000.0, 3, None, DAY)
    assert found.people == load_pooling().fewest


def test_one_more_alone_moves_nothing(county: County, task: Task, near: list[User]) -> None:
    for user, value in zip(near[:4], (460_000.0, 470_000.0, 480_000.0, 470_000.0), strict=True):
        tell(user, task, value)
    before = shown(county, task)
    tell(near[4], task, 600_000.0, JUNE + timedelta(days=1))
    tell(near[0], task, 455_000.0, JUNE + timedelta(days=2))
    assert shown(county, task) == before
    tell(near[1], task, 475_000.0, JUNE + timedelta(days=3))
    after = shown(county, task)
    assert after is not None
    assert after.people == 5
    assert after.day == JUNE + timedelta(days=3)
    assert after.apart is not None  # of five, and with one digit
    assert after.apart == float(f"{after.apart:.0e}")


def test_what_is_taken_back_is_shown_no_more(county: County, task: Task, near: list[User]) -> None:
    for user in near[:4]:
        tell(user, task, 470_000.0)
    assert shown(county, task) is not None
    tell(near[3], task, None, DAY)
    assert shown(county, task) is None
    assert shown(county, task, DAY - timedelta(days=1)) is not None  # an earlier day as it was


def test_a_promise_for_another_day_is_another_question(
    county: County, cast: Cast, task: Task, near: list[User]
) -> None:
    for user in near[:3]:
        tell(user, task, 470_000.0)
    with clock.as_of(JUNE + timedelta(days=1)):
        revise(cast, task, due_end=date(2024, 11, 30))
    with clock.as_of(DAY):
        own = own_of(near[0], promise_for(near[0], about(task)))
    assert own.current is None
    assert len(own.told) == 1


def test_who_was_right_before_weighs_more(county: County, cast: Cast, task: Task, near: list[User]) -> None:
    """One knows the first promise, two are far off; of the second promise their estimates differ alike."""
    first = coal_task(county, cast, title="石港煤业原煤产量五月底前完成20万吨", value=Decimal(200_000),
                      due=date(2024, 5, 31))  # fmt: skip
    run(county, date(2024, 4, 20))
    april = date(2024, 4, 25)
    for user, value in zip(near[:3], (196_500.0, 150_000.0, 260_000.0), strict=True):
        tell(user, first, value, april)
    for user, value in zip(near[:3], (440_000.0, 470_000.0, 470_000.0), strict=True):
        tell(user, task, value)
    with clock.as_of(DAY):
        told = list(Estimate.objects.select_related("outlook").order_by("day", "number"))
        errors = errors_of(told, outcomes_told(told, county.region, DAY))
    assert [len(errors[pseudonym_of(user)]) for user in near[:3]] == [1, 1, 1]
    good, *bad = (abs(errors[pseudonym_of(user)][0][1]) for user in near[:3])
    assert good < 1 < min(bad)
    found = shown(county, task)
    assert found is not None
    assert found.records == 3
    assert 440_000 < found.value < 460_000  # all alike: 460,000
    assert errors_of(told, {}).get(pseudonym_of(near[0])) == []


def test_a_round_that_closed_before_an_outcome_was_known_keeps_its_weights(
    county: County, cast: Cast, task: Task, near: list[User]
) -> None:
    first = coal_task(county, cast, title="石港煤业原煤产量五月底前完成20万吨", value=Decimal(200_000),
                      due=date(2024, 5, 31))  # fmt: skip
    run(county, date(2024, 4, 20))
    early = date(2024, 4, 25)
    for user, value in zip(near[:3], (196_500.0, 150_000.0, 260_000.0), strict=True):
        tell(user, first, value, early)
        tell(user, task, value * 2, early)
    found = shown(county, task)
    assert found is not None
    assert (found.records, found.day) == (0, early)


def test_one_of_a_month_counts_and_what_was_taken_back_does_not(
    county: County, cast: Cast, near: list[User]
) -> None:
    task = mine(county, cast, value=Decimal(190_000), due=date(2024, 5, 31))
    run(county, date(2024, 3, 1))
    for user, month, on, value in (
        (0, 3, 5, 150_000.0), (0, 3, 20, 180_000.0), (0, 4, 5, 190_000.0),
        (1, 3, 5, 180_000.0), (1, 4, 6, None),
    ):  # fmt: skip
        tell(near[user], task, value, date(2024, month, on))
    with clock.as_of(DAY):
        told = list(Estimate.objects.select_related("outlook").order_by("day", "number"))
        errors = errors_of(told, outcomes_told(told, county.region, DAY))
    assert len(errors[pseudonym_of(near[0])]) == 2
    assert errors[pseudonym_of(near[1])] == []


# ---------------------------------------------------------------- one's own


def test_one_sees_how_ones_own_turned_out_and_nobody_elses(
    county: County, cast: Cast, near: list[User]
) -> None:
    task = mine(county, cast, value=Decimal(190_000), due=date(2024, 5, 31))
    run(county, date(2024, 3, 1))
    tell(near[0], task, 200_000.0, date(2024, 3, 5))
    tell(near[1], task, 100_000.0, date(2024, 3, 5))
    with clock.as_of(DAY):
        (own,) = own_for(near[0], frozenset({task.pk}))
        assert own.came == 196_000.0
        assert own.off == pytest.approx(4 / 196)
        record = record_of([own])
        assert (record.promises, record.beside) == (1, 1)
        assert record.nearer == int(abs(200_000 - 196_000) < abs((own.told[0].outlook.p50 or 0) - 196_000))
        (blind,) = own_for(near[0], frozenset())
        assert blind.nearer is None  # who does not see outlooks is not told whether he was nearer
        assert own_for(cast.energy, frozenset()) == []


def test_a_promise_one_is_no_longer_near_to_is_gone(county: County, task: Task, near: list[User]) -> None:
    tell(near[0], task, 470_000.0)
    near[0].department = county.departments["approval"]
    near[0].save()
    with clock.as_of(DAY):
        assert own_for(near[0], frozenset()) == []


def test_the_outlook_of_the_day_is_what_a_teller_is_measured_by(
    county: County, cast: Cast, task: Task
) -> None:
    tell(cast.energy, task, 470_000.0, DAY)
    found = outlook_of(task, run(county))
    assert Estimate.objects.get().outlook_id == found.pk
