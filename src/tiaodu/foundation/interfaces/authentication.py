"""Systems come in with a token in the header Authorization; sessions of the pages are not looked at."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from tiaodu.foundation import clock
from tiaodu.foundation.interfaces.models import Token
from tiaodu.foundation.interfaces.scopes import permissions_of, scope_words
from tiaodu.foundation.interfaces.selectors import token_by_prefix
from tiaodu.foundation.interfaces.services import PREFIX, digest_of, token_count
from tiaodu.foundation.refusal import NotAllowed, Refusal

ANY_SCOPE = "any"  # open to every valid token
_WHY = {
    "revoked": lambda: _("这个令牌已经停用。"),
    "expired": lambda: _("这个令牌已经过期，请联系系统管理员换发。"),
    "waiting": lambda: _("这个令牌还没有由企业领取。"),
}


class NoToken(Refusal):
    """Nobody came in: there is no token, or none that holds."""

    status = 401
    code = "no_token"


class TooMany(Refusal):
    """The token has been used too often in this minute; ``wait`` are the seconds until it may come again."""

    status = 429
    code = "too_many"

    def __init__(self, most: int, wait: int) -> None:
        self.wait = wait
        super().__init__(
            _("这个令牌每分钟最多调用 %(most)s 次，请 %(wait)s 秒后再试。") % {"most": most, "wait": wait}
        )


class Bearer(HttpBearer):
    """Lets a token in that has ``scope``, and puts its account in the place of the person.

    Whatever a session says is not looked at: pages and interface have nothing in common.
    """

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Any:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise NoToken(_("请在请求头 Authorization 里写 Bearer 和令牌。网页登录在这里不算。"))
        return self.authenticate(request, secret.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Token:
        """The token's record; NoToken, TooMany or NotAllowed otherwise."""
        found = _token_of(token)
        if wait := token_count(found):
            raise TooMany(found.per_minute, wait)
        if self.scope not in (ANY_SCOPE, *found.scopes):
            raise NotAllowed(_("这个令牌不能做“%(scope)s”。") % {"scope": scope_words(self.scope)})
        account = found.account
        account.granted = permissions_of(found.side, found.scopes)
        request.user = account
        return found


def _token_of(secret: str) -> Token:
    """The token that holds today. The answer to a wrong one is always the same."""
    unknown = NoToken(_("没有这个令牌。请检查是否写全。"))
    prefix = secret.removeprefix(PREFIX).partition("_")[0]
    found = token_by_prefix(prefix) if prefix.isascii() and len(prefix) <= 12 else None
    if found is None:
        raise unknown
    state = found.state(clock.today())
    if found.digest and not hmac.compare_digest(found.digest, digest_of(secret)):
        raise unknown
    if state != "valid" or not found.account.is_active:
        raise NoToken(_WHY.get(state, _WHY["revoked"])())
    return found


def needs(scope: str, summary_zh: str) -> dict[str, Any]:
    """What an operation declares: the scope a token must have to be let in, and what it does in Chinese."""
    return {"auth": Bearer(scope), "openapi_extra": {"x-scope": scope, "x-summary-zh": summary_zh}}


def scope_of_operation(operation: Any) -> str | None:
    """The scope an operation declares; None where it declares nothing."""
    callbacks: list[Callable[..., Any]] = list(operation.auth_callbacks)
    found = [callback.scope for callback in callbacks if isinstance(callback, Bearer)]
    return found[0] if len(found) == len(callbacks) == 1 else None
