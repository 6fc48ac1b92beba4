"""The table of private estimates comes to a database that has outlooks, and is written once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

BEFORE, AFTER = [("outlook", "0004_calibration")], [("outlook", "0005_estimates")]


def _migrate(targets: list[tuple[str, str]]) -> Any:
    MigrationExecutor(connection).migrate(targets)
    loader = MigrationExecutor(connection).loader
    return loader.project_state(list(loader.applied_migrations)).apps


@pytest.mark.usefixtures("emptied")
def test_outlooks_stay_and_estimates_can_neither_be_changed_nor_removed() -> None:
    old = _migrate(BEFORE)
    assert "outlook_estimate" not in connection.introspection.table_names()
    region = old.get_model("registry", "Region").objects.create(
        code="140722", name="左权县", level="county", path="140722/"
    )
    run = old.get_model("outlook", "Run").objects.create(
        region=region, as_of=date(2024, 7, 1), digest="x", seed=1, scenarios=100
    )
    new = _migrate(AFTER)
    assert new.get_model("outlook", "Run").objects.get().pk == run.pk
    task = new.get_model("ledger", "Task").objects.create(
        region_id=region.pk,
        number=1,
        title="产煤",
        plan_year=2024,
        created_on=date(2024, 1, 1),
        created_by=new.get_model("accounts", "User").objects.create(username="a"),
    )
    step = new.get_model("ledger", "Milestone").objects.create(task=task, action="投产")
    told = {"task": task, "milestone": step, "who": "x", "day": date(2024, 7, 1), "due": date(2024, 12, 31)}
    estimates = new.get_model("outlook", "Estimate").objects
    first = estimates.create(number=1, **told)
    for statement in ("UPDATE outlook_estimate SET value = 1", "DELETE FROM outlook_estimate"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(DatabaseError), transaction.atomic():
        estimates.create(number=1, **told)
    assert estimates.get().pk == first.pk
