"""Bytes of a plain text → text, with the encoding it was written in."""

from __future__ import annotations

import re

from tiaodu.engine.reading.intake.model import UnknownEncodingError, UnknownKindError

_WRITTEN = re.compile(r"[\u2010-\u203f\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def decode(data: bytes, *, filename: str) -> tuple[str, str]:
    """The text and the name of its encoding: UTF-8, UTF-16 or GB18030 (which holds GBK and GB 2312).

    Raises UnknownKindError for bytes that are no text, UnknownEncodingError for a text in another encoding.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, filename), "UTF-8" if encoding == "utf-8-sig" else "UTF-16"
    if b"\x00" in data:
        return _without_mark(data, filename), "UTF-16"
    for encoding, name in (("utf-8", "UTF-8"), ("gb18030", "GB18030")):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text):
            raise UnknownKindError(name=filename)
        if name == "GB18030" and _rare_share(text) > 0.3:
            raise UnknownEncodingError(name=filename)
        return text, name
    raise (UnknownKindError if _CONTROL.search(data.decode("latin-1")) else UnknownEncodingError)(
        name=filename
    )


def _strict(data: bytes, encoding: str, filename: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise UnknownEncodingError(name=filename) from None
    if _CONTROL.search(text):
        raise UnknownKindError(name=filename)
    return text


def _without_mark(data: bytes, filename: str) -> str:
    """UTF-16 written without its mark: Chinese or ASCII in one byte order, rubbish in the other."""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        plausible = sum(1 for c in text if c.isascii() or _WRITTEN.match(c))
        if not _CONTROL.search(text) and plausible > 0.9 * len(text) and _rare_share(text) < 0.3:
            return text
    raise UnknownKindError(name=filename)


def _rare_share(text: str) -> float:
    """Share of characters outside ASCII that are no symbols or common ones of GB 2312 (rows 1 to 55)."""
    beyond = [c for c in text if not c.isascii()]
    if not beyond:
        return 0.0
    return sum(1 for c in beyond if not _is_common(c)) / len(beyond)


def _is_common(character: str) -> bool:
    try:
        coded = character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return 0xA1 <= coded[0] <= 0xD7
