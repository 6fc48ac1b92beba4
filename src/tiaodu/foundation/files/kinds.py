"""What kind of file some bytes are, told from the bytes and never from the name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tiaodu.foundation.refusal import Invalid


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file by its usual ending and its media type."""

    ending: str
    content_type: str


_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
KINDS: Final = {
    kind.ending: kind
    for kind in (
        Kind("docx", f"{_OPEN_XML}.wordprocessingml.document"),
        Kind("xlsx", f"{_OPEN_XML}.spreadsheetml.sheet"),
        Kind("odt", f"{_OPEN_DOCUMENT}.text"),
        Kind("ods", f"{_OPEN_DOCUMENT}.spreadsheet"),
        Kind("doc", "application/msword"),
        Kind("xls", "application/vnd.ms-excel"),
        Kind("pdf", "application/pdf"),
        Kind("ofd", "application/ofd"),
        Kind("rtf", "application/rtf"),
        Kind("html", "text/html"),
        Kind("txt", "text/plain"),
        Kind("png", "image/png"),
        Kind("jpg", "image/jpeg"),
        Kind("gif", "image/gif"),
    )
}
UNKNOWN: Final = Kind("bin", "application/octet-stream")
PROOF: Final = frozenset({"png", "jpg", "pdf", "docx", "xlsx"})  # what may back evidence or a close-out
_PICTURES: Final = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF8", "gif"))
_PACKED: Final = frozenset({"docx", "xlsx", "odt", "ods", "ofd"})


def kind_of(data: bytes, *, name: str) -> Kind:
    """The kind of ``data``; UNKNOWN when nothing known was recognised.

    A packed document is looked through before anything opens it: Invalid when it is damaged, locked by a
    password, or unpacks to more than the limits of data/intake/limits.yaml (a zip bomb).
    """
    for head, ending in _PICTURES:
        if data.startswith(head):
            return KINDS[ending]
    # Loaded here: the reader of documents is not needed to start the program.
    from tiaodu.engine.reading.intake import IntakeError, Limits  # noqa: PLC0415
    from tiaodu.engine.reading.intake.container import check_container  # noqa: PLC0415
    from tiaodu.engine.reading.intake.sniff import kind_of as sniffed  # noqa: PLC0415

    try:
        ending = sniffed(data, filename=name)
        if ending in _PACKED:
            check_container(data, limits=Limits.standard(), filename=name).close()
    except IntakeError as error:
        raise Invalid(error.message(get_language() or "zh")) from None
    return KINDS.get(_readable_text(data) if ending == "txt" else ending, UNKNOWN)


def _readable_text(data: bytes) -> str:
    """``txt`` unless there are bytes that no text has."""
    sample = data[:65536]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "txt"
    return "bin" if b"\x00" in sample else "txt"


def names_of(allowed: frozenset[str]) -> str:
    """The allowed kinds as people read them."""
    return _("、").join(sorted(allowed))
