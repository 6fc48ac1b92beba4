"""What can be imported: a room declares it once; file, dry run and confirmation are the same for all."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.lists.columns import Label
from tiaodu.foundation.lists.importing.parsers import ImportField

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A row of the file as it was read: its number there, and the values of its filled cells by field.

    For ``commit`` also what the check found: the record it changes with the version it had then (None for a
    new one), the fields that differ, what names in the row were found to mean, and the file it came in.
    """

    number: int
    values: Values
    record_id: int | None = None
    record_version: int | None = None
    changed: Sequence[str] = ()
    resolved: Values = field(default_factory=dict)
    file: StoredFile | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check found about a row.

    ``record_id`` and ``version`` of the record it is about (None: a new one), ``before`` that record's values
    by field, ``reasons`` why the row is refused, by field (an empty key for the row as a whole).
    ``after`` is the number of a row of the same file that must be done first. ``resolved`` is kept for the
    commit as JSON: what the names in the row mean.
    """

    record_id: int | None = None
    version: int | None = None
    before: Values = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    after: int | None = None
    resolved: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportSpec:
    """Something that can be imported.

    ``key(values)`` says what a row is about, so that a file that tells something twice is noticed (None: that
    cannot be told). ``check(user, rows)`` looks at all rows in a constant number of queries and writes
    nothing; of a row that is refused already it is given what could be read. ``commit(user, row)`` calls the
    service that serves one record, with ``row.record_version``, inside a transaction of its own; it gives the
    record back, and raises a Refusal for what cannot be done. ``back`` names the address of the list.
    """

    name: str
    title: Label
    permission: str
    fields: Sequence[ImportField]
    key: Callable[[Values], Hashable | None]
    check: Callable[[User, Sequence[StagedRow]], Sequence[Verdict]]
    commit: Callable[[User, StagedRow], Any]
    back: str
    help: Label = ""

    def field_of(self, key: str) -> ImportField:
        """The field of a key."""
        return next(one for one in self.fields if one.key == key)


_specs: dict[str, ImportSpec] = {}


def declare(spec: ImportSpec) -> ImportSpec:
    """Make an import known, also to the worker: in a module that the app's ``ready()`` imports."""
    known = _specs.setdefault(spec.name, spec)
    if known.commit is not spec.commit:
        raise ValueError(f"two imports called {spec.name}")
    return spec


def spec_of(name: str) -> ImportSpec:
    """The import of a name; LookupError when none is declared."""
    if name not in _specs:
        raise LookupError(f"no import {name}")
    return _specs[name]
