"""Which class of the 四上 units a unit belongs to, and whether it reaches that class's threshold.

Amounts are 万元 of one year. The classes are rows of a versioned table (``returns.entry_classes``): a unit's
class follows from its industry by GB/T 4754, the longest code that matches decides. A threshold worded on
主营业务收入 is tested on the revenue that has more months of evidence, the larger at a tie; which one was
used is said.

>>> rows = [
...     {"code": "industry", "industries": ["25"], "units": ["legal"], "basis": "main_revenue",
...      "else_basis": "revenue", "threshold": Decimal(2000), "watch": Decimal(1500), "output_too": False,
...      "zh": "规上工业", "en": "Industry"},
... ]
>>> coking = Unit("2521", "legal")
>>> of = class_of(coking, classes_of(rows))
>>> found = reached(of, {"main_revenue": Amount(Decimal(1900), 9), "revenue": Amount(Decimal(2100), 10)})
>>> found.outcome, found.basis, found.gap
('reached', 'revenue', Decimal('0'))
>>> reached(of, {"main_revenue": Amount(Decimal(1600), 12)}).outcome
'near'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from tiaodu.engine.stages.model import UNSURE, Label

UNIT_KINDS: Final = ("legal", "establishment", "individual")
BASES: Final = ("main_revenue", "revenue", "sales", "planned_investment", "qualified", "developing")
FACTS: Final = frozenset({"qualified", "developing"})  # bases that are a fact, not an amount
BESIDE: Final = "projects"  # the class of who belongs to no other
SIZES: Final = ("large", "medium", "small", "micro")


@dataclass(frozen=True, slots=True)
class Unit:
    """What decides a unit's class: industry (GB/T 4754, 2 to 4 digits), kind of unit, and what it may do."""

    industry_code: str
    kind: str = "legal"
    qualified: bool | None = None  # a building firm's 施工总承包 or 专业承包 qualification
    developing: bool | None = None  # has real estate in development or on sale


@dataclass(frozen=True, slots=True)
class UnitClass:
    """One class. ``threshold`` and ``watch`` (where the watch band begins) are 万元 a year; None: none, or
    nobody has confirmed it.
    """

    code: str
    name: Label
    industries: tuple[str, ...]
    units: tuple[str, ...]
    basis: str
    else_basis: str
    threshold: Decimal | None
    watch: Decimal | None
    output_too: bool


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of one year in 万元, and the number of months whose evidence is in it."""

    value: Decimal
    months: int


@dataclass(frozen=True, slots=True)
class Reached:
    """What the test of a threshold found.

    ``outcome``: reached, near (in the watch band), below, unknown (nothing to test). ``basis`` names the
    figure that was used, ``amount`` it; ``gap`` is what is missing to the threshold, never negative.
    ``output_short``: the county also tests 工业总产值, and that is below.
    """

    outcome: str
    basis: str = ""
    amount: Amount | None = None
    gap: Decimal | None = None
    output_short: bool = False


def classes_of(rows: Iterable[Mapping[str, Any]]) -> tuple[UnitClass, ...]:
    """The classes of a table's rows; rows nobody has confirmed are left out, so is an unsure watch band."""
    return tuple(
        UnitClass(
            row["code"],
            Label(row["zh"], row["en"]),
            tuple(row["industries"]),
            tuple(row["units"]),
            row["basis"],
            row.get("else_basis") or "",
            row.get("threshold"),
            None if row.get("watch_confidence") == UNSURE else row.get("watch"),
            row["output_too"],
        )
        for row in rows
        if row.get("confidence") != UNSURE
    )


def class_of(unit: Unit, classes: Sequence[UnitClass]) -> UnitClass | None:
    """The class of a unit; None where none takes this industry or this kind of unit.

    >>> rows = [dict(code=code, zh="", en="", industries=which, units=["legal"], basis="revenue",
    ...              output_too=False) for code, which in (("a", ["70"]), ("b", ["702"]), ("projects", []))]
    >>> [class_of(Unit(code), classes_of(rows)).code for code in ("7010", "7020", "0111")]
    ['a', 'b', 'projects']
    """
    fitting = [
        (len(prefix), each)
        for each in classes
        for prefix in each.industries
        if unit.industry_code.startswith(prefix)
    ]
    if fitting:
        found = max(fitting, key=lambda pair: pair[0])[1]
        return found if unit.kind in found.units else None
    beside = (each for each in classes if each.code == BESIDE and unit.kind in each.units)
    return next(beside, None) if unit.industry_code else None


def reached(
    of: UnitClass, amounts: Mapping[str, Amount], unit: Unit | None = None, *, output: Amount | None = None
) -> Reached:
    """Test a class's threshold on what is known of one year.

    ``amounts`` by basis. A class without a threshold is reached by the fact alone.
    """
    if of.basis in FACTS:
        fact = getattr(unit, of.basis) if unit else None
        outcome = "unknown" if fact is None else "reached" if fact else "below"
        return Reached(outcome, of.basis)
    used = _stronger(of, amounts)
    if used is None or of.threshold is None:
        return Reached("unknown", used or "")
    amount = amounts[used]
    gap = max(Decimal(0), of.threshold - amount.value)
    short = of.output_too and output is not None and output.value < of.threshold
    return Reached(_outcome(of, amount.value, short=short), used, amount, gap, short)


def _stronger(of: UnitClass, amounts: Mapping[str, Amount]) -> str | None:
    """The basis with more months of evidence, the larger at a tie, the worded one if they are the same."""
    known = [basis for basis in (of.basis, of.else_basis) if basis and basis in amounts]
    return max(known, key=lambda basis: (amounts[basis].months, amounts[basis].value), default=None)


def _outcome(of: UnitClass, value: Decimal, *, short: bool) -> str:
    if of.threshold is not None and value >= of.threshold:
        return "near" if short else "reached"
    return "near" if of.watch is not None and value >= of.watch else "below"


def size_of(
    class_code: str, *, persons: int | None, revenue: Decimal | None, rows: Iterable[Mapping[str, Any]]
) -> str | None:
    """large, medium, small or micro by 工信部联企业〔2011〕300号: a unit that fails one lower bound drops a
    class. None where a figure is missing or no row is for its class.

    >>> rows = [{"class": "industry", "size": "medium", "persons": 300, "revenue": Decimal(2000)},
    ...         {"class": "industry", "size": "small", "persons": 20, "revenue": Decimal(300)}]
    >>> size_of("industry", persons=400, revenue=Decimal(1999), rows=rows)
    'small'
    >>> size_of("industry", persons=19, revenue=Decimal(90000), rows=rows)
    'micro'
    """
    mine = [row for row in rows if row["class"] == class_code and row.get("confidence") != UNSURE]
    if not mine or persons is None or revenue is None:
        return None
    for row in sorted(mine, key=lambda row: SIZES.index(row["size"])):
        if persons >= row["persons"] and revenue >= row["revenue"]:
            return str(row["size"])
    return "micro"


@dataclass(frozen=True, slots=True)
class Private:
    """The county's own count of private firms (I7): more than ``above`` 万元 a year, strictly; from ``near``
    on a firm that is not above it is a near miss. The target is met by more than ``target`` firms.
    """

    above: Decimal
    near: Decimal
    target: int


def counts_as(revenue: Decimal | None, rule: Private) -> str:
    """over, near, below or unknown.

    >>> rule = Private(Decimal(500), Decimal(400), 130)
    >>> [counts_as(each, rule) for each in (Decimal("500.01"), Decimal(500), Decimal(399), None)]
    ['over', 'near', 'below', 'unknown']
    """
    if revenue is None:
        return "unknown"
    if revenue > rule.above:
        return "over"
    return "near" if revenue >= rule.near else "below"
