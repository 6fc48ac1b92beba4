"""The lists of who a form is asked of."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tiaodu.foundation import clock
from tiaodu.foundation.access import access, who
from tiaodu.foundation.refusal import Invalid, NotFound
from tiaodu.rooms.returns import selectors, services
from tiaodu.rooms.returns.catalogue import forms_in
from tiaodu.rooms.returns.forms import ListingEndForm, ListingForm
from tiaodu.rooms.returns.lists import ListingList

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@access("returns.list")
@form_methods
def listings(request: HttpRequest) -> HttpResponse:
    """Who stands on the lists of the county."""
    user = who(request)
    rows = selectors.listings_visible_to(user).select_related("subject__region")
    return ListingList(request, rows, forms_in(user.region)).respond("returns/listings.html")


@access("returns.list")
@form_methods
def add(request: HttpRequest) -> HttpResponse:
    """Put a unit on a list."""
    user = who(request)
    form = ListingForm(user, forms_in(user.region), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.listing_add(user=user, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("已列入；时期一过就为它开出报表。") + str(made.subject))
            return redirect("returns:listings")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "returns/listing_add.html", {"form": form}, status=status)


@access("returns.list")
@form_methods
def end(request: HttpRequest, listing_id: int) -> HttpResponse:
    """Take a unit off a list."""
    user = who(request)
    row = selectors.listings_visible_to(user).select_related("subject").filter(pk=listing_id).first()
    if row is None:
        raise NotFound
    initial = {"version": row.version, "until": clock.today()}
    form = ListingEndForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.listing_end(user=user, listing_id=row.pk, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("已移出名录；以前的报表都在。"))
            return redirect("returns:listings")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "returns/listing_end.html", {"form": form, "row": row}, status=status)
