"""Statements become tasks, or further sources of tasks; and the way back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tiaodu.engine.ledger import matching
from tiaodu.engine.reading.model import Kind
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, Stale
from tiaodu.foundation.registry.models import Measure, Region
from tiaodu.rooms.documents import selectors as documents
from tiaodu.rooms.documents.models import Document, Statement, StatementState
from tiaodu.rooms.documents.services import statement_decide
from tiaodu.rooms.ledger.drafts import FACTS, PROMISES, Draft, subject_of
from tiaodu.rooms.ledger.models import Event, Indicator, Milestone, Progress, Source, Task
from tiaodu.rooms.ledger.selectors.landings import Plan, plan_of
from tiaodu.rooms.ledger.services import founding
from tiaodu.rooms.ledger.services.facts import fact_keep
from tiaodu.rooms.ledger.services.terms import revise

SEPARATE, REVISE = "separate", "revise"
CHOICES = frozenset({"", SEPARATE, REVISE})


@dataclass(frozen=True, slots=True)
class Accepted:
    """What accepting many statements did. ``noted`` are facts kept with their task; ``skipped`` wait for a
    person.
    """

    new_tasks: int = 0
    new_indicators: int = 0
    new_milestones: int = 0
    restated: int = 0
    noted: int = 0
    skipped: int = 0


@dataclass(slots=True)
class _Desk:
    """One act of acceptance: who, on what plan, and what was made so far."""

    user: User
    plan: Plan
    number: int  # the next free number of the plan year
    measures: dict[str, int]
    row_tasks: dict[int, Task] = field(default_factory=dict)
    parts: dict[int, Indicator | Milestone] = field(default_factory=dict)  # by statement
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, name: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1


@transaction.atomic
def statement_accept(*, user: User, statement_id: int, version: int, choice: str = "") -> Source | None:
    """Accept one statement: found a task, join one, or restate one. Returns the source, None for a fact
    without task.

    A conflict (another value or date for what the ledger holds) is refused until ``choice`` says whether it
    is a ``separate`` promise or a ``revise`` of the known one. Stale when the statement changed since
    ``version``.
    """
    access.require(user, "ledger.accept")
    if choice not in CHOICES:
        raise ValueError(choice)
    document = documents.statement_for(user, statement_id).document
    desk = _desk(user, document, only={statement_id})
    statement = Statement.objects.select_for_update().get(pk=statement_id)
    if statement.version != version:
        raise Stale(
            {"state": {"label": _("状态"), "theirs": statement.get_state_display(), "yours": _("待审")}}
        )
    if statement.state != StatementState.OPEN:
        raise Invalid(_("这一条已经审过：%(state)s。") % {"state": statement.get_state_display()})
    if statement.kind in FACTS:
        return _note(desk, statement)
    if statement.kind not in PROMISES:
        raise Invalid(_("背景内容不是任务，不能接受进台账；如有误读，请先修改类别。"))
    landing = next((found for found in desk.plan.landings if found.promise.key == statement_id), None)
    if landing is None:
        raise Invalid(_("这一句只是下面各条的标题，不单独入账。"))
    if landing.kind == matching.CONFLICTS:
        return _accept_conflict(desk, statement, landing, choice)
    return _accept(desk, statement, landing)


def statements_accept_unquestioned(*, user: User, document_id: int) -> Accepted:
    """Accept every open statement that nobody needs to be asked about; questions and conflicts stay open."""
    return statements_accept(user=user, document_id=document_id, questioned=False)


@transaction.atomic
def statements_accept(*, user: User, document_id: int, questioned: bool) -> Accepted:
    """Accept the open statements of a document in one act; with ``questioned`` also those that ask something.

    What conflicts with the ledger always stays open: only a person decides between two figures.
    """
    access.require(user, "ledger.accept")
    document = documents.document_for(user, document_id)
    desk = _desk(user, document, only=None)
    open_now = Statement.objects.filter(document=document, state=StatementState.OPEN)
    statements = {s.pk: s for s in open_now.select_for_update()}
    wanted = _wanted(desk.plan, statements, questioned=questioned)
    desk.plan = plan_of(document, only=wanted)
    told = [pk for pk, s in statements.items() if s.kind != Kind.CONTEXT]
    desk.counts["skipped"] = len(set(told) - wanted)
    for landing in _in_order(desk.plan.landings):
        if landing.kind == matching.CONFLICTS:
            desk.count("skipped")
        else:
            _accept(desk, statements[int(str(landing.promise.key))], landing)
    for pk in sorted(wanted):
        if statements[pk].kind in FACTS:
            _note(desk, statements[pk])
    done = Accepted(**desk.counts)
    audit.record(
        action="ledger.statements_accept",
        actor=user,
        obj=document,
        after=dict(desk.counts),
        region_code=document.region.code,
    )
    return done


def _wanted(plan: Plan, statements: Mapping[int, Statement], *, questioned: bool) -> set[int]:
    """The statements to accept: all that promise or tell a fact, or those nobody needs to be asked about."""
    asked = {s.pk for draft in plan.drafts for s in draft.told if draft.is_questioned(s)}
    asked |= {pk for pk, s in statements.items() if s.kind in FACTS and s.questions}
    told = {pk for pk, s in statements.items() if s.kind in PROMISES | FACTS}
    wanted = told if questioned else told - asked
    return wanted - _alone(plan, wanted)


def _alone(plan: Plan, wanted: set[int]) -> set[int]:
    """Purposes whose row gets no task now: they wait for the promise they belong to."""
    found: set[int] = set()
    for number, draft in enumerate(plan.drafts):
        purposes = {s.pk for s in draft.told if draft.is_purpose(s)}
        others = {s.pk for s in draft.told} - purposes
        if purposes and not others & wanted and plan.task_of_row(number) is None:
            found |= purposes
    return found


def _in_order(landings: Iterable[matching.Landing]) -> list[matching.Landing]:
    """What founds and joins before what restates it, and the purposes after what they are for."""
    order = (matching.NEW, matching.JOINS, matching.CONFLICTS, matching.RESTATES)
    return sorted(landings, key=lambda each: (order.index(each.kind), each.promise.purpose))


def _desk(user: User, document: Document, *, only: set[int] | None) -> _Desk:
    """Lock the region's ledger, so that numbers and matches hold, then read everything once."""
    Region.objects.select_for_update().get(pk=document.region_id)
    plan = plan_of(document, only=only)
    last = Task.objects.filter(region=document.region, plan_year=document.plan_year).aggregate(
        last=Max("number")
    )
    return _Desk(user, plan, (last["last"] or 0) + 1, dict(Measure.objects.values_list("code", "pk")))


def _accept(desk: _Desk, statement: Statement, landing: matching.Landing) -> Source | None:
    if landing.kind == matching.RESTATES and (part := _part_of(desk, landing)) is not None:
        return _restate(desk, statement, part, landing.row)
    if landing.promise.purpose and landing.kind == matching.NEW:
        return _note(desk, statement)
    task = _task_for(desk, landing)
    part = founding.part_add(
        user=desk.user,
        task=task,
        statement=statement,
        draft=desk.plan.drafts[landing.row],
        subject_id=landing.promise.subject_id,
        measures=desk.measures,
    )
    if part is None:
        told_elsewhere = landing.kind == matching.JOINS and desk.plan.task_of_row(landing.row) != task.pk
        return _source(desk, statement, task, None, restates=told_elsewhere)
    desk.parts[statement.pk] = part
    desk.count("new_indicators" if isinstance(part, Indicator) else "new_milestones")
    return _source(desk, statement, task, part, restates=False)


def _part_of(desk: _Desk, landing: matching.Landing) -> Indicator | Milestone | None:
    """The part restated: of the ledger, or made a moment ago from the same document."""
    key = landing.other.key if landing.other else None
    if isinstance(key, Indicator | Milestone):
        return key
    return desk.parts.get(int(str(key)))


def _task_for(desk: _Desk, landing: matching.Landing) -> Task:
    if isinstance(landing.task, int):
        return Task.objects.get(pk=landing.task)
    if landing.into not in desk.row_tasks:
        draft = desk.plan.drafts[landing.into]
        task = founding.task_found(user=desk.user, plan=desk.plan, draft=draft, number=desk.number)
        desk.number += 1
        desk.row_tasks[landing.into] = task
        desk.count("new_tasks")
        _take_facts(desk, draft, task)
    return desk.row_tasks[landing.into]


def _restate(desk: _Desk, statement: Statement, part: Indicator | Milestone, row: int) -> Source:
    founding.responsibility_fill(
        user=desk.user, task=part.task, draft=desk.plan.drafts[row], register=desk.plan.register
    )
    desk.row_tasks.setdefault(row, part.task)
    desk.count("restated")
    return _source(desk, statement, part.task, part, restates=True)


def _accept_conflict(
    desk: _Desk, statement: Statement, landing: matching.Landing, choice: str
) -> Source | None:
    part = landing.other.key if landing.other else None
    if choice == SEPARATE or not isinstance(part, Indicator | Milestone):
        return _accept(desk, statement, landing)
    if choice == REVISE and matching.NEAR in landing.reasons:
        return _restate(desk, statement, part, landing.row)
    if choice == REVISE:
        revise(
            user=desk.user,
            part=part,
            reason=_("据《%(title)s》调整") % {"title": desk.plan.document.title},
            **founding.term_values(statement),
        )
        return _restate(desk, statement, part, landing.row)
    if matching.NEAR in landing.reasons:
        asked = _("与已有任务相近：“%(title)s”，是同一件事吗？请选择：并入原来的任务，或作为单独一项接受。")
        raise Invalid(asked % {"title": part.task.title})
    raise Invalid(
        _(
            "台账里已有同一事项的另一个数值或时限：“%(title)s”。请选择：作为单独一项接受，或据此调整原来的任务。"
        )
        % {"title": part.task.title}
    )


def _note(desk: _Desk, statement: Statement) -> Source | None:
    """A fact the document tells, or what a promise is for: kept with the task of its row if there is one."""
    found = desk.plan.draft_of(statement.pk)
    task_id = None
    if found is not None:
        made = desk.row_tasks.get(found[0])
        task_id = made.pk if made else desk.plan.task_of_row(found[0])
        subject = subject_of(statement, found[1], desk.plan.document, desk.plan.register)
        fact_keep(user=desk.user, statement=statement, subject=subject)
    desk.count("noted")
    if task_id is None:
        _decide(desk, statement, {})
        return None
    return _source(desk, statement, Task.objects.get(pk=task_id), None, restates=False)


def _take_facts(desk: _Desk, draft: Draft, task: Task) -> None:
    """Facts and purposes of the row that were accepted before their task existed."""
    for fact in (*draft.facts, *(told for told in draft.told if draft.is_purpose(told))):
        if fact.state == StatementState.ACCEPTED and fact.pk not in desk.plan.sources:
            Source.objects.create(task=task, statement=fact, known_on=clock.today())


def _source(
    desk: _Desk, statement: Statement, task: Task, part: Indicator | Milestone | None, *, restates: bool
) -> Source:
    source = Source.objects.create(
        task=task,
        indicator=part if isinstance(part, Indicator) else None,
        milestone=part if isinstance(part, Milestone) else None,
        statement=statement,
        restates=restates,
        known_on=clock.today(),
    )
    _decide(desk, statement, {"task": task.number, "title": task.title, "restates": restates})
    return source


def _decide(desk: _Desk, statement: Statement, after: dict[str, object]) -> None:
    before = {"state": statement.state}
    statement_decide(
        user=desk.user,
        statement=statement,
        verb="accept",
        before=before,
        after={"state": StatementState.ACCEPTED.value, **after},
    )


@transaction.atomic
def statement_withdraw(*, user: User, statement_id: int) -> Statement:
    """Take an acceptance back while nothing was reported on it: its part leaves the ledger, the statement is
    open again.
    """
    access.require(user, "ledger.accept")
    document = documents.statement_for(user, statement_id).document
    Region.objects.select_for_update().get(pk=document.region_id)
    statement = Statement.objects.select_for_update().get(pk=statement_id)
    if statement.state != StatementState.ACCEPTED:
        raise Invalid(_("这一条还没有接受，不用撤回。"))
    source = (
        Source.objects.filter(statement=statement).select_related("task", "indicator", "milestone").first()
    )
    if source is not None:
        _leave(user, source)
    before = {"state": statement.state, "task": source.task.number if source else None}
    statement_decide(
        user=user,
        statement=statement,
        verb="reopen",
        before=before,
        after={"state": StatementState.OPEN.value},
    )
    return statement


def _leave(user: User, source: Source) -> None:
    task, part = source.task, source.indicator or source.milestone
    others = Source.objects.filter(task=task).exclude(pk=source.pk)
    if part is not None and not source.restates:
        _refuse_reported(task, part, others)
        part.withdrawn_on = clock.today()
        part.save(update_fields=["withdrawn_on"])
    source.delete()
    if (
        not others.filter(restates=False).exclude(indicator=None, milestone=None).exists()
        and not source.restates
    ):
        task.withdrawn_on = clock.today()
        task.version += 1
        task.save(update_fields=["withdrawn_on", "version"])
    audit.record(
        action="ledger.statement_withdraw", actor=user, obj=task, before={"statement": source.statement_id}
    )


def _refuse_reported(task: Task, part: Indicator | Milestone, others) -> None:  # type: ignore[no-untyped-def]
    same = {"indicator": part} if isinstance(part, Indicator) else {"milestone": part}
    if Progress.objects.filter(**same).exists() or Event.objects.filter(**same).exists():
        raise Invalid(
            _("“%(title)s”已有进展或办理记录，不能撤回；如需调整，请改时限或数值并写明原因。")
            % {"title": task.title}
        )
    if not others.filter(restates=False).exists() and Progress.objects.filter(task=task).exists():
        raise Invalid(_("“%(title)s”已有进展，不能撤回。") % {"title": task.title})
    if others.filter(**same).exists():
        raise Invalid(_("还有其他条目重申这一项，请先撤回那些条目。"))
