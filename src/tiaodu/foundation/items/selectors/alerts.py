"""What items remind of: those that are late, and those that somebody was asked to take and did not answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.offers import About, Alert, Audience, Severity
from tiaodu.foundation.items import words
from tiaodu.foundation.items.models import ItemEntry
from tiaodu.foundation.items.selectors.rows import STILL_OPEN, ItemRow, overdue_on, rows_of
from tiaodu.foundation.items.selectors.scope import RELATED, standings
from tiaodu.foundation.registry.models import Region

PERMISSION = "items.read"
OVERDUE, UNANSWERED = "items.overdue", "items.unanswered"


def item_alerts(*, region: Region, as_of: date) -> list[Alert]:
    """Every item of the region and below that is over its due, or that nobody has answered for in time."""
    asked = STILL_OPEN & Q(offered_on__isnull=False, offered_on__lt=as_of)
    found = standings(as_of).filter(overdue_on(as_of) | asked, item__region__path__startswith=region.path)
    rows = rows_of(found.select_related(*RELATED), as_of)
    told = _told(rows, as_of)
    return [alert for row in rows for alert in _of(row, told[row.pk])]


def _told(rows: list[ItemRow], day: date) -> Mapping[int, set[int]]:
    """Before whom each item was brought."""
    found: dict[int, set[int]] = defaultdict(set)
    pairs = ItemEntry.told.through.objects.filter(
        itementry__item__in=[row.pk for row in rows], itementry__known_on__lte=day
    )
    for item_id, user_id in pairs.values_list("itementry__item", "user"):
        found[item_id].add(user_id)
    return found


def _of(row: ItemRow, told: set[int]) -> Iterator[Alert]:
    if row.light == "overdue":
        since = row.clock.due + timedelta(days=1)
        yield _alert(row, OVERDUE, Severity.RED, _("逾期"), row.light_reason, since, told)
    elif row.answer_late and row.entry.offered_on is not None:
        reason = _("请%(who)s确认，已超过 %(days)s") % {
            "who": row.asked,
            "days": words.working_days(row.answer_late),
        }
        yield _alert(row, UNANSWERED, Severity.AMBER, _("待签收"), reason, row.entry.offered_on, told)


def _alert(
    row: ItemRow, kind: str, severity: Severity, word: str, reason: str, since: date, told: set[int]
) -> Alert:
    now, item = row.entry, row.item
    people = {item.opened_by_id, now.responsible_id, now.receiver_id, now.first_id, *told}
    departments = {now.department_id, now.receiving_id, item.authority_id}
    return Alert(
        key=f"{kind}:{row.pk}",
        room="items",
        severity=severity,
        title=item.title,
        word=word,
        reason=reason,
        about=About("items.item", str(row.pk), item.title, row.url),
        day=since,
        due=row.clock.due,
        who=f"{now.department} {now.responsible}",
        region_code=item.region.code,
        audience=Audience(
            permission=PERMISSION,
            sector=item.sector,
            departments=frozenset(pk for pk in departments if pk is not None),
            subjects=frozenset({item.subject_id} if item.subject_id else ()),
            people=frozenset(pk for pk in people if pk is not None),
        ),
        sample=item.sample,
    )
