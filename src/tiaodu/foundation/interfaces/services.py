"""Writes to tokens: making, fetching by the firm, revoking, and counting their calls."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.evidence import uses
from tiaodu.foundation.interfaces import scopes as allowed
from tiaodu.foundation.interfaces.models import Token
from tiaodu.foundation.interfaces.selectors import token_for
from tiaodu.foundation.refusal import Invalid, NotFound, Stale
from tiaodu.foundation.registry.models import UNIT_KINDS, Region, Subject

PREFIX = "td_"
A_MINUTE = timedelta(minutes=1)


def digest_of(secret: str) -> str:
    """What is kept of a token. It is long and random: a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def token_make(
    *,
    user: User,
    system: str,
    region: Region,
    scopes: Sequence[str],
    until: date,
    firm: Subject | None = None,
    use: str = "",
    purpose: str = "",
    per_minute: int | None = None,
) -> tuple[Token, str]:
    """A token for a named system, and the secret, which is returned once and kept nowhere.

    Of a firm's token the secret is empty: a user of the firm fetches it (:func:`token_fetch`).
    """
    access.require(user, "interfaces.edit")
    if not scope_of(user).covers(region):
        raise NotFound
    made = Token(
        system=system.strip(),
        purpose=purpose.strip()[:300],
        region=region,
        firm=firm,
        scopes=sorted(set(scopes)),
        use=use,
        until=until,
        per_minute=allowed.usual_per_minute() if per_minute is None else per_minute,
        made_by=user,
        made_on=clock.today(),
        sample=user.sample or (firm is not None and firm.sample),
    )
    _check(made)
    made.prefix = secrets.token_hex(4)
    made.account = _account(made)
    secret = "" if firm is not None else _new_secret(made)
    made.save()
    after = {"system": made.system, "scopes": made.scopes, "until": made.until, "use": made.use}
    after |= {"firm": str(firm) if firm else "", "per_minute": made.per_minute, "purpose": made.purpose}
    audit.record(action="interfaces.token_make", actor=user, obj=made, after=after, region_code=region.code)
    return made, secret


def _check(made: Token) -> None:
    """Invalid when the token would be without name, scope or end, or more than its side may have."""
    today = clock.today()
    if not made.system:
        raise Invalid(_("请写明是哪个系统。"))
    if not made.scopes:
        raise Invalid(_("请至少选一项可以做的事。"))
    if beyond := set(made.scopes) - set(allowed.scopes_of(made.side)):
        raise Invalid(
            _("“%(scopes)s”只能给企业自己的系统：企业的数只由企业自己填报。")
            % {"scopes": _("、").join(sorted(map(allowed.scope_words, beyond)))}
        )
    if made.firm is not None and made.firm.kind not in UNIT_KINDS:
        raise Invalid(_("“%(name)s”不是企业。") % {"name": made.firm})
    if made.firm is not None and not made.firm.region.path.startswith(made.region.path):
        raise Invalid(_("“%(name)s”不属于所选地区。") % {"name": made.firm})
    if not today <= made.until <= today + timedelta(days=allowed.longest()):
        raise Invalid(_("有效期从今天起，最长 %(days)s 天。") % {"days": allowed.longest()})
    if not 1 <= made.per_minute <= allowed.most_per_minute():
        raise Invalid(_("每分钟次数在 1 到 %(most)s 之间。") % {"most": allowed.most_per_minute()})
    if made.use and (made.firm is not None or made.use not in uses.words()):
        raise Invalid(_("没有这样的用途。"))


def _account(made: Token) -> User:
    """The person of the machine: no role, no password, and of a firm's token the firm."""
    account = User(
        username=f"system-{made.prefix}",
        display_name=made.system,
        region=made.region,
        machine=True,
        sample=made.sample,
    )
    account.set_unusable_password()
    account.save()
    if made.firm is not None:
        account.subjects.set([made.firm])
    return account


def _new_secret(token: Token) -> str:
    secret = f"{PREFIX}{token.prefix}_{secrets.token_urlsafe(32)}"
    token.digest = digest_of(secret)
    return secret


@transaction.atomic
def token_fetch(*, user: User, token_id: int, version: int) -> tuple[Token, str]:
    """A user of the firm fetches the secret of the firm's token: once, and only she sees it."""
    access.require(user, "interfaces.fetch")
    token = _locked(user, token_id, version)
    if token.firm_id is None or token.state(clock.today()) != "waiting":
        raise Invalid(_("这个令牌已经领取过，或已停用、过期。需要新的，请联系系统管理员。"))
    secret = _new_secret(token)
    token.fetched_by, token.fetched_on = user, clock.today()
    token.version += 1
    token.save(update_fields=["digest", "fetched_by", "fetched_on", "version"])
    audit.record(action="interfaces.token_fetch", actor=user, obj=token, after={"system": token.system})
    return token, secret


@transaction.atomic
def token_revoke(*, user: User, token_id: int, version: int, reason: str) -> Token:
    """End a token at once: the administrator any of his region, a firm its own."""
    access.require(user, "interfaces.open")
    token = _locked(user, token_id, version)
    if not reason.strip():
        raise Invalid(_("请写明为什么停用。"))
    token.revoked_by, token.revoked_on, token.revoked_why = user, clock.today(), reason.strip()[:300]
    token.version += 1
    token.save(update_fields=["revoked_by", "revoked_on", "revoked_why", "version"])
    after = {"system": token.system, "reason": token.revoked_why}
    audit.record(action="interfaces.token_revoke", actor=user, obj=token, after=after)
    return token


def token_count(token: Token) -> int:
    """Count a call. Returns 0 when it is within the token's measure, else the seconds to wait.

    Two conditional updates: of several workers at once none counts past the measure.
    """
    now = timezone.now()
    minute = now.replace(second=0, microsecond=0)
    mine = Token.objects.filter(pk=token.pk)
    within = mine.filter(window=minute, used__lt=token.per_minute)
    if within.update(used=F("used") + 1, last_used_at=now):
        return 0
    if mine.exclude(window=minute).update(window=minute, used=1, last_used_at=now):
        return 0
    return max(1, int((minute + A_MINUTE - now).total_seconds()) + 1)


def _locked(user: User, token_id: int, version: int) -> Token:
    """The token held for the change; Stale when somebody changed it since ``version`` was read."""
    token_for(user, token_id)
    token = Token.objects.select_for_update(of=("self",)).select_related("region").get(pk=token_id)
    if token.version != version:
        now = {"revoked_on": token.revoked_on, "fetched_on": token.fetched_on}
        raise Stale({key: {"now": str(value or "")} for key, value in now.items()})
    if token.revoked_on is not None:
        raise Invalid(_("这个令牌已经停用。"))
    return token
