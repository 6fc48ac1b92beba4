"""The pages of the economy: board, sectors and zones, firms, flags, way to the target, text, burden."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.access import access, may, who
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import NotFound
from tiaodu.rooms.ledger.selectors.targets import year_targets
from tiaodu.rooms.returns.economy import services
from tiaodu.rooms.returns.economy.analysis import month_text
from tiaodu.rooms.returns.economy.boards import (
    SECTOR,
    ZONE,
    Overview,
    by_place,
    judging_in,
    measures_by_code,
    overview,
    place_name,
)
from tiaodu.rooms.returns.economy.burden import asked_twice, burden_rows, months_of
from tiaodu.rooms.returns.economy.checklists import BurdenList, FlagList
from tiaodu.rooms.returns.economy.firms import firm_lines
from tiaodu.rooms.returns.economy.flags import OPEN, flags_for
from tiaodu.rooms.returns.economy.lists import FirmList, OverviewList, PlaceList, WayList
from tiaodu.rooms.returns.economy.pictures import way_picture
from tiaodu.rooms.returns.economy.selectors import (
    Reader,
    closing_of,
    month_answered,
    month_board,
    months_back,
    reader_of,
)
from tiaodu.rooms.returns.economy.ways import shares_of, way_rows
from tiaodu.rooms.returns.economy.word import note_of, text_document, title_of
from tiaodu.rooms.returns.economy.words import measure_words

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
READING = ["GET", "HEAD", "POST"]  # lists answer POST for what is kept of them


def month_asked(reader: Reader, request: HttpRequest) -> tuple[Period | None, list[str]]:
    """The month the address asks for, else the last that somebody answered for, and all there are."""
    day = clock.today()
    known = months_back(reader.region, day)
    asked = request.GET.get("month", "")
    chosen = next((month for month in known if str(month) == asked), None)
    return chosen or month_answered(reader.region, day, known), [str(month) for month in known]


@access("returns.economy")
@require_http_methods(READING)
def economy(request: HttpRequest) -> HttpResponse:
    """The county's figures of a month."""
    reader = reader_of(who(request))
    month, months = month_asked(reader, request)
    found = overview(reader, month) if month else None
    context = {
        "found": found,
        "month": month,
        "headline": _headline(found) if found else "",
        "may_close": may(request.user, services.MAY),
        "may_flags": may(request.user, "returns.read"),
    }
    return OverviewList(request, found.lines if found else [], months).respond(
        "returns/economy/economy.html", context
    )


def _headline(found: Overview) -> str:
    bad = sum(1 for line in found.lines if line.signal.light in ("red", "yellow"))
    told = {"month": found.board.month, "bad": bad, "all": len(found.lines)}
    if not found.lines:
        return ""
    if not bad:
        return _("%(month)s，%(all)s 个指标都没有亮红灯、黄灯。") % told
    return (
        ngettext(
            "%(month)s，%(all)s 个指标中 %(bad)s 个亮红灯或黄灯。",
            "%(month)s，%(all)s 个指标中 %(bad)s 个亮红灯或黄灯。",
            bad,
        )
        % told
    )


@access("returns.economy")
@require_http_methods(READING)
def measure(request: HttpRequest, code: str) -> HttpResponse:
    """A measure by sector or zone."""
    reader = reader_of(who(request))
    month, months = month_asked(reader, request)
    by = ZONE if request.GET.get("by") == ZONE else SECTOR
    if month is None:
        raise NotFound
    board, found, lines = by_place(reader, month, code, by)
    if found is None:
        raise NotFound
    name = measure_words(found)
    title = _("%(measure)s %(month)s") % {"measure": name, "month": month}
    hidden = sum(1 for line in lines if line.hidden)
    context = {
        "measure": found,
        "month": month,
        "by": by,
        "board": board,
        "total": lines[-1],
        "hidden": hidden,
    }
    return PlaceList(request, lines[:-1], lines[-1], months, title).respond(
        "returns/economy/measure.html", context
    )


@access("returns.read")
@require_http_methods(READING)
def firms(request: HttpRequest, code: str) -> HttpResponse:
    """The firms behind a sum."""
    reader = reader_of(who(request))
    month, _all = month_asked(reader, request)
    found = measures_by_code([code]).get(code)
    if month is None or found is None or code not in judging_in(reader.region).rows:
        raise NotFound
    sector, zone = request.GET.get("sector"), request.GET.get("zone")
    lines = firm_lines(reader, month, found, sector, zone)
    where = (
        place_name(sector, SECTOR)
        if sector is not None
        else place_name(zone, ZONE)
        if zone is not None
        else _("全县")
    )
    name = measure_words(found)
    title = _("%(place)s：%(measure)s %(month)s") % {"place": where, "measure": name, "month": month}
    context = {"measure": found, "month": month, "where": where, "count": len(lines)}
    return FirmList(request, lines, title).respond("returns/economy/firms.html", context)


@access("returns.economy")
@require_http_methods(READING)
def way(request: HttpRequest, code: str) -> HttpResponse:
    """The way of a measure to the year's target."""
    reader = reader_of(who(request))
    month, _all = month_asked(reader, request)
    judged = judging_in(reader.region)
    if month is None or code not in judged.rows:
        raise NotFound
    board, found = month_board(reader.region, month), measures_by_code([code])[code]
    targets = year_targets(reader.region, month.start.year, judged.rows[code]["targets"], clock.today())
    target = next((targets[m] for m in judged.rows[code]["targets"] if m in targets), None)
    told = board.boards.get(code)
    if target is None or told is None or not told.flows or _is_hidden(reader, told, judged):
        raise NotFound
    shares = shares_of(reader.region, [code], month).get(code, {})
    rows = way_rows(board, found, target, shares)
    name = measure_words(found)
    title = _("%(measure)s：到年度目标的进度") % {"measure": name}
    last = next((row for row in reversed(rows) if row.done is not None), None)
    context = {
        "measure": found,
        "target": target,
        "learned": bool(shares),
        "last": last,
        "gap": abs(last.gap) if last and last.gap is not None else None,
        "picture": way_picture(rows),
        "month": month,
    }
    return WayList(request, rows, title).respond("returns/economy/way.html", context)


def _is_hidden(reader: Reader, told: Any, judged: Any) -> bool:
    whole = ("*", "*")
    return not reader.knows_all and whole in told.hidden(judged.protection, known=reader.sectors)


@access("returns.read")
@require_http_methods(READING)
def flags(request: HttpRequest) -> HttpResponse:
    """What the checks of a month found."""
    reader = reader_of(who(request))
    month, months = month_asked(reader, request)
    closing = closing_of(reader.region, month, clock.today()) if month else None
    rows = flags_for(reader, closing) if closing else []
    context = {"month": month, "closing": closing, "open": sum(row.state == OPEN for row in rows)}
    context["may_close"] = may(request.user, services.MAY)
    return FlagList(request, rows, months).respond("returns/economy/flags.html", context)


@access("returns.close")
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Close a month as a job."""
    user = who(request)
    known = months_back(reader_of(user).region, clock.today())
    month = next((m for m in known if str(m) == request.POST.get("month", "")), None)
    if month is None or user.region is None:
        raise NotFound
    job = services.closing_start(user=user, region=user.region, month=month)
    return redirect("jobs:progress", job_id=job.pk)


@access("returns.economy")
@require_GET
def analysis(request: HttpRequest) -> HttpResponse:
    """The text of a month, each figure linked; ``?word=1`` as a Word file."""
    user = who(request)
    reader = reader_of(user)
    month, months = month_asked(reader, request)
    found, sentences = month_text(reader, month) if month else (None, ())
    if request.GET.get("word") and month and sentences and may(user, "returns.export"):
        return _word(user, month, sentences, sample=bool(found and found.board.sample))
    context: dict[str, Any] = {"month": month, "months": months, "sentences": sentences, "found": found}
    context |= {"may_export": may(user, "returns.export"), "month_text": str(month), "note": note_of()}
    return render(request, "returns/economy/analysis.html", context)


def _word(user: User, month: Period, sentences: Any, *, sample: bool) -> HttpResponse:
    audit.record(action="returns.text_export", actor=user, after={"title": title_of(month)})
    answer = HttpResponse(text_document(str(user), month, sentences, sample=sample), content_type=WORD)
    name = f"{title_of(month)}.docx"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@access("returns.read")
@require_http_methods(READING)
def burden(request: HttpRequest) -> HttpResponse:
    """Minutes of forms asked of each unit in a month."""
    user = who(request)
    months = months_of(user, clock.today())
    asked = request.GET.get("month", "")
    month = asked if asked in months else (months[0] if months else "")
    rows = burden_rows(user, Period.parse(month)) if month else []
    context = {
        "month": month,
        "minutes": sum(row.minutes for row in rows),
        "count": len(rows),
        "twice": [each for each in asked_twice(user.region) if each.refused],
    }
    return BurdenList(request, rows, months).respond("returns/economy/burden.html", context)
