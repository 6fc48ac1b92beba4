"""A document that was handed in by mistake is taken back."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, NotAllowed
from tiaodu.rooms.documents import selectors
from tiaodu.rooms.documents.models import Document

REASON_LENGTH = 300


@transaction.atomic
def document_withdraw(*, user: User, document_id: int, reason: str) -> Document:
    """Take a document back from which nothing was accepted.

    From this day on it is in no list and its statements cannot be reached; the days before still show it.
    Text and file are kept, and the same text can be handed in again. By who handed it in, or with
    ``documents.withdraw``. Invalid without a reason, while it is read, or when
    the ledger has something of it.
    """
    access.require(user, "documents.upload")
    document = Document.objects.select_for_update().get(pk=selectors.document_for(user, document_id).pk)
    if document.created_by_id != user.pk and not access.may(user, "documents.withdraw"):
        raise NotAllowed(_("只有登记人、调度员和县委办、政府办可以撤回文件。"))
    if not reason.strip():
        raise Invalid(_("请写明撤回的原因。"))
    if selectors.is_reading(document):
        raise Invalid(_("这份文件正在读取，请稍候。"))
    if selectors.has_accepted(document):
        raise Invalid(_("这份文件已有条目进了台账，不能撤回。请先在审阅页撤销那些条目。"))
    document.withdrawn_on = clock.today()
    document.version += 1
    document.save(update_fields=["withdrawn_on", "version"])
    audit.record(
        action="documents.document_withdraw",
        actor=user,
        obj=document,
        before={"title": document.title, "sha256": document.text_sha256},
        after={"withdrawn_on": document.withdrawn_on.isoformat(), "reason": reason.strip()[:REASON_LENGTH]},
        region_code=document.region.code,
    )
    return document
