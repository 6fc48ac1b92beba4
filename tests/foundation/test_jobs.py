"""Jobs inside one process: progress, cancelling, whose they are, and the page that waits."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from tests.cast import Cast, County, make_person

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.jobs import registry, services
from tiaodu.foundation.jobs.lists import duration_words
from tiaodu.foundation.jobs.models import Job, JobState
from tiaodu.foundation.jobs.registry import handler, nightly
from tiaodu.foundation.jobs.run import JobRun
from tiaodu.foundation.jobs.selectors import job_for
from tiaodu.foundation.jobs.workers import is_here, lives, worker_name
from tiaodu.foundation.refusal import Invalid, NotFound

ClientOf = Callable[[User], Client]
DATABASE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Handlers of this test alone; what they did."""
    monkeypatch.setattr(registry, "_handlers", {})
    done: list[str] = []

    @handler("test.count")
    def count(job: JobRun, *, upto: int) -> None:
        for number in range(upto):
            job.progress(number + 1, upto, f"step {number + 1}")
            done.append(f"{job.user} {number + 1}")

    @handler("test.once_bitten", title="数羊", repeatable=True)
    def once_bitten(job: JobRun) -> None:
        done.append(f"{job.user} {job.attempt}")
        if job.attempt == 1:
            raise ValueError("of the test")

    @handler("test.refuse", title="不肯做")
    def refuse(job: JobRun) -> None:
        raise Invalid("not like this")

    @handler("test.cancelled_meanwhile")
    def cancelled_meanwhile(job: JobRun) -> None:
        assert job.user is not None
        services.job_cancel(user=job.user, job_id=job.id)
        job.progress(1, 2)
        done.append("went on")

    yield done


@pytest.fixture
def queued(settings: Any) -> None:
    """Work waits in the queue instead of being done at once."""
    settings.TASKS = DATABASE


def test_a_job_runs_with_progress(cast: Cast, ran: list[str]) -> None:
    job = services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 3})
    assert ran == ["褚信息 1", "褚信息 2", "褚信息 3"]
    assert (job.state, job.done, job.total, job.message, job.attempts) == ("done", 3, 3, "step 3", 1)
    assert job.finished_at is not None


def test_a_refusal_is_told_in_its_own_words(cast: Cast, ran: list[str]) -> None:
    job = services.job_start(user=cast.clerk, kind="test.refuse", arguments={})
    assert (job.state, job.error) == ("failed", "not like this")


def test_a_kind_nobody_handles_is_not_queued(cast: Cast, ran: list[str]) -> None:
    with pytest.raises(LookupError):
        services.job_start(user=cast.clerk, kind="test.unknown", arguments={})
    assert Job.objects.count() == 0


def test_two_handlers_of_one_kind_are_refused(ran: list[str]) -> None:
    with pytest.raises(ValueError, match=r"test\.count"):
        handler("test.count")(lambda _job: None)


def test_cancelling_stops_at_the_next_report(cast: Cast, ran: list[str]) -> None:
    job = services.job_start(user=cast.clerk, kind="test.cancelled_meanwhile", arguments={})
    assert (job.state, ran) == ("cancelled", [])


@pytest.mark.usefixtures("queued")
def test_cancelling_what_waits_takes_effect_at_once(cast: Cast, ran: list[str]) -> None:
    job = services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 1})
    assert job.state == JobState.QUEUED
    assert services.job_cancel(user=cast.clerk, job_id=job.pk).state == JobState.CANCELLED
    services.job_run.call(str(job.pk))
    assert ran == []


@pytest.mark.usefixtures("queued")
def test_a_job_queued_twice_runs_once(cast: Cast, ran: list[str]) -> None:
    job = services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 1})
    services.job_run.call(str(job.pk))
    services.job_run.call(str(job.pk))
    assert ran == ["褚信息 1"]


def _taken(job: Job, worker: str, *, heard: timedelta = timedelta()) -> DBTaskResult:
    """The job as it stands when a worker has taken it and was last heard of so long ago."""
    attempt = DBTaskResult.objects.get(status=TaskResultStatus.READY)
    attempt.claim(worker)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, attempts=job.attempts + 1, heartbeat_at=timezone.now() - heard
    )
    return attempt


@pytest.mark.usefixtures("queued")
@pytest.mark.parametrize(
    ("worker", "heard", "again"),
    [
        (worker_name(), timedelta(hours=9), False),
        (worker_name().rpartition(":")[0] + ":0", timedelta(), True),
        ("elsewhere:1:1", timedelta(minutes=1), False),
        ("elsewhere:1:1", timedelta(minutes=4), True),
    ],
    ids=["alive", "number-reused", "elsewhere", "elsewhere-silent"],
)
def test_only_a_lost_worker_loses_its_job(
    cast: Cast, ran: list[str], worker: str, heard: timedelta, *, again: bool
) -> None:
    job = services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 1})
    _taken(job, worker, heard=heard)
    assert services.jobs_reclaim() == again
    assert services.jobs_reclaim() == 0
    job.refresh_from_db()
    assert job.state == (JobState.QUEUED if again else JobState.RUNNING)


@pytest.mark.usefixtures("queued")
def test_an_attempt_that_was_taken_over_stops(cast: Cast, ran: list[str]) -> None:
    job = services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 1})
    _taken(job, "elsewhere:1:1")
    old = JobRun(job.pk, 0, None, services._report)
    with pytest.raises(services.Cancelled):
        old.progress(1, 1)


def test_a_worker_knows_itself_and_the_dead() -> None:
    name = worker_name()
    assert is_here(name)
    assert lives(name)
    assert not lives(name.replace(f":{os.getpid()}:", ":999999999:"))
    assert len(name) <= 64


# ---------------------------------------------------------------- pages


def test_the_page_asks_again_until_it_is_done(
    cast: Cast, client_of: ClientOf, settings: Any, ran: list[str]
) -> None:
    settings.TASKS = DATABASE
    job = services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 1})
    client, url = client_of(cast.clerk), reverse("jobs:progress", args=[job.pk])
    page = client.get(url, {"next": "/documents/1/"}).content.decode()
    assert f'hx-get="{url}?next=%2Fdocuments%2F1%2F"' in page
    services.job_run.call(str(job.pk))
    answer = client.get(url, {"next": "/documents/1/"}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/documents/1/"
    elsewhere = client.get(url, {"next": "https://elsewhere.example/"}, headers={"HX-Request": "true"})
    assert "HX-Redirect" not in elsewhere
    assert "elsewhere" not in elsewhere.content.decode()


def test_a_job_is_seen_and_cancelled_by_who_started_it(
    cast: Cast, client_of: ClientOf, ran: list[str]
) -> None:
    job = services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 1})
    stranger = client_of(cast.dispatcher)
    assert stranger.get(reverse("jobs:progress", args=[job.pk])).status_code == 404
    assert stranger.post(reverse("jobs:cancel", args=[job.pk])).status_code == 404
    assert client_of(cast.clerk).get(reverse("jobs:cancel", args=[job.pk])).status_code == 405
    with pytest.raises(NotFound):
        job_for(cast.clerk, uuid4())


# ---------------------------------------------------------------- again


def test_a_failed_job_is_run_again_by_who_started_it(cast: Cast, ran: list[str]) -> None:
    job = services.job_start(user=cast.clerk, kind="test.once_bitten", arguments={})
    assert (job.state, job.attempts) == ("failed", 1)
    job = services.job_retry(user=cast.clerk, job_id=job.pk)
    assert (job.state, job.attempts, job.error) == ("done", 2, "")
    assert ran == ["褚信息 1", "褚信息 2"]
    assert AuditEntry.objects.latest("id").action == "jobs.retry"


def test_what_did_not_fail_or_may_not_be_repeated_is_not_run_again(cast: Cast, ran: list[str]) -> None:
    done = services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 1})
    refused = services.job_start(user=cast.clerk, kind="test.refuse", arguments={})
    unknown = Job.objects.create(kind="test.gone", state=JobState.FAILED, created_by=cast.clerk)
    bitten = services.job_start(user=cast.clerk, kind="test.once_bitten", arguments={})
    services.job_retry(user=cast.clerk, job_id=bitten.pk)
    for job in (done, refused, unknown, bitten):
        with pytest.raises(Invalid):
            services.job_retry(user=cast.clerk, job_id=job.pk)
    with pytest.raises(NotFound):
        services.job_retry(user=cast.dispatcher, job_id=bitten.pk)
    assert len(ran) == 1 + 2


@pytest.mark.usefixtures("queued")
def test_a_job_run_again_has_all_its_attempts_again(cast: Cast, ran: list[str]) -> None:
    """And a worker that comes back from an attempt long lost is still too late."""
    job = services.job_start(user=cast.clerk, kind="test.once_bitten", arguments={})
    for _attempt in range(services.MAX_ATTEMPTS):
        job.refresh_from_db()
        _taken(job, "elsewhere:1:1", heard=timedelta(minutes=4))
        services.jobs_reclaim()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED, 3)
    services.job_retry(user=cast.clerk, job_id=job.pk)
    job.refresh_from_db()
    _taken(job, "elsewhere:1:1", heard=timedelta(minutes=4))
    assert services.jobs_reclaim() == 1
    with pytest.raises(services.Cancelled):
        JobRun(job.pk, 3, None, services._report).progress(1, 1)


def test_of_one_name_there_is_one_job(cast: Cast, ran: list[str]) -> None:
    first = services.job_start(user=None, kind="test.count", arguments={"upto": 1}, once="count 2024-07-01")
    second = services.job_start(user=None, kind="test.count", arguments={"upto": 1}, once="count 2024-07-01")
    assert first == second
    assert ran == ["None 1"]


def test_every_night_runs_once_for_each_day(cast: Cast, ran: list[str]) -> None:
    @nightly("test.night", title="每日")
    def night(job: JobRun, day: date) -> None:
        ran.append(f"{day} {job.attempt}")
        if job.attempt == 1 and day == date(2024, 7, 2):
            raise ValueError("of the night")

    for day in (1, 1, 2, 2):
        services.nightly_start(day=date(2024, 7, day))
    assert ran == ["2024-07-01 1", "2024-07-02 1"], "what failed waits for a person or a timer"
    for _timer in range(2):
        jobs = services.nightly_start(day=date(2024, 7, 2), again=True)
        assert [job.state for job in jobs] == ["done"]
    assert ran[2:] == ["2024-07-02 2"]
    failed = Job.objects.create(kind="test.night", arguments={"day": "2024-07-03"}, state=JobState.FAILED)
    services.job_retry(user=cast.admin, job_id=failed.pk)
    assert ran[3:] == ["2024-07-03 1"], "an administrator runs what the system started"


def test_what_the_product_runs_has_a_name() -> None:
    own = {k: known for k, known in registry._handlers.items() if known.fn.__module__.startswith("tiaodu.")}
    nameless = [kind for kind, known in own.items() if not str(known.title)]
    assert nameless == []
    assert "documents.read" in registry._handlers


# ---------------------------------------------------------------- the list


def _kinds(client: Client, **asked: str) -> list[str]:
    answer = client.get(reverse("jobs:list"), asked)
    assert answer.status_code == 200
    return sorted(row.record.kind for row in answer.context["list"].rows)


def test_the_list_has_ones_own_jobs_an_administrators_those_of_her_people(
    cast: Cast, county: County, client_of: ClientOf, ran: list[str]
) -> None:
    services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 1})
    services.job_start(user=cast.outsider, kind="test.refuse", arguments={})
    services.job_start(user=None, kind="test.once_bitten", arguments={})
    assert _kinds(client_of(cast.clerk)) == ["test.count"]
    assert _kinds(client_of(cast.leader)) == []
    assert _kinds(client_of(cast.admin)) == ["test.count", "test.once_bitten"]
    assert "系统" in client_of(cast.admin).get(reverse("jobs:list")).content.decode()
    assert "发起人" not in client_of(cast.clerk).get(reverse("jobs:list")).content.decode()
    other = make_person("other-admin", "邻县管理", ["admin"], county.other)
    assert _kinds(client_of(other)) == ["test.once_bitten", "test.refuse"]
    everywhere = make_person("root", "总管理", ["admin"], None)  # type: ignore[arg-type]
    assert len(_kinds(client_of(everywhere))) == 3


def test_an_administrator_cancels_but_does_not_repeat_the_work_of_others(
    cast: Cast, client_of: ClientOf, settings: Any, ran: list[str]
) -> None:
    failed = services.job_start(user=cast.clerk, kind="test.once_bitten", arguments={})
    with pytest.raises(Invalid, match="发起人"):
        services.job_retry(user=cast.admin, job_id=failed.pk)
    settings.TASKS = DATABASE
    waiting = services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 1})
    client_of(cast.admin).post(reverse("jobs:cancel", args=[waiting.pk]))
    waiting.refresh_from_db()
    assert waiting.state == JobState.CANCELLED
    assert AuditEntry.objects.latest("id").actor == cast.admin
    page = client_of(cast.admin).get(reverse("jobs:progress", args=[failed.pk])).content.decode()
    assert "of the test" in page, "what the log says, for who must help"
    own = client_of(cast.clerk).get(reverse("jobs:progress", args=[failed.pk])).content.decode()
    assert "of the test" not in own


def test_the_list_acts_and_filters(cast: Cast, client_of: ClientOf, settings: Any, ran: list[str]) -> None:
    failed = services.job_start(user=cast.clerk, kind="test.once_bitten", arguments={})
    settings.TASKS = DATABASE
    waiting = services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 1})
    client = client_of(cast.clerk)
    html = client.get(reverse("jobs:list")).content.decode()
    assert "数羊" in html
    assert f'hx-post="{reverse("jobs:cancel", args=[waiting.pk])}"' in html
    assert f'hx-post="{reverse("jobs:retry", args=[failed.pk])}"' in html
    assert _kinds(client, filter="open") == ["test.count"]
    assert _kinds(client, filter="failed") == ["test.once_bitten"]
    in_list = {"HX-Request": "true", "HX-Target": "list-jobs"}
    for verb, job in (("cancel", waiting), ("retry", failed)):
        answer = client.post(reverse(f"jobs:{verb}", args=[job.pk]), headers=in_list)
        assert answer["HX-Refresh"] == "true"
    assert set(Job.objects.values_list("state", flat=True)) == {"cancelled", "queued"}
    taken = client.get(reverse("jobs:list"), {"export": "xlsx"})
    assert taken.status_code == 200
    assert "attachment" in taken["Content-Disposition"]


def test_the_list_looks_again_while_something_moves(
    cast: Cast, client_of: ClientOf, settings: Any, ran: list[str]
) -> None:
    settings.TASKS = DATABASE
    job = services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 1})
    client = client_of(cast.clerk)
    assert 'id="jobs-poll"' in client.get(reverse("jobs:list")).content.decode()
    poll = {"HX-Request": "true", "HX-Target": "list-jobs", "HX-Trigger": "jobs-poll"}
    assert client.get(reverse("jobs:list"), headers=poll).status_code == 200
    services.job_run.call(str(job.pk))
    over = client.get(reverse("jobs:list"), headers=poll)
    assert over.status_code == 286, "htmx stops asking"
    assert "已完成" in over.content.decode()


def test_the_top_line_counts_what_goes_on_and_what_ended_unseen(
    cast: Cast, client_of: ClientOf, settings: Any, ran: list[str]
) -> None:
    settings.TASKS = DATABASE
    client, somewhere = client_of(cast.clerk), reverse("accounts:profile")

    def told() -> str:
        html = client.get(somewhere).content.decode()
        return html.partition('class="top-jobs"')[2].partition("</a>")[0]

    assert told() == ""
    jobs = [
        services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 1}) for _number in range(2)
    ]
    assert "<b>2</b>" in told()
    assert "进行中" in told()
    for job in jobs:
        services.job_run.call(str(job.pk))
    assert "<b>2</b>" in told()
    assert "已结束" in told()
    client.get(reverse("jobs:progress", args=[jobs[0].pk]))
    assert "<b>1</b>" in told()
    page = client.get(reverse("jobs:list")).content.decode()
    assert "1 项刚结束" in page
    assert told() == ""
    client_of(cast.admin).get(reverse("jobs:list"))
    assert Job.objects.filter(seen_at=None).count() == 0


def test_what_failed_is_told_first_and_the_systems_failures_to_an_administrator(
    cast: Cast, client_of: ClientOf, ran: list[str]
) -> None:
    services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 1})
    services.job_start(user=cast.clerk, kind="test.refuse", arguments={})
    services.job_start(user=None, kind="test.once_bitten", arguments={})
    services.job_start(user=None, kind="test.count", arguments={"upto": 1})

    def told(user: User) -> str:
        html = client_of(user).get(reverse("accounts:profile")).content.decode()
        return html.partition('class="top-jobs"')[2].partition("</a>")[0]

    assert "<b>1</b><span>项作业未成功" in told(cast.clerk)
    assert "<b>1</b><span>项作业未成功" in told(cast.admin)
    assert told(cast.leader) == ""
    page = client_of(cast.clerk).get(reverse("jobs:list")).content.decode()
    assert "1 项刚刚失败，1 项刚结束" in page
    assert "<b>1</b>" in told(cast.admin), "what another has seen is not hers"
    client_of(cast.admin).get(reverse("jobs:list"))
    assert told(cast.admin) == told(cast.clerk) == ""


def test_one_may_leave_a_job_and_come_back(
    cast: Cast, client_of: ClientOf, settings: Any, ran: list[str]
) -> None:
    settings.TASKS = DATABASE
    job = services.job_start(user=cast.clerk, kind="test.once_bitten", arguments={}, label="一群")
    client, url = client_of(cast.clerk), reverse("jobs:progress", args=[job.pk])
    waits = client.get(url).content.decode()
    assert "<title>数羊：一群 · 调度</title>" in waits
    assert "一群" in client.get(reverse("jobs:list")).content.decode()
    for address in (url, reverse("jobs:list")):
        others = client_of(cast.admin).get(address).content.decode()
        assert "数羊" in others
        assert "一群" not in others, "what it is about is not the administrator's to know"
    assert f'hx-get="{url}?next="' in waits
    services.job_run.call(str(job.pk))
    failed = client.get(url).content.decode()
    assert "程序错误" in failed
    assert f'action="{reverse("jobs:retry", args=[job.pk])}"' in failed
    assert client.post(reverse("jobs:retry", args=[job.pk])).headers["Location"] == url


def test_queries_of_the_list_do_not_grow(
    cast: Cast, client_of: ClientOf, ran: list[str], django_assert_max_num_queries: Any
) -> None:
    client = client_of(cast.admin)
    counts = []
    for _batch in range(2):
        for _number in range(6):
            services.job_start(user=cast.clerk, kind="test.count", arguments={"upto": 1})
        with django_assert_max_num_queries(20) as counted:
            client.get(reverse("jobs:list"))
        counts.append(len(counted))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, ""), (0.4, "0 秒"), (59.6, "1 分 0 秒"), (125, "2 分 5 秒"), (7260, "2 小时 1 分"), (-3, "0 秒")],
)
def test_a_length_of_time_in_words(seconds: float | None, words: str) -> None:
    assert duration_words(None if seconds is None else timedelta(seconds=seconds)) == words
