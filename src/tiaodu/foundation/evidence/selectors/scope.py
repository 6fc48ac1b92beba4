"""Which figures a person sees.

Who works in the county sees those of every subject in her region; a firm only its own, without what officials
noted at a visit; a region above only those of its own subjects, until a county releases them.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import ABOVE_THE_COUNTY, scope_of
from tiaodu.foundation.evidence.models import Evidence, Series
from tiaodu.foundation.evidence.selectors.families import families
from tiaodu.foundation.evidence.selectors.figures import known, with_others
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import UNIT_KINDS, Subject
from tiaodu.foundation.registry.selectors import subjects_visible_to


def subjects_in_reach(user: User) -> QuerySet[Subject]:
    """The subjects whose figures a person may deal with, merged ones among them."""
    scope, found = scope_of(user), subjects_visible_to(user)
    if user.region is not None and user.region.level in ABOVE_THE_COUNTY:
        return found.filter(region=user.region)
    if scope.released_only:
        return Subject.objects.filter(pk__in=families().all_members(scope.subject_ids))
    return found


def is_unit(user: User) -> bool:
    """Whether the person stands on the unit's side of the statistics firewall: she fills in her firm's
    figures and is nobody of the county's own desk.
    """
    return access.may(user, "evidence.unit") and not access.may(user, "ledger.read")


def own_units(user: User) -> frozenset[int]:
    """The subjects whose figures this person herself tells: those of her account with their mines and plants,
    two steps down, and what was merged with them. None for anybody else; 包联 gives none.
    """
    if not is_unit(user):
        return frozenset()
    own = list(user.subjects.through.objects.filter(user_id=user.pk).values_list("subject_id", flat=True))
    if not own:
        return frozenset()
    found = Subject.objects.filter(Q(pk__in=own) | Q(parent__in=own) | Q(parent__parent__in=own))
    return frozenset(families().all_members(found.values_list("pk", flat=True)))


def may_see_series(user: User, series: str) -> bool:
    """Whether figures of a series are for this person at all."""
    if series not in Series.values or not access.may(user, "evidence.read"):
        return False
    return series != Series.OBSERVATION or not _is_outside(user)


def series_seen(user: User) -> Q:
    """The figures of the series that are for this person."""
    seen = ~Q(series=Series.OBSERVATION) if _is_outside(user) else Q()
    return seen if access.may(user, "evidence.surveys") else seen & _no_survey(user)


def _no_survey(user: User) -> Q:
    """Without what other units answered to statistical surveys: only the statistics bureau sees that."""
    units = Q(subject__kind__in=UNIT_KINDS)
    return ~(Q(series=Series.STATISTICAL) & units) | Q(subject__in=own_units(user))


def _is_outside(user: User) -> bool:
    """Whether the person is not of the county's own desk: a firm, a bank, a region above."""
    above = user.region is not None and user.region.level in ABOVE_THE_COUNTY
    return above or not access.may(user, "ledger.read")


def evidence_visible_to(user: User, day: date | None = None) -> QuerySet[Evidence]:
    """Every revision this person may see of what was known on ``day`` (today when not given)."""
    if not access.may(user, "evidence.read"):
        return Evidence.objects.none()
    seen = known(day or clock.today()) & series_seen(user)
    found = Evidence.objects.filter(seen, subject__in=subjects_in_reach(user))
    return with_others(found)


def reported_since(user: User, since: date) -> int:
    """How many reports and corrections in reach were made after ``since``."""
    mine = subjects_in_reach(user).filter(pk=OuterRef("subject_id"))
    found = Evidence.objects.filter(series_seen(user), known_on__gt=since, known_on__lte=clock.today())
    return found.filter(Exists(mine)).count()


def subject_for(user: User, subject_id: int) -> Subject:
    """One subject whose figures the person may see; one that was merged gives what it is kept as.

    NotFound otherwise.
    """
    kept = families().kept(subject_id)
    found = subjects_in_reach(user).filter(pk=kept).first()
    if found is None or not access.may(user, "evidence.read"):
        raise NotFound
    return found


def evidence_for(user: User, evidence_id: int) -> Evidence:
    """One figure in the person's reach that was known by the day shown; NotFound otherwise."""
    found = evidence_visible_to(user).filter(pk=evidence_id).first()
    if found is None:
        raise NotFound
    return found
