"""The rules this county handles items by, as they were known on a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache

from tiaodu.engine.items import vocabulary
from tiaodu.engine.items.escalation import Step
from tiaodu.engine.items.vocabulary import Kind, Limit, Reason, Thresholds, Word
from tiaodu.foundation.registry.models import Region, Subject
from tiaodu.foundation.tables.selectors import TableData, table


@cache
def kinds() -> Mapping[str, Kind]:
    """The kinds of items, from data/items/kinds.yaml."""
    return vocabulary.kinds_of(vocabulary.packaged("kinds.yaml"))


@cache
def bases() -> Mapping[str, Word]:
    """What an order may rest on, from data/items/bases.yaml."""
    return vocabulary.words_of(vocabulary.packaged("bases.yaml"))


@cache
def absence_reasons() -> Mapping[str, Word]:
    """Why somebody is away, from data/items/absences.yaml."""
    return vocabulary.words_of(vocabulary.packaged("absences.yaml"))


@cache
def targets() -> Mapping[str, Word]:
    """The words for whom an item is brought before, from data/items/targets.yaml."""
    return vocabulary.words_of(vocabulary.packaged("targets.yaml"))


def reasons(region: Region, day: date) -> Mapping[str, Reason]:
    """The reasons to wait, from the table ``items.waiting``."""
    return _reasons(table("items.waiting", region=region, day=day))


def limits(region: Region, day: date) -> Mapping[str, Limit]:
    """The handling limits, from the table ``items.limits``."""
    return _limits(table("items.limits", region=region, day=day))


def thresholds(region: Region, day: date) -> Thresholds:
    """When an item counts as due soon, and within how many working days one should answer, from the table
    ``items.thresholds``.
    """
    return Thresholds(**table("items.thresholds", region=region, day=day).body)


def ladder(kind: str, region: Region, day: date) -> tuple[Step, ...]:
    """The rungs that items of a kind climb, from the table ``items.ladders``."""
    return _ladders(table("items.ladders", region=region, day=day)).get(kinds()[kind].ladder, ())


@lru_cache(maxsize=64)
def _reasons(found: TableData) -> Mapping[str, Reason]:
    return vocabulary.reasons_of(found.rows)


@lru_cache(maxsize=64)
def _limits(found: TableData) -> Mapping[str, Limit]:
    return vocabulary.limits_of(found.rows)


@lru_cache(maxsize=64)
def _ladders(found: TableData) -> Mapping[str, tuple[Step, ...]]:
    return vocabulary.ladders_of(found.rows)


@cache
def _bodies() -> tuple[vocabulary.Body, ...]:
    return vocabulary.bodies_of(vocabulary.packaged("bodies.yaml"))


def body_sort(department: Subject) -> str:
    """What sort of body a department is (data/items/bodies.yaml); empty for an ordinary bureau."""
    return vocabulary.sort_of((department.name, department.full_name), _bodies())


def body_words(sorts: tuple[str, ...], *, english: bool) -> str:
    """Some sorts of bodies by name."""
    return "、".join(body.said(english=english) for body in _bodies() if body.code in sorts)
