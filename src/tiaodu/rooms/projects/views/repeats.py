"""Projects that look like one: the list, two side by side with a decision, and the banner of a project."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from tiaodu.foundation import clock
from tiaodu.foundation.access import access, who
from tiaodu.foundation.refusal import Invalid
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.likenesses import aside_words, looks_words, side_by_side
from tiaodu.rooms.projects.repeatlist import RepeatList
from tiaodu.rooms.projects.selectors import may_edit, project_for
from tiaodu.rooms.projects.selectors.repeats import (
    OPEN,
    RepeatRow,
    candidates_of,
    repeat_row,
    repeat_rows,
    repeats_of,
)

VERDICTS = {"same": True, "different": False}


class DecisionForm(forms.Form):
    """Whether two projects are one, and why."""

    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=300,
        error_messages={"required": gettext_lazy("请写明理由：核对了什么，凭什么认定。")},
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("核对了什么，凭什么认定。会记在两个项目的办理记录里。"),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


@access("projects.read")
@require_GET
def repeats(request: HttpRequest) -> HttpResponse:
    """The pairs, what is open first."""
    rows = repeat_rows(who(request))
    count = sum(1 for row in rows if row.state == OPEN)
    words = ngettext(
        "%(count)s 对项目可能是同一个，请逐对看过", "%(count)s 对项目可能是同一个，请逐对看过", count
    )
    lead = words % {"count": count} if count else _("没有要核对的项目")
    return RepeatList(request, rows).respond("projects/repeats.html", {"headline": lead})


@access("projects.read")
@require_http_methods(["GET", "HEAD", "POST"])
def repeat(request: HttpRequest, project_id: int, second_id: int) -> HttpResponse:
    """Two projects side by side, every likeness at the fact it rests on, and the decision."""
    user = who(request)
    row = repeat_row(user, project_id, second_id)
    seen = row.decision.pk if row.decision is not None else 0
    form = DecisionForm(request.POST if request.method == "POST" else None, initial={"seen": seen})
    if request.method == "POST" and form.is_valid():
        verdict = request.POST.get("verdict", "")
        try:
            if verdict not in VERDICTS:
                raise Invalid(_("请选择是不是同一个项目。"))
            services.repeat_decide(
                user=user,
                one_id=row.one.pk,
                other_id=row.other.pk,
                same=VERDICTS[verdict],
                **form.cleaned_data,
            )
        except Invalid as refusal:
            form.add_error("reason", str(refusal.message))
        else:
            messages.success(request, _("已记下。"))
            return redirect("projects:repeats")
    both = (row.one.pk, row.other.pk)
    known = {
        each.key: each
        for region in {row.one.region, row.other.region}
        for each in candidates_of(region, clock.today(), both)
    }
    context = {
        "row": row,
        "headline": _headline(row),
        "aside": aside_words(row.pair) if row.pair else "",
        "lines": side_by_side(row.one, row.other, row.pair, known),
        "form": form,
        "may_edit": may_edit(user),
    }
    return render(request, "projects/repeat.html", context, status=422 if form.errors else 200)


def _headline(row: RepeatRow) -> str:
    if row.pair is None:
        return _("按规则看不出这两个是同一个项目，请仔细核对。")
    told = {"looks": looks_words(row.pair), "count": len(row.pair.reasons), "score": row.pair.score}
    return _("像是%(looks)s：%(count)s 处相像，%(score)s 分") % told


@access("projects.read")
@require_GET
def banner(request: HttpRequest, project_id: int) -> HttpResponse:
    """What one project may be the repeat of, for its page; nothing where it is none."""
    user = who(request)
    project = project_for(user, project_id)
    found = [
        (row, row.other if row.one.pk == project.pk else row.one, looks_words(row.pair) if row.pair else "")
        for row in repeats_of(user, project)
    ]
    return render(request, "projects/_repeats.html", {"project": project, "found": found})
