"""Which groups a step belongs to, as columns of a linear model.

>>> groups = Groups("kind", ("energy_review", "filing"), lambda case: case.kind)
>>> groups.columns([Case("filing"), Case("unheard_of")]).tolist()
[[0.0, 1.0], [0.0, 0.0]]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tiaodu.engine.stages.learning.mixed import Floats, Spread, Term


@dataclass(frozen=True, slots=True)
class Case:
    """What a step is, as far as its days are learned from it. ``planned`` in days of its own unit, if any."""

    kind: str
    stage: str = ""
    template: str = ""
    department: str = ""
    project: str = ""
    planned: float | None = None

    @property
    def measured(self) -> bool:
        """Whether there is a planned length that the days taken are a multiple of."""
        return self.planned is not None


GROUPS: Mapping[str, Callable[[Case], str]] = {
    "stage": lambda case: case.stage if case.measured else "",
    "kind": lambda case: case.kind if case.measured else "",
    "template": lambda case: f"{case.kind} {case.template}" if case.measured and case.template else "",
    "length": lambda case: "" if case.measured else case.kind,
    "department": lambda case: case.department,
    "project": lambda case: case.project,
}
ALWAYS = ("kind", "length")


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
class Design:
    """All columns in their order."""

    groups: tuple[Groups, ...]
    spreads: Mapping[str, Spread]

    @classmethod
    def of(cls, cases: Sequence[Case], spreads: Mapping[str, Spread], *, leave_out: Sequence[str]) -> Design:
        """Every group that has two levels or more."""
        found = []
        for name, of in GROUPS.items():
            levels = tuple(sorted({of(case) for case in cases} - {""}))
            if name not in leave_out and (len(levels) > 1 or name in ALWAYS):
                found.append(Groups(name, levels, of))
        return cls(tuple(found), spreads)

    def terms(self, cases: Sequence[Case]) -> list[Term]:
        """The terms of the model for ``cases``."""
        measured = np.array([float(case.measured) for case in cases])[:, None]
        groups = [
            Term(each.name, each.columns(cases), self.spreads[each.name], fixed=each.name == "length")
            for each in self.groups
        ]
        return [Term("all", measured, self.spreads["all"], fixed=True), *groups]

    def rows(self, cases: Sequence[Case]) -> Floats:
        """Cases × coefficients."""
        return np.hstack([term.columns for term in self.terms(cases)])

    def place(self, name: str) -> slice | None:
        """The columns of a group."""
        start = 1
        for each in self.groups:
            if each.name == name:
                return slice(start, start + len(each.levels))
            start += len(each.levels)
        return None
