"""Where accepting the statements of a document would put them: a new task, a known one, or a question."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.display import display
from tiaodu.engine.ledger import matching
from tiaodu.engine.ledger.matching import Promise
from tiaodu.engine.reading.model import Kind
from tiaodu.foundation import clock
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.registry.selectors import SubjectMatcher
from tiaodu.rooms.documents.models import Document, Statement, StatementState
from tiaodu.rooms.ledger import drafts as drafting
from tiaodu.rooms.ledger.drafts import PROMISES, Draft, Register
from tiaodu.rooms.ledger.models import Indicator, Milestone, Source, Term
from tiaodu.rooms.ledger.rules import likeness_rules
from tiaodu.rooms.ledger.words import match_words


@dataclass(frozen=True, slots=True)
class Landing:
    """What accepting one statement does (or did, when ``accepted``).

    ``kind``: new (a task of its own, or its row's), joins (a known task gets a further figure or step),
    restates (a further source, nothing counted again), conflicts (a person must choose between a separate
    promise and a revision), noted (a fact, kept with its task). ``task_id`` is None while the task does not
    exist; ``title`` is its title.
    """

    kind: str
    task_id: int | None
    title: str
    reason: str = ""
    accepted: bool = False
    other: str = ""  # for a conflict: the promise already in the ledger, in words


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything acceptance needs, read in a fixed number of queries."""

    document: Document
    register: Register
    drafts: tuple[Draft, ...]
    landings: tuple[matching.Landing, ...]
    sources: Mapping[int, Source]  # by statement

    def draft_of(self, statement_id: int) -> tuple[int, Draft] | None:
        """The row in which a statement stands, with its number."""
        for number, draft in enumerate(self.drafts):
            if any(s.pk == statement_id for s in (*draft.told, *draft.facts)):
                return number, draft
        return None

    def task_of_row(self, number: int) -> int | None:
        """The task the row has in the ledger: its own, else the one its statements restate."""
        draft = self.drafts[number]
        found = [self.sources[s.pk] for s in draft.told if s.pk in self.sources]
        own = [source.task_id for source in found if not source.restates]
        return next(iter(own or [source.task_id for source in found]), None)


def known_promises(region: Region, plan_year: int, register: Register, day: date) -> list[Promise]:
    """Every indicator and milestone of the region's plan year as it stands on ``day``."""
    return [
        *(_of_indicator(part, register) for part in _parts(Indicator.objects.all(), region, plan_year, day)),
        *(_of_milestone(part, register) for part in _parts(Milestone.objects.all(), region, plan_year, day)),
    ]


def _parts(parts: QuerySet[Any], region: Region, plan_year: int, day: date) -> QuerySet[Any]:
    alive = Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=day)
    terms = Prefetch(
        "terms", Term.objects.filter(known_on__lte=day).order_by("revision"), to_attr="known_terms"
    )
    found = parts.filter(alive, task__region=region, task__plan_year=plan_year, task__created_on__lte=day)
    sources = Source.objects.filter(restates=False).annotate(document_id=F("statement__document"))
    return found.select_related("task").prefetch_related(
        terms, Prefetch("sources", sources, to_attr="founding")
    )


def _of_indicator(part: Indicator, register: Register) -> Promise:
    term = part.known_terms[-1] if part.known_terms else Term()  # type: ignore[attr-defined]
    return Promise(
        key=part,
        kind=Kind.TARGET,
        title=part.task.title,
        subject=part.subject_text,
        named=part.subject_id is not None,
        subject_id=part.subject_id,
        belongs_to=register.one_business(part.subject_id),
        measure_key=part.measure_key,
        unit=part.unit,
        value=term.value,
        increment=part.increment,
        due_start=term.due_start,
        due_end=term.due_end,
        event=term.due_event,
        document=_document_of(part),
        task=part.task_id,
    )


def _of_milestone(part: Milestone, register: Register) -> Promise:
    term = part.known_terms[-1] if part.known_terms else Term()  # type: ignore[attr-defined]
    return Promise(
        key=part,
        kind=Kind.MILESTONE if term.due_text or term.due_end or term.due_event else Kind.DUTY,
        title=part.task.title,
        subject=part.subject_text,
        named=part.subject_id is not None,
        subject_id=part.subject_id,
        belongs_to=register.one_business(part.subject_id),
        due_start=term.due_start,
        due_end=term.due_end,
        event=term.due_event,
        action=part.action,
        act=part.act,
        document=_document_of(part),
        task=part.task_id,
    )


def _document_of(part: Indicator | Milestone) -> int | None:
    founding = part.founding  # type: ignore[union-attr]
    return founding[0].document_id if founding else None


def plan_of(document: Document, *, only: Collection[int] | None = None) -> Plan:
    """The rows of a document and where its open statements would land; ``only`` these are matched when
    given.
    """
    live = (StatementState.OPEN, StatementState.ACCEPTED)
    statements = list(Statement.objects.filter(document=document, state__in=live))
    register = Register(SubjectMatcher(document.region))
    drafts = drafting.drafts_of(document, statements, register)
    sources = {
        s.statement_id: s for s in Source.objects.filter(statement__document=document).select_related("task")
    }
    own = {pk: source.task_id for pk, source in sources.items() if not source.restates}
    wanted = {s.pk for s in statements if s.state == StatementState.OPEN}
    wanted = wanted & set(only) if only is not None else wanted
    known = known_promises(document.region, document.plan_year, register, clock.today())
    rows = drafting.match_rows(drafts, document, register, own, wanted)
    return Plan(document, register, drafts, matching.land(rows, known, likeness_rules()), sources)


def landings(document: Document, plan: Plan | None = None) -> dict[int, Landing]:
    """For every statement that promises or tells a fact: what accepting it would do, or what it did.

    ``plan`` saves reading it again.
    """
    plan = plan or plan_of(document)
    found: dict[int, Landing] = {}
    for statement_id, source in plan.sources.items():
        kind = matching.RESTATES if source.restates else matching.NEW
        found[statement_id] = Landing(kind, source.task_id, source.task.title, accepted=True)
    titles = {p.task_id: p.task.title for p in _known_parts(plan)}
    for landing in plan.landings:
        found[int(str(landing.promise.key))] = _shown(landing, plan, titles)
    for number, draft in enumerate(plan.drafts):
        for fact in draft.facts:
            task_id = plan.task_of_row(number)
            found.setdefault(fact.pk, Landing("noted", task_id, drafting.clean_title(draft.row.title)))
    return found


def _known_parts(plan: Plan) -> list[Indicator | Milestone]:
    others = [landing.other.key for landing in plan.landings if landing.other]
    return [key for key in others if isinstance(key, Indicator | Milestone)]


def _shown(landing: matching.Landing, plan: Plan, titles: Mapping[int, str]) -> Landing:
    own_title = drafting.clean_title(plan.drafts[landing.row].row.title)
    task_id = landing.task if isinstance(landing.task, int) else None
    other = landing.other
    title = own_title
    if task_id is not None:
        title = titles.get(task_id) or next(
            s.task.title for s in plan.sources.values() if s.task_id == task_id
        )
    elif landing.kind == matching.RESTATES and other is not None:
        found = plan.draft_of(int(str(other.key)))
        title = drafting.clean_title(found[1].row.title) if found else own_title
    in_words = _other_words(other) if landing.kind == matching.CONFLICTS and other is not None else ""
    if matching.NEAR in landing.reasons:
        asked = _("%(title)s（与已有任务相近，是同一件事吗？）") % {"title": in_words}
        return Landing(landing.kind, task_id, title, str(_("与已有任务相近")), other=asked)
    return Landing(landing.kind, task_id, title, match_words(landing.reasons), other=in_words)


def _other_words(other: Promise) -> str:
    due = other.due_end.isoformat() if other.due_end else ""
    if other.value is None and other.title == other.action:
        return " ".join(word for word in (other.title, due) if word)
    figure = display(other.value, other.unit) if other.value is not None else other.action
    return " ".join(word for word in (other.title, figure, due) if word)


__all__ = ["PROMISES", "Landing", "Plan", "known_promises", "landings", "plan_of"]
