"""Every read of the evidence."""

from tiaodu.foundation.evidence.selectors.boards import Board, Cell, board
from tiaodu.foundation.evidence.selectors.figures import (
    Key,
    figure,
    figures_latest,
    history,
    revisions,
    told,
)
from tiaodu.foundation.evidence.selectors.pointers import pointers_are_true
from tiaodu.foundation.evidence.selectors.provenance import (
    History,
    Provenance,
    history_for,
    provenance_of,
)
from tiaodu.foundation.evidence.selectors.scope import (
    evidence_for,
    evidence_visible_to,
    newest_visible_to,
    subject_for,
    subjects_in_reach,
)

__all__ = [
    "Board",
    "Cell",
    "History",
    "Key",
    "Provenance",
    "board",
    "evidence_for",
    "evidence_visible_to",
    "figure",
    "figures_latest",
    "history",
    "history_for",
    "newest_visible_to",
    "pointers_are_true",
    "provenance_of",
    "revisions",
    "subject_for",
    "subjects_in_reach",
    "told",
]
