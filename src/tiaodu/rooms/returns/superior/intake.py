"""A filled form of another platform read in by the same mapping: looked through, evidence when confirmed.

Only statistics of regions and industries come in, and only by the statistics bureau. What a form tells of
firms is refused: their figures are told by the firms.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.forms import GROWTH, REGION, moved, period_of, place_of, taken
from tiaodu.engine.tabular.grid import Cell, Grid, text_of
from tiaodu.engine.tabular.values import number_of
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.evidence.models import Series
from tiaodu.foundation.evidence.selectors import Key, figures_latest
from tiaodu.foundation.evidence.services import Row, evidence_import
from tiaodu.foundation.files.services import file_store
from tiaodu.foundation.refusal import Invalid, NotAllowed
from tiaodu.foundation.registry.models import Measure, Subject, SubjectKind
from tiaodu.foundation.registry.services import region_subject_ensure
from tiaodu.rooms.returns.rules import evidence_period
from tiaodu.rooms.returns.superior.blanks import read_filled
from tiaodu.rooms.returns.superior.cells import Asked, Naming
from tiaodu.rooms.returns.superior.models import FormReading, FormReadingDone
from tiaodu.rooms.returns.superior.selectors import cells_of, form_for, reading_for, version_of

MAY = "evidence.statistics"


@transaction.atomic
def form_read(*, user: User, form_id: int, month: Period, data: bytes, filename: str) -> FormReading:
    """Look a filled form through. Nothing becomes evidence; each cell says what it would be, or why not."""
    access.require(user, "returns.forms")
    if not access.may(user, MAY):
        raise NotAllowed(_("上级平台导出的统计数只由统计局读入，其他人不能填写、修改或代报。"))
    form = form_for(user, form_id)
    version = version_of(form)
    if month.end > clock.today():
        raise Invalid(_("%(month)s还没有过完，过完以后再读。") % {"month": month})
    grids = read_filled(data, filename)
    cells = list(cells_of(version).values())
    _refuse_other_form(grids, cells)
    naming = Naming(form.region)
    rows = [_row(cell, grids.get(cell.sheet), naming, month) for cell in cells]
    _compare(rows, naming)
    made = FormReading.objects.create(
        of=form,
        version=version,
        month=month.start,
        file=file_store(user=user, name=filename, data=data),
        rows=rows,
        known_on=clock.today(),
        by=user,
    )
    after = {"title": form.title, "period": str(month), "count": len(rows)}
    audit.record(action="returns.form_read", actor=user, obj=made, after=after)
    return made


def _refuse_other_form(grids: Mapping[str, Grid], cells: Sequence[Asked]) -> None:
    """A file whose labels are elsewhere is another form, or last year's."""
    for name in dict.fromkeys(cell.sheet for cell in cells):
        grid = grids.get(name)
        if grid is None:
            raise Invalid(
                _("文件里没有可见的工作表“%(sheet)s”，和登记的表不一样。没有读入。") % {"sheet": name}
            )
        mine = {cell.cell: cell.told_labels for cell in cells if cell.sheet == name}
        gone = moved(_without(grid, mine), mine)
        if gone:
            told = _("、").join(f"{move.cell}→{move.now or '—'}" for move in gone[:8])
            raise Invalid(
                _("文件的行列和登记的表不一样（%(cells)s），可能是去年的或别的表。没有读入。请先换空白表。")
                % {"cells": told}
            )


def _without(grid: Grid, filled: Collection[str]) -> Grid:
    """The sheet without what was written into its cells: a text there is no label of its neighbours."""
    places = set(map(place_of, filled))
    rows = [
        [None if (row, column) in places else cell for column, cell in enumerate(cells)]
        for row, cells in enumerate(grid.rows)
    ]
    return replace(grid, rows=rows)


def _row(cell: Asked, grid: Grid | None, naming: Naming, month: Period) -> dict[str, Any]:
    """What a cell would become."""
    measure = naming.measures.get(cell.measure)
    written = _written(grid, cell.cell)
    row: dict[str, Any] = {"sheet": cell.sheet, "cell": cell.cell, "text": text_of(written), "wrong": ""}
    if cell.take == GROWTH:
        return row | {"wrong": _("增长由系统用两年的数算，不读入。")}
    if cell.of_units:
        return row | {"wrong": _("这是企业的合计：企业的数由企业自己报，不能由别人读入。")}
    if cell.series != Series.STATISTICAL:
        return row | {"wrong": _("只读入统计数；这一格是别的口径。")}
    if measure is None or written is None:
        return row | {"wrong": _("没有填。") if measure else _("没有这个指标口径。")}
    value = number_of(written)
    if value is None:
        return row | {"wrong": _("“%(text)s”不是数。") % {"text": text_of(written)[:30]}}
    period = evidence_period(
        "stock" if measure.kind == Measure.Kind.STOCK else "flow", period_of(cell.span, month)
    )
    return row | {
        "measure": measure.pk,
        "who": cell.who,
        "period": str(period),
        "value": f"{taken(value, cell.counted_in()):f}",
    }


def _written(grid: Grid | None, cell: str) -> Cell:
    place = place_of(cell)
    if grid is None or place is None or place[0] >= len(grid.rows):
        return None
    cells = grid.rows[place[0]]
    return cells[place[1]] if place[1] < len(cells) else None


def _compare(rows: list[dict[str, Any]], naming: Naming) -> None:
    """Beside each value what is there already."""
    keys = {}
    for number, row in enumerate(rows):
        subject = _known_subject(row, naming) if not row["wrong"] else None
        if subject is not None:
            period = Period.parse(row["period"])
            keys[number] = Key(subject.pk, row["measure"], Series.STATISTICAL, period=period)
    there = figures_latest(keys.values())
    for number, key in keys.items():
        found = there.get(key)
        rows[number]["before"] = "" if found is None or found.value is None else f"{found.value:f}"


def _known_subject(row: Mapping[str, Any], naming: Naming) -> Subject | None:
    """Whom a row is about; None for a region that nobody told a figure of yet."""
    if row["who"] == REGION:
        own = (s for s in naming.subjects.values() if s.kind == SubjectKind.REGION)
        return next((s for s in own if s.region_id == naming.region.pk), None)
    key = row["who"].partition(":")[2]
    return naming.subjects.get(int(key)) if key.isdecimal() else None


@transaction.atomic
def reading_confirm(*, user: User, reading_id: int, reason: str = "") -> FormReadingDone:
    """Take the readable cells into the evidence, with the file: once. A figure that is there already with
    another value needs the reason of the correction.
    """
    access.require(user, MAY)
    reading = reading_for(user, reading_id)
    if FormReadingDone.objects.filter(reading=reading).exists():
        raise Invalid(_("这份文件已经读入过了。"))
    naming = Naming(reading.of.region)
    rows = [_evidence(user, row, naming, reason.strip()) for row in reading.rows if not row["wrong"]]
    if not rows:
        raise Invalid(_("没有一格可以读入。"))
    done = evidence_import(user=user, rows=rows, file=reading.file)
    if done.refused:
        raise Invalid(done.refused[0].refusal.message)
    counts = {"recorded": len(done.recorded), "same": len(done.same)}
    made = FormReadingDone.objects.create(reading=reading, counts=counts, by=user)
    audit.record(action="returns.form_read_confirm", actor=user, obj=reading, after=counts)
    return made


def _evidence(user: User, row: Mapping[str, Any], naming: Naming, reason: str) -> Row:
    return Row(
        subject=_subject(user, row, naming),
        measure=next(m for m in naming.measures.values() if m.pk == row["measure"]),
        series=Series.STATISTICAL,
        period=Period.parse(row["period"]),
        value=Decimal(row["value"]),
        reason=reason,
    )


def _subject(user: User, row: Mapping[str, Any], naming: Naming) -> Subject:
    found = _known_subject(row, naming)
    if found is None and row["who"] == REGION:
        return region_subject_ensure(user=user, region=naming.region)
    if found is None:
        raise Invalid(_("登记簿里已经没有这个主体。"))
    return found
