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
from tiaodu.foundation.evidence.selectors.scope import (
    evidence_for,
    evidence_visible_to,
    newest_visible_to,
    subjects_in_reach,
)

__all__ = [
    "Board",
    "Cell",
    "Key",
    "board",
    "evidence_for",
    "evidence_visible_to",
    "figure",
    "figures_latest",
    "history",
    "newest_visible_to",
    "pointers_are_true",
    "revisions",
    "subjects_in_reach",
    "told",
]
