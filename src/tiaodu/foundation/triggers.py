"""Database triggers that hold append-only tables on SQLite and PostgreSQL."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

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


def guard(table: str) -> migrations.RunPython:
    """A migration operation after which rows of ``table`` can be neither changed nor removed.

    It may be run again: what is there already is made anew.
    """

    def make(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        drop(apps, editor)
        statement = _SQLITE if editor.connection.vendor == "sqlite" else _POSTGRESQL
        for verb in _verbs(editor):
            each = "ROW" if verb in _ROW_BY_ROW else "STATEMENT"
            # No parameters at all: the % of PostgreSQL's message is not a place for one.
            editor.execute(
                statement.format(table=table, verb=verb, VERB=verb.upper(), each=each), params=None
            )

    def drop(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        on = "" if editor.connection.vendor == "sqlite" else f" ON {table}"
        for verb in _verbs(editor):
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}")

    return migrations.RunPython(make, drop)


def _verbs(editor: BaseDatabaseSchemaEditor) -> tuple[str, ...]:
    return _ROW_BY_ROW if editor.connection.vendor == "sqlite" else (*_ROW_BY_ROW, "truncate")


def unguard(table: str) -> migrations.RunPython:
    """The opposite of :func:`guard`, to bring old rows into a new form and guard again."""
    operation = guard(table)
    assert operation.reverse_code is not None  # noqa: S101  guard gives both ways
    return migrations.RunPython(operation.reverse_code, operation.code)


def guard_anew(table: str) -> migrations.RunPython:
    """:func:`guard` for a table that an earlier migration has guarded, by what it holds now. Going back takes
    nothing away.
    """
    return migrations.RunPython(guard(table).code, migrations.RunPython.noop)
