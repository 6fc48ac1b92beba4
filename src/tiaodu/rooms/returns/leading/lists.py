"""The lists of leading firms and of the followers of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.lists.columns import Chip, Column, Empty, Search, attribute
from tiaodu.foundation.lists.page import ListPage
from tiaodu.rooms.returns.economy.lists import kept, month_choices, percent, points
from tiaodu.rooms.returns.leading.models import Follower
from tiaodu.rooms.returns.leading.selectors import FollowerLine, LeadingLine

NOT_SHOWN = _("不显示（您不能看单个企业的数）")


def _told(path: str) -> Callable[[Any], Any]:
    return lambda row: attribute(row, path)


def _order(path: str) -> Callable[[Any], Any]:
    return lambda row: (attribute(row, path) is not None, attribute(row, path) or Decimal(0))


def _amount(key: str, title: Any, *, shown: bool = True) -> Column:
    return Column(
        key,
        title,
        cell=f"returns/leading/cells/{key}.html",
        sort=_order(f"{key}.value"),
        export=lambda row: NOT_SHOWN if _hidden(row) else attribute(row, f"{key}.value"),
        numeric=True,
        shown=shown,
    )


def _hidden(row: Any) -> bool:
    return row.hidden if isinstance(row, LeadingLine) else not row.seen


def _growth(key: str, title: Any, *, shown: bool = True) -> Column:
    path = f"{key}.growth"
    return Column(
        f"{key}_growth",
        title,
        cell=lambda row: percent(attribute(row, path)),
        sort=_order(path),
        export=_told(path),
        numeric=True,
        shown=shown,
    )


def _sum(key: str, title: Any) -> Column:
    return Column(
        key,
        title,
        cell=f"returns/leading/cells/{key}.html",
        sort=_order(key),
        export=lambda row: NOT_SHOWN if row.sums_hidden else getattr(row, key),
        numeric=True,
    )


class LeadingList(ListPage):
    """Leading firms: what they made and bought this year so far, and who follows them."""

    name = "returns-leading"
    title = _("链主企业和本地配套")
    columns = (
        Column(
            "name",
            _("链主企业"),
            cell=lambda row: row.leading.subject.name,
            sort=lambda row: row.leading.subject.name,
            export=lambda row: row.leading.subject.name,
            card="title",
        ),
        Column(
            "chain",
            _("产业链"),
            cell=lambda row: row.leading.chain,
            sort=lambda row: row.leading.chain,
            export=lambda row: row.leading.chain,
        ),
        _amount("output", _("产值（本年）")),
        _growth("output", _("产值同比")),
        _amount("bought", _("采购总额"), shown=False),
        _amount("local", _("本地采购")),
        _growth("local", _("本地采购同比")),
        Column(
            "share",
            _("本地占比"),
            cell=lambda row: percent(row.share),
            sort=_order("share"),
            numeric=True,
        ),
        Column(
            "share_change",
            _("占比变化（百分点）"),
            cell=lambda row: points(row.share_change),
            sort=_order("share_change"),
            numeric=True,
            shown=False,
        ),
        Column("count", _("配套企业"), sort=lambda row: row.count, numeric=True),
        _sum("followers_output", _("配套企业产值")),
        _sum("followers_people", _("配套企业从业人员")),
    )
    search = Search(("leading.subject.name", "leading.chain"))
    export_permission = "returns.export"
    empty = Empty(
        _("还没有登记链主企业"),
        _("登记链主企业和给它供货、向它采购的企业；采购数由链主企业自愿填报。"),
        _("例：某手套企业是手套产业链的链主，包装厂、纱线厂是它的配套企业。"),
    )

    def __init__(self, request: HttpRequest, rows: Sequence[LeadingLine], months: Sequence[str]) -> None:
        super().__init__(request, rows)
        self.choices = month_choices(months)

    def row_url(self, record: LeadingLine) -> str:
        return f"{reverse('returns:leading-firm', args=[record.leading.pk])}?{kept(self)}"

    def row_light(self, record: LeadingLine) -> str:
        return ""


def _role(role: str) -> Callable[[FollowerLine], bool]:
    return lambda row: row.follower.role == role


class FollowerList(ListPage):
    """The followers of a leading firm."""

    name = "returns-followers"
    columns = (
        Column(
            "name",
            _("配套企业"),
            cell=lambda row: row.follower.subject.name,
            sort=lambda row: row.follower.subject.name,
            export=lambda row: row.follower.subject.name,
            card="title",
        ),
        Column("role", _("关系"), export=lambda row: row.follower.get_role_display()),
        Column("what", _("配套什么"), export=lambda row: row.follower.what),
        _amount("output", _("产值（本年）")),
        _growth("output", _("产值同比")),
        _amount("people", _("从业人员")),
        _growth("people", _("人员同比"), shown=False),
        Column("since", _("从"), export=lambda row: row.follower.since),
        Column("source", _("依据"), export=lambda row: row.follower.source, width="wide"),
    )
    chips = tuple(Chip(role.value, role.label, _role(role.value)) for role in Follower.Role)
    search = Search(("follower.subject.name", "follower.what"))
    export_permission = "returns.export"
    keeps_views = False
    empty = Empty(_("还没有登记配套企业"), _("按链主企业的说明或合同，登记谁给它供货、谁向它采购。"))

    def __init__(
        self, request: HttpRequest, rows: Sequence[FollowerLine], title: str, *, keeps: bool
    ) -> None:
        super().__init__(request, rows)
        self.__dict__["title"] = title
        self.keeps = keeps

    def row_url(self, record: FollowerLine) -> str:
        return reverse("returns:follower", args=[record.follower.pk]) if self.keeps else ""

    def row_light(self, record: FollowerLine) -> str:
        return ""
