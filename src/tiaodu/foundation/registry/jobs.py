"""The search for duplicates, every night and when somebody asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiaodu.foundation import access
from tiaodu.foundation.jobs.registry import JobRun, handler, nightly
from tiaodu.foundation.refusal import NotAllowed
from tiaodu.foundation.registry.models import Region, Subject
from tiaodu.foundation.registry.selectors import regions_visible_to
from tiaodu.foundation.registry.services.duplicates import JOB, duplicates_find
from tiaodu.foundation.registry.services.merging import MAY


def _place(_arguments: Mapping[str, Any]) -> str:
    return reverse("registry:duplicates")


@handler(JOB, title=gettext_lazy("查找疑似重复"), repeatable=True, place=_place)
def search_own(job: JobRun) -> None:
    """Search the regions of who asks for it."""
    if job.user is None:
        raise NotAllowed
    access.require(job.user, MAY)
    _search(job, regions_visible_to(job.user))


@nightly("registry.duplicates", title=gettext_lazy("查找疑似重复"))
def search_all(job: JobRun, day: date) -> None:
    """Search every region, so that the list in the morning is of the night."""
    _search(job, Region.objects.all())


def _search(job: JobRun, regions: QuerySet[Region]) -> None:
    found = regions.filter(Exists(Subject.objects.filter(region=OuterRef("pk"))))
    count = found.count()
    for number, region in enumerate(found.order_by("path")):
        job.progress(number, count, _("正在核对%(region)s的登记簿") % {"region": region})
        duplicates_find(region=region)
    job.progress(count, count)
