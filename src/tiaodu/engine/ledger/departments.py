"""Which department usually leads or assists a task, told from its words: a suggestion to a clerk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tiaodu.engine.kernel.datafile import ListOf, Record, Text, load_datafile, with_head
from tiaodu.engine.ledger.wording import ledger_data


@dataclass(frozen=True, slots=True)
class DepartmentHint:
    """A department with the words that make it lead or assist."""

    code: str
    name: str
    short: str
    lead: tuple[str, ...]
    assist: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DepartmentSuggestion:
    """``lead`` is None when no word of the task speaks for anyone; ``because`` are the words that decided."""

    lead: DepartmentHint | None
    assisting: tuple[DepartmentHint, ...]
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Limits:
    """``helping_only`` words make nobody lead; in a ``phrases`` word no shorter one is looked for;
    ``figures`` are measures, which decide nothing when a number follows.
    """

    helping_only: frozenset[str]
    phrases: re.Pattern[str]
    figures: re.Pattern[str]
    clause_ends: re.Pattern[str]


_WORDS = ListOf(Text(), empty=True)
_SHAPE = with_head(
    {
        "helping_only": ListOf(Text()),
        "phrases": ListOf(Text()),
        "figures": ListOf(Text()),
        "departments": ListOf(
            Record({"code": Text(), "name": Text(), "short": Text(), "lead": _WORDS, "assist": _WORDS})
        ),
    }
)


@lru_cache(maxsize=1)
def usual_departments() -> tuple[DepartmentHint, ...]:
    """The departments of data/ledger/departments.yaml."""
    raw: dict[str, Any] = load_datafile(ledger_data("departments.yaml"), _SHAPE)
    return tuple(
        DepartmentHint(d["code"], d["name"], d["short"], tuple(d["lead"]), tuple(d["assist"]))
        for d in raw["departments"]
    )


@lru_cache(maxsize=1)
def _limits() -> _Limits:
    raw: dict[str, Any] = load_datafile(ledger_data("departments.yaml"), _SHAPE)
    figures = "|".join(map(re.escape, sorted(raw["figures"], key=len, reverse=True)))
    return _Limits(
        frozenset(raw["helping_only"]),
        re.compile("|".join(map(re.escape, sorted(raw["phrases"], key=len, reverse=True)))),
        re.compile(rf"(?:{figures})(?=[^，,。；;、\d]{{0,8}}\d)"),
        re.compile(r"[，,；;。]"),
    )


def suggest_departments(
    words: Sequence[str], departments: Sequence[DepartmentHint], *, around: Sequence[str] = (), most: int = 3
) -> DepartmentSuggestion:
    """Who leads and up to ``most`` who assist, from ``words``: the title first, then the rest of the task.

    ``around`` are the headings above it, the nearest first, asked only when the task's own words name nobody.

    Only the first clause of the title makes a department lead, and where it names nobody the last of
    ``words``, the subjects; a measure before a number (税收4000万元) decides nothing. A word in the title
    weighs three times one in the rest; a longer word weighs more. Of two with equal weight the one listed
    first leads.
    """
    limits = _limits()
    head = limits.figures.sub("\n", limits.clause_ends.split(words[0].strip("，,；;。 "))[0])
    subjects = words[-1] if len(words) > 1 else ""
    names_any = any(_leading(d.lead, head, limits)[0] for d in departments)
    scored = [
        _Score(d, *_leading(d.lead, head if names_any else subjects, limits), _helping(d, words, limits))
        for d in departments
    ]
    leaders = sorted((s for s in scored if s.leading), key=lambda s: (-s.leading, -s.helping))
    helpers = sorted((s for s in scored if s.helping), key=lambda s: -(s.leading + s.helping))
    if not leaders and around:
        found = suggest_departments(around[:1], departments, around=around[1:], most=most)
        others = tuple(s.department for s in helpers if s.department is not found.lead)
        return DepartmentSuggestion(found.lead, (others or found.assisting)[:most], found.because)
    first = leaders[0] if leaders else None
    assisting = tuple(s.department for s in helpers if s is not first)[:most]
    if first is None:
        return DepartmentSuggestion(None, assisting)
    return DepartmentSuggestion(first.department, assisting, first.because)


@dataclass(frozen=True, slots=True)
class _Score:
    department: DepartmentHint
    leading: int
    because: tuple[str, ...]
    helping: int


def _leading(keys: Iterable[str], text: str, limits: _Limits) -> tuple[int, tuple[str, ...]]:
    """The weight of the words that make a department lead, and those words."""
    found = tuple(k for k in keys if k not in limits.helping_only and _stands(k, text, limits))
    return sum(3 * len(key) for key in found), found


def _helping(department: DepartmentHint, words: Sequence[str], limits: _Limits) -> int:
    """The weight of all its words; a measure before a number counts as little as any other word."""
    whole = "\n".join(words)
    keys = dict.fromkeys((*department.assist, *department.lead))
    found = [key for key in keys if _stands(key, whole, limits)]
    return sum(len(key) * (3 if key in words[0] else 1) for key in found)


def _stands(key: str, text: str, limits: _Limits) -> bool:
    """Whether a word stands in a text outside the phrases that mean something else (应急 in 应急周转金); what
    a phrase ends in is what it means (周转金).
    """
    if key not in text:
        return False
    return key in limits.phrases.sub(lambda m: m[0] if m[0] in key or m[0].endswith(key) else "\n", text)
