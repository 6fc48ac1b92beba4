"""A small county to be judged: a mine with a tree of three nodes, a promise on it, and months told of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.cast import Cast, County
from tests.rooms.ledger.desk import coal_task

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.tables.models import Version
from tiaodu.foundation.tables.services import version_confirm, version_propose
from tiaodu.rooms.ledger import services as ledger
from tiaodu.rooms.ledger.models import Indicator, Task
from tiaodu.rooms.outlook.estimates.services import estimate_give, estimate_withdraw
from tiaodu.rooms.outlook.models import Outlook, Run
from tiaodu.rooms.outlook.services import outlook_run

DAY, JUNE = date(2024, 7, 1), date(2024, 6, 12)
COAL = "shigang:output.coal.raw"
FEW = 400  # scenarios
MONTHS = {1: 40_000, 2: 70_000, 3: 112_000, 4: 153_000, 5: 196_000}  # tonnes so far


def row(key: str, kind: str, **values: str) -> dict[str, str]:
    """A row of the table ``outlook.model``."""
    told = {
        "key": key,
        "title": key,
        "adds": "mean",
        "kind": kind,
        "source": "示例",
        "confidence": "practice",
    }
    return told | values


def mine_rows(**changed: str) -> list[dict[str, str]]:
    """40,000 tonnes a month times luck, less what stops take."""
    return [
        row("winter", "cause", title="冬季"),
        row("shigang:other.luck", "noise", figures="对数正态 1.0 0.15", causes="winter=0.5"),
        row("shigang:other.stops", "noise", figures="停工 0.1 0.2 0.4 1"),
        row(
            COAL,
            "formula",
            unit="万吨",
            adds="sum",
            rule="4万吨 * luck * stops",
            inputs="luck=shigang:other.luck、stops=shigang:other.stops",
        )
        | changed,
    ]


def model(county: County, cast: Cast, rows: list[dict[str, str]], **told: Any) -> Version:
    """A version of the county's tree, confirmed by a second person."""
    day = told.pop("day", date(2024, 1, 20))
    with clock.as_of(day):
        made = version_propose(
            user=cast.dispatcher,
            code="outlook.model",
            region=county.region,
            body=rows,
            valid_from=day,
            source="示例",
            confidence="practice",
            reason="示例",
            based_on=told.pop("based_on", None),
        )
        version_confirm(user=cast.supervision, version_id=made.pk)
    return made


def told(cast: Cast, task: Task, months: dict[int, int] = MONTHS, day: date | None = None) -> None:
    """The months of the task's indicator, each reported a few days after its end."""
    indicator = Indicator.objects.get(task=task)
    for month, value in months.items():
        end = date(2024, month + 1, 1)
        with clock.as_of(day or end.replace(day=4)):
            ledger.progress_report(
                user=cast.energy,
                task_id=task.pk,
                indicator_id=indicator.pk,
                text="示例",
                period_end=date.fromordinal(end.toordinal() - 1),
                value=Decimal(value),
            )


def mine(county: County, cast: Cast, **values: Any) -> Task:
    """A promise of 480,000 tonnes in hard words, its tree and its months."""
    values = {"value": Decimal(480_000)} | values
    task = coal_task(county, cast, **values)
    Task.objects.filter(pk=task.pk).update(strength=5, commitment="确保")
    model(county, cast, mine_rows())
    told(cast, task)
    return task


def run(county: County, day: date = DAY, **values: Any) -> Run:
    """A run of the county with few scenarios."""
    with clock.as_of(max(day, DAY)):
        return outlook_run(region=county.region, as_of=day, **{"scenarios": FEW} | values).run


def outlook_of(task: Task, made: Run) -> Outlook:
    """The outlook of the task's only indicator."""
    return Outlook.objects.get(task=task, run=made)


def thought_of_twice(county: County, cast: Cast) -> Task:
    """A promise of 490,000 tonnes with what was thought of it in June and July."""
    task = mine(county, cast, value=Decimal(490_000))
    run(county, date(2024, 6, 10))
    run(county)
    return task


def about(task: Task) -> str:
    """The name of its figure in addresses."""
    return f"i{Indicator.objects.get(task=task).pk}"


def tell(user: User, task: Task, value: float | None, day: date = JUNE, **told: str) -> None:
    """A private estimate is told, or taken back where there is no figure."""
    with clock.as_of(day):
        if value is None:
            estimate_withdraw(user=user, about=about(task), **told)
        else:
            estimate_give(user=user, about=about(task), value=value, **told)
