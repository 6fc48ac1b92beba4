"""Reads of stored files; bytes that are missing or were altered on disk are noticed, never handed out."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.refusal import Refusal


class BytesLost(Refusal):
    """The bytes of a stored file are missing, or are not those that were handed in."""

    status = 500
    code = "bytes_lost"


def path_of(digest: str) -> Path:
    """Where the bytes with this SHA-256 lie."""
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest[2:4] / digest


def whole(path: Path, digest: str) -> bool:
    """Whether the file at ``path`` is there and is the one with this hash."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == digest


def read_bytes(stored: StoredFile) -> bytes:
    """The bytes as they were handed in. BytesLost when the disk no longer holds them."""
    try:
        data = path_of(stored.sha256).read_bytes()
    except FileNotFoundError:
        raise BytesLost(
            _("文件“%(name)s”在存储中找不到了。请系统管理员从备份恢复，或请上传人重新上传同一文件。")
            % {"name": stored.name}
        ) from None
    if hashlib.sha256(data).hexdigest() != stored.sha256:
        raise BytesLost(
            _("文件“%(name)s”在存储中已被改动，与上传时不一致，不能使用。请系统管理员从备份恢复。")
            % {"name": stored.name}
        )
    return data
