"""What can be done with a step: each act with its words, its form and its service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiaodu.engine.stages.standing import Place, Standing
from tiaodu.rooms.projects import forms, services
from tiaodu.rooms.projects.models import StageEvent


@dataclass(frozen=True, slots=True)
class StepAct:
    """``offered`` tells whether it makes sense for a step as it stands."""

    name: str
    title: Any
    form: type[forms.StepForm]
    run: Callable[..., StageEvent]
    offered: Callable[[Standing], bool]
    done: Any  # what is said afterwards


_OPEN = (Place.READY, Place.NOT_READY)
_RUNNING = (Place.UNDER_WAY, Place.WAITING)
_LIST = (
    StepAct(
        "start",
        pgettext_lazy("act", "开始办理"),
        forms.StartForm,
        services.step_start,
        lambda s: s.place in _OPEN and not s.step.milestone,
        _("已登记开始。"),
    ),
    StepAct(
        "finish",
        pgettext_lazy("act", "办结"),
        forms.FinishForm,
        services.step_finish,
        lambda s: s.place in (*_OPEN, *_RUNNING),
        _("已登记办结。"),
    ),
    StepAct(
        "wait",
        pgettext_lazy("act", "登记等待"),
        forms.WaitForm,
        services.step_wait,
        lambda s: s.place == Place.UNDER_WAY and bool(s.step.waits or s.step.pauses),
        _("已登记等待。"),
    ),
    StepAct(
        "resume",
        pgettext_lazy("act", "恢复办理"),
        forms.ResumeForm,
        services.step_resume,
        lambda s: s.place == Place.WAITING,
        _("已恢复办理。"),
    ),
    StepAct(
        "promise",
        pgettext_lazy("act", "定承诺日"),
        forms.PromiseForm,
        services.step_promise,
        lambda s: s.place not in (Place.DONE, Place.OUT),
        _("承诺日已记下。"),
    ),
    StepAct(
        "prove",
        pgettext_lazy("act", "补佐证"),
        forms.ProveForm,
        services.step_prove,
        lambda s: s.place in (Place.DONE, *_RUNNING),
        _("佐证已附上。"),
    ),
    StepAct(
        "range",
        pgettext_lazy("act", "估计天数"),
        forms.RangeForm,
        services.step_range,
        lambda s: s.place not in (Place.DONE, Place.OUT) and not s.step.milestone,
        _("估计已记下，今后按它推算。"),
    ),
    StepAct(
        "answer",
        pgettext_lazy("act", "确定是否需要"),
        forms.AnswerForm,
        services.step_answer,
        lambda s: s.step.condition is not None and s.place in (*_OPEN, Place.OUT),
        _("已记下。"),
    ),
    StepAct(
        "skip",
        pgettext_lazy("act", "标为不办"),
        forms.SkipForm,
        services.step_skip,
        lambda s: s.place in _OPEN,
        _("已标为不办。"),
    ),
    StepAct(
        "correct",
        pgettext_lazy("act", "更正日期"),
        forms.CorrectForm,
        services.step_correct,
        lambda s: s.place in (Place.DONE, *_RUNNING),
        _("更正已记录，原来的日期保留。"),
    ),
)
ACTS: Mapping[str, StepAct] = {act.name: act for act in _LIST}


def acts_for(standing: Standing) -> list[StepAct]:
    """The acts that make sense for a step, the most likely first."""
    return [act for act in _LIST if act.offered(standing)]
