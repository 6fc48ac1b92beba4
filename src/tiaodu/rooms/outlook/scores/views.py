"""The page that sets outlooks against what came, its figures as Excel, and the replay of a year."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiaodu.engine.briefing.workbook import Sheet, SheetColumn, write_table
from tiaodu.foundation import clock
from tiaodu.foundation.access import access, may, who
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, NotFound
from tiaodu.rooms.outlook import selectors, services
from tiaodu.rooms.outlook.estimates.nearer import nearer_of
from tiaodu.rooms.outlook.scores import presenting
from tiaodu.rooms.outlook.scores.lists import ScoreList
from tiaodu.rooms.outlook.scores.words import GROUPS, calibration_words
from tiaodu.rooms.outlook.selectors.scores import ScoreRow, scores_for

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST_GROUP = "basis"


@access("outlook.read")
@require_http_methods(["GET", "HEAD", "POST"])
def scores(request: HttpRequest) -> HttpResponse:
    """How good the outlooks were that this person sees, and where they were wrong."""
    user = who(request)
    rows, run = scores_for(user), selectors.run_for(user)
    group = request.GET.get("by", FIRST_GROUP)
    group = group if group in GROUPS else FIRST_GROUP
    bins, day = presenting.bins_of(rows), clock.today()
    context: dict[str, Any] = {
        "headline": presenting.headline(rows),
        "left_out": presenting.left_out(rows),
        "marks": presenting.marks(bins),
        "bins": presenting.bin_lines(bins),
        "rules": presenting.rules(rows),
        "ranges": presenting.ranges(rows),
        "nearer": nearer_of(rows),
        "groups": presenting.groups(rows, group),
        "group": group,
        "group_title": GROUPS[group],
        "group_links": list(GROUPS.items()),
        "calibration": calibration_words(run),
        "may_export": may(user, "outlook.export") and bool(bins),
        "years": _years(user),
        "day": day,
        "sample": any(row.sample for row in rows),
    }
    return ScoreList(request, rows).respond("outlook/scores.html", context)


def _years(user: User) -> list[int]:
    """The years this person may have replayed."""
    region = user.region
    return services.years_to_replay(region) if region is not None and may(user, "outlook.run") else []


@access("outlook.export")
@require_GET
def scores_excel(request: HttpRequest) -> HttpResponse:
    """The figures behind the picture and every group, as Excel."""
    user, day = who(request), clock.today()
    rows = scores_for(user)
    title = _("说得准不准 截至 %(day)s") % {"day": day.isoformat()}
    note = _("标“示例”的行是示例数据，不是事实") if any(row.sample for row in rows) else ""
    sheets = [_bins_sheet(rows, title, note), *(_group_sheet(rows, group, title, note) for group in GROUPS)]
    data = write_table(sheets, title=title, author=str(user), moment=datetime.combine(day, time()))
    audit.record(action="lists.export", actor=user, after={"list": "outlook-scores", "rows": len(rows)})
    answer = HttpResponse(data, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="outlook-scores-{day:%Y%m%d}.xlsx"'
    return answer


def _bins_sheet(rows: list[ScoreRow], title: str, note: str) -> Sheet:
    heads = [_("平均说"), _("兑现"), _("95%区间"), _("研判"), _("承诺")]
    lines = presenting.bin_lines(presenting.bins_of(rows))
    told = [(each.told, each.kept, each.interval, each.count, each.promises) for each in lines]
    return Sheet(_("把握与兑现"), title, [SheetColumn(head) for head in heads], told, note)


def _group_sheet(rows: list[ScoreRow], group: str, title: str, note: str) -> Sheet:
    heads = [
        str(GROUPS[group]), _("承诺"), _("研判"), _("平均说"), _("兑现"), _("95%区间"), _("布赖尔分"),
        _("对数分"), _("比五成好"),
    ]  # fmt: skip
    told = [
        (each.name, each.promises, each.forecasts, each.told, each.kept, each.interval, each.brier, each.log,
         each.better)
        for each in presenting.groups(rows, group)
    ]  # fmt: skip
    return Sheet(str(GROUPS[group]), title, [SheetColumn(head) for head in heads], told, note)


@access("outlook.run")
@require_POST
def replay(request: HttpRequest) -> HttpResponse:
    """Have the runs of a year made as they would have looked then."""
    user, year = who(request), request.POST.get("year", "")
    if user.region is None:
        raise NotFound
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise Invalid(_("没有这一年。"))
    job = services.replay_ask(user=user, region=user.region, year=int(year))
    back = urlencode({"next": reverse("outlook:scores")})
    return redirect(f"{reverse('jobs:progress', args=[job.pk])}?{back}")
