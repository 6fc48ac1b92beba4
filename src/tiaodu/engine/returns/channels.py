"""How and when a unit comes into the list: monthly or by the annual round, which batch, what it still lacks.

Monthly is for new units only: in production in the current year or in the last quarter of the year before,
newly built, no sales before that quarter. Everybody else comes by the annual round. Deadlines of the annual
round are yearly data of the statistics bureau; monthly ones follow from the county's day of the month.
Amounts are 万元.

>>> rules = Rules(10, 2, 11, 20, 0, 12, Decimal(10))
>>> young = Filing(date(2023, 11, 5), date(2023, 12, 1), newly_built=True)
>>> channel_of(young, date(2024, 5, 6), rules).code
'monthly'
>>> old = Filing(date(2021, 3, 1), date(2021, 4, 1), newly_built=True)
>>> decided = channel_of(old, date(2024, 5, 6), rules)
>>> decided.code, decided.reasons
('annual', ('opened_before', 'sold_before'))
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.stages.model import UNSURE, Label

CHANNELS: Final = ("monthly", "annual")
ALWAYS_MONTHLY: Final = frozenset({"construction", "real_estate"})  # for them it is the main channel
PURPOSES: Final = ("grow", "transfer", "new")  # 规下转规上, 转专业, 新建


@dataclass(frozen=True, slots=True)
class Rules:
    """The named values of ``returns.entry_rules``.

    Production from ``new_from_month`` of the year before on counts as new; ``monthly_first`` to
    ``monthly_last`` are the reporting months of the monthly channel, each closed on ``cutoff_day`` of the
    month ``cutoff_offset`` months later. ``vat_gap`` is in percent.
    """

    new_from_month: int
    monthly_first: int
    monthly_last: int
    cutoff_day: int
    cutoff_offset: int
    series_months: int
    vat_gap: Decimal


@dataclass(frozen=True, slots=True)
class Filing:
    """What a unit has handed in about itself; None: not known yet."""

    opened_on: date | None = None  # opened, or began production
    first_sales_on: date | None = None
    newly_built: bool | None = None  # 建设性质 of the approval is 新建
    transfer: bool = False  # 转专业: listed already, in another class


@dataclass(frozen=True, slots=True)
class Channel:
    """The channel and why: the codes of what speaks against monthly, or what is not known yet."""

    code: str
    reasons: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def open_question(self) -> bool:
        """Whether an answer could still make it monthly."""
        return self.code == "annual" and bool(self.unknown) and not self.reasons


def new_since(day: date, rules: Rules) -> date:
    """The first day of production that counts as new on ``day``: 1 October of last year.

    >>> new_since(date(2024, 5, 6), Rules(10, 2, 11, 20, 0, 12, Decimal(10))).isoformat()
    '2023-10-01'
    """
    return date(day.year - 1, rules.new_from_month, 1)


def channel_of(filing: Filing, day: date, rules: Rules, class_code: str = "") -> Channel:
    """Which channel is open to the unit on ``day``; what is not known cannot make it monthly."""
    if filing.transfer:
        return Channel("annual", ("transfer",))
    if class_code in ALWAYS_MONTHLY:
        return Channel("monthly")
    since = new_since(day, rules)
    against = {
        "opened_before": filing.opened_on and filing.opened_on < since,
        "sold_before": filing.first_sales_on and filing.first_sales_on < since,
        "not_new": filing.newly_built is False,
    }
    unknown = {
        "opened_on": filing.opened_on is None,
        "newly_built": filing.newly_built is None,
        "first_sales_on": filing.first_sales_on is None,
    }
    reasons = tuple(code for code, holds in against.items() if holds)
    lacking = tuple(code for code, holds in unknown.items() if holds)
    return Channel("annual" if reasons or lacking else "monthly", reasons, lacking)


@dataclass(frozen=True, slots=True, order=True)
class Batch:
    """One round in which units are taken in.

    ``closes_on`` is the last day papers are taken; revenue counts from ``counts_from`` to ``counts_to``, both
    included. ``takes`` names purposes: in a census year one batch may take all.
    """

    closes_on: date
    code: str
    channel: str
    counts_from: date
    counts_to: date
    takes: frozenset[str] = field(compare=False)
    name: Label = field(compare=False)


def monthly_batches(year: int, rules: Rules) -> tuple[Batch, ...]:
    """The batches of the monthly channel of a year: what was earned up to the month before the filing.

    >>> first = monthly_batches(2024, Rules(10, 2, 11, 20, 0, 12, Decimal(10)))[0]
    >>> first.code, first.closes_on.isoformat(), first.counts_from.isoformat(), first.counts_to.isoformat()
    ('2024-02', '2024-02-20', '2023-10-01', '2024-01-31')
    """
    found = []
    for month in range(rules.monthly_first, rules.monthly_last + 1):
        last = Period.month(*_shift(year, month, -1)).end
        closing = Period.month(*_shift(year, month, rules.cutoff_offset))
        closes = closing.start.replace(day=min(rules.cutoff_day, closing.end.day))
        since = date(year - 1, rules.new_from_month, 1)
        name = Label(f"{year}年{month}月月度", f"monthly round {year}-{month:02}")
        found.append(Batch(closes, f"{year}-{month:02}", "monthly", since, last, frozenset({"new"}), name))
    return tuple(found)


def _shift(year: int, month: int, by: int) -> tuple[int, int]:
    whole = year * 12 + month - 1 + by
    return whole // 12, whole % 12 + 1


def annual_batches(rows: Iterable[Mapping[str, Any]]) -> tuple[Batch, ...]:
    """The batches the statistics bureau has announced; rows nobody has confirmed are left out."""
    return tuple(
        sorted(
            Batch(
                row["closes_on"],
                row["code"],
                "annual",
                row["counts_from"],
                row["counts_to"],
                frozenset(row["takes"]),
                Label(row["zh"], row.get("en") or row["zh"]),
            )
            for row in rows
            if row.get("confidence") != UNSURE
        )
    )


def purpose_of(filing: Filing, channel: Channel) -> str:
    """What the unit comes for: new, transfer or grow."""
    if filing.transfer:
        return "transfer"
    return "new" if channel.code == "monthly" else "grow"


def open_batches(batches: Iterable[Batch], channel: str, purpose: str, day: date) -> tuple[Batch, ...]:
    """The batches of a channel that take the unit and are not closed on ``day``, the next first."""
    fitting = (batch for batch in batches if batch.channel == channel and purpose in batch.takes)
    return tuple(sorted(batch for batch in fitting if batch.closes_on >= day))


@dataclass(frozen=True, slots=True)
class Month:
    """Revenue of one month, or of two months reported as one (January and February), in 万元."""

    period: Period
    amount: Decimal


def counted(batch: Batch, months: Iterable[Month]) -> Decimal:
    """What counts for a batch: the months that lie wholly in its span."""
    inside = (m for m in months if batch.counts_from <= m.period.start and m.period.end <= batch.counts_to)
    return sum((month.amount for month in inside), Decimal(0))


def earliest_batch(
    batches: Iterable[Batch],
    channel: str,
    purpose: str,
    amount_of: Callable[[Batch], Decimal | None],
    threshold: Decimal | None,
) -> Batch | None:
    """The first batch by whose count the threshold was reached: from then on the unit could have been listed.

    ``amount_of`` gives what counts for a batch, None where nothing is known. ``threshold`` None: the class
    asks for no amount, so the first batch of all. The monthly channel asks for more than the threshold, the
    annual round for at least it.

    >>> year = annual_batches([
    ...     {"code": "1", "closes_on": date(2024, 11, 5), "counts_from": date(2024, 1, 1),
    ...      "counts_to": date(2024, 10, 31), "takes": ["grow"], "zh": "第一批"},
    ...     {"code": "2", "closes_on": date(2024, 12, 5), "counts_from": date(2024, 1, 1),
    ...      "counts_to": date(2024, 11, 30), "takes": ["grow"], "zh": "第二批"}])
    >>> months = [Month(Period.month(2024, n), Decimal(190)) for n in range(1, 12)]
    >>> earliest_batch(year, "annual", "grow", lambda batch: counted(batch, months), Decimal(2000)).code
    '2'
    """
    for batch in sorted(batches):
        if batch.channel != channel or purpose not in batch.takes:
            continue
        amount = amount_of(batch)
        if threshold is None or (amount is not None and _enough(amount, threshold, channel)):
            return batch
    return None


def _enough(amount: Decimal, threshold: Decimal, channel: str) -> bool:
    return amount > threshold if channel == "monthly" else amount >= threshold


def days_left(batch: Batch, day: date, calendar: WorkingCalendar) -> int:
    """Working days after ``day`` up to the last day of the batch; negative once it is closed.

    >>> span = date(2024, 1, 1), date(2024, 9, 30)
    >>> batch = Batch(date(2024, 10, 12), "x", "annual", *span, frozenset({"grow"}), Label("第一批", "first"))
    >>> days_left(batch, date(2024, 9, 30), WorkingCalendar())
    5
    """
    return calendar.working_days_between(day, batch.closes_on)


def missing_months(months: Iterable[Month], until: date, count: int) -> tuple[Period, ...]:
    """The months of the last ``count`` up to the month of ``until`` of which nothing is known.

    January and February reported as one are both known; so are months of a quarter told as one.

    >>> told = [Month(Period.parse("2024-01..2024-02"), Decimal(3)), Month(Period.month(2024, 3), Decimal(2))]
    >>> [str(each) for each in missing_months(told, date(2024, 4, 30), 5)]
    ['2023-12', '2024-04']
    """
    known = [month.period for month in months]
    wanted = [Period.month(*_shift(until.year, until.month, -back)) for back in reversed(range(count))]
    return tuple(
        month for month in wanted if not any(p.start <= month.start and month.end <= p.end for p in known)
    )


@dataclass(frozen=True, slots=True)
class Gap:
    """How far the VAT return lies from the income statement, in percent of the latter."""

    vat: Decimal
    income: Decimal
    percent: Decimal | None  # None: there is no income to compare with
    explain: bool


def vat_gap(vat: Decimal | None, income: Decimal | None, rules: Rules) -> Gap | None:
    """Compare the two revenues of the same months; more than ``rules.vat_gap`` % apart must be explained.

    >>> rules = Rules(10, 2, 11, 20, 0, 12, Decimal(10))
    >>> [vat_gap(Decimal(vat), Decimal(2000), rules).explain for vat in (2200, 2201)]
    [False, True]
    """
    if vat is None or income is None:
        return None
    if income == 0:
        return Gap(vat, income, None, vat != 0)
    percent = abs(vat - income) / abs(income) * 100
    return Gap(vat, income, percent, percent > rules.vat_gap)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of the list of materials."""

    code: str
    name: Label
    classes: tuple[str, ...]
    channel: str  # monthly, annual or both
    fresh: bool
    when: str  # always or vat_gap


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A paper the unit has handed in, for which batch (its code), and whether it was sent back."""

    paper: str
    batch: str
    returned: bool = False


def papers_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Paper, ...]:
    """The papers of a table's rows; rows nobody has confirmed are left out."""
    return tuple(
        Paper(
            row["code"],
            Label(row["zh"], row["en"]),
            tuple(row["classes"]),
            row["channel"],
            row["fresh"],
            row["when"],
        )
        for row in rows
        if row.get("confidence") != UNSURE
    )


def wanted(
    papers: Iterable[Paper], class_code: str, channel: str, *, explain: bool = False
) -> tuple[Paper, ...]:
    """What a unit of this class needs in this channel; ``explain``: VAT and income are too far apart."""
    return tuple(
        paper
        for paper in papers
        if (not paper.classes or class_code in paper.classes)
        and paper.channel in ("both", channel)
        and (paper.when == "always" or explain)
    )


def lacking(needed: Iterable[Paper], handed: Collection[HandedIn], batch: str) -> tuple[Paper, ...]:
    """What is still missing for a batch: a fresh paper counts only for the batch it was handed in for.

    >>> photo = Paper("gate", Label("大门照片", "gate"), (), "both", False, "always")
    >>> sheet = Paper("sheet", Label("利润表", "income"), (), "both", True, "always")
    >>> had = [HandedIn("gate", "2024-1"), HandedIn("sheet", "2024-1")]
    >>> [paper.code for paper in lacking([photo, sheet], had, "2024-2")]
    ['sheet']
    """
    good = [paper for paper in handed if not paper.returned]
    return tuple(
        paper
        for paper in needed
        if not any(each.paper == paper.code and (not paper.fresh or each.batch == batch) for each in good)
    )
