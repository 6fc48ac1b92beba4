"""Figures of progress are evidence: one figure for a thing and a day, whichever task asks for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from tests.cast import Cast, County
from tests.rooms.ledger.desk import BEGIN, coal_output, coal_task

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.evidence.models import Evidence
from tiaodu.foundation.refusal import Invalid, Stale
from tiaodu.foundation.registry.models import Measure, Subject, SubjectKind
from tiaodu.rooms.ledger import selectors, services
from tiaodu.rooms.ledger.models import Indicator, Progress, Task, Term
from tiaodu.rooms.ledger.services.figures import counting_set

APRIL, MAY = date(2024, 4, 2), date(2024, 5, 20)


def tell(cast: Cast, task: Task, tonnes: int, day: date, **values: object) -> Progress:
    with clock.as_of(day):
        return services.progress_report(
            user=cast.energy,
            task_id=task.pk,
            text="报产量",
            value=Decimal(tonnes),
            indicator_id=task.indicators.get().pk,
            **values,  # type: ignore[arg-type]
        )


def row(task: Task, day: date) -> selectors.TaskRow:
    return selectors.rows_of(Task.objects.filter(pk=task.pk), day)[0]


def test_a_figure_is_kept_as_evidence_of_its_subject_since_the_plan_began(county: County, cast: Cast) -> None:
    task = coal_task(county, cast)
    report = tell(cast, task, 123_000, APRIL)
    told = Evidence.objects.get()
    assert report.evidence == told
    assert (told.subject, told.measure, told.series) == (
        county.subjects["shigang"],
        coal_output(),
        "observation",  # of a mine: the firm alone tells dispatch figures
    )
    assert (told.period_start, told.period_end, told.value) == (date(2024, 1, 1), APRIL, 123_000)
    assert (told.reporter, told.department, told.source_id) == (
        cast.energy,
        county.departments["energy"],
        str(task.indicators.get().pk),
    )


def test_two_tasks_that_promise_the_same_share_one_figure(county: County, cast: Cast) -> None:
    first, second = coal_task(county, cast), coal_task(county, cast, title="石港煤业达到60万吨")
    tell(cast, first, 123_000, APRIL)
    assert row(second, APRIL).parts[0].value == 123_000
    tell(cast, second, 123_000, APRIL)  # the same again is no second figure
    assert Evidence.objects.count() == 1
    with pytest.raises(Invalid) as refused:
        tell(cast, second, 99, APRIL)
    assert "12.3万吨" in str(refused.value.message)
    assert "孙能源" in str(refused.value.message)
    assert Progress.objects.count() == 2


def test_a_figure_is_corrected_moved_and_taken_back(county: County, cast: Cast) -> None:
    task = coal_task(county, cast)
    report = tell(cast, task, 123_000, APRIL)
    with clock.as_of(MAY):
        fixed = services.progress_correct(
            user=cast.energy, progress_id=report.pk, reason="复核磅单", value=Decimal(121_000)
        )
        assert [e.value for e in Evidence.objects.order_by("revision")] == [123_000, 121_000]
        moved = services.progress_correct(
            user=cast.energy, progress_id=fixed.pk, reason="截止日写错", period_end=date(2024, 3, 31)
        )
        assert (moved.value, moved.evidence.period_end) == (121_000, date(2024, 3, 31))  # type: ignore[union-attr]
        gone = services.progress_correct(
            user=cast.energy, progress_id=moved.pk, reason="报错指标", withdraw_figure=True
        )
    assert gone.value is None
    assert [row(task, day).parts[0].value for day in (APRIL, MAY)] == [123_000, None]


def test_a_correction_of_a_figure_that_changed_meanwhile_is_refused(county: County, cast: Cast) -> None:
    first, second = coal_task(county, cast), coal_task(county, cast, title="石港煤业达到60万吨")
    mine, other = tell(cast, first, 123_000, APRIL), tell(cast, second, 123_000, APRIL)
    with clock.as_of(MAY):
        services.progress_correct(
            user=cast.energy, progress_id=mine.pk, reason="复核", value=Decimal(121_000)
        )
        with pytest.raises(Stale) as refused:
            services.progress_correct(
                user=cast.energy, progress_id=other.pk, reason="我也改", value=Decimal(120_000)
            )
    assert refused.value.details["value"]["now"] == "12.1万吨"
    assert Evidence.objects.count() == 2


def test_what_is_added_in_the_second_half_is_counted_from_july(county: County, cast: Cast) -> None:
    lines = Measure.objects.create(
        code="test.line", name="生产线", name_en="lines", unit="条", kind="stock", definition="生产线"
    )
    with clock.as_of(BEGIN):
        task = services.task_create(
            user=cast.dispatcher, region=county.region, plan_year=2024, title="生产线", due=date(2024, 12, 31)
        )
        halves = {}
        for due in (date(2024, 12, 31), date(2024, 6, 30)):  # in whatever order they are promised
            indicator = Indicator.objects.create(
                task=task,
                subject=county.subjects["glove"],
                measure=lines,
                measure_key=lines.code,
                increment=True,
            )
            term = Term.objects.create(
                indicator=indicator, due_end=due, known_on=BEGIN, set_by=cast.dispatcher
            )
            counting_set(indicator, term)
            halves[due.month] = indicator
        level = Indicator.objects.create(
            task=task, subject=county.subjects["glove"], measure=lines, measure_key=lines.code
        )
        term = Term.objects.create(indicator=level, known_on=BEGIN, set_by=cast.dispatcher)
        counting_set(level, term)
    found = {month: Indicator.objects.get(pk=half.pk).counts_from for month, half in halves.items()}
    assert found == {6: date(2024, 1, 1), 12: date(2024, 7, 1)}
    assert Indicator.objects.get(pk=level.pk).counts_from is None


def test_a_county_without_a_subject_of_its_own_gets_one_and_a_named_stranger_is_asked_for(
    county: County, cast: Cast
) -> None:
    whole = coal_task(county, cast, subject=None, title="全县原煤产量")
    tell(cast, whole, 1, APRIL)
    region = Subject.objects.get(kind=SubjectKind.REGION)
    assert Evidence.objects.get().subject == region
    assert row(whole, APRIL).parts[0].value == 1
    named = coal_task(county, cast, subject=None, title="某矿产量")
    named.indicators.update(subject_text="山西新新煤业有限公司")
    with pytest.raises(Invalid) as refused:
        tell(cast, named, 2, APRIL)
    assert "山西新新煤业有限公司" in str(refused.value.message)
    assert row(named, APRIL).parts[0].value is None


def test_the_drawer_and_the_correction_form_of_a_figure(
    county: County, cast: Cast, client_of: Callable[[User], Client]
) -> None:
    task = coal_task(county, cast)
    report = tell(cast, task, 123_000, APRIL)
    client = client_of(cast.energy)
    indicator = task.indicators.get()
    with clock.as_of(MAY):
        answer = client.post(
            f"/ledger/{task.pk}/progress/{report.pk}/",
            {"text": "报产量", "value": "12.1", "period_end": "2024-04-02", "reason": "复核磅单"},
        )
        assert answer.status_code == 302
        drawer = client.get(f"/ledger/indicator/{indicator.pk}/provenance/").content.decode()
        assert ">12.1<" in drawer
        assert ">12.3<" in drawer
        assert "复核磅单" in drawer
        before = client.get(f"/ledger/indicator/{indicator.pk}/provenance/", {"day": "2024-04-02"})
    assert ">12.1<" not in before.content.decode()
    assert ">12.3<" in before.content.decode()
