"""What returns remind of: forms of a period that units had to answer and have left past the day their
dispatcher is told. A voluntary form is nobody's fault.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.offers import About, Alert, Audience, Severity
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.reminding import UNIT_RUNGS, reached
from tiaodu.engine.returns.types import Basis
from tiaodu.foundation.calendar.selectors import working_calendar
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables.selectors import table_or_none
from tiaodu.rooms.returns.catalogue import forms_in
from tiaodu.rooms.returns.models import Return
from tiaodu.rooms.returns.selectors.rows import binding
from tiaodu.rooms.returns.tables import form_title

PERMISSION = "returns.read"
NAMED = 4  # units that are named; the others are counted


def missing_alerts(*, region: Region, as_of: date) -> list[Alert]:
    """One for each form and period with units that are late by a rung beyond themselves."""
    rungs = table_or_none("returns.reminders", region=region, day=as_of)
    if rungs is None:
        return []
    calendar, forms = working_calendar(region, as_of), forms_in(region, as_of)
    found: dict[tuple[str, Period, date], list[str]] = defaultdict(list)
    samples: set[tuple[str, Period, date]] = set()
    for code, start, end, due, name, sample in _waiting(region, as_of):
        key = (code, Period(start, end), due)
        found[key].append(name)
        samples |= {key} if sample else set()
    alerts = []
    for (code, period, due), names in found.items():
        beyond = set(reached(rungs.rows, due, as_of, calendar)) - UNIT_RUNGS
        if code not in forms or not beyond:
            continue
        title = _("%(form)s（%(period)s）") % {"form": form_title(forms[code]), "period": period}
        severity = Severity.RED if "leader" in beyond else Severity.AMBER
        sample = (code, period, due) in samples
        about = _about(code, period, title)
        alerts.append(_alert(about, due, names, severity, region, sample=sample))
    return alerts


def _waiting(region: Region, as_of: date) -> list[tuple[str, date, date, date, str, bool]]:
    waiting = Return.objects.filter(
        region__path__startswith=region.path,
        state__in=(Return.State.DUE, Return.State.DRAFT),
        due__lt=as_of,
        opened_on__lte=as_of,
    )
    waiting = waiting.filter(binding(as_of)).exclude(basis=Basis.SURVEY)
    columns = ("type", "period_start", "period_end", "due", "subject__name", "sample")
    return list(waiting.order_by("due", "subject__name").values_list(*columns))


def _about(code: str, period: Period, title: str) -> About:
    url = reverse("returns:period", args=[code, str(period)]) + "?filter=overdue"
    return About("returns.return", f"{code}-{period}", title, url)


def _alert(
    about: About, due: date, names: list[str], severity: Severity, region: Region, *, sample: bool
) -> Alert:
    more = _("等 %(count)s 家") % {"count": len(names)} if len(names) > NAMED else ""
    return Alert(
        key=f"returns.missing:{about.id}",
        room="returns",
        severity=severity,
        title=about.label,
        word=_("逾期未报"),
        reason=_("没有报的：%(names)s") % {"names": "、".join(names[:NAMED]) + more},
        about=about,
        day=due,
        region_code=region.code,
        audience=Audience(PERMISSION),
        sample=sample,
    )
