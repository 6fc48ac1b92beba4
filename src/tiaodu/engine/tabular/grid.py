"""A spreadsheet file as grids of typed cells: xlsx, xls, ods or delimited text, told apart by content."""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

import python_calamine

from tiaodu.engine.reading.intake import IntakeError, Limits
from tiaodu.engine.reading.intake.container import check_container
from tiaodu.engine.reading.intake.model import DamagedError, EncryptedError
from tiaodu.engine.reading.intake.sniff import kind_of

Cell = str | int | float | bool | date | time | timedelta | None
Range = tuple[tuple[int, int], tuple[int, int]]  # (top, left), (bottom, right), from 0, both included

BOOKS = frozenset({"xlsx", "xls", "ods"})
# How Chinese desks save text: Unicode with a mark, UTF-8, the national standard (GBK is part of it).
_ENCODINGS = ("utf-8-sig", "gb18030")
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = ",\t;|"
_LARGE_PART = 64 << 20  # bytes of a sheet above which formulas are not looked for
_SAMPLE = 40  # lines that decide the delimiter
# A formula whose file holds no result: <c r="B5"><f>…</f></c>, with or without an empty <v/>.
_UNANSWERED = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*><f[^>]*?(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>'
)
_BROKEN = (
    python_calamine.CalamineError, zipfile.BadZipFile, ValueError, KeyError, IndexError, TypeError, OSError,
)  # fmt: skip


class TableError(ValueError):
    """A file that is no table we can take. ``code`` and ``params`` say why; the caller has the words."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code, params)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: rows of cells from A1, merged ranges, and formulas without a stored result (from 0).

    A vertically merged cell has its value in every row; one merged across has it in its first column only.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[Range] = ()
    hidden: bool = False
    unanswered: frozenset[tuple[int, int]] = frozenset()

    def spread(self, row: int) -> list[Cell]:
        """A row with cells merged across filled: what stands over each column of a heading."""
        cells = list(self.rows[row])
        for (top, left), (bottom, right) in self.merged:
            if top <= row <= bottom and left < len(cells):
                cells[left : right + 1] = [cells[left]] * (min(right, len(cells) - 1) - left + 1)
        return cells


@dataclass(frozen=True, slots=True)
class Tables:
    """A file's sheets. ``kind`` is xlsx, xls, ods or csv; ``encoding`` that of a text."""

    kind: str
    grids: Sequence[Grid]
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a table may be."""

    rows: int
    columns: int
    container: Limits = field(default_factory=Limits.standard)


def read_tables(data: bytes, filename: str, bounds: Bounds) -> Tables:
    """The sheets of a file.

    Raises :class:`TableError` (``empty``, ``not_a_table``, ``webpage``, ``rows``, ``columns``, ``encoding``)
    or :class:`IntakeError` for a file that is damaged, protected, or unpacks to too much.
    """
    if not data:
        raise TableError("empty")
    kind = kind_of(data, filename=filename)
    if kind == "txt":
        return _delimited(data, bounds)
    if kind == "encrypted":
        raise EncryptedError(name=filename)
    if kind == "html":
        raise TableError("webpage")
    if kind not in BOOKS:
        raise TableError("not_a_table", kind=kind)
    return Tables(kind, _book(data, kind, filename, bounds))


# ---------------------------------------------------------------- workbooks


def _book(data: bytes, kind: str, filename: str, bounds: Bounds) -> list[Grid]:
    unanswered: Mapping[str, frozenset[tuple[int, int]]] = MappingProxyType({})
    try:
        if kind != "xls":
            with check_container(data, limits=bounds.container, filename=filename) as archive:
                unanswered = _formulas_without_result(archive) if kind == "xlsx" else unanswered
        book = python_calamine.load_workbook(io.BytesIO(data))
        sheets = [
            meta for meta in book.sheets_metadata if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        return [_sheet(book, meta, unanswered, bounds) for meta in sheets]
    except python_calamine.PasswordError:
        raise EncryptedError(name=filename) from None
    except (IntakeError, TableError):
        raise
    except _BROKEN:
        raise DamagedError(name=filename) from None
    except BaseException as panic:  # so the compiled reader gives up on records that lie about their length
        if type(panic).__name__ == "PanicException":
            raise DamagedError(name=filename) from None
        raise


def _sheet(
    book: Any, meta: Any, unanswered: Mapping[str, frozenset[tuple[int, int]]], bounds: Bounds
) -> Grid:
    sheet = book.get_sheet_by_name(meta.name)
    # The place of the last cell that holds something; none in an empty sheet.
    height, width = (place + 1 for place in sheet.end) if sheet.end else (0, 0)
    if height > bounds.rows:
        raise TableError("rows", sheet=meta.name, count=str(height), most=str(bounds.rows))
    if width > bounds.columns:
        raise TableError("columns", sheet=meta.name, count=str(width), most=str(bounds.columns))
    rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    merged = tuple(sheet.merged_cell_ranges or ())
    for (top, left), (bottom, _right) in merged:
        if top < len(rows) and left < len(rows[top]):
            for row in rows[top + 1 : bottom + 1]:
                row[left] = rows[top][left]
    hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
    return Grid(meta.name, _trimmed(rows), merged, hidden, unanswered.get(meta.name, frozenset()))


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    found: Cell = value
    return found


def _trimmed(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Without the empty rows at the end: a format reaching down to the last row is no data."""
    while rows and all(cell is None for cell in rows[-1]):
        rows.pop()
    return rows


def _formulas_without_result(archive: zipfile.ZipFile) -> dict[str, frozenset[tuple[int, int]]]:
    """By sheet: the places of formulas that no program has calculated yet."""
    found = {}
    for name, part in _parts(archive).items():
        if archive.getinfo(part).file_size <= _LARGE_PART:
            places = _UNANSWERED.findall(archive.read(part))
            found[name] = frozenset(
                (int(row) - 1, column_number(letters.decode())) for letters, row in places
            )
    return found


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Which part of the file holds which sheet."""
    names = set(archive.namelist())
    related = (
        archive.read("xl/_rels/workbook.xml.rels").decode() if "xl/_rels/workbook.xml.rels" in names else ""
    )
    targets = {}
    for tag in re.findall(r"<Relationship\b[^>]*>", related):
        targets[_attribute(tag, "Id")] = "xl/" + _attribute(tag, "Target").removeprefix("/xl/")
    sheets = re.findall(r"<sheet\b[^>]*>", archive.read("xl/workbook.xml").decode())
    found = {_attribute(tag, "name"): targets.get(_attribute(tag, r"\w+:id"), "") for tag in sheets}
    return {name: part for name, part in found.items() if part in names}


def _attribute(tag: str, name: str) -> str:
    match = re.search(rf'\s{name}="([^"]*)"', tag)
    return html.unescape(match[1]) if match else ""


def column_number(letters: str) -> int:
    """Place of a column, from 0.

    >>> column_number("A"), column_number("AB")
    (0, 27)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


# ---------------------------------------------------------------- delimited text


def _delimited(data: bytes, bounds: Bounds) -> Tables:
    text, encoding = _decoded(data)
    lines = text.splitlines()
    try:
        read = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(lines[:_SAMPLE]))
        rows = list(_taken(read, bounds))
    except csv.Error:
        raise TableError("not_a_table", kind="txt") from None
    rows = _trimmed(rows)
    if not rows:
        raise TableError("empty")
    width = max(map(len, rows))
    if width > bounds.columns:
        raise TableError("columns", sheet="", count=str(width), most=str(bounds.columns))
    padded = [row + [None] * (width - len(row)) for row in rows]
    return Tables("csv", [Grid("", padded)], encoding)


def _taken(read: Iterator[list[str]], bounds: Bounds) -> Iterator[list[Cell]]:
    for number, row in enumerate(read, 1):
        if number > bounds.rows:
            raise TableError("rows", sheet="", count=f"> {bounds.rows}", most=str(bounds.rows))
        yield [_typed(cell) for cell in row]


def _typed(text: str) -> Cell:
    """A cell of a text; ="0012" and '0012 are how a text is kept from becoming a number."""
    text = text.strip().removeprefix("'")
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text.strip() or None


def _decoded(data: bytes) -> tuple[str, str]:
    encodings = [encoding for mark, encoding in _MARKS if data.startswith(mark)] or _ENCODINGS
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding
    raise TableError("encoding")


def _delimiter(lines: Sequence[str]) -> str:
    """The mark that divides most lines into the same number of cells.

    >>> _delimiter(["名称;类别", "石港;矿山", "甲,乙;企业"])
    ';'
    """
    filled = [line for line in lines if line.strip()]

    def agreement(mark: str) -> tuple[int, int]:
        counts = [line.count(mark) for line in filled if mark in line]
        most = max(map(counts.count, counts), default=0)
        return most, -_DELIMITERS.index(mark)

    return max(_DELIMITERS, key=agreement)


# ---------------------------------------------------------------- cells


def text_of(cell: Cell) -> str:
    """A cell as a person reads it.

    >>> text_of(12.0), text_of(date(2024, 3, 1)), text_of(True), text_of(" 石港 ")
    ('12', '2024-03-01', '是', '石港')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return f"{cell:.15g}" if abs(cell) < 1e15 else f"{cell:.0f}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()
