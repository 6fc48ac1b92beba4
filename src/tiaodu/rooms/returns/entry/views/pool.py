"""The pool, the batches, the private firms."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from tiaodu.engine.returns.channels import Batch
from tiaodu.engine.returns.entering import is_listed
from tiaodu.foundation import clock
from tiaodu.foundation.access import access, who
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables.selectors import table_or_none
from tiaodu.rooms.returns.entry.judging import judging_in
from tiaodu.rooms.returns.entry.lists import BatchList, ForeseenPoolList, PoolList, PrivateList
from tiaodu.rooms.returns.entry.selectors.private import PrivateLine, private_lines
from tiaodu.rooms.returns.entry.selectors.rows import EntryRow, batches_in, rows_of
from tiaodu.rooms.returns.entry.selectors.scope import may_keep, sees_chances, units_visible_to
from tiaodu.rooms.returns.entry.words import batch_words

list_methods = require_http_methods(["GET", "HEAD", "POST"])


def region_of(user: User) -> Region:
    """The person's region; NotFound for who has none."""
    if user.region is None:
        raise NotFound
    return user.region


@access("returns.open")
@list_methods
def pool(request: HttpRequest) -> HttpResponse:
    """Every unit in reach: who should be in the list and is not, whose batch comes next, what is missing."""
    user = who(request)
    region = region_of(user)
    rows = rows_of(units_visible_to(user))
    found = (ForeseenPoolList if sees_chances(user) else PoolList)(request, rows)
    context: dict[str, Any] = {
        "headline": _headline(rows),
        "waiting": judging_in(region, clock.today()).waiting,
        "may_keep": may_keep(user),
        "absent": [row for row in rows if row.verdict == "absent"],
    }
    return found.respond("returns/entry/pool.html", context)


def _headline(rows: list[EntryRow]) -> str:
    if not rows:
        return ""
    absent = sum(1 for row in rows if row.verdict == "absent")
    if not absent:
        return _("已达标、过了批次的都已在库：应入未入 0 户。")
    told = ngettext(
        "应入未入 %(count)s 户：已达标，最早能入的批次已过，还没有在库。",
        "应入未入 %(count)s 户：已达标，最早能入的批次已过，还没有在库。",
        absent,
    )
    return told % {"count": absent}


@access("returns.open")
@require_GET
def batches(request: HttpRequest) -> HttpResponse:
    """The batches of this year and the last, and how many are ready for each."""
    user = who(request)
    region = region_of(user)
    day = clock.today()
    rows = rows_of(units_visible_to(user))
    judging = judging_in(region, day)
    lines = [_batch_line(batch, rows, judging.day) for batch in batches_in(region, day)]
    context = {"open": [x for x in lines if x["open"]], "closed": [x for x in lines if not x["open"]]}
    return render(request, "returns/entry/batches.html", {**context, "waiting": judging.waiting})


def _batch_line(batch: Batch, rows: list[EntryRow], day: Any) -> dict[str, Any]:
    mine = _of_batch(rows, batch)
    return {
        "batch": batch,
        "words": batch_words(batch),
        "open": batch.closes_on >= day,
        "count": len(mine),
        "ready": sum(1 for row in mine if not row.missing),
    }


def _of_batch(rows: list[EntryRow], batch: Batch) -> list[EntryRow]:
    """Units that file or filed for a batch, and those not yet listed that may come in by it."""
    return [
        row
        for row in rows
        if any(step.batch == batch.code for step in row.steps)
        or (not is_listed(row.state.code) and row.filing_batch == batch.code and row.verdict != "not_yet")
    ]


@access("returns.open")
@list_methods
def batch(request: HttpRequest, code: str) -> HttpResponse:
    """One batch: which unit is ready, which paper is missing."""
    user = who(request)
    found = judging_in(region_of(user), clock.today()).batch(code)
    if found is None:
        raise NotFound
    rows = _of_batch(rows_of(units_visible_to(user)), found)
    ready = sum(1 for row in rows if not row.missing)
    context = {
        "batch": found,
        "batch_name": batch_words(found),
        "headline": _("%(count)s 户，材料齐 %(ready)s 户。") % {"count": len(rows), "ready": ready},
        "closed": found.closes_on < clock.today(),
    }
    return BatchList(request, rows, found).respond("returns/entry/batch.html", context)


@access("returns.read")
@list_methods
def private(request: HttpRequest) -> HttpResponse:
    """Private firms above the county's line against the target. Blocked until the scope is confirmed."""
    user = who(request)
    region = region_of(user)
    rule, lines = private_lines(units_visible_to(user), region, clock.today())
    context = {"rule": rule, "headline": _private_words(lines, rule.target), "source": _source(region)}
    return PrivateList(request, lines).respond("returns/entry/private.html", context)


def _source(region: Region) -> str:
    data = table_or_none("returns.entry_private", region=region, day=clock.today())
    return data.source if data is not None else ""


def _private_words(lines: list[PrivateLine], target: int) -> str:
    over = sum(1 for line in lines if line.outcome == "over")
    near = sum(1 for line in lines if line.outcome == "near")
    told = {"over": over, "target": target, "near": near, "short": target + 1 - over}
    if over > target:
        return _("已有 %(over)s 户，突破 %(target)s 户的目标；另有 %(near)s 户接近。") % told
    return _("已有 %(over)s 户，目标突破 %(target)s 户，还差 %(short)s 户；%(near)s 户接近。") % told
