"""Project lists and task breakdown tables."""

from collections.abc import Callable

import pytest

from tiaodu.engine.reading import Kind, Reading, Statement, TableSpan, Vocabulary, read

PROJECTS = (
    "2024年重点项目表（单位：亿元）\n"
    "序号\t项目名称\t建设内容及规模\t总投资\t2024年计划投资\t开工时间\t竣工时间\t责任单位\t责任领导\n"
    "1\t滨河新区集中供热项目\t新建供热管网35公里，换热站12座\t3.2\t1.5\t2024.3\t2025年10月\t住建局\t李明\n"
    "2\t肉牛养殖基地\t存栏肉牛5000头，占地300亩\t1.05亿元\t8000万元\t已开工\t2024年底\t农业农村局\t王强\n"
    "\t合计\t\t4.25\t2.3\t\t\t\t\n"
)
TASKS = (
    "序号\t重点工作\t完成时限\t责任单位\n"
    "1\t完成国土空间总体规划编制\t6月底前\t自然资源局\n"
    "2\t优化审批流程\t\t行政审批局\n"
)


def by_quote(reading: Reading) -> dict[str, Statement]:
    return {statement.quote: statement for statement in reading.statements}


def test_a_project_list_gives_figures_and_dated_steps(reading_of: Callable[..., Reading]) -> None:
    found = by_quote(reading_of(PROJECTS))
    total = found["3.2"]
    assert (total.subject, total.measure, total.value, total.unit) == (
        "滨河新区集中供热项目",
        "investment_total",
        320_000_000,
        "元",
    )
    assert found["1.5"].measure == "investment_period"
    assert found["1.5"].due is not None and found["1.5"].due.text == "2024"
    assert found["8000万元"].value == 80_000_000
    assert found["35公里"].subject == "滨河新区集中供热项目"
    assert found["5000头"].measure == "capacity"
    start = found["2024.3"]
    assert (start.kind, start.action, start.due and start.due.text) == (Kind.MILESTONE, "开工", "2024-03-31")
    assert found["已开工"].kind == Kind.STATUS
    assert "4.25" not in found
    assert (start.row, start.department, start.leader) == (2, "住建局", "李明")


def test_a_task_table_gives_milestones_and_duties(reading_of: Callable[..., Reading]) -> None:
    found = by_quote(reading_of(TASKS))
    step = found["6月底前"]
    assert (step.kind, step.action, step.subject) == (Kind.MILESTONE, "完成", "完成国土空间总体规划编制")
    assert step.due is not None and step.due.text == "2024-06-30"
    duty = found["优化审批流程"]
    assert duty.kind == Kind.DUTY
    assert [question.code for question in duty.questions] == ["when_and_measured_how"]


def test_a_given_table_among_prose(vocabulary: Vocabulary) -> None:
    text = "全年新建水库2座。\n" + TASKS + "全年新建泵站3座。"
    span = TableSpan(text.index("序号"), text.index("全年新建泵站"))
    reading = read(text, document_date=None, plan_year=2024, vocabulary=vocabulary, tables=[span])
    assert {"2座", "3座", "6月底前"} <= {statement.quote for statement in reading.statements}


@pytest.mark.parametrize(
    ("cell", "due"),
    [
        ("2025", "2025"),
        ("2024-05-06", "2024-05-06"),
        ("2024/5", "2024-05-31"),
        ("5月底", "2024-05-31"),
        ("2023-2025", "2023/2025"),
    ],
)
def test_dates_of_cells(cell: str, due: str, reading_of: Callable[..., Reading]) -> None:
    text = f"项目名称\t竣工时间\t责任单位\n东山水库\t{cell}\t水利局\n"
    found = by_quote(reading_of(text))[cell]
    assert found.due is not None and found.due.text == due


def test_tabs_without_a_known_header_are_prose(reading_of: Callable[..., Reading]) -> None:
    reading = reading_of("甲\t乙\t丙\n新建水库\t2座\t好\n")
    assert all(statement.row is None for statement in reading.statements)
    assert "2座" in by_quote(reading)


@pytest.mark.parametrize(
    ("table", "duties"),
    [
        ("序号\t项目名称\t总投资\t牵头单位\n1\t河西项目\t待定\t发改局\n2\t河东项目\t待定\t发改局\n", []),
        ("序号\t类别\t名称\t牵头单位\n1\t片区\t城北片区\t发改局\n2\t轴线\t沿河轴线\t发改局\n", []),
        ("序号\t重点工作\t牵头单位\n1\t完善河长制度\t水利局\n", ["完善河长制度"]),
        ("序号\t项目名称\t建设内容\n1\t河西水厂\t改造取水口\n", ["河西水厂"]),
    ],
)
def test_a_name_alone_promises_nothing(
    table: str, duties: list[str], reading_of: Callable[..., Reading]
) -> None:
    assert [s.quote for s in reading_of(table).statements if s.kind == Kind.DUTY] == duties
