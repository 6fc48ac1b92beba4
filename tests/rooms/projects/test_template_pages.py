"""The pages of templates: the list, one of them, the notice of papers, and a project put on the newest."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, County
from tests.foundation.test_tables_wide import words
from tests.rooms.projects.desk import DAY, done, make_project
from tests.rooms.projects.test_moving import NEXT, PROMISED, edited

from tiaodu.engine.stages.template import package_templates
from tiaodu.foundation.accounts.models import User
from tiaodu.rooms.projects.models import NetworkChange, Project

ClientOf = Callable[[User], Client]
TEMPLATE = "/projects/templates/manufacturing/"
PACKAGED = package_templates()["manufacturing"]
STEPS = len(PACKAGED.steps)
UNSURE = sum(not limit.sure for step in PACKAGED.steps for limit in step.limits)


@pytest.fixture(autouse=True)
def days(settings: Any) -> None:
    settings.TIAODU_DEMO = True
    settings.TIAODU_TODAY = DAY


def on(client: Client, day: Any) -> Client:
    session = client.session
    session["day"] = day.isoformat()
    session.save()
    return client


def test_the_list_says_how_many_steps_are_unsure_and_who_uses_them(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    make_project(county, cast)
    edited(county, cast, A04=PROMISED)
    client = on(client_of(cast.leader), NEXT)
    page = words(client.get("/projects/templates/"))
    assert "15 类项目有模板" in page
    assert "1 个项目用的是旧版" in page
    assert f"制造业项目（备案制） {STEPS} {UNSURE - 1} 1 1 个用旧版 本地第 1 版" in page
    assert "1 个用旧版" not in words(on(client_of(cast.leader), DAY).get("/projects/templates/"))


def test_more_projects_cost_no_further_query(county: County, cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.leader)
    counts = []
    for names in (("一",), ("二", "三", "四")):
        for name in names:
            make_project(county, cast, f"示例{name}")
        client.get("/projects/templates/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get("/projects/templates/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_template_shows_steps_limits_sources_and_papers(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    project = make_project(county, cast)
    page = client_of(cast.leader).get(TEMPLATE)
    seen = words(page)
    assert f"{STEPS} 个步骤，{UNSURE} 项时限待本县确认，1 个项目在用" in seen
    assert "法定时限 20 个工作日，可延长 10 行政许可法第42条 · 有据" in seen
    assert "承诺时限 10 个工作日（待确认）" in seen
    assert "县里还没有改过" in seen
    assert page.content.decode().count('class="net-box is-plain') + seen.count("节点") >= STEPS
    assert "/tables/stages.manufacturing/edit/" not in page.content.decode()
    edited(county, cast, A04=PROMISED)
    later = on(client_of(cast.dispatcher), NEXT).get(TEMPLATE)
    assert "公布承诺" in words(later)
    assert f"/projects/{project.pk}/template/" in later.content.decode()
    assert "/tables/stages.manufacturing/edit/" in later.content.decode()


def test_a_notice_tells_the_papers_and_no_promise_nobody_confirmed(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.firm)
    page = words(client.get(f"{TEMPLATE}notice/A04/"))
    assert "节能审查：一次性告知单" in page
    assert "法定时限：20 个工作日，可延长 10" in page
    assert "10 个工作日 地方承诺时限" not in page
    assert "承诺时限以本县公布的为准" in page
    assert "需要的材料 节能报告" in page
    edited(county, cast, A04=PROMISED)
    assert "承诺时限：7 个工作日 办事指南" in words(on(client, NEXT).get(f"{TEMPLATE}notice/A04/"))
    whole = words(client.get(f"{TEMPLATE}notice/"))
    assert "投资协议" in whole
    assert "水资源论证报告" in whole
    missing = [f"{TEMPLATE}notice/Z99/", "/projects/templates/nothing/notice/"]
    assert [client.get(url).status_code for url in missing] == [404, 404]


def _form(page: Any) -> dict[str, str]:
    names = re.findall(r'name="(network|digest|event)" value="([^"]*)"', page.content.decode())
    return dict(names) | {"reason": "按新的办事指南"}


def test_a_project_is_moved_after_the_difference_was_shown(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    project = make_project(county, cast)
    done(cast.dispatcher, project, ("A01", DAY, DAY))
    edited(county, cast, without="A07", A01={"by": "park"}, A04=PROMISED)
    client = on(client_of(cast.dispatcher), NEXT)
    url = f"/projects/{project.pk}/template/"
    assert "模板有新版" in words(client.get(f"/projects/{project.pk}/"))
    page = client.get(url)
    seen = words(page)
    assert "增加 0 步，去掉 1 步，修改 2 步" in seen
    assert "签订投资协议 A01 · 签约 · 开发区" in seen
    assert "责任方 招商部门 开发区" in seen
    assert "已有记录，随步骤保留。 2024-07-01 办结" in seen
    assert "承诺时限 10 个工作日（地方承诺时限，待确认） 7 个工作日（办事指南，有据）" in seen
    assert "取水许可（水资源论证） A07 · 手续 · 水利局 没有记录" in seen
    assert not NetworkChange.objects.exists()
    assert client.post(f"{url}migrate/", _form(page)).status_code == 302
    after = words(client.get(url))
    assert "已经用着现在的模板" in after
    assert "2024-07-08 李调度：按新的办事指南" in after
    assert "模板有新版" not in words(client.get(f"/projects/{project.pk}/"))


def test_of_two_who_act_the_second_is_told_what_changed(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    project = make_project(county, cast)
    edited(county, cast, A04=PROMISED)
    url = f"/projects/{project.pk}/template/"
    first, second = on(client_of(cast.dispatcher), NEXT), on(client_of(cast.office), NEXT)
    seen = [_form(client.get(url)) for client in (first, second)]
    assert first.post(f"{url}migrate/", seen[0]).status_code == 302
    refused = second.post(f"{url}migrate/", seen[1])
    assert refused.status_code == 409
    assert "李调度：按新的办事指南" in words(refused)
    assert NetworkChange.objects.count() == 1


def test_a_department_sees_the_difference_and_moves_nothing(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    project = make_project(county, cast)
    edited(county, cast, A04=PROMISED)
    url = f"/projects/{project.pk}/template/"
    for user, read, write in (
        (cast.leader, 200, 403),
        (cast.outsider, 404, 404),
        (cast.firm, 403, 403),
    ):
        client = on(client_of(user), NEXT)
        page = client.get(url)
        assert (page.status_code, client.post(f"{url}migrate/", {}).status_code) == (read, write)
        assert "换用现在的模板</button>" not in page.content.decode()
    assert Project.objects.get().network_id == project.network_id


@pytest.mark.parametrize("url", ["/projects/templates/", TEMPLATE, f"{TEMPLATE}notice/"])
def test_pages_speak_english_too(county: County, cast: Cast, client_of: ClientOf, url: str) -> None:
    make_project(county, cast)
    client = client_of(cast.dispatcher)
    client.cookies["django_language"] = "en"
    seen = words(client.get(url))
    assert "Energy review" in seen or "Manufacturing plant (filed)" in seen
    main = seen.partition("Templates of projects")[2] if url.endswith("templates/") else ""
    assert "待确认" not in main
