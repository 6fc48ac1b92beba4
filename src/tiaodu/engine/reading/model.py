"""What reading a text yields: statements with the characters they came from, and findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What a statement is."""

    TARGET = "target"  # a figure to be reached
    ACTUAL = "actual"  # a figure reached at writing
    MILESTONE = "milestone"  # a dated step whose result is not a number
    DUTY = "duty"  # a commitment without number or date
    STATUS = "status"  # a step reached
    CONTEXT = "context"  # a number that is not a fact of the plan


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due: a day, a period, or an event plus working days.

    ``text`` is the compact form (``2024-04-30``, ``2024``, ``2011/2015``); ``start`` and ``end`` are
    inclusive
    days and are None while the due waits for ``event`` (待批复后), which then counts ``offset`` working days.
    """

    text: str | None = None
    start: date | None = None
    end: date | None = None
    event: str | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What a reader must ask a person. The wording for each code is in data/vocabulary/questions.yaml."""

    code: str
    params: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Statement:
    """One clause of a text, or one figure of it.

    ``start``/``end`` are offsets of ``quote``: the number with its unit; of the date phrase for a
    milestone; of the
    clause for a duty or a status. ``clause_start``/``clause_end`` bound the clause (from one 。；or ， to
    the next) that a
    person reads as one promise; ``sentence_start``/``sentence_end`` the whole sentence.
    """

    start: int
    end: int
    quote: str
    clause_start: int
    clause_end: int
    sentence_start: int
    sentence_end: int
    kind: Kind
    subject: str | None = None
    measure: str | None = None  # coarse code of the closed list: facility_count
    measure_key: str | None = None  # dotted code: facility_count.line.glove
    value: Decimal | None = None
    unit: str | None = None
    comparator: str = "="  # = >= > <= < ~
    due: Due | None = None
    action: str | None = None
    act: str | None = None  # what the action is: start, finish, level, sign, resume, approve …
    strength: int | None = None  # 5 hard … 1 soft
    commitment: str | None = None  # the word that gives the strength: 力争
    increment: bool = False  # an addition to a stock (下半年建成36条), not its level (达到58条)
    purpose: bool = (
        False  # a duty that only says what the one before it in its sentence is for (促进…, 做到…)
    )
    questions: tuple[Question, ...] = ()
    headings: tuple[str, ...] = ()  # titles above it: 二、… / （一）… / 一是…
    row: int | None = None  # line of a table it was read from, the first line of the text is 0
    department: str | None = None  # the row's responsible department
    leader: str | None = None  # the row's responsible leader


@dataclass(frozen=True, slots=True)
class TableSpan:
    """A table inside a text: one line a row, cells joined by a tab. ``start``/``end`` are offsets of its
    lines.
    """

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the text as a whole that a person should see: a sum that does not fit, a figure told
    twice.

    ``code`` names the check (wording in data/vocabulary/findings.yaml); ``spans`` are the places in the text.
    """

    code: str
    severity: str  # error, warning, note
    spans: tuple[tuple[int, int], ...]
    params: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of :func:`tiaodu.engine.reading.read`."""

    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]
