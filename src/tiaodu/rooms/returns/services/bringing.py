"""Files: the unit's own goes into its draft; one an official hands in waits until the unit takes it."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tiaodu.engine.returns.states import Verb
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.files.services import file_store
from tiaodu.foundation.refusal import Invalid, NotFound
from tiaodu.rooms.returns.models import BroughtDecision, BroughtFile, Return
from tiaodu.rooms.returns.selectors.scope import returns_visible_to
from tiaodu.rooms.returns.services.filling import form_of, return_draft
from tiaodu.rooms.returns.services.moving import locked, needed_text, write
from tiaodu.rooms.returns.sheets import Read, read_return

KINDS = frozenset({"xlsx", "xls", "ods", "txt"})


@transaction.atomic
def file_fill(*, user: User, return_id: int, data: bytes, filename: str) -> Read:
    """Read the unit's own table into the draft of a return. Nothing is sent; cells that cannot be read are
    told and leave what was typed there.
    """
    row = locked(user, return_id, Verb.DRAFTED, None)
    read = read_return(row, form_of(row), data, filename)
    file_store(user=user, name=filename, data=data, allowed=KINDS)
    return_draft(user=user, return_id=row.pk, typed=read.typed)
    return read


@transaction.atomic
def file_bring(*, user: User, return_id: int, data: bytes, filename: str) -> BroughtFile:
    """Hand in a table a firm has filled, in its place. It is kept as it is and marked 待企业确认: nobody
    changes what stands in it, and no figure is written until the firm takes it.
    """
    access.require(user, "returns.bring")
    row = locked(user, return_id, Verb.BROUGHT, None)
    read = read_return(row, form_of(row), data, filename)
    if not read.typed:
        raise Invalid(_("表里没有可以读出的数，没有代交。请企业检查后重新填写。"))
    entry = write(row, user, Verb.BROUGHT, text=filename, measures=list(read.typed))
    return BroughtFile.objects.create(
        of=row,
        entry=entry,
        file=file_store(user=user, name=filename, data=data, allowed=KINDS),
        values=dict(read.typed),
        by=user,
        known_on=clock.today(),
    )


@transaction.atomic
def brought_take(*, user: User, brought_id: int) -> Return:
    """Take over what stands in a brought file: it becomes the unit's own draft, to be looked at and sent."""
    brought = _brought(user, brought_id)
    row = locked(user, brought.of_id, Verb.BROUGHT_TAKEN, None)
    _decide(brought, user, taken=True)
    row.draft = {**row.draft, **brought.values}
    row.drafted_by = user
    write(
        row,
        user,
        Verb.BROUGHT_TAKEN,
        text=brought.file.name,
        measures=list(brought.values),
        fields=("draft", "drafted_by"),
    )
    return row


@transaction.atomic
def brought_refuse(*, user: User, brought_id: int, reason: str) -> Return:
    """Say that a brought file is not the unit's, with the reason."""
    brought = _brought(user, brought_id)
    row = locked(user, brought.of_id, Verb.BROUGHT_REFUSED, None)
    reason = needed_text(reason, _("请写明为什么不认可。"))
    _decide(brought, user, taken=False, reason=reason)
    write(row, user, Verb.BROUGHT_REFUSED, text=reason)
    return row


def _brought(user: User, brought_id: int) -> BroughtFile:
    found = BroughtFile.objects.select_related("file").filter(
        pk=brought_id, of__in=returns_visible_to(user).values("pk")
    )
    row: BroughtFile | None = found.first()
    if row is None:
        raise NotFound
    return row


def _decide(brought: BroughtFile, user: User, *, taken: bool, reason: str = "") -> None:
    try:
        with transaction.atomic():
            BroughtDecision.objects.create(
                brought=brought, taken=taken, reason=reason[:300], known_on=clock.today(), by=user
            )
    except IntegrityError:
        raise Invalid(_("这个文件已经处理过。")) from None
