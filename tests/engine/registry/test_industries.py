"""GB/T 4754: the whole table, what a code belongs to, and finding one by words."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from tiaodu.engine.registry.industries import load_industries, parse

TABLE = load_industries(Path(str(files("tiaodu.data").joinpath("registry", "industries.yaml"))))


def test_the_table_is_whole() -> None:
    counts = Counter(entry.level for entry in TABLE.entries)
    assert counts == {"section": 20, "division": 97, "group": 473, "class": 1381}
    assert [entry.code for entry in TABLE.entries if entry.level == "section"] == list("ABCDEFGHIJKLMNOPQRST")
    digits = [entry.code for entry in TABLE.entries if entry.level != "section"]
    assert digits == sorted(digits)
    groups = {entry.code[:3] for entry in TABLE.entries if entry.level == "class"}
    assert groups == {entry.code for entry in TABLE.entries if entry.level == "group"}


def test_the_classes_of_a_group_are_numbered_as_the_standard_does() -> None:
    """1, 2, 3 … and 9 for the rest; a group that is not divided has one class, 0, of its own name."""
    for group in (entry for entry in TABLE.entries if entry.level == "group"):
        classes = [e for e in TABLE.entries if e.level == "class" and e.code.startswith(group.code)]
        last = [int(entry.code[-1]) for entry in classes]
        if last == [0]:
            assert classes[0].name == group.name
            continue
        named = [number for number in last if number != 9]
        assert named == list(range(1, len(named) + 1)), group
        assert len(classes) > 1, group


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("0610", "烟煤和无烟煤开采洗选"),
        ("0810", "铁矿采选"),
        ("2915", "日用及医用橡胶制品制造"),
        ("3041", "平板玻璃制造"),
        ("4413", "水力发电"),
        ("2521", "炼焦"),
        ("7289", "其他会议、会展及相关服务"),
        ("97", "国际组织"),
    ],
)
def test_codes_have_their_names(code: str, name: str) -> None:
    assert TABLE.by_code[code].name == name


def test_a_code_belongs_to_group_division_and_section() -> None:
    assert [(e.code, e.name) for e in TABLE.line("2915")] == [
        ("C", "制造业"),
        ("29", "橡胶和塑料制品业"),
        ("291", "橡胶制品业"),
        ("2915", "日用及医用橡胶制品制造"),
    ]
    assert TABLE.line("9999") == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0610", "0610"),
        (" B0610", "0610"),
        ("０６１０", "0610"),
        ("b 06", "06"),
        ("C0610", None),
        ("B", None),
        ("9999", None),
        ("", None),
        ("煤", None),
    ],
)
def test_codes_are_read_as_people_type_them(typed: str, kept: str | None) -> None:
    assert TABLE.plain(typed) == kept


def test_words_find_the_most_particular_first() -> None:
    found = TABLE.search(["橡胶", "医用"])
    assert [entry.code for entry in found] == ["2915"]
    assert [entry.code for entry in TABLE.search(["061"])] == ["0610"]  # the group is its only class
    assert TABLE.search(["煤炭"])[0].level == "class"
    assert len(TABLE.search(["制造"], limit=5)) == 5
    assert TABLE.search([]) == []


@pytest.mark.parametrize("text", ["B 采矿业\n061 无大类\n", "B采矿业\n", "B 采矿业\nB 采矿业\n", "Ä1 x\n"])
def test_a_table_that_does_not_fit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="line"):
        parse(text)
