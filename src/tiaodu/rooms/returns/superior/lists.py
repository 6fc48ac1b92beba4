"""The list of superior offices' forms."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.lists.columns import Chip, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.rooms.returns.superior.models import SuperiorForm


def _last(row: Any) -> str:
    return f"{row.last_month:%Y-%m}" if row.last_month else ""


class FormList(ListPage):
    """Forms that offices above ask for every month."""

    name = "superior-forms"
    title = _("上级报表")
    columns = (
        Column("title", _("表名"), sort=("title",), card="title", width="wide"),
        Column("issuer", _("哪个上级单位要的"), sort=("issuer",)),
        Column("department", _("单位"), sort=("department__name",), export=lambda r: str(r.department or "")),
        Column("last", _("最近填到"), cell=_last, export=_last, sort=("last_month",), card="aside"),
        Column("filled", _("填过几次"), numeric=True, sort=("filled",)),
        Column("made_on", _("登记日"), sort=("made_on",), shown=False),
    )
    chips = (
        Chip("open", _("在用"), Q(ended_on__isnull=True), light="green"),
        Chip("ended", _("已停用"), Q(ended_on__isnull=False)),
    )
    search = Search(("title", "issuer"))
    search_hint = _("搜索表名、上级单位")
    export_permission = "returns.export"
    empty = Empty(
        _("还没有登记上级报表"),
        _("上级每月要的表，把空白表传一次，说明每格填什么，以后每月一键填好，每个数都有出处。"),
        _("例：市工信局《县区工业经济运行月报》。"),
    )

    def row_url(self, record: SuperiorForm) -> str:
        return reverse("returns:form", args=[record.pk])

    def row_light(self, record: SuperiorForm) -> str:
        return "grey" if record.ended_on else "green"
