"""Old records brought in at once: what becomes known when, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from tests.cast import Cast, County
from tests.rooms.projects.desk import DAY, done, make_project, row_of, turn

from tiaodu.engine.stages.standing import Place
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.files.models import StoredFile
from tiaodu.foundation.files.services import file_store
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.models import Project, StageEvent, StageProof
from tiaodu.rooms.projects.services import PastStep, history_import

pytestmark = pytest.mark.django_db

RECORD = (
    PastStep(step="A01", started=date(2022, 3, 1), finished=date(2022, 3, 18), proven=True),
    PastStep(step="A02", started=date(2022, 3, 18), finished=date(2022, 3, 21)),
    PastStep(
        step="A03",
        started=date(2022, 3, 22),
        finished=date(2022, 3, 25),
        promises=((date(2022, 3, 20), date(2022, 3, 23)), (date(2022, 3, 23), date(2022, 3, 25))),
        proven=True,
    ),
    PastStep(
        step="A04",
        started=date(2022, 4, 1),
        finished=date(2022, 6, 1),
        waits=({"reason": "quota", "start": "2022-04-10", "end": "2022-05-10"},),
    ),
    PastStep(step="A07", needed=False),
)

WINTER = {"reason": "season", "start": "2024-07-01", "end": None}


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.as_of(DAY):
        yield


@pytest.fixture
def plant(county: County, cast: Cast) -> Project:
    return make_project(county, cast)


def paper(user: User) -> StoredFile:
    return file_store(user=user, name="档案.pdf", data=b"%PDF-1.7\n%%EOF\n")


def bring_in(cast: Cast, plant: Project, *rows: PastStep, file: StoredFile | None = None) -> int:
    return history_import(user=cast.dispatcher, project_id=plant.pk, rows=rows or RECORD, file=file)


def test_a_record_comes_in_whole_and_once(cast: Cast, plant: Project) -> None:
    assert bring_in(cast, plant) == len(RECORD)
    row = row_of(plant)
    assert [row.steps[code].place for code in ("A01", "A02", "A03", "A04")] == [Place.DONE] * 4
    assert row.steps["A07"].place is Place.OUT
    assert row.state.of("A04").waits[0].end == date(2022, 5, 10)
    assert AuditEntry.objects.filter(action="projects.history_import").count() == 1
    before = StageEvent.objects.count()
    assert bring_in(cast, plant) == 0
    assert StageEvent.objects.count() == before
    assert AuditEntry.objects.filter(action="projects.history_import").count() == 1


def test_without_a_paper_of_the_time_it_is_known_from_today(cast: Cast, plant: Project) -> None:
    bring_in(cast, plant)
    assert set(StageEvent.objects.values_list("known_on", flat=True)) == {DAY}
    assert not row_of(plant, DAY - timedelta(days=1)).events
    assert not StageProof.objects.exists()


def test_with_a_paper_every_past_day_shows_what_was_known(cast: Cast, plant: Project) -> None:
    file = paper(cast.dispatcher)
    bring_in(cast, plant, file=file)
    on = row_of(plant, date(2022, 3, 23))
    assert on.steps["A03"].place is Place.UNDER_WAY
    assert on.state.of("A03").promised == date(2022, 3, 25)
    assert row_of(plant, date(2022, 3, 22)).state.of("A03").promised == date(2022, 3, 23)
    assert row_of(plant, date(2022, 4, 20)).steps["A04"].place is Place.WAITING
    assert row_of(plant, date(2022, 5, 20)).steps["A04"].place is Place.UNDER_WAY
    verbs = StageEvent.objects.filter(step="A03").order_by("revision").values_list("verb", "known_on")
    assert list(verbs) == [
        ("promised", date(2022, 3, 20)),
        ("started", date(2022, 3, 22)),
        ("promised", date(2022, 3, 23)),
        ("finished", date(2022, 3, 25)),
    ]
    proofs = StageProof.objects.order_by("event__step").values_list("event__step", "file", "taken_on")
    assert list(proofs) == [("A01", file.pk, date(2022, 3, 18)), ("A03", file.pk, date(2022, 3, 25))]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (PastStep(step="A02", started=date(2022, 3, 1), finished=date(2022, 3, 2)), "早于|前置"),
        (PastStep(step="A01", started=date(2022, 3, 2), finished=date(2022, 3, 1)), "早于开始日"),
        (PastStep(step="A01", started=DAY, finished=DAY + timedelta(days=1)), "还没到"),
        (PastStep(step="X99", started=DAY), "不在模板里"),
        (PastStep(step="A01", skipped="because"), "理由"),
        (PastStep(step="A01", promises=((DAY + timedelta(days=1), DAY),)), "今天以后"),
        (
            PastStep(
                step="A01", started=DAY, waits=({"reason": "season", "start": "2024-07-01", "end": None},)
            ),
            "不在模板允许的范围内",
        ),
    ],
    ids=["order", "backwards", "to come", "unknown", "no reason", "promise to come", "wait"],
)
def test_what_cannot_be_true_is_refused_and_nothing_is_written(
    cast: Cast, plant: Project, row: PastStep, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        bring_in(cast, plant, row)
    assert not StageEvent.objects.exists()


def test_a_step_told_twice_is_refused(cast: Cast, plant: Project) -> None:
    with pytest.raises(Invalid, match="写了两次"):
        bring_in(cast, plant, RECORD[0], RECORD[0])


def test_what_is_recorded_otherwise_is_not_overwritten(cast: Cast, plant: Project) -> None:
    done(cast.dispatcher, plant, ("A01", date(2022, 3, 1), date(2022, 3, 17)))
    with pytest.raises(Invalid, match="签订投资协议"):
        bring_in(cast, plant)
    assert not StageEvent.objects.filter(step="A02").exists()
    services.step_correct(
        turn(cast.dispatcher, plant, "A01", text="协议日期看错"),
        started=date(2022, 3, 1),
        finished=date(2022, 3, 18),
    )
    assert bring_in(cast, plant) == len(RECORD) - 1


def test_the_listing_is_brought_in_by_the_statistics_bureau_alone(cast: Cast, plant: Project) -> None:
    listing = PastStep(step="A18a", promises=((DAY, DAY + timedelta(days=20)),))
    with pytest.raises(NotAllowed, match="统计局"):
        bring_in(cast, plant, listing)
    assert history_import(user=cast.statistics, project_id=plant.pk, rows=[listing]) == 1


def test_who_does_not_see_the_project_brings_nothing_in(cast: Cast, plant: Project) -> None:
    for person in (cast.outsider, cast.firm, cast.bank):
        with pytest.raises((NotFound, NotAllowed)):
            history_import(user=person, project_id=plant.pk, rows=RECORD)
    with pytest.raises(NotAllowed):
        history_import(user=cast.leader, project_id=plant.pk, rows=RECORD)


def test_on_a_past_day_nothing_is_brought_in_under_what_came_later(cast: Cast, plant: Project) -> None:
    bring_in(cast, plant, RECORD[0])
    with clock.as_of(DAY - timedelta(days=1)), pytest.raises((Invalid, NotFound)):
        bring_in(cast, plant)
