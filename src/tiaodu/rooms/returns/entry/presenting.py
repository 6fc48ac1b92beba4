"""What the page of one unit shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.crossing import Future
from tiaodu.engine.returns.entering import course, is_listed, steps_from
from tiaodu.engine.returns.picture import year_picture
from tiaodu.engine.returns.thresholds import size_of
from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.returns.economy.words import month_name
from tiaodu.rooms.returns.entry.models import EntryOutlook, EntryPaper
from tiaodu.rooms.returns.entry.selectors.allowing import authorisations_of
from tiaodu.rooms.returns.entry.selectors.outlooks import Foreseen, by_point, foreseen_of
from tiaodu.rooms.returns.entry.selectors.rows import EntryRow
from tiaodu.rooms.returns.entry.selectors.scope import is_own, may_keep, may_step, sees_chances
from tiaodu.rooms.returns.entry.tables import SIZE_WORDS, words_in
from tiaodu.rooms.returns.entry.words import (
    LIGHTS,
    channel_words,
    countdown_words,
    percent,
    reached_words,
    verdict_words,
    why_absent,
)


@dataclass(frozen=True)
class PaperLine:
    """A paper of the list with what was handed in for it last; ``missing``: not yet, or sent back."""

    code: str
    name: str
    fresh: bool
    missing: bool
    handed: EntryPaper | None

    @property
    def returned(self) -> bool:
        """Whether the last one was sent back."""
        return self.handed is not None and hasattr(self.handed, "sent_back")


@dataclass(frozen=True)
class PointLine:
    """A point of the year: the sum since January, known or as a range, 万元."""

    words: str
    known: float | None
    range: tuple[float, float, float] | None
    chance: str


def unit_context(user: User, row: EntryRow) -> dict[str, Any]:
    """Everything the page of a unit shows to this person."""
    own = is_own(user, row.unit)
    foreseen = foreseen_of(row.unit, row.day) if sees_chances(user) else None
    return {
        "row": row,
        "unit": row.unit,
        "own": own,
        "keeps": may_keep(user),
        "headline": _headline(row),
        "light": LIGHTS[row.verdict],
        "verdict": verdict_words(row),
        "class_name": words_in(row.of.name) if row.of else "",
        "size": _size(row),
        "reached": reached_words(row),
        "channel": channel_words(row),
        "countdown": countdown_words(row),
        "stages": _stages(row),
        "papers": _papers(row),
        "steps": [(words_in(course().steps[s.step].name), s) for s in reversed(row.steps)],
        "doable": [s for s in _doable(row) if may_step(user, s[0])],
        "missing_months": _("、").join(str(month) for month in row.missing_months),
        "gap": row.gap,
        **_chances(row, foreseen),
        "allowed": [
            each
            for each in (authorisations_of(user) if own else ())
            if each.subject_id == row.unit.subject_id and each.holds_on(row.day)
        ],
    }


def _headline(row: EntryRow) -> str:
    if is_listed(row.state.code):
        return _("已在库（%(state)s）。") % {"state": words_in(row.state.name)}
    if row.verdict == "absent" and row.earliest is not None:
        told = {"batch": words_in(row.earliest.name), "why": why_absent(row)}
        return _("应入未入：%(batch)s已过，%(why)s。") % told
    if row.verdict == "in_time":
        return _("已达标。%(countdown)s，缺 %(missing)s 份材料。") % {
            "countdown": countdown_words(row),
            "missing": len(row.missing),
        }
    return reached_words(row)


def _size(row: EntryRow) -> str:
    """Large, medium, small or micro is told where staff and a whole year's revenue are known."""
    if row.of is None:
        return ""
    last = row.day.year - 1
    revenue = row.amounts(date(last, 1, 1), date(last, 12, 31)).get("revenue")
    if revenue is None or revenue.months < 12 or row.revenue.persons is None:
        return ""
    found = size_of(row.of.code, persons=row.revenue.persons, revenue=revenue.value, rows=row.judging.sizes)
    return str(SIZE_WORDS[found]) if found else ""


def _stages(row: EntryRow) -> list[dict[str, Any]]:
    """The states in their order; what lies behind, where it is, what lies ahead."""
    order = list(course().states.values())
    here = order.index(row.state)
    return [
        {"name": words_in(state.name), "here": n == here, "behind": n < here and row.state.code != "left"}
        for n, state in enumerate(order)
        if state.code != "left" or n == here
    ]


def _papers(row: EntryRow) -> list[PaperLine]:
    missing = {paper.code for paper in row.missing}
    last = {each.paper: each for each in row.papers}
    return [
        PaperLine(p.code, words_in(p.name), p.fresh, p.code in missing, last.get(p.code)) for p in row.needed
    ]


def _doable(row: EntryRow) -> list[tuple[Any, str]]:
    return [(step, words_in(step.name)) for step in steps_from(row.state.code)]


def _chances(row: EntryRow, foreseen: Foreseen | None) -> dict[str, Any]:
    """The chance in words, the picture and the table behind it."""
    if foreseen is None:
        return {"picture": None}
    future, year = foreseen.future, foreseen.future.point(0).year
    ahead = future.ranges(rolling=False)
    steps = [n for n in range(len(future.paths)) if future.point(n).year == year]
    ranges = [tuple(round(float(value), 1) for value in ahead[:, n]) for n in steps]
    known = _known(row, future, year)
    chances = future.chances(foreseen.threshold, rolling=False)
    lines = [
        PointLine(_point_words(number), amount, None, "") for number, amount in enumerate(known, start=1)
    ]
    lines += [
        PointLine(_point_words(future.point(n).number), None, r, percent(chances[n]))  # type: ignore[arg-type]
        for n, r in zip(steps, ranges, strict=True)
    ]
    return {
        "picture": year_picture(known, ranges, foreseen.threshold),  # type: ignore[arg-type]
        "points": lines,
        "picture_year": year,
        "threshold": Decimal(str(foreseen.threshold)),
        "chance_words": _chance_words(foreseen),
        "companion": foreseen.companion,
    }


def _known(row: EntryRow, future: Future, year: int) -> list[float]:
    """Sums since January up to the last figure; a point nobody told adds nothing."""
    points = by_point(row.revenue.months)
    first = future.point(0).index
    start = year * 11
    found, total = [], 0.0
    for index in range(start, first):
        total += points.get(index, 0.0)
        found.append(round(total, 1))
    return found


def _name(month: int) -> str:
    return month_name(Period.month(2000, month))


def _point_words(number: int) -> str:
    return _("1—2月") if number == 1 else _("%(month)s月") % {"month": number + 1, "name": _name(number + 1)}


def _chance_words(foreseen: Foreseen) -> str:
    told = {"chance": percent(foreseen.chance), "day": foreseen.by.isoformat()}
    if foreseen.about == EntryOutlook.About.REACH and foreseen.row.reached.outcome == "reached":
        return reached_words(foreseen.row)
    if foreseen.about == EntryOutlook.About.FALL:
        return _("到 %(day)s 全年收入低于标准的可能：%(chance)s。") % told
    if foreseen.p50 is None:
        return _("到 %(day)s 达到标准的可能：%(chance)s。") % told
    told["month"] = foreseen.p50.isoformat()[:7]
    return _("到 %(day)s 达到标准的可能：%(chance)s；有五成把握的月份是 %(month)s。") % told
