"""Rows of the county's tree: what each kind says, and what is told of a row that cannot be taken."""

from __future__ import annotations

import pytest
from tests.cast import Cast, County
from tests.rooms.outlook.desk import COAL, mine_rows, model, row

from tiaodu.engine.outlook.model import (
    Adds,
    Arrival,
    Arrivals,
    Given,
    Lag,
    Noise,
    Per,
    Running,
    Total,
    Worked,
)
from tiaodu.engine.outlook.months import month_of
from tiaodu.engine.outlook.shapes import Empirical, Pert, Stop
from tiaodu.foundation.tables.services import Faulty
from tiaodu.rooms.outlook.modelling import node_of_row

BLANK = {"unit": "", "figures": "", "rule": "", "inputs": "", "causes": "", "series": ""}


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (row("a:b", "evidence"), Given()),
        (row("a:b", "given", figures="30 2024-02=28"), Given(30.0, {month_of("2024-02"): 28.0})),
        (row("a:b", "worked", figures="2024-02=6"), Worked({month_of("2024-02"): 6.0})),
        (
            row("a:b", "noise", figures="PERT 0.9 0.96 0.98 每情形"),
            Noise(Pert(0.9, 0.96, 0.98), Per.SCENARIO),
        ),
        (
            row("a:b", "noise", figures="停工 10% 0.1 0.2 1 持续=0.5", causes="steam=0.9"),
            Noise(Stop(0.1, 0.1, 0.2, 1.0), causes=(("steam", 0.9),), persistence=0.5),
        ),
        (row("a:b", "noise", figures="往期 0.9、1.1"), Noise(Empirical((0.9, 1.1)))),
        (
            row("a:b", "arrivals", figures="18 shop/A25=36 爬坡 0.3 1 月均"),
            Arrivals(18.0, (Arrival("shop/A25", 36.0),), (0.3, 1.0), Adds.MEAN),
        ),
        (row("a:b", "lag", figures="2 沿用", inputs="c:d"), Lag("c:d", 2, hold=True)),
        (row("a:b", "running", inputs="c:d"), Running("c:d")),
        (row("a:b", "total", inputs="c:d、e:f"), Total(("c:d", "e:f"))),
    ],
)
def test_a_row_says_its_kind(told: dict[str, str], kind: object) -> None:
    assert node_of_row(BLANK | told).kind == kind


@pytest.mark.parametrize(
    ("rows", "place", "column", "words"),
    [
        (mine_rows(inputs="luck=shigang:other.lucky、stops=shigang:other.stops"), 3, "inputs", "不在树上"),
        (mine_rows(unit="条"), 3, "rule", "单位"),
        (mine_rows(rule="4万吨 * luck * ("), 3, "rule", "公式不能用"),
        (mine_rows(inputs="luck"), 3, "inputs", "名称=内容"),
        (mine_rows(rule="a + 1万吨", inputs=f"a={COAL}"), 3, "inputs", "圈"),
        ([row("a:b", "noise", figures="对数正态 1")], 0, "figures", "随机写成"),
        ([row("a:b", "noise", figures="对数正态 -1 0.1")], 0, "figures", "分布参数不对"),
        ([row("a:b", "noise", figures="正态 1 0.1", causes="steam=0.5")], 0, "causes", "没有定义"),
        ([row("a:b", "given", figures="三十")], 0, "figures", "不是数"),
        ([row("a:b", "given", figures="2024-13=1")], 0, "figures", "不是月份"),
        ([row("没有冒号", "given", figures="1")], 0, "key", "主体:指标"),
        ([row("a:b", "arrivals", figures="12", unit="条")], 0, "figures", "基数"),
    ],
)
def test_a_bad_row_is_named_with_its_column_and_reason(
    county: County, cast: Cast, rows: list[dict[str, str]], place: int, column: str, words: str
) -> None:
    with pytest.raises(Faulty) as refused:
        model(county, cast, rows)
    fault = refused.value.faults[0]
    assert (fault.row, fault.column) == (place, column), fault
    assert words in fault.message
