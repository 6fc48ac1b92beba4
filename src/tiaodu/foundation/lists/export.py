"""The whole filtered list as an Excel file; who took it is in the audit log."""

from __future__ import annotations

import datetime
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from tiaodu.engine.briefing.workbook import Cell, Sheet, SheetColumn, write_table
from tiaodu.foundation import clock
from tiaodu.foundation.audit import services as audit

if TYPE_CHECKING:
    from tiaodu.foundation.accounts.models import User
    from tiaodu.foundation.lists.page import ListPage

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _plain(value: Any) -> Cell:
    """A value that Excel keeps as it is: numbers as numbers, days as days, everything else as text."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(clock.CHINA).replace(tzinfo=None) if value.tzinfo else value
    if value is None or isinstance(value, (bool, int, float, Decimal, datetime.date)):
        return value
    return str(value)


def _note(page: ListPage, *, sample: bool) -> str:
    """What a reader must know without the system: the day, what was filtered, that it is an example."""
    parts = [_("截至 %(day)s") % {"day": clock.today().isoformat()}]
    if page.chip:
        parts.append(str(page.chip.title))
    parts += [value for value in (*page.chosen.values(), page.query) if value]
    if sample:
        parts.append(_("标“示例”的行是示例数据，不是事实"))
    return "；".join(parts)


def workbook(page: ListPage, author: str) -> bytes:
    """All rows of the list as it is filtered and sorted; rows of sample data say 示例 in the first column."""
    columns = [column for column in page.columns if column.exported]
    records = page.records(everything=True)
    samples = [page.is_sample(record) for record in records]
    marked = any(samples)
    heads = [SheetColumn(str(column.title)) for column in columns]
    rows: list[list[Cell]] = []
    for record, sample in zip(records, samples, strict=True):
        mark = [_("示例") if sample else None] if marked else []
        rows.append([*mark, *(_plain(column.value(record)) for column in columns)])
    sheet = Sheet(
        name=str(page.title),
        title=str(page.title),
        columns=[SheetColumn(_("示例")), *heads] if marked else heads,
        rows=rows,
        note=_note(page, sample=marked),
    )
    moment = datetime.datetime.combine(clock.today(), datetime.time(), clock.CHINA)
    return write_table([sheet], title=str(page.title), author=author, moment=moment)


def respond(page: ListPage) -> HttpResponse:
    """The file as a download, audited as ``lists.export`` with the filter it was taken under."""
    user: User = page.request.user  # type: ignore[assignment]
    audit.record(
        action="lists.export",
        actor=user,
        after={"list": page.name, "rows": page.total, "filter": page.parameters.dict()},
    )
    name = f"{page.title}-{clock.today():%Y%m%d}.xlsx"
    data = BytesIO(workbook(page, str(user)))
    answer = FileResponse(data, as_attachment=True, filename=name, content_type=XLSX)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer  # type: ignore[return-value]
