"""Opening an item, and every act on one."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tiaodu.engine.items import clock as engine
from tiaodu.engine.items.clock import Facts
from tiaodu.foundation import clock
from tiaodu.foundation.access import access, who
from tiaodu.foundation.answering import form_methods
from tiaodu.foundation.calendar.selectors import working_calendar
from tiaodu.foundation.items import about as abouts
from tiaodu.foundation.items import rules, selectors, services, words
from tiaodu.foundation.items.acts import ACTS, Act
from tiaodu.foundation.items.forms import ActForm, OpenForm, term_asked
from tiaodu.foundation.items.models import ItemEntry
from tiaodu.foundation.items.selectors import rights
from tiaodu.foundation.items.selectors.bodies import authorities_by_kind
from tiaodu.foundation.items.services import Away
from tiaodu.foundation.items.services.opening import term_of
from tiaodu.foundation.items.views.asking import sent, stored
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound

PERSON_FIELDS = ("to", "responsible")


@access("items.read")
@form_methods
def act(request: HttpRequest, item_id: int, act: str) -> HttpResponse:
    """The form of one act on an item, in the drawer of its page or as a page of its own."""
    user = who(request)
    now = selectors.standing_for(user, item_id)
    found = ACTS.get(act)
    if found is None:
        raise NotFound
    form = found.form(now, *sent(request))
    if request.method == "POST":
        if form.is_valid():
            try:
                with transaction.atomic():
                    found.carry_out(user=user, item_id=item_id, form=form, file=stored(user, form))
            except Invalid as refusal:
                form = _with_what_was_refused(form, refusal, now)
            else:
                messages.success(request, str(found.done))
                return redirect("items:item", item_id)
    elif not rights.may(rights.actor_of(user, clock.today()), now, found.verb):
        raise NotAllowed(
            _("这件事现在不能由您“%(act)s”。它可能已由他人办理，请回到事项页看最新情况。")
            % {"act": found.button}
        )
    return _form_page(request, form, found, now)


def _with_what_was_refused(form: ActForm, refusal: Invalid, now: ItemEntry) -> ActForm:
    """The form again with the refusal; who is away is replaced by her deputy, to be confirmed."""
    if isinstance(refusal, Away) and refusal.absence.deputy is not None:
        data = dict(form.data.items())
        for name in PERSON_FIELDS:
            if name in form.fields:
                data[name] = str(refusal.absence.deputy.pk)
        form = type(form)(now, data)
        form.is_valid()
        message = _("%(away)s已为您改选代理人，请核对后再提交。") % {"away": refusal.message}
        form.add_error(None, message)
        return form
    form.add_error(None, str(refusal.message))
    return form


def _form_page(request: HttpRequest, form: forms.Form, found: Act, now: ItemEntry) -> HttpResponse:
    in_drawer = request.headers.get("HX-Target") == "drawer-body"
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "act": found, "row": selectors.row_of(now), "item": now.item}
    answer = render(request, "items/_act.html" if in_drawer else "items/act.html", context, status=status)
    answer["Vary"] = "HX-Target"
    return answer


@access("items.issue")
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Which kind of item: straight to the form where there is only one."""
    user = who(request)
    open_to = [rules.kinds()[code] for code in authorities_by_kind(user)]
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    if len(open_to) == 1:
        return redirect(reverse("items:new", args=[open_to[0].code]) + query)
    english = words.english()
    shown = [
        {
            "name": kind.said(english=english),
            "act": kind.act.said(english=english),
            "help": kind.purpose.said(english=english),
            "url": reverse("items:new", args=[kind.code]) + query,
        }
        for kind in open_to
    ]
    return render(request, "items/choose.html", {"kinds": shown})


@access("items.issue")
@form_methods
def open_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Open an item, alone or about a record of another room."""
    user = who(request)
    found, authorities = rules.kinds().get(kind), authorities_by_kind(user).get(kind)
    if found is None:
        raise NotFound
    if not authorities:
        raise NotAllowed(_("您所在的单位不能开%(kind)s。") % {"kind": found.said(english=words.english())})
    about = _about_of(request)
    initial = {"department": about.departments[0]} if about and about.departments else {}
    form = OpenForm(found, authorities, about, sent(request)[0], initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = services.item_open(
                user=user,
                kind=kind,
                title=told["title"],
                about=about,
                department=told["department"],
                authority=told["authority"],
                basis=form.basis_told(),
                responsible=told["responsible"],
                text=told["text"],
                released=told.get("released", False),
                key=told["key"],
                **form.term(),
            )
        except Invalid as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("已开出，等承办单位签收。"))
            return redirect("items:item", made.pk)
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "kind": found, "name": found.said(english=words.english()), "about": about}
    return render(request, "items/new.html", context, status=status)


def _about_of(request: HttpRequest) -> abouts.About | None:
    """The record of another room that the address names: ``?about=ledger.task:12``."""
    kind, colon, about_id = request.GET.get("about", "").partition(":")
    return abouts.find(who(request), kind, about_id) if colon else None


@access("items.issue")
@require_GET
def due(request: HttpRequest) -> HttpResponse:
    """The due that a limit gives when it starts today, for the form that opens an item."""
    user = who(request)
    asked, kind = term_asked(request.GET), rules.kinds().get(request.GET.get("kind", ""))
    if user.region is None or kind is None or not asked:
        return render(request, "items/_due.html", {"due": None})
    try:
        term = term_of(user.region, kind, **asked)
    except Invalid as refusal:
        return render(request, "items/_due.html", {"due": None, "wrong": refusal.message})
    calendar = working_calendar(user.region, clock.today())
    read = engine.read(Facts(clock.today(), term), clock.today(), calendar)
    return render(
        request, "items/_due.html", {"due": words.due_words(read), "left": words.working_days(read.left)}
    )
