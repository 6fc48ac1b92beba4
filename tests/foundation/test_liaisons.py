"""The 包联 table: who looks after what, on any day, and what that lets a person see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.cast import Cast, County, make_person

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.accounts.selectors import scope_of
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.foundation.registry import selectors, services
from tiaodu.foundation.registry.liaisons import Person
from tiaodu.foundation.registry.models import Liaison, Subject

BEGIN, DAY = date(2024, 1, 10), date(2024, 5, 10)
Browser = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _on_the_day(settings: object) -> Iterator[None]:
    settings.TIAODU_TODAY = DAY  # type: ignore[attr-defined]
    with clock.as_of(DAY):
        yield


def assign(cast: Cast, subject: Subject, who: Person, role: str = "officer", **more: object) -> Liaison:
    told = {"valid_from": BEGIN, "source": "县政办发〔2024〕3号", **more}
    with clock.as_of(told["valid_from"]):  # type: ignore[arg-type]
        return services.liaison_assign(
            user=cast.dispatcher, subject_id=subject.pk, role=role, who=who, **told  # type: ignore[arg-type]
        )  # fmt: skip


def test_a_subject_is_looked_after_by_a_leader_a_department_and_an_officer(
    county: County, cast: Cast
) -> None:
    mine = county.subjects["pancheng"]
    assign(cast, mine, Person(user=cast.leader, post="副县长"), "leader")
    assign(cast, mine, Person(department=county.departments["energy"]), "department")
    assign(cast, mine, Person(name="张三", post="股长"))
    found = selectors.liaisons_of(mine)
    assert [(row.role, row.who) for row in found.liaisons] == [
        ("leader", "王县长"),
        ("department", "县能源局"),
        ("officer", "张三"),
    ]
    assert AuditEntry.objects.filter(action="registry.liaison_assign", object_id=str(mine.pk)).count() == 3


def test_of_one_role_nobody_is_assigned_while_another_holds_it(county: County, cast: Cast) -> None:
    mine = county.subjects["pancheng"]
    first = assign(cast, mine, Person(name="张三"))
    for more in ({}, {"valid_from": date(2023, 1, 1)}, {"valid_to": date(2024, 12, 31)}):
        with pytest.raises(Invalid, match="张三"):
            assign(cast, mine, Person(name="李四"), **more)
    # Before him, ended the day before he began, is another's time.
    earlier = assign(cast, mine, Person(name="王五"), valid_from=date(2023, 1, 1), valid_to=date(2024, 1, 9))
    assert selectors.liaisons_of(mine, date(2023, 12, 1)).officer == earlier
    with pytest.raises(IntegrityError), transaction.atomic():
        Liaison.objects.create(
            subject=mine, role="officer", name="李四", valid_from=DAY, known_on=DAY, source=first.source
        )


def test_handing_on_keeps_who_was_there_before(county: County, cast: Cast) -> None:
    mine = county.subjects["pancheng"]
    first = assign(cast, mine, Person(name="张三"))
    with clock.as_of(date(2024, 4, 20)):
        services.liaison_transfer(
            user=cast.dispatcher, liaison_id=first.pk, version=1, who=Person(user=cast.liaison),
            first_day=date(2024, 4, 1), reason="分工调整",
        )  # fmt: skip
    on = {
        day: selectors.liaisons_of(mine, day).officer for day in (date(2024, 3, 31), date(2024, 4, 10), DAY)
    }
    # On 10 April nobody knew yet of the change that was entered on the 20th.
    assert [row and row.who for row in on.values()] == ["张三", "张三", "吴包联"]
    assert [row.who for row in selectors.liaison_history(mine)] == ["吴包联", "张三"]
    with pytest.raises(Stale):
        services.liaison_end(user=cast.dispatcher, liaison_id=first.pk, version=1, last_day=DAY)


def test_an_end_before_the_beginning_is_refused_and_a_mistake_is_retracted(
    county: County, cast: Cast
) -> None:
    mine = county.subjects["pancheng"]
    row = assign(cast, mine, Person(name="张三"))
    with pytest.raises(Invalid, match="误录"):
        services.liaison_end(user=cast.office, liaison_id=row.pk, version=1, last_day=date(2024, 1, 1))
    with pytest.raises(Invalid, match="误录"):
        services.liaison_retract(user=cast.office, liaison_id=row.pk, version=1, reason=" ")
    services.liaison_retract(user=cast.office, liaison_id=row.pk, version=1, reason="登错了矿")
    assert selectors.liaisons_of(mine).officer is None
    known = selectors.liaisons_of(mine, date(2024, 5, 9)).officer
    assert known is not None
    assert known.who == "张三"
    assign(cast, mine, Person(name="李四"))  # the time is free again
    with pytest.raises(Invalid):
        services.liaison_end(user=cast.office, liaison_id=row.pk, version=2, last_day=DAY)


@pytest.mark.parametrize(
    ("role", "who"),
    [
        ("officer", {}),
        ("officer", {"name": "  "}),
        ("officer", {"department": "energy"}),
        ("department", {"name": "能源局"}),
        ("department", {"department": "shigang"}),
        ("king", {"name": "张三"}),
        ("officer", {"user": "firm"}),
        ("officer", {"user": "bank"}),
        ("officer", {"user": "outsider"}),
    ],
    ids=str,
)
def test_who_does_not_fit_is_refused(county: County, cast: Cast, role: str, who: dict[str, str]) -> None:
    told: dict[str, object] = dict(who)
    if "user" in who:
        told["user"] = getattr(cast, who["user"])
    if "department" in who:
        told["department"] = {**county.departments, **county.subjects}[who["department"]]
    with pytest.raises(Invalid):
        assign(cast, county.subjects["pancheng"], Person(**told), role)  # type: ignore[arg-type]
    assert not Liaison.objects.exists()


def test_the_table_is_kept_by_those_entitled_in_their_county(county: County, cast: Cast) -> None:
    mine = county.subjects["pancheng"]
    row = assign(cast, mine, Person(name="张三"))
    for person in (cast.energy, cast.liaison, cast.leader, cast.firm):
        with pytest.raises(NotAllowed):
            services.liaison_end(user=person, liaison_id=row.pk, version=1, last_day=DAY)
    with pytest.raises(NotFound):
        services.liaison_end(user=cast.outsider, liaison_id=row.pk, version=1, last_day=DAY)
    with pytest.raises(NotFound):
        services.liaison_assign(
            user=cast.outsider, subject_id=mine.pk, role="leader", who=Person(name="李四")
        )
    with pytest.raises(NotFound):
        services.liaisons_import(user=cast.outsider, region=county.region, rows=[])


def test_what_one_looks_after_one_sees_while_it_lasts(county: County, cast: Cast) -> None:
    cadre = make_person("cadre", "钱包联", ["liaison"], county.region)
    firm, mine = county.subjects["xinrui"], county.subjects["xinrui-1"]
    assert scope_of(cadre).subject_ids == frozenset()
    row = assign(cast, firm, Person(user=cadre))
    assert scope_of(cadre).subject_ids == {firm.pk, mine.pk}  # with what belongs to it
    assert [own.subject for own in selectors.own_liaisons(cadre)] == [firm]
    with clock.as_of(date(2024, 1, 9)):
        assert scope_of(cadre).subject_ids == frozenset()
    services.liaison_end(user=cast.office, liaison_id=row.pk, version=1, last_day=date(2024, 5, 9))
    assert scope_of(cadre).subject_ids == frozenset()


def test_a_table_is_taken_over_row_by_row(county: County, cast: Cast) -> None:
    rows = [
        {"subject": "石港公司", "role": "包联领导", "who": "王县长", "valid_from": "2024年1月10日"},
        {"subject": "石港煤业", "role": "包联部门", "who": "县能源局", "valid_from": date(2024, 1, 10)},
        {"subject": "石港煤业", "role": "联络员", "who": "不在册的人", "valid_from": "2024/1/10"},
        {"subject": "无此煤业", "role": "专员", "who": "张三"},
        {"subject": "石港煤业", "role": "国王", "who": "张三"},
        {"subject": "石港煤业", "role": "部门", "who": "无此局"},
        {"subject": "盘城煤业", "role": "专员", "username": "firm"},
        {"subject": "盘城煤业", "role": "专员", "who": "张三", "valid_from": "明年"},
        {"subject": "盘城煤业", "role": "专员", "who": "张三", "colour": "red"},
    ]  # fmt: skip
    outcome = services.liaisons_import(user=cast.office, region=county.region, rows=rows)
    assert [row.who for row in outcome.made] == ["王县长", "县能源局", "不在册的人"]
    assert outcome.made[0].user == cast.leader
    assert [row.number for row in outcome.refused] == [4, 5, 6, 7, 8, 9]
    again = services.liaisons_import(user=cast.office, region=county.region, rows=rows[:3])
    assert (len(again.made), again.known, again.refused) == (0, 3, ())


def test_a_new_years_table_hands_on(county: County, cast: Cast) -> None:
    old = {"subject": "石港煤业", "role": "专员", "who": "张三", "valid_from": "2024-01-10"}
    services.liaisons_import(user=cast.office, region=county.region, rows=[old])
    new = {"subject": "石港煤业", "role": "专员", "who": "吴包联", "valid_from": "2024-05-01"}
    outcome = services.liaisons_import(user=cast.office, region=county.region, rows=[new])
    assert [row.user for row in outcome.made] == [cast.liaison]
    mine = county.subjects["shigang"]
    assert [(row.who, row.valid_to) for row in selectors.liaison_history(mine)] == [
        ("吴包联", None),
        ("张三", date(2024, 4, 30)),
    ]
    earlier = {**new, "who": "李四", "valid_from": "2024-02-01"}
    refused = services.liaisons_import(user=cast.office, region=county.region, rows=[earlier]).refused
    assert "时间重叠" in refused[0].message


def test_the_load_of_each_person_is_counted(county: County, cast: Cast) -> None:
    for code in ("pancheng", "shigang", "xinrui"):
        assign(cast, county.subjects[code], Person(user=cast.liaison))
    assign(cast, county.subjects["zhengzhu"], Person(name="张三"))
    found = selectors.loads(selectors.liaison_rows(cast.leader))
    assert [(load.who, load.count) for load in found] == [("吴包联", 3), ("张三", 1)]
    assert selectors.loads(selectors.liaison_rows(cast.outsider)) == []
