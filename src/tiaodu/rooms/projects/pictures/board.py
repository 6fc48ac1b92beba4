"""The board: projects by the stage they are in, with what comes next and whose turn it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from tiaodu.engine.projects.wall import LATE
from tiaodu.engine.stages.standing import Place, Standing
from tiaodu.rooms.projects.pictures.wall import WallRow
from tiaodu.rooms.projects.selectors.rows import STAGES, ProjectRow, stage_words, wait_words
from tiaodu.rooms.projects.tables import words_in


@dataclass(frozen=True, slots=True)
class Card:
    """A project on the board. ``turn``: who acts next; ``waiting``: for what; ``days``: since when."""

    wall: WallRow
    next_step: str
    turn: str
    waiting: str
    days: int | None

    @property
    def project(self) -> Any:
        return self.wall.row.project


@dataclass(frozen=True, slots=True)
class Column:
    """A stage with its cards, and what they are to cost; ``planned`` in the day's year."""

    code: str
    name: str
    cards: tuple[Card, ...]
    total: Decimal | None
    planned: Decimal | None


def card_of(wall: WallRow) -> Card:
    """What the board says of a project."""
    row = wall.row
    step = row.next_step
    if step is None:
        return Card(wall, "", "", "", None)
    waiting = wait_words(step.wait.reason) if step.wait else ""
    return Card(wall, words_in(step.step.name), row.doer(step), waiting, days_standing(row, step))


def days_standing(row: ProjectRow, step: Standing) -> int | None:
    """Calendar days since the step waits, was begun, or could have begun; None where nobody knows."""
    since = _since(row, step)
    return (row.day - since).days if since else None


def _since(row: ProjectRow, step: Standing) -> date | None:
    if step.wait is not None:
        return step.wait.start
    record = row.state.of(step.step.code)
    if record.started or step.place != Place.READY:
        return record.started
    done = [row.state.of(need).finished for need in row.network.needs[step.step.code]]
    return max((day for day in done if day), default=row.state.signed)


def columns_of(rows: Sequence[WallRow]) -> list[Column]:
    """Every stage in its order, those without projects too: a board shows what is missing."""
    found = []
    for stage in STAGES:
        cards = tuple(card_of(row) for row in rows if row.row.stage == stage)
        found.append(Column(stage, stage_words(stage), cards, _sum(cards, "total"), _sum(cards, "planned")))
    return found


def _sum(cards: Sequence[Card], name: str) -> Decimal | None:
    """None where no card has a plan."""
    plans = [card.wall.row.plan for card in cards if card.wall.row.plan]
    return sum((getattr(plan, name) for plan in plans), Decimal(0)) if plans else None


FILTERS: Mapping[str, tuple[Any, Callable[[WallRow], bool]]] = {
    "miss": (_("预计不能按期"), lambda row: row.outcome.verdict in LATE),
    "late": (_("有逾期步骤"), lambda row: bool(row.row.late)),
    "waiting": (_("在等待"), lambda row: any(step.wait for step in row.row.open_steps)),
    "outside": (_("等县外"), lambda row: bool(row.row.next_step and row.row.outside(row.row.next_step))),
}
