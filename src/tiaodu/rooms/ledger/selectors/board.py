"""The first answer of every morning: what is due this week, what is late, who has not reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from tiaodu.engine.ledger.standing import WORST_FIRST, State
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.ledger.selectors.once import rows_once
from tiaodu.rooms.ledger.selectors.rows import TaskRow
from tiaodu.rooms.ledger.selectors.scope import tasks_visible_to

SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Board:
    """The person's tasks sorted by what they ask for; ``headline`` says it in one sentence."""

    counts: dict[str, int]
    due_week: Sequence[TaskRow]
    overdue: Sequence[TaskRow]
    unreported: Sequence[TaskRow]
    to_verify: Sequence[TaskRow]
    waiting_event: Sequence[TaskRow]
    rows: Sequence[TaskRow]
    headline: str


def is_due_this_week(row: TaskRow, day: date) -> bool:
    """Whether something of it that is still open falls due from ``day`` to the coming Sunday."""
    sunday = day + timedelta(days=SUNDAY - day.weekday())
    open_dues = (p.standing.due for p in row.parts if p.standing.state in (State.DUE_SOON, State.NOT_DUE))
    return any(due is not None and day <= due <= sunday for due in open_dues)


def board_for(user: User, day: date | None = None) -> Board:
    """The board of the tasks this person sees."""
    day = day or clock.today()
    return board_of(rows_once(tasks_visible_to(user, day), day), day)


def board_of(rows: Sequence[TaskRow], day: date) -> Board:
    """The board of some tasks."""
    counted = Counter(row.state for row in rows)
    week = sorted((r for r in rows if is_due_this_week(r, day)), key=_by_due)
    overdue = sorted((r for r in rows if r.state == State.OVERDUE), key=_by_due)
    unreported = sorted((r for r in rows if r.is_unreported), key=_by_due)
    return Board(
        counts={state.value: counted[state.value] for state in WORST_FIRST},
        due_week=week,
        overdue=overdue,
        unreported=unreported,
        to_verify=[
            r for r in rows if any(p.state == State.CLAIMED for p in r.parts) or r.state == State.CLAIMED
        ],
        waiting_event=[r for r in rows if r.waits],
        rows=rows,
        headline=_headline(rows, len(week), len(overdue), len(unreported)),
    )


def _by_due(row: TaskRow) -> tuple[date, int]:
    return row.due or date.max, row.task.number


def _headline(rows: Sequence[TaskRow], week: int, overdue: int, unreported: int) -> str:
    if not rows:
        return _("台账里还没有任务。")
    told = {"week": week, "overdue": overdue, "unreported": unreported}
    allowed = {row.thresholds.unreported_days for row in rows}
    if len(allowed) > 1:  # counties with rules of their own
        words = _("本周到期 %(week)d 项，逾期 %(overdue)d 项，%(unreported)d 项超过规定天数未报进展。")
        return words % told
    said = _("本周到期 %(week)d 项，逾期 %(overdue)d 项，%(unreported)d 项超过 %(days)d 天未报进展。")
    return said % {**told, "days": allowed.pop()}
