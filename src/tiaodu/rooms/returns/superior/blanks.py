"""The blank as a file: whether it can be taken, its sheets, its formulas."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tiaodu.engine.reading.intake import IntakeError
from tiaodu.engine.returns.forms import Labels, labels_of, open_places, place_of
from tiaodu.engine.tabular.filling import formulas_of
from tiaodu.engine.tabular.grid import Bounds, Grid, TableError, Tables, read_tables
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.files.selectors import read_bytes
from tiaodu.foundation.refusal import Invalid

ROWS, COLUMNS, MEGABYTES = 400, 60, 5  # a form of an office; more is a table of data


@dataclass(frozen=True, slots=True)
class Sheet:
    """A visible sheet of a blank: its cells, its formulas, the places that wait for a figure."""

    grid: Grid
    formulas: frozenset[tuple[int, int]]

    @property
    def name(self) -> str:
        return self.grid.name

    def open_at(self, cell: str) -> bool:
        """Whether a figure can be written at an address."""
        return place_of(cell) in set(open_places(self.grid, self.formulas))

    def labels(self, cell: str) -> Labels:
        place = place_of(cell)
        inside = place is not None and place[0] < len(self.grid.rows)
        return labels_of(self.grid, *place) if place is not None and inside else Labels("", "")


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank form."""

    sheets: tuple[Sheet, ...]
    hidden: tuple[str, ...]

    def sheet(self, name: str) -> Sheet | None:
        return next((sheet for sheet in self.sheets if sheet.name == name), None)

    def names(self) -> Iterable[str]:
        return (sheet.name for sheet in self.sheets)


def read_blank(data: bytes, filename: str) -> Blank:
    """A blank that can be filled. Invalid, saying what to do, for anything else than a plain xlsx."""
    tables = _tables(data, filename)
    if tables.kind != "xlsx" or _has_macros(data):
        raise Invalid(
            _(
                "填表要保留原来的格式，只认不带宏的 xlsx。没有保存。"
                "请用 Excel 或 WPS 打开，“另存为”xlsx（不启用宏）后再上传。"
            )
        )
    formulas = formulas_of(data)
    shown = tuple(
        Sheet(grid, formulas.get(grid.name, frozenset())) for grid in tables.grids if not grid.hidden
    )
    filled = tuple(sheet for sheet in shown if sheet.grid.rows)
    if not any(True for sheet in filled for _place in open_places(sheet.grid, sheet.formulas)):
        raise Invalid(
            _("表里没有等着填数的格子：左边有行名、上面有列名的空格才能填。没有保存。请检查是不是空白表。")
        )
    return Blank(filled, tuple(grid.name for grid in tables.grids if grid.hidden))


def read_filled(data: bytes, filename: str) -> Mapping[str, Grid]:
    """The visible sheets of a filled form, whatever program wrote it, by name."""
    return {grid.name: grid for grid in _tables(data, filename).grids if not grid.hidden}


def _tables(data: bytes, filename: str) -> Tables:
    if len(data) > MEGABYTES * 1_000_000:
        told = {"size": f"{len(data) / 1_000_000:.1f}", "most": MEGABYTES}
        raise Invalid(
            _("文件有 %(size)s MB，表格最大 %(most)s MB。没有保存。请只留要填的工作表后另存再传。") % told
        )
    try:
        return read_tables(data, filename, Bounds(ROWS, COLUMNS))
    except IntakeError as error:
        raise Invalid(error.message(get_language() or "zh")) from None
    except TableError as error:
        if error.code in ("rows", "columns"):
            told = {"rows": ROWS, "columns": COLUMNS}
            raise Invalid(
                _("工作表太大：最多 %(rows)s 行 %(columns)s 列。没有保存。这像一份数据，不是上级的空白表。")
                % told
            ) from None
        raise Invalid(
            _("这不是可以读的 Excel 表格。没有保存。请用 Excel 或 WPS 另存为 xlsx 后再上传。")
        ) from None


def _has_macros(data: bytes) -> bool:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return any(name.endswith("vbaProject.bin") for name in archive.namelist())


@lru_cache(maxsize=16)
def _blank_of(digest: str, name: str, pk: int) -> Blank:
    """Blanks do not change: one that was read is kept while the process lives."""
    return read_blank(read_bytes(StoredFile.objects.get(pk=pk)), name)


def blank_of(file: StoredFile) -> Blank:
    """The blank of a version."""
    return _blank_of(file.sha256, file.name, file.pk)
