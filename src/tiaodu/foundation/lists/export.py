"""The whole filtered list as an Excel file; who took it is in the audit log."""

from __future__ import annotations

import datetime
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from tiaodu.foundation import clock
from tiaodu.foundation.audit import services as audit

if TYPE_CHECKING:
    from tiaodu.foundation.accounts.models import User
    from tiaodu.foundation.lists.page import ListPage

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _plain(value: Any) -> Any:
    """A value that Excel keeps as it is: numbers as numbers, days as days, everything else as text."""
    if value is None or isinstance(value, (bool, int, float, Decimal, datetime.date)):
        return value.replace(tzinfo=None) if isinstance(value, datetime.datetime) else value
    return str(value)


def _written(sheet: Any, value: Any) -> Any:
    cell = WriteOnlyCell(sheet, value=_plain(value))
    if isinstance(cell.value, str):
        cell.data_type = "s"  # a text that starts with = is a text, never a formula
    return cell


def workbook(page: ListPage) -> bytes:
    """All rows of the list as it is filtered and sorted; rows of sample data say 示例 in the first column."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(page.title)[:31])
    columns = [column for column in page.columns if column.exported]
    records = page.records(everything=True)
    samples = [page.is_sample(record) for record in records]
    lead = [_("示例")] if any(samples) else []
    sheet.append([_written(sheet, title) for title in [*lead, *(str(c.title) for c in columns)]])
    for record, sample in zip(records, samples, strict=True):
        mark = [_("示例") if sample else ""] if lead else []
        sheet.append([_written(sheet, v) for v in [*mark, *(c.value(record) for c in columns)]])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def respond(page: ListPage) -> HttpResponse:
    """The file as a download, audited as ``lists.export`` with the filter it was taken under."""
    user: User = page.request.user  # type: ignore[assignment]
    audit.record(
        action="lists.export",
        actor=user,
        after={"list": page.name, "rows": page.total, "filter": page.parameters.dict()},
    )
    name = f"{page.title}-{clock.today():%Y%m%d}.xlsx"
    answer = FileResponse(BytesIO(workbook(page)), as_attachment=True, filename=name, content_type=XLSX)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer  # type: ignore[return-value]
