"""Which columns a case has: groups it belongs to, and numbers with a smooth effect.

A number is written in straight pieces between knots at its quantiles (a penalised spline of degree one,
Ruppert, Wand and Carroll 2003): the data decide by the spread of the pieces how far the effect bends.

>>> bend = Smooth.of("trait:size", np.array([0.0, 1.0, 2.0, 3.0, 4.0]), pieces=1)
>>> bend.columns([0.0, 4.0, None]).round(2).tolist()
[[-1.41, 0.0], [1.41, 1.41], [0.0, 0.0]]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tiaodu.engine.stages.learning.mixed import Floats, Spread, Term
from tiaodu.engine.stages.learning.records import Trait


@dataclass(frozen=True, slots=True)
class Case:
    """What a step is, as far as its days are learned from it. ``planned`` in days of its own unit, if any."""

    kind: str
    stage: str = ""
    template: str = ""
    department: str = ""
    project: str = ""
    planned: float | None = None
    traits: Mapping[str, Trait] | None = None

    @property
    def measured(self) -> bool:
        """Whether there is a planned length that the days taken are a multiple of."""
        return self.planned is not None


@dataclass(frozen=True, slots=True)
class Groups:
    """One column for every level of a group; a case of no known level has none."""

    name: str
    levels: tuple[str, ...]
    of: Callable[[Case], str]

    def columns(self, cases: Sequence[Case]) -> Floats:
        """Cases × levels, 1 where a case belongs."""
        place = {level: n for n, level in enumerate(self.levels)}
        found = np.zeros((len(cases), len(self.levels)))
        for row, case in enumerate(cases):
            level = place.get(self.of(case))
            if level is not None:
                found[row, level] = 1.0
        return found

    def unseen(self, case: Case) -> bool:
        """Whether a case belongs to a level that no record has."""
        level = self.of(case)
        return bool(level) and level not in self.levels


@dataclass(frozen=True, slots=True)
class Smooth:
    """A number from its mean in standard deviations, and its bends at knots; 0 where it is not known."""

    name: str
    centre: float
    scale: float
    knots: tuple[float, ...]

    @classmethod
    def of(cls, name: str, values: Floats, *, pieces: int) -> Smooth:
        """Knots at the quantiles of ``values``."""
        centre, scale = float(values.mean()), float(values.std()) or 1.0
        standard = (values - centre) / scale
        knots = np.unique(np.quantile(standard, np.linspace(0, 1, pieces + 2)[1:-1]))
        return cls(name, centre, scale, tuple(knots.tolist()))

    def columns(self, values: Sequence[float | None]) -> Floats:
        """Values × (the line, one bend for every knot); beyond the seen ends the effect stays what it is
        there.
        """
        known = np.array([value is not None for value in values])
        numbers = np.array([0.0 if value is None else value for value in values], float)
        standard = np.clip((numbers - self.centre) / self.scale, -3.0, 3.0)
        bends = [np.maximum(standard - knot, 0.0) for knot in self.knots]
        found: Floats = np.where(known[:, None], np.column_stack([standard, *bends]), 0.0)
        return found


@dataclass(frozen=True, slots=True)
class Design:
    """All columns in their order."""

    groups: tuple[Groups, ...]
    smooths: tuple[tuple[Smooth, Callable[[Case], float | None]], ...]
    spreads: Mapping[str, Spread]

    def terms(self, cases: Sequence[Case]) -> list[Term]:
        """The terms of the model for ``cases``."""
        measured = np.array([float(case.measured) for case in cases])[:, None]
        found = [Term("all", measured, self.spreads["all"], fixed=True)]
        found += [
            Term(each.name, each.columns(cases), self.spreads[each.name], fixed=each.name == "length")
            for each in self.groups
        ]
        for smooth, value in self.smooths:
            columns = smooth.columns([value(case) for case in cases]) * measured
            found.append(Term(f"{smooth.name} line", columns[:, :1], self.spreads["line"], fixed=True))
            found.append(Term(f"{smooth.name} bends", columns[:, 1:], self.spreads["bends"]))
        return found

    def rows(self, cases: Sequence[Case]) -> Floats:
        """Cases × coefficients."""
        return np.hstack([term.columns for term in self.terms(cases)])
