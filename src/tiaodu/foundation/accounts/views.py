"""Coming in, going out, and one's own account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from tiaodu.foundation.access import PUBLIC, SIGNED_IN, access
from tiaodu.foundation.accounts import services
from tiaodu.foundation.accounts.forms import LoginForm, PasswordForm, ProfileForm, role_names
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import Invalid

YEAR = 365 * 86400


def person(request: HttpRequest) -> User:
    """Who is logged in, where the view's declaration says that somebody is."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def _target(request: HttpRequest) -> str:
    """Where the person wanted to go before she was asked to log in; never another site."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if own else resolve_url(settings.LOGIN_REDIRECT_URL)


@access(PUBLIC)
@never_cache
@sensitive_post_parameters()
def log_in(request: HttpRequest) -> HttpResponse:
    """The log-in page.

    Wrong passwords are counted by axes, which answers by :func:`locked_out` after the fifth.
    """
    if request.user.is_authenticated:
        return redirect(_target(request))
    form = LoginForm(request, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "accounts/login.html", {"form": form, "next": _target(request)}, status=status)
    user = form.get_user()
    assert isinstance(user, User)  # noqa: S101
    auth.login(request, user)
    services.login_record(user)
    answer = redirect(_target(request))
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:  # a language chosen at the door stays
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, max_age=YEAR, samesite="Lax")
    return answer


@access(SIGNED_IN)
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Ends the session. The next person at this computer begins in the product's first language."""
    services.logout_record(person(request))
    auth.logout(request)
    answer = redirect(settings.LOGOUT_REDIRECT_URL)
    answer.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return answer


def locked_out(request: HttpRequest, _response: HttpResponse, _credentials: dict[str, Any]) -> HttpResponse:
    """What axes shows somebody who failed too often: how long, and whom to ask."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    answer = render(request, "accounts/locked.html", {"minutes": minutes}, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer


@access(SIGNED_IN)
@never_cache
@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    """Changing one's own password, freely or because a one-time password was given."""
    user = person(request)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.password_change(
                user=user, old=form.cleaned_data["old"], new=form.cleaned_data["new"]
            )
        except Invalid as refusal:
            form.add_error(None, str(refusal.message))
        else:
            auth.update_session_auth_hash(request, changed)
            messages.success(request, _("密码已修改。其他电脑上的登录已全部退出。"))
            return redirect(settings.LOGIN_REDIRECT_URL)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "forced": user.must_change_password}
    return render(request, "accounts/password.html", context, status=status)


@access(SIGNED_IN)
def profile(request: HttpRequest) -> HttpResponse:
    """One's own page: what one may change, and what the administrator has set."""
    user = person(request)
    form = ProfileForm(request.POST or None, initial={"phone": user.phone, "language": user.language})
    if request.method == "POST" and form.is_valid():
        services.profile_edit(user=user, **form.cleaned_data)
        answer = redirect("accounts:profile")
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, form.cleaned_data["language"], max_age=YEAR, samesite="Lax"
        )
        messages.success(request, _("已保存。"))
        return answer
    names = dict(role_names())
    context = {"form": form, "person": user, "roles": [names.get(role, role) for role in user.roles]}
    return render(request, "accounts/profile.html", context, status=422 if request.method == "POST" else 200)
