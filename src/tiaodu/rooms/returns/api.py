"""Returns for other systems: those of the county read them, a firm's own system fills its own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from tiaodu.engine.returns.types import ReturnType
from tiaodu.foundation import clock
from tiaodu.foundation.evidence.api import Key, person_of, refuse_unknown
from tiaodu.foundation.evidence.selectors import is_unit
from tiaodu.foundation.interfaces.authentication import needs
from tiaodu.foundation.refusal import Invalid
from tiaodu.rooms.returns import selectors, services
from tiaodu.rooms.returns.catalogue import forms_in
from tiaodu.rooms.returns.models import Return
from tiaodu.rooms.returns.rules import in_unit
from tiaodu.rooms.returns.selectors.told import figures_in, held_elsewhere
from tiaodu.rooms.returns.services.filling import form_of
from tiaodu.rooms.returns.tables import form_title, use_words

router = Router(tags=["returns"])
MOST = 500
Code = Annotated[str, Field(max_length=80)]
Text = Annotated[str, Field(max_length=40)]
Words = Annotated[str, Field(max_length=500)]
StateCode = Literal[
    "due", "draft", "submitted", "questioned", "sent_back", "corrected", "nothing", "declined"
]


class AskedOut(Schema):
    """A figure a form asks for: its unit, what it costs in minutes, and all it may be used for."""

    measure: str
    unit: str
    minutes: Decimal
    needed: bool
    uses: list[str]


class TypeOut(Schema):
    """A form: how often, on what basis, and whether the firm may leave it unanswered."""

    type: str
    title: str
    period: str
    basis: str
    refusable: bool
    asked: list[AskedOut]


class ReturnOut(Schema):
    """A return. ``version`` is to be sent back with what changes it."""

    id: int
    type: str
    subject: int
    subject_name: str
    period_start: date
    period_end: date
    due: date | None
    state: str
    overdue: bool
    submitted_on: date | None
    version: int
    sample: bool


class ReturnPage(Schema):
    """Some returns; ``next`` is what to give as ``after`` for the next page, empty at the end."""

    returns: list[ReturnOut]
    next: int | None


class CellOut(Schema):
    """A cell of a return in the form's unit. ``held``: the county has the figure and does not ask again."""

    measure: str
    unit: str
    value: str | None
    evidence: int | None
    held: bool


class EntryOut(Schema):
    """A contact about the return."""

    verb: str
    text: str
    day: date
    by: str


class ReturnWhole(ReturnOut):
    """A return with its figures, what is drafted, and every contact about it."""

    cells: list[CellOut]
    draft: dict[str, str]
    entries: list[EntryOut]


class Which(Schema):
    """Which returns are asked for, and which page."""

    type: Code = ""
    subject: Key | None = None
    state: StateCode | None = None
    period_from: date | None = None
    period_to: date | None = None
    after: Annotated[int, Field(ge=0, le=2**62)] = 0
    limit: Annotated[int, Field(ge=1, le=MOST)] = 100


class DraftIn(Schema):
    """Cells by measure, as a person would type them: ``{"output.coal.raw": "5200"}``, also ``"0.52万吨"``."""

    model_config = ConfigDict(extra="forbid")

    cells: Annotated[dict[Code, Text], Field(max_length=200)]


class SubmitIn(DraftIn):
    """All cells of the return, the version that was read, and a word to the county if there is one."""

    version: Annotated[int, Field(ge=1, le=2**31)]
    text: Words = ""


class CorrectIn(DraftIn):
    """All cells of the return as they should be, the version that was read, and why."""

    version: Annotated[int, Field(ge=1, le=2**31)]
    reason: Words


def _shown(row: Return) -> dict[str, Any]:
    return {
        "id": row.pk,
        "type": row.type,
        "subject": row.subject_id,
        "subject_name": row.subject.name,
        "period_start": row.period_start,
        "period_end": row.period_end,
        "due": row.due,
        "state": row.state,
        "overdue": row.overdue(clock.today()),
        "submitted_on": row.submitted_on,
        "version": row.version,
        "sample": row.sample,
    }


def _whole(row: Return, *, of_unit: bool) -> ReturnWhole:
    form = form_of(row)
    there, held = figures_in(row, form), held_elsewhere(row, form)
    cells = []
    for asked in form.asked:
        figure = held.get(asked.measure) or there.get(asked.measure)
        value = figure.value if figure is not None else None
        cells.append(
            CellOut(
                measure=asked.measure,
                unit=asked.unit,
                value=None if value is None else in_unit(asked, value),
                evidence=figure.pk if figure is not None else None,
                held=asked.measure in held,
            )
        )
    entries = [
        EntryOut(verb=e.verb, text=e.text, day=e.known_on, by=str(e.by or ""))
        for e in row.entries.select_related("by")
    ]
    # What a unit has typed and not sent is nobody's but its own.
    draft = {code: str(text) for code, text in row.draft.items()} if of_unit else {}
    return ReturnWhole(**_shown(row), cells=cells, draft=draft, entries=entries)


@router.get("/returns/types", response=list[TypeOut], summary="Forms", **needs("returns.read", "报表种类"))
def types(request: HttpRequest) -> list[TypeOut]:
    """The forms of the region that hold today."""
    return [_type(form) for form in forms_in(person_of(request).region).values()]


def _type(form: ReturnType) -> TypeOut:
    return TypeOut(
        type=form.code,
        title=form_title(form),
        period=form.every.value,
        basis=form.basis.value,
        refusable=form.refusable,
        asked=[
            AskedOut(
                measure=a.measure,
                unit=a.unit,
                minutes=a.minutes,
                needed=a.needed,
                uses=[use_words(use) for use in a.uses],
            )
            for a in form.asked
        ],
    )


@router.get(
    "/returns",
    response=ReturnPage,
    summary="Returns, page by page",
    **needs("returns.read", "报表，一页一页读"),
)
def returns(request: HttpRequest, which: Query[Which]) -> ReturnPage:
    """The returns this token may read, in the order they were opened."""
    refuse_unknown(request, Which)
    given = {
        "type": which.type,
        "subject_id": which.subject,
        "state": which.state,
        "period_end__gte": which.period_from,
        "period_end__lte": which.period_to,
    }
    asked = {name: value for name, value in given.items() if value not in ("", None)}
    found = selectors.returns_visible_to(person_of(request)).filter(pk__gt=which.after, **asked)
    rows = list(found.select_related("subject").order_by("pk")[: which.limit + 1])
    more, rows = rows[which.limit :], rows[: which.limit]
    return ReturnPage(returns=[ReturnOut(**_shown(row)) for row in rows], next=rows[-1].pk if more else None)


@router.get(
    "/returns/{return_id}", response=ReturnWhole, summary="One return", **needs("returns.read", "一份报表")
)
def one(request: HttpRequest, return_id: Key) -> ReturnWhole:
    """A return with its figures and every contact about it."""
    user = person_of(request)
    return _whole(selectors.return_for(user, return_id), of_unit=is_unit(user))


@router.put(
    "/returns/{return_id}/draft",
    response=ReturnWhole,
    summary="Keep a draft",
    **needs("returns.fill", "存草稿"),
)
def draft(request: HttpRequest, return_id: Key, body: DraftIn) -> ReturnWhole:
    """Keep cells as they stand; nothing is sent. Only for a token of the firm itself."""
    user = person_of(request)
    services.return_draft(user=user, return_id=return_id, typed=body.cells)
    return _whole(selectors.return_for(user, return_id), of_unit=True)


@router.post(
    "/returns/{return_id}/submit",
    response=ReturnWhole,
    summary="Send a return",
    **needs("returns.fill", "报出"),
)
def submit(request: HttpRequest, return_id: Key, body: SubmitIn) -> ReturnWhole:
    """Send the return: its figures become evidence, all or none. Only for a token of the firm itself."""
    user = person_of(request)
    _refuse_unknown_cells(selectors.return_for(user, return_id), body)
    services.return_submit(
        user=user, return_id=return_id, version=body.version, typed=body.cells, text=body.text
    )
    return _whole(selectors.return_for(user, return_id), of_unit=True)


@router.post(
    "/returns/{return_id}/correct",
    response=ReturnWhole,
    summary="Correct a return",
    **needs("returns.fill", "更正"),
)
def correct(request: HttpRequest, return_id: Key, body: CorrectIn) -> ReturnWhole:
    """Correct figures with the reason; the old ones are kept. Only for a token of the firm itself."""
    user = person_of(request)
    _refuse_unknown_cells(selectors.return_for(user, return_id), body)
    services.return_correct(
        user=user, return_id=return_id, version=body.version, typed=body.cells, reason=body.reason
    )
    return _whole(selectors.return_for(user, return_id), of_unit=True)


def _refuse_unknown_cells(row: Return, body: DraftIn) -> None:
    """Invalid when a cell is not of the form: a measure written wrongly must not be lost."""
    known = {asked.measure for asked in form_of(row).asked}
    if unknown := sorted(set(body.cells) - known):
        told = {"names": "、".join(unknown)[:200], "known": "、".join(sorted(known))}
        raise Invalid(_("这张表没有这些指标：%(names)s。要填的有：%(known)s。") % told)
