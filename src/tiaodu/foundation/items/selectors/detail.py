"""One item in full: its log for officials, what a firm sees of it, its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tiaodu.engine.items.escalation import Step
from tiaodu.engine.items.states import Verb
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.items import rules, words
from tiaodu.foundation.items.models import VERBS, ItemEntry
from tiaodu.foundation.items.selectors.rows import ItemRow
from tiaodu.foundation.items.selectors.scope import sees_inside, standing_for
from tiaodu.foundation.refusal import NotFound


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of the log as an official reads it."""

    entry: ItemEntry
    verb: Any
    who: str
    detail: str
    told: Sequence[User]


def log_of(row: ItemRow) -> list[Line]:
    """The whole log as known on the day shown, latest first."""
    entries = ItemEntry.objects.filter(item=row.item, known_on__lte=row.day)
    found = entries.select_related("by", "by_department", "file").prefetch_related("told").order_by("-number")
    lines = []
    for entry in found:
        entry.item = row.item  # read already, with its region
        who = " ".join(str(part) for part in (entry.by_department, entry.by) if part)
        lines.append(
            Line(entry, VERBS[Verb(entry.verb)], who, words.detail_words(entry), list(entry.told.all()))
        )
    return lines


@dataclass(frozen=True, slots=True)
class OutsideLine:
    """An entry of the log as a firm reads it: the day, what happened, the coded reason, and only words that
    were written for it. No names, no remarks.
    """

    day: date
    verb: Any
    reason: str
    text: str


def outside_log(row: ItemRow) -> list[OutsideLine]:
    """What a firm sees of the log as known on the day shown, latest first."""
    found = ItemEntry.objects.filter(item=row.item, known_on__lte=row.day, inside=False).order_by("-number")
    lines = []
    for entry in found:
        entry.item = row.item
        text = entry.text if entry.for_firm else ""
        lines.append(OutsideLine(entry.known_on, VERBS[Verb(entry.verb)], words.detail_words(entry), text))
    return lines


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung of the ladder on the page: when it is reached, whether it was, whom it means."""

    step: Step
    target: str
    day: date | None


def ladder_of(row: ItemRow) -> list[Rung]:
    """The ladder the item climbs, with the days of the rungs it has reached."""
    days = {reached.step: reached.day for reached in row.rungs}
    steps = rules.ladder(row.item.kind, row.item.region, row.day)
    return [Rung(step, words.said(rules.targets(), step.target), days.get(step)) for step in steps]


def file_for(user: User, item_id: int, file_id: int) -> StoredFile:
    """A file of the log of an item in reach; NotFound otherwise, and for who does not see inside."""
    standing_for(user, item_id)
    known = ItemEntry.objects.filter(item=item_id, file=file_id, known_on__lte=clock.today())
    entry: ItemEntry | None = known.select_related("file").first()
    found = entry.file if entry is not None and sees_inside(user) else None
    if found is None:
        raise NotFound
    return found
