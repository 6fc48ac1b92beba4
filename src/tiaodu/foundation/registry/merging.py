"""Moving everything that refers to one record to another."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, models, transaction

from tiaodu.foundation.appendonly import AppendOnly
from tiaodu.foundation.registry.models import Subject


def move_references(gone: Subject, keep: Subject) -> dict[str, int]:
    """Let every foreign key and every many-to-many that names ``gone`` name ``keep``, in all apps.

    A row that would then stand twice (one department twice in a task) is removed; rows that are written once keep
    their reference. Returns the number of rows by table and field.
    """
    moved: dict[str, int] = {}
    for relation in Subject._meta.related_objects:
        field: Any = relation.field
        model = field.model
        if field.many_to_many:
            model, name = getattr(relation, "through"), field.m2m_reverse_field_name()  # noqa: B009
        else:
            name = field.name
        if issubclass(model, AppendOnly) or name == "merged_into":
            continue
        if count := _move(model, name, gone, keep):
            moved[f"{model._meta.label_lower}.{name}"] = count
    return moved


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
