"""From a tree to op-codes: every node becomes operations over blocks of months × scenarios.

>>> from tiaodu.engine.outlook.model import Given, Node, Total
>>> from tiaodu.engine.outlook.tree import Tree
>>> parts = [Node(f"m{n}:tax", "元", Given(float(n))) for n in (1, 2)]
>>> tree = Tree.of([*parts, Node("county:tax", "元", Total(("m1:tax", "m2:tax")))])
>>> code = coded(tree, Months.parse("2024"), Inputs(), ("county:tax",))
>>> len(code.rows), code.prologue, code.slots
(4, 2, 3)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan, log, sqrt

from tiaodu.engine.kernel.expression import opcodes as basic
from tiaodu.engine.kernel.expression.graph import COLUMN, Made
from tiaodu.engine.outlook import earlier
from tiaodu.engine.outlook import opcodes as op
from tiaodu.engine.outlook.checks import factor_between
from tiaodu.engine.outlook.formulas import Lowered
from tiaodu.engine.outlook.model import (
    Adds,
    Adjustment,
    Arrivals,
    Formula,
    Given,
    Inputs,
    Lag,
    Node,
    Noise,
    Per,
    Running,
    Total,
    Worked,
)
from tiaodu.engine.outlook.months import Months, month_period, month_text
from tiaodu.engine.outlook.shapes import Lognormal, Normal, Triangular, own_part
from tiaodu.engine.outlook.steps import Code, Step, Steps
from tiaodu.engine.outlook.tree import Tree
from tiaodu.engine.outlook.words import WARNING, Finding

_NAN = float("nan")
_MONTH_DAYS = 365.25 / 12  # of a ramp's months
_DIVISIONS = (basic.DIVIDE, basic.DIVIDE + 1, basic.DIVIDE_INTO)


def coded(tree: Tree, months: Months, inputs: Inputs, wanted: Sequence[str]) -> Code:
    """The code that keeps ``wanted`` and makes only what they need."""
    coder = _Coder(tree, months, inputs)
    for key in tree.needed(wanted):
        coder.node(tree.nodes[key])
    for place, key in enumerate(wanted):
        coder.steps.keep(coder.values[key], place)
    return coder.steps.placed(tuple(wanted), coder.findings)


def cause_key(name: str) -> str:
    """The name of a cause's chance, apart from those of nodes."""
    return f"cause {name}"


def draw_key(key: str) -> str:
    """The name of a node's own chance."""
    return key


@dataclass(slots=True)
class _Coder:
    """Makes the steps of one tree."""

    tree: Tree
    months: Months
    inputs: Inputs
    steps: Steps = field(default_factory=Steps)
    values: dict[str, int] = field(default_factory=dict)  # of nodes, by key
    derived: dict[tuple[str, str], int] = field(default_factory=dict)  # of a node in another period
    causes: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def node(self, node: Node) -> None:
        """The value of a node: what its kind gives, changed where it is adjusted, known where it is known."""
        known = self.inputs.known.get(node.key, {})
        pairs = [(place, float(known[m])) for place, m in enumerate(self.months) if m in known]
        self.late(node, known)
        if len(pairs) == len(self.months):
            self.values[node.key] = self.steps.series([figure for _place, figure in pairs])
            return
        value = _KINDS[type(node.kind)](self, node)
        if node.adjustments:
            factors, plus = by_month(node.adjustments, self.months)
            value = self.steps.make(op.ADJUST, (value,), self.steps.put(*factors, *plus))
        if pairs and (node.adjustments or not isinstance(node.kind, Given)):
            self.steps.fix(value, pairs)
        self.values[node.key] = value

    def late(self, node: Node, known: Mapping[int, float]) -> None:
        """Say which months should be known by now, of a series of which others are."""
        until = self.inputs.until
        if not known or until is None:
            return
        named = tuple(month_text(m) for m in self.months if m <= until and m not in known)
        if named:
            self.findings.append(Finding("late_report", node.key, WARNING, {"months": named}))

    def given(self, node: Node) -> int:
        kind = node.kind
        assert isinstance(kind, Given)  # noqa: S101  by the table of kinds
        empty = _NAN if kind.value is None else kind.value
        known = self.inputs.known.get(node.key, {})
        figures = [float(known.get(month, kind.months.get(month, empty))) for month in self.months]
        missing = [m for m, figure in zip(self.months, figures, strict=True) if isnan(figure)]
        if missing:
            params = {"months": tuple(map(month_text, missing))}
            self.findings.append(Finding("missing_months", node.key, WARNING, params))
        return self.steps.series(figures)

    def worked(self, node: Node) -> int:
        kind = node.kind
        assert isinstance(kind, Worked)  # noqa: S101  by the table of kinds
        return self.steps.series([worked_share(month, kind.lost.get(month, 0.0)) for month in self.months])

    def noise(self, node: Node) -> int:
        kind, steps = node.kind, self.steps
        assert isinstance(kind, Noise)  # noqa: S101  by the table of kinds
        shape, once = kind.shape, kind.per is Per.SCENARIO
        if isinstance(shape, Triangular) and not kind.causes and not kind.persistence:
            shares = steps.drawn(op.SHARE_ONCE if once else op.SHARE_MONTHS, draw_key(node.key))
            return steps.shape(op.TRIANGLE, shares, (shape.low, shape.mode, shape.high), once=once)
        score = self.score(draw_key(node.key), kind.per, kind.persistence)
        if once and (kind.causes or isinstance(shape, Normal)):
            score, once = steps.make(op.SPREAD, (score,)), False
        if kind.causes:
            terms = [(self.cause(name), loading) for name, loading in kind.causes]
            own = own_part(tuple(loading for _name, loading in kind.causes))
            score = steps.linear([*terms, (score, own)])
        if isinstance(shape, Lognormal):
            return steps.shape(op.EXPONENT, score, (log(shape.median), shape.sigma), once=once)
        if isinstance(shape, Normal):
            return steps.linear([(score, shape.sd)], shape.mean)
        cut, above = getattr(shape, "cut", float("inf")), getattr(shape, "above", 0.0)
        return steps.shape(op.TABLE, score, (cut, above, *shape.table()), once=once)

    def score(self, name: str, per: Per, persistence: float) -> int:
        """A standard normal score for every month, or once, in the first month of the block only."""
        if per is Per.SCENARIO:
            return self.steps.drawn(op.SCORE_ONCE, name)
        score = self.steps.drawn(op.SCORE_MONTHS, name)
        if not persistence:
            return score
        return self.steps.shape(op.PERSIST, score, (persistence, sqrt(1 - persistence**2)), once=False)

    def cause(self, name: str) -> int:
        """The score of a shared cause, made once for all that share it."""
        if name not in self.causes:
            cause = self.tree.causes[name]
            score = self.score(cause_key(name), cause.per, cause.persistence)
            once = cause.per is Per.SCENARIO
            self.causes[name] = self.steps.make(op.SPREAD, (score,)) if once else score
        return self.causes[name]

    def arrivals(self, node: Node) -> int:
        kind, steps = node.kind, self.steps
        assert isinstance(kind, Arrivals)  # noqa: S101  by the table of kinds
        curve = grown(kind.curve)
        at = steps.put(kind.base, float(kind.at is Adds.MEAN), float(len(curve)))
        for each in kind.arrivals:
            steps.put(float(steps.dates.setdefault(each.date, len(steps.dates))), each.count)
        steps.put(*curve)
        return steps.make(op.ARRIVE, extra=at, third=len(kind.arrivals))

    def formula(self, node: Node) -> int:
        kind = node.kind
        assert isinstance(kind, Formula)  # noqa: S101  by the table of kinds
        return _Ruled(self, node.key, dict(kind.inputs)).value(self.tree.rules[node.key])

    def lag(self, node: Node) -> int:
        kind = node.kind
        assert isinstance(kind, Lag)  # noqa: S101  by the table of kinds
        series = self.series(node.key, kind.of)
        value = self.told(earlier.ago(self.steps, self.months, series, kind.months, hold=kind.hold))
        return self.scaled(node, kind.of, value)

    def running(self, node: Node) -> int:
        kind = node.kind
        assert isinstance(kind, Running)  # noqa: S101  by the table of kinds
        series = self.series(node.key, kind.of)
        value = self.told(earlier.summed(self.steps, self.months, series, yearly=kind.yearly))
        return self.scaled(node, kind.of, value)

    def total(self, node: Node) -> int:
        kind = node.kind
        assert isinstance(kind, Total)  # noqa: S101  by the table of kinds
        return self.steps.linear([(self.values[part], self.factor(node, part)) for part in kind.parts])

    def series(self, asked: str, of: str) -> earlier.Series:
        """A series as it is asked for by another node."""
        return earlier.Series(asked, of, self.values[of], self.inputs.known.get(of, {}))

    def told(self, found: tuple[int, list[Finding]]) -> int:
        """A value whose findings are noted."""
        self.findings += found[1]
        return found[0]

    def factor(self, node: Node, part: str) -> float:
        """What brings a part into the node's unit."""
        found = factor_between(self.tree.nodes[part].unit, node.unit)
        assert found is not None  # noqa: S101  checked with the tree
        return found

    def scaled(self, node: Node, of: str, value: int) -> int:
        factor = self.factor(node, of)
        return value if factor == 1.0 else self.steps.linear([(value, factor)])


@dataclass(slots=True)
class _Ruled:
    """Takes over the operations of one rule."""

    coder: _Coder
    key: str
    inputs: Mapping[str, str]

    def value(self, rule: Lowered) -> int:
        """The value of the rule in the node's unit."""
        facts = {fact.key: (fact.name, fact.period) for fact in rule.expression.facts}
        if rule.sum is not None:
            terms = [
                (self.fact(*facts[key]), float(factor) * rule.factor)
                for key, factor in rule.sum.factors.items()
            ]
            return self.coder.steps.linear(terms, float(rule.sum.constant) * rule.factor)
        places: list[int] = []
        for made in rule.values:
            places.append(self.fact(*facts[made.word]) if made.code == COLUMN else self.made(made, places))
        found = places[rule.result]
        return found if rule.factor == 1.0 else self.coder.steps.linear([(found, rule.factor)])

    def made(self, made: Made, places: Sequence[int]) -> int:
        """One operation of the rule."""
        steps = self.coder.steps
        if made.code == basic.FILL:
            return steps.series(made.constants * len(self.coder.months))
        extra = steps.put(*made.constants)
        if made.code == basic.FILL_TRUTH:
            return steps.add(Step(made.code, 0, extra=extra, once=True))
        third = len(made.constants) if made.code == basic.MEMBER else made.third
        takes = tuple(places[value] for value in made.takes)
        found = steps.make(made.code, takes, extra, third)
        if made.code in _DIVISIONS:
            steps.counting(found, takes, self.key)
        return found

    def fact(self, name: str, period: str) -> int:
        """A series, or the same of another period."""
        coder, of = self.coder, self.inputs[name]
        if period in ("", "current"):
            return coder.values[of]
        found = coder.derived.get((of, period))
        if found is None:
            found = coder.derived[of, period] = coder.told(self.other(coder.series(self.key, of), period))
        return found

    def other(self, of: earlier.Series, period: str) -> tuple[int, list[Finding]]:
        steps, months = self.coder.steps, self.coder.months
        if period == "previous":
            return earlier.ago(steps, months, of, 1, hold=False)
        if period == "year_ago":
            return earlier.ago(steps, months, of, 12, hold=False)
        if period == "year_to_date":
            return earlier.summed(steps, months, of, yearly=True)
        return earlier.summed_year_ago(steps, months, of)


_KINDS: Mapping[type, Callable[[_Coder, Node], int]] = {
    Given: _Coder.given,
    Worked: _Coder.worked,
    Noise: _Coder.noise,
    Arrivals: _Coder.arrivals,
    Formula: _Coder.formula,
    Lag: _Coder.lag,
    Running: _Coder.running,
    Total: _Coder.total,
}


def grown(curve: Sequence[float]) -> list[float]:
    """Days a unit is worth after so many days: the curve by months summed day by day; without one, 1 a day.

    >>> grown(()), [round(days, 2) for days in grown((0, 1))[:4]], round(grown((0.0, 1.0))[31], 1)
    ([0.0, 1.0], [0.0, 0.0, 0.03, 0.1], 15.3)
    """
    if not curve:
        return [0.0, 1.0]
    days, total, last = [0.0], 0.0, len(curve) - 1
    for day in range(int(last * _MONTH_DAYS) + 2):
        place = min(day / _MONTH_DAYS, float(last))
        node = min(int(place), max(last - 1, 0))
        total += curve[node] + (place - node) * (curve[min(node + 1, last)] - curve[node])
        days.append(total)
    return days


def worked_share(month: int, lost: float) -> float:
    """The share of a month's days that are worked.

    >>> worked_share(24289, 7.25)  # February 2024
    0.75
    """
    return min(1.0, max(0.0, 1 - lost / month_period(month).days))


def by_month(adjustments: Iterable[Adjustment], months: Months) -> tuple[list[float], list[float]]:
    """Factors and what is added, by month; adjustments follow one another."""
    factors, plus = [1.0] * len(months), [0.0] * len(months)
    for each in adjustments:
        for place, month in enumerate(months):
            if each.months is None or month in each.months:
                factors[place] *= each.factor
                plus[place] = plus[place] * each.factor + each.plus
    return factors, plus
