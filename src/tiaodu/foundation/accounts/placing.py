"""Where a person is placed: roles, region, department, sectors, subjects, and that they fit together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry.models import Subject, SubjectKind

_LABELS = {
    "display_name": gettext_lazy("姓名"),
    "phone": gettext_lazy("联系电话"),
    "language": gettext_lazy("语言"),
    "region": gettext_lazy("地区"),
    "department": gettext_lazy("部门"),
    "sectors": gettext_lazy("分管领域"),
    "roles": gettext_lazy("角色"),
    "subjects": gettext_lazy("所属或包联主体"),
}
NEEDS_DEPARTMENT = frozenset({"department", "statistics"})
NEEDS_SUBJECTS = frozenset({"firm"})


def places_to(key: str) -> str:
    """A field as people read it."""
    return str(_LABELS[key])


def place_values(person: User, subjects: list[Subject]) -> dict[str, Any]:
    """What is written down of a person when she is created or changed, as people read it."""
    return {
        "display_name": person.display_name,
        "phone": person.phone,
        "language": person.language,
        "region": str(person.region) if person.region else "",
        "department": str(person.department) if person.department else "",
        "sectors": list(person.sectors),
        "roles": list(person.roles),
        "subjects": sorted(str(subject) for subject in subjects),
    }


def check_place(administrator: User, values: Mapping[str, Any], subjects: list[Subject]) -> None:
    """Invalid when a person would see more than her administrator, or nothing at all."""
    region, roles = values.get("region"), set(values.get("roles", ()))
    own = administrator.region
    if unknown := roles - set(access.roles()):
        raise Invalid(_("没有这样的角色：%(roles)s。") % {"roles": "、".join(sorted(unknown))})
    if region is None and own is not None:
        raise Invalid(_("请选择地区：没有地区的人看不到任何记录。"))
    if region is not None and own is not None and not region.path.startswith(own.path):
        raise Invalid(_("“%(region)s”不在您管理的地区内。") % {"region": region})
    if roles & NEEDS_DEPARTMENT and values.get("department") is None:
        raise Invalid(_("责任部门的人须选择部门，否则看不到任何任务。"))
    if roles & NEEDS_SUBJECTS and not subjects:
        raise Invalid(_("企业的人须选择本企业，否则看不到任何任务。"))
    _check_belongings(region, values.get("department"), subjects)


def _check_belongings(region: Any, department: Subject | None, subjects: list[Subject]) -> None:
    if department is not None and department.kind != SubjectKind.DEPARTMENT:
        raise Invalid(_("“%(name)s”不是部门。") % {"name": department})
    for subject in [*([department] if department else []), *subjects]:
        if region is None or not subject.region.path.startswith(region.path):
            raise Invalid(_("“%(name)s”不属于所选地区。") % {"name": subject})
