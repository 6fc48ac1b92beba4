"""What the columns of a table hold, told by their header cells."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tiaodu.engine.kernel.quantity import Unit
from tiaodu.engine.reading.vocabulary import Vocabulary

_BRACKETED = re.compile(r"[（(\[【]([^）)\]】]{1,12})[）)\]】]")
_YEAR = re.compile(r"^(20\d\d)年?度?")
_MULTIPLIED = re.compile(r"^([百千万亿]{0,2})(.+)$")
MULTIPLIERS = {"": 1, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "千万": 10**7, "百万": 10**6}
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Column:
    """The role of a column; ``unit`` and ``multiplier`` from its header (总投资（亿元）), ``year`` if the
    header has one.
    """

    role: str | None
    unit: Unit | None = None
    multiplier: int = 1
    year: int | None = None
    header: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its place in the text; blanks at its ends are left out."""

    start: int
    end: int
    text: str


def cells(text: str, start: int, end: int) -> list[Cell]:
    """The cells of the row ``text[start:end]``, parted by tabs."""
    found, position = [], start
    for part in text[start:end].split("\t"):
        left = len(part) - len(part.lstrip())
        bare = part.strip()
        found.append(Cell(position + left, position + left + len(bare), bare))
        position += len(part) + 1
    return found


def header(row: list[Cell], vocabulary: Vocabulary) -> list[Column] | None:
    """The columns when ``row`` is a header: at least two of its cells are known, a name or a task among
    them.
    """
    columns = [column(cell.text, vocabulary) for cell in row]
    known = [c.role for c in columns if c.role]
    return columns if len(known) >= FEWEST and ("name" in known or "content" in known) else None


def column(text: str, vocabulary: Vocabulary) -> Column:
    """Read one header cell."""
    plain = re.sub(r"\s", "", text)
    unit, multiplier = None, 1
    for inner in _BRACKETED.findall(plain):
        found = unit_of(inner.replace("单位：", "").replace("单位:", ""), vocabulary)
        if found:
            unit, multiplier = found
    plain = _BRACKETED.sub("", plain)
    year = _YEAR.match(plain)
    rest = plain[year.end() :] if year else plain
    role = _role(rest, vocabulary)
    if role == "investment_total" and year and rest.startswith(("计划投资", "投资")):
        role = "investment_period"
    return Column(role, unit, multiplier, int(year.group(1)) if year else None, plain)


def unit_of(text: str, vocabulary: Vocabulary) -> tuple[Unit, int] | None:
    """亿元 as 元 and 100,000,000."""
    whole = vocabulary.units.words.get(text)
    if whole:
        return whole, 1
    match = _MULTIPLIED.match(text)
    if match and match[1] in MULTIPLIERS and match[2] in vocabulary.units.words:
        return vocabulary.units.words[match[2]], MULTIPLIERS[match[1]]
    return None


def _role(text: str, vocabulary: Vocabulary) -> str | None:
    columns = vocabulary.raw["tables"]["columns"]
    for role, words in columns.items():
        if text in words:
            return str(role)
    best, length = None, 1
    for role, words in columns.items():
        for word in words:
            if (
                len(word) > length
                and (text.endswith(word) or text.startswith(word))
                and len(text) - len(word) <= 6
            ):
                best, length = str(role), len(word)
    return best
