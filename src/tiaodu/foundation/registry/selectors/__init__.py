"""Reads of the register: regions, subjects and measures in a person's reach, and the subject a text names."""

from __future__ import annotations

from tiaodu.foundation.registry.matching import SubjectMatcher
from tiaodu.foundation.registry.measures import measure_holds
from tiaodu.foundation.registry.selectors.duplicates import (
    decisions_visible_to,
    merge_for,
    merges_of,
    pair_reasons,
    reasons_of,
    references_to,
    searched,
    subject_history,
    suggestions,
)
from tiaodu.foundation.registry.selectors.liaisons import (
    LookedAfter,
    liaison_for,
    liaison_history,
    liaison_rows,
    liaisons_of,
    loads,
    own_liaisons,
)
from tiaodu.foundation.registry.selectors.measures import (
    MeasureRow,
    measure_for,
    measure_row_on,
    measure_rows_on,
    measures_valid,
    measures_visible_to,
    uses_of,
)
from tiaodu.foundation.registry.selectors.regions import RegionRow, region_for, region_tree
from tiaodu.foundation.registry.selectors.subjects import (
    departments_of,
    officials_of,
    regions_visible_to,
    subject_for,
    subjects_visible_to,
)

__all__ = [
    "LookedAfter",
    "MeasureRow",
    "RegionRow",
    "SubjectMatcher",
    "decisions_visible_to",
    "departments_of",
    "liaison_for",
    "liaison_history",
    "liaison_rows",
    "liaisons_of",
    "loads",
    "measure_for",
    "measure_holds",
    "measure_row_on",
    "measure_rows_on",
    "measures_valid",
    "measures_visible_to",
    "merge_for",
    "merges_of",
    "officials_of",
    "own_liaisons",
    "pair_reasons",
    "reasons_of",
    "references_to",
    "region_for",
    "region_tree",
    "regions_visible_to",
    "searched",
    "subject_for",
    "subject_history",
    "subjects_visible_to",
    "suggestions",
    "uses_of",
]
