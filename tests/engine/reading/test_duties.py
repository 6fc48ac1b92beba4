"""Commitments without number or date, steps reached, headings, strength of wording."""

from collections.abc import Callable

import pytest

from tiaodu.engine.reading import Kind, Reading

SERVICES = """二、优化环境
一是发力招商引资。动态完善招商图谱，落实招商奖励政策，实行市场化委托招商奖励。
二是创优营商环境。完善首问负责制，大力推进“高效办成一件事”改革，进一步精简审批流程，开展“干部包企业”行动，开辟绿色通道，建立政银企对接机制，用足用活应急周转金。
"""


def quotes(reading: Reading, kind: Kind) -> list[str]:
    return [statement.quote for statement in reading.statements if statement.kind == kind]


@pytest.mark.parametrize(
    "words",
    [
        "招商图谱",
        "奖励政策",
        "委托招商奖励",
        "首问负责制",
        "一件事",
        "精简审批",
        "干部包企业",
        "绿色通道",
        "政银企",
        "周转金",
    ],
)
def test_every_commitment_is_a_duty(words: str, reading_of: Callable[..., Reading]) -> None:
    duties = [s for s in reading_of(SERVICES).statements if s.kind == Kind.DUTY and words in s.quote]
    assert len(duties) == 1
    assert "when_and_measured_how" in {question.code for question in duties[0].questions}


def test_headings_stand_above_their_statements(reading_of: Callable[..., Reading]) -> None:
    duty = next(s for s in reading_of(SERVICES).statements if "周转金" in s.quote)
    assert duty.headings == ("二、优化环境", "二是创优营商环境")


@pytest.mark.parametrize(
    "text", ["项目已完成场地平整。", "资料已上报省能源局。", "工程已取得核查意见。", "光伏项目二期已开工。"]
)
def test_a_step_reached_is_a_status(text: str, reading_of: Callable[..., Reading]) -> None:
    assert quotes(reading_of(text), Kind.STATUS) == [text.rstrip("。")]


@pytest.mark.parametrize(
    ("text", "strength", "word"),
    [
        ("确保年底前建成通车。", 5, "确保"),
        ("力争年底前建成通车。", 2, "力争"),
        ("计划年底前建成通车。", 2, "计划"),
        ("力争全年煤炭产量完成500万吨。", 2, "力争"),
        ("确保全年煤炭产量达到500万吨。", 5, "确保"),
        ("全年煤炭产量达到500万吨。", 4, "达到"),
        ("推动重点企业上市。", 1, "推动"),
    ],
)
def test_strength_of_wording(text: str, strength: int, word: str, reading_of: Callable[..., Reading]) -> None:
    statement = reading_of(text).statements[0]
    assert (statement.strength, statement.commitment) == (strength, word)


def test_open_words_are_questions_and_no_dates(reading_of: Callable[..., Reading]) -> None:
    statement = reading_of("200MW光伏项目近期可实现全容量并网。").statements[0]
    assert statement.due is None


def test_a_clause_with_a_figure_needs_no_duty(reading_of: Callable[..., Reading]) -> None:
    assert not quotes(reading_of("确保全年煤炭产量达到500万吨。"), Kind.DUTY)
