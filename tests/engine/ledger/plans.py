"""Statements written by hand, so that the breakdown is tested apart from the reader."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from tiaodu.engine.reading.model import Due, Kind, Statement

_CLAUSE_END = re.compile(r"[，。；\n]")
_SENTENCE_END = re.compile(r"[。\n]")


class PlanText:
    """A text and the statements told of it, in its order."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.statements: list[Statement] = []
        self._from = 0

    def add(self, kind: Kind, quote: str, subject: str | None = None, **fields: object) -> PlanText:
        """A statement on the next place where ``quote`` stands."""
        start = self.text.index(quote, self._from)
        self._from = start + (len(quote) if kind in (Kind.TARGET, Kind.MILESTONE) else 0)
        clause = self._around(_CLAUSE_END, start, start + len(quote))
        sentence = self._around(_SENTENCE_END, start, start + len(quote))
        statement = Statement(start, start + len(quote), quote, *clause, *sentence, kind, subject)
        self.statements.append(replace(statement, **fields))  # type: ignore[arg-type]
        return self

    def target(
        self, quote: str, subject: str | None, measure: str, value: str, unit: str, **fields: object
    ) -> PlanText:
        """A figure to be reached."""
        return self.add(
            Kind.TARGET,
            quote,
            subject,
            measure=measure,
            measure_key=measure,
            value=Decimal(value),
            unit=unit,
            **fields,
        )

    def _around(self, ends: re.Pattern[str], start: int, end: int) -> tuple[int, int]:
        before = [m.end() for m in ends.finditer(self.text, 0, start)]
        after = ends.search(self.text, end)
        return before[-1] if before else 0, after.start() if after else len(self.text)


def day(text: str) -> Due:
    """Due on a day, within a month or in a year."""
    if len(text) == 4:
        return Due(text, date(int(text), 1, 1), date(int(text), 12, 31))
    on = date.fromisoformat(text)
    return Due(text, on, on)
