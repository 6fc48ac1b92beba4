"""The files an import hands out: the template to fill, and the person's own file with its mistakes marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from tiaodu.engine.tabular.grid import Bounds, Grid, read_tables
from tiaodu.engine.tabular.marking import Mark, marked_copy
from tiaodu.engine.tabular.template import TemplateColumn, TemplateWords, write_template
from tiaodu.foundation.files.selectors import read_bytes
from tiaodu.foundation.lists.importing.reading import REASONS
from tiaodu.foundation.lists.importing.selectors import refused_rows
from tiaodu.foundation.lists.importing.spec import ImportSpec
from tiaodu.foundation.lists.limits import limits
from tiaodu.foundation.lists.models import ImportRow, ImportRun


def template_of(spec: ImportSpec) -> bytes:
    """The empty table of an import with its notes, in the person's language."""
    columns = [
        TemplateColumn(
            title=str(one.title),
            required=one.required,
            help=str(one.help),
            example=one.example,
            also=[str(title) for title in one.titles[1:]],
            choices=one.parse.choices(),
            day=one.parse.kind == "day",
            number=one.parse.kind == "number",
        )
        for one in spec.fields
    ]
    words = TemplateWords(
        fill=_("填写"),
        notes=_("说明"),
        heads=(_("列"), _("必填"), _("怎样填"), _("例子"), _("也认这些列名")),
        yes=_("是"),
        choices=_("选项"),
        remarks=(
            _("带 * 的列必须有、每行必填；其他列可以整列不要。列的顺序不限。"),
            _("空着的格子表示不改：导入不会清空已有内容。"),
            _("上传后先核对，不会直接写入；有错的行会标在您自己的文件里。"),
        ),
        not_a_choice=_("不在可选范围内，核对时会指出。"),
    )
    return write_template(str(spec.title), columns, words)


def marked_file(run: ImportRun) -> bytes:
    """The uploaded file with the mistakes of the refused rows at their places, as xlsx."""
    data, most = read_bytes(run.file), limits()
    tables = read_tables(data, run.file.name, Bounds(most.import_rows * 2, most.import_columns))
    grid = next(grid for grid in tables.grids if grid.name[:120] == run.sheet)
    marks = [_mark(row, run) for row in refused_rows(run)]
    return _marked(data, tables.kind, grid, run, marks)


def _marked(data: bytes, kind: str, grid: Grid, run: ImportRun, marks: Sequence[Mark]) -> bytes:
    title, author = str(REASONS), str(_("核对"))
    return marked_copy(data, kind, grid, run.heading_row - 1, marks, title=title, author=author)


def _mark(row: ImportRow, run: ImportRun) -> Mark:
    reasons: dict[str, Any] = row.reasons
    places = {run.columns[key]: text for key, text in reasons.items() if key in run.columns}
    others = [text for key, text in reasons.items() if key not in run.columns]
    return Mark(row.number - 1, places, "；".join(others) if reasons else row.message)
