"""六未: between which two milestones a project stands still longer than the days of grace.

Computed from the days of its steps, never typed. What the categories are and how many days they allow are
rows of a table that a county has to confirm.

>>> rows = [{"number": 5, "code": "not_producing", "zh": "竣工未投产", "en": "Completed, idle", "days": 90,
...          "when": "已竣工 且 非 已投产 且 竣工天数 > 宽限天数",
...          "words_zh": "竣工 {竣工天数}，没有投产", "words_en": "completed {竣工天数} ago"}]
>>> row = {"已竣工": True, "已投产": False, "竣工天数": Decimal(120)}
>>> found = gaps_of(categories_of(rows), row)
>>> [(gap.category.name.zh, gap.tell("zh")) for gap in found.gaps]
[('竣工未投产', '竣工 120天，没有投产')]
>>> gaps_of(categories_of(rows), row | {"竣工天数": None}).undecided[0].missing
('竣工天数',)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from tiaodu.engine.kernel.expression import Expression, Formula, Value, explain
from tiaodu.engine.projects.facts import FactRow, names
from tiaodu.engine.projects.lights import fill
from tiaodu.engine.stages.model import Label


@dataclass(frozen=True, slots=True)
class Category:
    """One category: its number among the six, its name, its days of grace, its condition and words."""

    number: int
    code: str
    name: Label
    days: int
    when: Expression
    words: Label


@dataclass(frozen=True, slots=True)
class Gap:
    """A category a project is in, with the facts that put it there."""

    category: Category
    facts: tuple[tuple[str, Value | None], ...]

    def tell(self, language: str = "zh") -> str:
        """Its words with the figures."""
        words = self.category.words
        return fill(words.en if language == "en" else words.zh, dict(self.facts), language)


@dataclass(frozen=True, slots=True)
class Undecided:
    """A category of which nobody can say whether the project is in it."""

    category: Category
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gaps:
    """The categories a project is in, and those that cannot be decided."""

    gaps: tuple[Gap, ...]
    undecided: tuple[Undecided, ...]


def categories_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Category, ...]:
    """The categories of a table. Raises ExpressionError for a condition that cannot be read."""
    return tuple(
        _category(row["number"], row["code"], row["zh"], row["en"], row["days"], row["when"],
                  (row["words_zh"], row["words_en"]))
        for row in rows
    )  # fmt: skip


@lru_cache(maxsize=128)
def _category(
    number: int, code: str, zh: str, en: str, days: int, when: str, words: tuple[str, str]
) -> Category:
    return Category(number, code, Label(zh, en), days, Formula(names(), "truth").read(when), Label(*words))


def gaps_of(categories: Sequence[Category], row: FactRow) -> Gaps:
    """The categories a project of these facts is in; each is judged with its own days of grace."""
    gaps, undecided = [], []
    for category in categories:
        facts: FactRow = {**row, "宽限天数": Decimal(category.days)}
        found = explain(category.when, facts)
        if found.result is True:
            used = tuple((fact.name, facts.get(fact.name)) for fact in category.when.facts)
            gaps.append(Gap(category, used))
        elif found.result is None:
            undecided.append(Undecided(category, found.missing))
    return Gaps(tuple(gaps), tuple(undecided))
