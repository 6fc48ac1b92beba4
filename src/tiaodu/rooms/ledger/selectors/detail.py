"""One task in full: its figures with pace, its feed, its history, and where each figure comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from tiaodu.engine.ledger.pace import planned
from tiaodu.engine.reading.model import Kind
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.selectors import history_of
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.refusal import NotFound
from tiaodu.rooms.ledger.acts import ACTIONS, change_words
from tiaodu.rooms.ledger.models import Event, Indicator, Milestone, Progress, Source, Task, Term
from tiaodu.rooms.ledger.selectors.figures import told_of
from tiaodu.rooms.ledger.selectors.rows import PartRow, TaskRow, rows_of
from tiaodu.rooms.ledger.selectors.scope import sees_inside, task_for, tasks_visible_to


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the feed: a report (with the figures told together), or a turn in the close-out."""

    day: date
    kind: str  # progress, event, fact
    items: Sequence[Any]
    superseded: bool = False

    @property
    def first(self) -> Any:
        return self.items[0]


def row_for(user: User, task_id: int, day: date | None = None) -> TaskRow:
    """One task in reach as it stood on ``day``; NotFound otherwise."""
    day = day or clock.today()
    found = rows_of(tasks_visible_to(user, day).filter(pk=task_id), day)
    if not found:
        raise NotFound
    return found[0]


_A_MONTH = 31


def plan_today(part: PartRow, day: date, task: Task) -> Decimal | None:
    """Where the figure would be today if it grew evenly from the start of its period to its due.

    A level, and a figure told for the end of its time (年底达到), grow from the start of the plan year. None
    before the period begins: there is nothing to compare with.
    """
    due, value = part.standing.due, part.term.value
    if not part.is_indicator or value is None or due is None or part.term.comparator in ("<", "<="):
        return None
    start = part.term.due_start
    if start is None or not _grows_in_period(part, (due - start).days):
        start = date(min(task.plan_year, due.year), 1, 1)
    return planned(value, start, due, day) if day >= start else None


def _grows_in_period(part: PartRow, days: int) -> bool:
    flow = part.part.measure is not None and part.part.measure.kind == "flow"
    return (flow or part.part.increment) and days > _A_MONTH


def feed_of(row: TaskRow) -> list[Entry]:
    """Reports, turns and facts of the documents, latest first; corrected reports stay, marked."""
    progress = list(
        Progress.objects.filter(task=row.task, known_on__lte=row.day)
        .select_related("department", "reported_by", "indicator__measure", "milestone", "evidence")
        .prefetch_related("proofs")
        .order_by("known_on", "id")
    )
    superseded = {p.corrects_id for p in progress if p.corrects_id}
    entries: list[Entry] = []
    together: dict[tuple[Any, ...], list[Progress]] = {}
    for report in progress:
        key = (
            report.known_on,
            report.reported_by_id,
            report.text,
            report.corrects_id or 0,
            report.pk in superseded,
        )
        together.setdefault(key, []).append(report)
    entries = [Entry(k[0], "progress", reports, k[-1]) for k, reports in together.items()]
    events = Event.objects.filter(task=row.task, known_on__lte=row.day)
    events = events.select_related("by", "department", "proof", "indicator__measure", "milestone")
    entries += [Entry(event.known_on, "event", [event]) for event in events]
    facts = [s for s in row.task.known_sources if s.statement.kind in (Kind.ACTUAL, Kind.STATUS)]  # type: ignore[attr-defined]
    entries += [Entry(s.statement.document.document_date or s.known_on, "fact", [s]) for s in facts]
    order = {"fact": 0, "progress": 1, "event": 2}
    return sorted(entries, key=lambda e: (e.day, order[e.kind], e.first.pk), reverse=True)


@dataclass(frozen=True, slots=True)
class Change:
    """An act on a task in words."""

    day: date
    actor: str
    action: Any
    words: str


def changes_of(row: TaskRow) -> list[Change]:
    """The acts on a task up to the day shown, latest first."""
    entries = history_of(row.task).filter(business_day__lte=row.day)[:60]
    return [
        Change(e.business_day, e.actor_name, ACTIONS.get(e.action, e.action), change_words(e.before, e.after))
        for e in entries
    ]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a figure or a step comes from: terms, what was told with corrections, sentences, as known on a
    day.
    """

    part: Any
    row: PartRow | None
    terms: Sequence[Term]
    reports: Sequence[Progress]  # of a step
    figures: Sequence[Evidence]  # of an indicator: every revision, the last known first
    sentences: Sequence[tuple[Source, str, str, str]]  # before, words, after
    day: date


def provenance_of(
    user: User, *, day: date, indicator_id: int | None = None, milestone_id: int | None = None
) -> Provenance:
    """The provenance of an indicator or a milestone as known on ``day``. NotFound for who does not see
    inside.
    """
    part: Any = None
    if indicator_id is not None:
        related = Indicator.objects.select_related("task__region", "task__subject", "subject", "measure")
        part = related.filter(pk=indicator_id).first()
    elif milestone_id is not None:
        part = Milestone.objects.select_related("task").filter(pk=milestone_id).first()
    if part is None or not sees_inside(user):
        raise NotFound
    task = task_for(user, part.task_id)
    row = row_for(user, task.pk, day) if day >= task.created_on else None
    found = next((p for p in row.parts if p.part == part), None) if row else None
    same = {"indicator": part} if indicator_id is not None else {"milestone": part}
    sources = Source.objects.filter(**same, known_on__lte=day).select_related("statement__document")
    terms = Term.objects.filter(**same, known_on__lte=day).select_related("set_by").order_by("-revision")
    return Provenance(
        part=part,
        row=found,
        terms=list(terms),
        reports=_reports_of(part, day),
        figures=told_of(part, day) if isinstance(part, Indicator) else (),
        sentences=[_sentence(source) for source in sources],
        day=day,
    )


def _reports_of(part: Any, day: date) -> list[Progress]:
    if not isinstance(part, Milestone):
        return []
    found = Progress.objects.filter(milestone=part, known_on__lte=day)
    return list(found.select_related("department", "reported_by").order_by("-known_on", "-id"))


def _sentence(source: Source) -> tuple[Source, str, str, str]:
    """The sentence of a source in three pieces, its own words in the middle."""
    statement = source.statement
    text = statement.document.text
    start, end = statement.sentence_start, statement.sentence_end
    return (
        source,
        text[start : statement.start],
        text[statement.start : statement.end],
        text[statement.end : end],
    )


def task_sentences(row: TaskRow) -> list[tuple[Source, str, str, str]]:
    """The sentences that state or restate a task, what founded it first."""
    pks = [s.pk for s in row.task.known_sources]  # type: ignore[attr-defined]
    found = Source.objects.filter(pk__in=pks).select_related("statement__document").order_by("restates", "id")
    unlike: dict[tuple[int, int, bool], Source] = {}
    for source in found:
        statement = source.statement
        unlike.setdefault((statement.document_id, statement.sentence_start, source.restates), source)
    return [_sentence(source) for source in unlike.values()]


def proof_for(user: User, file_id: int) -> StoredFile:
    """A file that backs a report or a close-out of a task in reach; NotFound otherwise."""
    if not sees_inside(user):
        raise NotFound
    tasks = tasks_visible_to(user)
    day = clock.today()
    told = Q(
        pk__in=Progress.proofs.through.objects.filter(
            progress__task__in=tasks, progress__known_on__lte=day
        ).values("storedfile")
    )
    told |= Q(
        pk__in=Event.objects.filter(task__in=tasks, known_on__lte=day, proof__isnull=False).values("proof")
    )
    found: StoredFile | None = StoredFile.objects.filter(told, pk=file_id).first()
    if found is None:
        raise NotFound
    return found
