"""Platform firms with what is known of them, and the figures they told themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import QuerySet

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.kernel.expression import period_of
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.board import rate
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.calendar.selectors import working_calendar
from tiaodu.foundation.evidence.selectors import is_unit, own_units
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables.selectors import table
from tiaodu.rooms.returns.economy.reading import Months, Told, firms_of, months_told
from tiaodu.rooms.returns.leading.selectors import Amount, knows
from tiaodu.rooms.returns.platforms.models import PlatformFact, PlatformFirm
from tiaodu.rooms.returns.platforms.tables import Offered, offered_in, words_of
from tiaodu.rooms.returns.selectors.scope import is_official

VOLUME, SERVED = "other.platform.volume", "enterprise_count.platform"
USE: Final = "platforms"
Kind = PlatformFact.Kind


def platforms_visible_to(user: User, day: date | None = None) -> QuerySet[PlatformFirm]:
    """The platform firms a person sees: a firm itself, an official of the county's desk those of her region
    and fields of work, nobody else any.
    """
    found = PlatformFirm.objects.filter(known_on__lte=day or clock.today()).select_related(
        "region", "subject"
    )
    if is_unit(user):
        return found.filter(subject__in=own_units(user))
    scope = scope_of(user)
    if scope.region_path is None or not is_official(user):
        return found.none()
    found = found.filter(region__path__startswith=scope.region_path)
    return found.filter(subject__sector__in=scope.sectors) if scope.sectors else found


def platform_for(user: User, platform_id: int) -> PlatformFirm:
    """One in reach; NotFound otherwise."""
    found: PlatformFirm | None = platforms_visible_to(user).filter(pk=platform_id).first()
    if found is None:
        raise NotFound
    return found


def proof_of(user: User, fact_id: int) -> StoredFile:
    """The proof of a fact of a platform firm in reach; NotFound otherwise."""
    rows = PlatformFact.objects.filter(
        pk=fact_id, platform__in=platforms_visible_to(user), proof__isnull=False
    )
    fact: PlatformFact | None = rows.select_related("proof").first()
    if fact is None or fact.proof is None:
        raise NotFound
    return fact.proof


def may_tell(user: User, platform: PlatformFirm, kind: str) -> bool:
    """Whether the person may tell such a fact: the desk any, the firm its own but the state of its taxes."""
    if access.may(user, "returns.relations") and is_official(user):
        return True
    own = access.may(user, "returns.fill") and platform.subject_id in own_units(user)
    return own and kind != Kind.TAX


@dataclass(frozen=True)
class Licence:
    """A licence that holds: ``left`` working days until it runs out, negative after, None without an end."""

    fact: PlatformFact
    name: str
    left: int | None
    near: bool  # runs out within the days of the table, or has run out

    @property
    def over(self) -> bool:
        return self.left is not None and self.left < 0

    @property
    def light(self) -> str:
        return "red" if self.over else "amber" if self.near else "green"


@dataclass(frozen=True)
class PlatformRow:
    """A platform firm: what holds of it on the day, and what it told of the year so far."""

    platform: PlatformFirm
    brands: Sequence[str]
    licences: Sequence[Licence]
    tax: PlatformFact | None
    tax_words: str
    tax_light: str
    volume: Amount | None = None
    served: Amount | None = None

    @property
    def sample(self) -> bool:
        return self.platform.sample

    @property
    def light(self) -> str:
        """The worst of its licences and of its state of tax compliance."""
        found = {self.tax_light, *(each.light for each in self.licences)}
        return next((light for light in ("red", "amber", "green") if light in found), "grey")


@dataclass(frozen=True)
class Judging:
    """What the facts of a region are read by on a day."""

    offered: Offered
    alert_days: int
    calendar: WorkingCalendar
    day: date


def judging_in(region: Region, day: date) -> Judging:
    """Blocked where a table does not hold."""
    rules = table("returns.platform_rules", region=region, day=day)
    return Judging(offered_in(region), int(rules.value("alert_days")), working_calendar(region), day)


def rows_of(
    region: Region,
    platforms: Collection[PlatformFirm],
    day: date,
    user: User | None = None,
    month: Period | None = None,
) -> list[PlatformRow]:
    """The platform firms of a region with what holds of them; with ``user`` and ``month`` also the figures
    this person may see. A fixed number of queries.
    """
    by_firm: dict[int, list[PlatformFact]] = {}
    told = PlatformFact.objects.filter(platform__in=[p.pk for p in platforms], known_on__lte=day)
    for fact in told.order_by("day", "pk"):
        by_firm.setdefault(fact.platform_id, []).append(fact)
    judging = judging_in(region, day)
    figures = _figures(region, platforms, user, month, day) if user and month else {}
    return [_row(each, by_firm.get(each.pk, []), judging, figures) for each in platforms]


def facts_told(platform_id: int, day: date) -> list[PlatformFact]:
    """Everything that was told of a platform by ``day``, the oldest first; the caller has found it."""
    told = PlatformFact.objects.filter(platform=platform_id, known_on__lte=day)
    return list(told.select_related("proof", "by").order_by("day", "pk"))


def holding(facts: Collection[PlatformFact]) -> list[PlatformFact]:
    """Those that hold, of facts in the order of their days: the newest of each sort that is not gone."""
    newest = {fact.same: fact for fact in facts}
    return [fact for fact in newest.values() if not fact.gone]


def _row(
    platform: PlatformFirm,
    facts: Collection[PlatformFact],
    judging: Judging,
    figures: Mapping[tuple[int, str], Amount],
) -> PlatformRow:
    held = holding(facts)
    tax = next((fact for fact in held if fact.kind == Kind.TAX), None)
    state = judging.offered.get((Kind.TAX.value, tax.code)) if tax else None
    return PlatformRow(
        platform,
        brands=[fact.name for fact in held if fact.kind == Kind.BRAND],
        licences=[_licence(fact, judging) for fact in held if fact.kind == Kind.LICENCE],
        tax=tax,
        tax_words=words_of(judging.offered, Kind.TAX, tax.code) if tax else "",
        tax_light=str(state.get("light") or "grey") if state else "grey",
        volume=figures.get((platform.subject_id, VOLUME)),
        served=figures.get((platform.subject_id, SERVED)),
    )


def _licence(fact: PlatformFact, judging: Judging) -> Licence:
    name = words_of(judging.offered, Kind.LICENCE, fact.code)
    if fact.until is None:
        return Licence(fact, name, None, near=False)
    left = judging.calendar.working_days_between(judging.day, fact.until)
    if fact.until < judging.day:
        left = min(left, -1)  # run out over a weekend is run out too
    return Licence(fact, name, left, near=left <= judging.alert_days)


def _figures(
    region: Region, platforms: Collection[PlatformFirm], user: User, month: Period, day: date
) -> dict[tuple[int, str], Amount]:
    """What the firms told, where the person may know it: volume of the year so far, firms served."""
    keys, sees = {each.subject_id for each in platforms}, knows(user)
    span = Period(date(month.start.year - 1, 1, 1), month.end)
    firms = firms_of(region, keys)
    told = months_told(region, [VOLUME, SERVED], span, day, only=keys, use=USE)
    found = {}
    for key in keys:
        for code in (VOLUME, SERVED):
            amount = _amount(told, code, key, month) if sees.may(firms.get(key)) else None
            if amount is not None:
                found[key, code] = amount
    return found


def _amount(months: Months, code: str, firm: int, month: Period) -> Amount | None:
    told: dict[Period, Told] = {p: f[firm] for p, f in months.told.get(code, {}).items() if firm in f}
    year = sorted(p for p in told if p.start.year == month.start.year and p.end <= month.end)
    if not year:
        return None
    counted = year if code == VOLUME else year[-1:]
    both = [p for p in counted if period_of("year_ago", p) in told]
    now, then = sum(told[p][0] for p in both), sum(told[period_of("year_ago", p)][0] for p in both)
    value = sum((told[p][0] for p in counted[1:]), told[counted[0]][0])
    growth = rate(now, then) if now and then else None
    return Amount(value, growth, tuple((p, told[p]) for p in counted))
