"""Stored files: looked at by content, written whole, and noticed when the disk has lost them."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from tests.cast import Cast

from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.files.kinds import PROOF
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.files.responses import as_attachment
from tiaodu.foundation.files.selectors import BytesLost, path_of, read_bytes
from tiaodu.foundation.files.services import file_store
from tiaodu.foundation.middleware import RequestMiddleware
from tiaodu.foundation.refusal import Invalid, NotAllowed

PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)
JPG = b"\xff\xd8\xff\xe0" + bytes(32)
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: object) -> Iterator[Path]:
    """A folder of its own for the bytes."""
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined]
    yield tmp_path / "files"


def _packed(main: str, size: int = 10) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(main, b" " * size)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (PNG, "image/png"),
        (JPG, "image/jpeg"),
        (PDF, "application/pdf"),
        (
            _packed("word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (_packed("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("左权县计划".encode(), "text/plain"),
        (b"<!DOCTYPE html><html></html>", "text/html"),
        (b"\x00\x01\x02\x03", "application/octet-stream"),
    ],
)
def test_the_kind_is_that_of_the_bytes(cast: Cast, data: bytes, content_type: str) -> None:
    stored = file_store(user=cast.energy, name="whatever.pdf", data=data)
    assert (stored.content_type, stored.size) == (content_type, len(data))
    assert stored.sha256 == hashlib.sha256(data).hexdigest()
    assert read_bytes(stored) == data


def test_a_proof_may_be_a_picture_but_no_page(cast: Cast) -> None:
    assert file_store(user=cast.energy, name="照片.png", data=PNG, allowed=PROOF).name == "照片.png"
    for data in (b"<!DOCTYPE html><html><script>1</script></html>", b"MZ\x90\x00" + bytes(60), b"plain"):
        with pytest.raises(Invalid, match="可以接受"):
            file_store(user=cast.energy, name="photo.png", data=data, allowed=PROOF)
    assert StoredFile.objects.count() == 1


def test_a_bomb_an_empty_and_a_large_file_are_refused(cast: Cast, settings: object, store: Path) -> None:
    settings.TIAODU_UPLOAD_LIMIT = 3_000_000  # type: ignore[attr-defined]
    bomb = _packed("word/document.xml", size=500 << 20)
    assert len(bomb) < 1_000_000
    for data in (bomb, b"", b"x" * 3_000_001):
        with pytest.raises(Invalid):
            file_store(user=cast.energy, name="计划.docx", data=data, allowed=PROOF)
    assert not store.exists()
    assert AuditEntry.objects.count() == 0


def test_the_same_bytes_lie_once_under_every_name(cast: Cast, store: Path) -> None:
    first = file_store(user=cast.energy, name="甲.pdf", data=PDF)
    second = file_store(user=cast.industry, name="乙.pdf", data=PDF)
    assert first.pk != second.pk
    (place,) = (path for path in store.rglob("*") if path.is_file())
    assert place.stat().st_mode & 0o077 == 0
    assert place == path_of(first.sha256)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\报表\\一月:计划?.pdf", "一月_计划_.pdf"),
        ("a\x00b\u202egpj.pdf", "a_bgpj.pdf"),
        ("", "file.pdf"),
        (".pdf", "pdf.pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_names_are_cleaned(cast: Cast, given: str, kept: str) -> None:
    assert file_store(user=cast.energy, name=given, data=PDF).name == kept


def test_lost_and_altered_bytes_are_noticed_and_come_back(cast: Cast) -> None:
    stored = file_store(user=cast.energy, name="甲.pdf", data=PDF)
    path_of(stored.sha256).write_bytes(b"altered")
    with pytest.raises(BytesLost, match="改动"):
        read_bytes(stored)
    path_of(stored.sha256).unlink()
    with pytest.raises(BytesLost, match="找不到"):
        read_bytes(stored)
    file_store(user=cast.industry, name="again.pdf", data=PDF)
    assert read_bytes(stored) == PDF


def test_a_file_goes_out_as_a_download_and_into_the_log(cast: Cast) -> None:
    stored = file_store(user=cast.energy, name="照 片.html", data=b"<!DOCTYPE html><html></html>")
    request = RequestFactory().get("/")
    request.user, request.session = cast.industry, {}  # type: ignore[assignment]
    answer = RequestMiddleware(lambda _request: as_attachment(stored))(request)
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%E7%85%A7%20%E7%89%87.html"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.actor, entry.object_label) == ("files.download", cast.industry, "照 片.html")


@pytest.mark.django_db
def test_somebody_not_logged_in_stores_nothing() -> None:
    with pytest.raises(NotAllowed):
        file_store(user=AnonymousUser(), name="a.pdf", data=PDF)  # type: ignore[arg-type]
