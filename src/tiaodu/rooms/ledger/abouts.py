"""Tasks as what an item is about."""

from __future__ import annotations

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.items.about import About, register
from tiaodu.foundation.refusal import NotFound
from tiaodu.rooms.ledger.models import TaskDepartment
from tiaodu.rooms.ledger.presenting import task_url
from tiaodu.rooms.ledger.selectors import sees_inside, task_for

ORDER = (TaskDepartment.Part.LEAD, TaskDepartment.Part.RESPONSIBLE, TaskDepartment.Part.ASSISTING)


def find_task(user: User, task_id: str) -> About | None:
    """A task in the person's reach; None otherwise, and for who sees only what is released."""
    if not task_id.isdecimal() or len(task_id) > 15 or not sees_inside(user):
        return None
    try:
        task = task_for(user, int(task_id))
    except NotFound:
        return None
    parts = sorted(
        task.parts.select_related("department").filter(department__active=True),
        key=lambda told: ORDER.index(TaskDepartment.Part(told.part)),
    )
    return About(
        kind="ledger.task",
        id=task_id,
        label=task.title,
        url=task_url(task),
        region=task.region,
        subject=task.subject,
        sector=task.sector,
        departments=tuple(told.department for told in parts),
        sample=task.sample,
    )


register("ledger.task", find_task)
