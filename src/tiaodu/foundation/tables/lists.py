"""The list of all tables."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiaodu.foundation.lists.columns import Chip, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.foundation.tables.overview import BLOCKED, VALID, WAITING, Overview
from tiaodu.foundation.tables.selectors import COUNTY

_WORST = {BLOCKED: 0, WAITING: 1, VALID: 2}


class TableList(ListPage):
    """What serves which function, since when, by whose word."""

    name = "tables"
    title = _("参数表")
    columns = (
        Column(
            "title",
            pgettext_lazy("column", "参数表"),
            cell=lambda r: r.table.title,
            sort=lambda r: str(r.table.title),
            card="title",
        ),
        Column(
            "state",
            _("状态"),
            cell="tables/cells/state.html",
            sort=lambda r: _WORST[r.state],
            export=lambda r: f"{r.word} {r.reason}".strip(),
            card="aside",
        ),
        Column("summary", _("现在的内容"), export=lambda r: r.summary),
        Column("affects", _("用在哪里"), cell=lambda r: r.table.affects, export=lambda r: r.table.affects),
        Column(
            "valid_from",
            _("生效日"),
            cell=lambda r: r.data.valid_from.isoformat() if r.data else "",
            sort=lambda r: r.data.valid_from if r.data else None,
            export=lambda r: r.data.valid_from if r.data else None,
            width="narrow",
        ),
        Column("origin", _("出自"), export=lambda r: r.origin, shown=False),
        Column("confidence", _("可信程度"), sort=lambda r: r.confidence, export=lambda r: r.confidence),
        Column(
            "source",
            _("依据"),
            cell="tables/cells/source.html",
            export=lambda r: r.data.source if r.data else "",
        ),
    )
    chips = (
        Chip("mine", _("等我确认"), lambda r: r.mine > 0),
        Chip("blocked", _("缺"), lambda r: r.state == BLOCKED, light="red"),
        Chip("waiting", _("待确认"), lambda r: r.state == WAITING, light="amber"),
        Chip("valid", _("生效"), lambda r: r.state == VALID, light="green"),
        Chip("county", _("本地改过"), lambda r: bool(r.data and r.data.origin == COUNTY)),
    )
    search = Search(("table.title", "search_words", "data.source"))
    search_hint = _("搜索名称、用处、依据")
    export_permission = "tables.read"
    empty = Empty(_("还没有参数表"), _("期限、门槛、价格、系数和规则由各个功能声明，声明后列在这里。"))
    sample_field = ""

    def row_url(self, record: Overview) -> str:
        return record.url

    def row_light(self, record: Overview) -> str:
        return record.state

    def is_sample(self, record: Any) -> bool:
        return False
