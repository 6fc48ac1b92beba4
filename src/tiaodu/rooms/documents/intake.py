"""What a person hands in becomes text, or a refusal that says what to do."""

from __future__ import annotations

import re

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tiaodu.engine.reading.intake import (
    Intake,
    IntakeError,
    IntakeWarning,
    Marking,
    find_marking,
    open_document,
)
from tiaodu.engine.reading.intake.model import SecretMarkingError
from tiaodu.engine.reading.intake.writing import clean, tables_of_tabs
from tiaodu.foundation.files.convert import find_converter
from tiaodu.foundation.files.services import clean_name
from tiaodu.foundation.refusal import Invalid

_ENDING = re.compile(r"\.([A-Za-z][A-Za-z0-9]{0,7}|[0-9][A-Za-z][A-Za-z0-9]{0,6})$")
# Endings under which a readable document is handed in: what looks like plain text elsewhere is no document.
_READABLE = frozenset(
    {
        *("docx", "docm", "dotx", "doc", "wps", "dot", "wpt", "rtf", "odt", "ofd", "pdf"),
        *("xlsx", "xlsm", "xls", "et", "xlsb", "ods", "csv", "tsv"),
        *("html", "htm", "mht", "shtml", "txt", "text", "md"),
    }
)


class Refused(Invalid):
    """The file or text cannot be taken in. ``marking`` is set when it bears a mark of secrecy."""

    def __init__(self, message: str, *, code: str, marking: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.marking = marking


def take_file(data: bytes, *, name: str) -> Intake:
    """The text of a file of any readable kind. Raises :class:`Refused`."""
    name = clean_name(name)
    try:
        intake = open_document(data, filename=name, convert=find_converter())
    except IntakeError as error:
        marking = error.params.get("marking", "") if isinstance(error, SecretMarkingError) else ""
        raise Refused(error.message(get_language() or "zh"), code=error.code, marking=marking) from None
    ending = _ENDING.search(name)
    if intake.kind == "txt" and ending and ending[1].lower() not in _READABLE:
        raise Refused(
            _(
                "“%(name)s”不是可以读的文件，没有登记。"
                "能读 Word（docx、doc）、WPS、PDF、Excel（xlsx、xls）、OFD、网页（html）"
                "和纯文本（txt、md、csv）。"
            )
            % {"name": name},
            code="unreadable_kind",
        )
    return intake


def take_text(pasted: str, *, title: str) -> Intake:
    """A pasted text, taken as it stands: HTML in it is text like any other. Raises :class:`Refused`."""
    text = clean(pasted)
    if not text.strip():
        raise Refused(_("还没有文字。请粘贴一段计划，或选择一个文件。"), code="empty_text")
    mark = refuse_secret(text, name=title)
    warnings = (IntakeWarning("internal", {"marking": mark.word}),) if mark else ()
    return Intake(text, tables_of_tabs(text), "txt", warnings)


def refuse_secret(text: str, *, name: str) -> Marking | None:
    """The mark that limits readers, if there is one. Raises :class:`Refused` for 秘密, 机密 and 绝密."""
    mark = find_marking(text, filename=name)
    if mark is not None and mark.level == "secret":
        error = SecretMarkingError(name=_("粘贴的文字"), marking=mark.word)
        raise Refused(error.message(get_language() or "zh"), code=error.code, marking=mark.word)
    return mark


def warning_words(warnings: list[dict[str, object]]) -> list[str]:
    """What is to be known about the reading of a file, in the reader's language."""
    told = (IntakeWarning(str(w["code"]), dict(w.get("params") or {})) for w in warnings)  # type: ignore[call-overload]
    return [warning.message(get_language() or "zh") for warning in told]
