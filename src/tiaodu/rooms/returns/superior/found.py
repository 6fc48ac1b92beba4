"""What a cell of a form gets, and which sums over units may be told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.disclosure import Protection, Sum
from tiaodu.engine.returns.forms import growth


@dataclass(frozen=True, slots=True)
class Source:
    """A figure behind a cell, in base units."""

    evidence: int
    subject: str
    period: str
    value: Decimal
    reporter: str


@dataclass(slots=True)
class Found:
    """What a cell gets: a value in base units with its sources, or why it stays empty and who must report."""

    value: Decimal | None = None
    sources: list[Source] = field(default_factory=list)
    why: str = ""
    who: list[str] = field(default_factory=list)
    note: str = ""
    sample: bool = False
    shares: dict[int, Decimal] = field(default_factory=dict)  # of each unit, for the rule of small numbers
    compared: tuple[Compared, ...] = ()  # of a growth: now and a year ago


@dataclass(frozen=True, slots=True)
class Compared:
    """One of the two values of a growth in base units, with the shares of units it is summed from."""

    period: Period
    value: Decimal
    shares: Mapping[int, Decimal] = field(default_factory=dict)

    @property
    def kept(self) -> dict[str, str]:
        return {"period": str(self.period), "value": str(self.value)}


def grown(now: Compared, ago: Compared) -> Found:
    """The growth of two values, both named; why there is none where the base is nothing."""
    value = growth(now.value, ago.value)
    if value is None:
        return Found(why=_("%(period)s是 0 或负数，不算增长。") % {"period": ago.period})
    return Found(value, compared=(now, ago))


def source_kept(source: Source) -> dict[str, Any]:
    """A source as it is kept with a filling."""
    return {
        "evidence": source.evidence,
        "subject": source.subject,
        "period": source.period,
        "value": str(source.value),
        "reporter": source.reporter,
    }


def protect(told: Iterable[tuple[str, Period, Found]], rule: Protection) -> None:
    """Leave out sums from which one unit's figure could be told, alone or as the difference of two sums of
    the same form. ``told``: measure, period and what each cell got; a growth tells the two sums it is of.
    """
    groups: dict[tuple[str, Period], list[_Part]] = defaultdict(list)
    for measure, period, found in told:
        parts = [(each.period, each.shares) for each in found.compared] or [(period, found.shares)]
        for span, shares in parts:
            groups[measure, span].append(_Part(found, shares))
    for group in groups.values():
        for part in _unsafe(group, rule):
            found = part.of
            found.value, found.sources, found.note, found.compared = None, [], "", ()
            found.why = _("能看出单个企业的数，不上报（少于 %(least)s 家，或一家占得太多）。") % {
                "least": rule.least
            }


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """A sum that an answer tells."""

    of: Found
    shares: Mapping[int, Decimal]


def _unsafe(group: Sequence[_Part], rule: Protection) -> list[_Part]:
    """The sums to leave out: unsafe themselves, or unsafe together with a larger one that is told."""
    out = [part for part in group if _sum_of(part.shares).unsafe(rule)]
    for part in sorted(group, key=lambda each: len(each.shares)):
        for larger in group:
            inside = part.shares.keys() < larger.shares.keys()
            if inside and part not in out and larger not in out and _rest(larger, part).unsafe(rule):
                out.append(part)
    return out


def _rest(larger: _Part, smaller: _Part) -> Sum:
    return _sum_of({pk: value for pk, value in larger.shares.items() if pk not in smaller.shares})


def _sum_of(shares: Mapping[int, Decimal]) -> Sum:
    return Sum.of([float(value) for value in shares.values()])
