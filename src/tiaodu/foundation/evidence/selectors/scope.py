"""Which figures a person sees.

Who works in the county sees those of every subject in her region; a firm only its own, without what officials
noted at a visit; a region above only those of its own subjects, until a county releases them.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Case, F, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import ABOVE_THE_COUNTY, scope_of
from tiaodu.foundation.evidence.models import Evidence, Latest, Series
from tiaodu.foundation.evidence.selectors.families import families
from tiaodu.foundation.evidence.selectors.figures import all_known_by, holding, known
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Subject
from tiaodu.foundation.registry.selectors import subjects_visible_to


def subjects_in_reach(user: User) -> QuerySet[Subject]:
    """The subjects whose figures a person may deal with, merged ones among them."""
    scope, found = scope_of(user), subjects_visible_to(user)
    if user.region is not None and user.region.level in ABOVE_THE_COUNTY:
        return found.filter(region=user.region)
    if scope.released_only:
        return Subject.objects.filter(pk__in=families().all_members(scope.subject_ids))
    return found


def may_see_series(user: User, series: str) -> bool:
    """Whether figures of a series are for this person at all."""
    if series not in Series.values or not access.may(user, "evidence.read"):
        return False
    return series != Series.OBSERVATION or not scope_of(user).released_only


def evidence_visible_to(user: User, day: date | None = None) -> QuerySet[Evidence]:
    """Every revision this person may see of what was known on ``day`` (today when not given)."""
    if not access.may(user, "evidence.read"):
        return Evidence.objects.none()
    found = Evidence.objects.filter(known(day or clock.today()), subject__in=subjects_in_reach(user))
    if scope_of(user).released_only:
        found = found.exclude(series=Series.OBSERVATION)
    return found.select_related("subject", "measure", "reporter", "department")


def subject_for(user: User, subject_id: int) -> Subject:
    """One subject whose figures the person may see; one that was merged gives what it is kept as.

    NotFound otherwise.
    """
    kept = families().kept(subject_id)
    found = subjects_in_reach(user).filter(pk=kept).first()
    if found is None or not access.may(user, "evidence.read"):
        raise NotFound
    return found


def newest_visible_to(
    user: User, day: date | None = None, *, subject: Subject | None = None
) -> QuerySet[Evidence]:
    """The newest figure of each subject, measure and series in reach, as it stood on ``day``.

    ``subject`` asks for one subject's alone. A key of which every figure was taken back stands with its
    newest one, without value.
    """
    day = day or clock.today()
    visible = evidence_visible_to(user, day)
    if subject is not None:
        visible = visible.filter(subject_id__in=families().members(subject.pk))
    if all_known_by(day):
        return visible.filter(pk__in=Latest.objects.filter(current=True).values("evidence_id"))
    related = families()
    newest = Window(
        RowNumber(),
        partition_by=[related.expression(), "measure_id", "series"],
        order_by=[
            Case(When(value__isnull=True, then=Value(1)), default=Value(0)),
            F("period_end").desc(),
            F("period_start").desc(),
        ],
    )
    holds = holding(visible.select_related(None), related).annotate(newest=newest).filter(newest=1)
    return visible.filter(pk__in=holds.values("pk"))


def evidence_for(user: User, evidence_id: int) -> Evidence:
    """One figure in the person's reach that was known by the day shown; NotFound otherwise."""
    found = evidence_visible_to(user).select_related("file").filter(pk=evidence_id).first()
    if found is None:
        raise NotFound
    return found
