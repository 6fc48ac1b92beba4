"""What a project is to invest, what its agreement promises, what inputs it needs: each a further revision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.display import display
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, Stale
from tiaodu.foundation.registry.models import Measure, Subject
from tiaodu.rooms.projects.models import ContractFigure, InputNeed, InvestmentPlan, Project
from tiaodu.rooms.projects.selectors.scope import cares_for
from tiaodu.rooms.projects.services.register import project_locked

MONTHS = 12


@transaction.atomic
def plan_set(
    *,
    user: User,
    project_id: int,
    year: int,
    revision: int,
    total: Decimal,
    planned: Decimal,
    months: Sequence[Decimal] = (),
    reason: str = "",
) -> InvestmentPlan:
    """What the project is to cost and to invest in ``year``, in 元.

    ``revision`` is the one that was seen, 0 for none; after the first a reason is asked for. ``months`` are
    twelve amounts to be reached by their ends, or none.
    """
    access.require(user, "projects.edit")
    project = project_locked(user, project_id)
    newest = InvestmentPlan.objects.filter(project=project, year=year).order_by("-revision").first()
    told = (display(newest.planned, "元") if newest else "—", display(planned, "元"))
    _fresh(newest, revision, _("年度计划投资"), *told)
    _check_plan(total, planned, months)
    _ask_reason(newest, reason)
    plan = InvestmentPlan.objects.create(
        project=project,
        year=year,
        revision=revision + 1,
        total=total,
        planned=planned,
        months=[str(amount) for amount in months],
        reason=reason.strip()[:300],
        known_on=_known_after(newest),
        set_by=user,
    )
    before = {"total": newest.total, "planned": newest.planned} if newest else {}
    _note("projects.plan_set", user, project, before, {"year": year, "total": total, "planned": planned})
    return plan


def _check_plan(total: Decimal, planned: Decimal, months: Sequence[Decimal]) -> None:
    if total < 0 or planned < 0:
        raise Invalid(_("投资额不能是负数。"))
    if planned > total:
        raise Invalid(
            _("年度计划投资 %(planned)s 元超过总投资 %(total)s 元，请核对单位（元、万元、亿元）。")
            % {"planned": f"{planned:,f}", "total": f"{total:,f}"}
        )
    if months and len(months) != MONTHS:
        raise Invalid(_("分月计划要填满十二个月，或者都不填。"))
    if any(later < earlier for earlier, later in pairwise(months)):
        raise Invalid(_("分月计划填累计数，后一个月不能小于前一个月。"))
    if months and months[-1] != planned:
        raise Invalid(_("十二月的累计数要等于年度计划投资。"))


@transaction.atomic
def contract_set(
    *,
    user: User,
    project_id: int,
    measure: Measure,
    revision: int,
    value: Decimal | None,
    per_mu: bool = False,
    due: date | None = None,
    source: str = "",
    reason: str = "",
) -> ContractFigure:
    """What the agreement promises of a measure, in its base unit (per mu when so). None takes it back."""
    access.require(user, "projects.edit")
    project = project_locked(user, project_id)
    rows = ContractFigure.objects.filter(project=project, measure=measure, per_mu=per_mu)
    newest = rows.order_by("-revision").first()
    _fresh(newest, revision, str(measure), newest and newest.value, value)
    if value is not None and value < 0:
        raise Invalid(_("约定值不能是负数。"))
    if value is None and newest is None:
        raise Invalid(_("请填写约定值。"))
    _ask_reason(newest, reason)
    told = {"value": value, "due": due, "source": source.strip()[:300]}
    row = ContractFigure.objects.create(
        project=project,
        measure=measure,
        per_mu=per_mu,
        revision=revision + 1,
        **told,
        reason=reason.strip()[:300],
        known_on=_known_after(newest),
        set_by=user,
    )
    before = {"value": newest.value, "due": newest.due} if newest else {}
    _note("projects.contract_set", user, project, before, {"measure": measure, **told})
    return row


@transaction.atomic
def input_set(
    *,
    user: User,
    project_id: int,
    code: str,
    revision: int,
    needed: Decimal | None,
    secured: Decimal | None,
    provider: Subject | None = None,
    due: date | None = None,
    text: str = "",
) -> InputNeed:
    """How much of an input the project needs and how much of it is secured, in the input's own unit."""
    access.require(user, "projects.report")
    project = project_locked(user, project_id)
    if not access.may(user, "projects.edit") and not cares_for(user, project):
        access.require(user, "projects.edit")
    newest = InputNeed.objects.filter(project=project, code=code).order_by("-revision").first()
    _fresh(newest, revision, code, newest and newest.secured, secured)
    if any(amount is not None and amount < 0 for amount in (needed, secured)):
        raise Invalid(_("数量不能是负数。"))
    told = {
        "needed": needed,
        "secured": secured,
        "provider": provider,
        "due": due,
        "text": text.strip()[:300],
    }
    row = InputNeed.objects.create(
        project=project,
        code=code,
        revision=revision + 1,
        **told,
        known_on=_known_after(newest),
        set_by=user,
    )
    before = {"needed": newest.needed, "secured": newest.secured} if newest else {}
    _note("projects.input_set", user, project, before, {"code": code, **told})
    return row


def _fresh(newest: Any, revision: int, label: str, theirs: Any, yours: Any) -> None:
    """Stale when somebody set it since the form was opened."""
    if (newest.revision if newest else 0) != revision:
        raise Stale({"value": {"label": label, "theirs": theirs, "yours": yours}})


def _ask_reason(newest: Any, reason: str) -> None:
    if newest is not None and not reason.strip():
        raise Invalid(_("请写明调整原因：谁同意的，为什么。"))


def _known_after(newest: Any) -> date:
    """Today; Invalid on a past day after which something is known already."""
    if newest is not None and newest.known_on > clock.today():
        raise Invalid(_("您看的是过去的一天，之后已有新的调整。请回到今天再改。"))
    return clock.today()


def _note(action: str, user: User, project: Project, before: dict[str, Any], after: dict[str, Any]) -> None:
    audit.record(action=action, actor=user, obj=project, before=before, after=after)
