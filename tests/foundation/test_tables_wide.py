"""A table of many columns from a nested file: rows as sections that fold, several ticked of a closed list."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.http import QueryDict
from django.test import Client
from tests.cast import Cast, County
from tests.foundation.tables_desk import limits_table

from tiaodu.engine.kernel.datafile import (
    CONFIDENCES,
    Choice,
    DataFileError,
    Integer,
    ListOf,
    Record,
    Text,
    with_head,
)
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.tables import packaged
from tiaodu.foundation.tables.declaring import Column, Fault, FileForm, Table, declare, undeclare
from tiaodu.foundation.tables.drafts import Draft
from tiaodu.foundation.tables.models import Version
from tiaodu.foundation.tables.packaged import content_of
from tiaodu.foundation.tables.selectors import table

ClientOf = Callable[[User], Client]
CODE = "probe.steps"
EDIT = f"/tables/{CODE}/edit/"
SPARE = [f"spare_{n}" for n in range(9)]
FILE = """\
code: probe.steps
valid_from: 2024-01-01
source: 县里的办法
confidence: practice
steps:
- {code: a, name: 受理, waits: [court, quota], law: {days: 5, confidence: source}}
- {code: b, name: 审查}
- {code: c, name: 办结, law: {days: 9, confidence: memory-unsure}}
"""
_WAITS = {"quota": "等指标", "court": "等法院", "season": "等季节"}


def _rows(read: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each step with its limit beside it; no step may be called x."""
    if any(step["code"] == "x" for step in read["steps"]):
        raise ValueError("x cannot be a row")
    laws = [step.pop("law", {}) for step in read["steps"]]
    return [
        step | {f"law_{key}": value for key, value in law.items()}
        for step, law in zip(read["steps"], laws, strict=True)
    ]


def _growing(body: Any) -> Iterator[Fault]:
    days = [row["law_days"] for row in body if row["law_days"] is not None]
    if days != sorted(days):
        yield Fault(0, "law_days", "天数要递增。")
        yield Fault(0, "law_days", "请核对。")


def steps_table(**other: Any) -> Table:
    law = Record({"days": Integer(0, 60), "confidence": Choice(CONFIDENCES)})
    step = Record({"code": Text(), "name": Text()}, {"waits": ListOf(Text()), "law": law})
    told: dict[str, Any] = {
        "code": CODE,
        "title": "步骤",
        "packaged": "probe/steps.yaml",
        "shape": ListOf(
            Record(
                {"code": Text("[a-z]"), "name": Text()},
                {
                    "waits": ListOf(Choice(list(_WAITS)), empty=True),
                    "law_days": Integer(0, 60),
                    "law_confidence": Choice(CONFIDENCES),
                    **dict.fromkeys(SPARE, Text()),
                },
            )
        ),
        "columns": (
            Column("code", "代码", group="步骤", brief=True),
            Column("name", "名称", group="步骤", brief=True),
            Column("waits", "等待", words=_WAITS, group="时限"),
            Column("law_days", "法定天数", unit="天", group="时限"),
            Column("law_confidence", "可信", group="时限"),
            *(Column(key, f"备用{key[-1]}", group="备用") for key in SPARE),
        ),
        "key": ("code",),
        "check": _growing,
        "form": FileForm(with_head({"steps": ListOf(step)}), "steps", _rows),
    }
    return limits_table(**(told | other))


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Table]:
    """The table, declared and packaged for one test on 1 July."""
    settings.TIAODU_TODAY = date(2024, 7, 1)
    made = declare(steps_table())
    given = content_of(made, FILE)
    real = packaged.packaged
    monkeypatch.setattr(
        "tiaodu.foundation.tables.selectors.packaged", lambda asked: given if asked is made else real(asked)
    )
    yield made
    undeclare(CODE)


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def form_of(answer: Any) -> dict[str, Any]:
    """What a browser would send of the form it was shown: hidden, typed, chosen and ticked."""
    html = answer.content.decode()
    html = html[html.index('id="cells"') :]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        given = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        is_box = given.get("type") == "checkbox"
        if "name" in given and given.get("type") != "file" and (not is_box or "checked" in tag):
            found.setdefault(given["name"], []).append(given.get("value", ""))
    for name, inner in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.findall(r'value="([^"]*)" selected', inner)
        found.setdefault(name, []).append(chosen[0] if chosen else "")
    for name, inner in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', html, re.S):
        found.setdefault(name, []).append(inner)
    return found


def test_a_nested_file_becomes_rows_in_order() -> None:
    content = content_of(steps_table(), FILE)
    assert [(row["code"], row["law_days"], row["waits"]) for row in content.body] == [
        ("a", 5, ["court", "quota"]),
        ("b", None, None),
        ("c", 9, None),
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("days: 9,", "days: 2,", 6, "天数要递增"),
        ("code: b,", "code: a,", 7, "重复"),
        ("days: 9,", "days: 99,", 8, "99"),
        ("code: b,", "code: x,", 1, "x cannot be a row"),
        ("confidence: practice", "confidence: sure", 4, "sure"),
    ],
)
def test_a_damaged_nested_file_names_the_line_of_its_entry(old: str, new: str, line: int, told: str) -> None:
    with pytest.raises(DataFileError) as refused:
        content_of(steps_table(), FILE.replace(old, new, 1))
    assert (refused.value.line, told in str(refused.value)) == (line, True), str(refused.value)


def test_the_page_shows_each_row_as_a_section_and_what_is_not_sure(
    steps: Table, cast: Cast, client_of: ClientOf
) -> None:
    page = client_of(cast.leader).get(f"/tables/{CODE}/")
    seen = words(page)
    assert "1 行有一部分没有人核实过，只显示，不参与计算" in seen
    assert "3 c 办结 有待确认" in seen
    assert "等待 等法院、等指标" in seen
    assert "备用" not in seen
    assert "1 行有一部分待确认" in words(client_of(cast.leader).get("/tables/"))


def test_a_part_that_is_not_sure_does_not_block_its_row(steps: Table, county: County) -> None:
    data = table(CODE, region=county.region, day=date(2024, 7, 1))
    assert data.row("c")["law_days"] == 9
    assert [row["code"] for row in data.partly_unsure_rows] == ["c"]


def test_a_folded_row_hands_its_cells_on_and_an_open_one_shows_them(
    steps: Table, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.dispatcher)
    first = client.get(EDIT)
    assert 'aria-expanded="true"' not in first.content.decode()
    assert "法定天数" not in words(first)
    opened = client.post(EDIT, form_of(first) | {"act": "open-0"})
    assert opened.content.decode().count('aria-expanded="true"') == 1
    sent = form_of(opened)
    assert sent["0-waits"] == ["court", "quota"]
    assert (sent["open"], sent["2-law_days"]) == (["0"], ["9"])
    folded = client.post(EDIT, sent | {"act": "fold-0", "0-name": "接件"})
    assert "1 a 接件" in words(folded)
    assert "open" not in form_of(folded)
    assert form_of(folded)["0-waits"] == ["court、quota"]


def test_rows_added_below_moved_and_removed_keep_open_what_was_open(
    steps: Table, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.dispatcher)
    opened = client.post(EDIT, form_of(client.get(EDIT)) | {"act": "open-1"})
    below = client.post(EDIT, form_of(opened) | {"act": "add-0"})
    sent = form_of(below)
    assert (sent["open"], sent["1-code"], sent["2-code"]) == (["1", "2"], [""], ["b"])
    moved = form_of(client.post(EDIT, sent | {"act": "up-2"}))
    assert (moved["open"], moved["1-code"], moved["2-code"]) == (["1", "2"], ["b"], [""])
    gone = form_of(client.post(EDIT, moved | {"act": "remove-0"}))
    assert (gone["open"], gone["0-code"], gone["2-code"]) == (["0", "1"], ["b"], ["c"])


def test_what_is_wrong_opens_its_row_and_is_told_at_the_cell(
    steps: Table, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.dispatcher)
    sent = form_of(client.get(EDIT)) | {"2-law_days": "2", "valid_from": "2024-07-08", "source": "纪要"}
    answer = client.post(
        EDIT, sent | {"confidence": "practice", "reason": "改", "based_on": "", "act": "review"}
    )
    assert answer.status_code == 422
    assert form_of(answer)["open"] == ["0"]
    assert "天数要递增。 请核对。" in words(answer)
    assert not Version.objects.exists()


def test_only_what_changed_is_shown_and_sent(steps: Table, cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.dispatcher)
    head = {
        "valid_from": "2024-07-08",
        "source": "纪要",
        "confidence": "practice",
        "reason": "改",
        "based_on": "",
    }
    sent = form_of(client.get(EDIT)) | head
    sent |= {"2-law_confidence": "source", "1-waits": ["season", "quota"]}
    review = client.post(EDIT, sent | {"act": "review"})
    seen = words(review)
    assert "修改 b 审查 名称 原来 改为 等待 — 等季节、等指标" in seen
    assert "修改 c 办结 名称 原来 改为 可信 memory-unsure source" in seen
    assert "备用" not in seen.partition("看不变的")[0]
    names = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', review.content.decode())
    last: dict[str, list[str]] = {}
    for name, value in names:
        last.setdefault(name, []).append(value)
    assert client.post(EDIT, last | {"act": "send"}).status_code == 302
    body = Version.objects.get().body
    assert (body[1]["waits"], body[2]["law_confidence"]) == (["season", "quota"], "source")


def test_out_to_excel_and_in_again_changes_nothing(steps: Table, cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.dispatcher)
    file = b"".join(client.get(f"/tables/{CODE}/export/").streaming_content)  # type: ignore[attr-defined]
    sheet = openpyxl.load_workbook(io.BytesIO(file)).active
    assert sheet is not None
    assert "等法院、等指标" in {cell.value for row in sheet.iter_rows() for cell in row}
    upload = io.BytesIO(file)
    upload.name = "steps.xlsx"
    answer = client.post(EDIT, form_of(client.get(EDIT)) | {"act": "import", "file": upload})
    assert "读入 3 行" in words(answer)
    assert form_of(answer)["0-waits"] == ["court、quota"]
    assert Draft.of_form(steps, _query(form_of(answer))).check() == content_of(steps, FILE).body


def _query(sent: Mapping[str, list[str]]) -> QueryDict:
    made = QueryDict(mutable=True)
    for name, values in sent.items():
        made.setlist(name, values)
    return made
