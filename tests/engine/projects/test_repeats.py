"""Projects that look like one: found with their reasons, and what is two is told apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.projects.register import PLACES, RULES, register

from tiaodu.engine.kernel.units import packaged_units
from tiaodu.engine.projects.repeats.comparing import compare
from tiaodu.engine.projects.repeats.model import Aside, Candidate, Doubt, Likeness, Looks, Pair
from tiaodu.engine.projects.repeats.pairing import repeats, shared_at_least
from tiaodu.engine.projects.repeats.traits import traits_of

UNITS = packaged_units()
FIRST = Candidate(
    key=1,
    name="星荣公司丁腈手套生产线项目",
    developer=7,
    developers=("星荣公司", "左权星荣乳胶制品有限公司"),
    park=3,
    township=11,
    place="左权县辽阳镇西长义村",
    amount=Decimal("127000000"),
    land=Decimal("60"),
    content="建设20条丁腈手套生产线",
    signed_on=date(2023, 3, 1),
)
AGAIN = replace(
    FIRST,
    key=2,
    name="左权县高端医用丁腈手套产业园",
    developer=8,
    developers=("山西星荣乳胶制品有限责任公司",),
    amount=Decimal("127500000"),
    signed_on=date(2024, 2, 20),
)


def pairs(*projects: Candidate) -> list[Pair]:
    return repeats(projects, PLACES, RULES, UNITS)


def rules_of(pair: Pair) -> set[Likeness | Doubt]:
    return {reason.rule for reason in (*pair.reasons, *pair.doubts)}


def test_one_project_signed_twice_under_two_companies() -> None:
    (found,) = pairs(FIRST, AGAIN)
    assert (found.one, found.other, found.aside, found.looks) == (1, 2, None, Looks.SIGNED_TWICE)
    expected = {
        Likeness.DEVELOPER_ALIKE,
        Likeness.NAME,
        Likeness.AMOUNT_EQUAL,
        Likeness.PLACE_TEXT,
        Likeness.PRODUCTS,
        Likeness.SCALE,
        Likeness.LAND,
        Likeness.SIGNED_CLOSE,
    }
    assert rules_of(found) == expected
    assert sum(reason.points for reason in found.reasons) >= found.score >= 90


def test_begun_twice_and_an_old_plant_with_a_new_name() -> None:
    begun = replace(FIRST, begun_on=date(2023, 6, 1)), replace(AGAIN, begun_on=date(2024, 5, 1))
    assert pairs(*begun)[0].looks == Looks.BEGUN_TWICE
    produced = replace(FIRST, begun_on=date(2022, 6, 1), produced_on=date(2023, 12, 1))
    assert pairs(produced, AGAIN)[0].looks == Looks.OLD_PLANT


def test_phases_of_one_plant_are_two_projects() -> None:
    one = replace(FIRST, name="星荣公司丁腈手套项目（一期）")
    two = replace(AGAIN, name="星荣公司丁腈手套项目（二期）", developer=7)
    (found,) = pairs(one, two)
    assert found.aside is not None
    assert (found.aside.why, found.aside.one, found.aside.other) == (Aside.PHASES, one.name, two.name)
    assert found.score >= RULES.least  # it would be shown, were it not for the phases
    whole = replace(two, name="星荣公司丁腈手套项目")
    assert pairs(one, whole)[0].aside is None  # the whole signed again as its first phase
    assert pairs(whole, replace(two, key=3))[0].aside is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [("东区手套车间", "西区手套车间"), ("手套1号车间", "手套2号车间"), ("手套示范项目一", "手套示范项目二")],
)
def test_numbered_works_are_two_projects(one: str, other: str) -> None:
    (found,) = pairs(replace(FIRST, name=one), replace(AGAIN, name=other, developer=7))
    assert found.aside is not None
    assert found.aside.why == Aside.NUMBERED


def test_a_declared_renewal_of_a_plant_is_two_projects() -> None:
    plant = replace(FIRST, produced_on=date(2023, 12, 1))
    renewal = replace(AGAIN, developer=7, again=True)
    (found,) = pairs(plant, renewal)
    assert found.aside is not None
    assert found.aside.why == Aside.DECLARED
    assert pairs(plant, replace(renewal, again=False))[0].aside is None


@pytest.mark.parametrize(
    "other",
    [
        replace(AGAIN, developers=("左权鸿远食品有限公司",), content="核桃深加工", name="核桃深加工项目"),
        replace(AGAIN, name="数据中心", content="算力", amount=Decimal("800000000"), land=None, place=""),
        Candidate(key=2, name="丁腈手套项目"),
        Candidate(key=2, name="", developer=7, developers=("星荣公司",)),
    ],
)
def test_two_projects_with_little_in_common(other: Candidate) -> None:
    assert pairs(FIRST, other) == []


def test_one_likeness_alone_is_never_enough() -> None:
    alone = replace(RULES, points={**RULES.points, Likeness.DEVELOPER_SAME: 100})
    one = Candidate(key=1, name="甲", developer=7, developers=("星荣公司",))
    two = Candidate(key=2, name="乙", developer=7, developers=("星荣公司",))
    assert repeats([one, two], PLACES, alone, UNITS) == []


def test_what_speaks_against_takes_points_away() -> None:
    whole = pairs(FIRST, AGAIN)[0].score
    sums = {
        Doubt.SCALE: replace(AGAIN, content="建设58条丁腈手套生产线"),
        Doubt.AMOUNT: replace(AGAIN, amount=Decimal("900000000")),
        Doubt.DEVELOPER: replace(AGAIN, developers=("左权鸿远有限公司",)),
    }
    for doubt, other in sums.items():
        (found,) = pairs(FIRST, other)
        assert found.score < whole
        assert doubt in rules_of(found)
    ended = pairs(replace(FIRST, ended_on=date(2023, 9, 1)), AGAIN)
    assert Doubt.ENDED in rules_of(ended[0])
    assert Doubt.ENDED not in rules_of(pairs(replace(FIRST, ended_on=date(2024, 9, 1)), AGAIN)[0])


def test_a_round_amount_says_less_than_an_exact_one() -> None:
    exact, round_sum = pairs(FIRST, AGAIN)[0], Decimal("100000000")
    (found,) = pairs(replace(FIRST, amount=round_sum), replace(AGAIN, amount=round_sum))
    assert found.score < exact.score or exact.score == 100
    assert Likeness.AMOUNT_ROUND in rules_of(found)


def test_a_usual_name_says_less_than_a_rare_one() -> None:
    crowd = [
        Candidate(key=key, name="光伏发电项目", developer=key) for key in range(10, 10 + RULES.common_from)
    ]
    one = replace(FIRST, name="光伏发电", content="", place="", park=None)
    two = replace(one, key=2)
    (found,) = [pair for pair in pairs(one, two, *crowd) if pair.other == 2]
    assert Likeness.NAME_USUAL in rules_of(found)
    assert Likeness.NAME in rules_of(pairs(one, two)[0])


def test_planted_repeats_are_found_among_many() -> None:
    projects, planted = register(600, 30)
    found = {(pair.one, pair.other) for pair in repeats(projects, PLACES, RULES, UNITS) if not pair.aside}
    assert len(found & set(planted)) >= 28
    assert len(found - set(planted)) <= 6


def test_many_projects_of_one_developer_are_compared_by_amount() -> None:
    block = [
        replace(
            FIRST, key=key, amount=Decimal(10**7) * key, name=f"工程{'甲乙丙丁戊'[key % 5] * 3}", place=""
        )
        for key in range(1, RULES.block_most + 20)
    ]
    again = replace(block[10], key=900, name="换了名字的手套")
    found = {(pair.one, pair.other) for pair in repeats([*block, again], PLACES, RULES, UNITS)}
    assert (11, 900) in found


NAMES = st.text("手套石英砂提纯光伏项目一二期星荣鸿远东西区号12", max_size=8)
DAYS = st.one_of(st.none(), st.dates(date(2022, 1, 1), date(2025, 12, 31)))
SMALL = st.sampled_from((None, 1, 2))
PROJECTS = st.lists(
    st.builds(
        Candidate,
        key=st.integers(1, 40),
        name=NAMES,
        developer=SMALL,
        developers=st.sampled_from(((), ("星荣公司",), ("左权星荣有限公司",), ("鸿远",))),
        park=SMALL,
        township=SMALL,
        place=st.sampled_from(("", "西长义村", "左权县西长义村东", "桐峪")),
        amount=st.sampled_from(
            (None, Decimal(10**8), Decimal(127 * 10**6), Decimal(125 * 10**6), Decimal(10**9))
        ),
        land=st.sampled_from((None, Decimal(60), Decimal(61), Decimal(300))),
        content=st.sampled_from(("", "丁腈手套20条", "石英砂10万吨", "光伏20MW", "手套石英砂")),
        signed_on=DAYS,
        begun_on=DAYS,
        produced_on=DAYS,
        ended_on=DAYS,
        again=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda project: project.key,
)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(PROJECTS)
def test_blocking_loses_none_of_a_small_register(projects: list[Candidate]) -> None:
    cards = [traits_of(project, RULES, PLACES, UNITS) for project in projects]
    every = [compare(one, other, RULES) for one, other in combinations(cards, 2)]
    expected = {(pair.one, pair.other): pair for pair in every if pair}
    assert {(pair.one, pair.other): pair for pair in pairs(*projects)} == expected


@settings(derandomize=True, max_examples=80, deadline=None)
@given(PROJECTS)
def test_the_order_of_the_projects_does_not_matter(projects: list[Candidate]) -> None:
    assert pairs(*projects) == pairs(*reversed(projects))


@settings(derandomize=True, max_examples=80, deadline=None)
@given(PROJECTS)
def test_every_pair_has_reasons_and_a_score_that_is_their_sum(projects: list[Candidate]) -> None:
    for pair in pairs(*projects):
        total = sum(r.points for r in pair.reasons) - sum(r.points for r in pair.doubts)
        assert len(pair.reasons) >= 2
        assert pair.one < pair.other
        assert RULES.least <= pair.score == min(100, total)


@given(st.integers(1, 60), st.integers(1, 60), st.sampled_from((0.3, 0.5, 0.62, 0.9)))
@settings(derandomize=True, deadline=None)
def test_the_prefix_is_long_enough(size: int, other: int, limit: float) -> None:
    shared = next(
        (n for n in range(min(size, other) + 1) if n and 2 * n >= limit * (size + other)),
        None,
    )
    if shared is not None:
        assert shared >= max(shared_at_least(size, limit), shared_at_least(other, limit))
