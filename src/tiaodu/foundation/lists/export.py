"""The whole filtered list as an Excel file; who took it is in the audit log."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from tiaodu.engine.briefing.stream import Table, write_stream
from tiaodu.engine.briefing.workbook import Cell, SheetColumn
from tiaodu.foundation import clock
from tiaodu.foundation.audit import services as audit

if TYPE_CHECKING:
    from tiaodu.foundation.accounts.models import User
    from tiaodu.foundation.lists.columns import Column
    from tiaodu.foundation.lists.page import ListPage

IN_MEMORY = 5000  # rows; a longer table is written to the disk
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _plain(value: Any) -> Cell:
    """A value that Excel keeps as it is: numbers as numbers, days as days, everything else as text."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(clock.CHINA).replace(tzinfo=None) if value.tzinfo else value
    if value is None or isinstance(value, (bool, int, float, Decimal, datetime.date)):
        return value
    return str(value)


def asked_for(page: ListPage) -> list[str]:
    """What the list was narrowed by, in the words of its page."""
    words = [str(page.chip.title)] if page.chip else []
    for choice in page.choices:
        value = page.chosen.get(choice.key)
        words += [str(label) for offered, label in choice.options if value and str(offered) == value]
    return words + ([page.query] if page.query else [])


def _note(page: ListPage, *, sample: bool) -> str:
    """What a reader must know without the system: the day, what was filtered, that it is an example."""
    parts = [_("截至 %(day)s") % {"day": clock.today().isoformat()}, *asked_for(page)]
    if sample:
        parts.append(_("标“示例”的行是示例数据，不是事实"))
    return "；".join(parts)


def _rows(page: ListPage, columns: Sequence[Column], *, marked: bool) -> Iterator[Sequence[Cell]]:
    for record in page.all_records():
        mark = [_("示例") if page.is_sample(record) else None] if marked else []
        yield [*mark, *(_plain(column.value(record)) for column in columns)]
    if page.sum_record is not None:
        yield [*([None] if marked else []), *(_plain(column.value(page.sum_record)) for column in columns)]


def write_workbook(page: ListPage, file: IO[bytes], author: str) -> int:
    """All rows and all columns of the list as it is filtered and sorted, row by row into ``file``.

    Rows of sample data say 示例 in the first column. Returns the number of rows.
    """
    columns = [column for column in page.columns if column.exported]
    marked = page.has_samples()
    heads = [SheetColumn(str(column.title)) for column in columns]
    table = Table(
        title=str(page.title),
        columns=[SheetColumn(_("示例")), *heads] if marked else heads,
        rows=_rows(page, columns, marked=marked),
        note=_note(page, sample=marked),
    )
    moment = datetime.datetime.combine(clock.today(), datetime.time())
    return write_stream(table, file, author=author, moment=moment)


def respond(page: ListPage) -> HttpResponse:
    """The file as a download, audited as ``lists.export`` with the filter it was taken under."""
    user: User = page.request.user  # type: ignore[assignment]
    taken = {"list": page.name, "rows": page.total, "filter": page.parameters.dict()}
    audit.record(action="lists.export", actor=user, after=taken)
    name = f"{page.title}-{clock.today():%Y%m%d}.xlsx"
    large = page.total > IN_MEMORY
    file: IO[bytes] = tempfile.TemporaryFile() if large else BytesIO()  # noqa: SIM115  the answer closes it
    write_workbook(page, file, str(user))
    file.seek(0)
    answer = FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer  # type: ignore[return-value]
