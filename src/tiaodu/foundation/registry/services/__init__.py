"""Writes to the register: loading, looking after subjects, merging, who looks after whom, measures."""

from __future__ import annotations

from tiaodu.foundation.registry.services.duplicates import duplicates_find, duplicates_search
from tiaodu.foundation.registry.services.liaisons import (
    liaison_assign,
    liaison_end,
    liaison_retract,
    liaison_transfer,
    liaisons_import,
)
from tiaodu.foundation.registry.services.loading import (
    LEVELS,
    measures_load,
    measures_refresh,
    region_line_load,
    regions_load,
    subjects_load,
)
from tiaodu.foundation.registry.services.measures import measure_add, measure_end, measure_redefine
from tiaodu.foundation.registry.services.merging import (
    duplicate_ask_again,
    duplicate_dismiss,
    subjects_merge,
    subjects_unmerge,
)
from tiaodu.foundation.registry.services.regions import region_register, region_remove, region_rename
from tiaodu.foundation.registry.services.subjects import (
    EDITABLE,
    alias_add,
    alias_remove,
    project_subject_create,
    region_subject_ensure,
    subject_create,
    subject_edit,
)

__all__ = [
    "EDITABLE",
    "LEVELS",
    "alias_add",
    "alias_remove",
    "duplicate_ask_again",
    "duplicate_dismiss",
    "duplicates_find",
    "duplicates_search",
    "liaison_assign",
    "liaison_end",
    "liaison_retract",
    "liaison_transfer",
    "liaisons_import",
    "measure_add",
    "measure_end",
    "measure_redefine",
    "measures_load",
    "measures_refresh",
    "project_subject_create",
    "region_line_load",
    "region_register",
    "region_remove",
    "region_rename",
    "region_subject_ensure",
    "regions_load",
    "subject_create",
    "subject_edit",
    "subjects_load",
    "subjects_merge",
    "subjects_unmerge",
]
