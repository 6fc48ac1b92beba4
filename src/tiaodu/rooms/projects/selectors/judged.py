"""Projects as they are judged on a day: lights with their rules and figures, 六未, investment of the year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property

from tiaodu.engine.projects.facts import FactRow, facts_row
from tiaodu.engine.projects.gaps import Gaps, gaps_of
from tiaodu.engine.projects.lights import Colour, Light, colour_of
from tiaodu.engine.projects.milestones import Milestone, milestones_of
from tiaodu.foundation import clock
from tiaodu.rooms.projects.rules import Judging, judging
from tiaodu.rooms.projects.selectors.investments import Book, Investment, book_of
from tiaodu.rooms.projects.selectors.keeping import kept
from tiaodu.rooms.projects.selectors.rows import ProjectRow


@dataclass(frozen=True, kw_only=True)
class JudgedRow(ProjectRow):
    """A project with what its rules say of it; nothing is computed before it is asked for.

    ``year`` is the year whose investment is judged.
    """

    rules: Judging
    book: Book
    year: int

    @cached_property
    def milestones(self) -> Mapping[str, Milestone]:
        return milestones_of(self.network, self.state)

    @cached_property
    def investment(self) -> Investment:
        return self.book.year(self.project, self.year, self.rules, self.milestones)

    @cached_property
    def facts(self) -> FactRow:
        return facts_row(self.milestones, self.investment.standing, day=self.day)

    @cached_property
    def colour(self) -> Colour:
        return self._coloured(self.investment, self.facts)

    def colour_on(self, day: date) -> Colour:
        """The colour on an earlier day by what is known now: dates and figures after it left out."""
        found = replace(self.book, day=day).year(self.project, self.year, self.rules, self.milestones)
        return self._coloured(found, facts_row(self.milestones, found.standing, day=day))

    def _coloured(self, found: Investment, facts: FactRow) -> Colour:
        rules = self.rules.rules_for(self.project, self.template.kind)
        idle = found.plan is not None and not found.plan.planned
        return colour_of(rules, self.milestones, facts, idle=idle)

    @property
    def light(self) -> Light:
        return self.colour.light

    @cached_property
    def gaps(self) -> Gaps | None:
        """The categories of 六未 it is in; None until the county has confirmed what they are."""
        return None if self.rules.categories is None else gaps_of(self.rules.categories, self.facts)

    @property
    def rule_set(self) -> str:
        return str(self.rules.set_for(self.project, self.template.kind)["rule_set"])


def judged(rows: Sequence[ProjectRow], day: date | None = None, year: int | None = None) -> list[JudgedRow]:
    """The rows with their judgement, in the same number of queries for any number of them.

    ``day`` is that of the rows; ``year`` the year whose plan is asked for, that of the day if not given.
    Blocked where a region has no rules that hold.
    """
    day = day or clock.today()
    # Rows are kept no longer than this: of the same projects on the same day they are the same.
    key = ("judged", tuple((row.project.pk, row.day) for row in rows), day, year)
    return list(kept.get(key, lambda: _judged_rows(rows, day, year or day.year)))


def _judged_rows(rows: Sequence[ProjectRow], day: date, year: int) -> list[JudgedRow]:
    book = book_of([row.project for row in rows], day)
    regions = {row.project.region_id: row.project.region for row in rows}
    rules = {pk: judging(region, day) for pk, region in regions.items()}
    return [_judged(row, rules[row.project.region_id], book, year) for row in rows]


def _judged(row: ProjectRow, rules: Judging, book: Book, year: int) -> JudgedRow:
    known = {field.name: getattr(row, field.name) for field in fields(ProjectRow) if field.init}
    return JudgedRow(**known, rules=rules, book=book, year=year)
