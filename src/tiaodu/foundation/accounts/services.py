"""Writes to people: creating, editing, passwords, locks. Logging in and out is recorded here too."""

from __future__ import annotations

import secrets
from typing import Any

from axes.utils import reset as axes_reset
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.placing import check_place, place_values, places_to
from tiaodu.foundation.accounts.selectors import users_visible_to
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, NotFound, Stale
from tiaodu.foundation.registry.models import Region, Subject

EDITABLE = ("display_name", "phone", "language", "region", "department", "sectors", "roles")
# Letters and digits that nobody confuses when a password is read out.
_CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"


def one_time_password() -> str:
    """Sixteen clear characters in groups of four: some 79 bits."""
    return "-".join("".join(secrets.choice(_CLEAR) for _n in range(4)) for _g in range(4))


@transaction.atomic
def user_create(*, user: User, username: str, subjects: list[Subject], **values: Any) -> tuple[User, str]:
    """A person with a one-time password, which is returned once and kept nowhere."""
    access.require(user, "users.edit")
    username = username.strip()
    if User.objects.filter(username__iexact=username).exists():
        raise Invalid(_("用户名“%(username)s”已经有人用了。") % {"username": username})
    check_place(user, values, subjects)
    created = User(username=username, must_change_password=True, **values)
    password = one_time_password()
    created.set_password(password)
    _clean(created)
    created.save()
    created.subjects.set(subjects)
    entered = {"username": username} | place_values(created, subjects)
    after = {key: value for key, value in entered.items() if value}
    audit.record(action="accounts.user_create", actor=user, obj=created, after=after)
    return created, password


@transaction.atomic
def admin_create(*, username: str, display_name: str, password: str, region: Region) -> User:
    """One more administrator, from a command at the machine itself: who may run it is trusted."""
    if User.objects.filter(username__iexact=username).exists():
        raise Invalid(_("用户名“%(username)s”已经有人用了。") % {"username": username})
    created = User(username=username, display_name=display_name, region=region, roles=["admin"])
    _check_password(password, created)
    created.set_password(password)
    _clean(created)
    created.save()
    audit.record(
        action="accounts.user_create",
        actor=None,
        obj=created,
        after=place_values(created, []) | {"username": username},
        region_code=region.code,
    )
    return created


@transaction.atomic
def user_edit(*, user: User, user_id: int, version: int, subjects: list[Subject], **values: Any) -> User:
    """Change who somebody is and what she may see and do.

    Stale when she was changed since ``version`` was read. An administrator cannot give up being one himself,
    so that an installation is never left without.
    """
    edited = _locked(user, user_id)
    check_place(user, values, subjects)
    before = place_values(edited, list(edited.subjects.all()))
    for key in EDITABLE:
        setattr(edited, key, values.get(key, getattr(edited, key)))
    after = place_values(edited, subjects)
    changed = [key for key in after if after[key] != before[key]]
    if edited.version != version:
        raise Stale(
            {key: {"label": places_to(key), "yours": after[key], "theirs": before[key]} for key in changed}
        )
    if edited.pk == user.pk and not access.may(edited, "users.edit"):
        raise Invalid(_("您不能取消自己的系统管理员角色：请由另一位管理员来改。"))
    _clean(edited)
    edited.version += 1
    edited.save(update_fields=[*EDITABLE, "version"])
    edited.subjects.set(subjects)
    audit.record(
        action="accounts.user_edit",
        actor=user,
        obj=edited,
        before={key: before[key] for key in changed},
        after={key: after[key] for key in changed},
    )
    return edited


@transaction.atomic
def user_activate(*, user: User, user_id: int, active: bool) -> User:
    """Let somebody in again, or shut her out at once, open sessions included. Nobody shuts himself out."""
    edited = _locked(user, user_id)
    if edited.pk == user.pk and not active:
        raise Invalid(_("您不能停用自己的账号：请由另一位管理员来停用。"))
    if edited.is_active != active:
        edited.is_active, edited.version = active, edited.version + 1
        edited.save(update_fields=["is_active", "version"])
        action = "accounts.user_activate" if active else "accounts.user_deactivate"
        audit.record(
            action=action, actor=user, obj=edited, before={"active": not active}, after={"active": active}
        )
    return edited


@transaction.atomic
def password_reset(*, user: User, user_id: int) -> tuple[User, str]:
    """Give somebody a one-time password, returned once; her open sessions end and a lock is lifted."""
    edited = _locked(user, user_id)
    password = one_time_password()
    edited.set_password(password)
    edited.must_change_password = True
    edited.version += 1
    edited.save(update_fields=["password", "must_change_password", "version"])
    axes_reset(username=edited.username)
    audit.record(action="accounts.password_reset", actor=user, obj=edited)
    return edited, password


@transaction.atomic
def user_unlock(*, user: User, user_id: int) -> int:
    """Lift the lock after too many wrong passwords. Returns how many notes of failures were dropped."""
    edited = _locked(user, user_id)
    dropped: int = axes_reset(username=edited.username)
    audit.record(action="accounts.user_unlock", actor=user, obj=edited, after={"failures_dropped": dropped})
    return dropped


@transaction.atomic
def password_change(*, user: User, old: str, new: str) -> User:
    """Change one's own password. Invalid when the old one is wrong, or the new one is the old or too weak."""
    access.require(user, access.SIGNED_IN)
    edited = User.objects.select_for_update().get(pk=user.pk)
    if not edited.check_password(old):
        raise Invalid(_("原密码不对，密码没有改变。"))
    if old == new:
        raise Invalid(_("新密码不能与原密码相同。"))
    _check_password(new, edited)
    edited.set_password(new)
    edited.must_change_password = False
    edited.version += 1
    edited.save(update_fields=["password", "must_change_password", "version"])
    audit.record(action="accounts.password_change", actor=edited, obj=edited)
    return edited


@transaction.atomic
def profile_edit(*, user: User, **values: Any) -> User:
    """Change one's own ``phone`` and ``language``; everything else is the administrator's."""
    access.require(user, access.SIGNED_IN)
    if unknown := set(values) - {"phone", "language"}:
        raise TypeError(f"not one's own to change: {sorted(unknown)}")
    edited = User.objects.select_for_update().get(pk=user.pk)
    before, after = audit.changes(edited, values)
    if after:
        for key, value in after.items():
            setattr(edited, key, value)
        edited.version += 1
        _clean(edited)
        edited.save(update_fields=[*after, "version"])
        audit.record(action="accounts.profile_edit", actor=edited, obj=edited, before=before, after=after)
    return edited


def login_record(user: User) -> None:
    """Somebody came in."""
    audit.record(action="accounts.login", actor=user, obj=user)


def logout_record(user: User) -> None:
    """Somebody left."""
    audit.record(action="accounts.logout", actor=user, obj=user)


def failure_record(username: str, *, locked: bool) -> None:
    """Somebody failed to come in, or has failed too often. The name is kept as it was typed, cut short."""
    named = User.objects.select_related("region").filter(username=username).first()
    audit.record(
        action="accounts.lockout" if locked else "accounts.login_failed",
        actor=None,
        obj=named,
        after={"username": username[:60]},
        region_code=named.region.code if named and named.region else "",
    )


def _locked(user: User, user_id: int) -> User:
    """The person's row, held for the change; NotFound outside the administrator's part of the tree."""
    access.require(user, "users.edit")
    if not users_visible_to(user).filter(pk=user_id).exists():
        raise NotFound
    return User.objects.select_for_update().get(pk=user_id)


def _check_password(password: str, person: User) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Invalid("".join(_why_weak(each) for each in error.error_list)) from None


def _why_weak(error: ValidationError) -> str:
    """In our own words: those of Django are not all translated."""
    shortest = (error.params or {}).get("min_length", "")
    known = {
        "password_too_short": _("密码太短，至少 %(count)s 位。") % {"count": shortest},
        "password_too_common": _("密码太常见，容易被猜到。"),
        "password_entirely_numeric": _("密码不能全是数字。"),
        "password_too_similar": _("密码与用户名或姓名太相似。"),
    }
    return known.get(error.code or "") or " ".join(error.messages)


def _clean(edited: User) -> None:
    try:
        edited.full_clean(exclude=["password", "region", "department"])
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from None
