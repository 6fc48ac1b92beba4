"""The pool: taking a unit in, saying what is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.foundation.registry.models import Subject, SubjectKind
from tiaodu.rooms.returns.entry.models import EntryUnit
from tiaodu.rooms.returns.entry.selectors.scope import is_own, may_keep, unit_for

# Facts a unit says of itself, or who keeps the pool from its papers; none of them is a figure.
FACTS = frozenset({"opened_on", "first_sales_on", "newly_built", "qualified", "developing", "source"})
KEPT = FACTS | {"kind", "ownership", "transfer"}
_KINDS = (SubjectKind.FIRM, SubjectKind.MINE)


@transaction.atomic
def unit_add(*, user: User, subject: Subject, **values: Any) -> EntryUnit:
    """Take a firm or mine of the register into the pool as a lead. Invalid where it is there already."""
    access.require(user, "returns.entry")
    if not scope_of(user).covers(subject.region) or not may_keep(user):
        raise NotFound
    kept = Subject.objects.select_for_update(no_key=True, of=("self",)).select_related("region")
    subject = kept.get(pk=subject.pk)
    if subject.kind not in _KINDS or subject.merged_into_id is not None:
        raise Invalid(_("“%(subject)s”不是在用的企业或矿山，不能列入。") % {"subject": subject})
    if EntryUnit.objects.filter(subject=subject).exists():
        raise Invalid(_("“%(subject)s”已经在入规培育库里。") % {"subject": subject})
    checked = _checked(values, KEPT)
    made = EntryUnit.objects.create(
        region=subject.region,
        subject=subject,
        sample=subject.sample or user.sample,
        created_on=clock.today(),
        created_by=user,
        **checked,
    )
    audit.record(action="returns.entry_add", actor=user, obj=made, after={"subject": subject.name, **checked})
    return made


@transaction.atomic
def unit_edit(*, user: User, unit_id: int, version: int, **values: Any) -> EntryUnit:
    """Say what is known of a unit: the unit itself its own facts, who keeps the pool those and its kind.

    Stale, naming each difference, when somebody was faster.
    """
    unit = unit_for(user, unit_id)
    allowed = KEPT if may_keep(user) else FACTS if is_own(user, unit) else frozenset()
    if not allowed:
        raise NotAllowed
    checked = _checked(values, allowed)
    EntryUnit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    unit.refresh_from_db(fields=["version", *KEPT])
    before, after = audit.changes(unit, checked)
    if unit.version != version:
        raise Stale(
            {key: {"label": _label(key), "theirs": before[key], "yours": after[key]} for key in after}
        )
    if not after:
        return unit
    for key, value in after.items():
        setattr(unit, key, value)
    unit.version += 1
    unit.save(update_fields=[*after, "version"])
    audit.record(action="returns.entry_edit", actor=user, obj=unit, before=before, after=after)
    return unit


def _label(name: str) -> str:
    return str(EntryUnit._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _checked(values: Mapping[str, Any], allowed: frozenset[str]) -> dict[str, Any]:
    if strange := sorted(set(values) - allowed):
        raise NotAllowed(_("这几项不由您填写：%(names)s。") % {"names": "、".join(map(_label, strange))})
    kept: dict[str, Any] = {
        key: value.strip() if isinstance(value, str) else value for key, value in values.items()
    }
    for name in ("opened_on", "first_sales_on"):
        if kept.get(name) and kept[name] > clock.today():
            raise Invalid(_("“%(name)s”在今天之后：发生了再登记。") % {"name": _label(name)})
    return kept
