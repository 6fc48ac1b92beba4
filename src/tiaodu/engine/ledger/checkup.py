"""The plan check-up 计划体检: what a plan promises by month, what cannot be checked, what does not fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from tiaodu.engine.ledger.breakdown import BreakdownIndicator, BreakdownRow
from tiaodu.engine.reading.model import Finding, Kind, Question, Reading, Statement

# The codes of data/vocabulary/findings.yaml by where they stand in the check-up.
_GROUPS = {
    "sum_differs": "sums",
    "sum_fits": "fitting",
    "conflict": "conflicts",
    "restated": "restated",
    "vague_word": "vague",
}


@dataclass(frozen=True, slots=True)
class CheckupItem:
    """Something due: the task it belongs to and its words (a figure or a step)."""

    task: int  # number of the row
    title: str
    words: str
    due: date
    is_milestone: bool


@dataclass(frozen=True, slots=True)
class CheckupMonth:
    """A month of the plan's year and what is due in it; what is due within the year stands in December."""

    month: int
    items: tuple[CheckupItem, ...]


@dataclass(frozen=True, slots=True)
class Checkup:
    """The check-up of one plan. Shares are between 0 and 1, None when there is no task."""

    plan_year: int
    tasks: int
    statements: Mapping[str, int]  # by kind
    months: tuple[CheckupMonth, ...]
    later: tuple[CheckupItem, ...]  # due in another year
    numbered: int  # tasks with a figure
    dated: int  # tasks with a day or a period
    both: int
    undated: tuple[BreakdownRow, ...]  # neither a day nor an event
    unmeasured: tuple[BreakdownRow, ...]  # neither a figure nor a step
    event_bound: tuple[BreakdownRow, ...]
    without_lead: tuple[BreakdownRow, ...]
    strengths: Mapping[int, int]  # 5 hard … 1 soft → number of statements
    commitments: Mapping[str, int]  # 确保, 力争 … → number of statements
    questions: tuple[tuple[int, Question], ...]  # number of the task, question
    sums: tuple[Finding, ...]  # that do not fit
    fitting: tuple[Finding, ...]  # sums that fit
    conflicts: tuple[Finding, ...]
    restated: tuple[Finding, ...]
    vague: tuple[Finding, ...]
    others: tuple[Finding, ...]  # of any other code

    @property
    def share_checkable(self) -> float | None:
        """Share of tasks that have both a figure or step and a date."""
        return self.both / self.tasks if self.tasks else None


def checkup(reading: Reading, rows: Sequence[BreakdownRow], *, plan_year: int) -> Checkup:
    """Check ``reading`` and the ``rows`` that :func:`breakdown` made of it."""
    items = [item for row in rows for item in _items(row)]
    in_year = [item for item in items if item.due.year == plan_year]
    promises = [s for s in reading.statements if s.kind in (Kind.TARGET, Kind.MILESTONE, Kind.DUTY)]
    found = _sorted_findings(reading.findings)
    measured = [row for row in rows if row.indicators or row.milestones]
    dated = [row for row in rows if row.due_last is not None]
    return Checkup(
        plan_year=plan_year,
        tasks=len(rows),
        statements=_counted(s.kind.value for s in reading.statements),
        months=tuple(_month(number, in_year) for number in range(1, 13)),
        later=tuple(sorted((i for i in items if i.due.year != plan_year), key=lambda i: (i.due, i.task))),
        numbered=sum(1 for row in rows if row.indicators),
        dated=len(dated),
        both=sum(1 for row in measured if row.due_last is not None),
        undated=tuple(row for row in rows if row.due_last is None and row.event is None and not row.ongoing),
        unmeasured=tuple(row for row in rows if not row.indicators and not row.milestones),
        event_bound=tuple(row for row in rows if row.event is not None),
        without_lead=tuple(row for row in rows if not row.lead),
        strengths=_strengths(promises),
        commitments=_counted(s.commitment for s in promises if s.commitment),
        questions=tuple((row.number, question) for row in rows for question in row.questions),
        sums=found["sums"],
        fitting=found["fitting"],
        conflicts=found["conflicts"],
        restated=found["restated"],
        vague=found["vague"],
        others=found["others"],
    )


def _items(row: BreakdownRow) -> list[CheckupItem]:
    items = [
        CheckupItem(row.number, row.title, _figure(i), i.due.end, is_milestone=False)
        for i in row.indicators
        if i.due and i.due.end
    ]
    items += [
        CheckupItem(row.number, row.title, m.action, m.due.end, is_milestone=True)
        for m in row.milestones
        if m.due and m.due.end
    ]
    if not items and row.due_last:
        items.append(CheckupItem(row.number, row.title, row.title, row.due_last, is_milestone=True))
    return items


def _figure(indicator: BreakdownIndicator) -> str:
    """A figure in a month's list: its due is told only when it is not that month."""
    return indicator.words if indicator.due_words == "全年" else replace(indicator, due_words="").words


def _month(number: int, items: Sequence[CheckupItem]) -> CheckupMonth:
    due = [item for item in items if item.due.month == number]
    return CheckupMonth(number, tuple(sorted(due, key=lambda item: (item.due, item.task))))


def _sorted_findings(findings: Sequence[Finding]) -> dict[str, tuple[Finding, ...]]:
    groups: dict[str, list[Finding]] = {name: [] for name in (*_GROUPS.values(), "others")}
    for finding in findings:
        groups[_GROUPS.get(finding.code, "others")].append(finding)
    return {name: tuple(group) for name, group in groups.items()}


def _strengths(promises: Sequence[Statement]) -> Mapping[int, int]:
    told = Counter(s.strength for s in promises if s.strength is not None)
    return MappingProxyType({strength: told[strength] for strength in range(5, 0, -1) if told[strength]})


def _counted(words: Iterable[str]) -> Mapping[str, int]:
    return MappingProxyType(dict(Counter(words).most_common()))
