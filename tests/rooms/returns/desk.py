"""Returns of the fixed cast: 石港煤业 on the lists, its forms opened."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.cast import Cast, County

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.registry.services import measures_load
from tiaodu.rooms.returns import services
from tiaodu.rooms.returns.models import Return

TODAY = date(2024, 5, 7)
BACK = timedelta(days=130)
COAL = {"output.coal.raw": "5200", "output.coal.sold": "0.5万吨", "output.coal.stock": "12000"}
MONTH = {
    "output_value.industry": "1250",
    "revenue": "1180.5",
    "tax": "98",
    "energy.use": "32",
    "people.employed": "412",
}


def opened(
    cast: Cast, county: County, form: str = "coal_daily", code: str = "shigang", *, on: date = TODAY
) -> list[Return]:
    """The returns of a form of one unit that are open on a day, the newest first."""
    measures_load(user=None)
    subject = county.subjects[code]
    with clock.as_of(on):
        if not subject.listings.filter(type=form).exists():
            services.listing_add(user=cast.dispatcher, form=form, subject=subject, since=date(2024, 1, 1))
        services.returns_open(region=county.region, day=on, first=max(date(on.year, 1, 1), on - BACK))
    return list(Return.objects.filter(type=form, subject=subject).order_by("-period_end"))


def sent(
    user: User, row: Return, typed: dict[str, str] | None = None, *, on: date = TODAY, **more: Any
) -> Return:
    """A return that its unit has sent."""
    cells = typed or (COAL if row.type == "coal_daily" else MONTH)
    with clock.as_of(on):
        return services.return_submit(user=user, return_id=row.pk, version=row.version, typed=cells, **more)


def obliged(row: Return, *, until: date | None = None) -> Return:
    """The same return as of a form that has to be answered, on a basis that holds until a day."""
    Return.objects.filter(pk=row.pk).update(basis="administrative", obligatory=True, basis_until=until)
    row.refresh_from_db()
    return row
