"""Which department usually leads or assists a task, told from its words: a suggestion to a clerk."""

from __future__ import annotations

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


_WORDS = ListOf(Text(), empty=True)
_SHAPE = with_head(
    {
        "departments": ListOf(
            Record({"code": Text(), "name": Text(), "short": Text(), "lead": _WORDS, "assist": _WORDS})
        )
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


def suggest_departments(
    words: Sequence[str], departments: Sequence[DepartmentHint], *, around: Sequence[str] = (), most: int = 3
) -> DepartmentSuggestion:
    """Who leads and up to ``most`` who assist, from ``words``: the title first, then the rest of the task.

    ``around`` are the headings above it, the nearest first, asked only when the task's own words name nobody.

    A word in the title weighs three times one in the rest; a longer word weighs more. Of two with equal
    weight the one listed first leads.
    """
    scored = [_Score(d, *_weight(d.lead, words), _weight(d.assist, words)[0]) for d in departments]
    leaders = sorted((s for s in scored if s.leading), key=lambda s: (-s.leading, -s.helping))
    helpers = sorted((s for s in scored if s.leading + s.helping), key=lambda s: -(s.leading + s.helping))
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


def _weight(keys: Iterable[str], words: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    whole = "\n".join(words)
    found = tuple(key for key in keys if key in whole)
    return sum(len(key) * (3 if key in words[0] else 1) for key in found), found
