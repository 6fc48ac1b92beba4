"""The list of documents."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.reading import Kind
from tiaodu.foundation.lists.columns import Chip, Choice, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.rooms.documents.models import Document, DocumentState, Secrecy, StatementState

_WAITING = Q(state=DocumentState.READ, statements__state=StatementState.OPEN) & ~Q(
    statements__kind=Kind.CONTEXT
)


def _state(document: Document) -> Any:
    """The state in words, as the page shows it."""
    if document.state != DocumentState.READ:
        return document.get_state_display()
    counted: Any = document  # annotated by documents_listed
    if counted.waiting:
        return gettext("待审 %(n)s 条") % {"n": counted.waiting}
    return gettext("已审完") if counted.found else gettext("没有读出承诺")


class DocumentList(ListPage):
    """Documents in reach, latest first."""

    name = "documents"
    title = _("文件")
    columns = (
        Column("title", _("标题"), sort=("title",), card="title", width="wide"),
        Column("state", _("状态"), "documents/_state.html", export=_state, card="aside"),
        Column(
            "plan_year",
            _("计划年度"),
            sort=("plan_year",),
            export=lambda d: d.plan_year,
            cell=lambda d: d.plan_year,
        ),
        Column(
            "document_date",
            _("成文日期"),
            sort=("document_date",),
            cell=lambda d: d.document_date and d.document_date.isoformat(),
        ),
        Column(
            "secrecy",
            _("密级"),
            cell=lambda d: d.get_secrecy_display(),
            export=lambda d: d.get_secrecy_display(),
        ),
        Column("told", _("条目"), sort=("told",), numeric=True),
        Column("waiting", _("待审条目"), sort=("waiting",), numeric=True),
        Column("created_by", _("登记人")),
        Column("created_on", _("登记日"), sort=("created_on",), cell=lambda d: d.created_on.isoformat()),
    )
    chips = (
        Chip("waiting", _("有待审条目"), _WAITING),
        Chip("reading", _("正在读取"), Q(state=DocumentState.READING)),
        Chip("failed", _("未读成"), Q(state=DocumentState.FAILED)),
    )
    search = Search(("title",))
    search_hint = _("搜索标题")
    export_permission = "documents.export"
    empty = Empty(
        _("还没有登记文件"),
        _(
            "文件是一切的开头：一份计划、方案或会议纪要读进来，每句话变成一条可以接受、修改或不采纳的条目，接受的进台账。"
        ),
        _("10月份恢复正常生产，确保全年原煤产量达到500万吨。"),
        "/documents/try/",
        _("试读一份文件"),
    )

    def __init__(self, request: HttpRequest, rows: QuerySet[Document]) -> None:
        super().__init__(request, rows)
        years = rows.order_by("-plan_year").values_list("plan_year", flat=True).distinct()
        self.choices = (
            Choice(
                "year",
                _("计划年度"),
                [(str(y), str(y)) for y in dict.fromkeys(years)],
                lambda value: Q(plan_year=int(value)),
            ),
            Choice("secrecy", _("密级"), list(Secrecy.choices), lambda value: Q(secrecy=value)),
        )

    def row_url(self, record: Document) -> str:
        return reverse("documents:detail", args=[record.pk])

    def row_light(self, record: Document) -> str:
        return ""
