"""What can be done to many tasks at once; each act is the service of one task, called for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.lists.bulk.actions import BulkAction, Target, declare
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Subject
from tiaodu.foundation.registry.selectors import departments_of
from tiaodu.rooms.ledger.models import Task, TaskDepartment
from tiaodu.rooms.ledger.selectors.scope import task_for
from tiaodu.rooms.ledger.services import task_edit, task_release


class AssignForm(forms.Form):
    """Who leads: a department, a leader, or both; what is left empty stays as it is."""

    lead = forms.ChoiceField(label=gettext_lazy("牵头单位"), required=False)
    leader = forms.CharField(label=gettext_lazy("牵头领导"), max_length=60, required=False)

    def __init__(self, user: User, data: QueryDict | None) -> None:
        super().__init__(data)
        lead = self.fields["lead"]
        assert isinstance(lead, forms.ChoiceField)  # noqa: S101  declared above
        offered = departments_of(user.region) if user.region else Subject.objects.none()
        lead.choices = [("", _("不改")), *((str(d.pk), d.name) for d in offered)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("lead") and not cleaned.get("leader"):
            raise forms.ValidationError(_("请至少填一项：牵头单位或牵头领导。"))
        return cleaned


def _version(target: Target) -> int:
    return target.version or 0


def _release(user: User, target: Target, _values: Mapping[str, Any]) -> None:
    task_release(user=user, task_id=target.id, version=_version(target), released=True)


def _withdraw(user: User, target: Target, _values: Mapping[str, Any]) -> None:
    task_release(user=user, task_id=target.id, version=_version(target), released=False)


def _assign(user: User, target: Target, values: Mapping[str, Any]) -> None:
    task = task_for(user, target.id)
    fields: dict[str, Any] = {"leader": values["leader"]} if values.get("leader") else {}
    departments = _led_by(task, int(values["lead"])) if values.get("lead") else None
    task_edit(user=user, task_id=task.pk, version=_version(target), departments=departments, **fields)


def _led_by(task: Task, lead_id: int) -> dict[str, list[Subject]]:
    """The task's departments with another one at the head; the former lead keeps a part in it."""
    lead = departments_of(task.region).filter(pk=lead_id).first()
    if lead is None:
        raise NotFound(_("这个单位不在任务所在的地区，不能牵头。"))
    parts: dict[str, list[Subject]] = {part.value: [] for part in TaskDepartment.Part}
    for row in TaskDepartment.objects.filter(task=task).select_related("department"):
        if row.department_id != lead.pk:
            parts[row.part].append(row.department)
    former = parts[TaskDepartment.Part.LEAD]
    parts[TaskDepartment.Part.RESPONSIBLE] = former + parts[TaskDepartment.Part.RESPONSIBLE]
    parts[TaskDepartment.Part.LEAD] = [lead]
    return parts


RELEASE = declare(
    BulkAction(
        "ledger.release",
        gettext_lazy("发布"),
        "ledger.release",
        _release,
        gettext_lazy("发布后，相关企业和上级能看到这些任务的时限和状态，看不到进展和内部意见。"),
    )
)
WITHDRAW = declare(
    BulkAction(
        "ledger.withdraw",
        gettext_lazy("收回发布"),
        "ledger.release",
        _withdraw,
        gettext_lazy("收回后，企业和上级不再看到这些任务。"),
    )
)
ASSIGN = declare(
    BulkAction(
        "ledger.assign",
        gettext_lazy("定牵头"),
        "ledger.edit",
        _assign,
        gettext_lazy("原来的牵头单位改为责任单位，配合单位不变。"),
        AssignForm,
    )
)
TASK_ACTIONS = (ASSIGN, RELEASE, WITHDRAW)
