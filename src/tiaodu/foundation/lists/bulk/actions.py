"""What can be done to many rows of a list at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.lists.columns import Label


@dataclass(frozen=True, slots=True)
class Target:
    """One record: its id and the version of it that the person saw (None where records have none)."""

    id: int
    version: int | None


Run = Callable[[User, Target, Mapping[str, Any]], Any]
MakeForm = Callable[[User, QueryDict | None], forms.Form]


@dataclass(frozen=True, slots=True)
class BulkAction:
    """An act on each ticked row.

    ``code`` names it once in the product (``ledger.release``). ``run(user, target, values)`` calls the
    service that serves one record, which checks access, locks, validates and audits as ever; what it refuses
    is told at that row. ``confirm`` says in one sentence what will happen. ``form(user, data)`` asks for
    ``values``; its cleaned data must be what JSON keeps, so choices of ids rather than of records.
    """

    code: str
    label: Label
    permission: str
    run: Run
    confirm: Label = ""
    form: MakeForm | None = None

    @property
    def asks(self) -> bool:
        """Whether something is to be filled in first."""
        return self.form is not None


_actions: dict[str, BulkAction] = {}


def declare(action: BulkAction) -> BulkAction:
    """Make an action known, also to the worker: in a module that the app's ``ready()`` imports."""
    known = _actions.setdefault(action.code, action)
    if known.run is not action.run:
        raise ValueError(f"two bulk actions called {action.code}")
    return action


def action_of(code: str) -> BulkAction:
    """The action of a code; LookupError when none is declared."""
    if code not in _actions:
        raise LookupError(f"no bulk action {code}")
    return _actions[code]
