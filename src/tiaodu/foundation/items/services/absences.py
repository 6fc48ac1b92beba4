"""Who is away, and who stands in."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.items import rules
from tiaodu.foundation.items.models import Absence
from tiaodu.foundation.items.selectors.people import absence_for, absence_of
from tiaodu.foundation.refusal import Invalid, Stale


@transaction.atomic
def absence_record(
    *, user: User, start: date, end: date, reason: str, deputy: User | None = None, note: str = ""
) -> Absence:
    """Record that one is away from a day to a day. Who is away cannot be handed anything; a deputy acts for
    her.
    """
    access.require(user, "items.handle")
    _check(user, start, end, reason, deputy)
    absence = Absence.objects.create(
        person=user,
        start=start,
        end=end,
        reason=reason,
        deputy=deputy,
        note=note.strip()[:200],
        recorded_on=clock.today(),
    )
    after = {"start": start, "end": end, "reason": reason, "deputy": deputy}
    audit.record(action="items.absence_record", actor=user, obj=absence, after=after)
    return absence


def _check(user: User, start: date, end: date, reason: str, deputy: User | None) -> None:
    if end < start:
        raise Invalid(_("结束日期在开始日期之前。"))
    if end < clock.today():
        raise Invalid(_("这段时间已经过去，不用登记。"))
    if reason not in rules.absence_reasons():
        raise Invalid(_("请选择事由。"))
    kept = Absence.objects.filter(person=user, cancelled_on__isnull=True, start__lte=end, end__gte=start)
    if same := kept.first():
        told = {"start": same.start.isoformat(), "end": same.end.isoformat()}
        raise Invalid(_("这段时间与已登记的 %(start)s 至 %(end)s 重叠。请先销假再登记。") % told)
    if deputy is None:
        return
    if deputy.pk == user.pk:
        raise Invalid(_("代理人不能是自己。"))
    if deputy.region_id != user.region_id or not access.may(deputy, "items.handle"):
        raise Invalid(_("%(person)s不能作代理人：不在本地区，或不能承办事项。") % {"person": deputy})
    away = absence_of(deputy, max(start, clock.today()))
    if away is not None:
        days = {"person": deputy, "start": away.start.isoformat(), "end": away.end.isoformat()}
        raise Invalid(_("%(person)s自己也不在岗（%(start)s 至 %(end)s），请另选代理人。") % days)


@transaction.atomic
def absence_cancel(*, user: User, absence_id: int, version: int) -> Absence:
    """Be back: the absence no longer holds from today on."""
    access.require(user, "items.handle")
    found = absence_for(user, absence_id)
    absence = Absence.objects.select_for_update().get(pk=found.pk)
    if absence.version != version:
        told = absence.cancelled_on.isoformat() if absence.cancelled_on else ""
        raise Stale({"cancelled_on": {"label": _("销假日"), "theirs": told, "yours": clock.today()}})
    if absence.cancelled_on is not None:
        raise Invalid(_("已经销假，不用再销。"))
    absence.cancelled_on = clock.today()
    absence.version += 1
    absence.save(update_fields=["cancelled_on", "version"])
    audit.record(
        action="items.absence_cancel", actor=user, obj=absence, after={"cancelled_on": absence.cancelled_on}
    )
    return absence
