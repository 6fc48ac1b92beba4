"""The audit log: read by filters, opened one by one, exported; never written here."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from tiaodu.foundation.access import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import selectors
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.audit.words import action_words, type_words, value_rows
from tiaodu.foundation.lists.columns import Choice, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  the view declares that somebody is logged in
    return request.user


class EntryList(ListPage):
    """The acts, latest first."""

    name = "audit"
    title = _("审计日志")
    columns = (
        Column("recorded_at", _("时间"), cell="audit/_time.html", sort=("id",), width="narrow"),
        Column(
            "action",
            _("操作"),
            cell=lambda row: action_words(row.action),
            sort=("action", "-id"),
            card="title",
        ),
        Column("actor_name", _("操作人"), sort=("actor_name", "-id"), card="aside"),
        Column("object_type", _("对象类别"), cell=lambda row: type_words(row.object_type), card="hidden"),
        Column("object_label", _("对象"), width="wide"),
        Column("business_day", _("业务日"), sort=("business_day", "id"), card="hidden"),
        Column("address", _("来源地址"), card="hidden"),
    )
    search = Search(("actor_name", "object_label", "action", "request_id"))
    search_hint = _("搜索操作人、对象")
    export_permission = "audit.read"
    empty = Empty(_("还没有任何操作记录"))
    sample_field = ""

    def __init__(self, request: HttpRequest, rows: Any) -> None:
        super().__init__(request, rows)
        actions = _offered(selectors.actions_used(rows), action_words)
        types = _offered(selectors.types_used(rows), type_words)
        self.choices = (
            Choice("person", _("操作人"), selectors.people_who_acted(rows), lambda pk: Q(actor=int(pk))),
            Choice("action", _("操作"), actions, lambda action: Q(action=action)),
            Choice("object", _("对象类别"), types, lambda label: Q(object_type=label)),
        )

    def row_url(self, record: AuditEntry) -> str:
        return reverse("audit:entry", args=[record.pk])

    def row_light(self, record: AuditEntry) -> str:
        return ""

    def is_sample(self, record: AuditEntry) -> bool:
        return False


def _offered(codes: list[str], words: Any) -> list[tuple[str, str]]:
    return [(code, words(code)) for code in codes]


def _day(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None


@access("audit.read")
@require_GET
def entries(request: HttpRequest) -> HttpResponse:
    """The log under filters of person, action, kind of object, one object, day and words."""
    day, record = _day(request), _record(request)
    rows = selectors.entries_visible_to(_who(request))
    if day is not None:
        rows = selectors.entries_of_day(rows, day)
    if record is not None:
        rows = selectors.entries_of_record(rows, *record)
    context = {"day": day, "record": record, "named": rows.first() if record else None}
    return EntryList(request, rows).respond("audit/list.html", context)


def _record(request: HttpRequest) -> tuple[str, str] | None:
    """The one record asked for: its table and key, as in ``?record=ledger.task:12``."""
    label, colon, key = request.GET.get("record", "").partition(":")
    return (label, key) if colon and label and key else None


@access("audit.read")
@require_GET
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One act with the state before and after."""
    found = selectors.entry_for(_who(request), entry_id)
    context = {
        "entry": found,
        "action": action_words(found.action),
        "object_type": type_words(found.object_type),
        "rows": value_rows(found.object_type, found.before, found.after),
    }
    return render(request, "audit/entry.html", context)
