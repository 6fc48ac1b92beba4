"""Plain texts in every encoding an office uses, and web pages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.intake.samples import PLAN

from tiaodu.engine.reading.intake import IntakeError, Limits, open_document
from tiaodu.engine.reading.intake.writing import TextWriter, clean

ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_is_the_same_in_every_encoding(encoding: str) -> None:
    intake = open_document((PLAN + "\r\n二、项目\r\n").encode(encoding), filename="计划.txt")
    assert intake.text == PLAN + "\n二、项目\n"
    assert intake.kind == "txt"


def test_a_text_not_in_utf8_is_read_with_a_word_of_caution() -> None:
    intake = open_document(PLAN.encode("gb18030"), filename="计划.txt")
    assert [w.code for w in intake.warnings] == ["encoding"]
    assert "GB18030" in intake.warnings[0].message("zh")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b" \n\t ", "empty_text"),
        (b"MZ\x90\x00\x03\x00\x00\x00\x04\x00" + bytes(range(256)), "unknown_kind"),
        (b"\x01\x02\x03binary", "unknown_kind"),
        ("é à ü ö ñ ç ß œ".encode("latin-1", "ignore") * 9, "unknown_encoding"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "picture"),
        (b"Rar!\x1a\x07\x00", "archive"),
    ],
)
def test_what_is_no_text_is_refused_with_its_reason(data: bytes, code: str) -> None:
    with pytest.raises(IntakeError) as refusal:
        open_document(data, filename="计划.txt")
    assert refusal.value.code == code
    for lang in ("zh", "en"):
        assert "计划.txt" in refusal.value.message(lang)


def test_a_file_above_the_limit_is_refused_with_both_sizes() -> None:
    limits = Limits(1, 2, 10, 10, 1, 1, 10)
    with pytest.raises(IntakeError) as refusal:
        open_document(b"a" * (3 << 19), filename="大.txt", limits=limits)
    assert refusal.value.code == "too_large"
    assert "1.5 MB" in refusal.value.message() and "上限 1 MB" in refusal.value.message()
    assert open_document(b"a" * (1 << 20), filename="小.txt", limits=limits).kind == "txt"


def test_another_language_is_read_with_a_warning() -> None:
    intake = open_document(b"Plan of the county: 5 projects", filename="plan.txt")
    assert [w.code for w in intake.warnings] == ["no_chinese"]


def test_lines_with_tabs_are_a_table() -> None:
    intake = open_document("计划\n项目\t投资\n手套\t3亿元\n说明\n".encode(), filename="a.txt")
    assert [intake.text[t.start : t.end] for t in intake.tables] == ["项目\t投资\n手套\t3亿元"]


def test_a_web_page_gives_words_and_tables_without_scripts() -> None:
    page = """<!DOCTYPE html><html><head><title>标题</title><style>p{}</style></head><body>
    <nav>首页 新闻</nav><script>alert("500万吨")</script>
    <p>力争全年煤炭产量<b>完成500万吨</b>。<br>二、项目</p>
    <table><tr><th>项目</th><th colspan="2">投资</th></tr>
    <tr><td rowspan="2">手套</td><td>3亿元</td><td>2024</td></tr><tr><td>4亿元</td><td>2025</td></tr></table>
    <p>完</p></body></html>"""
    intake = open_document(page.encode(), filename="页.html")
    assert intake.kind == "html"
    assert intake.text == (
        "力争全年煤炭产量完成500万吨。\n二、项目\n项目\t投资\t投资\n手套\t3亿元\t2024\n手套\t4亿元\t2025\n完\n"
    )
    assert [intake.text[t.start : t.end].count("\n") for t in intake.tables] == [2]


def test_a_layout_table_is_text_and_its_inner_table_a_table() -> None:
    inner = "<table><tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr></table>"
    page = f"<table><tr><td><p>前言</p>{inner}后记</td></tr></table>"
    intake = open_document(page.encode(), filename="a.html")
    assert intake.text == "前言\n甲\t1\n乙\t2\n后记\n"
    assert len(intake.tables) == 1


def test_a_page_says_its_encoding_and_content_wins_over_the_name() -> None:
    page = '<html><meta charset="gb2312"><body><p>左权县</p></body></html>'.encode("gb18030")
    intake = open_document(page, filename="报表.xls")
    assert intake.text == "左权县\n"
    assert [w.code for w in intake.warnings] == ["wrong_extension"]


@pytest.mark.parametrize(
    "broken", ["<table><tr><td>甲", "<p>一<div>二", "</td></table><p>x", "<a<b<c", "<!--"]
)
def test_a_broken_page_does_not_stop_the_reading(broken: str) -> None:
    try:
        assert open_document(("<html>" + broken).encode(), filename="a.html").kind == "html"
    except IntakeError as refusal:
        assert refusal.code == "empty_text"


@given(st.binary(max_size=400))
@settings(derandomize=True, max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused_never_worse(data: bytes) -> None:
    try:
        intake = open_document(data, filename="任意")
    except IntakeError as refusal:
        assert refusal.message("zh") and refusal.message("en")
    else:
        assert intake.text.strip() and "\r" not in intake.text and "\ufeff" not in intake.text


@given(
    st.lists(st.one_of(st.text(max_size=20), st.lists(st.lists(st.text(max_size=5), max_size=4), max_size=4)))
)
@settings(derandomize=True, max_examples=200, deadline=None)
def test_tables_stand_where_they_say(blocks: list[object]) -> None:
    writer = TextWriter()
    for block in blocks:
        if isinstance(block, str):
            writer.paragraph(block.replace("\t", " "))
        else:
            writer.table(block)  # type: ignore[arg-type]
    text, tables = writer.finish()
    covered = "".join(text[t.start : t.end] for t in tables)
    for table in tables:
        rows = text[table.start : table.end].split("\n")
        assert len({row.count("\t") for row in rows}) == 1
        assert table.start == 0 or text[table.start - 1] == "\n"
        assert text[table.end] == "\n"
    assert covered.count("\t") == text.count("\t")
    assert clean(text) == text
