"""Templates of stage networks as versioned tables: each can be edited, taken out and read in."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from tests.cast import Cast, County
from tests.foundation.test_tables_wide import form_of, words

from tiaodu.foundation import clock
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.tables.bodies import read_body, to_keep, to_type
from tiaodu.foundation.tables.models import Version
from tiaodu.foundation.tables.packaged import packaged
from tiaodu.foundation.tables.selectors import TableData, content_on, table
from tiaodu.foundation.tables.workbooks import read_workbook, workbook
from tiaodu.rooms.projects.stages import TEMPLATES, code_of, faults_in

ClientOf = Callable[[User], Client]
DAY = date(2024, 7, 1)
GENERIC = f"/tables/{code_of('generic')}/"
HEAD = {
    "valid_from": "2024-07-08",
    "source": "县政府公布的办事指南",
    "confidence": "source",
    "reason": "公布承诺",
}


@pytest.fixture(autouse=True)
def demo_days(settings: Any) -> None:
    settings.TIAODU_DEMO = True
    settings.TIAODU_TODAY = DAY


@pytest.mark.parametrize("kind", TEMPLATES)
def test_every_packaged_template_goes_through_form_database_and_excel_unchanged(kind: str) -> None:
    content = packaged(TEMPLATES[kind])
    assert content is not None
    made = TEMPLATES[kind]
    for raw in (to_type(made, content.body), to_keep(content.body)):
        assert read_body(made, raw) == (content.body, [])
    data = content_on(made, None, DAY, known=DAY)
    assert data is not None
    for language in ("zh-hans", "en"):
        with translation.override(language), clock.as_of(DAY):
            cells = read_workbook(made, workbook(data, "x"), "x.xlsx")
            assert read_body(made, cells) == (content.body, [])


def test_a_step_opens_as_a_section_with_its_words(county: County, cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.dispatcher)
    folded = client.get(f"{GENERIC}edit/")
    assert "2 G02 办理审批 手续 行政审批局" in words(folded)
    opened = client.post(f"{GENERIC}edit/", form_of(folded) | {"act": "open-1"})
    seen = words(opened)
    assert "一次性告知的材料" in seen
    assert "检验检测" in seen
    english = client_of(cast.dispatcher)
    english.cookies["django_language"] = "en"
    assert "2 G02 办理审批 Procedures Approval bureau" in words(english.get(f"{GENERIC}edit/"))


def test_a_template_that_goes_in_a_ring_is_refused_with_the_ring_named(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.dispatcher)
    sent = form_of(client.get(f"{GENERIC}edit/")) | HEAD | {"1-after": "G01、G05"}
    for act in ("review", "send"):
        answer = client.post(f"{GENERIC}edit/", sent | {"act": act})
        assert answer.status_code == 422
        ring = "G02 办理审批 → G03 开工 → G04 建设或实施 → G05 验收 → G02 办理审批"
        assert f"步骤互为前置，形成环：{ring}。" in words(answer).replace("&gt;", ">")
        assert form_of(answer)["1-after"] == ["G01、G05"]
    assert not Version.objects.exists()


def test_a_prerequisite_that_is_not_there_is_refused_at_its_cell() -> None:
    content = packaged(TEMPLATES["generic"])
    assert content is not None
    rows = [dict(row) for row in content.body]
    rows[2]["gates"] = ["G09"]
    assert [(fault.row, fault.column) for fault in faults_in(rows)] == [(2, "gates")]


def test_a_promise_counts_from_the_day_a_second_person_confirmed_it(
    county: County, cast: Cast, client_of: ClientOf, settings: Any
) -> None:
    """Packaged promises are not sure; proposed in the browser and confirmed by another they are."""
    kind = code_of("manufacturing")
    clerk, second = client_of(cast.dispatcher), client_of(cast.supervision)
    assert "12 行有一部分没有人核实过" in words(second.get(f"/tables/{kind}/"))
    sent = form_of(clerk.get(f"/tables/{kind}/edit/")) | HEAD
    (row,) = [name.partition("-")[0] for name, value in sent.items() if value == ["A04"] and "-code" in name]
    sent |= {f"{row}-committed_days": "7", f"{row}-committed_confidence": "source"}
    assert clerk.post(f"/tables/{kind}/edit/", sent | {"act": "send"}).status_code == 302
    version = Version.objects.get()
    assert "承诺天数 10 7" in words(second.get(f"/tables/versions/{version.pk}/"))
    assert second.post(f"/tables/versions/{version.pk}/confirm/").status_code == 302

    def promised(day: date) -> tuple[int, str]:
        with clock.as_of(day):
            found = table(kind, region=county.region, day=day).row("A04")
        return found["committed_days"], found["committed_confidence"]

    assert promised(date(2024, 7, 7)) == (10, "memory-unsure")
    assert promised(date(2024, 7, 8)) == (7, "source")


def test_excel_with_a_ring_is_read_into_the_form_and_told_there(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.dispatcher)
    data = table(code_of("generic"), region=county.region, day=DAY)
    rows = [dict(row) for row in data.rows]
    rows[1] |= {"after": ("G01", "G05")}
    book = io.BytesIO(workbook(_with(data, rows), "x"))
    book.name = "generic.xlsx"
    answer = client.post(
        f"{GENERIC}edit/", form_of(client.get(f"{GENERIC}edit/")) | HEAD | {"act": "import", "file": book}
    )
    assert "形成环：G02 办理审批" in words(answer)
    assert form_of(answer)["open"] == ["1"]


def _with(data: TableData, rows: list[dict[str, Any]]) -> TableData:
    return replace(data, rows=tuple(rows))


def test_of_two_who_edit_one_template_the_second_is_shown_the_difference(
    county: County, cast: Cast, client_of: ClientOf
) -> None:
    """What both typed is kept; the one who comes second goes on from what the first put there."""
    first, other, second = (client_of(user) for user in (cast.dispatcher, cast.office, cast.supervision))
    mine = form_of(first.get(f"{GENERIC}edit/")) | HEAD | {"1-law_days": "15"}
    yours = form_of(other.get(f"{GENERIC}edit/")) | HEAD | {"3-name_zh": "施工"}
    assert first.post(f"{GENERIC}edit/", mine | {"act": "send"}).status_code == 302
    version = Version.objects.get()
    assert second.post(f"/tables/versions/{version.pk}/confirm/").status_code == 302
    refused = other.post(f"{GENERIC}edit/", yours | {"act": "send"})
    assert refused.status_code == 409
    assert "内容已经变了" in words(refused)
    assert "法定天数 15 20" in words(refused)
    assert form_of(refused)["3-name_zh"] == ["施工"]
    assert Version.objects.count() == 1
