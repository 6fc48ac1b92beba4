"""The forms of a region as they are on a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.periods import due_day
from tiaodu.engine.returns.types import Basis, ReturnType, return_types
from tiaodu.foundation.calendar.selectors import working_calendar
from tiaodu.foundation.refusal import NotFound
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.tables.selectors import table, table_or_none


def forms_in(region: Region | None, day: date | None = None) -> dict[str, ReturnType]:
    """The forms that hold in ``region`` on ``day`` (today when not given), by code.

    Blocked where nothing holds.
    """
    types = table("returns.types", region=region, day=day).rows
    return return_types(types, table("returns.asked", region=region, day=day).rows)


def form_in(region: Region | None, code: str, day: date | None = None) -> ReturnType:
    """One form; NotFound where the region has none of this code."""
    found = forms_in(region, day).get(code)
    if found is None:
        raise NotFound
    return found


def surveys_in(region: Region | None) -> frozenset[str]:
    """The codes of the forms that are statistical surveys."""
    return frozenset(code for code, form in forms_in(region).items() if form.basis is Basis.SURVEY)


def published(region: Region | None, code: str, day: date | None = None) -> Mapping[str, date]:
    """The last days of a form by the compact writing of its periods, where its authority publishes them."""
    found = table_or_none("returns.deadlines", region=region, day=day)
    rows = found.rows if found is not None else ()
    return {row["period"]: row["day"] for row in rows if row["type"] == code}


def due_of(form: ReturnType, period: Period, region: Region) -> date | None:
    """The last day to answer; None where nobody has entered the calendar of the form."""
    return due_day(form, period, working_calendar(region), published(region, form.code))
