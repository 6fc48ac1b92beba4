"""Claimed by one, verified by another, sent back, reopened."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.cast import Cast, County, make_person
from tests.rooms.ledger.desk import a_proof, coal_task, step_task

from tiaodu.foundation import clock
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.refusal import Invalid, NotAllowed
from tiaodu.rooms.ledger import selectors, services
from tiaodu.rooms.ledger.models import Task, Term

DAY = date(2024, 4, 20)


def state(task: Task, day: date = DAY) -> str:
    return selectors.rows_of(Task.objects.filter(pk=task.pk), day)[0].state


def test_the_way_to_the_strike_off(county: County, cast: Cast) -> None:
    task = step_task(county, cast)
    with clock.as_of(DAY):
        with pytest.raises(Invalid):
            services.task_strike_off(user=cast.supervision, task_id=task.pk)
        with pytest.raises(Invalid):
            services.task_claim(user=cast.energy, task_id=task.pk, text="没有佐证")
        services.task_claim(user=cast.energy, task_id=task.pk, text="已恢复生产", proof=a_proof(cast))
        assert state(task) == "claimed"
        with pytest.raises(Invalid):
            services.task_send_back(user=cast.supervision, task_id=task.pk, reason=" ")
        services.task_send_back(user=cast.supervision, task_id=task.pk, reason="缺验收单")
        assert state(task) == "not_due"
        services.task_claim(user=cast.energy, task_id=task.pk, text="补验收单", proof=a_proof(cast))
        services.task_strike_off(user=cast.supervision, task_id=task.pk, text="现场核实")
    assert state(task) == "struck_off"
    assert state(task, date(2024, 6, 1)) == "struck_off"
    assert state(task, date(2024, 4, 19)) == "not_due"
    with clock.as_of(date(2024, 6, 1)):
        services.task_reopen(user=cast.supervision, task_id=task.pk, reason="又停产")
    assert state(task, date(2024, 6, 1)) == "overdue"
    assert AuditEntry.objects.filter(action="ledger.task_struck_off", actor=cast.supervision).count() == 1


def test_nobody_verifies_what_she_or_her_department_claimed(county: County, cast: Cast) -> None:
    energy = county.departments["energy"]
    both = make_person("both", "两职", ["department", "supervision"], county.region, department=energy)
    colleague = make_person("colleague", "同事", ["supervision"], county.region, department=energy)
    task = step_task(county, cast)
    with clock.as_of(DAY):
        services.task_claim(user=both, task_id=task.pk, text="完成", proof=a_proof(cast))
        for person in (both, colleague):
            with pytest.raises(NotAllowed):
                services.task_strike_off(user=person, task_id=task.pk)
            with pytest.raises(NotAllowed):
                services.task_send_back(user=person, task_id=task.pk, reason="退")
        with pytest.raises(NotAllowed):
            services.task_strike_off(user=cast.energy, task_id=task.pk)
        services.task_strike_off(user=cast.supervision, task_id=task.pk)
    assert state(task) == "struck_off"


def test_only_who_leads_or_is_responsible_claims(county: County, cast: Cast) -> None:
    helper = make_person(
        "helper", "配合", ["department"], county.region, department=county.departments["emergency"]
    )
    task = coal_task(county, cast)
    with clock.as_of(DAY):
        services.progress_report(user=helper, task_id=task.pk, text="配合检查")
        with pytest.raises(NotAllowed):
            services.task_claim(user=helper, task_id=task.pk, text="完成", proof=a_proof(cast))
        services.task_claim(user=cast.energy, task_id=task.pk, text="完成", proof=a_proof(cast))
    assert state(task) == "claimed"


def test_one_part_is_closed_while_the_other_stays_open(county: County, cast: Cast) -> None:
    task = coal_task(county, cast)
    indicator = task.indicators.get()
    step = task.milestones.create(action="完成调试")
    step.terms.create(due_end=date(2024, 4, 10), known_on=date(2024, 1, 10), set_by=cast.dispatcher)
    with clock.as_of(DAY):
        assert state(task) == "overdue"
        services.task_claim(
            user=cast.energy, task_id=task.pk, text="调试完成", proof=a_proof(cast), milestone_id=step.pk
        )
        assert state(task) == "claimed"
        with pytest.raises(Invalid):
            services.task_strike_off(user=cast.supervision, task_id=task.pk, indicator_id=indicator.pk)
        services.task_strike_off(user=cast.supervision, task_id=task.pk, milestone_id=step.pk)
    assert state(task) == "not_due"


def test_a_figure_not_reached_is_struck_off_only_with_words(county: County, cast: Cast) -> None:
    task = coal_task(county, cast)
    with clock.as_of(DAY):
        services.progress_report(
            user=cast.energy,
            task_id=task.pk,
            text="一季度",
            value=Decimal(265_000),
            indicator_id=task.indicators.get().pk,
        )
        services.task_claim(user=cast.energy, task_id=task.pk, text="完成", proof=a_proof(cast))
        with pytest.raises(Invalid, match=r"已报 26\.5"):
            services.task_strike_off(user=cast.supervision, task_id=task.pk, text=" ")
        services.task_strike_off(user=cast.supervision, task_id=task.pk, text="市里调减目标，见会议纪要3号")
    assert state(task) == "struck_off"


def test_a_bound_that_was_broken_is_short_too(county: County, cast: Cast) -> None:
    task = coal_task(county, cast, value=Decimal(100))
    indicator = task.indicators.get()
    Term.objects.create(
        indicator=indicator,
        revision=2,
        value=Decimal(100),
        comparator="<=",
        due_end=date(2024, 12, 31),
        known_on=DAY,
        set_by=cast.dispatcher,
    )
    with clock.as_of(DAY):
        services.task_claim(user=cast.energy, task_id=task.pk, text="完成", proof=a_proof(cast))
        report = services.progress_report(
            user=cast.energy,
            task_id=task.pk,
            text="报101",
            value=Decimal(101),
            indicator_id=indicator.pk,
        )
        assert len(selectors.rows_of(Task.objects.filter(pk=task.pk), DAY)[0].short) == 1
        services.progress_correct(
            user=cast.energy, progress_id=report.pk, reason="重复计算", value=Decimal(99)
        )
        assert len(selectors.rows_of(Task.objects.filter(pk=task.pk), DAY)[0].short) == 0
