"""From the bytes of a file to rows with values: which sheet, which heading, what each cell says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.datafile import ListOf, Text, load_datafile, with_head
from tiaodu.engine.reading.intake import IntakeError
from tiaodu.engine.reading.intake.secrecy import find_marking
from tiaodu.engine.tabular.grid import Bounds, Cell, Grid, TableError, Tables, read_tables, text_of
from tiaodu.engine.tabular.heading import Heading, find_heading, nearest
from tiaodu.engine.tabular.values import half_width
from tiaodu.foundation.lists.importing.parsers import CellError
from tiaodu.foundation.lists.importing.spec import ImportSpec
from tiaodu.foundation.lists.limits import limits
from tiaodu.foundation.refusal import Invalid, Refusal

REASONS = gettext_lazy("错误说明")  # heading of the column we write into a file that goes back
_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA"})
_LOOKED_AT = 60  # rows at either end that may bear a mark of secrecy
_SHORT = 20  # ignored headings that are named; the others are counted


@dataclass(slots=True)
class ReadRow:
    """A row of the file: cells as they were written, values of the readable ones, reasons for the others."""

    number: int  # as the spreadsheet counts, from 1
    raw: dict[str, str]
    values: dict[str, Any]
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadTable:
    """The table of a file."""

    kind: str
    grid: Grid
    heading: Heading
    rows: Sequence[ReadRow]
    notes: Sequence[str]


def read_file(spec: ImportSpec, data: bytes, filename: str) -> ReadTable:
    """The table of an uploaded file as ``spec`` understands it. Invalid when it cannot be taken."""
    tables = _tables(data, filename)
    grid, heading = _found(spec, tables)
    _refuse_secret(grid, filename)
    skipped: list[int] = []
    rows = list(_rows(spec, grid, heading, skipped))
    if not rows:
        raise Invalid(_("表头下面没有数据行。没有改动任何内容。请填好以后再上传。"))
    return ReadTable(tables.kind, grid, heading, rows, _notes(tables, grid, heading, skipped))


def titles_of(spec: ImportSpec) -> dict[str, list[str]]:
    """For each field every heading that means it, in every language."""
    return {one.key: _everywhere(*one.titles) for one in spec.fields}


def _everywhere(*words: Any) -> list[str]:
    """Words in every language of the product."""
    found = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            found += [str(word) for word in words]
    return found


# ---------------------------------------------------------------- the file


def _tables(data: bytes, filename: str) -> Tables:
    most = limits()
    if len(data) > most.import_megabytes * 1_000_000:
        raise Invalid(
            _(
                "文件有 %(size)s MB，导入的表格最大 %(most)s MB。没有改动任何内容。"
                "请只留要导入的工作表后另存再传。"
            )
            % {"size": f"{len(data) / 1_000_000:.1f}", "most": most.import_megabytes}
        )
    try:
        # Some rows more: titles above the heading are no data.
        return read_tables(data, filename, Bounds(most.import_rows + _LOOKED_AT, most.import_columns))
    except IntakeError as error:
        raise Invalid(error.message(get_language() or "zh")) from None
    except TableError as error:
        raise Invalid(_words(error)) from None


def _words(error: TableError) -> str:
    words: Mapping[str, Any] = {
        "empty": _("这个文件是空的。没有改动任何内容。请检查后重新选择。"),
        "webpage": _(
            "这个文件实际是网页格式，不是 Excel 表格。没有改动任何内容。"
            "请用 Excel 或 WPS 打开，“另存为”xlsx 后再上传。"
        ),
        "not_a_table": _(
            "这不是可以导入的表格（可以：xlsx、xls、ods、csv）。没有改动任何内容。请换一个文件，或先下载模板填写。"
        ),
        "rows": _("表格有 %(count)s 行，一次最多导入 %(most)s 行。没有改动任何内容。请分成几个文件。"),
        "columns": _("表格有 %(count)s 列，最多 %(most)s 列。没有改动任何内容。请删去不用的列后另存再传。"),
        "encoding": _(
            "文字编码认不出来，读出来会是乱码。没有改动任何内容。请用 Excel 打开，“另存为”xlsx 后再上传。"
        ),
    }
    params = {
        **error.params,
        "most": str(limits().import_rows) if error.code == "rows" else error.params.get("most"),
    }
    return str(words[error.code]) % params


def _found(spec: ImportSpec, tables: Tables) -> tuple[Grid, Heading]:
    """The first visible sheet with our heading."""
    titles = titles_of(spec)
    required = [one.key for one in spec.fields if one.required]
    own = _everywhere(REASONS)
    for hidden in (False, True):
        for grid in tables.grids:
            heading = find_heading(grid, titles, required, own) if grid.hidden is hidden else None
            if heading is not None and hidden:
                raise Invalid(
                    _("表头在隐藏的工作表“%(sheet)s”里，隐藏的工作表不导入。请取消隐藏后再上传。")
                    % {"sheet": grid.name}
                )
            if heading is not None:
                return grid, heading
    raise Invalid(_no_heading(spec, tables, titles))


def _no_heading(spec: ImportSpec, tables: Tables, titles: Mapping[str, Sequence[str]]) -> str:
    best = max((nearest(grid, titles) for grid in tables.grids if grid.rows), key=len, default={})
    missing = [str(one.title) for one in spec.fields if one.required and one.key not in best]
    found = [str(one.title) for one in spec.fields if one.key in best]
    words = _("没有找到表头：缺少 %(missing)s 列。") % {"missing": "、".join(missing)}
    if found:
        words += _("只认出了 %(found)s。") % {"found": "、".join(found)}
    return words + _("没有改动任何内容。请对照模板检查列名，列的顺序不限。")


def _refuse_secret(grid: Grid, filename: str) -> None:
    """A table that bears 秘密, 机密 or 绝密 is refused before anything of it is kept."""
    edge = [*grid.rows[:_LOOKED_AT], *grid.rows[-_LOOKED_AT:]]
    text = "\n".join("\t".join(text_of(cell) for cell in row) for row in edge)
    marking = find_marking(text, filename=filename)
    if marking is not None and marking.level == "secret":
        raise Invalid(
            _(
                "文件带有密级标志“%(word)s”，按保密规定不得在本系统处理，没有保存、没有留底。请按涉密载体管理。"
            )
            % {"word": marking.word}
        )


# ---------------------------------------------------------------- the rows


def _rows(spec: ImportSpec, grid: Grid, heading: Heading, skipped: list[int]) -> Iterator[ReadRow]:
    words = _heading_words(grid, heading)
    readers = {key: spec.field_of(key).parse.under(words[key]).reader() for key in heading.columns}
    for index in range(heading.row + 1, len(grid.rows)):
        cells = grid.rows[index]
        if all(cell is None for cell in cells):
            continue
        if _is_tail(cells):
            skipped.append(index + 1)
            continue
        yield _row(spec, grid, heading, index, readers)


def _heading_words(grid: Grid, heading: Heading) -> dict[str, str]:
    """What stands over the cells of each field: its heading, the one above that, and a unit for all."""
    own = [*grid.spread(heading.row)]
    above = [grid.spread(row) for row in range(heading.row)]
    whole = " ".join(text for row in above for cell in row if "单位" in (text := text_of(cell)))
    upper = above[-1] if above else []
    return {
        key: " ".join([text_of(own[column]), *(text_of(cell) for cell in upper[column : column + 1]), whole])
        for key, column in heading.columns.items()
    }


def _row(
    spec: ImportSpec,
    grid: Grid,
    heading: Heading,
    index: int,
    readers: Mapping[str, Callable[[Cell], Any]],
) -> ReadRow:
    row = ReadRow(index + 1, {}, {})
    for key, column in heading.columns.items():
        cell = grid.rows[index][column]
        row.raw[key] = text_of(cell)
        try:
            if (index, column) in grid.unanswered:
                raise CellError(_("公式没有保存计算结果。请在 Excel 中打开、保存后再上传。"))
            if isinstance(cell, str) and cell in _ERRORS:
                raise CellError(_("公式出错（%(error)s）。") % {"error": cell})
            if row.raw[key]:
                row.values[key] = readers[key](cell)
            elif spec.field_of(key).required:
                raise CellError(_("必须填写。"))
        except CellError as wrong:
            row.reasons[key] = str(wrong)
        except Refusal as refusal:
            row.reasons[key] = str(refusal.message)
    return row


@lru_cache(maxsize=1)
def _tails() -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    path = Path(str(files("tiaodu.data").joinpath("lists", "tails.yaml")))
    loaded = load_datafile(path, with_head(dict.fromkeys(("sums", "remarks", "notes"), ListOf(Text()))))
    notes = tuple(half_width(note) for note in loaded["notes"])
    return frozenset(loaded["sums"]), tuple(loaded["remarks"]), notes


def _is_tail(cells: Sequence[Cell]) -> bool:
    """Whether a row is a sum, a remark or a signature below the table, and no data."""
    filled = [half_width(text_of(cell)) for cell in cells if cell is not None]
    sums, remarks, notes = _tails()
    alone = len(filled) <= 2 and filled[0].startswith(remarks)
    own = len(filled) == 1 and filled[0].startswith(notes)
    return own or filled[0].strip(":") in sums or (alone and any(mark in filled[0] for mark in ":：,。"))


def _notes(tables: Tables, grid: Grid, heading: Heading, skipped: Sequence[int]) -> list[str]:
    """What a person must know of how her file was read."""
    notes = []
    others = [other.name for other in tables.grids if other is not grid and not other.hidden and other.rows]
    hidden = [other.name for other in tables.grids if other.hidden and other.rows]
    if tables.encoding and tables.encoding != "utf-8-sig":
        notes.append(_("文字按 %(encoding)s 编码读取。") % {"encoding": tables.encoding.upper()})
    if others:
        notes.append(
            _("只读了工作表“%(sheet)s”；没有读：%(others)s。")
            % {"sheet": grid.name, "others": "、".join(others)}
        )
    if hidden:
        notes.append(_("隐藏的工作表没有读：%(hidden)s。") % {"hidden": "、".join(hidden)})
    if heading.ignored:
        named = "、".join(heading.ignored[:_SHORT]) + ("……" if len(heading.ignored) > _SHORT else "")
        notes.append(_("没有用到的列：%(columns)s。") % {"columns": named})
    if skipped:
        numbers = "、".join(map(str, skipped[:_SHORT])) + ("……" if len(skipped) > _SHORT else "")
        notes.append(_("像合计、备注或落款的行没有读：第 %(rows)s 行。") % {"rows": numbers})
    return notes
