"""Taking, declining, handing over, waiting: the item is never without somebody who answers for it."""

from __future__ import annotations

from datetime import date

import pytest
from tests.cast import Cast, County
from tests.foundation.items.desk import OPENED, officer, opened, taken

from tiaodu.foundation import clock
from tiaodu.foundation.items import selectors, services
from tiaodu.foundation.items.models import Item, ItemEntry
from tiaodu.foundation.items.services import Away
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale


def now(item: Item) -> ItemEntry:
    return ItemEntry.objects.filter(item=item).order_by("-number")[0]


def test_declined_it_falls_back_to_who_opened_it(county: County, cast: Cast) -> None:
    item = opened(county, cast, responsible=cast.energy)
    with clock.as_of(OPENED):
        with pytest.raises(Invalid):
            services.item_decline(user=cast.energy, item_id=item.pk, version=1, reason=" ")
        item = services.item_decline(user=cast.energy, item_id=item.pk, version=1, reason="属应急局职责")
        assert (now(item).state, now(item).responsible, now(item).turn) == (
            "declined", cast.supervision, "issuer",
        )  # fmt: skip
        with pytest.raises(NotAllowed):
            services.item_assign(
                user=cast.dispatcher,
                item_id=item.pk,
                version=item.version,
                department=county.departments["emergency"],
            )
        emergency = officer(county, "emergency", "应急员", "emergency")
        item = services.item_assign(
            user=cast.supervision,
            item_id=item.pk,
            version=item.version,
            department=county.departments["emergency"],
        )
        item = services.item_take(user=emergency, item_id=item.pk, version=item.version)
    assert (now(item).responsible, now(item).department) == (emergency, county.departments["emergency"])
    assert now(item).first == emergency


def test_only_who_is_asked_takes_it(county: County, cast: Cast) -> None:
    colleague = officer(county, "colleague", "同事", "energy")
    named = opened(county, cast, responsible=cast.energy)
    whole = opened(county, cast)
    with clock.as_of(OPENED):
        for person, item in ((colleague, named), (cast.dispatcher, named), (cast.dispatcher, whole)):
            with pytest.raises(NotAllowed):
                services.item_take(user=person, item_id=item.pk, version=1)
        with pytest.raises(NotFound):  # another bureau does not even see it
            services.item_take(user=cast.industry, item_id=whole.pk, version=1)
        services.item_take(user=colleague, item_id=whole.pk, version=1)
    assert now(whole).responsible == colleague


def test_a_hand_over_needs_the_receivers_word(county: County, cast: Cast) -> None:
    item = taken(county, cast)
    receiver = officer(county, "receiver", "接手员", "emergency")
    with clock.as_of(date(2024, 4, 17)):
        item = services.item_hand_over(
            user=cast.energy, item_id=item.pk, version=item.version, to=receiver, reason="现场由应急局管"
        )
        assert (now(item).responsible, now(item).receiver) == (cast.energy, receiver)
        with pytest.raises(NotAllowed):
            services.item_take_over(user=cast.supervision, item_id=item.pk, version=item.version)
        with pytest.raises(NotAllowed):  # asked already
            services.item_hand_over(
                user=cast.energy, item_id=item.pk, version=item.version, to=receiver, reason="再交"
            )
        item = services.item_keep(user=receiver, item_id=item.pk, version=item.version, reason="不属我局")
        assert (now(item).responsible, now(item).receiver) == (cast.energy, None)
        item = services.item_hand_over(
            user=cast.energy, item_id=item.pk, version=item.version, to=receiver, reason="县长已协调"
        )
        item = services.item_take_over(user=receiver, item_id=item.pk, version=item.version)
    entry = now(item)
    assert (entry.responsible, entry.first, entry.department) == (
        receiver, cast.energy, county.departments["emergency"],
    )  # fmt: skip
    assert selectors.item_for(cast.energy, item.pk) == item, "the first officer keeps seeing it"
    log = ItemEntry.objects.filter(item=item).values_list("verb", flat=True)
    assert list(log) == ["opened", "taken", "handed_over", "kept", "handed_over", "taken_over"]
    assert not ItemEntry.objects.filter(responsible=None).exists()


def test_hand_over_to_someone_on_leave(county: County, cast: Cast) -> None:
    item = taken(county, cast)
    receiver = officer(county, "receiver", "接手员", "energy")
    deputy = officer(county, "deputy", "代理员", "energy")
    with clock.as_of(date(2024, 4, 17)):
        services.absence_record(
            user=receiver, start=date(2024, 4, 17), end=date(2024, 4, 24), reason="leave", deputy=deputy
        )
        with pytest.raises(Away) as refused:
            services.item_hand_over(
                user=cast.energy, item_id=item.pk, version=item.version, to=receiver, reason="下乡"
            )
        assert "接手员休假（2024-04-17 至 2024-04-24），代理人是代理员" in str(refused.value.message)
        assert refused.value.absence.deputy == deputy
        assert now(item).receiver is None
        services.item_hand_over(
            user=cast.energy, item_id=item.pk, version=item.version, to=deputy, reason="下乡"
        )
    assert now(item).receiver == deputy


def test_who_is_back_can_be_asked_again(county: County, cast: Cast) -> None:
    item = taken(county, cast)
    receiver = officer(county, "receiver", "接手员", "energy")
    with clock.as_of(date(2024, 4, 17)):
        absence = services.absence_record(
            user=receiver, start=date(2024, 4, 17), end=date(2024, 4, 24), reason="trip"
        )
        with pytest.raises(Invalid, match="重叠"):
            services.absence_record(
                user=receiver, start=date(2024, 4, 20), end=date(2024, 4, 28), reason="trip"
            )
    with clock.as_of(date(2024, 4, 19)):
        with pytest.raises(NotFound):
            services.absence_cancel(user=cast.energy, absence_id=absence.pk, version=1)
        services.absence_cancel(user=receiver, absence_id=absence.pk, version=1)
        with pytest.raises(Stale):
            services.absence_cancel(user=receiver, absence_id=absence.pk, version=1)
        item = services.item_hand_over(
            user=cast.energy, item_id=item.pk, version=item.version, to=receiver, reason="回来了"
        )
    assert now(item).receiver == receiver
    assert selectors.absence_of(receiver, date(2024, 4, 18)) is not None, "on the earlier day she was away"


def test_a_deputy_acts_for_who_is_away_and_only_then(county: County, cast: Cast) -> None:
    item = taken(county, cast)
    deputy = officer(county, "deputy", "代理员", "energy")
    with clock.as_of(date(2024, 4, 17)):
        with pytest.raises(NotAllowed):
            services.item_wait(user=deputy, item_id=item.pk, version=item.version, reason="superior")
        services.absence_record(
            user=cast.energy, start=date(2024, 4, 18), end=date(2024, 4, 24), reason="leave", deputy=deputy
        )
        with pytest.raises(NotAllowed):
            services.item_wait(user=deputy, item_id=item.pk, version=item.version, reason="superior")
    with clock.as_of(date(2024, 4, 18)):
        item = services.item_wait(user=deputy, item_id=item.pk, version=item.version, reason="superior")
    assert (now(item).by, now(item).responsible) == (deputy, cast.energy)


@pytest.mark.parametrize("wrong", ["self", "away", "elsewhere", "backwards", "past", "reason"])
def test_an_absence_makes_sense(wrong: str, county: County, cast: Cast) -> None:
    deputy = officer(county, "deputy", "代理员", "energy")
    day = date(2024, 4, 17)
    told: dict[str, object] = {"start": day, "end": date(2024, 4, 19), "reason": "leave", "deputy": deputy}
    with clock.as_of(day):
        if wrong == "away":
            services.absence_record(user=deputy, start=day, end=day, reason="trip")
        told |= {
            "self": {"deputy": cast.energy},
            "away": {},
            "elsewhere": {"deputy": cast.outsider},
            "backwards": {"end": date(2024, 4, 16)},
            "past": {"start": date(2024, 4, 1), "end": date(2024, 4, 2)},
            "reason": {"reason": "tired"},
        }[wrong]
        with pytest.raises(Invalid):
            services.absence_record(user=cast.energy, **told)  # type: ignore[arg-type]


def test_waiting_needs_a_coded_reason_and_says_whose_turn_it_is(county: County, cast: Cast) -> None:
    item = taken(county, cast)
    with clock.as_of(date(2024, 4, 17)):
        for reason in ("", "tired", "verification"):
            with pytest.raises(Invalid, match="清单"):
                services.item_wait(user=cast.energy, item_id=item.pk, version=item.version, reason=reason)
        with pytest.raises(NotAllowed):
            services.item_wait(user=cast.supervision, item_id=item.pk, version=item.version, reason="court")
        item = services.item_wait(
            user=cast.energy,
            item_id=item.pk,
            version=item.version,
            reason="material",
            until=date(2024, 4, 24),
        )
    entry = now(item)
    assert (entry.state, entry.turn, entry.stopped_on) == ("waiting", "firm", date(2024, 4, 17))
    read = selectors.clock_of(item, date(2024, 5, 30))
    assert (read.left, read.overdue, read.stopped) == (10, 0, True)
    with clock.as_of(date(2024, 4, 24)):
        item = services.item_resume(user=cast.energy, item_id=item.pk, version=item.version)
    # Five working days were taken out: 30 April moves over the holiday to 10 May.
    assert now(item).due == date(2024, 5, 10)
    assert now(item).detail == {"due_before": "2024-04-30", "due": "2024-05-10"}
    assert (now(item).turn, now(item).waiting_reason) == ("ours", "")


def test_waiting_for_a_peer_does_not_stop_the_clock(county: County, cast: Cast) -> None:
    item = taken(county, cast)
    with clock.as_of(date(2024, 4, 17)):
        item = services.item_wait(
            user=cast.energy, item_id=item.pk, version=item.version, reason="department"
        )
    assert (now(item).turn, now(item).stopped_on) == ("department", None)
    assert selectors.clock_of(item, date(2024, 5, 7)).overdue == 2


def test_whoever_is_slower_is_told_what_happened(county: County, cast: Cast) -> None:
    item = opened(county, cast, responsible=cast.energy)
    with clock.as_of(OPENED):
        services.item_take(user=cast.energy, item_id=item.pk, version=1)
        with pytest.raises(Stale) as told:
            services.item_withdraw(user=cast.supervision, item_id=item.pk, version=1, reason="开错")
        assert told.value.details["state"]["theirs"] == "办理中；2024-04-15 孙能源：签收"
        services.item_note(user=cast.leader, item_id=item.pk, text="抓紧")
        services.item_wait(
            user=cast.energy, item_id=item.pk, version=2, reason="court"
        )  # a note is no change
    assert now(item).state == "waiting"


def test_the_same_act_sent_again_is_done_once(county: County, cast: Cast) -> None:
    item = opened(county, cast, responsible=cast.energy)
    with clock.as_of(OPENED):
        for _ in range(2):
            services.item_take(user=cast.energy, item_id=item.pk, version=1, key="form-7")
    assert ItemEntry.objects.filter(item=item, verb="taken").count() == 1


def test_nothing_is_written_into_the_past(county: County, cast: Cast) -> None:
    item = taken(county, cast, date(2024, 4, 17))
    with clock.as_of(date(2024, 4, 16)), pytest.raises(NotFound):  # it was not there yet
        services.item_note(user=cast.energy, item_id=item.pk, text="早")
    with clock.as_of(date(2024, 4, 22)):
        services.item_wait(user=cast.energy, item_id=item.pk, version=item.version, reason="court")
    with clock.as_of(date(2024, 4, 19)), pytest.raises(Invalid, match="回到今天"):
        services.item_note(user=cast.energy, item_id=item.pk, text="早")


def test_the_log_cannot_be_rewritten(county: County, cast: Cast) -> None:
    entry = now(opened(county, cast))
    with pytest.raises(TypeError, match="append-only"):
        entry.save()
    with pytest.raises(TypeError, match="append-only"):
        ItemEntry.objects.all().delete()
