"""What the review page shows: the statements of a document by task, and what accepting each would do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.reading import Kind
from tiaodu.foundation.access import may
from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.documents import selectors as documents
from tiaodu.rooms.documents.models import Document, Statement, StatementState
from tiaodu.rooms.documents.records import tables_of
from tiaodu.rooms.documents.selectors import ReadingCounts, counts_of
from tiaodu.rooms.documents.words import KINDS
from tiaodu.rooms.ledger.drafts import FACTS, PROMISES, Draft
from tiaodu.rooms.ledger.review.marking import Line, Mark, marked_lines
from tiaodu.rooms.ledger.review.rows import LANDINGS, ReviewRow
from tiaodu.rooms.ledger.selectors.landings import Landing, Plan, landings, plan_of

LIVE = (StatementState.OPEN, StatementState.ACCEPTED)


@dataclass(frozen=True)
class ReviewGroup:
    """The statements of one task; without a ``number``, those that belong to none."""

    rows: Sequence[ReviewRow]
    number: int | None = None
    title: str = ""
    lead: str = ""
    named: bool = True
    start: int = 0
    repeats: bool = False  # whether one figure is told more than once in it

    @property
    def alone(self) -> bool:
        """Whether one row stands for the task, so that no heading is needed."""
        return len(self.rows) == 1 and self.rows[0].alone

    @property
    def lead_words(self) -> str:
        """Who leads; * marks a suggestion."""
        return self.lead if self.named or not self.lead else f"{self.lead}*"

    @property
    def founds(self) -> Any:
        """That accepting makes a task of it, when nothing of it is in the ledger yet."""
        kinds = {
            row.landing.kind
            for row in self.rows
            if row.landing and row.statement.state == StatementState.OPEN
        }
        taken = any(row.landing and row.landing.accepted for row in self.rows)
        return LANDINGS["new"] if "new" in kinds and not taken else ""


@dataclass(frozen=True)
class ReviewPage:
    """Everything the page or a part of it is made from; read in a fixed number of queries."""

    user: User
    document: Document
    groups: Sequence[ReviewGroup]
    seen: int  # the latest decision these rows know of
    context: int  # how many statements of context there are
    with_context: bool = False  # whether their rows are here

    @cached_property
    def rows(self) -> dict[int, ReviewRow]:
        return {row.statement.pk: row for group in self.groups for row in group.rows}

    @cached_property
    def counts(self) -> ReadingCounts:
        live = [row for row in self.rows.values() if row.statement.state in LIVE]
        counted = counts_of([row.statement for row in live])
        return replace(counted, asked=sum(1 for row in live if "asked" in row.tags.split()))

    @cached_property
    def repeats(self) -> bool:
        """Whether the task breakdown has fewer figures: it writes one that a task repeats only once."""
        return any(group.repeats for group in self.groups)

    @cached_property
    def clear(self) -> int:
        return sum(1 for row in self.rows.values() if row.is_clear)

    @cached_property
    def waiting(self) -> int:
        """Open statements besides context."""
        return sum(
            1 for row in self.rows.values() if "is-open" in row.tags and row.statement.kind != Kind.CONTEXT
        )

    @cached_property
    def acceptable(self) -> int:
        """What the button 全部 accepts: every open promise or fact that does not conflict."""
        return sum(1 for row in self.rows.values() if row.may_land)

    @cached_property
    def chips(self) -> list[tuple[str, Any, int]]:
        """The filters: key, words, count. What is not in the list of a fresh reading shows only when there
        is any.
        """
        tags = [row.tags.split() for row in self.rows.values()]

        def count(tag: str) -> int:
            return sum(1 for each in tags if tag in each)

        told = [each for each in tags if "context" not in each]
        always = [
            ("", _("全部"), len([t for t in told if "is-vanished" not in t and "is-replaced" not in t])),
            ("is-open", _("待审"), self.waiting),
            ("asked", _("待问"), count("asked")),
            ("target", KINDS["target"], count("target")),
            ("milestone", KINDS["milestone"], count("milestone")),
            ("duty", KINDS["duty"], count("duty")),
            ("actual status", KINDS["actual"], count("actual") + count("status")),
            ("is-accepted", _("已接受"), count("is-accepted")),
        ]
        seldom = [
            ("is-rejected", _("不采纳"), count("is-rejected")),
            ("conflict", _("与台账不一致"), count("conflict")),
            ("changed", _("重读有变化"), count("changed")),
            ("is-replaced", _("已合并或拆分"), count("is-replaced")),
            ("context", KINDS["context"], count("context") if self.with_context else 0),
        ]
        return always + [chip for chip in seldom if chip[2]]

    @cached_property
    def lines(self) -> list[Line]:
        """The text with its statements marked."""
        shown = [row.statement for row in self.rows.values() if row.statement.state in (*LIVE, "rejected")]
        marks = (Mark(s.start, s.end, s.pk, s.kind) for s in shown)
        return marked_lines(self.document.text, marks, tables_of(self.document))

    @property
    def base(self) -> str:
        """Where acts on statements are sent, before the statement's number."""
        return reverse("ledger:review-row", args=[0]).removesuffix("0/")

    @property
    def may_accept(self) -> bool:
        return may(self.user, "ledger.accept")

    @property
    def may_export(self) -> bool:
        return may(self.user, "documents.export")


def review_page(user: User, document: Document, *, with_context: bool = False) -> ReviewPage:
    """The page of a document as it stands now; rows of context only when asked for."""
    seen = documents.last_decision(document)
    plan = plan_of(document)
    landed = landings(document, plan)
    statements = list(documents.statements_of(document).select_related("origin"))
    context = [s for s in statements if s.kind == Kind.CONTEXT]
    shown = statements if with_context else [s for s in statements if s.kind != Kind.CONTEXT]
    maker = _Maker(document, plan, landed, _draft_by_statement(plan))
    groups = _groups(plan, shown, maker)
    return ReviewPage(user, document, groups, seen, len(context), with_context)


def _draft_by_statement(plan: Plan) -> dict[int, int]:
    return {s.pk: number for number, draft in enumerate(plan.drafts) for s in (*draft.told, *draft.facts)}


@dataclass(frozen=True)
class _Maker:
    document: Document
    plan: Plan
    landed: Mapping[int, Landing]
    drafts: Mapping[int, int]

    def row(self, statement: Statement) -> ReviewRow:
        number = self.drafts.get(statement.pk)
        promise = number is not None and statement.kind in PROMISES
        draft = self.plan.drafts[number] if number is not None else None
        told = bool(statement.questions) and statement.kind in FACTS
        asked = draft.is_questioned(statement) if promise and draft else told
        return ReviewRow(
            statement,
            self.landed.get(statement.pk),
            asked,
            self.document.plan_year,
            self.document.text,
            self.document.readings,
            due_of_row=str(draft.due_of_bracket.get("due_text", "")) if promise and draft else "",
        )


def _groups(plan: Plan, statements: Iterable[Statement], maker: _Maker) -> list[ReviewGroup]:
    """Groups in the order of the text. What belongs to no task stands with the task it is told in, or by
    itself.
    """
    in_draft: dict[int, list[Statement]] = {number: [] for number in range(len(plan.drafts))}
    loose: list[Statement] = []
    for statement in statements:
        number = maker.drafts.get(statement.pk)
        number = _around(plan.drafts, statement) if number is None else number
        if number is None:
            loose.append(statement)
        else:
            in_draft[number].append(statement)
    groups = [_of_draft(plan.drafts[n], [maker.row(s) for s in told]) for n, told in in_draft.items() if told]
    groups += [_of_loose([maker.row(s) for s in run]) for run in _runs(loose, groups)]
    return sorted(groups, key=lambda group: (group.start, group.number is None))


def _around(drafts: Sequence[Draft], statement: Statement) -> int | None:
    """The task in whose words a statement stands that was rejected, replaced or is context."""
    for number, draft in enumerate(drafts):
        if draft.row.start <= statement.start < draft.row.end:
            return number
    return None


def _of_draft(draft: Draft, rows: list[ReviewRow]) -> ReviewGroup:
    row, told = draft.row, draft.responsibility
    start = min(r.statement.start for r in rows)
    lead, named = ("、".join(told.lead), True) if told.lead else (row.lead, row.named)
    if len(rows) == 1:
        rows = [replace(rows[0], number=row.number, lead=lead if named or not lead else f"{lead}*")]
    targets = sum(1 for s in draft.told[: len(row.statements)] if s.kind == Kind.TARGET)
    return ReviewGroup(rows, row.number, row.title, lead, named, start, len(row.indicators) < targets)


def _of_loose(rows: list[ReviewRow]) -> ReviewGroup:
    return ReviewGroup(rows, start=rows[0].statement.start)


def _runs(loose: Sequence[Statement], groups: Sequence[ReviewGroup]) -> list[list[Statement]]:
    """Statements without a task, those between the same two tasks together."""
    starts = sorted(group.start for group in groups)
    runs: dict[int, list[Statement]] = {}
    for statement in loose:
        before = sum(1 for start in starts if start <= statement.start)
        runs.setdefault(before, []).append(statement)
    return list(runs.values())
