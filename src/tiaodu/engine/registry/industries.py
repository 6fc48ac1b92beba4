"""The classification of industries GB/T 4754: finding a code, what it belongs to, and searching by words.

>>> table = parse("B 采矿业\\n06 煤炭开采和洗选业\\n061 烟煤和无烟煤开采洗选\\n0610 烟煤和无烟煤开采洗选\\n")
>>> [entry.name for entry in table.line("0610")][:2]
['采矿业', '煤炭开采和洗选业']
>>> table.plain(" Ｂ0610 "), table.plain("99")
('0610', None)
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tiaodu.engine.kernel.datafile import Text, load_datafile, with_head

LEVELS = {1: "section", 2: "division", 3: "group", 4: "class"}  # by the length of the code


@dataclass(frozen=True, slots=True)
class Industry:
    """One entry: ``code`` is a letter, or 2 to 4 digits; ``section`` the letter it stands under."""

    code: str
    name: str
    section: str

    @property
    def level(self) -> str:
        """section, division, group or class."""
        return LEVELS[len(self.code)]


@dataclass(frozen=True, slots=True)
class Industries:
    """The whole table in the order of the standard."""

    entries: tuple[Industry, ...]
    by_code: dict[str, Industry]

    def plain(self, text: str) -> str | None:
        """The code as it is kept, 2 to 4 digits; None when the table has none such.

        Full-width characters and blanks are read, and a section's letter before the digits if it is the right
        one.
        """
        code = "".join(unicodedata.normalize("NFKC", text).split()).upper()
        letter, digits = (code[:1], code[1:]) if code[:1].isalpha() else ("", code)
        found = self.by_code.get(digits)
        if found is None or found.level == "section" or (letter and letter != found.section):
            return None
        return digits

    def line(self, code: str) -> list[Industry]:
        """From the section down to the entry itself; empty for an unknown code."""
        found = self.by_code.get(code)
        if found is None:
            return []
        above = [
            self.by_code[code[:length]] for length in range(2, len(code)) if code[:length] in self.by_code
        ]
        own = [] if found.level == "section" else [found]
        return [self.by_code[found.section], *above, *own]

    def search(self, words: Sequence[str], limit: int = 20) -> list[Industry]:
        """Entries below the sections whose code begins with a word or whose name holds all of them.

        The most particular first; a group that is its only class is told once, as the class.
        """
        found = sorted(self._matching(words), key=lambda entry: (-len(entry.code), entry.code))
        told: list[Industry] = []
        for entry in found:
            doubled = any(other.name == entry.name and other.code.startswith(entry.code) for other in told)
            if not doubled:
                told.append(entry)
        return told[:limit]

    def _matching(self, words: Sequence[str]) -> Iterator[Industry]:
        if not words:
            return
        for entry in self.entries:
            if entry.level != "section" and all(
                word in entry.name or entry.code.startswith(word.upper().lstrip(entry.section))
                for word in words
            ):
                yield entry


def parse(text: str) -> Industries:
    """A table of lines ``code name``, each below what it belongs to. Raises ValueError naming a bad line."""
    entries: list[Industry] = []
    section, known = "", {""}
    for number, line in enumerate(text.splitlines(), 1):
        code, blank, name = line.strip().partition(" ")
        fits = len(code) in LEVELS and (code.isalpha() if len(code) == 1 else code.isdigit())
        if not fits or not blank or code in known or (len(code) > 2 and code[:-1] not in known):
            raise ValueError(f"line {number} of the industries does not fit: {line!r}")
        section = code if len(code) == 1 else section
        known.add(code)
        entries.append(Industry(code, name.strip(), section))
    return Industries(tuple(entries), {entry.code: entry for entry in entries})


def load_industries(path: Path) -> Industries:
    """The table of a file like data/registry/industries.yaml. Raises DataFileError or ValueError."""
    return parse(load_datafile(path, with_head({"table": Text()}))["table"])
