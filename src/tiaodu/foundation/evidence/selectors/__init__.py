"""Every read of the evidence."""

from tiaodu.foundation.evidence.selectors.boards import Board, Cell, board
from tiaodu.foundation.evidence.selectors.courses import courses, told_by
from tiaodu.foundation.evidence.selectors.figures import (
    Key,
    figure,
    figures_latest,
    history,
    revisions,
    told,
)
from tiaodu.foundation.evidence.selectors.newest import Newest, newest_of, newest_visible_to
from tiaodu.foundation.evidence.selectors.pointers import pointers_are_true
from tiaodu.foundation.evidence.selectors.provenance import (
    History,
    Provenance,
    history_for,
    provenance_of,
)
from tiaodu.foundation.evidence.selectors.revised import Place, Revision, revised
from tiaodu.foundation.evidence.selectors.scope import (
    evidence_for,
    evidence_visible_to,
    is_unit,
    own_units,
    reported_since,
    subject_for,
    subjects_in_reach,
)

__all__ = [
    "Board",
    "Cell",
    "History",
    "Key",
    "Newest",
    "Place",
    "Provenance",
    "Revision",
    "board",
    "courses",
    "evidence_for",
    "evidence_visible_to",
    "figure",
    "figures_latest",
    "history",
    "history_for",
    "is_unit",
    "newest_of",
    "newest_visible_to",
    "own_units",
    "pointers_are_true",
    "provenance_of",
    "reported_since",
    "revised",
    "revisions",
    "subject_for",
    "subjects_in_reach",
    "told",
    "told_by",
]
