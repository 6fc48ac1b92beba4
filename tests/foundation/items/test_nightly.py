"""What the system does by itself: ladders are climbed once, dues follow the calendar."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from tests.cast import Cast, County, make_person
from tests.foundation.items.desk import claimed, opened, taken
from tests.foundation.items.test_handling import now

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.foundation import clock
from tiaodu.foundation.items import selectors, services
from tiaodu.foundation.items.models import Item, ItemEntry
from tiaodu.foundation.items.selectors.detail import log_of
from tiaodu.foundation.items.services import moving, nightly
from tiaodu.foundation.jobs.registry import handler_of
from tiaodu.foundation.jobs.run import JobRun


def run(day: date) -> nightly.Done:
    with clock.as_of(day):
        return services.items_nightly()


def rungs(item: Item) -> list[tuple[str, date, date]]:
    entries = ItemEntry.objects.filter(item=item, verb="escalated").order_by("number")
    return [(entry.detail["target"], entry.happened_on, entry.known_on) for entry in entries]


def test_a_late_order_climbs_its_ladder_once(county: County, cast: Cast) -> None:
    item = taken(county, cast)  # due on 30 April
    assert run(date(2024, 5, 5)).escalated == 0, "no working day has passed since the due"
    assert run(date(2024, 5, 6)) == nightly.Done(escalated=1)
    assert run(date(2024, 5, 6)) == run(date(2024, 5, 7)) == nightly.Done()
    assert run(date(2024, 5, 13)).escalated == 2
    assert rungs(item) == [
        ("department", date(2024, 5, 6), date(2024, 5, 6)),
        ("supervision", date(2024, 5, 8), date(2024, 5, 13)),  # the server was off on the 8th
        ("leader_in_charge", date(2024, 5, 13), date(2024, 5, 13)),
    ]
    told = {entry.detail["target"]: set(entry.told.all()) for entry in item.entries.filter(verb="escalated")}
    assert told == {
        "department": {cast.energy},
        "supervision": {cast.supervision},
        "leader_in_charge": {cast.leader},  # nobody looks after coal alone
    }
    assert now(item).escalated == 7
    assert Item.objects.get().version == item.version, "an open form does not get stale by it"


def test_whom_it_was_brought_before_sees_it(county: County, cast: Cast) -> None:
    in_charge = make_person("vice", "副县长", ["leader"], county.region, sectors=["coal"])
    elsewhere = make_person("other_vice", "另一副县长", ["leader"], county.region, sectors=["glove"])
    item = opened(county, cast, kind="supervision", subject=county.subjects["shigang"])
    assert item.sector == "coal"
    item.sector = "coal"
    run(date(2024, 5, 6))
    with clock.as_of(date(2024, 5, 7)):
        assert selectors.items_visible_to(in_charge).get() == item
        assert not selectors.items_visible_to(elsewhere).exists()
        row = selectors.row_of(selectors.standing_for(in_charge, item.pk))
        assert row.answer == "逾期 2 个工作日，已提级到分管领导"
    run(date(2024, 5, 14))
    assert set(now(item).told.all()) == {cast.leader}, (
        "the top leaders are those without a field of their own"
    )
    narrow = make_person("narrow", "分管手套", ["leader"], county.region, sectors=["glove"])
    item.sector = ""
    item.save(update_fields=["sector"])
    with clock.as_of(date(2024, 5, 14)):
        assert not selectors.items_visible_to(narrow).exists()
        ItemEntry.told.through.objects.create(itementry=now(item), user=narrow)
        assert selectors.items_visible_to(narrow).get() == item


def test_what_waits_is_claimed_or_done_climbs_nothing(county: County, cast: Cast) -> None:
    claimed(county, cast)
    waiting = taken(county, cast)
    with clock.as_of(date(2024, 4, 29)):
        services.item_wait(user=cast.energy, item_id=waiting.pk, version=waiting.version, reason="superior")
    withdrawn = opened(county, cast)
    with clock.as_of(date(2024, 4, 29)):
        services.item_withdraw(user=cast.supervision, item_id=withdrawn.pk, version=1, reason="重复")
    assert run(date(2024, 7, 1)) == nightly.Done()


def test_more_time_begins_the_ladder_anew(county: County, cast: Cast) -> None:
    item = taken(county, cast)
    run(date(2024, 5, 6))
    with clock.as_of(date(2024, 5, 7)):
        services.item_extend(
            user=cast.supervision, item_id=item.pk, version=item.version, until=date(2024, 5, 17), reason="雨"
        )
    assert now(item).escalated == 0
    assert run(date(2024, 5, 17)) == nightly.Done()
    run(date(2024, 5, 20))
    assert [target for target, *_days in rungs(item)] == ["department", "department"]


def test_a_replayed_day_gets_no_entries_that_come_before_what_is_known(county: County, cast: Cast) -> None:
    item = taken(county, cast)
    run(date(2024, 6, 3))
    count = ItemEntry.objects.count()
    assert run(date(2024, 5, 6)) == nightly.Done()
    assert ItemEntry.objects.count() == count
    with clock.as_of(date(2024, 5, 7)):
        row = selectors.row_of(selectors.standing_for(cast.energy, item.pk))
        assert row.entry.verb == "taken"
        assert row.answer == "逾期 2 个工作日，已提级到承办单位负责人", (
            "computed, though not recorded that day"
        )


def test_killed_between_two_rungs_nothing_is_doubled(
    county: County, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = taken(county, cast)
    written = nightly.write
    calls: list[int] = []

    def dies_at_the_second(*args: object, **named: object) -> ItemEntry:
        calls.append(1)
        if len(calls) == 2:
            raise ConnectionError
        return written(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(nightly, "write", dies_at_the_second)
    with pytest.raises(ConnectionError):
        run(date(2024, 5, 8))
    monkeypatch.undo()
    assert run(date(2024, 5, 8)).escalated == 1
    assert [target for target, *_days in rungs(item)] == ["department", "supervision"]


def test_a_notice_published_later_moves_open_dues_and_tells_so(
    county: County, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = opened(county, cast, date(2030, 12, 20), due=None, days=20)
    entry = now(item)
    assert entry.provisional
    assert run(date(2030, 12, 23)) == nightly.Done()
    off = {date(2031, 1, 2): False, date(2031, 1, 3): False}
    published = WorkingCalendar(off, frozenset({2030, 2031}))
    for module in (moving, nightly):
        monkeypatch.setattr(module, "working_calendar", lambda *_asked: published)
    assert run(date(2030, 12, 24)) == nightly.Done(recomputed=1)
    later = now(item)
    assert (later.verb, later.provisional, later.inside, later.by) == ("recomputed", False, False, None)
    assert later.due > entry.due
    assert later.detail == {"due_before": entry.due.isoformat(), "due": later.due.isoformat()}
    assert run(date(2030, 12, 25)) == nightly.Done()


def night(day: date, *, told_on: date) -> str:
    """The night of ``day`` as a job that runs on another day. What it told."""
    told: list[str] = []
    run_of = JobRun(uuid4(), 1, None, lambda _run, _done, _total, message: told.append(message))
    with clock.as_of(told_on):
        handler_of("items.nightly")(run_of, day=day.isoformat())
    return told[-1]


def test_the_nights_job_does_it(county: County, cast: Cast) -> None:
    item = taken(county, cast)
    assert night(date(2024, 5, 8), told_on=date(2024, 5, 8)) == "0 / 2"
    assert night(date(2024, 5, 8), told_on=date(2024, 5, 8)) == "0 / 0"
    assert [target for target, *_days in rungs(item)] == ["department", "supervision"]


def test_a_night_tried_again_later_changes_no_past_day(county: County, cast: Cast) -> None:
    item = taken(county, cast)
    log = ItemEntry.objects.filter(item=item)

    def seen_on(day: date) -> list[str]:
        with clock.as_of(day):
            row = selectors.row_of(selectors.standing_for(cast.energy, item.pk))
            return [line.entry.verb for line in log_of(row)]

    looked_at = seen_on(date(2024, 5, 9))
    assert looked_at == ["taken", "opened"], "the night of the 8th has failed"
    assert night(date(2024, 5, 8), told_on=date(2024, 5, 10)) == "0 / 2"
    assert rungs(item) == [
        ("department", date(2024, 5, 6), date(2024, 5, 10)),
        ("supervision", date(2024, 5, 8), date(2024, 5, 10)),
    ]
    assert seen_on(date(2024, 5, 9)) == looked_at
    known = list(log.order_by("number").values_list("known_on", flat=True))
    assert known == sorted(known)


def test_a_night_tried_again_finds_what_a_later_night_has_done(
    county: County, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does it compute a due back by the calendar of its own day."""
    item = opened(county, cast, date(2030, 12, 20), due=None, days=20)
    off = {date(2031, 1, 2): False, date(2031, 1, 3): False}
    published = WorkingCalendar(off, frozenset({2030, 2031}))

    def calendar(_region: object, day: date | None = None) -> WorkingCalendar:
        return published if (day or clock.today()) >= date(2030, 12, 24) else WorkingCalendar()

    for module in (moving, nightly):
        monkeypatch.setattr(module, "working_calendar", calendar)
    assert night(date(2030, 12, 24), told_on=date(2030, 12, 24)) == "1 / 0"
    due = now(item).due
    assert night(date(2030, 12, 23), told_on=date(2030, 12, 24)) == "0 / 0"
    assert now(item).due == due
