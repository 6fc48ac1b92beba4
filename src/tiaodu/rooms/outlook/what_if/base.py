"""The county a what-if starts from: gathered and run once for a day, then kept by the process."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import get_language

from tiaodu.engine.kernel.draws import Draws
from tiaodu.engine.kernel.offers import StepDate, StepNetwork
from tiaodu.engine.outlook.model import Dates, Inputs
from tiaodu.engine.outlook.months import Months
from tiaodu.engine.outlook.result import Result, Values
from tiaodu.engine.outlook.scoring import Recalibration
from tiaodu.engine.outlook.tree import TreeError
from tiaodu.engine.outlook.whatif import Case, Change, FixDate, Gain, MoveDate, difference
from tiaodu.engine.outlook.words import Finding
from tiaodu.foundation import clock
from tiaodu.foundation.audit.keeping import Keeper
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.outlook.drawing import draws_of
from tiaodu.rooms.outlook.judging import Judge
from tiaodu.rooms.outlook.selectors.correction import correction_shown
from tiaodu.rooms.outlook.selectors.gathered import Gathered, gathered
from tiaodu.rooms.outlook.what_if.lines import Line, lines_of, values_of

# What these acts change a run does not read.
_UNTOUCHED_BY = (
    "accounts.log", "audit.", "documents.", "files.", "interfaces.", "items.", "jobs.", "lists.",
    "outlook.ask", "outlook.replay", "outlook.run", "outlook.scenario_",
)  # fmt: skip
_kept = Keeper(_UNTOUCHED_BY, most=4)


@dataclass(frozen=True)
class Base:
    """A county on a day with the figures that are watched, and what they are in every scenario as things are.

    ``case`` has the days of steps that only milestones await too, those of the steps all these wait for, and
    the stage networks in which they follow each other. ``correction`` is what corrects chances by past
    accuracy, as it did those of the outlooks that are shown; None where nothing did.
    """

    county: Gathered
    case: Case
    months: Months
    draws: Draws
    lines: Sequence[Line]
    values: Mapping[str, Values] = field(repr=False)
    findings: Sequence[Finding] = ()
    correction: Recalibration | None = None

    @property
    def day(self) -> date:
        return self.county.day

    @property
    def corrected(self) -> bool:
        """Whether its chances are corrected by past accuracy."""
        return self.correction is not None

    def touched(self, case: Case, acts: Iterable[Change]) -> set[str]:
        """The nodes and dates that are not in ``case`` as they are here, once ``acts`` were done in it."""
        known = self.case.inputs.dates
        nodes = {act.key for act in acts if not isinstance(act, MoveDate | FixDate)}
        return nodes | {name for name, days in case.inputs.dates.items() if days is not known.get(name)}

    def reached(self, touched: Collection[str]) -> list[Line]:
        """The lines that hang on one of the nodes or dates ``touched``."""
        return [line for line in self.lines if self.hangs_on(line, touched)]

    def hangs_on(self, line: Line, touched: Collection[str]) -> bool:
        """Whether a line is computed from one of the nodes or dates ``touched``."""
        if line.is_day:
            return line.node in touched
        needed = self.case.tree.needed([line.node])
        return not set(touched).isdisjoint((*needed, *self.case.tree.dates(needed)))

    def run(self, case: Case, lines: Sequence[Line], further: Sequence[str] = ()) -> Result | None:
        """One run of ``case`` for ``lines`` and ``further`` nodes, on the draws of the base; None where no
        node is asked for.
        """
        wanted = list(dict.fromkeys([*(line.node for line in lines if not line.is_day), *further]))
        return case.run(self.months, self.draws, wanted) if wanted else None

    def values_in(self, case: Case, lines: Sequence[Line], result: Result | None) -> dict[str, Values]:
        """The figures of ``lines`` in a case and its run, by name."""
        return {line.name: values_of(line, case, result, len(self.draws)) for line in lines}

    def gain(self, line: Line, after: Values) -> Gain | None:
        """What the figure of a line is more in a case than it is here."""
        return difference(self.values[line.name], after, line.asked, self.correction)


def base_of(region: Region, day: date) -> Base:
    """The county as it was known on ``day``, from this process where nothing happened since."""
    kept = _kept.get((region.pk, day, get_language()), lambda: base_made(region, day))
    return replace(kept, correction=correction_shown(region, day))


def base_made(region: Region, day: date, county: Gathered | None = None, draws: Draws | None = None) -> Base:
    """The county as it was known on ``day``, run on the draws of its outlooks."""
    with clock.as_of(day):
        county = county or gathered(region, day)
        draws = draws or draws_of(region)
        judge = Judge(county, draws)
    lines = lines_of(county, judge)
    case = replace(county.case, inputs=_with_days(county, lines))
    lines = [line for line in lines if not line.is_day or line.node in case.inputs.dates]
    base = Base(county, case, judge.months, draws, lines, {})
    return _ran(base)


def _ran(base: Base) -> Base:
    try:
        result = base.run(base.case, base.lines)
    except TreeError as error:  # a figure that is no number: nothing can be said, and why
        days = [line for line in base.lines if line.is_day]
        return replace(
            base, lines=days, values=base.values_in(base.case, days, None), findings=error.findings
        )
    findings = result.report() if result is not None else ()
    return replace(base, values=base.values_in(base.case, base.lines, result), findings=findings)


def _with_days(county: Gathered, lines: Sequence[Line]) -> Inputs:
    """The inputs with the days of steps that milestones await and of all that lead to those or to nodes."""
    inputs, steps = county.case.inputs, county.steps
    dates = dict(inputs.dates)
    for key in leading_to(steps, [*dates, *(line.node for line in lines if line.is_day)]):
        drawn = steps[key].draw() if key not in dates else None
        if drawn is not None:
            dates[key] = Dates(*drawn)
    networks = {key: steps[key].network for key in dates if key in steps}
    return replace(
        inputs, dates=dates, networks={key: net for key, net in networks.items() if net is not None}
    )


def leading_to(steps: Mapping[str, StepDate], keys: Iterable[str]) -> list[str]:
    """``keys``, as far as they are steps, and the steps their days still wait for, by network."""
    asked = [key for key in dict.fromkeys(keys) if key in steps]
    by_network: dict[StepNetwork | None, list[str]] = {}
    for key in asked:
        by_network.setdefault(steps[key].network, []).append(key)
    found: list[str] = []
    for network, own in by_network.items():
        found += own if network is None else network.before(own)
    return [key for key in found if key in steps]
