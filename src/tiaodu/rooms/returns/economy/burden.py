"""What forms cost those who fill them: minutes a month of each unit, and forms that ask what is held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.burden import Overlap, overlaps
from tiaodu.engine.returns.types import ReturnType
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.models import Region
from tiaodu.rooms.returns.catalogue import forms_in
from tiaodu.rooms.returns.models import Return
from tiaodu.rooms.returns.selectors import returns_visible_to
from tiaodu.rooms.returns.tables import form_title


@dataclass(frozen=True)
class BurdenRow:
    """A unit in a month: how many returns of which forms were asked of it, and the minutes they cost."""

    subject_id: int
    name: str
    minutes: Decimal
    count: int
    forms: Sequence[tuple[str, int, Decimal]]  # title, how many, minutes together
    before: Decimal  # minutes of the month before
    sample: bool

    @property
    def hours(self) -> Decimal:
        return (self.minutes / 60).quantize(Decimal("0.1"))

    @property
    def forms_words(self) -> str:
        told = [
            _("%(form)s %(count)s 份") % {"form": title, "count": count} for title, count, _m in self.forms
        ]
        return "、".join(told)


def burden_rows(user: User, month: Period) -> list[BurdenRow]:
    """The units in reach, the most burdened first. Returns count in the month their period ends in. Three
    queries.
    """
    if user.region is None:
        return []
    forms = forms_in(user.region)
    earlier = _before(month)
    found = returns_visible_to(user).filter(period_end__gte=earlier.start, period_end__lte=month.end)
    rows = list(
        found.select_related("subject").only("type", "period_end", "subject__name", "subject__sample")
    )
    by_unit: dict[int, list[Return]] = {}
    for row in rows:
        by_unit.setdefault(row.subject_id, []).append(row)
    made = [_row(told, month, forms) for told in by_unit.values()]
    return sorted((row for row in made if row.count), key=lambda row: (-row.minutes, row.name))


def _before(month: Period) -> Period:
    year, number = month.start.year, month.start.month
    return Period.month(year - (number == 1), (number - 2) % 12 + 1)


def _row(told: Sequence[Return], month: Period, forms: Mapping[str, ReturnType]) -> BurdenRow:
    now = [row for row in told if row.period_end in month]
    counts: dict[str, int] = {}
    for row in now:
        counts[row.type] = counts.get(row.type, 0) + 1
    subject = told[0].subject
    return BurdenRow(
        subject_id=subject.pk,
        name=subject.name,
        minutes=_minutes(now, forms),
        count=len(now),
        forms=[
            (form_title(forms[code]), count, forms[code].minutes * count)
            for code, count in sorted(counts.items())
            if code in forms
        ],
        before=_minutes([row for row in told if row.period_end not in month], forms),
        sample=subject.sample,
    )


def _minutes(rows: Iterable[Return], forms: Mapping[str, ReturnType]) -> Decimal:
    return sum((forms[row.type].minutes for row in rows if row.type in forms), Decimal(0))


def months_of(user: User, day: date) -> list[str]:
    """The months in which returns in reach end, the newest first, two years at most."""
    first = date(day.year - 2, 1, 1)
    ends: QuerySet[Return] = returns_visible_to(user).filter(period_end__gte=first)
    return sorted(
        {f"{end:%Y-%m}" for end in ends.values_list("period_end", flat=True).distinct()}, reverse=True
    )


def asked_twice(region: Region | None) -> list[Overlap]:
    """What the forms of a region ask of the same units for the same period more than once."""
    return overlaps(list(forms_in(region, clock.today()).values()))
