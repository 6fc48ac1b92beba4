"""Every write of the ledger."""

from tiaodu.rooms.ledger.services.acceptance import (
    Accepted,
    statement_accept,
    statement_withdraw,
    statements_accept,
    statements_accept_unquestioned,
)
from tiaodu.rooms.ledger.services.closing import task_claim, task_reopen, task_send_back, task_strike_off
from tiaodu.rooms.ledger.services.progress import (
    progress_correct,
    progress_report,
    progress_report_figures,
)
from tiaodu.rooms.ledger.services.tasks import indicator_nest, task_create, task_edit, task_release
from tiaodu.rooms.ledger.services.terms import event_record, term_revise

__all__ = [
    "Accepted",
    "event_record",
    "indicator_nest",
    "progress_correct",
    "progress_report",
    "progress_report_figures",
    "statement_accept",
    "statement_withdraw",
    "statements_accept",
    "statements_accept_unquestioned",
    "task_claim",
    "task_create",
    "task_edit",
    "task_release",
    "task_reopen",
    "task_send_back",
    "task_strike_off",
    "term_revise",
]
