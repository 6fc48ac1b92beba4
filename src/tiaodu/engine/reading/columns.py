"""What the columns of a table hold, told by their header cells."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tiaodu.engine.kernel.quantity import Unit
from tiaodu.engine.reading.vocabulary import Vocabulary

BRACKETED = re.compile(r"[（(\[【]([^）)\]】]{1,12})[）)\]】]")
_YEAR = re.compile(r"^(20\d\d)年?度?")
_BETWEEN = "·"  # between the heads over a column
_UNIT_LINE = re.compile(r"(?<![\u4e00-\u9fff])单位[：:]\s?([\u4e00-\u9fffA-Za-z、，,/]{1,12})")
_VALUE = re.compile(r"[约近超]?-?\d+(?!\d*年)")
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
    unit_words: str = ""  # the unit as the header writes it: 亿元


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


def header(
    row: list[Cell], vocabulary: Vocabulary, under: list[list[Cell]] | None = None
) -> list[Column] | None:
    """The columns when ``row`` is a header: at least two of its cells are known, a name, a task or an aim
    among them. ``under`` are the further rows of a header in several rows.
    """
    columns = [column(path, vocabulary) for path in _paths([row, *(under or [])])]
    known = [c.role for c in columns if c.role]
    return columns if len(known) >= FEWEST and not {"name", "content", "goal"}.isdisjoint(known) else None


def goes_on(above: list[Cell], below: list[Cell]) -> bool:
    """Whether ``below`` is a further row of the header ``above``: it parts a heading that stands over several
    columns (投资 over 总投资 and 年度投资) and repeats the others, or repeats the whole header.
    """
    if len(above) != len(below) or len(above) < FEWEST:
        return False
    heads = _spread(above)
    over = {i for i, head in enumerate(heads) if head and head in (*heads[i + 1 : i + 2], *heads[:i][-1:])}
    parted = all(below[i].text and not _VALUE.match(below[i].text) for i in over)
    return parted and all(below[i].text in ("", heads[i]) for i in range(len(heads)) if i not in over)


def _spread(row: list[Cell]) -> list[str]:
    """The heads of a row; an empty cell lies under the head at its left, as where merging was lost."""
    heads: list[str] = []
    for cell in row:
        heads.append(cell.text or (heads[-1] if heads else ""))
    return heads


def _paths(rows: list[list[Cell]]) -> list[str]:
    """The heads over each column from the top, each told once: 投资·总投资（万元）."""
    lines = [_spread(row) for row in rows[:-1]] + [[cell.text for cell in rows[-1]]]
    return [_BETWEEN.join(dict.fromkeys(head for head in path if head)) for path in zip(*lines, strict=True)]


def column(text: str, vocabulary: Vocabulary) -> Column:
    """Read one header; of several heads over a column the lowest known one tells what it holds."""
    plain = re.sub(r"\s", "", text)
    unit, multiplier, written = None, 1, ""
    for inner in BRACKETED.findall(plain):
        word = inner.replace("单位：", "").replace("单位:", "")
        if found := unit_of(word, vocabulary):
            unit, multiplier = found
            written = word
    heads = [BRACKETED.sub("", head) for head in plain.split(_BETWEEN)]
    years = [year for head in heads if (year := _YEAR.match(head))]
    bare = [_YEAR.sub("", head) for head in heads]
    tried = dict.fromkeys((bare[-1], "".join(bare), *reversed(bare)))
    role, rest = next(((r, head) for head in tried if (r := _role(head, vocabulary))), (None, ""))
    if role == "investment_total" and years and rest.startswith(("计划投资", "投资")):
        role = "investment_period"
    return Column(role, unit, multiplier, int(years[-1][1]) if years else None, heads[-1], written)


def unit_line(text: str, vocabulary: Vocabulary) -> tuple[Unit, int] | None:
    """The unit that the last 单位：万元 of ``text`` gives; money where it names several (单位：个、万元)."""
    named = [
        unit
        for line in _UNIT_LINE.findall(text)[::-1]
        for word in re.split("[、，,/]", line)
        if (unit := unit_of(word, vocabulary))
    ]
    return next((u for u in named if u[0].base == "元"), next(iter(named), None))


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
