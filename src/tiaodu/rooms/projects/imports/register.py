"""The register of projects from a table: each row by the services that serve one project."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy

from tiaodu.engine.registry.names import plain
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.lists.importing.parsers import Choice, Day, ImportField, Number, Text
from tiaodu.foundation.lists.importing.spec import ImportSpec, StagedRow, Values, declare
from tiaodu.foundation.registry.imports.subjects import region_of
from tiaodu.foundation.registry.liaisons import Person
from tiaodu.foundation.registry.models import Region, Subject
from tiaodu.foundation.registry.services import liaison_assign, liaison_transfer, subject_edit
from tiaodu.rooms.projects.imports.checking import LINKED, PLAIN, check
from tiaodu.rooms.projects.imports.words import Money, PlannedDay, kinds, levels, natures, sector_offer
from tiaodu.rooms.projects.models import Project
from tiaodu.rooms.projects.services import Turn, plan_set, project_create, project_edit, step_promise


def _key(values: Values) -> Hashable | None:
    """What a row is about: the county's number, else the platform's code, else the name."""
    for name in ("code", "platform_code"):
        if values.get(name):
            return name, values[name]
    return ("name", plain(values["name"])) if values.get("name") else None


def _commit(user: User, row: StagedRow) -> Project:
    known = row.record_id is not None
    project = _edited(user, row) if known else _created(user, row)
    changed = set(row.changed) if known else set(row.values)
    if changed & {"total", "planned"}:
        _plan(user, project, row)
    for name, (code, revision) in row.resolved.get("promises", {}).items():
        if name in changed:
            turn = Turn(user, project.pk, code, revision, row.values.get("reason", ""))
            step_promise(turn, day=row.values[name])
    for role, told in row.resolved.get("people", {}).items():
        if role in changed:
            _hand(user, project.subject, role, told)
    return project


def _columns(row: StagedRow) -> dict[str, Any]:
    """The columns of a project that the row fills."""
    found = {name: row.values[name] for name in (*PLAIN, "code") if name in row.values}
    for name in LINKED:
        if name in row.resolved:
            model: type[Model] = Region if name == "township" else Subject
            found[name] = model._default_manager.get(pk=row.resolved[name])
    return found


def _created(user: User, row: StagedRow) -> Project:
    subject = row.resolved.get("subject")
    return project_create(
        user=user,
        region=region_of(user),
        name=row.values["name"],
        kind=row.values["kind"],
        subject=Subject.objects.get(pk=subject) if subject else None,
        sector=row.values.get("sector", ""),
        sample=bool(user.sample),
        **_columns(row),
    )


def _edited(user: User, row: StagedRow) -> Project:
    values = {name: value for name, value in _columns(row).items() if name in row.changed}
    project = project_edit(
        user=user, project_id=row.record_id or 0, version=row.record_version or 0, **values
    )
    named = {name: row.values[name] for name in ("name", "sector") if name in row.changed}
    if named:
        subject = project.subject
        subject_edit(user=user, subject_id=subject.pk, version=subject.version, **named)
    return project


def _plan(user: User, project: Project, row: StagedRow) -> None:
    told: Mapping[str, Any] = row.resolved["plan"]
    plan_set(
        user=user,
        project_id=project.pk,
        year=told["year"],
        revision=told["revision"],
        total=Decimal(told["total"]),
        planned=Decimal(told["planned"]),
        reason=row.values.get("reason", ""),
    )


def _hand(user: User, subject: Subject, role: str, told: Mapping[str, Any]) -> None:
    """The role goes to who the row names: handed on by who has it, or begun."""
    who = Person(
        user=User.objects.get(pk=told["user"]) if told["user"] else None,
        department=Subject.objects.get(pk=told["department"]) if told["department"] else None,
        name=told["name"],
    )
    if told["held"] is not None:
        liaison_id, version = told["held"]
        liaison_transfer(
            user=user, liaison_id=liaison_id, version=version, who=who, first_day=clock.today(), source=""
        )
        return
    liaison_assign(
        user=user,
        subject_id=subject.pk,
        role=role,
        who=who,
        valid_from=clock.today(),
        source="",
        sample=bool(user.sample),
    )


_PROJECT = (
    ImportField(
        "name",
        (gettext_lazy("项目名称"), "项目", "名称", "project"),
        Text(120),
        required=True,
        help=gettext_lazy("按备案证或协议上的名称写，一个项目一行。"),
        example="年产10万吨石英砂提纯项目",
    ),
    ImportField(
        "code",
        (gettext_lazy("项目编号"), "编号", "县编号"),
        Text(40),
        help=gettext_lazy("县里自己的编号；新登记的不填就自动编。"),
        example="2024-007",
    ),
    ImportField(
        "platform_code",
        (gettext_lazy("项目代码"), "投资项目代码", "备案代码", "平台代码"),
        Text(24),
        help=gettext_lazy("在线审批平台赋的24位代码。"),
        example="2412-140722-04-01-123456",
    ),
    ImportField(
        "kind",
        (gettext_lazy("项目类型"), "类型", "类别", "项目类别"),
        Choice(kinds),
        help=gettext_lazy("新登记的必填：它决定有哪些步骤、谁来办。"),
        example="制造业",
    ),
    ImportField("nature", (gettext_lazy("建设性质"), "性质"), Choice(natures), example="新建"),
    ImportField("level", (gettext_lazy("级别"), "项目级别", "重点级别"), Choice(levels), example="县重点"),
    ImportField("sector", (gettext_lazy("领域"), "所属领域", "产业"), Choice(sector_offer)),
    ImportField(
        "developer",
        (gettext_lazy("业主"), "建设单位", "项目业主", "投资主体", "业主单位", "企业名称"),
        Text(200),
        help=gettext_lazy("登记簿里的企业：名称、编号或信用代码。"),
        example="鑫瑞公司",
    ),
    ImportField("township", (gettext_lazy("乡镇"), "所在乡镇", "属地"), Text(60), example="辽阳镇"),
    ImportField("park", (gettext_lazy("园区"), "所在园区", "开发区"), Text(120)),
    ImportField("zone", (gettext_lazy("片区"), "所在片区"), Text(120)),
    ImportField("place", (gettext_lazy("建设地点"), "地点", "建设地址"), Text(200)),
    ImportField(
        "content", (gettext_lazy("建设内容及规模"), "建设内容", "主要建设内容", "建设规模及内容"), Text(4000)
    ),
)
_FIGURES = (
    ImportField(
        "total",
        (gettext_lazy("总投资"), "计划总投资", "投资总额"),
        Money(),
        help=gettext_lazy("单位写在表头或数后；都没有写的按万元。"),
        example="32000",
    ),
    ImportField(
        "planned",
        (gettext_lazy("年度计划投资"), "年度计划", "本年计划投资", "当年计划投资", "年度投资计划"),
        Money(),
        help=gettext_lazy("不大于总投资。已有计划的要改，写明调整原因。"),
        example="8000",
    ),
    ImportField("year", (gettext_lazy("计划年度"), "年度"), Number(), help=gettext_lazy("不填就是今年。")),
    ImportField(
        "land_mu",
        (gettext_lazy("用地"), "用地面积", "占地面积", "占地"),
        Number("亩", places=2, least=Decimal(0)),
        help=gettext_lazy("亩。"),
        example="60",
    ),
)
_DAYS = (
    ImportField("signed_on", (gettext_lazy("签约日"), "签约时间", "签约日期"), Day(), example="2024-03-01"),
    ImportField(
        "start",
        (gettext_lazy("开工计划日"), "计划开工日", "计划开工时间", "拟开工时间", "开工时间", "开工日期"),
        PlannedDay(),
        help=gettext_lazy("只写月份的算到月底。已经开工的，在项目页登记实际日期。"),
        example="2024年8月",
    ),
    ImportField(
        "completion",
        (gettext_lazy("竣工计划日"), "计划竣工日", "计划竣工时间", "竣工时间", "竣工日期"),
        PlannedDay(),
        example="2025-10-31",
    ),
    ImportField(
        "production",
        (gettext_lazy("投产计划日"), "计划投产日", "计划投产时间", "投产时间", "投产日期"),
        PlannedDay(),
        example="2025-12-31",
    ),
)
_PEOPLE = (
    ImportField(
        "leader",
        (gettext_lazy("包联领导"), "包联县领导", "县领导", "分管领导"),
        Text(60),
        help=gettext_lazy("从导入当天起；换人的自动移交。"),
        example="王县长",
    ),
    ImportField(
        "department",
        (gettext_lazy("包联单位"), "责任单位", "牵头单位", "包联部门"),
        Text(200),
        example="工信局",
    ),
    ImportField("officer", (gettext_lazy("包联专员"), "包联干部", "联络员", "责任人"), Text(60)),
    ImportField("question", (gettext_lazy("待问"), "存在问题", "问题"), Text(300)),
    ImportField("reason", (gettext_lazy("调整原因"), "变更原因"), Text(300)),
)
PROJECTS = declare(
    ImportSpec(
        name="projects",
        title=gettext_lazy("项目"),
        permission="projects.edit",
        back="projects:list",
        help=gettext_lazy(
            "一行一个项目。按项目编号、项目代码或名称找到已登记的就修改，找不到的新登记；已经发生的开工、办结不在这里导入。"
        ),
        fields=(*_PROJECT, *_FIGURES, *_DAYS, *_PEOPLE),
        key=_key,
        check=check,
        commit=_commit,
    )
)
