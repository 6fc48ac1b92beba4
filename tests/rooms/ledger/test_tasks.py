"""Tasks by hand: numbers, edits, terms, release, events."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from tests.cast import Cast, County, make_cast, make_county
from tests.rooms.ledger.desk import coal_task, step_task

from tiaodu.foundation import clock
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.rooms.ledger import selectors, services
from tiaodu.rooms.ledger.models import Task, Term

JUNE = date(2024, 6, 3)


def test_numbers_run_within_a_plan_year(county: County, cast: Cast) -> None:
    numbers = [coal_task(county, cast).number, step_task(county, cast).number]
    with clock.as_of(JUNE):
        other_year = services.task_create(
            user=cast.dispatcher, region=county.region, plan_year=2025, title="下一年", due=date(2025, 1, 1)
        )
    assert (numbers, other_year.number) == ([1, 2], 1)


def test_who_may_not_edit_cannot_create(county: County, cast: Cast) -> None:
    for person in (cast.energy, cast.leader, cast.firm):
        with pytest.raises(NotAllowed):
            services.task_create(user=person, region=county.region, plan_year=2024, title="x")
    with pytest.raises(NotFound):
        services.task_create(user=cast.outsider, region=county.region, plan_year=2024, title="x")


def test_a_stale_edit_is_refused_with_what_changed(county: County, cast: Cast) -> None:
    task = coal_task(county, cast)
    departments = {"lead": [county.departments["industry"]]}
    services.task_edit(
        user=cast.dispatcher, task_id=task.pk, version=1, leader="王县长", departments=departments
    )
    with pytest.raises(Stale) as refused:
        services.task_edit(user=cast.dispatcher, task_id=task.pk, version=1, leader="赵副县长")
    assert refused.value.details["leader"]["theirs"] == "王县长"
    assert refused.value.details["leader"]["yours"] == "赵副县长"
    task.refresh_from_db()
    assert (task.leader, task.version) == ("王县长", 2)
    entry = AuditEntry.objects.get(action="ledger.task_edit")
    assert entry.after["departments"] == ["牵头单位：县工业和信息化局"]
    assert entry.before["departments"] == ["牵头单位：县能源局", "配合单位：县应急管理局"]


def test_a_term_changes_by_a_further_one_with_its_reason(county: County, cast: Cast) -> None:
    task = coal_task(county, cast)
    part = task.indicators.get()
    with clock.as_of(JUNE):
        with pytest.raises(Invalid):
            services.term_revise(
                user=cast.dispatcher,
                task_id=task.pk,
                version=1,
                reason="",
                indicator_id=part.pk,
                value=Decimal(1),
            )
        with pytest.raises(Invalid):
            services.term_revise(
                user=cast.dispatcher, task_id=task.pk, version=1, reason="没变", indicator_id=part.pk
            )
        services.term_revise(
            user=cast.dispatcher,
            task_id=task.pk,
            version=1,
            reason="县政府第8次常务会议",
            indicator_id=part.pk,
            value=Decimal(450_000),
        )
        with pytest.raises(Stale):
            services.term_revise(
                user=cast.dispatcher,
                task_id=task.pk,
                version=1,
                reason="晚了",
                indicator_id=part.pk,
                value=Decimal(2),
            )
    values = {day: _promised(task, day) for day in (date(2024, 6, 2), JUNE)}
    assert list(values.values()) == [500_000, 450_000]
    with pytest.raises(NotAllowed):
        services.term_revise(
            user=cast.energy,
            task_id=task.pk,
            version=2,
            reason="自己改",
            indicator_id=part.pk,
            value=Decimal(2),
        )


def _promised(task: Task, day: date) -> Decimal | None:
    return selectors.rows_of(Task.objects.filter(pk=task.pk), day)[0].parts[0].term.value


def test_a_due_that_waits_runs_from_the_event(county: County, cast: Cast) -> None:
    task = step_task(county, cast, due=None)
    Term.objects.create(
        milestone=task.milestones.get(), revision=2, due_event="批复", due_offset=5,
        known_on=date(2024, 1, 11), set_by=cast.dispatcher,
    )  # fmt: skip
    row = selectors.rows_of(Task.objects.filter(pk=task.pk), JUNE)[0]
    assert (row.state, row.reason) == ("not_triggered", "等待：批复")
    with clock.as_of(JUNE):
        with pytest.raises(Invalid):
            services.event_record(user=cast.energy, task_id=task.pk, happened_on=date(2024, 6, 4))
        services.event_record(user=cast.energy, task_id=task.pk, happened_on=JUNE, text="国能发〔2024〕1号")
    row = selectors.rows_of(Task.objects.filter(pk=task.pk), JUNE)[0]
    assert (row.state, row.due) == ("not_due", date(2024, 6, 11))


def test_scopes_show_each_person_her_rows(county: County, cast: Cast) -> None:
    task = coal_task(county, cast)
    seen = {
        name: selectors.tasks_visible_to(getattr(cast, name), JUNE).filter(pk=task.pk).exists()
        for name in ("leader", "dispatcher", "supervision", "energy", "industry", "liaison", "firm", "bank",
                     "admin", "outsider", "city_leader")
    }  # fmt: skip
    assert [name for name, sees in seen.items() if sees] == [
        "leader",
        "dispatcher",
        "supervision",
        "energy",
        "liaison",
    ]
    services.task_release(user=cast.dispatcher, task_id=task.pk, version=1)
    for person in (cast.firm, cast.city_leader):
        assert selectors.task_for(person, task.pk) == task
    for person in (cast.bank, cast.outsider):
        with pytest.raises(NotFound):
            selectors.task_for(person, task.pk)
    assert not selectors.tasks_visible_to(cast.leader, date(2024, 1, 9)).exists()
    cast.leader.sectors = ["iron"]
    assert not selectors.tasks_visible_to(cast.leader, JUNE).exists()


def test_a_part_is_nested_under_another_but_never_in_a_ring(county: County, cast: Cast) -> None:
    whole, part = coal_task(county, cast), coal_task(county, cast)
    of_whole, of_part = whole.indicators.get(), part.indicators.get()
    services.indicator_nest(
        user=cast.dispatcher, task_id=part.pk, version=1, indicator_id=of_part.pk, parent_id=of_whole.pk
    )
    with pytest.raises(Invalid):
        services.indicator_nest(
            user=cast.dispatcher, task_id=whole.pk, version=1, indicator_id=of_whole.pk, parent_id=of_part.pk
        )
    assert selectors.totals(county.region, 2024, "output.coal", JUNE) == 500_000


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="two writers at once need PostgreSQL (-p tests.postgres)"
)
def test_two_writers_never_get_one_number() -> None:
    county = make_county()
    cast = make_cast(county)
    start = Barrier(2)
    made: list[int] = []
    failed: list[Exception] = []

    def write() -> None:
        try:
            start.wait()
            made.extend(coal_task(county, cast).number for _n in range(5))
        except Exception as error:  # noqa: BLE001  a thread's error must reach the test
            failed.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=write) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (failed, sorted(made)) == ([], list(range(1, 11)))
