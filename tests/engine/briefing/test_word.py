"""The Word writer keeps the measures of GB/T 9704-2012."""

from __future__ import annotations

import io
import shutil
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from tests.engine.intake.samples import soffice

from tiaodu.engine.briefing.layout import official_layout
from tiaodu.engine.briefing.word import Band, Column, OfficialDocument
from tiaodu.engine.reading.intake import open_document

MOMENT = datetime(2024, 3, 1, 9, 30)  # noqa: DTZ001  a moment on paper has no zone


def written(*, turned: bool = False) -> bytes:
    document = OfficialDocument(title="任务分解表", author="工信局", moment=MOMENT, turned=turned)
    document.title("左权县2024年任务分解表")
    document.heading("一、抓运行")
    document.heading("（一）重点项目", 2)
    document.paragraph("**全年目标：**煤炭产量完成“500万吨”。")
    document.note("注：建议")
    rows = [Band("一、工业"), *[(str(n), f"第{n}项\n第二行", "—") for n in range(1, 80)]]
    document.table((Column("序号", 12, "center"), Column("任务", 100), Column("时限", 44)), rows)
    return document.bytes()


def opened(data: bytes) -> Any:
    return docx.Document(io.BytesIO(data))


@pytest.mark.parametrize(
    ("turned", "size", "margins"),
    [(False, (210, 297), (37, 35, 28, 26)), (True, (297, 210), (28, 26, 35, 37))],
)
def test_page_and_margins(turned: bool, size: tuple[int, int], margins: tuple[int, ...]) -> None:
    section = opened(written(turned=turned)).sections[0]
    assert [round(x.mm) for x in (section.page_width, section.page_height)] == list(size)
    edges = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(edge.mm) for edge in edges] == list(margins)
    layout = official_layout()
    assert (layout.text_width, layout.turned_width) == (156, 225)


def test_lines_are_on_a_grid_of_twenty_two_a_page() -> None:
    section = opened(written()).sections[0]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")
    assert pytest.approx(22, abs=0.1) == 225 / (579 / 20 * 25.4 / 72)


def test_fonts_and_sizes_of_title_headings_and_text() -> None:
    paragraphs = opened(written()).paragraphs
    runs = [p.runs[0] for p in paragraphs if p.runs]
    fonts = [(r._r.rPr.rFonts.get(qn("w:eastAsia")), r.font.size.pt) for r in runs[:5]]
    assert fonts == [
        ("方正小标宋简体", 22),
        ("黑体", 16),
        ("楷体_GB2312", 16),
        ("黑体", 16),
        ("仿宋_GB2312", 12),
    ]
    text = next(p for p in paragraphs if "煤炭产量" in p.text)
    assert [r._r.rPr.rFonts.get(qn("w:eastAsia")) for r in text.runs] == ["黑体", "仿宋_GB2312"]
    assert text._p.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"
    assert text.paragraph_format.line_spacing.pt == pytest.approx(28.95, abs=0.05)


def test_page_numbers_stand_outside_between_dashes() -> None:
    section = opened(written()).sections[0]
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    assert (odd.alignment, even.alignment) == (2, 0)
    for paragraph in (odd, even):
        assert paragraph.text.startswith("— ") and paragraph.text.endswith(" —")
        assert paragraph._p.xpath(".//w:instrText")[0].text == "PAGE"
    assert section.footer_distance.mm == pytest.approx(23, abs=0.1)


def test_a_table_repeats_its_header_and_splits_no_row() -> None:
    (table,) = opened(written()).tables
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    assert [round(cell.width.mm) for cell in table.rows[2].cells] == [12, 100, 44]
    assert [cell.text for cell in table.rows[2].cells] == ["1", "第1项\n第二行", "—"]
    assert table.rows[1].cells[0]._tc is table.rows[1].cells[2]._tc


def test_the_same_content_gives_the_same_bytes_and_no_trace_of_the_machine() -> None:
    data = written()
    assert data == written()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2024, 3, 1, 9, 30, 0)}
        core = archive.read("docProps/core.xml").decode()
        fonts = archive.read("word/fontTable.xml").decode()
    assert core.count("2024-03-01T09:30:00Z") == 2 and "python-docx" not in core and "工信局" in core
    assert '<w:altName w:val="仿宋"/>' in fonts


def test_control_characters_do_not_break_the_file() -> None:
    document = OfficialDocument(title="x", author="", moment=MOMENT)
    document.paragraph("甲\x00\x0b乙\ufffe<w:p>&")
    assert opened(document.bytes()).paragraphs[-1].text == "甲乙<w:p>&"


def test_a_word_processor_lays_it_out_over_pages(tmp_path: Path) -> None:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice lays out the pages of this test")
    intake = open_document(soffice(written(), "docx", "pdf", tmp_path), filename="a.pdf")
    assert intake.pages is not None and 3 <= intake.pages <= 9
    assert intake.text.startswith("左权县2024年任务分解表\n一、抓运行\n（一）重点项目\n")
    assert intake.text.count("序号\t任务\t时限") == 1
    assert "— 1 —" not in intake.text
