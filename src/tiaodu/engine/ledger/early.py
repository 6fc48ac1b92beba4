"""Rules by which a promise is shown as falling due (临期) before its day: a county may change them.

>>> when = "措辞力度 >= 5 且 时间比例 - 完成比例 >= 20%"
>>> rules = early_rules([{"when": when, "words": "明显落后时间进度"}])
>>> behind = Facts(days_left=90, due_soon_days=7, done=Decimal("0.3"), gone=Decimal("0.6"), strength=5)
>>> first_that_holds(rules, behind).words
'明显落后时间进度'
>>> first_that_holds(rules, Facts(days_left=90, due_soon_days=7)) is None  # what is not known decides nothing
True
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from tiaodu.engine.kernel.datafile import ListOf, Record, Text
from tiaodu.engine.kernel.expression import Expression, Formula, Name, Value, evaluate

NAMES: Mapping[str, Name] = {
    "剩余天数": Name("number", "天", "离时限还有几天"),
    "临期天数": Name("number", "天", "参数表“任务亮灯的天数”里的提前天数"),
    "完成比例": Name("number", "%", "已报的数占目标的比例"),
    "时间比例": Name("number", "%", "起算以来的时间占全部时间的比例"),
    "措辞力度": Name("number", "", "1（推动）到 5（确保）"),
}
EARLY = ListOf(
    Record({"when": Formula(NAMES, "truth"), "words": Text(empty=True)}),
    empty=True,
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules may speak of. ``done`` and ``gone`` are shares of one; None is not known."""

    days_left: int
    due_soon_days: int
    done: Decimal | None = None
    gone: Decimal | None = None
    strength: int | None = None

    def row(self) -> dict[str, Value | None]:
        """The facts under the names of the language."""
        return {
            "剩余天数": Decimal(self.days_left),
            "临期天数": Decimal(self.due_soon_days),
            "完成比例": _percent(self.done),
            "时间比例": _percent(self.gone),
            "措辞力度": None if self.strength is None else Decimal(self.strength),
        }


@dataclass(frozen=True, slots=True)
class EarlyRule:
    """When a part falls due early, and why in a county's words (empty: the days that are left)."""

    when: Expression
    words: str


def _percent(share: Decimal | None) -> Decimal | None:
    return None if share is None else share * 100


def early_rules(rows: Iterable[Mapping[str, str]]) -> tuple[EarlyRule, ...]:
    """The rules of a table in their order. Raises ExpressionError for one that cannot be read."""
    return _rules(tuple((row["when"], row["words"]) for row in rows))


@lru_cache(maxsize=64)
def _rules(rows: tuple[tuple[str, str], ...]) -> tuple[EarlyRule, ...]:
    formula = Formula(NAMES, "truth")
    return tuple(EarlyRule(formula.read(when), words) for when, words in rows)


def first_that_holds(rules: Sequence[EarlyRule], facts: Facts) -> EarlyRule | None:
    """The first rule that is true for the facts; one that cannot be decided does not hold."""
    row = facts.row()
    return next((rule for rule in rules if evaluate(rule.when, row) is True), None)
