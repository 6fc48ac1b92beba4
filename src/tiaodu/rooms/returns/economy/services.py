"""Closing a month: all returns checked, flags kept, the sums of the board reckoned, in one piece."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.checks import Columns, Flag, Rule, check_many, peers_of
from tiaodu.foundation import access, clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.audit import services as audit
from tiaodu.foundation.jobs.models import Job
from tiaodu.foundation.jobs.services import job_start
from tiaodu.foundation.refusal import Invalid, NotFound
from tiaodu.foundation.registry.models import Measure, Region
from tiaodu.foundation.tables.selectors import table
from tiaodu.rooms.returns.catalogue import forms_in
from tiaodu.rooms.returns.economy.judging import boards_of, columns_of, span_of, trades_of
from tiaodu.rooms.returns.economy.keeping import Peers, boards_kept, flag_kept, peers_kept
from tiaodu.rooms.returns.economy.models import CheckFlag, Closing
from tiaodu.rooms.returns.economy.reading import (
    Firm,
    Months,
    firms_of,
    form_units,
    kinds_of,
    measures_asked,
    months_told,
)
from tiaodu.rooms.returns.economy.rules import rules_in

MAY = "returns.close"
KIND = "returns.close"
Progress = Callable[[int, int, str], None]
STEPS = 4


@transaction.atomic
def closing_start(*, user: User, region: Region, month: Period) -> Job:
    """Queue the closing of a month. NotFound outside the person's region, Invalid before it is over."""
    access.require(user, MAY)
    if not scope_of(user).covers(region):
        raise NotFound
    refuse_open(month)
    arguments = {"region_id": region.pk, "month": str(month)}
    audit.record(action="returns.close_start", actor=user, after={"start": month.start, "end": month.end})
    return job_start(user=user, kind=KIND, arguments=arguments, label=f"{region} {month}")


def refuse_open(month: Period) -> None:
    """Invalid for what is no whole month, or is not over."""
    if month != Period.month(month.start.year, month.start.month):
        raise Invalid(_("月结只按整月：请写作 2024-05。"))
    if month.end >= clock.today():
        raise Invalid(_("%(month)s还没有过完，不能月结。") % {"month": month})


def closing_run(*, region: Region, month: Period, run: str, progress: Progress | None = None) -> Closing:
    """Close a month, or give what the same ``run`` has already written.

    Nothing is written before the end, and then all of it at once: a run that is stopped at any moment leaves
    nothing half done, and run again it writes the same once.
    """
    refuse_open(month)
    tell = progress or (lambda _done, _total, _words: None)
    there: Closing | None = Closing.objects.filter(run=run).first()
    if there is not None:
        return there
    day = clock.today()
    tell(0, STEPS, _("正在读取企业报表"))
    asked = measures_asked(region, day)
    months = months_told(region, asked, span_of(month), day)
    firms = firms_of(region, months.firms())
    tell(1, STEPS, _("正在审核 %(count)s 家企业") % {"count": len(firms)})
    found = _checked(region, month, months, list(firms.values()), day)
    tell(2, STEPS, _("正在汇总"))
    shown = [row["measure"] for row in table("returns.board", region=region, day=day).rows]
    boards = boards_of(months, month, firms, kinds_of([code for code in shown if code in asked]))
    tell(3, STEPS, _("正在保存"))
    closing = Closing(
        region=region, period_start=month.start, period_end=month.end, run=run, known_on=day,
        evidence_until=months.newest, firms=len(firms), sums=boards_kept(boards), peers=found.peers,
        sample=any(firm.sample for firm in firms.values()),
    )  # fmt: skip
    closing_keep(closing, found.flags, months)
    tell(STEPS, STEPS, _("审核出 %(count)s 处") % {"count": len(found.flags)})
    return closing


class _Checked:
    """What the checks found: flags with their firm, and what is usual in each trade."""

    def __init__(self, flags: Sequence[tuple[Firm, Flag]], peers: dict[str, list[list[object]]]) -> None:
        self.flags, self.peers = flags, peers


def _checked(region: Region, month: Period, months: Months, firms: list[Firm], day: date) -> _Checked:
    if not firms:
        return _Checked([], {})
    rules = rules_in(region, day)
    columns = columns_of(months, month, firms, form_units(forms_in(region, day).values()))
    flags = [(firms[row], flag) for row, flag in check_many(rules, columns)]
    told = [(firm, flag) for firm, flag in flags if firm.pk in months.of(flag.measure, month)]
    return _Checked(told, peers_kept(_by_trade(rules, columns, firms)))


def _by_trade(rules: Sequence[Rule], columns: Columns, firms: Sequence[Firm]) -> Peers:
    names = trades_of(firms)
    return {names[group]: told for group, told in peers_of(rules, columns).items()}


@transaction.atomic
def closing_keep(closing: Closing, flags: Sequence[tuple[Firm, Flag]], months: Months) -> None:
    """Write a closing with its flags; of two at once one waits and comes after."""
    Region.objects.select_for_update(no_key=True).get(pk=closing.region_id)
    earlier = Closing.objects.filter(region=closing.region, period_end=closing.period_end)
    closing.number = (earlier.aggregate(last=Max("number"))["last"] or 0) + 1
    closing.save()
    measures = dict(Measure.objects.filter(code__in={f.measure for _w, f in flags}).values_list("code", "pk"))
    rows = [
        CheckFlag(
            closing=closing,
            subject_id=firm.pk,
            measure_id=measures[flag.measure],
            evidence_id=months.of(flag.measure, closing.period)[firm.pk][1],
            rule=flag.rule,
            severity=flag.severity.value,
            told=flag_kept(flag, firm.zone),
        )
        for firm, flag in flags
    ]
    CheckFlag.objects.bulk_create(rows, batch_size=500)
    after = {"start": closing.period_start, "end": closing.period_end, "rows": len(rows)}
    audit.record(
        action="returns.close", actor=None, obj=closing, after=after, region_code=closing.region.code
    )
