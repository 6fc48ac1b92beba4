"""The 包联 table: who looks after a subject is assigned, handed on, ended; earlier rows stay as history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, NotFound, Refusal, Stale
from tiaodu.foundation.registry.liaisons import Outcome, Person, RefusedRow, RowReader
from tiaodu.foundation.registry.models import Liaison, Region, Subject
from tiaodu.foundation.registry.services.subjects import subject_locked

MAY = "registry.liaison"


@transaction.atomic
def liaison_assign(
    *,
    user: User,
    subject_id: int,
    role: str,
    who: Person,
    valid_from: date | None = None,
    valid_to: date | None = None,
    source: str = "",
    sample: bool = False,
) -> Liaison:
    """Let ``who`` look after a subject in a role from ``valid_from`` on (today when not given).

    Invalid while somebody else has the role in that time: he is named, with what to do.
    """
    subject = subject_locked(user, subject_id, MAY)
    liaison = Liaison(
        subject=subject,
        role=role,
        **who.columns(),
        valid_from=valid_from or clock.today(),
        valid_to=valid_to,
        source=source.strip(),
        known_on=clock.today(),
        closed_on=clock.today() if valid_to else None,
        sample=sample,
    )
    _check(liaison)
    _refuse_overlap(liaison)
    liaison.save()
    _record("registry.liaison_assign", user, liaison, after=_told(liaison))
    return liaison


@transaction.atomic
def liaison_end(*, user: User, liaison_id: int, version: int, last_day: date, reason: str = "") -> Liaison:
    """The last day somebody looks after a subject. Invalid when it lies before his first."""
    liaison = _locked(user, liaison_id, version, {"valid_to": last_day})
    if last_day < liaison.valid_from:
        raise Invalid(
            _("结束日期早于开始日期 %(day)s。如属误录，请用“撤销误录”。")
            % {"day": liaison.valid_from.isoformat()}
        )
    before = {"valid_to": liaison.valid_to}
    liaison.valid_to, liaison.end_reason, liaison.closed_on = last_day, reason.strip(), clock.today()
    _refuse_overlap(liaison)  # an end put off may reach into the time of who came after
    _save(liaison, "valid_to", "end_reason", "closed_on")
    after = {"liaison": str(liaison), "valid_to": last_day, "end_reason": liaison.end_reason}
    _record("registry.liaison_end", user, liaison, before=before, after=after)
    return liaison


@transaction.atomic
def liaison_transfer(
    *,
    user: User,
    liaison_id: int,
    version: int,
    who: Person,
    first_day: date,
    source: str = "",
    reason: str = "",
) -> Liaison:
    """Hand a subject on: who had the role ends the day before ``first_day``, ``who`` begins on it."""
    earlier = liaison_end(
        user=user,
        liaison_id=liaison_id,
        version=version,
        last_day=first_day - timedelta(days=1),
        reason=reason or _("移交"),
    )
    return liaison_assign(
        user=user,
        subject_id=earlier.subject_id,
        role=earlier.role,
        who=who,
        valid_from=first_day,
        source=source,
        sample=earlier.sample,
    )


@transaction.atomic
def liaison_retract(*, user: User, liaison_id: int, version: int, reason: str) -> Liaison:
    """Say that a row was entered by mistake: from today on it never held, earlier days show it as it was."""
    liaison = _locked(user, liaison_id, version, {"mistaken": True})
    if not reason.strip():
        raise Invalid(_("请写明为什么是误录。"))
    liaison.mistaken, liaison.end_reason, liaison.closed_on = True, reason.strip(), clock.today()
    _save(liaison, "mistaken", "end_reason", "closed_on")
    after = {"liaison": str(liaison), "mistaken": True, "end_reason": liaison.end_reason}
    _record("registry.liaison_retract", user, liaison, after=after)
    return liaison


def liaisons_import(*, user: User, region: Region, rows: Iterable[Mapping[str, Any]]) -> Outcome:
    """Take over a 包联 table row by row; a row that cannot be taken is told with its number, the others are.

    A row has ``subject`` (name, code or credit code), ``role`` (code or word), ``who`` (a department's or a
    person's name, or ``username``), and may have ``post``, ``valid_from``, ``valid_to``, ``source``. What is
    there already stays; where somebody else has the role, the row hands it on if it begins later.
    """
    access.require(user, MAY)
    if not scope_of(user).covers(region):
        raise NotFound
    reader, made, refused, known = RowReader(region), [], [], 0
    for number, row in enumerate(rows, 1):
        try:
            with transaction.atomic():
                liaison = _import_row(user, reader, row)
        except Refusal as refusal:
            refused.append(RefusedRow(number, str(refusal.message)))
        else:
            known += liaison is None
            made += [liaison] if liaison is not None else []
    told = {"made": len(made), "known": known, "refused": len(refused)}
    audit.record(action="registry.liaisons_import", actor=user, region_code=region.code, after=told)
    return Outcome(tuple(made), known, tuple(refused))


def _import_row(user: User, reader: RowReader, row: Mapping[str, Any]) -> Liaison | None:
    told = reader.read(row)
    begin = told.valid_from or clock.today()
    same = Liaison.objects.filter(subject=told.subject, role=told.role, mistaken=False)
    if told.who.is_among(same):
        return None
    current = same.filter(valid_to=None).first()
    if current is not None and told.valid_to is None and current.valid_from < begin:
        return liaison_transfer(
            user=user,
            liaison_id=current.pk,
            version=current.version,
            who=told.who,
            first_day=begin,
            source=told.source,
        )
    return liaison_assign(
        user=user,
        subject_id=told.subject.pk,
        role=told.role,
        who=told.who,
        valid_from=begin,
        valid_to=told.valid_to,
        source=told.source,
        sample=told.sample,
    )


def _locked(user: User, liaison_id: int, version: int, wanted: Mapping[str, Any]) -> Liaison:
    """The row, held for a change together with its subject, so that no second row begins meanwhile."""
    access.require(user, MAY)
    found = Liaison.objects.filter(pk=liaison_id).values_list("subject", flat=True).first()
    if found is None:
        raise NotFound
    subject_locked(user, found, MAY)
    liaison = Liaison.objects.select_for_update(of=("self",)).select_related("user", "department", "subject")
    held = liaison.get(pk=liaison_id)
    if held.version != version:
        raise Stale({key: {"now": getattr(held, key), "yours": value} for key, value in wanted.items()})
    if held.mistaken:
        raise Invalid(_("这一条已作为误录撤销。"))
    return held


def _check(liaison: Liaison) -> None:
    """Invalid when the role, the days or the person do not fit."""
    if liaison.role not in Liaison.Role.values:
        raise Invalid(_("包联角色须为：%(roles)s。") % {"roles": "、".join(map(str, Liaison.Role.labels))})
    if liaison.valid_to is not None and liaison.valid_to < liaison.valid_from:
        raise Invalid(_("结束日期早于开始日期。"))
    department = liaison.department
    if (liaison.role == Liaison.Role.DEPARTMENT) != (department is not None):
        raise Invalid(_("包联单位须选择部门；包联领导和专员须填人员。"))
    if department is not None:
        _check_department(liaison.subject, department)
    elif liaison.user is not None:
        _check_person(liaison.subject, liaison.user)
    elif not liaison.name:
        raise Invalid(_("请选择账号或填写姓名。"))


def _check_department(subject: Subject, department: Subject) -> None:
    fits = department.kind == "department" and department.active and department.region_id == subject.region_id
    if not fits:
        raise Invalid(_("“%(name)s”不是本地区在用的部门。") % {"name": department})


def _check_person(subject: Subject, person: User) -> None:
    """An account that looks after a subject sees its tasks: it must be an official's, and of this region."""
    if not person.is_active or not access.may(person, "subjects.read"):
        raise Invalid(_("“%(name)s”的账号已停用，或不是工作人员的账号，不能包联。") % {"name": person})
    if not scope_of(person).covers(subject.region):
        raise Invalid(
            _("“%(name)s”的账号看不到“%(subject)s”所在的地区。") % {"name": person, "subject": subject}
        )


def _refuse_overlap(liaison: Liaison) -> None:
    others = Liaison.objects.filter(subject=liaison.subject, role=liaison.role, mistaken=False)
    others = others.exclude(pk=liaison.pk).filter(Q(valid_to=None) | Q(valid_to__gte=liaison.valid_from))
    if liaison.valid_to is not None:
        others = others.filter(valid_from__lte=liaison.valid_to)
    other = others.select_related("user", "department").first()
    if other is None:
        return
    told = {"subject": liaison.subject, "other": other, "begin": other.valid_from.isoformat()}
    raise Invalid(_("“%(subject)s”自 %(begin)s 起已有%(other)s，时间重叠。请先移交或结束原来的包联。") % told)


def _save(liaison: Liaison, *fields: str) -> None:
    liaison.version += 1
    liaison.save(update_fields=[*fields, "version"])


def _told(liaison: Liaison) -> dict[str, Any]:
    told = {key: getattr(liaison, key) for key in ("post", "valid_from", "valid_to", "source")}
    return {"liaison": str(liaison), **{key: value for key, value in told.items() if value}}


def _record(action: str, user: User, liaison: Liaison, **told: Any) -> None:
    """Each act stands in the history of the subject."""
    audit.record(
        action=action, actor=user, obj=liaison.subject, region_code=liaison.subject.region.code, **told
    )
