"""Opens a file of any readable kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from tiaodu.engine.reading.intake import model
from tiaodu.engine.reading.intake.model import Convert, Intake, IntakeError, IntakeWarning, Limits
from tiaodu.engine.reading.intake.plain import decode
from tiaodu.engine.reading.intake.secrecy import find_marking
from tiaodu.engine.reading.intake.sniff import kind_of
from tiaodu.engine.reading.intake.writing import clean, tables_of_tabs

_HAN = re.compile(r"[\u3400-\u9fff]")
_REFUSED: dict[str, type[IntakeError]] = {
    "encrypted": model.EncryptedError,
    "archive": model.ArchiveError,
    "picture": model.PictureError,
    "pptx": model.SlidesError,
}
_CONVERTED = frozenset(("doc", "rtf", "ofd", "odt", "other"))
_SUFFIXES = {
    "docx": ("docx", "docm", "dotx"),
    "xlsx": ("xlsx", "xlsm"),
    "xls": ("xls", "et"),
    "html": ("html", "htm", "mht", "shtml"),
    "txt": ("txt", "text", "md", "csv", "tsv"),
    "doc": ("doc", "wps", "dot"),
}


def open_document(
    data: bytes, *, filename: str, limits: Limits | None = None, convert: Convert | None = None
) -> Intake:
    """The text and tables of a file, whatever its kind, found from its content.

    ``convert`` turns an old format (doc, wps, rtf, odt, ofd) into docx; without it such a file is refused
    with advice. Raises an :class:`IntakeError` whose ``message(lang)`` tells a person what to do;
    :class:`SecretMarkingError` when the text, a header, a footer or the name bears 秘密, 机密 or 绝密.
    """
    limits = limits or Limits.standard()
    if not data:
        raise model.EmptyFileError(name=filename)
    if len(data) > limits.max_megabytes << 20:
        size = f"{len(data) / (1 << 20):.1f}"
        raise model.TooLargeError(name=filename, size=size, limit=str(limits.max_megabytes))
    kind = kind_of(data, filename=filename)
    if kind in _REFUSED:
        raise _REFUSED[kind](name=filename)
    intake = _read(data, kind, limits, filename, convert)
    if not intake.text.strip():
        raise model.EmptyTextError(name=filename)
    internal = _check_secrecy(intake, filename)
    warnings = (*_kind_warnings(intake, filename), *intake.warnings, *internal)
    return replace(intake, warnings=warnings)


def _read(data: bytes, kind: str, limits: Limits, filename: str, convert: Convert | None) -> Intake:
    # Each reader is loaded only when its kind arrives: a pasted text must not wait for the PDF library.
    if kind in _CONVERTED:
        return _convert_and_read(data, kind, limits, filename, convert)
    if kind == "docx":
        from tiaodu.engine.reading.intake.word import read_word  # noqa: PLC0415

        text, tables, warnings, margins = read_word(data, limits=limits, filename=filename)
        return Intake(text, tables, kind, warnings, margins=margins)
    if kind in ("xlsx", "xls", "xlsb", "ods"):
        from tiaodu.engine.reading.intake.sheets import read_workbook  # noqa: PLC0415

        text, tables, warnings = read_workbook(data, kind, limits=limits, filename=filename)
        return Intake(text, tables, kind, warnings)
    if kind == "pdf":
        from tiaodu.engine.reading.intake.pages import read_pdf  # noqa: PLC0415

        pdf = read_pdf(data, limits=limits, filename=filename)
        return Intake(pdf.text, pdf.tables, kind, pdf.warnings, pdf.pages, pdf.margins)
    return _read_text(data, kind, filename)


def _read_text(data: bytes, kind: str, filename: str) -> Intake:
    if kind == "html":
        from tiaodu.engine.reading.intake.webpage import read_webpage  # noqa: PLC0415

        text, tables, _ = read_webpage(data, filename=filename)
        return Intake(text, tables, kind)
    decoded, encoding = decode(data, filename=filename)
    text = clean(decoded)
    warnings = () if encoding == "UTF-8" else (IntakeWarning("encoding", {"encoding": encoding}),)
    return Intake(text, tables_of_tabs(text), kind, warnings)


def _convert_and_read(
    data: bytes, kind: str, limits: Limits, filename: str, convert: Convert | None
) -> Intake:
    suffix = _suffix(filename)
    shown = suffix if kind in ("doc", "other") and suffix in ("doc", "wps", "dot") else kind
    if shown == "other":
        raise model.UnknownKindError(name=filename)
    if convert is None:
        raise model.NeedsConverterError(name=filename, kind=shown)
    try:
        converted = convert(data, shown)
    except OSError:
        raise model.ConversionFailedError(name=filename, kind=shown) from None
    if kind_of(converted, filename=filename) != "docx":
        raise model.ConversionFailedError(name=filename, kind=shown)
    intake = _read(converted, "docx", limits, filename, None)
    return replace(
        intake, kind=shown, warnings=(IntakeWarning("converted", {"kind": shown}), *intake.warnings)
    )


def _suffix(filename: str) -> str:
    return filename.rpartition(".")[2].lower() if "." in filename else ""


def _kind_warnings(intake: Intake, filename: str) -> Iterator[IntakeWarning]:
    suffix = _suffix(filename)
    known = {name for names in _SUFFIXES.values() for name in names} | {
        "pdf",
        "rtf",
        "odt",
        "ofd",
        "ods",
        "xlsb",
    }
    if suffix in known and suffix not in _SUFFIXES.get(intake.kind, (intake.kind,)):
        yield IntakeWarning("wrong_extension", {"extension": suffix, "kind": intake.kind})
    if not _HAN.search(intake.text):
        yield IntakeWarning("no_chinese")


def _check_secrecy(intake: Intake, filename: str) -> tuple[IntakeWarning, ...]:
    marks = [find_marking(intake.text, filename=filename), find_marking(intake.margins)]
    for mark in marks:
        if mark is not None and mark.level == "secret":
            raise model.SecretMarkingError(name=filename, marking=mark.word)
    internal = next((mark for mark in marks if mark is not None), None)
    return () if internal is None else (IntakeWarning("internal", {"marking": internal.word}),)
