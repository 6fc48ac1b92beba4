"""A text with everything found in it by place: segments, dates, numbers, words. Built once for each
reading.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from tiaodu.engine.reading.dates import DatePhrase, DateReader
from tiaodu.engine.reading.lexicon import Tokens
from tiaodu.engine.reading.numbers import Number, NumberReader
from tiaodu.engine.reading.segments import Outline, Segments, half_width, outline, segment
from tiaodu.engine.reading.thresholds import Thresholds
from tiaodu.engine.reading.vocabulary import Act, Cue, Vocabulary

_BRACKETED = re.compile(r"[（(][^（）()\n]{1,80}[)）]")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase and where it stands."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class Page:
    """``text`` has half-width digits; every offset is valid in the original as well."""

    text: str
    vocabulary: Vocabulary
    segments: Segments
    outline: Outline
    dates: list[DatePhrase]
    numbers: list[Number]
    cues: Tokens[tuple[Cue, ...]]
    cuts: Tokens[str]
    acts: Tokens[Act]
    modes: Tokens[int]
    commitments: Tokens[int]
    owners: Tokens[bool]
    states: Tokens[bool]
    anywhere: Tokens[bool]
    open_words: Tokens[str]
    thresholds: Thresholds
    brackets: list[tuple[int, int]]
    structure: frozenset[str]
    _date_starts: list[int]
    _number_starts: list[int]
    _number_ends: list[int]
    phrases: dict[tuple[int, int], Phrase | None] = field(default_factory=dict)

    def dates_within(self, start: int, end: int) -> list[DatePhrase]:
        """Date phrases that start in ``[start, end)``."""
        return self.dates[bisect_left(self._date_starts, start) : bisect_left(self._date_starts, end)]

    def numbers_within(self, start: int, end: int) -> list[Number]:
        """Numbers that start in ``[start, end)``."""
        return self.numbers[bisect_left(self._number_starts, start) : bisect_left(self._number_starts, end)]

    def number_before(self, position: int, floor: int) -> Number | None:
        """The last number that ends at or before ``position`` and starts at or after ``floor``."""
        index = bisect_right(self._number_ends, position) - 1
        return self.numbers[index] if index >= 0 and self.numbers[index].start >= floor else None

    def bracket(self, position: int) -> tuple[int, int] | None:
        """The bracketed span in which ``position`` falls."""
        index = bisect_right(self.brackets, (position, position)) - 1
        return self.brackets[index] if index >= 0 and self.brackets[index][1] > position else None

    def clause(self, position: int) -> tuple[int, int]:
        """The clause (from one mark to the next) in which ``position`` falls."""
        return self.segments.clauses.at(position)

    def sentence(self, position: int) -> tuple[int, int]:
        """The sentence in which ``position`` falls."""
        return self.segments.sentences.at(position)

    def line(self, position: int) -> tuple[int, int]:
        """The line in which ``position`` falls."""
        return self.segments.lines.at(position)


def build_page(text: str, vocabulary: Vocabulary) -> Page:
    """Find everything the reader needs in ``text``."""
    plain = half_width(text)
    raw = vocabulary.raw
    idioms = {token.start: token.end for token in vocabulary.idioms.find(plain)}
    dates = [
        phrase
        for phrase in DateReader(raw["periods"], raw["contexts"]["plans"]).find(plain)
        if idioms.get(phrase.start, 0) < phrase.end
    ]
    numbers = NumberReader(vocabulary).find(plain, [(d.start, d.end) for d in dates])
    cues = Tokens(vocabulary.cues.find(plain))
    return Page(
        text=plain,
        vocabulary=vocabulary,
        segments=segment(plain),
        outline=outline(plain, list(vocabulary.headings), raw["headings"]["longest"]),
        dates=dates,
        numbers=numbers,
        cues=cues,
        cuts=Tokens(vocabulary.cuts.find(plain)),
        acts=Tokens(vocabulary.acts.find(plain)),
        modes=Tokens(vocabulary.modes.find(plain)),
        commitments=Tokens(vocabulary.commitments.find(plain)),
        owners=Tokens(vocabulary.owners.find(plain)),
        states=Tokens(vocabulary.states.find(plain)),
        anywhere=Tokens(vocabulary.anywhere.find(plain)),
        open_words=Tokens(vocabulary.open_words.find(plain)),
        thresholds=Thresholds(plain, numbers, cues, vocabulary),
        structure=frozenset(raw["contexts"]["structure"]) - {"大", "级", "方面", "步"},
        brackets=[match.span() for match in _BRACKETED.finditer(plain)],
        _date_starts=[d.start for d in dates],
        _number_starts=[n.start for n in numbers],
        _number_ends=[n.end for n in numbers],
    )
