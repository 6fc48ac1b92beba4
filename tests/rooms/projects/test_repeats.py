"""Projects that look like one: shown with their reasons to who sees both, decided by a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, County
from tests.rooms.projects.desk import make_project

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.foundation.refusal import Invalid, NotAllowed, NotFound, Stale
from tiaodu.foundation.registry.models import Subject, SubjectKind
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.models import Project, RepeatDecision, StageEvent
from tiaodu.rooms.projects.selectors.repeats import (
    ASIDE,
    DIFFERENT,
    OPEN,
    SAME,
    RepeatRow,
    repeat_rows,
    repeats_of,
)

Browser = Callable[[User], Client]
LIST = "/projects/repeats/"


def firm(county: County, code: str, name: str) -> Subject:
    return Subject.objects.create(
        region=county.region, code=code, kind=SubjectKind.FIRM, name=name, sample=True
    )


def planned(cast: Cast, project: Project, total: str) -> None:
    services.plan_set(
        user=cast.dispatcher, project_id=project.pk, year=clock.today().year, revision=0,
        total=Decimal(total), planned=Decimal(0),
    )  # fmt: skip


@pytest.fixture
def twins(cast: Cast, county: County) -> tuple[Project, Project]:
    """One plant signed by two companies of one name."""
    told = {"township": county.township, "place": "西长义村", "land_mu": Decimal(60)}
    first = {"developer": firm(county, "xr-1", "左权星荣乳胶制品有限公司"), "content": "20条丁腈手套生产线"}
    second = {"developer": firm(county, "xr-2", "山西星荣乳胶制品有限责任公司"), "content": "丁腈手套20条"}
    one = make_project(county, cast, "星荣公司丁腈手套生产线项目", **first, **told)
    other = make_project(county, cast, "高端丁腈手套产业园", **second, **told)
    planned(cast, one, "127000000")
    planned(cast, other, "127000000")
    return one, other


def states(user: User) -> dict[tuple[str, str], str]:
    return {(row.one.subject.name, row.other.subject.name): row.state for row in repeat_rows(user)}


def only(user: User) -> RepeatRow:
    (row,) = repeat_rows(user)
    return row


def test_the_pair_is_listed_with_its_reasons(
    cast: Cast, twins: tuple[Project, Project], client_of: Browser
) -> None:
    row = only(cast.dispatcher)
    assert (row.one, row.other, row.state) == (*twins, OPEN)
    page = client_of(cast.dispatcher).get(LIST).content.decode()
    assert "1 对项目可能是同一个" in page
    for words in ("去掉地名和公司形式后相同", "总投资几乎相等：1.27亿元", "还有 4 处相像"):
        assert words in page
    side = client_of(cast.dispatcher).get(f"{LIST}{row.one.pk}/{row.other.pk}/").content.decode()
    assert side.count("西长义村") >= 2
    assert "规模相同：20 条 <b>+10</b>" in side


def test_the_banner_stands_on_both_projects_and_leaves_with_the_decision(
    cast: Cast, twins: tuple[Project, Project], client_of: Browser
) -> None:
    client = client_of(cast.dispatcher)
    for project, other in (twins, reversed(twins)):
        page = client.get(f"/projects/{project.pk}/repeats/").content.decode()
        assert f"与“{other.subject.name}”像是同一个项目" in page
    assert (
        f'hx-get="/projects/{twins[0].pk}/repeats/"'
        in client.get(f"/projects/{twins[0].pk}/").content.decode()
    )
    services.repeat_decide(
        user=cast.dispatcher, one_id=twins[0].pk, other_id=twins[1].pk, same=False, reason="两块地"
    )
    assert client.get(f"/projects/{twins[0].pk}/repeats/").content.decode().strip() == ""
    assert repeats_of(cast.dispatcher, twins[0]) == []


def test_a_person_decides_with_a_reason_and_may_decide_anew(
    cast: Cast, twins: tuple[Project, Project], client_of: Browser
) -> None:
    one, other = twins
    client, url = client_of(cast.dispatcher), f"{LIST}{one.pk}/{other.pk}/"
    silent = client.post(url, {"verdict": "same", "reason": " ", "seen": 0})
    assert silent.status_code == 422
    assert "请写明理由" in silent.content.decode()
    assert not RepeatDecision.objects.exists()
    assert (
        client.post(url, {"verdict": "same", "reason": "同一块地、同一份备案", "seen": 0}).status_code == 302
    )
    decision = RepeatDecision.objects.get()
    assert (decision.one, decision.other, decision.same, decision.by) == (one, other, True, cast.dispatcher)
    assert only(cast.dispatcher).state == SAME
    assert AuditEntry.objects.filter(action="projects.repeat_decide").count() == 2, "in the log of both"
    assert "已认定重复" in client.get(f"/projects/{one.pk}/repeats/").content.decode()
    services.repeat_decide(
        user=cast.office, one_id=other.pk, other_id=one.pk, same=False, reason="核实是两家", seen=decision.pk
    )
    assert only(cast.dispatcher).state == DIFFERENT
    assert RepeatDecision.objects.count() == 2


def test_of_two_who_decide_the_second_is_told(cast: Cast, twins: tuple[Project, Project]) -> None:
    keys = {"one_id": twins[0].pk, "other_id": twins[1].pk}
    services.repeat_decide(user=cast.dispatcher, same=True, reason="同一块地", **keys)
    with pytest.raises(Stale) as told:
        services.repeat_decide(user=cast.office, same=False, reason="不是", **keys)
    assert "同一块地" in str(told.value.__dict__)
    assert RepeatDecision.objects.count() == 1


def test_who_may_decide_and_what(cast: Cast, twins: tuple[Project, Project], client_of: Browser) -> None:
    keys = {"one_id": twins[0].pk, "other_id": twins[1].pk}
    url = f"{LIST}{twins[0].pk}/{twins[1].pk}/"
    assert "是同一个项目</button>" not in client_of(cast.supervision).get(url).content.decode()
    for person in (cast.supervision, cast.leader, cast.energy, cast.firm):
        with pytest.raises((NotAllowed, NotFound)):
            services.repeat_decide(user=person, same=True, reason="是", **keys)
    with pytest.raises(NotFound):
        services.repeat_decide(user=cast.outsider, same=True, reason="是", **keys)
    with pytest.raises(NotFound):
        services.repeat_decide(
            user=cast.dispatcher, one_id=twins[0].pk, other_id=twins[0].pk, same=True, reason="是"
        )
    with pytest.raises(Invalid):
        services.repeat_decide(user=cast.dispatcher, same=True, reason="", **keys)


def test_nobody_sees_a_pair_of_which_she_does_not_see_both(
    cast: Cast, county: County, twins: tuple[Project, Project], client_of: Browser
) -> None:
    assert repeat_rows(cast.outsider) == []
    url = f"{LIST}{twins[0].pk}/{twins[1].pk}/"
    assert client_of(cast.outsider).get(url).status_code == 404
    assert client_of(cast.firm).get(LIST).status_code == 403
    for project in twins:
        services.project_release(
            user=cast.dispatcher, project_id=project.pk, version=project.version, released=True
        )
    assert repeat_rows(cast.city_leader) == [], "what is released is steps and dues"
    assert client_of(cast.city_leader).get(url).status_code == 404
    cast.liaison.subjects.add(twins[0].subject)
    assert repeat_rows(User.objects.get(pk=cast.liaison.pk)) == []


def test_phases_stand_apart_with_the_reason(cast: Cast, county: County, client_of: Browser) -> None:
    builder = firm(county, "xr-1", "左权星荣乳胶制品有限公司")
    for name in ("丁腈手套项目一期", "丁腈手套项目二期"):
        planned(cast, make_project(county, cast, name, developer=builder, place="西长义村"), "127000000")
    assert only(cast.dispatcher).state == ASIDE
    page = client_of(cast.dispatcher).get(LIST).content.decode()
    assert "没有要核对的项目" in page
    assert "名称里期次不同" in page


def test_an_ended_project_that_is_signed_again_is_found(cast: Cast, twins: tuple[Project, Project]) -> None:
    one, _other = twins
    services.project_end(user=cast.dispatcher, project_id=one.pk, version=one.version, reason="业主放弃")
    assert only(cast.dispatcher).state == OPEN


def test_an_old_plant_with_a_new_name_is_told(
    cast: Cast, twins: tuple[Project, Project], client_of: Browser
) -> None:
    """The first was in production for a year when the second was signed."""
    one, other = twins
    services.project_edit(
        user=cast.dispatcher, project_id=other.pk, version=other.version, signed_on=clock.today()
    )
    built = clock.today() - timedelta(days=400)
    StageEvent.objects.create(
        project=one, step="A25", revision=1, verb="finished", started=built, finished=built,
        known_on=clock.today(), by=cast.dispatcher,
    )  # fmt: skip
    assert "老厂换新名" in client_of(cast.dispatcher).get(LIST).content.decode()


def test_the_list_costs_the_same_for_many_projects(cast: Cast, county: County, client_of: Browser) -> None:
    client, counts = client_of(cast.dispatcher), []
    for size in (3, 12):
        for n in range(size):
            planned(cast, make_project(county, cast, f"石英砂{size}{n}提纯"), f"{127 + n}000000")
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_day_that_is_replayed_knows_no_later_decision(cast: Cast, twins: tuple[Project, Project]) -> None:
    today = clock.today()
    with clock.as_of(today + timedelta(days=3)):
        services.repeat_decide(
            user=cast.dispatcher, one_id=twins[0].pk, other_id=twins[1].pk, same=True, reason="同一块地"
        )
        assert only(cast.dispatcher).state == SAME
    assert only(cast.dispatcher).state == OPEN


def test_the_excel_has_reasons_and_decision(
    cast: Cast, twins: tuple[Project, Project], client_of: Browser
) -> None:
    answer = client_of(cast.dispatcher).get(LIST + "?export=xlsx")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/vnd.openxmlformats")
