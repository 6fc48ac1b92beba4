"""Licences of platform firms that run out."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.offers import About, Alert, Audience, Severity
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables.blocked import Blocked
from tiaodu.rooms.returns.keeping import kept
from tiaodu.rooms.returns.platforms.models import PlatformFirm
from tiaodu.rooms.returns.platforms.selectors import Licence, PlatformRow, rows_of

PERMISSION = "returns.read"


def platform_alerts(*, region: Region, as_of: date) -> list[Alert]:
    """The licences of the region and below that ran out or soon will; none while a table waits."""
    return kept.get(("platform_alerts", region.pk, as_of, get_language()), lambda: _alerts(region, as_of))


def _alerts(region: Region, as_of: date) -> list[Alert]:
    found = PlatformFirm.objects.filter(region__path__startswith=region.path, known_on__lte=as_of)
    platforms = list(found.select_related("region", "subject"))
    try:
        rows = rows_of(region, platforms, as_of) if platforms else []
    except Blocked:
        return []
    return [_alert(row, each) for row in rows for each in row.licences if each.near]


def left_words(licence: Licence) -> str:
    """How long a licence still holds."""
    left = licence.left
    if left is None:
        return _("长期")
    if left < 0:
        return _("已过期")
    told = ngettext("还有 %(count)s 个工作日到期", "还有 %(count)s 个工作日到期", left)
    return told % {"count": left}


def _alert(row: PlatformRow, licence: Licence) -> Alert:
    platform, fact = row.platform, licence.fact
    url = reverse("returns:platform", args=[platform.pk])
    name = platform.subject.name
    day = fact.until.isoformat() if fact.until else ""
    told = {"licence": licence.name, "number": fact.number, "day": day, "left": left_words(licence)}
    return Alert(
        key=f"returns.licence:{fact.pk}",
        room="returns",
        severity=Severity.RED if licence.over else Severity.AMBER,
        title=name,
        word=_("许可过期") if licence.over else _("许可快到期"),
        reason=_("%(licence)s（%(number)s）有效期至 %(day)s，%(left)s") % told,
        about=About("returns.platformfirm", str(platform.pk), name, url),
        day=None,
        region_code=platform.region.code,
        audience=Audience(
            PERMISSION, sector=platform.subject.sector, subjects=frozenset({platform.subject_id})
        ),
        due=fact.until,
        sample=row.sample,
    )
