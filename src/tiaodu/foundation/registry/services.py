"""Writes to the register: loading regions, subjects and measures, and looking after subjects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, NotFound, Stale
from tiaodu.foundation.registry.codes import (
    check_credit_code,
    check_division_code,
    division_name,
    divisions_above,
)
from tiaodu.foundation.registry.loading import SubjectRow
from tiaodu.foundation.registry.measures import measure_rows
from tiaodu.foundation.registry.merging import move_references, tell_followers
from tiaodu.foundation.registry.models import Alias, Measure, Region, Subject

LEVELS = ("country", "province", "city", "county", "township")
EDITABLE = frozenset(
    {"kind", "name", "full_name", "sector", "parent", "credit_code", "sample", "source", "keywords", "active"}
)


def _may_load(user: User | None) -> None:
    """Loading is for the administrator, or for a command at the machine itself (None)."""
    if user is not None:
        access.require(user, "registry.load")


@transaction.atomic
def regions_load(*, user: User | None, rows: Iterable[Mapping[str, Any]]) -> list[Region]:
    """Load divisions {code, name, level, parent}, parents first; a known code is brought up to date."""
    _may_load(user)
    loaded = [_region_load(row) for row in rows]
    audit.record(action="registry.regions_load", actor=user, after={"regions": [r.code for r in loaded]})
    return loaded


def region_line_load(*, user: User | None, code: str, name: str = "") -> Region:
    """Register a division and all above it, named by GB/T 2260; ``name`` where that has none."""
    check_division_code(code)
    rows: list[dict[str, str]] = []
    for above, level in divisions_above(code[:6]):
        named = (name if above == code else "") or division_name(above)
        if named:
            rows.append(
                {"code": above, "name": named, "level": level, "parent": rows[-1]["code"] if rows else ""}
            )
    if not rows or rows[-1]["code"] != code:
        raise Invalid(
            _("国标里没有 %(code)s 的名称。请核对代码；新设的地区请用 --region-name 给出名称。")
            % {"code": code}
        )
    return regions_load(user=user, rows=rows)[-1]


def _region_load(row: Mapping[str, Any]) -> Region:
    code, level = check_division_code(str(row["code"])), row["level"]
    if level not in LEVELS:
        raise Invalid(
            _("地区 %(code)s 的层级“%(level)s”不在以下之内：%(levels)s。")
            % {"code": code, "level": level, "levels": "、".join(LEVELS)}
        )
    parent = None
    if above := row.get("parent"):
        parent = Region.objects.filter(code=str(above)).first()
        if parent is None:
            raise Invalid(_("地区 %(code)s 的上级 %(parent)s 还没有载入。") % {"code": code, "parent": above})
    path = f"{parent.path if parent else ''}{code}/"
    values = {"name": row["name"], "level": level, "parent": parent, "path": path}
    return Region.objects.update_or_create(code=code, defaults=values)[0]


@transaction.atomic
def subjects_load(*, user: User | None, region: Region, rows: Iterable[Mapping[str, Any]]) -> list[Subject]:
    """Load subjects, one dict each with the fields of :class:`SubjectRow`.

    A code known in the region is brought up to date, other names are added; ``parent`` is a code of the same
    region and may stand later in the file. Nothing is removed.
    """
    _may_load(user)
    read = [SubjectRow.of(dict(row)) for row in rows]
    loaded = {row.code: _subject_load(region, row) for row in read}
    known = {s.code: s for s in Subject.objects.filter(region=region)}
    for row in read:
        _parent_load(loaded[row.code], row, known)
        for text in row.aliases:
            _alias_put(loaded[row.code], text)
    audit.record(
        action="registry.subjects_load", actor=user, region_code=region.code, after={"subjects": list(loaded)}
    )
    return list(loaded.values())


def _subject_load(region: Region, row: SubjectRow) -> Subject:
    values = row.fields() | {"credit_code": check_credit_code(row.credit_code)}
    return Subject.objects.update_or_create(region=region, code=row.code, defaults=values)[0]


def _parent_load(subject: Subject, row: SubjectRow, known: Mapping[str, Subject]) -> None:
    if not row.parent:
        return
    if row.parent not in known:
        raise Invalid(
            _("主体 %(code)s 的上级 %(parent)s 不在登记簿里。") % {"code": row.code, "parent": row.parent}
        )
    subject.parent = known[row.parent]
    subject.save(update_fields=["parent"])


@transaction.atomic
def measures_load(*, user: User | None) -> int:
    """Load the measures of the reader's vocabulary; a known code is brought up to date.

    Returns how many there are.
    """
    _may_load(user)
    count = measures_refresh()
    audit.record(action="registry.measures_load", actor=user, after={"measures": count})
    return count


def measures_refresh(using: str = DEFAULT_DB_ALIAS) -> int:
    """Bring the register's measures up to the vocabulary, writing only what differs.

    Returns how many the vocabulary has. A measure it no longer has stays: figures may refer to it.
    """
    rows = measure_rows()
    with transaction.atomic(using=using):
        known = {measure.code: measure for measure in Measure.objects.using(using).all()}
        Measure.objects.using(using).bulk_create(Measure(**row) for row in rows if row["code"] not in known)
        for row in rows:
            _bring_up_to_date(known.get(row["code"]), row, using)
    return len(rows)


def _bring_up_to_date(measure: Measure | None, row: dict[str, str], using: str) -> None:
    if measure is None:
        return
    differing = [key for key, value in row.items() if getattr(measure, key) != value]
    for key in differing:
        setattr(measure, key, row[key])
    if differing:
        measure.save(using=using, update_fields=differing)


@transaction.atomic
def subject_create(*, user: User, region: Region, kind: str, name: str, **values: Any) -> Subject:
    """Register a subject. ``values`` may hold the fields of :data:`EDITABLE`, ``code`` and ``aliases``."""
    _may_edit(user, region)
    aliases = values.pop("aliases", ())
    code = values.pop("code", "") or _free_code(region, kind)
    _check(region, {"kind": kind, "name": name, **values})
    _refuse_double(region, kind, name)
    subject = Subject(region=region, code=code, kind=kind, name=name.strip(), **values)
    subject.credit_code = check_credit_code(subject.credit_code)
    subject.full_clean(exclude=["region"])
    subject.save()
    for text in aliases:
        _alias_put(subject, text)
    audit.record(
        action="registry.subject_create",
        actor=user,
        obj=subject,
        after={"kind": kind, "name": name, **values},
    )
    return subject


@transaction.atomic
def subject_edit(*, user: User, subject_id: int, version: int, **values: Any) -> Subject:
    """Change fields of :data:`EDITABLE`.

    Stale when somebody changed the subject since ``version`` was read.
    """
    subject = _locked(user, subject_id)
    _check(subject.region, values, subject)
    if "credit_code" in values:
        values["credit_code"] = check_credit_code(values["credit_code"])
    before, after = audit.changes(subject, values)
    if {"name", "kind"} & after.keys():
        _refuse_double(
            subject.region, values.get("kind", subject.kind), values.get("name", subject.name), subject
        )
    if subject.version != version:
        raise Stale({key: {"now": before[key], "yours": after[key]} for key in after})
    for key, value in after.items():
        setattr(subject, key, value)
    subject.version += 1
    subject.save(update_fields=[*after, "version"])
    audit.record(action="registry.subject_edit", actor=user, obj=subject, before=before, after=after)
    return subject


@transaction.atomic
def alias_add(*, user: User, subject_id: int, text: str) -> Alias:
    """Give a subject another name. Invalid when it is another subject's already."""
    subject = _locked(user, subject_id)
    alias = _alias_put(subject, text)
    audit.record(action="registry.alias_add", actor=user, obj=subject, after={"alias": alias.text})
    return alias


@transaction.atomic
def subjects_merge(*, user: User, keep_id: int, gone_id: int) -> Subject:
    """Two records become one: ``keep`` gets the names of ``gone`` and all that refers to it.

    Rows that are written once keep their reference; ``gone`` stays for them, out of use and marked
    ``merged_into``.
    """
    keep, gone = _locked(user, keep_id), _locked(user, gone_id)
    if keep.pk == gone.pk or keep.merged_into_id or gone.merged_into_id or keep.region_id != gone.region_id:
        raise Invalid(_("只能合并同一地区的两个不同、未被合并过的主体。"))
    if _is_below(keep, gone) or _is_below(gone, keep):
        raise Invalid(
            _("“%(keep)s”与“%(gone)s”是上下级，不是同一主体，不能合并。") % {"keep": keep, "gone": gone}
        )
    moved = move_references(gone, keep)
    gone.active, gone.merged_into, gone.version = False, keep, gone.version + 1
    gone.save(update_fields=["active", "merged_into", "version"])
    for text in (gone.name, gone.full_name):
        if text and text not in (keep.name, keep.full_name):
            _alias_put(keep, text)
    tell_followers(gone, keep)
    audit.record(
        action="registry.subjects_merge",
        actor=user,
        obj=keep,
        before={"gone": str(gone)},
        after={"moved": moved},
    )
    return keep


def _is_below(subject: Subject, above: Subject) -> bool:
    parent = subject.parent
    while parent is not None:
        if parent.pk == above.pk:
            return True
        parent = parent.parent
    return False


def _may_edit(user: User, region: Region) -> None:
    access.require(user, "subjects.edit")
    if not scope_of(user).covers(region):
        raise NotFound


def _locked(user: User, subject_id: int) -> Subject:
    access.require(user, "subjects.edit")
    subject = Subject.objects.select_for_update().filter(pk=subject_id).first()
    if subject is None or not scope_of(user).covers(subject.region):
        raise NotFound
    return subject


def _check(region: Region, values: Mapping[str, Any], subject: Subject | None = None) -> None:
    if unknown := sorted(set(values) - EDITABLE):
        raise TypeError(f"not a field that can be set: {unknown}")
    if "name" in values and not values["name"].strip():
        raise Invalid(_("请填写名称。"))
    parent = values.get("parent")
    if parent is None:
        return
    if parent.region_id != region.pk:
        raise Invalid(_("上级“%(parent)s”不在同一地区。") % {"parent": parent})
    if subject is not None and (parent.pk == subject.pk or _is_below(parent, subject)):
        raise Invalid(_("“%(parent)s”在它的下面，不能再作它的上级。") % {"parent": parent})


def _refuse_double(region: Region, kind: str, name: str, subject: Subject | None = None) -> None:
    """Invalid when a subject of the kind bears the name already: reports would fall to one or the other."""
    name = name.strip()
    same = Q(name=name) | Q(full_name=name) | Q(aliases__text=name)
    others = Subject.objects.filter(same, region=region, kind=kind, active=True)
    if subject is not None:
        others = others.exclude(pk=subject.pk)
    found = others.first()
    if found is not None:
        raise Invalid(
            _("登记簿里已有“%(subject)s”（编号 %(code)s，名称或别名相同）。请直接使用它。")
            % {"subject": found, "code": found.code}
        )


def _alias_put(subject: Subject, text: str) -> Alias:
    text = text.strip()
    if not text:
        raise Invalid(_("请填写别名。"))
    alias, _made = Alias.objects.get_or_create(
        region=subject.region, text=text, defaults={"subject": subject}
    )
    if alias.subject_id != subject.pk:
        raise Invalid(_("“%(text)s”已经是“%(subject)s”的别名。") % {"text": text, "subject": alias.subject})
    return alias


def _free_code(region: Region, kind: str) -> str:
    """The next code of a kind, ``firm-12``; codes stay, so the count of rows never gives one twice."""
    number = Subject.objects.filter(region=region, kind=kind).count() + 1
    while Subject.objects.filter(region=region, code=f"{kind}-{number}").exists():
        number += 1
    return f"{kind}-{number}"
