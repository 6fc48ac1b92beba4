"""Which channel, which batch, which papers; and the steps from lead to list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.kernel.period import Period
from tiaodu.engine.returns.channels import (
    Batch,
    Filing,
    HandedIn,
    Month,
    Rules,
    annual_batches,
    channel_of,
    counted,
    days_left,
    earliest_batch,
    lacking,
    missing_months,
    monthly_batches,
    new_since,
    open_batches,
    papers_of,
    vat_gap,
    wanted,
)
from tiaodu.engine.returns.entering import after, can, course, course_of, steps_from, verdict

D = Decimal
RULES = Rules(10, 2, 11, 20, 0, 12, D(10))
DAY = date(2024, 6, 3)
NEW = Filing(date(2023, 11, 5), date(2023, 12, 1), newly_built=True)
PAPERS = papers_of(
    yaml.safe_load(
        (resources.files("tiaodu.data") / "returns/entry/papers.yaml").read_text(encoding="utf-8")
    )["rows"]
)


def _annual(code: str, closes: date, until: date, *takes: str) -> dict[str, Any]:
    return {
        "code": code,
        "closes_on": closes,
        "counts_from": date(until.year, 1, 1),
        "counts_to": until,
        "takes": list(takes or ("grow", "transfer")),
        "zh": code,
        "confidence": "source",
    }


TWO = annual_batches(
    [
        _annual("2", date(2024, 12, 5), date(2024, 11, 30), "grow"),
        _annual("1", date(2024, 11, 5), date(2024, 10, 31)),
    ]
)


@pytest.mark.parametrize(
    ("filing", "code", "reasons"),
    [
        (NEW, "monthly", ()),
        (Filing(date(2023, 10, 1), date(2023, 10, 1), newly_built=True), "monthly", ()),
        (Filing(date(2023, 9, 30), date(2023, 10, 1), newly_built=True), "annual", ("opened_before",)),
        (Filing(date(2023, 11, 5), date(2023, 9, 1), newly_built=True), "annual", ("sold_before",)),
        (Filing(date(2024, 2, 1), date(2024, 3, 1), newly_built=False), "annual", ("not_new",)),
        (
            Filing(date(2024, 2, 1), date(2024, 3, 1), newly_built=True, transfer=True),
            "annual",
            ("transfer",),
        ),
        (Filing(), "annual", ()),
    ],
)
def test_monthly_is_for_new_units_alone(filing: Filing, code: str, reasons: tuple[str, ...]) -> None:
    """Opened, first sold and approved as new since 1 October of last year."""
    found = channel_of(filing, DAY, RULES)
    assert (found.code, found.reasons) == (code, reasons)


def test_what_is_not_known_is_asked() -> None:
    """An answer could still open the monthly channel; a reason against it closes the question."""
    assert channel_of(Filing(), DAY, RULES).open_question
    assert not channel_of(Filing(date(2020, 1, 1)), DAY, RULES).open_question
    assert channel_of(Filing(), DAY, RULES, "construction").code == "monthly"


@given(st.dates(date(2019, 1, 1), date(2027, 12, 31)), st.integers(0, 1500))
def test_new_units_are_those_since_october(day: date, back: int) -> None:
    """Whatever the day, the border is 1 October of the year before."""
    opened = day - timedelta(days=back)
    filing = Filing(opened, opened, newly_built=True)
    assert (channel_of(filing, day, RULES).code == "monthly") == (opened >= date(day.year - 1, 10, 1))
    assert new_since(day, RULES).month == 10


def test_monthly_rounds_run_from_february_to_november() -> None:
    """December and January belong to the annual round; a county's own day and month move the cut-off."""
    rounds = monthly_batches(2024, RULES)
    assert [batch.closes_on.month for batch in rounds] == list(range(2, 12))
    assert {batch.closes_on.day for batch in rounds} == {20}
    later = monthly_batches(2024, Rules(10, 2, 11, 31, 1, 12, D(10)))
    assert later[0].closes_on == date(2024, 3, 31)
    assert later[-1].closes_on == date(2024, 12, 31)
    assert later[2].closes_on == date(2024, 5, 31)


def test_a_census_year_has_the_one_round_its_bureau_announced() -> None:
    """2023 had one merged round on 20 October; nothing in the program knows of censuses."""
    merged = annual_batches([_annual("c", date(2023, 10, 20), date(2023, 9, 30), "grow", "transfer", "new")])
    assert [b.code for b in open_batches(merged, "annual", "grow", date(2023, 10, 20))] == ["c"]
    assert open_batches(merged, "annual", "grow", date(2023, 10, 21)) == ()
    assert [b.code for b in open_batches(TWO, "annual", "transfer", DAY)] == ["1"]


def test_a_round_nobody_confirmed_does_not_count() -> None:
    """Dates that are not sure are left out."""
    assert (
        annual_batches(
            [{**_annual("1", date(2024, 11, 5), date(2024, 10, 31)), "confidence": "memory-unsure"}]
        )
        == ()
    )


def _months(amount: int, *, last: int = 11) -> list[Month]:
    return [Month(Period.month(2024, number), D(amount)) for number in range(1, last + 1)]


def _by(months: list[Month]) -> Callable[[Batch], Decimal]:
    return lambda batch: counted(batch, months)


@pytest.mark.parametrize(("amount", "code"), [(200, "1"), (199, "2"), (182, "2"), (181, None)])
def test_earliest_round_is_the_first_whose_count_reaches(amount: int, code: str | None) -> None:
    """2000 by October is the first round, by November the second, else none."""
    found = earliest_batch(TWO, "annual", "grow", _by(_months(amount)), D(2000))
    assert (found.code if found else None) == code


def test_monthly_asks_for_more_than_the_threshold() -> None:
    """Exactly 2000 is enough for the annual round and not for the monthly one."""
    months = [Month(Period.month(2024, 3), D(2000))]
    assert earliest_batch(monthly_batches(2024, RULES), "monthly", "new", _by(months), D(2000)) is None
    more = [Month(Period.month(2024, 3), D("2000.01"))]
    found = earliest_batch(monthly_batches(2024, RULES), "monthly", "new", _by(more), D(2000))
    assert found
    assert found.code == "2024-04"


def test_a_class_without_an_amount_has_the_first_round() -> None:
    """Building firms wait for nothing."""
    found = earliest_batch(monthly_batches(2024, RULES), "monthly", "new", _by([]), None)
    assert found
    assert found.code == "2024-02"


def test_months_count_only_when_they_lie_in_the_span() -> None:
    """Revenue of November is no revenue of a round that counts to October."""
    assert counted(TWO[0], _months(100)) == 1000
    joint = [Month(Period.parse("2024-01..2024-02"), D(150)), Month(Period.month(2024, 3), D(50))]
    assert counted(TWO[0], joint) == 200


def test_countdown_is_in_working_days() -> None:
    """The National Day week is no time to collect papers."""
    assert days_left(TWO[0], date(2024, 11, 4), WorkingCalendar()) == 1
    assert days_left(TWO[0], date(2024, 11, 6), WorkingCalendar()) == -1


def test_twelve_months_must_be_whole() -> None:
    """What is not known is named month by month; January and February may be one figure."""
    told = [Month(Period.parse("2024-01..2024-02"), D(1)), *_months(1, last=10)[2:]]
    missing = missing_months(told, date(2024, 10, 31), 12)
    assert [str(month) for month in missing] == ["2023-11", "2023-12"]


@given(st.decimals(0, 10000, places=2), st.decimals(1, 10000, places=2))
def test_vat_and_income_more_than_a_tenth_apart_are_to_be_explained(vat: Decimal, income: Decimal) -> None:
    """Either may be the larger."""
    gap = vat_gap(vat, income, RULES)
    assert gap
    assert gap.explain == (abs(vat - income) * 10 > income)


def test_vat_without_income_is_to_be_explained() -> None:
    """Nothing to divide by, and something to explain; nothing known is nothing said."""
    gap = vat_gap(D(5), D(0), RULES)
    assert gap
    assert (gap.percent, gap.explain) == (None, True)
    assert vat_gap(None, D(5), RULES) is None


def test_papers_follow_class_channel_and_gap() -> None:
    """A new plant shows its first VAT return and approval, an old one its ledger; a trader neither."""
    monthly = {paper.code for paper in wanted(PAPERS, "industry", "monthly")}
    annual = {paper.code for paper in wanted(PAPERS, "industry", "annual")}
    trade = {paper.code for paper in wanted(PAPERS, "retail", "annual")}
    assert monthly - annual == {"first_vat_return", "approval", "production_start"}
    assert annual - monthly == {"ledger"}
    assert trade < annual
    assert "workshop_photo" not in trade
    explained = {paper.code for paper in wanted(PAPERS, "industry", "annual", explain=True)}
    assert explained - annual == {"vat_explained"}


def test_a_paper_sent_back_or_of_an_old_batch_is_missing() -> None:
    """The licence lasts; this year's income statement must be this year's."""
    needed = [paper for paper in PAPERS if paper.code in ("licence", "income_statement")]
    handed = [HandedIn("licence", "2023-2"), HandedIn("income_statement", "2023-2")]
    assert [paper.code for paper in lacking(needed, handed, "2024-1")] == ["income_statement"]
    returned = [HandedIn("licence", "2024-1", returned=True), HandedIn("income_statement", "2024-1")]
    assert [paper.code for paper in lacking(needed, returned, "2024-1")] == ["licence"]


def test_the_way_into_the_list_and_out_of_it() -> None:
    """From the first hint through four reviews to the list, and out."""
    state = "lead"
    for step in (
        *("cultivate", "expect", "papers_whole", "to_county", "to_city", "to_province", "to_nation"),
        *("approved", "first_reported", "left", "cultivate"),
    ):
        state = after(state, step)
    assert state == "nurture"


def test_no_step_leaps_over_a_review() -> None:
    """What is not in the table cannot be done, and every state can be left and reached."""
    assert not can("complete", "approved")
    assert not can("lead", "nowhere")
    with pytest.raises(ValueError, match="cannot be taken"):
        after("expected", "to_city")
    found = course()
    assert all(steps_from(state) for state in found.states)
    assert {step.target for step in found.steps.values()} == set(found.states)


def test_a_step_to_nowhere_is_refused() -> None:
    """A damaged file stops the program, it does not mislead it."""
    raw = {
        "states": {"lead": {"zh": "线索", "en": "lead", "phase": "pool"}},
        "steps": {"go": {"zh": "去", "en": "go", "by": "pool", "from": ["lead"], "to": "gone"}},
        "exits": {},
    }
    with pytest.raises(ValueError, match="gone"):
        course_of(raw)


@pytest.mark.parametrize(
    ("state", "reached", "passed", "said"),
    [
        ("expected", True, True, "absent"),
        ("nation", True, True, "absent"),
        ("complete", True, False, "in_time"),
        ("first", True, True, "listed"),
        ("listed", False, True, "listed"),
        ("left", True, True, "absent"),
        ("lead", None, True, "unknown"),
        ("nurture", False, True, "not_yet"),
    ],
)
def test_who_is_absent(state: str, reached: bool | None, passed: bool, said: str) -> None:
    """Eligible, batch passed, not in the list: nobody may be."""
    assert verdict(state, reached=reached, passed=passed) == said
