"""The rows a document's statements make in the ledger: the same rows as in its task breakdown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tiaodu.engine.ledger.breakdown import BreakdownRow, breakdown
from tiaodu.engine.ledger.grouping import group_statements, is_purpose
from tiaodu.engine.ledger.matching import Promise
from tiaodu.engine.ledger.matching import Row as MatchRow
from tiaodu.engine.ledger.responsibility import Responsibility, due_of, responsibility_after
from tiaodu.engine.ledger.wording import Wording
from tiaodu.engine.reading.model import Kind
from tiaodu.engine.reading.model import Statement as Read
from tiaodu.foundation.registry.models import Subject, SubjectKind
from tiaodu.foundation.registry.selectors import SubjectMatcher
from tiaodu.rooms.documents.models import Document, Statement
from tiaodu.rooms.documents.records import as_read
from tiaodu.rooms.documents.selectors import department_hints

PROMISES = frozenset({Kind.TARGET, Kind.MILESTONE, Kind.DUTY})
FACTS = frozenset({Kind.ACTUAL, Kind.STATUS})
# Subjects that stand for many: what belongs to them is not one business with them.
_MANY = frozenset(
    {SubjectKind.REGION, SubjectKind.INDUSTRY, SubjectKind.PARK, SubjectKind.ZONE, SubjectKind.AXIS}
)
_ABOUT_DATES = frozenset({"when", "when_and_measured_how"})  # codes of data/vocabulary/questions.yaml
_ABOUT_READING = frozenset({"before_literal", "which_year"})
_SHORT_NAME = 3
_DETAILED = 1000  # a row whose departments the text names goes before every row without


@dataclass(frozen=True, slots=True)
class Draft:
    """A row of the breakdown with the records it was made from.

    ``told`` are the statements that promise, ``facts`` those that tell what was reached already.
    """

    row: BreakdownRow
    told: tuple[Statement, ...]
    facts: tuple[Statement, ...]
    responsibility: Responsibility
    plan_year: int
    text: str

    def is_purpose(self, statement: Statement) -> bool:
        """Whether a duty only says what the others of its row are for (实现拳头发力)."""
        return len(self.told) > len(self._purposes) > 0 and statement.pk in self._purposes

    @property
    def _purposes(self) -> frozenset[int]:
        wording = Wording.standard()
        return frozenset(s.pk for s in self.told if is_purpose(as_read(s), self.text, wording))

    def is_lead_in(self, statement: Statement) -> bool:
        """Whether a duty adds no step: it only opens a promise that has figures or steps of its own
        (推进A公司生产线建设，年底达到58条), or tells what the promise is for.
        """
        if self.is_purpose(statement):
            return True
        others = {told.kind for told in self.told}
        return statement.kind == Kind.DUTY and bool(others & {Kind.TARGET, Kind.MILESTONE})

    def is_questioned(self, statement: Statement) -> bool:
        """Whether a person must be asked before the statement is accepted.

        The time limit in the bracket of a measure answers what its clauses leave open.
        """
        if self.is_purpose(statement):
            return False
        codes = {question["code"] for question in statement.questions}
        limit = self.due_of_bracket
        if limit:
            codes -= _ABOUT_DATES
            if limit.get("due_end") == statement.due_end:
                codes -= _ABOUT_READING
        return bool(codes)

    @property
    def due_of_bracket(self) -> dict[str, Any]:
        """The time limit that the text sets for the whole measure, as fields of a term."""
        if self.responsibility.ongoing:
            return {"due_text": self.responsibility.due}
        due = due_of(self.responsibility, plan_year=self.plan_year)
        return {"due_text": due.text or "", "due_start": due.start, "due_end": due.end} if due else {}


class Register:
    """The subjects of a region, found by name, with what each belongs to."""

    def __init__(self, matcher: SubjectMatcher) -> None:
        self._matcher = matcher
        self._by_id = {subject.pk: subject for subject in matcher.subjects()}
        self._found: dict[str, Subject | None] = {}

    def match(self, text: str) -> Subject | None:
        """The subject a text names; None when it names none or several."""
        if text not in self._found:
            self._found[text] = self._matcher.match(text) if text else None
        return self._found[text]

    def department(self, text: str) -> Subject | None:
        """The department a text names."""
        found = self.match(text)
        return found if found is not None and found.kind == SubjectKind.DEPARTMENT else None

    def departments(self) -> Sequence[Subject]:
        return self._matcher.departments()

    def above(self, subject_id: int | None) -> tuple[int, ...]:
        """The subjects above one, nearest first."""
        found: list[int] = []
        subject = self._by_id.get(subject_id or 0)
        while subject is not None and subject.parent_id and subject.parent_id not in found:
            found.append(subject.parent_id)
            subject = self._by_id.get(subject.parent_id)
        return tuple(found)

    def one_business(self, subject_id: int | None) -> tuple[int, ...]:
        """The subjects above one that are one business with it: its firm, not its industry."""
        kinds = {pk: self._by_id[pk].kind for pk in self.above(subject_id) if pk in self._by_id}
        return tuple(pk for pk, kind in kinds.items() if kind not in _MANY)


def drafts_of(document: Document, statements: Sequence[Statement], register: Register) -> tuple[Draft, ...]:
    """The rows that ``statements`` (those not rejected, in the order of the text) make."""
    read = [as_read(statement) for statement in statements]
    rows = breakdown(
        read, text=document.text, departments=department_hints(document.region), plan_year=document.plan_year
    )
    facts = _facts_of_groups(read, document.text)
    found: dict[tuple[str, int], Draft] = {}
    for row in rows:
        told = tuple(statements[index] for index in row.statements)
        beside = tuple(statements[index] for index in facts.get(row.statements, ()))
        # Two rows of one title in one paragraph are one promise, whose figures have subjects of their own.
        key = (row.title, document.text.rfind("\n", 0, row.start))
        if key in found:
            first = found[key]
            found[key] = replace(first, told=first.told + told, facts=first.facts + beside)
        else:
            limit = responsibility_after(document.text, row.end)
            found[key] = Draft(row, told, beside, limit, document.plan_year, document.text)
    return tuple(found.values())


def _facts_of_groups(read: Sequence[Read], text: str) -> Mapping[tuple[int, ...], tuple[int, ...]]:
    groups = group_statements(read, text=text, wording=Wording.standard())
    return {
        tuple(sorted(group.members, key=lambda m: (read[m].start, m))): tuple(group.facts) for group in groups
    }


def subject_of(statement: Statement, draft: Draft, document: Document, register: Register) -> Subject | None:
    """The subject a statement speaks of.

    Its own name in the register; a finer one of the same line that its clause names (抽水蓄能 …
    箕山抽水蓄能电站); for a common noun the one the clause names, else the only one of its row.
    """
    own = register.match(statement.subject)
    clause = document.text[statement.clause_start : statement.clause_end]
    in_clause = register.match(clause)
    if own is not None:
        better = in_clause is not None and _is_better(in_clause, own, statement, clause, register)
        return in_clause if better else own
    if is_named(statement.subject):
        return None
    if in_clause is not None and in_clause.kind not in _MANY:
        return in_clause
    others = {subject.pk: subject for told in draft.told if (subject := register.match(told.subject))}
    return next(iter(others.values())) if len(others) == 1 else in_clause


def _is_finer(found: Subject, own: Subject, register: Register) -> bool:
    """Whether a subject stands below one that stands for many: a mine below its industry."""
    return own.kind in _MANY and own.pk in register.above(found.pk)


def _is_better(found: Subject, own: Subject, told: Statement, clause: str, register: Register) -> bool:
    """Whether the subject a clause names goes before the one read: finer, or named where that one is not."""
    if _is_finer(found, own, register):
        return True
    return found.kind not in _MANY and told.subject not in clause and own.name not in clause


def is_named(subject: str) -> bool:
    """Whether a subject's words are a name (…公司), not a common noun (生产线)."""
    wording = Wording.standard()
    return (
        len(subject) > _SHORT_NAME
        and subject.endswith(wording.named_endings)
        and subject not in wording.dependent
    )


def promise_of(statement: Statement, draft: Draft, document: Document, register: Register) -> Promise:
    """A statement as it is compared with the ledger."""
    subject = subject_of(statement, draft, document, register)
    return Promise(
        key=statement.pk,
        kind=Kind(statement.kind),
        title=document.text[statement.clause_start : statement.clause_end] or statement.quote,
        subject=statement.subject,
        named=subject is not None or is_named(statement.subject),
        subject_id=subject.pk if subject else None,
        belongs_to=register.one_business(subject.pk if subject else None),
        measure_key=statement.measure_key or statement.measure,
        unit=statement.unit,
        value=statement.value,
        increment=statement.increment,
        due_start=statement.due_start,
        due_end=statement.due_end,
        event=statement.due_event,
        action=statement.action,
        act=statement.act,
        document=document.pk,
        paragraph=document.text.rfind("\n", 0, statement.start),
        sentence=statement.sentence_start,
        purpose=draft.is_purpose(statement),
    )


def match_rows(
    drafts: Iterable[Draft],
    document: Document,
    register: Register,
    tasks: Mapping[int, int],
    wanted: Collection[int],
) -> tuple[MatchRow, ...]:
    """The drafts as rows to be matched, with their ``wanted`` statements.

    ``tasks``: the task each statement already founded or joined.
    """
    found = []
    drafts = list(drafts)
    lines = [document.text.rfind("\n", 0, draft.row.start) for draft in drafts]
    longest = {
        line: max(len(d.told) for d, at in zip(drafts, lines, strict=True) if at == line) for line in lines
    }
    for draft, line in zip(drafts, lines, strict=True):
        own = [tasks[s.pk] for s in draft.told if s.pk in tasks]
        # Of the rows of one paragraph the first goes before the others, however much they tell.
        detail = (_DETAILED if draft.responsibility.named else 0) + longest[line]
        promises = tuple(promise_of(s, draft, document, register) for s in draft.told if s.pk in wanted)
        found.append(MatchRow(promises, own[0] if own else None, detail))
    return tuple(found)


_SPACE = re.compile(r"\s+")


def clean_title(text: str) -> str:
    """A title without line breaks, at most as long as the field."""
    return _SPACE.sub(" ", text).strip()[:300]
