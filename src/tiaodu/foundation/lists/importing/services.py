"""Writes of imports: the file looked through, confirmed, worked row by row, or given up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.files.services import file_store
from tiaodu.foundation.jobs.registry import handler
from tiaodu.foundation.jobs.run import JobRun
from tiaodu.foundation.jobs.services import job_cancel, job_start
from tiaodu.foundation.lists.importing.reading import ReadTable, read_file
from tiaodu.foundation.lists.importing.selectors import TO_DO, counts_of
from tiaodu.foundation.lists.importing.spec import ImportSpec, StagedRow, spec_of
from tiaodu.foundation.lists.importing.staging import Judged, judge
from tiaodu.foundation.lists.models import ImportRow, ImportRun, RowState
from tiaodu.foundation.lists.services import rows_work
from tiaodu.foundation.refusal import Invalid, NotFound

JOB = "lists.import"
_KINDS = frozenset({"xlsx", "xls", "ods", "txt"})
_AT_A_TIME = 500  # rows written in one statement


@transaction.atomic
def import_check(*, user: User, spec: ImportSpec, data: bytes, filename: str) -> ImportRun:
    """Look a file through and keep what each row would do; nothing of it is done yet.

    Invalid, in words, when the file cannot be taken: wrong kind, damaged, too large, no heading.
    """
    access.require(user, spec.permission)
    table = read_file(spec, data, filename)
    judged = judge(spec, user, table.rows)
    run = ImportRun.objects.create(
        owner=user,
        spec=spec.name,
        file=file_store(user=user, name=filename, data=data, allowed=_KINDS),
        sheet=table.grid.name[:120],
        heading_row=table.heading.row + 1,
        columns=dict(table.heading.columns),
        notes=list(table.notes),
        day=clock.today(),
    )
    ImportRow.objects.bulk_create((_row(spec, run, one) for one in judged), batch_size=_AT_A_TIME)
    audit.record(action="lists.import_check", actor=user, obj=run, after=_told(run, table))
    return run


def _told(run: ImportRun, table: ReadTable) -> dict[str, Any]:
    return {"import": run.spec, "rows": len(table.rows), **counts_of(run).by_verdict}


def _row(spec: ImportSpec, run: ImportRun, one: Judged) -> ImportRow:
    refused = one.verdict == ImportRow.Verdict.REFUSED
    waiting = one.verdict in TO_DO
    fields = {key: spec.field_of(key).parse for key in one.row.raw}
    return ImportRow(
        run=run,
        number=one.row.number,
        verdict=one.verdict,
        turn=one.turn,
        raw=one.row.raw,
        words=" ".join(one.row.raw.values()),
        values={key: fields[key].dump(value) for key, value in one.row.values.items()},
        changes={
            key: fields[key].told(one.found.before.get(key), one.row.values[key]) for key in one.changed
        },
        reasons=one.reasons,
        resolved=dict(one.found.resolved),
        record_id=one.found.record_id,
        record_version=one.found.version,
        state=RowState.WAITING if waiting else RowState.REFUSED if refused else RowState.DONE,
        message="；".join(one.reasons.values())[:500] if refused else "",
    )


@transaction.atomic
def import_confirm(*, user: User, run_id: int) -> ImportRun:
    """Take in the rows that are right, as a job. Invalid when there are none, or it was decided already.

    A run whose job was cancelled or broke off goes on with the rows that still wait.
    """
    run, spec = _locked(user, run_id)
    access.require(user, spec.permission)
    if run.state == ImportRun.State.DISCARDED:
        raise Invalid(_("这次导入已经放弃。请重新上传文件。"))
    if run.job is not None and run.job.is_open:
        return run
    if not run.rows.filter(state=RowState.WAITING).exists():
        raise Invalid(_("没有要导入的行：都已办过、没有变化或有错。"))
    first = run.state == ImportRun.State.CHECKED
    run.state = ImportRun.State.CONFIRMED
    run.day = clock.today() if first else run.day
    run.save(update_fields=["state", "day"])
    run.job = job_start(user=user, kind=JOB, arguments={"run_id": run.pk})
    run.save(update_fields=["job"])
    action = "lists.import_confirm" if first else "lists.import_resume"
    audit.record(action=action, actor=user, obj=run, after={"import": run.spec})
    return run


@transaction.atomic
def import_discard(*, user: User, run_id: int) -> ImportRun:
    """Give an import up: what was taken in already stays, the rows that still wait are not done."""
    run, _spec = _locked(user, run_id)
    if run.job is not None and run.job.is_open:
        job_cancel(user=user, job_id=run.job.pk)
    if run.state != ImportRun.State.DISCARDED:
        run.state = ImportRun.State.DISCARDED
        run.save(update_fields=["state"])
        audit.record(action="lists.import_discard", actor=user, obj=run, after={"import": run.spec})
    return run


def _locked(user: User, run_id: int) -> tuple[ImportRun, ImportSpec]:
    run = ImportRun.objects.select_for_update().filter(pk=run_id, owner=user).first()
    if run is None:
        raise NotFound
    return run, spec_of(run.spec)


def _place(arguments: Mapping[str, Any]) -> str:
    return reverse("lists:import-run", args=[arguments["run_id"]])


@handler(JOB, title=gettext_lazy("导入表格"), repeatable=True, place=_place)
def import_work(job: JobRun, *, run_id: int) -> None:
    """The job of a confirmed import; run again, it goes on with the rows that still wait."""
    run = ImportRun.objects.select_related("owner", "file").get(pk=run_id)
    spec, user = spec_of(run.spec), run.owner

    def act(row: ImportRow) -> dict[str, Any]:
        access.require(user, spec.permission)
        made = spec.commit(user, _staged(spec, row, run.file))
        return {"record_id": made.pk} if isinstance(made, Model) else {}

    with clock.as_of(run.day):  # the day it was confirmed, whenever the worker gets to it
        rows_work(run.rows.filter(verdict__in=TO_DO).order_by("turn", "number"), act, job.progress)
    _finished(run)


def _staged(spec: ImportSpec, row: ImportRow, file: StoredFile) -> StagedRow:
    values = {key: spec.field_of(key).parse.load(kept) for key, kept in row.values.items()}
    changed = tuple(row.changes)
    return StagedRow(row.number, values, row.record_id, row.record_version, changed, row.resolved, file)


@transaction.atomic
def _finished(run: ImportRun) -> None:
    counts = counts_of(run)
    told = {"import": run.spec, "done": counts.done, "refused": counts.failed}
    audit.record(action="lists.import_done", actor=run.owner, obj=run, after=told)
