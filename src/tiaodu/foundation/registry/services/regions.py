"""Divisions below the county, registered by hand: townships, and villages below them."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, NotFound, Stale
from tiaodu.foundation.registry.codes import check_code_below
from tiaodu.foundation.registry.models import Region

MAY = "registry.load"
BELOW = {"county": "township", "township": "village"}


@transaction.atomic
def region_register(*, user: User, parent_id: int, code: str, name: str) -> Region:
    """A division below a county or a township in reach. Invalid when the code does not fit or is taken."""
    parent = _locked(user, parent_id)
    level = BELOW.get(parent.level)
    if level is None:
        raise Invalid(_("只能在县或乡镇下面登记；县以上的地区按 GB/T 2260 载入。"))
    plain = check_code_below(code, parent.code)
    if not name.strip():
        raise Invalid(_("请填写名称。"))
    taken = Region.objects.filter(code=plain).first()
    if taken is not None:
        raise Invalid(_("代码 %(code)s 已登记为“%(name)s”。") % {"code": plain, "name": taken})
    made = Region(code=plain, name=name.strip(), level=level, parent=parent, path=f"{parent.path}{plain}/")
    made.full_clean(exclude=["parent"])
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise Invalid(_("代码 %(code)s 刚刚被他人登记。") % {"code": plain}) from None
    audit.record(
        action="registry.region_register",
        actor=user,
        obj=made,
        region_code=plain,
        after={"code": plain, "name": made.name, "level": level},
    )
    return made


@transaction.atomic
def region_rename(*, user: User, region_id: int, version: int, name: str) -> Region:
    """Another name for a division below the county: 撤乡设镇 keeps the code until the standard changes."""
    region = _locked(user, region_id)
    before, after = audit.changes(region, {"name": name.strip()})
    if region.version != version:
        raise Stale({key: {"now": before[key], "yours": after[key]} for key in after})
    _refuse_standard(region)
    if not name.strip():
        raise Invalid(_("请填写名称。"))
    region.name, region.version = name.strip(), region.version + 1
    region.save(update_fields=["name", "version"])
    audit.record(action="registry.region_rename", actor=user, obj=region, before=before, after=after)
    return region


@transaction.atomic
def region_remove(*, user: User, region_id: int) -> None:
    """Take back a division entered by mistake. Invalid when anything belongs to it."""
    region = _locked(user, region_id)
    _refuse_standard(region)
    told = {"code": region.code, "name": region.name}
    audit.record(action="registry.region_remove", actor=user, obj=region, before=told)
    try:
        region.delete()
    except ProtectedError:
        raise Invalid(_("“%(name)s”下面已有记录，不能删除。") % {"name": region}) from None


def _locked(user: User, region_id: int) -> Region:
    access.require(user, MAY)
    region = Region.objects.select_for_update(no_key=True).filter(pk=region_id).first()
    if region is None or not scope_of(user).covers(region):
        raise NotFound
    return region


def _refuse_standard(region: Region) -> None:
    if region.level not in BELOW.values():
        raise Invalid(_("“%(name)s”的名称和代码以 GB/T 2260 为准，不能在这里修改。") % {"name": region})
