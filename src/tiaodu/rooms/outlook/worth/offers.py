"""What the room offers itself: that a mine or plant has no stops, and that a month that should be told is
told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.offers import About, Intervention
from tiaodu.engine.outlook.model import Noise
from tiaodu.engine.outlook.months import month_of, month_text
from tiaodu.engine.outlook.shapes import Stop
from tiaodu.rooms.ledger.models import TaskDepartment
from tiaodu.rooms.outlook.selectors.gathered import Gathered, Promise
from tiaodu.rooms.outlook.selectors.scope import IN_CHARGE

NEW = "outlook.report"


def own_offers(county: Gathered) -> list[Intervention]:
    """Stops that could be avoided, and figures of the tree that are behind; one query."""
    return [*_stops(county), *_reports(county)]


def _stops(county: Gathered) -> Iterator[Intervention]:
    for node in county.case.tree.nodes.values():
        kind = node.kind
        if not isinstance(kind, Noise) or not isinstance(kind.shape, Stop):
            continue
        subject = county.places.subjects.get(node.key.partition(":")[0])
        who = subject.name if subject is not None else ""
        url = reverse("ledger:subject", args=[subject.pk]) if subject is not None else ""
        yield Intervention(
            key=f"outlook.stops:{node.key}",
            room="outlook",
            title=_running(who or node.title or node.key),
            reason=_stop_reason(kind.shape.chance, node.source),
            about=About("registry.subject", str(subject.pk if subject else ""), who or node.title, url),
            moves=(node.key,),
            decides=who,
            relieves=(node.key,),
        )


def _reports(county: Gathered) -> Iterator[Intervention]:
    """Every promised figure of the tree whose last months, over by now, nobody has told."""
    behind = [(promise, months) for promise in _once(county) if (months := _missing(county, promise))]
    leads = _leads([promise.row.task.pk for promise, _months in behind])
    for promise, months in behind:
        task, key = promise.row.task, str(promise.key)
        title = county.case.tree.nodes[key].title or promise.part.part.measure.name
        yield Intervention(
            key=f"{NEW}:{key}",
            room="outlook",
            title=_chase(title, months),
            reason=_report_reason(promise),
            about=About("ledger.task", str(task.pk), task.title, reverse("ledger:task", args=[task.pk])),
            moves=(key,),
            decides=leads.get(task.pk, ""),
            tells=tuple((key, month_text(month)) for month in months),
        )


def _once(county: Gathered) -> list[Promise]:
    """One promise for each series of the tree that somebody has told before."""
    found: dict[str, Promise] = {}
    for promise in county.promises:
        if promise.key in county.case.tree.nodes and promise.key in county.known:
            found.setdefault(str(promise.key), promise)
    return list(found.values())


def _missing(county: Gathered, promise: Promise) -> list[int]:
    """The months after the last that was told, up to the last that is over."""
    known = county.case.inputs.known.get(str(promise.key), {})
    return [*range(max(known) + 1, month_of(county.day))] if known else []


def _leads(tasks: Sequence[int]) -> dict[int, str]:
    """The department that leads each task, else one that is responsible."""
    parts = TaskDepartment.objects.filter(task__in=tasks, part__in=IN_CHARGE).select_related("department")
    found: dict[int, str] = {}
    for each in sorted(parts, key=lambda part: (IN_CHARGE.index(part.part), part.pk)):
        found.setdefault(each.task_id, each.department.name)
    return found


def _running_now(who: str) -> str:
    return _("%(who)s今后各月不停产") % {"who": who}


def _stop_reason_now(probability: float, source: str) -> str:
    told = {"percent": f"{probability * 100:.0f}", "source": source}
    return _("模型里每月有 %(percent)s%% 的可能停产（%(source)s）") % told


def _chase_now(title: str, months: Sequence[int]) -> str:
    told = "、".join(month_text(month) for month in months)
    return _("催报%(title)s %(months)s") % {"title": title, "months": told}


def _report_reason_now(promise: Promise) -> str:
    return _("台账里“%(task)s”的数还没有报到上个月") % {"task": promise.row.task.title}


# Worded when they are read: a run keeps them in both languages.
_running, _stop_reason = lazy(_running_now, str), lazy(_stop_reason_now, str)
_chase, _report_reason = lazy(_chase_now, str), lazy(_report_reason_now, str)
