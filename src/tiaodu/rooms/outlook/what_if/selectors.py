"""Who sees which what-ifs, and which figures in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q, QuerySet

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.refusal import NotFound
from tiaodu.rooms.outlook.models import Outlook, Scenario
from tiaodu.rooms.outlook.selectors.scope import OVERVIEW, run_for, tasks_judged_for
from tiaodu.rooms.outlook.what_if.base import Base, base_of
from tiaodu.rooms.outlook.what_if.lines import Line

PERMISSION = "outlook.what_if"
MOST_COMPARED = 4


def base_for(user: User, day: date | None = None) -> Base:
    """The person's county on the day shown, or on an earlier one. NotFound for who has none of her own."""
    if user.region is None or scope_of(user).released_only:
        raise NotFound
    return base_of(user.region, min(day or clock.today(), clock.today()))


def lines_for(user: User, base: Base) -> list[Line]:
    """The figures of the county this person sees: promises as in the list of outlooks; quantities nobody
    promised only with the overview, in her fields of work.
    """
    scope = scope_of(user)
    tasks = frozenset(tasks_judged_for(user, base.day).values_list("pk", flat=True))
    overview = access.may(user, OVERVIEW) and scope.sees_all
    found = []
    for line in base.lines:
        if line.row is not None:
            seen = line.row.task.pk in tasks
        else:
            seen = overview and (not scope.sectors or line.sector in scope.sectors)
        if seen:
            found.append(line)
    return found


def addresses_for(user: User, lines: Sequence[Line]) -> dict[str, int]:
    """The newest outlook of each promise among ``lines``, by the line's name; one query and the run's."""
    run = run_for(user)
    if run is None:
        return {}
    parts = {line.name for line in lines}
    kept = Outlook.objects.filter(run=run, task__in=tasks_judged_for(user))
    found = {}
    for pk, indicator, milestone in kept.values_list("pk", "indicator_id", "milestone_id"):
        name = f"i{indicator}" if indicator else f"m{milestone}"
        if name in parts:
            found[name] = pk
    return found


def scenarios_for(user: User, day: date | None = None) -> QuerySet[Scenario]:
    """The what-ifs of the person's county that were kept on the day shown."""
    day = day or clock.today()
    if not access.may(user, PERMISSION) or user.region_id is None or scope_of(user).released_only:
        return Scenario.objects.none()
    alive = Q(deleted_on__isnull=True) | Q(deleted_on__gt=day)
    return Scenario.objects.filter(alive, region=user.region_id, made_on__lte=day).select_related("by")


def scenario_for(user: User, scenario_id: int) -> Scenario:
    """One of them; NotFound otherwise."""
    found = scenarios_for(user).filter(pk=scenario_id).first()
    if found is None:
        raise NotFound
    return found


def may_change(user: User, scenario: Scenario) -> bool:
    """Whether the person may rename or change it: who made it."""
    return scenario.by_id == user.pk


def may_delete(user: User, scenario: Scenario) -> bool:
    """Whether the person may delete it: who made it, and who has outlooks made for the county."""
    return may_change(user, scenario) or access.may(user, "outlook.run")
