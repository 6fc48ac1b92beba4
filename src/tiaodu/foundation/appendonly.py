"""Rows that are written once: the one base for everything the county must be able to replay."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _


class AppendOnlyError(TypeError):
    """Raised when code tries to change or delete a row that is written once."""

    def __init__(self, model: str) -> None:
        super().__init__(f"{model} is append-only: write a further row that supersedes this one")


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """A queryset without the two verbs that rewrite history."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError(self.model.__name__)

    def delete(self) -> NoReturn:
        raise AppendOnlyError(self.model.__name__)


class AppendOnly(models.Model):
    """Base of every table whose rows are superseded, never edited.

    The refusal here gives a clear message; triggers made by :func:`guard` in the migration hold it in the
    database, for raw SQL and for other programs too.
    """

    recorded_at = models.DateTimeField(_("记录时间"), auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(type(self).__name__)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError(type(self).__name__)
