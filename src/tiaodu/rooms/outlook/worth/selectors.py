"""What would be worth doing, for the promises a person sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.outlook import words
from tiaodu.rooms.outlook.models import Run, Worth
from tiaodu.rooms.outlook.selectors.rows import OutlookRow, rows_of_outlooks
from tiaodu.rooms.outlook.selectors.scope import outlooks_visible_to, tasks_judged_for
from tiaodu.rooms.outlook.what_if.lines import Line
from tiaodu.rooms.outlook.what_if.outcome import LEAST_SHOWN, difference_words, points_words


@dataclass(frozen=True)
class WorthRow:
    """One act and what it would bring to one promise."""

    worth: Worth
    promise: OutlookRow

    @property
    def pk(self) -> int:
        return int(self.worth.pk)

    @property
    def title(self) -> str:
        return str(self.worth.words[words.language()]["title"])

    @property
    def reason(self) -> str:
        return str(self.worth.words[words.language()]["reason"])

    @property
    def kind(self) -> str:
        return self.worth.get_kind_display()

    @property
    def url(self) -> str:
        return self.worth.url

    @property
    def sample(self) -> bool:
        return self.promise.sample

    @property
    def decides(self) -> str:
        return self.worth.decides

    @property
    def is_report(self) -> bool:
        return self.worth.kind == Worth.Kind.REPORT

    @cached_property
    def _line(self) -> Line:
        told = self.promise.outlook
        return Line("", "", told.unit) if told.milestone_id else Line("", "", told.unit, period=_ANY)

    @property
    def chance(self) -> str:
        """By how many points the chance rises, with its error; empty where it does not move."""
        if abs(self.worth.chance or 0.0) < LEAST_SHOWN or self.worth.chance is None:
            return ""
        return points_words(self.worth.chance, self.worth.chance_error or 0.0)

    @property
    def mean(self) -> str:
        """By how much the figure rises, with its error."""
        if self.worth.mean is None:
            return ""
        return difference_words(self._line, self.worth.mean, self.worth.mean_error or 0.0)

    @property
    def narrower(self) -> str:
        """By how much the range would narrow; empty of an act."""
        if self.worth.narrower is None:
            return ""
        told = {
            "percent": f"{self.worth.narrower * 100:.0f}",
            "error": f"{(self.worth.narrower_error or 0.0) * 200:.0f}",
        }
        return _("看得更清：范围约收窄 %(percent)s%% ±%(error)s") % told

    @property
    def effect(self) -> str:
        """What it brings, in one line."""
        return self.narrower or " · ".join(filter(None, (self.chance, self.mean)))

    @property
    def best_first(self) -> tuple[bool, float, float, int]:
        """Acts by the chance they add, then by what they add beside the range; reports behind them."""
        told, promise = self.worth, self.promise.outlook
        spread = abs((promise.p90 or 0.0) - (promise.p10 or 0.0)) or abs(promise.p50 or 0.0) or 1.0
        size = abs(told.mean or 0.0) / spread + (told.narrower or 0.0)
        return self.is_report, -(told.chance or 0.0), -size, self.pk

    @property
    def searched(self) -> str:
        return f"{self.title} {self.promise.name} {self.decides}"


class _Any:
    """A period that is only asked whether it is there."""


_ANY: Any = _Any()


def worths_for(user: User, run: Run | None) -> list[WorthRow]:
    """Everything worth doing for the promises the person sees, the best first."""
    if run is None:
        return []
    kept = Worth.objects.filter(run=run, outlook__task__in=tasks_judged_for(user))
    return _rows(user, list(kept))


def worths_of_outlook(user: User, row: OutlookRow) -> list[WorthRow]:
    """What is worth doing for one promise, by the run of its outlook."""
    kept = Worth.objects.filter(outlook=row.outlook.pk, outlook__task__in=tasks_judged_for(user))
    return sorted((WorthRow(each, row) for each in kept), key=lambda each: each.best_first)


def _rows(user: User, kept: Sequence[Worth]) -> list[WorthRow]:
    promises = outlooks_visible_to(user).filter(pk__in={each.outlook_id for each in kept})
    by_key = {row.outlook.pk: row for row in rows_of_outlooks(promises)}
    rows = [WorthRow(each, by_key[each.outlook_id]) for each in kept if each.outlook_id in by_key]
    return sorted(rows, key=lambda row: row.best_first)
