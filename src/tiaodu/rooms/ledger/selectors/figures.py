"""The figures of indicators: which evidence speaks of which indicator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence.models import Evidence, Series
from tiaodu.foundation.evidence.selectors import Key, figures_latest, told
from tiaodu.foundation.evidence.sources import Described
from tiaodu.foundation.registry.models import UNIT_KINDS, Region, Subject, SubjectKind
from tiaodu.rooms.ledger.drafts import is_named
from tiaodu.rooms.ledger.models import Indicator, Source
from tiaodu.rooms.ledger.selectors.scope import sees_inside, task_for

SOURCE = "ledger.indicator"


def region_subjects(regions: Iterable[Region]) -> dict[int, Subject]:
    """The subject that stands for each region as a whole, by the region's key; the first registered."""
    found = Subject.objects.filter(region__in=list(regions), kind=SubjectKind.REGION, merged_into=None)
    return {subject.region_id: subject for subject in found.order_by("-pk")}


def subject_of_figures(indicator: Indicator, whole: Mapping[int, Subject]) -> Subject | None:
    """Whose figures an indicator's are: its own subject's, its task's, else the region's as a whole.

    None for a subject that the text names but nobody has registered: its figures are not the county's.
    """
    own = indicator.subject or indicator.task.subject
    if own is not None or is_named(indicator.subject_text):
        return own
    return whole.get(indicator.task.region_id)


def key_of(indicator: Indicator, whole: Mapping[int, Subject]) -> Key | None:
    """What an indicator's figures are asked for by; None while it has no subject or measure."""
    subject = subject_of_figures(indicator, whole)
    if subject is None or indicator.measure_id is None:
        return None
    since = indicator.counts_from
    return Key(subject.pk, indicator.measure_id, series_of(subject), start=since, level=since is None)


def series_of(subject: Subject) -> str:
    """The series progress is told in. What a department tells of a firm or mine is what it saw itself: the
    firm's own figures come from the firm alone.
    """
    return Series.OBSERVATION if subject.kind in UNIT_KINDS else Series.DISPATCH


def figures_of(indicators: Iterable[Indicator], day: date) -> dict[int, Evidence]:
    """The latest figure of each indicator (by key) as it stood on ``day``, in a fixed number of queries."""
    wanted = list(indicators)
    bare = {i.task.region for i in wanted if i.subject_id is None and i.task.subject_id is None}
    whole = region_subjects(bare) if bare else {}
    keys = {i.pk: key for i in wanted if (key := key_of(i, whole)) is not None}
    found = figures_latest(keys.values(), day)
    return {pk: found[key] for pk, key in keys.items() if key in found}


def told_of(indicator: Indicator, day: date) -> list[Evidence]:
    """Every revision of every figure of an indicator that was known on ``day``, the last known first."""
    key = key_of(indicator, region_subjects([indicator.task.region]))
    if key is None:
        return []
    found = told(key.subject_id, key.measure_id, key.series, day)
    return [figure for figure in found if key.asks_for(figure.period_start, figure.period_end)]


def source_of_figure(user: User, source_id: str) -> Described | None:
    """The task of an indicator and the sentence that promised it, for who sees the inside of it."""
    founding = Prefetch(
        "sources", Source.objects.filter(restates=False).select_related("statement__document"), "founding"
    )
    indicators = Indicator.objects.select_related("task").prefetch_related(founding)
    indicator: Any = indicators.filter(pk=int(source_id)).first() if source_id.isdecimal() else None
    if indicator is None or not sees_inside(user):
        return None
    task = task_for(user, indicator.task_id)
    label, url = _("任务“%(title)s”的进展") % {"title": task.title}, reverse("ledger:task", args=[task.pk])
    if not indicator.founding:
        return Described(label, url)
    statement = indicator.founding[0].statement
    text = statement.document.text
    return Described(
        label,
        url,
        before=text[statement.sentence_start : statement.start],
        words=text[statement.start : statement.end],
        after=text[statement.end : statement.sentence_end],
    )
