"""When the register merges two subjects or takes that back, the pointers of both are made anew."""

from __future__ import annotations

from tiaodu.foundation.evidence.services import latest_rebuild
from tiaodu.foundation.registry.merging import after_merge, after_unmerge
from tiaodu.foundation.registry.models import Subject


def follow(gone: Subject, keep: Subject) -> None:
    """Figures stay on the subject they were written for; which one they are read as has changed."""
    latest_rebuild([keep.pk, gone.pk])


after_merge(follow)
after_unmerge(follow)
