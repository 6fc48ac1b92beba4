"""Reporting a month's investment: figures as evidence in their own series, words beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.display import display
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.projects.curve import MONTHS, month_end
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.evidence import selectors as figures
from tiaodu.foundation.evidence import services as evidence
from tiaodu.foundation.evidence.models import Evidence, Series
from tiaodu.foundation.refusal import Invalid, NotAllowed, Stale
from tiaodu.foundation.registry.models import Measure
from tiaodu.rooms.projects.models import InvestmentPlan, InvestmentReport, Project
from tiaodu.rooms.projects.selectors.investments import Book, book_of, done_measure
from tiaodu.rooms.projects.selectors.scope import may_report_investment
from tiaodu.rooms.projects.services.register import project_locked

SOURCE = "projects.investment"


@dataclass(frozen=True, kw_only=True)
class Month:
    """What is reported of a month: done and paid since 1 January in 元, and words.

    ``revision`` is the one that was seen, 0 for none. ``reason`` is asked for where a figure changes or falls
    below the month before.
    """

    year: int
    month: int
    revision: int
    done: Decimal | None = None
    paid: Decimal | None = None
    text: str = ""
    problem: str = ""
    next_month: Decimal | None = None
    reason: str = ""

    @property
    def end(self) -> date:
        return month_end(self.year, self.month)

    @property
    def period(self) -> Period:
        return Period(date(self.year, 1, 1), self.end)


@transaction.atomic
def investment_report(*, user: User, project_id: int, told: Month) -> InvestmentReport:
    """Report a month of a project by its officer or department (包联).

    Invalid for a month that is not over, amounts below nothing or above the total investment, figures that
    fall without a reason; Stale when somebody reported meanwhile.
    """
    _check_month(told)
    project = project_locked(user, project_id)
    if not may_report_investment(user, project):
        raise NotAllowed(_("投资由项目的包联专员或包联单位报；请先在包联表里写明由谁负责这个项目。"))
    newest = InvestmentReport.objects.filter(project=project, month=told.end).order_by("-revision").first()
    _check_fresh(newest, told)
    _check_amounts(project, told)
    measure = done_measure()
    if measure is None:
        raise Invalid(_("指标口径“完成投资”还没有载入，请系统管理员先载入指标口径。"))
    report = InvestmentReport.objects.create(
        project=project,
        month=told.end,
        revision=told.revision + 1,
        done=_figure(user, project, measure, Series.DISPATCH, told.done, told),
        paid=_figure(user, project, measure, Series.PAYMENT, told.paid, told),
        text=told.text.strip()[:500],
        problem=told.problem.strip()[:500],
        next_month=told.next_month,
        reason=told.reason.strip()[:300],
        known_on=clock.today(),
        by=user,
        department=user.department,
    )
    after = {"month": f"{told.end:%Y-%m}", "done": told.done, "paid": told.paid, "text": report.text}
    before = {"done": newest.done and newest.done.value, "text": newest.text} if newest else {}
    audit.record(action="projects.investment_report", actor=user, obj=project, before=before, after=after)
    return report


def _check_fresh(newest: InvestmentReport | None, told: Month) -> None:
    if (newest.revision if newest else 0) == told.revision:
        return
    theirs = newest.done.value if newest and newest.done else None
    raise Stale({"value": {"label": _("累计完成投资"), "theirs": theirs, "yours": told.done}})


def _check_month(told: Month) -> None:
    if not 1 <= told.month <= MONTHS:
        raise Invalid(_("月份应在1到12之间。"))
    if told.end > clock.today():
        words = _("%(year)s年%(month)s月还没有过完，%(day)s以后再报。")
        raise Invalid(words % {"year": told.year, "month": told.month, "day": told.end.isoformat()})
    if told.done is None and not told.text.strip():
        raise Invalid(_("请填写累计完成投资，或写明形象进度。"))
    if any(amount is not None and amount < 0 for amount in (told.done, told.paid, told.next_month)):
        raise Invalid(_("投资额不能是负数。"))


def _check_amounts(project: Project, told: Month) -> None:
    """Within the total investment, and in order with the other months of the year."""
    book = book_of([project], clock.today())
    total = _total(project)
    for amount, series in ((told.done, Series.DISPATCH), (told.paid, Series.PAYMENT)):
        if amount is None:
            continue
        if total is not None and (earlier := book.earlier(project, series, told.year)) + amount > total:
            words = _(
                "以前年度 %(earlier)s 加本年累计 %(amount)s 超过总投资 %(total)s。"
                "请核对单位（元、万元、亿元）；总投资变了的，请先调整投资计划。"
            )
            told_by = {"earlier": _money(earlier), "amount": _money(amount), "total": _money(total)}
            raise Invalid(words % told_by)
        _check_order(book, project, series, amount, told)


def _total(project: Project) -> Decimal | None:
    newest = InvestmentPlan.objects.filter(project=project).order_by("-year", "-revision").first()
    return newest.total if newest else None


def _check_order(book: Book, project: Project, series: str, amount: Decimal, told: Month) -> None:
    """What came together does not fall from month to month, unless a reason says why."""
    months = book.months(project, series, told.year)
    before = [cell for month, cell in months.items() if month < told.month]
    later = [cell for month, cell in months.items() if month > told.month]
    if before and amount < before[-1].value and not told.reason.strip():
        words = _(
            "累计数比%(month)s月底的 %(amount)s 还小。若是核减，请写明原因；否则请核对是不是只填了当月数。"
        )
        raise Invalid(words % {"month": before[-1].period_end.month, "amount": _money(before[-1].value)})
    if later and amount > later[0].value:
        words = _("%(month)s月底已报累计 %(amount)s，这个月的累计不能比它大；请先更正%(month)s月的数。")
        raise Invalid(words % {"month": later[0].period_end.month, "amount": _money(later[0].value)})


def _figure(
    user: User, project: Project, measure: Measure, series: str, value: Decimal | None, told: Month
) -> Evidence | None:
    """The evidence of an amount: told, corrected with the reason, or as it is there already."""
    found = figures.figure(
        subject_id=project.subject_id, measure_id=measure.pk, series=series, period=told.period
    )
    if value is None or (found is not None and found.value == value):
        return found if found is not None and found.value is not None else None
    if found is not None and found.value is not None:
        if not told.reason.strip():
            words = _("%(name)s已报为 %(amount)s；要改成 %(value)s，请写明更正原因。")
            name = Series(series).label
            raise Invalid(words % {"name": name, "amount": _money(found.value), "value": _money(value)})
        return evidence.evidence_correct(user=user, evidence_id=found.pk, value=value, reason=told.reason)
    return evidence.evidence_record(
        user=user,
        subject=project.subject,
        measure=measure,
        series=series,
        period=told.period,
        value=value,
        source_kind=SOURCE,
        source_id=f"{project.pk}:{told.end:%Y-%m}",
        reason=told.reason,
    )


def _money(amount: Decimal) -> str:
    return display(amount, "元", places=2)
