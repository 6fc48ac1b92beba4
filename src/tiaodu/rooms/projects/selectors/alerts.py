"""What projects remind of: red lights, each with its rule's words and figures, and what they will miss."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language

from tiaodu.engine.kernel.offers import About, Alert, Audience, Severity
from tiaodu.engine.projects.lights import Light
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.projects.models import Project, ProjectDepartment
from tiaodu.rooms.projects.selectors.judged import JudgedRow, judged
from tiaodu.rooms.projects.selectors.keeping import kept
from tiaodu.rooms.projects.selectors.misses import misses_of
from tiaodu.rooms.projects.selectors.networks import unfinished
from tiaodu.rooms.projects.selectors.rows import rows_of
from tiaodu.rooms.projects.words import light_reason, light_word

PERMISSION = "projects.read"
RED = "projects.red"


def project_alerts(*, region: Region, as_of: date) -> list[Alert]:
    """Every project of the region and below that has not reached its goal: red lights on the day, steps past
    their due, promised days that are unlikely; in a fixed number of queries.
    """
    key = ("alerts", region.pk, as_of, get_language())
    return kept.get(key, lambda: _alerts(region, as_of))


def _alerts(region: Region, as_of: date) -> list[Alert]:
    alive = Q(ended_on__isnull=True) | Q(ended_on__gt=as_of)
    found = Project.objects.filter(alive, region__path__startswith=region.path, created_on__lte=as_of)
    rows = judged(rows_of(unfinished(found, as_of), as_of), as_of)
    red = [row for row in rows if row.light == Light.RED]
    departments = _departments(red)
    return [*(_alert(row, departments[row.project.pk]) for row in red), *misses_of(rows, as_of)]


def _departments(rows: Iterable[JudgedRow]) -> dict[int, set[int]]:
    """The departments that have steps in a project or look after it."""
    found: dict[int, set[int]] = defaultdict(set)
    listed = list(rows)
    parts = ProjectDepartment.objects.filter(project__in=[row.project.pk for row in listed])
    for project, department in parts.values_list("project_id", "department_id"):
        found[project].add(department)
    for row in listed:
        found[row.project.pk] |= {
            liaison.department_id for liaison in row.liaisons.values() if liaison.department_id
        }
    return found


def _alert(row: JudgedRow, departments: set[int]) -> Alert:
    project = row.project
    url = reverse("projects:project", args=[project.pk]) + "#lights"
    about = About("projects.project", str(project.pk), row.name, url)
    subjects = {pk for pk in (project.subject_id, project.developer_id) if pk}
    return Alert(
        key=f"{RED}:{project.pk}",
        room="projects",
        severity=Severity.RED,
        title=row.name,
        word=light_word(row.light),
        reason=light_reason(row.colour),
        about=about,
        day=None,
        region_code=project.region.code,
        audience=Audience(
            PERMISSION,
            sector=project.subject.sector,
            departments=frozenset(departments),
            subjects=frozenset(subjects),
        ),
        who=row.officer or row.leader,
        sample=row.sample,
    )
