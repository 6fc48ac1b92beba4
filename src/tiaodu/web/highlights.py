"""What first pages and the big screen show of a board: headline figures, latest changes, and its mark."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tiaodu.engine.ledger.standing import WORST_FIRST, State
from tiaodu.foundation.registry.models import SubjectKind
from tiaodu.rooms.ledger.selectors import PartRow, TaskRow

FIGURES = 6
CHANGES = 8
WHOLE = frozenset({SubjectKind.REGION, SubjectKind.INDUSTRY})  # subjects whose figures speak for the county
SETTLED = frozenset({State.STRUCK_OFF.value, State.CLAIMED.value})


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure of the plan beside what was reported. ``pace``: where an even flow would be now."""

    title: str
    unit: str
    planned: Decimal
    reported: Decimal | None
    reported_on: date | None
    pace: Decimal | None
    state: str
    reason: str
    task_id: int
    part_id: int
    sample: bool
    strength: int
    whole: bool
    dated: bool

    @property
    def gap(self) -> Decimal:
        """How far it lags behind its pace, as a share of the plan; not reported counts as not done."""
        expected = self.pace if self.pace is not None else Decimal(0)
        return (expected - (self.reported or Decimal(0))) / self.planned


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened: a report, a claim, a close-out."""

    day: date
    who: str
    text: str
    task_id: int
    task_title: str
    sample: bool
    order: int


def _title(part: Any, row: TaskRow) -> str:
    measure = part.measure
    if measure is None:
        return row.title
    english = (get_language() or "").startswith("en")
    name = str(measure.name_en if english and measure.name_en else measure.name)
    subject = part.subject.name if part.subject else part.subject_text
    whole = part.subject is None or part.subject.kind == SubjectKind.REGION
    return name if whole or not subject or subject in name else f"{subject} {name}"


def _pace(part: Any, term: Any, day: date) -> Decimal | None:
    """The part of a flow that would be done by ``day`` if every day did the same; None for anything else."""
    if not (part.measure and part.measure.kind == "flow" and term.due_start and term.due_end):
        return None
    length = (term.due_end - term.due_start).days + 1
    gone = min(max((day - term.due_start).days + 1, 0), length)
    return Decimal(term.value) * gone / length if length > 1 else None


def _reason(line: PartRow, pace: Decimal | None, planned: Decimal) -> str:
    """The gap to the time gone by in words, where one can speak of it; else the reason of the state."""
    if pace is None or line.value is None or line.state in SETTLED:
        return line.reason
    done, gone = (round(x * 100 / planned) for x in (line.value, pace))
    if not gone:
        return line.reason
    return _("完成 %(done)d%%，时间已过 %(gone)d%%") % {"done": done, "gone": gone}


def _figures(rows: Iterable[TaskRow]) -> Iterator[Headline]:
    for row in rows:
        for line in row.parts:
            if not line.is_indicator or line.part.increment or not line.term.value or line.term.value <= 0:
                continue
            pace = _pace(line.part, line.term, row.day)
            yield Headline(
                title=_title(line.part, row),
                unit=line.part.unit,
                planned=line.term.value,
                reported=line.value,
                reported_on=line.latest.period_end if line.latest and line.value is not None else None,
                pace=pace,
                state=line.state,
                reason=_reason(line, pace, line.term.value),
                task_id=row.pk,
                part_id=line.part.pk,
                sample=row.sample,
                strength=row.task.strength or 0,
                whole=line.part.subject is None or line.part.subject.kind in WHOLE,
                dated=line.standing.due is not None,
            )


def headlines(rows: Iterable[TaskRow], limit: int = FIGURES) -> list[Headline]:
    """The figures that speak for the county, dated, reported and firmly worded ones; worst first."""
    order = {state.value: place for place, state in enumerate(WORST_FIRST)}
    found = sorted(
        _figures(rows), key=lambda f: (not f.dated, not f.whole, f.reported is None, -f.strength, f.task_id)
    )
    once = list({(f.title, f.unit): f for f in reversed(found)}.values())[::-1]
    return sorted(once[:limit], key=lambda f: (f.state != State.OVERDUE, -f.gap, order[f.state], f.title))


def changes(rows: Iterable[TaskRow], limit: int = CHANGES) -> list[Change]:
    """What was reported, claimed, sent back or struck off last, latest first."""
    found: list[Change] = []
    for row in rows:
        for note in row.progress:
            who = str(note.department or note.reported_by)
            found.append(Change(note.known_on, who, note.text, row.pk, row.title, note.sample, note.pk))
        for event in row.events:
            text = f"{event.get_verb_display()} {event.text}".strip()
            found.append(Change(event.known_on, "", text, row.pk, row.title, event.sample, event.pk))
    return sorted(found, key=lambda c: (c.day, c.order), reverse=True)[:limit]


def mark(rows: Iterable[TaskRow]) -> str:
    """A text that changes when, and only when, a task, a term, a report or an event among ``rows`` does."""
    known = [
        (
            row.pk,
            row.task.version,
            [(line.part.pk, line.is_indicator, line.part.version, len(line.terms)) for line in row.parts],
            [note.pk for note in row.progress],
            [event.pk for event in row.events],
        )
        for row in rows
    ]
    return sha256(json.dumps(known).encode()).hexdigest()
