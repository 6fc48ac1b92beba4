"""Searching the register for records that are probably one, and keeping what was found."""

from __future__ import annotations

from django.db import transaction

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.jobs.models import Job
from tiaodu.foundation.jobs.services import job_start
from tiaodu.foundation.registry.models import DuplicatePair, DuplicateSearch, Region, Subject
from tiaodu.foundation.registry.resemblance import register_states, resembling
from tiaodu.foundation.registry.services.merging import MAY

JOB = "registry.duplicates_find"


@transaction.atomic
def duplicates_search(*, user: User) -> Job:
    """Have the person's regions searched now, as a job."""
    access.require(user, MAY)
    job = job_start(user=user, kind=JOB, arguments={})
    audit.record(action="registry.duplicates_search", actor=user, obj=user.region or user)
    return job


def duplicates_find(*, region: Region) -> int:
    """Search a region's register and keep what is found in place of the last search. How many pairs.

    The register is read before anything is locked: the search takes seconds. A record that changes meanwhile
    lets the search count as out of date.
    """
    state = register_states([region]).get(region.pk, "")
    subjects = Subject.objects.filter(region=region, active=True, merged_into=None).select_related("region")
    pairs = resembling(list(subjects))
    values = {"found_on": clock.today(), "register": state}
    with transaction.atomic():
        Region.objects.select_for_update(of=("self",)).get(pk=region.pk)  # of two at once the later one stays
        search = DuplicateSearch.objects.update_or_create(region=region, defaults=values)[0]
        search.pairs.all().delete()
        DuplicatePair.objects.bulk_create(
            DuplicatePair(
                search=search,
                one_id=pair.one,
                other_id=pair.other,
                score=pair.score,
                reasons=[[reason.rule, reason.one, reason.other] for reason in pair.reasons],
            )
            for pair in pairs
        )
    return len(pairs)
