"""PDF files: written by a word processor, scanned, encrypted, cut off."""

from __future__ import annotations

import shutil
from pathlib import Path

import docx
import pytest
from docx.shared import Pt
from tests.engine.intake.samples import docx_bytes, scanned_pdf, soffice

from tiaodu.engine.reading.intake import IntakeError, Limits, open_document
from tiaodu.engine.reading.intake.pages import _tight

SENTENCES = (
    "一、稳存量、拓增量，提质升级传统产业。一是确保生产煤矿稳定正常运行，加快推进阜生、宏远2座试点煤矿保护层开采，"
    "在4座煤矿全面铺开“以岩保煤”巷道掘进，解决采掘失调问题，还清瓦斯治理“欠账”，4月底完成石港煤业智能化综采工作面"
    "调试运行，10月份恢复正珠煤业回采面正常生产，确保6座煤矿在安全的前提下，持续稳定生产。"
)


def code_of(data: bytes, **given: object) -> str:
    with pytest.raises(IntakeError) as refusal:
        open_document(data, filename="计划.pdf", **given)  # type: ignore[arg-type]
    assert "计划.pdf" in refusal.value.message("zh") and "计划.pdf" in refusal.value.message("en")
    return refusal.value.code


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Three pages with a running head, page numbers, paragraphs of several lines and a table."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice makes the PDF of this test")
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "左权县人民政府文件"
    document.sections[0].footer.paragraphs[0].text = "— 1 —"
    for number in range(1, 16):
        paragraph = document.add_paragraph(f"第{number}段。{SENTENCES}")
        paragraph.paragraph_format.first_line_indent = Pt(24)
    table = document.add_table(3, 3, style="Table Grid")
    for row, texts in enumerate(
        [("项目", "投资", "时限"), ("手套", "3亿元", "2024-03-31"), ("玻璃", "4亿元", "2024-12-31")]
    ):
        for place, text in enumerate(texts):
            table.cell(row, place).text = text
    document.add_paragraph("完。")
    return soffice(docx_bytes(document), "docx", "pdf", tmp_path_factory.mktemp("pdf"))


def test_lines_are_joined_to_paragraphs_without_heads_and_page_numbers(written: bytes) -> None:
    intake = open_document(written, filename="计划.pdf")
    assert intake.kind == "pdf" and intake.pages is not None and intake.pages > 1
    lines = intake.text.split("\n")
    assert lines[:15] == [f"第{n}段。{SENTENCES}" for n in range(1, 16)]
    assert "左权县人民政府文件" not in intake.text and intake.margins == "左权县人民政府文件"
    assert "—" not in intake.text
    assert [w.code for w in intake.warnings] == ["repeated_lines"]


def test_a_ruled_table_is_read_row_by_row(written: bytes) -> None:
    intake = open_document(written, filename="计划.pdf")
    (span,) = intake.tables
    assert (
        intake.text[span.start : span.end]
        == "项目\t投资\t时限\n手套\t3亿元\t2024-03-31\n玻璃\t4亿元\t2024-12-31"
    )
    assert intake.text.endswith("\n完。\n")


def test_a_cut_off_file_is_refused_so_that_nothing_is_missed(written: bytes) -> None:
    assert code_of(written[: len(written) * 2 // 3]) == "pdf_truncated"


def test_a_page_limit_is_kept(written: bytes) -> None:
    assert code_of(written, limits=Limits(50, 400, 5000, 250, 5, 1, 10**6)) == "too_many_pages"


def test_an_encrypted_file_asks_for_one_without_password(tmp_path: Path) -> None:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice makes the PDF of this test")
    options = 'pdf:writer_pdf_Export:{"EncryptFile":{"type":"boolean","value":"true"},'
    options += '"DocumentOpenPassword":{"type":"string","value":"secret"}}'
    document = docx.Document()
    document.add_paragraph(SENTENCES)
    assert code_of(soffice(docx_bytes(document), "docx", options, tmp_path)) == "encrypted"


def test_a_scan_says_that_it_holds_pictures_only() -> None:
    assert code_of(scanned_pdf(2)) == "pdf_scanned"


@pytest.mark.parametrize(
    "data", [b"%PDF-1.4\nrubbish\n%%EOF\n", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF"]
)
def test_a_broken_file_says_so(data: bytes) -> None:
    assert code_of(data) == "damaged"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026年10\n月底", "2026年10月底"),
        ("阜平镇污水\n处理厂提标\n改造", "阜平镇污水处理厂提标改造"),
        ("建筑面积\n1.8万平方\n米", "建筑面积1.8万平方米"),
        ("PPP\nproject", "PPP\nproject"),
        ("建成厂房5座；\n2.新建泵站", "建成厂房5座； 2.新建泵站"),
        ("约\n2.5万亩", "约2.5万亩"),
    ],
)
def test_a_cell_is_read_across_the_ends_of_its_lines(cell: str, expected: str) -> None:
    assert _tight(cell) == expected
