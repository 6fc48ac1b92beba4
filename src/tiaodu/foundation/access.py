"""Who may open what: every view declares it, and what declares nothing is closed.

A permission is ``room.verb``. Roles get their permissions from ``data/access/roles.yaml``; rows are
narrowed further by the selectors of each room.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from importlib import resources
from typing import Any, Final

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase

from tiaodu.engine.kernel.datafile import load_plain
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import NotAllowed

PUBLIC: Final = "public"  # open to anybody, logged in or not
SIGNED_IN: Final = "signed_in"  # open to everybody who is logged in
TOKEN: Final = "token"  # noqa: S105 - open to systems with a token alone, as far as its scopes say

View = Callable[..., HttpResponseBase]


@lru_cache(maxsize=1)
def roles() -> dict[str, dict[str, Any]]:
    """The roles with their names (``zh``, ``en``) and permissions, from data/access/roles.yaml."""
    source = resources.files("tiaodu.data") / "access" / "roles.yaml"
    loaded: dict[str, Any] = load_plain(source.read_text(encoding="utf-8"))
    return dict(loaded["roles"])


def permissions(user: User) -> frozenset[str]:
    """All permissions of a person's roles; none for somebody not logged in; a system's are its token's."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if user.granted is not None:
        return user.granted
    return _granted_to(tuple(user.roles))


@lru_cache(maxsize=256)
def _granted_to(names: tuple[str, ...]) -> frozenset[str]:
    table = roles()
    return frozenset(p for name in names for p in table.get(name, {}).get("permissions", ()))


def may(user: Any, permission: str) -> bool:
    """Whether this person's roles grant ``permission``."""
    if permission == PUBLIC:
        return True
    if not isinstance(user, User):
        return False
    return permission == SIGNED_IN or permission in permissions(user)


def who(request: HttpRequest) -> User:
    """The person of a request, whom the declared permission of the view has made sure of."""
    assert isinstance(request.user, User)  # noqa: S101  the view declares that somebody is logged in
    return request.user


def require(user: Any, permission: str) -> None:
    """Refuse unless the person has ``permission``: the first line of every service."""
    if not may(user, permission):
        raise NotAllowed


def access(permission: str) -> Callable[[View], View]:
    """Declare the permission a view needs. Somebody not logged in is sent to the log-in page."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if permission != PUBLIC and not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            require(request.user, permission)
            return view(request, *args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded

    return declare
