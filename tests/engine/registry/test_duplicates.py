"""Pairs that are probably one subject: found with their reasons, and what is another is left alone."""

from __future__ import annotations

from importlib.resources import files
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiaodu.engine.registry import duplicates as module
from tiaodu.engine.registry.duplicates import Entry, distance, duplicates, load_rules

RULES = load_rules(Path(str(files("tiaodu.data").joinpath("registry", "duplicates.yaml"))))
PLACES = ("左权县", "左权", "晋中市", "晋中", "山西省", "山西")
CODE, OTHER = "91110000600037341L", "91140000110010205N"


def pair(one: str, other: str, kind: str = "firm", **fields: object) -> list[tuple[int, list[str]]]:
    """Scores and rules of two records of these names."""
    entries = [
        Entry(1, kind, (one,), **fields),  # type: ignore[arg-type]
        Entry(2, kind, (other,)),
    ]
    return [(p.score, [r.rule for r in p.reasons]) for p in duplicates(entries, PLACES, RULES)]


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        ("石港煤业", "“石港煤业” ", "name"),
        ("石港煤业", "山西石港煤业有限责任公司", "core"),
        ("左权县石港煤矿", "石港公司", "core"),
        ("左权鑫源商贸有限公司", "鑫源商贸", "core"),
        ("华能左权", "华能左权煤电", "contains"),
        ("高纯石英砂提纯项目", "石英砂提纯项目", "contains"),
        ("箕山抽水蓄能电站", "箕山抽水储能电站", "near"),
        ("光伏面板及背板制造项目", "光伏面板和背板制造项目", "near"),
    ],
)
def test_two_names_of_one(one: str, other: str, rule: str) -> None:
    (found,) = pair(one, other)
    assert found[1][0] == rule


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("正珠煤业", "正明煤业"),
        ("鑫瑞公司", "鑫瑞公司一矿"),
        ("鑫瑞公司一矿", "鑫瑞公司二矿"),
        ("示例项目一", "示例项目二"),
        ("国际能源左权光伏", "国际能源左权光伏二期"),
        ("国电投200MW光伏发电项目", "国电投300MW光伏发电项目"),
        ("经开区东片区标准厂房", "经开区西片区标准厂房"),
        ("左权鑫源商贸有限公司", "左权鑫源工贸有限公司"),
        ("左权鑫源商贸有限公司", "左权宏远商贸有限公司"),
    ],
)
def test_two_names_of_two(one: str, other: str) -> None:
    assert pair(one, other) == []


def test_departments_are_compared_whole() -> None:
    assert pair("县林业局", "县农业局", "department") == []
    assert pair("县政府办", "县政府办公室", "department") == []
    assert pair("左权县能源局", "左权县 能源局", "department")[0][0] == 98


def test_credit_codes_decide() -> None:
    same = [Entry(1, "firm", ("甲公司",), CODE), Entry(2, "firm", ("完全另叫",), CODE)]
    (found,) = duplicates(same, PLACES, RULES)
    assert (found.score, found.reasons[0].rule) == (100, "credit_code")
    two = [Entry(1, "firm", ("石港煤业",), CODE), Entry(2, "firm", ("石港公司",), OTHER)]
    assert duplicates(two, PLACES, RULES) == []


def test_kinds_and_kin_are_apart() -> None:
    assert duplicates([Entry(1, "firm", ("石港煤业",)), Entry(2, "mine", ("石港煤业",))], PLACES, RULES) == []
    kin = [Entry(1, "firm", ("石港煤业",)), Entry(2, "firm", ("石港公司",), above=frozenset({1}))]
    assert duplicates(kin, PLACES, RULES) == []


def test_another_name_counts_as_the_name() -> None:
    entries = [Entry(7, "firm", ("星荣公司", "常州星荣")), Entry(3, "firm", ("某某手套厂", "常州星荣"))]
    (found,) = duplicates(entries, PLACES, RULES)
    assert (found.one, found.other, found.score) == (3, 7, 98)


def test_distance_is_symmetric() -> None:
    assert distance("", "石港") == 2
    assert distance("石港煤业", "石港") == distance("石港", "石港煤业") == 2


NAMES = st.text("石港正珠明鑫瑞源商贸煤业公司一二三项目光伏左权县", min_size=1, max_size=9)
ENTRIES = st.lists(
    st.builds(Entry, st.integers(1, 60), st.sampled_from(["firm", "mine"]), st.tuples(NAMES, NAMES)),
    max_size=12,
    unique_by=lambda entry: entry.key,
)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(ENTRIES)
def test_blocking_loses_none_of_a_small_register(entries: list[Entry]) -> None:
    every = set()
    cards = {entry.key: module._card(entry, PLACES) for entry in entries}
    for one, other in combinations(sorted(cards), 2):
        if cards[one].entry.kind == cards[other].entry.kind:
            found = module._compare(cards[one], cards[other], RULES)
            every |= {(one, other)} if found is not None and found.score >= RULES.least else set()
    assert {(p.one, p.other) for p in duplicates(entries, PLACES, RULES)} == every


@settings(derandomize=True, max_examples=60, deadline=None)
@given(ENTRIES)
def test_the_order_of_the_records_does_not_matter(entries: list[Entry]) -> None:
    assert duplicates(entries, PLACES, RULES) == duplicates(reversed(entries), PLACES, RULES)
