"""What is said where a value is missing: which function stands still, what is missing, who must supply it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tiaodu.foundation.refusal import Link, Refusal
from tiaodu.foundation.tables.declaring import Table


class Blocked(Refusal):
    """A function stands still because nobody has supplied or confirmed a value. Nothing is guessed."""

    status = 424  # Failed Dependency
    code = "blocked"

    def __init__(self, table: Table, missing: str) -> None:
        told = {"affects": table.affects, "missing": missing, "supplier": table.supplier}
        super().__init__(_("%(affects)s现在不能用：%(missing)s请%(supplier)s提供并经另一人确认。") % told)
        self.table = table
        self.missing = missing
        self.link = Link(reverse("tables:table", args=[table.code]), _("打开这张参数表"), "tables.read")


def unconfirmed(table: Table, source: str) -> Blocked:
    """The only value there is is not sure."""
    words = _("参数表“%(table)s”的内容待确认（%(source)s）。")
    return Blocked(table, words % {"table": table, "source": source})


def nothing_valid(table: Table, day: date) -> Blocked:
    """There is no value for the day."""
    words = _("参数表“%(table)s”没有 %(day)s 可用的内容。")
    return Blocked(table, words % {"table": table, "day": day.isoformat()})


def damaged(table: Table, fault: Any) -> Blocked:
    """The packaged file cannot be read."""
    return Blocked(table, _("参数表“%(table)s”的文件有误（%(fault)s）。") % {"table": table, "fault": fault})


def outgrown(table: Table, number: int, fault: str) -> Blocked:
    """The county's version was written for an older form of the table."""
    words = _("参数表“%(table)s”第 %(number)s 版与现在的程序不符（%(fault)s）。")
    return Blocked(table, words % {"table": table, "number": number, "fault": fault})


def row_missing(table: Table, name: str) -> Blocked:
    """The table has no such row."""
    return Blocked(table, _("参数表“%(table)s”里没有“%(name)s”。") % {"table": table, "name": name})


def row_unconfirmed(table: Table, name: str) -> Blocked:
    """The row is there but not sure."""
    return Blocked(table, _("参数表“%(table)s”里的“%(name)s”待确认。") % {"table": table, "name": name})


def cell_missing(table: Table, name: str, column: Any) -> Blocked:
    """The row is there, the value asked for is empty."""
    words = _("参数表“%(table)s”里“%(name)s”的“%(column)s”还没有填。")
    return Blocked(table, words % {"table": table, "name": name, "column": column})
