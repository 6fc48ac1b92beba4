"""What the pages of a project show, put together from the selectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from tiaodu.engine.projects.forecast import Forecast, StepForecast
from tiaodu.engine.stages.findings import check_state
from tiaodu.engine.stages.model import Unit
from tiaodu.engine.stages.standing import Place, Standing
from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.selectors import history_of
from tiaodu.foundation.audit.words import action_words
from tiaodu.rooms.projects.investing import investment_context
from tiaodu.rooms.projects.models import StageEvent, StageProof
from tiaodu.rooms.projects.pictures.steps import critical_target, picture_of_project
from tiaodu.rooms.projects.selectors.judged import judged
from tiaodu.rooms.projects.selectors.outlooks import gains_of, outlook_of, path_of
from tiaodu.rooms.projects.selectors.rows import STAGES, ProjectRow, out_words, stage_words, wait_words
from tiaodu.rooms.projects.selectors.scope import acting, may_edit, may_foresee, sees_inside
from tiaodu.rooms.projects.selectors.templates import is_newest
from tiaodu.rooms.projects.services.steps import finding_words
from tiaodu.rooms.projects.tables import words_in
from tiaodu.rooms.projects.terms import terms_context
from tiaodu.rooms.projects.words import light_context

PLACES = {
    Place.DONE: gettext_lazy("已办结"),
    Place.WAITING: gettext_lazy("等待"),
    Place.UNDER_WAY: gettext_lazy("办理中"),
    Place.READY: gettext_lazy("可以开始"),
    Place.NOT_READY: gettext_lazy("前置未完"),
    Place.OUT: gettext_lazy("不办"),
}
LIGHTS = {
    Place.DONE: "struck_off",
    Place.WAITING: "amber",
    Place.UNDER_WAY: "current",
    Place.READY: "not_due",
    Place.NOT_READY: "not_triggered",
    Place.OUT: "not_triggered",
}
ORIGINS = {
    "promised": pgettext_lazy("due", "承诺"),
    "committed": pgettext_lazy("due", "承诺时限"),
    "law": pgettext_lazy("due", "法定时限"),
}


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step as the page shows it."""

    standing: Standing
    name: str
    doer: str
    light: str
    state: Any
    reason: str
    event: StageEvent | None
    forecast: StepForecast | None
    critical: bool
    may_act: bool

    @property
    def code(self) -> str:
        return self.standing.step.code

    @property
    def chance(self) -> int | None:
        """The chance of its promise in whole percent, never 0 nor 100: nothing to come is certain. None where
        the promised day has passed: a broken promise has no chance.
        """
        if self.forecast is None or self.forecast.chance is None or self.standing.late:
            return None
        return min(99, max(1, round(self.forecast.chance * 100)))

    @property
    def unit(self) -> str:
        return _("工作日") if self.standing.unit == Unit.WORKING else _("天")

    @property
    def due_origin(self) -> Any:
        return ORIGINS.get(self.standing.due_origin, "")

    @property
    def backfilled(self) -> int:
        """Days between what happened and the day it was recorded, where that was more than a week."""
        if self.event is None or self.event.finished is None:
            return 0
        days = (self.event.known_on - self.event.finished).days
        return days if days > _SOON else 0


_SOON = 7
_BARE = "no_proof"  # said once for all steps together


def forecast_for(user: User, row: ProjectRow, *, whole: bool) -> Forecast | None:
    """The forecast as far as the person may see it: whole, of her department's own steps, or none."""
    if whole:
        return outlook_of(row)
    if user.department_id is None or not sees_inside(user):
        return None
    doers = {code: row.doers.get(standing.step.by) for code, standing in row.steps.items()}
    own = {code for code, doer in doers.items() if doer is not None and doer.pk == user.department_id}
    told = outlook_of(row).steps if own else {}
    return Forecast({code: step for code, step in told.items() if code in own}, {})


def shown_steps(
    user: User, row: ProjectRow, told: Forecast | None, critical: Sequence[str]
) -> list[ShownStep]:
    """The steps of a project for this person, in the order of the template."""
    found, may = [], acting(user, row.project)
    for code, standing in row.steps.items():
        doer = row.doers.get(standing.step.by)
        found.append(
            ShownStep(
                standing=standing,
                name=words_in(standing.step.name),
                doer=row.doer(standing),
                light="overdue" if standing.late and standing.place != Place.DONE else LIGHTS[standing.place],
                state=PLACES[standing.place],
                reason=_reason(row, standing),
                event=row.events.get(code),
                forecast=told.of(code) if told else None,
                critical=code in critical,
                may_act=may(standing.step, doer.pk if doer else None),
            )
        )
    return found


def _reason(row: ProjectRow, standing: Standing) -> str:
    """Why a step stands as it does, in a few words."""
    if standing.place == Place.OUT:
        return out_words(standing.out)
    if standing.late and standing.place != Place.DONE:
        told = ngettext("逾期 %(days)s 个工作日", "逾期 %(days)s 个工作日", standing.late)
        return told % {"days": standing.late}
    if standing.place == Place.WAITING and standing.wait:
        return wait_words(standing.wait.reason)
    if standing.place == Place.NOT_READY:
        names = [words_in(row.template.by_code[code].name) for code in standing.missing[:2]]
        more = len(standing.missing) - len(names)
        told = "、".join(names) + (
            _("等 %(count)s 步") % {"count": len(standing.missing)} if more > 0 else ""
        )
        return _("等 %(steps)s") % {"steps": told}
    return ""


@dataclass(frozen=True, slots=True)
class ShownStage:
    """A stage with its steps in play; ``out`` are those that are not."""

    code: str
    name: str
    steps: Sequence[ShownStep]
    here: bool
    done: int


def shown_stages(row: ProjectRow, steps: Sequence[ShownStep]) -> list[ShownStage]:
    """The stages that have steps in play, in their order."""
    found = []
    for stage in STAGES:
        own = [s for s in steps if s.standing.step.stage == stage and s.standing.place != Place.OUT]
        if own:
            done = sum(1 for s in own if s.standing.place == Place.DONE)
            found.append(ShownStage(stage, stage_words(stage), own, stage == row.stage, done))
    return found


def headline(row: ProjectRow) -> str:
    """The one sentence of a project."""
    if row.reached.finished:
        return _("已经%(stage)s，全部步骤办结。") % {"stage": stage_words(STAGES[-1])}
    parts = [
        _("正在“%(stage)s”阶段，%(steps)s 步办结了 %(done)s 步。")
        % {"stage": row.stage_words, "steps": row.reached.steps, "done": row.reached.done}
    ]
    if row.late_steps:
        worst = row.late_steps[0]
        parts.append(
            _("“%(step)s”已逾期 %(days)s 个工作日，轮到%(who)s。")
            % {"step": words_in(worst.step.name), "days": worst.late, "who": row.doer(worst)}
        )
    elif row.next_step:
        parts.append(
            _("下一步是“%(step)s”，由%(who)s办。")
            % {"step": words_in(row.next_step.step.name), "who": row.doer(row.next_step)}
        )
    return "".join(parts)


def outlook_words(row: ProjectRow, told: Forecast) -> str:
    """The last promised step, with its chance and when it will probably be."""
    promised = [
        (code, step) for code, step in told.steps.items() if step.promised and step.promised >= row.day
    ]
    if not promised:
        goal = told.of(row.template.goal)
        if goal is None:
            return ""
        name = words_in(row.template.by_code[row.template.goal].name)
        return _("“%(step)s”大约在 %(p50)s，八成把握在 %(p80)s 前。") % {
            "step": name,
            "p50": goal.p50,
            "p80": goal.p80,
        }
    code, step = max(promised, key=lambda each: each[1].promised or row.day)
    return _(
        "“%(step)s”承诺 %(promised)s，按期把握 %(chance)s%%，大约在 %(p50)s，八成把握在 %(p80)s 前。"
    ) % {
        "step": words_in(row.template.by_code[code].name),
        "promised": step.promised,
        "chance": min(99, max(1, round((step.chance or 0) * 100))),
        "p50": step.p50,
        "p80": step.p80,
    }


@dataclass(frozen=True, slots=True)
class ShownGain:
    """What speeding up one step buys."""

    code: str
    name: str
    doer: str
    share: int
    days: int
    points: int | None


def shown_gains(row: ProjectRow) -> list[ShownGain]:
    """The steps whose speeding up brings the goal nearest; those that buy less than a day are left out."""
    found = []
    for gain in gains_of(row, row.template.goal):
        standing = row.steps[gain.code]
        if round(gain.days) < 1:
            continue
        points = round(gain.chance * 100) if gain.chance is not None else None
        found.append(
            ShownGain(
                gain.code,
                words_in(standing.step.name),
                row.doer(standing),
                round(gain.share * 100),
                round(gain.days),
                points,
            )
        )
    return found[:3]


def findings_of(row: ProjectRow) -> list[tuple[str, str]]:
    """What in the record asks for a second look: severity and words."""
    language = "en" if get_language() == "en" else "zh"
    found = check_state(row.template, row.state, today=row.day)
    told = [
        (each.severity, finding_words(row.template, each, language)) for each in found if each.code != _BARE
    ]
    bare = [words_in(row.template.by_code[each.step].name) for each in found if each.code == _BARE]
    if bare:
        words = ngettext(
            "%(count)s 步已办结，还缺佐证：%(steps)s。",
            "%(count)s 步已办结，还缺佐证：%(steps)s。",
            len(bare),
        )
        told.append(("warning", words % {"count": len(bare), "steps": "、".join(bare)}))
    return told


def project_context(user: User, row: ProjectRow) -> dict[str, Any]:
    """Everything the page of a project shows."""
    seen = judged([row], row.day)[0]
    whole = may_foresee(user, row.project)
    told = forecast_for(user, row, whole=whole)
    path = path_of(row)
    steps = shown_steps(user, row, told, path.leading_to(critical_target(row, path)))
    return {
        "row": row,
        "drawing": picture_of_project(row, told, path),
        "project": row.project,
        "headline": headline(row),
        "outlook_words": outlook_words(row, told) if told and whole else "",
        "stages": shown_stages(row, steps),
        "out": [step for step in steps if step.standing.place == Place.OUT],
        "gains": shown_gains(row) if whole else [],
        "unknown": [words_in(row.template.by_code[code].name) for code in _blamed(told)],
        "findings": findings_of(row),
        "changes": _changes(row),
        "may_edit": may_edit(user),
        "newer_template": not is_newest(row.project, row.day),
        "may_release": access.may(user, "projects.release"),
        **light_context(seen),
        **investment_context(user, seen),
        **terms_context(user, seen),
    }


def _blamed(told: Forecast | None) -> list[str]:
    """The steps nobody has given a length, each once."""
    return list(dict.fromkeys(code for codes in (told.unknown.values() if told else ()) for code in codes))


def _changes(row: ProjectRow) -> list[dict[str, Any]]:
    entries = history_of(row.project).filter(business_day__lte=row.day)[:40]
    return [
        {
            "day": entry.business_day,
            "actor": entry.actor_name,
            "action": action_words(entry.action),
            "step": _step_name(row, entry.after.get("step")),
            "text": entry.after.get("text") or entry.after.get("reason") or "",
        }
        for entry in entries
    ]


def _step_name(row: ProjectRow, code: Any) -> str:
    step = row.template.by_code.get(code) if isinstance(code, str) else None
    return words_in(step.name) if step else ""


def step_context(user: User, row: ProjectRow, shown: ShownStep) -> dict[str, Any]:
    """Everything the page of a step shows."""
    events = list(
        StageEvent.objects.filter(project=row.project, step=shown.code, known_on__lte=row.day)
        .select_related("by", "department")
        .order_by("-revision")
    )
    proofs: dict[int, list[StageProof]] = {}
    for proof in StageProof.objects.filter(event__in=events).select_related("file"):
        proofs.setdefault(proof.event_id, []).append(proof)
    step = shown.standing.step
    return {
        "row": row,
        "project": row.project,
        "step": step,
        "shown": shown,
        "needs": [(row.steps[code], words_in(row.template.by_code[code].name)) for code in step.needs],
        "documents": [words_in(label) for label in step.documents],
        "proof_asked": [words_in(label) for label in step.proof],
        "log": [(event, proofs.get(event.pk, [])) for event in events],
    }
