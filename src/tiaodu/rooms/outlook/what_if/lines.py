"""The figures of a county that a change may move: promises that a node or a step answers, and quantities
nobody promised that leaders ask for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from importlib import resources
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np

from tiaodu.engine.kernel.datafile import ListOf, Text, load_datafile, with_head
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.outlook.checks import factor_between
from tiaodu.engine.outlook.model import Adds, Dates
from tiaodu.engine.outlook.months import month_of, month_period
from tiaodu.engine.outlook.result import Result, Values
from tiaodu.engine.outlook.whatif import Case
from tiaodu.rooms.ledger.selectors import PartRow, TaskRow
from tiaodu.rooms.outlook import words
from tiaodu.rooms.outlook.judging import Judge, Question, comparator_of
from tiaodu.rooms.outlook.milestones import steps_awaited
from tiaodu.rooms.outlook.models import Outlook
from tiaodu.rooms.outlook.selectors.gathered import Gathered
from tiaodu.rooms.outlook.selectors.rows import OutlookRow

SAMPLE = "示例"  # what the source of a node says that is no fact
_SHAPE = with_head({"measures": ListOf(Text(r"[a-z][a-z0-9_.]*"))})


@dataclass(frozen=True)
class Line:
    """A figure that is watched: a node over a period, or the day of a step.

    Values are in the unit of the node; ``factor`` brings the unit shown into it, ``base`` is what an addition
    starts from, ``eve`` the month it starts after where only the run can say what stood then. ``asked`` is
    the promise, None of a quantity.
    """

    name: str
    node: str
    unit: str
    period: Period | None = None
    factor: float = 1.0
    base: float = 0.0
    eve: Period | None = None
    asked: tuple[str, float] | None = None
    row: TaskRow | None = None
    part: PartRow | None = None
    title: str = ""
    sector: str = ""
    sample: bool = False

    @property
    def is_day(self) -> bool:
        """Whether it is the day of a step."""
        return self.period is None

    def values(self, result: Result) -> Values:
        """Its figure in every scenario of a run."""
        assert self.period is not None  # noqa: S101  days are not reckoned by a run
        found = result.over(self.node, self.period)
        return found if self.eve is None else Values(found.every - result.over(self.node, self.eve).every)

    def days(self, dates: Dates, scenarios: int) -> Values:
        """The day of its step in every scenario, as proleptic day numbers."""
        days = dates.days.astype(float) + dates.first.toordinal()
        return Values(np.broadcast_to(days, scenarios) if days.size == 1 else days[:scenarios])

    def shown(self, figure: float) -> float:
        """A figure in the unit that is shown."""
        return (figure - self.base) / self.factor

    def told(self, figure: float | None) -> str:
        """A figure in words."""
        if figure is None:
            return ""
        return words.day_words(figure) if self.is_day else words.figure_words(self.shown(figure), self.unit)


def line_words(line: Line) -> OutlookRow | None:
    """A promise as other pages name it; None of a quantity."""
    if line.row is None or line.part is None:
        return None
    part, target = line.part, line.part.term.value
    told = Outlook(
        task=line.row.task,
        target=None if target is None else float(target),
        comparator=part.term.comparator if part.is_indicator else "",
        unit=line.unit,
        due=part.term.due_end,
        **{"indicator" if part.is_indicator else "milestone": part.part},
    )
    return OutlookRow(told, {})


def lines_of(county: Gathered, judge: Judge) -> list[Line]:
    """Every figure of the county that a change may move, promises first."""
    found = [_of_question(question) for question in judge.questions]
    return [*found, *_of_steps(county), *_quantities(county, found)]


def _of_question(question: Question) -> Line:
    promise = question.promise
    part = promise.part.part
    task, subject = promise.row.task, part.subject or promise.row.task.subject
    line = Line(
        name=f"i{part.pk}",
        node=question.key,
        unit=part.unit or part.measure.unit,
        period=question.period,
        factor=question.factor,
        base=question.base,
        asked=question.asked,
        row=promise.row,
        part=promise.part,
        sector=task.sector,
        sample=task.sample or bool(subject and subject.sample),
    )
    if not isnan(question.base):
        return line
    eve = month_period(month_of(part.counts_from) - 1)
    target = float(promise.target) * question.factor
    return replace(line, base=0.0, eve=eve, asked=(comparator_of(promise), target))


def _of_steps(county: Gathered) -> Iterator[Line]:
    for row, part, step in steps_awaited(county):
        due = part.term.due_end
        if due is None:
            continue
        yield Line(
            name=f"m{part.part.pk}",
            node=step.key,
            unit="",
            asked=("<=", float(due.toordinal())),
            row=row,
            part=part,
            sector=row.task.sector,
            sample=row.task.sample,
        )


@lru_cache(maxsize=1)
def quantities() -> tuple[str, ...]:
    """The measures of data/outlook/quantities.yaml."""
    place = resources.files("tiaodu.data").joinpath("outlook", "quantities.yaml")
    found: dict[str, Any] = load_datafile(Path(str(place)), _SHAPE)
    return tuple(found["measures"])


def _quantities(county: Gathered, lines: Iterable[Line]) -> Iterator[Line]:
    """Nodes of the measures leaders ask for that no other node of the measure takes in, over the year of the
    day; those a promise asks for already are left out.
    """
    tree, promised = county.case.tree, {(line.node, line.period) for line in lines}
    taken = {
        key
        for node in tree.nodes.values()
        for key in node.inputs
        if key.partition(":")[2] == node.key.partition(":")[2]
    }
    year = county.day.year
    for node in tree.nodes.values():
        at = county.places.of(node.key)
        if at is None or node.key in taken or not _is_asked_for(at[1].code):
            continue
        first = 12 if node.adds is Adds.LAST else 1
        period = Period(date(year, first, 1), date(year, 12, 31))
        if (node.key, period) in promised:
            continue
        factor = factor_between(at[1].unit, node.unit)
        unit = at[1].unit if factor is not None else node.unit
        title = node.title or f"{at[0].name} {at[1].name}"
        yield Line(
            f"s{node.key}", node.key, unit, period, factor or 1.0, title=title, sector=at[0].sector,
            sample=at[0].sample or SAMPLE in node.source,
        )  # fmt: skip


def _is_asked_for(measure: str) -> bool:
    return any(measure == each or measure.startswith(f"{each}.") for each in quantities())


def values_of(line: Line, case: Case, result: Result | None, scenarios: int) -> Values:
    """The figure of a line in every scenario of a case and its run."""
    if line.is_day:
        return line.days(case.inputs.dates[line.node], scenarios)
    assert result is not None  # noqa: S101  a line of a node is asked for with its run
    return line.values(result)
