"""What a list answers to a POST: first it asks, naming the rows and what will happen, then it acts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.lists.bulk.actions import BulkAction, Target
from tiaodu.foundation.lists.bulk.selectors import standing_of
from tiaodu.foundation.lists.bulk.services import Origin, Picked, bulk_start
from tiaodu.foundation.lists.limits import limits
from tiaodu.foundation.refusal import Invalid

if TYPE_CHECKING:
    from tiaodu.foundation.lists.page import ListPage

NAMED = 5  # rows named in the question; the others are counted


def tick_value(record_id: int, version: int | None) -> str:
    """The value of a row's box: its id and the version shown.

    >>> tick_value(12, 3), tick_value(12, None)
    ('12.3', '12')
    """
    return f"{record_id}" if version is None else f"{record_id}.{version}"


def _ticked(request: HttpRequest) -> dict[int, int | None]:
    """The boxes that were sent: version by id; what is no box of ours is left out."""
    found: dict[int, int | None] = {}
    for text in request.POST.getlist("row"):
        parts = text.split(".")
        if len(parts) <= 2 and all(p.isascii() and p.isdigit() and len(p) < 19 for p in parts):
            found[int(parts[0])] = int(parts[1]) if len(parts) > 1 else None
    return found


class BulkAnswer:
    """One POST to a list."""

    def __init__(self, page: ListPage) -> None:
        self.page, self.request = page, page.request
        self.everything = "all" in self.request.POST

    def respond(self) -> HttpResponse:
        """The question, or, once it was answered, the act."""
        action = self._action()
        user = self.request.user
        assert isinstance(user, User)  # noqa: S101  the view declares that somebody is logged in
        access.require(user, action.permission)
        picked = self._picked()
        confirmed = "confirmed" in self.request.POST and self._still(picked)
        form = action.form(user, self.request.POST if confirmed else None) if action.form else None
        if not picked or not confirmed or (form is not None and not form.is_valid()):
            return self._ask(action, picked, form)
        values = form.cleaned_data if form is not None else {}
        origin = Origin(self.page.name, self.request.get_full_path())
        run = bulk_start(user=user, action=action, picked=picked, values=values, origin=origin)
        standing = standing_of(run)
        if standing.done < standing.total:
            return redirect("lists:bulk", run.pk)
        done = {"action": action.label, "count": standing.done}
        messages.success(self.request, _("%(action)s：%(count)s 项已办。") % done)
        return HttpResponseRedirect(self.request.get_full_path())

    def _action(self) -> BulkAction:
        code = self.request.POST.get("bulk", "")
        found = next((action for action in self.page.bulk if action.code == code), None)
        if found is None:
            raise Invalid(_("请选择要对选中的行做什么。"))
        return found

    def _picked(self) -> list[Picked]:
        """The rows meant, as they are now in this person's reach."""
        if self.everything:
            most = limits().bulk_rows
            return [self._row(record) for record in self.page.chosen_rows.slice(0, most + 1)]
        ticked = _ticked(self.request)
        found = {self.page.row_id(record): record for record in self.page.picked_records(list(ticked))}
        return [
            self._row(found[pk], version)
            if pk in found
            else Picked(Target(pk, version), _("编号 %(pk)s（已不在您的清单里）") % {"pk": pk})
            for pk, version in ticked.items()
        ]

    def _row(self, record: Any, version: int | None = None) -> Picked:
        page = self.page
        target = Target(page.row_id(record), page.row_version(record) if version is None else version)
        return Picked(target, page.row_label(record), page.row_url(record))

    def _still(self, picked: Sequence[Picked]) -> bool:
        """With "all" in place of boxes: whether it is as many rows as the question said."""
        return not self.everything or self.request.POST.get("expected") == str(len(picked))

    def _ask(self, action: BulkAction, picked: Sequence[Picked], form: forms.Form | None) -> HttpResponse:
        aimed = self.request.headers.get("HX-Target") == "ask-body"
        context = {
            "list": self.page,
            "action": action,
            "picked": picked,
            "named": picked[:NAMED],
            "others": len(picked) - NAMED,
            "too_many": len(picked) > limits().bulk_rows,
            "most": limits().bulk_rows,
            "ticks": []
            if self.everything
            else [tick_value(row.target.id, row.target.version) for row in picked],
            "everything": self.everything,
            "form": form,
            "address": self.request.get_full_path(),
        }
        status = 422 if form is not None and form.is_bound else 200
        template = "lists/_bulk_ask.html" if aimed else "lists/bulk_ask.html"
        return TemplateResponse(self.request, template, context, status=status)
