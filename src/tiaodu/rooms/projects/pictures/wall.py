"""The wall map: every project with its stages gone through, its promises and its probable finish."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tiaodu.engine.projects.forecast import Forecast
from tiaodu.engine.projects.wall import (
    LATE,
    Outcome,
    Phase,
    Probable,
    Promise,
    Verdict,
    grouped,
    held_by,
    outcome,
    phases,
)
from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.projects.pictures.days import short
from tiaodu.rooms.projects.selectors.judged import JudgedRow, judged
from tiaodu.rooms.projects.selectors.outlooks import outlooks_of
from tiaodu.rooms.projects.selectors.rows import STAGES, rows_of, stage_words, wait_words
from tiaodu.rooms.projects.selectors.scope import may_see_chances, projects_visible_to
from tiaodu.rooms.projects.tables import words_in
from tiaodu.rooms.projects.words import light_reason, light_state, light_word

BY = {
    "zone": gettext_lazy("片区"),
    "leader": gettext_lazy("包联领导"),
    "stage": gettext_lazy("阶段"),
    "kind": gettext_lazy("类型"),
    "none": gettext_lazy("不分组"),
}
# What a verdict is shown as: the shape and colour of a light.
LIGHTS = {
    Verdict.MISSED: "red",
    Verdict.MISS: "red",
    Verdict.RISK: "amber",
    Verdict.KEEP: "green",
    Verdict.DONE: "green",
    Verdict.DONE_LATE: "grey",
    Verdict.UNKNOWN: "grey",
}


@dataclass(frozen=True)
class WallRow:
    """One project on the wall; ``forecast`` is None for those who do not see forecasts."""

    row: JudgedRow
    forecast: Forecast | None

    @property
    def project_id(self) -> int:
        return self.row.project.pk

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def sample(self) -> bool:
        return self.row.sample

    @property
    def day(self) -> date:
        return self.row.day

    @cached_property
    def promises(self) -> tuple[Promise, ...]:
        """The promised steps in play, the first due first."""
        found = []
        for code in self.row.network.codes:
            record = self.row.state.of(code)
            if record.promised:
                found.append(Promise(code, record.promised, record.finished, self._probable(code)))
        return tuple(sorted(found, key=lambda promise: (promise.day, promise.step)))

    def _probable(self, code: str) -> Probable | None:
        told = self.forecast.of(code) if self.forecast else None
        return Probable(told.p50, told.p80) if told else None

    @cached_property
    def outcome(self) -> Outcome:
        """The promise it stands worst with, and what holds that up."""
        return outcome(self.promises, self.day, through=self._through)

    def _through(self, step: str) -> str:
        finishes = {code: told.p50 for code, told in self.forecast.steps.items()} if self.forecast else {}
        return held_by(self.row.network, self.row.state, step, finishes)

    @property
    def verdict(self) -> str:
        return self.outcome.verdict.value

    @property
    def light(self) -> str:
        return LIGHTS[self.outcome.verdict]

    @property
    def lamp(self) -> str:
        """The colour of the project by the county's rules, as it is drawn."""
        return light_state(self.row.light)

    @property
    def lamp_word(self) -> str:
        """The colour in words."""
        return light_word(self.row.light)

    @property
    def lamp_reason(self) -> str:
        """Why it has that colour."""
        return light_reason(self.row.colour)

    @property
    def state(self) -> str:
        """The light, for lists."""
        return self.light

    @property
    def late_days(self) -> int | None:
        """Days it is late or will be; None where it is not."""
        return self.outcome.days or None

    @property
    def chance(self) -> float | None:
        """The chance that the promise is kept; None for those who do not see it and where there is none."""
        promise = self.outcome.promise
        told = self.forecast.of(promise.step) if self.forecast and promise else None
        return told.chance if told else None

    @property
    def chance_percent(self) -> int | None:
        """The chance in whole percent, never 0 nor 100: nothing to come is certain."""
        return None if self.chance is None else min(99, max(1, round(self.chance * 100)))

    @property
    def probable(self) -> Probable | None:
        """The probable finish that is drawn: of the judged promise, else of the goal."""
        if self.outcome.promise is not None:
            return self.outcome.promise.probable
        return self._probable(self.row.template.goal)

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """The stages gone through."""
        records = ((step.stage, self.row.state.of(step.code)) for step in self.row.network.steps)
        return phases(((stage, each.started, each.finished) for stage, each in records), self.day)

    @property
    def planned(self) -> tuple[date, date] | None:
        """From the beginning to the last promised day; None without promises."""
        if not self.promises:
            return None
        begun = [each.start for each in self.phases[:1]] + [d for d in (self.row.project.signed_on,) if d]
        first = min(begun, default=self.row.project.created_on)
        last = self.promises[-1].day
        return min(first, last), last

    def step_words(self, code: str) -> str:
        """A step by its name."""
        return words_in(self.row.template.by_code[code].name)

    def through_words(self) -> str:
        """The step that holds it up, with who does it or what it waits for; empty where nothing does."""
        code = self.outcome.through
        if not code:
            return ""
        standing = self.row.steps[code]
        who = wait_words(standing.wait.reason) if standing.wait else self.row.doer(standing)
        return _("%(step)s（%(who)s）") % {"step": self.step_words(code), "who": who}

    def verdict_words(self) -> str:
        """How a project stands to its promises, in a few words."""
        days, verdict = self.outcome.days, self.outcome.verdict
        if verdict == Verdict.MISS:
            return ngettext("预计晚 %(n)s 天", "预计晚 %(n)s 天", days) % {"n": days}
        if verdict == Verdict.MISSED:
            if self.probable:
                return ngettext("已过期，预计晚 %(n)s 天", "已过期，预计晚 %(n)s 天", days) % {"n": days}
            return ngettext("已过期 %(n)s 天", "已过期 %(n)s 天", days) % {"n": days}
        if verdict == Verdict.DONE_LATE:
            return ngettext("承诺已兑现，晚 %(n)s 天", "承诺已兑现，晚 %(n)s 天", days) % {"n": days}
        return {
            Verdict.RISK: _("可能赶不上"),
            Verdict.KEEP: _("预计按期"),
            Verdict.DONE: _("承诺已兑现"),
            Verdict.UNKNOWN: _("没有承诺日期") if not self.promises else _("暂不能推算"),
        }[verdict]

    def dates_words(self) -> str:
        """The judged promise: which step, promised when, probably when."""
        promise = self.outcome.promise
        if promise is None:
            return ""
        told = {"step": self.step_words(promise.step), "day": short(promise.day, self.day)}
        if promise.finished:
            return _("%(step)s：承诺 %(day)s，%(real)s 完成") % {
                **told,
                "real": short(promise.finished, self.day),
            }
        if promise.probable is None:
            return _("%(step)s：承诺 %(day)s") % told
        return _("%(step)s：承诺 %(day)s，预计 %(p50)s") % {
            **told,
            "p50": short(promise.probable.p50, self.day),
        }

    def days(self) -> Iterable[date]:
        """Every day that is drawn."""
        yield from (each.start for each in self.phases)
        yield from (promise.day for promise in self.promises)
        if self.probable:
            yield self.probable.p80


def wall_rows(user: User, day: date | None = None) -> list[WallRow]:
    """The projects this person sees that still run or ended this year, the worst first; forecasts only for
    those who may see them.
    """
    rows = judged([row for row in rows_of(projects_visible_to(user, day), day) if row.current], day)
    told: Mapping[int, Forecast] = outlooks_of(rows) if may_see_chances(user) else {}
    return sorted((WallRow(row, told.get(row.project.pk)) for row in rows), key=_worst_first)


def _worst_first(row: WallRow) -> tuple[int, int, str]:
    order = list(Verdict)
    place = 0 if row.outcome.verdict in LATE else order.index(row.outcome.verdict)
    return place, -row.outcome.days, row.row.project.code


Groups = Sequence[tuple[str, Sequence[WallRow]]]


def groups_by(rows: Sequence[WallRow], by: str) -> Groups:
    """The rows in groups; without a group, ``""`` is its label."""
    if by == "none":
        return [("", rows)] if rows else []
    if by == "stage":
        return grouped(rows, lambda row: row.row.stage_words, listed=[stage_words(s) for s in STAGES])
    if by == "kind":
        return grouped(rows, lambda row: row.row.kind_words)
    if by == "leader":
        return grouped(rows, lambda row: row.row.leader)
    return grouped(rows, lambda row: row.row.project.zone.name if row.row.project.zone else "")


def group_words(label: str, by: str) -> str:
    """The head of a group; one without a label says what is missing."""
    if label:
        return label
    words = {"zone": _("未定片区"), "leader": _("未定包联领导"), "none": ""}
    return words.get(by, _("其他"))


def answer_words(rows: Sequence[WallRow]) -> str:
    """The answer of the page: how many will miss, the worst by how much and through what."""
    if not rows:
        return ""
    late = [row for row in rows if row.outcome.verdict in LATE]
    if not late:
        told = {"count": len(rows), "risk": sum(row.outcome.verdict == Verdict.RISK for row in rows)}
        if told["risk"]:
            return _("%(count)s 个项目没有预计不能按期的，%(risk)s 个可能赶不上。") % told
        return _("%(count)s 个项目没有预计不能按期的。") % told
    worst = late[0]
    words = {"count": len(rows), "late": len(late), "name": worst.name, "days": worst.outcome.days}
    if through := worst.through_words():
        text = _(
            "%(count)s 个项目中 %(late)s 个预计不能按期，最晚的是%(name)s，晚 %(days)s 天，卡在%(step)s。"
        )
        return text % {**words, "step": through}
    return _("%(count)s 个项目中 %(late)s 个预计不能按期，最晚的是%(name)s，晚 %(days)s 天。") % words
