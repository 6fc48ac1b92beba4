"""Claimed with proof, struck off by another person, sent back, reopened, given more time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tests.cast import Cast, County, make_person
from tests.foundation.items.desk import NOTE, a_proof, claimed, officer, opened, taken
from tests.foundation.items.test_handling import now

from tiaodu.foundation import clock
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.items import selectors, services
from tiaodu.foundation.items.models import Item, ItemEntry
from tiaodu.foundation.items.services import moving
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale

DAY = date(2024, 4, 28)


def test_the_way_to_the_strike_off(county: County, cast: Cast) -> None:
    item = taken(county, cast)
    with clock.as_of(date(2024, 4, 26)):
        with pytest.raises(Invalid, match="不能“销号”"):
            services.item_strike_off(user=cast.dispatcher, item_id=item.pk, version=item.version)
        with pytest.raises(Invalid, match="佐证"):
            services.item_claim(user=cast.energy, item_id=item.pk, version=item.version, text="好了")
        item = services.item_claim(
            user=cast.energy, item_id=item.pk, version=item.version, text="好了", proof=a_proof(cast.energy)
        )
    assert (now(item).state, now(item).turn) == ("claimed", "issuer")
    with clock.as_of(DAY):
        with pytest.raises(Invalid, match="缺什么"):
            services.item_send_back(user=cast.supervision, item_id=item.pk, version=item.version, reason="")
        item = services.item_send_back(
            user=cast.supervision, item_id=item.pk, version=item.version, reason="缺签章"
        )
    assert now(item).state == "handling"
    # 27 April was a Saturday; only the made-up Sunday was spent on verifying: 30 April moves to 6 May.
    assert now(item).due == date(2024, 5, 6)
    with clock.as_of(date(2024, 4, 29)):
        item = services.item_claim(
            user=cast.energy, item_id=item.pk, version=item.version, text="补了", proof=a_proof(cast.energy)
        )
        item = services.item_strike_off(
            user=cast.supervision, item_id=item.pk, version=item.version, text="现场核实"
        )
    assert (now(item).state, now(item).turn, now(item).closed_on) == (
        "struck_off", "nobody", date(2024, 4, 29),
    )  # fmt: skip
    assert AuditEntry.objects.filter(action="items.struck_off", actor=cast.supervision).count() == 1


def test_nobody_verifies_what_she_or_her_department_handled(county: County, cast: Cast) -> None:
    item = claimed(county, cast)
    energy = county.departments["energy"]
    colleague = make_person("colleague", "同事", ["supervision"], county.region, department=energy)
    with clock.as_of(DAY):
        for person in (cast.energy, colleague):
            for act in (services.item_strike_off, services.item_send_back):
                told = {"reason": "退"} if act is services.item_send_back else {}
                with pytest.raises(NotAllowed):
                    act(user=person, item_id=item.pk, version=item.version, **told)  # type: ignore[arg-type]
        with pytest.raises(NotFound):
            services.item_strike_off(user=cast.industry, item_id=item.pk, version=item.version)
        services.item_strike_off(user=cast.dispatcher, item_id=item.pk, version=item.version)
    assert now(item).state == "struck_off"


def test_the_issuer_does_not_strike_off_what_came_back_to_her_own_department(
    county: County, cast: Cast
) -> None:
    """An officer of the dispatcher's bureau handled it, so the dispatcher, who opened it, may not verify."""
    item = opened(
        county,
        cast,
        user=cast.dispatcher,
        kind="request",
        authority=county.departments["industry"],
        department=county.departments["industry"],
        basis=None,
    )
    with clock.as_of(DAY):
        item = services.item_take(user=cast.industry, item_id=item.pk, version=item.version)
        item = services.item_claim(user=cast.industry, item_id=item.pk, version=item.version, text="办完")
        with pytest.raises(NotAllowed):
            services.item_strike_off(user=cast.dispatcher, item_id=item.pk, version=item.version)
        services.item_strike_off(user=cast.supervision, item_id=item.pk, version=item.version)
    assert now(item).state == "struck_off"


def test_who_asked_closes_a_request(county: County, cast: Cast) -> None:
    own = {"user": cast.industry, "authority": county.departments["industry"]}
    item = taken(county, cast, kind="request", basis=None, **own)
    with clock.as_of(DAY):
        item = services.item_claim(user=cast.energy, item_id=item.pk, version=item.version, text="已会签")
        services.item_strike_off(user=cast.industry, item_id=item.pk, version=item.version)
    assert now(item).state == "struck_off"


def test_reopened_it_has_a_new_clock_and_a_count(county: County, cast: Cast) -> None:
    item = claimed(county, cast)
    with clock.as_of(DAY):
        item = services.item_strike_off(user=cast.supervision, item_id=item.pk, version=item.version)
    with clock.as_of(date(2024, 6, 3)):
        with pytest.raises(NotAllowed):
            services.item_reopen(user=cast.energy, item_id=item.pk, version=item.version, reason="再办")
        item = services.item_reopen(
            user=cast.supervision, item_id=item.pk, version=item.version, reason="又停产", days=5
        )
    entry = now(item)
    assert (entry.state, entry.reopened, entry.responsible) == ("handling", 1, cast.energy)
    assert entry.due == date(2024, 6, 11)  # the Dragon Boat Monday is off
    assert (entry.closed_on, entry.claimed_by, entry.stopped_on) == (None, None, None)
    assert selectors.clock_of(item, date(2024, 6, 12)).overdue == 1


def test_time_is_asked_for_before_the_due_and_given_by_the_issuer(county: County, cast: Cast) -> None:
    item = taken(county, cast)
    wanted = date(2024, 5, 17)
    ask: dict[str, Any] = {"user": cast.energy, "item_id": item.pk, "until": wanted, "reason": "等勘测"}
    with clock.as_of(DAY):
        with pytest.raises(Invalid, match="之后"):
            services.item_ask_extension(**{**ask, "until": date(2024, 4, 30)}, version=item.version)
        item = services.item_ask_extension(**ask, version=item.version)
        assert now(item).due == date(2024, 4, 30), "asking gives no time"
        with pytest.raises(NotAllowed):
            services.item_extend(user=cast.energy, item_id=item.pk, version=item.version, until=wanted)
        with pytest.raises(NotAllowed):
            services.item_extend(user=cast.dispatcher, item_id=item.pk, version=item.version, until=wanted)
        item = services.item_refuse_extension(
            user=cast.supervision, item_id=item.pk, version=item.version, reason="县长要求月底前"
        )
        assert now(item).asked_due is None
        item = services.item_ask_extension(**ask, version=item.version)
        item = services.item_extend(
            user=cast.supervision, item_id=item.pk, version=item.version, until=date(2024, 5, 15)
        )
    entry = now(item)
    assert (entry.due, entry.asked_due) == (date(2024, 5, 15), None)
    assert entry.detail == {"due_before": "2024-04-30", "due": "2024-05-15"}
    with clock.as_of(date(2024, 5, 16)), pytest.raises(Invalid, match="期限已过"):
        services.item_ask_extension(**{**ask, "until": date(2024, 6, 30)}, version=item.version)


def test_an_order_given_by_mistake_is_withdrawn_and_stays_on_record(county: County, cast: Cast) -> None:
    item = opened(county, cast)
    with clock.as_of(DAY):
        item = services.item_withdraw(
            user=cast.supervision, item_id=item.pk, version=item.version, reason="重复"
        )
        with pytest.raises(Invalid):
            services.item_note(user=cast.supervision, item_id=item.pk, text="x")
    assert Item.objects.get().state == "withdrawn"
    assert ItemEntry.objects.count() == 2


STEPS = ("entry", "told", "pointer", "audit")


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the next strike-off die at one of its writes."""

    def at(step: str) -> None:
        def die(*_args: object, **_named: object) -> None:
            raise ConnectionError(step)

        if step == "entry":
            monkeypatch.setattr(ItemEntry, "save", die)
        elif step == "told":
            monkeypatch.setattr(ItemEntry, "told", property(die))
        elif step == "pointer":
            monkeypatch.setattr(moving, "_point", die)
        else:
            monkeypatch.setattr(moving.audit, "record", die)

    return at


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_a_strike_off_is_whole_or_not_there(
    step: str, county: County, cast: Cast, killed: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    item = claimed(county, cast)
    audits = AuditEntry.objects.count()
    with clock.as_of(DAY):
        killed(step)
        with pytest.raises(ConnectionError, match=step):
            services.item_strike_off(user=cast.supervision, item_id=item.pk, version=item.version, key="k")
        monkeypatch.undo()
        assert (now(item).verb, Item.objects.get().state, Item.objects.get().version) == (
            "claimed", "claimed", item.version,
        )  # fmt: skip
        assert AuditEntry.objects.count() == audits
        for _ in range(2):  # the browser sends it again, and once more
            services.item_strike_off(user=cast.supervision, item_id=item.pk, version=item.version, key="k")
    assert ItemEntry.objects.filter(item=item, verb="struck_off").count() == 1
    assert AuditEntry.objects.filter(action="items.struck_off").count() == 1
    assert Item.objects.get().last == now(item)


def test_of_two_who_strike_off_the_second_is_told(county: County, cast: Cast) -> None:
    item = claimed(county, cast)
    with clock.as_of(DAY):
        services.item_strike_off(user=cast.supervision, item_id=item.pk, version=item.version, key="a")
        with pytest.raises(Stale) as told:
            services.item_strike_off(user=cast.dispatcher, item_id=item.pk, version=item.version, key="b")
    assert "赵督查：销号" in told.value.details["state"]["theirs"]


def test_a_pointer_that_moved_meanwhile_is_noticed(county: County, cast: Cast) -> None:
    """Where rows cannot be locked, the update that names the old state and version finds no row."""
    item = claimed(county, cast)
    before = now(item)
    with clock.as_of(DAY):
        services.item_strike_off(user=cast.supervision, item_id=item.pk, version=item.version)
        with pytest.raises(Stale):
            moving._point(item, before, before, "struck_off", item.version + 1)


def test_a_bureaus_helper_cannot_close_anothers_case(county: County, cast: Cast) -> None:
    helper = officer(county, "helper", "协办", "emergency")
    item = taken(county, cast, basis=NOTE)
    with clock.as_of(DAY), pytest.raises(NotFound):
        services.item_claim(
            user=helper, item_id=item.pk, version=item.version, text="好了", proof=a_proof(helper)
        )
