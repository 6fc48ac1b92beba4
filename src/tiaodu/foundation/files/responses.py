"""Handing a stored file out: always as a download, never shown by the browser as a page of ours."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.files.selectors import read_bytes
from tiaodu.foundation.middleware import acting


def as_attachment(stored: StoredFile) -> HttpResponse:
    """The file as an attachment under its own name. Who took it goes into the audit log."""
    data = read_bytes(stored)
    audit.record(action="files.download", actor=acting(), obj=stored)
    response = HttpResponse(data, content_type=stored.content_type)
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=stored.name) or ""
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
