"""A document is handed in, and what is known about it corrected."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.engine.reading.intake import Intake
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.files.services import file_store
from tiaodu.foundation.refusal import Invalid, Stale
from tiaodu.foundation.registry.models import Region, Subject
from tiaodu.rooms.documents import selectors
from tiaodu.rooms.documents.guesses import TITLE_LENGTH, guess
from tiaodu.rooms.documents.intake import Refused, refuse_secret, take_file, take_text
from tiaodu.rooms.documents.models import Document, Secrecy
from tiaodu.rooms.documents.services.reading import start_reading


class Duplicate(Invalid):
    """The same text is here already; ``document`` is the one."""

    def __init__(self, document: Document) -> None:
        super().__init__(
            _("这段文字已经登记过：“%(title)s”（%(day)s 登记）。没有重复登记。")
            % {"title": document.title, "day": document.created_on}
        )
        self.code = "duplicate"
        self.document = document


@dataclass(frozen=True, slots=True)
class _Handed:
    """What a person says about a document, with what the text itself tells where she said nothing."""

    title: str
    secrecy: str
    document_date: date | None
    plan_year: int
    readers: tuple[Subject, ...]
    sample: bool


def document_upload(
    *,
    user: User,
    secrecy: str,
    data: bytes = b"",
    filename: str = "",
    text: str = "",
    title: str = "",
    document_date: date | None = None,
    plan_year: int | None = None,
    readers: Collection[Subject] = (),
    sample: bool = False,
) -> Document:
    """Take in a file (``filename`` with ``data``) or a pasted ``text``, keep it, and have it read.

    1. The text is taken out of the file. One that cannot be read is refused; one that bears 秘密, 机密 or
       绝密 is refused with an audit entry that holds neither text nor name, and nothing is stored.
    2. Title, day and plan year are guessed from the text where not given.
    3. Document and file are stored in one transaction, and read: at once, or as a job from
       ``TIAODU_BACKGROUND_FROM`` characters on.

    Raises :class:`Refused`, :class:`Duplicate` (the same text is here already) or Invalid.
    """
    access.require(user, "documents.upload")
    if user.region is None:
        raise Invalid(_("您的账号还没有设置地区，不能登记文件。请联系系统管理员。"))
    if secrecy not in Secrecy.values:
        raise Invalid(_("请选择密级：公开或内部。"))
    intake = _taken_in(user, data, filename, text, title)
    if secrecy == Secrecy.PUBLIC and any(w.code == "internal" for w in intake.warnings):
        raise Refused(
            _("文件标有内部资料字样，密级不能选“公开”。请选“内部”并限定可看的部门。"), code="internal"
        )
    told = guess(intake.text, filename=filename)
    handed = _Handed(
        title=(title.strip() or told.title or _("未命名文件"))[:TITLE_LENGTH],
        secrecy=secrecy,
        document_date=document_date or told.document_date,
        plan_year=plan_year or told.plan_year or clock.today().year,
        readers=tuple(readers) if secrecy == Secrecy.INTERNAL else (),
        sample=sample,
    )
    return _store(user, user.region, handed, intake, data, filename)


def _taken_in(user: User, data: bytes, filename: str, text: str, title: str) -> Intake:
    try:
        refuse_secret("", name=title)
        intake = take_file(data, name=filename) if filename else take_text(text, title=title)
    except Refused as refused:
        if refused.marking:
            _note_refusal(user, refused.marking, len(data) or len(text))
        raise
    # Half a character pair, as broken PDFs give, cannot be stored; every offset stays where it is.
    return replace(intake, text=intake.text.encode("utf-8", "replace").decode())


@transaction.atomic
def _note_refusal(user: User, marking: str, size: int) -> None:
    """That something secret was brought here must be known; what it was must not be kept."""
    audit.record(action="documents.upload_refused", actor=user, after={"marking": marking, "size": size})


@transaction.atomic
def _store(
    user: User, region: Region, handed: _Handed, intake: Intake, data: bytes, filename: str
) -> Document:
    Region.objects.select_for_update().get(
        pk=region.pk
    )  # of two who hand in one text at once, one is told so
    digest = hashlib.sha256(intake.text.encode()).hexdigest()
    known = selectors.document_with_text(user, region, digest)
    if known is not None:
        raise Duplicate(known)
    stored: StoredFile | None = file_store(user=user, name=filename, data=data) if filename else None
    document = Document(
        region=region,
        title=handed.title,
        secrecy=handed.secrecy,
        document_date=handed.document_date,
        plan_year=handed.plan_year,
        file=stored,
        text=intake.text,
        text_sha256=digest,
        tables=[[span.start, span.end] for span in intake.tables],
        warnings=[{"code": w.code, "params": dict(w.params)} for w in intake.warnings],
        sample=handed.sample,
        created_by=user,
        created_on=clock.today(),
    )
    document.save()
    document.readers.set(handed.readers)
    audit.record(
        action="documents.document_upload",
        actor=user,
        obj=document,
        after={
            "title": document.title,
            "secrecy": document.secrecy,
            "plan_year": document.plan_year,
            "characters": len(document.text),
            "sha256": digest,
            "readers": [reader.name for reader in handed.readers],
        },
        region_code=region.code,
    )
    return start_reading(user=user, document=document)


EDITABLE = ("title", "document_date", "plan_year", "secrecy")


@transaction.atomic
def document_edit(
    *, user: User, document_id: int, version: int, values: dict[str, Any], readers: Collection[Subject]
) -> Document:
    """Correct title, day, plan year, secrecy or readers. Another day or year changes what dates mean: it
    is read again.
    """
    access.require(user, "documents.upload")
    document = selectors.document_for(user, document_id)
    locked = Document.objects.select_for_update().get(pk=document.pk)
    if locked.version != version:
        raise Stale(_differences(locked, values))
    if values.get("secrecy") == Secrecy.PUBLIC and any(w["code"] == "internal" for w in locked.warnings):
        raise Invalid(_("文件标有内部资料字样，密级不能改为“公开”。"))
    before, after = audit.changes(locked, {name: values[name] for name in EDITABLE if name in values})
    kept = tuple(readers) if values.get("secrecy", locked.secrecy) == Secrecy.INTERNAL else ()
    if {r.pk for r in kept} != set(locked.readers.values_list("pk", flat=True)):
        before["readers"] = [reader.name for reader in locked.readers.all()]
        after["readers"] = [reader.name for reader in kept]
        locked.readers.set(kept)
    if not after:
        return locked
    for name in EDITABLE:
        setattr(locked, name, after.get(name, getattr(locked, name)))
    locked.version += 1
    locked.save(update_fields=[*EDITABLE, "version"])
    audit.record(action="documents.document_edit", actor=user, obj=locked, before=before, after=after)
    if {"document_date", "plan_year"} & after.keys():
        return start_reading(user=user, document=locked)
    return locked


def _differences(document: Document, values: dict[str, Any]) -> dict[str, Any]:
    """Fields in which what the person typed and what stands there now differ."""
    return {
        name: {"label": str(Document._meta.get_field(name).verbose_name), "yours": value, "theirs": current}  # type: ignore[union-attr]
        for name, value in values.items()
        if name in EDITABLE and (current := getattr(document, name)) != value
    }
