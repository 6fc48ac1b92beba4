"""Moving everything that refers to one record to another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, models, transaction

from tiaodu.foundation.appendonly import AppendOnly
from tiaodu.foundation.registry.models import Subject

_followers: list[Callable[[Subject, Subject], None]] = []


def after_merge(follow: Callable[[Subject, Subject], None]) -> None:
    """Have ``follow(gone, keep)`` called at the end of every merge, in its transaction.

    For what is worked out from rows that keep their reference; called once from ``AppConfig.ready()``.
    """
    if follow not in _followers:
        _followers.append(follow)


def tell_followers(gone: Subject, keep: Subject) -> None:
    """Tell everybody who asked for it that ``gone`` was merged into ``keep``."""
    for follow in _followers:
        follow(gone, keep)


def move_references(gone: Subject, keep: Subject) -> dict[str, int]:
    """Let every foreign key and every many-to-many that names ``gone`` name ``keep``, in all apps.

    A row that would then stand twice (one department twice in a task) is removed; rows that are written once
    keep their reference. Returns the number of rows by table and field.
    """
    moved: dict[str, int] = {}
    for field in references():
        if issubclass(field.model, AppendOnly) or field.name == "merged_into":
            continue
        if count := _move(field.model, field.name, gone, keep):
            moved[f"{field.model._meta.label_lower}.{field.name}"] = count
    return moved


def references() -> list[Any]:
    """Every foreign key to a subject, those of the tables behind many-to-many fields included."""
    relations = Subject._meta.get_fields(include_hidden=True)
    return [relation.field for relation in relations if isinstance(relation, models.ManyToOneRel)]


def _move(model: type[models.Model], name: str, gone: Subject, keep: Subject) -> int:
    rows = list(model._default_manager.filter(**{name: gone}))
    for row in rows:
        setattr(row, name, keep)
        try:
            with transaction.atomic():
                row.save(update_fields=[name])
        except IntegrityError:
            row.delete()
    return len(rows)
