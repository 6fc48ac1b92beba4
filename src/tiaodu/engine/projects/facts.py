"""What rules of lights and of 六未 may speak of: the facts of one project on one day.

>>> from tiaodu.engine.projects.milestones import Milestone
>>> begun = {"construction_start": Milestone("construction_start", exists=True, reached=date(2024, 3, 1))}
>>> row = facts_row(begun, None, day=date(2024, 5, 1))
>>> row["已开工"], str(row["开工月数"]), row["落后百分点"]
(True, '2.0', None)
>>> written("开工月数", row["开工月数"], "en"), written("开工月数", Decimal(1), "en")
('2 months', '1 month')
>>> written("开工月数", Decimal(3), "zh"), written("落后百分点", Decimal("14.26"), "zh")
('3个月', '14.3个百分点')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from typing import Any

from tiaodu.engine.kernel.datafile import Choice, MappingOf, Record, Text, parse_datafile, with_head
from tiaodu.engine.kernel.display import display
from tiaodu.engine.kernel.expression import Name, Value
from tiaodu.engine.projects.curve import months_and_days, months_missed
from tiaodu.engine.projects.investment import YearStanding
from tiaodu.engine.projects.milestones import Milestone
from tiaodu.engine.stages.model import Label
from tiaodu.engine.stages.words import LABEL, label

FILE = "projects/facts.yaml"
_UNITS = {"truth": "", "months": "个月", "points": "百分点", "percent": "%", "days": "天"}
_UNITS_EN = {"months": "month", "points": "point", "days": "day"}
_SHAPE = with_head(
    {"facts": MappingOf(Record({"kind": Choice(list(_UNITS)), "en": Text()}, {"lack": LABEL}))}
)
# The days since each of these milestones are a fact, and whether it was reached.
_MILESTONES = {
    "signed": "签约",
    "landed": "落地",
    "construction_start": "开工",
    "listing": "入库",
    "completion": "竣工",
    "production": "投产",
    "full_output": "达产",
}
FactRow = Mapping[str, Value | None]


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact: its Chinese name, its English one, how it is written, what is missing where it is not known."""

    name: str
    en: str
    kind: str
    lack: Label | None


@lru_cache(maxsize=1)
def facts() -> Mapping[str, Fact]:
    """Every fact by its name. Raises DataFileError when the file is damaged."""
    text = (resources.files("tiaodu.data") / FILE).read_text(encoding="utf-8")
    raw: Mapping[str, Any] = parse_datafile(text, _SHAPE, name=FILE)["facts"]
    return {
        name: Fact(name, each["en"], each["kind"], label(each["lack"]) if "lack" in each else None)
        for name, each in raw.items()
    }


@lru_cache(maxsize=1)
def names() -> Mapping[str, Name]:
    """The facts as names of the expression language."""
    return {
        name: Name("truth" if fact.kind == "truth" else "number", _UNITS[fact.kind], name)
        for name, fact in facts().items()
    }


def facts_row(
    milestones: Mapping[str, Milestone], standing: YearStanding | None, *, day: date, grace: int | None = None
) -> FactRow:
    """The facts of a project on ``day`` under their names; what is not known is None."""
    row: dict[str, Value | None] = dict.fromkeys(facts())
    for code, word in _MILESTONES.items():
        row |= _of_milestone(word, milestones.get(code), day)
    row |= _of_start(milestones.get("construction_start"), day)
    row |= _of_completion(milestones.get("completion"), day)
    if standing is not None:
        row |= _of_investment(standing, day)
    row["宽限天数"] = None if grace is None else Decimal(grace)
    return {name: row[name] for name in facts()}


def _of_milestone(word: str, milestone: Milestone | None, day: date) -> dict[str, Value | None]:
    """Whether it was reached by ``day``, and how many days ago. A network without it cannot reach it."""
    reached = milestone.reached if milestone and milestone.reached and milestone.reached <= day else None
    done: bool | None = None
    if milestone is not None and (milestone.exists or milestone.behind):
        done = reached is not None or milestone.behind
    return {f"已{word}": done, f"{word}天数": None if reached is None else Decimal((day - reached).days)}


def _of_start(start: Milestone | None, day: date) -> dict[str, Value | None]:
    if start is None:
        return {}
    reached = start.reached if start.reached and start.reached <= day else None
    missed = None
    if reached is not None or start.behind:
        missed = Decimal(0)
    elif start.promised is not None:
        missed = Decimal(months_missed(start.promised, day))
    return {
        "误期月数": missed,
        "有原因": bool(start.waiting),
        "开工月数": None if reached is None else months_and_days(reached, day),
    }


def _of_completion(completion: Milestone | None, day: date) -> dict[str, Value | None]:
    if completion is None or completion.promised is None:
        return {}
    return {"竣工误期天数": Decimal(max(0, (day - completion.promised).days))}


def _of_investment(standing: YearStanding, day: date) -> dict[str, Value | None]:
    return {
        "落后百分点": None if standing.behind is None else standing.behind * 100,
        "序时完成率": None if standing.ratio is None else standing.ratio * 100,
        "序时缺口": None if standing.ratio is None else (1 - standing.ratio) * 100,
        "未报月数": Decimal(standing.silent_months(day)),
        "支付比例": None if standing.paid_share is None else standing.paid_share * 100,
    }


def written(name: str, value: Value | None, language: str = "zh") -> str:
    """A fact's value with its unit, numbers with one decimal at most; empty where it is not known."""
    if not isinstance(value, Decimal):
        return "" if value is None else _truth(value is True, language)
    kind = facts()[name].kind
    if language != "en" or kind == "percent":
        return display(value, {"points": "个百分点"}.get(kind, _UNITS[kind]), places=1)
    number = display(value, "", places=1)
    return f"{number} {_UNITS_EN[kind]}{'' if number == '1' else 's'}"


def _truth(value: bool, language: str) -> str:  # noqa: FBT001  the value itself
    return {"zh": "是" if value else "否", "en": "yes" if value else "no"}[language]


def named(name: str, language: str = "zh") -> str:
    """What a fact is called."""
    return facts()[name].en if language == "en" else name


def lacking(missing: tuple[str, ...], language: str = "zh") -> tuple[str, ...]:
    """What would have to be known, in words, each once."""
    lacks = (facts()[name].lack or Label(name, facts()[name].en) for name in missing)
    return tuple(dict.fromkeys(lack.en if language == "en" else lack.zh for lack in lacks))
