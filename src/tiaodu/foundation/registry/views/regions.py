"""The tree of regions, and divisions below the county registered by the administrator."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiaodu.foundation.access import access, may
from tiaodu.foundation.accounts.views import person
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry import selectors, services
from tiaodu.foundation.registry.forms import RegionForm, RenameForm


@access("subjects.read")
@require_GET
def regions(request: HttpRequest) -> HttpResponse:
    """The person's subtree with what is registered in each region."""
    user = person(request)
    rows = selectors.region_tree(user)
    context = {
        "rows": rows,
        "subjects": sum(row.departments + row.firms + row.others for row in rows),
        "may_load": may(user, "registry.load"),
    }
    return render(request, "registry/regions.html", context)


@access("registry.load")
@require_http_methods(["GET", "HEAD", "POST"])
def region_new(request: HttpRequest, region_id: int) -> HttpResponse:
    """A township of a county, or a village of a township."""
    user = person(request)
    parent = selectors.region_for(user, region_id)
    data = request.POST if request.method == "POST" else None
    form = RegionForm(data, initial={"code": parent.code})
    if data is not None and form.is_valid():
        try:
            made = services.region_register(user=user, parent_id=parent.pk, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error("code", str(refusal.message))
        else:
            messages.success(request, _("已登记 %(name)s。") % {"name": made})
            return redirect("registry:regions")
    context = {"form": form, "parent": parent}
    return render(request, "registry/region_form.html", context, status=422 if form.is_bound else 200)


@access("registry.load")
@require_http_methods(["GET", "HEAD", "POST"])
def region_edit(request: HttpRequest, region_id: int) -> HttpResponse:
    """Another name, or taken back."""
    user = person(request)
    region = selectors.region_for(user, region_id)
    data = request.POST if request.method == "POST" else None
    form = RenameForm(data, initial={"name": region.name, "version": region.version})
    if data is not None and form.is_valid():
        try:
            services.region_rename(user=user, region_id=region.pk, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error("name", str(refusal.message))
        else:
            messages.success(request, _("已保存。"))
            return redirect("registry:regions")
    context = {"form": form, "region": region}
    return render(request, "registry/region_form.html", context, status=422 if form.is_bound else 200)


@access("registry.load")
@require_POST
def region_remove(request: HttpRequest, region_id: int) -> HttpResponse:
    """Take back a division entered by mistake."""
    services.region_remove(user=person(request), region_id=region_id)
    messages.success(request, _("已删除。"))
    return redirect("registry:regions")
