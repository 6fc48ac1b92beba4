"""Outlooks against what came: outcomes from evidence, what counts, who sees it, replay, correction."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from tests.cast import Cast, County
from tests.rooms.ledger.desk import a_proof, coal_task
from tests.rooms.outlook.desk import DAY, FEW, mine, outlook_of, run, told

from tiaodu.engine.outlook.scoring import State
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.jobs.models import Job
from tiaodu.foundation.jobs.run import Cancelled
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound
from tiaodu.foundation.tables.services import version_confirm, version_propose
from tiaodu.rooms.ledger import services as ledger
from tiaodu.rooms.ledger.models import Indicator, Progress, Task
from tiaodu.rooms.outlook.jobs import replay_year
from tiaodu.rooms.outlook.models import Outlook, Run
from tiaodu.rooms.outlook.selectors.scores import ScoreRow, scores_for
from tiaodu.rooms.outlook.services import outlook_replay, replay_ask

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
JUNE, DECEMBER, AFTER = date(2024, 6, 10), date(2024, 12, 31), date(2025, 1, 10)
PAGE = "/outlook/scores/"


def page(client: Client, url: str = PAGE, day: date = AFTER) -> str:
    with override_settings(TIAODU_TODAY=day):
        answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def ends(cast: Cast, task: Task, value: int, on: date = date(2025, 1, 4)) -> None:
    """The figure of the whole year is told."""
    with clock.as_of(on):
        ledger.progress_report(
            user=cast.energy,
            task_id=task.pk,
            indicator_id=Indicator.objects.get(task=task).pk,
            text="示例",
            period_end=DECEMBER,
            value=Decimal(value),
        )


def scores(user: User, day: date = AFTER) -> list[ScoreRow]:
    with clock.as_of(day):
        return scores_for(user)


@pytest.fixture
def task(county: County, cast: Cast) -> Task:
    """A promise of 490,000 tonnes, and what was thought of it in June and July."""
    task = mine(county, cast, value=Decimal(490_000))
    run(county, JUNE)
    run(county)
    return task


def test_before_anything_is_decided_the_page_says_so(cast: Cast, client_of: Browser, task: Task) -> None:
    html = page(client_of(cast.leader), day=DECEMBER)
    assert "都还没有结果；最早的 2024-12-31 到期" in html
    assert "到 2024-05-31 已有 19.6万吨" in html
    assert "布赖尔分" not in html.split('class="lead"')[0]
    assert {row.outcome.state for row in scores(cast.leader, DECEMBER)} == {State.OPEN}


def test_without_any_outlook_the_page_teaches(county: County, cast: Cast, client_of: Browser) -> None:
    html = page(client_of(cast.leader))
    assert "还没有说过把握的研判" in html
    assert "还没有可以对照的研判" in html


@pytest.mark.parametrize(("value", "state"), [(489_999, State.BROKEN), (490_000, State.KEPT)])
def test_the_figure_of_the_year_decides_and_not_the_outlook(
    cast: Cast, task: Task, value: int, state: State
) -> None:
    ends(cast, task, value)
    assert {row.outcome.state for row in scores(cast.leader, date(2025, 1, 3))} == {State.WAITING}
    rows = scores(cast.leader)
    assert {(row.outcome.state, row.outcome.value, row.outcome.decided) for row in rows} == {
        (state, float(value), date(2025, 1, 4))
    }
    assert [row.month for row in sorted(rows, key=lambda row: row.month)] == ["2024-06", "2024-07"]
    worst = rows[0]
    assert worst.surprise == max(row.surprise for row in rows)
    assert worst.given == pytest.approx(min(row.given or 0 for row in rows))


def test_the_page_tells_what_was_told_and_what_came(cast: Cast, client_of: Browser, task: Task) -> None:
    ends(cast, task, 470_000)
    html = page(client_of(cast.dispatcher))
    assert "有结果的承诺只有 1 项（研判 2 次），太少" in html
    assert "未兑现" in html
    assert "47万吨" in html
    july = page(client_of(cast.dispatcher), PAGE + "?month=2024-07")
    assert "2024-07-01" in july
    assert "2024-06-10" not in july


def test_the_outlook_as_it_was_says_what_came(
    county: County, cast: Cast, client_of: Browser, task: Task
) -> None:
    then = Outlook.objects.get(task=task, run__as_of=JUNE)
    assert "后来怎样" not in page(client_of(cast.energy), f"/outlook/{then.pk}/", DECEMBER)
    ends(cast, task, 470_000)
    html = page(client_of(cast.energy), f"/outlook/{then.pk}/")
    assert "后来怎样" in html
    assert "47万吨" in html
    assert "给这个结果的把握" in html


def test_a_correction_shows_what_was_known_then_and_now(cast: Cast, client_of: Browser, task: Task) -> None:
    ends(cast, task, 470_000)
    with clock.as_of(date(2025, 2, 20)):
        report = Progress.objects.get(task=task, period_end=DECEMBER)
        ledger.progress_correct(
            user=cast.energy, progress_id=report.pk, reason="漏计一矿", value=Decimal(492_000)
        )
    assert {row.outcome.state for row in scores(cast.leader)} == {State.BROKEN}
    later = scores(cast.leader, date(2025, 2, 20))
    assert {row.outcome.state for row in later} == {State.KEPT}
    assert {row.outcome.first and row.outcome.first.value for row in later} == {470_000.0}
    html = page(client_of(cast.leader), day=date(2025, 3, 1))
    assert "2025-01-04 曾认定未兑现（47万吨），后来实绩有更正" in html


def test_a_promise_changed_later_is_judged_by_what_was_told(cast: Cast, task: Task) -> None:
    indicator = Indicator.objects.get(task=task)
    with clock.as_of(date(2024, 8, 1)):
        ledger.term_revise(
            user=cast.dispatcher,
            task_id=task.pk,
            indicator_id=indicator.pk,
            version=indicator.version,
            reason="下调",
            value=Decimal(460_000),
            due_text="2024年底",
            due_start=date(2024, 1, 1),
            due_end=DECEMBER,
        )
    ends(cast, task, 470_000)
    assert {row.outcome.state for row in scores(cast.leader)} == {State.BROKEN}


def test_what_was_struck_off_without_a_figure_is_counted_apart(
    cast: Cast, client_of: Browser, task: Task
) -> None:
    with clock.as_of(date(2024, 12, 20)):
        ledger.task_claim(user=cast.energy, task_id=task.pk, text="示例", proof=a_proof(cast))
        ledger.task_strike_off(user=cast.supervision, task_id=task.pk, text="示例")
    assert {(row.outcome.state, row.outcome.reason) for row in scores(cast.leader)} == {
        (State.UNJUDGED, "struck_off")
    }
    html = page(client_of(cast.leader), PAGE + "?filter=unjudged")
    assert "无法认定 1 项" in html
    assert "没有实绩证明兑现与否" in html


def test_repeated_runs_of_a_month_weigh_no_more(county: County, cast: Cast, task: Task) -> None:
    for day in range(2, 6):
        run(county, date(2024, 7, day))
    again = run(county, seed=7)
    with clock.as_of(date(2024, 7, 20)):
        rows = {row.month: row for row in scores_for(cast.leader)}
    assert len(rows) == 2
    assert rows["2024-07"].told.outlook.run == again


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_a_chance_of_exactly_none_or_all_is_said_and_breaks_nothing(
    county: County, cast: Cast, client_of: Browser, task: Task, chance: float
) -> None:
    made = outlook_of(task, run(county))
    sure = Run.objects.create(region=county.region, as_of=date(2024, 8, 1), digest="x", seed=1, scenarios=100)
    Outlook.objects.create(
        run=sure, task=task, indicator=made.indicator, basis="tree", chance=chance, p10=1.0, p50=2.0, p90=3.0,
        target=made.target, comparator=made.comparator, unit=made.unit, due=made.due,
    )  # fmt: skip
    second = coal_task(county, cast, title="石港煤业原煤产量完成40万吨", value=Decimal(100_000))
    Outlook.objects.create(
        run=sure, task=second, indicator=Indicator.objects.get(task=second), basis="tree", chance=0.5,
        target=100_000.0, comparator=">=", unit="吨", due=made.due,
    )  # fmt: skip
    ends(cast, task, 500_000 if chance == 0 else 470_000)
    html = page(client_of(cast.leader), PAGE + "?cols=log")
    assert "∞" in html
    assert "1 次把话说死却相反" in html
    assert "nan" not in html


@pytest.mark.parametrize("name", ["leader", "dispatcher", "energy"])
def test_who_sees_the_chances_sees_their_scores(
    cast: Cast, client_of: Browser, task: Task, name: str
) -> None:
    assert "石港煤业 原煤产量" in page(client_of(getattr(cast, name)))


@pytest.mark.parametrize(
    "name", ["supervision", "office", "liaison", "investment", "firm", "bank", "clerk", "admin"]
)
def test_nobody_else_opens_the_scores(cast: Cast, client_of: Browser, task: Task, name: str) -> None:
    client = client_of(getattr(cast, name))
    for url in (PAGE, PAGE + "excel/"):
        assert client.get(url).status_code == 403, url


@pytest.mark.parametrize("name", ["industry", "statistics", "outsider", "city_leader"])
def test_peers_other_counties_and_higher_levels_see_none(
    cast: Cast, client_of: Browser, task: Task, name: str
) -> None:
    Task.objects.filter(pk=task.pk).update(released=True)
    client = client_of(getattr(cast, name))
    assert "石港煤业 原煤产量" not in page(client)
    assert scores(getattr(cast, name)) == []


def test_a_leader_sees_the_scores_of_his_fields_alone(cast: Cast, client_of: Browser, task: Task) -> None:
    User.objects.filter(pk=cast.leader.pk).update(sectors=["power"])
    assert "石港煤业 原煤产量" not in page(client_of(User.objects.get(pk=cast.leader.pk)))


def test_excel_has_the_groups_and_the_outlooks(cast: Cast, client_of: Browser, task: Task) -> None:
    ends(cast, task, 470_000)
    client = client_of(cast.leader)
    with override_settings(TIAODU_TODAY=AFTER):
        groups, rows = client.get(PAGE + "excel/"), client.get(PAGE + "?export=xlsx&filter=all")
    assert groups.status_code == rows.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(groups.content))
    assert book.sheetnames == ["把握与兑现", "依据", "类别", "责任单位", "提前多久", "研判月份"]
    assert [cell.value for cell in book["依据"][3]][:3] == ["县域模型", 1, 2]
    sheet = openpyxl.load_workbook(io.BytesIO(rows.getvalue())).worksheets[0]
    cells = [str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert any(cell.startswith("未兑现 47万吨") for cell in cells)


def test_more_promises_and_more_runs_cost_no_further_query(
    county: County, cast: Cast, client_of: Browser, task: Task
) -> None:
    ends(cast, task, 470_000)
    client = client_of(cast.dispatcher)
    counts = []
    for more, month in ((3, 8), (15, 9)):
        for n in range(more):
            value = Decimal(480_000 + 1000 * more + n)
            coal_task(county, cast, title=f"石港煤业原煤产量完成{more}{n}", value=value)
        for day in range(1, more):
            run(county, date(2024, month, day))
        for url in (PAGE, f"/outlook/{outlook_of(task, Run.objects.latest('pk')).pk}/"):
            page(client, url)
            with CaptureQueriesContext(connection) as caught:
                page(client, url)
            counts.append(len(caught))
    assert counts[0] == counts[2]
    assert counts[1] == counts[3]
    assert max(counts) <= 60


def test_english_is_complete(cast: Cast, client_of: Browser, task: Task) -> None:
    ends(cast, task, 470_000)
    client = client_of(cast.leader)
    client.cookies["django_language"] = "en"
    html = page(client)
    for words in ("Decided promises: only 1", "Where we were wrong", "Chance given to this outcome"):
        assert words in html, words


# ---------------------------------------------------------------- replay


def replayed(county: County, **values: Any) -> Any:
    with clock.as_of(date(2024, 7, 15)):
        return outlook_replay(region=county.region, **{"year": 2024, "scenarios": FEW} | values)


def test_a_year_is_replayed_as_it_looked_then(county: County, cast: Cast) -> None:
    task = mine(county, cast)
    found = replayed(county)
    assert [f"{ran.run.as_of:%m-%d}" for ran in found.runs] == [
        "01-31", "02-29", "03-31", "04-30", "05-31", "06-30", "07-01",
    ]  # fmt: skip
    assert found.new == 7
    before = dict(Outlook.objects.values_list("run__as_of", "chance"))
    # What is known later, of months that had passed then too, changes no run whose day came before.
    with clock.as_of(date(2024, 8, 2)):
        for month, value in ((date(2024, 4, 30), 90_000), (date(2024, 5, 31), 300_000)):
            report = Progress.objects.get(task=task, period_end=month)
            ledger.progress_correct(
                user=cast.energy, progress_id=report.pk, reason="更正", value=Decimal(value)
            )
    told(cast, task, {6: 400_000}, day=date(2024, 8, 2))
    with clock.as_of(date(2024, 8, 10)):
        again = outlook_replay(region=county.region, year=2024, scenarios=FEW)
    assert [ran.new for ran in again.runs] == [False] * 7 + [True]
    after = dict(Outlook.objects.values_list("run__as_of", "chance"))
    assert {day: after[day] for day in before} == before
    # Nor one that is made only now.
    fresh = outlook_replay(region=county.region, year=2024, scenarios=FEW + 1)
    assert fresh.new == len(fresh.runs) >= 8
    months = fresh.runs[4].run.nodes["shigang:output.coal.raw"]["months"]
    assert sorted(months)[-1] == "2024-04"
    assert months["2024-04"] == pytest.approx(4.1)


def test_a_replay_that_was_stopped_goes_on_where_it_was(county: County, cast: Cast) -> None:
    mine(county, cast)

    def stop(done: int, _total: int, _words: str) -> None:
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        replayed(county, report=stop)
    assert [run.as_of for run in Run.objects.order_by("as_of")] == [date(2024, 1, 31), date(2024, 2, 29)]
    assert replayed(county).new == 5


def test_a_year_without_a_month_to_replay_is_refused(county: County, cast: Cast) -> None:
    with pytest.raises(Invalid):
        replayed(county)  # no task yet
    mine(county, cast)
    for year in (2023, 2025, 0, 10_000):
        with pytest.raises(Invalid):
            replayed(county, year=year)


def test_who_may_have_a_year_replayed(county: County, cast: Cast, client_of: Browser) -> None:
    mine(county, cast)
    with clock.as_of(DAY):
        for user, refusal in ((cast.leader, NotAllowed), (cast.outsider, NotFound)):
            with pytest.raises(refusal):
                replay_ask(user=user, region=county.region, year=2024)
    url = PAGE + "replay/"
    with override_settings(TIAODU_TODAY=DAY):
        assert client_of(cast.leader).post(url, {"year": "2024"}).status_code == 403
        assert client_of(cast.dispatcher).post(url, {"year": "2025"}).status_code == 422
        assert client_of(cast.dispatcher).post(url, {"year": "去年"}).status_code == 422
        assert not Job.objects.exists()
        assert "回放全年" in page(client_of(cast.dispatcher), day=DAY)
        assert "回放全年" not in page(client_of(cast.leader), day=DAY)
        assert "回放全年" not in page(client_of(cast.dispatcher), day=date(2024, 1, 20))
        assert client_of(cast.dispatcher).post(url, {"year": "2024"}).status_code == 302
    job = Job.objects.get()
    assert (job.kind, job.arguments["until"]) == ("outlook.replay", "2024-07-01")


def test_the_job_replays_up_to_the_day_it_was_asked_on(county: County, cast: Cast) -> None:
    mine(county, cast)
    heard: list[tuple[int, int, str]] = []

    class Attempt:
        user = cast.dispatcher

        def progress(self, done: int, total: int, words: str = "") -> None:
            heard.append((done, total, words))

    replay_year(Attempt(), region=county.region.pk, year=2024, until="2024-03-10")
    assert [run.as_of for run in Run.objects.order_by("as_of")] == [date(2024, 1, 31), date(2024, 2, 29)]
    assert heard[-1][:2] == (2, 2)
    assert heard[0][2].startswith("2024-01-31")


def test_the_command_replays_and_prints_the_scores_of_the_page(
    county: County, cast: Cast, client_of: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    ends(cast, mine(county, cast), 500_000)
    told_ = {"replay": 2024, "day": AFTER, "region": county.region.code, "scenarios": FEW, "lang": "zh"}
    call_command("outlook", **told_)
    printed = capsys.readouterr().out
    assert printed.count("新做") == 13
    sentence = next(line for line in printed.splitlines() if line.startswith("有结果的承诺"))
    assert sentence in page(client_of(cast.dispatcher))
    with pytest.raises(CommandError):
        call_command("outlook", **{**told_, "replay": 2030})


# ---------------------------------------------------------------- correction by past accuracy


def rules(county: County, cast: Cast, **values: int) -> None:
    """The county's own numbers of the correction, confirmed by a second person."""
    day = date(2024, 1, 20)
    with clock.as_of(day):
        made = version_propose(
            user=cast.dispatcher,
            code="outlook.calibration",
            region=county.region,
            body={"fewest": 20, "fewest_each": 5, "years": 3} | values,
            valid_from=day,
            source="示例",
            confidence="practice",
            reason="示例",
            based_on=None,
        )
        version_confirm(user=cast.supervision, version_id=made.pk)


def told_too_boldly(county: County, cast: Cast, task: Task) -> None:
    """Twenty-four promises, all told with nine in ten; half of them were kept."""
    made = Run.objects.create(region=county.region, as_of=date(2024, 6, 1), digest="x", seed=1, scenarios=100)
    for n in range(24):
        target = 470_000 if n % 2 else 520_000
        one = coal_task(county, cast, title=f"石港煤业原煤产量第{n}项", value=Decimal(target))
        Outlook.objects.create(
            run=made, task=one, indicator=Indicator.objects.get(task=one), basis="tree", chance=0.9,
            target=float(target), comparator=">=", unit="吨", due=DECEMBER,
        )  # fmt: skip
    ends(cast, task, 500_000)


def test_enough_outcomes_correct_new_chances_and_both_are_kept(
    county: County, cast: Cast, client_of: Browser
) -> None:
    task = mine(county, cast)
    rules(county, cast)
    told_too_boldly(county, cast, task)
    coming = coal_task(county, cast, title="来年", value=Decimal(480_000), due=date(2025, 12, 31))
    indicator = Indicator.objects.get(task=coming)
    Indicator.objects.filter(pk=indicator.pk).update(counts_from=date(2025, 1, 1))
    early = run(county, date(2025, 1, 3))  # the figure of the year is not known yet
    assert early.calibration is not None
    assert early.calibration["reason"] == "too_few"
    made = run(county, AFTER)
    assert made.calibration is not None
    assert made.calibration["promises"] >= 24
    found = outlook_of(coming, made)
    assert found.chance is not None
    assert found.calibrated is not None
    assert found.calibrated != found.chance
    assert outlook_of(coming, early).calibrated is None
    html = page(client_of(cast.leader), f"/outlook/{found.pk}/")
    assert "按过去的准确度校正：" in html
    assert "的把握按 24 项有结果的承诺校正过" in page(client_of(cast.leader))


def test_below_the_count_nothing_is_corrected_and_the_page_says_why(
    county: County, cast: Cast, client_of: Browser
) -> None:
    task = mine(county, cast)
    told_too_boldly(county, cast, task)
    made = run(county, AFTER)
    assert made.calibration == {"reason": "too_few", "there": 24, "needed": 60}
    assert not Outlook.objects.filter(run=made, calibrated__isnull=False).exists()
    assert "没有按过去的准确度校正：有结果的承诺 24 项，不到 60 项" in page(client_of(cast.leader))


def test_only_outlooks_of_the_last_years_teach(county: County, cast: Cast) -> None:
    task = mine(county, cast)
    rules(county, cast, years=1)
    told_too_boldly(county, cast, task)
    late = run(county, date(2025, 7, 1))
    assert late.calibration == {"reason": "too_few", "there": 0, "needed": 20}
