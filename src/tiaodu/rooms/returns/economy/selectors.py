"""Which months are closed, which are to be, and the sums of one as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import QuerySet

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.board import Board
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of, sees_released_only
from tiaodu.foundation.audit.keeping import Keeper
from tiaodu.foundation.evidence.models import Evidence, Series
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables.selectors import table
from tiaodu.rooms.returns.economy.judging import boards_of, span_of
from tiaodu.rooms.returns.economy.keeping import boards_read
from tiaodu.rooms.returns.economy.models import Closing
from tiaodu.rooms.returns.economy.reading import (
    firms_of,
    kinds_of,
    measures_asked,
    months_told,
    newest_evidence,
)
from tiaodu.rooms.returns.models import Return

BACK: Final = 14  # closed months that a late figure may still reopen
LIVE: Final = 120  # so few firms are summed while a page is made; more wait for the closing
# Sums of a month, until an act that may change figures, firms, forms or tables.
_summed = Keeper(
    ("accounts.", "documents.", "files.", "items.", "jobs.", "ledger.", "lists.", "outlook.", "projects.")
)


@dataclass(frozen=True)
class Reader:
    """Who looks at the board: her region, and the fields of work whose firms she may know one by one.

    ``knows_all``: nothing is hidden from her.
    """

    region: Region
    knows_all: bool
    sectors: frozenset[str]


def reader_of(user: User) -> Reader:
    """What the person may see of the county's economy; NotFound for who is not of the county's own desk."""
    if user.region is None or sees_released_only(user) or not access.may(user, "returns.economy"):
        raise NotFound
    reads = access.may(user, "returns.read")
    sectors = scope_of(user).sectors
    return Reader(user.region, reads and not sectors, sectors if reads else frozenset())


@dataclass(frozen=True)
class MonthBoard:
    """The boards of a month by measure. ``closing`` None: not closed yet; ``reopened``: a figure came since.

    Where there are too many firms to sum while the page is made, a reopened month shows the closing's sums.
    """

    month: Period
    boards: dict[str, Board]
    closing: Closing | None
    reopened: bool
    sample: bool
    stale: bool = False  # the sums are those of the closing though figures came since


def closings(region: Region, day: date) -> QuerySet[Closing]:
    """The closings of a region known on ``day``, the newest of each month first."""
    return Closing.objects.filter(region=region, known_on__lte=day).order_by("-period_end", "-number")


def closing_of(region: Region, month: Period, day: date, *, full: bool = True) -> Closing | None:
    """The closing of a month that holds on ``day``."""
    found = closings(region, day).filter(period_end=month.end)
    return (found if full else found.defer("sums", "peers")).first()


def months_back(region: Region, day: date) -> list[Period]:
    """The months that are over and for which returns were opened, the newest first; at most :data:`BACK`."""
    ends = (
        Return.objects.filter(region__path__startswith=region.path, period_end__lt=day, opened_on__lte=day)
        .order_by("-period_end")
        .values_list("period_start", "period_end")
        .distinct()
    )
    months = [Period(start, end) for start, end in ends.filter(period_start__day=1)[: BACK * 40]]
    whole = [month for month in months if month == Period.month(month.start.year, month.start.month)]
    return list(dict.fromkeys(whole))[:BACK]


def month_answered(region: Region, day: date, months: Sequence[Period]) -> Period | None:
    """The newest of the months for which anybody has answered by ``day``; the newest of all if nobody has."""
    answered = Return.objects.filter(region__path__startswith=region.path, submitted_on__lte=day)
    told = set(
        answered.filter(period_start__in=[m.start for m in months]).values_list("period_start", "period_end")
    )
    found = (month for month in months if (month.start, month.end) in told)
    return next(found, months[0] if months else None)


def is_reopened(closing: Closing) -> bool:
    """Whether a figure came since that belongs to its months or those a year before."""
    if newest_evidence() <= closing.evidence_until:
        return False
    return _summed.get(("reopened", closing.pk, clock.today()), lambda: _is_touched(closing))


def _is_touched(closing: Closing) -> bool:
    span = span_of(closing.period)
    newer = Evidence.objects.filter(
        pk__gt=closing.evidence_until, series=Series.DISPATCH, region__path__startswith=closing.region.path,
        period_end__gte=span.start, period_end__lte=span.end,
    )  # fmt: skip
    return newer.filter(known_on__lte=clock.today()).exists()


def months_to_close(region: Region) -> list[Period]:
    """The months to be closed, the earliest first: never closed, or touched since."""
    day, found = clock.today(), []
    for month in months_back(region, day):
        closing = closing_of(region, month, day, full=False)
        if closing is None or is_reopened(closing):
            found.append(month)
    return found[::-1]


def month_board(region: Region, month: Period) -> MonthBoard:
    """The sums of a month as they stand on the day shown. A fixed number of queries."""
    day = clock.today()
    closing = closing_of(region, month, day)
    reopened = closing is not None and is_reopened(closing)
    asked = Return.objects.filter(region__path__startswith=region.path, period_end=month.end).count()
    if closing is not None and (not reopened or asked > LIVE):
        return MonthBoard(month, dict(boards_read(closing.sums)), closing, reopened, closing.sample, reopened)
    if asked > LIVE:
        return MonthBoard(month, {}, None, reopened=False, sample=False)
    boards, sample = _summed.get((region.pk, month, day), lambda: _live(region, month, day))
    return MonthBoard(month, boards, closing, reopened, sample)


def _live(region: Region, month: Period, day: date) -> tuple[dict[str, Board], bool]:
    asked = measures_asked(region, day)
    rows = table("returns.board", region=region, day=day).rows
    shown = [row["measure"] for row in rows if row["measure"] in asked]
    start = Period(date(month.start.year - 1, 1, 1), month.end)
    months = months_told(region, shown, start, day)
    firms = firms_of(region, months.firms())
    boards = boards_of(months, month, firms, kinds_of(shown))
    return boards, any(firm.sample for firm in firms.values())
