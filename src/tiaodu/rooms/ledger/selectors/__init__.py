"""Every read of the ledger, with the person's rows only."""

from tiaodu.rooms.ledger.selectors.board import Board, board_for, board_of
from tiaodu.rooms.ledger.selectors.landings import Landing, landings
from tiaodu.rooms.ledger.selectors.once import reading_once
from tiaodu.rooms.ledger.selectors.rows import PartRow, TaskRow, row_of, rows_of
from tiaodu.rooms.ledger.selectors.scope import (
    may_claim,
    may_report,
    sees_inside,
    task_for,
    tasks_visible_to,
)
from tiaodu.rooms.ledger.selectors.totals import roll_up, totals

__all__ = [
    "Board",
    "Landing",
    "PartRow",
    "TaskRow",
    "board_for",
    "board_of",
    "landings",
    "may_claim",
    "may_report",
    "reading_once",
    "roll_up",
    "row_of",
    "rows_of",
    "sees_inside",
    "task_for",
    "tasks_visible_to",
    "totals",
]
