"""The tables of the platform part: licences, states of tax compliance, when a licence is brought up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.datafile import Choice, Integer, ListOf, Record, Text
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables.declaring import Column, Table, declare
from tiaodu.foundation.tables.selectors import table
from tiaodu.rooms.returns.economy.words import language

KINDS = {"licence": _("许可"), "tax": _("纳税状态")}
LIGHTS = {"green": _("绿"), "amber": _("黄"), "red": _("红")}
PLATFORMS = declare(
    Table(
        code="returns.platforms",
        title=_("平台企业的许可和纳税状态"),
        about=_("登记平台企业的许可、纳税状态时可以选什么。"),
        packaged="returns/platforms.yaml",
        shape=ListOf(
            Record(
                {
                    "kind": Choice(list(KINDS)),
                    "code": Text(r"[a-z][a-z0-9_]*"),
                    "zh": Text(),
                    "en": Text(),
                },
                {"light": Choice(list(LIGHTS))},
            )
        ),
        columns=(
            Column("kind", _("类别"), words=KINDS),
            Column("code", _("代码")),
            Column("zh", _("名称")),
            Column("en", _("英文名称")),
            Column("light", _("灯"), words=LIGHTS),
        ),
        key=("kind", "code"),
        supplier=_("工信局调度员"),
        affects=_("平台企业"),
    )
)
RULES = declare(
    Table(
        code="returns.platform_rules",
        title=_("平台企业许可到期提醒"),
        about=_("许可快到期的，提前多少个工作日提醒。"),
        packaged="returns/platform_rules.yaml",
        shape=Record({"alert_days": Integer(1, 250)}),
        columns=(Column("alert_days", _("到期前几个工作日提醒"), unit=_("个工作日")),),
        supplier=_("工信局调度员"),
        affects=_("平台企业许可到期的提醒"),
    )
)
Offered = Mapping[tuple[str, str], Mapping[str, Any]]  # kind, code


def offered_in(region: Region | None) -> Offered:
    """The licences and states that can be told of in a region. Blocked where the table does not hold."""
    return {(row["kind"], row["code"]): row for row in table("returns.platforms", region=region).rows}


def words_of(offered: Offered, kind: str, code: str) -> str:
    """A licence or state in the reader's language; its code where the table no longer has it."""
    row = offered.get((kind, code))
    return str(row[language()]) if row else code
