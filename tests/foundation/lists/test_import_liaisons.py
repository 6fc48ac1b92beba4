"""The 包联 table from Excel: begun, handed on, refused; history stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.cast import Cast, County, make_person
from tests.foundation.lists.tables import upload, xlsx

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.lists.models import ImportRun
from tiaodu.foundation.registry.liaisons import Person
from tiaodu.foundation.registry.models import Liaison
from tiaodu.foundation.registry.services import liaison_assign, liaison_end

Browser = Callable[[User], Client]
PAGE = "/lists/import/liaisons/"
HEADING = ("企业（项目）名称", "包联县领导", "县领导职务", "包联单位", "包联干部", "包联时间", "文号")
DAY = date(2024, 5, 10)


@pytest.fixture(autouse=True)
def _on_the_day(settings: Any) -> None:
    settings.TIAODU_TODAY = DAY


def checked(client: Client, rows: Sequence[Sequence[Any]]) -> ImportRun:
    answer = client.post(PAGE, upload(xlsx(rows, heading=HEADING), "包联表.xlsx"))
    assert answer.status_code == 302, answer.content.decode()
    return ImportRun.objects.latest("id")


def confirmed(client: Client, run: ImportRun) -> str:
    answer = client.post(f"/lists/imports/{run.pk}/confirm/", follow=True)
    return str(answer.content.decode())


def holding(day: date = DAY) -> dict[tuple[str, str], str]:
    rows = Liaison.objects.holding(day).select_related("subject", "user", "department")
    return {(row.subject.name, row.role): row.who for row in rows}


def test_a_table_is_taken_over_role_by_role(county: County, cast: Cast, client_of: Browser) -> None:
    client = client_of(cast.office)
    rows = [
        ("石港煤业", "王县长", "县长", "工信局", "吴包联", "2024年3月1日", "左政办〔2024〕3号"),
        ("正珠公司", None, None, "能源局", "张三", None, None),
    ]
    run = checked(client, rows[:1])
    assert [row.verdict for row in run.rows.all()] == ["new"]
    assert not Liaison.objects.exists()
    assert "已导入 1 行" in confirmed(client, run)
    assert holding() == {
        ("石港煤业", "leader"): "王县长",
        ("石港煤业", "department"): "县工业和信息化局",
        ("石港煤业", "officer"): "吴包联",
    }
    leader = Liaison.objects.get(role="leader")
    assert (leader.user, leader.post, leader.source) == (cast.leader, "县长", "左政办〔2024〕3号")
    assert leader.valid_from == date(2024, 3, 1)
    again = checked(client, rows[:1])
    assert [row.verdict for row in again.rows.all()] == ["unchanged"]


def test_another_person_takes_over_and_history_stays(county: County, cast: Cast, client_of: Browser) -> None:
    client = client_of(cast.office)
    confirmed(client, checked(client, [("石港煤业", None, None, None, "张三", "2024-03-01", None)]))
    run = checked(client, [("石港公司", None, None, None, "李四", "2024.5.6", None)])
    row = run.rows.get()
    assert (row.verdict, row.changes["officer"]) == ("changed", ["张三", "李四"])
    assert "<del>张三</del> → <ins>李四</ins>" in client.get(f"/lists/imports/{run.pk}/").content.decode()
    confirmed(client, run)
    assert holding()["石港煤业", "officer"] == "李四"
    assert Liaison.objects.get(name="张三").valid_to == date(2024, 5, 5)


def test_what_cannot_be_is_said_at_its_cell(county: County, cast: Cast, client_of: Browser) -> None:
    liaison_assign(
        user=cast.office, subject_id=county.subjects["pancheng"].pk, role="officer",
        who=Person(name="张三"), valid_from=date(2024, 4, 1),
    )  # fmt: skip
    run = checked(
        client_of(cast.office),
        [
            ("没有的厂", "王县长", None, None, None, None, None),
            ("正珠煤业", None, None, "没有的局", None, None, None),
            ("盘城煤业", None, None, None, "李四", "2024-03-01", None),
            ("鑫瑞公司", None, None, None, None, None, None),
            ("鑫瑞公司一矿", "王县长", None, None, None, "三月", None),
        ],
    )
    told = {row.number: row.reasons for row in run.rows.all()}
    assert "登记簿里没有" in told[3]["subject"]
    assert "没有部门" in told[4]["department"]
    assert "自 2024-04-01 起在任" in told[5]["officer"]
    assert "至少填一项" in told[6][""]
    assert "不是日期" in told[7]["valid_from"]


def test_what_changed_since_the_check_is_not_overwritten(
    county: County, cast: Cast, client_of: Browser
) -> None:
    client, mine = client_of(cast.office), county.subjects["pancheng"]
    row = liaison_assign(
        user=cast.office,
        subject_id=mine.pk,
        role="officer",
        who=Person(name="张三"),
        valid_from=date(2024, 4, 1),
    )
    run = checked(client, [("盘城煤业", None, None, None, "李四", "2024-05-10", None)])
    liaison_end(user=cast.office, liaison_id=row.pk, version=1, last_day=date(2024, 5, 1))
    assign = {"role": "officer", "who": Person(name="王五"), "valid_from": date(2024, 5, 2)}
    liaison_assign(user=cast.office, subject_id=mine.pk, **assign)  # type: ignore[arg-type]
    told = confirmed(client, run)
    assert "已被他人修改" in told
    assert "王五" in told
    assert holding()["盘城煤业", "officer"] == "王五"


def test_the_day_of_the_confirmation_is_when_it_became_known(
    county: County, cast: Cast, client_of: Browser
) -> None:
    client = client_of(cast.office)
    confirmed(client, checked(client, [("石港煤业", "王县长", None, None, None, "2024-01-01", None)]))
    assert Liaison.objects.get().known_on == DAY
    assert holding(date(2024, 5, 9)) == {}, "the day before nobody knew"
    with clock.as_of(DAY):
        assert holding() == {("石港煤业", "leader"): "王县长"}


def test_only_those_entitled(county: County, cast: Cast, client_of: Browser) -> None:
    for user, status in ((cast.office, 200), (cast.dispatcher, 200), (cast.energy, 404), (cast.firm, 404)):
        assert client_of(user).get(PAGE).status_code == status
    neighbour = make_person("neighbour", "邻县办", ["office"], county.other)
    run = checked(client_of(neighbour), [("石港煤业", "王县长", None, None, None, None, None)])
    assert [row.verdict for row in run.rows.all()] == ["refused"], "our mine is not in their register"
