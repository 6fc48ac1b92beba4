"""Versioned tables: what holds in a region on a day, and how a change comes to hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, County
from tests.foundation.tables_desk import DAYS, LIMITS, ROW, STANDING, confirm, limits, propose, soon

from tiaodu.foundation import clock
from tiaodu.foundation.appendonly import AppendOnlyError
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.foundation.tables.declaring import Table
from tiaodu.foundation.tables.models import Decision, Version
from tiaodu.foundation.tables.selectors import Blocked, table, table_or_none
from tiaodu.foundation.tables.services import (
    Faulty,
    version_reject,
    version_withdraw,
)

__all__ = ["limits"]


def july(day: int) -> date:
    return date(2024, 7, day)


def test_a_change_holds_from_its_day_on_once_a_second_person_confirmed_it(county: County, cast: Cast) -> None:
    """Proposed on the 5th for the 8th, confirmed on the 6th."""
    version = propose(cast, county, july(5), valid_from=july(8), due_soon_days=10)
    assert soon(county.region, july(8)) == 7
    confirm(cast, july(6), version)
    assert [soon(county.region, july(n)) for n in (4, 5, 6, 7, 8, 9)] == [7, 7, 7, 7, 10, 10]
    with clock.as_of(july(4)):  # what will hold on the 8th was not known on the 4th
        assert table(STANDING, region=county.region, day=july(8)).body["due_soon_days"] == 7
    with clock.as_of(july(6)):
        found = table(STANDING, region=county.region, day=july(8))
        assert (found.origin, found.version_id, found.number) == ("county", version.pk, 1)
        assert found.body["unreported_days"] == 31


def test_it_holds_below_its_region_and_nowhere_else(county: County, cast: Cast) -> None:
    confirm(cast, july(6), propose(cast, county, july(5), valid_from=july(6), due_soon_days=10))
    places = (county.region, county.township, county.other, county.city, None)
    assert [soon(place, july(9)) for place in places] == [10, 10, 7, 7, 7]


def test_the_nearest_region_wins(county: County, cast: Cast) -> None:
    confirm(
        cast,
        july(2),
        propose(cast, county, july(1), valid_from=july(1), due_soon_days=10, earlier_reason="x"),
    )
    town = propose(cast, county, july(3), valid_from=july(3), region=county.township, due_soon_days=3)
    confirm(cast, july(3), town)
    assert [soon(place, july(9)) for place in (county.region, county.township)] == [10, 3]


def test_what_is_confirmed_later_than_it_begins_is_known_only_then(county: County, cast: Cast) -> None:
    version = propose(
        cast, county, july(5), valid_from=date(2024, 1, 1), due_soon_days=10, earlier_reason="县里一直如此"
    )
    confirm(cast, july(6), version)
    assert [soon(county.region, july(n)) for n in (4, 5, 6)] == [7, 7, 10]
    with clock.as_of(july(6)):
        assert table(STANDING, region=county.region, day=july(6)).valid_from == date(2024, 1, 1)
    assert version.earlier_reason == "县里一直如此"


def test_after_its_last_day_the_one_before_holds_again(county: County, cast: Cast) -> None:
    confirm(cast, july(1), propose(cast, county, july(1), valid_from=july(1), due_soon_days=10))
    confirm(
        cast,
        july(2),
        propose(cast, county, july(2), valid_from=july(3), valid_to=july(4), due_soon_days=1),
    )
    assert [soon(county.region, july(n)) for n in (2, 3, 4, 5)] == [10, 1, 1, 10]


def test_a_change_foreseen_for_later_is_not_undone_by_one_made_meanwhile(county: County, cast: Cast) -> None:
    confirm(cast, july(1), propose(cast, county, july(1), valid_from=july(20), due_soon_days=20))
    confirm(cast, july(2), propose(cast, county, july(2), valid_from=july(2), due_soon_days=2))
    assert [soon(county.region, july(n)) for n in (1, 2, 19, 20)] == [7, 2, 2, 20]
    corrected = propose(cast, county, july(3), valid_from=july(20), due_soon_days=21)
    confirm(cast, july(3), corrected)
    assert soon(county.region, july(20)) == 21


def test_nobody_confirms_her_own_proposal(county: County, cast: Cast) -> None:
    version = propose(cast, county, july(5), valid_from=july(8), user=cast.office, due_soon_days=10)
    with pytest.raises(NotAllowed, match="另一个人"):
        confirm(cast, july(6), version, cast.office)
    with pytest.raises(NotAllowed):
        version_reject(user=cast.office, version_id=version.pk, reason="x")
    confirm(cast, july(6), version, cast.leader)
    assert soon(county.region, july(8)) == 10


@pytest.mark.parametrize("who", ["energy", "clerk", "admin", "supervision", "leader", "firm"])
def test_who_may_not_propose_is_refused(county: County, cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        propose(cast, county, july(5), valid_from=july(8), user=getattr(cast, who), due_soon_days=10)


@pytest.mark.parametrize("who", ["energy", "clerk", "admin", "dispatcher", "firm"])
def test_who_may_not_confirm_is_refused(county: County, cast: Cast, who: str) -> None:
    version = propose(cast, county, july(5), valid_from=july(8), due_soon_days=10)
    with pytest.raises(NotAllowed):
        confirm(cast, july(6), version, getattr(cast, who))


def test_a_neighbour_finds_nothing(county: County, cast: Cast) -> None:
    with pytest.raises(NotFound):
        propose(cast, county, july(5), valid_from=july(8), user=cast.outsider, due_soon_days=10)
    version = propose(cast, county, july(5), valid_from=july(8), due_soon_days=10)
    with pytest.raises(NotFound):
        confirm(cast, july(6), version, cast.city_leader)  # a city sees what is its own
    cast.leader.region = county.other
    with pytest.raises(NotFound):
        confirm(cast, july(6), version, cast.leader)


def test_of_two_who_decide_the_second_is_told(county: County, cast: Cast) -> None:
    version = propose(cast, county, july(5), valid_from=july(8), due_soon_days=10)
    confirm(cast, july(6), version)
    with pytest.raises(Invalid, match=r"赵督查在 2024-07-06 已经处理了.*已确认"):
        confirm(cast, july(7), version, cast.leader)
    with clock.as_of(july(7)), pytest.raises(Invalid, match="已经处理"):
        version_withdraw(user=cast.dispatcher, version_id=version.pk)
    assert Decision.objects.count() == 1


def test_a_rejected_or_withdrawn_proposal_never_holds(county: County, cast: Cast) -> None:
    first = propose(cast, county, july(5), valid_from=july(5), due_soon_days=10)
    with clock.as_of(july(6)):
        with pytest.raises(Invalid, match="驳回的理由"):
            version_reject(user=cast.supervision, version_id=first.pk, reason=" ")
        version_reject(user=cast.supervision, version_id=first.pk, reason="没有依据")
    second = propose(cast, county, july(6), valid_from=july(6), due_soon_days=11)
    with clock.as_of(july(6)):
        with pytest.raises(NotAllowed, match="只有提议人"):
            version_withdraw(user=cast.office, version_id=second.pk)
        version_withdraw(user=cast.dispatcher, version_id=second.pk)
    assert soon(county.region, july(20)) == 7
    assert [v.number for v in Version.objects.order_by("pk")] == [1, 2]


def test_a_proposal_from_an_older_version_is_told_the_difference(county: County, cast: Cast) -> None:
    confirm(cast, july(1), propose(cast, county, july(1), valid_from=july(1), due_soon_days=10))
    with pytest.raises(Stale) as refused:
        propose(cast, county, july(2), valid_from=july(3), due_soon_days=14, based_on=None)
    (told,) = refused.value.details.values()
    assert (told["label"], told["theirs"], told["yours"]) == ("提前多少天算临期", "10", "14")


def test_of_two_proposals_the_second_is_stale_once_the_first_holds(county: County, cast: Cast) -> None:
    first = propose(cast, county, july(1), valid_from=july(3), due_soon_days=10)
    second = propose(cast, county, july(1), valid_from=july(3), user=cast.office, due_soon_days=14)
    confirm(cast, july(2), first)
    with pytest.raises(Stale) as refused:
        confirm(cast, july(2), second, cast.leader)
    (told,) = refused.value.details.values()
    assert (told["theirs"], told["yours"]) == ("10", "14")
    assert soon(county.region, july(3)) == 10


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"due_soon_days": 400}, "应为整数，0 到 366"),
        ({"due_soon_days": "七"}, "“七”不行"),
        ({"due_soon_days": ""}, "请填写"),
        ({"body": {**DAYS, "other": 1}}, "没有“other”这一栏"),
        ({"body": [DAYS]}, "不是这张表的样子"),
        ({"due_soon_days": 7}, "完全一样"),
        ({"due_soon_days": 8, "source": " "}, "请写明依据"),
        ({"due_soon_days": 8, "reason": ""}, "请写明修改理由"),
        ({"due_soon_days": 8, "confidence": "memory-unsure"}, "拿不准的内容"),
        ({"due_soon_days": 8, "valid_from": date(2024, 7, 4)}, "追溯生效"),
        ({"due_soon_days": 8, "valid_to": date(2024, 7, 7)}, "失效日不能早于"),
    ],
)
def test_what_cannot_be_proposed(county: County, cast: Cast, told: dict[str, Any], words: str) -> None:
    given = {"valid_from": july(8), "source": "县长办公会纪要", "confidence": "source"} | told
    if told == {"due_soon_days": 7}:  # nothing changes, head and body
        given |= {
            "source": table(STANDING, region=None).source,
            "confidence": "practice",
        }
    with pytest.raises(Invalid, match=words):
        propose(cast, county, july(5), **given)
    assert not Version.objects.exists()


def test_the_source_alone_can_be_confirmed(county: County, cast: Cast) -> None:
    """The same figures, now with a document that sets them."""
    version = propose(
        cast, county, july(5), valid_from=july(5), confidence="source", source="左政办发〔2024〕7号"
    )
    confirm(cast, july(5), version)
    with clock.as_of(july(5)):
        found = table(STANDING, region=county.region)
    assert (found.source, found.confidence) == ("左政办发〔2024〕7号", "source")


def test_every_step_is_in_the_log(county: County, cast: Cast) -> None:
    confirm(cast, july(6), propose(cast, county, july(5), valid_from=july(8), due_soon_days=10))
    proposed, confirmed = AuditEntry.objects.filter(object_type="tables.version").order_by("id")
    assert (proposed.action, proposed.actor) == ("tables.version_propose", cast.dispatcher)
    assert proposed.before == {"提前多少天算临期": "7"}
    assert proposed.after["提前多少天算临期"] == "10"
    assert (confirmed.action, confirmed.actor) == ("tables.version_confirm", cast.supervision)


def test_versions_and_decisions_are_written_once(county: County, cast: Cast) -> None:
    version = confirm(cast, july(6), propose(cast, county, july(5), valid_from=july(8), due_soon_days=10))
    with pytest.raises(AppendOnlyError):
        version.save()
    with pytest.raises(AppendOnlyError):
        Decision.objects.all().delete()
    for sql in ("UPDATE tables_version SET number = 9", "DELETE FROM tables_decision"):
        refused = pytest.raises(DatabaseError, match="append-only")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_rows_are_read_with_their_types(county: County, limits: Table) -> None:
    found = table(LIMITS, region=county.region, day=july(1))
    order = found.row("order")
    assert order == ROW | {"price": Decimal("0.35"), "since": date(2024, 1, 1), "whom": ("督查室", "县领导")}
    assert (found.unit, found.value("days", "order")) == ("个", 5)
    with pytest.raises(TypeError):
        order["days"] = 6  # type: ignore[index]


def test_what_is_not_sure_or_missing_blocks_who_asks_for_it(county: County, limits: Table) -> None:
    found = table(LIMITS, region=county.region, day=july(1))
    with pytest.raises(Blocked, match="事项的时限现在不能用：参数表“办理时限”里的“诉求”待确认。请督查室提供"):
        found.row("case")
    with pytest.raises(Blocked, match="里没有“step”"):
        found.row("step")
    assert found.row_or_none("case") is None
    with pytest.raises(Blocked, match="没有 2026-01-01 可用的内容"):
        table(LIMITS, region=county.region, day=date(2026, 1, 1))
    assert table_or_none(LIMITS, region=county.region, day=date(2023, 1, 1)) is None


def test_a_missing_value_is_never_guessed(county: County, cast: Cast, limits: Table) -> None:
    rows = [ROW | {"price": ""}]
    confirm(cast, july(5), propose(cast, county, july(5), valid_from=july(5), code=LIMITS, body=rows))
    with clock.as_of(july(5)):
        found = table(LIMITS, region=county.region)
    assert found.row("order")["price"] is None
    with pytest.raises(Blocked, match="“交办单”的“单价”还没有填"):
        found.value("price", "order")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([ROW, ROW], "与第 1 行重复"),
        ([], "至少要有一行"),
        ([ROW | {"days": 60}, ROW | {"item": "case", "days": 60}], "合计不能超过 90 天"),
        ([ROW | {"item": "step"}], "以下之一：交办单、诉求"),
        ([ROW | {"since": "2024-02-30"}], "日期，如 2024-03-31"),
        ([ROW | {"price": "很多"}], "“很多”不行；应为数字"),
    ],
)
def test_rows_that_cannot_be(county: County, cast: Cast, limits: Table, rows: Any, words: str) -> None:
    with pytest.raises(Faulty, match=words):
        propose(cast, county, july(5), valid_from=july(8), code=LIMITS, body=rows)


def test_rows_are_taken_as_people_type_them(county: County, cast: Cast, limits: Table) -> None:
    typed = ROW | {"item": "诉求", "days": "１２", "price": "1,200.50", "since": "2024年3月5日"}
    typed |= {"escalates": "是", "whom": "督查室，县领导"}
    version = propose(cast, county, july(5), valid_from=july(8), code=LIMITS, body=[typed])
    assert version.body == [
        ROW | {"item": "case", "days": 12, "price": "1200.5", "since": "2024-03-05"},
    ]


def test_a_page_asks_for_all_tables_in_one_query(county: County, cast: Cast) -> None:
    confirm(cast, july(5), propose(cast, county, july(5), valid_from=july(5), due_soon_days=10))
    soon(county.region, july(5))
    with CaptureQueriesContext(connection) as queries, clock.as_of(july(6)):
        assert table(STANDING, region=county.region).body["due_soon_days"] == 10
    assert len(queries) == 1


def test_a_confirmation_that_is_undone_was_never_known(county: County, cast: Cast) -> None:
    """The number of a version that was rolled back is given again; nothing remembers the first."""
    for days in (10, 12):
        try:
            with transaction.atomic():
                confirm(cast, july(5), propose(cast, county, july(5), valid_from=july(5), due_soon_days=days))
                assert soon(county.region, july(5)) == days
                raise UndoneError
        except UndoneError:
            assert soon(county.region, july(5)) == 7


class UndoneError(Exception):
    """Takes a transaction back."""
