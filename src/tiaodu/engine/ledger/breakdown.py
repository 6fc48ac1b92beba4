"""The task breakdown 任务分解表: every promise of a plan as one row with figures, steps and departments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tiaodu.engine.ledger.departments import DepartmentHint, suggest_departments
from tiaodu.engine.ledger.grouping import Group, group_statements
from tiaodu.engine.ledger.responsibility import limited, responsibility_after
from tiaodu.engine.ledger.wording import (
    Wording,
    bare,
    due_words,
    figure_name,
    figure_words,
    shorten,
    strip_lead_in,
    trim_title,
)
from tiaodu.engine.reading.model import Due, Kind, Question, Statement

_CLAUSE = re.compile(r"[^，,；;。！!？?\n\t]+")
_NOTHING_TO_CHECK = frozenset({"when_and_measured_how", "measured_how"})
_NAMES = re.compile(r"[、,，/；;\s]+")


@dataclass(frozen=True, slots=True)
class BreakdownIndicator:
    """量化指标: a figure of a task. ``statement`` is the index of the statement it was read from."""

    name: str
    figure: str  # 超过130户
    due_words: str
    due: Due | None
    value: Decimal | None
    unit: str | None
    comparator: str
    increment: bool
    statement: int

    @property
    def words(self) -> str:
        """The figure on one line: 生产线新增36条（年底）."""
        name = self.name + ("新增" if self.increment and not self.name.endswith("新增") else "")
        return f"{name}{self.figure}" + (f"（{self.due_words}）" if self.due_words else "")


@dataclass(frozen=True, slots=True)
class BreakdownMilestone:
    """节点: a dated step of a task."""

    action: str
    due_words: str
    due: Due | None
    statement: int

    @property
    def words(self) -> str:
        """The step on one line: 4月底：完成调试运行."""
        return f"{self.due_words}：{self.action}" if self.due_words else self.action


@dataclass(frozen=True, slots=True)
class BreakdownRow:
    """One promise of a plan. Departments are suggestions unless ``named`` (the text itself names them)."""

    number: int
    title: str
    headings: tuple[str, ...]
    indicators: tuple[BreakdownIndicator, ...]
    milestones: tuple[BreakdownMilestone, ...]
    progress: tuple[str, ...]  # 已有进展, as told by the document
    due_words: str
    due_first: date | None
    due_last: date | None
    event: str | None  # what the earliest due waits for, when no day is known
    leader: str
    lead: str
    assisting: tuple[str, ...]
    named: bool
    because: tuple[str, ...]  # the words that suggested the leading department
    commitment: str
    strength: int | None
    questions: tuple[Question, ...]
    words: str  # the original words
    start: int
    end: int
    statements: tuple[int, ...]
    ongoing: bool = False  # the text says that it has no end (长期坚持)


def breakdown(
    statements: Sequence[Statement],
    *,
    text: str,
    departments: Sequence[DepartmentHint] = (),
    plan_year: int,
    wording: Wording | None = None,
) -> tuple[BreakdownRow, ...]:
    """Group the statements of ``text`` into tasks, in the order of the text.

    ``departments`` suggests who leads; without it only names that the text itself gives are filled in. A
    statement of context takes no part; a fact without a promise of the same subject beside it is left out.
    """
    wording = wording or Wording.standard()
    writer = _Writer(statements, text, departments, plan_year, wording)
    groups = group_statements(statements, text=text, wording=wording)
    groups.sort(key=lambda group: min(statements[m].start for m in group.members))
    return tuple(writer.row(number, group) for number, group in enumerate(groups, 1))


class _Writer:
    def __init__(
        self,
        statements: Sequence[Statement],
        text: str,
        departments: Sequence[DepartmentHint],
        plan_year: int,
        wording: Wording,
    ) -> None:
        self._all = list(statements)
        self._text = text
        self._departments = departments
        self._year = plan_year
        self._wording = wording

    def row(self, number: int, group: Group) -> BreakdownRow:
        members = sorted(group.members, key=lambda m: (self._all[m].start, m))
        start, end = self._span([self._all[m] for m in members])
        limit = responsibility_after(self._text, end)
        for m in members:
            self._all[m] = limited(self._all[m], limit, plan_year=self._year)
        told = [self._all[m] for m in members]
        original = self._text[start:end].strip()
        title = self._title(group, told)
        lead, assisting, leader, named, because = self._people(told, title, original)
        strongest = max(told, key=lambda s: (s.strength is not None, s.strength or 0))
        dues = sorted((s.due for s in told if s.due and s.due.end), key=_due_order)
        return BreakdownRow(
            number=number,
            title=title,
            headings=told[0].headings,
            indicators=self._indicators(members),
            milestones=self._milestones(members),
            progress=self._progress(group, title),
            due_words=self._due_range(told, dues) or (limit.due if limit.ongoing else ""),
            due_first=dues[0].end if dues else None,
            due_last=dues[-1].end if dues else None,
            event=next((s.due.event for s in told if s.due and s.due.event), None),
            leader=leader,
            lead=lead,
            assisting=assisting,
            named=named,
            because=because,
            commitment=strongest.commitment or "",
            strength=strongest.strength,
            questions=_asked_once(told),
            words=original,
            start=start,
            end=end,
            statements=tuple(members),
            ongoing=limit.ongoing,
        )

    def _span(self, told: Sequence[Statement]) -> tuple[int, int]:
        """From the first clause of the task to the last; a table row as a whole."""
        if told[0].row is not None:
            return self._line_of(told[0])
        return min(s.clause_start for s in told), max(s.clause_end for s in told)

    def _line_of(self, statement: Statement) -> tuple[int, int]:
        start = self._text.rfind("\n", 0, statement.start) + 1
        end = self._text.find("\n", start)
        return start, len(self._text) if end < 0 else end

    def _title(self, group: Group, told: Sequence[Statement]) -> str:
        cells = self._cells(told[0])
        for column in self._wording.columns["title"]:
            if cells.get(column):
                return shorten(cells[column], self._wording.title_length)
        subject = bare(group.subject)
        clause = strip_lead_in(self._naming_clause(group, told), self._wording)
        title = shorten(
            trim_title(clause, subject, self._wording, quote=told[0].quote), self._wording.title_length
        )
        shared = self._wording.generic | self._wording.regional | self._wording.dependent
        if subject and subject not in bare(title) and subject not in shared and told[0].kind is not Kind.DUTY:
            step = next((s.action for s in told if s.kind is Kind.MILESTONE and s.action), None)
            title = self._named_title(subject, step or "", title)
        return title or shorten(told[0].quote, self._wording.title_length)

    def _named_title(self, subject: str, step: str, title: str) -> str:
        """A title for a task whose own clauses tell figures but not what they belong to."""
        pairs = {subject[i : i + 2] for i in range(len(subject) - 1)}
        if any(pair in title for pair in pairs):
            return title
        about = subject + step if len(subject) >= 4 or step else f"{subject}：{title}"
        return shorten(about, self._wording.title_length)

    def _naming_clause(self, group: Group, told: Sequence[Statement]) -> str:
        """The first clause of the task, or the nearest one before it that names its subject."""
        first = told[0]
        own = [self._whole_clause(s) for s in told]
        if not group.subject:
            return own[0]
        before = self._text[first.sentence_start : first.clause_start]
        clauses = [*own[:1], *reversed(_CLAUSE.findall(before)), *own[1:]]
        clause = next((clause for clause in clauses if group.subject in bare(clause)), own[0])
        name, colon, _ = clause.partition("：")
        return name if colon and group.subject in bare(name) and first.kind is not Kind.DUTY else clause

    def _whole_clause(self, statement: Statement) -> str:
        """A clause with what was cut off it: up to a closing quotation mark, and after 在…前提下."""
        end = statement.clause_end
        clause = self._text[statement.clause_start : end]
        if clause.count("“") > clause.count("”"):
            closing = self._text.find("”", end, statement.sentence_end)
            end = closing + 1 if closing > 0 else end
            follows = _CLAUSE.match(self._text, end)
            end = follows.end() if follows else end
        elif clause.rstrip("，, ").endswith(self._wording.unfinished):
            follows = _CLAUSE.match(self._text, end + (self._text[end : end + 1] in "，,"))
            end = min(follows.end(), statement.sentence_end) if follows else end
        return self._text[statement.clause_start : end]

    def _cells(self, statement: Statement) -> dict[str, str]:
        """The cells of the table row a statement was read from, by their header."""
        if statement.row is None:
            return {}
        start, end = self._line_of(statement)
        row = self._text[start:end].split("\t")
        for line in reversed(self._text[:start].split("\n")[-200:]):
            header = [cell.strip() for cell in line.split("\t")]
            if len(header) == len(row) and self._is_header(header):
                return {name: cell.strip() for name, cell in zip(header, row, strict=True) if name}
            if line and "\t" not in line:
                break
        return {}

    def _is_header(self, cells: Iterable[str]) -> bool:
        known = {word for words in self._wording.columns.values() for word in words}
        return sum(cell in known for cell in cells) >= 1

    def _indicators(self, members: Sequence[int]) -> tuple[BreakdownIndicator, ...]:
        figures = [m for m in members if self._all[m].kind is Kind.TARGET]
        names = [figure_name(self._all[m], self._text, self._wording) for m in figures]
        found = []
        for index, own_name in zip(figures, names, strict=True):
            statement = self._all[index]
            other_name = self._sibling_name(statement, figures, names) or self._subject_name(statement)
            found.append(
                BreakdownIndicator(
                    name=self._whose(statement, figures, own_name) or own_name or other_name,
                    figure=figure_words(statement, self._wording),
                    due_words=due_words(statement.due, plan_year=self._year),
                    due=statement.due,
                    value=statement.value,
                    unit=statement.unit,
                    comparator=statement.comparator,
                    increment=statement.increment,
                    statement=index,
                )
            )
        unlike = {(i.name, i.figure, i.due_words, i.increment): i for i in reversed(found)}
        return tuple(reversed(unlike.values()))

    def _whose(self, statement: Statement, figures: Sequence[int], name: str) -> str:
        """A name with its subject, where the figures of a task belong to several (索具产值32亿元)."""
        subjects = {bare(self._all[m].subject) for m in figures}
        subject = bare(statement.subject)
        if len(subjects) == 1 or statement.measure in (*self._wording.counted, "growth_rate", "ratio"):
            return ""
        if len(subject) > 12 or subject in self._wording.dependent or (subject and name == subject):
            return ""
        return subject + self._wording.measures.get(statement.measure or "", "") if subject else ""

    def _sibling_name(self, statement: Statement, figures: Sequence[int], names: Sequence[str]) -> str:
        """22条 bears the name that 58条 of the same measure has elsewhere in the task."""
        for index, name in zip(figures, names, strict=True):
            other = self._all[index]
            if name and (other.measure, other.unit) == (statement.measure, statement.unit):
                return name
        return ""

    def _subject_name(self, statement: Statement) -> str:
        subject = bare(statement.subject)
        if subject and len(subject) <= 10 and not subject.endswith(self._wording.named_endings):
            return subject
        return self._wording.measures.get(statement.measure or "", "")

    def _milestones(self, members: Iterable[int]) -> tuple[BreakdownMilestone, ...]:
        return tuple(
            BreakdownMilestone(
                action=self._all[m].action or self._clause(self._all[m]),
                due_words=due_words(self._all[m].due, plan_year=self._year),
                due=self._all[m].due,
                statement=m,
            )
            for m in members
            if self._all[m].kind is Kind.MILESTONE
        )

    def _clause(self, statement: Statement) -> str:
        clause = self._text[statement.clause_start : statement.clause_end]
        return strip_lead_in(clause, self._wording).strip("，,。；; ")

    def _progress(self, group: Group, title: str) -> tuple[str, ...]:
        facts = (shorten(self._clause(self._all[f]), 2 * self._wording.title_length) for f in group.facts)
        return tuple(dict.fromkeys(fact for fact in facts if fact not in title))

    def _due_range(self, told: Sequence[Statement], dues: Sequence[Due]) -> str:
        if not dues:
            waiting = (s.due for s in told if s.due and s.due.event)
            return due_words(next(waiting, None), plan_year=self._year)
        first, last = (due_words(due, plan_year=self._year) for due in (dues[0], dues[-1]))
        if dues[0].end == dues[-1].end:
            return min(first, last, key=lambda words: words == "全年")
        return f"{first}—{last}"

    def _people(
        self, told: Sequence[Statement], title: str, original: str
    ) -> tuple[str, tuple[str, ...], str, bool, tuple[str, ...]]:
        """Lead, assisting, leader, whether the text names the lead, and the words that suggested it."""
        named = {who: self._named(who, told) for who in ("lead", "assisting", "leader")}
        leaders = _NAMES.split(named["lead"]) if named["lead"] else []
        if leaders:
            helpers = (*leaders[1:], *(_NAMES.split(named["assisting"]) if named["assisting"] else ()))
            return leaders[0], helpers, named["leader"], True, ()
        crowded = len(told) == 1 and len(original) > 3 * self._wording.title_length  # one name of many
        context = (title, "" if crowded else original, " ".join(s.subject or "" for s in told))
        suggested = suggest_departments(context, self._departments, around=told[0].headings[::-1])
        lead = suggested.lead.short if suggested.lead else ""
        assisting = tuple(department.short for department in suggested.assisting)
        return lead, assisting, named["leader"], False, suggested.because

    def _named(self, who: str, told: Sequence[Statement]) -> str:
        cells = self._cells(told[0])
        for column in self._wording.columns[who]:
            if cells.get(column):
                return cells[column]
        last = told[-1]
        around = self._text[told[0].sentence_start : last.sentence_end + 80].split("\n")[0]
        match = self._wording.named[who].search(around)
        return match[1].strip() if match else ""


def _due_order(due: Due) -> tuple[date, date]:
    end = due.end or date.max
    return end, due.start or end


def _asked_once(told: Sequence[Statement]) -> tuple[Question, ...]:
    """Each question once; what a duty lacks is not asked when the task has a figure or a step."""
    measured = any(s.kind is not Kind.DUTY for s in told)
    questions = (q for s in told for q in s.questions if not (measured and q.code in _NOTHING_TO_CHECK))
    return tuple({(q.code, tuple(sorted(q.params.items()))): q for q in questions}.values())
