"""What may stand in a cell: text, a number with its unit, a day, a period, one of a list, several names.

A parser turns a cell into a value, or raises :class:`CellError` with words for the person who filled it in.
Values are kept as JSON between the dry run and the confirmation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import override

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.kernel.quantity import plain
from tiaodu.engine.kernel.units import packaged_units
from tiaodu.engine.tabular.grid import Cell, text_of
from tiaodu.engine.tabular.values import day_of, half_width, is_bare, number_of, period_of, unit_of
from tiaodu.foundation.lists.columns import Label

NAMED = 10  # choices that are named where one is wrong
EXACT_DIGITS = 15  # Excel keeps no more of a number; a longer code must be stored as text


class CellError(ValueError):
    """A cell cannot be taken; the message says why, and what would be."""


class Parser(Protocol):
    """How a cell becomes a value: ``reader`` is made once a file; the template asks ``choices``, ``kind``."""

    @property
    def kind(self) -> str: ...
    def choices(self) -> Sequence[str]: ...
    def under(self, heading: str) -> Parser: ...
    def reader(self) -> Callable[[Cell], Any]: ...
    def dump(self, value: Any) -> Any: ...
    def load(self, kept: Any) -> Any: ...
    def shown(self, value: Any) -> str: ...
    def differs(self, before: Any, value: Any) -> bool: ...
    def told(self, before: Any, value: Any) -> tuple[str, str]: ...


@dataclass(frozen=True, slots=True)
class _Plain:
    """What most parsers have in common: a value that JSON keeps and a list without choices."""

    @property
    def kind(self) -> str:
        return "text"

    def choices(self) -> Sequence[str]:
        return ()

    def under(self, _heading: str) -> Parser:
        """The parser for a column with this heading: what stands there may say how its cells are meant."""
        return self

    def read(self, cell: Cell) -> Any:
        """The value of a filled cell. Raises :class:`CellError`, or a Refusal of the room.

        A parser that must look something up first has a :meth:`reader` of its own instead.
        """
        raise TypeError(f"{type(self).__name__} reads through reader()")

    def reader(self) -> Callable[[Cell], Any]:
        return self.read

    def dump(self, value: Any) -> Any:
        return value

    def load(self, kept: Any) -> Any:
        return kept

    def shown(self, value: Any) -> str:
        return "" if value is None else str(value)

    def differs(self, before: Any, value: Any) -> bool:
        return bool((before or None) != (value or None))

    def told(self, before: Any, value: Any) -> tuple[str, str]:
        """What goes and what comes, in words."""
        return self.shown(before), self.shown(value)


@dataclass(frozen=True, slots=True)
class Text(_Plain):
    """A text of ``most`` characters; ``check`` gives its proper form or raises a Refusal."""

    most: int = 200
    check: Callable[[str], str] | None = None

    def read(self, cell: Cell) -> str:
        if isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= 10**EXACT_DIGITS:
            raise CellError(
                _("Excel 把长数字存成了近似值（只保留 15 位）。请把这一列设为“文本”格式后重新填写完整数字。")
            )
        text = re.sub(r"\s+", " ", text_of(cell)).strip()
        if len(text) > self.most:
            raise CellError(
                _("太长：%(count)s 个字，最多 %(most)s 个。") % {"count": len(text), "most": self.most}
            )
        return self.check(text) if self.check else text


@dataclass(frozen=True, slots=True)
class Many(_Plain):
    """Several names in one cell, parted by 、 ， ； or a new line; they are added, none is taken away."""

    most: int = 200

    def read(self, cell: Cell) -> list[str]:
        named = [part.strip() for part in re.split(r"[、，,；;\n|]+", text_of(cell))]
        long = next((part for part in named if len(part) > self.most), None)
        if long is not None:
            raise CellError(
                _("“%(text)s…”太长，最多 %(most)s 个字。") % {"text": long[:20], "most": self.most}
            )
        return list(dict.fromkeys(part for part in named if part))

    def shown(self, value: Any) -> str:
        return "、".join(value or ())

    def differs(self, before: Any, value: Any) -> bool:
        return not set(value or ()) <= set(before or ())

    def told(self, before: Any, value: Any) -> tuple[str, str]:
        return "", "+ " + self.shown([name for name in value if name not in (before or ())])


@dataclass(frozen=True, slots=True)
class Number(_Plain):
    """A number counted in ``unit``; other units of the same kind are converted (500万吨 in 吨).

    A cell without a unit is counted in that of its heading (总投资（亿元）), else in ``written``, else in
    ``unit``.
    """

    unit: str = ""
    places: int = 6
    least: Decimal | None = None
    written: str = ""

    @property
    def kind(self) -> str:
        return "number"

    def under(self, heading: str) -> Number:
        units = packaged_units()
        told = re.findall(r"[(（]([^()（）]*)[)）]|单位[:：]\s*([^\s，,;；)）]+)", heading)
        named = [re.split(r"[:：、，,]", own or whole)[-1].strip() for own, whole in told]
        base = units[self.unit].base if self.unit in units else None
        fits = ((word, unit) for word in named if (unit := unit_of(word, units)))
        found = next((word for word, unit in fits if unit.base == base), "")
        return replace(self, written=found) if found else self

    def read(self, cell: Cell) -> Decimal:
        units = packaged_units()
        value = number_of(cell, self.unit, units)
        written = unit_of(self.written, units)
        if value is not None and written is not None and is_bare(cell):
            value *= written.factor / units[self.unit].factor
        if value is None:
            words = _("“%(text)s”不是数字，或单位不对。") if self.unit else _("“%(text)s”不是数字。")
            unit = _("请填以“%(unit)s”计的数。") % {"unit": self.written or self.unit} if self.unit else ""
            raise CellError(words % {"text": text_of(cell)[:30]} + unit)
        if self.least is not None and value < self.least:
            raise CellError(_("不能小于 %(least)s。") % {"least": self.least})
        exact = round(value, self.places)
        if abs(exact) >= Decimal(10) ** 18:
            raise CellError(_("数字太大：%(text)s。") % {"text": text_of(cell)[:30]})
        return plain(exact)

    def dump(self, value: Any) -> Any:
        return None if value is None else str(value)

    def load(self, kept: Any) -> Any:
        return None if kept is None else Decimal(kept)

    def shown(self, value: Any) -> str:
        return "" if value is None else f"{value:,f}"

    def differs(self, before: Any, value: Any) -> bool:
        return bool(before != value)


@dataclass(frozen=True, slots=True)
class Day(_Plain):
    """A day, however it is written."""

    @property
    def kind(self) -> str:
        return "day"

    def read(self, cell: Cell) -> date:
        value = day_of(cell)
        if value is None:
            raise CellError(_("“%(text)s”不是日期。请写成 2024-03-01。") % {"text": text_of(cell)[:30]})
        return value

    def dump(self, value: Any) -> Any:
        return value and value.isoformat()

    def load(self, kept: Any) -> Any:
        return date.fromisoformat(kept) if kept else None


@dataclass(frozen=True, slots=True)
class Span(_Plain):
    """A period: 2024年3月, 2024年1—6月, 2024-03, 2024年上半年."""

    def read(self, cell: Cell) -> Period:
        value = period_of(cell)
        if value is None:
            told = {"text": text_of(cell)[:30]}
            raise CellError(_("“%(text)s”不是时期。请写成 2024年3月、2024年1—6月 或 2024年。") % told)
        if isinstance(cell, date) and value.start.day == 1:
            raise CellError(_("Excel 把月份变成了日期。请把这一列设为“文本”格式，写成 2024年3月。"))
        return value

    def dump(self, value: Any) -> Any:
        return value and str(value)

    def load(self, kept: Any) -> Any:
        return Period.parse(kept) if kept else None

    def differs(self, before: Any, value: Any) -> bool:
        return bool(before != value)


@dataclass(frozen=True, slots=True)
class Choice(_Plain):
    """One of a list. ``offered()`` gives (value, label, further words for it…); label and value count too."""

    offered: Callable[[], Sequence[tuple[Any, ...]]]

    def choices(self) -> Sequence[str]:
        return [str(label) for _value, label, *_more in self.offered()]

    def reader(self) -> Callable[[Cell], Any]:
        words, named = self._words(), self.choices()
        told = "、".join(named[:NAMED]) + ("……" if len(named) > NAMED else "")

        def read(cell: Cell) -> Any:
            found = words.get(half_width(text_of(cell)).lower())
            if found is None:
                given = {"text": text_of(cell)[:30], "choices": told}
                raise CellError(_("“%(text)s”不在可选范围内。可以填：%(choices)s。") % given)
            return found

        return read

    def _words(self) -> dict[str, Any]:
        """Everything that means a value: its code, its label in each language, its other words."""
        found: dict[str, Any] = {}
        for language in ("en", "zh-hans"):
            with override(language):
                for value, label, *more in self.offered():
                    for word in (value, label, *more):
                        found[half_width(str(word)).lower()] = value
        return found

    def shown(self, value: Any) -> str:
        labels = {offered: str(label) for offered, label, *_more in self.offered()}
        return labels.get(value, "" if value is None else str(value))


@dataclass(frozen=True, slots=True)
class ImportField:
    """A column: its key, the headings that mean it (the first is the one we write), how it is read.

    ``required`` columns must be in the file and filled in every row. An empty cell of any other leaves what
    is there as it is: nothing is cleared by an import.
    """

    key: str
    titles: Sequence[Label]
    parse: Parser
    required: bool = False
    help: Label = ""
    example: str = ""

    @property
    def title(self) -> Label:
        return self.titles[0]
