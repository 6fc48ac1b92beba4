"""Findings of a text as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tiaodu.engine.reading.model import Finding, Statement
from tiaodu.engine.reading.vocabulary import Vocabulary


def check(statements: Sequence[Statement], vocabulary: Vocabulary) -> Iterator[Finding]:
    """All findings, in the order of the text."""
    yield from ()
