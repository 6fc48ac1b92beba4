"""What is said of units on their way into the statistics."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tiaodu.engine.kernel.display import number_text
from tiaodu.engine.returns.channels import Batch
from tiaodu.engine.returns.entering import is_listed, under_review
from tiaodu.rooms.returns.entry.selectors.rows import EntryRow
from tiaodu.rooms.returns.entry.tables import BASIS_WORDS, words_in

VERDICTS = {
    "absent": _("应入未入"),
    "in_time": _("已达标，批次未截止"),
    "not_yet": _("未达标"),
    "unknown": _("缺数"),
    "listed": _("在库"),
}
LIGHTS = {"absent": "red", "in_time": "amber", "not_yet": "not_due", "unknown": "grey", "listed": "green"}
AGAINST = {
    "opened_before": _("开业或投产早于新建单位的起算日"),
    "sold_before": _("起算日以前已有销售"),
    "not_new": _("立项不是新建"),
    "transfer": _("转专业"),
}
UNKNOWN = {
    "opened_on": _("开业或投产日"),
    "newly_built": _("立项的建设性质"),
    "first_sales_on": _("首次有销售的日子"),
}


def verdict_words(row: EntryRow) -> str:
    """Where the unit stands in the count."""
    return str(VERDICTS[row.verdict])


def channel_words(row: EntryRow) -> str:
    """Why it comes in by this channel."""
    if row.channel.code == "monthly":
        return gettext("月度审核：新建单位，起算日以来开业投产，以前没有销售。")
    told = "、".join(str(AGAINST[code]) for code in row.channel.reasons)
    if told:
        return gettext("年度审核：%(reasons)s。") % {"reasons": told}
    asked = "、".join(str(UNKNOWN[code]) for code in row.channel.unknown)
    return gettext("暂按年度审核；补上%(asked)s后，如是新建单位可走月度审核。") % {"asked": asked}


def reached_words(row: EntryRow) -> str:
    """The threshold against what is known of the year, and which figure was used."""
    if row.of is None:
        return gettext("行业代码没有登记，或这一类单位不入库，无法判断。")
    found = row.reached
    if found.outcome == "unknown":
        return gettext("今年还没有报过收入，无法判断。")
    if found.amount is None:
        return gettext("这一类看%(basis)s，不看收入。") % {"basis": BASIS_WORDS[found.basis]}
    told: dict[str, Any] = {
        "basis": BASIS_WORDS[found.basis],
        "months": found.amount.months,
        "amount": number_text(found.amount.value.quantize(found.amount.value.__class__("0.1"))),
        "threshold": number_text(row.of.threshold) if row.of.threshold is not None else "—",
    }
    if found.output_short:
        return (
            gettext(
                "按%(basis)s %(months)s 个月 %(amount)s 万元已到标准 %(threshold)s 万元，但工业总产值没有到。"
            )
            % told
        )
    if found.outcome == "reached":
        return (
            gettext("按%(basis)s，今年 %(months)s 个月 %(amount)s 万元，已到标准 %(threshold)s 万元。") % told
        )
    told["gap"] = (
        number_text(found.gap.quantize(found.gap.__class__("0.1"))) if found.gap is not None else "—"
    )
    return (
        gettext(
            "按%(basis)s，今年 %(months)s 个月 %(amount)s 万元，离标准 %(threshold)s 万元还差 %(gap)s 万元。"
        )
        % told
    )


def why_absent(row: EntryRow) -> str:
    """What stands between an absent unit and the list."""
    if under_review(row.state.code):
        return gettext("正在%(state)s") % {"state": words_in(row.state.name)}
    if row.missing:
        names = "、".join(words_in(paper.name) for paper in row.missing[:3])
        more = gettext("等") if len(row.missing) > 3 else ""
        count = len(row.missing)
        told = ngettext(
            "缺 %(count)s 份材料：%(names)s%(more)s", "缺 %(count)s 份材料：%(names)s%(more)s", count
        )
        return told % {"count": count, "names": names, "more": more}
    if not row.filing_batch:
        return gettext("没有可以申报的批次")
    return gettext("材料齐，还没有申报")


def countdown_words(row: EntryRow) -> str:
    """The next batch and how long it stays open."""
    batch, left = row.next_batch, row.days_left
    if is_listed(row.state.code):
        return ""
    if batch is None or left is None:
        return gettext("没有可以申报的批次")
    told = ngettext("%(batch)s，还有 %(left)s 个工作日", "%(batch)s，还有 %(left)s 个工作日", left)
    return told % {"batch": words_in(batch.name), "left": left}


def batch_words(batch: Batch) -> str:
    """A batch by name and last day."""
    return gettext("%(batch)s（%(day)s）") % {
        "batch": words_in(batch.name),
        "day": batch.closes_on.isoformat(),
    }


def percent(chance: Any) -> str:
    """A chance as whole percent; what is drawn is never told as certain."""
    return f"{min(99, max(1, round(float(chance) * 100)))}%"
