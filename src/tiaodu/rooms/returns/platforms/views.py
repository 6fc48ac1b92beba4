"""The pages of platform firms."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from tiaodu.foundation import clock
from tiaodu.foundation.access import access, may, who
from tiaodu.foundation.answering import answer, form_methods, posted
from tiaodu.foundation.files import services as files
from tiaodu.foundation.files.responses import as_attachment
from tiaodu.foundation.refusal import NotAllowed, NotFound
from tiaodu.rooms.returns.economy.boards import measures_by_code
from tiaodu.rooms.returns.entry.forms import PAPER_FILES
from tiaodu.rooms.returns.leading.views import month_of
from tiaodu.rooms.returns.platforms import services
from tiaodu.rooms.returns.platforms.alerts import left_words
from tiaodu.rooms.returns.platforms.forms import FactForm, PlatformForm
from tiaodu.rooms.returns.platforms.lists import PlatformList
from tiaodu.rooms.returns.platforms.models import PlatformFact
from tiaodu.rooms.returns.platforms.selectors import (
    SERVED,
    VOLUME,
    PlatformRow,
    facts_told,
    holding,
    may_tell,
    platform_for,
    platforms_visible_to,
    proof_of,
    rows_of,
)
from tiaodu.rooms.returns.platforms.tables import Offered, offered_in, words_of

READING = ["GET", "HEAD", "POST"]  # lists answer POST for what is kept of them


@access("returns.open")
@require_http_methods(READING)
def platforms(request: HttpRequest) -> HttpResponse:
    """The platform firms of the county."""
    user = who(request)
    month, months = month_of(user, request)
    found = list(platforms_visible_to(user))
    rows = rows_of(user.region, found, clock.today(), user, month) if user.region and found else []
    near = sum(any(each.near for each in row.licences) for row in rows)
    told = ngettext(
        "%(count)s 家平台企业，%(near)s 家有许可过期或快到期。",
        "%(count)s 家平台企业，%(near)s 家有许可过期或快到期。",
        len(rows),
    )
    context = {
        "month": month,
        "headline": told % {"count": len(rows), "near": near} if rows else "",
        "keeps": may(user, services.MAY),
    }
    return PlatformList(request, rows, months).respond("returns/platforms/platforms.html", context)


@access("returns.open")
@require_GET
def platform(request: HttpRequest, platform_id: int) -> HttpResponse:
    """A platform firm: its facts with source and proof, and its figures."""
    user = who(request)
    found = platform_for(user, platform_id)
    month, _months = month_of(user, request)
    [row] = rows_of(found.region, [found], clock.today(), user, month)
    context = {
        "platform": found,
        "row": row,
        "month": month,
        "licences": [(each, left_words(each)) for each in row.licences],
        "facts": _facts(found.pk, offered_in(found.region)),
        "tells": [(kind.value, kind.label) for kind in PlatformFact.Kind if may_tell(user, found, kind)],
        "parts": _parts(row),
    }
    return render(request, "returns/platforms/platform.html", context)


def _facts(platform_id: int, offered: Offered) -> list[dict[str, object]]:
    """Everything that was told, the newest first; what no longer holds says so."""
    rows = facts_told(platform_id, clock.today())
    held = {fact.pk for fact in holding(rows)}
    return [
        {"fact": fact, "name": fact.name or words_of(offered, fact.kind, fact.code), "holds": fact.pk in held}
        for fact in reversed(rows)
    ]


def _parts(row: PlatformRow) -> list[dict[str, object]]:
    names = measures_by_code([VOLUME, SERVED])
    return [
        {"measure": names[code], "period": period, "value": value, "evidence": key}
        for code, amount in ((VOLUME, row.volume), (SERVED, row.served))
        if amount is not None
        for period, (value, key) in amount.parts
    ]


@access("returns.relations")
@form_methods
def add(request: HttpRequest) -> HttpResponse:
    """Take a firm into the register."""
    user = who(request)
    form = PlatformForm(user, posted(request))

    def act() -> tuple[str, str]:
        made = services.platform_add(user=user, **form.cleaned_data)
        return _("已登记。"), reverse("returns:platform", args=[made.pk])

    return answer(request, "returns/platforms/add.html", form, {}, act)


@access("returns.open")
@form_methods
def tell(request: HttpRequest, platform_id: int, what: str) -> HttpResponse:
    """Tell a brand, a licence or the state of tax compliance."""
    user = who(request)
    found = platform_for(user, platform_id)
    if what not in PlatformFact.Kind.values:
        raise NotFound
    if not may_tell(user, found, what):
        raise NotAllowed
    form = FactForm(what, offered_in(found.region), posted(request), request.FILES or None)

    def act() -> tuple[str, str]:
        told = dict(form.cleaned_data)
        upload = told.pop("proof", None)
        proof = files.file_store(
            user=user, name=upload.name, data=upload.read(), allowed=PAPER_FILES
        ) if upload else None  # fmt: skip
        fact = services.Fact(kind=what, proof=proof, **told)
        services.fact_tell(user=user, platform_id=platform_id, fact=fact)
        return _("已登记。"), reverse("returns:platform", args=[platform_id])

    context = {"platform": found, "what": PlatformFact.Kind(what).label}
    return answer(request, "returns/platforms/tell.html", form, context, act)


@access("returns.open")
@require_GET
def proof(request: HttpRequest, fact_id: int) -> HttpResponse:
    """The proof of a fact."""
    return as_attachment(proof_of(who(request), fact_id))
