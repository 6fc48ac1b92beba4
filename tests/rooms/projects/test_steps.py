"""What happens to steps: by whom, in which order, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from tests.cast import Cast, County, make_person
from tests.rooms.projects.desk import DAY, done, make_project, row_of, turn

from tiaodu.engine.stages.standing import Place
from tiaodu.foundation import clock
from tiaodu.foundation.appendonly import AppendOnlyError
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.models import Project, StageEvent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.as_of(DAY):
        yield


@pytest.fixture
def plant(county: County, cast: Cast) -> Project:
    return make_project(county, cast)


def test_a_step_is_begun_and_finished_by_its_department(county: County, cast: Cast, plant: Project) -> None:
    done(cast.dispatcher, plant, ("A01", date(2024, 5, 6), date(2024, 5, 8)))
    done(cast.dispatcher, plant, ("A02", date(2024, 5, 8), date(2024, 5, 9)))
    approval = make_person(
        "approval", "何审批", ["department"], county.region, department=county.departments["approval"]
    )
    services.step_start(turn(approval, plant, "A03"), day=date(2024, 5, 10))
    assert row_of(plant).steps["A03"].place is Place.UNDER_WAY
    services.step_finish(turn(approval, plant, "A03"), day=date(2024, 5, 13))
    with pytest.raises(NotAllowed, match="发改局"):
        services.step_start(turn(approval, plant, "A04"), day=date(2024, 5, 14))
    with pytest.raises(NotFound):  # a bureau without a step in it
        services.step_start(turn(cast.industry, plant, "A04"), day=date(2024, 5, 14))
    standing = row_of(plant).steps["A03"]
    assert (standing.place, standing.taken) == (Place.DONE, 2)  # Saturday the 11th was worked
    entry = AuditEntry.objects.filter(action="projects.step_finished").latest("pk")
    assert entry.after["step"] == "A03" and entry.after["finished"] == "2024-05-13"


def test_the_statistics_bureau_alone_acts_on_its_steps(county: County, cast: Cast) -> None:
    plant = make_project(county, cast)
    listing = [s.code for s in row_of(plant).template.steps if s.by == "statistics"]
    for code in listing:
        with pytest.raises(NotAllowed):
            services.step_start(turn(cast.dispatcher, plant, code), day=DAY)


def test_a_step_is_not_finished_before_what_it_needs(cast: Cast, plant: Project) -> None:
    with pytest.raises(Invalid, match="注册项目公司"):
        services.step_finish(
            turn(cast.dispatcher, plant, "A03"), day=date(2024, 6, 3), started=date(2024, 6, 3)
        )
    assert not StageEvent.objects.filter(project=plant).exists()


@pytest.mark.parametrize("day", [date(2024, 7, 2), date(2030, 1, 1)])
def test_a_day_to_come_is_refused(cast: Cast, plant: Project, day: date) -> None:
    with pytest.raises(Invalid, match="还没到"):
        services.step_start(turn(cast.dispatcher, plant, "A01"), day=day)


def test_a_finish_before_the_start_is_refused(cast: Cast, plant: Project) -> None:
    services.step_start(turn(cast.dispatcher, plant, "A01"), day=date(2024, 6, 3))
    with pytest.raises(Invalid, match="早于开始日"):
        services.step_finish(turn(cast.dispatcher, plant, "A01"), day=date(2024, 6, 2))


def test_who_was_slower_is_told_what_happened(cast: Cast, plant: Project) -> None:
    seen = turn(cast.investment, plant, "A01")
    services.step_start(turn(cast.dispatcher, plant, "A01", text="框架协议"), day=date(2024, 6, 3))
    with pytest.raises(Stale) as refusal:
        services.step_start(seen, day=date(2024, 6, 4))
    assert "框架协议" in refusal.value.details["step"]["theirs"]
    assert StageEvent.objects.filter(project=plant, step="A01").count() == 1


def test_a_wait_stops_and_ends(cast: Cast, plant: Project) -> None:
    done(
        cast.dispatcher,
        plant,
        ("A01", date(2024, 4, 1), date(2024, 4, 1)),
        ("A02", date(2024, 4, 1), date(2024, 4, 2)),
        ("A03", date(2024, 4, 2), date(2024, 4, 2)),
    )
    services.step_start(turn(cast.dispatcher, plant, "A05a"), day=date(2024, 4, 3))
    with pytest.raises(Invalid, match="不在模板允许"):
        services.step_wait(turn(cast.dispatcher, plant, "A05a"), reason="court_ruling", day=date(2024, 4, 10))
    services.step_wait(turn(cast.dispatcher, plant, "A05a"), reason="correction", day=date(2024, 4, 10))
    assert row_of(plant).steps["A05a"].place is Place.WAITING
    services.step_resume(turn(cast.dispatcher, plant, "A05a"), day=date(2024, 4, 20))
    standing = row_of(plant).steps["A05a"]
    # 30 calendar days from 3 April, eleven of them (10 to 20) not counted: 14 May.
    assert (standing.place, standing.due) == (Place.UNDER_WAY, date(2024, 5, 14))


def test_a_promise_moves_with_its_reason_and_the_first_one_stays(cast: Cast, plant: Project) -> None:
    services.step_promise(turn(cast.dispatcher, plant, "A25"), day=date(2024, 12, 31))
    with pytest.raises(Invalid, match="原因"):
        services.step_promise(turn(cast.dispatcher, plant, "A25"), day=date(2025, 3, 31))
    services.step_promise(turn(cast.dispatcher, plant, "A25", text="设备晚到"), day=date(2025, 3, 31))
    days = StageEvent.objects.filter(project=plant, step="A25").values_list("promised", flat=True)
    assert list(days) == [date(2024, 12, 31), date(2025, 3, 31)]
    assert row_of(plant, date(2024, 7, 1)).state.of("A25").promised == date(2025, 3, 31)


def test_a_date_is_corrected_with_a_reason_and_seen_as_it_was_known(cast: Cast, plant: Project) -> None:
    done(cast.dispatcher, plant, ("A01", date(2024, 5, 6), date(2024, 5, 8)))
    with clock.as_of(date(2024, 7, 3)):
        with pytest.raises(Invalid, match="更正原因"):
            services.step_correct(
                turn(cast.dispatcher, plant, "A01"), started=date(2024, 5, 6), finished=date(2024, 5, 10)
            )
        services.step_correct(
            turn(cast.dispatcher, plant, "A01", text="以盖章日为准"),
            started=date(2024, 5, 6),
            finished=date(2024, 5, 10),
        )
    assert row_of(plant, date(2024, 7, 2)).state.of("A01").finished == date(2024, 5, 8)
    assert row_of(plant, date(2024, 7, 3)).state.of("A01").finished == date(2024, 5, 10)
    with pytest.raises(Invalid, match="过去的一天"):  # on the day before, after it
        services.step_prove(turn(cast.dispatcher, plant, "A01", proofs=[services.Proof("paper", number="1")]))


def test_an_event_is_written_once(cast: Cast, plant: Project) -> None:
    services.step_start(turn(cast.dispatcher, plant, "A01"), day=date(2024, 6, 3))
    event = StageEvent.objects.get(project=plant)
    event.finished = DAY
    with pytest.raises(AppendOnlyError):
        event.save()


def test_a_neighbour_finds_neither_project_nor_step(cast: Cast, plant: Project) -> None:
    with pytest.raises(NotFound):
        services.step_start(turn(cast.outsider, plant, "A01"), day=DAY)
    with pytest.raises(NotFound):
        services.step_start(turn(cast.dispatcher, plant, "Z99"), day=DAY)


def test_a_condition_is_answered_and_a_step_is_skipped(cast: Cast, plant: Project) -> None:
    assert row_of(plant).steps["A07"].place is Place.OUT
    services.step_answer(turn(cast.dispatcher, plant, "A07"), needed=True)
    assert row_of(plant).steps["A07"].place is Place.NOT_READY
    services.step_skip(turn(cast.dispatcher, plant, "A07"), reason="regional_assessment")
    assert row_of(plant).steps["A07"].out == "regional_assessment"
    with pytest.raises(Invalid, match="理由"):
        services.step_skip(turn(cast.dispatcher, plant, "A06"), reason="because")


def test_three_points_in_order(cast: Cast, plant: Project) -> None:
    with pytest.raises(Invalid, match="最快"):
        services.step_range(turn(cast.dispatcher, plant, "A18b"), low=200, likely=100, high=300)
    services.step_range(turn(cast.dispatcher, plant, "A18b"), low=100, likely=200, high=300)
    assert row_of(plant).events["A18b"].likely == 200
