"""The numbers Word writes before list paragraphs, which are not part of their text: 一、 （一） 1. ①"""

from __future__ import annotations

import re
from typing import Any

from docx.oxml.ns import qn

_PLACE = re.compile(r"%(\d)")
_CHINESE = ("chinese", "japanese", "taiwanese", "ideograph")  # beginnings of Chinese number formats


def _value(element: Any, path: str) -> str | None:
    found = element.find("/".join(qn(step) for step in path.split("/")))
    return None if found is None else found.get(qn("w:val"))


class Numbering:
    """Counts the list paragraphs of one document in their order."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._abstract: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        self._load(document)

    def _load(self, document: Any) -> None:
        root = next(
            (r.target_part for r in document.part.rels.values() if r.reltype.endswith("/numbering")), None
        )
        if root is None:
            return
        for abstract in root.element.iter(qn("w:abstractNum")):
            levels = {int(lvl.get(qn("w:ilvl"), "0")): _level(lvl) for lvl in abstract.iter(qn("w:lvl"))}
            self._levels[abstract.get(qn("w:abstractNumId"))] = levels
        for num in root.element.iter(qn("w:num")):
            self._abstract[num.get(qn("w:numId"))] = _value(num, "w:abstractNumId") or ""
        for style in document.styles.element.iter(qn("w:style")):
            number = _value(style, "w:pPr/w:numPr/w:numId")
            if number:
                level = int(_value(style, "w:pPr/w:numPr/w:ilvl") or "0")
                self._styles[style.get(qn("w:styleId"))] = (number, level)

    def label(self, paragraph: Any) -> str:
        """The number before ``paragraph``, or nothing; counts it."""
        number = _value(paragraph, "w:pPr/w:numPr/w:numId")
        level = int(_value(paragraph, "w:pPr/w:numPr/w:ilvl") or "0")
        if number is None:
            number, level = self._styles.get(_value(paragraph, "w:pPr/w:pStyle") or "", ("0", 0))
        levels = self._levels.get(self._abstract.get(number, ""), {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(self._abstract[number], {})
        counts[level] = counts.get(level, levels[level][2] - 1) + 1
        for deeper in [at for at in counts if at > level]:
            del counts[deeper]
        return _PLACE.sub(lambda m: self._shown(levels, counts, int(m[1]) - 1), levels[level][1])

    @staticmethod
    def _shown(levels: dict[int, tuple[str, str, int]], counts: dict[int, int], level: int) -> str:
        form, _, start = levels.get(level, ("decimal", "", 1))
        return _written(counts.get(level, start), form)


def _level(level: Any) -> tuple[str, str, int]:
    form = _value(level, "w:numFmt") or "decimal"
    text = "" if form in ("bullet", "none") else _value(level, "w:lvlText") or ""
    return form, text, int(_value(level, "w:start") or "1")


def _chinese(count: int) -> str:
    """A list number below a hundred in Chinese: 21 → 二十一; a higher one stays in digits."""
    if not 0 < count < 100:
        return str(count)
    digits = "零一二三四五六七八九"
    tens, ones = divmod(count, 10)
    return ("" if tens < 1 else ("" if tens == 1 else digits[tens]) + "十") + (digits[ones] if ones else "")


def _written(count: int, form: str) -> str:
    if form.startswith(_CHINESE):
        return _chinese(count)
    if form == "decimalEnclosedCircle" and 1 <= count <= 20:
        return chr(0x2460 + count - 1)
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (count - 1) % 26)
        return letter.upper() if form == "upperLetter" else letter
    return str(count)
