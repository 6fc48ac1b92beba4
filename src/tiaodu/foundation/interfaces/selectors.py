"""Reads of tokens."""

from __future__ import annotations

from django.db.models import QuerySet

from tiaodu.foundation import access
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.evidence.selectors import own_units
from tiaodu.foundation.interfaces.models import Token
from tiaodu.foundation.refusal import NotFound


def tokens_visible_to(user: User) -> QuerySet[Token]:
    """The tokens an administrator gave out in her region; of a firm's user those of the firm."""
    found = Token.objects.select_related("region", "firm", "made_by", "fetched_by", "revoked_by")
    if access.may(user, "interfaces.edit"):
        path = scope_of(user).region_path
        return found.none() if path is None else found.filter(region__path__startswith=path)
    if access.may(user, "interfaces.fetch"):
        return found.filter(firm__in=own_units(user))
    return found.none()


def token_for(user: User, token_id: int) -> Token:
    """One token in the person's reach; NotFound otherwise."""
    found = tokens_visible_to(user).filter(pk=token_id).first()
    if found is None:
        raise NotFound
    return found


def token_by_prefix(prefix: str) -> Token | None:
    """The token with this number, with what is needed to let it in."""
    found = Token.objects.select_related("region", "firm", "account__region", "account__department")
    return found.filter(prefix=prefix).first()
