"""What the ledger reminds of: promises that are late, silent, or without a date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.offers import About, Alert, Audience, Severity
from tiaodu.engine.ledger.standing import State
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.ledger.models import Task
from tiaodu.rooms.ledger.selectors.keeping import kept_rows
from tiaodu.rooms.ledger.selectors.once import rows_once
from tiaodu.rooms.ledger.selectors.rows import TaskRow
from tiaodu.rooms.ledger.selectors.scope import alive

PERMISSION = "ledger.read"
OVERDUE, UNREPORTED, UNDATED = "ledger.overdue", "ledger.unreported", "ledger.undated"


def ledger_alerts(*, region: Region, as_of: date) -> list[Alert]:
    """Every task of the region and below that is overdue, that nobody has reported on for longer than the
    rule allows, or that has no date though its words do not say that it goes on for ever.
    """
    key = ("alerts", region.pk, as_of, get_language())
    return kept_rows.get(key, lambda: _alerts(region, as_of))


def _alerts(region: Region, day: date) -> list[Alert]:
    return [alert for row in rows_once(_tasks(region, day), day) for alert in _of(row)]


def _tasks(region: Region, day: date) -> QuerySet[Task]:
    # Written as tasks_visible_to writes it, so that the board of who reads all shares these rows.
    return Task.objects.filter(alive(day), region__path__startswith=region.path, created_on__lte=day)


def _of(row: TaskRow) -> Iterator[Alert]:
    if row.state == State.OVERDUE:
        since = row.due + timedelta(days=1) if row.due else None
        inside = row.is_unreported and not row.task.released  # whoever reads what is released reads no more
        both = _("%(late)s；%(silent)s") % {"late": row.reason, "silent": _silence(row)}
        reason = both if inside else row.reason
        yield _alert(row, OVERDUE, Severity.RED, _("逾期"), reason, since)
    elif row.is_unreported:
        since = row.last_heard + timedelta(days=row.thresholds.unreported_days + 1)
        yield _alert(row, UNREPORTED, Severity.AMBER, _("未报进展"), _silence(row), since)
    if _asks_for_a_date(row):
        reason = row.task.question or _("原文没有写时限，请明确什么时候完成")
        yield _alert(row, UNDATED, Severity.GREY, _("时限待定"), reason, row.task.created_on)


def _silence(row: TaskRow) -> str:
    days = (row.day - row.last_heard).days
    return ngettext("%(days)d 天没有进展", "%(days)d 天没有进展", days) % {"days": days}


def _asks_for_a_date(row: TaskRow) -> bool:
    standings = [part.standing for part in row.parts] or [row.standing]
    return any(standing.reason == "no_date" for standing in standings)


def _alert(row: TaskRow, kind: str, severity: Severity, word: str, reason: str, since: date | None) -> Alert:
    return Alert(
        key=f"{kind}:{row.pk}",
        room="ledger",
        severity=severity,
        title=row.title,
        word=word,
        reason=reason,
        about=About("ledger.task", str(row.pk), row.title, row.url),
        day=since,
        due=row.due,
        who=row.lead_words,
        region_code=row.task.region.code,
        audience=_audience(row, kind),
        sample=row.sample,
    )


def _audience(row: TaskRow, kind: str) -> Audience:
    """Who sees the task; what was reported and asked stays inside the county."""
    subjects = {row.task.subject_id, *(part.part.subject_id for part in row.parts)}
    return Audience(
        permission=PERMISSION,
        sector=row.task.sector,
        departments=frozenset(told.department_id for told in row.departments),
        subjects=frozenset(pk for pk in subjects if pk is not None),
        released=row.task.released and kind == OVERDUE,
    )
