"""A firm allows the county to look at a series of its own, and takes that back: by itself alone."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.evidence.models import Series
from tiaodu.foundation.evidence.selectors import own_units
from tiaodu.foundation.refusal import Invalid, NotFound, Stale
from tiaodu.foundation.registry.models import Measure, Subject
from tiaodu.rooms.returns.entry.models import Authorisation

OFFERED = ("energy.use", "tax", "people.employed")  # what may be authorised: power, tax, payroll
SERIES = (Series.METER, Series.DISPATCH)


@transaction.atomic
def authorisation_grant(
    *, user: User, subject: Subject, measure: Measure, series: str, until: date
) -> Authorisation:
    """Allow one series for working out entry to the statistics, up to ``until``. Only by the firm itself."""
    access.require(user, "returns.fill")
    if subject.pk not in own_units(user):
        raise NotFound
    Subject.objects.select_for_update(no_key=True).get(pk=subject.pk)
    today = clock.today()
    if measure.code not in OFFERED or series not in SERIES:
        raise Invalid(_("不能授权这个指标。"))
    if until < today:
        raise Invalid(_("授权到期日不能早于今天。"))
    holding = Authorisation.objects.filter(
        subject=subject, measure=measure, series=series, withdrawn_on=None, until__gte=today
    )
    if holding.exists():
        raise Invalid(_("这一项已经授权。要改期限，请先撤回再重新授权。"))
    made = Authorisation.objects.create(
        subject=subject,
        measure=measure,
        series=series,
        granted_on=today,
        until=until,
        granted_by=user,
        sample=subject.sample or user.sample,
    )
    audit.record(
        action="returns.authorise",
        actor=user,
        obj=made,
        region_code=subject.region.code,
        after={"subject": subject.name, "what": measure.code, "valid_to": until},
    )
    return made


@transaction.atomic
def authorisation_withdraw(*, user: User, authorisation_id: int, version: int) -> Authorisation:
    """Take an authorisation back: from now on nothing is read by it. Only by the firm itself."""
    access.require(user, "returns.fill")
    found = Authorisation.objects.select_for_update(of=("self",)).filter(pk=authorisation_id).first()
    if found is None or found.subject_id not in own_units(user):
        raise NotFound
    if found.version != version:
        told = {"label": _("撤回日"), "theirs": found.withdrawn_on, "yours": clock.today()}
        raise Stale({"withdrawn_on": told})
    if found.withdrawn_on is not None:
        raise Invalid(_("已经撤回。"))
    found.withdrawn_on = clock.today()
    found.version += 1
    found.save(update_fields=["withdrawn_on", "version"])
    audit.record(
        action="returns.authorise_withdraw",
        actor=user,
        obj=found,
        region_code=found.subject.region.code,
        after={"subject": found.subject.name, "what": found.measure.code},
    )
    return found
