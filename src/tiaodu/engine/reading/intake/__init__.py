"""Bytes of a file → its text, where its tables stand, and what a person should know about the reading of it.

The kind is found from the content, never from the name. Text conventions: no byte-order mark, lines end with
``\\n``, a table row is one line with its cells joined by a tab.
"""

from tiaodu.engine.reading.intake.document import open_document
from tiaodu.engine.reading.intake.model import Convert, Intake, IntakeError, IntakeWarning, Limits
from tiaodu.engine.reading.intake.secrecy import Marking, find_marking

__all__ = [
    "Convert",
    "Intake",
    "IntakeError",
    "IntakeWarning",
    "Limits",
    "Marking",
    "find_marking",
    "open_document",
]
