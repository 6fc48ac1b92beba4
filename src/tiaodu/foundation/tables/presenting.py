"""What the pages of the tables are given to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables import heads
from tiaodu.foundation.tables.blocked import Blocked
from tiaodu.foundation.tables.bodies import read_body
from tiaodu.foundation.tables.cells import kind, shown
from tiaodu.foundation.tables.declaring import Column, Table, find
from tiaodu.foundation.tables.difference import Difference, difference
from tiaodu.foundation.tables.models import Decision, Version
from tiaodu.foundation.tables.overview import (
    Overview,
    confidence_words,
    found_on,
    overview_of,
)
from tiaodu.foundation.tables.selectors import COUNTY, TableData, data_of
from tiaodu.foundation.tables.versions import (
    body_of,
    decision_of,
    replaced_by,
    versions_visible_to,
    waiting_for,
)

_LIGHTS = {
    Decision.Verb.CONFIRMED: "green",
    Decision.Verb.REJECTED: "grey",
    Decision.Verb.WITHDRAWN: "grey",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A version in the history of its table, as it stood on the day of the page."""

    version: Version
    decision: Decision | None
    holds: bool  # on the day asked for

    @property
    def light(self) -> str:
        return "amber" if self.decision is None else _LIGHTS[Decision.Verb(self.decision.verb)]

    @property
    def word(self) -> str:
        return _("待确认") if self.decision is None else str(self.decision.get_verb_display())

    @property
    def confidence(self) -> str:
        return confidence_words(self.version.confidence)

    @property
    def begins_after_confirming(self) -> bool:
        """Whether it reaches back before the day it was confirmed."""
        return bool(self.version.earlier_reason)


def list_context(rows: Sequence[Overview]) -> dict[str, Any]:
    """The sentence above the list."""
    blocked = sum(bool(row.missing) for row in rows)
    mine = sum(row.mine for row in rows)
    waiting = sum(len(row.waiting) for row in rows)
    parts = [ngettext("%(n)s 张参数表", "%(n)s 张参数表", len(rows)) % {"n": len(rows)}]
    if mine:
        parts.append(ngettext("%(n)s 项修改等您确认", "%(n)s 项修改等您确认", mine) % {"n": mine})
    elif waiting:
        parts.append(ngettext("%(n)s 项修改等人确认", "%(n)s 项修改等人确认", waiting) % {"n": waiting})
    if blocked:
        parts.append(
            ngettext("%(n)s 张缺内容、停用相关功能", "%(n)s 张缺内容、停用相关功能", blocked) % {"n": blocked}
        )
    return {"headline": _("，").join(parts)}


def table_context(user: User, table: Table, day: date) -> dict[str, Any]:
    """One table as it stood on ``day``."""
    today = clock.today()
    waiting = waiting_for(user, today).get(table.code, [])
    now = overview_of(user, table, waiting, day)
    found = versions_visible_to(user, today).filter(code=table.code)
    holds = now.data.version_id if now.data else None
    return {
        "table": table,
        "now": now,
        "data": now.data,
        "day": day,
        "is_today": day == today,
        "columns": styled(table),
        "lines": lines_of(table, now.data),
        "history": [Shown(v, decision_of(v, today), v.pk == holds) for v in found],
        "package": found_on(table, None, day, known=today)[0],
        "newer": _newer_package(table, now.data, day),
        "following": following(table, user.region, day, now.data.valid_to if now.data else None),
        "may_propose": may_propose(user, table),
    }


def may_propose(user: User, table: Table) -> bool:
    """Whether the person may propose a change of this table; she needs a region to propose it for."""
    allowed = access.may(user, "tables.propose") and access.may(user, table.propose)
    return allowed and user.region is not None


def may_decide(user: User, table: Table) -> bool:
    """Whether the person may confirm or reject what others propose."""
    return access.may(user, "tables.confirm") and access.may(user, table.confirm)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the content: a value of the record with its words, or a row with its cells."""

    cells: Sequence[tuple[Column, str, str]]  # the column, its css class, the value
    unsure: bool = False
    partly: bool = False

    @property
    def brief(self) -> list[str]:
        """What tells the row while it is folded."""
        return [text for column, _css, text in self.cells if column.brief and text]

    @property
    def groups(self) -> list[tuple[str, list[tuple[Column, str]]]]:
        """The values that are there, in the groups of their columns."""
        filled = [(column, text) for column, _css, text in self.cells if text]
        found = groupby(filled, key=lambda cell: str(cell[0].group))
        return [(title, list(cells)) for title, cells in found]


_CLASSES = {"integer": "num", "number": "num", "day": "nowrap", "flag": "nowrap"}


def styled(table: Table) -> list[tuple[Column, str]]:
    """The columns with the css class of their cells."""
    return [(c, _CLASSES.get(kind(table.shapes[c.key]), "")) for c in table.columns]


def lines_of(table: Table, data: TableData | None) -> list[Line]:
    """The content in words."""
    if data is None:
        return []
    columns = styled(table)
    if not table.has_rows:
        return [Line([(c, css, shown(data.body[c.key], c.words))]) for c, css in columns]
    unsure, partly = data.unsure_rows, data.partly_unsure_rows
    return [
        Line([(c, css, shown(row[c.key], c.words)) for c, css in columns], row in unsure, row in partly)
        for row in data.rows
    ]


def _newer_package(table: Table, data: TableData | None, day: date) -> TableData | None:
    """The package's content where it is younger than the county's version that replaces it."""
    if data is None or data.origin != COUNTY:
        return None
    package = found_on(table, None, day, known=day)[0]
    return package if package and package.valid_from > data.valid_from else None


def following(table: Table, region: Region | None, after: date, until: date | None) -> heads.Head | None:
    """The confirmed version that takes over after a day, from what would end on ``until`` otherwise."""
    found = heads.taking_over(table.code, region, after, clock.today()) if region else None
    return None if found is None or (until is not None and until < found.valid_from) else found


def version_context(user: User, version: Version) -> dict[str, Any]:
    """One version with what it changes: against what holds now while it waits, else against its base."""
    table = find(version.code)
    decision = decision_of(version)
    before = _before(table, version, decision) if table else None
    context = {
        "version": version,
        "table": table,
        "shown": Shown(version, decision, holds=False),
        "decision": decision,
        "before": before,
        "changed": changed_to(table, before, version.body) if table else None,
        "own": version.proposed_by_id == user.pk,
        "late": decision is None and version.valid_from < clock.today(),
    }
    if table is None or decision is not None:
        return context
    within = user.region is not None and version.region.path.startswith(user.region.path)
    return context | {
        "stale": (before.version_id if before else None) != version.based_on_id,
        "may_decide": within and may_decide(user, table) and version.proposed_by_id != user.pk,
        "may_withdraw": may_propose(user, table) and version.proposed_by_id == user.pk,
        "following": following(table, version.region, version.valid_from, version.valid_to),
    }


def _before(table: Table, version: Version, decision: Decision | None) -> TableData | None:
    """What a version replaces; for a decided one what it was made from."""
    if decision is None:
        return replaced_by(table, version.region, version.valid_from)
    known = version.proposed_on
    if version.based_on_id is None:
        return found_on(table, None, version.valid_from, known=known)[0]
    return _of_version(table, version.based_on)


def _of_version(table: Table, version: Version | None) -> TableData | None:
    try:
        return data_of(table, version) if version is not None else None
    except Blocked:
        return None


def changed_to(table: Table, before: TableData | None, raw: Any) -> Difference | None:
    """From what holds to raw cells; None where these cannot be read any more."""
    body, faults = read_body(table, raw)
    return None if faults else difference(table, body_of(before), body)


def head_changes(before: TableData | None, told: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Source and confidence before and after, where they differ."""
    if before is None:
        return []
    pairs = [
        (_("依据"), before.source, told["source"]),
        (_("可信程度"), confidence_words(before.confidence), confidence_words(told["confidence"])),
    ]
    return [pair for pair in pairs if pair[1] != pair[2]]
