"""The approval platform's export: steps found by code and item, nothing twice, nothing overwritten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, County
from tests.rooms.projects.desk import done, make_project, turn
from tests.rooms.projects.tables import workbook

from tiaodu.engine.stages.template import package_templates
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.lists.importing.services import import_check
from tiaodu.foundation.lists.importing.spec import StagedRow, spec_of
from tiaodu.foundation.lists.models import ImportRun
from tiaodu.foundation.registry.models import Alias, Subject, SubjectKind
from tiaodu.foundation.tables.packaged import packaged
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.models import Project, StageEvent, StageProof
from tiaodu.rooms.projects.tables import PLATFORM

Browser = Callable[[User], Client]
CODE = "2401-140722-04-01-123456"
HEADING = (
    "序号",
    "项目代码",
    "项目名称",
    "审批事项名称",
    "审批部门",
    "受理时间",
    "办结时间",
    "办理状态",
    "批复文号",
)
JAN, FEB, MARCH, APRIL = date(2024, 1, 10), date(2024, 2, 20), date(2024, 3, 5), date(2024, 4, 2)


@pytest.fixture
def plant(cast: Cast, county: County) -> Project:
    """A plant with its company registered."""
    project = make_project(county, cast, platform_code=CODE)
    done(
        cast.dispatcher, project, ("A01", date(2024, 1, 2), date(2024, 1, 2)), ("A02", date(2024, 1, 3), JAN)
    )
    return project


def row(item: str, accepted: Any, finished: Any = None, code: str = CODE, state: str = "办结") -> list[Any]:
    return [1, code, "示例手套二期", item, "审批局", accepted, finished, state, "晋审批〔2024〕1号"]


def checked(user: User, *rows: list[Any]) -> ImportRun:
    data = workbook(list(rows), HEADING, merge=None)
    return import_check(user=user, spec=spec_of("approvals"), data=data, filename="在线审批平台导出.xlsx")


def confirm(client: Client, run: ImportRun) -> None:
    assert client.post(f"/lists/imports/{run.pk}/confirm/", follow=True).status_code == 200


def told(run: ImportRun) -> dict[int, tuple[str, str]]:
    """Verdict and reasons of every row."""
    return {each.number: (each.verdict, " ".join(each.reasons.values())) for each in run.rows.all()}


def held(project: Project, step: str) -> StageEvent:
    return StageEvent.objects.filter(project=project, step=step).latest("revision")


EIA = "建设项目环境影响报告表审批（告知承诺）"
EXPORT = (
    row(EIA, "2024.02.21", "2024年3月5日"),
    row("固定资产投资项目节能审查", FEB + timedelta(days=1), None, state="办理中"),
    row("企业投资项目备案", "2024-01-11", FEB),
)


def test_an_export_becomes_events_of_steps_in_the_order_the_steps_need(
    cast: Cast, plant: Project, client_of: Browser
) -> None:
    run = checked(cast.dispatcher, *EXPORT)
    assert [verdict for verdict, _words in told(run).values()] == ["new"] * 3
    assert StageEvent.objects.filter(project=plant).count() == 2, "nothing is written before it is confirmed"
    confirm(client_of(cast.dispatcher), run)
    filing, energy, eia = (held(plant, code) for code in ("A03", "A04", "A05a"))
    assert (filing.started, filing.finished, filing.verb) == (date(2024, 1, 11), FEB, "finished")
    assert (energy.started, energy.finished, energy.verb) == (FEB + timedelta(days=1), None, "started")
    assert (eia.started, eia.finished) == (date(2024, 2, 21), MARCH)
    proof = StageProof.objects.get(event=eia)
    assert (proof.number, proof.kind, proof.file) == ("晋审批〔2024〕1号", "certificate", run.file)
    assert eia.text == "在线审批平台导出"
    again = checked(cast.dispatcher, *EXPORT)
    assert [verdict for verdict, _words in told(again).values()] == ["unchanged"] * 3


def test_a_step_under_way_is_finished_by_a_later_export(
    cast: Cast, plant: Project, client_of: Browser
) -> None:
    client = client_of(cast.dispatcher)
    confirm(client, checked(cast.dispatcher, *EXPORT))
    later = checked(cast.dispatcher, row("节能审查", FEB + timedelta(days=1), APRIL))
    assert told(later)[4][0] == "changed"
    confirm(client, later)
    assert held(plant, "A04").finished == APRIL


def test_another_day_is_shown_and_not_overwritten(cast: Cast, plant: Project, client_of: Browser) -> None:
    services.step_finish(turn(cast.dispatcher, plant, "A03"), day=FEB, started=JAN)
    run = checked(cast.dispatcher, row("企业投资项目备案", JAN, MARCH))
    verdict, words = told(run)[4]
    assert verdict == "refused"
    assert "系统里登记的是 2024-02-20" in words
    assert "没有覆盖" in words
    assert held(plant, "A03").finished == FEB


def test_what_was_recorded_since_the_check_is_not_overwritten(
    cast: Cast, plant: Project, client_of: Browser
) -> None:
    run = checked(cast.dispatcher, row("企业投资项目备案", JAN, FEB))
    services.step_start(turn(cast.dispatcher, plant, "A03"), day=date(2024, 1, 12))
    confirm(client_of(cast.dispatcher), run)
    assert run.rows.get().state == "refused"
    assert held(plant, "A03").started == date(2024, 1, 12)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (row(EIA, JAN, FEB, code="2401-140722-04-01-999999"), "不在项目库里"),
        (row("森林防火区野外用火许可", JAN, FEB), "还没有说明"),
        (row("电力业务许可", JAN, FEB), "模板里没有"),
        (row("企业投资项目备案", JAN, FEB, state="退件"), "不作为步骤登记"),
        (row("企业投资项目备案", FEB, JAN), "办结日早于受理日"),
        (row("企业投资项目备案", JAN, date(2099, 1, 1)), "日期还没到"),
        (row("企业投资项目备案", None, FEB), "请填写受理日期"),
        (row("企业投资项目备案", None, None), "至少填一个"),
        (row(EIA, FEB, MARCH), "而前置"),
        (row("不动产登记", FEB, MARCH), "而前置"),
    ],
)
def test_what_cannot_be_taken_says_why(line: list[Any], words: str, cast: Cast, plant: Project) -> None:
    verdict, reasons = told(checked(cast.dispatcher, line))[4]
    assert verdict == "refused"
    assert words in reasons


def test_an_approval_after_its_prerequisite_in_the_same_file_is_taken_and_falls_with_it(
    cast: Cast, plant: Project
) -> None:
    good = told(checked(cast.dispatcher, row(EIA, FEB, MARCH), row("企业投资项目备案", JAN, FEB)))
    assert [verdict for verdict, _words in good.values()] == ["new", "new"]
    bad = told(checked(cast.dispatcher, row(EIA, FEB, MARCH), row("企业投资项目备案", JAN, date(2099, 1, 1))))
    assert [verdict for verdict, _words in bad.values()] == ["refused", "refused"]


def test_two_items_of_one_step_are_told(cast: Cast, plant: Project) -> None:
    found = told(checked(cast.dispatcher, row("企业投资项目备案", JAN, FEB), row("项目备案变更", JAN, FEB)))
    assert found[4][0] == "new"
    assert "与第 4 行都对应步骤" in found[5][1]


def test_a_department_takes_in_its_own_steps_alone(cast: Cast, county: County, plant: Project) -> None:
    approval = User.objects.create(
        username="approval", display_name="尤审批", roles=["department"], region=county.region,
        department=county.departments["approval"],
    )  # fmt: skip
    environment = Subject.objects.create(
        region=county.region, code="env", kind=SubjectKind.DEPARTMENT, name="市生态环境局左权分局"
    )
    Alias.objects.create(subject=environment, region=county.region, text="生态环境分局")
    found = told(checked(approval, *EXPORT))
    assert found[6][0] == "new"
    assert "只有它的人可以登记" in found[4][1]


def test_a_project_of_another_county_is_unknown(cast: Cast, plant: Project) -> None:
    verdict, words = told(checked(cast.outsider, row("企业投资项目备案", JAN, FEB)))[4]
    assert (verdict, "不在项目库里" in words) == ("refused", True)
    assert plant.subject.name not in words


def test_a_step_that_is_skipped_stays_skipped(cast: Cast, plant: Project) -> None:
    services.step_skip(turn(cast.dispatcher, plant, "A03"), reason="done_before")
    verdict, words = told(checked(cast.dispatcher, row("企业投资项目备案", JAN, FEB)))[4]
    assert (verdict, "标为不办" in words) == ("refused", True)


def test_a_dry_run_costs_the_same_queries_for_any_number_of_rows(cast: Cast, county: County) -> None:
    projects = [
        make_project(county, cast, f"示例{n}号", platform_code=f"2401-140722-04-01-{n:06d}")
        for n in range(12)
    ]
    check, counts = spec_of("approvals").check, []
    for part in (projects[:2], projects):
        rows = [
            StagedRow(n, {"platform_code": p.platform_code, "item": item, "accepted": JAN, "finished": FEB})
            for n, (p, item) in enumerate((p, item) for p in part for item in ("项目备案", "节能审查"))
        ]
        check(cast.dispatcher, rows)
        with CaptureQueriesContext(connection) as queries:
            check(cast.dispatcher, rows)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_every_kind_of_the_packaged_table_is_a_step_of_some_template() -> None:
    kinds = {step.kind for template in package_templates().values() for step in template.steps}
    content = packaged(PLATFORM)
    assert content is not None
    assert {each["kind"] for each in content.body} <= kinds
