"""What is guessed from a text, how a time limit may be typed, and where marks stand in a text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.forms import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from tiaodu.engine.reading import TableSpan
from tiaodu.foundation.refusal import Invalid
from tiaodu.rooms.documents.dues import DueRefused, UnusualYear, due_fields
from tiaodu.rooms.documents.guesses import Guess, guess
from tiaodu.rooms.ledger.review.forms import base_quantity
from tiaodu.rooms.ledger.review.marking import Mark, marked_lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Guess()),
        ("今天天气很好。", Guess("今天天气很好")),
        ("阜政办〔2026〕3号\n一、加快项目建设。6月底前开工。", Guess("加快项目建设")),
        ("重点项目\n阜平县2026年重点项目清单\n单位：万元\n", Guess("阜平县2026年重点项目清单", None, 2026)),
        ("阜平县\n2026年重点项目清单\n", Guess("阜平县2026年重点项目清单", None, 2026)),
        (
            "产业园\n计划2021年7月达到入驻条件。2020年5月运营至今，2020年7月投用，到2035年建成。",
            Guess("产业园", None, 2021),
        ),
        (
            "左政发〔2024〕3号\n关于印发2024年工业方案的通知\n各乡镇：\n……\n2024年3月5日",
            Guess("关于印发2024年工业方案的通知", date(2024, 3, 5), 2024),
        ),
        ("左权县2024年\n工业经济工作要点\n一、总体要求\n", Guess("左权县2024年工业经济工作要点", None, 2024)),
        (
            "2023年总结和2024年计划\n二〇二三年十二月二十八日",
            Guess("2023年总结和2024年计划", date(2023, 12, 28), 2024),
        ),
        (
            "到2025年产值5亿元，2025年建成。2024年开工。",
            Guess("到2025年产值5亿元，2025年建成", None, 2025),
        ),
        ("工作计划\n2024年2月30日", Guess("工作计划", None, 2024)),
        ("工作计划\n于2024年6月30日前完成。", Guess("工作计划", None, 2024)),
    ],
)  # fmt: skip
def test_guesses(text: str, expected: Guess) -> None:
    assert guess(text) == expected


def test_a_file_name_stands_in_for_a_title() -> None:
    assert guess("推进建设。", filename="煤炭专班纪要.docx").title == "煤炭专班纪要"


@given(st.text(max_size=300))
@settings(derandomize=True)
def test_guessing_never_fails(text: str) -> None:
    assert len(guess(text, filename=text).title) <= 200


@pytest.mark.parametrize(
    ("typed", "text", "end"),
    [
        ("2024-06-30", "2024-06-30", date(2024, 6, 30)),
        (" 2024-06 ", "2024-06", date(2024, 6, 30)),
        ("2024Q2", "2024Q2", date(2024, 6, 30)),
        ("2024", "2024", date(2024, 12, 31)),
        ("2021/2025", "2021..2025", date(2025, 12, 31)),
        ("6月底", "2024-06-30", date(2024, 6, 30)),
        ("年底", "2024-12-31", date(2024, 12, 31)),
    ],
)
def test_dues_as_they_are_typed(typed: str, text: str, end: date) -> None:
    fields = due_fields(typed, plan_year=2024, document_date=None)
    assert (fields["due_text"], fields["due_end"], fields["due_event"]) == (text, end, "")


def test_a_due_may_wait_for_an_event() -> None:
    fields = due_fields("批复后5个工作日", plan_year=2024, document_date=None)
    assert (fields["due_event"], fields["due_offset"], fields["due_end"]) == ("批复", 5, None)


@pytest.mark.parametrize("typed", ["改天", "???", "2024-13-01", "0", "完成"])
def test_what_is_no_due_is_refused_with_examples(typed: str) -> None:
    with pytest.raises(Invalid, match="2024-06-30"):
        due_fields(typed, plan_year=2024, document_date=None)


@pytest.mark.parametrize(
    ("number", "unit", "value", "base"),
    [
        ("500", "万吨", 5_000_000, "吨"),
        ("18.88亿", "元", 1_888_000_000, "元"),
        ("5", "万千瓦", 50_000, "千瓦"),
        ("50", "兆瓦", 50_000, "千瓦"),
        ("1,250", "户", 1250, "户"),
        ("-3", "%", -3, "%"),
        ("三十", "条", 30, "条"),
        ("7", "自创单位", 7, "自创单位"),
    ],
)
def test_figures_as_they_are_typed(number: str, unit: str, value: int, base: str) -> None:
    assert base_quantity(number, unit) == (Decimal(value), base)


def test_what_is_no_figure_is_refused() -> None:
    assert base_quantity("", "吨") == (None, "吨")
    with pytest.raises(ValidationError):
        base_quantity("很多", "吨")


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Mark]]:
    text = draw(st.text(alphabet="年底达到58条，。\n\t", max_size=60))
    marks = []
    for number in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, max(len(text) - 1, 0)))
        end = draw(st.integers(start, len(text)))
        if start < end:
            marks.append(Mark(start, end, number, "target"))
    return text, marks


@given(marked())
@settings(derandomize=True)
def test_marking_loses_no_character_and_marks_each_statement(case: tuple[str, list[Mark]]) -> None:
    text, marks = case
    lines = marked_lines(text, marks)
    shown = "\n".join("".join(p.text for cell in line.cells for p in cell) for line in lines)
    assert shown == "\n".join(line for line in text.split("\n") if line.strip())
    under = {key for line in lines for cell in line.cells for piece in cell for key in piece.statements}
    visible = {m.statement for m in marks if any(t.strip() for t in text[m.start : m.end].split("\n"))}
    assert visible <= under


def test_rows_of_tables_are_cut_into_cells() -> None:
    text = "项目\t投资\n手套\t3亿元\n"
    first, second = marked_lines(text, [Mark(9, 12, 7, "target")], [TableSpan(0, 12)])
    assert ["".join(p.text for p in cell) for cell in first.cells] == ["项目", "投资"]
    assert second.cells[1][0].statements == (7,)


@pytest.mark.parametrize(
    "typed",
    [
        "2024年13月45日",
        "2024年2月30日",
        "6月31日",
        "<b>2026年6月底</b>完成10个",
        "6月底完成10个",
        "6月底、9月底",
        "批复后10天",
        "<b>批复后5个工作日",
        "2024.13.1",
    ],
)
def test_a_due_of_which_something_is_not_understood_is_refused(typed: str) -> None:
    with pytest.raises(DueRefused, match="2024-06-30"):
        due_fields(typed, plan_year=2024, document_date=None)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("2024.6.30", "2024-06-30"),
        ("2024/6", "2024-06"),
        ("6月 15日前", "2024-06-15"),
        ("明年3月", "2025-03-31"),
        ("第三季度", "2024-09-30"),
        ("2024年2月29日", "2024-02-29"),
        ("到年底完成", "2024-12-31"),
    ],
)
def test_usual_ways_of_typing_a_due(typed: str, text: str) -> None:
    assert due_fields(typed, plan_year=2024, document_date=None)["due_text"] == text


def test_a_year_far_from_the_plan_must_be_confirmed() -> None:
    with pytest.raises(UnusualYear, match="2042"):
        due_fields("2042年6月底", plan_year=2024, document_date=None)
    fields = due_fields("2042年6月底", plan_year=2024, document_date=None, year_confirmed=True)
    assert fields["due_end"] == date(2042, 6, 30)
