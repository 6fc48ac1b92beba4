"""Progress by the responsible department; any past day shows what was known then."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.cast import Cast, County
from tests.rooms.ledger.desk import BEGIN, a_proof, coal_task, step_task

from tiaodu.foundation import clock
from tiaodu.foundation.appendonly import AppendOnlyError
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound
from tiaodu.rooms.ledger import selectors, services
from tiaodu.rooms.ledger.models import Progress, Task, Term

MARCH, APRIL, MAY = date(2024, 3, 5), date(2024, 4, 2), date(2024, 5, 20)


def reported(county: County, cast: Cast) -> tuple[Task, Progress]:
    task = coal_task(county, cast)
    with clock.as_of(MARCH):
        report = services.progress_report(
            user=cast.energy,
            task_id=task.pk,
            text="1—2月产煤12.3万吨",
            value=Decimal(123_000),
            period_end=date(2024, 2, 29),
            indicator_id=task.indicators.get().pk,
            problem="洗煤厂检修",
            proofs=[a_proof(cast)],
        )
    return task, report


def value_on(task: Task, day: date) -> Decimal | None:
    return selectors.rows_of(Task.objects.filter(pk=task.pk), day)[0].parts[0].value


def test_a_corrected_figure_shows_as_it_was_known_on_each_day(county: County, cast: Cast) -> None:
    task, report = reported(county, cast)
    with clock.as_of(APRIL):
        fixed = services.progress_correct(
            user=cast.energy, progress_id=report.pk, reason="复核磅单", value=Decimal(121_000)
        )
    assert (fixed.corrects, fixed.text, fixed.period_end) == (report, report.text, report.period_end)
    assert list(fixed.proofs.all()) == list(report.proofs.all())
    assert value_on(task, date(2024, 3, 4)) is None
    assert value_on(task, MARCH) == value_on(task, date(2024, 4, 1)) == 123_000
    assert value_on(task, APRIL) == 121_000
    with clock.as_of(APRIL), pytest.raises(Invalid):
        services.progress_correct(user=cast.energy, progress_id=report.pk, reason="再改", value=Decimal(1))


def test_only_a_department_with_a_part_reports(county: County, cast: Cast) -> None:
    task, report = reported(county, cast)
    with clock.as_of(APRIL):
        for stranger in (cast.industry, cast.outsider, cast.firm):
            with pytest.raises(NotFound):
                services.progress_report(user=stranger, task_id=task.pk, text="与我无关")
        for reader in (cast.leader, cast.dispatcher, cast.supervision):
            with pytest.raises(NotAllowed):
                services.progress_report(user=reader, task_id=task.pk, text="不是责任单位")
        with pytest.raises(NotAllowed):
            services.progress_correct(
                user=cast.liaison, progress_id=report.pk, reason="代改", value=Decimal(1)
            )
        assert services.progress_report(user=cast.liaison, task_id=task.pk, text="走访").department is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": " "},
        {"text": "预报", "period_end": date(2024, 4, 3)},
        {"text": "没说哪个指标", "value": Decimal(3)},
        {"text": "别的任务的指标", "indicator_id": 999_999},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    county: County, cast: Cast, wrong: dict[str, object]
) -> None:
    task = coal_task(county, cast)
    with clock.as_of(APRIL), pytest.raises(Invalid):
        services.progress_report(user=cast.energy, task_id=task.pk, **wrong)  # type: ignore[arg-type]
    assert not Progress.objects.exists()


def test_several_figures_are_all_kept_or_none(county: County, cast: Cast) -> None:
    task = coal_task(county, cast)
    indicator = task.indicators.get()
    with clock.as_of(APRIL):
        told = services.progress_report_figures(
            user=cast.energy, task_id=task.pk, text="一季度", figures={indicator.pk: Decimal(1)}
        )
        assert [p.value for p in told] == [1]
        with pytest.raises(Invalid):
            services.progress_report_figures(
                user=cast.energy,
                task_id=task.pk,
                text="坏",
                figures={indicator.pk: Decimal(2), 999_999: Decimal(3)},
            )
    assert Progress.objects.count() == 1


def test_a_report_is_never_rewritten(county: County, cast: Cast) -> None:
    _task, report = reported(county, cast)
    report.text = "改写"
    with pytest.raises(AppendOnlyError):
        report.save()
    with pytest.raises(AppendOnlyError):
        Progress.objects.update(text="改写")


def test_silence_for_longer_than_a_month_is_unreported(county: County, cast: Cast) -> None:
    task, _report = reported(county, cast)
    rows = {
        day: selectors.rows_of(Task.objects.filter(pk=task.pk), day)[0] for day in (APRIL, date(2024, 4, 6))
    }
    assert [row.is_unreported for row in rows.values()] == [False, True]


def test_a_task_never_reported_on_is_unreported_with_and_without_a_date(county: County, cast: Cast) -> None:
    """Thirty-one days may pass from acceptance; then a missing date is no excuse for silence."""
    tasks = [step_task(county, cast, due=None), step_task(county, cast), step_task(county, cast, BEGIN)]

    def board(day: date) -> selectors.Board:
        return selectors.board_for(cast.dispatcher, day)

    in_time = BEGIN + timedelta(days=31)
    assert not board(in_time).unreported
    late = board(in_time + timedelta(days=1))
    assert {row.pk for row in late.unreported} == {task.pk for task in tasks}
    assert "3 项超过 31 天未报进展" in late.headline


def test_a_late_word_on_an_early_day_ends_the_silence(county: County, cast: Cast) -> None:
    task, _report = reported(county, cast)
    with clock.as_of(MAY):
        services.progress_report(
            user=cast.energy, task_id=task.pk, text="补报一月情况", period_end=date(2024, 1, 31)
        )
    row = selectors.rows_of(Task.objects.filter(pk=task.pk), MAY)[0]
    assert (row.last_progress is None, row.is_unreported) == (False, False)


def test_who_waits_for_an_event_or_is_struck_off_owes_no_report(county: County, cast: Cast) -> None:
    waiting, done = step_task(county, cast, due=None), step_task(county, cast)
    Term.objects.create(
        milestone=waiting.milestones.get(),
        revision=2,
        due_event="批复",
        known_on=BEGIN,
        set_by=cast.dispatcher,
    )
    with clock.as_of(BEGIN):
        services.task_claim(user=cast.energy, task_id=done.pk, text="完成", proof=a_proof(cast))
        services.task_strike_off(user=cast.supervision, task_id=done.pk)
    assert not selectors.board_for(cast.dispatcher, MAY).unreported
