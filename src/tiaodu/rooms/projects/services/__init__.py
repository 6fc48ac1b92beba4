"""Every write of the room."""

from tiaodu.rooms.projects.services.history import PastStep, history_import
from tiaodu.rooms.projects.services.investment import Month, investment_report
from tiaodu.rooms.projects.services.networks import network_snapshot
from tiaodu.rooms.projects.services.plans import contract_set, input_set, plan_set
from tiaodu.rooms.projects.services.register import (
    project_create,
    project_edit,
    project_end,
    project_release,
)
from tiaodu.rooms.projects.services.repeats import repeat_decide
from tiaodu.rooms.projects.services.steps import (
    Proof,
    Turn,
    step_answer,
    step_correct,
    step_finish,
    step_promise,
    step_prove,
    step_range,
    step_resume,
    step_skip,
    step_start,
    step_wait,
)

__all__ = [
    "Month",
    "PastStep",
    "Proof",
    "Turn",
    "contract_set",
    "history_import",
    "input_set",
    "investment_report",
    "network_snapshot",
    "plan_set",
    "project_create",
    "project_edit",
    "project_end",
    "project_release",
    "repeat_decide",
    "step_answer",
    "step_correct",
    "step_finish",
    "step_promise",
    "step_prove",
    "step_range",
    "step_resume",
    "step_skip",
    "step_start",
    "step_wait",
]
