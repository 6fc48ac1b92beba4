"""What the pages of the ledger are given to show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from tiaodu.engine.ledger import rollup
from tiaodu.engine.ledger.standing import State
from tiaodu.foundation.access import may
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.sectors import sector_name
from tiaodu.rooms.documents.selectors import documents_visible_to
from tiaodu.rooms.ledger import selectors
from tiaodu.rooms.ledger.forms import part_key
from tiaodu.rooms.ledger.models import Task, TaskDepartment
from tiaodu.rooms.ledger.selectors import Board, PartRow, TaskRow, detail
from tiaodu.rooms.ledger.selectors.totals import above_of, lines_of


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A part with what stands beside it on the page."""

    row: PartRow
    plan: Decimal | None
    drawer: str
    key: str
    inside: str  # the indicator it is an increment of, in words


def board_context(user: User, board: Board) -> dict[str, Any]:
    """The list's page around the list."""
    inside = selectors.sees_inside(user)
    return {
        "board": board,
        "inside": inside,
        "may_edit": inside and may(user, "ledger.edit"),
        "may_upload": may(user, "documents.upload"),
    }


def task_context(user: User, row: TaskRow) -> dict[str, Any]:
    """Everything of one task for who sees inside."""
    task = row.task
    visible = set(documents_visible_to(user).values_list("pk", flat=True))
    shown = [_shown(part, row) for part in _with_nesting(row)]
    claimed = row.state == State.CLAIMED or any(p.state == State.CLAIMED for p in row.parts)
    struck = row.state == State.STRUCK_OFF
    verify = may(user, "ledger.verify") and not _is_claimer(user, row)
    return {
        "row": row,
        "task": task,
        "sector": sector_name(task.sector),
        "indicators": [s for s in shown if s.row.is_indicator],
        "milestones": [s for s in shown if not s.row.is_indicator],
        "departments": _by_part(row),
        "awaited": [(TaskDepartment.Part(part).label, name, named) for part, name, named in row.awaited],
        "may_register": may(user, "subjects.edit"),
        "sentences": detail.task_sentences(row),
        "readable": visible,
        "feed": detail.feed_of(row),
        "changes": detail.changes_of(row),
        "children": selectors.tasks_visible_to(user).filter(parent=task).order_by("number"),
        "may_report": selectors.may_report(user, task) and not struck,
        "may_claim": selectors.may_claim(user, task) and row.is_open,
        "may_verify": verify,
        "claimed": claimed,
        "struck": struck,
        "may_edit": may(user, "ledger.edit"),
        "may_release": may(user, "ledger.release"),
        "may_record": row.waits and (may(user, "ledger.edit") or selectors.may_report(user, task)),
        "own_claim": claimed and may(user, "ledger.verify") and not verify,
    }


def _is_claimer(user: User, row: TaskRow) -> bool:
    """Whether the person or her department reported the last claim."""
    claims = [e for e in row.events if e.verb == "claimed"]
    if not claims:
        return False
    last = claims[-1]
    return last.by_id == user.pk or (
        last.department_id is not None and last.department_id == user.department_id
    )


def _with_nesting(row: TaskRow) -> list[tuple[PartRow, PartRow | None]]:
    """The parts, each increment behind the stock it belongs to."""
    within = rollup.inside(lines_of([row], above_of(row.task.region)))
    by_key = {p.part.pk: p for p in row.parts if p.is_indicator}
    found: list[tuple[PartRow, PartRow | None]] = []
    for part in row.parts:
        if part.is_indicator and within.get(part.part.pk) in by_key:
            continue
        found.append((part, None))
        inside = [
            k for k, whole in within.items() if part.is_indicator and whole == part.part.pk and k in by_key
        ]
        found.extend((by_key[int(str(k))], part) for k in inside)
    return found


def _shown(pair: tuple[PartRow, PartRow | None], row: TaskRow) -> ShownPart:
    part, whole = pair
    kind = "indicator" if part.is_indicator else "milestone"
    drawer = reverse("ledger:provenance", args=[kind, part.part.pk])
    return ShownPart(
        part,
        detail.plan_today(part, row.day, row.task),
        drawer,
        part_key(part),
        whole.target_words if whole else "",
    )


def _by_part(row: TaskRow) -> Sequence[tuple[str, list[Any]]]:
    found = []
    for part in TaskDepartment.Part:
        names = [d.department for d in row.departments if d.part == part]
        if names:
            found.append((str(part.label), names))
    return found


def task_url(task: Task) -> str:
    """The address of a task's page."""
    return reverse("ledger:task", args=[task.pk])
