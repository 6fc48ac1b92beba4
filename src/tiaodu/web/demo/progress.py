"""Lets the demo's people report, claim, verify and revise through a year, each act on its own day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any, Required, TypedDict

from django.db.models import Q, QuerySet

from tiaodu.engine.briefing.word import OfficialDocument
from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.files import services as files
from tiaodu.foundation.files.models import StoredFile
from tiaodu.rooms.documents.models import Document
from tiaodu.rooms.ledger import services as ledger
from tiaodu.rooms.ledger.models import Indicator, Milestone, Progress, Task
from tiaodu.web.demo.county import Say, read
from tiaodu.web.demo.year import Act, acts

Part = Indicator | Milestone


class Where(TypedDict, total=False):
    """The ids of a thing, as the ledger's services name them."""

    task_id: Required[int]
    indicator_id: int
    milestone_id: int


@dataclass(frozen=True, slots=True)
class Thing:
    """What a series speaks of: a task, and the indicator or milestone of it if one was selected."""

    task: Task
    part: Part | None

    def where(self) -> Where:
        """The ids the ledger's services take."""
        named = Where(task_id=self.task.pk)
        if isinstance(self.part, Indicator):
            named["indicator_id"] = self.part.pk
        elif isinstance(self.part, Milestone):
            named["milestone_id"] = self.part.pk
        return named

    def promised(self) -> Decimal | None:
        """The figure promised at first."""
        term = self.part.terms.first() if isinstance(self.part, Indicator) else None
        return term.value if term else None


def load_year(people: Mapping[str, User], document: Document, say: Say) -> list[str]:
    """Carry out every act of the demo year; returns those left out because the plan has no such task."""
    parameters = read("progress")
    found = {s["id"]: _selected(document, s) for s in parameters["series"]}
    things = {name: thing for name, thing in found.items() if thing}
    parameters["series"] = [s for s in parameters["series"] if s["id"] in things]
    promised = {name: figure for name, thing in things.items() if (figure := thing.promised()) is not None}
    todo = acts(parameters, WorkingCalendar(), promised)
    say(f"示例进展 {len(todo)} 条")
    for act in todo:
        with clock.as_of(act.day):
            _carry_out(act, things[act.series], people[act.user])
    return sorted(found.keys() - things.keys())


def _selected(document: Document, series: Mapping[str, Any]) -> Thing | None:
    select = series["select"]
    tasks = Task.objects.filter(region=document.region, plan_year=document.plan_year)
    found: Part | Task | None
    if "measure" in select:
        found = _indicators(tasks, select).first()
    elif "action" in select:
        steps = Milestone.objects.filter(task__in=tasks, action__contains=select["action"])
        found = _of_subject(steps, select).first()
    else:
        titled = tasks.filter(title__contains=select["title"]) if "title" in select else tasks
        found = _of_task_subject(titled, select).order_by("number").first()
    if found is None:
        return None
    return Thing(found, None) if isinstance(found, Task) else Thing(found.task, found)


def _indicators(tasks: QuerySet[Task], select: Mapping[str, Any]) -> QuerySet[Indicator]:
    found = Indicator.objects.filter(task__in=tasks, measure_key__startswith=select["measure"])
    if "value" in select:
        found = found.filter(terms__value=Decimal(str(select["value"])))
    return _of_subject(found, select).select_related("task").order_by("increment", "pk")


def _of_subject(found: QuerySet[Any], select: Mapping[str, Any]) -> QuerySet[Any]:
    if "subject" not in select:
        return found
    code = select["subject"]
    return found.filter(Q(subject__code=code) | Q(task__subject__code=code))


def _of_task_subject(found: QuerySet[Task], select: Mapping[str, Any]) -> QuerySet[Task]:
    return found.filter(subject__code=select["subject"]) if "subject" in select else found


def _carry_out(act: Act, thing: Thing, user: User) -> None:
    where = thing.where()
    if act.verb == "report":
        value = act.value if isinstance(thing.part, Indicator) else None
        ledger.progress_report(
            user=user, text=act.text, period_end=act.period_end, value=value, problem=act.problem, **where
        )
    elif act.verb == "correct":
        ledger.progress_correct(
            user=user, progress_id=_report_of(act, thing).pk, reason=act.text, value=act.value
        )
    elif act.verb == "revise":
        _revise(act, thing, user)
    elif act.verb == "claimed":
        ledger.task_claim(user=user, text=act.text, proof=_proof(user, act), **where)
    elif act.verb == "struck_off":
        ledger.task_strike_off(user=user, text=act.text, **where)
    elif act.verb == "sent_back":
        ledger.task_send_back(user=user, reason=act.text, **where)
    elif act.verb == "reopened":
        ledger.task_reopen(user=user, reason=act.text, **where)
    else:
        ledger.event_record(user=user, happened_on=act.day, text=act.text, **where)


def _report_of(act: Act, thing: Thing) -> Progress:
    told = Progress.objects.filter(task=thing.task, **_part_of(thing))
    found: Progress = told.filter(period_end=act.period_end).latest("pk")
    return found


def _part_of(thing: Thing) -> dict[str, Part]:
    if isinstance(thing.part, Indicator):
        return {"indicator": thing.part}
    return {"milestone": thing.part} if thing.part else {}


def _revise(act: Act, thing: Thing, user: User) -> None:
    if thing.part is None:  # a task without figure or step has no terms
        return
    period = Period.parse(act.due)
    values: dict[str, Any] = {"due_text": act.due, "due_start": period.start, "due_end": period.end}
    if act.value is not None:
        values["value"] = act.value
    thing.part.refresh_from_db()
    ledger.term_revise(user=user, version=thing.part.version, reason=act.text, **thing.where(), **values)


def _proof(user: User, act: Act) -> StoredFile:
    """A document that says of itself that it is an example."""
    moment = datetime.combine(act.day, time(9), tzinfo=clock.CHINA)
    paper = OfficialDocument(title="佐证材料（示例）", author=str(user), moment=moment)
    paper.title("佐证材料（示例）")
    paper.paragraph(act.text)
    paper.paragraph("本材料由演示程序生成，仅作示例，不是真实佐证。")
    return files.file_store(user=user, name=f"佐证-{act.series}-{act.day:%Y%m%d}.docx", data=paper.bytes())
