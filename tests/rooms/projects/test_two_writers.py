"""Two officers on one step at once: one closes it, the other is told; nothing is written twice."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from tests.cast import make_cast, make_county
from tests.foundation.test_tables_two_writers import at_once
from tests.rooms.projects.desk import make_project, turn

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.refusal import Stale
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.models import Project, StageEvent

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
