"""Chances are kept every night with their day, so that they can be scored when the year is over."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction

from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.returns.entry.models import EntryOutlook
from tiaodu.rooms.returns.entry.selectors.outlooks import foreseen_in


@transaction.atomic
def outlooks_keep(*, region: Region, day: date) -> int:
    """Keep the outlook of every unit of the region as of ``day``; how many are new. May be run again."""
    there = set(
        EntryOutlook.objects.filter(unit__region=region, known_on=day).values_list("unit_id", "about")
    )
    rows = [
        EntryOutlook(
            unit=found.row.unit,
            about=found.about,
            known_on=day,
            by=found.by,
            chance=Decimal(repr(round(found.chance, 4))),
            threshold=Decimal(repr(round(found.threshold, 2))),
            p50=found.p50,
            last=found.future.last.period.end,
        )
        for found in foreseen_in(region, day)
        if (found.row.unit.pk, found.about) not in there
    ]
    EntryOutlook.objects.bulk_create(rows)
    if rows:
        audit.record(
            action="returns.outlooks_keep", actor=None, region_code=region.code, after={"count": len(rows)}
        )
    return len(rows)
