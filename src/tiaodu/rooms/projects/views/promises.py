"""Promises kept: by unit, promise by promise, and how good the chances were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tiaodu.engine.projects.promises import Bin, calibration, kept_by, records, scores_of
from tiaodu.foundation import clock
from tiaodu.foundation.access import access, who
from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.projects.promiselist import (
    BinList,
    PromiseList,
    UnitList,
    UnitRow,
    percent,
    share_words,
    unit_key,
)
from tiaodu.rooms.projects.selectors.promises import Settings, Told, promises_told, settings_of


@access("projects.read")
@require_GET
def promises(request: HttpRequest) -> HttpResponse:
    """The record of every unit the person may see, and the picture of calibration."""
    user, day = who(request), clock.today()
    told, settings = promises_told(user, day), settings_of(user, day)
    rows = _unit_rows(told, settings, day)
    bins = _bins(told, settings, day)
    context = {
        "headline": _headline(rows),
        "lead_days": settings.lead_days,
        "small_count": settings.small_count,
        "bins": bins,
        "marks": _marks(bins),
        "own": _own(user, told, settings, day),
    }
    return UnitList(request, rows).respond("projects/promises.html", context)


@access("projects.read")
@require_GET
def each(request: HttpRequest) -> HttpResponse:
    """Every promise with what became of it."""
    day = clock.today()
    return PromiseList(request, promises_told(who(request), day), day).respond(
        "projects/promises_each.html", {}
    )


@access("projects.read")
@require_GET
def chances(request: HttpRequest) -> HttpResponse:
    """The figures behind the picture, also as Excel."""
    user, day = who(request), clock.today()
    bins = _bins(promises_told(user, day), settings_of(user, day), day)
    rows = bins if any(one.count for one in bins) else []
    return BinList(request, rows).respond("projects/promises_chances.html", {"marks": _marks(bins)})


def _marks(bins: Sequence[Bin]) -> list[tuple[float, float, float, float, int, str]]:
    """The classes that hold forecasts, as the reliability picture takes them."""
    found = [one for one in bins if one.mean_chance is not None and one.share is not None]
    return [
        (one.mean_chance or 0.0, one.share or 0.0, *one.interval, one.count, str(one.count)) for one in found
    ]


def _unit_rows(told: Sequence[Told], settings: Settings, day: date) -> list[UnitRow]:
    names = {one.unit: (one.unit_name, unit_key(one)) for one in told}
    samples = {one.unit for one in told if one.sample}
    found = records([one.promise for one in told], today=day, lead_days=settings.lead_days)
    rows = []
    for unit, kept in found.items():
        name, key = names[unit]  # type: ignore[index]
        rows.append(UnitRow(name, key, kept, kept.first.count < settings.small_count, unit in samples))
    return sorted(rows, key=lambda row: row.name)


def _bins(told: Sequence[Told], settings: Settings, day: date) -> list[Bin]:
    scores = scores_of([one.promise for one in told], today=day, lead_days=settings.lead_days)
    return calibration(scores, settings.bins)


def _headline(rows: Sequence[UnitRow]) -> str:
    count = sum(row.kept.first.count for row in rows)
    if not count:
        return _("还没有到期的承诺")
    kept = sum(row.kept.first.kept for row in rows)
    moved = sum(row.kept.moved for row in rows)
    told = {"count": count, "kept": kept, "share": percent(kept / count), "moved": moved}
    return _("到期承诺 %(count)s 项，按最初的日子兑现 %(kept)s 项（%(share)s）；改过期的 %(moved)s 项") % told


def _own(user: User, told: Sequence[Told], settings: Settings, day: date) -> str:
    """A leader's own record in words: only to him, and only where the county has switched it on."""
    led = [one.promise for one in told if one.led]
    if not settings.leader_record or not led:
        return ""
    kept = kept_by(user.pk, led, today=day, lead_days=settings.lead_days)
    if not kept.first.count:
        return ""
    return _("您包联的项目：到期承诺 %(count)s 项，兑现 %(kept)s 项，%(share)s。") % {
        "count": kept.first.count,
        "kept": kept.first.kept,
        "share": share_words(kept.first),
    }
