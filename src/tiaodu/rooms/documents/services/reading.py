"""A document's text becomes statements, once or again; what people decided is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.engine.ledger.grouping import group_statements
from tiaodu.engine.ledger.wording import Wording
from tiaodu.engine.reading import Kind, Reading, load_vocabulary, read
from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.jobs.services import job_start
from tiaodu.foundation.refusal import Invalid
from tiaodu.rooms.documents import selectors
from tiaodu.rooms.documents.models import Document, DocumentState, Statement, StatementState
from tiaodu.rooms.documents.records import findings_of, fingerprints, reader_version, tables_of, values_of

BATCH = 500  # rows written by one statement of SQL
_PROMISES = (Kind.TARGET, Kind.MILESTONE, Kind.DUTY)
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a reading changed: statements new to the document, told again, and no longer read."""

    new: int
    kept: int
    vanished: int


def document_read(
    *, user: User, document_id: int, reading: int | None = None, progress: Progress | None = None
) -> Document:
    """Read the text of a document and keep its statements.

    1. The text is read outside any transaction, however long it takes.
    2. In one transaction the statements are written and the document is marked as read.

    A statement told again keeps its decisions; an open one no longer told is marked as vanished; what was
    accepted, rejected or corrected stays. ``reading`` is the number this reading has: one that was done
    already does nothing, so that a reader killed in the middle can be run again.
    """
    access.require(user, "documents.upload")
    document = selectors.document_for(user, document_id)
    if reading is not None and document.readings >= reading and document.state == DocumentState.READ:
        return document
    if progress:
        progress(1, 3, _("正在读取正文"))
    found = read(
        document.text,
        document_date=document.document_date,
        plan_year=document.plan_year,
        vocabulary=load_vocabulary(),
        tables=tables_of(document),
    )
    if progress:
        progress(2, 3, _("正在整理读出的条目"))
    return _keep(user, document.pk, headings_apart(found, document.text))


def headings_apart(found: Reading, text: str) -> Reading:
    """Headings that promise what the sentences below them say in full (一是推进重点项目建设。) are
    context: they found no task of their own and wait for nobody.
    """
    groups = group_statements(found.statements, text=text, wording=Wording.standard())
    grouped = {member for group in groups for member in group.members}
    statements = tuple(
        replace(statement, kind=Kind.CONTEXT, questions=())
        if statement.kind in _PROMISES and number not in grouped
        else statement
        for number, statement in enumerate(found.statements)
    )
    return replace(found, statements=statements)


@transaction.atomic
def _keep(user: User, document_id: int, found: Reading) -> Document:
    document = Document.objects.select_for_update().get(pk=document_id)
    again = document.readings > 0
    document.readings += 1
    renewal = _renew(document, found)
    document.state, document.error = DocumentState.READ, ""
    document.findings = findings_of(found.findings)
    document.vocabulary = reader_version()
    document.version += 1
    document.save(update_fields=["readings", "state", "error", "findings", "vocabulary", "version"])
    audit.record(
        action="documents.document_read_again" if again else "documents.document_read",
        actor=user,
        obj=document,
        after={
            "reading": document.readings,
            "new": renewal.new,
            "kept": renewal.kept,
            "vanished": renewal.vanished,
        },
        region_code=document.region.code,
    )
    return document


def _renew(document: Document, found: Reading) -> Renewal:
    """Bring the statements in line with a reading; see :func:`document_read` for what is kept."""
    known = {s.fingerprint: s for s in Statement.objects.select_for_update().filter(document=document)}
    new: list[Statement] = []
    told: list[int] = []
    for fingerprint, statement in fingerprints(found.statements):
        old = known.pop(fingerprint, None)
        if old is None:
            new.append(
                Statement(
                    document=document,
                    fingerprint=fingerprint,
                    since=document.readings,
                    reading=document.readings,
                    **values_of(statement),
                )
            )
        else:
            told.append(old.pk)
            _refresh(old, values_of(statement))
    Statement.objects.bulk_create(new, batch_size=BATCH)
    for start in range(0, len(told), BATCH):
        Statement.objects.filter(pk__in=told[start : start + BATCH]).update(reading=document.readings)
    gone = [s.pk for s in known.values() if s.state == StatementState.OPEN and not s.edited and _by_reader(s)]
    for start in range(0, len(gone), BATCH):
        Statement.objects.filter(pk__in=gone[start : start + BATCH]).update(state=StatementState.VANISHED)
    return Renewal(len(new), len(told), len(gone))


def _by_reader(statement: Statement) -> bool:
    """Whether the reader gave it; what came of merging or splitting is people's."""
    return statement.origin_id is None


def _refresh(old: Statement, values: dict[str, Any]) -> None:
    """An untouched statement takes what improved around it; one that had vanished is back."""
    if old.state == StatementState.VANISHED:
        old.state = StatementState.OPEN
        old.save(update_fields=["state"])
    if old.state != StatementState.OPEN or old.edited:
        return
    differing = [name for name, value in values.items() if getattr(old, name) != value]
    if differing:
        for name in differing:
            setattr(old, name, values[name])
        old.version += 1
        old.save(update_fields=[*differing, "version"])


@transaction.atomic
def document_read_again(*, user: User, document_id: int) -> Document:
    """Have a document read once more, after the vocabulary improved or a reading failed: at once, or as a
    job when long.
    """
    access.require(user, "documents.upload")
    document = selectors.document_for(user, document_id)
    locked = Document.objects.select_for_update().get(pk=document.pk)
    if selectors.is_reading(locked):
        raise Invalid(_("这份文件正在读取，请稍候。"))
    return start_reading(user=user, document=locked)


def start_reading(*, user: User, document: Document) -> Document:
    """Read a short text now and queue a long one; called inside the transaction of the act that needs it."""
    number = document.readings + 1
    if len(document.text) < settings.TIAODU_BACKGROUND_FROM:
        return document_read(user=user, document_id=document.pk, reading=number)
    document.state, document.job = DocumentState.READING, None
    document.save(update_fields=["state", "job"])
    job = job_start(
        user=user,
        kind="documents.read",
        arguments={"document_id": document.pk, "reading": number},
        label=document.title,
    )
    document.refresh_from_db()  # a backend that works at once has read it by now
    document.job = job
    document.save(update_fields=["job"])
    return document
