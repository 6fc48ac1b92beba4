"""The task breakdown as an Excel workbook: tasks, the figures and steps under them, and open questions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from tiaodu.engine.briefing.workbook import Cell, Sheet, SheetColumn, write_table
from tiaodu.engine.ledger.breakdown import BreakdownRow
from tiaodu.engine.ledger.remarks import question_words
from tiaodu.engine.reading.model import Due

_TASKS = (
    SheetColumn("序号", align="center"),
    SheetColumn("章节", widest=24),
    SheetColumn("工作任务", widest=44),
    SheetColumn("量化指标", widest=40),
    SheetColumn("时间节点", widest=40),
    SheetColumn("完成时限", widest=18, align="center"),
    SheetColumn("最早时限", "yyyy-mm-dd", align="center"),
    SheetColumn("最晚时限", "yyyy-mm-dd", align="center"),
    SheetColumn("牵头单位", widest=16, align="center"),
    SheetColumn("配合单位", widest=24, align="center"),
    SheetColumn("责任领导", widest=12, align="center"),
    SheetColumn("单位来源", widest=14, align="center"),
    SheetColumn("措辞", widest=10, align="center"),
    SheetColumn("强度", align="center"),
    SheetColumn("已有进展", widest=36),
    SheetColumn("待明确", widest=40),
    SheetColumn("原文", widest=60),
)
_FIGURES = (
    SheetColumn("任务序号", align="center"),
    SheetColumn("工作任务", widest=44),
    SheetColumn("类别", align="center"),
    SheetColumn("名称", widest=40),
    SheetColumn("比较", align="center"),
    SheetColumn("数值", "#,##0.######"),
    SheetColumn("单位", align="center"),
    SheetColumn("增量", align="center"),
    SheetColumn("时限", widest=18, align="center"),
    SheetColumn("日期", "yyyy-mm-dd", align="center"),
)
_QUESTIONS = (
    SheetColumn("任务序号", align="center"),
    SheetColumn("工作任务", widest=44),
    SheetColumn("问题", widest=60),
    SheetColumn("答复", widest=30),
)


def breakdown_workbook(
    rows: Sequence[BreakdownRow], *, title: str, author: str, moment: datetime, sample: bool = False
) -> bytes:
    """任务分解表 as xlsx; dates are dates and figures are numbers in base units, ready to sort and filter."""
    heading = f"{title}任务分解表" + ("（示例）" if sample else "")
    sheets = [
        Sheet(
            "任务分解表",
            heading,
            _TASKS,
            [_task(row) for row in rows],
            "单位来源为“建议”的，按职责用词提出，须核定。",
        ),
        Sheet(
            "指标和节点", f"{heading}：指标和节点", _FIGURES, [line for row in rows for line in _lines(row)]
        ),
    ]
    asked: list[Sequence[Cell]] = [
        (row.number, row.title, question_words(question), "") for row in rows for question in row.questions
    ]
    if asked:
        sheets.append(Sheet("待明确事项", f"{heading}：待明确事项", _QUESTIONS, asked))
    return write_table(sheets, title=heading, author=author, moment=moment)


def _task(row: BreakdownRow) -> list[Cell]:
    source = "文件写明" if row.named else "建议" if row.lead else ""
    return [
        row.number,
        " / ".join(heading.strip() for heading in row.headings),
        row.title,
        "\n".join(indicator.words for indicator in row.indicators),
        "\n".join(milestone.words for milestone in row.milestones),
        row.due_words or "未明确",
        row.due_first,
        row.due_last,
        row.lead,
        "、".join(row.assisting),
        row.leader,
        source,
        row.commitment,
        row.strength,
        "\n".join(row.progress),
        "\n".join(question_words(question) for question in row.questions),
        row.words,
    ]


def _lines(row: BreakdownRow) -> list[list[Cell]]:
    figures: list[list[Cell]] = [
        [
            row.number,
            row.title,
            "指标",
            indicator.name,
            indicator.comparator,
            indicator.value,
            indicator.unit,
            "是" if indicator.increment else "",
            indicator.due_words,
            _day(indicator.due),
        ]
        for indicator in row.indicators
    ]
    steps: list[list[Cell]] = [
        [row.number, row.title, "节点", step.action, "", None, "", "", step.due_words, _day(step.due)]
        for step in row.milestones
    ]
    return figures + steps


def _day(due: Due | None) -> date | None:
    return due.end if due else None
