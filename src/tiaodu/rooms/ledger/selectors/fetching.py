"""Tasks with everything that was known of them on a day, in a fixed number of queries."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet

from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Subject
from tiaodu.rooms.documents.models import Document, Statement
from tiaodu.rooms.ledger.models import (
    Event,
    Indicator,
    Milestone,
    Progress,
    Source,
    Task,
    TaskDepartment,
    Term,
)
from tiaodu.rooms.ledger.selectors.keeping import kept_list
from tiaodu.rooms.ledger.selectors.scope import alive

# Columns no list shows and that take long to decode: they are fetched when somebody asks for them.
HEAVY_OF_A_STATEMENT = ("questions", "headings")
HEAVY_OF_A_DOCUMENT = ("text", "tables", "warnings", "findings")
HEAVY_OF_A_PERSON = ("sectors", "roles")


def known_tasks(tasks: QuerySet[Task], day: date) -> list[Task]:
    """The tasks, kept until an act may change them. Their figures and what they are judged by are no part of
    it: those come in all day.
    """
    return kept_list(_prefetched(tasks, day), day)


def _prefetched(tasks: QuerySet[Task], day: date) -> QuerySet[Task]:
    """The tasks with all a row needs. What many rows share (departments, people, documents) is fetched once
    beside them instead of joined to each.
    """
    terms = Prefetch(
        "terms", Term.objects.filter(known_on__lte=day).order_by("revision"), to_attr="known_terms"
    )
    department = Prefetch("department", Subject.objects.defer("keywords"))
    parts = TaskDepartment.objects.prefetch_related(department)
    indicators = _parts(Indicator.objects.all(), day).prefetch_related(terms)
    milestones = _parts(Milestone.objects.all(), day).prefetch_related(terms)
    events = Event.objects.filter(known_on__lte=day).order_by("known_on", "id")
    return tasks.select_related("subject", "region").prefetch_related(
        Prefetch("parts", parts, to_attr="known_departments"),
        Prefetch("indicators", indicators, to_attr="known_indicators"),
        Prefetch("milestones", milestones, to_attr="known_milestones"),
        Prefetch("events", events, to_attr="known_events"),
        Prefetch("progress", _reports(day, department), to_attr="known_progress"),
        Prefetch("sources", _sources(day), to_attr="known_sources"),
    )


def _reports(day: date, department: Prefetch[Any]) -> QuerySet[Progress]:
    reporter = Prefetch("reported_by", User.objects.defer(*HEAVY_OF_A_PERSON))
    found = Progress.objects.filter(known_on__lte=day).prefetch_related(department, reporter)
    return found.order_by("-period_end", "-known_on", "-id")


def _sources(day: date) -> QuerySet[Source]:
    document = Prefetch("document", Document.objects.defer(*HEAVY_OF_A_DOCUMENT))
    statement = Prefetch(
        "statement", Statement.objects.defer(*HEAVY_OF_A_STATEMENT).prefetch_related(document)
    )
    return Source.objects.filter(known_on__lte=day).prefetch_related(statement)


def _parts(found: QuerySet[Any], day: date) -> QuerySet[Any]:
    related = ("subject", "measure") if found.model is Indicator else ("subject",)
    return found.filter(alive(day)).select_related(*related).order_by("id")
