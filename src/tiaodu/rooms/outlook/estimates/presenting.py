"""What people think together, beside the outlook and beside what was promised: in words and on one scale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext

from tiaodu.engine.outlook.rounds import deviation, load_rules
from tiaodu.foundation import clock
from tiaodu.rooms.outlook import words
from tiaodu.rooms.outlook.estimates.pooling import Pooled, least_spread, pools_by
from tiaodu.rooms.outlook.selectors.rows import OutlookRow

WIDTH, LEFT, RIGHT, TOP, STEP = 360.0, 74.0, 350.0, 14.0, 24.0
ALIKE: Mapping[str, Any] = {"near": _("看法相近"), "mixed": _("看法有分歧"), "far": _("看法差得远")}


@dataclass(frozen=True)
class Shown:
    """The pooled estimate of an outlook's promise, beside both others."""

    row: OutlookRow
    pooled: Pooled

    @property
    def is_day(self) -> bool:
        return self.row.outlook.milestone_id is not None

    @property
    def value(self) -> str:
        """The pooled figure or day."""
        return self.said(self.pooled.value)

    def said(self, value: float | None) -> str:
        return words.day_words(value) if self.is_day else words.figure_words(value, self.row.outlook.unit)

    @property
    def promised(self) -> float | None:
        told = self.row.outlook
        return told.target if not self.is_day else float(told.due.toordinal()) if told.due else None

    @property
    def promised_words(self) -> str:
        """The official figure or date."""
        return self.row.target if not self.is_day else self.said(self.promised)

    @property
    def people(self) -> str:
        count = self.pooled.people
        return ngettext("%(n)d 人", "%(n)d 人", count) % {"n": count}

    @property
    def apart(self) -> str:
        """How far people lie apart: in words, and as a figure where enough told."""
        told = str(ALIKE.get(self.pooled.alike, ""))
        if self.pooled.apart is None:
            return told
        far = self._distance(self.pooled.apart)
        return _now("%(word)s（±%(far)s）") % {"word": told, "far": far} if told else f"±{far}"

    @property
    def against_outlook(self) -> str:
        """How it differs from the outlook's P50; empty without one."""
        return self._against(self.row.outlook.p50, pgettext("beside", "推演"))

    @property
    def against_promise(self) -> str:
        """How it differs from what was promised."""
        return self._against(self.promised, pgettext("beside", "承诺"))

    @property
    def headline(self) -> str:
        """The answer in one sentence."""
        told = {"people": self.people, "value": self.value, "apart": str(ALIKE.get(self.pooled.alike, ""))}
        head = (
            _now("%(people)s私下说过，合起来看 %(value)s，%(apart)s。") % told
            if told["apart"]
            else _now("%(people)s私下说过，合起来看 %(value)s。") % told
        )
        beside = _now("，").join(filter(None, (self.against_outlook, self.against_promise)))
        return _now("%(head)s%(beside)s。") % {"head": head, "beside": beside} if beside else head

    @property
    def learned(self) -> str:
        """What the weights were learned from."""
        count = self.pooled.records
        if not count:
            return _now("还没有过往结果，各人一样重。")
        return ngettext(
            "按 %(n)d 次有了结果的估计定轻重，准的重些。",
            "按 %(n)d 次有了结果的估计定轻重，准的重些。",
            count,
        ) % {"n": count}

    @property
    def differs(self) -> bool:
        """Whether it lies so far from the outlook that the list marks it."""
        told, rules = self.row.outlook, load_rules()
        if not self.row.is_forecast or told.p50 is None or told.p10 is None or told.p90 is None:
            return False
        spread = deviation(told.p10, told.p90, least_spread(None if self.is_day else told.target, rules))
        return abs(self.pooled.value - told.p50) * 100 >= rules.differs * spread

    @property
    def mark(self) -> str:
        """The mark of the list; empty where it does not differ much."""
        if not self.differs:
            return ""
        above = self.pooled.value > (self.row.outlook.p50 or 0.0)
        if self.is_day:
            plain = _now("大家看晚：%(value)s") if above else _now("大家看早：%(value)s")
        else:
            plain = _now("大家看高：%(value)s") if above else _now("大家看低：%(value)s")
        return plain % {"value": self.value}

    def _distance(self, value: float) -> str:
        if self.is_day:
            days = max(1, round(abs(value)))
            return ngettext("%(n)d 天", "%(n)d 天", days) % {"n": days}
        return words.figure_words(abs(value), self.row.outlook.unit)

    def _against(self, value: float | None, what: str) -> str:
        if value is None:
            return ""
        by = self.pooled.value - value
        told = {"what": what, "far": self._distance(by)}
        if abs(by) < (1 if self.is_day else abs(value) * 0.001):
            return _now("与%(what)s一样") % told
        if self.is_day:
            return _now("比%(what)s晚 %(far)s") % told if by > 0 else _now("比%(what)s早 %(far)s") % told
        return _now("比%(what)s高 %(far)s") % told if by > 0 else _now("比%(what)s低 %(far)s") % told


@dataclass(frozen=True, slots=True)
class Lane:
    """One of the three on the picture: where its point is, and its range where it has one."""

    name: str
    kind: str
    y: float
    x: float
    low: float | None
    high: float | None
    words: str

    @property
    def length(self) -> float:
        return round((self.high or 0.0) - (self.low or 0.0), 1)


@dataclass(frozen=True, slots=True)
class Picture:
    """Promise, outlook and people on one scale; ``told`` says it in words."""

    lanes: Sequence[Lane]
    told: str
    width: float = WIDTH

    @property
    def height(self) -> float:
        return TOP + STEP * len(self.lanes)


def picture_of(shown: Shown) -> Picture:
    """The picture of a pooled estimate."""
    told, pooled = shown.row.outlook, shown.pooled
    apart = pooled.apart
    around = (None, None) if apart is None else (pooled.value - apart, pooled.value + apart)
    every: list[tuple[str, str, float | None, float | None, float | None]] = [
        (pgettext("estimates", "承诺"), "promise", shown.promised, None, None),
        (pgettext("estimates", "推演"), "outlook", told.p50, told.p10, told.p90),
        (_now("大家"), "people", pooled.value, *around),
    ]
    kept = [one for one in every if one[2] is not None]
    figures = [figure for one in kept for figure in one[2:] if figure is not None]
    low, high = min(figures), max(figures)
    margin = (high - low) * 0.06 or abs(high) * 0.05 or 1.0
    low, high = low - margin, high + margin

    def at(value: float | None) -> float | None:
        return None if value is None else round(LEFT + (value - low) / (high - low) * (RIGHT - LEFT), 1)

    lanes = [
        Lane(name, kind, TOP + STEP * place, at(point) or 0.0, at(first), at(last), shown.said(point))
        for place, (name, kind, point, first, last) in enumerate(kept)
    ]
    return Picture(lanes, "；".join(f"{lane.name} {lane.words}" for lane in lanes))


def shown_of(row: OutlookRow, day: date | None = None) -> Shown | None:
    """What people think of the promise of an outlook the reader sees, as shown on a day."""
    return shown_by([row], day).get(row.pk)


def shown_by(rows: Iterable[OutlookRow], day: date | None = None) -> dict[int, Shown]:
    """The same of several, by the outlook's number; of one county one look."""
    every, day = list(rows), day or clock.today()
    courses = pools_by((row.outlook for row in every), day)
    pools = {pk: course.on(day) for pk, course in courses.items()}
    return {row.pk: Shown(row, pooled) for row in every if (pooled := pools.get(row.pk)) is not None}
