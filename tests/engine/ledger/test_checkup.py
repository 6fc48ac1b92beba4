"""The check-up counts what can be checked and sorts what cannot."""

from __future__ import annotations

import io
import re
import shutil
from datetime import datetime
from pathlib import Path

import docx
import pytest
from tests.engine.intake.samples import soffice
from tests.engine.ledger.plans import PlanText, day

from tiaodu.engine.ledger.breakdown import breakdown
from tiaodu.engine.ledger.breakdown_word import checkup_document
from tiaodu.engine.ledger.checkup import Checkup, checkup
from tiaodu.engine.reading.intake import open_document
from tiaodu.engine.reading.model import Due, Finding, Kind, Question, Reading


def checked() -> Checkup:
    plan = PlanText(
        "确保4月底完成石港煤业调试运行。力争全年煤炭产量完成500万吨。加快盘城煤业尽快复产。"
        "待批复后组织评审。铁矿产能达到50万吨。2026年建成玻璃项目。"
    )
    plan.add(
        Kind.MILESTONE,
        "4月底",
        "石港煤业",
        action="完成石港煤业调试运行",
        due=day("2024-04-30"),
        strength=5,
        commitment="确保",
    )
    plan.target("500万吨", "煤炭", "output", "5000000", "吨", due=day("2024"), strength=2, commitment="力争")
    plan.add(
        Kind.DUTY,
        "加快盘城煤业尽快复产",
        "盘城煤业",
        strength=1,
        commitment="加快",
        questions=(Question("when", {"word": "尽快"}),),
    )
    plan.add(Kind.DUTY, "待批复后组织评审", due=Due(event="批复", offset=5))
    plan.target("50万吨", "铁矿", "capacity", "500000", "吨", strength=4, commitment="达到")
    plan.add(Kind.MILESTONE, "2026年", "玻璃项目", action="建成玻璃项目", due=day("2026"))
    findings = tuple(
        Finding(
            code,
            "warning",
            ((0, 1),),
            {"subject": "线", "parts": "22+36", "sum": "58", "total": "60", "word": "尽快"},
        )
        for code in ("sum_differs", "sum_fits", "conflict", "restated", "vague_word", "undated")
    )
    rows = breakdown(plan.statements, text=plan.text, plan_year=2024)
    return checkup(Reading(tuple(plan.statements), findings), rows, plan_year=2024)


def test_what_is_due_stands_in_its_month() -> None:
    check = checked()
    due = {m.month: [(i.task, i.words, i.is_milestone) for i in m.items] for m in check.months if m.items}
    assert due == {4: [(1, "完成石港煤业调试运行", True)], 12: [(2, "煤炭产量500万吨（全年）", False)]}
    assert [m.month for m in check.months] == list(range(1, 13))
    assert [(i.task, i.words) for i in check.later] == [(6, "建成玻璃项目")]


def test_shares_and_lists_of_what_cannot_be_checked() -> None:
    check = checked()
    assert (check.tasks, check.numbered, check.dated, check.both) == (6, 2, 3, 3)
    assert check.share_checkable == 0.5
    assert [row.number for row in check.undated] == [3, 5]
    assert [row.number for row in check.unmeasured] == [3, 4]
    assert [row.number for row in check.event_bound] == [4]
    assert len(check.without_lead) == 6
    assert [(number, question.code) for number, question in check.questions] == [(3, "when")]


def test_strengths_from_hard_to_soft_and_words_are_counted() -> None:
    check = checked()
    assert list(check.strengths.items()) == [(5, 1), (4, 1), (2, 1), (1, 1)]
    assert check.commitments["确保"] == check.commitments["力争"] == 1
    assert check.statements["milestone"] == 2


def test_findings_are_sorted_by_what_they_say() -> None:
    check = checked()
    groups = (check.sums, check.fitting, check.conflicts, check.restated, check.vague, check.others)
    assert [group[0].code for group in groups] == [
        "sum_differs", "sum_fits", "conflict", "restated", "vague_word", "undated",
    ]  # fmt: skip


def test_an_empty_plan_has_no_share() -> None:
    empty = checkup(Reading((), ()), (), plan_year=2024)
    assert (empty.tasks, empty.share_checkable, empty.undated) == (0, None, ())


def test_the_check_up_as_a_word_page_tells_the_same() -> None:
    data = checkup_document(checked(), title="左权县2024年计划", author="工信局", moment=datetime(2024, 3, 1))  # noqa: DTZ001
    document = docx.Document(io.BytesIO(data))
    words = "\n".join(p.text for p in document.paragraphs)
    assert "左权县2024年计划体检" in words and "全文分解出6项任务" in words and "占50%" in words
    assert re.search(r"没有时限（2项）：第3、5项", words)
    assert "合计不符（1处）：线：22+36合计为58，与60不符" in words
    months = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert months[1:] == [
        ["4月", "1. 完成石港煤业调试运行"],
        ["12月", "2. 煤炭产量完成500万吨：煤炭产量500万吨（全年）"],
    ]


def test_the_check_up_is_one_page(tmp_path: Path) -> None:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice lays out the page of this test")
    data = checkup_document(checked(), title="左权县2024年计划", author="", moment=datetime(2024, 3, 1))  # noqa: DTZ001
    assert open_document(soffice(data, "docx", "pdf", tmp_path), filename="a.pdf").pages == 1
