"""Units on their way into the list: what is judged, who does what, what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, County
from tests.rooms.returns.entry.desk import (
    AFTER,
    BATCHES,
    IN_TIME,
    confirm_table,
    firm,
    hand_in_all,
    into_the_list,
    paper,
    person_of,
    step,
    supply_batches,
    tell,
    unit,
    year,
)

from tiaodu.foundation import clock
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.foundation.registry.models import Liaison
from tiaodu.foundation.tables.blocked import Blocked
from tiaodu.rooms.returns.entry import services
from tiaodu.rooms.returns.entry.judging import private_in
from tiaodu.rooms.returns.entry.models import EntryPaper, EntryStep, EntryUnit
from tiaodu.rooms.returns.entry.selectors.alerts import entry_alerts
from tiaodu.rooms.returns.entry.selectors.private import private_lines
from tiaodu.rooms.returns.entry.selectors.rows import row_of, rows_of
from tiaodu.rooms.returns.entry.selectors.scope import sees_chances, units_visible_to

pytestmark = pytest.mark.django_db


def test_ten_units_one_misses_a_paper_and_the_count_ends_at_nought(county: County, cast: Cast) -> None:
    supply_batches(county, cast)
    units = [unit(county, cast, f"示例手套{n}厂") for n in range(10)]
    user = person_of(cast, *units)
    for each in units:
        tell(cast, each, year(230))
    with clock.as_of(IN_TIME):
        for n, each in enumerate(units):
            step(cast.dispatcher, each, "expect")
            hand_in_all(user, each, but=("pledge",) if n == 9 else ())
        for each in units[:9]:
            into_the_list(cast, each, "2024-N1")
        with pytest.raises(Invalid, match="统计数据真实性承诺书"):
            step(cast.dispatcher, units[9], "papers_whole", batch="2024-N1")
    everybody = EntryUnit.objects.all()
    assert [row.verdict for row in rows_of(everybody, IN_TIME)].count("absent") == 0
    late = [row for row in rows_of(everybody, AFTER) if row.verdict == "absent"]
    assert [row.unit for row in late] == [units[9]]
    assert late[0].earliest and late[0].earliest.code == "2024-N1"
    with clock.as_of(AFTER):
        assert "pledge" in {each.code for each in row_of(units[9]).missing}
        hand_in_all(user, units[9])
        into_the_list(cast, units[9], "2024-N2")
        assert [row.verdict for row in rows_of(everybody)] == ["listed"] * 10


def test_what_held_on_a_past_day_is_shown_as_it_was(county: County, cast: Cast) -> None:
    supply_batches(county, cast)
    one = unit(county, cast)
    user = person_of(cast, one)
    tell(cast, one, year(230))
    with clock.as_of(IN_TIME):
        step(cast.dispatcher, one, "expect")
    with clock.as_of(AFTER):
        hand_in_all(user, one)
    then = row_of(one, date(2024, 10, 20))
    assert then.state.code == "lead"
    assert not then.papers
    assert row_of(one, date(2024, 9, 1)).reached.outcome == "below"


def test_without_batches_the_annual_round_waits_and_says_for_whom(county: County, cast: Cast) -> None:
    one = unit(county, cast)
    tell(cast, one, year(230))
    row = row_of(one, AFTER)
    assert row.judging.waiting is not None
    assert "统计局" in row.judging.waiting.message
    assert row.next_batch is None
    assert row.earliest is None


def test_a_new_plant_comes_in_by_the_month_without_any_batch_supplied(county: County, cast: Cast) -> None:
    one = unit(county, cast, opened_on=date(2023, 11, 2), first_sales_on=date(2023, 12, 1), newly_built=True)
    tell(cast, one, [("2024-03", 1200), ("2024-04", 900)])
    row = row_of(one, date(2024, 5, 13))
    assert row.channel.code == "monthly"
    assert row.earliest and row.earliest.code == "2024-05"
    assert row.verdict == "in_time"
    assert row.days_left == 5
    assert row_of(one, date(2024, 5, 21)).verdict == "absent"


def test_january_with_february_counts_as_both(county: County, cast: Cast) -> None:
    supply_batches(county, cast)
    one = unit(county, cast)
    tell(cast, one, [("2024-01..2024-02", 500), *year(220, until=9)[2:]])
    row = row_of(one, IN_TIME)
    assert row.reached.amount and row.reached.amount.months == 9
    assert row.reached.outcome == "reached"
    assert [str(month) for month in row.missing_months] == ["2023-10", "2023-11", "2023-12"]


def test_figures_of_a_form_that_does_not_state_the_use_are_not_read(county: County, cast: Cast) -> None:
    supply_batches(county, cast)
    one = unit(county, cast)
    tell(cast, one, year(230), form="coal_daily")
    assert row_of(one, IN_TIME).reached.outcome == "unknown"


def test_only_the_unit_hands_in_its_papers_and_tells_its_year(county: County, cast: Cast) -> None:
    supply_batches(county, cast)
    one = unit(county, cast)
    tell(cast, one, year(230))
    officials = [cast.leader, cast.dispatcher, cast.statistics, cast.industry, cast.supervision, cast.admin]
    with clock.as_of(IN_TIME):
        for user in [*officials, cast.liaison, cast.outsider, cast.bank, cast.clerk]:
            with pytest.raises((NotAllowed, NotFound)):
                services.paper_hand_in(user=user, unit_id=one.pk, paper="licence", file=paper(user))
            with pytest.raises((NotAllowed, NotFound)):
                services.declaration_make(
                    user=user, unit_id=one.pk, through=date(2024, 9, 1), amounts={"revenue": Decimal(1)}
                )
        assert not EntryPaper.objects.exists()
        user = person_of(cast, one)
        made = services.paper_hand_in(user=user, unit_id=one.pk, paper="licence", file=paper(user))
    assert made.batch == "2024-N1"


def test_a_paper_sent_back_is_missing_again(county: County, cast: Cast) -> None:
    supply_batches(county, cast)
    one = unit(county, cast)
    user = person_of(cast, one)
    tell(cast, one, year(230))
    with clock.as_of(IN_TIME):
        hand_in_all(user, one)
        handed = EntryPaper.objects.get(paper="licence")
        with pytest.raises(Invalid, match="为什么"):
            services.paper_send_back(user=cast.statistics, paper_id=handed.pk, reason=" ")
        with pytest.raises(NotAllowed):
            services.paper_send_back(user=user, paper_id=handed.pk, reason="不清楚")
        services.paper_send_back(user=cast.statistics, paper_id=handed.pk, reason="没有盖章")
        assert [each.code for each in row_of(one).missing] == ["licence"]
        with pytest.raises(Invalid, match="已经退回"):
            services.paper_send_back(user=cast.statistics, paper_id=handed.pk, reason="没有盖章")


def test_steps_belong_to_who_takes_them(county: County, cast: Cast) -> None:
    supply_batches(county, cast)
    one = unit(county, cast)
    user = person_of(cast, one)
    tell(cast, one, year(230))
    with clock.as_of(IN_TIME):
        with pytest.raises(NotAllowed):
            step(user, one, "cultivate")
        with pytest.raises(NotFound):
            step(cast.outsider, one, "cultivate")
        step(cast.dispatcher, one, "expect")
        hand_in_all(user, one)
        for code in ("papers_whole", "to_county"):
            step(cast.dispatcher, one, code, batch="2024-N1")
        with pytest.raises(NotAllowed, match="统计局"):
            step(cast.dispatcher, one, "to_city")
        step(cast.statistics, one, "to_city")
        with pytest.raises(Invalid, match="不能"):
            step(cast.statistics, one, "approved")
        with pytest.raises(Invalid, match="原因"):
            step(cast.statistics, one, "sent_back")


def test_of_two_who_act_at_once_the_second_is_told_what_the_first_did(county: County, cast: Cast) -> None:
    one = unit(county, cast)
    with clock.as_of(IN_TIME):
        step(cast.dispatcher, one, "cultivate")
        with pytest.raises(Stale) as refused:
            step(cast.statistics, one, "expect", revision=0)
    assert "列入培育" in str(refused.value.details)
    assert EntryStep.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"day": date(2024, 12, 1)}, "今天之后"),
        ({"day": date(2024, 10, 1)}, "早于上一步"),
        ({"batch": ""}, "批次"),
        ({"batch": "2023-N1"}, "截止"),
        ({"batch": "2024-N1"}, "没有达到标准"),
    ],
)
def test_a_step_that_does_not_fit_is_refused_in_words(
    county: County, cast: Cast, more: dict[str, object], words: str
) -> None:
    supply_batches(county, cast)
    one = unit(county, cast)
    tell(cast, one, year(150))
    with clock.as_of(IN_TIME):
        step(cast.dispatcher, one, "expect")
        with pytest.raises(Invalid, match=words):
            step(cast.dispatcher, one, "papers_whole", **{"batch": "2024-N1", **more})


def test_leaving_the_list_names_why_with_proof(county: County, cast: Cast) -> None:
    supply_batches(county, cast)
    one = unit(county, cast)
    user = person_of(cast, one)
    tell(cast, one, year(230))
    with clock.as_of(IN_TIME):
        step(cast.dispatcher, one, "expect")
        hand_in_all(user, one)
        into_the_list(cast, one, "2024-N1")
        with pytest.raises(Invalid, match=r"佐证文件.*类别"):
            step(cast.statistics, one, "left", reason="连续两年不达标")
        step(
            cast.statistics,
            one,
            "left",
            reason="连续两年不达标",
            exit="below",
            proof=paper(cast.statistics),
        )
    row = row_of(one, AFTER)
    assert row.state.code == "left"
    assert row.steps[-1].exit == "below"


def test_facts_are_the_units_and_the_keepers_each_their_own(county: County, cast: Cast) -> None:
    one = unit(county, cast)
    user = person_of(cast, one)
    with clock.as_of(IN_TIME):
        services.unit_edit(user=user, unit_id=one.pk, version=1, newly_built=True)
        with pytest.raises(NotAllowed, match="经济类型"):
            services.unit_edit(user=user, unit_id=one.pk, version=2, ownership="private")
        with pytest.raises(Stale):
            services.unit_edit(user=cast.dispatcher, unit_id=one.pk, version=1, newly_built=False)
        with pytest.raises(Invalid, match="今天之后"):
            services.unit_edit(user=user, unit_id=one.pk, version=2, opened_on=date(2025, 1, 1))
        with pytest.raises(NotAllowed):
            services.unit_edit(user=cast.leader, unit_id=one.pk, version=2, newly_built=False)


def test_a_firm_is_taken_in_once_and_only_a_firm(county: County, cast: Cast) -> None:
    one = unit(county, cast)
    with clock.as_of(IN_TIME):
        with pytest.raises(Invalid, match="已经在"):
            services.unit_add(user=cast.dispatcher, subject=one.subject)
        with pytest.raises(Invalid, match="不是在用"):
            services.unit_add(user=cast.dispatcher, subject=county.subjects["glove"])
        with pytest.raises(NotAllowed):
            services.unit_add(user=cast.leader, subject=firm(county, "示例二厂"))
        with pytest.raises(NotFound):
            services.unit_add(user=cast.outsider, subject=firm(county, "示例三厂"))


def test_a_firm_sees_itself_and_a_cadre_what_she_looks_after(county: County, cast: Cast) -> None:
    one, other = unit(county, cast), unit(county, cast, "示例手套二厂")
    user = person_of(cast, one)
    Liaison.objects.create(
        subject=other.subject,
        role="officer",
        user=cast.liaison,
        valid_from=date(2024, 1, 1),
        known_on=date(2024, 1, 1),
    )
    with clock.as_of(IN_TIME):
        assert list(units_visible_to(user)) == [one]
        assert list(units_visible_to(cast.liaison)) == [other]
        assert units_visible_to(cast.dispatcher).count() == 2
        assert row_of(other).helper == str(cast.liaison)
        for nobody in (cast.outsider, cast.bank, cast.city_leader):
            assert not units_visible_to(nobody).exists()


def test_chances_are_for_dispatch_leaders_and_departments(cast: Cast) -> None:
    seeing = {name for name in vars(cast) if sees_chances(getattr(cast, name))}
    assert seeing == {"leader", "dispatcher", "statistics", "energy", "industry", "outsider"}


def test_private_firms_wait_for_a_confirmed_scope_and_count_strictly(county: County, cast: Cast) -> None:
    units = [unit(county, cast, f"示例民企{n}", ownership="private") for n in range(4)]
    for each, amount in zip(units, (50, 41.666667, 36, 60), strict=True):
        tell(cast, each, [(f"2023-{month:02}", amount) for month in range(10, 13)])
        tell(cast, each, year(amount, until=9 if each != units[3] else 2))
    tell(cast, unit(county, cast, "示例国企"), year(900))
    with clock.as_of(date(2024, 10, 10)), pytest.raises(Blocked, match="待确认"):
        private_in(county.region, date(2024, 10, 10))
    row = {"code": "over_500", "above": 500, "near": 400, "target": 130, "zh": "民企", "en": "private"}
    confirm_table(county, cast, "returns.entry_private", [{**row, "confidence": "source"}])
    rule, lines = private_lines(EntryUnit.objects.all(), county.region, date(2024, 10, 10))
    assert rule.target == 130
    assert {line.name: line.outcome for line in lines} == {
        "示例民企0": "over",
        "示例民企1": "over",
        "示例民企2": "near",
        "示例民企3": "unknown",
    }


def test_alerts_name_the_absent_and_the_missing_papers(county: County, cast: Cast) -> None:
    supply_batches(county, cast)
    one = unit(county, cast)
    tell(cast, one, year(230))
    (near,) = entry_alerts(region=county.region, as_of=IN_TIME)
    assert near.kind == "returns.papers"
    found = {alert.kind: alert for alert in entry_alerts(region=county.region, as_of=AFTER)}
    assert "2024-11-05" in found["returns.absent"].reason
    assert not found["returns.absent"].audience.released


def test_rows_cost_the_same_number_of_queries(county: County, cast: Cast) -> None:
    supply_batches(county, cast)
    counts = []
    for n in range(3):
        one = unit(county, cast, f"示例手套{n}厂")
        tell(cast, one, year(230))
        with (
            clock.as_of(AFTER),
            CaptureQueriesContext(
                connection,
            ) as queries,
        ):
            for row in rows_of(EntryUnit.objects.all()):
                assert (row.verdict, row.missing, row.helper) is not None
        counts.append(len(queries))
    assert counts[1] == counts[2]
    assert counts[2] <= 30  # a third of them tables, which a request asks for once


def test_a_damaged_batch_calendar_is_refused(county: County, cast: Cast) -> None:
    with pytest.raises(Invalid, match="截止日"):
        supply_batches(county, cast, [{**BATCHES[0], "closes_on": "2023-09-01"}])
