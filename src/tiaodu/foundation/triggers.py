"""Database triggers that hold append-only tables on SQLite and PostgreSQL."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION tiaodu_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table} FOR EACH ROW EXECUTE FUNCTION tiaodu_append_only()
"""


def guard(table: str) -> migrations.RunPython:
    """A migration operation after which rows of ``table`` can be neither changed nor removed."""

    def make(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        statement = _SQLITE if editor.connection.vendor == "sqlite" else _POSTGRESQL
        for verb in ("update", "delete"):
            # No parameters at all: the % of PostgreSQL's message is not a place for one.
            editor.execute(statement.format(table=table, verb=verb, VERB=verb.upper()), params=None)

    def drop(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        on = "" if editor.connection.vendor == "sqlite" else f" ON {table}"
        for verb in ("update", "delete"):
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}")

    return migrations.RunPython(make, drop)


def unguard(table: str) -> migrations.RunPython:
    """The opposite of :func:`guard`, to bring old rows into a new form and guard again."""
    operation = guard(table)
    assert operation.reverse_code is not None  # noqa: S101  guard gives both ways
    return migrations.RunPython(operation.reverse_code, operation.code)
