"""Figures for other systems: page by page with filters, as known on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.evidence import bulk, uses
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.evidence.selectors import evidence_for, is_unit, revisions
from tiaodu.foundation.evidence.selectors.paging import Asked, all_of, page_of
from tiaodu.foundation.interfaces.authentication import needs
from tiaodu.foundation.interfaces.models import Token
from tiaodu.foundation.refusal import Invalid, NotAllowed

router = Router(tags=["evidence"])
TYPES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}
MOST = 1000
Key = Annotated[int, Field(ge=1, le=2**62)]
SeriesCode = Literal["statistical", "dispatch", "payment", "document", "meter", "observation"]


class SubjectOut(Schema):
    """Whom a figure is about."""

    id: int
    code: str
    name: str
    kind: str


class MeasureOut(Schema):
    """What was measured; values are in ``unit``."""

    code: str
    name: str
    unit: str


class FigureOut(Schema):
    """A figure as it stood on the day asked for. ``value`` is written as text, so that no digit is lost, and
    empty where the figure was taken back. ``sample`` marks what is generated to show the product (示例).
    """

    id: int
    subject: SubjectOut
    measure: MeasureOut
    series: str
    period_start: date
    period_end: date
    value: Decimal | None
    revision: int
    known_on: date
    reporter: str
    reason: str
    sample: bool


class FigurePage(Schema):
    """Some figures; ``next`` is what to give as ``after`` for the next page, empty at the end. ``withheld``
    counts the figures of this page that units told for other uses than the token's.
    """

    figures: list[FigureOut]
    next: int | None
    withheld: int


class FigureHistory(Schema):
    """Every revision of a figure's period, the one that holds first."""

    revisions: list[FigureOut]


class Filters(Schema):
    """Which figures are asked for; what is left out narrows nothing."""

    subject: Key | None = None
    measure: Annotated[str, Field(max_length=80)] = ""
    series: SeriesCode | None = None
    period_from: date | None = None
    period_to: date | None = None
    known_since: date | None = None
    as_of: date | None = None

    def asked(self) -> Asked:
        """The filters as the selectors take them."""
        return Asked(
            subject_id=self.subject,
            measure=self.measure,
            series=self.series or "",
            first=self.period_from,
            last=self.period_to,
            known_since=self.known_since,
        )

    def day(self) -> date:
        """The day asked for; Invalid when it has not come."""
        if self.as_of is not None and self.as_of > clock.today():
            raise Invalid(_("as_of 不能在今天（%(today)s）之后。") % {"today": clock.today()})
        return self.as_of or clock.today()


class Paged(Filters):
    """Filters, and which page."""

    after: Annotated[int, Field(ge=0, le=2**62)] = 0
    limit: Annotated[int, Field(ge=1, le=MOST)] = 200


class Bulk(Filters):
    """Filters, and the form of the file."""

    format: Literal["csv", "parquet"] = "csv"


def refuse_unknown(request: HttpRequest, known: type[Schema]) -> None:
    """Invalid when a parameter is not known: a filter written wrongly must not look like none."""
    if unknown := sorted(set(request.GET) - set(known.model_fields)):
        raise Invalid(
            _("没有这样的参数：%(names)s。可用的有：%(known)s。")
            % {"names": "、".join(unknown)[:200], "known": "、".join(known.model_fields)}
        )


def person_of(request: HttpRequest) -> User:
    """The account of the token that came in."""
    assert isinstance(request.user, User)  # noqa: S101  the operation declares its scope
    return request.user


def shown(row: Evidence) -> FigureOut:
    """A figure as it is handed out."""
    return FigureOut(
        id=row.pk,
        subject=SubjectOut(
            id=row.subject.pk, code=row.subject.code, name=row.subject.name, kind=row.subject.kind
        ),
        measure=MeasureOut(code=row.measure.code, name=row.measure.name, unit=row.measure.unit),
        series=row.series,
        period_start=row.period_start,
        period_end=row.period_end,
        value=row.value,
        revision=row.revision,
        known_on=row.known_on,
        reporter=str(row.department or row.reporter),
        reason=row.reason,
        sample=row.sample,
    )


def withheld(user: User, token: Token, rows: list[Evidence]) -> frozenset[int]:
    """The figures that must not be handed to the token: those units told for uses that are not the token's. A
    firm's own system reads all of its own.
    """
    return frozenset() if is_unit(user) or token.firm_id is not None else uses.withheld(token.use, rows)


@router.get(
    "/evidence",
    response=FigurePage,
    summary="Figures, page by page",
    **needs("evidence.read", "实绩，一页一页读"),
)
def figures(request: HttpRequest, filters: Query[Paged]) -> FigurePage:
    """The figures this token may read that hold on the day asked for (today when not given)."""
    refuse_unknown(request, Paged)
    user = person_of(request)
    page = page_of(user, filters.asked(), after=filters.after, size=filters.limit, day=filters.day())
    kept_back = withheld(user, request.auth, page.rows)  # type: ignore[attr-defined]
    told = [shown(row) for row in page.rows if row.pk not in kept_back]
    return FigurePage(figures=told, next=page.after, withheld=len(kept_back))


@router.get("/evidence/export", summary="Figures in bulk", **needs("evidence.export", "实绩，批量导出"))
def export(request: HttpRequest, asked: Query[Bulk]) -> StreamingHttpResponse:
    """All figures under the filters as one file, CSV or Parquet. Columns: those of a figure, side by side."""
    refuse_unknown(request, Bulk)
    user, token, day = person_of(request), request.auth, asked.day()  # type: ignore[attr-defined]
    after = {"what": request.GET.urlencode(), "kind": asked.format}
    audit.record(action="interfaces.export", actor=user, obj=token, after=after)
    pages = (
        [row for row in rows if row.pk not in kept_back]
        for rows in all_of(user, asked.asked(), size=bulk.PAGE, day=day)
        for kept_back in (withheld(user, token, rows),)
    )
    parts = bulk.csv_parts(pages) if asked.format == "csv" else bulk.parquet_parts(pages)
    answer = StreamingHttpResponse(parts, content_type=TYPES[asked.format])
    name = f"evidence-{day.isoformat()}.{asked.format}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@router.get(
    "/evidence/{evidence_id}",
    response=FigureHistory,
    summary="One figure with its revisions",
    **needs("evidence.read", "一个数和它的各版"),
)
def figure(request: HttpRequest, evidence_id: Key) -> FigureHistory:
    """Every revision of the figure's period, with who told it when and why it was corrected."""
    user = person_of(request)
    rows = revisions(evidence_for(user, evidence_id))
    if withheld(user, request.auth, rows):  # type: ignore[attr-defined]
        raise NotAllowed(_("企业报这个数时没有写明可以用于这个系统的用途，不能取用。"))
    return FigureHistory(revisions=[shown(row) for row in rows])
