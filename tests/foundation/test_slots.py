"""Slots: registering, order, permission, scope, and a room that fails takes nothing with it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.urls import resolve, reverse
from tests.cast import Cast, County, make_person
from tests.foundation.installation import Installation, installation, migrated
from tests.foundation.probe.offers import probe_alerts

from tiaodu.engine.kernel.offers import About, Alert, Audience, Driver, Intervention, Severity
from tiaodu.foundation import slots
from tiaodu.foundation.refusal import Invalid
from tiaodu.foundation.registry.models import Region
from tiaodu.foundation.slots import registry, selectors
from tiaodu.foundation.slots.registry import FLOW, RegistrationError, Registrations

__all__ = ["installation", "migrated"]

DAY = date(2024, 7, 1)


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Registrations:
    """The registrations of this test alone, still open."""
    empty = Registrations(closed=lambda: False)
    monkeypatch.setattr(registry, "registrations", empty)
    return empty


def make_alert(key: str = "probe.late:1", **values: Any) -> Alert:
    alert = Alert(
        key=key,
        room="probe",
        severity=Severity.RED,
        title="一件事",
        word="逾期",
        reason="",
        about=About("probe.thing", "1", "一件事", "/"),
        day=DAY,
        region_code="140722",
        audience=Audience("ledger.read"),
    )
    return replace(alert, **values)


def maker_of(room: str, found: Callable[[], Sequence[Any]]) -> Any:
    """A function that stands in a room's package."""

    def fn(*, region: Region, as_of: date) -> Sequence[Any]:
        assert as_of == DAY
        return found()

    fn.__module__, fn.__qualname__ = f"tiaodu.rooms.{room}.offers", f"alerts_{room}"
    return fn


def fails() -> Sequence[Any]:
    raise ZeroDivisionError


# ---------------------------------------------------------------- registering


def test_the_program_is_closed_once_it_runs() -> None:
    assert apps.ready
    with pytest.raises(RegistrationError, match=r"AppConfig\.ready"):
        slots.alerts(maker_of("ledger", list))
    with pytest.raises(RegistrationError, match=r"AppConfig\.ready"):
        slots.panel("ledger.task", "probe", "", "home", "ledger.read")


def test_nothing_is_registered_twice(start: Registrations) -> None:
    slots.panel("ledger.task", "probe", "", "home", "ledger.read")
    slots.panel("ledger.subject", "probe", "", "home", "ledger.read")
    with pytest.raises(RegistrationError, match="stands in slot"):
        slots.panel("ledger.task", "other", "", "home", "ledger.read")
    slots.alerts(maker_of("ledger", list))
    with pytest.raises(RegistrationError, match="registered already"):
        slots.alerts(maker_of("ledger", list))


def test_an_app_registers_when_the_program_starts(installation: Installation) -> None:
    """The probe's registrations, read by a program that runs."""
    told = installation.python(
        "from tiaodu.foundation.slots import registry\n"
        "print([p.url_name for p in registry.registrations.panels_in('probe.thing')],\n"
        "      [m.maker.__name__ for k in (registry.Alert, registry.Driver, registry.Intervention)\n"
        "       for m in registry.registrations.makers_of(k) if m.room == 'probe'])"
    )
    assert told == "['home'] ['probe_alerts', 'probe_drivers', 'probe_interventions']"


# ---------------------------------------------------------------- panels


def test_panels_stand_in_the_order_of_the_flow_for_those_who_may_open_them(
    start: Registrations, cast: Cast
) -> None:
    for room, url_name in [("zoo", "z"), ("outlook", "o"), ("items", "i2"), ("items", "i1"), ("ledger", "l")]:
        slots.panel("ledger.task", room, room, url_name, "ledger.read")
    slots.panel("ledger.task", "dispatch", "", "d", "ledger.verify")
    seen = [panel.url_name for panel in selectors.panels_of("ledger.task", cast.leader)]
    assert seen == ["l", "i2", "i1", "o", "z"]
    assert len(selectors.panels_of("ledger.task", cast.supervision)) == 6
    assert selectors.panels_of("ledger.task", cast.bank) == []
    assert selectors.panels_of("ledger.other", cast.leader) == []


def test_what_is_registered_can_be_opened_with_the_permission_it_tells() -> None:
    known = registry.registrations
    slots_used = {panel.slot for panel in known.panels}
    for panel in (panel for slot in slots_used for panel in known.panels_in(slot)):
        about = [] if panel.slot == "home" else [1]
        view = resolve(reverse(panel.url_name, args=about)).func
        assert view.access == panel.permission, panel  # type: ignore[attr-defined]
    rooms = {panel.room for panel in known.panels}
    rooms |= {maker.room for makers in known.makers.values() for maker in makers}
    assert rooms <= set(FLOW)


# ---------------------------------------------------------------- collecting


def test_offers_come_in_one_order_however_they_were_registered(start: Registrations, county: County) -> None:
    first, second = make_alert("probe.a:1"), make_alert("probe.a:2", day=date(2024, 6, 1))
    grey = make_alert("probe.b:1", severity=Severity.GREY)
    slots.alerts(maker_of("outlook", lambda: [grey, first]))
    slots.alerts(maker_of("ledger", lambda: (alert for alert in (second,))))  # type: ignore[arg-type, return-value]
    found = selectors.collect_alerts(county.region, DAY)
    assert found == selectors.Collected((second, first, grey))


def test_a_room_that_fails_is_named_and_the_others_go_on(
    start: Registrations, county: County, caplog: pytest.LogCaptureFixture
) -> None:
    def refuses() -> Sequence[Any]:
        raise Invalid("限值没有提供，请县能源局提供。")

    def breaks_the_transaction() -> Sequence[Any]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")
        return []

    good = make_alert()
    slots.alerts(maker_of("ledger", fails))
    slots.alerts(maker_of("documents", breaks_the_transaction))
    slots.alerts(maker_of("outlook", refuses))
    slots.alerts(maker_of("power", lambda: ["no alert"]))
    slots.alerts(maker_of("dispatch", lambda: [good]))
    with caplog.at_level(logging.ERROR):
        found = selectors.collect_alerts(county.region, DAY)
    assert found.offers == (good,)
    assert [(f.room, str(f.reason)) for f in found.failures] == [
        ("documents", ""),
        ("ledger", ""),
        ("outlook", "限值没有提供，请县能源局提供。"),
        ("power", ""),
    ]
    assert str(found.failures[1].name) == "台账"
    assert "ZeroDivisionError" in caplog.text
    assert "no alert" in caplog.text


def test_a_key_counts_once(start: Registrations, county: County) -> None:
    slots.alerts(maker_of("ledger", lambda: [make_alert(), make_alert(reason="again")]))
    assert len(selectors.collect_alerts(county.region, DAY).offers) == 1


def test_drivers_and_interventions_are_collected_as_well(start: Registrations, county: County) -> None:
    drivers = [Driver(f"{code}:output.coal.raw", "mines", "原煤产量", "吨") for code in ("b", "a")]
    act = Intervention("mines.x:1", "mines", "", "", make_alert().about, moves=("a:output.coal.raw",))
    slots.drivers(maker_of("mines", lambda: drivers))
    slots.interventions(maker_of("mines", lambda: [act]))
    assert selectors.collect_drivers(county.region, DAY).offers == (drivers[1], drivers[0])
    assert selectors.collect_interventions(county.region, DAY).offers == (act,)


# ---------------------------------------------------------------- who sees an alert


@pytest.fixture
def seen(start: Registrations, county: County) -> Callable[[Any, Alert], bool]:
    """Whether a person sees an alert."""
    told: list[Alert] = []
    slots.alerts(maker_of("ledger", lambda: told))

    def look(user: Any, alert: Alert) -> bool:
        told[:] = [alert]
        return bool(selectors.alerts_for(user, DAY).offers)

    return look


def test_an_alert_reaches_its_audience_and_nobody_else(
    seen: Callable[[Any, Alert], bool], county: County, cast: Cast
) -> None:
    alert = make_alert()
    assert seen(cast.leader, alert)
    assert not seen(cast.bank, alert), "without the permission"
    assert not seen(cast.energy, alert), "not named"

    def to(**named: Any) -> Alert:
        return replace(alert, audience=replace(alert.audience, **named))

    energy = to(departments=frozenset({county.departments["energy"].pk}))
    assert (seen(cast.energy, energy), seen(cast.industry, energy)) == (True, False)
    mine = to(subjects=frozenset({county.subjects["shigang"].pk}))
    assert (seen(cast.liaison, mine), seen(cast.industry, mine)) == (True, False)
    person = to(people=frozenset({cast.industry.pk}))
    assert (seen(cast.industry, person), seen(cast.energy, person)) == (True, False)
    assert seen(cast.leader, to(sector="coal"))
    narrowed = make_person("deputy", "分管副县长", ["leader"], county.region, sectors=["power"])
    assert (seen(narrowed, to(sector="power")), seen(narrowed, to(sector="coal"))) == (True, False)


def test_regions_above_see_what_is_released_and_neighbours_nothing(
    seen: Callable[[Any, Alert], bool], cast: Cast
) -> None:
    inside, released = make_alert(), make_alert(audience=Audience("ledger.read", released=True))
    assert (seen(cast.city_leader, inside), seen(cast.city_leader, released)) == (False, True)
    assert not seen(cast.outsider, released), "a room that looks beyond the region is not believed"


def test_a_room_is_not_asked_for_a_person_without_its_permission(
    start: Registrations, cast: Cast, county: County
) -> None:
    asked: list[str] = []
    slots.alerts(maker_of("ledger", lambda: asked.append("ledger") or []), permission="ledger.read")
    slots.alerts(maker_of("cases", lambda: asked.append("cases") or []))
    for user in (cast.bank, cast.leader):
        selectors.alerts_for(user, DAY)
    assert asked == ["cases", "ledger", "cases"]


def test_the_probe_offers_what_it_says(county: County) -> None:
    assert [alert.kind for alert in probe_alerts(region=county.region, as_of=DAY)] == ["probe.late"]
