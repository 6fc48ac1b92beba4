"""Doing one thing to many records: each record whole or not at all, and never twice.

A run has one row for each record. What is done for a record and the row's own state are written in one
transaction: a run that is killed at any moment goes on with the rows still waiting. What a service refuses is
kept with its reason, and the others go on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tiaodu.foundation.lists.models import RowState, WorkRow
from tiaodu.foundation.refusal import Refusal

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]  # (done, total); may raise to stop between two rows
STEPS = 200  # how often progress is told at most

_LONGEST = 500


def rows_work(rows: QuerySet[Any], act: Callable[[Any], dict[str, Any] | None], progress: Progress) -> None:
    """Call ``act`` for every waiting row of one run, in the order of ``rows``.

    ``act`` raises a :class:`Refusal` for what cannot be done, and may return further fields of the row.
    ``progress`` is called between rows and stops the run by raising.
    """
    total = rows.count()
    waiting = list(rows.filter(state=RowState.WAITING).values_list("pk", flat=True))
    over, step = total - len(waiting), max(1, total // STEPS)
    progress(over, total)
    for number, pk in enumerate(waiting, over + 1):
        _one(rows.model, pk, act)
        if number % step == 0 or number == total:
            progress(number, total)


def _one(model: type[WorkRow], pk: int, act: Callable[[Any], dict[str, Any] | None]) -> None:
    try:
        with transaction.atomic():
            # Held first: a second worker waits here and then finds nothing that waits.
            row = model._default_manager.select_for_update().filter(pk=pk, state=RowState.WAITING).first()
            if row is None:
                return
            found = {"state": RowState.DONE, **(act(row) or {})}
            for name, value in found.items():
                setattr(row, name, value)
            row.save(update_fields=list(found))
    except Refusal as refusal:
        _refused(model, pk, reason_of(refusal))
    except ValidationError as error:
        _refused(model, pk, "；".join(error.messages))
    except IntegrityError:
        _refused(model, pk, _("与刚登记的另一条记录冲突，没有写入。请重新核对后再办。"))
    except DatabaseError:
        raise  # the database is not there: the run goes on later
    except Exception:
        logger.exception("row %s of a run failed", pk)
        _refused(model, pk, _("处理这一行时出现程序错误，已记入日志，请联系系统管理员。"))


def _refused(model: type[WorkRow], pk: int, message: str) -> None:
    waiting = model._default_manager.filter(pk=pk, state=RowState.WAITING)
    waiting.update(state=RowState.REFUSED, message=message[:_LONGEST])


def reason_of(refusal: Refusal) -> str:
    """A refusal on one line: its words, and for a record changed meanwhile what it says now."""
    now = [
        f"{value['label']}：{value.get('theirs', '')}"
        for value in refusal.details.values()
        if isinstance(value, dict) and "label" in value
    ]
    return "；".join([str(refusal.message), *now])
