"""Systems with tokens, as the tests' administrator and firm make them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from tests.cast import Cast, County

from tiaodu.foundation import clock
from tiaodu.foundation.interfaces.models import Token
from tiaodu.foundation.interfaces.scopes import FIRM
from tiaodu.foundation.interfaces.services import token_fetch, token_make


def made(cast: Cast, county: County, scopes: Sequence[str], **values: Any) -> tuple[Token, str]:
    """A token given out by the county's administrator, good for ten days."""
    given = {"system": "市平台", "region": county.region, "until": clock.today() + timedelta(days=10)}
    return token_make(user=cast.admin, scopes=scopes, **(given | values))


def fetched(cast: Cast, county: County, scopes: Sequence[str], **values: Any) -> tuple[Token, str]:
    """A token of 石港煤业, fetched by its user."""
    token, nothing = made(cast, county, scopes, firm=county.subjects["shigang"], **values)
    assert nothing == ""
    return token_fetch(user=cast.firm, token_id=token.pk, version=token.version)


def a_token(cast: Cast, county: County, side: str, scopes: Sequence[str], **values: Any) -> str:
    """The secret of a token of either side."""
    return (fetched if side == FIRM else made)(cast, county, scopes, **values)[1]


def bearer(secret: str, **more: str) -> dict[str, str]:
    """The headers a system sends."""
    return {"Authorization": f"Bearer {secret}", **more}
