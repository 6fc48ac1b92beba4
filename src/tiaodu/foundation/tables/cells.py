"""One cell of a table: from what was typed to a value, from a value to text, and what is accepted, in words.

Whatever the value comes from (a form, an Excel file, the database), the shape that reads the packaged file
judges it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import yaml
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.datafile import (
    Choice,
    DataFileError,
    Day,
    Flag,
    Integer,
    ListOf,
    Number,
    Shape,
    Text,
)
from tiaodu.engine.kernel.expression import ExpressionError, Formula

Label = Any  # a str or a lazily translated one
CELLS: Final = (Text, Choice, Integer, Number, Flag, Day, ListOf, Formula)
_MARK: Final = yaml.Mark("", 0, 0, 0, None, 0)
_SEPARATORS: Final = re.compile(r"[、,，;；\n]+")
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_YES_NO: Final = {"是": "true", "否": "false", "yes": "true", "no": "false"}
_NUMBERS: Final = (Integer, Number)


class CellError(ValueError):
    """A cell holds what its shape does not accept; the message says so in words, ``at`` names the characters
    of an expression that cannot be read.
    """

    def __init__(self, message: str, at: tuple[int, int] | None = None) -> None:
        super().__init__(message)
        self.at = at


def kind(shape: Shape) -> str:
    """text, choice, integer, number, flag, day or listof: which field a form shows."""
    return type(shape).__name__.lower()


def accepted(shape: Shape, words: Mapping[str, Label] | None = None) -> str:
    """What a cell accepts, in the reader's language."""
    if isinstance(shape, Integer):
        return _("整数，%(low)s 到 %(high)s") % {"low": shape.low, "high": shape.high}
    if isinstance(shape, Choice):
        return _("以下之一：%(values)s") % {
            "values": "、".join(str((words or {}).get(value, value)) for value in shape.values)
        }
    if isinstance(shape, ListOf):
        return _("用顿号隔开的若干项，每项是%(item)s") % {"item": accepted(shape.item, words)}
    if isinstance(shape, Text) and shape.pattern:
        return _("形如 %(pattern)s 的文字") % {"pattern": shape.pattern}
    if isinstance(shape, Formula):
        names = "、".join(str(name.label or code) for code, name in shape.names.items())
        return _("条件或算式，可用 %(names)s") % {"names": names}
    told = {"number": _("数字"), "flag": _("是或否"), "day": _("日期，如 2024-03-31")}
    return told.get(kind(shape), _("文字"))


def read_cell(
    shape: Shape, raw: Any, *, optional: bool = False, words: Mapping[str, Label] | None = None
) -> Any:
    """The value of a cell, None for an optional one left empty. Raises :class:`CellError`."""
    plain = _plain(shape, raw, words or {})
    if plain in ("", []):
        if optional:
            return None
        if isinstance(shape, (Choice, Flag)):
            raise CellError(_("请选择。"))
        if not _may_be_empty(shape):
            raise CellError(_("请填写；应为%(accepted)s。") % {"accepted": accepted(shape, words)})
    if isinstance(shape, Formula):
        return _formula(shape, plain)
    try:
        return shape.take(_node(plain), "", "")
    except DataFileError:
        told = {"got": written(raw), "accepted": accepted(shape, words)}
        raise CellError(_("“%(got)s”不行；应为%(accepted)s。") % told) from None


def _formula(shape: Formula, source: str) -> str:
    try:
        shape.read(source)
    except ExpressionError as error:
        told = {"at": error.start + 1, "message": error.message(get_language() or "zh")}
        words = _("第 %(at)s 个字符起：%(message)s") % told
        raise CellError(words, (error.start, error.end)) from None
    return source


def _may_be_empty(shape: Shape) -> bool:
    return isinstance(shape, (Text, ListOf)) and shape.empty


def _plain(shape: Shape, raw: Any, words: Mapping[str, Label]) -> Any:
    """What was typed as the text a data file would hold: half-width, a choice by its code, no blanks."""
    if isinstance(shape, ListOf):
        items = raw if isinstance(raw, (list, tuple)) else _SEPARATORS.split(_coded(_text(raw), words))
        plain = (_plain(shape.item, item, words) for item in items)
        return [item for item in plain if item != ""]
    text = _text(raw)
    if isinstance(shape, _NUMBERS):
        return _number(text)
    if isinstance(shape, Flag):
        return _YES_NO.get(text.lower(), text.lower())
    if isinstance(shape, Day):
        found = _DAY.fullmatch(_narrow(text))
        return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else text
    if isinstance(shape, Choice):
        return next((code for code, word in words.items() if str(word) == text), text)
    return text


def _coded(text: str, words: Mapping[str, Label]) -> str:
    """A text in which words that hold a separator themselves (招标、拍卖) are told by their codes."""
    for code, word in words.items():
        if _SEPARATORS.search(str(word)):
            text = text.replace(str(word), code)
    return text


def as_chosen(shape: Shape, typed: str, words: Mapping[str, Label]) -> str:
    """A cell as the field of a form holds it where people may have written words: a choice by its code."""
    item = shape.item if isinstance(shape, ListOf) else shape
    return written(_plain(shape, typed, words)) if isinstance(item, (Choice, Flag)) else typed


def parts(typed: str) -> list[str]:
    """The items of a cell that holds several."""
    return [item.strip() for item in _SEPARATORS.split(typed) if item.strip()]


def _text(raw: Any) -> str:
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, datetime):
        raw = raw.date()
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, float):
        raw = Decimal(repr(raw))
    if isinstance(raw, Decimal):
        return number_text(raw) if raw.is_finite() else str(raw)
    return str(raw).replace("\x00", "").replace("\r\n", "\n").strip()


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _number(text: str) -> str:
    """A number as people type it, 1,200.50, as a data file holds it; what is no number stays as it is."""
    plain = _narrow(text).replace("−", "-")
    return plain.replace(",", "") if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", plain) else plain


def number_text(value: Decimal) -> str:
    """A decimal without exponent and without zeros that say nothing.

    >>> number_text(Decimal("1200.50")), number_text(Decimal("0.00")), number_text(Decimal("3E+2"))
    ('1200.5', '0', '300')
    """
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _node(plain: Any) -> yaml.Node:
    if isinstance(plain, list):
        return yaml.SequenceNode("tag:yaml.org,2002:seq", [_node(item) for item in plain], _MARK, _MARK)
    return yaml.ScalarNode("tag:yaml.org,2002:str", plain, _MARK, _MARK)


def written(value: Any) -> str:
    """A value as the field of a form holds it; reading it again gives the value."""
    if isinstance(value, (list, tuple)):
        return "、".join(written(item) for item in value)
    return _text(value)


def shown(value: Any, words: Mapping[str, Label] | None = None) -> str:
    """A value as people read it; empty for nothing."""
    if isinstance(value, (list, tuple)):
        return "、".join(shown(item, words) for item in value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, str) and words and value in words:
        return str(words[value])
    return _text(value)


def kept(value: Any) -> Any:
    """A value as the database keeps it: numbers that are exact and days as text."""
    if isinstance(value, (list, tuple)):
        return [kept(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, str)) else _text(value)


def frozen(value: Any) -> Any:
    """A value that whoever reads a table cannot change."""
    return tuple(frozen(item) for item in value) if isinstance(value, (list, tuple)) else value
