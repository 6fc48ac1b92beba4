"""The register of projects from Excel: five thousand rows, mistakes marked, changes confirmed."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, County
from tests.foundation.lists.tables import upload
from tests.rooms.projects import tables
from tests.rooms.projects.tables import HEADING, MISTAKES, register_rows, workbook

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.lists.importing.reading import read_file
from tiaodu.foundation.lists.importing.services import import_check
from tiaodu.foundation.lists.importing.spec import spec_of
from tiaodu.foundation.lists.importing.staging import judge
from tiaodu.foundation.lists.models import ImportRow, ImportRun
from tiaodu.foundation.registry.models import Liaison, Subject, SubjectKind
from tiaodu.rooms.projects.models import InvestmentPlan, Project, StageEvent
from tiaodu.rooms.projects.services import Turn, plan_set, project_create, project_edit, step_promise

Browser = Callable[[User], Client]
PAGE = "/lists/import/projects/"
PEOPLE = tables.HEADING.index("包联领导")


def checked(user: User, data: bytes, name: str = "项目表.xlsx") -> ImportRun:
    return import_check(user=user, spec=spec_of("projects"), data=data, filename=name)


def small(*rows: tuple[object, ...], heading: tuple[str, ...] = ("项目名称", "类型")) -> bytes:
    return workbook([list(row) for row in rows], heading, merge=None)


def reasons(run: ImportRun) -> dict[int, dict[str, str]]:
    return dict(run.rows.exclude(reasons={}).values_list("number", "reasons"))


def confirm(client: Client, run: ImportRun) -> str:
    answer = client.post(f"/lists/imports/{run.pk}/confirm/", follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_five_thousand_rows_bring_back_the_thirty_seven_that_are_wrong(
    cast: Cast, developers: list[str], client_of: Browser
) -> None:
    rows, spoiled = register_rows(5000, 37, developers, clock.today())
    run = checked(cast.dispatcher, workbook(rows))
    found = reasons(run)
    assert found.keys() == spoiled.keys()
    for number, (words, field) in spoiled.items():
        assert words in found[number][field], (number, found[number])
    assert run.rows.filter(verdict=ImportRow.Verdict.NEW).count() == 4963
    assert not Project.objects.exists(), "nothing is written before it is confirmed"
    answer = client_of(cast.dispatcher).get(f"/lists/imports/{run.pk}/marked.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    last = len(HEADING) + 1
    marked = {row for row in range(4, 5004) if sheet.cell(row, last).value}
    assert marked == spoiled.keys()


def test_a_dry_run_costs_the_same_queries_for_any_number_of_rows(cast: Cast, developers: list[str]) -> None:
    counts = []
    for count in (60, 400):
        rows, _spoiled = register_rows(count, 17, developers, clock.today())
        spec = spec_of("projects")
        read = read_file(spec, workbook(rows), "项目表.xlsx").rows
        judge(spec, cast.dispatcher, read)  # what the process remembers is read once
        with CaptureQueriesContext(connection) as queries:
            judge(spec, cast.dispatcher, read)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_every_kind_of_mistake_is_told_at_its_cell(cast: Cast, developers: list[str]) -> None:
    rows, spoiled = register_rows(60, len(MISTAKES), developers, clock.today())
    found = reasons(checked(cast.dispatcher, workbook(rows)))
    assert {words for words, _field in spoiled.values()} == {words for words, _field, _spoil in MISTAKES}
    for number, (words, field) in spoiled.items():
        assert words in found[number][field]


def test_good_rows_become_projects_with_plan_promises_and_liaison(
    cast: Cast, county: County, developers: list[str], client_of: Browser
) -> None:
    rows, _spoiled = register_rows(12, 0, developers, clock.today())
    client = client_of(cast.dispatcher)
    run = checked(cast.dispatcher, workbook(rows))
    assert "已导入 12 行" in confirm(client, run)
    first = Project.objects.get(code="P-00001")
    told = rows[0]
    assert first.subject.name == told[tables.NAME]
    assert (first.developer and first.developer.name) == told[tables.DEVELOPER]
    assert first.township == county.township
    plan = InvestmentPlan.objects.get(project=first)
    assert (plan.total, plan.planned) == (told[tables.TOTAL] * 10_000, told[tables.PLANNED] * 10_000)
    promised = {e.step: e.promised for e in StageEvent.objects.filter(project=first)}
    assert promised.keys() == {"A18", "A21", "A25"}
    assert promised["A18"] and promised["A18"].strftime("%Y年%-m月") == told[tables.START]
    assert promised["A18"].month != (promised["A18"] + timedelta(days=1)).month, "a month means its last day"
    assert Liaison.objects.filter(subject=first.subject, role="leader").get().user == cast.leader
    assert first.sample is False
    assert (
        Project.objects.get(code="P-00007").plans.get().total
        == Decimal(str(rows[6][tables.TOTAL]).removesuffix("亿元")) * 10**8
    )
    again = checked(cast.dispatcher, workbook(rows))
    assert set(again.rows.values_list("verdict", flat=True)) == {"unchanged"}


def _known(cast: Cast, county: County, **values: object) -> Project:
    return project_create(
        user=cast.dispatcher,
        region=county.region,
        name="石英砂提纯",
        kind="manufacturing",
        code="P-1",
        **values,
    )


def test_a_known_project_is_changed_only_where_the_table_says_so(
    cast: Cast, county: County, client_of: Browser
) -> None:
    project = _known(cast, county, place="老地方", content="原来的")
    data = small(
        ("P-1", "石英砂提纯", "新地方", None), heading=("项目编号", "项目名称", "建设地点", "建设内容")
    )
    run = checked(cast.dispatcher, data)
    row = run.rows.get()
    assert (row.verdict, row.changes) == ("changed", {"place": ["老地方", "新地方"]})
    confirm(client_of(cast.dispatcher), run)
    project.refresh_from_db()
    assert (project.place, project.content) == ("新地方", "原来的")


def test_what_somebody_changed_since_the_check_is_not_overwritten(
    cast: Cast, county: County, client_of: Browser
) -> None:
    project = _known(cast, county, place="老地方")
    run = checked(
        cast.dispatcher, small(("P-1", "石英砂提纯", "新地方"), heading=("编号", "项目名称", "地点"))
    )
    project_edit(user=cast.office, project_id=project.pk, version=project.version, place="第三处")
    confirm(client_of(cast.dispatcher), run)
    project.refresh_from_db()
    assert project.place == "第三处"
    assert run.rows.get().state == "refused"


def test_a_plan_and_a_promise_move_only_with_a_reason(cast: Cast, county: County, client_of: Browser) -> None:
    project = _known(cast, county)
    year, due = clock.today().year, clock.today() + timedelta(days=90)
    plan_set(
        user=cast.dispatcher, project_id=project.pk, year=year, revision=0,
        total=Decimal(10**8), planned=Decimal(10**7),
    )  # fmt: skip
    step_promise(Turn(cast.dispatcher, project.pk, "A18", 0), day=due)
    heading = ("项目编号", "项目名称", "年度计划投资（万元）", "开工计划日", "调整原因")
    later = due + timedelta(days=30)
    found = reasons(
        checked(cast.dispatcher, small(("P-1", "石英砂提纯", 2000, later, None), heading=heading))
    )
    assert "调整原因" in found[4]["reason"]
    run = checked(cast.dispatcher, small(("P-1", "石英砂提纯", 2000, later, "设计变更"), heading=heading))
    assert run.rows.get().verdict == "changed"
    confirm(client_of(cast.dispatcher), run)
    assert [p.planned for p in project.plans.order_by("revision")] == [10**7, 2 * 10**7]
    assert StageEvent.objects.filter(project=project).latest("revision").promised == later
    lower = checked(cast.dispatcher, small(("P-1", "石英砂提纯", 20_000), heading=heading[:3]))
    assert "大于总投资" in reasons(lower)[4]["planned"]


def test_codes_that_mean_two_projects_are_told(cast: Cast, county: County) -> None:
    _known(cast, county)
    other = project_create(
        user=cast.dispatcher, region=county.region, name="饲料", kind="manufacturing", code="P-2",
        platform_code="2412-140722-04-01-000002",
    )  # fmt: skip
    heading = ("项目编号", "项目名称", "项目代码")
    data = small(("P-1", "石英砂提纯", other.platform_code), heading=heading)
    assert "已经登记在“饲料”名下" in reasons(checked(cast.dispatcher, data))[4]["platform_code"]
    found = checked(cast.dispatcher, small((None, "饲料", other.platform_code), heading=heading))
    assert found.rows.get().record_id == other.pk


def test_the_registers_project_is_taken_and_another_kind_of_subject_is_not(
    cast: Cast, county: County
) -> None:
    named = Subject.objects.create(
        region=county.region, code="pr-1", kind=SubjectKind.PROJECT, name="箕山电站"
    )
    run = checked(cast.dispatcher, small(("箕山电站", "抽水蓄能"), ("石港煤业", "制造业")))
    assert run.rows.get(number=4).resolved["subject"] == named.pk
    assert "已是登记簿里的矿山" in reasons(run)[5]["name"]


def test_a_kind_without_the_milestone_and_a_change_of_kind_are_refused(cast: Cast, county: County) -> None:
    _known(cast, county)
    heading = ("项目名称", "类型", "开工计划日")
    data = small(("盘城复产", "煤矿复产", "2027-05-01"), ("石英砂提纯", "光伏", None), heading=heading)
    found = reasons(checked(cast.dispatcher, data))
    assert "没有这个节点" in found[4]["start"]
    assert "类型不能靠导入改" in found[5]["kind"]


def test_who_may_not_hand_on_or_rename_is_told_and_the_rest_stays_possible(
    cast: Cast, county: County
) -> None:
    _known(cast, county)
    heading = ("项目编号", "项目名称", "包联领导", "建设地点")
    renamed = checked(cast.office, small(("P-1", "换个名字", None, "新地方"), heading=heading))
    assert reasons(renamed)[4].keys() == {"name"}
    run = checked(cast.office, small(("P-1", "石英砂提纯", None, "新地方"), heading=heading))
    assert run.rows.get().verdict == "changed"
    handed = small(("新项目", "制造业", "王县长"), heading=("项目名称", "类型", "包联领导"))
    assert reasons(checked(cast.investment, handed))[4].keys() == {"leader"}
    assert reasons(checked(cast.office, handed)) == {}


def test_money_is_read_in_the_unit_that_is_written(cast: Cast, county: County) -> None:
    for title, cell, yuan in (
        ("总投资（亿元）", 1.2, "120000000"),
        ("总投资（万元）", 12000, "120000000"),
        ("总投资", "1.2亿元", "120000000"),
        ("总投资", 12000, "120000000"),
    ):
        run = checked(cast.dispatcher, small(("甲项目", "制造业", cell), heading=("项目名称", "类型", title)))
        assert run.rows.get().values["total"] == yuan, title


@pytest.mark.parametrize(
    "role", ["leader", "supervision", "energy", "liaison", "firm", "bank", "clerk", "admin"]
)
def test_only_who_edits_projects_imports_them(role: str, cast: Cast, client_of: Browser) -> None:
    answer = client_of(getattr(cast, role)).post(PAGE, upload(small(("甲", "制造业"))))
    assert answer.status_code == 404
    assert not ImportRun.objects.exists()


def test_who_edits_projects_of_another_county_does_not_touch_ours(
    cast: Cast, county: County, client_of: Browser
) -> None:
    ours = _known(cast, county, platform_code="2412-140722-04-01-000001")
    heading = ("项目编号", "项目名称", "类型", "项目代码")
    run = checked(cast.outsider, small(("P-1", "石英砂提纯", "制造业", None), heading=heading))
    assert run.rows.get().verdict == "new", "a number is a county's own"
    run = checked(cast.outsider, small((None, "别的", "制造业", ours.platform_code), heading=heading))
    assert "另一个地区" in reasons(run)[4]["platform_code"]
    assert ours.subject.name not in str(reasons(run))


def test_a_page_of_the_dry_run_shows_money_as_officials_write_it(
    cast: Cast, county: County, client_of: Browser
) -> None:
    project = _known(cast, county)
    plan_set(
        user=cast.dispatcher, project_id=project.pk, year=clock.today().year, revision=0,
        total=Decimal(10**8), planned=Decimal(10**7),
    )  # fmt: skip
    heading = ("项目编号", "项目名称", "总投资", "调整原因")
    run = checked(cast.dispatcher, small(("P-1", "石英砂提纯", "1.2亿元", "概算批复"), heading=heading))
    page = client_of(cast.dispatcher).get(f"/lists/imports/{run.pk}/").content.decode()
    assert "10,000 万元" in page
    assert "12,000 万元" in page


def test_the_template_that_is_handed_out_comes_in_again(cast: Cast, client_of: Browser) -> None:
    answer = client_of(cast.dispatcher).get(PAGE + "template.xlsx")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    heads = [cell.value for cell in book.worksheets[0][1]]
    assert heads[:4] == ["项目名称*", "项目编号", "项目代码", "项目类型"]


def test_what_is_exported_comes_in_again_unchanged(
    cast: Cast, county: County, developers: list[str], client_of: Browser
) -> None:
    rows, _spoiled = register_rows(9, 0, developers, clock.today())
    client = client_of(cast.dispatcher)
    confirm(client, checked(cast.dispatcher, workbook(rows)))
    exported = client.get("/projects/?export=xlsx")
    data = b"".join(exported.streaming_content) if exported.streaming else exported.content  # type: ignore[attr-defined]
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    written = {cell.value for row in sheet.iter_rows() for cell in row}
    for value in (
        rows[0][tables.NAME],
        rows[0][tables.PLATFORM + 3],
        rows[0][tables.TOTAL],
        "王县长",
        "辽阳镇",
    ):
        assert value in written
    run = checked(cast.dispatcher, data, "导出.xlsx")
    assert reasons(run) == {}
    assert run.rows.count() == 9
    assert [row.changes for row in run.rows.all() if row.changes] == []
    assert {"total", "planned", "start", "completion", "production", "leader", "developer"} <= set(
        run.columns
    )
