"""The pages of leading firms and their followers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.access import access, may, who
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.answering import answer, form_methods, posted
from tiaodu.foundation.refusal import NotFound
from tiaodu.rooms.returns.economy.boards import measures_by_code
from tiaodu.rooms.returns.economy.selectors import months_back
from tiaodu.rooms.returns.leading import services
from tiaodu.rooms.returns.leading.forms import EndForm, FollowerForm, LeadingForm
from tiaodu.rooms.returns.leading.lists import FollowerList, LeadingList
from tiaodu.rooms.returns.leading.selectors import (
    BOUGHT,
    LOCAL,
    OUTPUT,
    LeadingLine,
    follower_for,
    leading_for,
    leading_lines,
    leading_visible_to,
)

READING = ["GET", "HEAD", "POST"]  # lists answer POST for what is kept of them


def month_of(user: User, request: HttpRequest) -> tuple[Period, list[str]]:
    """The month the address asks for, else the last that returns were opened for, else the last that is
    over; and all that can be asked for.
    """
    if user.region is None:
        raise NotFound
    day = clock.today()
    known = months_back(user.region, day)
    asked = request.GET.get("month", "")
    last = Period.month(day.year - (day.month == 1), (day.month - 2) % 12 + 1)
    month = next((m for m in known if str(m) == asked), known[0] if known else last)
    return month, [str(m) for m in known]


@access("returns.open")
@require_http_methods(READING)
def firms(request: HttpRequest) -> HttpResponse:
    """The leading firms of the county."""
    user = who(request)
    month, months = month_of(user, request)
    lines = leading_lines(user, month, leading_visible_to(user))
    followers = len({f.follower.subject_id for line in lines for f in line.followers})
    told = {"leading": len(lines), "followers": followers}
    words = ngettext(
        "%(leading)s 家链主企业，%(followers)s 家配套企业。",
        "%(leading)s 家链主企业，%(followers)s 家配套企业。",
        len(lines),
    )
    context = {
        "month": month,
        "headline": words % told if lines else "",
        "keeps": may(user, services.MAY),
    }
    return LeadingList(request, lines, months).respond("returns/leading/firms.html", context)


@access("returns.open")
@require_http_methods(READING)
def firm(request: HttpRequest, leading_id: int) -> HttpResponse:
    """A leading firm: its figures with where they come from, and its followers."""
    user = who(request)
    found = leading_for(user, leading_id)
    month, _months = month_of(user, request)
    [line] = leading_lines(user, month, [found])
    title = _("%(firm)s的配套企业 %(month)s") % {"firm": found.subject.name, "month": month}
    keeps = may(user, services.MAY)
    context = {"line": line, "leading": found, "month": month, "keeps": keeps, "parts": _parts(line)}
    page = FollowerList(request, line.followers, title, keeps=keeps)
    return page.respond("returns/leading/firm.html", context)


def _parts(line: LeadingLine) -> list[dict[str, object]]:
    """Every figure the sums are made of, with its evidence."""
    names = measures_by_code([OUTPUT, BOUGHT, LOCAL])
    told = {OUTPUT: line.output, BOUGHT: line.bought, LOCAL: line.local}
    return [
        {"measure": names[code], "period": period, "value": value, "evidence": key}
        for code, amount in told.items()
        if amount is not None
        for period, (value, key) in amount.parts
    ]


@access("returns.relations")
@form_methods
def add(request: HttpRequest) -> HttpResponse:
    """Mark a leading firm."""
    user = who(request)
    form = LeadingForm(user, posted(request))

    def act() -> tuple[str, str]:
        made = services.leading_add(user=user, **form.cleaned_data)
        return _("已登记。"), reverse("returns:leading-firm", args=[made.pk])

    return answer(request, "returns/leading/add.html", form, {}, act)


@access("returns.relations")
@form_methods
def follow(request: HttpRequest, leading_id: int) -> HttpResponse:
    """Record a follower."""
    user = who(request)
    found = leading_for(user, leading_id)
    form = FollowerForm(user, posted(request))

    def act() -> tuple[str, str]:
        services.follower_add(user=user, leading_id=leading_id, **form.cleaned_data)
        return _("已登记。"), reverse("returns:leading-firm", args=[leading_id])

    return answer(request, "returns/leading/follow.html", form, {"leading": found}, act)


@access("returns.relations")
@form_methods
def end(request: HttpRequest, leading_id: int) -> HttpResponse:
    """A firm leads no longer."""
    user = who(request)
    found = leading_for(user, leading_id)
    form = EndForm(posted(request), initial={"version": found.version, "until": clock.today()})

    def act() -> tuple[str, str]:
        services.leading_end(user=user, leading_id=leading_id, **form.cleaned_data)
        return _("已结束；以前的登记都在。"), reverse("returns:leading")

    context = {"leading": found, "name": str(found)}
    return answer(request, "returns/leading/end.html", form, context, act)


@access("returns.relations")
@form_methods
def follower(request: HttpRequest, follower_id: int) -> HttpResponse:
    """A firm follows no longer."""
    user = who(request)
    found = follower_for(user, follower_id)
    form = EndForm(posted(request), initial={"version": found.version, "until": clock.today()})

    def act() -> tuple[str, str]:
        services.follower_end(user=user, follower_id=follower_id, **form.cleaned_data)
        return _("已结束；以前的登记都在。"), reverse("returns:leading-firm", args=[found.leading_id])

    context = {"leading": found.leading, "name": str(found)}
    return answer(request, "returns/leading/end.html", form, context, act)
