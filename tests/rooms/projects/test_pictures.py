"""The board, the wall map and its table and papers: what they say, to whom, and in how many queries."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from itertools import product
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from tests.cast import Cast, County
from tests.rooms.projects.desk import DAY, make_project
from tests.rooms.projects.walls import MADE, make_wall

from tiaodu.engine.projects.lettering import broken
from tiaodu.engine.projects.sheets import Paper, load_papers
from tiaodu.engine.projects.timescale import Scale, Zoom, scale_of
from tiaodu.engine.projects.wall import Verdict
from tiaodu.engine.stages.template import package_templates
from tiaodu.foundation.accounts.models import User
from tiaodu.foundation.audit.models import AuditEntry
from tiaodu.rooms.projects import services
from tiaodu.rooms.projects.models import Project
from tiaodu.rooms.projects.pictures.board import columns_of
from tiaodu.rooms.projects.pictures.network import WORD_EMS
from tiaodu.rooms.projects.pictures.papers import paper_sheets
from tiaodu.rooms.projects.pictures.steps import picture_of_template
from tiaodu.rooms.projects.pictures.timeline import timeline
from tiaodu.rooms.projects.pictures.wall import WallRow, answer_words, groups_by, wall_rows

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.TIAODU_TODAY = DAY


@pytest.fixture
def projects(county: County, cast: Cast) -> dict[str, Project]:
    return make_wall(county, cast)


@pytest.fixture
def rows(cast: Cast, projects: dict[str, Project]) -> dict[str, WallRow]:
    return {row.name: row for row in wall_rows(cast.leader)}


def page(client: Client, name: str, **asked: str) -> str:
    answer = client.get(reverse(f"projects:{name}"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


GLOVES, WIND, SOLAR, MINE, IDEA = (
    "示例丁腈手套二期", "示例风电场", "示例光伏电站", "示例煤业复产", "示例招商意向",
)  # fmt: skip


def test_who_will_miss_by_how_much_and_through_which_step(rows: dict[str, WallRow]) -> None:
    gloves = rows[GLOVES]
    assert gloves.outcome.verdict == Verdict.MISS
    assert gloves.outcome.promise is not None and gloves.outcome.promise.probable is not None
    expected = gloves.outcome.promise.probable.p50 - gloves.outcome.promise.day
    assert gloves.outcome.days == expected.days > 0
    standing = gloves.row.steps[gloves.outcome.through]
    assert standing.missing == () and standing.step.code != gloves.outcome.promise.step
    assert gloves.step_words(gloves.outcome.through) in gloves.through_words()
    assert gloves.chance_percent is not None and 1 <= gloves.chance_percent < 50


def test_promises_kept_and_projects_without_any_are_told_apart(rows: dict[str, WallRow]) -> None:
    assert rows[WIND].outcome.verdict == Verdict.DONE
    assert rows[WIND].through_words() == ""
    assert rows[IDEA].outcome.verdict == Verdict.UNKNOWN
    assert rows[IDEA].verdict_words() == "没有承诺日期"
    assert rows[IDEA].planned is None


def test_the_answer_names_the_worst(rows: dict[str, WallRow]) -> None:
    late = [row for row in rows.values() if row.outcome.verdict in (Verdict.MISS, Verdict.MISSED)]
    worst = max(late, key=lambda row: row.outcome.days)
    told = answer_words(list(rows.values()))
    assert told.startswith(f"{len(MADE)} 个项目中 {len(late)} 个预计不能按期，最晚的是{worst.name}")
    assert f"晚 {worst.outcome.days} 天，卡在{worst.through_words()}" in told
    fine = [row for row in rows.values() if row not in late]
    assert answer_words(fine) == f"{len(fine)} 个项目没有预计不能按期的。"
    assert answer_words([]) == ""


def test_the_worst_stand_first_and_groups_hold_everybody(rows: dict[str, WallRow]) -> None:
    listed = list(rows.values())
    days = [row.outcome.days for row in listed if row.light == "red"]
    assert days == sorted(days, reverse=True) and listed[0].light == "red"
    for by in ("zone", "leader", "stage", "kind", "none"):
        groups = groups_by(listed, by)
        assert sorted(row.name for _label, each in groups for row in each) == sorted(MADE)
    labels = [label for label, _each in groups_by(listed, "zone")]
    assert labels == ["示例东片区", ""]


def test_a_line_lies_where_its_days_do(rows: dict[str, WallRow]) -> None:
    scale = scale_of([], DAY, Zoom.MONTH)
    drawn = timeline(rows[GLOVES], scale)
    assert [diamond.x for diamond in drawn.diamonds] == [
        scale.share(date(2024, 8, 15)),
        scale.share(date(2024, 12, 20)),
    ]
    assert {diamond.state for diamond in drawn.diamonds} == {"late"}
    assert drawn.overrun is not None and drawn.overrun.piece.x == scale.share(date(2024, 12, 20))
    last = drawn.phases[-1]
    assert last.running and last.piece.x + last.piece.width == pytest.approx(scale.share(date(2024, 7, 2)))
    assert drawn.ahead is not None and drawn.ahead.piece.x == scale.share(DAY)
    kept = timeline(rows[WIND], scale)
    assert kept.overrun is None and kept.fade is None and kept.diamonds[0].state == "kept"


def test_what_lies_beyond_the_picture_is_told_at_its_edge(rows: dict[str, WallRow]) -> None:
    probable = rows[GLOVES].probable
    assert probable is not None
    short = Scale(date(2024, 1, 1), min(date(2024, 12, 31), probable.p50.replace(day=1)))
    label = timeline(rows[GLOVES], short).label
    assert label is not None
    assert (label.x, label.before, label.text[-1]) == (1.0, True, "→")
    long = timeline(rows[GLOVES], scale_of([probable.p80], DAY, Zoom.YEAR)).label
    assert long is not None and long.text.endswith("天")


def test_a_leader_reads_the_wall_map(client_of: ClientOf, cast: Cast, rows: dict[str, WallRow]) -> None:
    text = page(client_of(cast.leader), "wall")
    assert answer_words(list(rows.values())) in text
    for name, row in rows.items():
        assert name in text
        assert row.verdict_words() in text
    assert f"卡在 {rows[GLOVES].through_words()}" in text
    assert "style=" not in re.sub(r"<link[^>]*>", "", text.split("<main", 1)[1])
    assert text.count('class="map-row"') == len(MADE)


def test_every_grouping_and_zoom_shows_every_project(
    client_of: ClientOf, cast: Cast, projects: dict[str, Project]
) -> None:
    client = client_of(cast.leader)
    for by, zoom in product(("zone", "leader", "stage", "kind", "none"), ("month", "quarter", "year")):
        assert page(client, "wall", by=by, zoom=zoom).count('class="map-row"') == len(projects)


def test_what_makes_no_sense_is_ignored(
    client_of: ClientOf, cast: Cast, projects: dict[str, Project]
) -> None:
    nonsense = (
        {"by": "nonsense", "zoom": "hour", "first": "2024-13", "show": "nothing"},
        {"first": "0001-01"},
        {"first": "9999-12"},
        {"first": "9999-12", "zoom": "year", "paper": "a9"},
    )
    client = client_of(cast.leader)
    for name, asked in product(("wall", "wall-print", "board"), nonsense):
        page(client, name, **asked)


def test_firms_and_neighbours_see_none_of_it(
    client_of: ClientOf, cast: Cast, projects: dict[str, Project]
) -> None:
    for name in ("board", "wall", "wall-table", "wall-print"):
        assert client_of(cast.firm).get(reverse(f"projects:{name}")).status_code == 403
        assert GLOVES not in client_of(cast.outsider).get(reverse(f"projects:{name}")).content.decode()


def test_forecasts_are_drawn_only_for_who_may_see_them(cast: Cast, projects: dict[str, Project]) -> None:
    Project.objects.update(released=True)
    seen = wall_rows(cast.city_leader)
    assert all(row.forecast is None and row.chance is None and row.probable is None for row in seen)
    assert all(row.forecast is not None for row in wall_rows(cast.leader))


def test_pictures_need_the_same_queries_for_any_number_of_projects(
    client_of: ClientOf, county: County, cast: Cast, projects: dict[str, Project]
) -> None:
    client = client_of(cast.leader)

    def queries(name: str) -> int:
        page(client, name)
        with CaptureQueriesContext(connection) as caught:
            page(client, name)
        return len(caught)

    before = {name: queries(name) for name in ("board", "wall", "wall-table")}
    for number in range(3):
        make_project(county, cast, f"示例又一个 {number}")
    assert {name: queries(name) for name in before} == before


def test_the_board_has_every_stage_with_its_sums(rows: dict[str, WallRow]) -> None:
    columns = columns_of(list(rows.values()))
    assert [column.name for column in columns] == ["签约", "手续", "用地", "开工", "竣工", "投产", "达产"]
    assert sum(len(column.cards) for column in columns) == len(MADE)
    for column in columns:
        plans = [card.wall.row.plan for card in column.cards]
        assert column.total == (sum(plan.total for plan in plans if plan) if plans else None)


def test_a_card_says_whose_turn_it_is_and_since_when(rows: dict[str, WallRow]) -> None:
    cards = {card.wall.name: card for column in columns_of(list(rows.values())) for card in column.cards}
    gloves = cards[GLOVES]
    assert (gloves.next_step, gloves.turn, gloves.waiting) == ("节能审查", "发改局", "补正材料")
    assert gloves.days == (DAY - date(2024, 5, 20)).days
    assert cards[IDEA].days == (DAY - date(2024, 6, 3)).days


def test_chips_narrow_the_board(client_of: ClientOf, cast: Cast, projects: dict[str, Project]) -> None:
    client = client_of(cast.dispatcher)
    assert page(client, "board").count("board-card") == len(projects)
    waiting = page(client, "board", show="waiting")
    assert waiting.count("board-card") == 1 and GLOVES in waiting


def test_the_table_goes_to_excel(client_of: ClientOf, cast: Cast, rows: dict[str, WallRow]) -> None:
    answer = client_of(cast.leader).get(reverse("projects:wall-table"), {"export": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    cells = {cell.value for row in book.active.iter_rows() for cell in row}  # type: ignore[union-attr]
    gloves = rows[GLOVES]
    assert {GLOVES, gloves.verdict_words(), gloves.through_words(), gloves.outcome.days} <= cells
    assert set(MADE) <= cells


def test_every_project_stands_on_paper_within_its_edges(rows: dict[str, WallRow]) -> None:
    for paper in load_papers().values():
        stands_within(rows, paper)


def stands_within(rows: dict[str, WallRow], paper: Paper) -> None:
    groups = groups_by(list(rows.values()) * 8, "zone")
    sheets = paper_sheets(groups, "zone", scale_of([], DAY, Zoom.MONTH), paper)
    assert sum(len(sheet.rows) for sheet in sheets) == 8 * len(MADE)
    assert len(sheets) > 1
    for sheet in sheets:
        for row in sheet.rows:
            assert paper.top <= row.top < row.bottom <= paper.bottom + 0.01
            assert all(row.top < words.y < row.bottom for words in row.words)
            assert all(words.size >= paper.word for words in row.words)
            for bar in row.bars:
                assert paper.left - 0.01 <= bar.x and bar.x + bar.width <= paper.width - paper.margin + 1
                assert row.top < bar.y and bar.y + bar.height < row.bottom


def test_printing_is_for_who_may_take_it_away_and_is_audited(
    client_of: ClientOf, cast: Cast, projects: dict[str, Project]
) -> None:
    text = page(client_of(cast.leader), "wall-print", paper="a0", by="none")
    assert 'viewBox="0 0 1189.0 841.0"' in text
    assert "含示例数据" in text
    entry = AuditEntry.objects.filter(action="lists.print").latest("pk")
    assert entry.after["list"] == "projects-wall" and entry.after["rows"] == len(projects)


def test_the_network_of_a_project_says_days_and_states(
    client_of: ClientOf, cast: Cast, projects: dict[str, Project]
) -> None:
    url = reverse("projects:project", args=[projects[GLOVES].pk])
    text = client_of(cast.leader).get(url).content.decode()
    drawing = text.split('class="net-drawing"')[1].split("</figure>")[0]
    assert drawing.count('class="net-box') == 29
    assert "关键" in drawing and "补正材料" in drawing and "is-waiting" in drawing
    assert re.search(r"\d+/30 天", drawing)  # the EIA form: days taken beside those of law
    assert "style=" not in drawing


def test_pictures_speak_english(client_of: ClientOf, cast: Cast, projects: dict[str, Project]) -> None:
    client = client_of(cast.leader)
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        for name in ("wall", "board", "wall-print"):
            text = client.get(reverse(f"projects:{name}")).content.decode()
            assert "will probably miss" in text
            assert not re.search("预计|承诺|卡在", text)


def test_ended_projects_leave_the_wall(cast: Cast, projects: dict[str, Project]) -> None:
    services.project_end(
        user=cast.dispatcher, project_id=projects[IDEA].pk, version=projects[IDEA].version, reason="不建了"
    )
    assert IDEA not in {row.name for row in wall_rows(cast.leader)}


def test_words_in_boxes_are_not_cut() -> None:
    for words in ("逾期 172 工作日", "113/20 工作日", "预计 2025-12-31"):
        assert broken(words, WORD_EMS, 1) == (words,)


def test_a_template_is_drawn_with_the_days_of_law() -> None:
    drawing = picture_of_template(package_templates()["manufacturing"])
    words = {box.step.code: box.word.text for box in drawing.boxes}
    assert (words["A04"], words["A05a"], words["A03"]) == ("20 工作日", "30 天", "即时办结")
    assert {"optional", "milestone"} <= {state for state, _word in drawing.legend}
    assert len(drawing.boxes) == len(package_templates()["manufacturing"].steps)
