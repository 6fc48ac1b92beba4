"""Tables of the tests: the ledger's thresholds, and limits in rows that the package is not sure of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from tests.cast import Cast, County

from tiaodu.engine.kernel.datafile import (
    CONFIDENCES,
    Choice,
    Day,
    Flag,
    Integer,
    ListOf,
    Number,
    Record,
    Text,
)
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables import packaged
from tiaodu.foundation.tables.declaring import Column, Fault, Table, declare, find, undeclare
from tiaodu.foundation.tables.models import Version
from tiaodu.foundation.tables.selectors import content_on, table
from tiaodu.foundation.tables.services import version_confirm, version_propose

STANDING = "ledger.standing"
LIMITS = "probe.limits"
DAYS = {"due_soon_days": 7, "unreported_days": 31, "default_offset_days": 5}
ROW = {
    "item": "order",
    "days": 5,
    "price": "0.35",
    "since": "2024-01-01",
    "escalates": True,
    "whom": ["督查室", "县领导"],
    "confidence": "source",
}
FILE = """\
code: probe.limits
unit: 个
valid_from: 2024-01-01
valid_to: 2025-12-31
source: 县里的办法
confidence: practice
rows:
- {item: order, days: 5, price: 0.35, since: 2024-01-01, escalates: true, whom: [督查室, 县领导],
   confidence: source}
- {item: case, days: 3, escalates: false, whom: [], confidence: memory-unsure}
"""


def ascending(body: Any) -> Iterator[Fault]:
    """A check of the whole body: no limit above 90 days in all."""
    if sum(row["days"] for row in body) > 90:
        yield Fault(None, "", "合计不能超过 90 天。")


def limits_table(**other: Any) -> Table:
    """A table of rows with a cell of every kind."""
    told: dict[str, Any] = {
        "code": LIMITS,
        "title": "办理时限",
        "packaged": "probe/limits.yaml",
        "shape": ListOf(
            Record(
                {
                    "item": Choice(["order", "case"]),
                    "days": Integer(1, 60),
                    "escalates": Flag(),
                    "whom": ListOf(Text(), empty=True),
                    "confidence": Choice(CONFIDENCES),
                },
                {"price": Number(), "since": Day()},
            )
        ),
        "columns": (
            Column("item", "事项", words={"order": "交办单", "case": "诉求"}),
            Column("days", "办理时限", unit="个工作日"),
            Column("price", "单价", unit="元"),
            Column("since", "起始日"),
            Column("escalates", "是否升级"),
            Column("whom", "升级到"),
            Column("confidence", "可信程度"),
        ),
        "supplier": "督查室",
        "affects": "事项的时限",
        "key": ("item",),
        "check": ascending,
    }
    return Table(**(told | other))


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    """The table of limits, declared and packaged for one test."""
    made = declare(limits_table())
    given = packaged.content_of(made, FILE)
    real = packaged.packaged
    monkeypatch.setattr(
        "tiaodu.foundation.tables.selectors.packaged", lambda asked: given if asked is made else real(asked)
    )
    yield made
    undeclare(LIMITS)


def propose(
    cast: Cast, county: County, day: date, *, valid_from: date, user: User | None = None, **told: Any
) -> Version:
    """The dispatcher proposes thresholds on ``day`` (or what ``told`` says)."""
    code = told.pop("code", STANDING)
    body = told.pop("body") if "body" in told else DAYS | {k: told.pop(k) for k in DAYS if k in told}
    region: Region = told.pop("region", county.region)
    with clock.as_of(day):
        declared = find(code)
        assert declared is not None
        now = content_on(declared, region, valid_from, known=day)
        return version_propose(
            user=user or cast.dispatcher,
            code=code,
            region=region,
            body=body,
            valid_from=valid_from,
            **{
                "source": "县长办公会纪要",
                "confidence": "practice",
                "reason": "按月调度改为按周",
                "based_on": now.version_id if now else None,
            }
            | told,
        )


def confirm(cast: Cast, day: date, version: Version, user: User | None = None) -> Version:
    """The supervision office confirms on ``day``."""
    with clock.as_of(day):
        return version_confirm(user=user or cast.supervision, version_id=version.pk)


def soon(region: Region | None, day: date) -> int:
    """The days of 临期 that hold in a region on a day, seen from that day."""
    with clock.as_of(day):
        return int(table(STANDING, region=region, day=day).body["due_soon_days"])
