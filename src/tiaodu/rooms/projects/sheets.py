"""A project's year as an Excel table: the same figures as behind its S-curve."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import IO

from django.utils.translation import gettext as _

from tiaodu.engine.briefing.stream import Table, write_stream
from tiaodu.engine.briefing.workbook import Cell, SheetColumn
from tiaodu.engine.projects.fan import Fan
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.rooms.projects.investing import MonthRow, investment_context
from tiaodu.rooms.projects.reporting import WAN
from tiaodu.rooms.projects.selectors.judged import JudgedRow


def write_year(user: User, row: JudgedRow, file: IO[bytes]) -> None:
    """The months of the year, amounts in 万元; who took it is in the audit log."""
    shown = investment_context(user, row)
    fan: Fan | None = shown["fan"]
    titles = [_("月份"), _("计划累计（万元）"), _("完成累计（万元）"), _("支付累计（万元）")]
    titles += [f"P{level}（{_('万元')}）" for level in (10, 50, 90)] if fan else []
    titles += [_("形象进度"), _("存在问题"), _("下月计划投资（万元）")]
    parts = [_("截至 %(day)s") % {"day": row.day.isoformat()}, shown["fan_origin"]]
    if row.sample:
        parts.append(_("示例数据，不是事实"))
    table = Table(
        title=_("%(name)s %(year)s 年投资") % {"name": row.name, "year": row.year},
        columns=[SheetColumn(title) for title in titles],
        rows=_rows(shown["month_rows"], fan=fan is not None),
        note="；".join(part for part in parts if part),
    )
    moment = datetime.datetime.combine(clock.today(), datetime.time())
    write_stream(table, file, author=str(user), moment=moment)
    audit.record(action="projects.investment_export", actor=user, obj=row.project, after={"year": row.year})


def _rows(months: Sequence[MonthRow], *, fan: bool) -> Iterator[Sequence[Cell]]:
    for each in months:
        told = each.report
        ranges = (each.range.p10, each.range.p50, each.range.p90) if each.range else (None, None, None)
        yield [
            each.month,
            *(wan(amount) for amount in (each.planned, each.done, each.paid)),
            *((wan(amount) for amount in ranges) if fan else ()),
            told.text if told else None,
            told.problem if told else None,
            wan(told.next_month) if told else None,
        ]


def wan(amount: Decimal | None) -> Decimal | None:
    """An amount of 元 in 万元."""
    return None if amount is None else (amount / WAN).quantize(Decimal("0.01"))
