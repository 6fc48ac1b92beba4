"""Projects to look at: every stage, kept and broken promises, waits; recorded as the services would have."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from tests.cast import Cast, County
from tests.rooms.projects.desk import make_project

from tiaodu.engine.stages.state import NetworkState, network_of
from tiaodu.foundation import clock
from tiaodu.foundation.registry.models import Liaison, Subject, SubjectKind
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.models import Project, StageEvent
from tiaodu.rooms.projects.selectors.networks import template_of

WRITTEN = date(2024, 6, 28)  # the day all of it is recorded
# name: (kind, first day, days a step takes, promised steps, total in 亿元, step that waits and why)
MADE: dict[str, tuple[str, date, int, dict[str, date], str, tuple[str, str]]] = {
    "示例丁腈手套二期": ("manufacturing", date(2024, 1, 8), 14,
                 {"A18": date(2024, 8, 15), "A25": date(2024, 12, 20)}, "3.2", ("A04", "correction")),
    "示例磁性材料扩建": ("manufacturing", date(2022, 9, 1), 24, {"A25": date(2024, 12, 31)}, "1.5", ("", "")),
    "示例风电场": ("wind", date(2023, 2, 1), 60, {"W11": date(2024, 7, 20)}, "4.6", ("", "")),
    "示例光伏电站": ("solar", date(2022, 8, 1), 50, {"B13b": date(2024, 6, 20)}, "8", ("", "")),
    "示例煤业复产": ("mine_restart", date(2024, 3, 1), 30, {"D11": date(2024, 10, 31)}, "0.8", ("", "")),
    "示例招商意向": ("generic", date(2024, 6, 3), 90, {}, "0.3", ("", "")),
}  # fmt: skip


def make_wall(county: County, cast: Cast) -> dict[str, Project]:
    """All of them, with plans, a zone and a leader."""
    with clock.as_of(WRITTEN):
        zone = Subject.objects.create(
            region=county.region, code="zone-east", kind=SubjectKind.ZONE, name="示例东片区", sample=True
        )
        return {
            name: _made(county, cast, name, zone if number % 2 == 0 else None)
            for number, name in enumerate(MADE)
        }


def _made(county: County, cast: Cast, name: str, zone: Subject | None) -> Project:
    kind, first, days, promised, total, (waits, reason) = MADE[name]
    project = make_project(county, cast, name, kind=kind, zone=zone)
    cost = Decimal(total) * 10**8
    services.plan_set(
        user=cast.dispatcher, project_id=project.pk, year=2024, revision=0, total=cost, planned=cost / 4
    )
    if zone:
        Liaison.objects.create(
            subject=project.subject,
            user=cast.leader,
            role=Liaison.Role.LEADER,
            valid_from=date(2024, 1, 1),
            known_on=date(2024, 1, 1),
        )
    events = walk(project, first, days, promised)
    if waits:
        wait = {"reason": reason, "start": "2024-05-20", "end": None}
        next(event for event in events if event.step == waits).waits = [wait]
    for event in events:
        event.known_on, event.by = WRITTEN, cast.dispatcher
    StageEvent.objects.bulk_create(events)
    return project


def walk(project: Project, first: date, days: int, promised: dict[str, date]) -> list[StageEvent]:
    """Every step takes so many days from what it needs, until the day of writing; in a plant A04 goes on."""
    network = network_of(template_of(project.network), NetworkState())
    found: dict[str, StageEvent] = {}
    for step in network.steps:
        needs = [found[need].finished if need in found else None for need in network.needs[step.code]]
        begun = max((day for day in needs if day), default=first) if all(needs) else None
        ended = begun + timedelta(days=0 if step.milestone else days) if begun else None
        if ended and (ended > WRITTEN or (step.code == "A04" and project.network.kind == "manufacturing")):
            ended = None
        if begun and (begun > WRITTEN or (step.milestone and ended is None)):
            begun = None
        if begun or step.code in promised:
            found[step.code] = StageEvent(
                project=project,
                step=step.code,
                revision=1,
                verb=StageEvent.Verb.FINISHED if ended else StageEvent.Verb.STARTED,
                started=begun,
                finished=ended,
                promised=promised.get(step.code),
            )
    return list(found.values())
