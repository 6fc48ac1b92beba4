"""What-ifs that are kept: saved, renamed, changed, deleted, side by side; by whom and seen by whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from tests.cast import Cast, County
from tests.rooms.outlook.desk import COAL, DAY, mine

from tiaodu.engine.outlook.months import month_of
from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.rooms.ledger.models import Task
from tiaodu.rooms.outlook.models import Scenario
from tiaodu.rooms.outlook.what_if import services
from tiaodu.rooms.outlook.what_if.changes import MOST, Wish
from tiaodu.rooms.outlook.what_if.forms import filled
from tiaodu.rooms.outlook.what_if.selectors import scenarios_for

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
URL = "/outlook/what-if/"
STOP = Wish("stop", COAL, first=month_of("2024-08"), last=month_of("2024-09"), left=0.0)
HALF = Wish("stop", COAL, first=month_of("2024-08"), last=month_of("2024-09"), left=50.0)


@pytest.fixture
def task(county: County, cast: Cast) -> Task:
    """A promise with a tree."""
    return mine(county, cast)


def keep(user: User, name: str = "石港八九月停产", wish: Wish = STOP, day: date = DAY) -> Scenario:
    with clock.as_of(day):
        return services.scenario_save(user=user, name=name, wishes=[wish], base_day=day)


def ask(client: Client, url: str, **sent: Any) -> Any:
    with override_settings(TIAODU_TODAY=DAY):
        return client.post(url, sent) if sent else client.get(url)


# ---------------------------------------------------------------- services


def test_one_is_kept_with_its_changes_and_noted(cast: Cast) -> None:
    made = keep(cast.energy)
    assert made.changes == [{"kind": "stop", "on": COAL, "first": "2024-08", "last": "2024-09", "left": 0.0}]
    assert (made.base_day, made.made_on, made.by) == (DAY, DAY, cast.energy)
    entry = AuditEntry.objects.get(action="outlook.scenario_save")
    assert (entry.actor, entry.object_label, entry.region_code) == (cast.energy, made.name, "140722")


@pytest.mark.parametrize("name", ["supervision", "office", "firm", "bank", "clerk", "admin"])
def test_without_the_permission_nothing_is_kept(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        keep(getattr(cast, name))
    assert not Scenario.objects.exists()


def test_a_higher_level_keeps_none(cast: Cast) -> None:
    with pytest.raises(NotFound):
        keep(cast.city_leader)


@pytest.mark.parametrize("name", ["", "   ", "长" * 61])
def test_a_name_that_is_none_is_refused(cast: Cast, name: str) -> None:
    with pytest.raises(Invalid):
        keep(cast.dispatcher, name)


def test_a_name_is_taken_once_in_a_county_until_it_is_deleted(cast: Cast) -> None:
    first = keep(cast.dispatcher)
    with pytest.raises(Invalid):
        keep(cast.energy, " 石港八九月停产 ")
    keep(cast.outsider)
    with clock.as_of(DAY):
        services.scenario_delete(user=cast.dispatcher, scenario_id=first.pk)
    assert keep(cast.energy).pk != first.pk


def test_nothing_too_much_or_a_day_to_come_is_refused(cast: Cast) -> None:
    with clock.as_of(DAY):
        for wishes, day in (([], DAY), ([STOP] * (MOST + 1), DAY), ([STOP], DAY + timedelta(days=1))):
            with pytest.raises(Invalid):
                services.scenario_save(user=cast.dispatcher, name="x", wishes=wishes, base_day=day)
        with pytest.raises(Invalid):  # would not be read back
            wrong = Wish("scale", COAL, percent=0.0, first=STOP.first, last=STOP.last)
            services.scenario_save(user=cast.dispatcher, name="x", wishes=[wrong], base_day=DAY)


def test_who_made_it_renames_and_changes_it_others_do_not(cast: Cast) -> None:
    made = keep(cast.energy)
    with clock.as_of(DAY):
        with pytest.raises(NotAllowed):
            services.scenario_edit(user=cast.dispatcher, scenario_id=made.pk, version=1, name="x")
        with pytest.raises(NotFound):
            services.scenario_edit(user=cast.outsider, scenario_id=made.pk, version=1, name="x")
        changed = services.scenario_edit(
            user=cast.energy, scenario_id=made.pk, version=1, name="停一半", wishes=[HALF]
        )
        assert (changed.name, changed.version, changed.changes[0]["left"]) == ("停一半", 2, 50.0)
        with pytest.raises(Stale):
            services.scenario_edit(user=cast.energy, scenario_id=made.pk, version=1, name="又一个")
        same = services.scenario_edit(user=cast.energy, scenario_id=made.pk, version=2, name="停一半")
    assert same.version == 2
    entry = AuditEntry.objects.get(action="outlook.scenario_edit")
    assert entry.before["name"] == "石港八九月停产"
    assert entry.after["name"] == "停一半"


def test_who_made_it_and_dispatch_delete_it_others_do_not(cast: Cast) -> None:
    made, second = keep(cast.energy), keep(cast.energy, "又一个")
    with clock.as_of(DAY):
        with pytest.raises(NotAllowed):
            services.scenario_delete(user=cast.leader, scenario_id=made.pk)
        with pytest.raises(NotFound):
            services.scenario_delete(user=cast.outsider, scenario_id=made.pk)
        services.scenario_delete(user=cast.dispatcher, scenario_id=made.pk)
        services.scenario_delete(user=cast.energy, scenario_id=second.pk)
        with pytest.raises(NotFound):
            services.scenario_delete(user=cast.energy, scenario_id=made.pk)
    assert AuditEntry.objects.filter(action="outlook.scenario_delete").count() == 2
    assert Scenario.objects.count() == 2  # taken out of the lists, not forgotten


def test_a_day_shows_what_was_kept_then(cast: Cast) -> None:
    made = keep(cast.energy, day=date(2024, 6, 1))
    with clock.as_of(DAY):
        services.scenario_delete(user=cast.energy, scenario_id=made.pk)
    for day, there in ((date(2024, 5, 31), False), (date(2024, 6, 30), True), (DAY, False)):
        assert scenarios_for(cast.dispatcher, day).filter(pk=made.pk).exists() == there


# ---------------------------------------------------------------- pages


def test_the_changes_of_an_address_are_kept_by_its_button(cast: Cast, client_of: Browser, task: Task) -> None:
    client = client_of(cast.dispatcher)
    answer = ask(client, f"{URL}save/", name="停产", query=filled([STOP]).urlencode())
    made = Scenario.objects.get()
    assert answer["Location"] == f"{URL}{made.pk}/"
    html = ask(client, f"{URL}{made.pk}/").content.decode()
    assert "石港煤业 原煤产量 48万吨：少" in html
    assert "停产" in ask(client_of(cast.leader), f"{URL}kept/").content.decode()


@pytest.mark.parametrize(
    "query", ["", "1-kind=stop&1-on=nowhere:x&1-first=2024-08&1-last=2024-09&1-left=0", "x" * 900]
)
def test_what_is_not_complete_is_not_kept(cast: Cast, client_of: Browser, task: Task, query: str) -> None:
    assert ask(client_of(cast.dispatcher), f"{URL}save/", name="停产", query=query).status_code == 422
    assert not Scenario.objects.exists()


def test_it_is_renamed_changed_and_deleted_over_http(cast: Cast, client_of: Browser, task: Task) -> None:
    made, client = keep(cast.energy), client_of(cast.energy)
    ask(client, f"{URL}{made.pk}/edit/", name="停一半", version="1", query=filled([HALF]).urlencode())
    made.refresh_from_db()
    assert (made.name, made.changes[0]["left"]) == ("停一半", 50.0)
    assert ask(client, f"{URL}{made.pk}/edit/", name="x", version="1").status_code == 409
    assert ask(client, f"{URL}{made.pk}/edit/", name="x", version="none").status_code == 409
    assert ask(client_of(cast.leader), f"{URL}{made.pk}/edit/", name="x", version="2").status_code == 403
    assert ask(client_of(cast.leader), f"{URL}{made.pk}/delete/", go="1").status_code == 403
    assert ask(client, f"{URL}{made.pk}/delete/", go="1").status_code == 302
    for method in (client.get, client.post):
        with override_settings(TIAODU_TODAY=DAY):
            assert method(f"{URL}{made.pk}/").status_code in {404, 405}


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("leader", 200), ("dispatcher", 200), ("energy", 200), ("industry", 200), ("statistics", 200),
        ("outsider", 404), ("city_leader", 404), ("supervision", 403), ("firm", 403), ("bank", 403),
    ],
)  # fmt: skip
def test_who_opens_one_that_is_kept(
    cast: Cast, client_of: Browser, task: Task, name: str, status: int
) -> None:
    made, client = keep(cast.dispatcher), client_of(getattr(cast, name))
    for url in (f"{URL}{made.pk}/", f"{URL}compare/?s={made.pk}"):
        answer = ask(client, url)
        assert answer.status_code == status, url
        seen = "石港煤业 原煤产量" in answer.content.decode()
        assert seen == (name in {"leader", "dispatcher", "energy"})


def test_one_whose_node_is_gone_opens_and_says_so(cast: Cast, client_of: Browser, task: Task) -> None:
    gone = Wish("stop", "nowhere:output.coal.raw", first=STOP.first, last=STOP.last, left=0.0)
    made = keep(cast.dispatcher, wish=gone)
    assert (
        "不在 2024-07-01 的推演模型里" in ask(client_of(cast.dispatcher), f"{URL}{made.pk}/").content.decode()
    )
    assert "这一项没有算" in ask(client_of(cast.dispatcher), f"{URL}compare/?s={made.pk}").content.decode()


def test_one_that_cannot_be_read_is_told_and_not_guessed(cast: Cast, client_of: Browser, task: Task) -> None:
    made = keep(cast.dispatcher)
    Scenario.objects.filter(pk=made.pk).update(changes=[{"kind": "burn", "on": COAL}])
    client = client_of(cast.dispatcher)
    assert ask(client, f"{URL}{made.pk}/").status_code == 422
    assert "不认识这种改法" in ask(client, f"{URL}kept/").content.decode()


def test_up_to_four_stand_side_by_side(cast: Cast, client_of: Browser, task: Task) -> None:
    whole, half = keep(cast.energy), keep(cast.energy, "停一半", HALF)
    client = client_of(cast.dispatcher)
    html = ask(client, f"{URL}compare/?s={whole.pk}&s={half.pk}").content.decode()
    assert "whatif-bar-2" in html
    assert "石港煤业 原煤产量" in html
    assert "只剩 50%" in html
    assert ask(client, f"{URL}compare/")["Location"] == f"{URL}kept/"
    more = "&".join(f"s={n}" for n in range(1, 6))
    assert ask(client, f"{URL}compare/?{more}").status_code == 422
    for wrong in ("s=987654321", "s=x", f"s={whole.pk}&s=-1"):
        assert ask(client, f"{URL}compare/?{wrong}").status_code == 404


def test_more_that_are_kept_cost_no_further_query(cast: Cast, client_of: Browser, task: Task) -> None:
    client, counts = client_of(cast.dispatcher), []
    for more in (2, 20):
        for n in range(more):
            keep(cast.energy, f"{more}-{n}")
        ask(client, f"{URL}kept/")
        with CaptureQueriesContext(connection) as caught:
            ask(client, f"{URL}kept/")
        counts.append(len(caught))
    assert counts[0] == counts[1]
