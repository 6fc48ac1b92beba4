"""The one way a file gets into the store: looked at, hashed, and written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import unicodedata
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.files.kinds import Kind, kind_of, names_of
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.files.selectors import path_of, whole
from tiaodu.foundation.refusal import Invalid

NAME_LENGTH = 120
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')


@transaction.atomic
def file_store(*, user: User, name: str, data: bytes, allowed: frozenset[str] | None = None) -> StoredFile:
    """Keep a file that ``user`` handed in.

    ``allowed`` holds endings of :data:`tiaodu.foundation.files.kinds.KINDS`; None takes every kind. The same
    bytes are kept once, however often and under whatever name they come. Invalid when the file is empty,
    larger than ``TIAODU_UPLOAD_LIMIT`` bytes, not of an allowed kind, or a container that must not be opened.
    """
    access.require(user, access.SIGNED_IN)
    _check_size(data)
    kind = kind_of(data, name=clean_name(name))
    if allowed is not None and kind.ending not in allowed:
        raise Invalid(
            _("“%(name)s”不是可以接受的文件类型。可以接受：%(kinds)s。文件没有保存。")
            % {"name": clean_name(name), "kinds": names_of(allowed)}
        )
    digest = hashlib.sha256(data).hexdigest()
    _write(path_of(digest), data, digest)
    stored = StoredFile.objects.create(
        sha256=digest,
        name=_with_ending(clean_name(name), kind),
        content_type=kind.content_type,
        size=len(data),
        uploaded_by=user,
    )
    audit.record(action="files.store", actor=user, obj=stored, after={"sha256": digest, "size": len(data)})
    return stored


def clean_name(name: str) -> str:
    """The last part of a name without what file systems refuse; kept in full where it can be.

    >>> clean_name("..\\\\..\\\\附件/计划: 2024.docx")
    '计划_ 2024.docx'
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(c for c in last if unicodedata.category(c) not in {"Cf", "Co", "Cs", "Cn"})
    cleaned = _NOT_IN_NAMES.sub("_", visible).strip(" .")
    stem, dot, ending = cleaned.rpartition(".")
    if dot and len(ending) <= 8:
        return f"{stem[: NAME_LENGTH - len(ending) - 1]}.{ending}" if stem else f"file.{ending}"
    return cleaned[:NAME_LENGTH] or "file"


def _with_ending(name: str, kind: Kind) -> str:
    """A file without an ending gets that of its kind, so that the next computer can open it."""
    return name if "." in name else f"{name}.{kind.ending}"


def _check_size(data: bytes) -> None:
    if not data:
        raise Invalid(_("这个文件是空的，没有保存。请检查后重新选择。"))
    if len(data) > settings.TIAODU_UPLOAD_LIMIT:
        raise Invalid(
            _("文件有 %(size)s MB，超过了上限 %(limit)s MB，没有保存。请压缩图片或拆分后再上传。")
            % {"size": _megabytes(len(data)), "limit": _megabytes(settings.TIAODU_UPLOAD_LIMIT)}
        )


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f}".removesuffix(".0")


def _write(path: Path, data: bytes, digest: str) -> None:
    """Write beside the place and rename: nobody ever sees half a file.

    Damaged bytes are replaced by whole ones.
    """
    if whole(path, digest):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(settings.FILE_UPLOAD_PERMISSIONS or 0o600)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
