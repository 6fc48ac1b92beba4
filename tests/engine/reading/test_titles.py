"""Titles that run in with their text, quotations in clauses, brackets that name who is responsible."""

from collections.abc import Callable

import pytest

from tiaodu.engine.reading import Kind, Reading

PLAN = """三、重点任务
（一）稳住水泥生产
1.推进技改项目建设。安排技改项目6个，总投资3.2亿元。
2.完善管护制度。（责任单位：县水利局；完成时限：2024年6月底）
（二）盘活闲置厂房
一是推进厂房招租。引进汇丰纸业，推动二期厂房启用。二是化解遗留问题。
3.推进水厂建设
4.推进路网建设
"""


def duties(reading: Reading) -> list[str]:
    return [statement.quote for statement in reading.statements if statement.kind is not Kind.CONTEXT]


@pytest.mark.parametrize("title", ["稳住水泥生产", "推进技改项目建设", "盘活闲置厂房", "推进厂房招租"])
def test_a_title_is_no_duty(title: str, reading_of: Callable[..., Reading]) -> None:
    assert title not in duties(reading_of(PLAN))


@pytest.mark.parametrize("duty", ["完善管护制度", "化解遗留问题", "推进水厂建设", "推进路网建设"])
def test_what_is_all_there_is_of_an_item_is_a_duty(duty: str, reading_of: Callable[..., Reading]) -> None:
    assert duty in duties(reading_of(PLAN))


def test_a_title_stands_above_what_follows(reading_of: Callable[..., Reading]) -> None:
    found = {s.quote: s.headings for s in reading_of(PLAN).statements}
    assert found["6个"] == ("三、重点任务", "（一）稳住水泥生产", "1.推进技改项目建设")


def test_a_first_sentence_with_a_figure_is_no_title(reading_of: Callable[..., Reading]) -> None:
    assert "3条" in duties(reading_of("1.改造公路3条。推进养护改革。"))


def test_a_title_is_no_step_reached(reading_of: Callable[..., Reading]) -> None:
    text = "2.推动永丰煤业开工。督促永丰煤业办齐手续，力争年内开工。"
    assert [s.kind for s in reading_of(text).statements] == [Kind.DUTY, Kind.MILESTONE]


@pytest.mark.parametrize(
    "clause",
    [
        "还清治理“旧账”",
        "构建“项目签约——手续办理——竣工投产”一体服务体系",
        "深入落实“国45条”“省20条”",
        "“十五五”规划编制要抓紧推进",
        "开展“企业动嘴，干部跑腿”行动",
    ],
)
def test_a_quotation_stays_whole(clause: str, reading_of: Callable[..., Reading]) -> None:
    assert duties(reading_of(f"加强领导，{clause}。"))[-1] == clause


def test_a_bracket_of_responsibility_promises_nothing(reading_of: Callable[..., Reading]) -> None:
    text = "建设冷库，推进招租。（牵头单位：县商务局；责任单位：兴农公司（园区）；完成时限：6月底前建成）"
    assert duties(reading_of(text)) == ["建设冷库", "推进招租"]


@pytest.mark.parametrize(
    "clause",
    [
        "逐村明确管护人员",
        "定期评估整治效果",
        "扭转粮食滑坡局面",
        "依法厘清土地权属",
        "依法依规联合验收、限时办结",
        "逐个园区编制招商手册",
        "签约前开展信用审查",
        "逐条落实“国45条”",
        "县住建局按季汇总进展",
        "对闲置土地给予收回",
        "为小微企业开辟绿色通道",
        "各乡镇每周报送进度",
    ],
)
def test_a_duty_may_open_with_how_for_whom_and_by_whom(
    clause: str, reading_of: Callable[..., Reading]
) -> None:
    found = [s for s in reading_of(f"二、任务。{clause}，加强督查。").statements if s.quote == clause]
    assert [s.kind for s in found] == [Kind.DUTY]


@pytest.mark.parametrize(
    ("limit", "codes"),
    [
        ("2024年6月底", ["measured_how"]),
        ("12月底前", ["measured_how"]),
        ("长期坚持", ["when", "when_and_measured_how"]),
        ("待定", ["when", "when_and_measured_how"]),
        ("待批复后确定", ["when", "when_and_measured_how"]),
    ],
)
def test_a_time_limit_behind_a_measure_answers_when(
    limit: str, codes: list[str], reading_of: Callable[..., Reading]
) -> None:
    text = (
        f"1.保障用水。尽快完善管护制度。（牵头单位：县水利局；完成时限：{limit}）\n2.整治河道。尽快清理河道。"
    )
    first, last = reading_of(text).statements
    assert (first.due, [q.code for q in first.questions]) == (None, codes)
    assert [q.code for q in last.questions] == ["when", "when_and_measured_how"]


def test_a_duty_beside_a_figure_is_not_asked_how_it_is_measured(reading_of: Callable[..., Reading]) -> None:
    text = "1.建冷库。完善冷链网络，建成冷库3座，促进外销。（牵头单位：县商务局；完成时限：2024年6月底）"
    assert [s.questions for s in reading_of(text).statements] == [(), (), ()]
