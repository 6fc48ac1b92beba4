"""Subjects with their promises: the list, and one page of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tiaodu.engine.ledger.standing import WORST_FIRST, State
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.keeping import sql_of
from tiaodu.foundation.registry.models import Alias, Subject
from tiaodu.foundation.registry.selectors import LookedAfter, liaisons_of, subject_for, subjects_visible_to
from tiaodu.rooms.ledger.models import Progress, Task
from tiaodu.rooms.ledger.selectors.keeping import kept_rows, kept_subjects
from tiaodu.rooms.ledger.selectors.rows import PartRow, TaskRow, rows_of
from tiaodu.rooms.ledger.selectors.scope import tasks_visible_to


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """A subject with how its tasks stand."""

    subject: Subject
    aliases: Sequence[str]
    tasks: int
    overdue: int
    state: str

    @property
    def words(self) -> str:
        return " ".join(self.aliases)


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """One page of a subject: what was promised, what is done, what hinders, who acts next."""

    subject: Subject
    aliases: Sequence[str]
    below: Sequence[Subject]
    rows: Sequence[TaskRow]
    problems: Sequence[Progress]  # the open ones, latest first
    reports: Sequence[Progress]  # the latest, of all its tasks
    day: date
    looked_after: LookedAfter

    @property
    def overdue(self) -> int:
        return sum(1 for row in self.rows if row.state == State.OVERDUE)

    @property
    def done(self) -> int:
        return sum(1 for row in self.rows if row.state == State.STRUCK_OFF)

    @property
    def headline(self) -> str:
        """Its state in one sentence."""
        if not self.rows:
            return _("台账里没有关于它的任务。")
        return _("承诺 %(tasks)d 项，已销号 %(done)d 项，逾期 %(overdue)d 项，存在问题 %(problems)d 条。") % {
            "tasks": len(self.rows),
            "done": self.done,
            "overdue": self.overdue,
            "problems": len(self.problems),
        }

    @property
    def sample(self) -> bool:
        return self.subject.sample or any(row.sample for row in self.rows)

    @property
    def next_steps(self) -> Sequence[tuple[TaskRow, PartRow]]:
        """Who acts next: of each open task the part that decides, the worst first."""
        open_rows = [row for row in self.rows if row.state != State.STRUCK_OFF]
        found = [
            (row, next(p for p in row.parts if p.standing is row.standing)) for row in open_rows if row.parts
        ]
        return sorted(
            found, key=lambda pair: (WORST_FIRST.index(pair[0].standing.state), pair[0].due or date.max)
        )


def subject_page(user: User, subject_id: int, day: date | None = None) -> SubjectPage:
    """The page of a subject in reach, with the tasks about it and what belongs to it that the person may
    see.
    """
    day = day or clock.today()
    subject = subject_for(user, subject_id)
    below = list(Subject.objects.filter(parent=subject, active=True).order_by("kind", "name"))
    family = {subject.pk, *(s.pk for s in below)}
    family |= set(
        Subject.objects.filter(parent__in=[s.pk for s in below], active=True).values_list("pk", flat=True)
    )
    rows = [row for row in rows_of(tasks_visible_to(user, day), day) if _about(row, family)]
    rows.sort(key=lambda row: (WORST_FIRST.index(row.standing.state), row.due or date.max, row.task.number))
    reports = sorted(
        (p for row in rows for p in row.progress), key=lambda p: (p.period_end, p.pk), reverse=True
    )
    problems = [
        row.last_progress for row in rows if row.is_open and row.last_progress and row.last_progress.problem
    ]
    aliases = list(Alias.objects.filter(subject=subject).order_by("id").values_list("text", flat=True))
    looked_after = liaisons_of(subject, day)
    return SubjectPage(subject, aliases, below, rows, problems, reports[:8], day, looked_after)


def _about(row: TaskRow, family: set[int]) -> bool:
    if row.task.subject_id in family:
        return True
    if any(part.part.subject_id in family for part in row.parts):
        return True
    return any(d.department_id in family for d in row.departments)


def subject_rows(user: User, day: date | None = None) -> list[SubjectRow]:
    """Every subject in reach with the states of the tasks that are directly about it, kept until an act may
    change it.
    """
    day = day or clock.today()
    subjects, visible = subjects_visible_to(user).filter(active=True), tasks_visible_to(user, day)
    key = ("subjects", *sql_of(subjects), *sql_of(visible), day)  # the same for all who see the same
    return list(kept_rows.get(key, lambda: _subject_rows(subjects, visible, day)))


def _subject_rows(subjects: QuerySet[Subject], visible: QuerySet[Task], day: date) -> list[SubjectRow]:
    tasks: dict[int, list[TaskRow]] = {}
    for row in rows_of(visible, day):
        own = {
            row.task.subject_id,
            *(p.part.subject_id for p in row.parts),
            *(d.department_id for d in row.departments),
        }
        for subject_id in own - {None}:
            tasks.setdefault(subject_id, []).append(row)
    named = kept_subjects.get(sql_of(subjects), lambda: _named(subjects))
    return [_subject_row(subject, names, tasks.get(subject.pk, [])) for subject, names in named]


def _named(subjects: QuerySet[Subject]) -> list[tuple[Subject, list[str]]]:
    """The subjects with their other names."""
    names: dict[int, list[str]] = {}
    for subject_id, text in Alias.objects.filter(subject__in=subjects).values_list("subject", "text"):
        names.setdefault(subject_id, []).append(text)
    return [(subject, names.get(subject.pk, [])) for subject in subjects]


def _subject_row(subject: Subject, aliases: Sequence[str], rows: Sequence[TaskRow]) -> SubjectRow:
    states = [row.standing.state for row in rows]
    worst = min(states, key=WORST_FIRST.index, default=None)
    overdue = states.count(State.OVERDUE)
    return SubjectRow(subject, aliases, len(rows), overdue, worst.value if worst else "")
