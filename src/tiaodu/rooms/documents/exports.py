"""Task breakdown and check-up as files to take away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.engine.ledger.breakdown_sheet import breakdown_workbook
from tiaodu.engine.ledger.breakdown_word import breakdown_document, checkup_document
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.files.kinds import KINDS
from tiaodu.foundation.files.services import clean_name
from tiaodu.foundation.refusal import Invalid, NotFound
from tiaodu.rooms.documents import selectors
from tiaodu.rooms.documents.models import Document, DocumentState


@dataclass(frozen=True, slots=True)
class Export:
    """A file made from a document."""

    name: str
    content_type: str
    data: bytes


def document_export(*, user: User, document_id: int, what: str, kind: str) -> Export:
    """``breakdown`` as docx or xlsx, ``checkup`` as docx. Before acceptance too: it shows what stands in
    the document now.
    """
    access.require(user, "documents.export")
    document = selectors.document_for(user, document_id)
    if (what, kind) not in _WRITERS:
        raise NotFound
    if document.state != DocumentState.READ:
        raise Invalid(_("这份文件还没有读完，暂时不能导出。"))
    data = _WRITERS[what, kind](document, str(user))
    words = _("任务分解表") if what == "breakdown" else _("计划体检")
    sample = _("（示例）") if document.sample else ""
    _note(user, document, what, kind)
    return Export(clean_name(f"{document.title}{words}{sample}.{kind}"), KINDS[kind].content_type, data)


@transaction.atomic
def _note(user: User, document: Document, what: str, kind: str) -> None:
    audit.record(
        action="documents.document_export", actor=user, obj=document, after={"what": what, "kind": kind}
    )


def _moment() -> datetime:
    return datetime.combine(clock.today(), time(12), tzinfo=clock.CHINA).replace(tzinfo=None)


def _breakdown_word(document: Document, author: str) -> bytes:
    rows = selectors.reading_view(document).rows
    return breakdown_document(
        rows, title=document.title, author=author, moment=_moment(), sample=document.sample
    )


def _breakdown_excel(document: Document, author: str) -> bytes:
    rows = selectors.reading_view(document).rows
    return breakdown_workbook(
        rows, title=document.title, author=author, moment=_moment(), sample=document.sample
    )


def _checkup_word(document: Document, author: str) -> bytes:
    title = document.title + ("（示例）" if document.sample else "")
    return checkup_document(
        selectors.reading_view(document).check, title=title, author=author, moment=_moment()
    )


_WRITERS = {
    ("breakdown", "docx"): _breakdown_word,
    ("breakdown", "xlsx"): _breakdown_excel,
    ("checkup", "docx"): _checkup_word,
}
