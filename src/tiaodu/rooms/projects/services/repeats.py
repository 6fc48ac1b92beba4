"""What a person decides of two projects that look like one."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, NotFound, Stale
from tiaodu.rooms.projects.models import Project, RepeatDecision
from tiaodu.rooms.projects.selectors.scope import projects_visible_to


@transaction.atomic
def repeat_decide(
    *, user: User, one_id: int, other_id: int, same: bool, reason: str, seen: int = 0
) -> RepeatDecision:
    """Say that two projects are one, or that they are two. ``seen`` is the decision that was on the page, 0
    for none; Stale when somebody decided meanwhile.
    """
    access.require(user, "projects.edit")
    keys = sorted((one_id, other_id))
    reach = projects_visible_to(user, ended=True).filter(pk__in=keys)
    if keys[0] == keys[1] or reach.count() < 2:
        raise NotFound
    projects = list(Project.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    newest: RepeatDecision | None = (
        RepeatDecision.objects.filter(one=keys[0], other=keys[1]).order_by("pk").last()
    )
    if (newest.pk if newest is not None else 0) != seen:
        raise Stale({"same": {"label": _("认定"), "theirs": _told(newest), "yours": reason}})
    if not reason.strip():
        raise Invalid(_("请写明理由：核对了什么，凭什么认定。"))
    if newest is not None and newest.same == same and newest.reason == reason.strip():
        return newest
    made: RepeatDecision = RepeatDecision.objects.create(
        one=projects[0],
        other=projects[1],
        same=same,
        reason=reason.strip()[:300],
        by=user,
        known_on=clock.today(),
    )
    for project, other in (projects, reversed(projects)):
        audit.record(
            action="projects.repeat_decide",
            actor=user,
            obj=project,
            before={"same": newest.same if newest is not None else None},
            after={"same": same, "other": other.pk, "reason": made.reason},
        )
    return made


def _told(decision: RepeatDecision | None) -> str:
    if decision is None:
        return "—"
    words = _("重复") if decision.same else _("不重复")
    return f"{decision.known_on} {decision.by}：{words}，{decision.reason}"
