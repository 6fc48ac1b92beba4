"""Writes of what-ifs that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.outlook.models import Scenario
from tiaodu.rooms.outlook.what_if.changes import ChangeError, Wish, as_data, wishes_of
from tiaodu.rooms.outlook.what_if.selectors import PERMISSION, may_change, may_delete, scenario_for

LONGEST = 60
MOST = 200  # kept by a county


@transaction.atomic
def scenario_save(*, user: User, name: str, wishes: Sequence[Wish], base_day: date) -> Scenario:
    """Keep changes under a name. Invalid for a name that is taken, for nothing or too much to change, and for
    a day that has not come.
    """
    access.require(user, PERMISSION)
    if user.region_id is None or scope_of(user).released_only:
        raise NotFound
    if base_day > clock.today():
        raise Invalid(_("研判日不能晚于今天。"))
    region = Region.objects.select_for_update().get(pk=user.region_id)
    if Scenario.objects.filter(region=region, deleted_on=None).count() >= MOST:
        raise Invalid(_("全县已存了 %(count)s 个设想，请先删去不用的再存。") % {"count": MOST})
    made = Scenario(
        region=region,
        name=_named(region, name),
        changes=_checked(wishes),
        base_day=base_day,
        made_on=clock.today(),
        by=user,
    )
    made.save()
    after = {"name": made.name, "changes": made.changes, "base_day": base_day}
    audit.record(action="outlook.scenario_save", actor=user, obj=made, after=after, region_code=region.code)
    return made


@transaction.atomic
def scenario_edit(
    *,
    user: User,
    scenario_id: int,
    version: int,
    name: str | None = None,
    wishes: Sequence[Wish] | None = None,
) -> Scenario:
    """Give one's own another name or other changes. Stale when it was changed meanwhile."""
    kept = _locked(user, scenario_id)
    if not may_change(user, kept):
        raise NotAllowed(_("只有保存的人能改这个设想；您可以另存一个。"))
    values: dict[str, object] = {}
    if name is not None:
        values["name"] = _named(kept.region, name, but=kept.pk)
    if wishes is not None:
        values["changes"] = _checked(wishes)
    before, after = audit.changes(kept, values)
    if kept.version != version:
        raise Stale({key: {"theirs": before[key], "yours": after[key]} for key in after})
    if not after:
        return kept
    for field, value in after.items():
        setattr(kept, field, value)
    kept.version += 1
    kept.save(update_fields=[*after, "version"])
    audit.record(
        action="outlook.scenario_edit", actor=user, obj=kept, before=before, after=after,
        region_code=kept.region.code,
    )  # fmt: skip
    return kept


@transaction.atomic
def scenario_delete(*, user: User, scenario_id: int) -> str:
    """Take one out of the lists from today on. Returns its name."""
    kept = _locked(user, scenario_id)
    if not may_delete(user, kept):
        raise NotAllowed(_("只有保存的人和调度能删这个设想。"))
    kept.deleted_on = clock.today()
    kept.version += 1
    kept.save(update_fields=["deleted_on", "version"])
    before = {"name": kept.name, "changes": kept.changes, "base_day": kept.base_day}
    audit.record(
        action="outlook.scenario_delete", actor=user, obj=kept, before=before, region_code=kept.region.code
    )
    return kept.name


def _locked(user: User, scenario_id: int) -> Scenario:
    access.require(user, PERMISSION)
    found = scenario_for(user, scenario_id)
    return Scenario.objects.select_for_update().select_related("region").get(pk=found.pk)


def _named(region: Region, name: str, but: int | None = None) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise Invalid(_("请给这个设想起个名字，如“石港八九月停产”。"))
    if len(name) > LONGEST:
        raise Invalid(_("名字太长，最多 %(most)s 个字。") % {"most": LONGEST})
    same = Scenario.objects.filter(region=region, name=name, deleted_on=None)
    if (same if but is None else same.exclude(pk=but)).exists():
        raise Invalid(_("已有一个叫“%(name)s”的设想，请换个名字。") % {"name": name})
    return name


def _checked(wishes: Sequence[Wish]) -> list[dict[str, object]]:
    """The changes as they are kept, read back once so that nothing is kept that cannot be read."""
    data = [as_data(wish) for wish in wishes]
    try:
        wishes_of(data)
    except ChangeError as error:
        raise Invalid(error.message) from None
    return data
