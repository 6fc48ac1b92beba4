"""What people do with their saved views; each comes back to the list."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tiaodu.foundation.access import SIGNED_IN, access, who
from tiaodu.foundation.lists.models import SavedView
from tiaodu.foundation.lists.saved import services
from tiaodu.foundation.lists.saved.bar import address_of


def back(request: HttpRequest) -> str:
    """The address the form names, if it is one of our own; else the first page."""
    target = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if own and target.startswith("/") else "/"


def _opened(request: HttpRequest, view: SavedView) -> HttpResponseRedirect:
    return HttpResponseRedirect(back(request).partition("?")[0] + address_of(view))


@access(SIGNED_IN)
@require_POST
def save(request: HttpRequest) -> HttpResponseRedirect:
    """Keep the list as it is under a name, and show it as that view."""
    given = {name: request.POST.get(name, "") for name in ("list_name", "name", "query", "shared")}
    view = services.view_save(user=who(request), default="default" in request.POST, **given)
    messages.success(request, _("视图“%(name)s”已保存。") % {"name": view.name})
    return _opened(request, view)


@access(SIGNED_IN)
@require_POST
def edit(request: HttpRequest, view_id: int) -> HttpResponseRedirect:
    """Another name, another filter, or other people who see it."""
    given = {name: request.POST[name] for name in ("name", "query", "shared") if name in request.POST}
    text = request.POST.get("version", "")
    version = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    view = services.view_edit(user=who(request), view_id=view_id, version=version, **given)
    messages.success(request, _("视图“%(name)s”已更新。") % {"name": view.name})
    return _opened(request, view)


@access(SIGNED_IN)
@require_POST
def delete(request: HttpRequest, view_id: int) -> HttpResponseRedirect:
    """Forget a view."""
    name = services.view_delete(user=who(request), view_id=view_id)
    messages.success(request, _("视图“%(name)s”已删除。") % {"name": name})
    return HttpResponseRedirect(back(request).partition("?")[0])


@access(SIGNED_IN)
@require_POST
def default(request: HttpRequest, view_id: int) -> HttpResponseRedirect:
    """Let the list open with a view, or no more."""
    on = request.POST.get("on") == "1"
    view = services.view_default(user=who(request), view_id=view_id, default=on)
    words = _("以后打开这张清单先显示“%(name)s”。") if on else _("以后打开这张清单先显示全部。")
    messages.success(request, words % {"name": view.name} if on else words)
    return _opened(request, view)
