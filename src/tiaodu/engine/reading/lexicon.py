"""Word lists compiled to one regular expression each: a prefix tree, so the longest word at a place is
found in one pass.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Token(Generic[Value]):
    """A word of a list found in a text."""

    start: int
    end: int
    word: str
    value: Value


def trie_pattern(words: Iterable[str]) -> str:
    """A regular expression for the longest of ``words`` at a place; it never looks back further than one
    word.

    >>> re.findall(trie_pattern(["年底", "年底前", "年内"]), "年底前建成，年内投产，年底")
    ['年底前', '年内', '年底']
    """
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for character in word:
            node = node.setdefault(character, {})
        node[""] = {}
    return _branch(tree) if tree else r"(?!)"


def _branch(node: dict[str, Any]) -> str:
    leaves = [re.escape(c) for c, child in node.items() if c and set(child) == {""}]
    parts = [re.escape(c) + _branch(child) for c, child in node.items() if c and set(child) != {""}]
    if leaves:
        parts.append(leaves[0] if len(leaves) == 1 else "[" + "".join(leaves) + "]")
    if not parts:
        return ""
    body = parts[0] if len(parts) == 1 and "" not in node else f"(?:{'|'.join(parts)})"
    return body + ("?" if "" in node else "")


class Lexicon(Generic[Value]):
    """Words with a value each; :meth:`find` gives those in a text, longest first, not overlapping."""

    def __init__(self, words: Mapping[str, Value]) -> None:
        self.words = dict(words)
        self._pattern = re.compile(trie_pattern(self.words))
        self._at_end = re.compile(trie_pattern(word[::-1] for word in self.words))

    def find(self, text: str, start: int = 0, end: int | None = None) -> Iterator[Token[Value]]:
        """Tokens of ``text`` from left to right."""
        for match in self._pattern.finditer(text, start, len(text) if end is None else end):
            word = match.group()
            yield Token(match.start(), match.end(), word, self.words[word])

    def at(self, text: str, position: int, end: int | None = None) -> Token[Value] | None:
        """The longest word that starts at ``position``."""
        match = self._pattern.match(text, position, len(text) if end is None else end)
        return Token(match.start(), match.end(), match.group(), self.words[match.group()]) if match else None

    def ending(self, text: str) -> str:
        """The longest word ``text`` ends with, or an empty text."""
        match = self._at_end.match(text[::-1])
        return match.group()[::-1] if match else ""

    def last(self, text: str) -> Token[Value] | None:
        """The word found last in ``text``."""
        found = None
        for match in self._pattern.finditer(text):
            found = match
        return Token(found.start(), found.end(), found.group(), self.words[found.group()]) if found else None


class Tokens(Generic[Value]):
    """Tokens of one list in one text, asked by place."""

    def __init__(self, tokens: Iterable[Token[Value]]) -> None:
        self.items = list(tokens)
        self._starts = [token.start for token in self.items]
        self._ends = [token.end for token in self.items]

    def within(self, start: int, end: int) -> list[Token[Value]]:
        """Tokens that lie wholly in ``[start, end)``."""
        return [
            t
            for t in self.items[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
            if t.end <= end
        ]

    def before(self, position: int, floor: int) -> Token[Value] | None:
        """The last token that ends at or before ``position`` and starts at or after ``floor``."""
        index = bisect_right(self._ends, position) - 1
        return self.items[index] if index >= 0 and self.items[index].start >= floor else None

    def after(self, position: int, ceiling: int) -> Token[Value] | None:
        """The first token that starts at or after ``position`` and before ``ceiling``."""
        index = bisect_left(self._starts, position)
        return self.items[index] if index < len(self.items) and self.items[index].start < ceiling else None

    def covering(self, position: int) -> Token[Value] | None:
        """The token in whose span ``position`` falls."""
        index = bisect_right(self._starts, position) - 1
        return self.items[index] if index >= 0 and self.items[index].end > position else None
