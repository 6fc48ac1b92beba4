"""What outlooks remind of: hard words on a promise that will probably not be kept."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tiaodu.engine.kernel.offers import About, Alert, Audience, Severity
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.ledger.models import Task
from tiaodu.rooms.ledger.selectors.scope import alive
from tiaodu.rooms.outlook.models import Outlook, Run
from tiaodu.rooms.outlook.selectors.rows import OutlookRow, rows_of_outlooks
from tiaodu.rooms.outlook.selectors.scope import OVERVIEW, PERMISSION

CLASH = "outlook.clash"


def outlook_alerts(*, region: Region, as_of: date) -> list[Alert]:
    """Every promise of the newest run of each county whose words are harder than its chance."""
    runs = Run.objects.filter(region__path__startswith=region.path, as_of__lte=as_of)
    newest = dict(runs.order_by("as_of", "pk").values_list("region", "pk"))
    if not newest:
        return []
    tasks = Task.objects.filter(alive(as_of))
    told = Outlook.objects.filter(run__in=newest.values(), task__in=tasks, chance__isnull=False)
    return [_alert(row) for row in rows_of_outlooks(told) if row.clashes]


def _alert(row: OutlookRow) -> Alert:
    task, outlook = row.task, row.outlook
    reason = row.clash
    if row.driver_words:
        reason = _("%(clash)s；主要看 %(drivers)s") % {"clash": reason, "drivers": row.driver_words}
    return Alert(
        key=f"{CLASH}:{outlook.indicator_id or 0}-{outlook.milestone_id or 0}",
        room="outlook",
        severity=Severity.RED,
        title=row.name,
        word=_("话说得太满"),
        reason=reason,
        about=About("outlook.outlook", str(outlook.pk), row.name, row.url),
        day=outlook.run.as_of,
        due=outlook.due,
        region_code=task.region.code,
        audience=Audience(
            PERMISSION,
            overview=OVERVIEW,
            sector=task.sector,
            departments=frozenset(part.department_id for part in task.in_charge),
        ),
        who=row.lead,
        sample=row.sample,
    )
