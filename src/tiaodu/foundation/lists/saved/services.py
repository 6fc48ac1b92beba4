"""Writes of saved views."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.lists.limits import limits
from tiaodu.foundation.lists.models import SavedView, ViewDefault
from tiaodu.foundation.lists.saved.selectors import view_for
from tiaodu.foundation.refusal import Invalid, NotFound, Stale

PASSING = frozenset({"page", "export", "print", "view"})  # what an address says of one moment only
_LONGEST = {"name": 40, "list_name": 60, "query": 1000}
_NEEDED = {
    SavedView.Shared.DEPARTMENT: "lists.share",
    SavedView.Shared.COUNTY: "lists.share_county",
}


def clean_query(text: str) -> str:
    """The lasting part of a list's address: no page, nothing empty.

    >>> clean_query("filter=overdue&q=&page=3&sort=-due")
    'filter=overdue&sort=-due'
    """
    query = QueryDict(text.lstrip("?"), mutable=True)
    for key in list(query):
        values = [value.replace("\x00", "") for value in query.getlist(key)]
        query.setlist(key, [value for value in values if value])
        if key in PASSING or not query.getlist(key):
            del query[key]
    return query.urlencode()


@transaction.atomic
def view_save(
    *, user: User, list_name: str, name: str, query: str, shared: str = "", default: bool = False
) -> SavedView:
    """Keep how a list is filtered, sorted and laid out under ``name``.

    ``shared`` is a value of :class:`SavedView.Shared`; sharing needs ``lists.share`` or
    ``lists.share_county``. Invalid when the name is taken or there are too many.
    """
    access.require(user, access.SIGNED_IN)
    view = SavedView(owner=user, list_name=list_name.strip(), name=name.strip(), query=clean_query(query))
    _check(view)
    kept = SavedView.objects.filter(owner=user, list_name=view.list_name).count()
    if kept >= limits().views_per_person:
        raise Invalid(_("这张清单您已存了 %(count)s 个视图，请先删去不用的再存。") % {"count": kept})
    _share(user, view, shared)
    view.save()
    if default:
        _opens_with(user, view)
    after = {"list": view.list_name, "query": view.query, "shared": view.shared, "default": default}
    audit.record(action="lists.view_save", actor=user, obj=view, after=after)
    return view


@transaction.atomic
def view_edit(*, user: User, view_id: int, version: int, **values: str) -> SavedView:
    """Change ``name``, ``query`` or ``shared`` of one's own view. Stale when it was changed meanwhile."""
    view = _own(user, view_id)
    if unknown := sorted(values.keys() - {"name", "query", "shared"}):
        raise TypeError(f"not a field that can be set: {unknown}")
    if "query" in values:
        values["query"] = clean_query(values["query"])
    before, after = audit.changes(view, {key: value.strip() for key, value in values.items()})
    if view.version != version:
        raise Stale({key: {"theirs": before[key], "yours": after[key]} for key in after})
    view.name, view.query = after.get("name", view.name), after.get("query", view.query)
    _check(view)
    _share(user, view, after.get("shared", view.shared))
    view.version += 1
    view.save(update_fields=["name", "query", "shared", "department", "region", "version"])
    audit.record(action="lists.view_edit", actor=user, obj=view, before=before, after=after)
    return view


@transaction.atomic
def view_delete(*, user: User, view_id: int) -> str:
    """Delete one's own view, for everybody it was shared with. Returns its name."""
    view = _own(user, view_id)
    before = {"list": view.list_name, "query": view.query, "shared": view.shared}
    audit.record(action="lists.view_delete", actor=user, obj=view, before=before)
    view.delete()
    return view.name


@transaction.atomic
def view_default(*, user: User, view_id: int, default: bool = True) -> SavedView:
    """Let the view's list open with it for this person, or no more."""
    access.require(user, access.SIGNED_IN)
    view = view_for(user, view_id)
    if default:
        _opens_with(user, view)
    else:
        ViewDefault.objects.filter(owner=user, view=view).delete()
    audit.record(action="lists.view_default", actor=user, obj=view, after={"default": default})
    return view


def _opens_with(user: User, view: SavedView) -> None:
    ViewDefault.objects.update_or_create(owner=user, list_name=view.list_name, defaults={"view": view})


def _own(user: User, view_id: int) -> SavedView:
    access.require(user, access.SIGNED_IN)
    view = SavedView.objects.select_for_update().filter(pk=view_id, owner=user).first()
    if view is None:
        raise NotFound
    return view


def _check(view: SavedView) -> None:
    if not view.list_name:
        raise Invalid(_("没有说明是哪张清单的视图。"))
    if not view.name:
        raise Invalid(_("请给视图起个名字，如“本周到期的煤矿任务”。"))
    told: dict[str, Any] = {"name": _("名称"), "list_name": _("清单"), "query": _("筛选条件")}
    for field, most in _LONGEST.items():
        if len(getattr(view, field)) > most:
            raise Invalid(
                _("视图的%(field)s太长，最多 %(most)s 个字符。") % {"field": told[field], "most": most}
            )
    same = SavedView.objects.filter(owner_id=view.owner_id, list_name=view.list_name, name=view.name)
    if same.exclude(pk=view.pk).exists():
        raise Invalid(_("您已有一个叫“%(name)s”的视图，请换个名字，或更新那一个。") % {"name": view.name})


def _share(user: User, view: SavedView, shared: str) -> None:
    """Say who else sees the view; the place is where its owner works now."""
    if shared not in SavedView.Shared.values:
        raise Invalid(_("请选择视图给谁看。"))
    if shared and shared != view.shared:
        access.require(user, _NEEDED[SavedView.Shared(shared)])
    if shared == SavedView.Shared.DEPARTMENT and user.department is None:
        raise Invalid(_("您还没有部门，不能与本部门共享。请系统管理员补上部门。"))
    if shared == SavedView.Shared.COUNTY and user.region is None:
        raise Invalid(_("您还没有地区，不能与本地区共享。请系统管理员补上地区。"))
    view.shared = shared
    view.department = user.department if shared == SavedView.Shared.DEPARTMENT else None
    view.region = user.region if shared == SavedView.Shared.COUNTY else None
