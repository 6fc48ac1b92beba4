"""Which tasks a person sees, and what she may do with one."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import Scope, scope_of
from tiaodu.foundation.refusal import NotFound
from tiaodu.rooms.ledger.models import Indicator, Milestone, Task, TaskDepartment


def alive(day: date) -> Q:
    """What had not been withdrawn on ``day``."""
    return Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=day)


def tasks_visible_to(user: User, day: date | None = None) -> QuerySet[Task]:
    """The tasks this person sees as they stood on ``day`` (today when not given).

    Who reads all sees the tasks of her region's subtree, narrowed to her sectors; others those in which their
    department has a part or that are about their subjects; firms and regions above only what is released.
    """
    day = day or clock.today()
    scope = scope_of(user)
    if scope.region_path is None or not (
        access.may(user, "ledger.read") or access.may(user, "ledger.read_released")
    ):
        return Task.objects.none()
    found = Task.objects.filter(alive(day), region__path__startswith=scope.region_path, created_on__lte=day)
    if scope.released_only:
        found = found.filter(released=True)
    if not scope.sees_all:
        return found.filter(_own(scope))
    return found.filter(sector__in=scope.sectors) if scope.sectors else found


def _own(scope: Scope) -> Q:
    """Tasks of a person's department or subjects, by subqueries so that no row comes twice."""
    mine = Q(subject__in=scope.subject_ids)
    mine |= Q(pk__in=Indicator.objects.filter(subject__in=scope.subject_ids).values("task"))
    mine |= Q(pk__in=Milestone.objects.filter(subject__in=scope.subject_ids).values("task"))
    if scope.department_id is not None:
        mine |= Q(pk__in=TaskDepartment.objects.filter(department=scope.department_id).values("task"))
    return mine


def task_for(user: User, task_id: int) -> Task:
    """One task in the person's reach; NotFound otherwise, the same as for one that does not exist."""
    found = tasks_visible_to(user).select_related("region", "subject", "parent").filter(pk=task_id).first()
    if found is None:
        raise NotFound
    return found


def sees_inside(user: User) -> bool:
    """Whether the person sees remarks and progress, not only due and state: firms and regions above do
    not.
    """
    return access.may(user, "ledger.read") and not scope_of(user).released_only


def may_report(user: User, task: Task) -> bool:
    """Whether the person reports on the task: her department has a part in it, or it is about a subject she
    looks after.
    """
    if not access.may(user, "ledger.report") or not sees_inside(user):
        return False
    if (
        user.department_id
        and TaskDepartment.objects.filter(task=task, department=user.department_id).exists()
    ):
        return True
    return task.subject_id is not None and task.subject_id in scope_of(user).subject_ids


def may_claim(user: User, task: Task) -> bool:
    """Whether the person may report the task as done: only who leads it or is responsible for it."""
    if not access.may(user, "ledger.report") or user.department_id is None:
        return False
    parts = (TaskDepartment.Part.LEAD, TaskDepartment.Part.RESPONSIBLE)
    return TaskDepartment.objects.filter(task=task, department=user.department_id, part__in=parts).exists()
