"""A docx → text and tables, in document order, with the numbers Word shows before its list paragraphs."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import docx
from docx.exceptions import PythonDocxError
from docx.oxml.ns import qn

from tiaodu.engine.reading.intake.container import check_container
from tiaodu.engine.reading.intake.model import DamagedError, IntakeWarning, Limits
from tiaodu.engine.reading.intake.numbering import Numbering
from tiaodu.engine.reading.intake.writing import TextWriter
from tiaodu.engine.reading.model import TableSpan

_P, _TBL, _TR, _TC, _T = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc"), qn("w:t")
_GONE = frozenset((qn("w:del"), qn("w:moveFrom"), qn("w:rPr"), qn("w:pPr")))
_BOX = qn("w:txbxContent")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BREAKS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_WRAPPERS = frozenset(
    (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:moveTo"), qn("w:smartTag"))
)
_NOTE = qn("w:footnote")
_SEPARATORS = ("separator", "continuationSeparator", "continuationNotice")
# What the libraries raise on parts that are missing or hold something else than their names say.
_BROKEN = (PythonDocxError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, AttributeError, SyntaxError,
           TypeError, IndexError, StopIteration, OSError)  # fmt: skip


def read_word(
    data: bytes, *, limits: Limits, filename: str
) -> tuple[str, tuple[TableSpan, ...], tuple[IntakeWarning, ...], str]:
    """Text, tables, warnings, headers and footers. Raises DamagedError and the container's errors."""
    parts = check_container(data, limits=limits, filename=filename).namelist()
    try:
        document = docx.Document(io.BytesIO(data))
        writer = TextWriter()
        _Body(writer, Numbering(document)).blocks(document.element.body)
        for number, note in enumerate(_footnotes(document), 1):
            writer.paragraph(f"注{number}：{note}")
        text, tables = writer.finish()
        return text, tables, tuple(_reservations(document.element.body, parts)), _margins(document)
    except _BROKEN:
        raise DamagedError(name=filename) from None


class _Body:
    def __init__(self, writer: TextWriter, numbering: Numbering) -> None:
        self._writer = writer
        self._numbering = numbering

    def blocks(self, element: Any) -> None:
        """Write what stands below ``element``; a table of contents is left out: it repeats the headings."""
        for child in element:
            if child.tag == _P:
                self._paragraph(child)
            elif child.tag == _TBL:
                self._table(child)
            elif child.tag in _WRAPPERS and not _is_contents(child):
                self.blocks(child)

    def _paragraph(self, paragraph: Any) -> None:
        if _style(paragraph).upper().startswith("TOC"):
            return
        text = _words(paragraph)
        label = self._numbering.label(paragraph) if text.strip() else ""
        self._writer.paragraph(label + text.strip())
        for box in _boxes(paragraph):
            self.blocks(box)

    def _table(self, table: Any) -> None:
        rows = [_row(row) for row in table.iter(_TR) if _owner(row, _TBL) is table]
        if len(rows) == 1 and len(rows[0]) == 1:  # a frame around text, not a table
            self._frame(table)
        else:
            self._writer.table(_filled(rows))

    def _frame(self, table: Any) -> None:
        for cell in table.iter(_TC):
            if _owner(cell, _TBL) is table:
                self.blocks(cell)


def _owner(element: Any, tag: str) -> Any:
    return next(element.iterancestors(tag), None)


def _style(paragraph: Any) -> str:
    found = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return "" if found is None else str(found.get(qn("w:val"), ""))


def _is_contents(element: Any) -> bool:
    gallery = element.find(f"{qn('w:sdtPr')}/{qn('w:docPartObj')}/{qn('w:docPartGallery')}")
    return gallery is not None and gallery.get(qn("w:val")) == "Table of Contents"


def _walk(element: Any) -> Iterator[Any]:
    """Descendants that are shown: not deleted by a tracked change, no text box, no copy for old programs."""
    for child in element:
        if child.tag in _GONE or child.tag in (_BOX, _FALLBACK):
            continue
        yield child
        yield from _walk(child)


def _words(element: Any) -> str:
    return "".join(
        child.text or "" if child.tag == _T else _BREAKS.get(child.tag, "")
        for child in _walk(element)
        if child.tag == _T or (child.tag in _BREAKS and child.getparent().tag == qn("w:r"))
    )


def _boxes(paragraph: Any) -> Iterator[Any]:
    for box in paragraph.iter(_BOX):
        if next(box.iterancestors(_FALLBACK), None) is None and _owner(box, _BOX) is None:
            yield box


def _cell_words(cell: Any) -> str:
    paragraphs = [_words(p) for p in cell.iter(_P) if next(p.iterancestors(_FALLBACK), None) is None]
    return "\n".join(text for text in paragraphs if text.strip())


_Cell = tuple[str, int, bool]  # text, columns it covers, goes on from the cell above


def _row(row: Any) -> list[_Cell]:
    before = row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}")
    cells: list[_Cell] = [("", int(before.get(qn("w:val"), "0")), False)] if before is not None else []
    for cell in row.iter(_TC):
        if _owner(cell, _TR) is not row:
            continue
        span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
        merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
        goes_on = merge is not None and merge.get(qn("w:val"), "continue") == "continue"
        cells.append((_cell_words(cell), int(span.get(qn("w:val"), "1")) if span is not None else 1, goes_on))
    return cells


def _filled(rows: list[list[_Cell]]) -> list[list[str]]:
    """Rows with merged cells filled by their text; a title across the whole width is told once."""
    filled: list[list[str]] = []
    for row in rows:
        if len(row) == 1 and row[0][1] > 1:
            filled.append([row[0][0]])
            continue
        line: list[str] = []
        for text, span, goes_on in row:
            above = filled[-1] if filled else []
            for _ in range(min(span, 200)):
                inherits = goes_on and len(line) < len(above)
                line.append(above[len(line)] if inherits else text)
        filled.append(line)
    return filled


def _footnotes(document: Any) -> Iterator[str]:
    from docx.oxml import parse_xml  # noqa: PLC0415

    for relation in document.part.rels.values():
        if relation.reltype.endswith("/footnotes"):
            for note in parse_xml(relation.target_part.blob).iter(_NOTE):
                text = " ".join(_words(p) for p in note.iter(_P)).strip()
                if note.get(qn("w:type")) not in _SEPARATORS and text:
                    yield text


def _margins(document: Any) -> str:
    lines: list[str] = []
    for section in document.sections:
        for part in (section.header, section.first_page_header, section.footer, section.first_page_footer):
            lines.extend(_words(p) for p in part._element.iter(_P))
    return "\n".join(line for line in lines if line.strip())


def _reservations(body: Any, parts: list[str]) -> Iterator[IntakeWarning]:
    if any(True for _ in body.iter(qn("w:ins"), qn("w:del"), qn("w:moveFrom"))):
        yield IntakeWarning("tracked_changes")
    if "word/comments.xml" in parts and any(True for _ in body.iter(qn("w:commentReference"))):
        yield IntakeWarning("comments")
    embedded = sum(1 for part in parts if part.startswith("word/embeddings/"))
    if embedded:
        yield IntakeWarning("embedded_files", {"count": str(embedded)})
    pictures = sum(1 for _ in body.iter(qn("a:blip")))
    if pictures:
        yield IntakeWarning("pictures", {"count": str(pictures)})
