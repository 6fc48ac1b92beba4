"""Commitments without number or date, steps reached, headings, strength of wording."""

from collections.abc import Callable

import pytest

from tiaodu.engine.reading import Kind, Reading

SERVICES = """二、优化环境
一是发力招商引资。动态完善招商图谱，落实招商奖励政策，实行市场化委托招商奖励。
二是创优营商环境。完善首问负责制，大力推进“高效办成一件事”改革，进一步精简审批流程，开展“干部包企业”行动，开辟绿色通道，建立政银企对接机制，用足用活应急周转金。
"""


def quotes(reading: Reading, kind: Kind) -> list[str]:
    return [statement.quote for statement in reading.statements if statement.kind == kind]


@pytest.mark.parametrize(
    "words",
    [
        "招商图谱",
        "奖励政策",
        "委托招商奖励",
        "首问负责制",
        "一件事",
        "精简审批",
        "干部包企业",
        "绿色通道",
        "政银企",
        "周转金",
    ],
)
def test_every_commitment_is_a_duty(words: str, reading_of: Callable[..., Reading]) -> None:
    duties = [s for s in reading_of(SERVICES).statements if s.kind == Kind.DUTY and words in s.quote]
    assert len(duties) == 1
    assert "when_and_measured_how" in {question.code for question in duties[0].questions}


def test_headings_stand_above_their_statements(reading_of: Callable[..., Reading]) -> None:
    duty = next(s for s in reading_of(SERVICES).statements if "周转金" in s.quote)
    assert duty.headings == ("二、优化环境", "二是创优营商环境")


@pytest.mark.parametrize(
    "text", ["项目已完成场地平整。", "资料已上报省能源局。", "工程已取得核查意见。", "光伏项目二期已开工。"]
)
def test_a_step_reached_is_a_status(text: str, reading_of: Callable[..., Reading]) -> None:
    assert quotes(reading_of(text), Kind.STATUS) == [text.rstrip("。")]


@pytest.mark.parametrize(
    ("text", "strength", "word"),
    [
        ("确保年底前建成通车。", 5, "确保"),
        ("力争年底前建成通车。", 2, "力争"),
        ("计划年底前建成通车。", 2, "计划"),
        ("力争全年煤炭产量完成500万吨。", 2, "力争"),
        ("确保全年煤炭产量达到500万吨。", 5, "确保"),
        ("全年煤炭产量达到500万吨。", 4, "达到"),
        ("推动重点企业上市。", 1, "推动"),
    ],
)
def test_strength_of_wording(text: str, strength: int, word: str, reading_of: Callable[..., Reading]) -> None:
    statement = reading_of(text).statements[0]
    assert (statement.strength, statement.commitment) == (strength, word)


def test_open_words_are_questions_and_no_dates(reading_of: Callable[..., Reading]) -> None:
    statement = reading_of("天合集团200MW光伏项目力争近期全容量并网。").statements[0]
    assert statement.due is None
    assert [(q.code, dict(q.params)) for q in statement.questions] == [("when", {"word": "近期"})]
    assert (statement.strength, statement.commitment) == (2, "力争")


def test_a_clause_with_a_figure_needs_no_duty(reading_of: Callable[..., Reading]) -> None:
    assert not quotes(reading_of("确保全年煤炭产量达到500万吨。"), Kind.DUTY)


@pytest.mark.parametrize(
    ("clause", "owner"),
    [
        ("优化工业布局", None),
        ("帮助永丰煤业尽快复产", "永丰煤业"),
        ("推进直接还原铁项目", "直接还原铁项目"),
        ("理顺铁矿管理机制", None),
        ("实行市场化运作", None),
        ("引进能够带动上下游的项目", None),
        ("大力招引具有带动作用的项目", None),
        ("帮助企业缓解资金压力", None),
        ("组织包联干部送政策、送服务到企业", None),
        ("建设华能二期风光项目", "华能二期风光项目"),
        ("推进恒大公司生产线建设", "恒大公司"),
        ("县农业农村局按月汇总进展", "县农业农村局"),
        ("带动同类企业向园区集中", None),
        ("谋划焦炉煤气制氢、制甲醇等联产项目", None),
    ],
)
def test_a_duty_has_an_owner_or_none(
    clause: str, owner: str | None, reading_of: Callable[..., Reading]
) -> None:
    found = next(s for s in reading_of(f"二、任务。{clause}，加强督查。").statements if s.quote == clause)
    assert (found.kind, found.subject) == (Kind.DUTY, owner)


OPENING = """平山县2025年工业经济工作方案

为贯彻落实市委、市政府部署，抓好全县工业运行，结合实际，制定本方案。

一、总体要求
坚持稳字当头，统筹发展和安全。到2025年底规上企业达到40家。

二、重点任务
（一）补齐产业链条。引进上游企业，推进园区道路建设，形成集聚优势；加快热电联产项目建设。
"""


def test_guiding_ideas_and_openings_bind_nobody(reading_of: Callable[..., Reading]) -> None:
    reading = reading_of(OPENING, 2025)
    assert quotes(reading, Kind.DUTY) == [
        "引进上游企业",
        "推进园区道路建设",
        "形成集聚优势",
        "加快热电联产项目建设",
    ]
    assert quotes(reading, Kind.TARGET) == ["40家"]


def test_an_announcement_without_titles_binds_nobody(reading_of: Callable[..., Reading]) -> None:
    text = "为落实上级部署，做好全县抗旱工作，结合实际，制定本方案。抓好水源调度。"
    assert quotes(reading_of(text), Kind.DUTY) == ["抓好水源调度"]


@pytest.mark.parametrize(
    ("text", "purposes"),
    [
        (OPENING, ["形成集聚优势"]),
        ("完善首问负责制，提高综合服务效率。", ["提高综合服务效率"]),
        ("开展入企服务，让“有求必应”成为常态。", ["让“有求必应”成为常态"]),
        ("推进园区扩容，培育工业新增长点，实现全面转型升级。", ["培育工业新增长点", "实现全面转型升级"]),
        ("建成冷库3座，促进农产品外销。", ["促进农产品外销"]),
        ("促进农产品外销，完善冷链网络。", []),
        ("完善冷链网络；提高服务水平。", []),
    ],
)
def test_a_clause_that_only_names_the_aim_says_so(
    text: str, purposes: list[str], reading_of: Callable[..., Reading]
) -> None:
    assert [s.quote for s in reading_of(text, 2025).statements if s.purpose] == purposes


def test_what_follows_a_step_under_way_is_a_duty(reading_of: Callable[..., Reading]) -> None:
    text = "一、能源。光伏已取得核查意见；风电已完成选址，正在进行测风，打造“风光储”一体化基地。"
    assert quotes(reading_of(text), Kind.DUTY) == ["打造“风光储”一体化基地"]


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("编制全县水利发展规划。", None),
        ("健全资金直达快享机制。", None),
        ("逐户列出需协调事项。", None),
        ("任何单位不得代填代报。", 5),
        ("力争早日核准。", 2),
    ],
)
def test_a_noun_says_nothing_of_strength(
    text: str, strength: int | None, reading_of: Callable[..., Reading]
) -> None:
    found = reading_of(text).statements
    assert [(s.kind, s.strength) for s in found] == [(Kind.DUTY, strength)]


def test_a_name_with_its_builder_is_no_duty(reading_of: Callable[..., Reading]) -> None:
    assert not quotes(reading_of("由瑞丰公司承接的生猪代养项目，位于城东。"), Kind.DUTY)
