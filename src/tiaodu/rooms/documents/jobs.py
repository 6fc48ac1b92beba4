"""Reading a long document as a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiaodu.foundation.jobs.registry import handler
from tiaodu.foundation.jobs.run import JobRun
from tiaodu.foundation.refusal import NotAllowed
from tiaodu.rooms.documents.services.reading import document_read


def _place(arguments: Mapping[str, Any]) -> str:
    return reverse("documents:detail", args=[arguments["document_id"]])


@handler("documents.read", title=_("读取文件"), repeatable=True, place=_place)
def read_document(job: JobRun, *, document_id: int, reading: int) -> None:
    """Read the document; a reading already done does nothing, so a job that lost its worker is simply run
    again.
    """
    if job.user is None:
        raise NotAllowed
    document_read(user=job.user, document_id=document_id, reading=reading, progress=job.progress)
