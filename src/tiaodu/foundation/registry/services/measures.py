"""A county's own measures: added, given another meaning from a day on, ended. Those of the program stay."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, NotFound, Stale
from tiaodu.foundation.registry.measures import base_units, first_words, uses_of
from tiaodu.foundation.registry.models import Measure, MeasureVersion

MAY = "registry.measures"
WORDS = ("name", "name_en", "definition", "definition_en")
_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")


@transaction.atomic
def measure_add(
    *,
    user: User,
    code: str,
    name: str,
    unit: str,
    kind: str,
    definition: str,
    name_en: str = "",
    definition_en: str = "",
    valid_from: date | None = None,
) -> Measure:
    """A measure of the person's own county, valid from ``valid_from`` on (today when not given).

    ``code`` is dotted and begins with a word of :func:`first_words`, ``unit`` is one of :func:`base_units`
    (empty only for a stage). Invalid otherwise, and when the code is taken.
    """
    access.require(user, MAY)
    if user.region is None:
        raise NotFound
    words = _words(name=name, name_en=name_en, definition=definition, definition_en=definition_en)
    measure = Measure(
        code=code.strip().lower(),
        unit=unit,
        kind=kind,
        region=user.region,
        valid_from=valid_from or clock.today(),
        **words,
    )
    _check(measure)
    try:
        with transaction.atomic():
            measure.save()
    except IntegrityError:
        raise Invalid(_("代码 %(code)s 已经有了，请换一个。") % {"code": measure.code}) from None
    MeasureVersion.objects.create(
        measure=measure, valid_from=measure.valid_from, known_on=clock.today(), set_by=user, **words
    )
    after = {"code": measure.code, "unit": unit, "kind": kind, "valid_from": measure.valid_from, **words}
    audit.record(action="registry.measure_add", actor=user, obj=measure, after=after)
    return measure


@transaction.atomic
def measure_redefine(
    *, user: User, measure_id: int, version: int, valid_from: date, reason: str, **words: str
) -> MeasureVersion:
    """Other words for an own measure from ``valid_from`` on: a further version, the earlier ones stay.

    ``words`` may hold ``name``, ``name_en``, ``definition``, ``definition_en``. Unit and kind cannot change:
    figures of two units would stand in one series. Invalid when nothing changes, without a reason, or when
    ``valid_from`` is not after the beginning of the version before.
    """
    measure = _own_locked(user, measure_id)
    words = _words(**({key: getattr(measure, key) for key in WORDS} | words))
    before, after = audit.changes(measure, words)
    _refuse_stale(measure, version, before, after)
    last = MeasureVersion.objects.filter(measure=measure).latest("revision")
    begin = last.valid_from or measure.valid_from
    if not after:
        raise Invalid(_("名称和定义都没有变化。"))
    if not reason.strip():
        raise Invalid(_("请写明调整原因：依据哪个文件，由谁决定。"))
    if begin is not None and valid_from <= begin:
        raise Invalid(_("新的定义须在 %(day)s 之后启用。") % {"day": begin.isoformat()})
    made = MeasureVersion.objects.create(
        measure=measure,
        revision=last.revision + 1,
        valid_from=valid_from,
        reason=reason.strip(),
        known_on=clock.today(),
        set_by=user,
        **words,
    )
    _save(measure, **after)
    told = {**after, "valid_from": valid_from, "reason": made.reason}
    audit.record(action="registry.measure_redefine", actor=user, obj=measure, before=before, after=told)
    return made


@transaction.atomic
def measure_end(
    *, user: User, measure_id: int, version: int, valid_to: date | None, reason: str = ""
) -> Measure:
    """The last day of an own measure; None lets it go on. Figures given so far stay.

    Invalid for a day before its beginning, or, where it is used, before today: figures might lie behind it.
    """
    measure = _own_locked(user, measure_id)
    before, after = audit.changes(measure, {"valid_to": valid_to})
    _refuse_stale(measure, version, before, after)
    if valid_to and measure.valid_from and valid_to < measure.valid_from:
        raise Invalid(_("停用日期早于启用日期 %(day)s。") % {"day": measure.valid_from.isoformat()})
    if valid_to and valid_to < clock.today() and uses_of(measure):
        raise Invalid(
            _("已有指标或数据使用这个口径，停用日期不能早于今天（%(day)s）。")
            % {"day": clock.today().isoformat()}
        )
    _save(measure, **after)
    told = {**after, "reason": reason.strip()}
    audit.record(action="registry.measure_end", actor=user, obj=measure, before=before, after=told)
    return measure


def _own_locked(user: User, measure_id: int) -> Measure:
    access.require(user, MAY)
    scope = scope_of(user)
    measure = Measure.objects.select_for_update().filter(pk=measure_id).first()
    if measure is None or (measure.region is not None and not scope.covers(measure.region)):
        raise NotFound
    if measure.region is None:
        raise Invalid(_("“%(name)s”是程序自带的口径，不能在这里修改。") % {"name": measure.name})
    return measure


def _refuse_stale(measure: Measure, version: int, before: dict[str, Any], after: dict[str, Any]) -> None:
    if measure.version != version:
        raise Stale({key: {"now": before[key], "yours": after[key]} for key in after})


def _save(measure: Measure, **values: Any) -> None:
    for key, value in values.items():
        setattr(measure, key, value)
    measure.version += 1
    measure.save(update_fields=[*values, "version"])


def _words(*, name: str, name_en: str, definition: str, definition_en: str) -> dict[str, str]:
    told = {"name": name, "name_en": name_en, "definition": definition, "definition_en": definition_en}
    words = {key: text.strip() for key, text in told.items()}
    if not words["name"] or not words["definition"]:
        raise Invalid(_("请填写名称和定义。"))
    return words


def _check(measure: Measure) -> None:
    first = measure.code.partition(".")[0]
    if not _CODE.fullmatch(measure.code) or first not in first_words():
        raise Invalid(
            _("代码“%(code)s”须用点分开，第一段为以下之一：%(words)s。例如 output.walnut。")
            % {"code": measure.code, "words": "、".join(first_words())}
        )
    if measure.kind not in Measure.Kind.values:
        raise Invalid(_("请选择性质：时期数、时点数、比率或阶段。"))
    if measure.unit not in base_units() and not (measure.unit == "" and measure.kind == Measure.Kind.STAGE):
        raise Invalid(
            _("“%(unit)s”不是单位表里的基本单位，如 吨、元、千瓦、户、%%。") % {"unit": measure.unit}
        )
    taken = Measure.objects.filter(code=measure.code).first()
    if taken is not None:
        raise Invalid(_("代码 %(code)s 已经有了，请换一个。") % {"code": measure.code})
