"""Records of projects laid out once: an event is written once, so what it makes of a network holds until the
next one is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.stages.model import Template
from tiaodu.engine.stages.state import Network, NetworkState, network_of
from tiaodu.rooms.projects.models import Project, StageEvent
from tiaodu.rooms.projects.selectors.networks import Events, events_of, state_of, template_of

_MOST = 8192  # projects remembered by a process
Known = tuple[int, int, datetime]  # events known on a day: how many, the last one and when it was written


@dataclass(frozen=True)
class Laid:
    """A project's record with the network in play by it; ``last`` is the newest event, 0 without any."""

    last: int
    template: Template
    state: NetworkState
    network: Network
    # What was worked out by a calendar on the day asked for last.
    worked_out: dict[date, tuple[WorkingCalendar, dict[str, Any]]] = field(default_factory=dict)

    def on(self, day: date, calendar: WorkingCalendar) -> dict[str, Any]:
        """Where to keep what follows from this record, a calendar and a day alone."""
        found = self.worked_out.get(day)
        if found is None or found[0] is not calendar:
            self.worked_out.clear()
            found = self.worked_out[day] = (calendar, {})
        return found[1]


class EventsOnDay(Mapping[str, StageEvent]):
    """The events of one project that hold, by step; those of all its fellows are read when one is asked."""

    def __init__(self, pool: EventPool, project_id: int) -> None:
        self._pool, self._project = pool, project_id

    def __getitem__(self, step: str) -> StageEvent:
        return self._pool.of(self._project)[step]

    def __iter__(self) -> Iterator[str]:
        return iter(self._pool.of(self._project))

    def __len__(self) -> int:
        return len(self._pool.of(self._project))


class EventPool:
    """The events of some projects that hold on a day, read at most once."""

    def __init__(self, projects: Sequence[Project], day: date) -> None:
        self._projects, self._day = projects, day
        self._read: Mapping[int, Events] | None = None

    def of(self, project_id: int) -> Events:
        if self._read is None:
            self._read = events_of(self._projects, self._day)
        return self._read[project_id]

    def events(self, project_id: int) -> EventsOnDay:
        return EventsOnDay(self, project_id)


_remembered: dict[tuple[Any, ...], Laid] = {}


def laid_of(projects: Sequence[Project], day: date) -> dict[int, Laid]:
    """The record of each project as known on ``day``, on the network it stands on; one query, a second one
    where something is new.
    """
    known = _known(projects, day)
    keys = {
        project.pk: (project.pk, project.network.digest, project.signed_on, known.get(project.pk))
        for project in projects
    }
    new = [project for project in projects if keys[project.pk] not in _remembered]
    if len(_remembered) + len(new) > _MOST:
        _remembered.clear()
        new = list(projects)
    if new:
        events = events_of(new, day)
        for project in new:
            _remembered[keys[project.pk]] = _lay(project, events[project.pk])
    return {pk: _remembered[key] for pk, key in keys.items()}


def _known(projects: Sequence[Project], day: date) -> dict[int, Known]:
    found = StageEvent.objects.filter(project__in=projects, known_on__lte=day).order_by()
    told = found.values_list("project").annotate(Count("pk"), Max("pk"), Max("recorded_at"))
    return {project: (count, last, written) for project, count, last, written in told}


def _lay(project: Project, events: Events) -> Laid:
    template, state = template_of(project.network), state_of(project, events)
    last = max((event.pk for event in events.values()), default=0)
    return Laid(last, template, state, network_of(template, state))
