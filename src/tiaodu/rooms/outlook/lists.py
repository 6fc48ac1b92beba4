"""Outlooks as a list."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiaodu.foundation.lists.columns import Chip, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.rooms.outlook.models import Basis
from tiaodu.rooms.outlook.selectors.rows import OutlookRow


class OutlookList(ListPage):
    """One row a promise, the worst first."""

    name = "outlook"
    title = _("研判")
    columns = (
        Column("name", _("承诺"), cell="outlook/estimates/cells/name.html", card="title", width="wide"),
        Column(
            "chance",
            pgettext_lazy("outlook", "把握"),
            cell="outlook/cells/chance.html",
            export=lambda r: r.outlook.chance,
            sort=lambda r: r.worst_first,
            card="aside",
        ),
        Column(
            "light", _("判断"), cell="outlook/cells/light.html", export=lambda r: r.light_word, width="medium"
        ),
        Column("p10", "P10", export=lambda r: r.p10, numeric=True),
        Column("p50", "P50", export=lambda r: r.p50, numeric=True),
        Column("p90", "P90", export=lambda r: r.p90, numeric=True),
        Column("value", _("现值"), export=lambda r: r.value, numeric=True),
        Column(
            "due",
            _("时限"),
            export=lambda r: r.outlook.due,
            sort=lambda r: str(r.outlook.due or ""),
            width="narrow",
        ),
        Column(
            "drivers",
            _("主要看什么"),
            cell=lambda r: r.driver_words or r.reason,
            export=lambda r: r.driver_words,
            width="wide",
        ),
        Column(
            "people", _("大家估计"), export=lambda r: r.people and r.people.value, numeric=True, shown=False
        ),
        Column(
            "people_count", _("几人估计"), export=lambda r: r.people and r.people.pooled.people, shown=False
        ),
        Column("people_apart", _("估计的分歧"), export=lambda r: r.people and r.people.apart, shown=False),
        Column(
            "people_against",
            _("估计与推演"),
            export=lambda r: r.people and r.people.against_outlook,
            shown=False,
        ),
        Column(
            "people_promise",
            _("估计与承诺"),
            export=lambda r: r.people and r.people.against_promise,
            shown=False,
        ),
        Column("reason", _("依据"), export=lambda r: r.reason, shown=False),
        Column("pace", _("今后每月"), export=lambda r: r.pace, shown=False),
        Column("lead", _("责任单位"), export=lambda r: r.lead, shown=False),
        Column("clash", _("措辞与把握"), export=lambda r: r.clash, shown=False),
        Column("task", _("工作任务"), export=lambda r: r.task.title, shown=False),
    )
    chips = (
        Chip("clash", _("话说得太满"), lambda row: row.clashes, light="red"),
        Chip("red", _("难以兑现"), lambda row: row.is_forecast and row.light == "red", light="red"),
        Chip("amber", _("不稳"), lambda row: row.is_forecast and row.light == "amber", light="amber"),
        Chip("forecast", _("有把握数"), lambda row: row.is_forecast),
        Chip("people", _("大家看法不同"), lambda row: row.people is not None and row.people.differs),
        Chip("fact", _("已成事实"), lambda row: row.outlook.basis == Basis.FACT),
        Chip("nothing", _("没有依据"), lambda row: row.outlook.basis == Basis.NOTHING),
    )
    search = Search(("words",))
    search_hint = _("搜索承诺、任务、单位")
    export_permission = "outlook.export"
    empty = Empty(
        _("还没有研判"),
        _("研判把全县一起推演一万遍，说每项承诺有几成把握、主要看什么。每天夜里做一次，也可以现在做。"),
        _("例如全年煤炭500万吨：把握三成，P50 487万吨，主要看各矿停产和冬季。"),
    )

    def row_url(self, record: Any) -> str:
        return str(record.url)

    def row_id(self, record: OutlookRow) -> int:
        return record.pk

    def row_light(self, record: OutlookRow) -> str:
        return record.light
