"""What a row promises by its deadline: the words and the figures of its aim."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tiaodu.engine.reading import Kind, Reading

HEAD = "项目名称\t建设内容\t年度目标\t完成时限\t责任单位\n"


@pytest.mark.parametrize(
    ("row", "action", "due"),
    [
        ("县医院门诊楼\t建筑面积1.8万平方米\t主体封顶\t三季度\t县卫健局", "主体封顶", "2024-09-30"),
        ("养殖二期\t扩建鸽舍\t存栏种鸽55万对\t10月底\t农业农村局", "扩建鸽舍", "2024-10-31"),
        ("污水处理厂\t日处理能力2万吨\t完成投资4200万元\t12月底\t住建局", "完成", "2024-12-31"),
    ],
)
def test_the_step_of_a_row_is_what_its_aim_says(
    row: str, action: str, due: str, reading_of: Callable[..., Reading]
) -> None:
    (step,) = [s for s in reading_of(HEAD + row + "\n").statements if s.kind == Kind.MILESTONE]
    assert (step.action, step.due and step.due.text) == (action, due)


def test_figures_of_the_aim_are_due_by_the_deadline_what_is_built_is_not(
    reading_of: Callable[..., Reading],
) -> None:
    rows = HEAD + "污水处理厂\t日处理能力2万吨\t完成投资4200万元\t10月底\t住建局\n"
    dues = {s.quote: s.due and s.due.text for s in reading_of(rows).statements if s.kind == Kind.TARGET}
    assert dues == {"2万吨": None, "4200万元": "2024-10-31"}


def test_a_figure_with_a_day_of_its_own_keeps_it(reading_of: Callable[..., Reading]) -> None:
    rows = "重点工作\t工作措施\t完成时限\n供水改造\t6月底前新建泵站3座，新建水池2座\t11月底\n"
    dues = {s.quote: s.due and s.due.text for s in reading_of(rows).statements if s.kind == Kind.TARGET}
    assert dues["3座"] == "2024-06-30"


def test_a_column_of_aims_of_a_year_dates_them(reading_of: Callable[..., Reading]) -> None:
    found = reading_of("项目名称\t2026年目标\t责任单位\n水厂\t新建泵站3座\t住建局\n").statements
    assert [(s.quote, s.due and s.due.text) for s in found] == [("3座", "2026")]
