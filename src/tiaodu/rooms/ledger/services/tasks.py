"""Tasks made and changed by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, NotFound, Stale
from tiaodu.foundation.registry.models import Measure, Region, Subject, SubjectKind
from tiaodu.rooms.ledger.models import Indicator, Milestone, Task, TaskDepartment, Term
from tiaodu.rooms.ledger.selectors.scope import task_for
from tiaodu.rooms.ledger.services.figures import counting_set
from tiaodu.rooms.ledger.services.founding import title_key
from tiaodu.rooms.ledger.services.terms import part_of

EDITABLE = frozenset({"title", "subject", "sector", "leader", "contact", "question", "parent"})
LABELS = {
    "title": gettext_lazy("工作任务"),
    "subject": gettext_lazy("主体"),
    "sector": gettext_lazy("领域"),
    "leader": gettext_lazy("牵头领导"),
    "contact": gettext_lazy("联系人"),
    "question": gettext_lazy("待问"),
    "parent": gettext_lazy("上级任务"),
}
Departments = Mapping[str, Sequence[Subject]]  # by part: lead, responsible, assisting


@transaction.atomic
def task_create(
    *,
    user: User,
    region: Region,
    plan_year: int,
    title: str,
    departments: Departments | None = None,
    due: date | None = None,
    measure: Measure | None = None,
    value: Decimal | None = None,
    **values: Any,
) -> Task:
    """A task by hand. With ``measure`` and ``value`` (base unit) it gets an indicator, else a milestone for
    ``due``.
    """
    access.require(user, "ledger.edit")
    if not scope_of(user).covers(region):
        raise NotFound
    Region.objects.select_for_update().get(pk=region.pk)
    title = title.strip()
    if not title:
        raise Invalid(_("请写明工作任务。"))
    if (measure is None) != (value is None):
        raise Invalid(_("指标要同时有口径和数值。"))
    _check_values(values, None)
    last = Task.objects.filter(region=region, plan_year=plan_year).aggregate(last=Max("number"))["last"] or 0
    task = Task.objects.create(
        region=region,
        plan_year=plan_year,
        number=last + 1,
        title=title[:300],
        title_key=title_key(title),
        created_on=clock.today(),
        created_by=user,
        **values,
    )
    told = _departments_set(task, departments or {})
    _first_part(user, task, measure, value, due)
    audit.record(
        action="ledger.task_create",
        actor=user,
        obj=task,
        region_code=region.code,
        after={"number": task.number, "title": title, "due": due, "departments": told, **values},
    )
    return task


def _first_part(
    user: User, task: Task, measure: Measure | None, value: Decimal | None, due: date | None
) -> None:
    term: dict[str, Any] = {"due_end": due, "due_text": due.isoformat() if due else ""}
    if measure is not None:
        term["indicator"] = Indicator.objects.create(
            task=task,
            subject=task.subject,
            subject_text=task.subject.name if task.subject else "",
            measure=measure,
            measure_key=measure.code,
            unit=measure.unit,
        )
        term["value"] = value
    else:
        term["milestone"] = Milestone.objects.create(task=task, subject=task.subject, action=task.title)
    promised = Term.objects.create(**term, known_on=clock.today(), set_by=user)
    if promised.indicator is not None:
        counting_set(promised.indicator, promised)


@transaction.atomic
def task_edit(
    *, user: User, task_id: int, version: int, departments: Departments | None = None, **values: Any
) -> Task:
    """Change fields of :data:`EDITABLE` and the departments. Stale, naming each difference, when somebody was
    faster.
    """
    access.require(user, "ledger.edit")
    task = task_for(user, task_id)
    locked = Task.objects.select_for_update().get(pk=task.pk)
    _check_values(values, locked)
    before, after = audit.changes(locked, values)
    now = departments_told(locked)
    told = _told(departments) if departments is not None else now
    if locked.version != version:
        differing = {key: {"label": LABELS[key], "theirs": before[key], "yours": after[key]} for key in after}
        if told != now:
            theirs, yours = "；".join(now), "；".join(told)
            differing["departments"] = {"label": _("单位"), "theirs": theirs, "yours": yours}
        raise Stale(differing)
    for key, value in after.items():
        setattr(locked, key, value)
    if "title" in after:
        locked.title_key = title_key(locked.title)
    if departments is not None and told != now:
        TaskDepartment.objects.filter(task=locked).delete()
        _departments_set(locked, departments)
        before["departments"], after["departments"] = now, told
    if not after:
        return locked
    locked.version += 1
    fields = [*(key for key in after if key != "departments"), "title_key", "version"]
    locked.save(update_fields=fields)
    audit.record(action="ledger.task_edit", actor=user, obj=locked, before=before, after=after)
    return locked


@transaction.atomic
def task_release(*, user: User, task_id: int, version: int, released: bool = True) -> Task:
    """Make a task visible beyond the county's own desk (its firm, the city), or take that back."""
    access.require(user, "ledger.release")
    task = task_for(user, task_id)
    locked = Task.objects.select_for_update().get(pk=task.pk)
    if locked.version != version:
        raise Stale({"released": {"label": _("已发布"), "theirs": locked.released, "yours": released}})
    if locked.released == released:
        return locked
    locked.released = released
    locked.version += 1
    locked.save(update_fields=["released", "version"])
    audit.record(
        action="ledger.task_release",
        actor=user,
        obj=locked,
        before={"released": not released},
        after={"released": released},
    )
    return locked


@transaction.atomic
def indicator_nest(
    *, user: User, task_id: int, version: int, indicator_id: int, parent_id: int | None
) -> Indicator:
    """Say that an indicator is part of another (a firm's share of the county's figure), or of none."""
    access.require(user, "ledger.edit")
    task = task_for(user, task_id)
    part = part_of(task, indicator_id=indicator_id)
    if not isinstance(part, Indicator):
        raise Invalid(_("请选择一个指标。"))
    if part.version != version:
        raise Stale(
            {"parent": {"label": _("上级指标"), "theirs": str(part.parent or ""), "yours": parent_id}}
        )
    parent = _parent_of(part, parent_id) if parent_id is not None else None
    before = str(part.parent or "")
    part.parent = parent
    part.version += 1
    part.save(update_fields=["parent", "version"])
    audit.record(
        action="ledger.indicator_nest",
        actor=user,
        obj=task,
        before={"parent": before},
        after={"indicator": str(part), "parent": str(parent or "")},
    )
    return part


def _parent_of(part: Indicator, parent_id: int) -> Indicator:
    parent = Indicator.objects.filter(
        pk=parent_id, task__region=part.task.region_id, task__plan_year=part.task.plan_year, withdrawn_on=None
    ).first()
    if parent is None or parent.unit != part.unit:
        raise Invalid(_("上级指标要在同一计划里，单位也要相同。"))
    above: Indicator | None = parent
    while above is not None:
        if above.pk == part.pk:
            raise Invalid(_("不能把指标放到它自己的下级之下。"))
        above = above.parent
    return parent


def _check_values(values: Mapping[str, Any], task: Task | None) -> None:
    if unknown := set(values) - EDITABLE - {"sample", "strength", "commitment", "released"}:
        raise TypeError(f"not fields of a task: {sorted(unknown)}")
    if "title" in values and not str(values["title"]).strip():
        raise Invalid(_("请写明工作任务。"))
    parent: Task | None = values.get("parent")
    while parent is not None and task is not None:
        if parent.pk == task.pk:
            raise Invalid(_("任务不能放在它自己的下级之下。"))
        parent = parent.parent


def _departments_set(task: Task, departments: Departments) -> list[str]:
    """Write the parts; a department keeps the first part it is named in."""
    seen: set[int] = set()
    rows = []
    for part in TaskDepartment.Part:
        for department in departments.get(part.value, ()):
            if department.kind != SubjectKind.DEPARTMENT and part != TaskDepartment.Part.RESPONSIBLE:
                raise Invalid(_("“%(name)s”不是部门，不能作牵头或配合单位。") % {"name": department})
            if department.pk not in seen:
                seen.add(department.pk)
                rows.append(TaskDepartment(task=task, department=department, part=part))
    TaskDepartment.objects.bulk_create(rows)
    return [f"{row.get_part_display()}：{row.department}" for row in rows]


def departments_told(task: Task) -> list[str]:
    """The parts of a task as they stand in the audit log."""
    rows = TaskDepartment.objects.filter(task=task).select_related("department")
    order = list(TaskDepartment.Part.values)
    return [
        f"{row.get_part_display()}：{row.department}"
        for row in sorted(rows, key=lambda r: (order.index(r.part), r.pk))
    ]


def _told(departments: Departments) -> list[str]:
    seen: set[int] = set()
    told = []
    for part in TaskDepartment.Part:
        for department in departments.get(part.value, ()):
            if department.pk not in seen:
                seen.add(department.pk)
                told.append(f"{part.label}：{department}")
    return told
