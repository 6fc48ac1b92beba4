"""Figures: the list, one subject's, the history of a key, and where a figure comes from."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tiaodu.foundation import clock
from tiaodu.foundation.access import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence import selectors, sources
from tiaodu.foundation.evidence.chart import chart_of
from tiaodu.foundation.evidence.lists import FigureList, history_url
from tiaodu.foundation.evidence.models import Series
from tiaodu.foundation.evidence.words import period_words
from tiaodu.foundation.files.responses import as_attachment
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.measures import definition_in_language, name_in_language

A_WEEK = timedelta(days=7)


def _who(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  the view declares that somebody is logged in
    return request.user


def _asked_day(request: HttpRequest) -> date:
    """The day asked for, never later than the day shown."""
    try:
        asked = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return clock.today()
    return min(asked, clock.today())


@access("evidence.read")
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """The newest figures of everybody in reach."""
    user = _who(request)
    listed = FigureList(request, selectors.newest_visible_to(user))
    recent = selectors.reported_since(user, clock.today() - A_WEEK)
    return listed.respond("evidence/list.html", {"recent": recent})


@access("evidence.read")
@require_GET
def subject(request: HttpRequest, subject_id: int) -> HttpResponse:
    """The newest figures of one subject."""
    found = selectors.subject_for(_who(request), subject_id)
    newest = selectors.newest_of(_who(request), found)
    return FigureList(request, newest).respond("evidence/subject.html", {"subject": found})


@access("evidence.read")
@require_GET
def history(request: HttpRequest, subject_id: int, measure: str, series: str) -> HttpResponse:
    """Every period of one subject, measure and series, as known on the day asked for."""
    found = selectors.history_for(
        _who(request), subject_id=subject_id, measure=measure, series=series, day=_asked_day(request)
    )
    rows = [(row, period_words(row.period_start, row.period_end)) for row in reversed(found.rows)]
    told = [(r.period_start, r.period_end, r.value) for r in found.rows if r.value is not None]
    context = {
        "found": found,
        "measure": name_in_language(found.measure),
        "definition": definition_in_language(found.measure),
        "series": Series(found.series).label,
        "rows": rows,
        "newest": next((entry for entry in rows if entry[0].value is not None), None),
        "chart": chart_of(told),
        "today": clock.today(),
    }
    return render(request, "evidence/history.html", context)


@access("evidence.read")
@require_GET
def provenance(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """Where a figure comes from: in the drawer, or as a page of its own."""
    user = _who(request)
    found = selectors.provenance_of(user, evidence_id, _asked_day(request))
    shown = found.holds or found.asked
    context = {
        "found": found,
        "shown": shown,
        "measure": name_in_language(shown.measure),
        "definition": definition_in_language(shown.measure),
        "period": period_words(shown.period_start, shown.period_end),
        "source_title": sources.title_of(shown.source_kind),
        "history_url": history_url(shown),
        "today": clock.today(),
    }
    in_drawer = request.headers.get("HX-Target") == "drawer-body"
    answer = render(request, f"evidence/{'_drawer' if in_drawer else 'provenance'}.html", context)
    answer["Vary"] = "HX-Target"
    return answer


@access("evidence.read")
@require_GET
def file(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """The file that a figure came with."""
    found = selectors.evidence_for(_who(request), evidence_id)
    if found.file is None:
        raise NotFound
    return as_attachment(found.file)
