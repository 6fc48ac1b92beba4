"""What the figures of units may be used for. A room that asks units for figures states it; whatever hands
figures on asks here first, and nothing reads more than was stated.

A room registers its kind of source in ``AppConfig.ready()``::

    uses.register("returns.return", words=use_words_of_all, stated=figures_stated)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from tiaodu.foundation.evidence.models import Evidence

Words = Callable[[], Mapping[str, str]]
Stated = Callable[[str, Collection[Evidence]], Collection[int]]


@dataclass(frozen=True, slots=True)
class Stating:
    """``words``: the uses by their codes, in the reader's language; ``stated(use, rows)``: the keys of those
    figures that were asked for with this use among those told.
    """

    words: Words
    stated: Stated


_kinds: dict[str, Stating] = {}


def register(kind: str, *, words: Words, stated: Stated) -> None:
    """Say that figures of this kind of source have stated uses. The last registration of a kind counts."""
    _kinds[kind] = Stating(words, stated)


def words() -> dict[str, str]:
    """Every use that some figures have stated, by its code."""
    return {use: said for stating in _kinds.values() for use, said in stating.words().items()}


def withheld(use: str, rows: Collection[Evidence]) -> frozenset[int]:
    """The keys of those figures that may not be read for ``use``; with no use, of all that state theirs."""
    bound = {kind: [row for row in rows if row.source_kind == kind] for kind in _kinds}
    kept = {row.pk for told in bound.values() for row in told}
    if use:
        for kind, told in bound.items():
            if told:
                kept -= set(_kinds[kind].stated(use, told))
    return frozenset(kept)
