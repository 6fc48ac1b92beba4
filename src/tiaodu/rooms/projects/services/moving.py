"""Moving a running project to the template that holds now. What happened stays with its steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tiaodu.engine.stages.moving import left_behind, pairs
from tiaodu.engine.stages.state import BLANK
from tiaodu.engine.stages.writing import digest_of
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, NotAllowed, Stale
from tiaodu.rooms.projects.models import NetworkChange, Project, StageEvent, StageProof
from tiaodu.rooms.projects.selectors.networks import Events, events_of, state_of, step_state, template_of
from tiaodu.rooms.projects.selectors.scope import may_edit
from tiaodu.rooms.projects.selectors.templates import template_for
from tiaodu.rooms.projects.services.networks import network_snapshot
from tiaodu.rooms.projects.services.register import departments_set, project_locked
from tiaodu.rooms.projects.services.steps import KEPT
from tiaodu.rooms.projects.stages import in_words


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody saw before she decided: the network, the digest of the new template, the last event."""

    network: int
    digest: str
    event: int


@dataclass(frozen=True, slots=True)
class _Desk:
    user: User
    project: Project
    events: Events
    reason: str
    left: Mapping[str, str]  # why each step with a record has no place any more


@transaction.atomic
def project_migrate(
    *, user: User, project_id: int, seen: Seen, reason: str, left: Mapping[str, str] | None = None
) -> Project:
    """Put a project on the template that holds today. Records go with their steps.

    ``left`` tells for each step that has a record and no place in the template why the record is history:
    Invalid without it. Stale, naming what changed, when the template, the project's network or its record is
    not what the person saw.
    """
    access.require(user, "projects.edit")
    project = project_locked(user, project_id)
    if not may_edit(user):
        raise NotAllowed
    project.refresh_from_db(fields=["network"])
    old, today = template_of(project.network), clock.today()
    new, _number = template_for(project.region, old.kind, today)
    digest = digest_of(new)
    _refuse_past(project)
    _refuse_stale(project, seen, digest)
    if project.network.digest == digest:
        raise Invalid(_("这个项目已经用着现在的模板，不用换。"))
    if not reason.strip():
        raise Invalid(_("请写明换用模板的理由。"))
    events = events_of([project], today)[project.pk]
    same = pairs(old, new)
    told = {code: text.strip()[:300] for code, text in (left or {}).items()}
    for code in left_behind(state_of(project, events), same):
        if not told.get(code):
            words = _("新模板没有“%(step)s”，而它已有记录：请写明为什么只留作历史。")
            raise Invalid(words % {"step": in_words(old.by_code[code].name)})
    desk = _Desk(user, project, events, reason.strip()[:300], told)
    moved = _move_records(desk, same)
    _change_network(desk, network_snapshot(new).pk, moved)
    return project


def _refuse_past(project: Project) -> None:
    today = clock.today()
    later = StageEvent.objects.filter(project=project, known_on__gt=today).exists()
    if later or NetworkChange.objects.filter(project=project, known_on__gt=today).exists():
        raise Invalid(_("您看的是过去的一天，这个项目之后已有新的登记。请回到今天再办。"))


def _refuse_stale(project: Project, seen: Seen, digest: str) -> None:
    """Stale where anything is not what was seen, with what others did."""
    apart: dict[str, Any] = {}
    if project.network_id != seen.network:
        change = NetworkChange.objects.filter(project=project).select_related("by").last()
        theirs = f"{change.known_on} {change.by}：{change.reason}" if change else project.network.kind
        apart["network"] = {"label": _("项目用的模板"), "theirs": theirs, "yours": _("换用模板")}
    elif digest != seen.digest:
        apart["template"] = {
            "label": _("模板"),
            "theirs": _("又有新的版本生效，请再看一次变化"),
            "yours": _("换用模板"),
        }
    rows = StageEvent.objects.filter(project=project, pk__gt=seen.event).select_related("by").order_by("pk")
    for event in rows:
        theirs = f"{event.known_on} {event.by}：{event.get_verb_display()} {event.text}".strip()
        apart[f"event {event.pk}"] = {"label": event.step, "theirs": theirs, "yours": _("换用模板")}
    if apart:
        raise Stale(apart)


def _move_records(desk: _Desk, same: Mapping[str, str]) -> dict[str, str]:
    """Write a turn of every step whose record goes elsewhere, and of every step that takes one up."""
    recorded = {code for code, event in desk.events.items() if step_state(event) != BLANK}
    moved = {code: same[code] for code in recorded if same.get(code, code) != code}
    gone = {code for code in recorded if code not in same}
    revisions = dict(
        StageEvent.objects.filter(project=desk.project).values_list("step").annotate(last=Max("revision"))
    )
    for old, new in sorted(moved.items()):
        text = _("原为步骤 %(code)s。%(reason)s") % {"code": old, "reason": desk.reason}
        event = _turn(desk, new, revisions.get(new, 0) + 1, text, _stands(desk.events[old]))
        StageProof.objects.bulk_create(_proofs(desk.project, old, event))
    for code in sorted((moved.keys() | gone) - set(moved.values())):
        told = moved.get(code)
        text = _("现为步骤 %(code)s。%(reason)s") % {"code": told, "reason": desk.reason} if told else ""
        _turn(desk, code, revisions[code] + 1, text or desk.left[code], {})
    return moved | dict.fromkeys(gone, "")


def _stands(event: StageEvent) -> dict[str, Any]:
    return {name: getattr(event, name) for name in (*KEPT, "proven")}


def _proofs(project: Project, step: str, event: StageEvent) -> Iterator[StageProof]:
    """The proofs of a step, for the step it has become."""
    for proof in StageProof.objects.filter(event__project=project, event__step=step).order_by("pk"):
        named = ("kind", "file_id", "number", "taken_on", "latitude", "longitude")
        yield StageProof(event=event, **{name: getattr(proof, name) for name in named})


def _turn(desk: _Desk, step: str, revision: int, text: str, stands: Mapping[str, Any]) -> StageEvent:
    return StageEvent.objects.create(
        project=desk.project,
        step=step,
        revision=revision,
        verb=StageEvent.Verb.MIGRATED,
        **stands,
        text=text[:500],
        known_on=clock.today(),
        by=desk.user,
        department=desk.user.department,
        sample=desk.project.sample,
    )


def _change_network(desk: _Desk, network_id: int, moved: Mapping[str, str]) -> None:
    project, before = desk.project, desk.project.network
    NetworkChange.objects.create(
        project=project,
        before=before,
        after_id=network_id,
        reason=desk.reason,
        known_on=clock.today(),
        by=desk.user,
    )
    project.network_id = network_id
    project.version += 1
    project.save(update_fields=["network", "version"])
    project.refresh_from_db(fields=["network"])
    departments_set(project, project.network)
    audit.record(
        action="projects.project_migrate",
        actor=desk.user,
        obj=project,
        region_code=project.region.code,
        before={"network": str(before)},
        after={"network": str(project.network), "reason": desk.reason, "moved": dict(moved), **desk.left},
    )
