"""Findings: sums, restatements, conflicts, promises without a date."""

from collections.abc import Callable

import pytest

from tiaodu.engine.reading import Finding, Kind, Reading, Vocabulary
from tiaodu.engine.reading.wording import finding_text, question_text

LINES = "推进宏达手套公司生产线建设，上半年建成{0}条、下半年建成{1}条，年底达到生产线{2}条。"


def of(reading: Reading, code: str) -> list[Finding]:
    return [finding for finding in reading.findings if finding.code == code]


def test_increments_that_make_the_level(reading_of: Callable[..., Reading]) -> None:
    reading = reading_of(LINES.format(22, 36, 58))
    assert len(of(reading, "sum_fits")) == 1
    assert not of(reading, "sum_differs")
    assert [s.increment for s in reading.statements if s.value] == [True, True, False]


def test_increments_that_do_not(reading_of: Callable[..., Reading]) -> None:
    (finding,) = of(reading_of(LINES.format(22, 36, 60)), "sum_differs")
    assert finding.severity == "error"
    assert (finding.params["sum"], finding.params["total"], finding.params["difference"]) == (
        "58条",
        "60条",
        "2条",
    )


def test_parts_of_a_total(reading_of: Callable[..., Reading]) -> None:
    text = "全年实施重点项目{}个，其中新开工项目56个、续建项目72个。"
    assert of(reading_of(text.format(128)), "sum_fits")
    assert of(reading_of(text.format(120)), "sum_differs")
    assert not of(reading_of(text.format(200)), "sum_differs")  # a list behind 其中 may be partial


def test_a_figure_told_twice_counts_once(reading_of: Callable[..., Reading]) -> None:
    text = "恒远能源综合基地二期（风电50MW+光伏60MW）项目，60MW光伏已取得核查意见，50MW风电已完成选址。"
    reading = reading_of(text)
    assert {finding.params["value"] for finding in of(reading, "restated")} == {"5万千瓦", "6万千瓦"}
    keys = {s.measure_key for s in reading.statements if s.measure == "power_capacity"}
    assert keys == {"power_capacity.wind", "power_capacity.solar"}


def test_two_values_for_one_promise(reading_of: Callable[..., Reading]) -> None:
    reading = reading_of("全年煤炭产量完成500万吨。加强调度，力争全年煤炭产量完成520万吨。")
    (finding,) = of(reading, "conflict")
    assert finding.params["values"] == "500万吨、520万吨"


def test_a_duty_without_a_date_and_a_vague_word(reading_of: Callable[..., Reading]) -> None:
    reading = reading_of("尽快启动拍卖程序，确保达标企业按时入统。")
    assert len(of(reading, "undated")) == 2
    assert [finding.params["word"] for finding in of(reading, "vague_word")] == ["尽快"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_finding_and_question_has_words(
    language: str, reading_of: Callable[..., Reading], vocabulary: Vocabulary
) -> None:
    text = LINES.format(1, 2, 4) + "尽快启动招标。待批复后，立即组织开展评审。力争9月份前建成。春节前开业。"
    reading = reading_of(text)
    texts = [finding_text(finding, vocabulary, language) for finding in reading.findings]
    texts += [question_text(q, vocabulary, language) for s in reading.statements for q in s.questions]
    assert len(texts) > 6
    assert not [words for words in texts if "{" in words or not words]


def test_an_unknown_language_is_refused(reading_of: Callable[..., Reading], vocabulary: Vocabulary) -> None:
    finding = reading_of("尽快启动招标。").findings[0]
    with pytest.raises(ValueError, match="zh, en"):
        finding_text(finding, vocabulary, "fr")


def test_an_event_and_its_working_days(reading_of: Callable[..., Reading]) -> None:
    reading = reading_of(
        "项目已上报国家能源局。待批复后，立即组织开展可研评审等工作。自验收之日起10个工作日内完成移交手续。"
    )
    dues = [(s.due.event, s.due.offset) for s in reading.statements if s.due is not None and s.due.event]
    assert dues[:2] == [("批复", 5), ("验收", 10)]
    assert reading.statements[0].kind == Kind.STATUS
