"""Who is suggested to lead: by the main object of a title, never by a figure's measure."""

from __future__ import annotations

import pytest

from tiaodu.engine.ledger.departments import DepartmentHint, suggest_departments, usual_departments

# A county's own list, in which every word makes its department lead.
COUNTY = (
    DepartmentHint("industry", "县工信局", "县工信局", ("工业", "乳胶", "企业培育"), ()),
    DepartmentHint("taxation", "县税务局", "县税务局", ("税收", "退税"), ()),
    DepartmentHint("court", "县法院", "县法院", ("拍卖", "重整"), ()),
    DepartmentHint("emergency", "县应急局", "县应急局", ("应急", "隐患"), ()),
    DepartmentHint("land", "县自然资源局", "县自然资源局", ("用地", "铁矿"), ()),
    DepartmentHint("lending", "县金融服务中心", "县金融服务中心", ("周转金", "抵押"), ()),
)


@pytest.mark.parametrize(
    ("title", "rest", "subjects", "lead"),
    [
        ("年底星荣公司生产线达到16条、手套年产能达到32亿只、税收达到4000万元", "", "星荣公司", None),
        ("加快建设星荣公司手套项目", "达到32亿只手套能力，实现税收4000万元", "星荣公司", None),
        ("尽快启动万顺、鑫泰、大成三个银行抵押铁矿拍卖程序", "", "银行抵押铁矿", "land"),
        ("用足用活应急周转金和特别流转金", "", "", "lending"),
        ("对每个项目实行签约、手续办理、用地保障、竣工投产全程服务", "", "", None),
        ("推动产业园扩建", "", "乳胶产业园", "industry"),
    ],
)
def test_the_main_object_decides(title: str, rest: str, subjects: str, lead: str | None) -> None:
    found = suggest_departments([title, rest, subjects], COUNTY)
    assert (found.lead.code if found.lead else None) == lead
    assert "emergency" not in [department.code for department in found.assisting]


def test_an_auction_and_a_tax_figure_only_bring_help() -> None:
    found = suggest_departments(["启动银行抵押铁矿拍卖程序，完成拍卖", "", "铁矿"], COUNTY)
    assert "court" in [department.code for department in found.assisting]
    usual = suggest_departments(["完成抵押资产拍卖"], usual_departments(), most=4)
    assert usual.lead is None
    assert "court" in [department.code for department in usual.assisting]
