"""What happens to a step. Every act writes the step's next event; nothing is changed afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tiaodu.engine.stages.findings import ERROR, Finding, check_state
from tiaodu.engine.stages.model import Step, Template
from tiaodu.engine.stages.state import NetworkState
from tiaodu.engine.stages.words import load_words
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.rooms.projects.models import Project, StageEvent, StageProof
from tiaodu.rooms.projects.selectors.departments import doers_of
from tiaodu.rooms.projects.selectors.networks import Events, events_of, state_of, step_state, template_of
from tiaodu.rooms.projects.selectors.scope import may_act
from tiaodu.rooms.projects.services.register import project_locked
from tiaodu.rooms.projects.tables import words_in

Verb = StageEvent.Verb
KEPT = ("started", "finished", "skipped", "needed", "parallel", "promised", "waits", "low", "likely", "high")
LABELS: Mapping[str, Any] = {
    "started": gettext_lazy("开始日"),
    "finished": gettext_lazy("办结日"),
    "skipped": gettext_lazy("不办理由"),
    "needed": gettext_lazy("需要"),
    "parallel": gettext_lazy("并联说明"),
    "promised": gettext_lazy("承诺日"),
    "waits": gettext_lazy("等待"),
    "low": gettext_lazy("最快"),
    "likely": gettext_lazy("通常"),
    "high": gettext_lazy("最慢"),
}


@dataclass(frozen=True, slots=True)
class Proof:
    """What backs an event: a file, a paper's number, a photo with its place. The place may be left out."""

    kind: str
    file: StoredFile | None = None
    number: str = ""
    taken_on: date | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """Who acts on which step, having seen which revision (0: none)."""

    user: User
    project_id: int
    step: str
    revision: int
    text: str = ""
    proofs: Sequence[Proof] = field(default_factory=tuple)


@transaction.atomic
def step_start(turn: Turn, *, day: date, parallel: str = "") -> StageEvent:
    """The step began on ``day``; ``parallel`` tells why before a step that usually precedes it."""
    desk = _open(turn)
    if desk.now.started:
        raise Invalid(_("这一步已经开始。如日期有误，请用“更正”。"))
    return _write(desk, Verb.STARTED, started=day, parallel=parallel.strip()[:300])


@transaction.atomic
def step_finish(turn: Turn, *, day: date, started: date | None = None) -> StageEvent:
    """The step was finished on ``day``; a wait that lasts ends with it. ``started`` where nobody told it."""
    desk = _open(turn)
    if desk.now.finished:
        raise Invalid(_("这一步已经办结。如日期有误，请用“更正”。"))
    begun = desk.now.started or started or (day if desk.step.milestone else None)
    if begun is None:
        raise Invalid(_("请填写开始日：没有开始日，就不知道实际用了几天。"))
    return _write(desk, Verb.FINISHED, started=begun, finished=day, waits=_ended(desk.now.waits, day))


@transaction.atomic
def step_wait(turn: Turn, *, reason: str, day: date) -> StageEvent:
    """The step stands still from ``day`` for a reason its template allows."""
    desk = _open(turn)
    if desk.now.started is None or desk.now.finished:
        raise Invalid(_("只有在办的步骤才能登记等待。"))
    if any(wait["end"] is None for wait in desk.now.waits):
        raise Invalid(_("这一步已经在等待，先恢复办理再登记新的等待。"))
    wait = {"reason": reason, "start": day.isoformat(), "end": None}
    return _write(desk, Verb.WAITED, waits=[*desk.now.waits, wait])


@transaction.atomic
def step_resume(turn: Turn, *, day: date) -> StageEvent:
    """The wait that lasts ended on ``day``."""
    desk = _open(turn)
    if all(wait["end"] for wait in desk.now.waits):
        raise Invalid(_("这一步不在等待。"))
    return _write(desk, Verb.RESUMED, waits=_ended(desk.now.waits, day))


@transaction.atomic
def step_skip(turn: Turn, *, reason: str) -> StageEvent:
    """The step is not done, for a reason of the closed list."""
    desk = _open(turn)
    if reason not in load_words().skips:
        raise Invalid(_("请选择不办的理由。"))
    if desk.now.started or desk.now.finished:
        raise Invalid(_("这一步已有日期，不能标为不办。如是误填，请先更正日期。"))
    return _write(desk, Verb.SKIPPED, skipped=reason)


@transaction.atomic
def step_answer(turn: Turn, *, needed: bool) -> StageEvent:
    """Whether a step with a condition is needed."""
    desk = _open(turn)
    if desk.step.condition is None:
        raise Invalid(_("这一步没有条件，总是要办的。"))
    return _write(desk, Verb.ANSWERED, needed=needed, skipped="")


@transaction.atomic
def step_promise(turn: Turn, *, day: date) -> StageEvent:
    """The day the step is promised for. A promise that moves says why."""
    desk = _open(turn)
    if desk.now.finished:
        raise Invalid(_("这一步已经办结，不用再定承诺日。"))
    if desk.now.promised == day:
        raise Invalid(_("承诺日没有变化。"))
    if desk.now.promised and not turn.text.strip():
        raise Invalid(_("改承诺日请写明原因：谁同意的，为什么。"))
    return _write(desk, Verb.PROMISED, promised=day)


@transaction.atomic
def step_range(turn: Turn, *, low: int, likely: int, high: int) -> StageEvent:
    """A range of days by somebody who knows such work; used instead of what was learned."""
    desk = _open(turn)
    if not 0 <= low <= likely <= high:
        raise Invalid(_("请按 最快 ≤ 通常 ≤ 最慢 填写天数。"))
    return _write(desk, Verb.RANGED, low=low, likely=likely, high=high)


@transaction.atomic
def step_prove(turn: Turn) -> StageEvent:
    """Further proof of a step that has begun."""
    desk = _open(turn)
    if not turn.proofs:
        raise Invalid(_("请附上佐证。"))
    if desk.now.started is None and desk.now.finished is None:
        raise Invalid(_("这一步还没有开始，先登记开始再补佐证。"))
    return _write(desk, Verb.PROVEN)


@transaction.atomic
def step_correct(turn: Turn, *, started: date | None, finished: date | None) -> StageEvent:
    """Other dates, or none, than were recorded, with the reason. What was known before stays as it was."""
    desk = _open(turn)
    if not turn.text.strip():
        raise Invalid(_("请写明更正原因。"))
    if (started, finished) == (desk.now.started, desk.now.finished):
        raise Invalid(_("日期没有变化，不用更正。"))
    return _write(desk, Verb.CORRECTED, started=started, finished=finished, skipped="")


@dataclass(frozen=True, slots=True)
class _Desk:
    """A step taken up for an act: everything that was read under the lock."""

    turn: Turn
    project: Project
    template: Template
    step: Step
    events: Events
    now: StageEvent  # how the step stands; an unsaved one of revision 0 where nothing was recorded


def _open(turn: Turn) -> _Desk:
    project = project_locked(turn.user, turn.project_id)
    template = template_of(project.network)
    step = template.by_code.get(turn.step)
    if step is None:
        raise NotFound
    doer = doers_of(project.region, clock.today()).get(step.by)
    if not may_act(turn.user, project, step, doer.pk if doer else None):
        raise NotAllowed(
            _("“%(step)s”由%(who)s办理，只有它的人可以登记。如登记有误，请联系该单位。")
            % {"step": words_in(step.name), "who": doer or words_in(load_words().actors[step.by].name)}
        )
    if StageEvent.objects.filter(project=project, step=turn.step, known_on__gt=clock.today()).exists():
        raise Invalid(_("您看的是过去的一天，这一步之后已有新的登记。请回到今天再办。"))
    events = events_of([project], clock.today())[project.pk]
    now = events.get(turn.step) or StageEvent(project=project, step=turn.step, revision=0)
    if now.revision != turn.revision:
        raise Stale(_since(project, turn))
    return _Desk(turn, project, template, step, events, now)


def _since(project: Project, turn: Turn) -> dict[str, Any]:
    """What others did to the step since it was looked at."""
    rows = StageEvent.objects.filter(project=project, step=turn.step, revision__gt=turn.revision)
    told = [
        f"{event.known_on} {event.by}：{event.get_verb_display()} {event.text}".strip()
        for event in rows.select_related("by").order_by("revision")
    ]
    return {"step": {"label": turn.step, "theirs": "；".join(told), "yours": turn.text}}


def _ended(waits: Sequence[Mapping[str, Any]], day: date) -> list[dict[str, Any]]:
    return [{**wait, "end": wait["end"] or day.isoformat()} for wait in waits]


def _write(desk: _Desk, verb: StageEvent.Verb, **changes: Any) -> StageEvent:
    """Check what the record would become, write the event with its proofs, and note the act."""
    turn, now = desk.turn, desk.now
    stands = {name: getattr(now, name) for name in KEPT} | changes
    event = StageEvent(
        project=desk.project,
        step=turn.step,
        revision=now.revision + 1,
        verb=verb,
        **stands,
        proven=bool(turn.proofs)
        or (now.proven and (verb != Verb.CORRECTED or stands["finished"] is not None)),
        text=turn.text.strip()[:500],
        known_on=clock.today(),
        by=turn.user,
        department=turn.user.department,
        sample=desk.project.sample,
    )
    _refuse_false(desk, event)
    event.save()
    StageProof.objects.bulk_create(StageProof(event=event, **_columns(proof)) for proof in turn.proofs)
    changed = {name: value for name, value in stands.items() if value != getattr(now, name)}
    audit.record(
        action=f"projects.step_{verb}",
        actor=turn.user,
        obj=desk.project,
        before={name: getattr(now, name) for name in changed},
        after={"step": turn.step, **changed, "text": event.text, "proofs": len(turn.proofs)},
    )
    return event


def _columns(proof: Proof) -> dict[str, Any]:
    return {
        "kind": proof.kind,
        "file": proof.file,
        "number": proof.number.strip()[:80],
        "taken_on": proof.taken_on,
        "latitude": proof.latitude,
        "longitude": proof.longitude,
    }


def _refuse_false(desk: _Desk, event: StageEvent) -> None:
    """Invalid when the act would make the record say what cannot be true; older faults are left alone."""
    before = state_of(desk.project, desk.events)
    after = NetworkState({**before.steps, event.step: step_state(event)}, before.signed)
    known = set(_errors(desk.template, before))
    new = [finding for finding in _errors(desk.template, after) if finding not in known]
    if new:
        language = "en" if get_language() == "en" else "zh"
        told = [_tell(desk.template, finding, language) for finding in new]
        raise Invalid(" ".join(told))


def _errors(template: Template, state: NetworkState) -> list[tuple[str, str, tuple[tuple[str, str], ...]]]:
    found = check_state(template, state, today=clock.today())
    return [
        (each.code, each.step, tuple(sorted(each.params.items()))) for each in found if each.severity == ERROR
    ]


def _tell(template: Template, told: tuple[str, str, tuple[tuple[str, str], ...]], language: str) -> str:
    code, step, params = told
    return finding_words(template, Finding(code, step, ERROR, dict(params)), language)


def finding_words(template: Template, finding: Finding, language: str) -> str:
    """A finding in words, its steps by their names."""
    named = {
        code: step.name.en if language == "en" else step.name.zh for code, step in template.by_code.items()
    }
    params = {key: named.get(value, value) for key, value in finding.params.items()}
    return load_words().tell(finding.code, params, language)
