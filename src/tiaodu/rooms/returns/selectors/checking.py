"""What the checks find in a return while it is typed, and once it is in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tiaodu.engine.returns.checks import Facts, Flag, Severity, check
from tiaodu.engine.returns.types import ReturnType
from tiaodu.foundation.registry.measures import name_in_language
from tiaodu.foundation.registry.models import Measure
from tiaodu.rooms.returns.economy.rules import peers_for, rules_in
from tiaodu.rooms.returns.models import Return
from tiaodu.rooms.returns.selectors.told import Course, course_of


@dataclass(frozen=True, slots=True)
class Found:
    """A flag in words; ``hard`` ones keep a return from being sent."""

    measure: str
    hard: bool
    words: str


def found_in(
    row: Return,
    form: ReturnType,
    values: Mapping[str, Decimal],
    *,
    for_firm: bool,
    course: Course | None = None,
) -> list[Found]:
    """What the rules say to ``values`` (base units) beside everything the unit told before."""
    told = course_of(row, form) if course is None else course
    figures = {
        code: {**told.get(code, {}), row.period: values.get(code)}
        for code in (asked.measure for asked in form.asked)
    }
    units = {asked.measure: asked.unit for asked in form.asked}
    facts = Facts(row.period, figures, peers=peers_for(row.subject), units=units)
    flags = check(rules_in(row.region), facts)
    return in_words(flags, for_firm=for_firm)


def in_words(flags: Sequence[Flag], *, for_firm: bool) -> list[Found]:
    """Flags in the reader's language; hints of a wrong unit are for the firm alone."""
    names = _names(flag.measure for flag in flags)
    language = "en" if get_language() == "en" else "zh"
    return [
        Found(
            flag.measure,
            flag.severity is Severity.HARD,
            flag.message(language, names=names, for_firm=for_firm),
        )
        for flag in flags
        if flag.severity is not Severity.NOTE
    ]


def broken_identities(row: Return, form: ReturnType, values: Mapping[str, Decimal]) -> dict[str, str]:
    """What must not be sent, by measure: sums that do not add up."""
    found = found_in(row, form, values, for_firm=True)
    return {flag.measure: _("对不上：%(why)s") % {"why": flag.words} for flag in found if flag.hard}


def _names(codes: Iterable[str]) -> dict[str, str]:
    return {m.code: name_in_language(m) for m in Measure.objects.filter(code__in=set(codes))}
