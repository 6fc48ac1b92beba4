"""Marking leading firms and their followers. An official enters the relation, never a figure of a firm."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, NotFound, Stale
from tiaodu.foundation.registry.models import UNIT_KINDS, Region, Subject
from tiaodu.rooms.returns.leading.models import Follower, Holding, LeadingFirm

MAY = "returns.relations"


@transaction.atomic
def leading_add(*, user: User, subject: Subject, chain: str, since: date, source: str) -> LeadingFirm:
    """Mark a firm or mine as leading a chain. NotFound outside the person's region; Invalid where it is
    marked already, has no source or lies ahead.
    """
    access.require(user, MAY)
    kept = _firm(user, subject)
    _check(since, source)
    if not chain.strip():
        raise Invalid(_("请写明是哪条产业链。"))
    named = chain.strip()[:60]
    if LeadingFirm.objects.filter(subject=kept, chain=named, until__isnull=True).exists():
        raise Invalid(_("“%(subject)s”已经是这条链的链主。") % {"subject": kept})
    made = LeadingFirm.objects.create(
        region=kept.region,
        subject=kept,
        chain=named,
        since=since,
        source=source.strip()[:300],
        known_on=clock.today(),
        by=user,
        sample=kept.sample or user.sample,
    )
    after = {"subject": kept.name, "name": named, "valid_from": since, "reason": made.source}
    audit.record(action="returns.leading_add", actor=user, obj=made, after=after)
    return made


@transaction.atomic
def follower_add(
    *, user: User, leading_id: int, subject: Subject, role: str, what: str, since: date, source: str
) -> Follower:
    """Say that a firm supplies a leading firm or buys from it. Invalid where that is known, is the leading
    firm itself, or the leading firm leads no longer.
    """
    access.require(user, MAY)
    found = LeadingFirm.objects.select_for_update(of=("self",)).select_related("region", "subject")
    leading = found.filter(pk=leading_id).first()
    if leading is None or not scope_of(user).covers(leading.region):
        raise NotFound
    kept = _firm(user, subject)
    _check(since, source)
    if kept.pk == leading.subject_id:
        raise Invalid(_("链主企业不能是自己的配套企业，请另选一家。"))
    if leading.until is not None:
        raise Invalid(_("这家企业已经不是链主，不能再登记配套。"))
    if role not in Follower.Role.values:
        raise Invalid(_("请选择是供应商还是客户。"))
    if leading.followers.filter(subject=kept, role=role, until__isnull=True).exists():
        raise Invalid(_("“%(subject)s”的这种关系已经登记。") % {"subject": kept})
    made = Follower.objects.create(
        leading=leading,
        subject=kept,
        role=role,
        what=what.strip()[:120],
        since=since,
        source=source.strip()[:300],
        known_on=clock.today(),
        by=user,
        sample=leading.sample or kept.sample,
    )
    after = {
        "subject": kept.name,
        "kind": role,
        "what": made.what,
        "valid_from": since,
        "reason": made.source,
    }
    audit.record(action="returns.follower_add", actor=user, obj=made, after=after)
    return made


@transaction.atomic
def leading_end(*, user: User, leading_id: int, version: int, until: date, reason: str) -> LeadingFirm:
    """A firm leads no longer after ``until``; its followers end with it."""
    access.require(user, MAY)
    found = LeadingFirm.objects.select_for_update(of=("self",)).select_related("region", "subject")
    row = found.filter(pk=leading_id).first()
    if row is None:
        raise NotFound
    _refuse_stale(user, row.region, row, version, until)
    open_ = list(row.followers.select_for_update(of=("self",)).filter(until__isnull=True))
    _end(row, until, reason)
    for follower in open_:
        _end(follower, max(until, follower.since), reason)
    after = {"subject": row.subject.name, "valid_to": until, "reason": row.end_reason, "count": len(open_)}
    audit.record(action="returns.leading_end", actor=user, obj=row, after=after)
    return row


@transaction.atomic
def follower_end(*, user: User, follower_id: int, version: int, until: date, reason: str) -> Follower:
    """A relation ends after ``until``."""
    access.require(user, MAY)
    found = Follower.objects.select_for_update(of=("self",)).select_related("leading__region", "subject")
    row = found.filter(pk=follower_id).first()
    if row is None:
        raise NotFound
    _refuse_stale(user, row.leading.region, row, version, until)
    _end(row, until, reason)
    after = {"subject": row.subject.name, "valid_to": until, "reason": row.end_reason}
    audit.record(action="returns.follower_end", actor=user, obj=row, after=after)
    return row


def _firm(user: User, subject: Subject) -> Subject:
    if not scope_of(user).covers(subject.region):
        raise NotFound
    locked = Subject.objects.select_for_update(no_key=True, of=("self",)).select_related("region")
    kept = locked.get(pk=subject.pk)
    if kept.kind not in UNIT_KINDS or kept.merged_into_id is not None:
        raise Invalid(_("“%(subject)s”不是在用的企业或矿山，不能登记。") % {"subject": kept})
    return kept


def _check(since: date, source: str) -> None:
    if not source.strip():
        raise Invalid(_("请写明依据：哪份文件，或企业哪天来的说明。"))
    if since > clock.today():
        raise Invalid(_("开始的日子在今天之后：发生了再登记。"))


def _refuse_stale(user: User, region: Region, row: Holding, version: int, until: date) -> None:
    """NotFound outside the person's region; Stale where somebody was faster."""
    if not scope_of(user).covers(region):
        raise NotFound
    if row.version != version:
        raise Stale({"until": {"label": _("到"), "theirs": row.until, "yours": until}})


def _end(row: Holding, until: date, reason: str) -> None:
    if row.until is not None:
        raise Invalid(_("已经结束了。"))
    if not reason.strip():
        raise Invalid(_("请写明为什么结束。"))
    if until < row.since or until > clock.today():
        raise Invalid(_("结束的日子要在开始以后、今天以前。"))
    row.until, row.end_reason, row.closed_on = until, reason.strip()[:300], clock.today()
    row.version += 1
    row.save(update_fields=["until", "end_reason", "closed_on", "version"])
