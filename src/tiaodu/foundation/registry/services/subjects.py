"""Looking after subjects: registering, changing, other names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, NotFound, Stale
from tiaodu.foundation.registry.codes import check_credit_code, check_industry_code
from tiaodu.foundation.registry.models import UNIT_KINDS, Alias, Region, Subject, SubjectKind
from tiaodu.foundation.registry.services.naming import alias_put

EDITABLE = frozenset(
    {"kind", "name", "full_name", "sector", "parent", "credit_code", "industry_code", "sample", "source"}
    | {"keywords", "active"}
)
# What can make a double, or a circle of parents: changed by one person of a region at a time.
WATCHED = frozenset({"name", "kind", "credit_code", "active", "parent"})


@transaction.atomic
def subject_create(*, user: User, region: Region, kind: str, name: str, **values: Any) -> Subject:
    """Register a subject. ``values`` may hold the fields of :data:`EDITABLE`, ``code`` and ``aliases``."""
    _may_edit(user, region)
    _one_at_a_time(region)
    aliases = values.pop("aliases", ())
    code = values.pop("code", "") or _free_code(region, kind)
    values = _plain({"kind": kind, "name": name, **values})
    _check(region, values)
    subject = Subject(region=region, code=code, **values)
    _refuse_double(subject)
    subject.full_clean(exclude=["region"])
    subject.save()
    for text in aliases:
        alias_put(subject, text)
    audit.record(action="registry.subject_create", actor=user, obj=subject, after=values)
    return subject


@transaction.atomic
def subject_edit(*, user: User, subject_id: int, version: int, **values: Any) -> Subject:
    """Change fields of :data:`EDITABLE`.

    Stale when somebody changed the subject since ``version`` was read.
    """
    subject = subject_locked(user, subject_id)
    values = _plain(values)
    if WATCHED & values.keys():
        _one_at_a_time(subject.region)
    _check(subject.region, values, subject)
    before, after = audit.changes(subject, values)
    if "kind" in after:
        _refuse_leaving_units(subject, after["kind"])
    if subject.version != version:
        raise Stale({key: {"now": before[key], "yours": after[key]} for key in after})
    for key, value in after.items():
        setattr(subject, key, value)
    if WATCHED & after.keys():
        _refuse_double(subject)
    subject.version += 1
    subject.save(update_fields=[*after, "version"])
    audit.record(action="registry.subject_edit", actor=user, obj=subject, before=before, after=after)
    return subject


@transaction.atomic
def alias_add(*, user: User, subject_id: int, text: str) -> Alias:
    """Give a subject another name. Invalid when it is another subject's already."""
    subject = subject_locked(user, subject_id)
    alias = alias_put(subject, text)
    audit.record(action="registry.alias_add", actor=user, obj=subject, after={"alias": alias.text})
    return alias


@transaction.atomic
def alias_remove(*, user: User, subject_id: int, alias_id: int) -> Subject:
    """Take another name from a subject: texts that bear it no longer mean it. NotFound when it is gone."""
    subject = subject_locked(user, subject_id)
    alias = Alias.objects.filter(pk=alias_id, subject=subject).first()
    if alias is None:
        raise NotFound
    alias.delete()
    audit.record(action="registry.alias_remove", actor=user, obj=subject, before={"alias": alias.text})
    return subject


def subject_locked(user: User, subject_id: int, permission: str = "subjects.edit") -> Subject:
    """The subject's row, held for a change. Invalid when it was merged into another: that one is named."""
    access.require(user, permission)
    # Without the key: a row that comes to refer to the subject meanwhile need not wait.
    subject = Subject.objects.select_for_update(no_key=True).filter(pk=subject_id).first()
    if subject is None or not scope_of(user).covers(subject.region):
        raise NotFound
    if subject.merged_into is not None:
        raise Invalid(
            _("“%(subject)s”已经并入“%(keep)s”，请在后者上修改。")
            % {"subject": subject, "keep": subject.merged_into}
        )
    return subject


def is_below(subject: Subject, above: Subject) -> bool:
    """Whether ``above`` is among those that ``subject`` belongs to."""
    seen, parent = {subject.pk}, subject.parent
    while parent is not None and parent.pk not in seen:
        if parent.pk == above.pk:
            return True
        seen.add(parent.pk)
        parent = parent.parent
    return False


def _refuse_leaving_units(subject: Subject, kind: str) -> None:
    """A unit stays a unit and what is none becomes none while it has figures: another kind would put them on
    the other side of the statistics firewall.
    """
    if (subject.kind in UNIT_KINDS) != (kind in UNIT_KINDS) and subject.evidence.exists():
        raise Invalid(
            _("“%(subject)s”已有实绩，不能在企业、矿山和其他类别之间改换。类别登记错的，请另行登记。")
            % {"subject": subject}
        )


def _may_edit(user: User, region: Region) -> None:
    access.require(user, "subjects.edit")
    if not scope_of(user).covers(region):
        raise NotFound


def _one_at_a_time(region: Region) -> None:
    """Of two people who register the same at the same moment the second finds the first's record."""
    Region.objects.select_for_update(no_key=True).get(pk=region.pk)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are kept: names without blanks around them, codes in their plain form."""
    kept = {key: value.strip() if isinstance(value, str) else value for key, value in values.items()}
    if "credit_code" in kept:
        kept["credit_code"] = check_credit_code(kept["credit_code"])
    if "industry_code" in kept:
        kept["industry_code"] = check_industry_code(kept["industry_code"])
    return kept


def _check(region: Region, values: Mapping[str, Any], subject: Subject | None = None) -> None:
    if unknown := sorted(set(values) - EDITABLE):
        raise TypeError(f"not a field that can be set: {unknown}")
    if "name" in values and not values["name"]:
        raise Invalid(_("请填写名称。"))
    parent = values.get("parent")
    if parent is None:
        return
    if parent.region_id != region.pk:
        raise Invalid(_("上级“%(parent)s”不在同一地区。") % {"parent": parent})
    above = Subject.objects.get(pk=parent.pk)  # as it stands now: the form was opened before the lock
    if subject is not None and (parent.pk == subject.pk or is_below(above, subject)):
        raise Invalid(_("“%(parent)s”在它的下面，不能再作它的上级。") % {"parent": parent})


def _refuse_double(subject: Subject) -> None:
    """Invalid when the name or the credit code is another's: reports would fall to one or the other."""
    others = Subject.objects.filter(region=subject.region, merged_into=None).exclude(pk=subject.pk)
    same_code = others.filter(credit_code=subject.credit_code).first() if subject.credit_code else None
    if same_code is not None:
        told = {"code": subject.credit_code, "subject": same_code, "number": same_code.code}
        raise Invalid(
            _("统一社会信用代码 %(code)s 已登记在“%(subject)s”（编号 %(number)s）名下。请直接使用它。")
            % told,
            details={"existing": same_code.pk},
        )
    if not subject.active:
        return
    same = Q(name=subject.name) | Q(full_name=subject.name) | Q(aliases__text=subject.name)
    found = others.filter(same, kind=subject.kind, active=True).first()
    if found is not None:
        raise Invalid(
            _("登记簿里已有“%(subject)s”（编号 %(code)s，名称或别名相同）。请直接使用它。")
            % {"subject": found, "code": found.code},
            details={"existing": found.pk},
        )


def _free_code(region: Region, kind: str) -> str:
    """The next code of a kind, ``firm-12``; codes stay, so the count of rows never gives one twice."""
    number = Subject.objects.filter(region=region, kind=kind).count() + 1
    while Subject.objects.filter(region=region, code=f"{kind}-{number}").exists():
        number += 1
    return f"{kind}-{number}"


@transaction.atomic
def project_subject_create(*, user: User, region: Region, name: str, **values: Any) -> Subject:
    """The subject of a project that a room registers; the room has checked that this person may.

    Takes the fields of :data:`EDITABLE`. Invalid when the name is a subject's already.
    """
    _one_at_a_time(region)
    values = _plain({"kind": SubjectKind.PROJECT, "name": name, **values})
    _check(region, values)
    subject = Subject(region=region, code=_free_code(region, SubjectKind.PROJECT), **values)
    _refuse_double(subject)
    subject.full_clean(exclude=["region"])
    subject.save()
    audit.record(action="registry.subject_create", actor=user, obj=subject, after=values)
    return subject


@transaction.atomic
def region_subject_ensure(*, user: User, region: Region) -> Subject:
    """The subject that stands for a region as a whole, registered when its first figure is told.

    Nobody needs a permission for it: a region is known without being asked for.
    """
    _one_at_a_time(region)
    whole = Subject.objects.filter(region=region, kind=SubjectKind.REGION, merged_into=None)
    found: Subject | None = whole.order_by("pk").first()
    if found is not None:
        return found
    code = _free_code(region, SubjectKind.REGION)
    subject = Subject.objects.create(
        region=region, code=code, kind=SubjectKind.REGION, name=region.name, sample=bool(user.sample)
    )
    audit.record(
        action="registry.subject_create",
        actor=user,
        obj=subject,
        after={"kind": subject.kind, "name": subject.name},
    )
    return subject
