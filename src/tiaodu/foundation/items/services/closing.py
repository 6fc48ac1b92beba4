"""The close-out: claimed with proof, struck off by another person, sent back, reopened, given more time."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tiaodu.engine.items import clock as engine
from tiaodu.engine.items.clock import LONGEST, Facts, Term
from tiaodu.engine.items.states import Verb
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.calendar.selectors import working_calendar
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.items import rules
from tiaodu.foundation.items.models import Item, ItemEntry
from tiaodu.foundation.items.services.handling import NOBODY_ASKED, resumed
from tiaodu.foundation.items.services.moving import Changes, Told, clocked, move
from tiaodu.foundation.items.services.opening import term_of
from tiaodu.foundation.refusal import Invalid

VERIFICATION = "verification"  # the waiting reason of an item that was claimed as done


def item_claim(
    *,
    user: User,
    item_id: int,
    version: int,
    text: str,
    proof: StoredFile | None = None,
    happened_on: date | None = None,
    key: str = "",
) -> Item:
    """Report the item as done, with words and, where its kind asks for it, with proof.

    The clock stands still while another person verifies.
    """
    today = clock.today()
    done = happened_on or today
    if not text.strip():
        raise Invalid(_("请写明办理结果：办成了什么。"))
    if done > today:
        raise Invalid(_("办结日期在今天之后。"))

    def plan(now: ItemEntry) -> Changes:
        if done < now.item.opened_on:
            raise Invalid(_("办结日期在开出日期之前。"))
        if rules.kinds()[now.item.kind].proof and proof is None:
            raise Invalid(_("报完成要有佐证：请附文件、照片或签章材料。"))
        facts = engine.of_mapping(resumed(now)["facts"]).stop(today)
        return {
            **NOBODY_ASKED,
            **clocked(facts, now.item),
            "waiting_reason": VERIFICATION,
            "waiting_until": None,
            "asked_due": None,
            "claimed_by": user,
            "claimed_department": user.department or now.department,
            "closed_on": done,
        }

    told = Told(text, file=proof, happened_on=done)
    return move(user=user, item_id=item_id, verb=Verb.CLAIMED, version=version, key=key, told=told, plan=plan)


def item_strike_off(*, user: User, item_id: int, version: int, text: str = "", key: str = "") -> Item:
    """Verify and close. Never by who handled it, nor by anybody of the same department."""
    return move(
        user=user,
        item_id=item_id,
        verb=Verb.STRUCK_OFF,
        version=version,
        key=key,
        told=Told(text),
        plan=lambda now: {"waiting_reason": ""},
    )


def item_send_back(*, user: User, item_id: int, version: int, reason: str, key: str = "") -> Item:
    """Give a claim back with a reason; the clock runs again from tomorrow."""
    if not reason.strip():
        raise Invalid(_("请写明退回原因：缺什么，怎样补。"))
    return move(
        user=user,
        item_id=item_id,
        verb=Verb.SENT_BACK,
        version=version,
        key=key,
        told=Told(reason),
        plan=lambda now: {**resumed(now), **UNCLAIMED},
    )


UNCLAIMED: Changes = {"claimed_by": None, "claimed_department": None, "closed_on": None}


def item_reopen(
    *,
    user: User,
    item_id: int,
    version: int,
    reason: str,
    due: date | None = None,
    limit: str | None = None,
    days: int | None = None,
    key: str = "",
) -> Item:
    """Open again what was struck off, with a new clock; how often this happened is counted."""
    if not reason.strip():
        raise Invalid(_("请写明重新打开的原因。"))

    def plan(now: ItemEntry) -> Changes:
        item = now.item
        term = term_of(item.region, rules.kinds()[item.kind], due=due, limit=limit, days=days)
        return {
            **UNCLAIMED,
            **clocked(Facts(clock.today(), term), item),
            "waiting_reason": "",
            "reopened": now.reopened + 1,
            "escalated": 0,
        }

    return move(
        user=user,
        item_id=item_id,
        verb=Verb.REOPENED,
        version=version,
        key=key,
        told=Told(reason),
        plan=plan,
    )


def item_ask_extension(
    *, user: User, item_id: int, version: int, until: date, reason: str, key: str = ""
) -> Item:
    """Ask for time up to a day, before the due has passed."""
    if not reason.strip():
        raise Invalid(_("请写明为什么需要延期、办到哪一步。"))

    def plan(now: ItemEntry) -> Changes:
        if clock.today() > now.due and now.stopped_on is None:
            raise Invalid(_("期限已过，不能再申请延期。请尽快办结，或请交办方决定。"))
        _require_later(now, until)
        return {"asked_due": until}

    told = Told(reason, detail={"asked": until.isoformat()})
    return move(
        user=user, item_id=item_id, verb=Verb.EXTENSION_ASKED, version=version, key=key, told=told, plan=plan
    )


def item_extend(
    *, user: User, item_id: int, version: int, until: date, reason: str = "", key: str = ""
) -> Item:
    """Give the item time up to a day, whether it was asked for or not. The issuer alone."""
    if until < clock.today():
        raise Invalid(_("新的期限在今天之前。"))

    def plan(now: ItemEntry) -> Changes:
        if not reason.strip() and now.asked_due is None:
            raise Invalid(_("请写明延期的原因。"))
        _require_later(now, until)
        facts = engine.of_mapping(now.facts)
        term = Term(day=until, set_on=clock.today())
        changed = Facts(facts.start, term, facts.stops)
        return {**clocked(changed, now.item), "asked_due": None, "escalated": 0}

    return move(
        user=user,
        item_id=item_id,
        verb=Verb.EXTENDED,
        version=version,
        key=key,
        told=Told(reason),
        plan=plan,
    )


def item_refuse_extension(*, user: User, item_id: int, version: int, reason: str, key: str = "") -> Item:
    """Refuse the time that was asked for, with a reason."""
    if not reason.strip():
        raise Invalid(_("请写明不同意延期的原因。"))
    return move(
        user=user,
        item_id=item_id,
        verb=Verb.EXTENSION_REFUSED,
        version=version,
        key=key,
        told=Told(reason),
        plan=lambda now: {"asked_due": None},
    )


def item_withdraw(*, user: User, item_id: int, version: int, reason: str, key: str = "") -> Item:
    """Withdraw an item that should not have been opened, with a reason. Nothing is deleted."""
    if not reason.strip():
        raise Invalid(_("请写明作废的原因。"))
    return move(
        user=user,
        item_id=item_id,
        verb=Verb.WITHDRAWN,
        version=version,
        key=key,
        told=Told(reason),
        plan=lambda now: {
            **NOBODY_ASKED,
            "waiting_reason": "",
            "asked_due": None,
            "closed_on": clock.today(),
        },
    )


def _require_later(now: ItemEntry, until: date) -> None:
    if until <= now.due:
        raise Invalid(_("新的期限应在现在的期限 %(due)s 之后。") % {"due": now.due.isoformat()})
    calendar = working_calendar(now.item.region, clock.today())
    if calendar.working_days_between(clock.today(), until) > LONGEST:
        raise Invalid(_("这个期限太远了。"))
