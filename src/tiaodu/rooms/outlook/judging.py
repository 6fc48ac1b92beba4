"""From what is known of a county to the outlook of each indicator: a fact, a chance with its drivers, or the
reason why there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isnan, nan
from typing import Any

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.ledger.standing import State, is_reached
from tiaodu.engine.outlook.checks import factor_between
from tiaodu.engine.outlook.explain import Asked, explained
from tiaodu.engine.outlook.model import Adds
from tiaodu.engine.outlook.months import Months, month_of, month_period
from tiaodu.engine.outlook.result import Result, Values
from tiaodu.engine.outlook.series import Figure, NothingBehind, forecast
from tiaodu.engine.outlook.series.rest import FEWEST
from tiaodu.engine.outlook.shares import Shares, shares
from tiaodu.rooms.outlook.models import Basis
from tiaodu.rooms.outlook.selectors.gathered import Gathered, Promise

MOST_MONTHS = 36
MOST_DRIVERS = 6
MOST_NODES = 40
LEAST_REST = 0.05  # of a risk, below which what hangs on several together is not told
UPPER = ("<", "<=")


@dataclass
class Judged:
    """What one indicator looks like; fields as in the model ``Outlook``."""

    basis: Basis
    reason: dict[str, Any] = field(default_factory=dict)
    chance: float | None = None
    kept: bool | None = None
    p10: float | None = None
    p50: float | None = None
    p90: float | None = None
    pace: dict[str, Any] = field(default_factory=dict)
    drivers: list[dict[str, Any]] = field(default_factory=list)
    provenance: dict[str, Any] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)


def nothing(code: str, **params: Any) -> Judged:
    """No figure, and why."""
    return Judged(Basis.NOTHING, {"code": code, **params})


def comparator_of(promise: Promise) -> str:
    """How the figure is compared: a plain one (=) is kept when it is reached or passed, as in the ledger."""
    told = promise.part.term.comparator
    return ">=" if told == "=" else str(told)


@dataclass(frozen=True)
class Question:
    """A promise that a node of the tree answers. ``factor`` brings base units into the node's; ``base`` is
    what an addition starts from, in the node's unit.
    """

    promise: Promise
    key: str
    period: Period
    factor: float
    base: float

    @property
    def target(self) -> float:
        """The promised figure as the node counts it."""
        return float(self.promise.target) * self.factor + self.base

    @property
    def asked(self) -> tuple[str, float]:
        return comparator_of(self.promise), self.target


class Judge:
    """Judges all promises of a county with one run. ``before`` is the county on the day of the run before."""

    def __init__(self, county: Gathered, draws: Draws, before: Gathered | None = None) -> None:
        self.county, self.draws, self.before = county, draws, before
        self.settled: dict[int, Judged] = {}
        self.questions: list[Question] = []
        for promise in county.promises:
            found = self._settle(promise) or self._question(promise)
            if isinstance(found, Question):
                self.questions.append(found)
            else:
                self.settled[promise.part.part.pk] = found
        self.months = self._months()
        self.result: Result | None = None

    def run(self) -> None:
        """The one run of the county."""
        wanted = list(dict.fromkeys(q.key for q in self.questions))
        if wanted:
            self.result = self.county.case.run(self.months, self.draws, wanted)

    def judged(self) -> Iterable[tuple[Promise, Judged]]:
        """Every promise with its outlook; :meth:`run` came before."""
        answers = {q.promise.part.part.pk: self._answer(q) for q in self.questions}
        for promise in self.county.promises:
            pk = promise.part.part.pk
            yield promise, answers.get(pk) or self.settled[pk]

    def _settle(self, promise: Promise) -> Judged | None:
        """What needs no forecast: facts, and promises nothing can be said of."""
        part, day = promise.part, self.county.day
        if part.standing.state is State.STRUCK_OFF:
            return Judged(Basis.FACT, {"code": "struck_off"}, kept=True)
        if part.term.value is None:
            return nothing("no_figure")
        if part.term.due_end is None:
            event = part.term.due_event
            return nothing("waits_for_event", event=event) if event else nothing("no_due")
        reached = is_reached(part.term.comparator, part.value, promise.target)
        if promise.due < day:
            return self._past(promise, reached=reached)
        return self._still(promise, reached=reached)

    def _still(self, promise: Promise, *, reached: bool) -> Judged | None:
        measure = promise.part.part.measure
        if reached and measure is not None and measure.kind == "flow":
            return Judged(Basis.FACT, {"code": "reached"}, kept=True, provenance=self._evidence(promise))
        return nothing("no_series") if promise.key is None else None

    def _past(self, promise: Promise, *, reached: bool) -> Judged:
        """The due is over: what was told by then decides, or nobody told it."""
        latest, due = promise.part.latest, promise.due
        told = getattr(latest, "period_end", None)
        if promise.part.value is None:
            return Judged(Basis.FACT, {"code": "due_passed_untold"})
        if told is not None and told < due and not reached:
            return Judged(Basis.FACT, {"code": "due_passed_older", "day": told.isoformat()})
        upper = promise.part.term.comparator in UPPER
        kept = float(promise.part.value) <= float(promise.target) if upper else reached
        return Judged(Basis.FACT, {"code": "due_passed"}, kept=kept, provenance=self._evidence(promise))

    def _question(self, promise: Promise) -> Question | Judged:
        key, county = str(promise.key), self.county
        if key in county.left_out:
            finding = county.left_out[key]
            told = {language: finding.tell(language) for language in ("zh", "en")}
            return self._from_series(promise, {"code": "left_out", **told})
        if key not in county.case.tree.nodes:
            return self._from_series(promise, {"code": "no_node"})
        node, indicator = county.case.tree.nodes[key], promise.part.part
        factor = factor_between(indicator.unit or indicator.measure.unit, node.unit)
        if factor is None:
            return nothing("unit", unit=indicator.unit, found=node.unit)
        due = promise.due
        begin = indicator.counts_from or promise.part.term.due_start or date(due.year, 1, 1)
        first, last = month_of(begin), month_of(due)
        if last - month_of(county.day) >= MOST_MONTHS:
            return nothing("too_far", months=MOST_MONTHS)
        base = 0.0
        if indicator.increment and node.adds is Adds.LAST:
            # What stood on the eve; where nobody has told it the run says, scenario by scenario.
            base = county.case.inputs.known.get(key, {}).get(first - 1, nan)
        if node.adds is Adds.LAST:
            first = last
        return Question(promise, key, Period(month_period(first).start, month_period(last).end), factor, base)

    def _months(self) -> Months:
        first = min(
            [month_of(date(self.county.day.year, 1, 1)), *(month_of(q.period.start) for q in self.questions)]
        )
        last = max(
            [month_of(date(self.county.day.year, 12, 1)), *(month_of(q.period.end) for q in self.questions)]
        )
        return Months(first, last - first + 1)

    def _answer(self, question: Question) -> Judged:
        result = self.result
        assert result is not None  # noqa: S101  run() came before
        if isnan(question.base):
            return self._addition(question)
        values, (comparator, target) = result.over(question.key, question.period), question.asked
        chance = self._chance(values, comparator, target)
        if chance is None:
            return nothing("no_value")
        p10, p50, p90 = (self._back(question, figure) for figure in values.quantiles())
        share = values.chance(comparator, target)
        promised = (comparator, target) if share not in (0.0, 1.0) else None
        told = shares(result, question.key, question.period, promised, MOST_DRIVERS)
        return Judged(
            Basis.TREE,
            {"code": "tree", **({"unknown": values.unknown} if values.unknown else {})},
            chance,
            None,
            p10,
            p50,
            p90,
            self._pace(result, question),
            self._drivers(told),
            {**self._evidence(question.promise), "node": question.key, "needed": self._needed(question.key)},
            self._changes(question, promised),
        )

    def _chance(self, values: Values, comparator: str, target: float) -> float | None:
        """The share of scenarios; none of n, or all of them, is half a scenario from certain: what is not
        decided has no chance of exactly 0 or 1.
        """
        share, half = values.chance(comparator, target), 0.5 / len(self.draws)
        return None if share is None else min(1 - half, max(half, share))

    def _addition(self, question: Question) -> Judged:
        """An addition to what is not known: the end less what stands on the eve, in the same scenario."""
        assert self.result is not None  # noqa: S101  asked by _answer
        begin = month_of(question.promise.part.part.counts_from) - 1
        eve = self.result.over(question.key, month_period(begin))
        values = Values(self.result.over(question.key, question.period).every - eve.every)
        target = float(question.promise.target) * question.factor
        chance = self._chance(values, comparator_of(question.promise), target)
        if chance is None:
            return nothing("no_base", month=str(month_period(begin)))
        p10, p50, p90 = (figure / question.factor for figure in values.quantiles())
        told = shares(self.result, question.key, question.period, None, MOST_DRIVERS)
        needed = {"node": question.key, "needed": self._needed(question.key)}
        reason = {"code": "tree_addition"}
        return Judged(Basis.TREE, reason, chance, None, p10, p50, p90, {}, self._drivers(told), needed)

    def _back(self, question: Question, figure: float) -> float:
        return (figure - question.base) / question.factor

    def _pace(self, result: Result, question: Question) -> dict[str, Any]:
        if question.promise.part.term.comparator in UPPER:
            return {}
        found = result.pace(question.key, question.target, question.period)
        if found is None:
            return {}
        scale = {name: getattr(found, name) for name in ("left", "needed", "expected", "last")}
        told = {name: None if figure is None else figure / question.factor for name, figure in scale.items()}
        return {**told, "done": self._back(question, found.done), "months": found.months}

    def _drivers(self, told: Shares) -> list[dict[str, Any]]:
        tree, found = self.county.case.tree, []
        for each in told.drivers:
            title, url = each.name, ""
            if each.kind == "node":
                title = tree.nodes[each.name].title or each.name
            elif each.kind == "cause":
                title = tree.causes[each.name].title or each.name
            elif each.name in self.county.steps:
                title, url = self.county.steps[each.name].title, self.county.steps[each.name].about.url
            found.append(
                {
                    "kind": each.kind,
                    "name": each.name,
                    "title": title,
                    "share": each.share,
                    "way": each.way,
                    "url": url,
                }
            )
        if found and told.rest >= LEAST_REST:
            found.append({"kind": "rest", "name": "", "title": "", "share": told.rest, "way": 0, "url": ""})
        return found

    def _needed(self, key: str) -> list[str]:
        return list(reversed(self.county.case.tree.needed([key])))[:MOST_NODES]

    def _evidence(self, promise: Promise) -> dict[str, Any]:
        """The series and the evidence behind a promise."""
        told = self.county.known.get(promise.key or "")
        if told is None:
            return {}
        return {"series": told.series, "evidence": [cell.evidence_id for cell in told.cells][-18:]}

    def _changes(self, question: Question, promised: tuple[str, float] | None) -> list[dict[str, Any]]:
        """What changed since the run before and why; nothing when the node was not there then."""
        before = self.before
        if before is None or question.key not in before.case.tree.nodes:
            return []
        if before.case.tree.nodes[question.key].unit != self.county.case.tree.nodes[question.key].unit:
            return []
        asked = Asked(question.key, str(question.period), promised or question.asked)
        found = explained(before.case, self.county.case, asked=asked, months=self.months, draws=self.draws)
        if found is None:
            return []
        # What differs elsewhere in the county is no news of this figure.
        trees = (before.case.tree, self.county.case.tree)
        near = {
            name
            for tree in trees
            for name in (*tree.needed([question.key]), *tree.dates(tree.needed([question.key])))
        }
        return [
            {
                "group": part.group,
                "middle": part.middle / question.factor,
                "chance": part.chance,
                "names": [self._name(name) for name in part.names if name in near][:MOST_DRIVERS],
            }
            for part in found.parts
            if part.mean or part.chance
        ]

    def _name(self, name: str) -> str:
        if name in self.county.steps:
            return self.county.steps[name].title
        node = self.county.case.tree.nodes.get(name)
        return (node.title if node else "") or name

    def _from_series(self, promise: Promise, why: Mapping[str, Any]) -> Judged:
        """Without a node: from its own months, where there are enough of them."""
        indicator, county = promise.part.part, self.county
        known = county.known.get(promise.key or "")
        due = promise.due
        year = Period.parse(str(due.year))
        if (
            indicator.measure.kind != "flow"
            or (indicator.counts_from or year.start) != year.start
            or due != year.end
        ):
            return nothing("no_model", why=dict(why))
        if known is None or len(known.months) < FEWEST:
            return nothing(
                "few_months", count=len(known.months) if known else 0, needed=FEWEST, why=dict(why)
            )
        return _forecast(
            promise, [_figure(cell, county.day) for cell in known.cells], county.day, self._evidence(promise)
        )


def _figure(cell: Any, day: date) -> Figure:
    return Figure(Period(cell.period_start, cell.period_end), cell.value, day)


def _forecast(promise: Promise, figures: Sequence[Figure], day: date, evidence: dict[str, Any]) -> Judged:
    """The year's total from its own months."""
    term = promise.part.term
    told = forecast(figures, as_of=day, year=promise.due.year)
    if isinstance(told, NothingBehind):
        return nothing("series_refused", codes=[reason.code for reason in told.reasons])
    chance = told.chance(term.comparator, promise.target)
    if chance.decided:
        return Judged(Basis.FACT, {"code": "reached"}, kept=chance.probability == 1, provenance=evidence)
    needed = told.needed(promise.target) if term.comparator not in UPPER else None
    pace = {
        "done": told.so_far,
        "needed": needed,
        "months": 12 - told.origin,
        "left": float(promise.target) - told.so_far,
    }
    return Judged(
        Basis.SERIES,
        {"code": "series", "months": told.origin},
        chance.probability,
        None,
        told.p10,
        told.p50,
        told.p90,
        pace,
        provenance=evidence,
    )
