"""The figures of a month as the sentences of its text take them, each with where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.analysis import Sentence, Told, compose
from tiaodu.engine.returns.disclosure import TOTAL
from tiaodu.foundation import clock
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.registry.sectors import sector_name
from tiaodu.foundation.tables.selectors import table
from tiaodu.rooms.returns.economy.boards import SECTOR, Line, Overview, by_place, overview
from tiaodu.rooms.returns.economy.selectors import Reader
from tiaodu.rooms.returns.economy.words import language, month_name
from tiaodu.rooms.returns.models import Return

OUTPUT: Final = "output_value.industry"
VALUE_ADDED: Final = "growth_rate.value_added"
# What the sentences call a measure of the board.
NAMES: Final[Mapping[str, str]] = {
    OUTPUT: "产值",
    "revenue": "收入",
    "investment_done.fixed_assets": "投资",
    "tax": "税收",
    "energy.use": "用电",
}
NAMED_SECTORS: Final = 3  # so many sectors are named in a sentence


def month_text(reader: Reader, month: Period) -> tuple[Overview, tuple[Sentence, ...]]:
    """The board of a month and its text in the reader's language; no text for January."""
    found = overview(reader, month)
    facts = {name: told for name, told in _facts(reader, month, found) if told is not None}
    rows = table("returns.analysis", region=reader.region).rows
    sentences = compose(rows, facts, month=month.start.month, year=month.start.year, language=language())
    return found, sentences


Fact = tuple[str, Told | None]


def _facts(reader: Reader, month: Period, found: Overview) -> Iterator[Fact]:
    yield "月份", Told(_("%(n)s月") % {"n": month.start.month, "name": month_name(month)})
    yield from _reporting(reader.region, month)
    lines = {line.measure.code: line for line in found.lines}
    for code, name in NAMES.items():
        if code in lines:
            yield from _of_line(name, lines[code])
    yield from _delivered(found.lines)
    yield from _power(lines)
    yield from _sectors(reader, month)
    if found.doubtful:
        where = reverse("returns:economy_flags") + f"?month={month}"
        yield "存疑", Told(Decimal(found.doubtful), "", (where,))


def _reporting(region: Region, month: Period) -> Iterator[Fact]:
    """How many were asked for the month and have answered."""
    rows = Return.objects.filter(
        region__path__startswith=region.path, period_start=month.start, period_end=month.end,
        opened_on__lte=clock.today(),
    )  # fmt: skip
    by_firm: dict[int, bool] = {}
    for row in rows.only("subject_id", "state"):
        by_firm[row.subject_id] = by_firm.get(row.subject_id, True) and row.is_in
    if not by_firm:
        return
    where = (reverse("returns:list"),)
    told = sum(by_firm.values())
    yield "应报", Told(Decimal(len(by_firm)), "", where)
    yield "已报", Told(Decimal(told), "", where)
    yield "上报率", Told(Decimal(told * 100) / len(by_firm), "%", where)
    yield "期末月", Told(_("%(n)s月") % {"n": month.start.month, "name": month_name(month)})


def _of_line(name: str, line: Line) -> Iterator[Fact]:
    where = (f"{reverse('returns:economy_measure', args=[line.measure.code])}?month={line.period}",)
    unit = line.measure.unit
    yield name, _told(line.value, unit, where)
    yield f"{name}增速", _told(line.growth, "%", where)
    yield f"{name}较上月", _told(line.change, "百分点", where)
    if line.number > 2:
        yield f"{name}当月", _told(line.month_value, unit, where)
        yield f"{name}当月增速", _told(line.month_growth, "%", where)
    if line.standing is not None:
        way = (reverse("returns:economy_way", args=[line.measure.code]),)
        yield f"{name}完成", Told(line.standing.done, "%", way)
        yield f"{name}超序时", Told(line.standing.ahead, "百分点", way)


def _told(value: Decimal | None, unit: str, where: tuple[str, ...]) -> Told | None:
    return None if value is None else Told(value, unit, where)


def _delivered(lines: Sequence[Line]) -> Iterator[Fact]:
    """Value added: the rate as the statistics bureau delivered it, nothing else."""
    for line in lines:
        for one in line.delivered:
            if one.measure.code == VALUE_ADDED and one.value is not None:
                yield "增加值增速", Told(one.value, "%", (reverse("evidence:provenance", args=[one.pk]),))


def _power(lines: Mapping[str, Line]) -> Iterator[Fact]:
    output, power = lines.get(OUTPUT), lines.get("energy.use")
    if output and power and output.growth is not None and power.growth is not None:
        where = (reverse("returns:economy_measure", args=["energy.use"]),)
        yield "电产差", Told(abs(output.growth - power.growth), "百分点", where)


def _sectors(reader: Reader, month: Period) -> Iterator[Fact]:
    """Which sectors lift output most, and which fall; sectors that are not shown are not named."""
    _board, measure, lines = by_place(reader, month, OUTPUT, SECTOR)
    if measure is None:
        return
    told = [line for line in lines if line.place[0] not in (TOTAL, "") and line.growth is not None]
    lifts = sorted(told, key=lambda line: line.so_far.base_both - line.so_far.now_both)
    where = (reverse("returns:economy_measure", args=[OUTPUT]),)
    up = [line for line in lifts if line.growth and line.growth > 0][:NAMED_SECTORS]
    down = [line for line in reversed(lifts) if line.growth and line.growth < 0][:NAMED_SECTORS]
    for name, rows in (("拉动行业", up), ("下降行业", down)):
        if rows:
            yield name, Told(_list(rows), "", where)


def _list(rows: Iterable[Line]) -> str:
    if language() == "en":
        return ", ".join(f"{sector_name(line.place[0])} ({line.growth:+}%)" for line in rows)
    return "、".join(f"{sector_name(line.place[0])}（{line.growth:+}%）" for line in rows)
