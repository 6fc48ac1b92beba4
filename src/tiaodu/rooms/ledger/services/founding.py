"""Making a task and its parts from a row of a document's breakdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tiaodu.engine.ledger.likeness import distinctive
from tiaodu.engine.ledger.wording import Wording, strip_lead_in
from tiaodu.engine.reading.model import Kind
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.registry.models import Subject
from tiaodu.rooms.documents.models import Statement
from tiaodu.rooms.documents.words import question_words
from tiaodu.rooms.ledger.drafts import Draft, Register, clean_title, subject_of
from tiaodu.rooms.ledger.models import Indicator, Milestone, Task, TaskDepartment, Term
from tiaodu.rooms.ledger.rules import likeness_rules
from tiaodu.rooms.ledger.selectors.landings import Plan
from tiaodu.rooms.ledger.services.figures import counting_set

LEAD, RESPONSIBLE, ASSISTING = (
    TaskDepartment.Part.LEAD,
    TaskDepartment.Part.RESPONSIBLE,
    TaskDepartment.Part.ASSISTING,
)


def title_key(title: str) -> str:
    """What of a title tells its promise from others."""
    return distinctive(title, likeness_rules().commonplaces)[:300]


def task_found(*, user: User, plan: Plan, draft: Draft, number: int) -> Task:
    """The task of a row: titled by its clause, with the departments the text names or its words suggest."""
    row, title = draft.row, clean_title(draft.row.title)
    named = (subject_of(told, draft, plan.document, plan.register) for told in draft.told)
    subject = next((found for found in named if found is not None), None)
    asked = [question for told in draft.told if draft.is_questioned(told) for question in told.questions]
    task = Task.objects.create(
        region=plan.document.region,
        number=number,
        plan_year=plan.document.plan_year,
        title=title,
        title_key=title_key(title),
        subject=subject,
        sector=subject.sector if subject else "",
        strength=row.strength,
        commitment=row.commitment,
        question="".join(dict.fromkeys(question_words(asked)))[:300],
        leader=(draft.responsibility.leader or row.leader)[:60],
        unregistered=unregistered_of(draft, plan.register),
        sample=plan.document.sample,
        created_on=clock.today(),
        created_by=user,
    )
    parts = departments_of(draft, plan.register)
    TaskDepartment.objects.bulk_create(
        TaskDepartment(task=task, department=d, part=p) for d, p in parts.items()
    )
    audit.record(
        action="ledger.task_create",
        actor=user,
        obj=task,
        region_code=plan.document.region.code,
        after={
            "number": number,
            "title": title,
            "document": plan.document.title,
            "departments": [f"{part.label}：{department}" for department, part in parts.items()],
        },
    )
    return task


def departments_of(draft: Draft, register: Register) -> dict[Subject, TaskDepartment.Part]:
    """Each department once, in its first part: what the bracket names, else what the breakdown suggests."""
    found: dict[Subject, TaskDepartment.Part] = {}
    for names, part in _names_of(draft):
        for department in _resolved(names, register):
            found.setdefault(department, part)
    return found


def unregistered_of(draft: Draft, register: Register) -> list[list[Any]]:
    """The names the register does not know, so that none is lost: part, name, whether the text names it."""
    named = draft.responsibility.named or draft.row.named
    return [
        [part.value, name, named]
        for names, part in _names_of(draft)
        for name in dict.fromkeys(names)
        if name and register.department(name) is None
    ]


def _names_of(draft: Draft) -> tuple[tuple[Iterable[str], TaskDepartment.Part], ...]:
    told, row = draft.responsibility, draft.row
    if told.named:
        return (told.lead, LEAD), (told.responsible, RESPONSIBLE), (told.assisting, ASSISTING)
    return ((row.lead,), LEAD), (row.assisting, ASSISTING)


def _resolved(names: Iterable[str], register: Register) -> Iterable[Subject]:
    return (found for found in (register.department(name) for name in names if name) if found)


def responsibility_fill(*, user: User, task: Task, draft: Draft, register: Register) -> None:
    """A restatement that names departments fills in what the task lacks; it replaces nothing."""
    if not draft.responsibility.named or TaskDepartment.objects.filter(task=task).exists():
        return
    parts = departments_of(draft, register)
    TaskDepartment.objects.bulk_create(
        TaskDepartment(task=task, department=d, part=p) for d, p in parts.items()
    )
    if draft.responsibility.leader and not task.leader:
        task.leader = draft.responsibility.leader[:60]
    task.version += 1
    task.save(update_fields=["leader", "version"])
    audit.record(
        action="ledger.task_edit",
        actor=user,
        obj=task,
        after={"departments": [f"{part.label}：{department}" for department, part in parts.items()]},
    )


def part_add(
    *,
    user: User,
    task: Task,
    statement: Statement,
    draft: Draft,
    subject_id: Any,
    measures: Mapping[str, int],
) -> Indicator | Milestone | None:
    """The indicator or milestone of a statement with its first term.

    A duty becomes a step without a date; one that only opens the promise its row tells in figures adds
    nothing.
    """
    if draft.is_lead_in(statement):
        return None
    part = _part_of(task, statement, draft, subject_id, measures)
    values = term_values(statement)
    if not (values["due_text"] or values["due_end"] or values["due_event"]):
        values |= draft.due_of_bracket
    same = {"indicator": part} if isinstance(part, Indicator) else {"milestone": part}
    term = Term.objects.create(**same, **values, known_on=clock.today(), set_by=user)
    if isinstance(part, Indicator):
        counting_set(part, term)
    return part


def _part_of(
    task: Task, statement: Statement, draft: Draft, subject_id: Any, measures: Mapping[str, int]
) -> Indicator | Milestone:
    if statement.kind != Kind.TARGET:
        return Milestone.objects.create(
            task=task,
            subject_id=subject_id,
            subject_text=statement.subject,
            action=clean_title(statement.action or _clause(draft, statement)),
            act=statement.act,
        )
    key = statement.measure_key or statement.measure
    return Indicator.objects.create(
        task=task,
        subject_id=subject_id,
        subject_text=statement.subject,
        measure_id=measures.get(key) or measures.get(statement.measure),
        measure_key=key,
        unit=statement.unit,
        increment=statement.increment,
    )


def _clause(draft: Draft, statement: Statement) -> str:
    """The clause of a duty in the words of the document."""
    clause = draft.text[statement.clause_start : statement.clause_end]
    return strip_lead_in(clause, Wording.standard()).strip("，,。；; ") or statement.quote


def term_values(statement: Statement) -> dict[str, Any]:
    """What a statement promises, as the fields of a term."""
    names = ("value", "comparator", "due_text", "due_start", "due_end", "due_event", "due_offset")
    return {name: getattr(statement, name) for name in names}
