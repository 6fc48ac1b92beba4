"""The page on which a milestone is tied to a step: first the project, then the step."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.views.decorators.http import require_http_methods

from tiaodu.foundation import clock
from tiaodu.foundation.access import access, who
from tiaodu.rooms.outlook.ties.selectors import milestone_for, outlook_newest, projects_offered, tie_newest
from tiaodu.rooms.outlook.ties.services import step_tie

LONGEST = 18  # digits of a number of a record


@access("outlook.run")
@require_http_methods(["GET", "HEAD", "POST"])
def tie(request: HttpRequest, milestone_id: int) -> HttpResponse:
    """Choose a project, then its step; what is sent is kept and counts from the next run on."""
    user = who(request)
    milestone, outlook = milestone_for(user, milestone_id), outlook_newest(user, milestone_id)
    back = reverse("outlook:outlook", args=[outlook]) if outlook else reverse("outlook:list")
    if request.method == "POST":
        sent = request.POST
        step, seen = sent.get("step", ""), sent.get("seen", "")
        number = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < LONGEST else 0
        step_tie(user=user, milestone_id=milestone.pk, step=step, seen=number)
        messages.success(request, _now("已登记，下一次研判起按它算。"))
        return HttpResponseRedirect(back)
    newest = tie_newest(milestone.pk)
    projects = projects_offered(milestone.task.region, clock.today())
    asked = request.GET.get("project", "")
    if not asked and newest is not None:
        asked = next((p.key for p in projects if any(s.key == newest.step for s in p.steps)), "")
    chosen = next((project for project in projects if project.key == asked), None)
    context = {
        "milestone": milestone, "back": back, "projects": projects, "chosen": chosen, "newest": newest,
    }  # fmt: skip
    return render(request, "outlook/tie.html", context)
