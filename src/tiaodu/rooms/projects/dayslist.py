"""Days really taken, as lists: one row a kind of step and unit, one row a step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.stages.model import Unit
from tiaodu.foundation.lists.columns import Choice, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.rooms.projects.promiselist import percent
from tiaodu.rooms.projects.selectors.days import Begun, DaysRow
from tiaodu.rooms.projects.selectors.rows import STAGES, stage_words


def unit_words(unit: Unit) -> str:
    """Working days or days."""
    return _now("工作日") if unit == Unit.WORKING else _now("天")


def days_text(days: float | None) -> str:
    """Days without a needless fraction."""
    return "" if days is None else f"{days:.1f}".removesuffix(".0")


def law_days(row: DaysRow) -> int | None:
    """The days of the limit of law, where it is counted in the row's unit."""
    return row.law.days if row.law is not None and row.law.unit == row.taken.unit else None


def law_words(row: DaysRow) -> str:
    """The limit of law with its unit where that is another."""
    if row.law is None:
        return ""
    return (
        str(row.law.days) if row.law.unit == row.taken.unit else f"{row.law.days} {unit_words(row.law.unit)}"
    )


def kept_words(row: DaysRow) -> str:
    """The share within the promised days with its interval."""
    if row.taken.kept is None or row.interval is None:
        return ""
    low, high = row.interval
    told = {"share": percent(row.taken.kept), "low": percent(low), "high": percent(high)}
    return _now("%(share)s（%(low)s–%(high)s）") % told


def _taken(name: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row.taken, name)


class DaysList(ListPage):
    """One row a kind of step and unit."""

    name = "project-days"
    title = _("实际用时")
    columns = (
        Column("name", _("步骤"), card="title", width="wide", export=lambda r: r.name),
        Column("doer", _("责任单位"), export=lambda r: r.doer),
        Column("stage", _("阶段"), export=lambda r: stage_words(r.stage), shown=False),
        Column("finished", _("办结"), export=_taken("finished"), sort=_taken("finished"), numeric=True),
        Column("running", _("在办"), export=_taken("running"), numeric=True, shown=False),
        Column(
            "median",
            _("中位"),
            cell=lambda r: days_text(r.taken.median),
            export=_taken("median"),
            sort=lambda r: r.taken.median or 0.0,
            numeric=True,
        ),
        Column(
            "p80",
            _("八成不超过"),
            cell=lambda r: days_text(r.taken.p80),
            export=_taken("p80"),
            sort=lambda r: r.taken.p80 or 0.0,
            numeric=True,
        ),
        Column("unit", _("计量单位"), export=lambda r: unit_words(r.taken.unit)),
        Column(
            "promised",
            _("承诺时限"),
            cell=lambda r: days_text(r.taken.promised),
            export=_taken("promised"),
            numeric=True,
        ),
        Column("law", _("法定时限"), cell=law_words, export=law_words, numeric=True),
        Column("strip", _("对照"), cell="projects/cells/strip.html", exported=False, card="hidden"),
        Column("kept", _("在承诺内"), cell=kept_words, export=kept_words, width="medium"),
        Column("judged", _("可判断的"), export=lambda r: r.taken.judged or None, numeric=True, shown=False),
    )
    search = Search(("words",))
    search_hint = _("搜索步骤、单位")
    export_permission = "projects.export"
    empty = Empty(
        _("还没有用时记录"),
        _("项目的步骤登记了开始日和办结日，这里就有它实际用了几天，和承诺、法定时限并排。"),
        _("例如节能审查办结了6次，中位27个工作日，八成在33个工作日内，法定20个工作日。"),
    )

    def __init__(self, request: HttpRequest, rows: Sequence[DaysRow]) -> None:
        super().__init__(request, rows)
        doers = sorted({row.doer for row in rows})
        stages = [stage for stage in STAGES if any(row.stage == stage for row in rows)]
        self.choices = (
            Choice("doer", _("责任单位"), [(doer, doer) for doer in doers], _by("doer")),
            Choice("stage", _("阶段"), [(stage, stage_words(stage)) for stage in stages], _by("stage")),
        )

    def row_url(self, record: DaysRow) -> str:
        return reverse("projects:days-each", args=[record.kind])

    def row_id(self, record: DaysRow) -> int:
        return STAGES.index(record.stage)

    def row_light(self, record: DaysRow) -> str:
        return ""


def _by(name: str) -> Callable[[str], Callable[[Any], bool]]:
    return lambda value: lambda row: getattr(row, name) == value


class BegunList(ListPage):
    """One row a step of a project."""

    name = "project-days-each"
    title = _("逐项用时")
    columns = (
        Column(
            "project",
            _("项目"),
            cell=lambda r: r.project.subject.name,
            export=lambda r: r.project.subject.name,
            card="title",
            width="wide",
        ),
        Column("step", _("步骤"), export=lambda r: r.step_name),
        Column("doer", _("责任单位"), export=lambda r: r.doer),
        Column("started", _("开始日"), width="narrow", export=lambda r: r.started, sort=lambda r: r.started),
        Column("finished", _("办结日"), width="narrow", export=lambda r: r.finished),
        Column(
            "days",
            _("用时"),
            cell=lambda r: days_text(r.record.days),
            export=lambda r: r.record.days,
            sort=lambda r: r.record.days,
            numeric=True,
        ),
        Column(
            "paused",
            _("停表等待"),
            cell=lambda r: days_text(r.record.paused or None),
            export=lambda r: r.record.paused or None,
            numeric=True,
        ),
        Column("unit", _("计量单位"), export=lambda r: unit_words(r.record.unit)),
        Column(
            "promised",
            _("承诺时限"),
            cell=lambda r: days_text(r.record.promised),
            export=lambda r: r.record.promised,
            numeric=True,
        ),
    )
    search = Search(("words",))
    search_hint = _("搜索项目、单位")
    export_permission = "projects.export"
    empty = Empty(_("还没有用时记录"), _("登记了开始日的步骤会列在这里。"))

    def row_url(self, record: Begun) -> str:
        return reverse("projects:step", args=[record.project.pk, record.step.code])

    def row_id(self, record: Begun) -> int:
        return record.project.pk

    def row_light(self, record: Begun) -> str:
        return ""
