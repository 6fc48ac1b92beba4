"""提醒: what every room asks a person to look at, a few on the first page and all of it as a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from tiaodu.engine.kernel.offers import WORST_FIRST, Alert, Digest, Severity, digest
from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.lists.columns import Chip, Choice, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.foundation.slots import selectors
from tiaodu.foundation.slots.selectors import Collected, Failure

PERMISSION = "alerts.read"
SEVERITIES = {Severity.RED: _("告急"), Severity.AMBER: _("关注"), Severity.GREY: _("待答")}


@dataclass(frozen=True, slots=True)
class Reminders:
    """The alerts of a first page. ``total`` counts those that the page does not tell elsewhere."""

    digest: Digest
    total: int
    failures: Sequence[Failure]
    opens: bool  # whether the person may open the list of all


def reminders(user: User, limit: int, *, told: Collection[str] = (), each: int = 2) -> Reminders:
    """The alerts of a person, without those about the records (addresses) that the page tells already: the
    worst ``each`` of every kind first.
    """
    found = selectors.alerts_for(user)
    mine = [alert for alert in found.offers if alert.about.url not in told]
    return Reminders(digest(mine, limit, each), len(mine), found.failures, access.may(user, PERMISSION))


def _place(alert: Alert) -> tuple[int, str]:
    return WORST_FIRST.index(alert.severity), alert.word


class AlertList(ListPage):
    """All alerts of a person, the worst first."""

    name = "alerts"
    title = _("提醒")
    columns = (
        Column("title", _("事项"), sort=lambda row: row.title, card="title", width="wide"),
        Column(
            "word",
            pgettext_lazy("column", "提醒"),
            cell="web/cells/alert.html",
            sort=_place,
            card="aside",
            width="narrow",
        ),
        Column("reason", _("原因"), width="wide"),
        Column("who", _("找谁"), sort=lambda row: row.who or None),
        Column("due", _("时限"), sort=lambda row: row.due, width="narrow"),
        Column("day", _("起始日"), sort=lambda row: row.day, width="narrow"),
        Column(
            "room",
            _("来自"),
            cell=lambda row: selectors.room_name(row.room),
            export=lambda row: selectors.room_name(row.room),
            card="hidden",
        ),
    )
    chips = tuple(
        Chip(severity.value, words, lambda row, severity=severity: row.severity == severity, severity.value)  # type: ignore[misc]
        for severity, words in SEVERITIES.items()
    )
    search = Search(("title", "reason", "who"))
    search_hint = _("搜索事项、原因、单位")
    export_permission = PERMISSION
    empty = Empty(_("没有需要提醒的事"), _("任务逾期、久未报进展、时限没有写明时，会在这里提醒。"))

    def __init__(self, request: HttpRequest, rows: Sequence[Alert]) -> None:
        super().__init__(request, rows)
        kinds = {alert.kind: alert.word for alert in rows}
        rooms = {alert.room: selectors.room_name(alert.room) for alert in rows}
        self.choices = (
            Choice(
                "kind",
                pgettext_lazy("column", "提醒"),
                list(kinds.items()),
                lambda kind: lambda row: row.kind == kind,
            ),
            Choice("room", _("来自"), list(rooms.items()), lambda room: lambda row: row.room == room),
        )

    def row_url(self, record: Alert) -> str:
        return record.about.url

    def row_light(self, record: Alert) -> str:
        return record.severity.value


@access.access(PERMISSION)
@require_GET
def alerts(request: HttpRequest) -> HttpResponse:
    """The list, with the rooms whose alerts could not be had."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  the view declares that somebody is logged in
    found = selectors.alerts_for(user)
    context: dict[str, Any] = {"answer": _answer(found), "failures": found.failures}
    return AlertList(request, found.offers).respond("web/alerts.html", context)


def _answer(found: Collected[Alert]) -> str:
    """How many there are of each severity, in one sentence."""
    counts = Counter(alert.severity for alert in found.offers)
    told = [
        _("%(word)s %(count)d 项") % {"word": words, "count": counts[severity]}
        for severity, words in SEVERITIES.items()
        if counts[severity]
    ]
    return str(_("，")).join(told) or str(_("没有需要提醒的事"))
