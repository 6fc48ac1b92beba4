"""Declaring a table, and what is said of a packaged file that is damaged."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client
from tests.foundation.tables_desk import FILE, LIMITS, limits_table

from tiaodu.engine.kernel.datafile import DataFileError, Integer, ListOf, MappingOf, Record, Text
from tiaodu.engine.kernel.expression import Formula, Name
from tiaodu.foundation.operations import checks
from tiaodu.foundation.tables import packaged
from tiaodu.foundation.tables.bodies import read_body
from tiaodu.foundation.tables.declaring import Column, Table, declare, declared, undeclare
from tiaodu.foundation.tables.drafts import Draft
from tiaodu.foundation.tables.packaged import content_of, file_faults
from tiaodu.foundation.tables.versions import unsupplied

NAMES = {"投资": Name("number", "万元", "总投资"), "行业": Name("text")}


def test_every_declared_table_of_the_product_has_a_good_file() -> None:
    assert "ledger.standing" in {table.code for table in declared()}
    assert list(file_faults()) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "accepted"),
    [
        ("days: 5,", "days: 90,", 8, "1 to 60"),
        ("item: case", "item: order", 10, "a body that fits"),
        ("item: case", "item: step", 10, "order, case"),
        ("code: probe.limits", "code: other.limits", 1, "probe.limits"),
        ("confidence: practice", "confidence: sure", 6, "memory-unsure"),
        ("source: 县里的办法\n", "", 1, "source"),
        ("rows:", "lines:", 7, "rows"),
        ("escalates: true, ", "", 8, "escalates"),
        ("valid_from: 2024-01-01", "valid_from: 2024-13-01", 3, "a day like"),
        ("rows:", "rows: [", 8, "well-formed YAML"),
    ],
)
def test_a_damaged_file_names_its_line_and_what_is_accepted(
    old: str, new: str, line: int, accepted: str
) -> None:
    with pytest.raises(DataFileError) as refused:
        content_of(limits_table(), FILE.replace(old, new, 1))
    assert (refused.value.line, accepted in refused.value.accepted) == (line, True), str(refused.value)
    assert "probe/limits.yaml" in str(refused.value)


@pytest.fixture
def broken() -> Iterator[Table]:
    """A declared table whose file is not there."""
    made = declare(limits_table())
    yield made
    undeclare(LIMITS)


def test_the_program_does_not_start_with_a_damaged_file(broken: Table) -> None:
    with pytest.raises(SystemCheckError, match=r"probe/limits\.yaml, line 1"):
        call_command("check")


def test_the_doctor_tells_of_a_damaged_file(broken: Table) -> None:
    (found,) = [finding for finding in checks.tables() if finding.level == checks.ERROR]
    assert "办理时限" in found.what
    assert "probe/limits.yaml, line 1" in found.what
    undeclare(LIMITS)
    assert [finding.level for finding in checks.tables()] == [checks.OK]
    declare(broken)


@pytest.mark.django_db
def test_the_doctor_tells_what_nobody_has_supplied() -> None:
    assert LIMITS not in {table.code for table in unsupplied()}
    known = list(checks.tables_supplied())
    declare(limits_table(packaged=""))
    try:
        (found,) = (finding for finding in checks.tables_supplied() if finding not in known)
        assert (found.level, "督查室" in found.mend) == (checks.NOTICE, True)
    finally:
        undeclare(LIMITS)


def test_a_damaged_file_blocks_only_what_asks_for_it(broken: Table, cast: Any, client_of: Any) -> None:
    client: Client = client_of(cast.dispatcher)
    page = client.get("/tables/")
    assert (page.status_code, "办理时限" in page.content.decode()) == (200, True)
    seen = client.get(f"/tables/{LIMITS}/").content.decode()
    assert "文件有误" in seen
    assert client.get("/ledger/").status_code == 200


@pytest.mark.parametrize(
    "told",
    [
        {"code": "limits"},
        {"columns": (Column("item", "事项"),)},
        {
            "shape": ListOf(Record({"item": MappingOf(Text())})),
            "columns": (Column("item", "事项"),),
            "key": (),
        },
        {"shape": Record({"source": Text()}), "columns": (Column("source", "出处"),), "key": ()},
        {"key": ("nothing",)},
    ],
)
def test_a_declaration_that_cannot_be(told: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        limits_table(**told)


def test_a_table_is_declared_once() -> None:
    declare(limits_table())
    try:
        with pytest.raises(TypeError, match="twice"):
            declare(limits_table())
    finally:
        undeclare(LIMITS)


def rules_table() -> Table:
    """A table whose rows hold an expression."""
    return limits_table(
        shape=ListOf(Record({"item": Text(), "when": Formula(NAMES, "truth")}, {"days": Integer(1, 9)})),
        columns=(Column("item", "奖励"), Column("when", "条件"), Column("days", "天")),
        check=None,
    )


@pytest.mark.parametrize(
    ("typed", "at", "said"),
    [
        ("投入 >= 500万元", (0, 2), "不认识的名称“投入”"),
        ('投资 >= 500万元 且 行业 = "coal', (17, 22), "引号没有配对"),
        ("投资 >= 500吨", (0, 10), "单位不同"),
        ("投资 + 1万元", (0, 8), "是非"),
        ("(" * 3000, (0, 3000), ""),
    ],
)
def test_an_expression_is_pointed_at_where_it_stumbles(typed: str, at: tuple[int, int], said: str) -> None:
    draft = Draft(rules_table(), [{"item": "技改", "when": typed, "days": ""}])
    assert draft.check() is None
    (fault,) = draft.faults
    assert (fault.row, fault.column) == (0, "when")
    assert said in fault.message
    assert fault.at is not None
    assert at[0] <= fault.at[0] <= fault.at[1] <= max(at[1], len(typed))
    (field,) = [field for field in draft.field_rows[0].fields if field.fault]
    assert field.pointed is not None
    assert "".join(field.pointed).rstrip("…") == typed


def test_a_good_expression_is_kept_as_it_was_typed() -> None:
    raw = [{"item": "技改", "when": '投资 >= 500万元 且 行业 in ("coal", "iron")', "days": "3"}]
    body, faults = read_body(rules_table(), raw)
    assert faults == []
    assert body == [{**raw[0], "days": 3}]


def test_the_package_can_be_found() -> None:
    """What a table names is a path inside the data of the package."""
    assert (resources.files("tiaodu.data") / "ledger/standing.yaml").is_file()
    assert packaged.packaged(next(t for t in declared() if t.code == "ledger.standing")) is not None
