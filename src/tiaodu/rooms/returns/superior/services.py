"""Writes to superior offices' forms: registering, mapping, a new blank, filling, ending."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.forms import Move, laid, moved
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.files.services import file_store
from tiaodu.foundation.refusal import Invalid, NotAllowed, Stale
from tiaodu.rooms.returns.superior.blanks import Blank, blank_of, read_blank
from tiaodu.rooms.returns.superior.cells import Asked, Naming, check
from tiaodu.rooms.returns.superior.figures import Gathering
from tiaodu.rooms.returns.superior.found import Found, source_kept
from tiaodu.rooms.returns.superior.models import FormFilling, FormVersion, SuperiorForm
from tiaodu.rooms.returns.superior.selectors import cells_of, form_for, version_of

MAY = "returns.forms"
KINDS = frozenset({"xlsx"})


@transaction.atomic
def form_register(*, user: User, title: str, issuer: str, data: bytes, filename: str) -> SuperiorForm:
    """Keep a blank form of an office above. Its cells are mapped afterwards."""
    access.require(user, MAY)
    if user.region is None:
        raise NotAllowed(_("您还没有地区，请系统管理员补上。"))
    title, issuer = title.strip(), issuer.strip()
    if not title or not issuer:
        raise Invalid(_("请写明表名和是哪个上级单位要的。"))
    read_blank(data, filename)
    made = SuperiorForm.objects.create(
        region=user.region,
        title=title[:120],
        issuer=issuer[:80],
        department=user.department,
        made_by=user,
        made_on=clock.today(),
        sample=user.sample,
    )
    file = file_store(user=user, name=filename, data=data, allowed=KINDS)
    _version(made, user, file, [], _("登记空白表"), number=1)
    after = {"title": made.title, "issuer": made.issuer, "file": file.name}
    audit.record(action="returns.form_register", actor=user, obj=made, after=after)
    return made


@transaction.atomic
def form_map(
    *, user: User, form_id: int, version: int, put: Sequence[Asked] = (), drop: Iterable[str] = ()
) -> FormVersion:
    """Say what cells ask for, and take cells out (by place). Stale, with what others changed, when the form
    is not as it was on the page; Invalid where a cell cannot be filled or cannot ask that.
    """
    form, before = _locked(user, form_id, version)
    naming, blank = Naming(form.region), blank_of(before.file)
    placed = [_placed(blank, asked) for asked in put]
    for asked in placed:
        check(asked, naming)
    cells = {**cells_of(before), **{asked.at: asked for asked in placed}}
    for place in drop:
        cells.pop(place, None)
    if cells == cells_of(before):
        return before
    named = sorted({asked.cell for asked in put} | {place.rpartition("!")[2] for place in drop})
    words = _("改了 %(cells)s") % {"cells": _("、").join(named)}
    made = _next(form, user, before.file, list(cells.values()), words)
    after = {"title": form.title, "number": made.number, "count": len(cells)}
    audit.record(action="returns.form_map", actor=user, obj=form, after=after)
    return made


@transaction.atomic
def form_replace(
    *, user: User, form_id: int, version: int, data: bytes, filename: str
) -> tuple[FormVersion, tuple[Move, ...]]:
    """Take a new blank of the same form. Cells whose labels stand elsewhere now go with them; those whose
    labels are gone are no longer mapped. Both are returned to be told.
    """
    form, before = _locked(user, form_id, version)
    blank = read_blank(data, filename)
    cells, moves = _followed(blank, list(cells_of(before).values()))
    file = file_store(user=user, name=filename, data=data, allowed=KINDS)
    words = _("换了空白表")
    if moves:
        words += "：" + _("、").join(f"{move.cell}→{move.now or '—'}" for move in moves)
    made = _next(form, user, file, cells, words)
    after = {"title": form.title, "file": file.name, "moved": len(moves), "count": len(cells)}
    audit.record(action="returns.form_replace", actor=user, obj=form, after=after)
    return made, moves


@transaction.atomic
def form_end(*, user: User, form_id: int, version: int) -> SuperiorForm:
    """The office above no longer asks for the form; what was filled stays."""
    form, _before = _locked(user, form_id, version)
    form.ended_on = clock.today()
    form.save(update_fields=["ended_on"])
    audit.record(action="returns.form_end", actor=user, obj=form, after={"title": form.title})
    return form


@transaction.atomic
def form_fill(*, user: User, form_id: int, month: Period) -> FormFilling:
    """Fill the form for a month with what is known today. A cell without a figure stays empty, saying why."""
    access.require(user, MAY)
    form = form_for(user, form_id)
    version = version_of(form)
    if month.end > clock.today():
        raise Invalid(_("%(month)s还没有过完，过完以后再填。") % {"month": month})
    if not version.cells:
        raise Invalid(_("还没有对应任何一格。请先说明每格填什么。"))
    cells = list(cells_of(version).values())
    answers = Gathering(user, Naming(form.region), month, clock.today()).answers(cells)
    pairs = list(zip(cells, answers, strict=True))
    made = FormFilling.objects.create(
        of=form,
        version=version,
        month=month.start,
        told=[_told(cell, found) for cell, found in pairs if found.value is not None],
        empty=[_empty(cell, found) for cell, found in pairs if found.value is None],
        sample=form.sample or any(found.sample for found in answers),
        known_on=clock.today(),
        by=user,
    )
    after = {"title": form.title, "period": str(month), "done": len(made.told), "refused": len(made.empty)}
    audit.record(action="returns.form_fill", actor=user, obj=made, after=after)
    return made


def _told(cell: Asked, found: Found) -> dict[str, Any]:
    value = laid(found.value, cell.counted_in(), cell.places) if found.value is not None else None
    return {
        "sheet": cell.sheet,
        "cell": cell.cell,
        "value": str(value),
        "unit": cell.unit,
        "sources": [source_kept(source) for source in found.sources],
        "note": found.note,
    } | ({"compared": [each.kept for each in found.compared]} if found.compared else {})


def _empty(cell: Asked, found: Found) -> dict[str, Any]:
    return {"sheet": cell.sheet, "cell": cell.cell, "why": found.why, "who": found.who}


def _placed(blank: Blank, asked: Asked) -> Asked:
    """The cell with the labels around it, by which it is found again in a new blank."""
    sheet = blank.sheet(asked.sheet)
    told = {"cell": asked.cell, "sheet": asked.sheet}
    if sheet is None:
        raise Invalid(_("没有可见的工作表“%(sheet)s”；隐藏的工作表不填。") % told)
    if not sheet.open_at(asked.cell):
        raise Invalid(
            _("%(cell)s 不能填：它是公式、文字、合并格的一部分，或左边没有行名、上面没有列名。") % told
        )
    labels = sheet.labels(asked.cell)
    return replace(asked, labels=(labels.row, labels.column))


def _followed(blank: Blank, cells: Sequence[Asked]) -> tuple[list[Asked], tuple[Move, ...]]:
    """The cells where their labels stand in a new blank."""
    kept: list[Asked] = []
    moves: list[Move] = []
    for name in dict.fromkeys(cell.sheet for cell in cells):
        mine = [cell for cell in cells if cell.sheet == name]
        sheet = blank.sheet(name)
        if sheet is None:
            moves += [Move(cell.cell, "") for cell in mine]
            continue
        gone = {move.cell: move.now for move in moved(sheet.grid, {c.cell: c.told_labels for c in mine})}
        for cell in mine:
            now = gone.get(cell.cell, cell.cell)
            if now and sheet.open_at(now):
                labels = sheet.labels(now)
                kept.append(Asked.read(cell.kept | {"cell": now, "labels": [labels.row, labels.column]}))
            if now != cell.cell or not sheet.open_at(now):
                moves.append(Move(cell.cell, now if now and sheet.open_at(now) else ""))
    return kept, tuple(moves)


def _locked(user: User, form_id: int, version: int) -> tuple[SuperiorForm, FormVersion]:
    """The form held for the change, with its newest version."""
    access.require(user, MAY)
    form_for(user, form_id)
    form = SuperiorForm.objects.select_for_update(of=("self",)).select_related("region").get(pk=form_id)
    before = version_of(form)
    if form.ended_on is not None:
        raise Invalid(_("这张表已经停用。"))
    if form.version != version:
        since = form.versions.filter(number__gt=version).select_related("by").order_by("number")
        raise Stale(
            {
                _("第 %(number)s 版") % {"number": row.number}: {
                    "theirs": f"{row.by}：{row.reason}",
                    "yours": "",
                }
                for row in since
            }
        )
    return form, before


def _next(
    form: SuperiorForm, user: User, file: StoredFile, cells: Sequence[Asked], reason: str
) -> FormVersion:
    form.version += 1
    form.save(update_fields=["version"])
    return _version(form, user, file, cells, reason, number=form.version)


def _version(
    form: SuperiorForm, user: User, file: StoredFile, cells: Sequence[Asked], reason: str, *, number: int
) -> FormVersion:
    return FormVersion.objects.create(
        of=form,
        number=number,
        file=file,
        cells=[cell.kept for cell in cells],
        reason=reason[:300],
        known_on=clock.today(),
        by=user,
    )
