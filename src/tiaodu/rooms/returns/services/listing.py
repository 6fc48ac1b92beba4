"""The lists (名录) of who a form is asked of."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.refusal import Invalid, NotFound, Stale
from tiaodu.foundation.registry.models import Subject
from tiaodu.rooms.returns.catalogue import form_in
from tiaodu.rooms.returns.models import Listing

MAY = "returns.list"


@transaction.atomic
def listing_add(
    *, user: User, form: str, subject: Subject, since: date, reason: str = "", sample: bool = False
) -> Listing:
    """Put a subject on the list of a form from ``since`` on. NotFound outside the person's region, Invalid
    where the form is not for such a subject or it stands on the list already.
    """
    access.require(user, MAY)
    if not scope_of(user).covers(subject.region):
        raise NotFound
    asked = form_in(subject.region, form)
    kept = Subject.objects.select_for_update(no_key=True).get(pk=subject.pk)
    if kept.merged_into_id is not None or not asked.asks(kept.kind, kept.sector):
        raise Invalid(
            _("“%(form)s”不由“%(subject)s”这样的主体填报。") % {"form": asked.title, "subject": kept}
        )
    if Listing.objects.filter(type=form, subject=kept, until__isnull=True).exists():
        raise Invalid(_("“%(subject)s”已经在名录里。") % {"subject": kept})
    made = Listing.objects.create(
        type=form,
        subject=kept,
        since=since,
        reason=reason.strip()[:300],
        known_on=clock.today(),
        by=user,
        sample=sample or kept.sample or user.sample,
    )
    after = {"title": asked.title, "subject": kept.name, "valid_from": since, "reason": made.reason}
    audit.record(action="returns.listing_add", actor=user, obj=made, after=after)
    return made


@transaction.atomic
def listing_end(*, user: User, listing_id: int, version: int, until: date, reason: str) -> Listing:
    """Take a subject off a list after ``until``, with the reason. Returns that were opened stay."""
    access.require(user, MAY)
    found = Listing.objects.select_for_update(of=("self",)).select_related("subject__region")
    row = found.filter(pk=listing_id).first()
    if row is None or not scope_of(user).covers(row.subject.region):
        raise NotFound
    if row.version != version:
        raise Stale({"until": {"now": row.until, "yours": until}})
    if not reason.strip():
        raise Invalid(_("请写明为什么移出名录。"))
    if until < row.since:
        raise Invalid(_("移出的日子不能早于列入的日子。"))
    row.until, row.reason, row.closed_on = until, reason.strip()[:300], clock.today()
    row.version += 1
    row.save(update_fields=["until", "reason", "closed_on", "version"])
    after = {"subject": row.subject.name, "valid_to": until, "reason": row.reason}
    audit.record(action="returns.listing_end", actor=user, obj=row, after=after)
    return row
