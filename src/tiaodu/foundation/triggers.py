"""Database triggers that hold append-only tables on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

# Row by row on SQLite, which has no TRUNCATE: with such a trigger a DELETE without WHERE meets every row too.
_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION tiaodu_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
  FOR EACH {each} EXECUTE FUNCTION tiaodu_append_only()
"""
_ROW_BY_ROW = ("update", "delete")


Step = Callable[[BaseDatabaseSchemaEditor], None]


class Statements(Operation):
    """A migration operation that talks to the database alone and looks at no model.

    Django's own ``RunPython`` builds every model of the program anew before each call, which takes a second.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, forwards: Step, backwards: Step) -> None:
        self.forwards, self.backwards = forwards, backwards

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Triggers are no part of a model."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        self.forwards(schema_editor)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        self.backwards(schema_editor)

    def describe(self) -> str:
        return "Triggers"


def nothing(editor: BaseDatabaseSchemaEditor) -> None:
    """The way back of a migration that needs none."""


def guard(table: str) -> Statements:
    """A migration operation after which rows of ``table`` can be neither changed nor removed.

    It may be run again: what is there already is made anew.
    """

    def make(editor: BaseDatabaseSchemaEditor) -> None:
        drop(editor)
        statement = _SQLITE if editor.connection.vendor == "sqlite" else _POSTGRESQL
        for verb in _verbs(editor):
            each = "ROW" if verb in _ROW_BY_ROW else "STATEMENT"
            # No parameters at all: the % of PostgreSQL's message is not a place for one.
            editor.execute(
                statement.format(table=table, verb=verb, VERB=verb.upper(), each=each), params=None
            )

    def drop(editor: BaseDatabaseSchemaEditor) -> None:
        on = "" if editor.connection.vendor == "sqlite" else f" ON {table}"
        for verb in _verbs(editor):
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}")

    return Statements(make, drop)


def _verbs(editor: BaseDatabaseSchemaEditor) -> tuple[str, ...]:
    return _ROW_BY_ROW if editor.connection.vendor == "sqlite" else (*_ROW_BY_ROW, "truncate")


def unguard(table: str) -> Statements:
    """The opposite of :func:`guard`, to bring old rows into a new form and guard again."""
    operation = guard(table)
    return Statements(operation.backwards, operation.forwards)


def guard_anew(table: str) -> Statements:
    """:func:`guard` for a table that an earlier migration has guarded, by what it holds now. Going back takes
    nothing away.
    """
    return Statements(guard(table).forwards, nothing)
