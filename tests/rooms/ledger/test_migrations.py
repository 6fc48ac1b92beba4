"""Figures that were told with progress before evidence was there come through the migration."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE, AFTER = [("ledger", "0003_task_unregistered")], [("ledger", "0006_progress_without_value")]


def _migrate(targets: list[tuple[str, str]]) -> Any:
    """The models as the database has them after the ledger's migration: rooms that stand on the ledger are
    taken back with it.
    """
    MigrationExecutor(connection).migrate(targets)
    loader = MigrationExecutor(connection).loader
    return loader.project_state(list(loader.applied_migrations)).apps


def _old_ledger(apps: Any) -> dict[str, Any]:
    region = apps.get_model("registry", "Region").objects.create(
        code="140722", name="左权县", level="county", path="140722/"
    )
    mine = apps.get_model("registry", "Subject").objects.create(
        region=region, code="shigang", kind="mine", name="石港煤业"
    )
    coal = apps.get_model("registry", "Measure").objects.get_or_create(
        code="output.coal.raw",
        defaults={"name": "原煤产量", "name_en": "coal", "unit": "吨", "kind": "flow", "definition": "原煤"},
    )[0]
    user = apps.get_model("accounts", "User").objects.create(username="sun", region=region)
    task = apps.get_model("ledger", "Task").objects.create(
        region=region,
        number=1,
        plan_year=2024,
        title="产煤",
        title_key="产煤",
        created_on=date(2024, 1, 5),
        created_by=user,
    )
    return {"mine": mine, "coal": coal, "user": user, "task": task, "region": region}


def _report(apps: Any, old: dict[str, Any], value: str, known: date, **told: Any) -> Any:
    return apps.get_model("ledger", "Progress").objects.create(
        task=old["task"],
        text="报产量",
        value=Decimal(value),
        period_end=date(2024, 3, 31),
        known_on=known,
        reported_by=old["user"],
        **told,
    )


@pytest.mark.usefixtures("emptied")
def test_figures_told_with_progress_become_evidence() -> None:
    apps = _migrate(BEFORE)
    old = _old_ledger(apps)
    indicators = apps.get_model("ledger", "Indicator").objects
    known = indicators.create(
        task=old["task"],
        subject=old["mine"],
        measure=old["coal"],
        measure_key="output.coal.raw",
        unit="吨",
    )
    bare = indicators.create(task=old["task"], measure_key="test.unknown", unit="户")
    first = _report(apps, old, "123000", date(2024, 4, 3), indicator=known)
    second = _report(
        apps, old, "121000", date(2024, 4, 9), indicator=known, corrects=first, reason="复核磅单"
    )
    other = _report(apps, old, "7", date(2024, 4, 9), indicator=bare)
    note = apps.get_model("ledger", "Progress").objects.create(
        task=old["task"],
        text="只有文字",
        period_end=date(2024, 3, 31),
        known_on=date(2024, 4, 9),
        reported_by=old["user"],
    )

    apps = _migrate(AFTER)
    reports = apps.get_model("ledger", "Progress").objects.select_related("evidence__subject")
    told = {pk: reports.get(pk=pk).evidence for pk in (first.pk, second.pk, other.pk)}
    assert reports.get(pk=note.pk).evidence is None
    assert [(e.revision, e.value, e.reason) for e in (told[first.pk], told[second.pk])] == [
        (1, 123000, ""),
        (2, 121000, "复核磅单"),
    ]
    assert (told[first.pk].period_start, told[first.pk].known_on) == (date(2024, 1, 1), date(2024, 4, 3))
    assert (told[other.pk].subject.kind, told[other.pk].period_start) == ("region", date(2024, 3, 31))
    pointers = apps.get_model("evidence", "Latest").objects
    assert {p.value for p in pointers.filter(current=True)} == {121000, 7}
    with pytest.raises(Exception, match="append-only"):
        reports.filter(pk=note.pk).update(text="改写")


@pytest.mark.usefixtures("emptied")
def test_what_departments_told_of_a_mine_becomes_what_they_saw() -> None:
    apps = _migrate([("ledger", "0007_truncate")])
    old = _old_ledger(apps)
    known = apps.get_model("ledger", "Indicator").objects.create(
        task=old["task"], subject=old["mine"], measure=old["coal"], measure_key="output.coal.raw", unit="吨"
    )
    evidence = apps.get_model("evidence", "Evidence").objects
    reports = []
    for revision, value in ((1, 123000), (2, 121000)):
        figure = evidence.create(
            region=old["region"],
            subject=old["mine"],
            measure=old["coal"],
            series="dispatch",
            period_start=date(2024, 1, 1),
            period_end=date(2024, 3, 31),
            revision=revision,
            value=value,
            reason="复核磅单" if revision > 1 else "",
            known_on=date(2024, 4, 2 + revision),
            reporter=old["user"],
            source_kind="ledger.indicator",
            source_id=str(known.pk),
        )
        reports.append(
            apps.get_model("ledger", "Progress").objects.create(
                task=old["task"],
                indicator=known,
                text="报产量",
                evidence=figure,
                period_end=date(2024, 3, 31),
                known_on=figure.known_on,
                reported_by=old["user"],
            )
        )

    apps = _migrate([("ledger", "0008_figures_seen")])
    told = apps.get_model("ledger", "Progress").objects.select_related("evidence").order_by("pk")
    assert [(p.evidence.series, p.evidence.revision, p.evidence.value) for p in told] == [
        ("observation", 1, 123000),
        ("observation", 2, 121000),
    ]
    assert apps.get_model("evidence", "Evidence").objects.filter(series="dispatch").count() == 2
    pointer = apps.get_model("evidence", "Latest").objects.get(series="observation")
    assert (pointer.value, pointer.current, pointer.known_on) == (121000, True, date(2024, 4, 4))
    with pytest.raises(Exception, match="append-only"):
        told.filter(pk=reports[0].pk).update(text="改写")
