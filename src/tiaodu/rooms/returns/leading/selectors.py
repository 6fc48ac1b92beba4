"""Leading firms with what they made and bought, and their followers, as far as a person may see them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from django.db.models import Q, QuerySet

from tiaodu.engine.kernel.expression import period_of
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.board import rate
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.evidence.selectors import is_unit, own_units
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.returns.economy.reading import Firm, Months, Told, firms_of, months_told
from tiaodu.rooms.returns.economy.selectors import reader_of
from tiaodu.rooms.returns.leading.models import Follower, LeadingFirm
from tiaodu.rooms.returns.selectors.scope import is_official

OUTPUT, PEOPLE = "output_value.industry", "people.employed"
BOUGHT, LOCAL = "other.purchases", "other.purchases.local"
USE: Final = "leading"


def holding(day: date) -> Q:
    """Relations that hold on a day, as far as was known on it."""
    return Q(known_on__lte=day, since__lte=day) & (
        Q(until__isnull=True) | Q(until__gte=day) | Q(closed_on__gt=day)
    )


def leading_visible_to(user: User, day: date | None = None) -> QuerySet[LeadingFirm]:
    """The leading firms a person sees: an official of the county's desk those of her region; a firm itself
    and those it follows; nobody else any.
    """
    day = day or clock.today()
    found = LeadingFirm.objects.filter(holding(day)).select_related("region", "subject")
    if is_unit(user):
        own = own_units(user)
        followed = Follower.objects.filter(holding(day), subject__in=own).values("leading")
        return found.filter(Q(subject__in=own) | Q(pk__in=followed))
    scope = scope_of(user)
    if scope.region_path is None or not is_official(user):
        return found.none()
    return found.filter(region__path__startswith=scope.region_path)


def leading_for(user: User, leading_id: int) -> LeadingFirm:
    """One in reach; NotFound otherwise."""
    found: LeadingFirm | None = leading_visible_to(user).filter(pk=leading_id).first()
    if found is None:
        raise NotFound
    return found


def follower_for(user: User, follower_id: int) -> Follower:
    """A relation of a leading firm in reach that she may end; NotFound otherwise."""
    rows = Follower.objects.filter(pk=follower_id, leading__in=leading_visible_to(user))
    found: Follower | None = rows.select_related("leading__subject", "subject").first()
    if found is None or is_unit(user):
        raise NotFound
    return found


@dataclass(frozen=True)
class Knows:
    """Whose figures a person may see one by one: all, those of her fields of work, or her own firms."""

    everybody: bool
    sectors: frozenset[str]
    own: frozenset[int]

    def may(self, firm: Firm | None) -> bool:
        """Whether the figures of a firm may be shown."""
        return firm is not None and (self.everybody or firm.sector in self.sectors or firm.pk in self.own)


def knows(user: User) -> Knows:
    """What a person may know of single firms."""
    if is_unit(user):
        return Knows(everybody=False, sectors=frozenset(), own=own_units(user))
    if not access.may(user, "returns.economy"):
        return Knows(everybody=False, sectors=frozenset(), own=frozenset())
    reader = reader_of(user)
    return Knows(everybody=reader.knows_all, sectors=reader.sectors, own=frozenset())


@dataclass(frozen=True)
class Amount:
    """A figure of the year so far with growth on the periods both years have, and what it is summed from."""

    value: Decimal
    growth: Decimal | None
    parts: tuple[tuple[Period, Told], ...]


@dataclass(frozen=True)
class FollowerLine:
    """A follower and, where the person may know it, its output of the year so far and people."""

    follower: Follower
    seen: bool
    output: Amount | None = None
    people: Amount | None = None

    @property
    def sample(self) -> bool:
        return self.follower.sample


@dataclass(frozen=True)
class LeadingLine:
    """A leading firm: its output and purchases of the year so far, how much of these were local, and its
    followers together. ``hidden``: the person may not know this firm's figures. ``sums_hidden``: she may not
    know those of some follower, so no sum of them is shown: such sums overlap each other and the board, and
    taken together would tell of one firm.
    """

    leading: LeadingFirm
    hidden: bool
    output: Amount | None = None
    bought: Amount | None = None
    local: Amount | None = None
    share: Decimal | None = None
    share_change: Decimal | None = None  # points against the same periods a year ago
    followers: Sequence[FollowerLine] = field(default_factory=tuple)
    count: int = 0

    @property
    def sums_hidden(self) -> bool:
        return not all(line.seen for line in self.followers)

    @property
    def followers_output(self) -> Decimal | None:
        return self._sum("output")

    @property
    def followers_people(self) -> Decimal | None:
        return self._sum("people")

    def _sum(self, name: str) -> Decimal | None:
        told = [each for line in self._once() if (each := getattr(line, name)) is not None]
        return None if self.sums_hidden or not told else sum((each.value for each in told), Decimal(0))

    def _once(self) -> list[FollowerLine]:
        """A firm that both supplies and buys counts once."""
        return list({line.follower.subject_id: line for line in self.followers}.values())

    @property
    def sample(self) -> bool:
        return self.leading.sample


@dataclass(frozen=True)
class _Figures:
    """What firms told of the month's year and the year before, and who they are."""

    month: Period
    firms: Mapping[int, Firm]
    monthly: Months
    bought: Months

    def so_far(self, code: str, firm: int) -> Amount | None:
        """The sum of the year up to the month, growth on the periods both years have."""
        months = self.bought if code in (BOUGHT, LOCAL) else self.monthly
        told = _of_firm(months, code, firm)
        year = [p for p in told if p.start.year == self.month.start.year and p.end <= self.month.end]
        if not year:
            return None
        both = [p for p in year if period_of("year_ago", p) in told]
        now = sum((told[p][0] for p in both), Decimal(0))
        then = sum((told[period_of("year_ago", p)][0] for p in both), Decimal(0))
        growth = rate(now, then) if both and self.month.start.month > 1 else None
        value = sum((told[p][0] for p in year), Decimal(0))
        return Amount(value, growth, tuple((p, told[p]) for p in sorted(year)))

    def level(self, code: str, firm: int) -> Amount | None:
        """The level at the end of the month, or the newest of the year before it."""
        told = _of_firm(self.monthly, code, firm)
        year = [p for p in told if p.start.year == self.month.start.year and p.end <= self.month.end]
        if not year:
            return None
        newest = max(year)
        value = told[newest][0]
        ago = told.get(period_of("year_ago", newest))
        return Amount(value, rate(value, ago[0]) if ago else None, ((newest, told[newest]),))

    def share_ago(self, firm: int) -> Decimal | None:
        """Local purchases in all of the periods a year ago that this year has too, per cent."""
        sums = []
        for code in (LOCAL, BOUGHT):
            told = _of_firm(self.bought, code, firm)
            year = [p for p in told if p.start.year == self.month.start.year and p.end <= self.month.end]
            before = [period_of("year_ago", p) for p in year]
            if not before or any(p not in told for p in before):
                return None
            sums.append(sum((told[p][0] for p in before), Decimal(0)))
        return share(*sums)


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """Per cent with one decimal; None where there is no whole.

    >>> share(Decimal(30), Decimal(80))
    Decimal('37.5')
    """
    return (part / whole * 100).quantize(Decimal("0.1")) if whole else None


def _of_firm(months: Months, code: str, firm: int) -> dict[Period, Told]:
    return {period: told[firm] for period, told in months.told.get(code, {}).items() if firm in told}


def leading_lines(user: User, month: Period, rows: Collection[LeadingFirm]) -> list[LeadingLine]:
    """The leading firms of ``rows`` with everything the person may see. A fixed number of queries."""
    listed = list(rows)
    if not listed:
        return []
    day, sees = clock.today(), knows(user)
    followers = _followers(listed, day, sees, own=is_unit(user))
    wanted = {row.subject_id for row in listed} | {f.subject_id for each in followers.values() for f in each}
    figures = _figures(listed[0].region, month, wanted, day)
    return [_line(row, followers.get(row.pk, []), figures, sees) for row in listed]


def _followers(
    rows: Sequence[LeadingFirm], day: date, sees: Knows, *, own: bool
) -> dict[int, list[Follower]]:
    """The followers of each; a firm that follows sees of the others' relations nothing."""
    found = Follower.objects.filter(holding(day), leading__in=[row.pk for row in rows])
    by_leading: dict[int, list[Follower]] = {}
    leads = {row.pk for row in rows if row.subject_id in sees.own}
    for follower in found.select_related("subject").order_by("role", "subject__name"):
        if own and follower.leading_id not in leads and follower.subject_id not in sees.own:
            continue
        by_leading.setdefault(follower.leading_id, []).append(follower)
    return by_leading


def _figures(region: Region, month: Period, wanted: Collection[int], day: date) -> _Figures:
    span = Period(date(month.start.year - 1, 1, 1), month.end)
    return _Figures(
        month,
        firms_of(region, wanted),
        months_told(region, [OUTPUT, PEOPLE], span, day, only=wanted),
        months_told(region, [BOUGHT, LOCAL], span, day, only=wanted, use=USE),
    )


def _line(row: LeadingFirm, followers: Sequence[Follower], told: _Figures, sees: Knows) -> LeadingLine:
    lines = [_follower(each, told, sees) for each in followers]
    firm = row.subject_id
    if not sees.may(told.firms.get(firm)):
        return LeadingLine(row, hidden=True, followers=lines, count=_count(lines))
    bought, local = told.so_far(BOUGHT, firm), told.so_far(LOCAL, firm)
    now = share(local.value, bought.value) if local and bought else None
    before = told.share_ago(firm)
    return LeadingLine(
        row,
        hidden=False,
        output=told.so_far(OUTPUT, firm),
        bought=bought,
        local=local,
        share=now,
        share_change=now - before if now is not None and before is not None else None,
        followers=lines,
        count=_count(lines),
    )


def _count(lines: Sequence[FollowerLine]) -> int:
    return len({line.follower.subject_id for line in lines})


def _follower(row: Follower, told: _Figures, sees: Knows) -> FollowerLine:
    if not sees.may(told.firms.get(row.subject_id)):
        return FollowerLine(row, seen=False)
    firm = row.subject_id
    return FollowerLine(row, seen=True, output=told.so_far(OUTPUT, firm), people=told.level(PEOPLE, firm))
