"""Looking after people: the list, the form, one-time passwords, locks, and who may do what."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tiaodu.foundation.access import access
from tiaodu.foundation.accounts import permissions, selectors, services
from tiaodu.foundation.accounts.forms import UserForm, role_names
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.views import person
from tiaodu.foundation.audit.selectors import history_of
from tiaodu.foundation.lists.columns import Chip, Choice, Column, Empty, Search
from tiaodu.foundation.lists.page import ListPage
from tiaodu.foundation.refusal import Invalid

ONE_TIME = "one_time_password"  # in the session, for the one page that shows it


def _roles_of(row: User) -> str:
    names = dict(role_names())
    return _("、").join(names.get(role, role) for role in row.roles)


class UserList(ListPage):
    """The people an administrator looks after."""

    name = "users"
    title = gettext_lazy("用户")
    columns = (
        Column(
            "display_name", gettext_lazy("姓名"), cell=str, sort=("display_name", "username"), card="title"
        ),
        Column("username", gettext_lazy("用户名"), sort=("username",)),
        Column("roles", gettext_lazy("角色"), cell=_roles_of, export=_roles_of),
        Column(
            "department",
            gettext_lazy("部门"),
            sort=("department__name",),
            export=lambda r: str(r.department or ""),
        ),
        Column("region", gettext_lazy("地区"), sort=("region__path",), export=lambda r: str(r.region or "")),
        Column(
            "last_login", gettext_lazy("上次登录"), cell="accounts/_last_login.html", sort=("last_login",)
        ),
        Column(
            "state",
            gettext_lazy("状态"),
            cell="accounts/_state.html",
            card="aside",
            export=lambda r: r.is_active,
        ),
    )
    chips = (
        Chip("active", gettext_lazy("在用"), Q(is_active=True)),
        Chip("new", gettext_lazy("未改初始密码"), Q(is_active=True, must_change_password=True)),
        Chip("off", gettext_lazy("已停用"), Q(is_active=False)),
    )
    search = Search(("display_name", "username", "phone", "department__name"))
    search_hint = gettext_lazy("搜索姓名、用户名、部门")
    default_sort = "username"
    export_permission = "users.read"
    empty = Empty(gettext_lazy("还没有用户"))

    def __init__(self, request: HttpRequest, rows: Any) -> None:
        super().__init__(request, rows)
        self.choices = (
            Choice("role", _("角色"), role_names(), lambda code: Q(roles__icontains=f'"{code}"')),
        )

    def row_url(self, record: User) -> str:
        return reverse("accounts:user", args=[record.pk])


@access("users.read")
def users(request: HttpRequest) -> HttpResponse:
    """The people of the administrator's part of the tree."""
    rows = selectors.users_visible_to(person(request))
    return UserList(request, rows).respond(
        "accounts/users.html", {"may_edit": selectors.is_administrator(person(request))}
    )


@access("users.edit")
def user_new(request: HttpRequest) -> HttpResponse:
    """A new person; her one-time password is shown once, on her page."""
    administrator = person(request)
    form = UserForm(
        request.POST or None, administrator=administrator, initial={"region": administrator.region}
    )
    if request.method == "POST" and form.is_valid():
        try:
            created, password = services.user_create(user=administrator, **form.values)
        except Invalid as refusal:
            form.add_error(None, str(refusal.message))
        else:
            request.session[ONE_TIME] = [created.pk, password]
            return redirect("accounts:user", created.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/user.html", {"form": form, "edited": None}, status=status)


@access("users.read")
def user(request: HttpRequest, user_id: int) -> HttpResponse:
    """One person: what she may see and do, and every change of it."""
    administrator = person(request)
    edited = selectors.user_for(administrator, user_id)
    form = UserForm(
        request.POST or None, administrator=administrator, edited=edited, initial=UserForm.initial_of(edited)
    )
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            services.user_edit(user=administrator, user_id=user_id, version=version, **form.values)
        except Invalid as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("已保存。"))
            return redirect("accounts:user", user_id)
    return _user_page(request, edited, form)


def _user_page(request: HttpRequest, edited: User, form: UserForm) -> HttpResponse:
    shown = request.session.pop(ONE_TIME, None)
    context = {
        "form": form,
        "edited": edited,
        "one_time_password": shown[1] if shown and shown[0] == edited.pk else "",
        "locked": edited.username in selectors.locked_usernames(),
        "history": history_of(edited)[:20],
        "may_edit": selectors.is_administrator(person(request)),
    }
    return render(request, "accounts/user.html", context, status=422 if form.errors else 200)


@access("users.edit")
@require_POST
def user_reset(request: HttpRequest, user_id: int) -> HttpResponse:
    """A new one-time password, shown once."""
    edited, password = services.password_reset(user=person(request), user_id=user_id)
    request.session[ONE_TIME] = [edited.pk, password]
    return redirect("accounts:user", user_id)


@access("users.edit")
@require_POST
def user_unlock(request: HttpRequest, user_id: int) -> HttpResponse:
    """Lifts a lock."""
    services.user_unlock(user=person(request), user_id=user_id)
    messages.success(request, _("锁定已解除，可以重新登录。"))
    return redirect("accounts:user", user_id)


@access("users.edit")
@require_POST
def user_active(request: HttpRequest, user_id: int) -> HttpResponse:
    """Shuts somebody out, or lets her in again."""
    active = request.POST.get("active") == "1"
    services.user_activate(user=person(request), user_id=user_id, active=active)
    messages.success(request, _("账号已启用。") if active else _("账号已停用，已有登录立即失效。"))
    return redirect("accounts:user", user_id)


@access("users.read")
def access_table(request: HttpRequest) -> HttpResponse:
    """Which role may do what."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    context = {"roles": role_names(), "groups": permissions.table(language)}
    return render(request, "accounts/access.html", context)
