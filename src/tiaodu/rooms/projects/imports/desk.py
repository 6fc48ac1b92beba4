"""What the dry run of a table of projects looks at, read once for all rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property

from tiaodu.engine.projects.milestones import packaged_kinds
from tiaodu.engine.registry.names import plain
from tiaodu.engine.stages.model import Step, Template
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.lists.importing.spec import StagedRow
from tiaodu.foundation.registry.imports.subjects import Register, region_of
from tiaodu.foundation.registry.liaisons import RowReader
from tiaodu.foundation.registry.models import Liaison, Region, Subject, SubjectKind
from tiaodu.rooms.projects.models import InvestmentPlan, Project, StageEvent
from tiaodu.rooms.projects.selectors import projects_visible_to
from tiaodu.rooms.projects.selectors.networks import events_of
from tiaodu.rooms.projects.selectors.rows import RELATED

MILESTONES: Mapping[str, str] = {
    "start": "construction_start",
    "completion": "completion",
    "production": "production",
}
DEVELOPERS = (SubjectKind.FIRM, SubjectKind.MINE, SubjectKind.DEPARTMENT, SubjectKind.PARK)


def milestone_step(template: Template, field: str) -> Step | None:
    """The step whose finish a column of planned days speaks of: 开工, 竣工 or 投产."""
    kinds = packaged_kinds()[MILESTONES[field]].kinds
    found = [step for step in template.steps if step.kind in kinds]
    return found[-1] if found else None


class Desk:
    """The register of a region and its projects: a fixed number of queries for any number of rows."""

    def __init__(self, user: User, rows: Sequence[StagedRow]) -> None:
        self.user, self.region, self.today = user, region_of(user), clock.today()
        self.register = Register(self.region)
        self.projects = list(projects_visible_to(user).filter(region=self.region).select_related(*RELATED))
        self.by_code = {project.code: project for project in self.projects}
        self.by_name = {plain(project.subject.name): project for project in self.projects}
        self.by_subject = {project.subject_id: project for project in self.projects}
        told = {row.values["platform_code"] for row in rows if row.values.get("platform_code")}
        self.by_platform = self._by_platform(told)
        self.taken_codes = self._codes({row.values["code"] for row in rows if row.values.get("code")})
        self.events = events_of(self.projects, self.today)
        self.may_rename = access.may(user, "subjects.edit")
        self.may_hand = access.may(user, "registry.liaison")
        self.first: dict[tuple[str, str], int] = {}
        for row in rows:
            for field in ("name", "code", "platform_code"):
                if text := row.values.get(field):
                    self.first.setdefault((field, plain(text)), row.number)

    def _by_platform(self, codes: set[str]) -> dict[str, Project]:
        found = Project.objects.exclude(platform_code="").select_related("subject")
        if len(codes) <= _FEW:
            found = found.filter(platform_code__in=codes)
        return {project.platform_code: project for project in found}

    def _codes(self, codes: set[str]) -> set[str]:
        """Numbers of ended projects and of those out of reach are taken too."""
        found = Project.objects.filter(region=self.region)
        if len(codes) <= _FEW:
            found = found.filter(code__in=codes)
        return set(found.values_list("code", flat=True))

    @cached_property
    def townships(self) -> dict[str, Region]:
        below = Region.objects.filter(path__startswith=self.region.path).exclude(pk=self.region.pk)
        return {plain(region.name): region for region in below.order_by("-path")}

    @cached_property
    def reader(self) -> RowReader:
        """Finds people and departments by the words of a 包联 table."""
        return RowReader(self.region)

    @cached_property
    def held(self) -> dict[int, dict[str, Liaison]]:
        """Who looks after each project now, by subject and role."""
        subjects = [project.subject_id for project in self.projects]
        rows = Liaison.objects.filter(valid_to=None, mistaken=False, subject__region=self.region)
        found: dict[int, dict[str, Liaison]] = {pk: {} for pk in subjects}
        for row in rows.select_related("user", "department"):
            found.setdefault(row.subject_id, {})[row.role] = row
        return found

    def plan_of(self, project: Project | None, year: int) -> InvestmentPlan | None:
        """The plan of a project for a year."""
        return self._plans.get((project.pk, year)) if project is not None else None

    @cached_property
    def _plans(self) -> dict[tuple[int, int], InvestmentPlan]:
        rows = InvestmentPlan.objects.filter(project__region=self.region).order_by("revision")
        return {(plan.project_id, plan.year): plan for plan in rows}

    def event_of(self, project: Project | None, step: Step) -> StageEvent | None:
        """How a step of a project stands."""
        return self.events.get(project.pk, {}).get(step.code) if project is not None else None

    def developers(self, text: str) -> list[Subject]:
        """Who may be meant as a developer; no other than by a whole name, a number or a credit code."""
        known = self.register.by_code.get(text) or self.register.by_credit_code.get(text)
        found = [known] if known is not None else self.register.named(text)
        return [subject for subject in found if subject.kind in DEVELOPERS]

    def placed(self, kind: SubjectKind, text: str) -> Subject | None:
        """The one zone or park of a name or number."""
        named = self.register.named(text, kind)
        by_code = self.register.by_code.get(text)
        if by_code is not None and by_code.kind == kind:
            return by_code
        return named[0] if len(named) == 1 else None

    def earlier(self, field: str, row: StagedRow) -> int | None:
        """The row before this one that tells the same name or code."""
        text = row.values.get(field)
        number = self.first.get((field, plain(text))) if text else None
        return number if number != row.number else None


_FEW = 500  # codes asked for one by one; more of them cost less read whole


def held_since(liaison: Liaison | None, day: date) -> bool:
    """Whether a role was taken up on or after a day, so that nobody else can have it from that day on."""
    return liaison is not None and liaison.valid_from >= day
