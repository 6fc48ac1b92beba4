"""Looks at a docx or xlsx before anything opens it: size when unpacked, foreign definitions, damage."""

from __future__ import annotations

import io
import zipfile
import zlib

from tiaodu.engine.reading.intake.model import (
    DamagedError,
    EncryptedError,
    Limits,
    UnpacksTooLargeError,
    UnsafeXmlError,
)

_MEGABYTE = 1 << 20
_DEFINITIONS = ("<!DOCTYPE", "<!ENTITY")
_FORBIDDEN = tuple(word.encode(code) for word in _DEFINITIONS for code in ("ascii", "utf-16-le", "utf-16-be"))


def check_container(data: bytes, *, limits: Limits, filename: str) -> zipfile.ZipFile:
    """Open the zip ``data`` after its parts were found harmless and whole.

    A part is never unpacked further than the size it declares, so the declared sizes bound the work. Parts
    that are themselves archives are not opened at all. Raises UnpacksTooLargeError, UnsafeXmlError,
    EncryptedError or DamagedError.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        _check_sizes(archive.infolist(), limits, filename)
        if any(info.flag_bits & 1 for info in archive.infolist()):
            raise EncryptedError(name=filename)
        for info in archive.infolist():
            _check_part(archive, info, filename)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise DamagedError(name=filename) from None
    return archive


def _check_sizes(parts: list[zipfile.ZipInfo], limits: Limits, filename: str) -> None:
    total = sum(part.file_size for part in parts)
    if len(parts) > limits.max_entries:
        raise UnpacksTooLargeError(name=filename, detail=f"{len(parts)} > {limits.max_entries}")
    if total > limits.max_unpacked_megabytes * _MEGABYTE:
        raise UnpacksTooLargeError(
            name=filename, detail=f"{total // _MEGABYTE} MB > {limits.max_unpacked_megabytes} MB"
        )
    for part in parts:
        ratio = part.file_size // max(1, part.compress_size)
        if part.file_size > limits.ratio_from_megabytes * _MEGABYTE and ratio > limits.max_ratio:
            raise UnpacksTooLargeError(name=filename, detail=f"{part.filename[:60]}: {ratio} : 1")


def _check_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, filename: str) -> None:
    if not info.filename.lower().endswith((".xml", ".rels", ".vml")):
        return
    tail = b""
    with archive.open(info) as part:
        while block := part.read(_MEGABYTE):
            window = tail + block
            if any(word in window for word in _FORBIDDEN):
                raise UnsafeXmlError(name=filename)
            tail = block[-64:]
