"""Moving everything that refers to one record to another, with a note of each row, and moving it back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db import IntegrityError, models, router, transaction
from django.db.models.deletion import Collector, ProtectedError
from django.utils.translation import gettext as _

from tiaodu.foundation.appendonly import AppendOnly
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry.models import Subject

Follower = Callable[[Subject, Subject], None]
Row = dict[str, Any]

_followers: list[Follower] = []
_undo_followers: list[Follower] = []


def after_merge(follow: Follower) -> None:
    """Have ``follow(gone, keep)`` called at the end of every merge, in its transaction.

    For what is worked out from rows that keep their reference; called once from ``AppConfig.ready()``.
    """
    if follow not in _followers:
        _followers.append(follow)


def after_unmerge(follow: Follower) -> None:
    """Have ``follow(gone, keep)`` called at the end of every undoing of a merge, in its transaction."""
    if follow not in _undo_followers:
        _undo_followers.append(follow)


def tell_followers(gone: Subject, keep: Subject, *, undone: bool = False) -> None:
    """Tell everybody who asked for it that ``gone`` was merged into ``keep``, or is itself again."""
    for follow in _undo_followers if undone else _followers:
        follow(gone, keep)


@dataclass(slots=True)
class Moved:
    """What a merge or its undoing did to the rows of all tables; see :class:`MergeRecord`."""

    moved: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    kept: list[Row] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """Rows moved, by table and field."""
        return {f"{row['table']}.{row['field']}": len(row["rows"]) for row in self.moved}


def references() -> list[Any]:
    """Every foreign key to a subject, those of the tables behind many-to-many fields included.

    Not those that say what became of a subject (``merged_into``), nor tables that are worked out anew from
    others (``rebuilt = True`` on the model).
    """
    relations = Subject._meta.get_fields(include_hidden=True)
    fields = [relation.field for relation in relations if isinstance(relation, models.ManyToOneRel)]
    return [f for f in fields if f.name != "merged_into" and not getattr(f.model, "rebuilt", False)]


def move_references(gone: Subject, keep: Subject) -> Moved:
    """Let every foreign key and every many-to-many that names ``gone`` name ``keep``, in all apps.

    A row that would then stand twice (one department twice in a task) is removed and noted with all it holds;
    rows that are written once keep their reference. Invalid when something written once hangs on a row that
    would have to go.
    """
    done = Moved()
    for reference in references():
        rows = reference.model._base_manager.filter(**{reference.name: gone}).order_by("pk")
        if issubclass(reference.model, AppendOnly):
            note, keys = done.kept, list(rows.values_list("pk", flat=True))
        else:
            note, keys = done.moved, [row.pk for row in rows if _moves(row, reference, keep, done)]
        if keys:
            note.append({"table": reference.model._meta.label_lower, "field": reference.name, "rows": keys})
    return done


def _moves(row: models.Model, reference: Any, keep: Subject, done: Moved) -> bool:
    """Whether the row now names ``keep``; one that would stand twice is removed and noted."""
    before = getattr(row, reference.attname)
    setattr(row, reference.attname, keep.pk)
    try:
        with transaction.atomic():
            row.save(update_fields=[reference.name])
    except IntegrityError:
        setattr(row, reference.attname, before)
        done.removed += _removed(row)
        return False
    return True


def _removed(row: models.Model) -> list[Row]:
    """Remove a row and give it, with everything that goes with it, as it can be put back."""
    using = router.db_for_write(type(row))
    collector = Collector(using=using, origin=row)
    try:
        collector.collect([row])
    except ProtectedError as error:
        raise Invalid(
            _("“%(row)s”在两条记录里都有，而它下面已有不能移动的内容，无法自动合并。请先处理这一行。")
            % {"row": row}
        ) from error
    collector.sort()
    gone: list[models.Model] = [each for instances in collector.data.values() for each in instances]
    gone += [each for query in collector.fast_deletes for each in query]
    told = json.loads(serializers.serialize("json", [row, *(each for each in gone if each != row)]))
    row.delete()
    return [{"row": each} for each in told]


def move_back(moved: Iterable[Row], removed: Iterable[Row], gone: Subject, keep: Subject) -> Moved:
    """Undo :func:`move_references`: rows that still name ``keep`` name ``gone`` again, removed ones return.

    ``removed`` of the answer are the rows that cannot: changed or deleted since, or taken by another row.
    """
    done = Moved()
    for note in moved:
        rows = apps.get_model(note["table"])._base_manager.filter(pk__in=note["rows"])
        still = rows.filter(**{note["field"]: keep}).order_by("pk")
        back = [row.pk for row in still if _returns(row, note["field"], gone)]
        if back:
            done.moved.append({**note, "rows": back})
        if lost := [key for key in note["rows"] if key not in back]:
            done.removed.append({**note, "rows": lost})
    for note in removed:
        if not _restored(note["row"]):
            done.removed.append(note)
    return done


def _returns(row: models.Model, name: str, gone: Subject) -> bool:
    setattr(row, name, gone)
    try:
        with transaction.atomic():
            row.save(update_fields=[name])
    except IntegrityError:
        return False
    return True


def _restored(told: Row) -> bool:
    """Whether a removed row could be put back as it was, under its own key."""
    model = apps.get_model(told["model"])
    if model._base_manager.filter(pk=told["pk"]).exists():
        return False
    try:
        with transaction.atomic():
            for row in serializers.deserialize("json", json.dumps([told])):
                row.save()
    except (IntegrityError, serializers.base.DeserializationError):
        return False
    return True
