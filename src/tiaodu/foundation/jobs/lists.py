"""作业: the list of jobs, and a job in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from tiaodu.foundation.access import SIGNED_IN
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.jobs import registry, selectors
from tiaodu.foundation.jobs.models import OPEN, Job, JobState
from tiaodu.foundation.lists.columns import Chip, Column, Empty
from tiaodu.foundation.lists.page import ListPage

LIGHTS = {
    JobState.QUEUED: "grey",
    JobState.RUNNING: "current",
    JobState.DONE: "green",
    JobState.FAILED: "red",
    JobState.CANCELLED: "grey",
}


def kind_words(job: Job) -> str:
    """What a job does, in words; its kind when nobody here handles it any more."""
    known = registry.handled(job.kind)
    return str((known and known.title) or job.kind)


def own_words(job: Job) -> str:
    """What a job does and about what, for who started it."""
    return f"{kind_words(job)}：{job.label}" if job.label else kind_words(job)


def place_of(job: Job) -> str:
    """The address of what a job is about; empty when there is none."""
    known = registry.handled(job.kind)
    return known.place(job.arguments) if known and known.place else ""


def may_retry(user: User, job: Job) -> bool:
    """Whether a button to run it again helps: it failed, may be repeated, and is hers or the system's."""
    known = registry.handled(job.kind)
    mine = job.created_by_id in (None, user.pk)
    return mine and job.state == JobState.FAILED and known is not None and known.repeatable


def duration_words(length: timedelta | None) -> str:
    """A length of time in its two largest units; nothing for none."""
    if length is None:
        return ""
    seconds = max(0, round(length.total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("%(hours)d 小时 %(minutes)d 分") % {"hours": hours, "minutes": minutes}
    if minutes:
        return _("%(minutes)d 分 %(seconds)d 秒") % {"minutes": minutes, "seconds": seconds}
    return ngettext("%(seconds)d 秒", "%(seconds)d 秒", seconds) % {"seconds": seconds}


def who_words(job: Job) -> str:
    """Who started it; what nobody did, the system."""
    return str(job.created_by) if job.created_by else _("系统")


class JobList(ListPage):
    """One's own jobs, the latest first."""

    name = "jobs"
    title = gettext_lazy("作业")
    columns: ClassVar[Sequence[Column]] = (
        Column(
            "kind",
            pgettext_lazy("column", "作业"),
            cell=own_words,
            export=own_words,
            card="title",
            width="wide",
        ),
        Column(
            "state",
            gettext_lazy("状态"),
            cell="jobs/cells/state.html",
            export=lambda row: row.get_state_display(),
            card="aside",
            width="narrow",
        ),
        Column("error", gettext_lazy("进度"), cell="jobs/cells/progress.html", width="wide"),
        Column(
            "created_at",
            gettext_lazy("发起"),
            cell="jobs/cells/created.html",
            sort=("created_at",),
            width="narrow",
        ),
        Column(
            "duration",
            gettext_lazy("用时"),
            cell=lambda row: duration_words(row.duration),
            export=lambda row: duration_words(row.duration),
            width="narrow",
        ),
        Column("act", gettext_lazy("操作"), cell="jobs/cells/act.html", exported=False, width="narrow"),
    )
    chips = (
        Chip("open", gettext_lazy("进行中"), Q(state__in=OPEN), "current"),
        Chip("failed", gettext_lazy("未成功"), Q(state=JobState.FAILED), "red"),
        Chip("done", gettext_lazy("已完成"), Q(state=JobState.DONE), "green"),
    )
    export_permission = SIGNED_IN
    empty = Empty(
        gettext_lazy("还没有作业"),
        gettext_lazy("需要较长时间的工作会在后台进行，进度和结果列在这里；可以离开页面，稍后回来看。"),
        gettext_lazy("例：读取一份十万字的规划"),
    )
    sample_field = ""

    def row_url(self, record: Job) -> str:
        return reverse("jobs:progress", args=[record.pk])

    def row_light(self, record: Job) -> str:
        return LIGHTS[JobState(record.state)]

    def is_sample(self, record: Any) -> bool:
        return False

    @property
    def goes_on(self) -> bool:
        """Whether something in it still moves."""
        return any(row.record.is_open for row in self.rows)


class EverybodysJobList(JobList):
    """The jobs an administrator looks after: whose they are, not what they are about."""

    columns: ClassVar[Sequence[Column]] = (
        Column("kind", pgettext_lazy("column", "作业"), cell=kind_words, export=kind_words, card="title"),
        *JobList.columns[1:3],
        Column("created_by", gettext_lazy("发起人"), cell=who_words, export=who_words),
        *JobList.columns[3:-1],
        Column(
            "act", gettext_lazy("操作"), cell="jobs/cells/act_of_others.html", exported=False, width="narrow"
        ),
    )


def list_for(request: HttpRequest, user: User, rows: QuerySet[Job]) -> JobList:
    """The list that fits the person."""
    return (EverybodysJobList if selectors.administers(user) else JobList)(request, rows)
