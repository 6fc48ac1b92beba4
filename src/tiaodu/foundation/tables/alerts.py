"""What the tables remind of: a proposal that waits for a second person, a function that lacks its content."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.offers import About, Alert, Audience, Severity
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables.declaring import Table, declared, find
from tiaodu.foundation.tables.models import Version
from tiaodu.foundation.tables.overview import found_on
from tiaodu.foundation.tables.versions import undecided

CONFIRM: Final = "tables.confirm"
PROPOSE: Final = "tables.propose"


def proposals_waiting(*, region: Region, as_of: date) -> list[Alert]:
    """Every proposal of the region and below that nobody had decided by the day."""
    found = Version.objects.filter(
        undecided(as_of), region__path__startswith=region.path, proposed_on__lte=as_of
    )
    return [_proposal(version, as_of) for version in found.select_related("region", "proposed_by")]


def _proposal(version: Version, day: date) -> Alert:
    table = find(version.code)
    title = str(table.title) if table else version.code
    words = _("%(who)s提议修改，自 %(day)s 起，等另一人确认")
    begun = version.valid_from <= day
    return Alert(
        key=f"tables.waiting:{version.pk}",
        room="tables",
        severity=Severity.AMBER if begun else Severity.GREY,
        title=title,
        word=_("待确认"),
        reason=words % {"who": version.proposed_by, "day": version.valid_from.isoformat()},
        about=About("tables.version", str(version.pk), title, reverse("tables:version", args=[version.pk])),
        day=version.proposed_on,
        due=version.valid_from,
        region_code=version.region.code,
        audience=Audience(table.confirm if table else CONFIRM),
    )


def content_missing(*, region: Region, as_of: date) -> list[Alert]:
    """Every table of the region that holds nothing confirmed on the day, so that a function stands still."""
    found = ((table, found_on(table, region, as_of, known=as_of)[1]) for table in declared())
    return [_missing(table, missing, region) for table, missing in found if missing]


def _missing(table: Table, missing: str, region: Region) -> Alert:
    told = {"affects": table.affects, "missing": missing}
    return Alert(
        key=f"tables.missing:{table.code}",
        room="tables",
        severity=Severity.GREY,
        title=str(table.title),
        word=_("缺"),
        reason=_("%(affects)s停用：%(missing)s") % told,
        about=About(
            "tables.version", table.code, str(table.title), reverse("tables:table", args=[table.code])
        ),
        day=None,
        who=str(table.supplier),
        region_code=region.code,
        audience=Audience(table.propose),
    )
