"""Two officers on one step at once: one closes it, the other is told; nothing is written twice."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from tests.cast import make_cast, make_county
from tests.foundation.test_tables_two_writers import at_once
from tests.rooms.projects.desk import make_project, turn
from tests.rooms.projects.test_moving import NEXT, PROMISED, edited, migrate, seen

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import Stale
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.models import NetworkChange, Project, StageEvent

DAY = date(2024, 7, 1)
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="two writers at once need PostgreSQL (-p tests.postgres)"
    ),
]


def test_of_two_who_close_a_step_one_is_told() -> None:
    county = make_county()
    cast = make_cast(county)
    with clock.as_of(DAY):
        plant = make_project(county, cast)

    def close(user: User, project: Project) -> None:
        with clock.as_of(DAY):
            services.step_finish(turn(user, project, "A01", revision=0), day=DAY, started=DAY)

    (refused,) = at_once(lambda: close(cast.dispatcher, plant), lambda: close(cast.investment, plant))
    assert isinstance(refused, Stale)
    assert StageEvent.objects.filter(project=plant, step="A01").count() == 1


def test_a_move_to_another_template_and_an_act_on_a_step_do_not_cross() -> None:
    """Whoever comes second is told what the first did; the record is on one network, whole."""
    county = make_county()
    cast = make_cast(county)
    with clock.as_of(DAY):
        plant = make_project(county, cast)
    edited(county, cast, A04=PROMISED)
    before = seen(plant)

    def act() -> None:
        with clock.as_of(NEXT):
            services.step_finish(turn(cast.investment, plant, "A01", revision=0), day=NEXT, started=DAY)

    refused = at_once(lambda: migrate(cast.dispatcher, plant, seen=before), act)
    moves, events = NetworkChange.objects.count(), StageEvent.objects.filter(step="A01").count()
    assert (len(refused), moves, events) in {(1, 0, 1), (0, 1, 1)}
    assert all(isinstance(each, Stale) for each in refused)


def test_of_two_who_move_a_project_one_is_told() -> None:
    county = make_county()
    cast = make_cast(county)
    with clock.as_of(DAY):
        plant = make_project(county, cast)
    edited(county, cast, A04=PROMISED)
    before = seen(plant)
    (refused,) = at_once(
        lambda: migrate(cast.dispatcher, plant, seen=before),
        lambda: migrate(cast.office, plant, seen=before),
    )
    assert isinstance(refused, Stale)
    assert NetworkChange.objects.count() == 1
