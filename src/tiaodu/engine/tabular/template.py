"""The empty table that is handed out for filling in, with its notes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter

from tiaodu.engine.briefing.workbook import sheet_name, text_width

_ROWS = 2000  # rows that are prepared with formats and choices
_INLINE = 255  # characters of a list of choices that Excel takes inside the rule itself


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """A column: heading, whether it must be filled, what to write, an example, other headings, choices."""

    title: str
    required: bool = False
    help: str = ""
    example: str = ""
    also: Sequence[str] = ()
    choices: Sequence[str] = ()
    day: bool = False
    number: bool = False


@dataclass(frozen=True, slots=True)
class TemplateWords:
    """The words of the second sheet and of the notes, in the person's language."""

    fill: str  # name of the sheet to fill
    notes: str  # name of the sheet of notes
    heads: Sequence[str]  # of the notes: column, required, how, example, also
    yes: str
    choices: str  # name of the sheet of long lists
    remarks: Sequence[str] = ()
    not_a_choice: str = ""


def write_template(
    title: str,
    columns: Sequence[TemplateColumn],
    words: TemplateWords,
    rows: Sequence[Sequence[str]] = (),
) -> bytes:
    """An xlsx with a sheet to fill (headings, choices, comments) and a sheet that explains each column.

    ``rows`` are filled in already, a text for each column; empty ones are left to be filled.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": title})
    fill = book.add_worksheet(sheet_name(words.fill, set()))
    head = {"bold": True, "border": 1, "valign": "vcenter", "text_wrap": True, "font_name": "微软雅黑"}
    plain = book.add_format({**head, "bg_color": "#EEF1F6"})
    needed = book.add_format({**head, "bg_color": "#1F4E79", "font_color": "#FFFFFF"})
    text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "yyyy-mm-dd"})
    number = book.add_format({"num_format": "General"})
    fill.set_row(0, 26)
    fill.freeze_panes(1, 0)
    long_lists: list[Sequence[str]] = []
    for place, column in enumerate(columns):
        shown = column.title + ("*" if column.required else "")
        fill.write_string(0, place, shown, needed if column.required else plain)
        if column.help:
            fill.write_comment(0, place, column.help, {"x_scale": 2})
        # Codes and long numbers stay as they are typed: the column is text unless it counts or dates.
        form = day if column.day else number if column.number else text
        fill.set_column(place, place, max(12, text_width(shown) + 4), form)
        if column.choices:
            rule = _rule(column.choices, long_lists, words)
            fill.data_validation(1, place, _ROWS, place, rule)
    for line, cells in enumerate(rows, 1):
        for place, cell in enumerate(cells):
            if cell:
                fill.write_string(line, place, cell)
    _notes(book, columns, words)
    _lists(book, long_lists, words)
    book.close()
    return buffer.getvalue()


def _rule(choices: Sequence[str], long_lists: list[Sequence[str]], words: TemplateWords) -> dict[str, object]:
    source: object = list(choices)
    if len(",".join(choices)) > _INLINE:
        long_lists.append(choices)
        letter = chr(ord("A") + len(long_lists) - 1)
        source = f"='{words.choices}'!${letter}$1:${letter}${len(choices)}"
    # A warning, not a wall: what is typed besides is told at the check, with the reason.
    return {
        "validate": "list",
        "source": source,
        "error_type": "warning",
        "error_message": words.not_a_choice,
    }


def _notes(book: xlsxwriter.Workbook, columns: Sequence[TemplateColumn], words: TemplateWords) -> None:
    sheet = book.add_worksheet(sheet_name(words.notes, set()))
    form = {"text_wrap": True, "valign": "top", "border": 1, "font_name": "微软雅黑", "font_size": 10}
    cell, head = book.add_format(form), book.add_format({**form, "bold": True, "bg_color": "#EEF1F6"})
    for place, (title, width) in enumerate(zip(words.heads, (22, 8, 56, 24, 36), strict=True)):
        sheet.write_string(0, place, title, head)
        sheet.set_column(place, place, width)
    for row, column in enumerate(columns, 1):
        told = (
            column.title,
            words.yes if column.required else "",
            column.help,
            column.example,
            "、".join(column.also),
        )
        for place, value in enumerate(told):
            sheet.write_string(row, place, value, cell)
    for row, remark in enumerate(words.remarks, len(columns) + 2):
        sheet.write_string(row, 0, remark)


def _lists(book: xlsxwriter.Workbook, long_lists: Sequence[Sequence[str]], words: TemplateWords) -> None:
    if not long_lists:
        return
    sheet = book.add_worksheet(words.choices)
    for place, choices in enumerate(long_lists):
        sheet.write_column(0, place, choices)
