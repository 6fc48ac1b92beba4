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
    if around and not any(
        key in text for department in departments for key in department.lead for text in words
    ):
        found = suggest_departments(around[:1], departments, around=around[1:], most=most)
        helpers_told = suggest_departments(words, departments, most=most).assisting
        others = tuple(department for department in helpers_told if department is not found.lead)
        return DepartmentSuggestion(found.lead, (others or found.assisting)[:most], found.because)
    scored = []
    for order, department in enumerate(departments):
        leading, because = _weight(department.lead, words)
        helping, _ = _weight(department.assist, words)
        scored.append((leading, helping, -order, department, because))
    leaders = sorted((s for s in scored if s[0] > 0), key=lambda s: s[:3], reverse=True)
    if not leaders:
        helpers = sorted((s for s in scored if s[1] > 0), key=lambda s: s[1:3], reverse=True)
        return DepartmentSuggestion(None, tuple(s[3] for s in helpers[:most]))
    first = leaders[0]
    rest = sorted(
        (s for s in scored if s is not first and s[0] + s[1] > 0),
        key=lambda s: (s[0] + s[1], s[2]),
        reverse=True,
    )
    return DepartmentSuggestion(first[3], tuple(s[3] for s in rest[:most]), first[4])


def _weight(keys: Iterable[str], words: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    total, because = 0, []
    for key in keys:
        places = [number for number, text in enumerate(words) if key in text]
        if places:
            total += len(key) * (3 if places[0] == 0 else 1)
            because.append(key)
    return total, tuple(because)
