"""All writes of the documents room."""

from tiaodu.rooms.documents.services.reading import document_read, document_read_again
from tiaodu.rooms.documents.services.reshaping import statement_merge, statement_split
from tiaodu.rooms.documents.services.statements import (
    changes_of,
    statement_answer,
    statement_decide,
    statement_edit,
    statement_reject,
    statement_reopen,
)
from tiaodu.rooms.documents.services.uploading import Duplicate, document_edit, document_upload
from tiaodu.rooms.documents.services.withdrawing import document_withdraw

__all__ = [
    "Duplicate",
    "changes_of",
    "document_edit",
    "document_read",
    "document_read_again",
    "document_upload",
    "document_withdraw",
    "statement_answer",
    "statement_decide",
    "statement_edit",
    "statement_merge",
    "statement_reject",
    "statement_reopen",
    "statement_split",
]
