"""Tasks and subjects read once, for as long as nobody does anything that may change them."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

from django.db.models import Model, QuerySet

from tiaodu.foundation.audit.keeping import Keeper, sql_of

M = TypeVar("M", bound=Model)

# Acts that leave tasks, subjects, documents and the names of people as they are.
kept = Keeper(
    (
        "accounts.log",
        "evidence.",
        "files.",
        "items.",
        "jobs.",
        "lists.",
        "projects.step",
        "returns.",
        "tables.",
    )
)

# Subjects and their names, which no act in the ledger changes but through the register.
kept_subjects = Keeper(
    (
        "accounts.log", "documents.", "evidence.", "files.", "items.", "jobs.", "ledger.", "lists.",
        "outlook.", "projects.step", "returns.",
    )
)  # fmt: skip

# The same with their figures and what they are judged by: acts that leave all of it as it is.
kept_rows = Keeper(
    ("accounts.log", "files.", "items.", "jobs.", "lists.", "outlook.", "projects.step"), most=128
)


def kept_list(found: QuerySet[M], *beside: Hashable) -> list[M]:
    """The rows of a queryset with what it fetches beside them; ``beside``: what else tells it from others."""
    asked = sql_of(found)
    return kept.get((found.model, *asked, *beside), lambda: list(found)) if asked else []
