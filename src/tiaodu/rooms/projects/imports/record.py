"""A project's record as it would be when rows of a file are taken in one after the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.utils.translation import get_language

from tiaodu.engine.stages.findings import ERROR, Finding, check_state
from tiaodu.engine.stages.graph import order
from tiaodu.engine.stages.model import Step
from tiaodu.engine.stages.state import NetworkState
from tiaodu.rooms.projects.selectors import ProjectRow
from tiaodu.rooms.projects.services.steps import finding_words


class Record:
    """Takes steps while the record stays true; ``taken`` tells by which row of the file."""

    def __init__(self, row: ProjectRow) -> None:
        self.row, self.state = row, row.state
        self.taken: dict[str, int] = {}
        self._known = self._errors(row.state)
        codes = order(row.template.prerequisites)
        self._order = {code: place for place, code in enumerate(codes)}

    def place(self, step: Step | None) -> int:
        """Where a step stands among those that need one another."""
        return self._order[step.code] if step is not None else 0

    def take(self, number: int, step: Step, started: date | None, finished: date | None) -> str:
        """Note the days of a step; in words, why they cannot be, and then nothing is noted."""
        now = self.state.of(step.code)
        then = replace(
            now,
            started=now.started or started or (finished if step.milestone else None),
            finished=now.finished or finished,
            waits=tuple(replace(wait, end=wait.end or finished) for wait in now.waits),
            proven=now.proven or finished is not None,
        )
        state = NetworkState({**self.state.steps, step.code: then}, self.state.signed)
        errors = self._errors(state)
        new = [told for told in errors if told not in self._known]
        if new:
            language = "en" if get_language() == "en" else "zh"
            words = (Finding(code, where, ERROR, dict(params)) for code, where, params in new)
            return " ".join(finding_words(self.row.template, each, language) for each in words)
        self.state, self._known = state, errors
        self.taken[step.code] = number
        return ""

    def _errors(self, state: NetworkState) -> list[tuple[str, str, tuple[tuple[str, str], ...]]]:
        found = check_state(self.row.template, state, today=self.row.day)
        errors = (each for each in found if each.severity == ERROR)
        return [(each.code, each.step, tuple(sorted(each.params.items()))) for each in errors]
