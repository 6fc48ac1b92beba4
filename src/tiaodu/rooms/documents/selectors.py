"""Reads of documents and statements, with the person's own rows only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tiaodu.engine.ledger.breakdown import BreakdownRow, breakdown
from tiaodu.engine.ledger.checkup import Checkup, checkup
from tiaodu.engine.ledger.departments import DepartmentHint, usual_departments
from tiaodu.engine.reading import Kind, Reading, load_vocabulary
from tiaodu.engine.reading.checks import check
from tiaodu.foundation import clock
from tiaodu.foundation.access import may
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.evidence.sources import Described
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Region, Subject
from tiaodu.foundation.registry.selectors import departments_of
from tiaodu.rooms.documents.models import (
    Decision,
    Document,
    DocumentState,
    Secrecy,
    Statement,
    StatementState,
)
from tiaodu.rooms.documents.records import as_read

LIVE = (StatementState.OPEN, StatementState.ACCEPTED)


def documents_visible_to(user: User) -> QuerySet[Document]:
    """The documents of the person's region known by today and not withdrawn.

    An internal document is seen by the departments named as its readers, by who handed it in, and by those
    with ``documents.read_internal``. A region above sees none: a document is the county's own desk.
    """
    scope = scope_of(user)
    if scope.region_path is None or scope.released_only or not may(user, "documents.read"):
        return Document.objects.none()
    today = clock.today()
    standing = Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=today)
    found = Document.objects.filter(
        standing, region__path__startswith=scope.region_path, created_on__lte=today
    )
    if may(user, "documents.read_internal"):
        return found
    mine = Q(secrecy=Secrecy.PUBLIC) | Q(created_by=user)
    if user.department_id is not None:
        named = Document.readers.through.objects.filter(subject_id=user.department_id)
        mine |= Q(pk__in=named.values("document_id"))
    return found.filter(mine)


def documents_listed(user: User) -> QuerySet[Document]:
    """The same with counts of statements for a list."""
    counted = Count("statements", filter=~Q(statements__kind=Kind.CONTEXT) & Q(statements__state__in=LIVE))
    waiting = ~Q(statements__kind=Kind.CONTEXT) & Q(statements__state=StatementState.OPEN)
    found = ~Q(statements__kind=Kind.CONTEXT) & ~Q(statements__state=StatementState.VANISHED)
    return (
        documents_visible_to(user)
        .select_related("created_by", "job")
        .annotate(
            told=counted,
            waiting=Count("statements", filter=waiting),
            found=Count("statements", filter=found),
        )
        .defer("text", "tables", "findings")
    )


def document_for(user: User, document_id: int) -> Document:
    """One document in reach of the person; NotFound otherwise."""
    found = (
        documents_visible_to(user)
        .select_related("region", "file", "job", "created_by")
        .filter(pk=document_id)
    )
    document = found.first()
    if document is None:
        raise NotFound
    return document


def document_with_text(user: User, region: Region, digest: str) -> Document | None:
    """A document of the region that the person may see and that has exactly this text."""
    return documents_visible_to(user).filter(region=region, text_sha256=digest).order_by("id").first()


def may_withdraw(user: User, document: Document) -> bool:
    """Whether the person may take the document back: her own, or anybody's with ``documents.withdraw``, as
    long as nothing of it is in the ledger and nobody is reading it.
    """
    theirs = may(user, "documents.upload") and document.created_by_id == user.pk
    if not theirs and not may(user, "documents.withdraw"):
        return False
    return not is_reading(document) and not has_accepted(document)


def has_accepted(document: Document) -> bool:
    """Whether anything of the document is in the ledger."""
    return Statement.objects.filter(document=document, state=StatementState.ACCEPTED).exists()


def statements_of(document: Document) -> QuerySet[Statement]:
    """The statements of a document in the order of its text, whatever became of them."""
    return Statement.objects.filter(document=document).order_by("start", "end", "id")


def statement_for(user: User, statement_id: int) -> Statement:
    """One statement of a document in reach of the person; NotFound otherwise."""
    found = Statement.objects.filter(pk=statement_id).select_related("document__region").first()
    if found is None or not documents_visible_to(user).filter(pk=found.document_id).exists():
        raise NotFound
    return found


def statement_as_source(user: User, source_id: str) -> Described | None:
    """The sentence a figure was read from, for who may read its document."""
    statement = statement_for(user, int(source_id)) if source_id.isdecimal() else None
    if statement is None:
        return None
    document, text = statement.document, statement.document.text
    return Described(
        _("《%(title)s》") % {"title": document.title},
        f"{reverse('documents:detail', args=[document.pk])}#s{statement.pk}",
        before=text[statement.sentence_start : statement.start],
        words=text[statement.start : statement.end],
        after=text[statement.end : statement.sentence_end],
    )


def decisions_of(statement: Statement) -> QuerySet[Decision]:
    """What was decided about a statement, in order."""
    return Decision.objects.filter(statement=statement).select_related("decided_by").order_by("id")


def decided_since(document: Document, decision_id: int) -> QuerySet[Decision]:
    """What anybody decided in a document after a decision already seen."""
    found = Decision.objects.filter(statement__document=document, pk__gt=decision_id)
    return found.select_related("decided_by").order_by("id")


def last_decision(document: Document) -> int:
    """The number of the latest decision in a document; 0 before the first."""
    latest = (
        Decision.objects.filter(statement__document=document)
        .order_by("-id")
        .values_list("pk", flat=True)
        .first()
    )
    return latest or 0


def readers_to_choose(user: User) -> QuerySet[Subject]:
    """The departments an internal document may be opened to."""
    return departments_of(user.region) if user.region else Subject.objects.none()


@dataclass(frozen=True)
class ReadingView:
    """What stands in a document now: as read, with what people corrected, without what they rejected."""

    document: Document
    statements: Sequence[Statement]
    departments: tuple[DepartmentHint, ...]

    @cached_property
    def reading(self) -> Reading:
        """The same as the engine takes it; findings are those of the statements as they stand."""
        told = tuple(as_read(statement) for statement in self.statements)
        return Reading(told, tuple(check(self.document.text, told, load_vocabulary())))

    @cached_property
    def rows(self) -> tuple[BreakdownRow, ...]:
        """The task breakdown."""
        document = self.document
        return breakdown(
            self.reading.statements,
            text=document.text,
            departments=self.departments,
            plan_year=document.plan_year,
        )

    @cached_property
    def check(self) -> Checkup:
        """The check-up of the plan."""
        return checkup(self.reading, self.rows, plan_year=self.document.plan_year)

    @cached_property
    def counts(self) -> ReadingCounts:
        return counts_of(self.statements)


@dataclass(frozen=True, slots=True)
class ReadingCounts:
    """How many statements of each sort; ``asked`` are the open ones with a question. Context is not
    counted in ``told``.
    """

    told: int = 0
    targets: int = 0
    milestones: int = 0
    duties: int = 0
    facts: int = 0
    context: int = 0
    asked: int = 0


def counts_of(statements: Sequence[Statement]) -> ReadingCounts:
    """Counts of ``statements`` by sort."""
    kinds = [statement.kind for statement in statements]
    context = kinds.count(Kind.CONTEXT)
    return ReadingCounts(
        told=len(kinds) - context,
        targets=kinds.count(Kind.TARGET),
        milestones=kinds.count(Kind.MILESTONE),
        duties=kinds.count(Kind.DUTY),
        facts=kinds.count(Kind.ACTUAL) + kinds.count(Kind.STATUS),
        context=context,
        asked=sum(1 for s in statements if s.questions and s.kind != Kind.CONTEXT and _is_open(s)),
    )


def _is_open(statement: Statement) -> bool:
    """Whether it still waits: what was accepted with its questions is asked about in the ledger."""
    return statement.state == StatementState.OPEN


def department_hints(region: Region) -> tuple[DepartmentHint, ...]:
    """The county's own departments by their duties; the usual ones where none has any."""
    own = tuple(
        DepartmentHint(s.code, s.name, s.name, tuple(s.keywords), ())
        for s in departments_of(region)
        if s.keywords
    )
    return own or usual_departments()


def reading_view(document: Document) -> ReadingView:
    """What stands in a document now, with its task breakdown and check-up."""
    live = list(statements_of(document).filter(state__in=LIVE))
    return ReadingView(document, live, department_hints(document.region))


def is_reading(document: Document) -> bool:
    """Whether a reader is at work on it, or one is queued."""
    return document.state == DocumentState.READING and document.job is not None and document.job.is_open
