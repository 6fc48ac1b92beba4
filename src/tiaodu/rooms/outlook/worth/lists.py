"""What would be worth doing, as a list."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.lists.columns import Chip, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.rooms.outlook.models import Worth
from tiaodu.rooms.outlook.worth.selectors import WorthRow


class WorthList(ListPage):
    """One row an act and a promise, the best first."""

    name = "outlook-worth"
    title = _("值得先做")
    columns = (
        Column(
            "title",
            _("做什么"),
            cell="outlook/worth/cells/title.html",
            export=lambda r: r.title,
            card="title",
            width="wide",
        ),
        Column(
            "promise",
            _("对哪项承诺"),
            cell="outlook/worth/cells/promise.html",
            export=lambda r: r.promise.name,
            width="wide",
        ),
        Column(
            "effect",
            _("能带来什么"),
            cell="outlook/worth/cells/effect.html",
            exported=False,
            sort=lambda r: r.best_first,
        ),
        Column("decides", _("谁来办")),
        Column(
            "by", _("最晚"), export=lambda r: r.worth.by, sort=lambda r: str(r.worth.by or ""), width="narrow"
        ),
        Column("chance", _("把握多多少"), export=lambda r: r.worth.chance, shown=False, numeric=True),
        Column(
            "chance_error",
            _("把握的标准误"),
            export=lambda r: r.worth.chance_error,
            shown=False,
            numeric=True,
        ),
        Column("mean", _("数多多少"), export=lambda r: r.worth.mean, shown=False, numeric=True),
        Column("mean_error", _("数的标准误"), export=lambda r: r.worth.mean_error, shown=False, numeric=True),
        Column("unit", _("单位"), export=lambda r: r.promise.outlook.unit, shown=False),
        Column("narrower", _("范围收窄"), export=lambda r: r.worth.narrower, shown=False, numeric=True),
        Column("kind", _("哪一类"), export=lambda r: r.kind, shown=False),
        Column("reason", _("现在怎样"), export=lambda r: r.reason, shown=False),
    )
    chips = (
        Chip("step", Worth.Kind.STEP.label, lambda row: row.worth.kind == Worth.Kind.STEP),
        Chip("stops", Worth.Kind.STOPS.label, lambda row: row.worth.kind == Worth.Kind.STOPS),
        Chip("report", Worth.Kind.REPORT.label, lambda row: row.worth.kind == Worth.Kind.REPORT),
    )
    search = Search(("searched",))
    search_hint = _("搜索要做的事、承诺、谁来办")
    export_permission = "outlook.export"
    empty = Empty(
        _("还没有值得先做的"),
        _("每次研判都逐一推演：这一步提前办结、这座矿不停产、这个数报上来，各项承诺会好多少。"),
        _("例如“项目8月底前竣工验收”：58条线的把握多 12 个百分点。"),
    )

    def row_url(self, record: WorthRow) -> str:
        return record.url

    def row_light(self, record: Any) -> str:
        return ""
