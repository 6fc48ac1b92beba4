"""Closing a month: once, whole, again when a late figure comes, never half."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from tests.cast import Cast, County
from tests.rooms.returns.months import MAY, OUTPUT, POWER, TODAY, Told, correct, firm, level, span, tell

from tiaodu.engine.kernel.period import Period
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.appendonly import AppendOnlyError
from tiaodu.foundation.jobs.models import Job
from tiaodu.foundation.jobs.run import Cancelled
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound
from tiaodu.rooms.returns.economy.flags import CONFIRMED, CORRECTED, OPEN, flag_rows
from tiaodu.rooms.returns.economy.models import CheckFlag, Closing
from tiaodu.rooms.returns.economy.selectors import month_board, months_to_close
from tiaodu.rooms.returns.economy.services import closing_run, closing_start
from tiaodu.rooms.returns.models import ReturnEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(cast: Cast, county: County) -> Told:
    """Ten firms over 17 months; the first told May ten thousand times too large, the second no power."""
    firms = [firm(county.region, f"示例企业{n}") for n in range(10)]

    def output(subject: object, n: int) -> Decimal:
        value = level(5_000_000, n)
        return value * 10_000 if subject is firms[0] and n == 16 else value

    return tell(
        cast.firm,
        firms,
        span("2023-01", "2024-05"),
        {OUTPUT: output, POWER: lambda s, n: None if s is firms[1] else level(600_000, n)},
    )


def close(county: County, run: str = "one", **changed: object) -> Closing:
    with clock.as_of(TODAY):
        return closing_run(region=county.region, month=MAY, run=run, **changed)  # type: ignore[arg-type]


def test_a_month_is_checked_and_summed(told: Told, county: County) -> None:
    closing = close(county)
    assert (closing.number, closing.firms, closing.known_on) == (1, 10, TODAY)
    [flag] = CheckFlag.objects.all()
    assert (flag.rule, flag.subject.name) == ("unit", "示例企业0")
    with clock.as_of(TODAY):
        board = month_board(county.region, MAY).boards[OUTPUT]
    assert board.at(("*", "*"), 5).count == 10
    assert board.at(("*", "*"), 4).value == sum(level(5_000_000, 15) for _ in range(10))


def test_the_same_run_writes_nothing_twice(told: Told, county: County) -> None:
    assert close(county).pk == close(county).pk
    assert (Closing.objects.count(), CheckFlag.objects.count()) == (1, 1)
    assert close(county, "two").number == 2


@pytest.mark.parametrize("step", [0, 1, 2, 3])
def test_a_run_that_is_stopped_leaves_nothing_and_run_again_loses_nothing(
    told: Told, county: County, step: int
) -> None:
    def stop(done: int, _total: int, _words: str) -> None:
        if done == step:
            raise Cancelled

    with pytest.raises(Cancelled):
        close(county, progress=stop)
    assert not Closing.objects.exists()
    assert not CheckFlag.objects.exists()
    assert close(county).flags.count() == 1


def test_a_month_that_is_not_over_is_refused(told: Told, county: County) -> None:
    with clock.as_of(date(2024, 5, 31)), pytest.raises(Invalid):
        closing_run(region=county.region, month=MAY, run="early")
    with clock.as_of(TODAY), pytest.raises(Invalid):
        closing_run(region=county.region, month=Period.parse("2024Q1"), run="quarter")


def test_a_late_correction_reopens_the_months_it_touches(told: Told, cast: Cast, county: County) -> None:
    for month in span("2023-05", "2024-05"):
        with clock.as_of(TODAY):
            closing_run(region=county.region, month=month, run=str(month))
    with clock.as_of(TODAY):
        assert months_to_close(county.region) == [Period.parse("2023-04")]
        correct(cast.firm, told.firms["示例企业0"], MAY, level(5_000_000, 16))
        assert MAY in months_to_close(county.region)
        found = month_board(county.region, MAY)
    assert found.reopened
    assert found.boards[OUTPUT].at(("*", "*"), 5).value == level(5_000_000, 16) * 10


def test_a_flag_is_open_until_the_firm_confirms_or_corrects(told: Told, cast: Cast, county: County) -> None:
    closing = close(county)

    def state() -> tuple[str, str]:
        [row] = flag_rows(CheckFlag.objects.all(), closing)
        return row.state, row.answer

    assert state() == (OPEN, "")
    [row] = flag_rows(CheckFlag.objects.all(), closing)
    assert "像是" not in row.message  # the hint is the firm's alone
    assert row.return_id is None
    ReturnEntry.objects.create(
        of=told.returns["示例企业0", MAY],
        verb="confirmed",
        measures=[OUTPUT],
        text="新线投产",
        known_on=TODAY,
        by=cast.firm,
    )
    assert state() == (CONFIRMED, "新线投产")
    correct(cast.firm, told.firms["示例企业0"], MAY, level(5_000_000, 16))
    assert state() == (CORRECTED, "")


def test_what_was_closed_is_never_changed(told: Told, county: County) -> None:
    closing = close(county)
    with pytest.raises(AppendOnlyError):
        closing.delete()
    with pytest.raises(AppendOnlyError):
        CheckFlag.objects.all().update(rule="x")


def test_who_may_closes_and_the_job_does_it(
    told: Told, cast: Cast, county: County, client_of: Callable[[User], Client]
) -> None:
    with clock.as_of(TODAY):
        with pytest.raises(NotAllowed):
            closing_start(user=cast.firm, region=county.region, month=MAY)
        with pytest.raises(NotFound):
            closing_start(user=cast.dispatcher, region=county.other, month=MAY)
        answer = client_of(cast.dispatcher).post("/returns/economy/close/", {"month": "2024-05"})
    assert answer.status_code == 302
    assert Job.objects.get().kind == "returns.close"
    assert Closing.objects.get().run == f"job {Job.objects.get().pk}"
