"""Loading regions, subjects and measures from files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils.translation import gettext as _

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry.codes import (
    check_credit_code,
    check_division_code,
    check_industry_code,
    division_name,
    divisions_above,
)
from tiaodu.foundation.registry.loading import SubjectRow
from tiaodu.foundation.registry.measures import measure_rows, uses_of
from tiaodu.foundation.registry.models import Measure, MeasureVersion, Region, Subject
from tiaodu.foundation.registry.services.naming import aliases_put

WORDS = ("name", "name_en", "definition", "definition_en")
LEVELS = ("country", "province", "city", "county", "township", "village")


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
    known = {s.code: s for s in Subject.objects.select_for_update().filter(region=region)}
    loaded = {row.code: _subject_load(region, row, known) for row in read}
    for row in read:
        _parent_load(loaded[row.code], row, known)
    aliases_put(region, [(loaded[row.code], text) for row in read for text in row.aliases])
    audit.record(
        action="registry.subjects_load", actor=user, region_code=region.code, after={"subjects": list(loaded)}
    )
    return list(loaded.values())


def _subject_load(region: Region, row: SubjectRow, known: dict[str, Subject]) -> Subject:
    """The subject brought up to date; ``known`` holds those of the region by code, and the new one too."""
    codes = {
        "credit_code": check_credit_code(row.credit_code),
        "industry_code": check_industry_code(row.industry_code),
    }
    values = row.fields() | codes
    subject = known.get(row.code)
    if subject is None:
        known[row.code] = subject = Subject.objects.create(region=region, code=row.code, **values)
    elif any(getattr(subject, field) != value for field, value in values.items()):
        for field, value in values.items():
            setattr(subject, field, value)
        subject.save(update_fields=list(values))
    return subject


def _parent_load(subject: Subject, row: SubjectRow, known: Mapping[str, Subject]) -> None:
    if not row.parent:
        return
    if row.parent not in known:
        raise Invalid(
            _("主体 %(code)s 的上级 %(parent)s 不在登记簿里。") % {"code": row.code, "parent": row.parent}
        )
    if subject.parent_id != known[row.parent].pk:
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

    Returns how many the vocabulary has. A measure it no longer has stays: figures may refer to it. New words
    become a version; unit and kind of a measure that is used are never changed.
    """
    rows = measure_rows()
    with transaction.atomic(using=using):
        known = {measure.code: measure for measure in Measure.objects.using(using).all()}
        Measure.objects.using(using).bulk_create(Measure(**row) for row in rows if row["code"] not in known)
        for row in rows:
            _bring_up_to_date(known.get(row["code"]), row, using)
        _first_versions(using)
    return len(rows)


def _bring_up_to_date(measure: Measure | None, row: dict[str, str], using: str) -> None:
    if measure is None:
        return
    differing = [key for key, value in row.items() if getattr(measure, key) != value]
    if {"unit", "kind"} & set(differing) and uses_of(measure, using):
        differing = [key for key in differing if key not in ("unit", "kind")]
    for key in differing:
        setattr(measure, key, row[key])
    if differing:
        measure.save(using=using, update_fields=differing)
    if set(WORDS) & set(differing):
        revision = measure.versions.using(using).count() + 1
        told = {"valid_from": clock.today(), "reason": _("程序更新")} if revision > 1 else {}
        _version(measure, revision, **told).save(using=using)


def _first_versions(using: str) -> None:
    """Every measure has the words it began with as its first version."""
    bare = Measure.objects.using(using).filter(versions__isnull=True)
    MeasureVersion.objects.using(using).bulk_create(_version(measure, 1) for measure in bare)


def _version(measure: Measure, revision: int, **told: Any) -> MeasureVersion:
    words = {key: getattr(measure, key) for key in WORDS}
    return MeasureVersion(measure=measure, revision=revision, known_on=clock.today(), **words, **told)
