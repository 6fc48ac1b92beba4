"""What entry to the statistics reminds of: missing papers near a deadline, absent units, likely falls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.offers import About, Alert, Audience, Severity
from tiaodu.engine.returns.entering import is_listed
from tiaodu.foundation.registry.models import Liaison, Region
from tiaodu.foundation.tables.blocked import Blocked
from tiaodu.rooms.returns.entry.models import EntryOutlook, EntryUnit
from tiaodu.rooms.returns.entry.selectors.rows import EntryRow, rows_of
from tiaodu.rooms.returns.entry.tables import words_in
from tiaodu.rooms.returns.keeping import kept

PERMISSION = "returns.read"
CHANCES = "returns.chances"


def entry_alerts(*, region: Region, as_of: date) -> list[Alert]:
    """The alerts of the region and below; none while a table they rest on waits for somebody's word."""
    return kept.get(("entry_alerts", region.pk, as_of, get_language()), lambda: _alerts(region, as_of))


def _alerts(region: Region, as_of: date) -> list[Alert]:
    units = EntryUnit.objects.filter(region__path__startswith=region.path, created_on__lte=as_of)
    try:
        rows = rows_of(units, as_of)
    except Blocked:
        return []
    return [alert for row in rows for alert in _of(row)]


def _of(row: EntryRow) -> Iterator[Alert]:
    if row.verdict == "absent" and row.earliest is not None:
        reason = _("按%(batch)s的收入已经达标，批次 %(day)s 截止，现在还是“%(state)s”") % {
            "batch": words_in(row.earliest.name),
            "day": row.earliest.closes_on.isoformat(),
            "state": words_in(row.state.name),
        }
        yield _alert(row, "absent", Severity.RED, _("应入未入"), reason, row.earliest.closes_on)
    left = row.days_left
    near = left is not None and 0 <= left <= row.judging.alert_days
    if near and row.missing and row.earliest is not None and row.next_batch is not None:
        count = len(row.missing)
        told = ngettext(
            "离%(batch)s截止还有 %(left)s 个工作日，缺 %(count)s 份材料",
            "离%(batch)s截止还有 %(left)s 个工作日，缺 %(count)s 份材料",
            count,
        )
        reason = told % {"batch": words_in(row.next_batch.name), "left": left, "count": count}
        yield _alert(row, "papers", Severity.AMBER, _("缺材料"), reason, row.next_batch.closes_on)
    fall = row.outlooks.get(EntryOutlook.About.FALL)
    if fall is not None and is_listed(row.state.code) and fall.chance >= row.judging.fall_chance:
        reason = _("到 %(day)s 低于标准的可能 %(chance)s%%，提前帮扶，或备好退库材料") % {
            "day": fall.by.isoformat(),
            "chance": round(fall.chance * 100),
        }
        yield _alert(row, "fall", Severity.AMBER, _("可能退规"), reason, fall.by, permission=CHANCES)


def _alert(
    row: EntryRow,
    kind: str,
    severity: Severity,
    word: str,
    reason: str,
    due: date,
    permission: str = PERMISSION,
) -> Alert:
    url = reverse("returns:entry-unit", args=[row.unit.pk])
    department = row.liaisons.get(Liaison.Role.DEPARTMENT)
    cared = {department.department_id} if department and department.department_id else set()
    return Alert(
        key=f"returns.{kind}:{row.unit.pk}",
        room="returns",
        severity=severity,
        title=row.name,
        word=word,
        reason=reason,
        about=About("returns.entryunit", str(row.unit.pk), row.name, url),
        day=None,
        region_code=row.unit.region.code,
        audience=Audience(
            permission,
            sector=row.subject.sector,
            departments=frozenset(cared),
            subjects=frozenset({row.unit.subject_id}),
        ),
        due=due,
        who=row.helper,
        sample=row.sample,
    )
