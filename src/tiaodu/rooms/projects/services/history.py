"""Bringing in old records: what happened to the steps of a project before anybody kept it here.

The whole record is checked once, as it will stand, and written in bulk. Without a paper of the time it is
known from today on; with one every turn is known on the day it happened, so that past days show it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tiaodu.engine.stages.findings import ERROR, Finding, check_state
from tiaodu.engine.stages.model import Template
from tiaodu.engine.stages.state import NetworkState
from tiaodu.engine.stages.words import load_words
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.refusal import Invalid, NotAllowed
from tiaodu.rooms.projects.models import Project, StageEvent, StageProof
from tiaodu.rooms.projects.selectors.departments import doers_of
from tiaodu.rooms.projects.selectors.networks import Events, events_of, state_of, step_state, template_of
from tiaodu.rooms.projects.selectors.scope import may_act
from tiaodu.rooms.projects.services.register import project_locked
from tiaodu.rooms.projects.services.steps import KEPT, finding_words
from tiaodu.rooms.projects.tables import words_in

Verb = StageEvent.Verb
_PAPER = "paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class PastStep:
    """What an old record says of one step.

    ``promises``: for each the day it was given and the day promised, in their order. ``waits`` as in
    :class:`StageEvent`. ``proven``: whether the paper shows that the step was finished.
    """

    step: str
    started: date | None = None
    finished: date | None = None
    promises: Sequence[tuple[date, date]] = ()
    waits: Sequence[Mapping[str, Any]] = ()
    skipped: str = ""
    needed: bool | None = None
    parallel: str = ""
    proven: bool = False
    text: str = ""


@transaction.atomic
def history_import(
    *, user: User, project_id: int, rows: Sequence[PastStep], file: StoredFile | None = None, text: str = ""
) -> int:
    """Record steps of a project in bulk; gives how many. The same again does nothing.

    ``file`` is a paper of the time. Invalid, naming each step, when the record cannot be true, tells of days
    to come, or says otherwise of a step than what is recorded.
    """
    project = project_locked(user, project_id)
    template, today = template_of(project.network), clock.today()
    known = events_of([project], today)[project.pk]
    _refuse_replayed(project, rows)
    wanted = _new(template, known, rows)
    _refuse_others(user, project, template, wanted)
    if not wanted:
        return 0
    _refuse_false(template, project, known, wanted)
    events = [event for row in wanted for event in _events(user, project, row, file, text)]
    StageEvent.objects.bulk_create(events)
    _prove(project, wanted, file)
    audit.record(
        action="projects.history_import",
        actor=user,
        obj=project,
        after={
            "steps": [row.step for row in wanted],
            "events": len(events),
            "file": file.pk if file else None,
            "text": text,
        },
    )
    return len(wanted)


def _refuse_replayed(project: Project, rows: Iterable[PastStep]) -> None:
    steps = [row.step for row in rows]
    later = StageEvent.objects.filter(project=project, step__in=steps, known_on__gt=clock.today())
    if later.exists():
        raise Invalid(_("您看的是过去的一天，这些步骤之后已有登记。请回到今天再导入。"))


def _new(template: Template, known: Events, rows: Sequence[PastStep]) -> list[PastStep]:
    """The rows that say something new; Invalid where one says otherwise than the record, or stands twice."""
    wanted: list[PastStep] = []
    told: set[str] = set()
    different: list[str] = []
    for row in rows:
        if row.step in told:
            raise Invalid(_("步骤“%(step)s”写了两次。") % {"step": _name(template, row.step)})
        told.add(row.step)
        event = known.get(row.step)
        if event is None:
            wanted.append(row)
        elif _told(row) != {name: getattr(event, name) for name in _COMPARED}:
            different.append(_name(template, row.step))
    if different:
        raise Invalid(
            _("这些步骤已有登记，与旧档案不一致：%(steps)s。没有覆盖；登记有误的，请在该步骤更正。")
            % {"steps": "、".join(different)}
        )
    return wanted


_COMPARED = ("started", "finished", "skipped", "needed", "promised", "waits")


def _told(row: PastStep) -> dict[str, Any]:
    """How the step stands after a row, as far as it is compared."""
    return {
        "started": row.started,
        "finished": row.finished,
        "skipped": row.skipped,
        "needed": row.needed,
        "promised": row.promises[-1][1] if row.promises else None,
        "waits": [dict(wait) for wait in row.waits],
    }


def _name(template: Template, code: str) -> str:
    step = template.by_code.get(code)
    return words_in(step.name) if step else code


def _refuse_others(user: User, project: Project, template: Template, rows: Iterable[PastStep]) -> None:
    """NotAllowed where this person does not act on a step; the listing is the bureau's alone."""
    doers = doers_of(project.region, clock.today())
    for row in rows:
        step = template.by_code.get(row.step)
        doer = doers.get(step.by) if step else None
        if step is not None and not may_act(user, project, step, doer.pk if doer else None):
            who = doer or words_in(load_words().actors[step.by].name)
            raise NotAllowed(
                _("“%(step)s”由%(who)s办理，只有它的人可以登记。") % {"step": words_in(step.name), "who": who}
            )


def _refuse_false(template: Template, project: Project, known: Events, rows: Sequence[PastStep]) -> None:
    """Invalid when the record as it would stand cannot be true."""
    today = clock.today()
    for row in rows:
        if any(given > today for given, _day in row.promises):
            raise Invalid(_("步骤“%(step)s”的承诺是今天以后作出的。") % {"step": _name(template, row.step)})
        if row.skipped and row.skipped not in load_words().skips:
            raise Invalid(_("请选择不办的理由。"))
    before = state_of(project, known)
    steps = {row.step: step_state(_stands(project, row)) for row in rows}
    after = NetworkState({**before.steps, **steps}, before.signed)
    old = {_mark(each) for each in check_state(template, before, today=today)}
    found = check_state(template, after, today=today)
    wrong = [each for each in found if each.severity == ERROR and _mark(each) not in old]
    if wrong:
        language = "en" if get_language() == "en" else "zh"
        raise Invalid(" ".join(finding_words(template, each, language) for each in wrong))


def _mark(finding: Finding) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return finding.code, finding.step, tuple(sorted(finding.params.items()))


def _stands(project: Project, row: PastStep) -> StageEvent:
    """The step after everything a row tells of it."""
    return StageEvent(
        project=project, step=row.step, parallel=row.parallel[:300], proven=row.proven, **_told(row)
    )


def _events(
    user: User, project: Project, row: PastStep, file: StoredFile | None, text: str
) -> Iterator[StageEvent]:
    """The turns of a step in the order of their days. No day is known before the one of the turn before."""
    today, known_on = clock.today(), date.min
    stands: dict[str, Any] = dict.fromkeys(KEPT) | {"skipped": "", "parallel": "", "waits": []}
    for revision, (day, verb, changes) in enumerate(_turns(row), 1):
        stands = stands | changes
        known_on = max(known_on, day or today) if file is not None else today
        yield StageEvent(
            project=project,
            step=row.step,
            revision=revision,
            verb=verb,
            **stands,
            proven=row.proven and stands["finished"] is not None,
            text=(row.text or text).strip()[:500],
            known_on=known_on,
            by=user,
            department=user.department,
            sample=project.sample,
        )


_Turned = tuple[date | None, StageEvent.Verb, dict[str, Any]]  # of no day: known from today


def _turns(row: PastStep) -> list[_Turned]:
    """What happened to a step, one turn after the other."""
    found: list[_Turned] = [(given, Verb.PROMISED, {"promised": day}) for given, day in row.promises]
    waits = [dict(wait) for wait in row.waits]
    for place, wait in enumerate(waits):
        lasting = [*waits[:place], {**wait, "end": None}]
        found.append((date.fromisoformat(wait["start"]), Verb.WAITED, {"waits": lasting}))
        if wait["end"]:
            ended = date.fromisoformat(wait["end"])
            found.append((ended, Verb.RESUMED, {"waits": waits[: place + 1]}))
    if row.started and row.started != row.finished:
        told = {"started": row.started, "parallel": row.parallel.strip()[:300]}
        found.insert(0, (row.started, Verb.STARTED, told))
    found.sort(key=lambda turn: turn[0] or date.max)
    if row.needed is not None:
        found.insert(0, (found[0][0] if found else None, Verb.ANSWERED, {"needed": row.needed}))
    if row.skipped:
        found.append((None, Verb.SKIPPED, {"skipped": row.skipped}))
    if row.finished:
        told = {"started": row.started or row.finished, "finished": row.finished, "waits": waits}
        found.append((row.finished, Verb.FINISHED, told))
    return found


def _prove(project: Project, rows: Iterable[PastStep], file: StoredFile | None) -> None:
    """The paper as the proof of every step it shows to be finished."""
    steps = [row.step for row in rows if row.proven and row.finished]
    if file is None or not steps:
        return
    finished = StageEvent.objects.filter(project=project, step__in=steps, verb=Verb.FINISHED)
    StageProof.objects.bulk_create(
        StageProof(event_id=pk, kind=_PAPER, file=file, taken_on=day)
        for pk, day in finished.values_list("pk", "finished")
    )
