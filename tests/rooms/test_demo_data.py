"""The demo county's files agree with each other, name no unknown body and invent no figure."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tiaodu.engine.kernel.calendar import WorkingCalendar
from tiaodu.engine.kernel.daytable import DayTable
from tiaodu.engine.stages.findings import ERROR, check_state
from tiaodu.engine.stages.state import NetworkState, StepState, network_of
from tiaodu.engine.stages.template import package_templates
from tiaodu.web.demo.past import Maker

DATA = Path(__file__).resolve().parents[2] / "src/tiaodu/data"
DEMO = DATA / "demo/zuoquan-2024"
PLAN = (DEMO / "plan.txt").read_text(encoding="utf-8")

# What registry.services.subjects_load takes, but for the credit code: none is invented here.
FIELDS = {"code", "kind", "name", "full_name", "aliases", "sector", "parent", "sample", "source", "keywords"}
KINDS = {"region", "department", "firm", "mine", "project", "park", "zone", "axis", "industry", "facility"}
TAIL = re.compile(
    r"（牵头领导：(?P<leader>[^；（）]+)；牵头单位：(?P<lead>[^；（）]+)；责任单位：(?P<responsible>[^；（）]+)；"
    r"配合单位：(?P<assisting>[^；（）]+)；完成时限：(?P<due>[^；（）]+)）$"
)
# Every figure the county's briefing gives that the plan may repeat. Another figure would be an invention.
FIGURES = {
    *(
        "5个",
        "57.87亿元",
        "18.88亿元",
        "2座",
        "4座",
        "6座",
        "500万吨",
        "8个",
        "4个",
        "50万吨",
        "120万吨",
        "3个",
        "30万吨",
    ),
    *(
        "60亿只",
        "8条",
        "16条",
        "32亿只",
        "4000万元",
        "22条",
        "36条",
        "58条",
        "12亿元",
        "1.2亿元",
        "300万吨",
        "90亿元",
    ),
    *("140万千瓦", "5万千瓦", "200MW", "50MW", "60MW", "30条", "25条", "500万元", "130户"),
    *("2024年", "3月", "4月", "9月", "10月", "12月"),
}
FIGURE = re.compile(r"\d+(?:\.\d+)?(?:万|亿)?(?:千瓦|MW|吨|元|只|座|个|条|户|家|人|年|月|日|%|亩|公里|米)")


def load(path: Path) -> dict[str, Any]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


DEPARTMENTS = load(DEMO / "departments.yaml")
NEIGHBOURS = [row for county in DEPARTMENTS["neighbours"] for row in county["rows"]]
SUBJECTS = load(DEMO / "subjects.yaml")["rows"]
PEOPLE = {row["username"]: row for row in load(DEMO / "people.yaml")["rows"]}
PROGRESS = load(DEMO / "progress.yaml")
PROJECTS = load(DEMO / "projects.yaml")
PAST = load(DEMO / "past.yaml")
REGIONS = {row["code"]: row for row in load(DEMO / "regions.yaml")["rows"]}
SECTORS = {row["code"] for row in load(DATA / "registry/sectors.yaml")["rows"]}
EVERYTHING = DEPARTMENTS["rows"] + NEIGHBOURS + SUBJECTS
BY_CODE = {row["code"]: row for row in EVERYTHING}


def names(row: dict[str, Any]) -> list[str]:
    return [name for name in [row["name"], row.get("full_name", ""), *row["aliases"]] if name]


def items() -> list[str]:
    section = PLAN.split("\n三、")[1].split("\n四、")[0]
    return [line for line in section.splitlines() if re.match(r"\d\.", line)]


FILES = sorted([*DEMO.glob("*.yaml"), *DATA.glob("registry/*.yaml")])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_says_where_it_comes_from(path: Path) -> None:
    head = load(path)
    assert isinstance(head["valid_from"], date)
    assert head["source"]
    assert head["confidence"] in {"source", "memory-sure", "memory-unsure", "practice", "derived"}


def test_regions_are_a_tree() -> None:
    seen: set[str] = set()
    for row in REGIONS.values():
        assert row.get("parent", "140000") in seen | {"140000"}
        assert row["code"].startswith(row.get("parent", "140000").rstrip("0"))
        seen.add(row["code"])
    assert len([row for row in REGIONS.values() if row.get("parent") == "140722"]) == 9


def test_codes_and_names_are_told_apart() -> None:
    assert len(BY_CODE) == len(EVERYTHING)
    owners: dict[str, str] = {}
    for row in EVERYTHING:
        for name in names(row):
            assert owners.setdefault(name, row["code"]) == row["code"], f"{name} means two subjects"
        assert len(names(row)) == len(set(names(row)))


def test_subjects_are_complete() -> None:
    seen: set[str] = set()
    for row in EVERYTHING:
        assert row["kind"] in KINDS
        assert row["source"]
        assert isinstance(row["sample"], bool)
        assert set(row) <= FIELDS
        assert row["name"].startswith("示例") <= row["sample"]
        if row["kind"] != "department":
            assert row["sector"] in SECTORS
            assert row.get("parent", "zuoquan") in seen | {"zuoquan"}
        seen.add(row["code"])


def test_every_township_unit_is_a_department() -> None:
    assert list(DEPARTMENTS["townships"]) == DEPARTMENTS["organs"]["township"]
    units = {code for code, row in REGIONS.items() if row["level"] == "township"}
    assert set(DEPARTMENTS["townships"].values()) == units


def test_every_department_is_some_sort_of_body() -> None:
    sorted_in = [code for codes in DEPARTMENTS["organs"].values() for code in codes]
    assert sorted(sorted_in) == sorted(row["code"] for row in DEPARTMENTS["rows"])


def test_places_are_of_the_county() -> None:
    for row in load(DEMO / "subjects.yaml")["places"]:
        assert REGIONS[row["township"]]["parent"] == "140722"
        assert set(row["subjects"]) <= {subject["code"] for subject in SUBJECTS}


def test_every_item_of_the_plan_names_who_and_when() -> None:
    assert len(items()) > 30
    assert [line[:20] for line in items() if not TAIL.search(line)] == []


def test_every_body_the_plan_names_is_known() -> None:
    known = {name for row in EVERYTHING for name in names(row)}
    collective = {row["text"] for row in DEPARTMENTS["collectives"]}
    unknown = set()
    for line in items():
        tail = TAIL.search(line)
        assert tail is not None
        assert "、" not in tail["lead"], "one department leads"
        for part in ("lead", "responsible", "assisting"):
            unknown |= set(tail[part].split("、")) - known - collective
    assert unknown == set()


def test_a_collective_names_its_members_or_asks() -> None:
    for row in DEPARTMENTS["collectives"]:
        assert bool(row["members"]) != bool(row.get("question"))
        assert set(row["members"]) <= set(BY_CODE)


def test_leaders_are_placeholders() -> None:
    leaders = {tail["leader"] for line in items() if (tail := TAIL.search(line))}
    assert leaders
    for leader in leaders:
        assert leader.startswith("示例")
        assert len(leader) <= 14


def test_the_plan_invents_no_figure() -> None:
    assert set(FIGURE.findall(PLAN)) - FIGURES == set()


def test_totals_of_the_plan_name_known_subjects() -> None:
    plan = load(DEMO / "plan.yaml")
    assert (DEMO / plan["file"]).is_file()
    assert PLAN.startswith(plan["title"] + "\n")
    assert plan["issuer"] in BY_CODE
    assert {row["subject"] for row in plan["totals"] if "subject" in row} <= set(BY_CODE)


def test_every_role_has_a_person() -> None:
    roles = set(load(DATA / "access/roles.yaml")["roles"])
    assert {role for row in PEOPLE.values() for role in row["roles"]} == roles


def test_people_stand_in_known_places() -> None:
    for row in PEOPLE.values():
        assert re.fullmatch(r"[a-z_]+", row["username"])
        assert row["name"].startswith("示例·")
        assert row["region"] in REGIONS
        assert set(row["sectors"]) <= SECTORS
        assert set(row["subjects"]) <= set(BY_CODE)
        assert BY_CODE[row.get("department", "industry")]["kind"] == "department"
    assert PEOPLE["outsider"]["region"] != PEOPLE["dispatcher"]["region"]


SERIES = PROGRESS["series"]


def test_series_have_their_own_names() -> None:
    assert len({row["id"] for row in SERIES}) == len(SERIES)


@pytest.mark.parametrize("row", SERIES, ids=[row["id"] for row in SERIES])
def test_a_series_points_to_known_things(row: dict[str, Any]) -> None:
    select = row["select"]
    assert select
    assert set(select) <= {"subject", "measure", "value", "action", "title"}
    assert select.get("subject", "zuoquan") in BY_CODE
    assert select.get("title", "") in PLAN
    assert row["note"] in PROGRESS["templates"]
    assert PEOPLE[row["user"]]["department"] == row["department"]
    assert ("unit" in row) == ("levels" in row or "shares" in row)


@pytest.mark.parametrize("row", [row for row in SERIES if "shares" in row], ids=lambda row: row["id"])
def test_shares_make_a_year(row: dict[str, Any]) -> None:
    assert len(row["shares"]) == 12
    assert sum(row["shares"]) == pytest.approx(1)


def test_the_coal_year_dips_at_the_spring_festival() -> None:
    shares = next(row["shares"] for row in SERIES if row["id"] == "coal-tonnage")
    assert min(shares) == shares[1]
    assert max(shares) < 0.1, "a month's raw coal stays under a tenth of the year"


@pytest.mark.parametrize("row", SERIES, ids=[row["id"] for row in SERIES])
def test_a_series_speaks_of_the_year_in_order(row: dict[str, Any]) -> None:
    months = [month for key in ("levels", "late", "notes", "problems") for month in row.get(key, {})]
    assert set(months) | set(row.get("silent", [])) <= set(range(1, 13))
    events = row.get("events", [])
    days = [event["day"] for event in events]
    assert days == sorted(days)
    assert {day.year for day in days} <= {2024}
    for before, event in zip([None, *events], events, strict=False):
        if event["verb"] in {"struck_off", "sent_back"}:
            assert before is not None
            assert before["verb"] == "claimed"
            assert before["by"] != event["by"], "who handled a task does not verify it"
    assert {event["by"] for event in events} <= set(PEOPLE)


def test_no_invented_sentence_goes_unmarked() -> None:
    texts = list(PROGRESS["templates"].values())
    for row in SERIES:
        texts += [*row.get("notes", {}).values(), *row.get("problems", {}).values()]
        texts += [event["text"] for event in row.get("events", [])]
        texts += [change["reason"] for change in row.get("terms", []) + row.get("corrections", [])]
    assert len(texts) > 60
    assert [text for text in texts if not text.endswith("（示例）")] == []


def test_templates_ask_only_for_what_is_there() -> None:
    holes = {hole for text in PROGRESS["templates"].values() for hole in re.findall(r"{(\w*)}", text)}
    assert holes == {"month", "value", "percent"}


MATTERS = PROJECTS["projects"]
KNOWN = set(BY_CODE) | {row["code"] for row in PROJECTS["subjects"]}
TEMPLATES = package_templates()


def test_subjects_of_projects_are_new_and_complete() -> None:
    for row in PROJECTS["subjects"]:
        assert set(row) <= FIELDS and row["kind"] == "project" and row["sector"] in SECTORS
        assert row["code"] not in BY_CODE and row["parent"] in BY_CODE
        assert row["name"] not in PLAN, "the plan must read as it did without it"
        assert row["name"].startswith("示例") <= row["sample"]
    told = [row["subject"] for row in PROJECTS["liaisons"]]
    assert set(told) <= KNOWN
    for row in PROJECTS["liaisons"]:
        assert row.get("username", "leader") in PEOPLE
        assert row.get("who", "示例").startswith("示例") or row["who"] in BY_CODE


@pytest.mark.parametrize("row", MATTERS, ids=[row["subject"] for row in MATTERS])
def test_a_project_speaks_of_known_things_in_order(row: dict[str, Any]) -> None:
    template = TEMPLATES[row["kind"]]
    assert {row[key] for key in ("subject", "developer", "park", "zone") if key in row} <= KNOWN
    assert row.get("township", "140722100") in REGIONS
    assert set(row.get("running", {})) | set(row.get("answers", {})) <= set(template.by_code)
    registered = row.get("registered", PROJECTS["registered"])
    assert registered >= template.valid_from
    assert all(day < registered for day in row.get("running", {}).values())
    last: dict[str, date] = {}
    for day, step, verb, *told in row["acts"]:
        assert step in template.by_code and PROJECTS["registered"] < day and day.year == 2024
        assert last.setdefault(step, day) <= day
        last[step] = day
        assert verb in {"start", "finish", "wait", "resume", "promise", "range"}
        if verb == "wait":
            assert told[0] in (*template.by_code[step].waits, *template.by_code[step].pauses)
        if verb == "promise":
            assert told[0] >= day


def test_a_project_tells_facts_with_their_source_and_the_rest_as_example() -> None:
    for row in MATTERS:
        assert re.search(r"（出处：方案三（.+）\d）$|（示例）$", row["content"]), row["subject"]
        figures = set(FIGURE.findall(row["content"]))
        assert figures <= FIGURES, row["subject"]
        assert "plan" in row or row["subject"] not in FIVE
        for *_act, told in (act for act in row["acts"] if isinstance(act[-1], dict)):
            assert re.search(r"（示例）$|^方案：|上报国家能源局", told.get("text", "（示例）")), told


FIVE = [f"sample-project-{number}" for number in range(1, 6)]


def test_the_five_projects_are_the_plan_s_sum_and_ask_which_they_are() -> None:
    five = [row for row in MATTERS if row["subject"] in FIVE]
    assert [row["subject"] for row in five] == FIVE
    assert sum(row["plan"]["total"] for row in five) == 5_787_000_000
    assert sum(row["plan"]["planned"] for row in five) == 1_888_000_000
    assert all("哪个项目" in row["question"] for row in five)
    assert [row["subject"] for row in MATTERS if "plan" in row] == FIVE, "no amount of a real project"
    assert sum(PROJECTS["investment"]["shares"].values()) < 1


def test_past_projects_are_many_and_say_that_they_are_examples() -> None:
    names = [name for kind in PAST["kinds"] for name in kind["names"]]
    assert len(names) == len(set(names)) >= 40
    assert all(name.startswith("示例") for name in names)
    assert len(PAST["kinds"]) >= 6
    for kind in PAST["kinds"]:
        assert kind["kind"] in TEMPLATES and kind["sector"] in SECTORS
        assert all(set(answers) <= set(TEMPLATES[kind["kind"]].by_code) for answers in kind["answers"])


def test_past_days_are_the_same_every_time() -> None:
    table = DayTable.of(WorkingCalendar(), date(2013, 1, 1), date(2026, 12, 31))
    template = TEMPLATES["manufacturing"]
    made = [Maker(PAST, table).finished(template, "示例铸件厂", date(2019, 3, 1), {}) for _ in range(2)]
    other = Maker(PAST, table).finished(template, "示例钢结构厂", date(2019, 3, 1), {})
    assert made[0] == made[1] != other
    assert made[0].last <= PAST["latest_finish"]
    assert set(made[0].steps) == set(network_of(template, NetworkState()).codes)


@pytest.mark.parametrize("kind", sorted({row["kind"] for row in MATTERS}))
def test_what_came_before_a_step_was_finished_when_it_began(kind: str) -> None:
    table = DayTable.of(WorkingCalendar(), date(2013, 1, 1), date(2026, 12, 31))
    maker, template = Maker(PAST, table), TEMPLATES[kind]
    network = network_of(template, NetworkState())
    begun = {network.codes[-1]: date(2023, 10, 9)}
    past = maker.leading_to(template, "示例", begun, {})
    record = NetworkState({**past.steps, **{code: StepState(day) for code, day in begun.items()}})
    found = check_state(template, record, today=date(2024, 1, 8))
    assert [each for each in found if each.severity == ERROR] == []
    for need in network.needs[network.codes[-1]]:
        finished = past.steps[need].finished
        assert finished is not None and finished <= date(2023, 10, 9)
