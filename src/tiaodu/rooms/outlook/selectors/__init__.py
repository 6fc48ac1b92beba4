"""Every read of outlooks, with the person's rows only."""

from tiaodu.rooms.outlook.selectors.rows import OutlookRow, history_of, outlook_for, rows_for, rows_of_task
from tiaodu.rooms.outlook.selectors.scope import outlooks_visible_to, run_for, tasks_judged_for

__all__ = [
    "OutlookRow",
    "history_of",
    "outlook_for",
    "outlooks_visible_to",
    "rows_for",
    "rows_of_task",
    "run_for",
    "tasks_judged_for",
]
