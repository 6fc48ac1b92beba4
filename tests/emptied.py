"""Tests of migrations: what they commit is taken away again, and the newest database is put back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


@pytest.fixture(scope="module")
def triggers(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[str]]:
    """On SQLite the database is emptied row by row after the test, which the triggers of append-only tables
    refuse: they are taken away before and put back after.
    """
    taken: list[str] = []
    yield taken
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for statement in dict.fromkeys(taken):
            cursor.execute(statement)


@pytest.fixture
def emptied(triggers: list[str], transactional_db: None) -> Iterator[None]:
    yield
    # Whoever uses this database next finds it as it was.
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        for name, statement in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')
            triggers.append(statement)
