"""What changes bring beside the base on the same draws, figure by figure, each with its error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import floor, log10
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from tiaodu.engine.outlook.model import Dates
from tiaodu.engine.outlook.result import Values
from tiaodu.engine.outlook.scoring import Recalibration
from tiaodu.engine.outlook.tree import TreeError
from tiaodu.engine.outlook.whatif import Case, Change, FixDate, Gain, MoveDate, changed
from tiaodu.engine.outlook.words import Finding
from tiaodu.rooms.outlook import words
from tiaodu.rooms.outlook.selectors.rows import OutlookRow
from tiaodu.rooms.outlook.what_if.base import Base
from tiaodu.rooms.outlook.what_if.changes import DATED, Wish, acts_of
from tiaodu.rooms.outlook.what_if.lines import Line, line_words

LEAST_SHOWN = 0.0005  # of a chance: less would be written as nothing
LEAST_DAYS = 0.5  # a step that moves by less has not moved


@dataclass(frozen=True)
class Side:
    """A figure on one side: quantiles in the unit of the node, and the chance of the promise."""

    p10: float | None = None
    p50: float | None = None
    p90: float | None = None
    chance: float | None = None
    unknown: int = 0

    @classmethod
    def of(cls, line: Line, values: Values, correction: Recalibration | None = None) -> Side:
        """What the scenarios of one side say; all None when no scenario has a value. ``correction`` makes the
        chance the one that outlooks tell.
        """
        found = values.quantiles()
        if not found:
            return cls(unknown=values.unknown)
        chance = values.chance(*line.asked) if line.asked else None
        if chance is not None:
            half = 0.5 / values.every.size  # what is not decided has no chance of exactly 0 or 1
            chance = min(1 - half, max(half, chance))
            chance = correction(chance) if correction is not None else chance
        p10, p50, p90 = found
        return cls(p10, p50, p90, chance, values.unknown)


@dataclass(frozen=True)
class Row:
    """One figure beside itself. ``gain`` is the paired difference, None where one side has no value."""

    line: Line
    base: Side
    other: Side
    gain: Gain | None
    same: bool
    url: str = ""

    @property
    def pk(self) -> str:
        return self.line.name

    @property
    def sample(self) -> bool:
        return self.line.sample

    @property
    def moved(self) -> bool:
        """Whether it changed by more than chance alone would show."""
        return not self.same and self.gain is not None and self.gain.told_apart

    @property
    def unsure(self) -> bool:
        """Whether it changed, and by no more than chance alone would show."""
        return not self.same and not self.moved

    @cached_property
    def told(self) -> OutlookRow | None:
        return line_words(self.line)

    @cached_property
    def name(self) -> str:
        return self.told.name if self.told is not None else self.line.title

    @property
    def searched(self) -> str:
        return self.name

    @property
    def lead(self) -> str:
        return self.told.lead if self.told is not None else ""

    def shown(self, side: str, name: str) -> float | str | None:
        """A quantile of a side as Excel keeps it: a number, or a day."""
        figure = getattr(getattr(self, side), name)
        if figure is None:
            return None
        return words.day_words(figure) if self.line.is_day else self.line.shown(figure)

    def figure(self, side: str, name: str) -> str:
        """A quantile of a side in words."""
        return self.line.told(getattr(getattr(self, side), name))

    @property
    def mean(self) -> float | None:
        """The mean difference in the unit that is shown; days of a step."""
        return None if self.gain is None else self.gain.mean / self.line.factor

    @property
    def mean_error(self) -> float | None:
        return None if self.gain is None else self.gain.mean_error / abs(self.line.factor)

    @property
    def mean_words(self) -> str:
        """The mean difference with its error, twice the standard error."""
        if self.gain is None or self.mean is None or self.mean_error is None:
            return _("算不出")
        return difference_words(self.line, self.mean, self.mean_error)

    @property
    def chance_words(self) -> str:
        """By how many points the chance changes, with twice its standard error; empty of a quantity."""
        if self.gain is None or self.gain.chance is None or self.gain.chance_error is None:
            return ""
        if abs(self.gain.chance) < LEAST_SHOWN:
            return ""
        return points_words(self.gain.chance, self.gain.chance_error)

    @property
    def size(self) -> tuple[float, float]:
        """How much it changed: in chance, then beside what it was."""
        if self.gain is None:
            return 0.0, 0.0
        spread = abs((self.base.p90 or 0.0) - (self.base.p10 or 0.0)) or abs(self.base.p50 or 0.0) or 1.0
        return abs(self.gain.chance or 0.0), abs(self.gain.mean) / spread


def difference_words(line: Line, mean: float, error: float) -> str:
    """A mean difference with twice its standard error, in one scale: -13.72万吨 ±0.04; of days, whether they
    come later or earlier.
    """
    if line.is_day:
        told = {"days": f"{abs(mean):.1f}", "error": f"{2 * error:.1f}"}
        return (_("晚 %(days)s 天 ±%(error)s") if mean > 0 else _("早 %(days)s 天 ±%(error)s")) % told
    scale, mark = _scale(max(abs(mean), 2 * error), line.unit)
    beside = 2 * error / scale
    places = min(3, max(0, -floor(log10(beside)))) if beside else 1
    said = f"{mean / scale:+,.{places}f}{mark}{line.unit}"
    return f"{said} ±{beside:,.{places}f}" if beside else said


def _scale(size: float, unit: str) -> tuple[float, str]:
    """How officials count a figure of this size: in 万, in 亿, or as it is."""
    if unit.startswith(("万", "亿", "%")) or size < 10_000:
        return 1.0, ""
    return (1e8, "亿") if size >= 1e8 else (1e4, "万")


def points_words(chance: float, error: float) -> str:
    """A change of a chance in percentage points with twice its standard error."""
    told = {"points": f"{chance * 100:+.1f}", "error": f"{200 * error:.1f}"}
    return _("%(points)s 个百分点 ±%(error)s") % told


@dataclass(frozen=True)
class Outcome:
    """What several changes bring. ``findings`` say in words what had no effect; ``refused`` why nothing could
    be computed, ``followed`` which steps moved along with those that were moved.
    """

    rows: Sequence[Row]
    findings: Sequence[str] = ()
    refused: Sequence[str] = ()
    followed: Sequence[str] = ()

    @property
    def moved(self) -> list[Row]:
        return [row for row in self.rows if row.moved]


def outcome(base: Base, wishes: Sequence[Wish], lines: Sequence[Line]) -> Outcome:
    """What ``wishes`` bring to ``lines``; a change of what is not there any more is told and left out."""
    acts, gone = _acts(base, wishes)
    try:
        case = changed(base.case, *acts)
        reached = {line.name for line in base.reached(base.touched(case, acts))}
        asked = [line for line in lines if line.name in reached]
        result = base.run(case, asked)
        after = base.values_in(case, asked, result)
    except TreeError as error:
        return Outcome((), gone, [_told(base, finding) for finding in error.findings])
    rows = [_row(base, line, after.get(line.name)) for line in lines]
    rows.sort(key=lambda row: (row.same, row.unsure, *(-each for each in row.size), row.pk))
    met = [f for f in (result.findings if result is not None else ()) if f not in base.findings]
    findings = [*gone, *(_told(base, finding) for finding in (*case.findings, *met))]
    return Outcome(rows, findings, followed=_followed(base, case, acts))


def _acts(base: Base, wishes: Sequence[Wish]) -> tuple[list[Change], list[str]]:
    acts: list[Change] = []
    gone = []
    for wish in wishes:
        there = base.case.inputs.dates if wish.kind in DATED else base.case.tree.nodes
        if wish.on not in there:
            words_ = _("“%(name)s”在 %(day)s 的推演模型里没有，这一项没有算。")
            gone.append(words_ % {"name": wish.on, "day": base.day})
        elif wish.kind in DATED and (step := base.county.steps.get(wish.on)) and step.finished:
            words_ = _("“%(name)s”已于 %(day)s 办结，这一项没有算。")
            gone.append(words_ % {"name": step.title, "day": step.finished})
        elif wish.first is not None and not any(month in base.months for month in wish.months):
            words_ = _("“%(name)s”要改的月份不在 %(months)s 里，这一项没有算。")
            told = {"name": base.case.tree.nodes[wish.on].title or wish.on, "months": str(base.months)}
            gone.append(words_ % told)
        else:
            acts += acts_of(wish, base.case, base.day)
    return acts, gone


def _followed(base: Base, case: Case, acts: Sequence[Change]) -> list[str]:
    """The steps that moved because they wait for one that was moved, with the days they move on average."""
    moved = {act.name for act in acts if isinstance(act, MoveDate | FixDate)}
    known, found = base.case.inputs.dates, []
    for name, dates in case.inputs.dates.items():
        step = base.county.steps.get(name)
        if step is None or name in moved or name not in known or dates is known[name]:
            continue
        days = _mean_day(dates) - _mean_day(known[name])
        if abs(days) >= LEAST_DAYS:
            told = {"name": step.title, "days": f"{abs(days):.0f}"}
            found.append((_("%(name)s晚 %(days)s 天") if days > 0 else _("%(name)s早 %(days)s 天")) % told)
    return found


def _mean_day(dates: Dates) -> float:
    """The mean day of a step, as a proleptic day number."""
    return dates.first.toordinal() + float(dates.days.mean())


def _row(base: Base, line: Line, after: Values | None) -> Row:
    before = base.values[line.name]
    side = Side.of(line, before, base.correction)
    if after is None:
        return Row(line, side, side, None, same=True)
    same = np.array_equal(before.every, after.every, equal_nan=True)
    return Row(line, side, Side.of(line, after, base.correction), base.gain(line, after), same=same)


def _told(base: Base, finding: Finding) -> str:
    """A finding in words, with the names people know."""
    node = base.case.tree.nodes.get(finding.node)
    if finding.code == "change_past" and node is not None:
        months: Any = finding.params["months"]
        told = {"name": node.title or node.key, "months": "、".join(months)}
        return _("“%(name)s”的 %(months)s 已有实绩，这几个月改不了。") % told
    said = finding.tell(words.language())
    return said.replace(finding.node, node.title) if node is not None and node.title else said


def day_of(text: str, shown: date) -> date | None:
    """A day asked for in an address, if there is such a day and it is not after the one shown."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found <= shown else None
