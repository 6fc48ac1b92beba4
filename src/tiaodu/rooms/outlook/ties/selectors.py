"""Which step of a project a milestone waits for where somebody has said so, and what she may choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tiaodu.engine.kernel.offers import StepDate
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.slots.selectors import collect_step_dates
from tiaodu.rooms.ledger.models import Milestone
from tiaodu.rooms.outlook.models import StepTie
from tiaodu.rooms.outlook.selectors.scope import outlooks_visible_to, tasks_judged_for


def milestone_for(user: User, milestone_id: int) -> Milestone:
    """A milestone of the person's county whose outlook she sees; NotFound otherwise."""
    tasks = tasks_judged_for(user).filter(region=user.region_id)
    found = Milestone.objects.filter(pk=milestone_id, task__in=tasks).select_related("task__region").first()
    if found is None or scope_of(user).released_only:
        raise NotFound
    return found


def outlook_newest(user: User, milestone_id: int) -> int | None:
    """The newest outlook of a milestone that the person sees."""
    found = outlooks_visible_to(user).filter(milestone=milestone_id).order_by("-run__as_of", "-run_id")
    return found.values_list("pk", flat=True).first()


def ties_known(region: Region, day: date) -> dict[int, str]:
    """The steps tied by hand as known on ``day``, by milestone; one that was untied is not among them."""
    told = StepTie.objects.filter(milestone__task__region=region, known_on__lte=day).order_by("id")
    newest = dict(told.values_list("milestone", "step"))
    return {milestone: step for milestone, step in newest.items() if step}


def tie_newest(milestone_id: int) -> StepTie | None:
    """What was last said of a milestone, whenever that was."""
    return StepTie.objects.filter(milestone=milestone_id).select_related("by").order_by("id").last()


@dataclass(frozen=True)
class Project:
    """A project whose steps may be chosen; ``key`` is that of its record."""

    key: str
    name: str
    steps: Sequence[StepDate]


def projects_offered(region: Region, day: date) -> list[Project]:
    """The projects of the county with their steps, by name."""
    found: dict[str, list[StepDate]] = {}
    for step in collect_step_dates(region, day).offers:
        found.setdefault(step.about.id, []).append(step)
    made = [Project(key, steps[0].about.label, steps) for key, steps in found.items()]
    return sorted(made, key=lambda project: (project.name, project.key))
