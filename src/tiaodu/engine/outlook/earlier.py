"""Other months of a series: some months ago, and sums from January on. Months before the run are evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tiaodu.engine.outlook import opcodes as op
from tiaodu.engine.outlook.months import Months, month_text
from tiaodu.engine.outlook.steps import Step, Steps
from tiaodu.engine.outlook.words import WARNING, Finding

_NAN = float("nan")
_YEAR = 12


@dataclass(frozen=True, slots=True)
class Series:
    """A series as it is asked for by the node ``asked``: its value and what evidence has of it."""

    asked: str
    key: str
    value: int
    known: Mapping[int, float]

    def before(self, month: int) -> float:
        """The figure of a month before the run, unknown when there is none."""
        return float(self.known.get(month, _NAN))

    def missing(self, months: Iterable[int]) -> list[Finding]:
        """What to say of months that evidence does not have."""
        named = tuple(month_text(month) for month in months if month not in self.known)
        params = {"of": self.key, "months": named}
        return [Finding("missing_history", self.asked, WARNING, params)] if named else []


def ago(steps: Steps, run: Months, of: Series, months: int, *, hold: bool) -> tuple[int, list[Finding]]:
    """The series so many months ago; ``hold`` takes the first month of the run for what is not known."""
    past = _past(run, months)
    found = of.missing(past)
    held = hold and bool(found)
    at = _padded(steps, [of.before(month) for month in past], months)
    step = Step(op.LAG, 0, (of.value,), second=int(held), third=months, extra=at)
    return steps.add(step), [] if held else found


def summed(steps: Steps, run: Months, of: Series, *, yearly: bool) -> tuple[int, list[Finding]]:
    """The series summed from January on, or from the first month of the run on."""
    past = range(run.first - run.first % _YEAR, run.first) if yearly else range(0)
    at = steps.put(float(sum(of.before(month) for month in past)))
    step = Step(op.RUNNING, 0, (of.value,), second=int(yearly), extra=at)
    return steps.add(step), of.missing(past)


def summed_year_ago(steps: Steps, run: Months, of: Series) -> tuple[int, list[Finding]]:
    """The sum from January to the same month a year ago."""
    value, found = summed(steps, run, of, yearly=True)
    past = _past(run, _YEAR)
    before = [sum(of.before(each) for each in range(month - month % _YEAR, month + 1)) for month in past]
    at = _padded(steps, before, _YEAR)
    lagged = steps.add(Step(op.LAG, 0, (value,), third=_YEAR, extra=at))
    begin = past[0] - past[0] % _YEAR
    return lagged, found + of.missing(month for month in range(begin, past[-1] + 1) if month < run.first)


def _past(run: Months, months: int) -> range:
    """The months before the run that a lag reaches."""
    begin = run.first - months
    return range(begin, begin + min(months, len(run)))


def _padded(steps: Steps, before: list[float], months: int) -> int:
    return steps.put(*before, *([_NAN] * (months - len(before))))
