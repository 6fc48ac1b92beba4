"""What the page of scores and the command line show: the answer in a sentence, scores beside plain rules,
scores by group.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tiaodu.engine.outlook.scoring import (
    FEWEST,
    Bin,
    Scored,
    State,
    Summary,
    by_group,
    plain_rule,
    share_interval,
    summarise,
)
from tiaodu.rooms.outlook import words
from tiaodu.rooms.outlook.scores.words import group_name, score_words
from tiaodu.rooms.outlook.selectors.scores import ScoreRow, scored, sure_and_wrong
from tiaodu.rooms.outlook.services import Ran

LEAST = 2  # of fewer promises there is no spread, so no interval either
COIN = 0.5


@dataclass(frozen=True, slots=True)
class RuleLine:
    """The scores of the outlooks or of a plain rule on the same promises, in words."""

    name: str
    brier: str
    interval: str
    log: str
    better: str


@dataclass(frozen=True, slots=True)
class RangeLine:
    """How often ranges of one kind held and how wide they were, in words."""

    name: str
    promises: int
    forecasts: int
    held: str
    interval: str
    width: str


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One class of outlooks; without scores where it has one promise only. ``few``: to be read with care."""

    name: str
    promises: int
    forecasts: int
    told: str
    kept: str
    interval: str
    brier: str
    log: str
    better: str
    few: bool


def headline(rows: Sequence[ScoreRow]) -> str:
    """Whether what is told can be trusted, in one sentence with its counts."""
    if not rows:
        return _("还没有说过把握的研判，没有什么可以对照。")
    found = scored(rows)
    if not found:
        first = min(each.told.outlook.due for each in rows if each.told.outlook.due)
        told = {"count": len({row.about for row in rows}), "day": first.isoformat()}
        return _("说过把握的承诺 %(count)s 项，都还没有结果；最早的 %(day)s 到期。") % told
    counts = _counts(found)
    whole = summarise(found, fewest=LEAST)
    if not isinstance(whole, Summary) or whole.promises < FEWEST:
        return (
            _(
                "有结果的承诺只有 %(promises)s 项（研判 %(forecasts)s 次），太少，还说不上准不准："
                "平均说 %(told)s，兑现 %(kept)s。"
            )
            % counts
        )
    low, high = share_interval(whole.kept, whole.promises)
    bent = _("说得偏满") if whole.told > high else _("说得偏保守") if whole.told < low else _("大体相符")
    return _(
        "有结果的承诺 %(promises)s 项（研判 %(forecasts)s 次）：平均说 %(told)s，兑现 %(kept)s"
        "（95%% 区间 %(interval)s），%(bent)s；%(better)s。"
    ) % {**counts, "interval": _span(low, high), "bent": bent, "better": _beaten(whole.brier)}


def _counts(found: Sequence[Scored]) -> dict[str, Any]:
    by: dict[str, list[Scored]] = {}
    for each in found:
        by.setdefault(each.about, []).append(each)
    told = fmean(fmean(each.chance for each in group) for group in by.values())
    kept = fmean(fmean(each.kept for each in group) for group in by.values())
    return {
        "promises": len(by),
        "forecasts": len(found),
        "told": words.percent(told),
        "kept": f"{kept:.0%}",
    }


def _beaten(score: float) -> str:
    skill = 1 - score / COIN**2
    told = {"share": f"{abs(skill):.0%}"}
    return (
        _("布赖尔分比一概说五成好 %(share)s") % told
        if skill >= 0
        else _("布赖尔分比一概说五成差 %(share)s") % told
    )


def left_out(rows: Sequence[ScoreRow]) -> str:
    """How many outlooks have no outcome, by why; and how many were told as certain and were not."""
    found = []
    for state, plain in (
        (State.OPEN, _("还没到期 %(count)s 项")),
        (State.WAITING, _("到期了、决定它的数还没有 %(count)s 项")),
        (State.UNJUDGED, _("无法认定 %(count)s 项")),
    ):
        count = len({row.about for row in rows if row.outcome.state is state})
        if count:
            found.append(plain % {"count": count})
    if sure := sure_and_wrong(rows):
        found.append(
            ngettext(
                "%(count)d 次把话说死却相反，对数分为无穷", "%(count)d 次把话说死却相反，对数分为无穷", sure
            )
            % {"count": sure}
        )
    return _("不计分：%(what)s。") % {"what": "；".join(found)} if found else ""


def rules(rows: Sequence[ScoreRow]) -> list[RuleLine]:
    """The outlooks beside always saying one half, and always the part that was kept of the kind."""
    found = scored(rows)
    whole = summarise(found, fewest=LEAST)
    if not isinstance(whole, Summary):
        return []
    plain = {
        _("一概说五成"): [replace(each, chance=COIN) for each in found],
        _("一概说同类后来的兑现率"): plain_rule(found, "kind"),
    }
    lines = [_rule(_("本系统"), whole, None)]
    for name, told in plain.items():
        other = summarise(told, fewest=LEAST)
        if isinstance(other, Summary):
            lines.append(_rule(name, other, whole))
    return lines


def _rule(name: str, found: Summary, against: Summary | None) -> RuleLine:
    better = ""
    if against is not None and found.brier > 0:
        better = f"{1 - against.brier / found.brier:+.0%}"
    interval = _of_scores(found) if against is None else ""
    return RuleLine(name, score_words(found.brier), interval, score_words(found.log_score), better)


def _of_scores(found: Summary) -> str:
    return f"{found.low:.3f}–{found.high:.3f}"


def ranges(rows: Sequence[ScoreRow]) -> list[RangeLine]:
    """P10 to P90 of figures and of steps: they should hold in 80 %."""
    lines = []
    for name, figures in ((_("数字指标"), True), (_("时间节点"), False)):
        of = [row for row in rows if row.is_figure is figures and row.ranged is not None]
        if not of:
            continue
        held = _mean_by_promise(of, lambda row: float(row.held or False))
        promises = len({row.about for row in of})
        width = _mean_by_promise(of, _width)
        low, high = share_interval(held, promises)
        lines.append(
            RangeLine(
                name,
                promises,
                len(of),
                f"{held:.0%}",
                _span(low, high),
                _("目标的 %(share)s") % {"share": f"{width:.0%}"}
                if figures
                else ngettext("%(days)d 天", "%(days)d 天", round(width)) % {"days": round(width)},
            )
        )
    return lines


def _width(row: ScoreRow) -> float:
    found = row.ranged
    return found.p90 - found.p10 if found is not None else 0.0


def _mean_by_promise(rows: Sequence[ScoreRow], of: Callable[[ScoreRow], float]) -> float:
    by: dict[str, list[float]] = {}
    for row in rows:
        by.setdefault(row.about, []).append(of(row))
    return fmean(fmean(each) for each in by.values())


def groups(rows: Sequence[ScoreRow], group: str) -> list[GroupLine]:
    """Scores by the classes of a group, each with its counts and interval."""
    found = scored(rows)
    lines = []
    for value, each in by_group(found, group, fewest=LEAST).items():
        of = [one for one in found if one.groups[group] == value]
        counts, name = _counts(of), group_name(group, value)
        if not isinstance(each, Summary):
            lines.append(
                GroupLine(name, 1, len(of), counts["told"], counts["kept"], "", "", "", "", few=True)
            )
            continue
        lines.append(
            GroupLine(
                name,
                each.promises,
                each.forecasts,
                counts["told"],
                counts["kept"],
                _span(*share_interval(each.kept, each.promises)),
                f"{each.brier:.3f} ({_of_scores(each)})",
                score_words(each.log_score),
                f"{1 - each.brier / COIN**2:+.0%}",
                few=each.promises < FEWEST,
            )
        )
    return lines


@dataclass(frozen=True, slots=True)
class BinLine:
    """A class of chances with its figures in words: the table behind the picture."""

    told: str
    kept: str
    interval: str
    count: int
    promises: int
    fits: bool


def bins_of(rows: Sequence[ScoreRow]) -> tuple[Bin, ...]:
    """Classes of chances told alike; none where fewer than two promises have an outcome."""
    found = summarise(scored(rows), fewest=LEAST)
    return found.bins if isinstance(found, Summary) else ()


def bin_lines(bins: Sequence[Bin]) -> list[BinLine]:
    """The table behind the picture."""
    return [
        BinLine(
            words.percent(each.told), f"{each.kept:.0%}", _span(each.low, each.high), each.count,
            each.promises, each.fits,
        )
        for each in bins
    ]  # fmt: skip


def marks(bins: Sequence[Bin]) -> list[tuple[float, float, float, float, int, str]]:
    """The same as the reliability picture takes them."""
    lines = zip(bins, bin_lines(bins), strict=True)
    return [
        (each.told, each.kept, each.low, each.high, each.promises, _mark_words(line)) for each, line in lines
    ]


def _mark_words(line: BinLine) -> str:
    told = {name: getattr(line, name) for name in ("told", "kept", "interval", "promises")}
    return _("说 %(told)s，兑现 %(kept)s（%(interval)s），承诺 %(promises)s 项") % told


def _span(low: float, high: float) -> str:
    return f"{low:.0%}–{high:.0%}"


def ran_line(ran: Ran) -> str:
    """One run of a replayed year on the command line."""
    told = {"day": ran.run.as_of, "seconds": ran.run.seconds}
    return _("%(day)s  新做，%(seconds)s 秒") % told if ran.new else _("%(day)s  已有") % told


def score_lines(rows: Sequence[ScoreRow]) -> list[str]:
    """The scores on the command line: the figures of the page."""
    lines = [headline(rows), left_out(rows)]
    lines += [f"{each.name}  {each.brier} {each.interval}  {each.log}  {each.better}" for each in rules(rows)]
    lines += [
        f"{each.name}  P10–P90 {each.held} ({each.interval})  {each.width}  {each.promises}/{each.forecasts}"
        for each in ranges(rows)
    ]
    lines += [
        f"{each.told} → {each.kept} ({each.interval})  {each.promises}/{each.count}"
        for each in bin_lines(bins_of(rows))
    ]
    return [line.strip() for line in lines if line.strip()]
