"""The task breakdown and the plan check-up as Word documents in the official layout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from tiaodu.engine.briefing.word import Band, Column, OfficialDocument, Row
from tiaodu.engine.ledger.breakdown import BreakdownRow
from tiaodu.engine.ledger.checkup import Checkup, CheckupItem
from tiaodu.engine.ledger.remarks import finding_words, question_words
from tiaodu.engine.reading.model import Finding

_COLUMNS = (
    Column("序号", 10, "center"),
    Column("工作任务", 50),
    Column("量化指标", 44),
    Column("时间节点", 31),
    Column("完成时限", 22, "center"),
    Column("牵头单位", 23, "center"),
    Column("配合单位", 27, "center"),
    Column("责任领导", 18, "center"),
)
_STRENGTHS = {5: "确保、必须", 4: "完成、达到", 3: "突破", 2: "力争、计划", 1: "推动、加快"}
_MOST = 8  # items of one kind on the page; the rest is counted


def breakdown_document(
    rows: Sequence[BreakdownRow], *, title: str, author: str, moment: datetime, sample: bool = False
) -> bytes:
    """任务分解表 as a turned A4 table, grouped by the first headings of the plan, open questions below it.

    ``title`` is that of the plan; ``sample`` puts 示例 into the heading.
    """
    document = OfficialDocument(title=f"{title}任务分解表", author=author, moment=moment, turned=True)
    document.title(f"{title}任务分解表" + ("（示例）" if sample else ""))
    indicators = sum(len(row.indicators) for row in rows)
    milestones = sum(len(row.milestones) for row in rows)
    document.note(
        f"工作任务{len(rows)}项，量化指标{indicators}个，时间节点{milestones}个。"
        "牵头、配合单位带“*”的为按职责用词提出的建议，由县委办、政府办核定。"
    )
    document.table(_COLUMNS, list(_table_rows(rows)))
    asked = list(_asked(rows))
    if asked:
        document.blank()
        document.heading("需要起草单位明确的事项")
        for number, words in enumerate(asked, 1):
            document.note(f"{number}. {words}")
    return document.bytes()


def _asked(rows: Sequence[BreakdownRow]) -> Iterator[str]:
    """Open questions; those that many tasks share are asked once, with the numbers of the tasks."""
    by_words: dict[str, list[BreakdownRow]] = {}
    for row in rows:
        for question in row.questions:
            by_words.setdefault(question_words(question), []).append(row)
    for words, asked in by_words.items():
        if len(asked) == 1:
            yield f"第{asked[0].number}项“{asked[0].title}”：{words}"
        else:
            yield f"{_numbers(asked)}：{words}"


def _table_rows(rows: Sequence[BreakdownRow]) -> Iterator[Row]:
    heading = ""
    for row in rows:
        top = _top_heading(row)
        if top and top != heading:
            yield Band(top)
        heading = top or heading
        mark = "" if row.named or not row.lead else "*"
        yield (
            str(row.number),
            row.title,
            "\n".join(indicator.words for indicator in row.indicators) or "—",
            "\n".join(milestone.words for milestone in row.milestones) or "—",
            row.due_words or "未明确",
            f"{row.lead}{mark}" if row.lead else "",
            "\n".join(f"{name}{mark}" for name in row.assisting),
            row.leader,
        )


def _top_heading(row: BreakdownRow) -> str:
    return next((heading.strip("。 ") for heading in row.headings if heading.strip()), "")


def checkup_document(check: Checkup, *, title: str, author: str, moment: datetime) -> bytes:
    """计划体检 on one page: what falls due month by month, and what cannot be checked or does not fit."""
    heading = f"{title}体检" if title.endswith("计划") else f"{title}计划体检"
    document = OfficialDocument(title=heading, author=author, moment=moment)
    document.title(heading)
    document.paragraph(_summary(check))
    document.table(
        (Column("月份", 18, "center"), Column("到期任务", 138)),
        [(f"{m.month}月", _month_words(m.items)) for m in check.months if m.items]
        or [("—", "没有写明时限的任务")],
    )
    document.note("")
    for lead, words in _points(check):
        document.note(f"{lead}：{words}", align="both")
    return document.bytes()


def _summary(check: Checkup) -> str:
    share = check.share_checkable
    shown = f"，占{share * 100:.0f}%" if share is not None else ""
    return (
        f"**全文分解出{check.tasks}项任务**，其中有数字的{check.numbered}项、有时限的{check.dated}项，"
        f"数字（或节点）和时限齐全、可以考核的{check.both}项{shown}。"
    )


def _month_words(items: Iterable[CheckupItem]) -> str:
    by_task: dict[tuple[int, str], list[str]] = {}
    for item in items:
        told = by_task.setdefault((item.task, item.title), [])
        if item.words not in item.title:
            told.append(item.words)
    return "\n".join(
        f"{number}. {title}" + (f"：{'；'.join(words)}" if words else "")
        for (number, title), words in by_task.items()
    )


def _points(check: Checkup) -> Iterator[tuple[str, str]]:
    yield "措辞强度", _counts(_STRENGTHS, check.strengths) + _commitments(check.commitments)
    if check.undated:
        yield f"没有时限（{len(check.undated)}项）", _numbers(check.undated)
    if check.unmeasured:
        yield f"没有数字和节点（{len(check.unmeasured)}项）", _numbers(check.unmeasured)
    if check.event_bound:
        waiting = (f"{row.title}（待{row.event}）" for row in check.event_bound[:_MOST])
        yield f"以事件为前提（{len(check.event_bound)}项）", "；".join(waiting)
    for name, found in (
        ("合计不符", check.sums),
        ("合计相符", check.fitting),
        ("前后不一", check.conflicts),
        ("重复表述", check.restated),
    ):
        if found:
            yield f"{name}（{len(found)}处）", _findings(found)
    if check.vague:
        words = Counter(finding.params.get("word", "") for finding in check.vague)
        told = "、".join(f"“{word}”{count}次" for word, count in words.most_common(_MOST))
        yield f"用词含糊（{len(check.vague)}处）", f"{told}，没有明确含义，无法考核。"


def _counts(names: Mapping[int, str], counts: Mapping[int, int]) -> str:
    return "，".join(f"{names[key]}{count}处" for key, count in counts.items()) or "没有承诺用词"


def _commitments(counts: Mapping[str, int]) -> str:
    told = "、".join(f"“{word}”{count}次" for word, count in list(counts.items())[:4])
    return f"。常用：{told}" if told else ""


def _numbers(rows: Sequence[BreakdownRow]) -> str:
    """Numbers of tasks, neighbours joined: 第1—3、5项."""
    runs: list[list[int]] = []
    for number in (row.number for row in rows):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = [str(run[0]) if len(run) == 1 else f"{run[0]}—{run[-1]}" for run in runs]
    return f"第{'、'.join(told)}项"


def _findings(found: Sequence[Finding]) -> str:
    told = list(dict.fromkeys(finding_words(finding) for finding in found))
    return "".join(told[:_MOST]) + (f"等{len(found)}处" if len(told) > _MOST else "")
