"""The dispatch table of a month as a list: on screen, on paper, as Excel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.display import number_text
from tiaodu.engine.projects.lights import ORDER, Light
from tiaodu.foundation.lists.columns import Chip, Choice, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.rooms.projects.investing import percent
from tiaodu.rooms.projects.selectors.months import MonthLine, SumLine, months_back, sum_line
from tiaodu.rooms.projects.sheets import wan
from tiaodu.rooms.projects.words import WORDS, light_reason, light_state, light_word


def _light_words(line: MonthLine | SumLine) -> str:
    if not isinstance(line, MonthLine):
        return ""
    reason = light_reason(line.colour)
    return f"{light_word(line.light)}：{reason}" if reason else light_word(line.light)


def _wan_words(key: str, line: MonthLine | SumLine) -> str:
    amount = wan(getattr(line, key))
    return "" if amount is None else number_text(amount)


def _money(key: str, title: Any, *, shown: bool = True) -> Column:
    """A column of money in 万元, as such tables have it."""
    return Column(
        key,
        title,
        cell=partial(_wan_words, key) if key != "done" else "projects/cells/month_done.html",
        sort=lambda line: getattr(line, key),
        export=lambda line: wan(getattr(line, key)),
        numeric=True,
        shown=shown,
    )


def _has(light: Light, line: MonthLine) -> bool:
    return line.light == light


class MonthlyList(ListPage):
    """Every project of a month, and the sums under them."""

    name = "projects-monthly"
    title = _("重点项目月度调度表（万元）")
    columns: ClassVar[Sequence[Column]] = (
        Column(
            "code",
            _("编号"),
            export=lambda line: getattr(line.row.project, "code", "") if isinstance(line, MonthLine) else "",
            shown=False,
        ),
        Column(
            "name",
            _("项目"),
            cell="projects/cells/month_name.html",
            sort=lambda line: line.name,
            export=lambda line: line.name or _("合计"),
            card="title",
            width="wide",
        ),
        _money("total", _("总投资"), shown=False),
        _money("planned", _("年度计划")),
        _money("planned_so_far", _("序时计划")),
        _money("done", _("调度数")),
        Column(
            "share",
            _("占比"),
            cell=lambda line: percent(line.share) if line.share is not None else "",
            sort=lambda line: line.share,
            export=lambda line: percent(line.share) if line.share is not None else None,
            numeric=True,
        ),
        _money("paid", _("资金支付")),
        Column(
            "light",
            _("颜色"),
            cell="projects/cells/month_light.html",
            sort=lambda line: ORDER.index(line.light),
            export=_light_words,
        ),
        Column("text", _("形象进度")),
        Column("problem", _("存在问题")),
        _money("next_month", _("下月计划")),
        Column(
            "leader",
            _("包联领导"),
            export=lambda line: line.row.leader if isinstance(line, MonthLine) else "",
            shown=False,
        ),
    )
    chips = (
        Chip("unreported", _("未报"), lambda line: line.done is None, light="not_due"),
        *(
            Chip(light.value, WORDS[light], partial(_has, light), light=light_state(light))
            for light in ORDER
            if light != Light.NONE
        ),
    )
    search = Search(("name", "row.project.code", "row.leader", "text", "problem"))
    search_hint = _("搜索项目、形象进度、问题")
    export_permission = "projects.export"
    sums = True
    empty = Empty(
        _("这个月没有项目"),
        _("登记了项目、定了年度计划投资，这里就按月列出计划、调度数、资金支付、形象进度和颜色，合计在表尾。"),
    )

    def __init__(self, request: HttpRequest, lines: Sequence[MonthLine], month: date, today: date) -> None:
        super().__init__(request, lines)
        # The month stands in the title on paper and in Excel too.
        told = {"year": month.year, "month": month.month}
        self.__dict__["title"] = _("%(year)s年%(month)s月重点项目调度表（万元）") % told
        months = [(each.isoformat()[:7], f"{each:%Y-%m}") for each in months_back(today)]
        self.choices = (Choice("month", _("月份"), months, lambda value: lambda line: True),)

    def sum_of(self, records: Iterable[MonthLine]) -> SumLine:
        return sum_line(records)

    def row_url(self, record: MonthLine) -> str:
        return reverse("projects:project", args=[record.row.project.pk]) + "#investment"

    def row_id(self, record: MonthLine) -> int:
        return record.row.project.pk

    def row_version(self, record: MonthLine) -> int:
        return record.row.project.version

    def row_light(self, record: MonthLine) -> str:
        return light_state(record.light)
