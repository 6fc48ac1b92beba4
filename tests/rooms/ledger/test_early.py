"""A county's own rule turns a promise amber before its day, from the day it holds on only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.cast import Cast, County
from tests.rooms.ledger.desk import coal_task

from tiaodu.foundation import clock
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.tables.services import version_confirm, version_propose
from tiaodu.rooms.ledger import selectors, services
from tiaodu.rooms.ledger.models import Task

JUNE, JULY, LATER = date(2024, 6, 28), date(2024, 7, 1), date(2024, 7, 10)
DAYS = {"when": "剩余天数 <= 临期天数", "words": ""}
BEHIND = {"when": "措辞力度 >= 5 且 时间比例 - 完成比例 >= 20%", "words": "落后时间进度二十个百分点"}


def propose(county: County, cast: Cast, rows: list[dict[str, str]]) -> int:
    with clock.as_of(JUNE):
        return version_propose(
            user=cast.dispatcher,
            code="ledger.early",
            region=county.region,
            body=rows,
            valid_from=JULY,
            source="县政府常务会议纪要",
            confidence="practice",
            reason="确保类任务提前提醒",
            based_on=None,
        ).pk


def told(task: Task, day: date) -> tuple[str, str]:
    row = selectors.rows_of(Task.objects.filter(pk=task.pk), day)[0]
    return row.state, row.reason


def test_a_rule_of_the_county_speaks_from_its_day_on(county: County, cast: Cast) -> None:
    firm, soft = coal_task(county, cast, strength=5), coal_task(county, cast, title="力争", strength=2)
    with clock.as_of(JUNE):
        services.progress_report(
            user=cast.energy,
            task_id=firm.pk,
            text="上半年",
            value=Decimal(100_000),
            indicator_id=firm.indicators.get().pk,
        )
    version = propose(county, cast, [DAYS, BEHIND])
    assert told(firm, LATER) == ("not_due", "还有 174 天")
    with clock.as_of(JUNE):
        version_confirm(user=cast.supervision, version_id=version)
    assert told(firm, JUNE)[0] == "not_due"
    assert told(firm, LATER) == ("due_soon", "落后时间进度二十个百分点")
    assert told(soft, LATER)[0] == "not_due"


def test_a_rule_that_cannot_be_read_is_refused_before_it_is_proposed(county: County, cast: Cast) -> None:
    with pytest.raises(Invalid):
        propose(county, cast, [{"when": "剩余天数 <= 临期", "words": ""}])
