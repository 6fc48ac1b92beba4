"""Opening an item: under which authority, on what basis, for whom, until when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.cast import Cast, County, make_person
from tests.foundation.items.desk import NOTE, OPENED, body, government, officer, opened

from tiaodu.foundation import clock
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.items import services, words
from tiaodu.foundation.items.models import Item, ItemEntry
from tiaodu.foundation.items.services import Away, Basis
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound


def test_who_opens_answers_until_somebody_takes_it(county: County, cast: Cast) -> None:
    item = opened(county, cast, responsible=cast.energy)
    first = item.last
    assert isinstance(first, ItemEntry)
    assert (first.state, first.responsible, first.receiver) == ("offered", cast.supervision, cast.energy)
    assert words.number_words(item) == "交办〔2024〕1号"
    assert words.basis_words(item).startswith("领导批示（2024-04-15）：王县长")
    with clock.as_of(OPENED):
        services.item_take(user=cast.energy, item_id=item.pk, version=1)
    now = ItemEntry.objects.get(item=item, number=2)
    assert (now.state, now.responsible, now.first, now.receiver) == (
        "handling",
        cast.energy,
        cast.energy,
        None,
    )
    assert AuditEntry.objects.filter(action="items.opened", actor=cast.supervision).count() == 1


def test_an_order_names_its_basis(county: County, cast: Cast) -> None:
    for basis in (None, Basis("leader_note", "  ")):
        with pytest.raises(Invalid, match="依据"):
            opened(county, cast, basis=basis)
    with pytest.raises(Invalid, match="今天之后"):
        opened(county, cast, basis=Basis("minutes", "纪要3号", OPENED + timedelta(days=1)))
    assert not Item.objects.exists()
    assert opened(county, cast, basis=Basis("minutes", "县政府常务会议纪要〔2024〕3号")).basis == "minutes"


def test_a_bureau_asks_but_does_not_order(county: County, cast: Cast) -> None:
    own = {"user": cast.industry, "authority": county.departments["industry"]}
    for kind in ("order", "supervision"):
        with pytest.raises(NotAllowed, match="提请"):
            opened(county, cast, kind=kind, **own)
    request = opened(county, cast, kind="request", basis=None, due=None, **own)
    assert words.number_words(request) == "提请〔2024〕1号"
    assert request.last is not None
    assert request.last.due == date(2024, 4, 22)  # five working days


def test_only_supervision_offices_and_task_forces_supervise(county: County, cast: Cast) -> None:
    office = body(county, "government-office", "县政府办", "左权县人民政府办公室")
    force = body(county, "task-force", "县煤炭稳产专班（示例）")
    clerk = make_person("clerk_of_office", "办公室", ["office"], county.region, department=office)
    forced = make_person("force", "专班", ["department"], county.region, department=force)
    for person, authority in (
        (cast.supervision, county.departments["supervision"]),
        (clerk, office),
        (forced, force),
    ):
        item = opened(county, cast, user=person, kind="supervision", authority=authority)
        assert item.authority == authority
    leadership = government(county)
    for person in (cast.leader, cast.supervision, clerk):
        with pytest.raises(NotAllowed):
            opened(county, cast, user=person, kind="supervision", authority=leadership)
    with pytest.raises(NotAllowed):  # nobody supervises in the name of a body she is not of
        opened(county, cast, user=clerk, kind="supervision", authority=county.departments["supervision"])


def test_orders_in_the_name_of_the_leadership(county: County, cast: Cast) -> None:
    leadership = government(county)
    for person in (cast.leader, cast.dispatcher, cast.supervision, cast.office):
        assert opened(county, cast, user=person, authority=leadership).opened_by == person
    with pytest.raises(NotAllowed, match="名义"):
        opened(county, cast, user=cast.energy, authority=leadership)
    for person in (cast.liaison, cast.firm, cast.clerk, cast.bank, cast.admin):
        with pytest.raises(NotAllowed):
            opened(county, cast, user=person, authority=leadership)


def test_nothing_crosses_the_county(county: County, cast: Cast) -> None:
    elsewhere = body(county, "elsewhere", "邻县能源局")
    elsewhere.region = county.other
    elsewhere.save()
    with pytest.raises(NotFound):
        opened(county, cast, department=elsewhere)
    with pytest.raises(NotFound):
        opened(county, cast, user=cast.outsider)


def test_time_is_a_day_a_limit_or_a_number_of_working_days(county: County, cast: Cast) -> None:
    dues = {
        name: opened(county, cast, **{"due": None, **told}).last.due  # type: ignore[union-attr]
        for name, told in {
            "kind": {},
            "limit": {"limit": "urgent"},
            "days": {"days": 12},
            "day": {"due": date(2024, 5, 5)},
        }.items()
    }
    assert dues == {
        "kind": date(2024, 5, 8),  # 15 working days over Labour Day, 28 April made up
        "limit": date(2024, 4, 22),
        "days": date(2024, 4, 30),
        "day": date(2024, 5, 5),
    }
    for wrong in ({"due": OPENED - timedelta(days=1)}, {"due": None, "days": 0}, {"due": None, "limit": "x"}):
        with pytest.raises(Invalid):
            opened(county, cast, **wrong)


def test_who_is_asked_must_be_there_and_of_the_department(county: County, cast: Cast) -> None:
    with pytest.raises(Invalid, match="不是"):
        opened(county, cast, responsible=cast.industry)
    deputy = officer(county, "deputy", "代理员", "energy")
    with clock.as_of(OPENED):
        services.absence_record(
            user=cast.energy, start=OPENED, end=date(2024, 4, 19), reason="leave", deputy=deputy
        )
    with pytest.raises(Away, match="代理人是代理员"):
        opened(county, cast, responsible=cast.energy)
    assert opened(county, cast, responsible=deputy).last is not None
    cast.energy.is_active = False
    cast.energy.save()
    with pytest.raises(Invalid, match="停用"):
        opened(county, cast, date(2024, 4, 22), responsible=cast.energy)


def test_the_same_form_sent_twice_opens_one_item(county: County, cast: Cast) -> None:
    one = opened(county, cast, key="form-1")
    again = opened(county, cast, key="form-1")
    assert one.pk == again.pk
    assert opened(county, cast, key="form-2").number == one.number + 1
    assert ItemEntry.objects.count() == 2


def test_numbers_run_by_kind_and_year(county: County, cast: Cast) -> None:
    numbers = [opened(county, cast).number for _ in range(2)]
    numbers.append(opened(county, cast, kind="supervision").number)
    numbers.append(opened(county, cast, date(2025, 1, 6), basis=NOTE).number)
    assert numbers == [1, 2, 1, 1]
