"""When the register merges two subjects, the pointers of the kept one are made anew from both."""

from __future__ import annotations

from tiaodu.foundation.evidence.services import latest_rebuild
from tiaodu.foundation.registry.merging import after_merge, after_unmerge
from tiaodu.foundation.registry.models import Subject


def follow(gone: Subject, keep: Subject) -> None:
    """Figures stay on the subject they were written for; both are read as the kept one's from now on."""
    latest_rebuild([keep.pk])


def part(gone: Subject, keep: Subject) -> None:
    """Each of the two is read by its own figures again."""
    latest_rebuild([gone.pk, keep.pk])


after_merge(follow)
after_unmerge(part)
