"""What an intake gives and how it refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tiaodu.engine.kernel.datafile import Integer, MappingOf, Record, Text, load_datafile, with_head
from tiaodu.engine.reading.model import TableSpan

Convert = Callable[[bytes, str], bytes]
"""Turns the bytes of an old format, given with its suffix (``doc``), into a docx, or raises OSError."""


def data_path(name: str) -> Path:
    """Where the data file ``name`` of the intake lies."""
    return Path(str(files("tiaodu.data").joinpath("intake", name)))


@lru_cache(maxsize=1)
def _messages() -> dict[str, Any]:
    wording = MappingOf(Record({"zh": Text(), "en": Text()}))
    shape = with_head({"errors": wording, "warnings": wording})
    loaded: dict[str, Any] = load_datafile(data_path("messages.yaml"), shape)
    return loaded


def _wording(group: str, code: str, params: Mapping[str, str], lang: str) -> str:
    wording: dict[str, str] = _messages()[group][code]
    return wording["en" if lang.startswith("en") else "zh"].format_map(dict(params))


class IntakeError(ValueError):
    """A file cannot be taken in. ``code`` and ``params`` say why; :meth:`message` says it to a person."""

    code = ""

    def __init__(self, **params: str) -> None:
        self.params: Mapping[str, str] = MappingProxyType(params)
        super().__init__(self.code, params)

    def message(self, lang: str = "zh") -> str:
        """What happened, that nothing was lost and what to do, in Chinese or (``en``) English."""
        return _wording("errors", self.code, self.params, lang)

    def __str__(self) -> str:
        return self.message("en")


class EmptyFileError(IntakeError):
    code = "empty_file"


class EmptyTextError(IntakeError):
    code = "empty_text"


class TooLargeError(IntakeError):
    code = "too_large"


class UnpacksTooLargeError(IntakeError):
    code = "unpacks_too_large"


class UnsafeXmlError(IntakeError):
    code = "unsafe_xml"


class DamagedError(IntakeError):
    code = "damaged"


class PdfTruncatedError(IntakeError):
    code = "pdf_truncated"


class EncryptedError(IntakeError):
    code = "encrypted"


class PdfScannedError(IntakeError):
    code = "pdf_scanned"


class TooManyPagesError(IntakeError):
    code = "too_many_pages"


class TooManyCellsError(IntakeError):
    code = "too_many_cells"


class ArchiveError(IntakeError):
    code = "archive"


class PictureError(IntakeError):
    code = "picture"


class SlidesError(IntakeError):
    code = "slides"


class UnknownKindError(IntakeError):
    code = "unknown_kind"


class UnknownEncodingError(IntakeError):
    code = "unknown_encoding"


class NeedsConverterError(IntakeError):
    code = "needs_converter"


class ConversionFailedError(IntakeError):
    code = "conversion_failed"


class SecretMarkingError(IntakeError):
    """The file bears 秘密, 机密 or 绝密: it must not be stored (保守国家秘密法)."""

    code = "secret"


@dataclass(frozen=True, slots=True)
class IntakeWarning:
    """A reservation about what was read; the file was read all the same."""

    code: str
    params: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def message(self, lang: str = "zh") -> str:
        """The reservation in Chinese or (``en``) English."""
        return _wording("warnings", self.code, self.params, lang)


@dataclass(frozen=True, slots=True)
class Intake:
    """A document as text. ``pages`` is known for a PDF; ``margins`` holds headers and footers."""

    text: str
    tables: tuple[TableSpan, ...]
    kind: str  # txt docx pdf xlsx xls html doc wps rtf ofd odt
    warnings: tuple[IntakeWarning, ...] = ()
    pages: int | None = None
    margins: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may be or unpack to; megabytes are 2**20 bytes."""

    max_megabytes: int
    max_unpacked_megabytes: int
    max_entries: int
    max_ratio: int
    ratio_from_megabytes: int
    max_pages: int
    max_cells: int

    @classmethod
    def standard(cls) -> Limits:
        """The limits of data/intake/limits.yaml."""
        return _standard_limits()


@lru_cache(maxsize=1)
def _standard_limits() -> Limits:
    names = tuple(Limits.__dataclass_fields__)
    loaded = load_datafile(data_path("limits.yaml"), with_head({name: Integer(1, 10**9) for name in names}))
    return Limits(**{name: loaded[name] for name in names})
