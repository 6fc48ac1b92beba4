"""What pages show of an agreement's figures and of inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tiaodu.engine.stages.words import load_words
from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.projects.selectors.judged import JudgedRow
from tiaodu.rooms.projects.selectors.scope import cares_for, may_edit
from tiaodu.rooms.projects.selectors.terms import FollowedFigure, StoodInput, contract_of, inputs_for
from tiaodu.rooms.projects.tables import words_in
from tiaodu.rooms.projects.words import INPUT_STATES

FOLLOWED = {
    "kept": ("green", _("达到")),
    "missed": ("red", _("到期未达到")),
    "short": ("amber", _("未达到")),
    "running": ("attention", _("年度未满")),
    "silent": ("grey", _("没有实绩")),
    "no_land": ("grey", _("缺用地面积")),
    "before": ("grey", _("投产后跟踪")),
}


@dataclass(frozen=True)
class ShownInput:
    """An input as a page shows it; ``steps`` are the steps that secure it, with codes."""

    code: str
    name: str
    unit: str
    state: str
    word: str
    steps: tuple[tuple[str, str], ...]
    provider: str
    stood: StoodInput


def terms_context(user: User, row: JudgedRow) -> dict[str, Any]:
    """Both sections of a project's page."""
    return {
        "contract": [(each, *FOLLOWED[each.followed.state], unit_of(each)) for each in contract_of(row)],
        "inputs": [_shown(row, each) for each in inputs_for(row)],
        "may_set_inputs": may_edit(user)
        or (access.may(user, "projects.report") and cares_for(user, row.project)),
    }


def unit_of(each: FollowedFigure) -> str:
    """The unit a figure is counted in, per mu where it is."""
    unit = each.figure.measure.unit
    return f"{unit}/亩" if each.figure.per_mu else unit


def _shown(row: JudgedRow, each: StoodInput) -> ShownInput:
    kind = each.input.kind
    state, word = INPUT_STATES[each.input.state]
    names = {step.code: words_in(step.name) for step in row.template.steps}
    doer = row.doers.get(kind.by)
    usual = doer.name if doer else words_in(load_words().actors[kind.by].name)
    provider = str(each.told.provider) if each.told and each.told.provider else usual
    return ShownInput(
        kind.code,
        words_in(kind.name),
        kind.unit,
        state,
        str(word),
        tuple((code, names[code]) for code in each.input.steps),
        provider,
        each,
    )
