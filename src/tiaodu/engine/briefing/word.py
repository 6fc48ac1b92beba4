"""Writes Word documents in the official layout (GB/T 9704-2012), piece by piece on python-docx."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from tiaodu.engine.briefing.layout import Layout, official_layout
from tiaodu.engine.briefing.packing import repack

_LEVELS = {1: "level1", 2: "level2", 3: "body", 4: "body"}
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: header, width in millimetres, and where its text stands (left, center, right)."""

    header: str
    width: float
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Band:
    """A row that heads those below it, across the whole table."""

    text: str


Row = Sequence[str] | Band


class OfficialDocument:
    """A document under way. ``title`` and ``author`` are kept in its properties, ``moment`` as its date."""

    def __init__(
        self, *, title: str, author: str, moment: datetime, turned: bool = False, layout: Layout | None = None
    ) -> None:
        self.layout = layout or official_layout()
        self.turned = turned
        self._moment = moment
        self._document: Any = docx.Document()
        self._document._body.clear_content()
        properties = self._document.core_properties
        properties.title, properties.author, properties.last_modified_by = title, author, author
        properties.comments, properties.language = "", "zh-CN"
        self._normal_style()
        self._page()
        self._fallback_fonts()

    def bytes(self) -> bytes:
        """The file; the same content and moment give the same bytes."""
        buffer = io.BytesIO()
        self._document.save(buffer)
        return repack(buffer.getvalue(), self._moment)

    def title(self, text: str) -> None:
        """标题: 2号小标宋, centred, a blank line below."""
        paragraph = self._paragraph(align="center", pitch=33)
        self._run(paragraph, text, "title", self.layout.sizes["title"])
        self.blank()

    def heading(self, text: str, level: int = 1) -> None:
        """结构层次: “一、” in 黑体, “（一）” in 楷体, “1.” and “（1）” in 仿宋; indented two characters."""
        paragraph = self._paragraph(indent=2)
        paragraph.paragraph_format.keep_with_next = True
        self._run(paragraph, text, _LEVELS[level], self.layout.sizes["body"])

    def paragraph(self, text: str) -> None:
        """正文: 3号仿宋, indented two characters; what is written ``**like this**`` is set in 黑体."""
        paragraph = self._paragraph(indent=2)
        for number, piece in enumerate(re.split(r"\*\*(.+?)\*\*", text)):
            if piece:
                self._run(paragraph, piece, "level1" if number % 2 else "body", self.layout.sizes["body"])

    def note(self, text: str, *, align: str = "left") -> None:
        """A remark in small type, above or below a table."""
        paragraph = self._paragraph(align=align, pitch=self.layout.sizes["note_pitch"])
        _off_grid(paragraph)
        self._run(paragraph, text, "body", self.layout.sizes["note"])

    def blank(self) -> None:
        """An empty line."""
        self._paragraph()

    def table(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """A ruled table: its header is repeated on each page, a row is never split between two pages."""
        table = self._document.add_table(rows=0, cols=len(columns))
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        _rule(table)
        for place, column in enumerate(columns):
            table.columns[place].width = Mm(column.width)
        self._fill(table.add_row(), columns, [column.header for column in columns], header=True)
        for row in rows:
            added = table.add_row()
            if isinstance(row, Band):
                self._band(added, row.text)
            else:
                self._fill(added, columns, row)

    def _normal_style(self) -> None:
        style = self._document.styles["Normal"]
        style.font.name, style.font.size = self.layout.fonts["latin"], Pt(self.layout.sizes["body"])
        style.element.rPr.rFonts.set(qn("w:eastAsia"), self.layout.fonts["body"])

    def _page(self) -> None:
        section, page = self._document.sections[0], self.layout.page
        edges = ("top", "bottom", "left", "right")
        width, height = page["width"], page["height"]
        if self.turned:  # turned to the left: the head of the page lies at the bound edge
            section.orientation = WD_ORIENT.LANDSCAPE
            edges, width, height = ("left", "right", "bottom", "top"), height, width
        section.page_width, section.page_height = Mm(width), Mm(height)
        section.top_margin, section.bottom_margin = Mm(page[edges[0]]), Mm(page[edges[1]])
        section.left_margin, section.right_margin = Mm(page[edges[2]]), Mm(page[edges[3]])
        section.footer_distance = Mm(min(page["footer"], page[edges[1]] - 10))
        grid = section._sectPr.find(qn("w:docGrid"))
        if grid is None:
            grid = OxmlElement("w:docGrid")
            section._sectPr.append(grid)
        grid.set(qn("w:type"), "lines")
        grid.set(qn("w:linePitch"), str(round(self.layout.line_pitch * 20)))
        self._document.settings.odd_and_even_pages_header_footer = True
        self._page_number(section.footer, "right")
        self._page_number(section.even_page_footer, "left")

    def _page_number(self, footer: Any, side: str) -> None:
        """— 1 —: outside, one character from the edge (GB/T 9704-2012 7.5)."""
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        size = self.layout.sizes["page_number"]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if side == "right" else WD_ALIGN_PARAGRAPH.LEFT
        indent = paragraph.paragraph_format
        indent.left_indent, indent.right_indent = (Pt(0), Pt(size)) if side == "right" else (Pt(size), Pt(0))
        self._run(paragraph, "— ", "page_number", size)
        field = self._run(paragraph, "", "page_number", size)
        for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
            element = OxmlElement("w:instrText" if text else "w:fldChar")
            if text:
                element.text = text
            else:
                element.set(qn("w:fldCharType"), kind)
            field._r.append(element)
        self._run(paragraph, " —", "page_number", size)

    def _fallback_fonts(self) -> None:
        """Name the fonts a machine may have instead, in the font table."""
        part = next(
            r.target_part for r in self._document.part.rels.values() if r.reltype.endswith("/fontTable")
        )
        entries = "".join(
            f'<w:font w:name="{name}"><w:altName w:val="{other}"/></w:font>'
            for name, other in self.layout.fallbacks.items()
        )
        part._blob = part.blob.replace(b"</w:fonts>", entries.encode() + b"</w:fonts>")

    def _paragraph(self, *, indent: int = 0, align: str = "both", pitch: float | None = None) -> Any:
        paragraph = self._document.add_paragraph()
        self._set(paragraph, align, pitch or self.layout.line_pitch)
        if indent:
            properties = paragraph._p.get_or_add_pPr()
            element = OxmlElement("w:ind")
            element.set(qn("w:firstLineChars"), str(100 * indent))
            element.set(qn("w:firstLine"), str(round(self.layout.sizes["body"] * 20 * indent)))
            properties.append(element)
        return paragraph

    @staticmethod
    def _set(paragraph: Any, align: str, pitch: float) -> None:
        places = {"center": "CENTER", "right": "RIGHT", "left": "LEFT", "both": "JUSTIFY"}
        paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, places[align])
        form = paragraph.paragraph_format
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(pitch)
        form.space_before, form.space_after = Pt(0), Pt(0)

    def _run(self, paragraph: Any, text: str, font: str, size: float) -> Any:
        run = paragraph.add_run(_FORBIDDEN.sub("", text))
        run.font.size = Pt(size)
        run.font.color.rgb = RGBColor(0, 0, 0)
        fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
        latin = self.layout.fonts["latin" if font in ("body", "level2", "level1") else font]
        for place in ("ascii", "hAnsi", "cs"):
            fonts.set(qn(f"w:{place}"), latin)
        fonts.set(qn("w:eastAsia"), self.layout.fonts[font])
        fonts.set(qn("w:hint"), "eastAsia")
        return run

    def _fill(
        self, row: Any, columns: Sequence[Column], texts: Sequence[str], *, header: bool = False
    ) -> None:
        _row_properties(row, header=header)
        for cell, column, text in zip(row.cells, columns, texts, strict=True):
            cell.width = Mm(column.width)
            middle = header or text == "—"
            self._cell(cell, text, "center" if middle else column.align, "level1" if header else "body")
            if header:
                _shade(cell, "EDEDED")

    def _band(self, row: Any, text: str) -> None:
        _row_properties(row, header=False)
        merged = row.cells[0].merge(row.cells[-1])
        self._cell(merged, text, "left", "level1")
        merged.paragraphs[0].paragraph_format.keep_with_next = True
        _shade(merged, "F7F7F7")

    def _cell(self, cell: Any, text: str, align: str, font: str) -> None:
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        for extra in cell.paragraphs[1:]:
            extra._p.getparent().remove(extra._p)
        for number, line in enumerate(text.split("\n")):
            paragraph = cell.add_paragraph() if number else cell.paragraphs[0]
            self._set(paragraph, align, self.layout.sizes["table_pitch"])
            _off_grid(paragraph)
            self._run(paragraph, line, font, self.layout.sizes["table"])


def _rule(table: Any) -> None:
    """Thin lines around every cell, fixed column widths, room at the sides of the text."""
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    margins = OxmlElement("w:tblCellMar")
    for side, twips in (("top", 40), ("left", 70), ("bottom", 40), ("right", 70)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    layout = properties.find(qn("w:tblLayout"))
    layout.addprevious(borders)
    layout.addnext(margins)


def _off_grid(paragraph: Any) -> None:
    """Small type keeps its own pitch instead of that of the page."""
    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    paragraph._p.get_or_add_pPr().insert_element_before(snap, "w:spacing", "w:ind", "w:jc", "w:rPr")


def _row_properties(row: Any, *, header: bool) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if header:
        properties.append(OxmlElement("w:tblHeader"))


def _shade(cell: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().insert_element_before(
        shade, "w:noWrap", "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign", "w:hideMark"
    )
