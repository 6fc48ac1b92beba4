"""What pages show of a project's investment: the sentence, the S-curve, the table of months behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tiaodu.engine.kernel.display import number_text
from tiaodu.engine.projects.curve import MONTHS, OWN, month_end
from tiaodu.engine.projects.fan import Fan, Range
from tiaodu.engine.projects.investment import Reported, pace
from tiaodu.engine.projects.scurve import scurve_of
from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.projects.models import InvestmentReport
from tiaodu.rooms.projects.selectors.investments import Investment, Learned, last_month, learned_in
from tiaodu.rooms.projects.selectors.judged import JudgedRow
from tiaodu.rooms.projects.selectors.scope import may_foresee, may_report_investment
from tiaodu.rooms.projects.words import language


@dataclass(frozen=True)
class MonthRow:
    """One month of the table behind the curve; ``done`` and ``paid`` with the evidence they come from."""

    month: int
    planned: Decimal | None
    done: Decimal | None
    done_evidence: int | None
    paid: Decimal | None
    paid_evidence: int | None
    share: str
    range: Range | None
    report: InvestmentReport | None
    over: bool  # whether the month is over, so that it may be reported


def investment_context(user: User, row: JudgedRow) -> dict[str, Any]:
    """Everything the section of investment shows."""
    found = row.investment
    learned = learned_in(row.project.region, row.rules, row.day) if may_foresee(user, row.project) else None
    fan = _fan(found, learned)
    plan = found.standing.plan.by_months() if found.standing else ()
    reports = reports_of(row, row.year)
    return {
        "investment": found,
        "standing": found.standing,
        "course": course_words(found),
        "year_end": fan.at(MONTHS) if fan else None,
        "chance": round(fan.chance * 100) if fan else None,
        "scurve": scurve_of(plan, _values(found.done), _values(found.paid), fan) if plan else None,
        "fan": fan,
        "fan_origin": _origin(fan, learned) if found.standing else "",
        "curve_name": _curve_name(row),
        "pace": _pace(found),
        "needed_a_month": found.standing.needed_a_month() if found.standing else None,
        "month_rows": month_rows(found, fan, reports, row.day) if plan or found.done else [],
        "newest_report": reports[max(reports)] if reports else None,
        "report_month": month_to_report(found, row.day),
        "may_report": may_report_investment(user, row.project),
        "year": row.year,
    }


def _fan(found: Investment, learned: Learned | None) -> Fan | None:
    if learned is None or found.standing is None or found.standing.done is None:
        return None
    month = last_month(found.standing)
    return found.fan(learned.share(month)) if month < MONTHS else None


def _values(cells: Mapping[int, Any]) -> dict[int, Decimal]:
    return {month: cell.value for month, cell in cells.items()}


def reports_of(row: JudgedRow, year: int) -> dict[int, InvestmentReport]:
    """The newest report of each month of a year, as known on the row's day."""
    told = InvestmentReport.objects.filter(project=row.project, month__year=year, known_on__lte=row.day)
    ordered = told.select_related("by").order_by("month", "revision")
    return {each.month.month: each for each in ordered}


def month_rows(
    found: Investment, fan: Fan | None, reports: Mapping[int, InvestmentReport], day: date
) -> list[MonthRow]:
    """The twelve months: planned, done, paid, what may come, what was said."""
    plan = found.standing.plan if found.standing else None
    rows = []
    for month in range(1, MONTHS + 1):
        done, paid = found.done.get(month), found.paid.get(month)
        rows.append(
            MonthRow(
                month=month,
                planned=plan.by(month_end(found.year, month)) if plan else None,
                done=done.value if done else None,
                done_evidence=done.evidence_id if done else None,
                paid=paid.value if paid else None,
                paid_evidence=paid.evidence_id if paid else None,
                share=percent(done.value / plan.planned) if done and plan and plan.planned else "",
                range=fan.at(month) if fan and month in fan.months else None,
                report=reports.get(month),
                over=month_end(found.year, month) <= day,
            )
        )
    return rows


def month_to_report(found: Investment, day: date) -> date | None:
    """The end of the month that waits for a report: the last that is over, unless it is there already."""
    last = last_month_over(day)
    if last.year == found.year and last.month in found.done:
        return None
    return last


def last_month_over(day: date) -> date:
    """The end of the last month that is over on ``day``."""
    if day == month_end(day.year, day.month):
        return day
    return month_end(day.year, day.month - 1) if day.month > 1 else date(day.year - 1, 12, 31)


def course_words(found: Investment) -> dict[str, Any]:
    """What the section's sentence is made of: how the year stands, and by how much it is behind or ahead."""
    standing = found.standing
    if standing is None:
        return {"state": "no_plan"}
    if not found.done or standing.done is None:
        return {"state": "silent"}
    if standing.share is None or standing.behind is None:
        return {"state": "nothing_planned"}
    state = "behind" if standing.behind > 0 else "ahead" if standing.behind < 0 else "level"
    points = number_text(abs(standing.behind * 100).quantize(Decimal("0.1")))
    return {"state": state, "share": percent(standing.share), "points": points}


def _origin(fan: Fan | None, learned: Learned | None) -> str:
    """Where the range of the year comes from, or why there is none."""
    if learned is None:
        return ""
    if fan is not None and fan.origin == "learned":
        return _("按本县 %(years)s 个完整的项目年度推算。") % {"years": fan.years}
    if fan is not None:
        return _("本县完整的项目年度还不够，按参数表“全年投资研判的参数”里确认的值推算。")
    told = {"enough": learned.judging.enough, "years": len(learned.years)}
    if learned.judging.prior is None:
        return (
            _(
                "暂不推算全年：要有 %(enough)s 个完整的项目年度（现有 %(years)s 个），"
                "或由本县确认“全年投资研判的参数”。"
            )
            % told
        )
    return ""


def _curve_name(row: JudgedRow) -> str:
    standing = row.investment.standing
    if standing is None:
        return ""
    code = standing.plan.curve.code
    if code == OWN:
        return _("本项目的分月计划")
    found = row.rules.curve_rows.get(code)
    return str(found[language()]) if found else code


def _pace(found: Investment) -> Decimal | None:
    return pace([Reported(cell.period_end, cell.value) for cell in found.done.values()])


def percent(share: Decimal) -> str:
    """A share of one with one decimal."""
    return number_text((share * 100).quantize(Decimal("0.1"))) + "%"
