"""What a decision about a statement changed, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tiaodu.rooms.documents.models import Decision, StatementState
from tiaodu.rooms.documents.words import FIELDS


def changes_in(decision: Decision) -> list[tuple[Any, Any, Any]]:
    """Each field a decision changed: its name, what it was, what it became."""
    names = dict.fromkeys((*decision.before, *decision.after))
    shown = [name for name in names if name in FIELDS and name not in ("due_start", "due_end", "measure")]
    states = dict(StatementState.choices)

    def words(name: str, value: Any) -> Any:
        if name == "questions":
            return len(value or [])
        if isinstance(value, bool):
            return _("是") if value else _("否")
        return states.get(value, value) if name == "state" else value

    return [
        (FIELDS[n], words(n, decision.before.get(n)), words(n, decision.after.get(n)))
        for n in shown
        if (decision.before.get(n) or None) != (decision.after.get(n) or None)
    ]
