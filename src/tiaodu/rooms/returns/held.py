"""Forms that would ask what is held are refused where they are proposed, with where it is held (K3).

Which figures are held differs from county to county, and a body of a table does not know its county. So this
is asked when a version is proposed and when it is confirmed: both know the region and the day it is to hold
from, while a packaged file is read for no region at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.burden import Delivered, Told, delivered, overlaps
from tiaodu.engine.returns.types import Basis, ReturnType, return_types
from tiaodu.foundation.evidence.models import Latest, Series
from tiaodu.foundation.registry.models import Region, Subject
from tiaodu.foundation.tables.declaring import Fault
from tiaodu.foundation.tables.selectors import table_or_none
from tiaodu.rooms.returns.models import SOURCE, SURVEY, Listing

Rows = Sequence[Mapping[str, Any]]


def asked_faults(region: Region, day: date, rows: Rows) -> list[Fault]:
    """What is wrong with new questions: each row of a measure that is held."""
    places = {(row["type"], row["measure"]): (n, "measure") for n, row in enumerate(rows)}
    return _faults(region, day, _rows("returns.types", region, day), rows, lambda f, m: places[f, m])


def types_faults(region: Region, day: date, rows: Rows) -> list[Fault]:
    """What is wrong with new forms: each row of a form that asks what is held."""
    places = {row["type"]: (n, "type") for n, row in enumerate(rows)}
    return _faults(region, day, rows, _rows("returns.asked", region, day), lambda f, _m: places[f])


def _rows(code: str, region: Region, day: date) -> Rows:
    found = table_or_none(code, region=region, day=day)
    return found.rows if found is not None else ()


def _faults(
    region: Region, day: date, types: Rows, asked: Rows, at: Callable[[str, str], tuple[int, str]]
) -> list[Fault]:
    forms = return_types(types, asked)
    now = return_types(_rows("returns.types", region, day), _rows("returns.asked", region, day))
    found = [
        Fault(*at(each.form, each.measure), _held_by_form(forms[each.held_by]))
        for each in overlaps(list(forms.values()))
        if each.refused
    ]
    for form in forms.values():
        new = [each.measure for each in form.asked if _is_new(form, each.measure, now.get(form.code))]
        found += [
            Fault(*at(form.code, each.measure), _held_in(each)) for each in held_in(region, form, new, day)
        ]
    return found


def _is_new(form: ReturnType, measure: str, now: ReturnType | None) -> bool:
    """Whether a form is to ask a measure it does not ask the same units for the same periods today."""
    if now is None or now.of(measure) is None:
        return True
    return (form.kinds, form.sectors, form.every) != (now.kinds, now.sectors, now.every)


def held_in(region: Region, form: ReturnType, measures: Iterable[str], day: date) -> list[Delivered]:
    """Measures of a form that a department, an import or a meter has delivered within the last year, of the
    units of the region it would ask. Nothing where nobody says what counts as held.

    What returns brought is compared form by form (``overlaps``); a document's figures are no figures of the
    unit; and as between two forms, statistics and the county's own figures never replace each other.
    """
    rule, wanted = table_or_none("returns.held", region=region, day=day), list(measures)
    if rule is None or not wanted:
        return []
    units, days = _units(region, form, day), rule.value("days")
    told = list(_told(units, wanted, form, day - timedelta(days=days)))
    found = delivered(form, told, units, day=day, days=days, percent=rule.value("percent")) if told else []
    return [each for each in found if each.measure in wanted]


def _units(region: Region, form: ReturnType, day: date) -> frozenset[int]:
    """Those on the list of the form; while it has none, all it could ask."""
    wanted = Q(region__path__startswith=region.path, kind__in=form.kinds, active=True, merged_into=None)
    wanted &= Q(sector__in=form.sectors) if form.sectors else Q()
    subjects = Subject.objects.filter(wanted)
    listed = Listing.objects.filter(type=form.code, subject__in=subjects, known_on__lte=day, closed_on=None)
    on_list = frozenset(listed.values_list("subject", flat=True)) if form.named else frozenset()
    return on_list or frozenset(subjects.values_list("pk", flat=True))


def _told(units: frozenset[int], measures: list[str], form: ReturnType, since: date) -> Iterator[Told]:
    series = {Series.STATISTICAL} if form.basis is Basis.SURVEY else _OF_THE_COUNTY
    rows = Latest.objects.filter(measure__code__in=measures, series__in=series, period_end__gte=since)
    rows = rows.filter(subject__in=units, value__isnull=False)
    rows = rows.exclude(evidence__source_kind__in=(SOURCE, SURVEY))
    for unit, measure, start, end, kind in rows.values_list(
        "subject", "measure__code", "period_start", "period_end", "series"
    ).iterator(chunk_size=5000):
        yield Told(unit, measure, Period(start, end), kind)


_OF_THE_COUNTY = frozenset(Series) - {Series.STATISTICAL, Series.DOCUMENT}


def _held_by_form(form: ReturnType) -> str:
    told = {"form": form.title, "code": form.code}
    return gettext("“%(form)s”（%(code)s）已经向同样的企业要这个数；请从那里取用，不再重复要。") % told


def _held_in(each: Delivered) -> str:
    told = {"series": Series(each.series).label, "units": each.units, "of": each.of, "newest": each.newest}
    return (
        gettext(
            "这个数已经交来：%(of)s 家中 %(units)s 家有%(series)s，最近的是 %(newest)s，见“实绩”；"
            "请从那里取用，不再向企业要。"
        )
        % told
    )
