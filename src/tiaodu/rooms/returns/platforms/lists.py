"""The list of platform firms."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.lists.columns import Chip, Column, Empty, Search, attribute
from tiaodu.foundation.lists.page import ListPage
from tiaodu.rooms.returns.economy.lists import kept, month_choices, percent
from tiaodu.rooms.returns.platforms.alerts import left_words
from tiaodu.rooms.returns.platforms.selectors import PlatformRow


def _licences(row: PlatformRow) -> str:
    return "；".join(
        f"{each.name} {each.fact.number} {each.fact.authority} {each.fact.until or ''} {left_words(each)}"
        for each in row.licences
    )


def _soonest(row: PlatformRow) -> int:
    return min((each.left for each in row.licences if each.left is not None), default=99_999)


def _amount(key: str, title: Any) -> Column:
    return Column(
        key,
        title,
        cell=f"returns/platforms/cells/{key}.html",
        sort=lambda row: attribute(row, f"{key}.value") or Decimal(-1),
        export=lambda row: attribute(row, f"{key}.value"),
        numeric=True,
    )


class PlatformList(ListPage):
    """Platform firms, with what runs out soonest to be put first."""

    name = "returns-platforms"
    title = _("平台企业")
    columns = (
        Column(
            "name",
            _("企业"),
            cell=lambda row: row.platform.subject.name,
            sort=lambda row: row.platform.subject.name,
            export=lambda row: row.platform.subject.name,
            card="title",
        ),
        Column("brands", _("品牌"), export=lambda row: "、".join(row.brands)),
        Column(
            "licences",
            _("许可"),
            cell="returns/platforms/cells/licences.html",
            sort=_soonest,
            export=_licences,
            width="wide",
        ),
        Column(
            "tax",
            _("纳税状态"),
            cell="returns/platforms/cells/tax.html",
            sort=lambda row: row.tax_words,
            export=lambda row: row.tax_words,
        ),
        _amount("volume", _("平台交易额（本年）")),
        Column(
            "volume_growth",
            _("同比"),
            cell=lambda row: percent(attribute(row, "volume.growth")),
            export=lambda row: attribute(row, "volume.growth"),
            numeric=True,
        ),
        _amount("served", _("服务企业")),
    )
    chips = (
        Chip("over", _("许可过期"), lambda row: any(each.over for each in row.licences), light="red"),
        Chip(
            "near",
            _("许可快到期"),
            lambda row: any(each.near and not each.over for each in row.licences),
            light="amber",
        ),
    )
    search = Search(("platform.subject.name", "brands"))
    export_permission = "returns.export"
    empty = Empty(
        _("还没有登记平台企业"),
        _("登记平台企业的品牌、许可和纳税状态；交易额和服务企业由企业自愿填报。"),
        _("例：某网络货运平台，道路运输经营许可证到期前提醒续办。"),
    )

    def __init__(self, request: HttpRequest, rows: Sequence[PlatformRow], months: Sequence[str]) -> None:
        super().__init__(request, rows)
        self.choices = month_choices(months)

    def row_url(self, record: PlatformRow) -> str:
        return f"{reverse('returns:platform', args=[record.platform.pk])}?{kept(self)}"

    def row_light(self, record: PlatformRow) -> str:
        return record.light
