"""Saying by hand which step of a project a milestone waits for."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, Stale
from tiaodu.foundation.slots.selectors import collect_step_dates
from tiaodu.rooms.ledger.models import Milestone
from tiaodu.rooms.outlook.models import StepTie
from tiaodu.rooms.outlook.ties.selectors import milestone_for, tie_newest

PERMISSION = "outlook.run"


@transaction.atomic
def step_tie(*, user: User, milestone_id: int, step: str, seen: int) -> StepTie:
    """Tie a milestone to the step with the key ``step``, or with an empty one leave it to the rule again.

    ``seen`` is the record the person saw, 0 for none: Stale where somebody has said something since. Invalid
    for a step that no project of the county has, for what is so already, and on a day that is over.
    """
    access.require(user, PERMISSION)
    milestone = milestone_for(user, milestone_id)
    # Of two who tie it at once the second waits here and finds what the first said.
    Milestone.objects.select_for_update().get(pk=milestone.pk)
    region, before = milestone.task.region, tie_newest(milestone.pk)
    was = before.step if before is not None else ""
    if before is not None and before.known_on > clock.today():
        raise Invalid(_("您看的是过去的一天，之后已另有登记。请回到今天再办。"))
    if (before.pk if before is not None else 0) != seen:
        raise Stale({"step": {"label": _("对应的项目步骤"), "theirs": was, "yours": step}})
    if step == was:
        raise Invalid(_("没有变化。"))
    offers = {each.key: each for each in collect_step_dates(region, clock.today()).offers} if step else {}
    if step and step not in offers:
        raise Invalid(_("本县的项目里没有这一步，请另选。"))
    title = offers[step].title if step else ""
    made = StepTie.objects.create(
        milestone=milestone, step=step, title=title[:300], known_on=clock.today(), by=user
    )
    audit.record(
        action="outlook.step_tie", actor=user, obj=milestone, region_code=region.code,
        before={"step": was}, after={"step": step, "title": title},
    )  # fmt: skip
    return made
