"""A promise told again, joined, contradicted, or new."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiaodu.engine.ledger.likeness import dice, load_rules
from tiaodu.engine.ledger.matching import (
    CONFLICTS,
    JOINS,
    NEAR,
    NEW,
    RESTATES,
    Promise,
    Row,
    land,
    match_one,
)
from tiaodu.engine.ledger.wording import ledger_data
from tiaodu.engine.reading.model import Kind

RULES = load_rules(ledger_data("matching.yaml"))
YEAR_END = date(2024, 12, 31)
LINES = Promise(
    key=1,
    kind=Kind.TARGET,
    title="年底鑫康莱公司生产线达到58条",
    subject="鑫康莱公司",
    named=True,
    subject_id=7,
    measure_key="facility_count.line.glove",
    unit="条",
    value=Decimal(58),
    due_end=YEAR_END,
    document="plan",
    task=70,
)


def told(**changes: object) -> Promise:
    """The same promise as another document tells it."""
    return replace(LINES, key=99, document="briefing", task=None, **changes)  # type: ignore[arg-type]


def test_the_same_figure_is_a_restatement() -> None:
    found = match_one(told(title="达到生产线58条"), [LINES], RULES)
    assert (found.kind, found.other) == (RESTATES, LINES)
    assert "same_value" in found.reasons


def test_another_value_or_date_is_asked_about() -> None:
    more = match_one(told(value=Decimal(60)), [LINES], RULES)
    later = match_one(told(due_end=date(2024, 9, 30)), [LINES], RULES)
    assert [found.kind for found in (more, later)] == [CONFLICTS, CONFLICTS]
    assert ("value_differs" in more.reasons, "due_differs" in later.reasons) == (True, True)


def test_in_one_document_two_figures_are_two_promises() -> None:
    assert match_one(replace(told(value=Decimal(22)), document="plan"), [LINES], RULES).kind == NEW


def test_an_increment_is_not_its_stock() -> None:
    assert match_one(told(increment=True, value=Decimal(36)), [LINES], RULES).kind == NEW


def test_other_subjects_units_and_measures_do_not_match() -> None:
    for changes in ({"subject_id": 8}, {"unit": "座"}, {"measure_key": "facility_count.mine"}):
        assert match_one(told(**changes), [LINES], RULES).kind == NEW


def test_a_firm_and_its_project_are_one_business() -> None:
    project = told(subject_id=71, belongs_to=(7,))
    assert match_one(project, [LINES], RULES).kind == RESTATES


def test_a_common_noun_is_the_same_only_in_like_words() -> None:
    six = {"measure_key": "facility_count.coal_mine", "unit": "座", "value": Decimal(6)}
    title = "确保6座煤矿持续稳定生产"
    mines = Promise(1, Kind.TARGET, title, "煤矿", document="a", **six)  # type: ignore[arg-type]
    alike = replace(mines, key=2, title="6座生产煤矿均衡稳定生产", subject="生产煤矿", document="b")
    unlike = replace(alike, title="新建幼儿园6座")
    assert match_one(alike, [mines], RULES).kind == RESTATES
    assert match_one(unlike, [mines], RULES).kind == NEW


def test_a_milestone_told_again_and_postponed() -> None:
    step = Promise(
        1,
        Kind.MILESTONE,
        "4月底完成石港煤业智能化综采工作面调试运行",
        "石港煤业",
        subject_id=3,
        due_end=date(2024, 4, 30),
        action="完成调试运行",
        act="finish",
        document="a",
        task=5,
    )
    again = replace(step, key=2, document="b", action="完成调试并投入运行", task=None)
    assert match_one(again, [step], RULES).kind == RESTATES
    assert match_one(replace(again, due_end=date(2024, 6, 30)), [step], RULES).kind == CONFLICTS


def test_an_undated_duty_retells_and_a_date_joins() -> None:
    duty = Promise(
        1, Kind.DUTY, "推动盘城煤业尽快复产", "盘城煤业", subject_id=4, act="resume", document="a", task=6
    )
    again = replace(duty, key=2, title="帮助盘城煤业尽快复产", document="b", task=None)
    dated = replace(again, kind=Kind.MILESTONE, title="推动盘城煤业6月底前复产", due_end=date(2024, 6, 30))
    assert match_one(again, [duty], RULES).kind == RESTATES
    assert match_one(dated, [duty], RULES).kind == JOINS


def test_a_summary_lands_in_the_measure_that_works_it_out() -> None:
    summary = replace(LINES, key=1, task=None, paragraph=1)
    measure = replace(LINES, key=2, task=None, paragraph=2)
    tax = replace(measure, key=3, measure_key="tax", unit="元", value=Decimal(120000000))
    first, second, third = land([Row((summary,)), Row((measure, tax), detail=1002)], [], RULES)
    assert (first.kind, first.other and first.other.key) == (RESTATES, 2)
    assert [(second.kind, second.into), (third.kind, third.into)] == [(NEW, 1), (NEW, 1)]


def test_a_row_mostly_told_elsewhere_joins_that_task() -> None:
    tax = told(measure_key="tax", unit="元", value=Decimal(120000000))
    lines, joined = land([Row((replace(told(), key=5), replace(tax, key=6)))], [LINES], RULES)
    assert (lines.kind, lines.task, joined.kind, joined.task) == (RESTATES, 70, JOINS, 70)


@given(st.text(max_size=12), st.text(max_size=12))
@settings(derandomize=True)
def test_likeness_is_symmetric_and_bounded(one: str, other: str) -> None:
    assert dice(one, other) == dice(other, one)
    assert 0 <= dice(one, other) <= 1
    assert dice(one, one) == (1 if one else 0)


@given(st.decimals(1, 10**9, places=2), st.booleans(), st.sampled_from(["条", "元", "吨"]))
@settings(derandomize=True)
def test_telling_a_document_twice_adds_nothing(value: Decimal, increment: bool, unit: str) -> None:
    known = replace(LINES, value=value, increment=increment, unit=unit)
    found = land([Row((replace(known, key=2, task=None, document="again"),))], [known], RULES)
    assert [landing.kind for landing in found] == [RESTATES]


def test_two_shares_of_one_value_in_one_sentence_are_two_promises() -> None:
    share = {"measure_key": "ratio", "unit": "%", "value": Decimal(40), "document": "a", "paragraph": 1}
    private = Promise(1, Kind.TARGET, "民间投资占比达40%以上", "民间投资", sentence=1, **share)  # type: ignore[arg-type]
    reserved = replace(private, key=2, title="政府采购预留份额达40%以上", subject="预留份额")
    for other in (reserved, replace(reserved, subject=""), replace(reserved, sentence=9)):
        assert match_one(other, [private], RULES).kind == NEW


def duty(key: int, title: str, document: str, **fields: object) -> Promise:
    return Promise(key, Kind.DUTY, title, action=title, document=document, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "again"),
    [
        ("确保达标企业全部按时入规、入统", "确保符合标准的企业应入尽入、按时入规入统"),
        ("鼓励行业龙头企业积极发挥带动引领作用", "支持行业龙头企业整合上下游资源"),
        ("报请上级部门早日核准开工建设", "争取上级早日核准"),
        ("建立惠企政策直达快享机制", "健全惠企政策直达快享机制"),
        ("为民间投资的重大项目开辟绿色通道", "开辟绿色通道"),
    ],
)
def test_a_duty_told_again_in_other_words(known: str, again: str) -> None:
    for one, other in ((known, again), (again, known)):
        assert match_one(duty(2, other, "b"), [duty(1, one, "a", task=5)], RULES).kind == RESTATES


@pytest.mark.parametrize(
    "other", ["编制城市更新专项规划", "设立城市更新基金和专项引导资金", "全面开展城市体检"]
)
def test_a_common_topic_makes_no_restatement(other: str) -> None:
    known = duty(1, "大力推进城市更新", "a", task=5)
    for document in ("a", "b"):
        assert match_one(duty(2, other, document), [known], RULES).kind not in (RESTATES, JOINS)


def test_steps_after_one_event_need_less_likeness() -> None:
    known = duty(1, "立即组织开展可研评审、可行性编制报告等工作", "a", event="批复", task=5)
    again = duty(2, "立即编制可行性研究报告并组织评审", "b", event="批复")
    assert match_one(again, [replace(known, kind=Kind.MILESTONE)], RULES).kind == RESTATES
    assert match_one(replace(again, event=""), [replace(known, event="")], RULES).kind == CONFLICTS


def test_duties_half_alike_are_asked_about() -> None:
    known = duty(1, "编制高质量发展规划", "a", task=5)
    found = match_one(duty(2, "编制全县工业发展规划", "b"), [known], RULES)
    assert (found.kind, found.reasons) == (CONFLICTS, (NEAR,))
    assert match_one(duty(2, "编制全县工业发展规划", "a"), [known], RULES).kind == NEW


def test_a_purpose_goes_where_its_promise_goes() -> None:
    lines = replace(told(), key=5)
    purpose = duty(6, "实现拳头发力", "briefing", purpose=True)
    _, joined = land([Row((lines, purpose))], [LINES], RULES)
    assert (joined.kind, joined.task) == (JOINS, 70)
    asked = land([Row((replace(lines, value=Decimal(60)), purpose))], [LINES], RULES)
    assert [landing.kind for landing in asked] == [CONFLICTS, CONFLICTS]
