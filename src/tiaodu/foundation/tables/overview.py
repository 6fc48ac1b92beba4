"""All tables as a person sees them on a day: what each holds, whether it blocks, what waits for her."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables.blocked import Blocked
from tiaodu.foundation.tables.cells import shown
from tiaodu.foundation.tables.declaring import Table, declared
from tiaodu.foundation.tables.models import Confidence, Version
from tiaodu.foundation.tables.selectors import COUNTY, TableData, content_on
from tiaodu.foundation.tables.versions import waiting_for

BLOCKED, WAITING, VALID = "red", "amber", "green"
SHORT = 3  # values that are told in the list itself


@dataclass(frozen=True, slots=True)
class Overview:
    """A table on a day: what it holds (None: nothing that can be used), why not, and what is proposed.

    ``unsure`` rows block whoever asks for them, of ``partly`` rows a part is not sure.
    """

    table: Table
    data: TableData | None
    missing: str
    waiting: Sequence[Version]
    mine: int  # how many of the proposals this person may decide
    unsure: int
    partly: int

    @property
    def url(self) -> str:
        return reverse("tables:table", args=[self.table.code])

    @property
    def state(self) -> str:
        if self.missing:
            return BLOCKED
        return WAITING if self.is_waiting else VALID

    @property
    def word(self) -> str:
        if self.missing:
            return _("缺")
        return _("待确认") if self.is_waiting else _("生效")

    @property
    def reason(self) -> str:
        """Why it is not simply valid."""
        told = [(_("没有人核实过") if self.data else _("没有内容"))] if self.missing else []
        if self.waiting:
            told.append(_("有人提议修改"))
        if self.unsure:
            told.append(
                ngettext("%(count)s 行待确认", "%(count)s 行待确认", self.unsure) % {"count": self.unsure}
            )
        if self.partly:
            told.append(
                ngettext("%(count)s 行有一部分待确认", "%(count)s 行有一部分待确认", self.partly)
                % {"count": self.partly}
            )
        return _("，").join(told)

    @property
    def is_waiting(self) -> bool:
        """Whether somebody has still to confirm something."""
        return bool(self.waiting or self.unsure or self.partly)

    @property
    def summary(self) -> str:
        """What it holds, in a few words."""
        if self.data is None:
            return ""
        if self.table.has_rows:
            count = len(self.data.rows)
            return ngettext("%(count)s 行", "%(count)s 行", count) % {"count": count}
        values = [value_words(self.table, self.data, column.key) for column in self.table.columns]
        return " · ".join(values) if len(values) <= SHORT else _("%(count)s 项") % {"count": len(values)}

    @property
    def origin(self) -> str:
        """Whose content it is."""
        if self.data is None:
            return ""
        return (
            _("本地第 %(number)s 版") % {"number": self.data.number}
            if self.data.origin == COUNTY
            else _("随程序")
        )

    @property
    def confidence(self) -> str:
        return confidence_words(self.data.confidence) if self.data else ""

    @property
    def search_words(self) -> str:
        """What a search also looks in."""
        columns = " ".join(str(column.title) for column in self.table.columns)
        return f"{self.table.code} {self.table.affects} {columns}"


def value_words(table: Table, data: TableData, key: str) -> str:
    """A value of a record with its unit."""
    column = table.column(key)
    text = shown(data.body[key], column.words)
    return f"{text}\N{NO-BREAK SPACE}{column.unit}".strip() if text else "—"


def confidence_words(code: str) -> str:
    """有据, 经验 …; the code where it has no word."""
    return str(dict(Confidence.choices).get(code, code))


def overview_of(user: User, table: Table, waiting: Sequence[Version], day: date) -> Overview:
    """One table as this person sees it on ``day``."""
    data, missing = found_on(table, user.region, day, known=clock.today())
    deciding = access.may(user, "tables.confirm") and access.may(user, table.confirm)
    mine = sum(version.proposed_by_id != user.pk for version in waiting) if deciding else 0
    unsure, partly = (len(data.unsure_rows), len(data.partly_unsure_rows)) if data else (0, 0)
    return Overview(table, data, missing, waiting, mine, unsure, partly)


def found_on(table: Table, region: Region | None, day: date, *, known: date) -> tuple[TableData | None, str]:
    """What a table holds on ``day``, and why that cannot be used (empty: it can)."""
    try:
        data = content_on(table, region, day, known=min(day, known))
    except Blocked as refusal:
        return None, refusal.missing
    if data is None:
        return None, _("没有 %(day)s 可用的内容。") % {"day": day.isoformat()}
    return data, _("内容待确认，还没有人核实过。") if data.is_unsure else ""


def overviews_for(user: User, day: date | None = None) -> list[Overview]:
    """Every table, those that block first, then those that wait."""
    day = day or clock.today()
    waiting = waiting_for(user, day)
    found = [overview_of(user, table, waiting.get(table.code, ()), day) for table in declared()]
    order = {BLOCKED: 0, WAITING: 1, VALID: 2}
    return sorted(found, key=lambda row: (order[row.state], str(row.table.title)))
