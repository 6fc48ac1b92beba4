"""The lists of the room."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.lists.columns import Chip, Choice, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.rooms.returns.selectors.rows import ReturnRow


def _state(*names: str) -> Any:
    return lambda row: row.light in names


class ReturnList(ListPage):
    """Returns of a unit, or of all units of the county: what is late first."""

    name = "returns"
    title = _("报表")
    columns = (
        Column(
            "title",
            _("报表"),
            cell="returns/cells/title.html",
            sort=lambda r: (r.title, r.row.period_end),
            export=lambda r: r.title,
            card="title",
            width="wide",
        ),
        Column(
            "subject",
            _("单位"),
            cell=lambda r: r.row.subject.name,
            sort=lambda r: r.row.subject.name,
            export=lambda r: r.row.subject.name,
        ),
        Column(
            "period",
            _("时期"),
            cell=lambda r: str(r.row.period),
            sort=lambda r: (r.row.period_end, r.row.period_start),
            export=lambda r: str(r.row.period),
        ),
        Column(
            "state",
            _("状态"),
            cell="returns/cells/state.html",
            sort=lambda r: r.rank,
            export=lambda r: r.state_words,
            card="aside",
        ),
        Column(
            "due",
            _("期限"),
            cell="returns/cells/due.html",
            sort=lambda r: r.due_sort,
            export=lambda r: r.row.due,
        ),
        Column("submitted", _("报出日"), export=lambda r: r.row.submitted_on, card="hidden"),
        Column("basis", _("依据"), export=lambda r: r.basis_words, shown=False),
    )
    chips = (
        Chip("overdue", _("逾期未报"), _state("overdue"), light="overdue"),
        Chip("waiting", _("待报"), _state("due"), light="due_soon"),
        Chip("back", _("待说明、已退回"), _state("back"), light="due_soon"),
        Chip("in", _("已报"), _state("in", "late"), light="green"),
        Chip("late", _("迟报"), _state("late")),
    )
    search = Search(("row.subject.name", "title"))
    export_permission = "returns.export"
    empty = Empty(
        _("还没有报表"),
        _("时期一过，系统按报表的名录为每家企业开出一份。"),
        _("例：煤矿生产日报，每天一份，第二天报出。"),
    )

    def __init__(self, request: HttpRequest, rows: list[ReturnRow]) -> None:
        super().__init__(request, rows)
        titles = sorted({(r.row.type, r.title) for r in rows})
        if len(titles) > 1:
            self.choices = (
                Choice("type", _("报表"), titles, lambda value: lambda row: row.row.type == value),
            )

    def row_url(self, record: ReturnRow) -> str:
        return reverse("returns:return", args=[record.row.pk])

    def row_light(self, record: ReturnRow) -> str:
        return record.dot

    sample_field: ClassVar[str] = "row.sample"
