"""What a plan says in brackets behind a measure:
（牵头单位：…；责任单位：…；配合单位：…；牵头领导：…；完成时限：…）.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from tiaodu.engine.kernel.datafile import ListOf, Text, load_datafile, with_head
from tiaodu.engine.ledger.wording import ledger_data
from tiaodu.engine.reading.dates import DateReader
from tiaodu.engine.reading.model import Due, Kind, Statement
from tiaodu.engine.reading.vocabulary import load_vocabulary

_ROLES = ("lead", "responsible", "assisting", "leader", "due")
_SHAPE = with_head({name: ListOf(Text()) for name in (*_ROLES, "ongoing")})
_PROMISES = frozenset({Kind.TARGET, Kind.MILESTONE, Kind.DUTY})
# Codes of data/vocabulary/questions.yaml that a time limit answers; the latter when it names the same day.
_ABOUT_DATES = frozenset({"when", "when_and_measured_how"})
_ABOUT_READING = frozenset({"before_literal", "which_year"})
_SEPARATORS = re.compile(r"[、，,]")


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Names as the text writes them; ``due`` in its own words. ``ongoing``: the time limit is no day
    (长期坚持).
    """

    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    assisting: tuple[str, ...] = ()
    leader: str = ""
    due: str = ""
    ongoing: bool = False

    @property
    def named(self) -> bool:
        """Whether the text names any department."""
        return bool(self.lead or self.responsible or self.assisting)


@dataclass(frozen=True, slots=True)
class _Words:
    bracket: re.Pattern[str]
    part: re.Pattern[str]
    roles: dict[str, str]
    ongoing: frozenset[str]


@lru_cache(maxsize=1)
def _words(path: Path) -> _Words:
    raw: dict[str, Any] = load_datafile(path, _SHAPE)
    roles = {word: role for role in _ROLES for word in raw[role]}
    name = "|".join(re.escape(word) for word in roles)
    return _Words(
        bracket=re.compile(rf"[（(][^（()）]*?(?:{name})[：:](?:[^（()）]|[（(][^（()）]*[)）])*[)）]"),
        part=re.compile(rf"({name})[：:]([^；;]*)"),
        roles=roles,
        ongoing=frozenset(raw["ongoing"]),
    )


def responsibility_after(text: str, end: int) -> Responsibility:
    """The bracket of the measure in which ``end`` stands: the next one on the same line; empty without one.

    >>> text = "建成58条。（牵头单位：县工信局；责任单位：星荣公司、县税务局；完成时限：2024年12月底）"
    >>> found = responsibility_after(text, 5)
    >>> found.lead, found.responsible, found.due
    (('县工信局',), ('星荣公司', '县税务局'), '2024年12月底')
    """
    words = _words(ledger_data("responsibility.yaml"))
    line_end = text.find("\n", end)
    match = words.bracket.search(text, end, len(text) if line_end < 0 else line_end)
    return _parse(match[0], words) if match else Responsibility()


def _parse(bracket: str, words: _Words) -> Responsibility:
    told: dict[str, str] = {}
    for name, value in words.part.findall(bracket[1:-1]):
        told.setdefault(words.roles[name], value.strip())
    names = {role: _names(told.get(role, "")) for role in ("lead", "responsible", "assisting")}
    due = told.get("due", "")
    return Responsibility(**names, leader=told.get("leader", ""), due=due, ongoing=due in words.ongoing)


def _names(listed: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _SEPARATORS.split(listed) if part.strip())


def due_of(responsibility: Responsibility, *, plan_year: int) -> Due | None:
    """The due of a bracket; None when it gives no day (待定, 长期坚持, 待批复后确定).

    >>> due_of(Responsibility(due="2024年8月底"), plan_year=2024).end.isoformat()
    '2024-08-31'
    >>> due_of(Responsibility(due="待定"), plan_year=2024) is None
    True
    """
    phrases = _dates().find(responsibility.due)
    return phrases[0].resolve(plan_year) if phrases else None


def limited(statement: Statement, limit: Responsibility, *, plan_year: int) -> Statement:
    """A promise with the time limit of its measure: it takes it when its own words name none, and what the
    limit answers is not asked.
    """
    due = None if limit.ongoing else due_of(limit, plan_year=plan_year)
    if statement.kind not in _PROMISES or not (due or limit.ongoing):
        return statement
    answered = _ABOUT_DATES
    if due and statement.due and due.end == statement.due.end:
        answered = answered | _ABOUT_READING
    asked = tuple(question for question in statement.questions if question.code not in answered)
    return replace(statement, due=statement.due or due, questions=asked)


@lru_cache(maxsize=1)
def _dates() -> DateReader:
    raw = load_vocabulary().raw
    return DateReader(raw["periods"], raw["contexts"]["plans"])
