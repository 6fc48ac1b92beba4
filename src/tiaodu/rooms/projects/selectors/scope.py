"""Which projects a person sees, and what she may do with one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Q, QuerySet

from tiaodu.engine.stages.model import Step
from tiaodu.engine.stages.words import load_words
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import Scope, scope_of, sees_released_only
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Liaison
from tiaodu.rooms.projects.models import Project, ProjectDepartment

LISTED_BY = "statistics"  # the actor whose dates nobody else writes


def projects_visible_to(user: User, day: date | None = None, *, ended: bool = False) -> QuerySet[Project]:
    """The projects this person sees as they stood on ``day`` (today when not given); ``ended`` ones too
    where they are asked for.

    Who reads all or keeps the register sees those of her region's subtree, narrowed to her sectors; others
    those in whose network their department has steps, that their department looks after, or that are about
    their subjects; firms and regions above only what is released.
    """
    day = day or clock.today()
    scope = scope_of(user)
    if scope.region_path is None or not access.may(user, "projects.open"):
        return Project.objects.none()
    found = Project.objects.filter(region__path__startswith=scope.region_path, created_on__lte=day)
    if not ended:
        found = found.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day))
    if scope.released_only:
        found = found.filter(released=True)
    if not scope.sees_all and not access.may(user, "projects.edit"):
        return found.filter(_own(scope, day))
    return found.filter(subject__sector__in=scope.sectors) if scope.sectors else found


def _own(scope: Scope, day: date) -> Q:
    """By subqueries, so that no row comes twice."""
    mine = Q(subject__in=scope.subject_ids) | Q(developer__in=scope.subject_ids)
    if scope.department_id is not None:
        steps = ProjectDepartment.objects.filter(department=scope.department_id)
        cares = Liaison.objects.holding(day).filter(department=scope.department_id)
        mine |= Q(pk__in=steps.values("project"))
        mine |= Q(subject__in=cares.values("subject")) | Q(developer__in=cares.values("subject"))
    return mine


def project_for(user: User, project_id: int) -> Project:
    """One project in the person's reach; NotFound otherwise, the same as for one that does not exist."""
    found = (
        projects_visible_to(user)
        .select_related("region", "subject", "developer", "zone", "park", "township", "network")
        .filter(pk=project_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def sees_inside(user: User) -> bool:
    """Whether the person sees remarks, investment and forecasts, not only steps and dues."""
    return access.may(user, "projects.read") and not sees_released_only(user)


def may_edit(user: User) -> bool:
    """Whether the person looks after the register of projects."""
    return access.may(user, "projects.edit") and sees_inside(user)


def cares_for(user: User, project: Project) -> bool:
    """Whether the person or her department looks after the project or its developer (包联)."""
    subjects = [pk for pk in (project.subject_id, project.developer_id) if pk]
    if scope_of(user).subject_ids.intersection(subjects):
        return True
    holding = Liaison.objects.holding(clock.today()).filter(subject__in=subjects)
    return user.department_id is not None and holding.filter(department=user.department_id).exists()


def may_act(user: User, project: Project, step: Step, department_id: int | None) -> bool:
    """Whether the person records what happened to a step; ``department_id`` is the one that does it."""
    return acting(user, project)(step, department_id)


def acting(user: User, project: Project) -> Callable[[Step, int | None], bool]:
    """For which steps of a project, each with the department that does it, the person records what happened.

    The department itself; for steps of the developer, of higher levels and of courts, who looks after the
    project; the dispatcher and who else edits projects for every step but the statistics bureau's. The
    person is looked up once for all steps.
    """
    reports = access.may(user, "projects.report") and sees_inside(user)
    edits = reports and access.may(user, "projects.edit")
    cares = reports and not edits and cares_for(user, project)

    def may(step: Step, department_id: int | None) -> bool:
        own = department_id is not None and department_id == user.department_id
        if step.by == LISTED_BY or not reports:
            return reports and own
        return edits or own or (department_id is None and cares)

    return may


def may_report_investment(user: User, project: Project) -> bool:
    """Whether the person reports a project's investment: its officer or department by 包联; while nobody
    looks after it, who keeps the register.
    """
    if not access.may(user, "projects.report") or not sees_inside(user):
        return False
    if cares_for(user, project):
        return True
    subjects = [pk for pk in (project.subject_id, project.developer_id) if pk]
    held = Liaison.objects.holding(clock.today()).filter(subject__in=subjects)
    cared = held.exclude(role=Liaison.Role.LEADER).exists()
    return not cared and may_edit(user)


def may_see_chances(user: User) -> bool:
    """Whether the person sees the forecasts of every project in her reach: leaders, dispatch, supervision and
    the county offices. Who looks after a project sees its own, a department that of its steps.
    """
    return access.may(user, "projects.outlook") and sees_inside(user)


def may_foresee(user: User, project: Project) -> bool:
    """Whether the person sees the whole forecast of a project: as :func:`may_see_chances`, or because she or
    her department looks after it.
    """
    return may_see_chances(user) or (sees_inside(user) and cares_for(user, project))


def actor_name(step: Step, language: str = "zh") -> str:
    """Who does a step, in words."""
    label = load_words().actors[step.by].name
    return label.en if language == "en" else label.zh
