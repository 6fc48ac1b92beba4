"""Projects as what an item is about: the ledger of a project's problems is a list of tracked items."""

from __future__ import annotations

from django.urls import reverse

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.items.about import About, register
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Subject
from tiaodu.rooms.projects.models import ProjectDepartment
from tiaodu.rooms.projects.selectors.scope import project_for, sees_inside

KIND = "projects.project"


def find_project(user: User, project_id: str) -> About | None:
    """A project in the person's reach; None otherwise, and for who sees only what is released."""
    if not project_id.isdecimal() or len(project_id) > 15 or not sees_inside(user):
        return None
    try:
        project = project_for(user, int(project_id))
    except NotFound:
        return None
    parts = ProjectDepartment.objects.filter(project=project, department__active=True)
    departments: list[Subject] = [part.department for part in parts.select_related("department")]
    return About(
        kind=KIND,
        id=project_id,
        label=project.subject.name,
        url=reverse("projects:project", args=[project.pk]),
        region=project.region,
        subject=project.subject,
        sector=project.subject.sector,
        departments=tuple(departments),
        sample=project.sample,
    )


register(KIND, find_project)
