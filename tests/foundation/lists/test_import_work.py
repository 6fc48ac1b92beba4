"""An import that is killed, cancelled or begun twice: nothing is lost and nothing doubled."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from tests.cast import Cast, County
from tests.foundation.lists.tables import xlsx

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.jobs import services as jobs
from tiaodu.foundation.jobs.run import Cancelled, JobRun
from tiaodu.foundation.lists.importing import selectors, services
from tiaodu.foundation.lists.importing.spec import ImportSpec, StagedRow, spec_of
from tiaodu.foundation.lists.models import ImportRun, RowState
from tiaodu.foundation.refusal import Invalid, NotAllowed
from tiaodu.foundation.registry.models import Alias, Subject

ROWS = [(f"新厂{n}", "企业", f"别名{n}") for n in range(10)]


@pytest.fixture(autouse=True)
def _queued(settings: Any) -> None:
    """Work waits for a worker."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def spec() -> ImportSpec:
    return spec_of("subjects")


@pytest.fixture
def run(cast: Cast, spec: ImportSpec) -> ImportRun:
    data = xlsx(ROWS, heading=("名称", "类别", "别名"))
    found = services.import_check(user=cast.dispatcher, spec=spec, data=data, filename="a.xlsx")
    return services.import_confirm(user=cast.dispatcher, run_id=found.pk)


def work(run: ImportRun, stop_after: int | None = None) -> list[int]:
    """What the worker does with the job; it is cancelled at a report after so many rows."""
    told: list[int] = []

    def report(_run: JobRun, done: int, _total: int, _message: str) -> None:
        told.append(done)
        if stop_after is not None and done >= stop_after:
            raise Cancelled

    services.import_work(JobRun(uuid4(), 1, run.owner, report), run_id=run.pk)
    return told


def made() -> int:
    return Subject.objects.filter(name__startswith="新厂").count()


def test_nothing_happens_before_the_worker_comes(run: ImportRun) -> None:
    assert (made(), selectors.counts_of(run).waiting) == (0, 10)
    assert run.job is not None and run.job.is_open


def test_progress_is_told_row_by_row(run: ImportRun) -> None:
    assert work(run) == list(range(11))
    assert made() == 10


@pytest.mark.parametrize("killed", [0, 4, 9])
def test_killed_in_the_middle_it_goes_on_with_the_rest(
    killed: int, run: ImportRun, spec: ImportSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row it died in is as if it had not been begun; the rows before it are done once."""
    commit, begun = spec.commit, []

    def dying(user: User, row: StagedRow) -> Any:
        begun.append(row.number)
        subject = commit(user, row)
        if len(begun) == killed + 1:
            raise KeyboardInterrupt  # after the subject was written, before the row's own state was
        return subject

    object.__setattr__(spec, "commit", dying)
    try:
        with pytest.raises(KeyboardInterrupt):
            work(run)
    finally:
        object.__setattr__(spec, "commit", commit)
    assert made() == Alias.objects.filter(text__startswith="别名").count() == killed
    assert selectors.counts_of(run).done == killed
    work(run)
    assert made() == Alias.objects.filter(text__startswith="别名").count() == 10
    assert work(run) == [10]
    assert made() == 10


def test_each_row_knows_its_subject(run: ImportRun) -> None:
    work(run)
    for row in run.rows.all():
        assert Subject.objects.get(pk=row.record_id).name == row.raw["name"]
        assert row.state == RowState.DONE


def test_cancelled_it_keeps_what_was_done_and_is_taken_up_again(run: ImportRun) -> None:
    with pytest.raises(Cancelled):
        work(run, stop_after=3)
    assert made() == 3
    first = run.job
    assert first is not None
    assert services.import_confirm(user=run.owner, run_id=run.pk).job == first, "it is still on its way"
    jobs.job_cancel(user=run.owner, job_id=first.pk)
    again = services.import_confirm(user=run.owner, run_id=run.pk)
    assert again.job != first
    work(again)
    assert made() == 10
    with pytest.raises(Invalid, match="没有要导入的行"):
        jobs.job_cancel(user=run.owner, job_id=again.job.pk)  # type: ignore[union-attr]
        services.import_confirm(user=run.owner, run_id=run.pk)


def test_given_up_on_its_way_it_stops(run: ImportRun) -> None:
    services.import_discard(user=run.owner, run_id=run.pk)
    assert run.job is not None
    run.job.refresh_from_db()
    assert run.job.state == "cancelled"


def test_rights_that_were_taken_away_meanwhile_hold(run: ImportRun) -> None:
    run.owner.roles = ["leader"]
    run.owner.save()
    work(run)
    counts = selectors.counts_of(run)
    assert (made(), counts.done, counts.failed) == (0, 0, 10)
    assert "没有这项权限" in run.rows.all()[0].message


def test_only_who_may_edit_confirms(cast: Cast, run: ImportRun) -> None:
    User.objects.filter(pk=run.owner_id).update(roles=["leader"])
    with pytest.raises(NotAllowed):
        services.import_confirm(user=User.objects.get(pk=run.owner_id), run_id=run.pk)


def test_a_fault_of_the_program_in_one_row_stops_no_other(
    run: ImportRun, spec: ImportSpec, caplog: pytest.LogCaptureFixture
) -> None:
    commit = spec.commit

    def faulty(user: User, row: StagedRow) -> Any:
        subject = commit(user, row)
        if row.number == 5:
            raise ZeroDivisionError
        return subject

    object.__setattr__(spec, "commit", faulty)
    try:
        work(run)
    finally:
        object.__setattr__(spec, "commit", commit)
    assert made() == 9
    assert "程序错误" in run.rows.get(number=5).message
    assert "ZeroDivisionError" in caplog.text


def test_what_is_confirmed_belongs_to_the_day_of_the_confirmation(
    cast: Cast, county: County, spec: ImportSpec
) -> None:
    from datetime import date  # noqa: PLC0415

    from tiaodu.foundation import clock  # noqa: PLC0415
    from tiaodu.foundation.audit.models import AuditEntry  # noqa: PLC0415

    data = xlsx(ROWS[:1], heading=("名称", "类别", "别名"))
    with clock.as_of(date(2024, 7, 1)):
        found = services.import_check(user=cast.dispatcher, spec=spec, data=data, filename="a.xlsx")
    with clock.as_of(date(2024, 7, 2)):
        found = services.import_confirm(user=cast.dispatcher, run_id=found.pk)
    work(found)
    assert AuditEntry.objects.get(action="registry.subject_create").business_day == date(2024, 7, 2)
