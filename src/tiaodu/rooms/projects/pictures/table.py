"""The table behind the wall map: the same rows in figures and words, to sort, print and take to Excel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from operator import attrgetter
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.projects.wall import LATE, WORST_FIRST, Verdict
from tiaodu.foundation.lists.columns import Chip, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.rooms.projects.pictures.wall import WallRow


def _promised(row: WallRow) -> date | None:
    return row.outcome.promise.day if row.outcome.promise else None


def _step(row: WallRow) -> str:
    return row.step_words(row.outcome.promise.step) if row.outcome.promise else ""


def _probable(name: str) -> Callable[[WallRow], date | None]:
    return lambda row: getattr(row.probable, name) if row.probable else None


_ORDER = {verdict: place for place, verdict in enumerate(WORST_FIRST)}
_PERCENT = attrgetter("chance_percent")
_COLUMNS = (
    Column("name", _("项目"), sort=lambda r: r.name, cell="projects/cells/wall_name.html",
           export=lambda r: r.name, card="title"),
    Column("verdict", _("按期与否"), sort=lambda r: (_ORDER[r.outcome.verdict], -r.outcome.days),
           cell="projects/cells/wall_verdict.html", export=WallRow.verdict_words, card="aside"),
    Column("days", _("晚（天）"), sort=lambda r: r.late_days, export=lambda r: r.late_days, numeric=True,
           shown=False),
    Column("through", _("卡在哪一步"), cell=WallRow.through_words, export=WallRow.through_words),
    Column("step", _("承诺的步骤"), cell=_step, export=_step),
    Column("promised", _("承诺日"), sort=_promised, cell=_promised, export=_promised, width="narrow"),
    Column("p50", _("一半可能"), sort=_probable("p50"), cell=_probable("p50"), export=_probable("p50"),
           width="narrow"),
    Column("p80", _("八成可能"), sort=_probable("p80"), cell=_probable("p80"), export=_probable("p80"),
           width="narrow"),
    Column("chance", _("把握（%）"), sort=_PERCENT, cell=_PERCENT, export=_PERCENT, numeric=True),
    Column("light", _("红黄绿灯"), export=lambda r: r.lamp_word, shown=False),
    Column("stage", _("阶段"), export=lambda r: r.row.stage_words, shown=False),
    Column("leader", _("包联领导"), export=lambda r: r.row.leader, shown=False),
    Column("zone", _("片区"), export=lambda r: str(r.row.project.zone or ""), shown=False),
    Column("kind", _("项目类型"), export=lambda r: r.row.kind_words, shown=False),
)  # fmt: skip


class WallTable(ListPage):
    """The wall map as a list."""

    name = "projects-wall"
    title = _("挂图作战表")
    columns: ClassVar[Sequence[Column]] = _COLUMNS
    chips = (
        Chip("miss", _("预计不能按期"), lambda r: r.outcome.verdict in LATE, light="red"),
        Chip("risk", _("可能赶不上"), lambda r: r.outcome.verdict == Verdict.RISK, light="amber"),
        Chip("keep", _("预计按期"), lambda r: r.outcome.verdict == Verdict.KEEP, light="green"),
        Chip(
            "unknown", _("没有承诺或不能推算"), lambda r: r.outcome.verdict == Verdict.UNKNOWN, light="grey"
        ),
    )
    search = Search(("name", "row.leader", "row.project.code"))
    search_hint = _("搜索项目、领导、编号")
    export_permission = "projects.export"
    empty = Empty(_("还没有项目"), _("登记了项目、定了承诺日期，这里就有谁会晚、晚几天、卡在哪一步。"))

    def row_url(self, record: Any) -> str:
        return reverse("projects:project", args=[record.project_id])

    def row_id(self, record: Any) -> int:
        return int(record.project_id)
