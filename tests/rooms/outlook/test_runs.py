"""Runs: what they find, that the same inputs are kept once, and that nothing kept is changed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from tests.cast import Cast, County
from tests.rooms.ledger.desk import coal_task, step_task
from tests.rooms.outlook.desk import COAL, DAY, MONTHS, mine, mine_rows, model, outlook_of, row, run, told

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.outlook.months import month_of
from tiaodu.foundation import clock
from tiaodu.foundation.appendonly import AppendOnlyError
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.evidence.services import evidence_record
from tiaodu.foundation.jobs.models import Job
from tiaodu.foundation.jobs.run import Cancelled
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.ledger.models import Indicator
from tiaodu.rooms.outlook.models import Basis, Outlook, Run
from tiaodu.rooms.outlook.selectors.gathered import gathered
from tiaodu.rooms.outlook.selectors.known import months_of
from tiaodu.rooms.outlook.services import outlook_ask, outlook_run
from tiaodu.rooms.outlook.services.counties import outlooks_run

pytestmark = pytest.mark.django_db


def test_a_promise_with_a_node_has_a_chance_a_range_and_drivers(county: County, cast: Cast) -> None:
    task = mine(county, cast)
    found = outlook_of(task, run(county))
    assert found.basis == Basis.TREE
    assert found.chance is not None
    assert 0 < found.chance < 1
    assert found.p10 is not None
    assert found.p50 is not None
    assert found.p90 is not None
    # Five months are known, seven are to come: about 19.6 and 7 × 3.8 ten thousand tonnes, in tonnes.
    assert 400_000 < found.p10 < found.p50 < found.p90 < 520_000
    assert {each["name"] for each in found.drivers} >= {"shigang:other.luck", "shigang:other.stops"}
    assert found.pace["done"] == pytest.approx(196_000)
    assert found.pace["needed"] == pytest.approx((480_000 - 196_000) / 7)
    assert found.provenance["series"] == "observation"
    assert found.provenance["needed"][0] == COAL
    nodes = found.run.nodes[COAL]
    assert nodes["months"]["2024-05"] == pytest.approx(4.3)
    assert nodes["zh"]["formula"] == "公式：4万吨 * luck * stops"


def test_the_same_inputs_are_kept_once_and_other_inputs_beside_them(county: County, cast: Cast) -> None:
    task = mine(county, cast)
    first, again = run(county), run(county)
    assert first.pk == again.pk
    assert AuditEntry.objects.filter(action="outlook.run").count() == 1
    assert run(county, seed=2).pk != first.pk
    told(cast, task, {6: 240_000}, day=DAY)
    changed = run(county)
    assert changed.digest != first.digest
    assert Outlook.objects.filter(run=first).count() == Outlook.objects.filter(run=changed).count() == 1


def test_an_earlier_day_is_replayed_exactly(county: County, cast: Cast) -> None:
    task = mine(county, cast)
    then = run(county, date(2024, 5, 10))
    told(cast, task, {6: 240_000}, day=date(2024, 7, 3))
    model(county, cast, mine_rows(rule="5万吨 * luck * stops"), day=date(2024, 7, 3), based_on=_version())
    with clock.as_of(date(2024, 8, 1)):
        again = outlook_run(region=county.region, as_of=date(2024, 5, 10), scenarios=400)
    assert (again.new, again.run.pk) == (False, then.pk)
    known = gathered(county.region, date(2024, 5, 10)).case.inputs.known[COAL]
    assert max(known) == month_of("2024-04")


def _version() -> int:
    from tiaodu.foundation.tables.models import Version  # noqa: PLC0415

    return int(Version.objects.latest("pk").pk)


def test_what_changed_since_the_last_run_is_told_by_its_cause(county: County, cast: Cast) -> None:
    task = mine(county, cast)
    run(county, date(2024, 5, 10))
    model(county, cast, mine_rows(rule="5万吨 * luck * stops"), day=date(2024, 6, 20), based_on=_version())
    found = outlook_of(task, run(county))
    assert [each["group"] for each in found.changes] == ["evidence", "model"]
    assert found.changes[1]["middle"] > 0


def test_what_is_decided_is_told_as_a_fact(county: County, cast: Cast) -> None:
    reached = mine(county, cast, value=Decimal(190_000))
    found = outlook_of(reached, run(county))
    assert (found.basis, found.chance, found.kept, found.reason["code"]) == (
        Basis.FACT,
        None,
        True,
        "reached",
    )
    with clock.as_of(date(2025, 1, 5)):
        later = outlook_run(region=county.region, as_of=date(2025, 1, 5), scenarios=400).run
    assert outlook_of(reached, later).basis == Basis.FACT


def test_a_due_that_passed_is_judged_by_what_was_told_and_not_where_nothing_was(
    county: County, cast: Cast
) -> None:
    short = coal_task(county, cast, due=date(2024, 5, 31), value=Decimal(200_000))
    told(cast, short, {**MONTHS})
    found = outlook_of(short, run(county))
    assert (found.basis, found.kept, found.reason["code"]) == (Basis.FACT, False, "due_passed")
    silent = step_task(county, cast)
    found = Outlook.objects.get(task=silent, run=run(county))
    assert (found.basis, found.chance, found.reason["code"]) == (Basis.FACT, None, "due_passed_open")


def test_a_promise_with_nothing_behind_it_says_why_and_has_no_figure(county: County, cast: Cast) -> None:
    bare = coal_task(county, cast)
    found = outlook_of(bare, run(county))
    assert (found.basis, found.chance, found.p50) == (Basis.NOTHING, None, None)
    assert (found.reason["code"], found.reason["count"]) == ("few_months", 0)
    undated = coal_task(county, cast, due=None, title="石港煤业原煤产量达到60万吨", value=Decimal(600_000))
    assert outlook_of(undated, run(county)).reason["code"] == "no_due"


def test_without_a_node_the_months_themselves_are_asked(county: County, cast: Cast) -> None:
    task = coal_task(county, cast)
    told(cast, task)
    found = outlook_of(task, run(county))
    assert found.basis == Basis.SERIES
    assert found.chance is not None
    assert found.pace["months"] == 7


def test_a_node_that_cannot_be_run_is_left_out_with_its_reason(county: County, cast: Cast) -> None:
    task = coal_task(county, cast)
    rows = [
        row("shigang:facility_count.line", "arrivals", adds="last", unit="条", figures="0 nothing/A1=1"),
        row(
            COAL,
            "formula",
            adds="sum",
            unit="万吨",
            rule="1万吨/条 * a",
            inputs="a=shigang:facility_count.line",
        ),
    ]
    model(county, cast, rows)
    found = outlook_of(task, run(county))
    assert found.basis == Basis.NOTHING
    assert "nothing/A1" in found.reason["why"]["zh"]
    assert any("nothing/A1" in each["zh"] for each in found.run.findings)


def test_children_add_up_by_the_register(county: County, cast: Cast) -> None:
    county.subjects["zhengzhu"].parent = county.subjects["shigang"]
    county.subjects["zhengzhu"].save()
    model(county, cast, [row("zhengzhu:output.coal.raw", "given", adds="sum", unit="万吨", figures="3")])
    task = coal_task(county, cast, value=Decimal(300_000))
    found = outlook_of(task, run(county))
    assert found.basis == Basis.TREE
    assert found.p50 == pytest.approx(360_000)
    assert found.chance == pytest.approx(1 - 0.5 / 400)


def test_nothing_kept_is_changed(county: County, cast: Cast) -> None:
    found = outlook_of(mine(county, cast), run(county))
    with pytest.raises(AppendOnlyError):
        found.save()
    for statement in ("UPDATE outlook_outlook SET chance = 1", "DELETE FROM outlook_run"):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as at,
        ):
            at.execute(statement)


def test_a_day_that_has_not_come_and_a_wrong_number_of_scenarios_are_refused(county: County) -> None:
    with clock.as_of(DAY):
        with pytest.raises(Invalid):
            outlook_run(region=county.region, as_of=date(2024, 7, 2))
        with pytest.raises(Invalid):
            outlook_run(region=county.region, as_of=DAY, scenarios=10_001)
    assert not Run.objects.exists()


def test_who_may_ask_for_a_run(county: County, cast: Cast) -> None:
    with clock.as_of(DAY):
        job = outlook_ask(user=cast.dispatcher, region=county.region, as_of=DAY)
        for person in (cast.energy, cast.leader, cast.firm, cast.bank):
            with pytest.raises(NotAllowed):
                outlook_ask(user=person, region=county.region, as_of=DAY)
        with pytest.raises(NotFound):
            outlook_ask(user=cast.outsider, region=county.region, as_of=DAY)
    assert Job.objects.get().pk == job.pk


def test_a_cancelled_run_leaves_nothing(county: County, cast: Cast) -> None:
    mine(county, cast)

    def cancel(done: int, _total: int, _words: str) -> None:
        if done == 3:
            raise Cancelled

    with clock.as_of(DAY), pytest.raises(Cancelled):
        outlook_run(region=county.region, as_of=DAY, scenarios=400, report=cancel)
    assert not Run.objects.exists()


def test_the_command_line_shows_the_run_that_is_kept(
    county: County, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    task = mine(county, cast)
    with clock.as_of(DAY):
        call_command(
            "outlook", "--day", "2024-07-01", "--region", "140722", "--scenarios", "400", "--lang", "zh"
        )
        with pytest.raises(CommandError, match="没有这个地区"):
            call_command("outlook", "--day", "2024-07-01", "--region", "999999", "--lang", "zh")
    line = next(line for line in capsys.readouterr().out.splitlines() if "石港煤业" in line)
    made = Run.objects.get()
    assert f"{round((outlook_of(task, made).chance or 0) * 100)}%" in line


def test_many_counties_are_run_by_the_code_of_one(county: County, cast: Cast) -> None:
    mine(county, cast)
    nowhere = Region.objects.create(
        code="140799", name="空县", level="county", path="140000/140700/140799/", parent=county.region.parent
    )
    with clock.as_of(DAY):
        own, empty = outlooks_run(regions=[county.region, nowhere], as_of=DAY, spread=map, scenarios=400)
        assert own.run is not None
        assert own.run == outlook_run(region=county.region, as_of=DAY, scenarios=400).run
        assert (own.new, own.refusal) == (True, "")
        assert empty.run is not None
        assert not empty.run.outlooks.exists()
        (late,) = outlooks_run(regions=[county.region], as_of=date(2099, 1, 1), spread=map)
    assert late.run is None
    assert "不能晚于今天" in late.refusal


def test_months_are_what_each_brought_and_a_gap_is_shared() -> None:
    from tiaodu.foundation.evidence.selectors.boards import Cell  # noqa: PLC0415

    def so_far(month: int, value: int) -> Cell:
        end = date.fromordinal(date(2024, month + 1, 1).toordinal() - 1)
        return Cell(Decimal(value), date(2024, 1, 1), end, month)

    found = months_of([so_far(1, 10), so_far(3, 40), so_far(4, 36)], "flow")
    assert found == {month_of(f"2024-0{m}"): v for m, v in {1: 10, 2: 15, 3: 15, 4: -4}.items()}
    assert months_of([so_far(2, 7)._replace(period_end=date(2024, 2, 20))], "flow") == {}
    assert months_of([so_far(5, 18)], "stock") == {month_of("2024-05"): 18}


def test_what_the_mine_itself_told_is_not_mixed_in(county: County, cast: Cast) -> None:
    task = mine(county, cast)
    measure = Indicator.objects.get(task=task).measure
    assert measure is not None
    before = gathered(county.region, DAY).known[COAL]
    with clock.as_of(date(2024, 6, 10)):
        evidence_record(
            user=cast.firm,
            subject=county.subjects["shigang"],
            measure=measure,
            series="dispatch",
            period=Period.parse("2024-05"),
            value=Decimal(99_000),
            source_kind="tests",
            source_id="1",
        )
    after = gathered(county.region, DAY).known[COAL]
    assert (after.series, after.months) == ("observation", before.months)
