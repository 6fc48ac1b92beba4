"""One promise is one row: grouping, titles, figures, dues, departments."""

from __future__ import annotations

import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.ledger.plans import PlanText, day

from tiaodu.engine.ledger.breakdown import BreakdownRow, breakdown
from tiaodu.engine.ledger.departments import suggest_departments, usual_departments
from tiaodu.engine.reading.model import Due, Kind, Question

STAR = (
    "一是乳胶产业园区。加快推进常州星荣年产60亿只丁腈手套项目，2024年3月一期投产达效，同步启动2期8条单线建设，"
    "年底建成16条生产线，达到年产32亿只手套能力，实现税收4000万元。"
)


def rows_of(plan: PlanText, year: int = 2024) -> tuple[BreakdownRow, ...]:
    return breakdown(plan.statements, text=plan.text, departments=usual_departments(), plan_year=year)


def star() -> PlanText:
    plan, firm = PlanText(STAR), "常州星荣"
    plan.target("60亿只", firm, "capacity", "6000000000", "只")
    plan.add(Kind.MILESTONE, "2024年3月", firm, action="一期投产达效", due=day("2024-03-31"))
    plan.target("8条", firm, "facility_count", "8", "条", due=day("2024-03-31"))
    plan.target("16条", firm, "facility_count", "16", "条", due=day("2024-12-31"))
    plan.target("32亿只", firm, "capacity", "3200000000", "只", due=day("2024-12-31"))
    return plan.target("4000万元", firm, "tax", "40000000", "元", due=day("2024-12-31"))


def test_a_sentence_on_one_project_is_one_task_titled_by_its_clause() -> None:
    (row,) = rows_of(star())
    assert row.title == "加快推进常州星荣年产60亿只丁腈手套项目"
    assert [i.words for i in row.indicators] == [
        "产能60亿只",
        "单线8条（3月底）",
        "生产线16条（年底）",
        "产能32亿只（年底）",
        "税收4000万元（年底）",
    ]
    assert [m.words for m in row.milestones] == ["3月底：一期投产达效"]
    assert (row.due_words, row.due_first, row.due_last) == (
        "3月底—年底",
        date(2024, 3, 31),
        date(2024, 12, 31),
    )
    assert row.lead == "工信局" and not row.named and "手套" in row.because
    assert row.words.startswith("加快推进") and row.words.endswith("4000万元")
    assert row.statements == (0, 1, 2, 3, 4, 5)


def test_several_firms_in_one_sentence_are_one_task_each() -> None:
    plan = PlanText("推进阜生煤业达产90万吨，宏远煤业达产60万吨；加快盘城煤业复产。")
    plan.target("90万吨", "阜生煤业", "capacity", "900000", "吨")
    plan.target("60万吨", "宏远煤业", "capacity", "600000", "吨")
    plan.add(Kind.DUTY, "加快盘城煤业复产", "盘城煤业", strength=1, commitment="加快")
    assert [(r.title, len(r.indicators)) for r in rows_of(plan)] == [
        ("推进阜生煤业达产90万吨", 1),
        ("宏远煤业达产60万吨", 1),
        ("加快盘城煤业复产", 0),
    ]


def test_the_same_common_noun_twice_is_two_promises() -> None:
    plan = PlanText("在4座煤矿全面铺开掘进，确保6座煤矿持续稳定生产。")
    plan.target("4座", "煤矿", "facility_count", "4", "座")
    plan.target("6座", "煤矿", "facility_count", "6", "座", strength=5, commitment="确保")
    first, second = rows_of(plan)
    assert (first.title, second.title) == ("4座煤矿全面铺开掘进", "6座煤矿持续稳定生产")
    assert (second.commitment, second.strength) == ("确保", 5)


def test_names_in_a_row_are_one_task_each_titled_by_their_own_name() -> None:
    plan = PlanText(
        "年内力争投资4亿元的巨力新能源二期扩建、投资3.12亿元的晨阳水性涂料、投资2.33亿元的普康医疗器械3个项目投产运营。"
    )
    for quote, firm, value in (
        ("4亿元", "巨力新能源", "400000000"),
        ("3.12亿元", "晨阳水性涂料", "312000000"),
        ("2.33亿元", "普康医疗器械", "233000000"),
    ):
        plan.target(quote, firm, "investment_total", value, "元")
    assert [(r.title, [i.words for i in r.indicators]) for r in rows_of(plan)] == [
        ("巨力新能源二期扩建", ["总投资4亿元"]),
        ("晨阳水性涂料", ["总投资3.12亿元"]),
        ("普康医疗器械3个项目投产运营", ["总投资2.33亿元"]),
    ]


def test_figures_of_several_subjects_in_one_task_say_whose_they_are() -> None:
    plan = PlanText("索具、汽车部件年产值分别达到32亿元、9亿元。规上工业增加值增长7%，能耗下降3%。")
    plan.target("32亿元", "索具", "output_value", "3200000000", "元")
    plan.target("9亿元", "汽车部件", "output_value", "900000000", "元")
    plan.target("7%", "规上工业增加值", "growth_rate", "7", "%")
    plan.target("3%", "能耗", "growth_rate", "-3", "%")
    words = [[i.words for i in row.indicators] for row in rows_of(plan)]
    assert words == [["索具产值32亿元", "汽车部件产值9亿元"], ["规上工业增加值增长7%"], ["能耗下降3%"]]


def test_figures_of_one_clause_stay_together() -> None:
    plan = PlanText("培育规上企业5家、专精特新企业3家。")
    plan.target("5家", "规上企业", "enterprise_count", "5", "家")
    plan.target("3家", "专精特新企业", "enterprise_count", "3", "家")
    (row,) = rows_of(plan)
    assert [i.words for i in row.indicators] == ["规上企业5家", "专精特新企业3家"]


def test_a_duty_is_its_own_task_and_what_it_is_for_goes_with_it() -> None:
    plan = PlanText("鼓励龙头企业带动，促进产业集聚，推动平台经济发展。")
    for duty in ("鼓励龙头企业带动", "促进产业集聚", "推动平台经济发展"):
        plan.add(Kind.DUTY, duty, questions=(Question("when_and_measured_how"),))
    first, second = rows_of(plan)
    assert (first.title, first.statements) == ("鼓励龙头企业带动", (0, 1))
    assert [q.code for q in first.questions] == ["when_and_measured_how"]
    assert second.title == "推动平台经济发展"


def test_a_heading_is_no_task_of_its_own_when_its_contents_follow() -> None:
    plan = PlanText("一是推进重点项目建设。铺排项目5个。")
    heading = "一是推进重点项目建设"
    plan.add(Kind.DUTY, heading, headings=(heading,))
    plan.target("5个", "项目", "project_count", "5", "个", headings=(heading,))
    assert [r.title for r in rows_of(plan)] == ["铺排项目5个"]
    alone = PlanText("一是推进重点项目建设。")
    alone.add(Kind.DUTY, heading, headings=(heading,))
    assert [r.title for r in rows_of(alone)] == ["推进重点项目建设"]


def test_context_is_left_out_and_a_fact_goes_to_its_subject_or_nowhere() -> None:
    plan = PlanText("高纯石英砂提纯项目已完成场地平整，力争9月份前建成。煤矿6座已复产。")
    plan.add(Kind.STATUS, "高纯石英砂提纯项目已完成场地平整", "高纯石英砂提纯项目")
    plan.add(Kind.MILESTONE, "9月份前", "高纯石英砂提纯项目", action="建成", due=day("2024-08-31"))
    plan.add(Kind.ACTUAL, "6座", "煤矿", measure="facility_count", value=Decimal(6), unit="座")
    plan.add(Kind.CONTEXT, "6座", "煤矿")
    (row,) = rows_of(plan)
    assert row.title == "高纯石英砂提纯项目"
    assert row.progress == ("高纯石英砂提纯项目已完成场地平整",)
    assert row.statements == (1,)


def test_a_named_project_told_over_several_sentences_is_one_task() -> None:
    plan = PlanText("〔7〕农副产品加工园区：总投资12亿元。占地439亩。7月底建成。")
    park = "农副产品加工园区"
    plan.target("12亿元", park, "investment_total", "1200000000", "元")
    plan.target("439亩", park, "area", "439", "亩")
    plan.add(Kind.MILESTONE, "7月底", park, action="建成", due=day("2024-07-31"))
    (row,) = rows_of(plan)
    assert row.title == "农副产品加工园区"
    assert [i.words for i in row.indicators] == ["总投资12亿元", "面积439亩"]


def test_increments_comparators_and_events_are_told_as_an_office_writes() -> None:
    plan = PlanText("民营企业突破130户，下半年建成36条生产线，待批复后组织评审。")
    plan.target("130户", "民营企业", "enterprise_count", "130", "户", comparator=">")
    plan.target("36条", None, "facility_count", "36", "条", increment=True, due=day("2024-12-31"))
    event = Due(event="批复", offset=5)
    plan.add(Kind.DUTY, "待批复后组织评审", "箕山抽蓄电站项目", due=event)
    rows = rows_of(plan)
    assert [i.words for i in rows[0].indicators] == ["民营企业超过130户", "生产线新增36条（年底）"]
    assert (rows[1].due_words, rows[1].event, rows[1].due_last) == ("批复后5个工作日内", "批复", None)


def test_a_table_row_is_one_task_with_the_people_its_columns_name() -> None:
    table = (
        "序号\t工作任务\t总投资（亿元）\t完成时限\t牵头单位\t配合单位\t责任领导\n"
        "1\t手套项目二期\t3\t2024年6月\t县工信局\t县发改局、县能源局\t张某\n"
        "2\t玻璃项目\t4\t2024年9月\t\t\t\n"
    )
    plan = PlanText(table)
    for quote, name, due, number in (
        ("3", "手套项目二期", "2024-06-30", 1),
        ("4", "玻璃项目", "2024-09-30", 2),
    ):
        plan._from = table.index(name)
        plan.target(quote, name, "investment_total", f"{quote}00000000", "元", row=number)
        plan.add(Kind.MILESTONE, f"2024年{due[6]}月", name, action="完成", due=day(due), row=number)
    first, second = rows_of(plan)
    assert (first.title, first.lead, first.assisting, first.leader) == (
        "手套项目二期",
        "县工信局",
        ("县发改局", "县能源局"),
        "张某",
    )
    assert first.named and not second.named
    assert first.words == table.split("\n")[1]
    assert [i.words for i in first.indicators] == ["总投资3亿元"]


def test_departments_named_in_the_text_go_before_suggestions() -> None:
    plan = PlanText("煤炭产量完成500万吨。（牵头单位：县能源局；配合单位：县应急局、县统计局）")
    plan.target("500万吨", "煤炭", "output", "5000000", "吨")
    (row,) = rows_of(plan)
    assert (row.lead, row.assisting, row.named) == ("县能源局", ("县应急局", "县统计局"), True)
    assert [i.words for i in row.indicators] == ["煤炭产量500万吨"]


@pytest.mark.parametrize(
    ("words", "lead"),
    [
        ("恢复正珠煤业回采面正常生产", "能源局"),
        ("大力招引上下游企业签约落地", "招商促进中心"),
        ("精简审批流程", "行政审批局"),
        ("用足用活应急周转金", "财政局"),
        ("新建改扩建公办幼儿园200所", "教育局"),
        ("箕山140万千瓦抽蓄电站项目", "发改局"),
        ("没有一个词说明归谁", None),
    ],
)
def test_the_words_of_a_task_suggest_who_leads(words: str, lead: str | None) -> None:
    suggested = suggest_departments([words], usual_departments())
    assert (suggested.lead.short if suggested.lead else None) == lead
    assert suggested.lead not in suggested.assisting


def test_headings_speak_only_when_the_task_itself_does_not() -> None:
    heading = "（三）推动煤矿安全"
    silent = suggest_departments(["抓好各项工作"], usual_departments(), around=[heading])
    clear = suggest_departments(["新建幼儿园2所"], usual_departments(), around=[heading])
    assert silent.lead and silent.lead.short == "能源局"
    assert clear.lead and clear.lead.short == "教育局"


@given(st.permutations(range(6)))
@settings(derandomize=True, max_examples=40, deadline=None)
def test_rows_hold_every_promise_once_whatever_the_order_of_statements(order: list[int]) -> None:
    plan = star()
    plan.statements = [plan.statements[i] for i in order]
    rows = rows_of(plan)
    told = sorted(index for row in rows for index in row.statements)
    assert told == list(range(6))
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))


def gold_folder() -> Path:
    own = Path(os.environ.get("TIAODU_GOLD") or Path(__file__).resolve().parents[4] / "shared" / "gold")
    if not (own / "passages").is_dir():
        pytest.skip("the labelled passages are not here (TIAODU_GOLD)")
    return own / "passages"


def test_the_county_briefing_breaks_into_the_tasks_a_clerk_would_make() -> None:
    folder = gold_folder()
    plan = PlanText((folder / "seed.txt").read_text(encoding="utf-8"))
    for line in (folder / "seed.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        plan._from = label["start"]
        value = None if label.get("value") is None else Decimal(str(label["value"]))
        plan.add(
            Kind(label["kind"]),
            label["quote"],
            label.get("subject"),
            measure=label.get("measure"),
            measure_key=label.get("measure"),
            value=value,
            unit=label.get("unit"),
            comparator=label.get("comparator", "="),
            action=label.get("action"),
            due=day(label["due"]) if label.get("due") else None,
        )
    rows = rows_of(plan)
    sizes = {row.title: (len(row.indicators), len(row.milestones)) for row in rows}
    assert sizes["铺排工业类项目5个"] == (3, 0)
    assert sizes["加快推进常州星荣年产60亿只丁腈手套项目"] == (5, 1)
    assert sizes["推进山西鑫康莱医疗科技公司生产线建设"] == (5, 0)
    assert sizes["箕山140万千瓦抽蓄电站项目"] == (2, 0)
    assert 19 <= len(rows) <= 23
    promised = {i for i, s in enumerate(plan.statements) if s.kind in (Kind.TARGET, Kind.MILESTONE)}
    assert {index for row in rows for index in row.statements} == promised
