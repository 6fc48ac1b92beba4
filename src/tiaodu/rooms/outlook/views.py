"""The pages of the room."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiaodu.foundation import clock
from tiaodu.foundation.access import access, may, who
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.slots.responses import respond
from tiaodu.rooms.outlook import selectors, services, words
from tiaodu.rooms.outlook.estimates.presenting import shown_by
from tiaodu.rooms.outlook.estimates.views import panel_of
from tiaodu.rooms.outlook.home import WORST, strip_of
from tiaodu.rooms.outlook.lists import OutlookList
from tiaodu.rooms.outlook.models import Basis, Run
from tiaodu.rooms.outlook.presenting import band_of, nodes_of, source_url
from tiaodu.rooms.outlook.selectors.scores import scores_of_promise
from tiaodu.rooms.outlook.worth.selectors import worths_of_outlook

TRIED = frozenset({Basis.TREE, Basis.STEPS})  # what a change can move


@access("outlook.read")
@require_http_methods(["GET", "HEAD", "POST"])
def outlooks(request: HttpRequest) -> HttpResponse:
    """Every outlook the person sees, of the newest run up to the day shown."""
    user, run = who(request), selectors.run_for(who(request))
    rows = selectors.rows_for(user, run)
    people = shown_by(rows)
    rows = [replace(row, people=people.get(row.pk)) for row in rows]
    context = {
        "run": run,
        "headline": _headline(rows),
        "findings": _findings(run) if may(user, "outlook.run") else [],
        "may_run": may(user, "outlook.run"),
        "day": clock.today(),
    }
    return OutlookList(request, rows).respond("outlook/outlooks.html", context)


def _headline(rows: list[selectors.OutlookRow]) -> str:
    told = [row for row in rows if row.is_forecast]
    if not rows:
        return ""
    counts = {
        "count": len(told),
        "red": sum(row.light == "red" for row in told),
        "clash": sum(row.clashes for row in told),
        "nothing": sum(row.outlook.basis == "nothing" for row in rows),
    }
    return (
        _now(
            "%(count)s 项有把握数，其中 %(red)s 项难以兑现，%(clash)s 项话说得太满；"
            "%(nothing)s 项没有依据，不给数。"
        )
        % counts
    )


def _findings(run: Run | None) -> list[str]:
    return [each[words.language()] for each in (run.findings if run is not None else ())]


@access("outlook.run")
@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Have today's run made."""
    user = who(request)
    if user.region is None:
        raise NotFound
    job = services.outlook_ask(user=user, region=user.region, as_of=clock.today())
    return redirect("jobs:progress", job.pk)


@access("outlook.read")
@require_GET
def outlook(request: HttpRequest, outlook_id: int) -> HttpResponse:
    """One outlook with its part of the tree and what was thought before."""
    user = who(request)
    row = selectors.outlook_for(user, outlook_id)
    history = selectors.history_of(user, row)
    context = {
        "row": row,
        "run": row.outlook.run,
        "band": band_of(row),
        "nodes": nodes_of(row),
        "history": history,
        "estimates": panel_of(user, row, newest=history[0].pk == row.pk),
        "source_url": source_url(row),
        "may_try": may(user, "outlook.what_if") and row.outlook.basis in TRIED,
        "may_tie": row.outlook.milestone_id is not None and may(user, "outlook.run"),
        "worths": worths_of_outlook(user, row),
        "tried": row.outlook.provenance.get("node") or row.outlook.provenance.get("step", ""),
        "scored": scores_of_promise(user, row) if _is_over(row) else [],
    }
    return render(request, "outlook/outlook.html", context)


def _is_over(row: selectors.OutlookRow) -> bool:
    """Whether the day that was promised has passed: then the page says what came."""
    due = row.outlook.due
    return due is not None and due < clock.today() and row.outlook.run.as_of <= due


@access("outlook.read")
@require_GET
def about_task(request: HttpRequest, task_id: int) -> HttpResponse:
    """The outlooks of one task, for its page."""
    rows = selectors.rows_of_task(who(request), task_id)
    context = {"rows": [(row, band_of(row), source_url(row)) for row in rows]}
    return respond(request, "outlook/_about.html", context, title=_("研判"))


@access("outlook.read")
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Every chance the person sees, for her first page."""
    user, run = who(request), selectors.run_for(who(request))
    every = selectors.rows_for(user, run)
    rows = [row for row in every if row.is_forecast]
    context = {
        "run": run,
        "strip": strip_of(rows),
        "headline": _headline(every),
        "worst": rows[:WORST],
        "others": rows[WORST:],
    }
    return respond(request, "outlook/_home.html", context, title=_("能兑现多少"))
