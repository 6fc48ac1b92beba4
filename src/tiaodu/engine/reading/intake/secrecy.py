"""Finds the mark by which a document says that it is secret; a word in a sentence (商业秘密) is no mark."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tiaodu.engine.kernel.datafile import Choice, Integer, ListOf, Record, Text, load_datafile, with_head
from tiaodu.engine.reading.intake.model import data_path

_BLANK = re.compile(r"[\s\u3000]+")


@dataclass(frozen=True, slots=True)
class Marking:
    """A mark on a document. ``secret`` may not be stored (保守国家秘密法); ``internal`` limits readers."""

    level: str  # secret, internal
    word: str  # 秘密 机密 绝密 内部资料
    quote: str


@dataclass(frozen=True, slots=True)
class _Rules:
    head: int
    tail: int
    lines: tuple[tuple[str, bool, re.Pattern[str]], ...]
    names: tuple[tuple[str, re.Pattern[str]], ...]


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    level = Choice(("secret", "internal"))
    rule = Record({"name": Text(), "class": level, "where": Choice(("anywhere", "edge")), "pattern": Text()})
    shape = with_head(
        {
            "scan_lines": Record({"head": Integer(1, 1000), "tail": Integer(1, 1000)}),
            "rules": ListOf(rule),
            "names": ListOf(Record({"class": level, "pattern": Text()})),
        }
    )
    data: dict[str, Any] = load_datafile(data_path("secrecy.yaml"), shape)
    lines = tuple((r["class"], r["where"] == "edge", re.compile(r["pattern"])) for r in data["rules"])
    names = tuple((r["class"], re.compile(r["pattern"])) for r in data["names"])
    return _Rules(data["scan_lines"]["head"], data["scan_lines"]["tail"], lines, names)


def find_marking(text: str, *, filename: str = "") -> Marking | None:
    """The gravest mark that ``text`` or ``filename`` bears, or None.

    >>> find_marking("机密★1年\\n关于……的报告")
    Marking(level='secret', word='机密', quote='机密★1年')
    >>> find_marking("保守国家秘密，保护企业商业秘密。") is None
    True
    """
    rules = _rules()
    found = [Marking(level, m[1], filename) for level, p in rules.names if (m := p.search(filename))]
    lines = [line for line in text.split("\n") if line.strip()]
    for number, line in enumerate(lines):
        edge = number < rules.head or number >= len(lines) - rules.tail
        cells = [mark for cell in line.split("\t") for mark in _marks_of(cell, rules, edge=edge)]
        if len({mark.word for mark in cells}) == 1:  # a row that offers several levels bears none
            found.extend(cells)
        if "\t" in line:  # 密级 in one cell, 秘密 in the next
            found.extend(_marks_of(line.replace("\t", "："), rules, edge=False))
    return min(found, key=lambda mark: mark.level != "secret", default=None)


def _marks_of(cell: str, rules: _Rules, *, edge: bool) -> list[Marking]:
    packed = _BLANK.sub("", cell)
    marks = []
    for level, only_edge, pattern in rules.lines:
        if (edge or not only_edge) and (match := pattern.search(packed)):
            marks.append(Marking(level, match[1], packed[:40]))
    return marks
