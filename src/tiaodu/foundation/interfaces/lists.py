"""The list of tokens."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation import clock
from tiaodu.foundation.interfaces.models import Token
from tiaodu.foundation.interfaces.scopes import scope_words
from tiaodu.foundation.lists.columns import Chip, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage

STATES = {
    "valid": _("在用"),
    "waiting": _("待企业领取"),
    "expired": _("已过期"),
    "revoked": _("已停用"),
}
LIGHTS = {"valid": "green", "waiting": "amber", "expired": "grey", "revoked": "grey"}


def state_words(token: Token) -> str:
    """How a token stands today."""
    return str(STATES[token.state(clock.today())])


def scopes_words(token: Token) -> str:
    """What a token may do."""
    return _now("、").join(scope_words(scope) for scope in token.scopes)


class TokenList(ListPage):
    """Systems that were given a token."""

    name = "interfaces"
    title = _("接口令牌")
    columns = (
        Column("system", _("系统"), sort=("system",), card="title"),
        Column("firm", _("企业"), sort=("firm__name",), export=lambda t: str(t.firm or "")),
        Column("region", _("地区"), sort=("region__path",), export=lambda t: str(t.region), shown=False),
        Column("scopes", _("可以做什么"), cell=scopes_words, export=scopes_words),
        Column("until", _("有效期至"), sort=("until",)),
        Column(
            "last_used",
            _("上次使用"),
            cell="interfaces/cells/last_used.html",
            sort=("last_used_at",),
            export=lambda t: t.last_used_at.date() if t.last_used_at else None,
        ),
        Column("state", _("状态"), cell=state_words, export=state_words, card="aside"),
        Column("made_by", _("发放人"), export=lambda t: str(t.made_by), shown=False),
        Column("made_on", _("发放日"), sort=("made_on",), shown=False),
        Column("prefix", _("编号"), shown=False),
    )
    search = Search(("system", "firm__name", "purpose"))
    search_hint = _("搜索系统、企业")
    export_permission = "interfaces.open"
    empty = Empty(
        _("还没有给任何系统发令牌"),
        _("其他系统凭令牌读实绩和报表；企业自己的系统还可以代企业填报。每个系统一个令牌，写明能做什么、到哪天。"),
        _("例：市工业运行监测平台，读取实绩，到年底。"),
    )  # fmt: skip

    def __init__(self, request: HttpRequest, rows: Any) -> None:
        super().__init__(request, rows)
        today = clock.today()
        ended = Q(revoked_on__isnull=False)
        holds = ~ended & Q(until__gte=today)
        self.chips = (  # type: ignore[misc]  # the day decides
            Chip("valid", STATES["valid"], holds & ~Q(digest=""), light="green"),
            Chip("waiting", STATES["waiting"], holds & Q(digest=""), light="due_soon"),
            Chip("expired", STATES["expired"], ~ended & Q(until__lt=today)),
            Chip("revoked", STATES["revoked"], ended),
        )

    def row_url(self, record: Token) -> str:
        return reverse("interfaces:token", args=[record.pk])

    def row_light(self, record: Token) -> str:
        return LIGHTS[record.state(clock.today())]
