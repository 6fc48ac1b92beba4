"""The register of projects: entering one, changing it, showing it outside, ending it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, NotFound, Stale
from tiaodu.foundation.registry.models import Region, Subject, SubjectKind
from tiaodu.foundation.registry.services import project_subject_create
from tiaodu.rooms.projects.models import Project, ProjectDepartment, StageNetwork
from tiaodu.rooms.projects.selectors.departments import departments_in, doers_of
from tiaodu.rooms.projects.selectors.networks import template_of
from tiaodu.rooms.projects.selectors.scope import project_for
from tiaodu.rooms.projects.services.networks import network_newest

EDITABLE = frozenset(
    {"code", "platform_code", "nature", "level", "developer", "zone", "park", "township", "place"}
    | {"content", "land_mu", "signed_on", "question"}
)
LABELS: Mapping[str, Any] = {
    "code": gettext_lazy("项目编号"),
    "platform_code": gettext_lazy("项目代码"),
    "nature": gettext_lazy("建设性质"),
    "level": gettext_lazy("级别"),
    "developer": gettext_lazy("业主"),
    "zone": gettext_lazy("片区"),
    "park": gettext_lazy("园区"),
    "township": gettext_lazy("乡镇"),
    "place": gettext_lazy("建设地点"),
    "content": gettext_lazy("建设内容及规模"),
    "land_mu": gettext_lazy("用地"),
    "signed_on": gettext_lazy("签约日"),
    "question": gettext_lazy("待问"),
}
# Four digits of the year and month, the region, two groups of the kind of project, six of the number.
PLATFORM_CODE = re.compile(r"\d{4}-\d{6}-\d{2}-\d{2}-\d{6}")
_PLACES = {"zone": SubjectKind.ZONE, "park": SubjectKind.PARK}


@transaction.atomic
def project_create(
    *,
    user: User,
    region: Region,
    name: str,
    kind: str,
    subject: Subject | None = None,
    sector: str = "",
    sample: bool = False,
    source: str = "",
    **values: Any,
) -> Project:
    """Register a project on the newest template of its kind. ``values`` are fields of :data:`EDITABLE`.

    ``subject`` is the register's record where it has one already (a plan named it); otherwise one is made.
    Invalid when the subject has a project already, or a code is another's.
    """
    access.require(user, "projects.edit")
    if not scope_of(user).covers(region):
        raise NotFound
    Region.objects.select_for_update(no_key=True).get(pk=region.pk)
    values = _checked(region, values)
    if subject is None:
        subject = project_subject_create(
            user=user, region=region, name=name, sector=sector, sample=sample, source=source
        )
    _refuse_second(region, subject)
    values["code"] = values.get("code") or free_code(region)
    _refuse_double(region, values)
    network = network_newest(region, kind)
    project = Project.objects.create(
        region=region,
        subject=subject,
        network=network,
        sample=subject.sample or user.sample,
        created_on=clock.today(),
        created_by=user,
        **values,
    )
    departments_set(project, network)
    audit.record(
        action="projects.project_create",
        actor=user,
        obj=project,
        region_code=region.code,
        after={"name": subject.name, "kind": kind, **values},
    )
    return project


def _refuse_second(region: Region, subject: Subject) -> None:
    if subject.region_id != region.pk or subject.kind != SubjectKind.PROJECT:
        raise Invalid(_("“%(subject)s”不是本地区的项目，不能据此登记。") % {"subject": subject})
    found = Project.objects.filter(subject=subject).first()
    if found is not None:
        raise Invalid(
            _("“%(subject)s”已经登记为项目 %(code)s，请直接使用它。")
            % {"subject": subject, "code": found.code},
            details={"existing": found.pk},
        )


def free_code(region: Region) -> str:
    """The next number of a region's register in the year: ``2024-007``."""
    year = clock.today().year
    number = Project.objects.filter(region=region, code__startswith=f"{year}-").count() + 1
    while Project.objects.filter(region=region, code=f"{year}-{number:03d}").exists():
        number += 1
    return f"{year}-{number:03d}"


def _checked(region: Region, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are kept; Invalid where one cannot be."""
    if unknown := sorted(set(values) - EDITABLE):
        raise TypeError(f"not fields of a project: {unknown}")
    kept: dict[str, Any] = {k: v.strip() if isinstance(v, str) else v for k, v in values.items()}
    code = kept.get("platform_code", "")
    if code and not PLATFORM_CODE.fullmatch(code):
        raise Invalid(
            _("项目代码“%(code)s”不合格式：应为24位，形如 2412-140722-04-01-123456，由在线审批平台赋码。")
            % {"code": code}
        )
    if kept.get("land_mu") is not None and kept["land_mu"] < 0:
        raise Invalid(_("用地面积不能是负数。"))
    if kept.get("signed_on") and kept["signed_on"] > clock.today():
        raise Invalid(_("签约日在今天之后：等签了再登记。"))
    for key in ("developer", *_PLACES):
        subject = kept.get(key)
        if subject is not None and subject.region_id != region.pk:
            raise Invalid(_("“%(subject)s”不在本地区的登记簿里。") % {"subject": subject})
        if subject is not None and key in _PLACES and subject.kind != _PLACES[key]:
            raise Invalid(_("“%(subject)s”不是%(kind)s。") % {"subject": subject, "kind": _PLACES[key].label})
    township = kept.get("township")
    if township is not None and not township.path.startswith(region.path):
        raise Invalid(_("“%(township)s”不在本地区。") % {"township": township})
    return kept


def _refuse_double(region: Region, values: Mapping[str, Any], but: int = 0) -> None:
    """Invalid when the number or the platform's code is another project's."""
    others = Project.objects.exclude(pk=but).select_related("subject")
    code, platform = values.get("code"), values.get("platform_code")
    found = others.filter(region=region, code=code).first() if code else None
    if found is not None:
        raise Invalid(
            _("项目编号 %(code)s 已经是“%(project)s”的。") % {"code": code, "project": found},
            details={"existing": found.pk},
        )
    found = others.filter(platform_code=platform).first() if platform else None
    if found is not None:
        name = found if found.region_id == region.pk else _("另一个地区的项目")
        raise Invalid(
            _("项目代码 %(code)s 已经登记在“%(project)s”名下。") % {"code": platform, "project": name}
        )


def departments_set(project: Project, network: StageNetwork) -> None:
    """Note the departments that have steps in a network; they see the project from then on."""
    wanted = departments_in(template_of(network), doers_of(project.region, clock.today()))
    rows = [ProjectDepartment(project=project, department=each) for each in wanted]
    ProjectDepartment.objects.bulk_create(rows, ignore_conflicts=True)


def project_locked(user: User, project_id: int) -> Project:
    """A project in reach, its row held for a change."""
    found = project_for(user, project_id)
    Project.objects.select_for_update(no_key=True).get(pk=found.pk)
    found.refresh_from_db(fields=["version", "released", "ended_on", *EDITABLE])
    return found


@transaction.atomic
def project_edit(*, user: User, project_id: int, version: int, **values: Any) -> Project:
    """Change fields of :data:`EDITABLE`. Stale, naming each difference, when somebody was faster."""
    access.require(user, "projects.edit")
    project = project_locked(user, project_id)
    values = _checked(project.region, values)
    before, after = audit.changes(project, values)
    if project.version != version:
        raise Stale(
            {
                key: {"label": LABELS[key], "theirs": _told(before[key]), "yours": _told(after[key])}
                for key in after
            }
        )
    if not after:
        return project
    _refuse_double(project.region, after, project.pk)
    for key, value in after.items():
        setattr(project, key, value)
    project.version += 1
    project.save(update_fields=[*after, "version"])
    audit.record(action="projects.project_edit", actor=user, obj=project, before=before, after=after)
    return project


def _told(value: Any) -> str:
    return "—" if value in (None, "") else str(value)


@transaction.atomic
def project_release(*, user: User, project_id: int, version: int, released: bool) -> Project:
    """Show a project's steps and dues to its firm and to higher levels, or take that back."""
    access.require(user, "projects.release")
    project = project_locked(user, project_id)
    if project.version != version:
        raise Stale({"released": {"label": _("已发布"), "theirs": project.released, "yours": released}})
    if project.released == released:
        return project
    project.released = released
    project.version += 1
    project.save(update_fields=["released", "version"])
    audit.record(
        action="projects.project_release",
        actor=user,
        obj=project,
        before={"released": not released},
        after={"released": released},
    )
    return project


@transaction.atomic
def project_end(*, user: User, project_id: int, version: int, reason: str) -> Project:
    """End a project that will not be built. It stays in the record of all days before."""
    access.require(user, "projects.edit")
    project = project_locked(user, project_id)
    if project.version != version:
        raise Stale({"ended_on": {"label": _("终止"), "theirs": _("未终止"), "yours": reason}})
    if not reason.strip():
        raise Invalid(_("请写明终止原因和依据。"))
    project.ended_on, project.end_reason = clock.today(), reason.strip()[:300]
    project.version += 1
    project.save(update_fields=["ended_on", "end_reason", "version"])
    audit.record(action="projects.project_end", actor=user, obj=project, after={"reason": project.end_reason})
    return project
