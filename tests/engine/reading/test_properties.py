"""What holds for every text, however odd."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiaodu.engine.reading import Reading, TableSpan, load_vocabulary, read

VOCABULARY = load_vocabulary()
PIECES = [
    "一、",
    "（二）",
    "一是",
    "，",
    "。",
    "；",
    "、",
    "：",
    "\n",
    "\t",
    "“",
    "”",
    "（",
    "）",
    "全年",
    "年底前",
    "2024年",
    "3月",
    "上半年",
    "三季度前",
    "完成",
    "建成",
    "新增",
    "力争",
    "确保",
    "达到",
    "分别",
    "其中",
    "总投资",
    "年产",
    "占地",
    "税收",
    "增长",
    "下降",
    "5亿元",
    "12个",
    "3.5%",
    "两座",
    "50MW",
    "1-2次",
    "8万亩",
    "亿元以上",
    "超",
    "项目",
    "企业",
    "生产线",
    "宏远公司",
    "煤矿",
    "高标准农田",
    "地区生产总值",
    "的",
    "和",
    "已",
    "待批复后",
    "尽快",
    "序号",
    "项目名称",
    "年度投资（亿元）",
    "完成时限",
    "９",
    "①",
    "🙂",
    "\u3000",
    "\x00",
    "é",
    "١٢",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=200)


def reading_of(text: str) -> Reading:
    return read(text, document_date=None, plan_year=2024, vocabulary=VOCABULARY)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(TEXTS)
def test_offsets_are_those_of_the_text(text: str) -> None:
    reading = reading_of(text)
    for statement in reading.statements:
        assert 0 <= statement.start < statement.end <= len(text)
        assert text[statement.start : statement.end] == statement.quote
        assert statement.clause_start <= statement.start <= statement.end <= statement.clause_end
        assert statement.sentence_start <= statement.start <= statement.end <= statement.sentence_end
        assert statement.sentence_end <= len(text)
    for finding in reading.findings:
        assert all(0 <= start < end <= len(text) for start, end in finding.spans)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(TEXTS)
def test_reading_twice_gives_the_same(text: str) -> None:
    assert reading_of(text) == reading_of(text)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(TEXTS, st.integers(0, 60), st.integers(0, 60))
def test_any_part_may_be_called_a_table(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    reading = read(
        text,
        document_date=date(2024, 3, 1),
        plan_year=None,
        vocabulary=VOCABULARY,
        tables=[TableSpan(start, end)],
    )
    assert all(text[s.start : s.end] == s.quote for s in reading.statements)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([p for p in PIECES if p not in ("\t", "\n")]), max_size=20).map("".join))
def test_numbers_keep_their_place_behind_another_paragraph(text: str) -> None:
    before = "全县工业稳定运行。\n"
    alone = {(s.start, s.end, s.value, s.unit) for s in reading_of(text).statements if s.value is not None}
    behind = {
        (s.start - len(before), s.end - len(before), s.value, s.unit)
        for s in reading_of(before + text).statements
        if s.value is not None
    }
    assert alone == behind


HOSTILE = [
    "1" * 100_000,
    "（" * 100_000,
    "一" * 100_000,
    "5亿元、" * 5_000,
    "分别" * 20_000,
    "3月底前" * 10_000,
    "待" * 50_000,
    "“" * 50_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:3] for text in HOSTILE])
def test_hostile_text_is_read(text: str) -> None:
    assert all(text[s.start : s.end] == s.quote for s in reading_of(text).statements)
