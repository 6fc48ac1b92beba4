"""Whose outlooks a person sees: dispatch, the leader in charge, the responsible department; nobody else."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.rooms.ledger.models import Task, TaskDepartment
from tiaodu.rooms.ledger.selectors import tasks_visible_to
from tiaodu.rooms.outlook.models import Outlook, Run

PERMISSION, OVERVIEW = "outlook.read", "outlook.all"
IN_CHARGE = (TaskDepartment.Part.LEAD, TaskDepartment.Part.RESPONSIBLE)


def tasks_judged_for(user: User, day: date | None = None) -> QuerySet[Task]:
    """The tasks whose chances the person sees: all she reads with ``outlook.all``, else those her department
    leads or is responsible for. Regions above and firms see none, released or not.
    """
    scope = scope_of(user)
    if not access.may(user, PERMISSION) or scope.released_only:
        return Task.objects.none()
    found = tasks_visible_to(user, day)
    if access.may(user, OVERVIEW) and scope.sees_all:
        return found
    if scope.department_id is None:
        return Task.objects.none()
    parts = TaskDepartment.objects.filter(department=scope.department_id, part__in=IN_CHARGE)
    return found.filter(pk__in=parts.values("task"))


def run_for(user: User, day: date | None = None) -> Run | None:
    """The newest run of the person's county, as of the day shown or before."""
    if user.region_id is None or scope_of(user).released_only:
        return None
    return Run.objects.filter(region=user.region_id, as_of__lte=day or clock.today()).first()


def outlooks_visible_to(user: User, day: date | None = None) -> QuerySet[Outlook]:
    """Every outlook up to the day whose task the person sees."""
    day = day or clock.today()
    return Outlook.objects.filter(run__as_of__lte=day, task__in=tasks_judged_for(user, day))
