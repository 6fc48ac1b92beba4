"""Word files: order, tables, numbering, tracked changes, and containers meant to harm."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from tests.engine.intake.samples import PLAN, docx_bytes, plan_docx, plan_xlsx, with_part

from tiaodu.engine.reading.intake import IntakeError, Limits, open_document


def refused(data: bytes, **given: object) -> str:
    with pytest.raises(IntakeError) as refusal:
        open_document(data, filename="计划.docx", **given)  # type: ignore[arg-type]
    assert refusal.value.message("zh") and refusal.value.message("en")
    return refusal.value.code


def test_paragraphs_and_tables_come_in_their_order_with_merged_cells_filled() -> None:
    document = docx.Document()
    document.add_paragraph("一、项目")
    table = document.add_table(4, 3)
    for number, texts in enumerate(
        [["重点项目表", "", ""], ["类别", "项目", "投资"], ["工业", "手套", "3亿元"], ["", "玻璃", "4\n亿元"]]
    ):
        for place, text in enumerate(texts):
            table.cell(number, place).text = text
    table.cell(0, 0).merge(table.cell(0, 2))
    table.cell(2, 0).merge(table.cell(3, 0))
    document.add_paragraph("二、煤矿")
    intake = open_document(docx_bytes(document), filename="计划.docx")
    assert (
        intake.text
        == "一、项目\n重点项目表\t\t\n类别\t项目\t投资\n工业\t手套\t3亿元\n工业\t玻璃\t4 亿元\n二、煤矿\n"
    )
    (span,) = intake.tables
    assert (
        intake.text[span.start : span.end].startswith("重点项目表")
        and intake.text[span.end :] == "\n二、煤矿\n"
    )
    assert intake.warnings == ()


def test_a_frame_around_text_is_no_table() -> None:
    document = docx.Document()
    document.add_table(1, 1).cell(0, 0).text = PLAN
    intake = open_document(docx_bytes(document), filename="计划.docx")
    assert (intake.text, intake.tables) == (PLAN + "\n", ())


def test_list_numbers_that_word_shows_are_in_the_text() -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    abstract = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1">'
        '<w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="（%2）"/></w:lvl>'
        "</w:abstractNum>"
    )
    numbering.insert(0, abstract)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for text, level in (("抓运行", 0), ("重点项目", 1), ("经济调度", 1), ("拓增量", 0), ("煤矿", 1)):
        paragraph = document.add_paragraph(text)
        properties = paragraph._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>')
        )
    intake = open_document(docx_bytes(document), filename="计划.docx")
    assert intake.text.split("\n")[:5] == [
        "一、抓运行",
        "（一）重点项目",
        "（二）经济调度",
        "二、拓增量",
        "（一）煤矿",
    ]


def test_tracked_changes_are_read_as_accepted_and_told() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("产量")
    for tag, text in (("w:del", "400万吨"), ("w:ins", "500万吨")):
        change, run = OxmlElement(tag), OxmlElement("w:r")
        words = OxmlElement("w:delText" if tag == "w:del" else "w:t")
        words.text = text
        run.append(words)
        change.append(run)
        paragraph._p.append(change)
    intake = open_document(docx_bytes(document), filename="计划.docx")
    assert intake.text == "产量500万吨\n"
    assert [w.code for w in intake.warnings] == ["tracked_changes"]


def test_text_boxes_and_the_words_of_the_header_are_not_lost() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("正文")
    box = parse_xml(
        f"<w:r {nsdecls('w')}><w:pict><w:txbxContent><w:p><w:r><w:t>框内3亿元</w:t></w:r></w:p>"
        "</w:txbxContent></w:pict></w:r>"
    )
    paragraph._p.append(box)
    document.sections[0].header.paragraphs[0].text = "左权县人民政府"
    intake = open_document(docx_bytes(document), filename="计划.docx")
    assert intake.text == "正文\n框内3亿元\n"
    assert intake.margins == "左权县人民政府"


def test_a_wrong_extension_is_told_and_the_content_read() -> None:
    intake = open_document(plan_docx(), filename="计划.pdf")
    assert intake.kind == "docx"
    assert intake.warnings[0].message() == "文件扩展名是“pdf”，内容实际是 docx，已按内容读取。"


def test_a_truncated_file_says_so() -> None:
    data = plan_docx()
    assert refused(data[: len(data) // 2]) == "damaged"
    assert refused(data[:-30]) == "damaged"


def test_a_part_that_is_no_xml_says_so() -> None:
    assert refused(with_part(plan_docx(), "word/document.xml", b"not xml <")) == "damaged"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_any_parser_sees_them(encoding: str) -> None:
    bomb = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><x>&a;&a;</x>'
    )
    assert refused(with_part(plan_docx(), "word/document.xml", bomb.encode(encoding))) == "unsafe_xml"
    assert refused(with_part(plan_xlsx(), "xl/workbook.xml", bomb.encode(encoding))) == "unsafe_xml"


def test_zip_bombs_are_refused_by_ratio_by_size_and_by_number() -> None:
    flat = with_part(plan_docx(), "word/media/blank.bin", b"\0" * (6 << 20))
    assert refused(flat) == "unpacks_too_large"
    small = Limits(50, 1, 5000, 10**6, 5, 300, 10**6)
    assert (
        refused(with_part(plan_docx(), "word/media/b.bin", b"\0" * (2 << 20)), limits=small)
        == "unpacks_too_large"
    )
    few = Limits(50, 400, 5, 250, 5, 300, 10**6)
    assert refused(plan_docx(), limits=few) == "unpacks_too_large"


def test_a_file_inside_is_not_opened_but_told() -> None:
    nested = with_part(plan_docx(), "word/embeddings/book.xlsx", plan_xlsx())
    intake = open_document(nested, filename="计划.docx")
    assert [(w.code, w.params["count"]) for w in intake.warnings] == [("embedded_files", "1")]
    assert "手套" not in intake.text


def test_an_archive_of_files_asks_to_be_unpacked() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("计划.docx", plan_docx())
    assert refused(buffer.getvalue()) == "archive"


def test_paragraph_properties_are_not_text() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("甲")
    paragraph.add_run("\t乙")
    paragraph.paragraph_format.tab_stops.add_tab_stop(100000)
    assert paragraph._p.pPr.find(qn("w:tabs")) is not None
    assert open_document(docx_bytes(document), filename="a.docx").text == "甲 乙\n"
