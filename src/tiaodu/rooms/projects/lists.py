"""The register of projects as a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.quantity import plain
from tiaodu.foundation.lists.columns import Chip, Choice, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.foundation.registry.models import Liaison
from tiaodu.foundation.registry.sectors import sector_name
from tiaodu.rooms.projects.imports.desk import milestone_step
from tiaodu.rooms.projects.imports.words import WAN
from tiaodu.rooms.projects.selectors.rows import STAGES, ProjectRow, stage_words
from tiaodu.rooms.projects.tables import words_in

_ORDER = {stage: place for place, stage in enumerate(STAGES)}


def _money(name: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row.plan, name) if row.plan else None


def _in_stage(stage: str) -> Callable[[Any], bool]:
    return lambda row: bool(row.stage == stage)


def _next_words(row: ProjectRow) -> str:
    step = row.next_step
    return f"{words_in(step.step.name)}（{row.doer(step)}）" if step else ""


def _wan(name: str) -> Callable[[Any], Any]:
    """An amount of the plan in 万元, as tables of projects are kept and come in again."""
    return lambda row: plain(getattr(row.plan, name) / WAN) if row.plan else None


def _day_of(field: str, name: str) -> Callable[[Any], Any]:
    """The day the step of a milestone was finished, or promised for."""

    def found(row: ProjectRow) -> Any:
        step = milestone_step(row.template, field)
        return getattr(row.state.of(step.code), name) if step is not None else None

    return found


def _department(row: ProjectRow) -> str:
    """The department that looks after a project."""
    liaison = row.liaisons.get(Liaison.Role.DEPARTMENT)
    return liaison.who if liaison is not None else ""


_PROJECT = (
    Column(
        "code",
        _("编号"),
        sort=lambda r: r.project.code,
        export=lambda r: r.project.code,
        cell=lambda r: r.project.code,
        card="hidden",
        width="narrow",
    ),
    Column(
        "name",
        _("项目"),
        sort=lambda r: r.name,
        export=lambda r: r.name,
        cell="projects/cells/name.html",
        card="title",
        width="wide",
    ),
    Column("platform_code", _("项目代码"), export=lambda r: r.project.platform_code, shown=False),
    Column("kind", _("项目类型"), export=lambda r: r.kind_words, shown=False),
    Column("nature", _("建设性质"), export=lambda r: r.project.get_nature_display(), shown=False),
    Column("level", _("级别"), export=lambda r: r.project.get_level_display(), shown=False),
    Column(
        "sector",
        _("领域"),
        export=lambda r: sector_name(r.subject.sector) if r.subject.sector else "",
        shown=False,
    ),
    Column(
        "stage",
        _("阶段"),
        cell="projects/cells/stage.html",
        sort=lambda r: (_ORDER[r.stage], r.reached.done),
        export=lambda r: r.stage_words,
        width="medium",
    ),
    Column(
        "next",
        _("下一步"),
        cell="projects/cells/next.html",
        sort=lambda r: -r.late,
        export=_next_words,
        width="wide",
    ),
    Column("late", _("逾期工作日"), export=lambda r: r.late or None, shown=False),
    Column(
        "total",
        _("总投资"),
        cell="projects/cells/total.html",
        sort=_money("total"),
        export=_money("total"),
        numeric=True,
        exported=False,
    ),
    Column("total_wan", _("总投资（万元）"), export=_wan("total"), numeric=True, shown=False),
    Column(
        "planned",
        _("年度计划投资"),
        cell="projects/cells/planned.html",
        sort=_money("planned"),
        export=_money("planned"),
        numeric=True,
        exported=False,
    ),
    Column("planned_wan", _("年度计划投资（万元）"), export=_wan("planned"), numeric=True, shown=False),
    Column("year", _("计划年度"), export=lambda r: r.plan.year if r.plan else None, shown=False),
    Column(
        "developer",
        _("业主"),
        cell=lambda r: r.project.developer,
        export=lambda r: str(r.project.developer or ""),
        sort=lambda r: str(r.project.developer or "") or None,
    ),
    Column("zone", _("片区"), export=lambda r: str(r.project.zone or ""), shown=False),
    Column("park", _("园区"), export=lambda r: str(r.project.park or ""), shown=False),
    Column("township", _("乡镇"), export=lambda r: str(r.project.township or ""), shown=False),
    Column("place", _("建设地点"), export=lambda r: r.project.place, shown=False),
    Column("content", _("建设内容及规模"), export=lambda r: r.project.content, shown=False),
    Column("land_mu", _("用地（亩）"), export=lambda r: r.project.land_mu, shown=False),
    Column("leader", _("包联领导"), cell=lambda r: r.leader, export=lambda r: r.leader, card="hidden"),
    Column("department", _("包联单位"), export=_department, shown=False),
    Column("officer", _("包联专员"), export=lambda r: r.officer, shown=False),
    Column("signed", _("签约日"), export=lambda r: r.project.signed_on, shown=False),
    Column("start", _("开工计划日"), export=_day_of("start", "promised"), shown=False),
    Column("completion", _("竣工计划日"), export=_day_of("completion", "promised"), shown=False),
    Column("production", _("投产计划日"), export=_day_of("production", "promised"), shown=False),
    Column("started", _("开工日"), export=_day_of("start", "finished"), shown=False),
    Column("completed", _("竣工日"), export=_day_of("completion", "finished"), shown=False),
    Column("produced", _("投产日"), export=_day_of("production", "finished"), shown=False),
    Column("question", _("待问"), export=lambda r: r.project.question, shown=False),
)


class ProjectList(ListPage):
    """The register."""

    name = "projects"
    title = _("项目")
    columns: ClassVar[Sequence[Column]] = _PROJECT
    chips = (
        Chip("open", _("推进中"), lambda r: not r.reached.finished),
        Chip("late", _("有逾期步骤"), lambda r: bool(r.late), light="overdue"),
        *(Chip(stage, lazy(stage_words, str)(stage), _in_stage(stage)) for stage in STAGES),
        Chip("asked", _("待问"), lambda r: bool(r.project.question)),
    )
    search = Search(("name", "project.code", "project.platform_code", "project.developer.name", "leader"))
    search_hint = _("搜索项目、业主、代码、领导")
    default_filter = "open"
    default_sort = "code"
    export_permission = "projects.export"
    imports = ("projects", "approvals")
    sample_field = "sample"
    empty = Empty(
        _("还没有登记项目"),
        _("项目按模板走完签约、手续、用地、开工、竣工、投产、达产；每一步谁办、几天、要什么材料都在里面。"),
        _("例如“丁腈手套二期”选“制造业项目（备案制）”，就有二十多个步骤可以跟踪。"),
    )

    def __init__(self, request: HttpRequest, rows: Sequence[ProjectRow]) -> None:
        super().__init__(request, rows)
        self.choices = _choices(rows)

    def row_url(self, record: ProjectRow) -> str:
        return reverse("projects:project", args=[record.project.pk])

    def row_id(self, record: ProjectRow) -> int:
        return record.project.pk

    def row_version(self, record: ProjectRow) -> int:
        return record.project.version

    def row_light(self, record: ProjectRow) -> str:
        return "overdue" if record.late else ""


def _choices(rows: Sequence[ProjectRow]) -> tuple[Choice, ...]:
    """Drop-downs over what occurs in the person's rows."""
    kinds = {r.template.kind: r.kind_words for r in rows}
    zones = {r.project.zone_id: str(r.project.zone) for r in rows if r.project.zone_id}
    leaders = sorted({r.leader for r in rows if r.leader})
    made = (
        Choice(
            "kind",
            _("项目类型"),
            sorted(kinds.items(), key=lambda item: item[1]),
            lambda v: lambda r: r.template.kind == v,
        ),
        Choice(
            "zone",
            _("片区"),
            [(str(pk), name) for pk, name in zones.items()],
            lambda v: lambda r: str(r.project.zone_id) == v,
        ),
        Choice(
            "leader",
            _("包联领导"),
            [(name, name) for name in leaders],
            lambda v: lambda r: r.leader == v,
        ),
    )
    return tuple(choice for choice in made if len(choice.options) > 1)
