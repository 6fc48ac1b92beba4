"""A project's network and record as they stood on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Case, OuterRef, QuerySet, Subquery, Value, When

from tiaodu.engine.stages.model import Template
from tiaodu.engine.stages.state import BLANK, NetworkState, StepState, Wait
from tiaodu.engine.stages.template import template_from
from tiaodu.rooms.projects.models import NetworkChange, Project, StageEvent, StageNetwork

Events = Mapping[str, StageEvent]  # the event that holds, by step


_templates: dict[str, Template] = {}


def template_of(network: StageNetwork) -> Template:
    """The template a project keeps; read once a process, because a network is written once."""
    known = _templates.get(network.digest)
    if known is None:
        body: dict[str, Any] = dict(network.body)
        for key in ("valid_from", "valid_to"):
            if body.get(key):
                body[key] = date.fromisoformat(body[key])
        known = _templates.setdefault(network.digest, template_from(body))
    return known


def events_of(projects: Iterable[Project], day: date) -> dict[int, dict[str, StageEvent]]:
    """For each project the event that holds of every step on ``day``; one query for all of them."""
    found: dict[int, dict[str, StageEvent]] = {project.pk: {} for project in projects}
    rows = StageEvent.objects.filter(project__in=list(found), known_on__lte=day)
    for event in rows.order_by("revision"):
        found[event.project_id][event.step] = event
    return found


def take_networks_of(projects: Sequence[Project], day: date) -> None:
    """Let each project stand on the network it ran on on ``day``: one that was moved later on the one before.

    One query for all of them; nothing is saved.
    """
    later = NetworkChange.objects.filter(project__in=projects, known_on__gt=day).select_related("before")
    ran: dict[int, StageNetwork] = {}
    for change in later.order_by("id"):
        ran.setdefault(change.project_id, change.before)
    for project in projects:
        project.network = ran.get(project.pk, project.network)


def unfinished(projects: QuerySet[Project], day: date) -> QuerySet[Project]:
    """Those of the projects whose goal was not reached by ``day``; the database leaves the others out."""
    networks = StageNetwork.objects.filter(projects__in=projects).order_by().distinct()
    # A template has hundreds of lines and is known after its first use: only new ones are read whole.
    known = dict(networks.values_list("pk", "digest"))
    new = StageNetwork.objects.in_bulk([pk for pk, digest in known.items() if digest not in _templates])
    goals = {pk: (_templates.get(d) or template_of(new[pk])).goal for pk, d in known.items()}
    if not goals:
        return projects.none()
    goal = Case(*(When(network=pk, then=Value(code)) for pk, code in goals.items()))
    newest = StageEvent.objects.filter(project=OuterRef("pk"), step=OuterRef("goal"), known_on__lte=day)
    reached = Subquery(newest.order_by("-revision").values("finished")[:1])
    return projects.annotate(goal=goal).annotate(reached_on=reached).filter(reached_on=None)


def state_of(project: Project, events: Events) -> NetworkState:
    """The record the engine judges by. A step of which nothing is recorded any more (moved to another
    template, where it has another place or none) is not in it.
    """
    found = {code: step_state(event) for code, event in events.items()}
    return NetworkState({code: state for code, state in found.items() if state != BLANK}, project.signed_on)


def step_state(event: StageEvent) -> StepState:
    """How a step stands after an event."""
    return StepState(
        started=event.started,
        finished=event.finished,
        skipped=event.skipped,
        needed=event.needed,
        waits=tuple(_wait(**wait) for wait in event.waits),
        promised=event.promised,
        proven=event.proven,
        parallel=event.parallel,
    )


@lru_cache(maxsize=4096)
def _wait(reason: str, start: str, end: str | None = None) -> Wait:
    return Wait(reason, date.fromisoformat(start), date.fromisoformat(end) if end else None)
